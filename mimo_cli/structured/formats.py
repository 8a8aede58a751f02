"""Formats of JSON Schema that jsonschema leaves to libraries of their own. Pure."""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import urlsplit

_TIME = re.compile(
    r"(?P<hour>[01]\d|2[0-3]):(?P<minute>[0-5]\d):(?P<second>[0-5]\d|60)(?:\.\d+)?"
    r"(?:Z|(?P<sign>[+-])(?P<hours>[01]\d|2[0-3]):(?P<minutes>[0-5]\d))",
    re.ASCII | re.IGNORECASE,
)
_DURATION = re.compile(
    r"P(?:\d+W|(?=\d|T\d)(?:\d+Y)?(?:\d+M)?(?:\d+D)?"
    r"(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?)",
    re.ASCII,
)
_LABEL = r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)"
_HOSTNAME = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(?:\.{_LABEL})*")
_IN_NO_ADDRESS = re.compile(r'[\s\x00-\x20\x7f<>"{}|\\^`]|%(?![0-9A-Fa-f]{2})')
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_DAY = 24 * 60


def is_date_time(text: str) -> bool:
    """Return whether a text is a date and a time of RFC 3339, with its zone."""
    day, separator, time = text[:10], text[10:11], text[11:]
    return separator in ("T", "t") and _is_date(day) and is_time(time)


def _is_date(text: str) -> bool:
    try:
        return bool(re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) and date.fromisoformat(text))
    except ValueError:
        return False


def is_time(text: str) -> bool:
    """Return whether a text is a time of RFC 3339, with its zone. A leap second ends a UTC day."""
    found = _TIME.fullmatch(text)
    if found is None or found["second"] != "60":
        return found is not None
    ahead = int(found["hours"] or 0) * 60 + int(found["minutes"] or 0)
    ahead = -ahead if found["sign"] == "-" else ahead
    minute = int(found["hour"]) * 60 + int(found["minute"]) - ahead
    return minute % _DAY == _DAY - 1


def is_duration(text: str) -> bool:
    """Return whether a text is a duration of RFC 3339; seconds may have a fraction."""
    return _DURATION.fullmatch(text) is not None


def is_hostname(text: str) -> bool:
    """Return whether a text is a host's name by RFC 1123."""
    return _HOSTNAME.fullmatch(text) is not None


def is_uri(text: str) -> bool:
    """Return whether a text is an address of RFC 3986, with its scheme."""
    return text.isascii() and is_iri(text)


def is_iri(text: str) -> bool:
    """Return whether a text is an address of RFC 3987, with its scheme."""
    is_absolute = _SCHEME.match(text) is not None
    return is_absolute and is_iri_reference(text) and _has_host(text)


def is_uri_reference(text: str) -> bool:
    """Return whether a text is a reference of RFC 3986."""
    return text.isascii() and is_iri_reference(text)


def is_iri_reference(text: str) -> bool:
    """Return whether a text is a reference of RFC 3987."""
    if _IN_NO_ADDRESS.search(text):
        return False
    try:
        _ = urlsplit(text).port
    except ValueError:
        return False
    return True


def _has_host(text: str) -> bool:
    """Return whether a host stands in an address of the web, which has no sense without."""
    parts = urlsplit(text)
    return parts.scheme not in ("http", "https") or bool(parts.hostname)


CHECKS = {
    "date-time": is_date_time,
    "time": is_time,
    "duration": is_duration,
    "hostname": is_hostname,
    "uri": is_uri,
    "uri-reference": is_uri_reference,
    "iri": is_iri,
    "iri-reference": is_iri_reference,
}
