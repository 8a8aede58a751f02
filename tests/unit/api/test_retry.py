from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.harness import hint_of

from mimo_cli.api.retry import LONGEST_WAIT, seconds_to_wait
from mimo_cli.errors import ALWAYS, MimoError, RateLimitError, ServerError
from mimo_cli.phrases import Phrase


def failure(retry_limit: int = ALWAYS, retry_after: float | None = None) -> MimoError:
    return ServerError(
        Phrase("busy"),
        Phrase("why"),
        status=503,
        request_id="r",
        retry_after=retry_after,
        retry_limit=retry_limit,
    )


@pytest.mark.parametrize(
    ("attempt", "share", "seconds"),
    [
        (0, 0.0, 0.375),
        (0, 1.0, 0.5),
        (1, 0.0, 0.75),
        (2, 1.0, 2.0),
        (3, 1.0, 4.0),
        (4, 1.0, 8.0),
        (5, 1.0, 8.0),
        (9, 0.0, 6.0),
    ],
)
def test_the_wait_doubles_up_to_eight_seconds(attempt: int, share: float, seconds: float) -> None:
    assert seconds_to_wait(failure(), attempt, 10, share) == seconds


@pytest.mark.parametrize(
    ("error", "attempt", "retries", "seconds"),
    [
        (failure(retry_limit=0), 0, 2, None),
        (failure(), 2, 2, None),
        (failure(), 0, 0, None),
        (failure(retry_limit=1), 0, 2, 0.5),
        (failure(retry_limit=1), 1, 2, None),
        (failure(retry_after=2), 0, 2, 2),
        (failure(retry_after=0), 1, 2, 0),
        (failure(retry_after=60), 0, 2, 60),
        (failure(retry_after=60), 2, 2, None),
    ],
)
def test_it_is_decided_whether_to_wait(
    error: MimoError, attempt: int, retries: int, seconds: float | None
) -> None:
    assert seconds_to_wait(error, attempt, retries, 1.0) == seconds


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (60.5, "61 s"),
        (61, "61 s"),
        (86400, "86400 s"),
        (10**9 + 1, "very long"),
        (math.inf, "very long"),
    ],
)
@pytest.mark.parametrize("attempt", [0, 2])
def test_a_server_that_asks_for_too_long_fails_at_once(
    asked: float, words: str, attempt: int
) -> None:
    with pytest.raises(RateLimitError) as caught:
        seconds_to_wait(failure(retry_after=asked), attempt, 2, 0.5)
    error = caught.value
    assert error.message == f"busy, and the server asks to wait {words}: why"
    assert (error.status, error.request_id, error.retry_after) == (503, "r", asked)
    assert (hint_of(error), error.retry_limit) == ("Try again then.", 0)


@settings(deadline=None, derandomize=True)
@given(
    st.none() | st.floats(0),
    st.integers(0, 10**6),
    st.integers(0, 10),
    st.floats(0, 1, exclude_max=True),
)
def test_no_wait_is_ever_longer_than_the_cap(
    asked: float | None, attempt: int, retries: int, share: float
) -> None:
    try:
        seconds = seconds_to_wait(failure(retry_after=asked), attempt, retries, share)
    except RateLimitError:
        assert asked is not None
        assert asked > LONGEST_WAIT
    else:
        assert seconds is None or 0 <= seconds <= LONGEST_WAIT
