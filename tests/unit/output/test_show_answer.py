"""What is said beside an answer, and of one that holds what nobody sees."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mimo_cli.api.protocol.messages import Looping, Retrying, Silence
from mimo_cli.output.answer import ViewPair, describe
from mimo_cli.output.view import View
from mimo_cli.phrases import Phrase, verbatim

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mimo_cli.api.protocol.messages import StreamItem
    from mimo_cli.errors import Failure
    from mimo_cli.output.answer import Notable


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (Retrying(Phrase("cut"), 0.51, 1), "cut; trying again in 0.5 s (retry 1)"),
        (Retrying(verbatim("too\nmuch."), 2.0, 2), "too much; trying again in 2.0 s (retry 2)"),
        (
            Retrying(Phrase("{what}: {why}", what="failed", why="x" * 999), 2.0, 2),
            f"failed: {'x' * 199}…; trying again in 2.0 s (retry 2)",
        ),
        (Silence(29.6, 120.0), "nothing has come for 30 s; giving up after 120 s"),
        (Looping("text"), "the answer seems to go round in circles; Ctrl-C stops it"),
        (Looping("thinking"), "the thinking seems to go round in circles; Ctrl-C stops it"),
    ],
)
def test_a_wait_is_described_in_a_row(event: Notable, words: str) -> None:
    assert describe(event) == words


def test_why_it_waits_is_said_in_the_readers_language() -> None:
    reason = Phrase("connection lost: {host} closed it", host="h")
    translations = {
        reason.template: "Verbindung verloren: {host}",
        "{reason}; trying again in {wait:.1f} s (retry {attempt})": "{reason}; Versuch {attempt}",
    }
    phrase = describe(Retrying(reason, 1.0, 3))
    assert phrase.rendered(translations) == "Verbindung verloren: h; Versuch 3"


class Noting(View):
    """A view that keeps what is asked of it, and may fail to close."""

    def __init__(self, calls: list[str], name: str, error: Exception | None = None) -> None:
        self._calls = calls
        self._name = name
        self._error = error

    def seconds_until_redraw(self) -> float | None:
        return 0.5

    def show(self, events: Sequence[StreamItem]) -> None:
        self._calls.append(f"{self._name} shows {len(events)}")

    def abandon(self) -> None:
        self._calls.append(f"{self._name} is abandoned")

    def close(self, error: Failure | None) -> None:
        del error
        self._calls.append(f"{self._name} is closed")
        if self._error is not None:
            raise self._error


def test_both_views_of_a_pair_are_shown_abandoned_and_closed_whatever_happens() -> None:
    calls: list[str] = []
    pair = ViewPair(Noting(calls, "first", OSError("no")), Noting(calls, "second"))
    assert pair.seconds_until_redraw() == 0.5
    pair.show([Silence(1.0, 2.0)])
    pair.abandon()
    with pytest.raises(OSError, match="no"):
        pair.close(None)
    assert calls == [
        *("first shows 1", "second shows 1", "first is abandoned", "second is abandoned"),
        *("first is closed", "second is closed"),
    ]
