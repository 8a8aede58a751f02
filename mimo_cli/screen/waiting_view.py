"""The wait for an answer that is then written as text, on the same terminal: a spinner before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.api.protocol.messages import Looping, Retrying, Silence, TextDelta, ThinkingDelta
from mimo_cli.output.view import View

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mimo_cli.api.protocol.messages import StreamItem
    from mimo_cli.errors import Failure
    from mimo_cli.screen.live_view import LiveView


class WaitingView(View):
    """A text, and a spinner until there is something of it; again where a request is sent again.

    `text` writes thinking, too, if it `shows_thinking`.
    """

    def __init__(
        self, spinner: Callable[[], LiveView], text: View, *, shows_thinking: bool
    ) -> None:
        self._make = spinner
        self._spinner: LiveView | None = spinner()
        self._text = text
        self._shows_thinking = shows_thinking

    def seconds_until_redraw(self) -> float | None:
        """Return when the spinner wants to be, as long as it turns."""
        return None if self._spinner is None else self._spinner.seconds_until_redraw()

    def show(self, events: Sequence[StreamItem]) -> None:
        """Let the spinner turn, or take it away and write what has come."""
        if self._spinner is not None and any(map(self._is_written, events)):
            self._end_spinner()
        if self._spinner is not None:
            self._spinner.show(events)
            return
        self._text.show(events)
        retries = [event for event in events if isinstance(event, Retrying)]
        if retries:
            self._spinner = self._make()
            self._spinner.wait(retries[-1].wait)

    def abandon(self) -> None:
        """Abandon both."""
        if self._spinner is not None:
            self._spinner.abandon()
        self._text.abandon()

    def close(self, error: Failure | None) -> None:
        """Close both, the text whatever happens to the spinner, which tells of the error itself."""
        is_told = self._spinner is not None and self._spinner.has_begun
        try:
            self._end_spinner(error)
        finally:
            self._text.close(None if is_told else error)

    def _is_written(self, event: StreamItem) -> bool:
        match event:
            case TextDelta(_, text):
                return bool(text)
            case ThinkingDelta(_, text):
                return bool(text) and self._shows_thinking
            case Retrying() | Silence() | Looping():
                return True
            case _:
                return False

    def _end_spinner(self, error: Failure | None = None) -> None:
        spinner, self._spinner = self._spinner, None
        if spinner is not None:
            spinner.close(error)
