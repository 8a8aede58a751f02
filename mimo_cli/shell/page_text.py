"""The manual page as plain text, for where there is no `man`. Pure.

It reads what `docs/roff.py` writes, and no more of roff than that.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_ESCAPES = {"-": "-", "e": "\\", "&": "", "(aq": "'", "(ga": "`", "(ha": "^", "(ti": "~", "(dq": '"'}
_ESCAPE = re.compile(r"\\(f[BIRP]|\([a-z]{2}|[-e&])")
_INDENT = "    "
_DEEP = f"{_INDENT}{_INDENT}"


def to_text(page: str, wrap: Callable[[str, str], str]) -> str:
    """Return the text of a page; `wrap` puts a paragraph into rows that begin with an indent."""
    return "\n".join(_rows(page, wrap)).strip("\n") + "\n"


def _rows(page: str, wrap: Callable[[str, str], str]) -> Iterator[str]:
    is_tag, is_filled, indent = False, True, _INDENT
    for line in page.splitlines():
        macro, _, rest = line.partition(" ")
        words = plain(rest)
        match macro:
            case ".SH":
                indent = _INDENT
                yield from ("", words)
            case ".SS":
                indent = _INDENT
                yield from ("", f"  {words}")
            case ".TP":
                is_tag = True
            case ".PP":
                indent = _INDENT
                yield ""
            case ".nf" | ".fi":
                is_filled = macro == ".fi"
            case _ if macro.startswith('.\\"') or macro == ".TH":
                pass
            case _ if is_tag:
                is_tag, indent = False, _DEEP
                yield _INDENT + plain(line)
            case _ if is_filled:
                yield wrap(plain(line), indent)
            case _:
                yield (indent + plain(line)).rstrip()


def plain(line: str) -> str:
    """Return a line without escapes and fonts."""
    return _ESCAPE.sub(lambda found: _ESCAPES.get(found[1], ""), line.removeprefix('"').removesuffix('"'))
