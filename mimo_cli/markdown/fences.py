"""The fenced code blocks of a Markdown text. Pure.

By CommonMark's rules for fences, with two liberties. A fence may be indented at will, because
models put code into lists and quotes of every depth. And within a block of Markdown (`markdown` or
`md`) a fence with an info string begins an inner block, which the next fence that fits closes,
because models put Markdown with code into fences of the same length. A fence without one closes
the innermost block that is open: what it may have been meant for besides is not known.
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


_FENCE = re.compile(r"[ \t]*(?P<marks>`{3,}+|~{3,}+)(?P<info>.*)")
_LANGUAGE = re.compile(r"[!-'*-~]+|\S+")
_MARKDOWN = frozenset({"markdown", "md"})


class Opener(NamedTuple):
    """What opened a block: its marks, and whether it holds Markdown, so other blocks too."""

    marks: str
    nests: bool


Openers = tuple[Opener, ...]
"""The blocks that are open, the outermost first."""


class Fence(NamedTuple):
    """A block of code; `language` is the first word after the fence, in lower case.

    `is_closed` False: the text ended within it. `is_doubtful`: it holds Markdown, and by what
    follows it may have been meant to go on.
    """

    language: str
    code: str
    is_closed: bool = True
    is_doubtful: bool = False


def language_of(info: str) -> str:
    """Return the first word of an info string in lower case, up to brackets or other scripts."""
    word = _LANGUAGE.match(info.strip())
    return word[0].lower() if word else ""


def open_block(marks: str, info: str) -> Openers:
    """Return the block that a fence opens."""
    return (Opener(marks, language_of(info) in _MARKDOWN),)


def after_line(openers: Openers, line: str) -> Openers:
    """Return the blocks that are open after a line within the last of them; () after the end."""
    fence = _FENCE.match(line)
    if fence is None:
        return openers
    marks, info = fence["marks"], fence["info"].strip()
    last = openers[-1]
    is_same = marks[0] == last.marks[0]
    if is_same and len(marks) < len(last.marks):
        return openers
    if not info:
        return openers[:-1] if is_same else openers
    if last.nests and not (marks[0] == "`" and "`" in info):
        return openers + open_block(marks, info)
    return openers


def fences(text: str) -> list[Fence]:
    """Return the blocks in order. One that the text ends within counts as far as it goes."""
    return [part for part in parts(text) if isinstance(part, Fence)]


def parts(text: str) -> list[Fence | str]:
    """Return the blocks, and the lines that stand outside of them, in order."""
    found: list[Fence | str] = []
    latest: int | None = None  # where the last block is
    lines = iter(text.replace("\r\n", "\n").split("\n"))
    for line in lines:
        opener = _OPENER.match(line)
        if opener is None or (opener["fence"][0] == "`" and "`" in opener["info"]):
            found.append(line)
            continue
        if latest is not None and not opener["info"].strip():
            found[latest] = _doubted(found[latest])
        code: list[str] = []
        openers = open_block(opener["fence"], opener["info"])
        for inner in lines:
            content = _without(inner, opener["indent"])
            openers = after_line(openers, content)
            if not openers:
                break
            code.append(content)
        latest = len(found)
        found.append(Fence(language_of(opener["info"]), "\n".join(code), is_closed=not openers))
    return found


def _doubted(part: Fence | str) -> Fence | str:
    """Return a block behind which a fence stands that may be its own end."""
    if isinstance(part, Fence) and part.language in _MARKDOWN:
        return part._replace(is_doubtful=True)
    return part


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
