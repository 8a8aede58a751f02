"""A prompt with a user who looks at the screen before pressing the next keys."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING, Any

import pyte
from prompt_toolkit.input import create_pipe_input

from mimo_cli.chat.cancellation import Cancellation
from mimo_cli.chat.prompt.message_prompt import MessagePrompt
from mimo_cli.chat.prompt.toolkit_adapters import terminal_output
from mimo_cli.chat.status import StatusLine
from mimo_cli.output.output_stream import Output
from mimo_cli.phrases import verbatim
from mimo_cli.signals import Signals
from support.cells import row_texts
from support.harness import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from prompt_toolkit.input import PipeInput

ENVIRON = {"TERM": "xterm-256color", "LANG": "en_GB.UTF-8"}
STATUS = verbatim("mimo-v2.5 · thinking off")


Step = str | tuple[str, str] | tuple[str, str, float]
"""A text to wait for and keys to press, after so many seconds by the prompt's clock."""


class Screen(Output):
    """What the user sees, and does about it."""

    def __init__(self, act: Callable[[str, float], None], columns: int) -> None:
        super().__init__(None, "output")
        self.received = ""
        self.steps: list[Step] = []
        self._act = act
        self._screen = pyte.Screen(columns, 24)
        self._stream = pyte.Stream(self._screen)

    def write(self, text: str) -> None:
        self.received += text
        self._stream.feed(text)
        if self.steps:
            step = self.steps[0]
            wanted, keys, *seconds = ("", step) if isinstance(step, str) else step
            if wanted in self.text:
                del self.steps[0]
                self._act(keys, sum(seconds))

    @property
    def text(self) -> str:
        return "\n".join(row_texts(self._screen)).rstrip()


class User:
    """Somebody at a prompt. `now` is the time by the prompt's clock."""

    def __init__(self, keys: PipeInput, environ: dict[str, str], **options: Any) -> None:
        self.keys = keys
        self.screen = Screen(self._act, int(environ.get("COLUMNS", "80")))
        self.now = 0.0
        self.warnings: list[str] = []
        self.cancellation = Cancellation(options.get("signals") or Signals(), interactive=True)
        settings: dict[str, Any] = {
            "history_file": None,
            "completions": lambda _before: [],
            "status_line": lambda: StatusLine((STATUS,)),
            "vi": False,
            "edit": lambda text: text,
            "color": True,
            "signals": Signals(),
        }
        self.prompt = MessagePrompt(
            **{**settings, **options},
            cancellation=self.cancellation,
            monotonic=lambda: self.now,
            warn=self.warnings.append,
            environ=environ,
            escape_timeout=0.02,
            input=keys,
            output=terminal_output(self.screen, environ),
        )

    def _act(self, keys: str, seconds: float) -> None:
        self.now += seconds
        self.keys.send_text(keys)

    def say(self, *steps: Step, draft: str = "") -> str:
        """The message that comes of these steps; keys alone wait for nothing."""
        self.screen.steps = [*steps]
        patience = threading.Timer(PATIENCE, self.keys.close)  # which ends the prompt
        patience.start()
        try:
            return self.prompt.read(draft)
        finally:
            patience.cancel()


@contextlib.contextmanager
def user(environ: dict[str, str] | None = None, **options: Any) -> Iterator[User]:
    """A user at a new prompt."""
    with create_pipe_input() as keys:
        yield User(keys, {**ENVIRON, **(environ or {})}, **options)


def said(*steps: Step, **options: Any) -> str:
    """The message that comes of these steps at a new prompt."""
    with user(**options) as somebody:
        return somebody.say(*steps)


def past(file: Path, *messages: str, **options: Any) -> None:
    """An earlier run in which these were sent."""
    with user(history_file=file, **options) as somebody:
        for message in messages:
            somebody.say(message + "\r")
