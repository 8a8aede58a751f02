"""`mimo`, `mimo-cli` and `python -m mimo_cli`."""

import sys
from typing import NoReturn

from mimo_cli import process


def main() -> NoReturn:
    """Runs the command line and ends the process."""
    from mimo_cli.errors import Interrupted

    process.catch_signals()
    try:
        from mimo_cli import cli

        code = cli.main(sys.argv[1:], process.surroundings())
    except Interrupted as interrupted:  # before or after the command itself
        code = interrupted.exit_code
    process.leave(code)


if __name__ == "__main__":
    main()
