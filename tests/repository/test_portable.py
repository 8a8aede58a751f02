"""No test leans on what Linux alone has without a mark that skips it elsewhere."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest
from support.folders import TESTS
from support.package_source import Trees

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.untraced

NEEDED = {"/proc": "PROC", "/dev/full": "FULL"}
"""What a path begins with that is not on every system, and the mark in `support.systems` for it."""

ELSEWHERE = ("peers", "benchmarks")  # which are run on Linux alone
ASKED_FIRST = {"is_asleep", "test_a_file_that_is_no_text_is_refused_by_name"}
"""Functions that look first whether it is there, or whether they are root's."""

MODULES = Trees(
    {
        str(it.relative_to(TESTS)): it
        for it in sorted(TESTS.rglob("*.py"))
        if it.relative_to(TESTS).parts[0] not in ELSEWHERE
    }
)


def needs(node: ast.AST) -> Iterator[str]:
    """The marks that the paths in a piece of code ask for, but for those that have them there."""
    match node:
        case ast.Constant(value=str(text)):
            yield from (
                mark for start, mark in NEEDED.items() if f"{text}/".startswith(f"{start}/")
            )
        case ast.Call(keywords=keywords) if any(it.arg == "marks" for it in keywords):
            return
        case _:
            for child in ast.iter_child_nodes(node):
                yield from needs(child)


def names(function: ast.FunctionDef) -> set[str]:
    return {it.id for it in ast.walk(function) if isinstance(it, ast.Name)}


def unmarked(module: ast.Module) -> Iterator[str]:
    """The tests that need a mark which they do not have: by themselves, or by what they call."""
    functions = {it.name: it for it in module.body if isinstance(it, ast.FunctionDef)}
    wanted = {name: set(needs(it)) for name, it in functions.items() if name not in ASKED_FIRST}
    called = {name: names(it) & functions.keys() for name, it in functions.items()}
    for _ in functions:  # at most so many call each other
        for name, others in called.items():
            wanted.setdefault(name, set()).update(*(wanted.get(other, ()) for other in others))
    for name, it in functions.items():
        marks = {ast.unparse(mark) for mark in it.decorator_list}
        if (
            name.startswith("test_")
            and {f"systems.{mark}" for mark in wanted.get(name, ())} - marks
        ):
            yield name


def is_skipped_whole(module: ast.Module) -> bool:
    return any(
        isinstance(it, ast.Assign) and "sys.platform" in ast.unparse(it)
        for it in module.body
        if "pytestmark" in ast.unparse(it)
    )


def lacking(name: str) -> list[str]:
    """The tests of a module that need what Linux alone has, and do not say so."""
    source = (TESTS / name).read_text("utf-8")
    if not any(start in source for start in NEEDED):
        return []  # most: parsing and walking all of them takes seconds
    module = MODULES[name]
    return [] if is_skipped_whole(module) else list(unmarked(module))


def test_what_linux_alone_has_is_marked() -> None:
    tests = [it for it in MODULES if it.rpartition("/")[2].startswith("test_")]
    assert {name: found for name in tests if (found := lacking(name))} == {}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("def test_a():\n    Path('/proc/self/fd')", ["test_a"]),
        ("def test_a():\n    Path(f'/proc/{pid}/status')", ["test_a"]),
        ("@systems.PROC\ndef test_a():\n    Path('/proc/self/fd')", []),
        ("@systems.PROC\ndef test_a():\n    open('/dev/full')", ["test_a"]),
        ("def a():\n    Path('/proc')\ndef test_b():\n    a()", ["test_b"]),
        ("@pytest.mark.parametrize('a', ['/proc/x'])\ndef test_a(a): ...", ["test_a"]),
        ("@p('a', [pytest.param('/proc/x', marks=systems.PROC)])\ndef test_a(a): ...", []),
        ("def test_a():\n    Path('/process')", []),
    ],
)
def test_the_search_finds_what_needs_a_mark(source: str, expected: list[str]) -> None:
    assert list(unmarked(ast.parse(source))) == expected
