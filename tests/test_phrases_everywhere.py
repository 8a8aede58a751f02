"""Every text for a person in the package is a phrase, whose template a translator can find.

Read from the source, without importing any of it. `templates()` is what a catalogue has to hold.
"""

from __future__ import annotations

import ast
import re
import string
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "mimo_cli"
PHRASES = f"{PACKAGE}.phrases"
FEWEST = 500
"""Templates that there are at least: fewer would mean that they are no longer found."""

MAKERS = {"Phrase": 1, "counted": 2}
"""What makes a phrase of templates, and how many it takes; `counted` takes a number before them."""
SPEAKERS = {"warn", "info", "debug", "line"}
"""Methods of a console that take one phrase."""
TEXTS = ("what", "why", "hint")
"""Attributes and arguments of an error that are phrases."""
SENTENCES = {*TEXTS, "message", "origin"}
"""Attributes that nothing may compare or cut."""
CUTTERS = {
    "startswith",
    "endswith",
    "removeprefix",
    "removesuffix",
    "replace",
    "split",
    "partition",
}
SEARCHES = {"match", "search", "fullmatch", "sub", "findall"}

MODULES = {
    ".".join(path.relative_to(ROOT / PACKAGE).with_suffix("").parts): ast.parse(
        path.read_text("utf-8")
    )
    for path in sorted((ROOT / PACKAGE).rglob("*.py"))
    if path.name != "phrases.py"
}


class Scope(NamedTuple):
    """What the names of a function, and of its module, were assigned: line and value."""

    assigned: dict[str, list[tuple[int, ast.expr]]]
    outer: Scope | None = None

    def values(self, name: ast.Name) -> list[ast.expr]:
        """What a name may stand for where it is used, as far as it was assigned before."""
        here = [value for line, value in self.assigned.get(name.id, ()) if line <= name.lineno]
        if here or self.outer is None:
            return here
        return self.outer.everywhere(name.id)

    def everywhere(self, name: str) -> list[ast.expr]:
        here = [value for _, value in self.assigned.get(name, ())]
        return here if here or self.outer is None else self.outer.everywhere(name)


def scopes(tree: ast.Module) -> Iterator[tuple[Scope, ast.AST]]:
    """Every node with the scope it is in."""

    def walk(node: ast.AST, scope: Scope) -> Iterator[tuple[Scope, ast.AST]]:
        for child in ast.iter_child_nodes(node):
            inner = scope
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                inner = Scope(assignments(child), scope)
            yield inner, child
            yield from walk(child, inner)

    yield from walk(tree, Scope(assignments(tree)))


def assignments(scope: ast.AST) -> dict[str, list[tuple[int, ast.expr]]]:
    found: dict[str, list[tuple[int, ast.expr]]] = {}
    todo = list(ast.iter_child_nodes(scope))
    while todo:
        node = todo.pop(0)
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                found.setdefault(name, []).append((node.lineno, value))
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                found.setdefault(name, []).append((node.lineno, value))
            case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=values)):
                for target, value in zip(names, values, strict=True):
                    if isinstance(target, ast.Name):
                        found.setdefault(target.id, []).append((node.lineno, value))
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
                continue
            case _:
                pass
        todo += ast.iter_child_nodes(node)
    return found


def called(node: ast.Call) -> str:
    """The last name of what is called."""
    match node.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def spoken(node: ast.expr, scope: Scope) -> Iterator[ast.expr]:
    """The expressions that a text may come of: both sides of a condition, a name's last value."""
    match node:
        case ast.IfExp(body=body, orelse=orelse):
            yield from spoken(body, scope)
            yield from spoken(orelse, scope)
        case ast.BoolOp(values=values):
            for value in values:
                yield from spoken(value, scope)
        case ast.Name() if values := scope.values(node):
            yield from spoken(values[-1], Scope({}, scope.outer))
        case _:
            yield node


def literals(node: ast.expr, scope: Scope) -> list[str]:
    """The templates that an argument may be; none if one of them is not written out."""
    found = list(spoken(node, scope))
    texts = [it.value for it in found if isinstance(it, ast.Constant) and isinstance(it.value, str)]
    return texts if len(texts) == len(found) else []


def fields(template: str) -> set[str]:
    """The names in braces."""
    parsed = string.Formatter().parse(template)
    names = [name for _, name, _, _ in parsed if name is not None]
    return {re.split(r"[.\[]", name)[0] for name in names}


def given(keyword: ast.keyword, scope: Scope) -> Iterator[str]:
    """The names that a keyword gives, also `**values` of a dictionary that is written out."""
    if keyword.arg is not None:
        yield keyword.arg
        return
    for node in spoken(keyword.value, scope):
        match node:
            case ast.Dict(keys=keys):
                yield from (str(getattr(key, "value", "**")) for key in keys)
            case ast.Call(func=ast.Name(id="dict"), args=[], keywords=keywords):
                yield from (str(it.arg) for it in keywords)
            case _:
                yield "**"


def makers(tree: ast.Module) -> dict[str, int]:
    """Those of `MAKERS` that a module has imported: it may call another thing `counted`."""
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    names = {it.name for node in imports if node.module == PHRASES for it in node.names}
    return {name: count for name, count in MAKERS.items() if name in names or not imports}


def made(tree: ast.Module) -> Iterator[tuple[ast.Call, list[list[str]], set[str]]]:
    """Each call that makes a phrase: the templates that each argument may be, names of values."""
    known = makers(tree)
    for scope, node in scopes(tree):
        if isinstance(node, ast.Call) and (count := known.get(called(node), 0)):
            arguments = node.args[-count:] if len(node.args) >= count else []
            templates = [literals(it, scope) for it in arguments] or [[]]
            yield node, templates, {name for it in node.keywords for name in given(it, scope)}


def templates() -> set[str]:
    """The English templates of all phrases of the package: what is to be translated."""
    return {
        text
        for tree in MODULES.values()
        for _, arguments, _ in made(tree)
        for texts in arguments
        for text in texts
        if text
    }


def faults_of_templates(tree: ast.Module) -> Iterator[str]:
    for call, arguments, names in made(tree):
        shown = f"{call.lineno}: {ast.unparse(call)}"
        if not all(arguments):
            yield f"{shown}: a template is not written out"
            continue
        wanted = [fields(text) for texts in arguments for text in texts]
        if called(call) == "counted":
            union = set().union(*wanted)
            is_right = union - {"count"} == names
        else:
            is_right = all(it == names for it in wanted)
        if not is_right:
            yield f"{shown}: its values have other names"


def errors() -> set[str]:
    """The names of all classes of errors that are told to a person."""
    bases = {
        node.name: {ast.unparse(base).rpartition(".")[2] for base in node.bases}
        for tree in MODULES.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }
    found = {"MimoError"}
    while more := {name for name, of in bases.items() if of & found} - found:
        found |= more
    return found


ERRORS = errors()


def told(tree: ast.Module) -> Iterator[tuple[Scope, ast.expr]]:
    """The expressions whose values are shown to a person."""
    for scope, node in scopes(tree):
        match node:
            case ast.Call() if called(node) in ERRORS:
                yield from ((scope, it) for it in node.args[: len(TEXTS)])
                yield from ((scope, it.value) for it in node.keywords if it.arg in TEXTS)
            case ast.Call(func=ast.Attribute(value=speaker, attr=name), args=[text, *_]):
                if name in SPEAKERS and ast.unparse(speaker).endswith("console"):
                    yield scope, text
            case ast.Assign(targets=[ast.Attribute(attr=name)], value=value) if name in TEXTS:
                yield scope, value
            case _:
                pass


def is_glued(node: ast.expr) -> bool:
    """Whether an expression makes a text of others by itself, or is a plain one."""
    match node:
        case ast.JoinedStr() | ast.BinOp(op=ast.Add() | ast.Mod()):
            return True
        case ast.Constant(value=str()):
            return True
        case ast.Call(func=ast.Attribute(attr="format" | "join" | "lower" | "strip")):
            return True
        case _:
            return False


def faults_of_texts(tree: ast.Module) -> Iterator[str]:
    for scope, text in told(tree):
        for node in spoken(text, scope):
            if is_glued(node):
                yield f"{node.lineno}: {ast.unparse(node)} is no phrase"


def is_sentence(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr in SENTENCES


def faults_of_readers(tree: ast.Module) -> Iterator[str]:
    """Where the words of a text are looked at."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=value, attr=name)):
                is_cut = name in CUTTERS and is_sentence(value)
                is_searched = name in SEARCHES and any(map(is_sentence, node.args))
            case ast.Compare(ops=[ast.In() | ast.NotIn(), *_], comparators=[container, *_]):
                is_cut, is_searched = is_sentence(container), False
            case ast.Subscript(value=value):
                is_cut, is_searched = is_sentence(value), False
            case _:
                continue
        if is_cut or is_searched:
            yield f"{node.lineno}: {ast.unparse(node)} reads a sentence"


@pytest.mark.parametrize("name", MODULES)
def test_every_template_is_written_out_and_names_its_values(name: str) -> None:
    assert list(faults_of_templates(MODULES[name])) == []


@pytest.mark.parametrize("name", MODULES)
def test_every_text_that_is_told_is_a_phrase(name: str) -> None:
    assert list(faults_of_texts(MODULES[name])) == []


@pytest.mark.parametrize("name", MODULES)
def test_nothing_reads_a_sentence_that_is_for_people(name: str) -> None:
    assert list(faults_of_readers(MODULES[name])) == []


def test_all_templates_are_found() -> None:
    found = templates()
    assert len(found) >= FEWEST
    assert {"cannot read {file}", "{count:,} conversations deleted", "it is a folder"} <= found


@pytest.mark.parametrize(
    ("source", "is_right"),
    [
        ('Phrase("a {file}", file=1)', True),
        ('Phrase("a" if x else "b")', True),
        ('def f():\n    template = "a {b:,}"\n    return Phrase(template, b=1)', True),
        ('A = "a"\ndef f():\n    return Phrase(A)', True),
        ('counted(n, "one {b}", "{count} {b}", b=1)', True),
        ('counted(n, "one", "many")', True),
        ('Phrase("a {{}}")', True),
        ('Phrase("a {file}")', False),
        ('Phrase("a", file=1)', False),
        ('values = {"file": 1}\nPhrase("a {file}", **values)', True),
        ('values = dict(file=1)\nPhrase("a {file} {b}", b=2, **values)', True),
        ('values = {"other": 1}\nPhrase("a {file}", **values)', False),
        ('values = {name: 1}\nPhrase("a {file}", **values)', False),
        ('Phrase("a {file}", **values)', False),
        ('Phrase(f"a {file}")', False),
        ('Phrase("a" + b)', False),
        ("Phrase(TABLE[kind])", False),
        ("Phrase(text)", False),
        ('def f():\n    template = "a" + b\n    return Phrase(template)', False),
        ('counted(n, "one", "{number} of them")', False),
        ('counted(n, "one", "{count}", b=1)', False),
    ],
)
def test_the_search_for_templates_finds_what_is_wrong(source: str, is_right: bool) -> None:
    assert (list(faults_of_templates(ast.parse(source))) == []) is is_right


@pytest.mark.parametrize(
    ("source", "is_right"),
    [
        ('raise UsageError(Phrase("a"), hint=NOTHING)', True),
        ("raise UsageError(error.what, reason(error))", True),
        ('raise UsageError("a")', False),
        ('raise UsageError(Phrase("a"), f"b {c}")', False),
        ('raise UsageError(Phrase("a"), hint="b" % c)', False),
        ('def f():\n    why = "a" + b\n    raise ConfigError(Phrase("a"), why)', False),
        ('console.warn("a" if b else Phrase("c"))', False),
        ('self._console.info(", ".join(names))', False),
        ('error.hint = f"{error.hint} more"', False),
    ],
)
def test_the_search_for_texts_finds_what_is_no_phrase(source: str, is_right: bool) -> None:
    assert (list(faults_of_texts(ast.parse(source))) == []) is is_right


@pytest.mark.parametrize(
    ("source", "is_right"),
    [
        ("error.status == 404", True),
        ("name.startswith('a')", True),
        ("error.message.startswith('a')", False),
        ("error.hint.replace('a', 'b')", False),
        ("'a' in error.what", False),
        ("re.search('a', error.why)", False),
        ("error.why[:9]", False),
    ],
)
def test_the_search_for_readers_finds_them(source: str, is_right: bool) -> None:
    assert (list(faults_of_readers(ast.parse(source))) == []) is is_right
