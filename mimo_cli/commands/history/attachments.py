"""The files of conversations, written into a folder: under names that any system takes."""

from __future__ import annotations

import contextlib
import os
import re
from itertools import count
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from mimo_cli.api.protocol.messages import FileSource
from mimo_cli.errors import LocalIOError
from mimo_cli.files import location, new_file
from mimo_cli.phrases import Phrase, reason

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mimo_cli.api.protocol.messages import Media
    from mimo_cli.conversation.turns import Conversation
    from mimo_cli.history.store import History

_UNNAMED = "attachment"
_LONGEST_SUFFIX = 16
_SUFFIXES = {
    "image/png": (".png", ".apng"),
    "image/jpeg": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "image/gif": (".gif",),
    "image/webp": (".webp",),
    "image/bmp": (".bmp", ".dib"),
    "audio/mpeg": (".mp3", ".mp2", ".mpga"),
    "audio/wav": (".wav", ".wave", ".bwf", ".rf64"),
    "audio/flac": (".flac",),
    "audio/mp4": (".m4a", ".m4b", ".m4r", ".mp4", ".mov", ".3gp"),
    "audio/ogg": (".ogg", ".oga", ".opus", ".spx"),
    "video/mp4": (".mp4", ".m4v", ".3gp", ".3g2"),
    "video/quicktime": (".mov", ".qt"),
    "video/x-msvideo": (".avi",),
    "video/x-ms-wmv": (".wmv", ".asf"),
}
"""What files of a type end in; the first is what one gets that ends in another's."""
_MADE_ANEW = frozenset(
    {
        *(".heic", ".heif", ".hif", ".avif", ".tif", ".tiff", ".jp2", ".j2k", ".jpf", ".jpx"),
        *(".ico", ".ppm", ".pgm", ".pbm", ".pnm"),
    }
)
"""What pictures end in that are sent as another format: they keep their names until then."""
_MEDIA_SUFFIXES = _MADE_ANEW.union(*_SUFFIXES.values())
_TYPE = re.compile(r"(?:image|audio|video)/([a-z0-9]{1,5})")
# What Windows refuses, what drives a terminal, what turns the reading order round or is not seen.
_UNFIT = re.compile(
    r'[\x00-\x1f\x7f-\x9f<>:"|?*\ud800-\udfff\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e'
    r"\u2060-\u206f\ufeff]"
)
# https://learn.microsoft.com/windows/win32/fileio/naming-a-file
_DEVICE = re.compile(r"(?:con|prn|aux|nul|(?:com|lpt)[0-9\xb9\xb2\xb3])\s*(?:\..*)?", re.IGNORECASE)


class AttachmentFolder:
    """A folder that the files of conversations are written into, each content once.

    It is made with the first file. `beside` is the folder from which what is written is named.
    """

    def __init__(self, folder: Path, history: History, *, beside: Path) -> None:
        self.folder = folder
        self.written: dict[str, str] = {}
        self._history = history
        self._beside = beside
        self._made: list[Path] = []  # files and folders, in the order in which they were made

    def write(self, conversation: Conversation) -> None:
        """Write the files of a conversation that are not lost; `written` names them by digest.

        Raises:
            LocalIOError: the history cannot be read, or a file not be written.
        """
        for turn in conversation.turns:
            for media in turn.media:
                source = media.source
                if isinstance(source, FileSource) and source.sha256 not in self.written:
                    self._write(media, source)

    def undo(self) -> None:
        """Remove what was written, and the folders that were made for it if nothing else is in."""
        for path in reversed(self._made):
            with contextlib.suppress(OSError):
                path.rmdir() if path.is_dir() else path.unlink()
        self._made.clear()
        self.written.clear()

    def _write(self, media: Media, source: FileSource) -> None:
        data = self._history.data_of(source)
        if data is None:
            return
        try:
            folder = location.follow(self.folder)
            self._make(folder)
            names = (folder / name for name in file_names(media.name, source.media_type))
            path = new_file.write_new(names, data, mode=0o600)
            self._made.append(path)
        except OSError as error:
            what = Phrase("cannot write into {folder}", folder=self.folder)
            raise LocalIOError(what, reason(error)) from error
        self.written[source.sha256] = self._named(self.folder / path.name)

    def _make(self, folder: Path) -> None:
        missing = [it for it in (folder, *folder.parents) if not it.exists()]
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._made += reversed(missing)

    def _named(self, path: Path) -> str:
        """Return a path as seen from beside, whole where there is no way (another drive)."""
        try:
            return Path(os.path.relpath(path, self._beside)).as_posix()
        except ValueError:
            return path.absolute().as_posix()


def file_names(name: str, media_type: str) -> Iterator[str]:
    """Yield names for a file that is called so, the first one that is free to be taken.

    `photo.png`, `photo-2.png`, and so on; without a name `attachment-1.png`. What its name ends in
    fits what it is: `photo.heic` that was sent as a JPEG is `photo.jpg` here.
    """
    base = base_name(name)
    suffix = PurePosixPath(base).suffix
    if len(suffix) > _LONGEST_SUFFIX:
        suffix = ""
    end = _ending(suffix, media_type)
    is_replaced = end == suffix or suffix.lower() in _MEDIA_SUFFIXES
    stem = base.removesuffix(suffix) if is_replaced else base
    for number in count(1):
        mark = f"-{number}" if number > 1 or not base else ""
        yield location.beside(Path(stem or _UNNAMED), after=f"{mark}{end}").name


def base_name(name: str) -> str:
    """Return of a name what can be a file's on any system; nothing if nothing is left."""
    last = re.split(r"[/\\]", name)[-1]
    kept = _UNFIT.sub("_", last).strip().lstrip("-. ").rstrip(". ")
    return f"_{kept}" if _DEVICE.fullmatch(kept) else kept


def _ending(suffix: str, media_type: str) -> str:
    """Return what the name of a file of that type ends in, which is its own where that fits."""
    if fitting := _SUFFIXES.get(media_type):
        return suffix if suffix.lower() in fitting else fitting[0]
    found = _TYPE.fullmatch(media_type)
    return suffix or (f".{found[1]}" if found else "")
