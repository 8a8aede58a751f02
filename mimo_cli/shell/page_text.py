"""The manual page as plain text, for where there is no `man`. Pure.

It reads what `docs/roff.py` writes, and no more of roff than that.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_SHOWN = {"-": "-", "e": "\\", "(aq": "'", "(ga": "`", "(ha": "^", "(ti": "~", "(dq": '"'}
_ESCAPE = re.compile(r"\\(f[BIR]|\[u([0-9A-F]+)\]|\([a-z]{2}|[-e&])")
_INDENT = 4


class _Place:
    """Where on the page the next line stands."""

    def __init__(self) -> None:
        self.indent = _INDENT
        self.is_filled = True
        self.is_tag = False

    def move(self, macro: str) -> None:
        """Go where a macro leads."""
        match macro:
            case ".SH" | ".SS" | ".PP":
                self.indent = _INDENT
            case ".TP" | ".IP":
                self.indent = 2 * _INDENT
                self.is_tag = macro == ".TP"
            case ".RS":
                self.indent += _INDENT
            case ".RE":
                self.indent -= _INDENT
            case ".nf" | ".fi":
                self.is_filled = macro == ".fi"


def to_text(page: str, wrap: Callable[[str, str], str]) -> str:
    """Return the text of a page; `wrap` puts a paragraph into rows that begin with an indent."""
    return "\n".join(_rows(page.replace("\\\n", ""), wrap)).strip("\n") + "\n"


def _rows(page: str, wrap: Callable[[str, str], str]) -> Iterator[str]:
    place, words = _Place(), list[str]()
    for line in [*page.splitlines(), ".PP"]:
        if not line.startswith("."):
            if place.is_filled and not place.is_tag:
                words.append(plain(line))
            else:
                yield (" " * (_INDENT if place.is_tag else place.indent) + plain(line)).rstrip()
                place.is_tag = False
            continue
        if words:
            yield wrap(" ".join(words), " " * place.indent)
            words = []
        macro, _, rest = line.partition(" ")
        place.move(macro)
        if macro in (".SH", ".SS", ".PP", ".IP", ".TP"):
            yield ""
        if macro in (".SH", ".SS"):
            yield " " * (macro == ".SS") * 2 + plain(rest)


def plain(line: str) -> str:
    """Return a line without fonts and escapes."""
    return _ESCAPE.sub(_show, line)


def _show(found: re.Match[str]) -> str:
    return chr(int(found[2], 16)) if found[2] else _SHOWN.get(found[1], "")
