"""`mimo history search`: the questions and answers that hold some words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.commands.history.access import open_history, shown_title, tab_separated
from mimo_cli.config import load_configuration
from mimo_cli.conversation.shown import export_formats
from mimo_cli.errors import UsageError
from mimo_cli.history.search.query import parse
from mimo_cli.output.output_stream import use_color
from mimo_cli.output.sanitize import one_line
from mimo_cli.phrases import Phrase
from mimo_cli.text import decoding
from mimo_cli.text.text_format import TextFormat

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mimo_cli.environment import Environment
    from mimo_cli.history.store import Match
    from mimo_cli.text.widths import Screen

_INDENT = 4
_BOLD, _RESET = "\x1b[1m", "\x1b[0m"


def run(environment: Environment, words: Sequence[str], *, limit: int, json: bool) -> int:
    """Print the turns that hold all the words, newest first.

    Raises:
        UsageError: there is nothing in them that is searched for.
        LocalIOError: the history cannot be read.
    """
    form = TextFormat(remedy="locale")
    text = decoding.check_words(" ".join(words), form, Phrase("the text"))
    if not parse(text).phrases:
        why = Phrase("letters and digits of any script are searched for, and nothing else")
        raise UsageError(Phrase("there is no word to search for"), why)
    with open_history(environment) as history:
        results = history.search(text, limit)
    if json:
        environment.stdout.write(export_formats.line([_as_json(result) for result in results]))
    elif (screen := environment.screen_of(environment.stdout)) is not None:
        _show(environment, results, screen)
    else:
        rows = ((it.conversation, shown_title(it), one_line(it.snippet)) for it in results)
        environment.stdout.write(tab_separated(rows))
    if not results:
        environment.console().info(Phrase("nothing was found"))
    return 0


def _show(environment: Environment, results: Sequence[Match], screen: Screen) -> None:
    from mimo_cli.output import columns

    bold = _bold(environment)
    room = max(1, screen.columns - _INDENT)
    heads = (columns.Column(), columns.Column(narrow="wrap", least=24, leaves=1))
    for result in results:
        row = [(result.conversation, shown_title(result))]
        head = columns.table(row, heads, screen).text
        rows = columns.marked_rows(result.snippet, result.matches, bold, screen.part(room))
        snippet = "".join(f"{' ' * _INDENT}{row}\n" for row in rows)
        environment.stdout.write(head + snippet)


def _bold(environment: Environment) -> Callable[[str], str]:
    """Return what puts a text in bold, where there are colours."""
    chosen = load_configuration(environment, {}).settings
    color = use_color(chosen.color, environment.environ, environment.stdout)
    return lambda text: f"{_BOLD}{text}{_RESET}" if color and text else text


def _as_json(result: Match) -> dict[str, object]:
    return {
        "schema": export_formats.SCHEMA,
        **result._asdict(),
        "when": export_formats.iso(result.when),
    }
