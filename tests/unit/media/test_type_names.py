"""What types of files are called: by their first bytes, then by their names."""

from __future__ import annotations

import pytest
from support import media_files

from mimo_cli.media import type_names

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
ZIP = b"PK\3\4\x14\0\0\0\0\0" + bytes(30)
OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(30)
ODT = b"PK\3\4\x14\0\0\0\0\0" + bytes(20) + b"mimetypeapplication/vnd.oasis.opendocument.text"
DOCX = b"PK\3\4\x14\0\0\0\0\0" + bytes(20) + b"[Content_Types].xml" + bytes(20) + b"word/"
UNKNOWN = b"AT&TFORM\0\1\2\3DJVM"
TEXT = b"# A text\n"


@pytest.mark.parametrize(
    ("head", "name", "found"),
    [
        (PDF, "a.pdf", ("pdf",)),
        (PDF, "noname", ("pdf",)),
        (PDF, "a.txt", ("pdf",)),
        (PDF, "a.docx", ("pdf",)),
        (b"junk\0\n" + PDF, "a", ("pdf",)),
        # The name alone tells nothing that bytes would tell.
        (TEXT, "a.pdf", ()),
        (TEXT, "a.docx", ()),
        (TEXT, "a.zip", ()),
        (ZIP, "a.pdf", ()),
        (UNKNOWN, "a.pdf", ()),
        # It decides what they leave open.
        (TEXT, "a.HTML", ("html",)),
        (TEXT, "dir.d/a.ipynb", ("ipynb",)),
        (TEXT, "dir.d/a", ()),
        (TEXT, ".bashrc", ()),
        (TEXT, "Makefile", ()),
        (TEXT, "a.", ()),
        (UNKNOWN, "a.djvu", ("djvu",)),
        (UNKNOWN, "a", ()),
        (ZIP, "a.zip", ("zip",)),
        (ZIP, "a.cbz", ("cbz",)),
        (ZIP, "a.docx", ("docx", "docm")),
        (ZIP, "a", ()),
        (DOCX, "a", ("docx", "docm")),
        (DOCX, "a.docm", ("docm", "docx")),
        (OLD, "a.xls", ("xls",)),
        (OLD, "a", ()),
        (ODT, "a.ods", ("ods",)),
        (ODT, "a.docx", ()),
        (media_files.png(), "a.pdf", ("png",)),
        (media_files.jpeg(), "a.jpeg", ("jpeg", "jpg")),
        (media_files.jpeg(), "a", ("jpg", "jpeg")),
        (media_files.mp3(), "a.mp3", ("mp3",)),
    ],
)
def test_what_a_type_may_be_called(head: bytes, name: str, found: tuple[str, ...]) -> None:
    assert type_names.find(head, name) == found
