"""`mimo`, `mimo-cli` and `python -m mimo_cli`."""

from __future__ import annotations

import gc
import signal
import sys

TYPE_CHECKING = False  # importing typing for this would delay what main() does first
if TYPE_CHECKING:
    from typing import NoReturn


def main() -> NoReturn:
    """Runs the command line and ends the process."""
    # Start-up makes many objects that stay: looking through them for garbage took a tenth of it.
    gc.set_threshold(100_000, 20, 20)
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        # Until there is something to keep, Ctrl-C just ends the process: no traceback, and nothing
        # raised in the middle of an import. `Signals.catch` takes over from here.
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    from mimo_cli import cli, process
    from mimo_cli.errors import Interrupted
    from mimo_cli.signals import Signals

    try:
        code = cli.main(sys.argv[1:], process.surroundings(Signals(owns_process=True)))
    except Interrupted as interrupted:  # after the command itself
        code = interrupted.exit_code
    process.leave(code)


if __name__ == "__main__":
    main()
