"""Phrases that many parts need: names beside one another, and how large a file is. Pure."""

from collections.abc import Callable, Iterable, Sequence

from mimo_cli.phrases import Phrase, counted, verbatim

_KB = 1024


def file_size(size: int) -> Phrase:
    """Return a number of bytes in words: `312 bytes`, `12.3 KB`, `1.2 MB`; a MB is 1024² bytes."""
    if size < _KB:
        return counted(size, "one byte", "{count} bytes")
    if size < _KB**2:
        return Phrase("{size:.1f} KB", size=size / _KB)
    return Phrase("{size:,.1f} MB", size=size / _KB**2)


def file_size_over(size: int, limit: int) -> Phrase:
    """Return a number of bytes that is over a limit in words that show that it is."""
    told = file_size(size)
    return told if told != file_size(limit) else Phrase("just over {limit}", limit=told)


def listed(names: Iterable[str]) -> Phrase:
    """Return names joined by commas; they are data, or phrases. One at least."""
    return _joined(names, lambda before, last: Phrase("{before}, {last}", before=before, last=last))


def first_of(names: Sequence[str], most: int) -> Phrase:
    """Return the first names of some, at `most` so many, and how many more there are."""
    shown = listed(names[:most])
    if len(names) <= most:
        return shown
    return Phrase("{names} and {count:,} more", names=shown, count=len(names) - most)


def dotted(parts: Iterable[str]) -> Phrase:
    """Return facts that stand beside one another in a line, with dots between them."""
    return _joined(
        parts, lambda before, last: Phrase("{before} · {last}", before=before, last=last)
    )


def chained(remarks: Iterable[str]) -> Phrase:
    """Return remarks one after the other, with semicolons between them. One at least."""
    return _joined(
        remarks, lambda before, last: Phrase("{before}; {last}", before=before, last=last)
    )


def either(names: Iterable[str]) -> Phrase:
    """Return names joined by "or"; they are data, or phrases."""
    return _joined(
        names, lambda before, last: Phrase("{before} or {last}", before=before, last=last)
    )


def both(names: Iterable[str]) -> Phrase:
    """Return names joined by "and"; they are data, or phrases."""
    return _joined(
        names, lambda before, last: Phrase("{before} and {last}", before=before, last=last)
    )


def _joined(names: Iterable[str], join: Callable[[str, str], Phrase]) -> Phrase:
    before, *others = names
    for name in others:
        before = join(before, name)
    return before if isinstance(before, Phrase) else verbatim(before)
