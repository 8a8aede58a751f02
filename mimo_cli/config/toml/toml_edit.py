"""The configuration file, changed without losing a comment.

The only user of tomlkit.
"""

from __future__ import annotations

import contextlib
import os
import stat
import time
from typing import TYPE_CHECKING, Any

from mimo_cli.config import paths
from mimo_cli.config.toml.toml_file import read_text, read_values
from mimo_cli.errors import ConfigError
from mimo_cli.files import location, named_file, new_file
from mimo_cli.phrases import Phrase, reason, verbatim

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from mimo_cli.config.layers import KeyPath

_LOCK_SECONDS = 5.0


class ChangedError(ConfigError):
    """The file is no longer what it was."""


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
            named_file.write_whole(file, after.encode(), mode=0o600)
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
    return {}, "", new_file.write_new(new_file.numbered_names(file, ".bak"), content, mode=0o600)


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
        named_file.write_whole(file, after.encode(), mode=0o600)


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
    named_file.remove_temporaries(location.follow(file))


def _is_in(content: object, path: Sequence[str]) -> bool:
    for name in path:
        if not isinstance(content, dict) or name not in content:
            return False
        content = content[name]
    return True


def _cannot_write(file: Path) -> Phrase:
    return Phrase("cannot write {file}", file=str(file))


@contextlib.contextmanager
def _locked(file: Path, patience: float) -> Iterator[None]:
    """Keep other processes out, by a lock on a file beside the real one."""
    try:
        import fcntl
    except ImportError:  # no such locks on this system: the last writer wins
        yield
        return
    lock = location.beside(location.follow(file), before=".", after=".lock")
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
