"""`mimo`, `mimo-cli` and `python -m mimo_cli`."""

import sys
from typing import NoReturn

from mimo_cli import process
from mimo_cli.errors import Interrupted
from mimo_cli.signals import Signals


def main() -> NoReturn:
    """Runs the command line and ends the process."""
    signals = Signals()
    signals.catch()
    try:
        from mimo_cli import cli

        code = cli.main(sys.argv[1:], process.surroundings(signals))
    except Interrupted as interrupted:  # before or after the command itself
        code = interrupted.exit_code
    process.leave(code)


if __name__ == "__main__":
    main()
