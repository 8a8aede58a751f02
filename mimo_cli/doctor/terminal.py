"""The terminal: its size, its colours, and the text that it can show."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mimo_cli.doctor.check import Check
from mimo_cli.output.stream import is_dumb, use_color
from mimo_cli.screen import tty
from mimo_cli.screen.theme import Colors, fault_of_code_theme
from mimo_cli.text import locales

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mimo_cli.doctor.check import Subject

_NARROW = 40
_FORCING = ("FORCE_COLOR", "CLICOLOR_FORCE")
_DEPTHS = {
    Colors.PLAIN: "none",
    Colors.NONE: "none, but bold and underlined text",
    Colors.ANSI16: "16",
    Colors.ANSI256: "256",
    Colors.TRUE: "24 bits",
}
_LOCALES = ("LC_ALL", "LC_CTYPE", "LANG")


def terminal(subject: Subject) -> Check:
    """What stdout is, and how large."""
    environment = subject.environment
    term = environment.environ.get("TERM") or "not set"
    if not environment.stdout.is_terminal:
        return Check("terminal", "ok", f"stdout is none: answers are plain text (TERM is {term})")
    columns, rows = tty.size(environment.stdout.descriptor, environment.environ)
    text = f"{columns} columns, {rows} rows, TERM is {term}"
    if is_dumb(environment.environ):
        advice = "If yours can move its cursor, set TERM: export TERM=xterm-256color"
        return Check("terminal", "warning", f"{text}: nothing is drawn live", advice)
    if columns < _NARROW:
        return Check("terminal", "warning", text, f"Tables want at least {_NARROW} columns.")
    return Check("terminal", "ok", text)


def color(subject: Subject) -> Check:
    """How many colours there are, and why."""
    environment, chosen = subject.environment, subject.settings
    wanted = use_color(chosen.color, environment.environ, environment.stdout)
    is_terminal = environment.stdout.is_terminal
    depth = _DEPTHS[tty.colors(environment.environ, wanted=wanted, is_terminal=is_terminal)]
    if chosen.color != "auto":
        why = f"color is {chosen.color}: {chosen.origins.get('color', '')}"
    else:
        why = _reason(environment.environ, is_terminal=is_terminal)
    if wrong := fault_of_code_theme(chosen.code_theme):
        text = f"{depth} ({why}); there is no code_theme {chosen.code_theme!r}"
        where = chosen.origins.get("code_theme", "")
        return Check("color", "warning", text, f"{wrong[0].upper()}{wrong[1:]} ({where}).")
    return Check("color", "ok", f"{depth} ({why})")


def _reason(environ: Mapping[str, str], *, is_terminal: bool) -> str:
    """The variable that decides, in the order in which they count."""
    names = ["NO_COLOR", *(name for name in _FORCING if environ.get(name) != "0")]
    for name in names:
        if environ.get(name):
            return f"{name}={environ[name]}"
    if not is_terminal:
        return "stdout is no terminal"
    for name in ("COLORTERM", "TERM"):
        if environ.get(name):
            return f"{name}={environ[name]}"
    return "TERM is not set"


def text(subject: Subject) -> Check:
    """Whether the locale is UTF-8, and how wide characters are taken to be.

    All output is UTF-8, but that to a terminal of which the locale says that it speaks otherwise.
    """
    environ = subject.environment.environ
    widths = "中 and 🚀 are taken to be 2 columns wide"
    name = next((name for name in _LOCALES if environ.get(name)), None)
    if name is not None and re.search(r"utf-?8", environ[name], re.IGNORECASE):
        return Check("text", "ok", f"UTF-8 ({name}={environ[name]}); {widths}")
    locale = "no locale is set" if name is None else f"{name}={environ[name]} is not UTF-8"
    if not subject.environment.stdout.is_terminal:
        return Check("text", "ok", f"{locale}; output is UTF-8 all the same")
    advice = "If characters look wrong: export LC_ALL=C.UTF-8"
    if charset := locales.charset(environ):
        text = f"{locale}: {charset} is what the terminal is sent, and read by; {widths}"
        return Check("text", "warning", text, advice)
    return Check("text", "warning", f"{locale}; output is UTF-8 all the same; {widths}", advice)
