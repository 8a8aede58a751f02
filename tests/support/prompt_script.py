"""A program that is a prompt and says what it got: what the tests run in a terminal."""

from __future__ import annotations

import os
import sys
import time

from mimo_cli import process
from mimo_cli.chat.cancellation import Cancellation
from mimo_cli.chat.prompt.message_prompt import MessagePrompt
from mimo_cli.chat.status import StatusLine
from mimo_cli.errors import Interrupted
from mimo_cli.phrases import verbatim
from mimo_cli.signals import Signals


def main() -> None:
    speed = float(os.environ.get("CLOCK_SPEED", "1"))
    signals = Signals(owns_process=True)
    signals.catch()
    prompt = MessagePrompt(
        history_file=None,
        completions=lambda _before: [],
        status_line=lambda: StatusLine((verbatim("the bottom line"),)),
        vi=False,
        edit=str,
        color=True,
        monotonic=lambda: speed * time.monotonic(),
        warn=sys.exit,
        signals=signals,
        cancellation=Cancellation(signals, interactive=True),
        environ=os.environ,
        escape_timeout=float(os.environ.get("QUIET", "0.1")),
    )
    try:
        while True:
            sys.stdout.write(f"got {prompt.read()!r}\n")
            sys.stdout.flush()
    except EOFError:
        sys.stdout.write("left\n")
        sys.stdout.flush()
        process.leave(0)
    except Interrupted as interrupted:
        process.leave(interrupted.exit_code)


if __name__ == "__main__":
    main()
