"""Settings as texts, and rows of them: on a terminal a table, else with tabs between the cells."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mimo_cli.api.keys import mask, mask_all
from mimo_cli.output.sanitize import one_line
from mimo_cli.phrases import rendered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mimo_cli.config import Key
    from mimo_cli.environment import Environment
    from mimo_cli.phrases import Phrase

_WIDEST = 48  # columns of a cell, what follows it begins further right


def value_text(key: Key, value: object, *, reveal: bool = False) -> str:
    """Return a setting's value as it is printed; what looks like a key is masked but for `reveal`.

    A value that is not set is empty.
    """
    if value is None or value == ():
        return ""
    if key.secret and not reveal:
        return mask(str(value))
    if isinstance(value, bool):
        return "true" if value else "false"
    text = ", ".join(value) if isinstance(value, tuple) else str(value)
    if reveal:
        return text
    return mask_all(re.sub("//[^/@]*@", "//***@", text) if key.name == "base_url" else text)


def write_rows(
    environment: Environment, rows: Sequence[Sequence[str]], heads: Sequence[Phrase]
) -> None:
    """Write rows of as many cells each; on a terminal with `heads`, in the user's language."""
    output = environment.stdout
    if not output.is_terminal:
        output.write("".join("\t".join(map(one_line, row)) + "\n" for row in rows))
        return
    table = [
        [one_line(rendered(cell, environment.translations)) for cell in row]
        for row in (heads, *rows)
    ]
    widths = [min(_WIDEST, max(map(len, column))) for column in zip(*table, strict=True)]
    for row in table:
        line = "  ".join(f"{text:{width}}" for text, width in zip(row, widths, strict=True))
        output.write(line.rstrip() + "\n")
