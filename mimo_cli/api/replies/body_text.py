"""The text of a body that is no answer: in whatever encoding, as JSON, a page or plain. Pure."""

from __future__ import annotations

import json
import re

from mimo_cli.api.replies import error_body

_TITLES = (
    r"(?i)<title[^<>]*>([^<]*)</title",
    r"(?i)<message[^<>]*>([^<]*)</message",  # in XML
    r"(?i)<(?:\w+:)?faultstring[^<>]*>([^<]*)</",  # in SOAP
    r"(?i)<h1[^<>]*>([^<]*)</h1",
)
_CHARSET = r"(?i)charset\s*=\s*[\"']?([\w.:-]+)"
_DEFAULTS = ("iso-8859-1", "latin1", "windows-1252", "us-ascii", "ascii")
"""What servers say of a text of which they know nothing."""
_EXCERPT = 200
_SPACE = b" \t\r\n"


def as_utf8(body: bytes, content_type: str = "") -> bytes:
    """Return a body as UTF-8 without a byte-order mark, what cannot be read in it replaced.

    UTF-16 and UTF-32 are told by their bytes; another encoding counts where it is declared and
    the body is no UTF-8. Where none is, or a false one, it is the one in which it is likely text.
    """
    if encoding := wide(body):
        return body.decode(encoding, "replace").lstrip("\ufeff").encode()
    try:
        return body.decode("utf-8-sig").encode()
    except UnicodeDecodeError:
        declared = re.search(_CHARSET, content_type)
    from mimo_cli.text import charsets

    name, likely = declared[1] if declared else "utf-8", charsets.likely(body)
    for encoding in (*likely, name) if name.lower() in _DEFAULTS else (name, *likely):
        if text := charsets.decoded(body, encoding):
            return text.encode("utf-8", "replace")
    try:
        return body.decode(name, "replace").encode()
    except (LookupError, ValueError):  # no encoding of that name, or none of text
        return body.decode("utf-8-sig", "replace").encode()


def wide(body: bytes) -> str:
    """Return the name of an encoding with more than one byte for each letter, or nothing.

    By the zeros between the letters with which JSON, pages and events begin.
    """
    start = body[:8]
    encoding = json.detect_encoding(start)
    if b"\0" not in start or encoding.startswith("utf-8"):
        return ""
    first = start[: len(start) // 4 * 4].decode(encoding, "replace").lstrip("\ufeff")
    return encoding if first.isascii() and first.isprintable() and first else ""


def words(body: bytes) -> str:
    """Return what an error body says: the words of JSON, the title of a page, or its text."""
    content = error_body.parse(body)
    text = body.decode("utf-8", "replace").strip()
    if isinstance(content, dict | list | str):
        said = error_body.read(content).text
        return said if said or not content else text
    if not text.startswith("<"):
        return text
    return title(text) or ("XML" if is_xml(text) else "a web page")


def title(page: str) -> str:
    """Return a page's title in quotes, or what an error in XML says; empty without either."""
    from html import unescape

    found = next((match for pattern in _TITLES if (match := re.search(pattern, page))), None)
    said = unescape(found.group(1)).strip() if found else ""
    return f'"{said[:_EXCERPT]}"' if said else ""


def is_xml(page: str) -> bool:
    """Whether a page is XML for programs, and not HTML."""
    return page.lstrip().startswith("<?xml") and "<html" not in page.lower()


def unechoed(what: str, why: str, status: int) -> str:
    """Return what a server said without what is said already: `429 Too Many Requests: …`."""
    echo = rf"(?i)(?:{status}\W{{0,3}})?{re.escape(what)}\b[\s.:,;-]*"
    bare = why[1:-1] if why[:1] == why[-1:] == '"' else why
    if match := re.match(echo, bare):
        return bare[match.end() :]
    return why
