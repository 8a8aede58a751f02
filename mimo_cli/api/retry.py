"""Whether to send a request again, and after how long. Pure."""

from __future__ import annotations

import math

from mimo_cli.errors import MimoError, RateLimitError, ServerError
from mimo_cli.phrases import Phrase

LONGEST_WAIT = 60.0
"""Seconds. A server that asks for more is an error at once."""

_WAITED_FOR = (RateLimitError, ServerError)
_FIRST_BACKOFF = 0.5
_LONGEST_BACKOFF = 8.0
_SMALLEST_SHARE = 0.75
_VERY_LONG = 10**9
"""Seconds that nobody counts."""


def seconds_to_wait(error: MimoError, attempt: int, retries: int, share: float) -> float | None:
    """Return the seconds before attempt `attempt + 1` (the first is 0), None to give up.

    What the server asked for, else min(8, 0.5 · 2ⁿ) s times 0.75 to 1; `share` in [0, 1) is the
    random part.

    Raises:
        RateLimitError: the server asked for a longer wait than `LONGEST_WAIT`.
    """
    asked = error.retry_after
    may_wait = error.retry_limit > 0 or isinstance(error, _WAITED_FOR)
    if asked is not None and asked > LONGEST_WAIT and may_wait:
        raise _too_long(error) from error
    if error.retry_limit == 0:
        return None
    if attempt >= min(retries, error.retry_limit):
        return None
    if error.retry_after is not None:
        return error.retry_after
    backoff = min(_LONGEST_BACKOFF, _FIRST_BACKOFF * 2.0 ** min(attempt, 10))
    return backoff * (_SMALLEST_SHARE + (1 - _SMALLEST_SHARE) * share)


def _too_long(error: MimoError) -> RateLimitError:
    seconds = error.retry_after or 0.0
    if seconds > _VERY_LONG:
        what = Phrase("{what}, and the server asks to wait very long", what=error.what)
    else:
        what = Phrase(
            "{what}, and the server asks to wait {seconds:.0f} s",
            what=error.what,
            seconds=math.ceil(seconds),
        )
    return RateLimitError(
        what,
        error.why,
        Phrase("Try again then."),
        status=error.status,
        request_id=error.request_id,
        retry_after=error.retry_after,
    )
