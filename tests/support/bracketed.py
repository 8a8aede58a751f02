"""A language whose every sentence is the English one in brackets, and the program in it."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from string import Formatter


class Bracketed(Mapping[str, str]):
    """Every sentence in brackets.

    A template without a word of its own is left as it is, so that ours cannot hide as data in it.
    """

    def __getitem__(self, template: str) -> str:
        own = (literal for literal, *_ in Formatter().parse(template))
        return f"[{template}]" if re.search(r"[a-z]{2}", "".join(own)) else template

    def __iter__(self) -> Iterator[str]:
        return iter(("any",))

    def __len__(self) -> int:
        return 1


def main() -> None:
    from mimo_cli import process
    from mimo_cli.cli import app
    from mimo_cli.signals import Signals

    surroundings = process.surroundings(Signals(owns_process=True))
    process.leave(app.main(sys.argv[1:], surroundings._replace(translations=Bracketed())))


if __name__ == "__main__":
    main()
