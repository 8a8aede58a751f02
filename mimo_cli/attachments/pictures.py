"""Media as they are sent: most as they are, some pictures made anew by the extra `images`.

Where that is not installed, a picture that the service takes goes as it is, and the limits decide.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from mimo_cli import extras
from mimo_cli.attachments import convertible
from mimo_cli.attachments.images.redrawn import Redrawn, TooHeavy
from mimo_cli.common_phrases import listed
from mimo_cli.errors import UsageError
from mimo_cli.media import exif, formats, limits, measuring, metadata
from mimo_cli.media.containers import riff
from mimo_cli.named_tuple import NamedTuple
from mimo_cli.phrases import NOTHING, Phrase, reason, verbatim

if TYPE_CHECKING:
    from mimo_cli.media.exif import Exif
    from mimo_cli.media.formats import Format

USEFUL_PIXELS = extras.LARGE_PICTURE
"""Larger pictures the service makes smaller itself, as its reference says."""

_SMALLER = Phrase("Make it smaller, or save it as JPEG.")
_MADE = {"JPEG": formats.JPEG, "PNG": formats.PNG}


class Prepared(NamedTuple):
    """A picture that can be sent, and what it is.

    `note` is what has to be said of it, behind its name: `HEIC 4032×3024 → JPEG 3344×2508`.
    """

    data: bytes
    format: Format
    note: Phrase = NOTHING


def has_extra() -> bool:
    """Return whether the extra `images` is there."""
    return find_spec(extras.PILLOW) is not None


def largest_file(head: bytes, known: Format | None) -> int:
    """Return how many bytes of a file that begins so are worth being read: it may become smaller.

    `known` is what the service takes it for, None where it takes no such thing.
    """
    is_picture = convertible.recognize(head) if known is None else known.kind == "image"
    return limits.LARGEST_PICTURE if is_picture and has_extra() else limits.LARGEST_FILE


def prepare(data: bytes, name: str, known: Format | None) -> Prepared:
    """Return what is sent of a file: itself where it is fine, or is no picture.

    `known` is what the service takes it for; None where it takes no such thing, and the file is one
    of those that `convertible` recognizes. A picture is made anew that

    - is in a format which the service does not take,
    - has more pixels than the service looks at, or more bytes than it takes,
    - has its orientation beside its pixels. Whether the service honours that nobody has seen, and
      what lies on its side is read badly: upright in itself it is right either way. A PNG and a
      lossless WebP keep their pixels. What pillow writes of others at its quality cannot be told
      from the original by a model.

    Where that takes too much memory, what the service takes goes as it is.

    Raises:
        UsageError: it would have to be made anew and cannot be: it is broken or too large, or the
            service takes no such thing and the extra is not installed.
    """
    if known is None:
        return _converted(data, name)
    told = metadata.read(data, known)
    note = Phrase("it tells where it was taken") if told.has_place else NOTHING
    as_it_is = Prepared(data, known, note)
    if known.kind != "image":
        return as_it_is
    is_large = _is_large(data, known)
    if not is_large and told.orientation == exif.UPRIGHT:
        return as_it_is
    if not is_large and told.does_move:
        return as_it_is._replace(note=_with(note, _left_turned(told)))
    is_turned_alone = not is_large and _is_lossless(data, known)
    match _redrawn(data, name, known.label, known.label.upper(), is_turned_alone=is_turned_alone):
        case Redrawn() as redrawn:
            return _sent_instead(redrawn)
        case TooHeavy(why) if len(data) > limits.LARGEST_FILE:
            raise UsageError(_not_sent(name), why, _SMALLER)
        case TooHeavy(why):  # the service makes it smaller
            unchanged = Phrase("sent as it is: {why}", why=why)
            return as_it_is._replace(note=_with(note, unchanged))
        case None:
            return as_it_is


def _left_turned(told: Exif) -> Phrase:
    if told.lies_on_its_side:
        return Phrase("it lies on its side, and moves: sent as it is")
    return Phrase("it is upside down or mirrored, and moves: sent as it is")


def _with(note: Phrase, other: Phrase) -> Phrase:
    return listed([note, other]) if note else other


def _is_large(data: bytes, known: Format) -> bool:
    pixels = measuring.measure(data, known).pixels
    if pixels > limits.MOST_PIXELS:
        return False  # it is refused as it is
    return pixels > USEFUL_PIXELS or len(data) > limits.LARGEST_FILE


def _is_lossless(data: bytes, known: Format) -> bool:
    return known == formats.PNG or (known == formats.WEBP and riff.is_lossless_webp(data))


def _converted(data: bytes, name: str) -> Prepared:
    kind = convertible.recognize(data[: convertible.HEAD])
    if kind is None:
        raise UsageError(_not_sent(name), Phrase("it is no picture that is known here"))
    redrawn = _redrawn(data, name, kind.label, kind.reader)
    if redrawn is None:
        why = Phrase(
            "it is a picture in {format}, which the service does not take", format=kind.label
        )
        hint = Phrase(
            "The extra `images` makes a JPEG or PNG of it: {command}",
            command=extras.installing(extras.IMAGES),
        )
        raise UsageError(_not_sent(name), why, hint)
    if isinstance(redrawn, TooHeavy):
        raise UsageError(_not_sent(name), redrawn.why, _SMALLER)
    return _sent_instead(redrawn)


def _redrawn(
    data: bytes, name: str, label: str, reader: str, *, is_turned_alone: bool = False
) -> Redrawn | TooHeavy | None:
    """Return a picture made anew; None where the extra is not installed.

    Raises:
        UsageError: it cannot be.
    """
    try:
        from mimo_cli.attachments.images import redrawing

        return redrawing.redraw(data, label, reader, USEFUL_PIXELS, is_turned_alone=is_turned_alone)
    except ImportError:
        return None
    except Exception as error:  # each reader trips over a broken file in ways of its own
        raise UsageError(_not_sent(name), _why(error)) from error


def _sent_instead(redrawn: Redrawn) -> Prepared:
    return Prepared(redrawn.data, _MADE[redrawn.label], redrawn.note)


def _why(error: Exception) -> Phrase:
    """Return why a picture could not be made anew: our own words, else those of its reader."""
    match error.args:
        case (Phrase() as why,):
            return why
        case _:
            said = reason(error) or verbatim(type(error).__name__)
            return Phrase("it cannot be read: {reason}", reason=said)


def _not_sent(name: str) -> Phrase:
    return Phrase("cannot send {name}", name=name)
