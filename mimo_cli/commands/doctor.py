"""`mimo doctor`: whether everything is as it should be, and what to do where it is not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from mimo_cli import doctor
from mimo_cli.doctor.on_screen import abridged, copied_values
from mimo_cli.errors import Interrupted, MimoError
from mimo_cli.output import json_output
from mimo_cli.output.columns import Column, cut_at_word, lay_out
from mimo_cli.output.console import in_role
from mimo_cli.output.output_stream import use_color
from mimo_cli.output.sanitize import one_line
from mimo_cli.output.wrapping import LEAST, paragraph
from mimo_cli.phrases import ENGLISH, Phrase, commands, rendered

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from mimo_cli.config import Settings
    from mimo_cli.doctor import Subject
    from mimo_cli.doctor.check import Check, State
    from mimo_cli.environment import Environment
    from mimo_cli.options.doctor import DoctorOptions
    from mimo_cli.output.columns import ColumnWidths
    from mimo_cli.output.console import Role
    from mimo_cli.phrases import Translations
    from mimo_cli.text.widths import Screen

_INDENT = " " * 22
_LONGEST_NAME = len("certificates")
_COLUMNS = (Column(), Column(), Column(narrow="words", least=24, leaves=1))
_TEXT = 2  # the number of its column
_BELOW = "    "
_BELOW_WIDE = "  "
_LONGEST = 2000
_ROLES: dict[State, Role] = {
    "ok": "good",
    "warning": "warning",
    "failed": "error",
    "skipped": "dim",
}
_ONE_ROW = 48
"""Cells of a column in which what is well is told in one row."""
_STATES = {
    "ok": Phrase("ok"),
    "warning": Phrase("warning"),
    "failed": Phrase("failed"),
    "skipped": Phrase("skipped"),
}


class Result(NamedTuple):
    """A check as it is written: in one language, without a key, and inert."""

    name: str
    state: State
    text: str
    advice: str


def run(environment: Environment, options: DoctorOptions) -> int:
    """Make the checks, and show each when it is done. Return 1 if one failed, else 0.

    Raises:
        UsageError: an option is out of range. With `--json` the object is written all the same.
        Interrupted: a signal came. The same, with the checks that were done.
    """
    results = _write_object(environment, options) if options.json else _show(environment, options)
    return 0 if _is_well(results) else 1


def _show(environment: Environment, options: DoctorOptions) -> list[Result]:
    """Write each check when it is done, and a sum; return them."""
    subject = doctor.inspect(environment, options.values())
    style = _style(subject.settings, environment)
    screen = environment.screen_of(environment.stdout)
    results = []
    translations = environment.translations
    checks = doctor.checks(subject, offline=options.offline)
    layout = None if screen is None else _layout(screen, translations)
    if layout is not None:
        column, home = _column(layout), environment.environ.get("HOME", "")
        checks = abridged(checks, home, lambda text: column.fits(text.rendered(translations)))
    for check in checks:
        result = _result(check, subject, translations)
        results.append(result)
        whole = [_written(it, subject) for it in commands(check.advice)]
        kept = [_written(it, subject) for it in copied_values(check.text)]
        rows = _rows(result, layout, translations, style, whole=whole, kept=kept)
        environment.stdout.write(rows)
    environment.stdout.write(f"\n{_summary(results).rendered(translations)}\n")
    return results


def _style(chosen: Settings, environment: Environment) -> Callable[[State, str], str]:
    """Return what makes a state look like what it is, where there are colours."""
    if not use_color(chosen.color, environment.environ, environment.stdout):
        return lambda _, text: text
    from mimo_cli.screen import tty  # not for pipes

    light = tty.is_light(environment.environ, chosen.theme)

    def style(state: State, text: str) -> str:
        role = _ROLES.get(state)
        return in_role(role, text, light=light) if role else text

    return style


def _write_object(environment: Environment, options: DoctorOptions) -> list[Result]:
    """Write one object at the end, whatever ends it; return the checks in it."""
    error: MimoError | Interrupted | None = None
    results: list[Result] = []
    try:
        environment.signals.catch()  # from here on the object is what there is to keep
        subject = doctor.inspect(environment, options.values())
        checks = doctor.checks(subject, offline=options.offline)
        results.extend(_result(check, subject, ENGLISH) for check in checks)
    except (MimoError, Interrupted) as caught:
        error = caught
    content = as_object(results, error=error)
    with environment.signals.held():
        environment.stdout.write(json_output.to_line(content))
    if error is not None:
        raise error
    return results


def as_object(
    results: Sequence[Result] = (), *, error: MimoError | Interrupted | None = None
) -> dict[str, Any]:
    """Return what `--json` is: the checks that were made, and what kept others from it."""
    return {
        "schema": json_output.SCHEMA,
        "ok": error is None and _is_well(results),
        "checks": [result._asdict() for result in results],
        "error": None if error is None else json_output.failure(error),
    }


def _is_well(results: Sequence[Result]) -> bool:
    return all(result.state != "failed" for result in results)


def _result(check: Check, subject: Subject, translations: Translations) -> Result:
    """Return a check with texts that hold no key and cannot drive a terminal."""
    text, advice = (rendered(it, translations) for it in (check.text, check.advice))
    return Result(check.name, check.state, _written(text, subject), _written(advice, subject))


def _written(text: str, subject: Subject) -> str:
    return one_line(subject.conceal(text), _LONGEST)


def _rows(
    result: Result,
    layout: ColumnWidths | None,
    translations: Translations,
    style: Callable[[State, str], str],
    *,
    whole: Collection[str] = (),
    kept: Sequence[str] = (),
) -> str:
    """Return a check on its rows.

    What of its advice is to be copied stays `whole`; what of its text is, is `kept`.
    """
    state = _STATES[result.state].rendered(translations)
    texts = [text for text in (result.text, result.advice) if text]
    if layout is None:
        state = f"{state:8}"
        rows = f"{state} {result.name:13}" + f"\n{_INDENT}".join(texts) + "\n"
    else:
        if result.state == "ok" and (column := _column(layout)).columns >= _ONE_ROW:
            texts[0] = in_one_row(texts[0], column, kept)
        rows = _rows_on_screen((state, result.name, *texts), layout, whole, kept)
    return style(result.state, rows[: len(state)]) + rows[len(state) :]


def in_one_row(text: str, column: Screen, kept: Sequence[str]) -> str:
    """Return what of a text fits into one row; all of it if that cuts something that is `kept`.

    What stands around the only one that is kept goes first: the mode behind a path.
    """
    if column.fits(text):
        return text
    if len(kept) == 1 and text.startswith(kept[0]):
        behind = cut_at_word(text, column)
        return behind if "://" in kept[0] and kept[0] in behind else kept[0]
    shown = cut_at_word(text, column)
    return shown if all(it in shown for it in kept) else text


def _rows_on_screen(
    cells: Sequence[str],
    layout: ColumnWidths,
    whole: Collection[str],
    kept: Collection[str],
) -> str:
    """Return state, name, text and advice of a check, in columns that are the same for all.

    What is to be copied is not broken: it has rows of its own where they have more room for it. The
    word or two before it stand behind the text then, if they fit.
    """
    state, name, text, *advice = cells
    column, screen = _column(layout), layout.screen
    below = [] if all(map(column.fits, whole)) else [_below(it, screen, whole) for it in advice]
    if below:
        lead, _, rest = below[0].partition("\n")
        led = f"{text} \N{MIDDLE DOT} {lead.strip()}"
        if rest and column.fits(led) and not any(it in lead for it in whole):
            text, below[0] = led, rest
    if all(map(column.fits, kept)) or _TEXT not in layout.beside:
        parts = [layout.row((state, name, text), whole=kept)]
    else:
        parts = [layout.row((state, name, "")), _below(text, screen, kept)]
    if below:
        return "".join([*parts, *below])
    return "".join([*parts, *(layout.row(("", "", it), whole=whole) for it in advice)])


def _layout(screen: Screen, translations: Translations) -> ColumnWidths:
    states = (screen.width(it.rendered(translations)) for it in _STATES.values())
    return lay_out(_COLUMNS, (max(states), _LONGEST_NAME, screen.columns), screen)


def _column(layout: ColumnWidths) -> Screen:
    """Return where texts stand, as wide as the screen where they are below the rest."""
    return layout.screen.part(layout.beside.get(_TEXT, layout.screen.columns))


def _below(advice: str, screen: Screen, whole: Collection[str]) -> str:
    """Return an advice on rows of its own, where what is to be copied has more room."""
    widest = max(map(screen.width, whole))
    indents = (it for it in (_BELOW, _BELOW_WIDE) if len(it) + widest <= screen.columns)
    indent = next(indents, _BELOW)  # what is too wide for all of them
    if screen.columns - len(indent) < LEAST:
        indent = ""
    rows = paragraph(advice, screen.part(screen.columns - len(indent)), whole=whole)
    return "".join(f"{indent}{row}\n" for row in rows.split("\n"))


def _summary(results: Sequence[Result]) -> Phrase:
    failed, warned = (
        sum(result.state == state for result in results) for state in ("failed", "warning")
    )
    if failed and warned:
        return Phrase("{failed} failed, {warned} to look at.", failed=failed, warned=warned)
    if failed:
        return Phrase("{failed} failed.", failed=failed)
    return Phrase("{warned} to look at.", warned=warned) if warned else Phrase("All is well.")
