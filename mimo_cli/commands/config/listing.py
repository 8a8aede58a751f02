"""Settings as texts, and rows of them: on a terminal a table, else with tabs between the cells."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from mimo_cli.api.keys import mask, mask_all
from mimo_cli.output.sanitize import one_line
from mimo_cli.phrases import NOTHING, Phrase, rendered

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mimo_cli.config import Key
    from mimo_cli.environment import Environment
    from mimo_cli.output.columns import Column
    from mimo_cli.output.console import Console


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
    text = str(value)
    if isinstance(value, tuple | list):
        words = [str(it) for it in value]
        text = shlex.join(words) if key.name == "loader" else ", ".join(words)
    if reveal:
        return text
    return mask_all(re.sub("//[^/@]*@", "//***@", text) if key.name == "base_url" else text)


def write_rows(
    environment: Environment,
    rows: Sequence[Sequence[str]],
    columns: Callable[[], Sequence[Column]],
    hint: Phrase = NOTHING,
) -> None:
    """Write rows of as many cells each; on a terminal below heads, in the user's language.

    `hint` tells what to do about columns that a narrow screen has no room for.
    """
    output = environment.stdout
    screen = environment.screen_of(output)
    if screen is None:
        output.write("".join("\t".join(map(one_line, row)) + "\n" for row in rows))
        return
    from mimo_cli.output.columns import table

    translations = environment.translations
    cells = [[one_line(rendered(it, translations)) for it in row] for row in rows]
    shown = table(cells, columns(), screen, heads=True, translations=translations)
    output.write(shown.text)
    if shown.left_out and environment.stderr.is_terminal:
        environment.console().line(shown.remark(hint))


def write_choices(
    rows: Sequence[Sequence[str]],
    columns: Sequence[Column],
    environment: Environment,
    console: Console,
) -> None:
    """Write what a question is about, beside it: where that is no terminal, nothing is cut."""
    from mimo_cli.output.columns import table
    from mimo_cli.text.widths import UNLIMITED, Screen

    screen = environment.screen_of(environment.stderr) or Screen(UNLIMITED)
    console.write(table(rows, columns, screen, translations=console.translations).text)
