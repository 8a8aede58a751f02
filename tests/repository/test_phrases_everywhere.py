"""Every text for a person in the package is a phrase, whose template a translator can find.

Read from the source, without importing any of it. `templates()` is what a catalogue has to hold.
"""

from __future__ import annotations

import ast
import builtins
import re
import string
from functools import cache
from typing import TYPE_CHECKING

import pytest
from support.package_source import (
    MODULES,
    PACKAGE,
    Scope,
    called,
    functions,
    nodes,
    records,
    scopes,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

pytestmark = pytest.mark.untraced

PHRASES = {f"{PACKAGE}.phrases", f"{PACKAGE}.common_phrases"}
FEWEST = 500
"""Templates that there are at least: fewer would mean that they are no longer found."""

MAKERS = {"Phrase": 1, "counted": 2}
"""What makes a phrase of templates, and how many it takes; `counted` takes a number before them."""
PAINTERS = ("console", "stderr")
"""What writes a text that is ready to be shown, last in the name of the variable."""
TEXTS = ("what", "why", "hint")
"""Attributes and arguments of an error that are phrases."""
SENTENCES = {*TEXTS, "message"}
"""Attributes that nothing may compare or cut."""
CAUGHT = {"error", "failure", "problem", "wrong"}
"""What errors are called: the words of one are its `str`."""
RENDERINGS = {"phrase", "rendered", "with_values"}
"""Methods whose value is a text for a person."""
CUTTERS = {
    *("startswith", "endswith", "removeprefix", "removesuffix", "replace", "translate", "strip"),
    *("split", "rsplit", "splitlines", "partition", "rpartition", "find", "rfind", "index"),
    *("rindex", "count", "casefold", "lower", "upper", "lstrip", "rstrip"),
}
SEARCHES = {"match", "search", "fullmatch", "sub", "split", "findall", "finditer"}
WORDS_ALONE = {
    "api.transport.http_errors": "without_bytes",
    "common_phrases": "file_size_over",
}
"""Functions that cut the sentence of a library, which says what is wrong in no other way, or that
see whether two of ours read the same."""
SIMULATOR = "simulator"
"""Whose texts are a server's."""


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
    imports = [node for node in nodes(tree) if isinstance(node, ast.ImportFrom)]
    names = {it.name for node in imports if node.module in PHRASES for it in node.names}
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


@cache
def takers() -> dict[str, set[int | str]]:
    """What takes phrases: by its name, the places and names of the arguments that are ones.

    By the name alone, where two have it only what is a phrase to both; and with that of its module
    or class before it, in small letters.
    """
    found: dict[str, list[set[int | str]]] = {}
    for owner, function, is_method in functions():
        arguments = function.args
        places = phrases_among(
            [(it.arg, type_of(it.annotation)) for it in arguments.args[is_method:]],
            [(it.arg, type_of(it.annotation)) for it in arguments.kwonlyargs],
        )
        found.setdefault(function.name, []).append(places)
        found.setdefault(f"{owner.lower()}.{function.name}", []).append(places)
    for name, fields_ in records():
        found.setdefault(name, []).append(phrases_among(fields_, ()))
    for name in errors():
        found[name] = found["mimoerror.__init__"]
    agreed = {name: set.intersection(*every) for name, every in found.items()}
    return {name: places for name, places in agreed.items() if places}


def type_of(annotation: ast.expr | None) -> str:
    return "Any" if annotation is None else ast.unparse(annotation)


def phrases_among(
    positional: Iterable[tuple[str, str]], by_name: Iterable[tuple[str, str]]
) -> set[int | str]:
    numbered: list[tuple[int | str, str]] = []
    for number, (name, type_) in enumerate(positional):
        numbered += [(number, type_), (name, type_)]
    return {place for place, type_ in (*numbered, *by_name) if is_phrase_type(type_)}


def is_phrase_type(type_: str) -> bool:
    kinds = {it.strip() for it in type_.strip("'\"").split("|")} - {"None", "Advice"}
    return kinds == {"Phrase"}


@cache
def givers() -> set[str]:
    """The names of functions that return a phrase, all of that name."""
    found: dict[str, set[bool]] = {}
    for _, function, _ in functions():
        found.setdefault(function.name, set()).add(is_phrase_type(type_of(function.returns)))
    of_phrases = {"Phrase", "counted", "verbatim", "reason"}
    of_phrases |= {"listed", "dotted", "chained", "either", "both"}
    return of_phrases | {name for name, are in found.items() if are == {True}}


@cache
def attributes() -> set[str]:
    """The names of fields and properties that are a phrase, all of that name."""
    found: dict[str, set[bool]] = {}
    for _, function, _ in functions():
        if any(ast.unparse(it) == "property" for it in function.decorator_list):
            found.setdefault(function.name, set()).add(is_phrase_type(type_of(function.returns)))
    for _, fields_ in records():
        for name, type_ in fields_:
            found.setdefault(name, set()).add(is_phrase_type(type_))
    return SENTENCES | {name for name, are in found.items() if are == {True}}


@cache
def errors() -> set[str]:
    """The names of all classes of errors that are told to a person."""
    bases = {
        node.name: {ast.unparse(base).rpartition(".")[2] for base in node.bases}
        for tree in MODULES.values()
        for node in nodes(tree)
        if isinstance(node, ast.ClassDef)
    }
    found = {"MimoError"}
    while more := {name for name, of in bases.items() if of & found} - found:
        found |= more
    return {name for name in found if name == "MimoError" or name not in with_own_arguments()}


@cache
def with_own_arguments() -> set[str]:
    """The names of all classes that have an `__init__` of their own."""
    return {
        node.name
        for tree in MODULES.values()
        for node in nodes(tree)
        if isinstance(node, ast.ClassDef)
        and any(isinstance(it, ast.FunctionDef) and it.name == "__init__" for it in node.body)
    }


def told(tree: ast.Module) -> Iterator[tuple[Scope, ast.expr]]:
    """The expressions whose values are shown to a person."""
    for scope, node in scopes(tree):
        match node:
            case ast.Call():
                yield from ((scope, it) for it in arguments_told(node))
            case ast.Assign(targets=[ast.Attribute(attr=name)], value=value) if name in TEXTS:
                yield scope, value
            case _:
                pass


def qualified(call: ast.Call) -> str:
    """The name of what is called behind that of what it is looked up in."""
    match call.func:
        case ast.Attribute(value=value, attr=name):
            return f"{ast.unparse(value).rpartition('.')[2].lstrip('_')}.{name}"
        case _:
            return ""


def arguments_told(call: ast.Call) -> Iterator[ast.expr]:
    places = takers().get(qualified(call)) or takers().get(called(call), set())
    yield from (it for number, it in enumerate(call.args) if number in places)
    yield from (it.value for it in call.keywords if it.arg in places)


def is_of_system(name: str) -> bool:
    """Whether a class is one of the system's errors, whose words `phrases.reason` tells."""
    kind = getattr(builtins, name, None)
    return name == "gaierror" or (isinstance(kind, type) and issubclass(kind, OSError))


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


def has_words(node: ast.expr) -> bool:
    """Whether something of an expression is written out that a person would read."""
    return any(
        isinstance(it, ast.Constant)
        and isinstance(it.value, str)
        and re.search(r"[A-Za-z]{2}", re.sub(r"\x1b\[\d*[A-Za-z]", "", it.value))
        for it in ast.walk(node)
        if not isinstance(it, ast.FormattedValue)
    )


def faults_of_texts(tree: ast.Module) -> Iterator[str]:
    for scope, text in told(tree):
        for node in spoken(text, scope):
            if is_glued(node):
                yield f"{node.lineno}: {ast.unparse(node)} is no phrase"
    for scope, call in scopes(tree):
        match call:
            case ast.Call(func=ast.Attribute(value=painter, attr="write"), args=[text]):
                is_shown = ast.unparse(painter).rpartition(".")[2].lstrip("_") in PAINTERS
                plain = [it for it in spoken(text, scope) if is_glued(it)] if is_shown else []
            case ast.Raise(exc=ast.Call(args=args) as error) if is_of_system(called(error)):
                plain = [it for it in args if is_glued(it)]
            case _:
                continue
        for it in plain:
            if has_words(it):
                yield f"{it.lineno}: {ast.unparse(it)} is no phrase"


def is_sentence(node: ast.expr, scope: Scope) -> bool:
    """Whether the value of an expression is a text for a person, or made of the text of one."""
    match node:
        case ast.Attribute(attr=name):
            return name in attributes()
        case ast.Call(func=ast.Name(id="str"), args=[ast.Name(id=name)]) if name in CAUGHT:
            type_ = scope.annotation(name)
            return not type_ or type_.endswith(("Error", "Exception"))
        case ast.Call(func=ast.Name(id="str"), args=[value]):
            return is_sentence(value, scope)
        case ast.Call(func=ast.Attribute(value=value, attr=name)):
            if name in RENDERINGS or name in givers():
                return True
            return name in CUTTERS and is_sentence(value, scope)
        case ast.Call(func=ast.Name(id=name)):
            return name in givers()
        case ast.NamedExpr(value=value):
            return is_sentence(value, scope)
        case ast.IfExp(body=body, orelse=orelse):
            return is_sentence(body, scope) or is_sentence(orelse, scope)
        case ast.BoolOp(values=values):
            return any(is_sentence(it, scope) for it in values)
        case ast.Name(id=name):
            known = (is_sentence(it, Scope({}, scope.outer)) for it in scope.values(node))
            return is_phrase_type(scope.annotation(name) or "Any") or any(known)
        case _:
            return False


def is_nothing(node: ast.expr) -> bool:
    return ast.unparse(node) in ("''", "NOTHING")


def looks_at_words(node: ast.AST, scope: Scope) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(value=value, attr=name), args=args):
            is_searched = name in SEARCHES and any(is_sentence(it, scope) for it in args)
            return is_searched or (name in CUTTERS and is_sentence(value, scope))
        case ast.Compare(ops=[ast.In() | ast.NotIn(), *_], comparators=[container, *_]):
            return is_sentence(container, scope)
        case ast.Compare(left=left, ops=[ast.Eq() | ast.NotEq()], comparators=[right]):
            is_bare = is_nothing(left) or is_nothing(right)
            return not is_bare and (is_sentence(left, scope) or is_sentence(right, scope))
        case ast.Subscript(value=value, slice=place, ctx=ast.Load()):
            is_key = isinstance(place, ast.Constant) and isinstance(place.value, str)
            return not is_key and is_sentence(value, scope)
        case ast.Match(subject=subject, cases=cases):
            is_compared = any(
                isinstance(it, ast.MatchValue) for case in cases for it in ast.walk(case.pattern)
            )
            return is_compared and is_sentence(subject, scope)
        case _:
            return False


def faults_of_readers(tree: ast.Module) -> Iterator[str]:
    """Where the words of a text are looked at."""
    for scope, node in scopes(tree):
        if looks_at_words(node, scope):
            yield f"{getattr(node, 'lineno', 0)}: {ast.unparse(node)} reads a sentence"


def each(faults: Callable[[ast.Module], Iterable[str]], names: Iterable[str]) -> list[str]:
    """The faults of modules, each with its module's name: one test reads all of them."""
    return [f"{name}: {fault}" for name in names for fault in faults(MODULES[name])]


def test_every_template_is_written_out_and_names_its_values() -> None:
    assert each(faults_of_templates, MODULES) == []


def test_every_text_that_is_told_is_a_phrase() -> None:
    told = [it for it in MODULES if not it.startswith(SIMULATOR)]
    assert each(faults_of_texts, told) == []


def readers(name: str) -> list[str]:
    """What in a module reads a sentence that is for people, and is not allowed to."""
    left_out = [
        it
        for it in nodes(MODULES[name])
        if isinstance(it, ast.FunctionDef) and it.name == WORDS_ALONE.get(name)
    ]
    lines = {line for it in left_out for line in range(it.lineno, (it.end_lineno or 0) + 1)}
    faults = list(faults_of_readers(MODULES[name]))
    return [f"{name}: {it}" for it in faults if int(it.partition(":")[0]) not in lines]


def test_nothing_reads_a_sentence_that_is_for_people() -> None:
    assert [it for name in MODULES for it in readers(name)] == []


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
        ('questions.yes(environment, Phrase("a"))', True),
        ('questions.yes(environment, f"a {b}", default=True)', False),
        ('questions.ask_text(environment, question="a")', False),
        ('questions.secret(environment, "a")', False),
        ('Preset("a", "b", Phrase("help"))', True),
        ('Preset("a", "b", "help")', False),
        ('Check("a", "ok", f"b {c}")', False),
        ('raise OSError(errno.EINVAL, Phrase("it is no file"))', True),
        ("raise OSError(code, os.strerror(code))", True),
        ('raise OSError("it is no file")', False),
        ('raise FileNotFoundError(errno.ENOENT, "No such folder")', False),
        ('raise TimeoutError(f"after {seconds} s")', False),
        ('console.write(f"{row}\\n")', True),
        ('self._console.write("\\x1b[2K\\n")', True),
        ('console.write("no answer\\n")', False),
        ('environment.stderr.write(f"{name} is not there\\n")', False),
        ('line = "no answer\\n"\nconsole.write(line)', False),
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
        ("error.why == ''", True),
        ("error.hint != NOTHING", True),
        ("what = error.what\nraise UsageError(what)", True),
        ("match error.hint:\n    case Phrase():\n        pass", True),
        ("def f(text: str):\n    return 'a' in text", True),
        ("why = error.why\n'x' in why", False),
        ("if (why := error.why) and 'x' in why:\n    pass", False),
        ("def f(error):\n    m = error.message\n    return m.startswith('a')", False),
        ("def f(why: Phrase):\n    return 'a' in why", False),
        ("str(error).startswith('a')", False),
        ("str(error.message)[:3]", False),
        ("error.why == 'x'", False),
        ("'x' != error.why", False),
        ("error.why.find('x')", False),
        ("error.what.lower() == 'x'", False),
        ("match error.why:\n    case 'x':\n        pass", False),
        ("match error.why:\n    case 'x' | 'y':\n        pass", False),
        ("o = resolved.origin('a').phrase()\no.startswith('option')", False),
        ("resolved.origin('a').phrase().split()", False),
        ("re.compile('x').search(str(error.what))", False),
        ("re.search('x', reason(error))", False),
        ("check.advice.rendered(translations).split()", False),
    ],
)
def test_the_search_for_readers_finds_them(source: str, is_right: bool) -> None:
    assert (list(faults_of_readers(ast.parse(source))) == []) is is_right
