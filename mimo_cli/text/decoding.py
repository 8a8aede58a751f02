"""Bytes that become text, or are refused in words that say what can be done."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from mimo_cli.errors import UsageError
from mimo_cli.phrases import NOTHING, Phrase, verbatim

if TYPE_CHECKING:
    from mimo_cli.text.disguises import Disguise
    from mimo_cli.text.text_format import TextFormat

MARKS_OF_UTF16 = (b"\xff\xfe", b"\xfe\xff")
CONTROLS = rb"[\0-\x06\x0e-\x1a\x1c-\x1f]"
_LOOKED_AT = 64 * 1024  # bytes that are searched for those
SURROGATE = "[\ud800-\udfff]"  # what Python makes of bytes of the command line that are no text

PROMPT = Phrase("the prompt")


def check_encoding(name: str) -> None:
    """Refuse an encoding that Python does not know, or that is none of text (base64, rot13).

    Raises:
        UsageError: it is such a one.
    """
    try:
        "?".encode(name)
    except UnicodeError as error:
        raise UsageError(_unknown(name)) from error
    except (LookupError, ValueError) as error:
        import codecs
        from difflib import get_close_matches
        from encodings.aliases import aliases

        try:
            codecs.lookup(name)
        except (LookupError, ValueError):
            near = get_close_matches(name.lower().replace("-", "_"), {*aliases, *aliases.values()})
            meant = near[0].replace("_", "-") if near else ""
            hint = Phrase("Did you mean {name}?", name=meant) if near else NOTHING
            raise UsageError(_unknown(name), NOTHING, hint) from error
        raise UsageError(Phrase("encoding {name!r} is not for text", name=name)) from error


def _unknown(encoding: str) -> Phrase:
    return Phrase("unknown encoding {name!r}", name=encoding)


def check_words(words: str, form: TextFormat, what: Phrase = PROMPT) -> str:
    """Return words of the command line, of which bytes that were no text are surrogates.

    They may be of the encoding that was named for stdin and files, each for itself: a shell puts
    together what was typed and what programs printed. `what` they are is for the error.

    Raises:
        UsageError: they hold bytes that are not text.
    """
    if not re.search(SURROGATE, words):
        return words
    data = os.fsencode(words)
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        offset = error.start
    from mimo_cli.text import charsets

    parts = data.split(b" ")
    texts = [charsets.decode_words(part, form.encoding, otherwise="") for part in parts]
    unread = [part for part, text in zip(parts, texts, strict=True) if part and not text]
    if not unread:
        return " ".join(texts)
    if form.lossy:
        return data.decode("utf-8", "replace")
    what = Phrase("{what} is not UTF-8 text", what=what)
    raise UsageError(what, _byte(data, offset), _remedy(b" ".join(unread), form))


def _byte(data: bytes, offset: int) -> Phrase:
    return Phrase("byte 0x{byte:02X} at offset {offset}", byte=data[offset], offset=offset)


def decode(data: bytes, name: str, form: TextFormat) -> str:
    """Return the text of some bytes; `name` is what to call them: a file's name, or a phrase.

    Raises:
        UsageError: they are not text of that encoding.
    """
    codec = "utf-8-sig" if form.is_utf8 else form.encoding  # drops a byte-order mark
    if form.is_utf8 and data.startswith(MARKS_OF_UTF16):
        from mimo_cli.text import charsets

        codec = charsets.read_mark(data)
    elif form.is_utf8 and not form.lossy and b"\0" in data:
        where = Phrase("a NUL byte at offset {offset}", offset=data.index(0))
        raise UsageError(_looks_binary(name), where, _remedy(data, form))
    elif form.is_utf8 and not form.lossy and (found := find_disguise(data)):
        raise UsageError(_is_not(name, "utf-8"), _byte(data, found.offset), _remedy(data, form))
    try:
        text = data.decode(codec, "replace" if form.lossy else "strict")
        text.encode()  # UTF-7 and some others can name what UTF-8 cannot send
    except UnicodeDecodeError as error:
        offset = error.start + len(data) - len(error.object)  # which may lack the mark
        what = _is_not(name, "utf-8" if codec == "utf-8-sig" else codec)
        raise UsageError(what, _byte(data, offset), _remedy(data, form)) from error
    except UnicodeError as error:  # a codec for something else than texts
        what = _is_not(name, form.encoding)
        raise UsageError(what, verbatim(str(error)), _remedy(data, form)) from error
    if not form.is_utf8 and form.tell is not None and _is_rather_utf8(data, text, form.encoding):
        template = "{name} is UTF-8, and was read as {encoding}, as --encoding says"
        form.tell(Phrase(template, name=name, encoding=form.encoding))
    if form.lossy:
        return text.replace("\0", "\N{REPLACEMENT CHARACTER}")
    if "\0" in text:
        where = Phrase("a NUL at character {offset}", offset=text.index("\0"))
        raise UsageError(_looks_binary(name), where, _remedy(data, form))
    return text


def _looks_binary(name: str) -> Phrase:
    return Phrase("{name} looks binary", name=name)


def _is_not(name: str, encoding: str) -> Phrase:
    return Phrase("{name} is not {encoding} text", name=name, encoding=encoding)


def find_disguise(data: bytes) -> Disguise | None:
    """Return what bytes are that could be UTF-8 and would then be nonsense (see `disguises`)."""
    control = re.search(CONTROLS, data[:_LOOKED_AT])
    if control is None and b"\x1b$" not in data and b"~{" not in data:
        return None
    from mimo_cli.text import disguises  # not for those who have a plain text

    return disguises.find(data, None if control is None else control.start())


def _is_rather_utf8(data: bytes, text: str, encoding: str) -> bool:
    """Return whether bytes that were read by another encoding are UTF-8 all the same."""
    try:
        usual = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    if usual == text or "\0" in usual:
        return False
    if usual.isascii():  # in UTF-16 or EBCDIC nonsense; in UTF-7 a text that is not
        return "aZ".encode(encoding, "replace") != b"aZ"
    from mimo_cli.text import charsets

    return not charsets.is_rather(data, encoding)


def _remedy(data: bytes, form: TextFormat) -> Phrase:
    from mimo_cli.text import encoding_remedy  # most bytes are the text that they should be

    return encoding_remedy.remedy(data, form)
