"""What types of files are called where a user names them: `pdf`, `docx`, `mp3`. Pure.

They are told by their first bytes. The name of a file decides what those leave open: which text it
is, or what is in a ZIP file; a file named `.pdf` that is none is none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.media import foreign, formats

if TYPE_CHECKING:
    from mimo_cli.media.foreign import Foreign
    from mimo_cli.media.formats import Format

_FORMATS: dict[Format, tuple[str, ...]] = {
    formats.PNG: ("png",),
    formats.JPEG: ("jpg", "jpeg"),
    formats.GIF: ("gif",),
    formats.WEBP: ("webp",),
    formats.BMP: ("bmp",),
    formats.MP3: ("mp3",),
    formats.WAV: ("wav",),
    formats.FLAC: ("flac",),
    formats.M4A: ("m4a", "m4b"),
    formats.OGG: ("ogg", "oga", "opus"),
    formats.MP4: ("mp4", "m4v", "3gp"),
    formats.MOV: ("mov",),
    formats.AVI: ("avi",),
    formats.WMV: ("wmv",),
}
_FOREIGN: dict[Foreign, tuple[str, ...]] = {
    foreign.PDF: ("pdf",),
    foreign.HEIC: ("heic", "heif"),
    foreign.AVIF: ("avif",),
    foreign.JPEG_2000: ("jp2",),
    foreign.JPEG_XL: ("jxl",),
    foreign.TIFF: ("tiff", "tif"),
    foreign.PHOTOSHOP: ("psd",),
    foreign.AAC: ("aac",),
    foreign.AMR: ("amr",),
    foreign.AIFF: ("aiff", "aif"),
    foreign.WMA: ("wma",),
    foreign.MIDI: ("mid", "midi"),
    foreign.WEBM: ("webm",),
    foreign.MATROSKA: ("mkv", "mka"),
    foreign.MPEG: ("mpg", "mpeg"),
    foreign.OGG_VIDEO: ("ogv",),
    foreign.WORD: ("docx", "docm"),
    foreign.EXCEL: ("xlsx", "xlsm"),
    foreign.POWERPOINT: ("pptx", "pptm"),
    foreign.BOOK: ("epub",),
    foreign.DATABASE: ("sqlite", "sqlite3", "db"),
    foreign.WEIGHTS: ("gguf",),
    foreign.CAPTURE: ("pcap", "pcapng"),
}
_FAMILIES: dict[Foreign, tuple[str, ...]] = {
    foreign.OPEN_DOCUMENT: ("odt", "ods", "odp", "odg"),
    foreign.OLD_OFFICE: ("doc", "xls", "ppt", "msg"),
    foreign.FLASH_VIDEO: ("flv", "swf"),
}
"""What begins alike and is not the same."""
_ARCHIVES = ("zip", "gz", "bz2", "xz", "zst", "7z", "rar", "tar", "lz4", "cab", "rpm")

_TABLES = (_FORMATS, _FOREIGN, _FAMILIES)
_TOLD = frozenset(name for table in _TABLES for names in table.values() for name in names)
"""What the first bytes tell by themselves, so that a name alone never does."""


def find(head: bytes, name: str) -> tuple[str, ...]:
    """Return what the type of a file may be called, the most exact name first.

    `head` is some thousand first bytes. For a text, or what nobody knows, it is how the name ends
    if that is not what bytes tell; and so it is for what can hold anything: an archive, say.
    """
    ending = _ending(name)
    known = formats.recognize(head, name)
    if known is not None:
        return _with_first(ending, _FORMATS[known])
    other = formats.foreign(head, name)
    if other in _FOREIGN:
        return _with_first(ending, _FOREIGN[other])
    if other in _FAMILIES:
        return (ending,) if ending in _FAMILIES[other] else ()
    is_open = ending not in _TOLD and (other is not None or ending not in _ARCHIVES)
    return (ending,) if ending and is_open else ()


def _ending(name: str) -> str:
    base = name.rpartition("/")[2].lower()
    stem, dot, ending = base.rpartition(".")
    return ending if stem and dot else ""


def _with_first(ending: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return names with the one first that a file has."""
    return (ending, *(it for it in names if it != ending)) if ending in names else names
