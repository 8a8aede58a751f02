"""`mimo doctor`: whether everything is as it should be, and what to do where it is not."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, NamedTuple

from mimo_cli import doctor
from mimo_cli.errors import Interrupted, MimoError
from mimo_cli.output import json_output
from mimo_cli.output.console import DIM, RED, RESET, YELLOW
from mimo_cli.output.output_stream import use_color
from mimo_cli.output.sanitize import one_line
from mimo_cli.phrases import ENGLISH, Phrase
from mimo_cli.screen import tty

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mimo_cli.doctor import Subject
    from mimo_cli.doctor.check import State
    from mimo_cli.environment import Environment
    from mimo_cli.options.doctor import DoctorOptions
    from mimo_cli.phrases import Translations

_INDENT = " " * 22
_NARROWEST = 20
_LONGEST = 2000
_STYLES = {"ok": "", "warning": YELLOW, "failed": RED, "skipped": DIM}
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
    subject = doctor.look(environment, options.values())
    color = use_color(subject.settings.color, environment.environ, environment.stdout)
    columns = None
    if environment.stdout.is_terminal:
        columns, _ = tty.size(environment.stdout.descriptor, environment.environ)
    results = []
    translations = environment.translations
    for result in _results(subject, translations, offline=options.offline):
        results.append(result)
        rows = _rows(result, columns, translations, color=color)
        environment.stdout.write(rows)
    environment.stdout.write(f"\n{_summary(results).rendered(translations)}\n")
    return results


def _write_object(environment: Environment, options: DoctorOptions) -> list[Result]:
    """Write one object at the end, whatever ends it; return the checks in it."""
    error: MimoError | Interrupted | None = None
    results: list[Result] = []
    try:
        environment.signals.catch()  # from here on the object is what there is to keep
        subject = doctor.look(environment, options.values())
        results.extend(_results(subject, ENGLISH, offline=options.offline))
    except (MimoError, Interrupted) as caught:
        error = caught
    content = {
        "schema": json_output.SCHEMA,
        "ok": error is None and _is_well(results),
        "checks": [result._asdict() for result in results],
        "error": None if error is None else json_output.failure(error),
    }
    with environment.signals.held():
        environment.stdout.write(json_output.line(content))
    if error is not None:
        raise error
    return results


def _is_well(results: Sequence[Result]) -> bool:
    return all(result.state != "failed" for result in results)


def _results(subject: Subject, translations: Translations, *, offline: bool) -> Iterator[Result]:
    """Make the checks, and yield each with texts that hold no key and cannot drive a terminal."""

    def write(text: str) -> str:
        words = text.rendered(translations) if isinstance(text, Phrase) else text
        return one_line(subject.conceal(words), _LONGEST)

    for check in doctor.checks(subject, offline=offline):
        yield Result(check.name, check.state, write(check.text), write(check.advice))


def _rows(result: Result, columns: int | None, translations: Translations, *, color: bool) -> str:
    """Return a check on its rows. The advice stays on one: a command in it can be copied."""
    style = _STYLES[result.state] if color else ""
    state = f"{style}{_STATES[result.state].rendered(translations):8}{RESET if style else ''}"
    rows = [result.text]
    if columns is not None:
        width = max(columns - len(_INDENT), _NARROWEST)
        rows = textwrap.wrap(result.text, width, break_long_words=False, break_on_hyphens=False)
    rows += [result.advice] if result.advice else []
    return f"{state} {result.name:13}" + f"\n{_INDENT}".join(rows) + "\n"


def _summary(results: Sequence[Result]) -> Phrase:
    failed, warned = (
        sum(result.state == state for result in results) for state in ("failed", "warning")
    )
    if failed and warned:
        return Phrase("{failed} failed, {warned} to look at.", failed=failed, warned=warned)
    if failed:
        return Phrase("{failed} failed.", failed=failed)
    return Phrase("{warned} to look at.", warned=warned) if warned else Phrase("All is well.")
