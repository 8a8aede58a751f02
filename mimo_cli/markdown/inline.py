"""Inline Markdown → styled text → rows of a given width."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from mimo_cli.markdown.styled_rows import Segment, Style, cell_width, chop, inert, join_segments

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.token import Token

    from mimo_cli.markdown.styled_rows import Row

_ROLES = {"strong_open": "strong", "em_open": "emph", "s_open": "strike", "link_open": "link"}

# Where a row may break: after spaces, and beside any character of a script written without them.
# Closing marks stay with what they follow, opening marks with what comes next.
_CJK = (
    "\u2e80-\u2fff\u3003-\u3007\u3012\u3013\u301c-\u303e\u3041-\u3098\u309b-\u30ff\u3100-\ua4cf"
    "\uf900-\ufaff\ufe30-\ufe4f\uff02-\uff07\uff0a\uff0b\uff0d\uff0f-\uff19\uff1c-\uff1e"
    "\uff20-\uff3a\uff3c\uff3e-\uff5a\uff5c\uff5e\uffe0-\uffe6\U00020000-\U0003fffd"
)
_OPEN = "\u3008\u300a\u300c\u300e\u3010\u3014\u3016\u3018\u301a\u301d\uff08\uff3b\uff5b\uff5f"
_CLOSE = (
    "\u3001\u3002\u3009\u300b\u300d\u300f\u3011\u3015\u3017\u3019\u301b\u301e\u301f\uff01\uff09"
    "\uff0c\uff0e\uff1a\uff1b\uff1f\uff3d\uff5d\uff60-\uff65"
)
_MARKS = "\u0300-\u036f\u3099\u309a\ufe00-\ufe0f\u200d\U000e0100-\U000e01ef"
_UNIT = re.compile(
    f"(?:[{_OPEN}]|[\u2018\u201c(\\[](?=[{_CJK}]))*"
    f"(?:[{_CJK}][{_MARKS}{_CLOSE}\u2019\u201d\u2026,.;:?!)\\]}}%]*"
    f"|[^ \n{_CJK}{_OPEN}{_CLOSE}]+[{_MARKS}{_CLOSE}]*"
    f"|[{_CLOSE}]+)"
    f"|[{_OPEN}]+"
)
_WIDE = re.compile(f"[{_CJK}{_OPEN}{_CLOSE}]")


class Flow(NamedTuple):
    """Text to be wrapped; a newline is a hard break. `runs` holds (end offset, style)."""

    text: str
    runs: tuple[tuple[int, Style], ...]
    width: int


class _Writer:
    """Collects the text of one leaf with its styles."""

    def __init__(self, *style: str) -> None:
        self.style = style
        self.text = ""
        self.runs: list[tuple[int, Style]] = []

    def add(self, text: str, *roles: str) -> None:
        if text:
            self.text += text
            self.runs.append((len(self.text), self.style + roles))

    def to_flow(self) -> Flow:
        width = max((cell_width(line) for line in self.text.split("\n")), default=0)
        return Flow(self.text, tuple(self.runs), width)


def to_flow(tokens: Sequence[Token], *style: str) -> Flow:
    """Return inline tokens as styled text: links and images as `label (url)`."""
    writer = _Writer(*style)
    _write(tokens, writer)
    return writer.to_flow()


def _write(tokens: Sequence[Token], writer: _Writer) -> None:
    links: list[tuple[int, Token]] = []
    for index, token in enumerate(tokens):
        match token.type:
            case "softbreak":
                writer.add("" if _needs_no_space(writer.text, tokens, index) else " ")
            case "hardbreak":
                writer.add("\n")
            case "code_inline":
                writer.add(_plain(token.content), "code")
            case "image":
                writer.add("image: ", "dim")
                start = len(writer.text)
                _write(token.children or (), writer)
                _write_address(writer, start, str(token.attrs.get("src", "")), token)
            case "strong_open" | "em_open" | "s_open" | "link_open":
                links.append((len(writer.text), token))
                writer.style = (*writer.style, _ROLES[token.type])
            case "strong_close" | "em_close" | "s_close" | "link_close":
                start, opener = links.pop()
                writer.style = writer.style[:-1]
                if token.type == "link_close":
                    _write_address(writer, start, str(opener.attrs.get("href", "")), opener)
            case _:
                writer.add(_plain(token.content))


def _plain(text: str) -> str:
    """Return the text of a token; entities may have spelled controls since the source was inert."""
    return inert(text.replace("\t", " ").replace("\n", " "))


def _write_address(writer: _Writer, start: int, url: str, token: Token) -> None:
    url, title = _plain(url).replace(" ", "%20"), _plain(str(token.attrs.get("title", "")))
    label = writer.text[start:]
    if title:
        title = f' "{title}"'
    if label in (url, url.removeprefix("mailto:")) or not (url or title):
        writer.add(title, "dim")
        return
    writer.add(" (" if label else "(", "dim")
    writer.add(url, "url")
    writer.add(title if url else title.lstrip(), "dim")
    writer.add(")", "dim")


def _needs_no_space(before: str, tokens: Sequence[Token], index: int) -> bool:
    """Return whether a line end needs no space: between Chinese or Japanese characters."""
    after = next((token.content for token in tokens[index + 1 :] if token.content), "")
    return bool(_WIDE.match(before[-1:]) and _WIDE.match(after[:1]))


def wrap(text: Flow, width: int, *, cut: bool = False) -> list[Row]:
    """Return rows of at most `width` cells.

    A word that is longer (an address, say) stays whole on a row of its own, so that it can be
    copied and reflows with the window; with `cut`, it is cut.
    """
    if text.width <= width and "\n" not in text.text:
        rows = [(0, len(text.text))]
    else:
        rows = list(_breaks(text.text, width, cut=cut))
    return list(_rows(text, rows))


def _breaks(text: str, width: int, *, cut: bool) -> Iterator[tuple[int, int]]:
    """Yield where each row starts and ends."""
    at = 0
    for line in text.split("\n"):
        start = end = at
        used = -1  # nothing is in the row
        for unit in _UNIT.finditer(text, at, at + len(line)):
            gap = unit.start() - end
            size = cell_width(unit[0])
            if used > 0 and used + gap + size > width:
                yield start, end
                used = -1
            if used < 0:
                start, gap, used = unit.start(), 0, 0
            if cut and size > width:
                *full, last = chop(unit[0], width)
                end = unit.start()
                for piece in full:
                    end += len(piece)
                    yield start, end
                    start = end
                size = cell_width(last)
            end = unit.end()
            used += gap + size
        yield start, end
        at += len(line) + 1


def _rows(text: Flow, spans: Sequence[tuple[int, int]]) -> Iterator[Row]:
    """Yield the styled slices of the text, in one pass over its runs."""
    runs = text.runs
    index = 0
    for start, end in spans:
        segments: list[Segment] = []
        at = start
        while at < end:
            while runs[index][0] <= at:
                index += 1
            stop = min(end, runs[index][0])
            segments.append(Segment(text.text[at:stop], runs[index][1]))
            at = stop
        yield join_segments(segments)
