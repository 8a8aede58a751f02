"""How long a server asks to wait, by its headers. Pure but for the clock."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def seconds(headers: Mapping[str, str]) -> float | None:
    """Return the seconds the server asks to wait: `retry-after-ms`, else `retry-after`.

    That has seconds, or a date, which is measured against the reply's own `Date`: a wrong clock
    here does not matter. None if there is none that makes sense.
    """
    milliseconds = _number(headers.get("retry-after-ms", ""))
    if milliseconds is not None:
        return milliseconds / 1000
    value = headers.get("retry-after", "")
    asked = _number(value)
    return _seconds_until(value, headers.get("date", "")) if asked is None else asked


def _number(text: str) -> float | None:
    if not re.fullmatch(r"\s*\+?[0-9]+(\.[0-9]*)?\s*", text):
        return math.inf if text.strip().lower() in ("inf", "infinity") else None
    return float(text)  # of more digits than a float can have: infinity


def _seconds_until(date: str, now: str) -> float | None:
    """Return the seconds between two dates of HTTP, all of which are GMT (RFC 9110, 5.6.7).

    `asctime`'s form does not say so.
    """
    if not date:
        return None
    from datetime import UTC, datetime
    from email.utils import parsedate_to_datetime

    try:
        dates = (
            parsedate_to_datetime(date),
            parsedate_to_datetime(now) if now else datetime.now(UTC),
        )
        target, base = (it if it.tzinfo else it.replace(tzinfo=UTC) for it in dates)
        return max(0.0, (target - base).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return None  # not a date: the header makes no sense
