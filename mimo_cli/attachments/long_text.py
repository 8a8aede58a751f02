"""Some lines of a text that is too long to be sent whole: read as far as they go, and not kept."""

from __future__ import annotations

import codecs
import itertools
import re
from typing import TYPE_CHECKING

from mimo_cli.attachments import line_range
from mimo_cli.common_phrases import file_size
from mimo_cli.errors import UsageError
from mimo_cli.input import file_bytes, file_reading
from mimo_cli.phrases import Phrase, reason
from mimo_cli.text import charsets, decoding
from mimo_cli.text.text_format import TextFormat

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mimo_cli.attachments.line_range import LineRange

MOST_READ = 2 * 1000**3
"""Bytes that are gone through for some lines."""

_PIECE = 1024 * 1024
_END = re.compile(r"\r\n|\r|\n")


def read(path: str, lines: LineRange, named: str, form: TextFormat) -> str:
    """Return some lines of a file; `named` is what they were asked for by.

    Bytes that are no text do no harm in other lines, where lines can be found without reading them.

    Raises:
        UsageError: it has no such lines, they are too many, too far in it, or no text.
    """
    try:
        with file_reading.open_regular(path) as file:
            pieces = _pieces(iter(lambda: file.read(_PIECE), b""), named)
            first = next(pieces, b"")
            codec = (charsets.read_mark(first) if form.is_utf8 else "") or form.encoding
            pieces = itertools.chain([first], pieces)
            if "\n".encode(codec) == b"\n":  # so it is in whatever letters: no need to read them
                data = cut((it.decode("latin-1") for it in pieces), lines, named).encode("latin-1")
                return decoding.decode(data, named, form)
            text = cut(_decoded(pieces, codec, lossy=form.lossy), lines, named)
    except OSError as error:
        raise UsageError(Phrase("cannot read {file}", file=named), reason(error)) from error
    except UnicodeError as error:
        what = Phrase("{name} is not {encoding} text", name=named, encoding=codec)
        raise UsageError(what) from error
    data = text.encode()
    file_bytes.check_size(len(data), named)
    return decoding.decode(data, named, TextFormat(lossy=form.lossy))


def cut(pieces: Iterable[str], lines: LineRange, named: str) -> str:
    """Return some lines of a text that comes in pieces, and take no more of them than needed.

    Raises:
        UsageError: it has no such lines, or they are too many.
    """
    line_range.check(lines, named)
    skipped, last = (lines.first or 1) - 1, lines.last
    kept: list[str] = []
    size, ends, is_open = 0, 0, False
    for piece in _with_whole_ends(pieces):
        count = piece.count("\n") + piece.count("\r") - piece.count("\r\n")
        if ends + count >= skipped:
            is_last = last is not None and ends + count >= last
            stop = _behind(piece, last - ends) if last is not None and is_last else len(piece)
            kept.append(piece[_behind(piece, skipped - ends) : stop])
            size += len(kept[-1])
            file_bytes.check_size(size, named)
            if is_last:
                return "".join(kept)
        ends += count
        is_open = not piece.endswith(("\r", "\n")) if piece else is_open
    line_range.check_count(ends + is_open, lines, named)
    return "".join(kept)


def _behind(piece: str, count: int) -> int:
    """Return where so many lines of a text have ended."""
    if count <= 0:
        return 0
    return next(itertools.islice(_END.finditer(piece), count - 1, None)).end()


def _with_whole_ends(pieces: Iterable[str]) -> Iterator[str]:
    held = ""
    for it in pieces:
        piece = held + it
        held = "\r" if piece.endswith("\r") else ""
        yield piece.removesuffix("\r")
    yield held


def _pieces(pieces: Iterator[bytes], named: str) -> Iterator[bytes]:
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > MOST_READ:
            why = Phrase("they are not within its first {size}", size=file_size(MOST_READ))
            raise UsageError(Phrase("cannot read {file}", file=named), why)
        yield piece


def _decoded(pieces: Iterable[bytes], codec: str, *, lossy: bool) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(codec)("replace" if lossy else "strict")
    for piece in pieces:
        yield decoder.decode(piece)
    yield decoder.decode(b"", final=True)
