"""The terminal's own settings: its size, its colours, and whether it echoes keys."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, Any, Literal

from mimo_cli.output.output_stream import is_dumb
from mimo_cli.screen.colors import Colors

try:
    import termios
except ImportError:  # not a POSIX system
    termios = None  # type: ignore[assignment]  # a module or nothing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from mimo_cli.signals import Signals

_FALLBACK = (80, 24)
_LARGEST, _DIGITS = 9999, 4
_LIGHTEST_DARK = 6
_GREY = 8
_INPUT_FLAGS, _LOCAL_FLAGS = 0, 3  # of the list that tcgetattr gives

Enter = Literal["line feed", "carriage return"]
"""What the system makes of Enter."""


class KeyEcho:
    """The echo of keys that are typed: they would spoil a picture on the screen.

    They are not lost: the shell gets them. Nothing changes where there is no such thing, or for a
    job in the background, which the system would stop for trying.

    Ctrl-C and Ctrl-Z throw nothing away: the system would do so with keys, but also with rows that
    were written and are still on their way to the screen (termios(3), NOFLSH).

    Enter comes as `enter` says: a line feed, which is Ctrl-J, a new line to a prompt of ours; or a
    carriage return, which sends there (ICRNL); None leaves that. Not `hides`: keys are shown and
    read by the line, as if nothing were drawn.
    """

    def __init__(
        self, descriptor: int | None, *, enter: Enter | None = None, hides: bool = True
    ) -> None:
        self._descriptor = descriptor
        self._enter = enter
        self._hides = hides
        self._before: list[Any] | None = None

    @property
    def are_ours(self) -> bool:
        """Whether this process is the one that keys go to."""
        return is_foreground(self._descriptor)

    def hide(self) -> None:
        """Switch the echo off, and reading by the line."""
        if self._descriptor is None or termios is None or not self.are_ours:
            return
        if self._before is not None:
            return  # hidden already
        self._before = termios.tcgetattr(self._descriptor)
        quiet = [*self._before]
        if self._hides:
            quiet[_LOCAL_FLAGS] &= ~(termios.ECHO | termios.ICANON)
        quiet[_LOCAL_FLAGS] |= termios.NOFLSH
        if self._enter == "line feed":
            quiet[_INPUT_FLAGS] |= termios.ICRNL
        elif self._enter == "carriage return":
            quiet[_INPUT_FLAGS] &= ~termios.ICRNL
        termios.tcsetattr(self._descriptor, termios.TCSANOW, quiet)  # no wait: it may be stopped

    def drop(self) -> None:
        """Throw away what was typed, if the system would have."""
        if termios is None or self._before is None:
            return
        if not self._before[_LOCAL_FLAGS] & termios.NOFLSH:
            discard_typeahead(self._descriptor)

    def show(self) -> None:
        """Restore the saved terminal attributes."""
        if self._before is not None and self._descriptor is not None and termios is not None:
            with contextlib.suppress(termios.error):  # the terminal has gone: nothing to restore
                termios.tcsetattr(self._descriptor, termios.TCSANOW, self._before)
            self._before = None


def keeping_typeahead(descriptor: int) -> contextlib.AbstractContextManager[None]:
    """Keep what was typed ahead when Ctrl-C comes, inside: a prompt comes that it is for.

    Nor does it leave a ^C on the screen.
    """
    return _with_flags(descriptor, on="NOFLSH", off="ECHOCTL")


def keeping_rows(
    descriptor: int | None, signals: Signals
) -> contextlib.AbstractContextManager[KeyEcho]:
    """Lose no rows that are on their way to the screen, inside; also after Ctrl-Z and `fg`.

    Keys that were typed before Ctrl-Z are thrown away, as the system would.
    """
    keys = KeyEcho(descriptor, hides=False)

    def suspend() -> None:
        keys.drop()
        keys.show()

    return _hidden(keys, signals, suspend)


def hiding_keys(
    descriptor: int | None, signals: Signals, *, enter: Enter = "line feed"
) -> contextlib.AbstractContextManager[KeyEcho]:
    """Hide what is typed, inside, and let it be read at once; also after Ctrl-Z and `fg`."""
    keys = KeyEcho(descriptor, enter=enter)
    return _hidden(keys, signals, keys.show)


@contextlib.contextmanager
def _hidden(keys: KeyEcho, signals: Signals, suspend: Callable[[], None]) -> Iterator[KeyEcho]:
    """Hide keys, inside; `suspend` shows them for Ctrl-Z."""
    with signals.restoring(keys.show), signals.suspending(suspend, keys.hide):
        keys.hide()
        try:
            yield keys
        finally:
            keys.show()


def reading_each_key(descriptor: int) -> contextlib.AbstractContextManager[None]:
    """Let what was typed be read at once, inside, and not by the line."""
    return _with_flags(descriptor, off="ICANON")


@contextlib.contextmanager
def _with_flags(descriptor: int, *, on: str = "", off: str = "") -> Iterator[None]:
    """Set the flags of these names, or not, inside, where the system has them."""
    if not is_foreground(descriptor) or termios is None:
        yield
        return
    restore, mode = restorer(descriptor), termios.tcgetattr(descriptor)
    mode[_LOCAL_FLAGS] |= getattr(termios, on, 0)
    mode[_LOCAL_FLAGS] &= ~getattr(termios, off, 0)
    termios.tcsetattr(descriptor, termios.TCSANOW, mode)
    try:
        yield
    finally:
        restore()


def discard_typeahead(descriptor: int | None) -> None:
    """Forget what was typed and not read yet: it was meant for something else than what comes now.

    A job in the background would be stopped for trying, and nothing it has was typed for it.
    """
    if descriptor is not None and termios is not None and is_foreground(descriptor):
        with contextlib.suppress(termios.error):  # the terminal has gone
            termios.tcflush(descriptor, termios.TCIFLUSH)


def size(descriptor: int | None, environ: Mapping[str, str]) -> tuple[int, int]:
    """Return columns and lines of the screen now, never 0.

    Where that is not known (off a terminal; in a pseudo-terminal of nobody's, such as `script` in a
    build, which says 0): `COLUMNS` and `LINES`, else 80 by 24.
    """
    try:
        columns, lines = os.get_terminal_size(-1 if descriptor is None else descriptor)
    except OSError:
        columns = lines = 0
    return (
        columns or _number(environ.get("COLUMNS", "")) or _FALLBACK[0],
        lines or _number(environ.get("LINES", "")) or _FALLBACK[1],
    )


def _number(text: str) -> int:
    """Return a variable's number, 0 for none; no screen is wider than this says."""
    if not (text.isascii() and text.isdecimal()):
        return 0
    return int(text) if len(text) <= _DIGITS else _LARGEST


def colors(environ: Mapping[str, str], *, wanted: bool, is_terminal: bool) -> Colors:
    """Return how many colours there are, by the customary variables.

    A terminal without colours still has bold and underlined text; a file has not.
    """
    term = environ.get("TERM", "")
    if not wanted:
        return Colors.NONE if is_terminal and not is_dumb(environ) else Colors.PLAIN
    if environ.get("COLORTERM") in ("truecolor", "24bit"):
        return Colors.TRUE
    return Colors.ANSI256 if "256color" in term else Colors.ANSI16


def is_light(environ: Mapping[str, str], theme: Literal["auto", "light", "dark"] = "auto") -> bool:
    """Return whether the background is light: by the setting, or as the terminal says.

    It says so in `COLORFGBG`, if at all; else it is taken for dark.
    """
    if theme != "auto":
        return theme == "light"
    background = environ.get("COLORFGBG", "").rpartition(";")[2]
    if not background.isdecimal():
        return False
    color = int(background)
    return color > _LIGHTEST_DARK and color != _GREY


def reports_size_late(environ: Mapping[str, str]) -> bool:
    """Return whether it is inside of tmux, which tells of a new size up to 250 ms after it took it.

    GNU screen has the same names in `TERM`, and is taken for it.
    """
    return "TMUX" in environ or environ.get("TERM", "").startswith(("tmux", "screen"))


def restorer(descriptor: int) -> Callable[[], None]:
    """Return a call that gives a terminal back the settings that it has now."""
    try:
        before = termios.tcgetattr(descriptor) if termios is not None else None
    except termios.error:  # it is none
        before = None

    def restore() -> None:
        if before is not None:
            with contextlib.suppress(termios.error):  # it has gone
                termios.tcsetattr(descriptor, termios.TCSANOW, before)

    return restore


def is_foreground(descriptor: int | None) -> bool:
    """Return whether this process is the one its terminal belongs to, and no background job."""
    if descriptor is None or not hasattr(os, "tcgetpgrp"):
        return descriptor is not None
    try:
        return os.isatty(descriptor) and os.tcgetpgrp(descriptor) == os.getpgrp()
    except OSError:
        return False  # not the terminal that controls this process
