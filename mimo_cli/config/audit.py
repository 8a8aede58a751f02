"""What is wrong or unknown in a file, also where it is not in use. Pure.

What is wrong with the values in use `resolve` tells by itself: this is for those who ask for all.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from mimo_cli.catalogue import models
from mimo_cli.config.address import TABLES, TOP, WITHIN
from mimo_cli.config.layers import MOST_REMARKS, NotTableError, Origin, Problem, located
from mimo_cli.config.not_allowed import not_allowed_error
from mimo_cli.config.schema import PROMPT, Key, NotAllowedError, find_key, read_value
from mimo_cli.config.slips import cut, unknown_setting
from mimo_cli.config.tables.aliases import unalias
from mimo_cli.config.tables.loaders import TABLE, read_loader
from mimo_cli.config.tables.templates import read_template
from mimo_cli.errors import MimoError
from mimo_cli.phrases import Phrase, verbatim

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from mimo_cli.config.layers import KeyPath, Source


def check_source(source: Source) -> tuple[Problem, ...]:
    """Return what is wrong with the values of the user's file, in use or not."""
    checks = (check_tables(source, TABLES), _check_values(source), _check_texts(source))
    return one_of_a_place(chain(*checks))


def check_tables(source: Source, kinds: Iterable[str] = tuple(WITHIN)) -> list[Problem]:
    """Return what stands in the place of some tables, or of those within, and is no table."""
    paths: list[KeyPath] = [(kind,) for kind in kinds]
    for kind in WITHIN:
        outer = source.content.get(kind)
        paths += [(kind, name) for name in outer] if isinstance(outer, Mapping) else []
    problems = []
    for path in paths:
        try:
            source.table(*path)
        except NotTableError as error:
            problems.append(Problem(error, source.origin(path)))
    return problems


def check_project(source: Source) -> tuple[Problem, ...]:
    """Return what is wrong with the values of a project's file."""
    return tuple(_check_project(source))


def one_of_a_place(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return the first problem of each place."""
    first: dict[tuple[str, KeyPath], Problem] = {}
    for problem in problems:
        first.setdefault(problem.origin.identity, problem)
    return tuple(first.values())


def _check_values(source: Source) -> Iterator[Problem]:
    for path, key in _known_keys(source):
        content = source.table(*path[:-1])
        if problem := _check_value(source, key, content[path[-1]], source.origin(path)):
            yield problem


def _check_project(source: Source) -> Iterator[Problem]:
    for name, value in source.content.items():
        origin = Origin("project", "", source.name, (name,))
        if problem := _check_value(source, find_key(name), value, origin):
            yield problem


def _check_value(source: Source, key: Key, value: object, origin: Origin) -> Problem | None:
    try:
        read_value(key, value)
    except NotAllowedError:  # finding the line takes time
        place = located(origin.phrase(), source.position(origin.path))
        return Problem(not_allowed_error(key, value, place), origin)
    return None


def _check_texts(source: Source) -> Iterator[Problem]:
    """Yield what is wrong with the texts of kept prompts, with aliases and loaders."""
    own = source.content.get("aliases")
    aliases = {**models.ALIASES, **own} if isinstance(own, Mapping) else {}
    loaders = source.content.get(TABLE)
    own_loaders = loaders if isinstance(loaders, Mapping) else {}
    checks: list[tuple[KeyPath, Callable[[], object]]] = [
        *(
            (("prompts", name, PROMPT.name), partial(read_template, name, source))
            for name in source.tables("prompts")
        ),
        *((("aliases", name), partial(unalias, name, source)) for name in aliases),
        *(((TABLE, name), partial(read_loader, source, name)) for name in own_loaders),
    ]
    for path, check in checks:
        try:
            check()
        except MimoError as error:
            yield Problem(error, source.origin(path))


def find_unknown(source: Source) -> list[Phrase]:
    """Return a remark for each key of a file that this program does not know, or not there.

    After the first few there is one for all the others.
    """
    unknown = [*_unknown_keys(source)]
    remarks = [_remark(source, *it) for it in unknown[:MOST_REMARKS]]
    if more := len(unknown) - len(remarks):
        words = Phrase(
            "{count:,} more settings in {file} are unknown", count=more, file=source.name
        )
        remarks.append(words)
    return remarks


def count_unknown(source: Source) -> int:
    """Return how many keys of a file this program does not know, or not there."""
    return sum(1 for _ in _unknown_keys(source))


def _remark(source: Source, path: KeyPath, table: Phrase, known: Collection[str]) -> Phrase:
    return unknown_setting(path[-1], located(table, source.position(path)), known)


def _unknown_keys(source: Source) -> Iterator[tuple[KeyPath, Phrase, Collection[str]]]:
    """Yield each unknown key's path, what it stands in, and what would be known there."""
    for name in source.content:
        if name not in TOP and name not in TABLES:
            yield (name,), Phrase("the configuration"), (*TOP, *TABLES)
    for kind, known in WITHIN.items():
        for name, content in source.tables(kind).items():
            for key in content:
                if key not in known:
                    yield (kind, name, key), verbatim(f"{kind}.{cut(name)}"), known


def _known_keys(source: Source) -> Iterator[tuple[KeyPath, Key]]:
    for name in source.content:
        if name in TOP:
            yield (name,), find_key(name)
    for kind, known in WITHIN.items():
        for name, content in source.tables(kind).items():
            for key in content:
                if key in known:
                    yield (kind, name, key), PROMPT if key == PROMPT.name else find_key(key)
