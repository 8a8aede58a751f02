"""The options of `mimo demo`."""

from dataclasses import dataclass
from typing import Annotated

import typer


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class DemoOptions:
    """`mimo demo`."""

    words: Annotated[
        list[str] | None, typer.Argument(metavar="[PROMPT]...", help="What to ask.")
    ] = None
