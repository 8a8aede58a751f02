"""The package's source as syntax trees, and what its names stand for. Nothing of it is imported."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from support.folders import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PACKAGE = "mimo_cli"


@cache
def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


@cache
def nodes(tree: ast.Module) -> list[ast.AST]:
    """Every node, walked to once: these tests ask for them again and again."""
    return list(ast.walk(tree))


class Trees(Mapping[str, ast.Module]):
    """Syntax trees of files by name, each read when it is first looked at.

    Every process that runs tests collects all of them, and needs the names alone for that.
    """

    def __init__(self, files: Mapping[str, Path]) -> None:
        self._files = files

    def __getitem__(self, name: str) -> ast.Module:
        return parse(self._files[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)


MODULES = Trees(
    {
        ".".join(path.relative_to(ROOT / PACKAGE).with_suffix("").parts): path
        for path in sorted((ROOT / PACKAGE).rglob("*.py"))
        if path.name != "phrases.py"
    }
)

Function = ast.FunctionDef | ast.AsyncFunctionDef


class Scope(NamedTuple):
    """What the names of a function, and of its module, were assigned: line and value."""

    assigned: dict[str, list[tuple[int, ast.expr]]]
    outer: Scope | None = None
    annotated: dict[str, ast.expr] = {}  # noqa: RUF012 - never changed

    def values(self, name: ast.Name) -> list[ast.expr]:
        """What a name may stand for where it is used, as far as it was assigned before."""
        here = [value for line, value in self.assigned.get(name.id, ()) if line <= name.lineno]
        if here or self.outer is None:
            return here
        return self.outer.everywhere(name.id)

    def everywhere(self, name: str) -> list[ast.expr]:
        here = [value for _, value in self.assigned.get(name, ())]
        return here if here or self.outer is None else self.outer.everywhere(name)

    def annotation(self, name: str) -> str:
        """The type of a parameter, as it is written; empty if it has none."""
        if name in self.annotated:
            return ast.unparse(self.annotated[name]).strip("'\"")
        return "" if self.outer is None or name in self.assigned else self.outer.annotation(name)


@cache
def scopes(tree: ast.Module) -> list[tuple[Scope, ast.AST]]:
    """Every node with the scope it is in."""
    found: list[tuple[Scope, ast.AST]] = []

    def walk(node: ast.AST, scope: Scope) -> None:
        for child in ast.iter_child_nodes(node):
            inner = scope
            if isinstance(child, Function | ast.Lambda):
                inner = Scope(assignments(child), scope, parameters(child.args))
            found.append((inner, child))
            walk(child, inner)

    walk(tree, Scope(assignments(tree)))
    return found


def parameters(arguments: ast.arguments) -> dict[str, ast.expr]:
    every = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
    return {it.arg: it.annotation for it in every if it.annotation is not None}


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
            case ast.NamedExpr(target=ast.Name(id=name), value=value):
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


def functions() -> Iterator[tuple[str, Function, bool]]:
    """Every function with the module or class it is in, and whether it has a `self`."""
    for name, tree in MODULES.items():
        methods = {
            id(it): node.name
            for node in nodes(tree)
            if isinstance(node, ast.ClassDef)
            for it in node.body
        }
        for node in nodes(tree):
            if isinstance(node, Function):
                first = node.args.args[:1]
                is_method = bool(first) and first[0].arg in ("self", "cls")
                yield methods.get(id(node), name.rpartition(".")[2]), node, is_method


def records() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Every class with annotated fields: its name, and each field with its type as written."""
    for tree in MODULES.values():
        for node in nodes(tree):
            if isinstance(node, ast.ClassDef):
                yield (
                    node.name,
                    [
                        (it.target.id, ast.unparse(it.annotation).strip("'\""))
                        for it in node.body
                        if isinstance(it, ast.AnnAssign) and isinstance(it.target, ast.Name)
                    ],
                )
