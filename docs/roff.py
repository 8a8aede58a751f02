"""Roff for a manual page: the few macros that one needs, and texts that mean nothing to roff.

What a page is made of here is all that `mimo_cli.shell.page_text` can read.
"""  # noqa: INP001 - beside a program in a folder of pages, not a package

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_SPECIAL = {
    "\\": r"\e",
    "-": r"\-",  # a hyphen that can be copied into a shell
    "'": r"\(aq",
    "`": r"\(ga",
    "^": r"\(ha",
    "~": r"\(ti",
    '"': r"\(dq",
}
_SOURCE_COLUMNS = 76  # mandoc's lint wants no line over 80 bytes


def escape(text: str) -> str:
    """Return a text as roff shows it, in ASCII. Its first character is never a control's."""
    shown = "".join(_SPECIAL.get(char, char) for char in text)
    plain = "".join(char if char.isascii() else f"\\[u{ord(char):04X}]" for char in shown)
    return rf"\&{plain}" if plain.startswith(".") else plain


def bold(text: str) -> str:
    """Return a text as what is typed just so."""
    return rf"\fB{escape(text)}\fR"


def italic(text: str) -> str:
    """Return a text as what stands for something else."""
    return rf"\fI{escape(text)}\fR"


def prose(text: str) -> str:
    """Return a help text, in which `backquotes` are around what is typed."""
    parts = re.split(r"`([^`]*)`", " ".join(text.split()))
    return "".join(bold(it) if place % 2 else escape(it) for place, it in enumerate(parts))


def title(name: str, section: int, date: str, source: str) -> Iterator[str]:
    """Yield the line that every page begins with."""
    manual = _argument("User commands")
    yield f".TH {escape(name.upper())} {section} {date} {_argument(source)} {manual}"


def heading(text: str) -> Iterator[str]:
    """Yield a section's."""
    yield f".SH {escape(text)}"


def subheading(text: str) -> Iterator[str]:
    """Yield that of a part of a section."""
    yield f".SS {escape(text)}"


def paragraphs(texts: Iterable[str]) -> Iterator[str]:
    """Yield paragraphs of roff, behind a heading."""
    for place, text in enumerate(texts):
        if place:
            yield ".PP"
        yield from _filled(text)


def item(tag: str, text: str) -> Iterator[str]:
    """Yield a tag with what it means behind it, both roff."""
    yield ".TP"
    yield _guarded(tag)
    yield from _filled(text)


def literal(text: str) -> Iterator[str]:
    """Yield lines that stay as they are."""
    yield ".RS 4"
    yield ".nf"
    for line in text.splitlines():
        yield from _continued(_guarded(escape(line)))
    yield ".fi"
    yield ".RE"


def _argument(text: str) -> str:
    return f'"{escape(text)}"'


def _filled(text: str) -> Iterator[str]:
    wrapped = textwrap.wrap(text, _SOURCE_COLUMNS, break_long_words=False, break_on_hyphens=False)
    return map(_guarded, wrapped)


def _guarded(line: str) -> str:
    r"""Return a line that is no macro: a dot at its beginning would make it one.

    An apostrophe would too; `escape` leaves none.
    """
    return rf"\&{line}" if line.startswith(".") else line


def _continued(line: str) -> Iterator[str]:
    """Yield a line in parts that roff puts together; an escape sequence stays whole."""
    part = ""
    for token in re.findall(r"\\\[u[0-9A-F]+\]|\\\([a-z]{2}|\\.|.", line):
        if len(part) + len(token) > _SOURCE_COLUMNS:
            yield f"{part}\\"
            part = ""
        part += token
    yield part
