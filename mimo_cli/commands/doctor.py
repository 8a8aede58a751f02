"""`mimo doctor`: whether everything is as it should be, and what to do where it is not."""

from __future__ import annotations

import textwrap
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from mimo_cli import doctor
from mimo_cli.errors import Interrupted, MimoError
from mimo_cli.output import json_output
from mimo_cli.output.console import DIM, RED, RESET, YELLOW
from mimo_cli.output.sanitize import one_line
from mimo_cli.output.stream import use_color
from mimo_cli.screen import tty

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mimo_cli.doctor import Check, Subject
    from mimo_cli.environment import Environment
    from mimo_cli.options.doctor import DoctorOptions

_INDENT = " " * 22
_NARROWEST = 20
_LONGEST = 2000
_STYLES = {"ok": "", "warning": YELLOW, "failed": RED, "skipped": DIM}


def run(environment: Environment, options: DoctorOptions) -> int:
    """Makes the checks and shows each when it is done; 1 if one failed.

    Raises:
        UsageError: an option is out of range. With `--json` the object is written all the same.
        Interrupted: a signal came. The same, with the checks that were done.
    """
    found: list[Check] = []
    if options.json:
        _write_object(environment, options, found)
    else:
        _show(environment, options, found)
    return 0 if _is_well(found) else 1


def _show(environment: Environment, options: DoctorOptions, found: list[Check]) -> None:
    """Shows each check when it is done."""
    subject = doctor.look(environment, options.values())
    color = use_color(subject.settings.color, environment.environ, environment.stdout)
    columns = None
    if environment.stdout.is_terminal:
        columns, _ = tty.size(environment.stdout.descriptor, environment.environ)
    for check in _inert(subject, offline=options.offline):
        found.append(check)
        environment.stdout.write(_shown(check, columns, color=color))
    environment.stdout.write(_summary(found))


def _write_object(environment: Environment, options: DoctorOptions, found: list[Check]) -> None:
    """Writes one object at the end, whatever ends it."""
    error: MimoError | Interrupted | None = None
    try:
        environment.signals.catch()  # from here on the object is what there is to keep
        subject = doctor.look(environment, options.values())
        found += _inert(subject, offline=options.offline)
    except (MimoError, Interrupted) as caught:
        error = caught
    content = {
        "schema": json_output.SCHEMA,
        "ok": error is None and _is_well(found),
        "checks": [asdict(check) for check in found],
        "error": None if error is None else json_output.failure(error),
    }
    with environment.signals.held():
        environment.stdout.write(json_output.line(content))
    if error is not None:
        raise error


def _is_well(found: Sequence[Check]) -> bool:
    return all(check.state != "failed" for check in found)


def _inert(subject: Subject, *, offline: bool) -> Iterator[Check]:
    """The checks, with texts that hold no key and cannot drive a terminal."""
    for check in doctor.checks(subject, offline=offline):
        text, advice = (
            one_line(subject.conceal(part), _LONGEST) for part in (check.text, check.advice)
        )
        yield replace(check, text=text, advice=advice)


def _shown(check: Check, columns: int | None, *, color: bool) -> str:
    """A check on its rows. The advice stays on one, so that a command in it can be copied."""
    style = _STYLES[check.state] if color else ""
    state = f"{style}{check.state:8}{RESET if style else ''}"
    rows = [check.text]
    if columns is not None:
        width = max(columns - len(_INDENT), _NARROWEST)
        rows = textwrap.wrap(check.text, width, break_long_words=False, break_on_hyphens=False)
    rows += [check.advice] if check.advice else []
    return f"{state} {check.name:13}" + f"\n{_INDENT}".join(rows) + "\n"


def _summary(found: Sequence[Check]) -> str:
    counts = {
        word: sum(check.state == state for check in found)
        for state, word in (("failed", "failed"), ("warning", "to look at"))
    }
    said = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
    return f"\n{said or 'All is well'}.\n"
