"""What stands before the text of quotes and list items: `> `, `  - `, `10. `.

So that lines within a container can be forgotten and the container stay open, a stand-in takes
their place: lines with the same margin, and a text of no meaning.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markdown_it.parser_block import ParserBlock
from markdown_it.rules_block import StateBlock

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token
    from markdown_it.utils import EnvType

MARGIN = "margin"
"""The key in the `meta` of a container's opening token of what stands before its text."""

_TAB_STOP = 4
_BARE = re.compile(r">(?=[^ >])")
_OTHER = re.compile(r"[^>]")


class BlockState(StateBlock):
    """The library's state, but lines that are deep within containers are cut in one step."""

    def getLines(self, begin: int, end: int, indent: int, keepLastLF: bool) -> str:  # noqa: N802, N803
        """Return the text of lines without `indent` columns of white space."""
        lines: list[str] = []
        for line in range(begin, end):
            first, shift = self.bMarks[line], self.tShift[line]
            if self.src.find("\t", first, first + shift) >= 0:
                return super().getLines(begin, end, indent, keepLastLF)
            lines.append(self.src[first + min(indent, shift) : self.eMarks[line]])
        return "\n".join(lines) + ("\n" if keepLastLF and lines else "")


class BlockParser(ParserBlock):
    """The library's block parser, but it notes the margins of containers."""

    def parse(
        self,
        src: str,
        md: MarkdownIt,
        env: EnvType,
        outTokens: list[Token],  # noqa: N803
    ) -> list[Token]:
        """Parse a text; append to and return its tokens."""
        state = BlockState(src, md, env, outTokens)
        self.tokenize(state, state.line, state.lineMax)
        return state.tokens

    def tokenize(self, state: StateBlock, startLine: int, endLine: int) -> None:  # noqa: N803
        """Parse the lines of a container, whose opening token is the last one, or of all."""
        if state.tokens:
            state.tokens[-1].meta[MARGIN] = _margin(state, startLine)
        super().tokenize(state, startLine, endLine)


def _margin(state: StateBlock, line: int) -> str:
    """Return what stands before the text of the container that is parsed, in spaces for tabs.

    Return "" for tabs that the library counts in a way of its own: those between quote marks.
    """
    mark = state.bMarks[line]
    quotes = state.src[state.src.rfind("\n", 0, mark) + 1 : mark]
    inner = state.src[mark : mark + state.tShift[line]]
    if "\t" in inner:
        if quotes.endswith(">"):
            quotes += " "  # the first column of the tab
        virtual = " " * state.bsCount[line]
        inner = (virtual + inner).expandtabs(_TAB_STOP)[len(virtual) :]
    if "\t" in quotes or len(inner) != state.sCount[line]:
        return ""
    return quotes + inner[: state.blkIndent].ljust(state.blkIndent)


def stand_in(margin: str, text: str, *, spaced: bool) -> tuple[str, str]:
    """Return two lines that begin a container; no line after them belongs to their blocks.

    Args:
        margin: what stands before the container's text on its first line.
        text: the first line's text.
        spaced: the second line is blank, else an empty heading.
    """
    below = _OTHER.sub(" ", _BARE.sub("> ", margin))
    return margin + text, below.rstrip() if spaced else f"{below}#"
