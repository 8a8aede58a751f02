"""Inline Markdown → styled text → rows of a given width."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from rich.text import Span, Text

from mimo_cli.markdown.line_breaks import fill, units
from mimo_cli.markdown.styled_rows import inert, row_parts, strip_end
from mimo_cli.markdown.tabs import align_tabs
from mimo_cli.text.widths import cell_width

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.token import Token

    from mimo_cli.markdown.styled_rows import Row

_ROLES = {"strong_open": "strong", "em_open": "emph", "s_open": "strike", "link_open": "link"}


class _Writer:
    """Collects the text of one leaf with its spans, in the order in which they begin."""

    def __init__(self) -> None:
        self.text = ""
        self._spans: list[Span] = []
        self._open: list[int] = []  # where among them those stand that have not ended yet
        self._roles: list[str] = []  # theirs, and those that were begun within the same

    def add(self, text: str, role: str = "") -> None:
        """Add some text; a span goes on if it has the same role as what is before it."""
        start = len(self.text)
        self.text += text
        last = self._spans[-1] if self._spans else None
        if not (text and role):
            return
        if last and last.end == start and last.style == role:
            self._spans[-1] = last._replace(end=len(self.text))
        else:
            self._spans.append(Span(start, len(self.text), role))

    def begin(self, role: str) -> None:
        """Give what follows a role, within those that were begun before.

        One within the same adds nothing: a thousand in each other are no more spans than one.
        """
        if role not in self._roles:
            self._open.append(len(self._spans))
            self._spans.append(Span(len(self.text), 0, role))
        self._roles.append(role)

    def end(self) -> None:
        """End the role that was begun last."""
        if self._roles.pop() in self._roles:
            return
        at = self._open.pop()
        self._spans[at] = self._spans[at]._replace(end=len(self.text))

    def to_text(self) -> Text:
        return Text(self.text, spans=[span for span in self._spans if span])


def to_text(tokens: Sequence[Token], *roles: str) -> Text:
    """Return inline tokens as styled text: links and images as `label (url)`.

    A newline is a hard break, a tab begins the next column (`tabs`). `roles` are those of all of
    it, outermost first.
    """
    writer = _Writer()
    for role in roles:
        writer.begin(role)
    _write(tokens, writer)
    for _ in roles:
        writer.end()
    return writer.to_text()


def _write(tokens: Sequence[Token], writer: _Writer) -> None:
    links: list[tuple[int, Token]] = []
    for token in tokens:
        match token.type:
            case "softbreak" | "hardbreak":
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
                writer.begin(_ROLES[token.type])
            case "strong_close" | "em_close" | "s_close" | "link_close":
                start, opener = links.pop()
                writer.end()
                if token.type == "link_close":
                    _write_address(writer, start, str(opener.attrs.get("href", "")), opener)
            case _:
                writer.add(_plain(token.content))


def _plain(text: str) -> str:
    """Return the text of a token; entities may have spelled controls since the source was inert."""
    return inert(text.replace("\n", " "))


def _write_address(writer: _Writer, start: int, url: str, token: Token) -> None:
    url = _plain(url).replace("\t", " ").replace(" ", "%20")
    title = _plain(str(token.attrs.get("title", ""))).replace("\t", " ")
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


def text_width(text: Text, *, wide: bool = False) -> int:
    """Return the width of the widest line of a text, in cells."""
    lines = align_tabs(text, wide=wide).plain.split("\n")
    return max(cell_width(line, wide=wide) for line in lines)


def wrap(text: Text, width: int, *, cut: bool = False, wide: bool = False) -> list[Row]:
    """Return rows of at most `width` cells.

    A word that is longer (an address, say) stays whole on a row of its own, so that it can be
    copied and reflows with the window; with `cut`, it is cut. `wide` is explained at `cell_width`.
    """
    text = align_tabs(text, width, wide=wide)
    plain = text.plain
    if "\n" not in plain and cell_width(plain, wide=wide) <= width:
        return [strip_end(text)]
    return [*row_parts(text, _breaks(plain, width, cut, wide))]


def _breaks(text: str, width: int, cut: bool, wide: bool) -> Iterator[tuple[int, int]]:
    """Yield where each row starts and ends."""
    at = 0
    for line in text.split("\n"):
        end = at + len(line)
        shown = line.rstrip(" ")
        if cell_width(shown, wide=wide) <= width:
            yield at, at + len(shown)
            at = end + 1
            continue
        pieces: Iterator[tuple[int, int]] = units(text, at, end, width, wide=wide)
        if line.startswith(" ") and (first := next(pieces, None)):
            pieces = chain([(at, first[1])], pieces)  # the cell before a tab was empty
        yield from fill(text, pieces, width, cut=cut, start=at, wide=wide)
        at = end + 1
