"""The configuration: settings, the layers they come from, and the files they are kept in.

What others may use is named here, and nobody reaches further inside; each name is loaded with its
module when it is first asked for, since a start needs few of them. `paths`, where files are kept,
is a module of its own for everybody: `from mimo_cli.config import paths`.

A setting's way: `schema` says what it may be, `toml` and `project` read the files, `layers`
are the values with their origins, `resolve` and `key_policy` decide, `load` puts it all together.
What is no setting in the user's file is in `tables`, and what is to know of keys besides in `keys`.
`toml.toml_edit` changes the user's file.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mimo_cli.config.address import Address as Address
    from mimo_cli.config.address import find_address as find_address
    from mimo_cli.config.address import find_path as find_path
    from mimo_cli.config.address import is_table as is_table
    from mimo_cli.config.address import names_inner_table as names_inner_table
    from mimo_cli.config.audit import check_source as check_source
    from mimo_cli.config.audit import count_unknown as count_unknown
    from mimo_cli.config.audit import find_unknown as find_unknown
    from mimo_cli.config.every_problem import find_problems as find_problems
    from mimo_cli.config.key_policy import KeyDecision as KeyDecision
    from mimo_cli.config.key_policy import KeyFromCommand as KeyFromCommand
    from mimo_cli.config.key_policy import KeyKnown as KeyKnown
    from mimo_cli.config.key_policy import KeyRefused as KeyRefused
    from mimo_cli.config.key_policy import KeyUnwanted as KeyUnwanted
    from mimo_cli.config.key_policy import NoKey as NoKey
    from mimo_cli.config.keys.key_command import run_command as run_command
    from mimo_cli.config.keys.key_command import split_command as split_command
    from mimo_cli.config.keys.written import find_usual_keys as find_usual_keys
    from mimo_cli.config.keys.written import find_written_keys as find_written_keys
    from mimo_cli.config.layers import Origin as Origin
    from mimo_cli.config.layers import Problem as Problem
    from mimo_cli.config.layers import Source as Source
    from mimo_cli.config.load import Configuration as Configuration
    from mimo_cli.config.load import find_loader as find_loader
    from mimo_cli.config.load import find_positions as find_positions
    from mimo_cli.config.load import inspect_configuration as inspect_configuration
    from mimo_cli.config.load import load_configuration as load_configuration
    from mimo_cli.config.load import read_source as read_source
    from mimo_cli.config.not_allowed import check_value as check_value
    from mimo_cli.config.ownership import find_distrust as find_distrust
    from mimo_cli.config.ownership import warn_of_exposure as warn_of_exposure
    from mimo_cli.config.project import refuse_private_key as refuse_private_key
    from mimo_cli.config.resolve import Resolved as Resolved
    from mimo_cli.config.resolve import require as require
    from mimo_cli.config.resolve import resolve_file as resolve_file
    from mimo_cli.config.schema import KEYS as KEYS
    from mimo_cli.config.schema import Key as Key
    from mimo_cli.config.schema import Settings as Settings
    from mimo_cli.config.schema import find_key as find_key
    from mimo_cli.config.schema import is_text_value as is_text_value
    from mimo_cli.config.tables.aliases import fault_of_alias as fault_of_alias
    from mimo_cli.config.tables.aliases import right_aliases as right_aliases
    from mimo_cli.config.tables.aliases import unalias as unalias
    from mimo_cli.config.tables.loaders import parse_loader as parse_loader
    from mimo_cli.config.tables.loaders import right_loaders as right_loaders
    from mimo_cli.config.tables.named import find_table as find_table
    from mimo_cli.config.tables.templates import Template as Template
    from mimo_cli.config.tables.templates import every_template as every_template
    from mimo_cli.config.tables.templates import parse_template as parse_template
    from mimo_cli.config.tables.templates import read_template as read_template
    from mimo_cli.config.toml.toml_edit import change_value as change_value
    from mimo_cli.config.toml.toml_edit import change_values as change_values
    from mimo_cli.config.toml.toml_edit import replace_text as replace_text
    from mimo_cli.config.toml.toml_file import ExcessError as ExcessError
    from mimo_cli.config.toml.toml_file import parse_text as parse_text
    from mimo_cli.config.toml.toml_file import read_text as read_text
    from mimo_cli.config.toml.typed_list import split_list as split_list

PUBLIC = {
    "address": ("Address", "find_address", "find_path", "is_table", "names_inner_table"),
    "audit": ("check_source", "count_unknown", "find_unknown"),
    "every_problem": ("find_problems",),
    "key_policy": (
        *("KeyDecision", "KeyFromCommand", "KeyKnown", "KeyRefused"),
        *("KeyUnwanted", "NoKey"),
    ),
    "keys.key_command": ("run_command", "split_command"),
    "keys.written": ("find_usual_keys", "find_written_keys"),
    "layers": ("Origin", "Problem", "Source"),
    "load": (
        *("Configuration", "find_loader", "find_positions", "inspect_configuration"),
        *("load_configuration", "read_source"),
    ),
    "not_allowed": ("check_value",),
    "ownership": ("find_distrust", "warn_of_exposure"),
    "project": ("refuse_private_key",),
    "resolve": ("Resolved", "require", "resolve_file"),
    "schema": ("KEYS", "Key", "Settings", "find_key", "is_text_value"),
    "tables.aliases": ("fault_of_alias", "right_aliases", "unalias"),
    "tables.loaders": ("parse_loader", "right_loaders"),
    "tables.named": ("find_table",),
    "tables.templates": ("Template", "every_template", "parse_template", "read_template"),
    "toml.toml_edit": ("change_value", "change_values", "replace_text"),
    "toml.toml_file": ("ExcessError", "parse_text", "read_text"),
    "toml.typed_list": ("split_list",),
}
"""What others may use, by the module that it is in."""

if not TYPE_CHECKING:  # or every name would be right to a type checker

    def __getattr__(name: str) -> Any:
        """Load what a name stands for."""
        for module, names in PUBLIC.items():
            if name in names:
                value = globals()[name] = getattr(import_module(f"{__name__}.{module}"), name)
                return value
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
