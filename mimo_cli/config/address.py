"""What may stand in the tables of a configuration: profiles, aliases, kept prompts. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from mimo_cli.catalogue import models
from mimo_cli.config.resolve import PROMPT, Source, table, template, unaliased
from mimo_cli.config.schema import (
    ASKED,
    KEYS,
    Key,
    NotAllowedError,
    check,
    cut,
    find,
    nearest,
    read,
)
from mimo_cli.errors import MimoError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

MOST_REMARKS = 5
"""Of one kind about one file: more are counted."""

_TABLES = ("profiles", "aliases", "prompts")
_TOP = [key.name for key in KEYS]
_IN_PROFILE = [name for name in _TOP if name != "default_profile"]
_IN_PROMPT = [*ASKED, PROMPT.name]
_IN_TABLE = {"profiles": _IN_PROFILE, "prompts": _IN_PROMPT}
_MODEL = Key("alias", "text", "a short name for a model", may_be_empty=False)


class Address(NamedTuple):
    """A place in the file for one value: the names of its tables and its own, and its key."""

    path: tuple[str, ...]
    key: Key

    @property
    def name(self) -> str:
        """How it is written on the command line."""
        return ".".join(self.path)


def address(name: str, profile: str = "") -> Address:
    """The place that a name means: `model`, `aliases.fast`, `prompts.review.system`.

    With a profile, that of the profile's own value.

    Raises:
        UsageError: there is no such setting; the message names the nearest.
    """
    first, _, rest = name.partition(".")
    if profile:
        return Address(("profiles", profile, _find(name, _IN_PROFILE).name), find(name))
    if first not in _TABLES:
        key = find(name)
        return Address((key.name,), key)
    if first == "aliases" and rest:
        return Address((first, rest), _MODEL)
    inner, dot, last = rest.rpartition(".")
    if not dot or not inner or not last:
        wanted = "aliases.NAME" if first == "aliases" else f"{first}.NAME.SETTING"
        raise UsageError(f"unknown setting {name!r}", f"it is written {wanted}")
    key = PROMPT if (first, last) == ("prompts", PROMPT.name) else _find(last, _IN_TABLE[first])
    return Address((first, inner, key.name), key)


def existing(source: Source, name: str) -> tuple[str, ...]:
    """The path of what a file has under a name, also of a whole table; empty if there is none."""
    first, _, rest = name.partition(".")
    inner, _, last = rest.rpartition(".")
    for path in ((name,), (first, rest), (first, inner, last)):
        found: object = source.content
        for part in path:
            found = found.get(part) if isinstance(found, Mapping) else None
        if found is not None:
            return path
    return ()


def is_name_of_table(name: str) -> bool:
    """Whether a name is that of a whole profile or prompt, such as `profiles.work`."""
    first, dot, rest = name.partition(".")
    return first in _IN_TABLE and dot == "." and rest != "" and "." not in rest


def is_table(source: Source, path: tuple[str, ...]) -> bool:
    """Whether there is a table at a path that exists."""
    content: object = source.content
    for name in path:
        content = content[name] if isinstance(content, Mapping) else None
    return isinstance(content, Mapping)


def unknown(source: Source) -> list[str]:
    """Return a remark for each key of a file that this program does not know, or not there.

    After the first few there is one for all the others.
    """
    found = [*_unknown(source)]
    remarks = [_remark(source, *it) for it in found[:MOST_REMARKS]]
    more = len(found) - len(remarks)
    return remarks + ([f"{more:,} more settings in {source.name} are unknown"] if more else [])


def count_unknown(source: Source) -> int:
    """Return how many keys of a file this program does not know, or not there."""
    return sum(1 for _ in _unknown(source))


def _remark(source: Source, path: tuple[str, ...], place: str, known: Collection[str]) -> str:
    where = f"{place}{source.where(path)}"
    return f"unknown setting {cut(path[-1])!r} in {where}. {nearest(path[-1], known)}".rstrip()


def problems(source: Source) -> list[MimoError]:
    """What is wrong with the values of a file, also with those that are not in use."""
    return sifted(source)[1]


def sifted(source: Source) -> tuple[Source, list[MimoError]]:
    """A file without the values that are wrong in it, and what is wrong with them."""
    content = _copied(source.content)
    right = source._replace(content=content)
    errors: list[MimoError] = []

    def look(act: Callable[[], object], *path: str) -> None:
        try:
            act()
        except MimoError as error:
            errors.append(error)
            _removed(content, path)

    for kind in _TABLES:
        look(partial(table, right, kind), kind)
    for kind in _IN_TABLE:
        for name in [*table(right, kind)]:
            look(partial(table, right, kind, name), kind, name)
    for path, key in [*_values(right)]:
        look(partial(_check_value, right, path, key), *path)
    for name in [*table(right, "prompts")]:
        look(partial(template, name, right), "prompts", name)
    for name in {**models.ALIASES, **table(right, "aliases")}:
        look(partial(unaliased, name, right), "aliases", name)
    return right, errors


def _check_value(source: Source, path: tuple[str, ...], key: Key) -> None:
    content = source.content if len(path) == 1 else table(source, *path[:-1])
    value = content[path[-1]]
    try:
        read(key, value)
    except NotAllowedError:  # finding the line takes time
        check(key, value, f"file {source.name}{source.where(path)}")


def _copied(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: _copied(value) if isinstance(value, Mapping) else value
        for name, value in values.items()
    }


def _removed(content: dict[str, Any], path: tuple[str, ...]) -> None:
    *tables, last = path
    for name in tables:
        content = content.get(name, {})
    content.pop(last, None)


def _find(name: str, known: Collection[str]) -> Key:
    if name.replace("-", "_") not in known:
        raise UsageError(f"unknown setting {name!r}", "", nearest(name, known))
    return find(name)


def _unknown(source: Source) -> Iterator[tuple[tuple[str, ...], str, Collection[str]]]:
    for name in source.content:
        if name not in _TOP and name not in _TABLES:
            yield (name,), "the configuration", [*_TOP, *_TABLES]
    for kind, known in _IN_TABLE.items():
        for name in table(source, kind):
            for key in table(source, kind, name):
                if key not in known:
                    yield (kind, name, key), f"{kind}.{cut(name)}", known


def _values(source: Source) -> Iterator[tuple[tuple[str, ...], Key]]:
    for name in source.content:
        if name in _TOP:
            yield (name,), find(name)
    for kind, known in _IN_TABLE.items():
        for name in table(source, kind):
            for key in table(source, kind, name):
                if key in known:
                    yield (kind, name, key), PROMPT if key == PROMPT.name else find(key)
