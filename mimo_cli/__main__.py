"""`mimo`, `mimo-cli` and `python -m mimo_cli`."""

from __future__ import annotations

# All of them are a part of the interpreter, or loaded by it. `signal` would first import for a
# millisecond, in which Ctrl-C would show a traceback.
import _signal  # type: ignore[import-not-found]  # typeshed knows `signal` alone, which wraps it
import gc
import os
import sys

TYPE_CHECKING = False  # importing typing for this would delay what main() does first
if TYPE_CHECKING:
    from typing import NoReturn


def main() -> NoReturn:
    """Run the command line and end the process."""
    if _signal.getsignal(_signal.SIGINT) is _signal.default_int_handler:
        # Until there is something to keep, Ctrl-C just ends the process: no traceback, and nothing
        # raised in the middle of an import. `Signals.catch` takes over from here.
        _signal.signal(_signal.SIGINT, _signal.SIG_DFL)
    if {"--json", "--jsonl"} & {*sys.argv}:  # but an object for whoever wants one
        from mimo_cli import early

        early.catch(sys.argv[1:], os.environ)
    # Start-up makes many objects that stay: looking through them for garbage took a tenth of it.
    gc.set_threshold(100_000, 20, 20)
    # But for the classes in Python that those in C replace, and that refer to each other: 0.2 MB.
    import datetime as dt  # noqa: F401 - imported so early for that alone

    gc.collect(0)

    from mimo_cli import process
    from mimo_cli.cli import app
    from mimo_cli.errors import Interrupted
    from mimo_cli.signals import Signals

    signals = Signals(owns_process=True)
    try:
        code = app.main(process.arguments(sys.argv[1:]), process.surroundings(signals))
        signals.release()
    except Interrupted as interrupted:  # after the command itself
        code = interrupted.exit_code
    process.leave(code)


if __name__ == "__main__":
    main()
