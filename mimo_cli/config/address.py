"""What the names of settings on the command line mean in the file: `aliases.fast`. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from mimo_cli.config.schema import ASKED, KEYS, PROMPT, Key, find_key
from mimo_cli.config.slips import nearest
from mimo_cli.config.tables.loaders import LOADER
from mimo_cli.errors import UsageError
from mimo_cli.phrases import NOTHING, Phrase

if TYPE_CHECKING:
    from collections.abc import Collection

    from mimo_cli.config.layers import KeyPath, Source

TABLES = ("profiles", "aliases", "prompts", "loaders")
"""The tables at the top level of a file."""

TOP = tuple(key.name for key in KEYS)
"""The settings at the top level of a file."""

WITHIN = {
    "profiles": tuple(name for name in TOP if name != "default_profile"),
    "prompts": (*ASKED, PROMPT.name),
}
"""What may stand in each of the tables within a table."""

_ALIAS = Key("alias", "text", Phrase("A short name for a model."), may_be_empty=False)


class Address(NamedTuple):
    """Where one value stands in the file: the names of its tables and its own, and its key."""

    path: KeyPath
    key: Key

    @property
    def name(self) -> str:
        """How it is written on the command line."""
        return ".".join(self.path)


def find_address(name: str, profile: str = "") -> Address:
    """Return what a name stands for: `model`, `aliases.fast`, `prompts.review.system`.

    With a profile, that of the profile's own value.

    Raises:
        UsageError: there is no such setting; the message names the nearest.
    """
    first, _, rest = name.partition(".")
    if profile:
        key = _find_key(name, WITHIN["profiles"])
        return Address(("profiles", profile, key.name), key)
    if first not in TABLES:
        key = find_key(name)
        return Address((key.name,), key)
    if first == "aliases" and rest:
        return Address((first, rest), _ALIAS)
    if first == "loaders" and rest:
        return Address((first, rest), LOADER)
    inner, dot, last = rest.rpartition(".")
    if not dot or not inner or not last:
        forms = {"aliases": "aliases.NAME", "loaders": "loaders.TYPE"}
        wanted = forms.get(first, f"{first}.NAME.SETTING")
        why = Phrase("it is written {form}", form=wanted)
        raise UsageError(Phrase("unknown setting {name!r}", name=name), why)
    key = PROMPT if (first, last) == ("prompts", PROMPT.name) else _find_key(last, WITHIN[first])
    return Address((first, inner, key.name), key)


def find_path(source: Source, name: str) -> KeyPath:
    """Return the path of what a file has under a name, also of a whole table; empty for nothing."""
    first, _, rest = name.partition(".")
    inner, _, last = rest.rpartition(".")
    for path in ((name,), (first, rest), (first, inner, last)):
        value: object = source.content
        for part in path:
            value = value.get(part) if isinstance(value, Mapping) else None
        if value is not None:
            return path
    return ()


def names_inner_table(name: str) -> bool:
    """Return whether a name is that of a whole profile or prompt, such as `profiles.work`."""
    first, dot, rest = name.partition(".")
    return first in WITHIN and dot == "." and rest != "" and "." not in rest


def is_table(source: Source, path: KeyPath) -> bool:
    """Return whether there is a table at a path that exists."""
    content: object = source.content
    for name in path:
        content = content[name] if isinstance(content, Mapping) else None
    return isinstance(content, Mapping)


def _find_key(name: str, known: Collection[str]) -> Key:
    if name.replace("-", "_") not in known:
        what = Phrase("unknown setting {name!r}", name=name)
        raise UsageError(what, NOTHING, nearest(name, known))
    return find_key(name)
