"""The configuration file: read, and changed without losing a comment.

The only user of tomlkit, which is loaded to write, never to read.
"""

from __future__ import annotations

import contextlib
import os
import re
import stat
import time
from typing import TYPE_CHECKING, Any

from mimo_cli import files
from mimo_cli.config import paths
from mimo_cli.errors import ConfigError
from mimo_cli.phrases import NOTHING, Phrase, reason, verbatim
from mimo_cli.text import decoding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from mimo_cli.config.layers import KeyPath

_DEVICES = ("/dev/", "/proc/")
_LARGEST = 256 * 1024
_FEW = 200  # of the signs that whatever costs time takes, in a text or not
_LOCK_SECONDS = 5.0
_LONGEST_NAME = 60  # characters
_CORRECT = Phrase("Correct it with an editor; it was left as it is.")
_DIGITS = r"[0-9][0-9_]{4300}"  # https://docs.python.org/3/library/stdtypes.html#int-max-str-digits


class ChangedError(ConfigError):
    """The file is no longer what it was."""


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
        from mimo_cli.config import toml_text

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


def _cannot_write(file: Path) -> Phrase:
    return Phrase("cannot write {file}", file=str(file))


def _hint(text: str) -> Phrase:
    """Return what to do about a text that is not TOML."""
    from mimo_cli.config import toml_text
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


def _is_in(content: object, path: Sequence[str]) -> bool:
    for name in path:
        if not isinstance(content, dict) or name not in content:
            return False
        content = content[name]
    return True


def change_value(
    file: Path,
    path: KeyPath,
    value: object | None,
    *,
    patience: float = _LOCK_SECONDS,
    anew: bool = False,
) -> Path | None:
    """Set the value at a path, or with None take it away. Comments and order stay.

    Safe with other processes that do the same. The folder gets mode 0700, the file 0600. With
    `anew` a file that is not right gives way to a new one; returns where it was copied to then.

    Raises:
        ConfigError: the file cannot be read or written, is not TOML, or is locked for longer than
            `patience` seconds.
    """
    return change_values(file, {path: value}, patience=patience, anew=anew)


def change_values(
    file: Path,
    values: Mapping[KeyPath, object | None],
    *,
    patience: float = _LOCK_SECONDS,
    anew: bool = False,
) -> Path | None:
    """Do as `change_value` for several keys at once: all or none of them.

    Raises:
        ConfigError: as for `change_value`.
    """
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        with _writing(file, patience):
            before, written, aside = _before(file, anew=anew)
            document = tomlkit.parse(written)
            for path, value in values.items():
                _put(document, before, path, value)
            after = tomlkit.dumps(document)
            if "\r\n" in written and "\n" not in written.replace("\r\n", ""):
                after = after.replace("\r\n", "\n").replace("\n", "\r\n")
            _check_written(file, after, values)
            files.write_whole(file, after.encode(), mode=0o600)
            return aside
    except (TOMLKitError, RecursionError) as error:
        what = Phrase("{file} is not valid TOML", file=str(file))
        raise ConfigError(what, verbatim(str(error))) from error


def _before(file: Path, *, anew: bool) -> tuple[dict[str, Any], str, Path | None]:
    """Return what a file says, and its text; or nothing, and the copy of what cannot be read."""
    try:
        return read_values(file), read_text(file), None
    except ConfigError:
        if not anew:
            raise
        try:
            content = file.read_bytes()
        except OSError:
            content = None
        if content is None:
            raise
    return {}, "", files.write_new(files.numbered_names(file, ".bak"), content, mode=0o600)


def replace_text(file: Path, before: str, after: str, *, patience: float = _LOCK_SECONDS) -> None:
    """Put a whole text in the place of the one that was read before.

    Raises:
        ChangedError: the file is not what it was before.
        ConfigError: as for `change_value`.
    """
    with _writing(file, patience):
        if read_text(file) != before:
            what = Phrase("{file} is left as it is", file=str(file))
            raise ChangedError(what, Phrase("it was changed meanwhile"))
        files.write_whole(file, after.encode(), mode=0o600)


def _put(document: Any, before: object, path: KeyPath, value: object | None) -> None:
    """Set or take away one key, and make the tables it is in."""
    import tomlkit
    from tomlkit.items import InlineTable

    if value is None and not _is_in(before, path):
        return
    table = document
    for depth, name in enumerate(path[:-1], start=1):
        if name not in table:
            is_inline = isinstance(table, InlineTable)
            is_outer = depth < len(path) - 1
            table[name] = (
                tomlkit.inline_table() if is_inline else tomlkit.table(is_super_table=is_outer)
            )
        table = table[name]
        if not hasattr(table, "keys"):
            what = Phrase("{name} is not a table", name=".".join(path[:depth]))
            raise ConfigError(what, Phrase("it must be one"))
    if value is None:
        del table[path[-1]]
    else:
        table[path[-1]] = list(value) if isinstance(value, tuple) else value


def _check_written(file: Path, after: str, values: Mapping[KeyPath, object | None]) -> None:
    """Make sure of what is about to be written: another reader finds what was meant.

    Raises:
        ConfigError: it does not.
    """
    import tomllib

    content = tomllib.loads(after)
    if any(_is_in(content, path) is (value is None) for path, value in values.items()):
        what = Phrase("cannot change {file}", file=str(file))
        why = Phrase("its tables are in an order that cannot be kept")
        raise ConfigError(what, why, Phrase("Run: mimo config edit"))


@contextlib.contextmanager
def _writing(file: Path, patience: float) -> Iterator[None]:
    """Make the folder, keep others out, and say what is wrong in our words."""
    try:
        _refuse_odd(file)
        paths.make(file.parent)
        with _locked(file, patience):
            _remove_leftovers(file)
            yield
    except OSError as error:
        why = reason(error)
        hint = Phrase("MIMO_CONFIG can name another file; MIMO_API_KEY needs none.")
        raise ConfigError(_cannot_write(file), why, hint) from error


def _refuse_odd(file: Path) -> None:
    """Refuse what is no file, which keeps nothing, and somebody else's, which would change hands.

    Raises:
        ConfigError: it is one of them.
    """
    if not file.exists():
        return
    status = file.stat()
    if not stat.S_ISREG(status.st_mode):
        raise ConfigError(_cannot_write(file), Phrase("it is not a regular file"))
    if hasattr(os, "geteuid") and status.st_uid != os.geteuid():
        raise ConfigError(_cannot_write(file), Phrase("it belongs to another user"))


def _remove_leftovers(file: Path) -> None:
    """Remove what killed processes left behind. Under the lock nobody else is writing."""
    files.remove_temporaries(files.follow(file))


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
        hint = decoding.remedy(data, decoding.TextFormat())
        raise ConfigError(_cannot_read(file), why, hint) from error


def _bytes(file: Path) -> bytes:
    """Return a file's first bytes, one more than may be.

    Raises:
        ConfigError: it is a pipe, unless the user's shell made it: `<(command)`.
        OSError: it cannot be read.
    """
    mode = file.stat().st_mode
    if stat.S_ISREG(mode):
        return files.read(file, _LARGEST + 1)
    if stat.S_ISFIFO(mode) and not str(file).startswith(_DEVICES):
        why = Phrase("it is a pipe, which may never be written to")
        raise ConfigError(_cannot_read(file), why)
    with file.open("rb") as stream:
        return stream.read(_LARGEST + 1)


@contextlib.contextmanager
def _locked(file: Path, patience: float) -> Iterator[None]:
    """Keep other processes out, by a lock on a file beside the real one."""
    try:
        import fcntl
    except ImportError:  # no such locks on this system: the last writer wins
        yield
        return
    lock = files.beside(files.follow(file), before=".", after=".lock")
    flags = os.O_CREAT | os.O_RDWR | getattr(os, "O_NOFOLLOW", 0)
    descriptor = os.open(lock, flags, 0o600)
    try:
        end = time.monotonic() + patience
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as error:
                if time.monotonic() > end:
                    what = Phrase("cannot lock {file}", file=str(file))
                    why = Phrase("it is in use")
                    hint = Phrase("Is another mimo writing it?")
                    raise ConfigError(what, why, hint) from error
                time.sleep(0.02)
        yield
    finally:
        os.close(descriptor)
