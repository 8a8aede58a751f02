"""All that is wrong with the configuration, for those who look at it: not only what is in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.config.resolve import resolve

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mimo_cli.config.layers import Problem
    from mimo_cli.config.load import Configuration


def find_problems(configuration: Configuration, environ: Mapping[str, str]) -> tuple[Problem, ...]:
    """Return all that is wrong: with the files, with what they say, with variables and options.

    Also with what is not in use, such as another profile's values. One problem of a place: of a
    value in force the one that whoever uses it is told.
    """
    from mimo_cli.config import audit

    source, project = configuration.source, configuration.project
    problems = [
        *filter(None, [configuration.failure]),
        *audit.check_source(source),
        *resolve({}, {}, source).problems,
        *filter(None, [project.failure]),
        *(() if project.source is None else audit.check_project(project.source)),
        *resolve({}, environ, source).problems,
        *configuration.resolved.problems,
    ]
    in_force = {it.origin.identity: it for it in reversed(configuration.resolved.problems)}
    return tuple(in_force.get(it.origin.identity, it) for it in audit.one_of_a_place(problems))
