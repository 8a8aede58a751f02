"""The keys that the user has written down, wherever: no text may show one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mimo_cli.config import paths
from mimo_cli.config.layers import Source
from mimo_cli.config.resolve import resolve_file
from mimo_cli.config.toml import toml_file
from mimo_cli.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping


_KEY_LINE = r"""\bapi_key["']?[ \t]*=[ \t]*["']+([^"'\n]+)"""


def find_usual_keys(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return the keys in the usual configuration, where another one is in use; of what is no TOML,
    whatever stands behind such a name.
    """  # noqa: D205 - the rule is one sentence
    return _keys_in_file({**environ, "MIMO_CONFIG": ""}) if environ.get("MIMO_CONFIG") else ()


def find_written_keys(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return all keys that the user has written down: in the variable, in files. None is run for.

    For texts that may show one before it is settled which is in use.
    """
    given = environ.get("MIMO_API_KEY", "").strip()
    return (given, *_keys_in_file(environ), *find_usual_keys(environ))


def _keys_in_file(environ: Mapping[str, str]) -> tuple[str, ...]:
    try:
        file = paths.config_file(environ)
        text = toml_file.read_text(file)
    except ConfigError:
        return ()  # there can be none, or nobody can read it
    try:
        return resolve_file(Source(str(file), toml_file.parse_text(text, file))).kept_keys
    except ConfigError:
        return tuple(re.findall(_KEY_LINE, text))
