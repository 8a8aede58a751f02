"""What to do about media that a server cannot decode, and another program may read. Pure."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from mimo_cli.phrases import CommandLine, Phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mimo_cli.api.protocol.encode import NewMedia

_ANEW = "ffmpeg -i %s -c:v libx264 -crf 23 -pix_fmt yuv420p -c:a aac OUT.mp4"
"""A constant rate factor and that pixel format helped where MiMo refused a valid film."""

AT_MOST = "-vf \"scale=-2:'min(%d,trunc(ih/2)*2)'\""
"""Make a film no higher than so many rows, and never larger; the encoder wants even numbers."""

_NO_FILES = ("", "stdin")
_PIPES = ("/dev/", "/proc/")
"""What a name begins with that is gone by then: of `<(command)`."""

_ONE_AT_A_TIME = Phrase("Attach one at a time: that shows which it is.")


def advice(kind: str | None, new: Sequence[NewMedia]) -> Phrase:
    """Return how to make media readable. Which of several are not is found by sending each."""
    suspects = [it for it in new if kind in (None, it.kind)]
    if len(suspects) == 1:
        return _encoded_anew(suspects[0].kind, suspects)
    films = [it for it in suspects if it.kind == "video"]
    if kind is None and not films:
        return _ONE_AT_A_TIME
    then = _encoded_anew("video", films) if films else _encoded_anew(kind, suspects)
    return Phrase("{which} {advice}", which=_ONE_AT_A_TIME, advice=then)


def input_of(kind: str | None, new: Sequence[NewMedia]) -> str:
    """Return what stands behind `-i` of ffmpeg: the one new file of a kind, or a stand-in."""
    names = [it.name for it in new if it.kind == kind]
    return in_shell(names[0]) if len(names) == 1 else "IN"


def _encoded_anew(kind: str | None, files: Sequence[NewMedia]) -> Phrase:
    file = input_of(kind, files)
    match kind:
        case "image":
            return Phrase("Open it in a picture editor, and save it anew as PNG or JPEG.")
        case "audio":
            command = CommandLine(f"ffmpeg -i {file} OUT.mp3")
            return Phrase("Encode it anew: {command}", command=command)
        case _:
            template = "A film may play all the same. Encode it anew: {command}"
            return Phrase(template, command=CommandLine(_ANEW % file))


def in_shell(name: str) -> str:
    """Return a file's name as ffmpeg wants it behind `-i` in a shell; IN for what is no file."""
    if not name.isprintable() or name in _NO_FILES or name.startswith(_PIPES):
        return "IN"
    is_doubtful = name.startswith("-") or ":" in name.partition("/")[0]  # an option, a protocol
    return shlex.quote(f"./{name}" if is_doubtful else name)
