"""The terminal: its size, its colours, and the text that it can show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.doctor.check import Check
from mimo_cli.output.output_stream import is_dumb, use_color
from mimo_cli.phrases import Phrase, verbatim
from mimo_cli.screen import tty
from mimo_cli.screen.colors import Colors, nearest_code_themes
from mimo_cli.text import locales

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mimo_cli.doctor.check import Subject

_NARROW = 40
_FORCING = ("FORCE_COLOR", "CLICOLOR_FORCE")
_DEPTHS = {
    Colors.PLAIN: Phrase("none"),
    Colors.NONE: Phrase("none, but bold and underlined text"),
    Colors.ANSI16: Phrase("16"),
    Colors.ANSI256: Phrase("256"),
    Colors.TRUE: Phrase("24 bits"),
}


def terminal(subject: Subject) -> Check:
    """Check what stdout is, and how large."""
    environment = subject.environment
    term = environment.environ.get("TERM") or Phrase("not set")
    if not environment.stdout.is_terminal:
        text = Phrase("stdout is none: answers are plain text (TERM is {term})", term=term)
        return Check("terminal", "ok", text)
    columns, rows = tty.size(environment.stdout.descriptor, environment.environ)
    template = "{columns} columns, {rows} rows, TERM is {term}"
    text = Phrase(template, columns=columns, rows=rows, term=term)
    if is_dumb(environment.environ):
        text = Phrase("{terminal}: nothing is drawn live", terminal=text)
        advice = Phrase("If yours can move its cursor, set TERM: export TERM=xterm-256color")
        return Check("terminal", "warning", text, advice)
    if columns < _NARROW:
        advice = Phrase("Tables want at least {count} columns.", count=_NARROW)
        return Check("terminal", "warning", text, advice)
    return Check("terminal", "ok", text)


def color(subject: Subject) -> Check:
    """Check how many colours there are, and why."""
    environment, chosen = subject.environment, subject.settings
    wanted = use_color(chosen.color, environment.environ, environment.stdout)
    is_terminal = environment.stdout.is_terminal
    depth = _DEPTHS[tty.colors(environment.environ, wanted=wanted, is_terminal=is_terminal)]
    if chosen.color != "auto":
        origin = subject.resolved.origin("color").phrase()
        why = Phrase("color is {value}: {origin}", value=chosen.color, origin=origin)
    else:
        why = _reason(environment.environ, is_terminal=is_terminal)
    if names := nearest_code_themes(chosen.code_theme):
        text = Phrase(
            "{colors} ({why}); there is no code_theme {name!r}",
            colors=depth,
            why=why,
            name=chosen.code_theme,
        )
        origin = subject.resolved.origin("code_theme").phrase()
        advice = Phrase("It is one of {names} ({origin}).", names=", ".join(names), origin=origin)
        return Check("color", "warning", text, advice)
    return Check("color", "ok", Phrase("{colors} ({why})", colors=depth, why=why))


def _reason(environ: Mapping[str, str], *, is_terminal: bool) -> Phrase:
    """Return the variable that decides, in the order in which they count."""
    names = ["NO_COLOR", *(name for name in _FORCING if environ.get(name) != "0")]
    for name in names:
        if environ.get(name):
            return verbatim(f"{name}={environ[name]}")
    if not is_terminal:
        return Phrase("stdout is no terminal")
    for name in ("COLORTERM", "TERM"):
        if environ.get(name):
            return verbatim(f"{name}={environ[name]}")
    return Phrase("TERM is not set")


def text(subject: Subject) -> Check:
    """Check whether the locale is UTF-8, and tell how wide characters are taken to be.

    All output is UTF-8, but that to a terminal of which the locale says that it speaks otherwise.
    """
    environ = subject.environment.environ
    widths = Phrase("中 and 🚀 are taken to be 2 columns wide")
    said = locales.characters(environ)
    if said is not None and locales.is_utf8(environ):
        template = "UTF-8 ({variable}={value}); {widths}"
        text = Phrase(template, variable=said.name, value=said.value, widths=widths)
        return Check("text", "ok", text)
    locale = Phrase("no locale is set")
    if said is not None:
        locale = Phrase("{variable}={value} is not UTF-8", variable=said.name, value=said.value)
    if not subject.environment.stdout.is_terminal:
        text = Phrase("{locale}; output is UTF-8 all the same", locale=locale)
        return Check("text", "ok", text)
    if charset := locales.charset(environ):
        template = "{locale}: {charset} is what the terminal is sent, and read by; {widths}"
        text = Phrase(template, locale=locale, charset=charset, widths=widths)
    else:
        template = "{locale}; output is UTF-8 all the same; {widths}"
        text = Phrase(template, locale=locale, widths=widths)
    advice = Phrase("If characters look wrong: export LC_ALL=C.UTF-8")
    return Check("text", "warning", text, advice)
