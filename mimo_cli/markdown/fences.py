"""The fenced code blocks of a Markdown text. Pure.

By CommonMark's rules for fences, with one liberty: a fence may be indented at will, because models
put code into lists and quotes of every depth.
"""

from __future__ import annotations

import re
from typing import NamedTuple

# Possessive: a line of nothing but spaces must not cost the square of its length.
_OPENER = re.compile(
    r"^(?P<indent>[ \t]*+(?:>[ \t]?)*+[ \t]*+)(?P<fence>`{3,}+|~{3,}+)(?P<info>.*)$"
)

_DIGITS = 10
_SAME = tuple(
    frozenset(names.split())
    for names in (
        "python py python3",
        "sh bash shell zsh",
        "javascript js",
        "typescript ts",
        "yaml yml",
        "markdown md",
        "c++ cpp",
        "rust rs",
        "ruby rb",
        "csharp c# cs",
    )
)
"""Names that models use for the same language."""


class Fence(NamedTuple):
    """A block of code; `language` is the first word after the fence, in lower case.

    `is_closed` False: the text ended within it.
    """

    language: str
    code: str
    is_closed: bool = True


def fences(text: str) -> list[Fence]:
    """Return the blocks in order. One that the text ends within counts as far as it goes."""
    found: list[Fence] = []
    lines = iter(text.replace("\r\n", "\n").split("\n"))
    for line in lines:
        opener = _OPENER.match(line)
        if opener is None or (opener["fence"][0] == "`" and "`" in opener["info"]):
            continue
        code: list[str] = []
        is_closed = False
        for inner in lines:
            content = _without(inner, opener["indent"])
            if _closes(content, opener["fence"]):
                is_closed = True
                break
            code.append(content)
        words = opener["info"].split()
        language = words[0].lower() if words else ""
        found.append(Fence(language, "\n".join(code), is_closed))
    return found


def pick(text: str, selector: str) -> Fence | None:
    """Return one block: the first, the Nth (from 1), or the first of a language, by any name."""
    blocks = fences(text)
    if selector.isdecimal() and len(selector) < _DIGITS:
        number = int(selector)
        return blocks[number - 1] if 0 < number <= len(blocks) else None
    wanted = _names(selector.lower())
    return next((block for block in blocks if not selector or block.language in wanted), None)


def _names(language: str) -> frozenset[str]:
    return next((names for names in _SAME if language in names), frozenset({language}))


def _without(line: str, indent: str) -> str:
    """Take the indentation of its fence from `line`, or as much of it as it has."""
    if line.startswith(indent):
        return line[len(indent) :]
    width = len(line) - len(line.lstrip(" \t>" if ">" in indent else " \t"))
    return line[min(width, len(indent)) :]


def _closes(line: str, fence: str) -> bool:
    stripped = line.strip()
    return len(stripped) >= len(fence) and set(stripped) == {fence[0]}
