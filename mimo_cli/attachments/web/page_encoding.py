"""The bytes of a page as text: by mark, header or `meta`, or what they probably are. Pure.

In the order of the HTML standard (13.2.3.1), but for two things: UTF-8 counts wherever the bytes
are that, whatever was declared, and a declaration that does not fit is not believed. What cannot be
read here and there is replaced: a page with one broken character is read all the same.
"""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

from mimo_cli.text import charsets

if TYPE_CHECKING:
    from collections.abc import Iterator

_META_WITHIN = 4096
"""Bytes in which a page says its encoding; the standard has 1024, and many pages are late."""
_META = rb"""(?i)<meta[^<>]{0,500}?charset\s*=\s*["']?\s*([a-z0-9_.:-]{1,40})"""
_XML = rb"""^\s*<\?xml[^<>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9_.:-]{1,40})"""

_MEANT = {
    **dict.fromkeys(("iso-8859-1", "latin-1", "latin1", "us-ascii", "ascii"), "cp1252"),
    **dict.fromkeys(("gb2312", "gbk", "x-gbk", "gb_2312-80"), "gb18030"),
    **dict.fromkeys(("shift_jis", "shift-jis", "sjis", "x-sjis", "windows-31j"), "cp932"),
    **dict.fromkeys(("euc-kr", "ks_c_5601-1987", "ksc5601"), "cp949"),
    **dict.fromkeys(("big5", "x-x-big5", "big5-hkscs"), "big5hkscs"),
    "iso-8859-9": "cp1254",
    "tis-620": "cp874",
    "x-euc-jp": "euc-jp",
    "hz-gb-2312": "hz",
}
"""What browsers take a label for (Encoding Standard, 4.2): a larger set that has all of it."""

_DEFAULT = "cp1252"
"""What servers say of pages of which they know nothing."""
_NOT_TAKEN = ("utf-7", "idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined")
"""What Python calls encodings, and no page is in: some of them take a long time, too."""
_WIDE = ("utf-16", "utf-32")


def decode(body: bytes, declared: str = "", *, is_markup: bool = False) -> str | None:
    """Return the text of a page; None if it is none. `declared` is what its header says.

    With `is_markup` the page may say its encoding itself.
    """
    if body.startswith(codecs.BOM_UTF8):
        return body[3:].decode("utf-8", "replace")
    if mark := charsets.read_mark(body):
        return body.decode(mark, "replace")
    if not body.isascii() and (text := charsets.decode(body, "utf-8")) is not None:
        return text
    names = sorted(_encodings(body, declared, is_markup=is_markup), key=_DEFAULT.__eq__)
    likely = charsets.likely(body)
    told = [name for name in names if name != "utf-8"]  # which it is not, or is ASCII
    for name in (*likely, *told) if told[:1] == [_DEFAULT] else (*told, *likely):
        text = charsets.decode(body, name)
        if text is not None and _is_possible(text):
            return text
    if body.isascii():
        return body.decode()
    if not names and not charsets.count_damage(body):
        return None
    return body.decode(names[0] if names else "utf-8", "replace")


def _is_possible(text: str) -> bool:
    """Return whether a text may be one: not of the surrogates or zeros of a wrong encoding."""
    return "\0" not in text and not re.search("[\ud800-\udfff]", text)


def _encodings(body: bytes, declared: str, *, is_markup: bool) -> Iterator[str]:
    """Yield the encodings that are declared, by the names that Python has for them."""
    labels = [declared]
    if is_markup:
        head = body[:_META_WITHIN]
        found = re.search(_XML, head) or re.search(_META, head)
        labels.append(found[1].decode() if found else "")
    for label in labels:
        if name := _known(label.strip().lower()):
            yield name


def _known(label: str) -> str:
    """Return the encoding that a label means; empty for none that pages are in."""
    meant = _MEANT.get(label, label)
    try:
        b"a".decode(meant)  # refuses what is none of texts
        name = codecs.lookup(meant).name
    except (LookupError, ValueError):
        return ""
    return "" if name in _NOT_TAKEN or name.startswith(_WIDE) else name
