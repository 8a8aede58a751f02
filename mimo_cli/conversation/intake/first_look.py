"""What bytes are, before they are read as a text: none at all, or lines that end otherwise."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mimo_cli.errors import UsageError
from mimo_cli.phrases import Phrase
from mimo_cli.text.decoding import CONTROLS, MARKS_OF_UTF16, find_disguise

if TYPE_CHECKING:
    from mimo_cli.text.text_format import TextFormat


def check_lines(first: bytes, form: TextFormat) -> None:
    """Refuse lines of an encoding in which the end of one is not the byte that it is elsewhere.

    Raises:
        UsageError: they are of UTF-16, say.
    """
    is_marked = form.is_utf8 and first.startswith(MARKS_OF_UTF16)
    name = "utf-16" if is_marked else form.encoding
    if form.is_utf8 and not is_marked and (found := find_disguise(_whole_units(first))):
        is_marked = found.encoding.startswith("utf")
        name = found.encoding if is_marked else name  # lines of the others end as they do here
    if not is_marked and "\n".encode(name, "replace") == b"\n":
        return
    hint = Phrase("Convert them: iconv -f {encoding} -t UTF-8", encoding=name.upper())
    what = Phrase("messages on stdin cannot be {encoding}", encoding=name)
    raise UsageError(what, Phrase("each line is one"), hint)


def is_binary(data: bytes, form: TextFormat) -> bool:
    """Return whether bytes are not likely to be a text in any encoding.

    They hold a NUL; or what is no UTF-8 begins as a known kind of file does, or holds control
    characters that hardly any text has.
    """
    if form.lossy or (form.is_utf8 and data.startswith(MARKS_OF_UTF16)):
        return False
    if b"\0" in data or not form.is_utf8:
        return b"\0" in data
    try:
        data.decode()
    except UnicodeDecodeError:
        from mimo_cli.text import charsets

        return re.search(CONTROLS, data) is not None or bool(charsets.kind_of_file(data))
    return False


def _whole_units(line: bytes) -> bytes:
    """Return a line without its end, the first half of which it may be."""
    return line[:-1] if len(line) % 2 and line.endswith(b"\n") else line
