"""Which files of a folder are not sent, why, and how that is told. Pure."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Literal, get_args

from mimo_cli.common_phrases import first_of, listed
from mimo_cli.phrases import Phrase, counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Reason = Literal[
    "key",
    "own",
    "hidden",
    "excluded",
    "link",
    "special",
    "repository",
    "mount",
    "media",
    "document",
    "binary",
    "encoding",
    "empty",
    "unsendable",
    "unreadable",
]
"""Why a file, or a folder with all that is in it, is not sent.

`key` is a name or a text like that of a key; `own` is the configuration, or what was asked before;
`special` is a device, a pipe or a socket; `mount` is on another file system; `encoding` is a text,
but not of the one that was named; `unsendable` is media that the service would not take;
`unreadable` has gone, or is not ours to read.
"""

SENT_BY_NAME: frozenset[Reason] = frozenset(
    {"key", "own", "hidden", "link", "repository", "mount", "media", "document"}
)
"""Reasons that do not hold for a file whose own name is given."""

LeftOut = dict[str, Reason]
"""Names, in order, and why each is not sent."""

_NAMED = 10
_BY_NAME: tuple[Reason, ...] = ("key", "own")
_BY_WEIGHT: tuple[Reason, ...] = get_args(Reason)


def summary(left_out: Mapping[str, Reason]) -> Phrase:
    """Return in counts what is not sent, and of keys and our own files also the names."""
    counts = Counter(left_out.values())
    order = sorted(counts, key=_BY_WEIGHT.index)
    return listed(_counted(it, counts[it], left_out) for it in order)


def one_by_one(left_out: Mapping[str, Reason], refusals: Mapping[str, Phrase]) -> Iterator[Phrase]:
    """Yield each that is not sent, with the reason: that in `refusals`, if it has its name."""
    for name, reason in left_out.items():
        why = refusals.get(name) or of_one(reason)
        yield Phrase("left out: {file} ({why})", file=name, why=why)


def _counted(reason: Reason, count: int, left_out: Mapping[str, Reason]) -> Phrase:
    words = of_several(reason, count)
    if reason not in _BY_NAME:
        return words
    names = [name for name, it in left_out.items() if it == reason]
    return Phrase("{counted} ({names})", counted=words, names=first_of(names, _NAMED))


def of_one(reason: Reason) -> Phrase:  # noqa: C901, PLR0912 - a table
    """Return why one is not sent."""
    match reason:
        case "hidden":
            return Phrase("hidden")
        case "excluded":
            return Phrase("excluded")
        case "key":
            return Phrase("looks like a key")
        case "own":
            return Phrase("mimo's own file")
        case "link":
            return Phrase("a link")
        case "special":
            return Phrase("no regular file")
        case "repository":
            return Phrase("a repository of its own")
        case "mount":
            return Phrase("on another file system")
        case "media":
            return Phrase("a picture, a recording or a film")
        case "document":
            return Phrase("a PDF document")
        case "binary":
            return Phrase("not text")
        case "encoding":
            return Phrase("text in another encoding")
        case "empty":
            return Phrase("empty")
        case "unsendable":
            return Phrase("cannot be sent")
        case "unreadable":
            return Phrase("cannot be read")


def of_several(reason: Reason, count: int) -> Phrase:  # noqa: C901, PLR0912 - a table
    """Return how many are not sent for a reason."""
    match reason:
        case "hidden":
            return counted(count, "1 hidden", "{count:,} hidden")
        case "excluded":
            return counted(count, "1 excluded", "{count:,} excluded")
        case "key":
            return counted(count, "1 looks like a key", "{count:,} look like keys")
        case "own":
            return counted(count, "1 file of mimo's own", "{count:,} files of mimo's own")
        case "link":
            return counted(count, "1 link", "{count:,} links")
        case "special":
            return counted(count, "1 no regular file", "{count:,} no regular files")
        case "repository":
            return counted(count, "1 repository", "{count:,} repositories")
        case "mount":
            return counted(count, "1 on another file system", "{count:,} on other file systems")
        case "media":
            return counted(
                count,
                "1 picture, recording or film (its own name adds it)",
                "{count:,} pictures, recordings or films (their own names add them)",
            )
        case "document":
            return counted(
                count,
                "1 PDF document (its own name adds it)",
                "{count:,} PDF documents (their own names add them)",
            )
        case "binary":
            return counted(count, "1 not text", "{count:,} not text")
        case "encoding":
            return counted(count, "1 in another encoding", "{count:,} in another encoding")
        case "empty":
            return counted(count, "1 empty", "{count:,} empty")
        case "unsendable":
            return counted(count, "1 that cannot be sent", "{count:,} that cannot be sent")
        case "unreadable":
            return counted(count, "1 that cannot be read", "{count:,} that cannot be read")
