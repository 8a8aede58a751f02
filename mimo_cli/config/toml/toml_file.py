"""The configuration file, read."""

from __future__ import annotations

import re
import stat
from typing import TYPE_CHECKING, Any

from mimo_cli.errors import ConfigError
from mimo_cli.phrases import NOTHING, Phrase, reason, verbatim
from mimo_cli.text.text_format import TextFormat

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_DEVICES = ("/dev/", "/proc/")
_LARGEST = 256 * 1024
_FEW = 200  # of the signs that whatever costs time takes, in a text or not
_LONGEST_NAME = 60  # characters
_CORRECT = Phrase("Correct it with an editor; it was left as it is.")
_DIGITS = r"[0-9][0-9_]{4300}"  # https://docs.python.org/3/library/stdtypes.html#int-max-str-digits


class ExcessError(ConfigError):
    """The file holds more than a configuration may."""


def read_values(file: Path) -> dict[str, Any]:
    """Return what a file says; a file that does not exist is empty.

    Raises:
        ConfigError: it cannot be read, or is not TOML (the message says where).
    """
    return parse_text(read_text(file), file)


def parse_text(text: str, file: Path) -> dict[str, Any]:
    """Return what a text says that is, or will be, in a file.

    Raises:
        ExcessError: it holds too much.
        ConfigError: it is not TOML (the message says where).
    """
    if not text.strip():
        return {}
    if not _is_small(text):
        from mimo_cli.config.toml import toml_text

        if why := toml_text.find_excess(text):
            raise ExcessError(_cannot_read(file), why)
    import tomllib

    what = Phrase("{file} is not valid TOML", file=str(file))
    try:
        content = tomllib.loads(text)
        large = next(map(verbatim, _large_integers(content)), NOTHING)
    except (ValueError, RecursionError) as error:
        large = NOTHING if isinstance(error, tomllib.TOMLDecodeError) else _large_in(text)
        if not large:
            raise ConfigError(what, verbatim(str(error)), _hint(text)) from error
    if large:
        why = Phrase("{place} has an integer of more than 64 bits", place=large)
        raise ExcessError(what, why, _CORRECT)
    return content


def _large_integers(value: object, name: str = "") -> Iterator[str]:
    """Yield the names of integers that TOML does not have. Python cannot even show all of them."""
    if isinstance(value, int) and not -(1 << 63) <= value < 1 << 63:
        yield name
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _large_integers(inner, f"{name}.{key}"[-_LONGEST_NAME:].lstrip("."))
    elif isinstance(value, list):
        for inner in value:
            yield from _large_integers(inner, name)


def _large_in(text: str) -> Phrase:
    """Return the line of an integer that Python refuses to read, or nothing."""
    match = re.search(_DIGITS, text)
    if match is None:
        return NOTHING
    return Phrase("line {line}", line=text.count("\n", 0, match.start()) + 1)


def _cannot_read(file: Path) -> Phrase:
    return Phrase("cannot read {file}", file=str(file))


def _hint(text: str) -> Phrase:
    """Return what to do about a text that is not TOML."""
    from mimo_cli.config.toml import toml_text
    from mimo_cli.text import punctuation

    odd = toml_text.find_odd_sign(text)
    if odd is None:
        return _CORRECT
    (line, column), sign, meant = odd
    return Phrase(
        "Line {line}, column {column} has {sign}, where TOML wants {meant}",
        line=line,
        column=column,
        sign=punctuation.describe(sign),
        meant=meant,
    )


def _is_small(text: str) -> bool:
    """Return whether a text is like most configurations, which need not be measured any further."""
    return sum(map(text.count, "=,.[{\n")) <= _FEW


def read_text(file: Path) -> str:
    """Return the file's text; of a file that does not exist, none.

    Raises:
        ConfigError: it cannot be read, or is no text.
    """
    try:
        data = _bytes(file)
    except FileNotFoundError:
        return ""
    except OSError as error:
        why = reason(error)
        raise ConfigError(_cannot_read(file), why) from error
    if len(data) > _LARGEST:
        why = Phrase("it is too large to be a configuration")
        raise ExcessError(_cannot_read(file), why)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        offset = error.start + len(data) - len(error.object)  # which may lack the byte-order mark
        why = Phrase(
            "it is not UTF-8 text (byte 0x{byte:02X} at offset {offset})",
            byte=data[offset],
            offset=offset,
        )
        from mimo_cli.text import encoding_remedy

        hint = encoding_remedy.remedy(data, TextFormat())
        raise ConfigError(_cannot_read(file), why, hint) from error


def _bytes(file: Path) -> bytes:
    """Return a file's first bytes, one more than may be.

    Raises:
        ConfigError: it is a pipe, unless the user's shell made it: `<(command)`.
        OSError: it cannot be read.
    """
    mode = file.stat().st_mode
    if stat.S_ISREG(mode):
        from mimo_cli.files import reading  # not for those who have no file

        return reading.read(file, _LARGEST + 1)
    if stat.S_ISFIFO(mode) and not str(file).startswith(_DEVICES):
        why = Phrase("it is a pipe, which may never be written to")
        raise ConfigError(_cannot_read(file), why)
    with file.open("rb") as stream:
        return stream.read(_LARGEST + 1)
