"""What an unfinished line will most likely be: for the live rows alone, never for final ones.

Half a line is often something else than the whole: `-` under a paragraph makes it a heading,
`**bold` shows its asterisks until it is closed, a table is a paragraph until its second line is
whole. Shown as it is, each would flash for a moment.
"""

from __future__ import annotations

import re

from mimo_cli.markdown.rules.bounds import has_too_many_columns
from mimo_cli.markdown.rules.literal import opening

_UNDECIDED = re.compile(
    r"[ \t>]*(?:[-+*=_#`~|:<!\[ \t]*|[0-9]{1,9}[.)]?[ \t]*|[-+*] \[[ xX]?\]?|\$\$?|\\\[?)"
)
_CLOSING_FENCE = re.compile(r"[ \t>]*(?:`+|~+)[ \t]*")
_TOKEN = re.compile(r"\\.|(`+)|(\*\*|~~|\*)")
_OPEN_LINK = re.compile(r"\[[^\[\]]*\]\([^()\s]*$")
_OPEN_TAG = re.compile(r"</?[A-Za-z][^<>`]*$")
_TRAILING = re.compile(r"(?<!\\)[*_~`]+$")
_PIPE = re.compile(r"(?<!\\)\|")


_MOST_OPEN = 16
"""Marks that are closed at most, the innermost: each of them costs as much as emphasis does."""


def autoclose(part: str, *, code: bool) -> str:
    """Return the unfinished line as it is worth showing; nothing while it could be anything.

    Args:
        part: the line so far.
        code: it stands in fenced code, or in a formula.
    """
    if code:
        return "" if _CLOSING_FENCE.fullmatch(part) else part
    if _UNDECIDED.fullmatch(part):
        return ""
    if opening(part.lstrip(" \t>")):
        return part
    part = _TRAILING.sub("", part)
    if _OPEN_LINK.search(part):
        part += ")"
    return part.rstrip() + _closers(part)


def guess_delimiter_row(lines: list[str]) -> str:
    """Return the second line of the table that the last line may begin; "" if it begins none."""
    *before, header = lines
    if not header.startswith("|") or (before and before[0].startswith("|")):
        return ""
    if has_too_many_columns(header):
        return ""
    inner = header.strip().removeprefix("|").removesuffix("|")
    return "|" + "-|" * (len(_PIPE.findall(inner)) + 1)


def _closers(text: str) -> str:
    """Return the marks that close open code, emphasis and strikethrough, innermost first."""
    opened: list[str] = []
    fence = ""
    for token in _TOKEN.finditer(_OPEN_TAG.sub("", text)):
        ticks, mark = token.group(1, 2)
        if ticks and fence in ("", ticks):
            fence = "" if fence else ticks
        elif mark and not fence:
            before, after = (
                text[max(0, token.start() - 1) : token.start()],
                text[token.end() : token.end() + 1],
            )
            if mark in opened and before.strip():
                del opened[opened.index(mark) :]
            elif after.strip():
                opened.append(mark)
    return fence + "".join(reversed(opened[-_MOST_OPEN:]))
