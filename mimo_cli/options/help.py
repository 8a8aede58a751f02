"""The options of `mimo help`."""

from dataclasses import dataclass
from typing import Annotated

import typer


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class HelpOptions:
    """`mimo help`."""

    names: Annotated[
        list[str] | None, typer.Argument(metavar="[COMMAND]...", help="What to explain.")
    ] = None
