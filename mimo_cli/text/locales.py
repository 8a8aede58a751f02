"""What the variables of the locale say: in which encoding a terminal speaks, in which language.

Python's own view of the locale will not do: in its UTF-8 mode, and where the locale that is named
is not installed, it takes everything for UTF-8, whatever the terminal sends.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from mimo_cli.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

Language = Literal["en", "zh"]


class Variable(NamedTuple):
    """A variable of the environment that decides, and its value."""

    name: str
    value: str


def characters(environ: Mapping[str, str]) -> Variable | None:
    """Return the variable that says in which encoding characters are; None if none is set.

    An empty one counts as not set (POSIX, 8.2 Internationalization Variables).
    """
    return _first(environ, "LC_ALL", "LC_CTYPE", "LANG")


def is_utf8(environ: Mapping[str, str]) -> bool:
    """Return whether the terminal shows all characters: the locale names UTF-8."""
    said = characters(environ)
    return said is not None and "utf8" in said.value.lower().replace("-", "")


def charset(environ: Mapping[str, str]) -> str:
    """Return the encoding that the locale names; empty for UTF-8, ASCII, an unknown one, and none.

    `LANG=zh_CN` names none: what it stands for is old, and terminals speak UTF-8 all the same.
    """
    said = characters(environ)
    name = "" if said is None else said.value.partition(".")[2].partition("@")[0]
    if not name or name.lower().replace("-", "") == "utf8":
        return ""
    import codecs

    try:
        known = codecs.lookup(name).name
        is_like_ascii = "aZ~\n".encode(known) == b"aZ~\n" and known not in ("utf-8", "ascii")
    except (LookupError, ValueError):
        return ""
    return known if is_like_ascii else ""


def language(environ: Mapping[str, str]) -> Language:
    """Return the language of texts: what `LANGUAGE` prefers, else that of the locale.

    As gettext has it: a list with colons, which counts unless the locale is C or none.
    https://www.gnu.org/software/gettext/manual/html_node/The-LANGUAGE-variable.html
    """
    said = _first(environ, "LC_ALL", "LC_MESSAGES", "LANG")
    locale = "" if said is None else said.value
    if locale.partition(".")[0] in ("", "C", "POSIX"):
        return "en"
    for wanted in (*environ.get("LANGUAGE", "").split(":"), locale):
        match wanted.replace("-", "_").partition("_")[0].partition(".")[0].lower():
            case "zh":
                return "zh"
            case "en" | "c" | "posix":
                return "en"
            case _:
                continue  # not a language that there are texts in
    return "en"


def _first(environ: Mapping[str, str], *names: str) -> Variable | None:
    return next((Variable(name, environ[name]) for name in names if environ.get(name)), None)
