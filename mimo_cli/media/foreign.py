"""What is known by its first bytes and not taken, in words, and what can be done. Pure.

Nothing here is a text: RTF, SVG, PostScript and their like are sent as what they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.media.containers import asf, iso_media, mpeg_audio, ogg, riff
from mimo_cli.media.containers.binary import has_controls, little
from mimo_cli.named_tuple import NamedTuple
from mimo_cli.phrases import CommandLine, Phrase

if TYPE_CHECKING:
    from collections.abc import Iterator


class Foreign(NamedTuple):
    """A kind of file that the service does not take: `what` it is, and what can be done."""

    what: Phrase
    advice: Phrase


_PICTURE = Phrase("Save it as PNG or JPEG.")  # what the extra reads, `convertible` has told before
_SOUND = Phrase("Make an MP3 of it: {command}", command=CommandLine("ffmpeg -i FILE sound.mp3"))
_FILM = Phrase(
    "Make an MP4 of it: {command}",
    command=CommandLine("ffmpeg -i FILE -c:v libx264 -crf 23 -pix_fmt yuv420p -c:a aac film.mp4"),
)
_ARCHIVE = Phrase("Unpack it, and attach the files that are in it.")
_OFFICE = Phrase("Save it as text, or as PDF and that as pictures.")
_DATA = Phrase("Export what the question is about as text, CSV say.")
_PROGRAM = Phrase("Attach its source, or what another program prints of it.")
_PDF = Phrase(
    "Take its text: {command}", command=CommandLine("pdftotext -layout FILE.pdf FILE.txt")
)
_FONT = Phrase("Attach a picture of the letters.")

PDF = Foreign(Phrase("a PDF document"), _PDF)
HEIC = Foreign(Phrase("a HEIC picture"), _PICTURE)
AVIF = Foreign(Phrase("an AVIF picture"), _PICTURE)
JPEG_2000 = Foreign(Phrase("a JPEG 2000 picture"), _PICTURE)
JPEG_XL = Foreign(Phrase("a JPEG XL picture"), _PICTURE)
RAW = Foreign(Phrase("a camera's raw picture"), _PICTURE)
TIFF = Foreign(Phrase("a TIFF picture"), _PICTURE)
ICON = Foreign(Phrase("an icon"), _PICTURE)
PHOTOSHOP = Foreign(Phrase("a Photoshop picture"), _PICTURE)
OTHER_PICTURE = Foreign(Phrase("a picture of another format"), _PICTURE)
AAC = Foreign(Phrase("an AAC recording without a container"), _SOUND)
AMR = Foreign(Phrase("an AMR recording"), _SOUND)
AIFF = Foreign(Phrase("an AIFF recording"), _SOUND)
WMA = Foreign(Phrase("a WMA recording"), _SOUND)
MIDI = Foreign(Phrase("a MIDI file"), Phrase("Attach a recording of it."))
OTHER_SOUND = Foreign(Phrase("a recording of another format"), _SOUND)
WEBM = Foreign(Phrase("a WebM film"), _FILM)
MATROSKA = Foreign(Phrase("a Matroska film"), _FILM)
FLASH_VIDEO = Foreign(Phrase("a Flash film"), _FILM)
MPEG = Foreign(Phrase("an MPEG film"), _FILM)
OGG_VIDEO = Foreign(Phrase("an Ogg film"), _FILM)
REAL = Foreign(Phrase("a RealMedia file"), _FILM)
ARCHIVE = Foreign(Phrase("an archive, or compressed"), _ARCHIVE)
WORD = Foreign(Phrase("a Word document"), _OFFICE)
EXCEL = Foreign(Phrase("an Excel workbook"), _OFFICE)
POWERPOINT = Foreign(Phrase("a PowerPoint presentation"), _OFFICE)
OPEN_DOCUMENT = Foreign(Phrase("an OpenDocument file"), _OFFICE)
OLD_OFFICE = Foreign(Phrase("a document of an older Office"), _OFFICE)
BOOK = Foreign(Phrase("an EPUB book"), _OFFICE)
DATABASE = Foreign(Phrase("a database"), _DATA)
TABLE = Foreign(Phrase("a table in a binary format"), _DATA)
ARRAYS = Foreign(Phrase("arrays of numbers"), _DATA)
WEIGHTS = Foreign(Phrase("the weights of a model"), _DATA)
PROPERTIES = Foreign(Phrase("a property list in its binary form"), _DATA)
CAPTURE = Foreign(Phrase("captured network traffic"), _DATA)
PROGRAM = Foreign(Phrase("a program"), _PROGRAM)
BYTECODE = Foreign(Phrase("compiled code"), _PROGRAM)
FONT = Foreign(Phrase("a font"), _FONT)

_FIRST_BYTES: tuple[tuple[bytes, Foreign], ...] = (
    (b"II*\0", TIFF),
    (b"MM\0*", TIFF),
    (b"II+\0", TIFF),
    (b"MM\0+", TIFF),
    (b"IIRO", RAW),
    (b"IIU\0", RAW),
    (b"FUJIFILMCCD-RAW", RAW),
    (b"\0\0\0\x0cjP  ", JPEG_2000),
    (b"\xff\x4f\xff\x51", JPEG_2000),
    (b"\0\0\0\x0cJXL ", JPEG_XL),
    (b"\xff\x0a", JPEG_XL),
    (b"icns\0", ICON),
    (b"8BPS\0", PHOTOSHOP),
    (b"v/1\1", OTHER_PICTURE),
    (b"DDS \x7c\0", OTHER_PICTURE),
    (b"\x0a\5\1", OTHER_PICTURE),
    *((b"P%d%c" % (number, blank), OTHER_PICTURE) for number in (4, 5, 6) for blank in b"\n "),
    (b"#!AMR", AMR),
    (b"MThd\0\0\0\6", MIDI),
    (b".snd\0", OTHER_SOUND),
    (b"caff\0", OTHER_SOUND),
    (b"wvpk", OTHER_SOUND),
    (b"TTA1", OTHER_SOUND),
    (b"riff\x2e\x91\xcf\x11", OTHER_SOUND),
    (b"MAC \x96", OTHER_SOUND),
    (b"FLV\1", FLASH_VIDEO),
    *((it + b"WS", FLASH_VIDEO) for it in (b"F", b"C", b"Z")),
    (b"\0\0\1\xba", MPEG),
    (b"\0\0\1\xb3", MPEG),
    (b".RMF\0", REAL),
    (b"\x1f\x8b\x08", ARCHIVE),
    (b"BZh", ARCHIVE),
    (b"\xfd7zXZ\0", ARCHIVE),
    (b"\x28\xb5\x2f\xfd", ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", ARCHIVE),
    (b"Rar!\x1a\x07", ARCHIVE),
    (b"\x04\x22\x4d\x18", ARCHIVE),
    (b"MSCF\0", ARCHIVE),
    (b"\xed\xab\xee\xdb", ARCHIVE),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLD_OFFICE),
    (b"SQLite format 3\0", DATABASE),
    (b"PAR1", TABLE),
    (b"ARROW1", TABLE),
    (b"Obj\1", TABLE),
    (b"\x89HDF\r\n\x1a\n", ARRAYS),
    (b"\x93NUMPY", ARRAYS),
    (b"GGUF", WEIGHTS),
    (b"bplist00", PROPERTIES),
    (b"\xd4\xc3\xb2\xa1", CAPTURE),
    (b"\x0a\x0d\x0d\x0a", CAPTURE),
    (b"\x7fELF", PROGRAM),
    (b"\xcf\xfa\xed\xfe", PROGRAM),
    (b"\xce\xfa\xed\xfe", PROGRAM),
    (b"\xca\xfe\xba\xbe", BYTECODE),
    (b"\0asm", BYTECODE),
    (b"dex\n03", BYTECODE),
    (b"wOFF", FONT),
    (b"wOF2", FONT),
    (b"OTTO\0", FONT),
    (b"ttcf\0", FONT),
    (b"\0\1\0\0\0", FONT),
)

_BRANDS = {b"avif": AVIF, b"avis": AVIF, b"crx ": RAW, b"jp2 ": JPEG_2000, b"jpx ": JPEG_2000}
_PARTS = ((b"word/", WORD), (b"xl/", EXCEL), (b"ppt/", POWERPOINT))
_PDF_MARK = b"%PDF-"
_PDF_WITHIN = 1024
_BLANK = b" \t\r\n\f\xef\xbb\xbf"
_PACKET = 188


def foreign(head: bytes, name: str = "") -> Foreign | None:
    """Return what a file is that is known and not taken; None for anything else, and for a text.

    `head` is some thousand first bytes of what is no media by `recognize`. The `name` decides what
    they leave open: a ZIP file is many things.
    """
    suffix = name.lower().rpartition(".")[2]
    if _is_pdf(head, suffix):
        return PDF
    if not has_controls(head):
        return None
    return next(_found(head, suffix), None)


def _is_pdf(head: bytes, suffix: str) -> bool:
    """Return whether a PDF begins, behind something else too that readers skip.

    That is nothing anybody sees, or the head of the answer that brought it; by its name, anything.
    """
    place = head.find(_PDF_MARK, 0, _PDF_WITHIN + len(_PDF_MARK))
    if place <= 0 or suffix == "pdf":
        return place >= 0
    before = head[:place]
    is_answer = before.startswith(b"HTTP/") and before.endswith((b"\r\n\r\n", b"\n\n"))
    return is_answer or not before.strip(_BLANK)


def _found(head: bytes, suffix: str) -> Iterator[Foreign]:
    yield from (it for first, it in _FIRST_BYTES if head.startswith(first))
    yield from _pictures(head, suffix)
    yield from _recordings(head)
    yield from _films(head)
    if _PDF_MARK in head[:_PDF_WITHIN]:
        yield PDF
    if head.startswith((b"PK\3\4", b"PK\5\6")):
        yield _zip(head, suffix)
    if head[257:262] == b"ustar":
        yield ARCHIVE
    if head[:2] == b"MZ" and head[little(head, 60, 4) :].startswith(b"PE\0\0"):
        yield PROGRAM


def _pictures(head: bytes, suffix: str) -> Iterator[Foreign]:
    if head[:4] in (b"\0\0\1\0", b"\0\0\2\0") and little(head, 4, 2):
        yield ICON
    if iso_media.is_picture(head):
        yield _BRANDS.get(head[8:12], AVIF if b"avif" in iso_media.brands(head) else HEIC)
    if suffix == "tga":
        yield OTHER_PICTURE


def _recordings(head: bytes) -> Iterator[Foreign]:
    if head[:4] == b"FORM" and head[8:11] == b"AIF":
        yield AIFF
    if mpeg_audio.is_adts(head, mpeg_audio.behind_tags(head)):
        yield AAC
    if head.startswith(asf.SIGNATURE):  # without a film in it, which would be taken
        yield WMA
    if riff.form(head) == b"RMID":
        yield MIDI


def _films(head: bytes) -> Iterator[Foreign]:
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        yield WEBM if b"webm" in head[:64] else MATROSKA
    if any(it.kind == "video" for it in ogg.streams(head)):
        yield OGG_VIDEO
    if head[::_PACKET].startswith(b"GGG"):
        yield MPEG


def _zip(head: bytes, suffix: str) -> Foreign:
    """Return what is in a ZIP file, by the names of its first members."""
    if b"mimetypeapplication/epub" in head[:100]:
        return BOOK
    if b"mimetypeapplication/vnd.oasis" in head[:100]:
        return OPEN_DOCUMENT
    by_name = {"docx": WORD, "xlsx": EXCEL, "pptx": POWERPOINT}.get(suffix, ARCHIVE)
    is_office = b"[Content_Types].xml" in head[:100] or by_name is not ARCHIVE
    return next((it for part, it in _PARTS if is_office and part in head), by_name)
