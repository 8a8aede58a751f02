"""Web pages, and XML for programs, that came in the place of an answer or of words. Pure."""

from __future__ import annotations

import re

_TITLES = (
    r"(?i)<title[^<>]*>([^<]*)</title",
    r"(?i)<message[^<>]*>([^<]*)</message",  # in XML
    r"(?i)<(?:\w+:)?faultstring[^<>]*>([^<]*)</",  # in SOAP
    r"(?i)<h1[^<>]*>([^<]*)</h1",
)
_EXCERPT = 200


def title(page: str) -> str:
    """Return a page's title, or what an error in XML says; empty without either."""
    from html import unescape

    found = next((match for pattern in _TITLES if (match := re.search(pattern, page))), None)
    return unescape(found.group(1)).strip()[:_EXCERPT] if found else ""


def without_page(text: str) -> str:
    """Return a text with the title of a web page in place of the page that it is, or ends with."""
    page = re.search(r"(?i)<(?:!doctype html|html|head|title)\b", text)
    said = title(text[page.start() :]) if page else ""
    return f'{text[: page.start()]}"{said}"' if page and said else text


def is_xml(page: str) -> bool:
    """Return whether a page is XML for programs, and not HTML."""
    return page.lstrip().startswith("<?xml") and "<html" not in page.lower()
