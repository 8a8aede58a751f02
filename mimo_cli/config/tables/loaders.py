"""Loaders: commands that print the text of a type of files, in the table `loaders`. Pure.

    [loaders]
    docx = ["pandoc", "-t", "plain", "{file}"]

Of a text the words are taken apart as a shell does; there is none.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import TYPE_CHECKING

from mimo_cli.config.not_allowed import check_value
from mimo_cli.config.schema import Key, NotAllowedError, read_value
from mimo_cli.config.slips import cut
from mimo_cli.errors import ConfigError, MimoError
from mimo_cli.phrases import NOTHING, Phrase, reason

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mimo_cli.config.layers import Source

TABLE = "loaders"
FILE = "{file}"
"""What stands for the file in a command."""

LOADER = Key(
    "loader", "list", Phrase("A command that prints the text of a file."), may_be_empty=False
)


def find_command(source: Source, types: Iterable[str]) -> tuple[str, ...] | None:
    """Return the command for the first of some types that has one in the user's file.

    Raises:
        ConfigError: it is not right, or not the user's own.
    """
    names = {name.lower().removeprefix("."): name for name in source.table(TABLE)}
    name = next((names[it] for it in types if it in names), None)
    if name is None:
        return None
    words = read_loader(source, name)
    if source.distrust is not None:
        what = Phrase("{name} is not run", name=f"{TABLE}.{name}")
        raise ConfigError(what, source.distrust.why, source.distrust.advice)
    return words


def right_loaders(source: Source) -> dict[str, tuple[str, ...]]:
    """Return the commands of a file, but none that is wrong."""
    content = source.content.get(TABLE)
    right = {}
    for name in content if isinstance(content, Mapping) else ():
        with contextlib.suppress(ConfigError):
            right[name] = read_loader(source, name)
    return right


def read_loader(source: Source, name: str) -> tuple[str, ...]:
    """Return the words of a command in a file.

    Raises:
        ConfigError: it is no command, or has no place for a file.
    """
    value = source.table(TABLE)[name]
    key = _key(name)
    try:
        words = read_value(key, value)
    except NotAllowedError:
        words = check_value(key, value, source.place((TABLE, name)))
    return parse_loader(key.name, words, source.place((TABLE, name)), ConfigError)


def parse_loader(
    name: str, words: tuple[str, ...], place: Phrase, error: type[MimoError]
) -> tuple[str, ...]:
    """Return the words of a command; one that has spaces in it is taken apart.

    `place` says in words where it stands.

    Raises:
        MimoError: of the class `error`: it is no command, or has no place for a file.
    """
    what = Phrase("{name} is not right", name=cut(name))
    if len(words) == 1:
        from mimo_cli.text import shell_words  # few have one

        try:
            words = tuple(shell_words.split(words[0]))
        except ValueError as wrong:  # a quotation mark without its other
            why = Phrase("{why} ({place})", why=reason(wrong), place=place)
            raise error(what, why) from wrong
    if not words or FILE in words[0]:
        raise error(what, Phrase("it names no program ({place})", place=place))
    if not any(FILE in word for word in words):
        why = Phrase("it does not say where the file goes ({place})", place=place)
        hint = Phrase("{field} stands for it.", field=FILE)
        raise error(what, why, hint)
    if any("\0" in word for word in words):
        raise error(what, Phrase("there is a NUL in it ({place})", place=place), NOTHING)
    return words


def _key(name: str) -> Key:
    return LOADER._replace(name=f"{TABLE}.{name}")
