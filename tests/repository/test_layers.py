"""The layers of the package, read from its source without importing any of it."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING

import pytest
from support.folders import ROOT
from support.package_source import Trees, nodes

from mimo_cli import config

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

pytestmark = pytest.mark.untraced

PACKAGE = "mimo_cli"
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted((ROOT / PACKAGE).rglob("*.py"))
}
TREES = Trees(MODULES)

PURE_MODULES = [
    "api.base_url",
    "api.cut_off",
    "api.endpoint",
    "api.hosts",
    "api.keys",
    "api.response",
    "api.retry",
    "api.protocol.*",
    "api.replies.*",
    "api.transport.heard",
    "api.transport.http_errors",
    "api.transport.inflater",
    "api.transport.proxies.no_proxy",
    "api.transport.proxies.proxy",
    "api.transport.proxies.proxy_url",
    "attachments.web.addresses",
    "attachments.web.html.leftovers",
    "attachments.web.page_encoding",
    "answers.*",
    "catalogue.amounts",
    "catalogue.models",
    "catalogue.pricing",
    "catalogue.suggestions",
    "catalogue.token_estimate",
    "chat.chat_terms",
    "chat.commands.options",
    "chat.commands.unsettled",
    "chat.input_line",
    "chat.prompt.exit_confirmation",
    "chat.status",
    "commands.config.servers",
    "commands.printed.dry_run",
    "config.address",
    "config.audit",
    "config.key_policy",
    "config.keys.apart",
    "config.layers",
    "config.not_allowed",
    "config.resolve",
    "config.schema",
    "config.slips",
    "config.tables.*",
    "config.toml.toml_text",
    "conversation.shown.export_formats",
    "conversation.rounds.*",
    "conversation.turns",
    "attachments.convertible",
    "attachments.line_range",
    "attachments.listing.left_out",
    "attachments.listing.patterns",
    "attachments.listing.wildcards",
    "attachments.listing.selection",
    "attachments.listing.taken",
    "attachments.images.redrawn",
    "advice",
    "errors",
    "extras",
    "named_tuple",
    "common_phrases",
    "phrases",
    "history.cells",
    "history.losses",
    "history.record",
    "history.turn_row",
    "history.search.folding",
    "history.search.lookup",
    "history.search.query",
    "history.search.snippet",
    "history.search.turn_texts",
    "input.private_files",
    "media.*",
    "markdown.fences",
    "markdown.line_breaks",
    "markdown.glyphs",
    "markdown.rules.characters",
    "markdown.tex.scripts",
    "markdown.tex.symbols",
    "markdown.styled_rows",
    "output.columns",
    "output.command_terms",
    "output.json_output",
    "output.legacy_encoding",
    "output.models_table",
    "output.sanitize",
    "output.usage_line",
    "output.view",
    "output.wrapping",
    "shell.names",
    "structured.json_text",
    "structured.patterns.unicode_properties",
    "structured.colon_types",
    "structured.short_form",
    "structured.strict_json",
    "structured.wording",
    "tools.*",
    "text.ansi",
    "text.charsets",
    "text.common_characters",
    "text.disguises",
    "text.tags",
    "text.locales",
    "text.punctuation",
    "text.shell_words",
    "text.text_buffer",
    "text.widths",
]
"""Modules whose functions compute, and touch nothing outside of their arguments."""


def spelled_out(pattern: str) -> list[str]:
    """The modules that a name stands for, which may end in a star."""
    name = f"{PACKAGE}.{pattern}"
    if not name.endswith(".*"):
        return [name]
    return [it for it in MODULES if it.startswith(name.removesuffix("*"))]


PURE = [name for pattern in PURE_MODULES for name in spelled_out(pattern)]
HARMLESS = {
    *(
        "__future__",
        "typing",
        "collections",
        "dataclasses",
        "enum",
        "re",
        "json",
        "math",
        "difflib",
    ),
    *(
        "abc",
        "base64",
        "hashlib",
        "ipaddress",
        "urllib.parse",
        "shlex",
        "functools",
        "string",
        "zlib",
    ),
    *("unicodedata", "codecs", "contextlib", "sys", "bisect", "itertools", "html", "fnmatch"),
    "rich.cells",
    "rich.text",
}
CLOCK = {
    "datetime",
    "email.utils",
}  # retry_after reads dates, and the clock without a Date
DATED = {f"{PACKAGE}.api.replies.retry_after", f"{PACKAGE}.conversation.shown.export_formats"}


@cache
def imports(name: str) -> frozenset[str]:
    """Everything a module imports, anywhere in it, as whole dotted names."""
    return frozenset(imported(nodes(TREES[name])))


@cache
def reexports() -> dict[str, str]:
    """What `mimo_cli.config` gives to others, and the module that each is in."""
    facade = TREES[f"{PACKAGE}.config"]
    return {
        alias.asname: node.module
        for node in ast.walk(facade)
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
        if alias.asname
    }


def home(module: str, name: str) -> str:
    """The module that a name is in which is imported from another."""
    if module == f"{PACKAGE}.config" and name in reexports():
        return reexports()[name]
    return f"{module}.{name}"


def imported(among: Iterable[ast.AST]) -> set[str]:
    found: set[str] = set()
    for node in among:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "a relative import"
            module = node.module or ""
            inner = {home(module, alias.name) for alias in node.names}
            found |= (inner & MODULES.keys()) or {module}
    return found


@cache
def run_time_imports(name: str) -> set[str]:
    """What a module imports when it runs: not what only type checkers read."""
    found: list[ast.AST] = []
    todo: list[ast.AST] = [TREES[name]]
    while todo:
        match todo.pop():
            case ast.If(test=ast.Name(id="TYPE_CHECKING"), orelse=orelse):
                todo += orelse
            case node:
                found.append(node)
                todo += [it for it in ast.iter_child_nodes(node) if not isinstance(it, ast.expr)]
    return imported(found)


def is_in(name: str, *places: str) -> bool:
    return any(name == place or name.startswith(f"{place}.") for place in places)


def users(library: str) -> set[str]:
    return {name for name in MODULES if any(is_in(found, library) for found in imports(name))}


def within(*places: str) -> set[str]:
    return {name for name in MODULES if is_in(name, *(f"{PACKAGE}.{place}" for place in places))}


def test_there_is_something_to_read() -> None:
    assert f"{PACKAGE}.api.transport.http" in MODULES
    assert set(PURE) <= set(MODULES)
    assert "httpx" in imports(f"{PACKAGE}.api.transport.http")
    assert f"{PACKAGE}.api.retry" in imports(f"{PACKAGE}.api.client")


@pytest.mark.parametrize(
    ("library", "homes"),
    [
        ("python_socks", ["api.transport.proxies.tunnel"]),
        ("h11", ["api.transport.proxies.tunnel"]),
        (
            "httpx",
            [
                *("api.transport.http", "api.transport.httpx_transport"),
                "attachments.web.page_url",  # reads a URL as the one does that asks for it
            ],
        ),
        ("bs4", ["attachments.web.html", "attachments.web.readable"]),
        ("markdownify", ["attachments.web.html.converter"]),
        (
            "httpcore",
            [
                *("api.transport.httpx_transport", "api.transport.backend"),
                "api.transport.network_errors",
            ],
        ),
        *(
            (
                it,
                [
                    *("structured.misfits", "structured.drafts", "structured.schema_check"),
                    "structured.unknown_keywords",
                ],
            )
            for it in ("jsonschema", "referencing")
        ),
        (
            "jsonschema_specifications",
            ["structured.drafts", "structured.schema_check", "structured.validator_process"],
        ),
        ("platformdirs", ["config.paths"]),
        ("tomlkit", ["config.toml.toml_edit"]),
        ("tomllib", ["config.toml"]),
        ("sqlite3", ["history"]),
        ("prompt_toolkit", ["chat.prompt"]),
        ("PIL", ["attachments.images"]),
        ("pillow_heif", ["attachments.images.redrawing"]),
        ("rich", ["markdown", "screen", "text.widths"]),
        ("markdown_it", ["markdown"]),
        ("pygments", ["markdown", "screen.colors", "screen.theme"]),
        ("typer", ["cli", "options"]),
        ("click", []),
    ],
)
def test_every_outside_thing_has_one_home(library: str, homes: list[str]) -> None:
    assert users(library) <= within(*homes)


LAYERS = [
    "named_tuple phrases common_phrases advice errors extras watchdog signals early files text",
    "catalogue.models catalogue.suggestions config.paths",
    "api",
    "conversation.turns catalogue media tools.call_text",
    "conversation.rounds.questions conversation.rounds.outcomes",
    "history",
    "conversation.shown.export_formats",
    "conversation.rounds",
    "input attachments",
    "tools",
    "markdown",
    "output",
    "structured answers",
    "screen",
    "environment",
    "input.editor config",
    "options",
    "conversation",
    "shell",
    "simulator",
    "doctor chat",
    "commands",
    "cli process",
    "__main__",
]
"""From the lowest: what is in a row imports what is in it and in the rows above it here."""


def wrong(found: dict[str, set[str]]) -> dict[str, set[str]]:
    """What was found, of the modules in which something was: one test reads all of them."""
    return {name: it for name, it in found.items() if it}


def layer(name: str) -> int:
    """The row that a module is in: that of the longest name that fits."""
    inner = name.removeprefix(f"{PACKAGE}.")
    rows = {part: row for row, parts in enumerate(LAYERS) for part in parts.split()}
    fitting = [part for part in rows if is_in(inner, part)]
    return rows[max(fitting, key=len)]


def test_imports_point_down() -> None:
    inner = MODULES.keys() - {PACKAGE}
    upward = {
        name: {it for it in imports(name) & inner if layer(it) > layer(name)} for name in inner
    }
    assert wrong(upward) == {}


def test_no_folder_has_more_modules_than_fit_on_a_page() -> None:
    """Ten at the root, fourteen in a folder, each folder's own description left out."""
    modules = [path for path in MODULES.values() if path.name != "__init__.py"]
    counts = Counter(path.parent.relative_to(ROOT / PACKAGE).as_posix() for path in modules)
    assert counts.pop(".") <= 10
    assert {folder: count for folder, count in counts.items() if count > 14} == {}


def test_nobody_reaches_into_the_configuration() -> None:
    inside = within("config") - {f"{PACKAGE}.config", f"{PACKAGE}.config.paths"}
    reaching = {
        f"{name}: {node.module}"
        for name in MODULES.keys() - within("config")
        for node in nodes(TREES[name])
        if isinstance(node, ast.ImportFrom)
        and (node.module in inside or {f"{node.module}.{it.name}" for it in node.names} & inside)
    }
    assert reaching == set()


def test_what_the_configuration_gives_to_others_is_there() -> None:
    homes = {f"{PACKAGE}.config.{module}": set(names) for module, names in config.PUBLIC.items()}
    typed: dict[str, set[str]] = {}
    for name, module in reexports().items():
        typed.setdefault(module, set()).add(name)
    assert homes == typed
    for names in homes.values():
        for name in names:
            assert getattr(config, name) is not None
    with pytest.raises(AttributeError):
        getattr(config, "positions")  # noqa: B009 - mypy knows that there is none


def test_nothing_imports_the_command_line_but_the_way_in() -> None:
    assert users(f"{PACKAGE}.cli") - within("cli") == {f"{PACKAGE}.__main__"}


def circles(graph: dict[str, set[str]]) -> dict[str, set[str]]:
    """What is left of a graph when all that leads to no circle, or out of none, is taken away."""
    while True:
        used = set().union(*graph.values())
        left = {name: below & graph.keys() for name, below in graph.items() if name in used}
        left = {name: below for name, below in left.items() if below}
        if left == graph:
            return graph
        graph = left


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph = {name: run_time_imports(name) & MODULES.keys() for name in MODULES}
    assert circles(graph) == {}


def test_no_modules_import_each_other_in_a_circle_for_their_types_alone() -> None:
    graph = {name: set(imports(name) & MODULES.keys()) for name in MODULES}
    assert circles(graph) == {}


@pytest.mark.parametrize(
    ("graph", "left"),
    [
        ({"a": {"b"}, "b": {"c"}, "c": set()}, ""),
        ({"a": {"b"}, "b": {"a"}}, "ab"),
        ({"a": {"b"}, "b": {"c"}, "c": {"b", "d"}, "d": {"e"}, "e": set()}, "bc"),
    ],
)
def test_the_search_for_circles_finds_them(graph: dict[str, set[str]], left: str) -> None:
    assert circles(graph).keys() == set(left)


def test_the_configuration_has_no_circle_its_types_included() -> None:
    graph = {name: imports(name) & within("config") for name in within("config")}
    while leaves := {name for name, below in graph.items() if not below}:
        graph = {name: below - leaves for name, below in graph.items() if name not in leaves}
    assert graph == {}


def of_the_world(name: str) -> set[str]:
    """What of the world a module imports when it runs."""
    allowed = HARMLESS | (CLOCK if name in DATED else set())
    return {
        found
        for found in run_time_imports(name)
        if not is_in(found, PACKAGE) and not is_in(found, *allowed)
    }


def test_a_pure_module_imports_nothing_that_touches_the_world() -> None:
    assert wrong({name: of_the_world(name) for name in PURE}) == {}


def test_a_pure_module_runs_only_on_pure_ones() -> None:
    below = {name: {it for it in run_time_imports(name) if is_in(it, PACKAGE)} for name in PURE}
    assert wrong({name: found - {*PURE, PACKAGE} for name, found in below.items()}) == {}


def called(name: str) -> set[str]:
    """The names of what a module calls by a name alone."""
    return {
        node.func.id
        for node in nodes(TREES[name])
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }


def test_a_pure_module_calls_nothing_that_reads_or_writes() -> None:
    doors = {"open", "print", "input", "exec", "eval", "__import__", "breakpoint"}
    assert wrong({name: called(name) & doors for name in PURE}) == {}


WORLD = {
    *("open", "print", "input", "exec", "eval", "__import__", "breakpoint", "Path", "asyncio"),
    *("os", "sys", "time", "socket", "subprocess", "shutil", "pathlib", "tempfile", "threading"),
    *("httpx", "sqlite3", "random", "platformdirs", "logging", "urllib", "select", "locale"),
    *("datetime", "warnings", "atexit", "gc", "faulthandler", "importlib"),
}
STATE = re.compile(r"\b(?:os\.(?:environ|getenv|get|name)|sys\.(?:argv|std\w+|path|platform))\b")


def at_import(tree: ast.AST) -> list[ast.expr]:
    """The expressions of a module that run when it is imported: not the bodies of functions."""
    found: list[ast.expr] = []
    todo: list[ast.AST] = [tree]
    while todo:
        node = todo.pop()
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                arguments = node.args
                todo += [*node.decorator_list, *arguments.defaults]
                todo += [default for default in arguments.kw_defaults if default is not None]
            case ast.Lambda() | ast.AnnAssign(value=None):
                pass
            case ast.AnnAssign(value=ast.expr() as value):
                todo.append(value)
            case ast.If(test=ast.Compare(left=ast.Name(id="__name__"))):
                pass  # the way in
            case _:
                if isinstance(node, ast.expr):
                    found.append(node)
                todo += ast.iter_child_nodes(node)
    return found


def root(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute | ast.Call | ast.Subscript):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def happens_at_import(name: str) -> set[str]:
    """The calls into the world, and looks at its state, of a module that is imported."""
    expressions = at_import(TREES[name])
    calls = {
        ast.unparse(node)
        for node in expressions
        if isinstance(node, ast.Call) and root(node.func) in WORLD
    }
    state = {
        ast.unparse(node)
        for node in expressions
        if isinstance(node, ast.Attribute)
        and root(node) in ("os", "sys")
        and STATE.fullmatch(ast.unparse(node))
    }
    return calls | state


def test_nothing_happens_at_import() -> None:
    assert wrong({name: happens_at_import(name) for name in MODULES}) == {}


@pytest.mark.parametrize(
    ("source", "happens"),
    [
        ("x = open('f')", True),
        ("class A:\n    x = os.getcwd()", True),
        ("def f(x=time.time()): pass", True),
        ("X = os.environ['A']", True),
        ("@dataclass\nclass A:\n    x: int = time.time()", True),
        ("def f(): return open('f')", False),
        ("X = lambda: open('f')", False),
        ("X = re.compile('x')", False),
        ("@dataclass\nclass A:\n    x: Callable[[], float] = time.time", False),
    ],
)
def test_the_search_for_what_happens_at_import_finds_it(source: str, happens: bool) -> None:
    expressions = at_import(ast.parse(source))
    found = [
        node
        for node in expressions
        if (isinstance(node, ast.Call) and root(node.func) in WORLD)
        or (isinstance(node, ast.Attribute) and STATE.fullmatch(ast.unparse(node)))
    ]
    assert bool(found) is happens


# What no file of the repository may name. Written in halves, for this file is one of them.
REGISTRIES = [
    ("py", "pi.org"),
    ("pypi.", "python.org"),
    ("python", "hosted.org"),
    ("npm", "js.org"),
    ("npm", "js.com"),
    ("crates", ".io"),
    ("conda", ".anaconda.org"),
    ("proxy.", "golang.org"),
    ("rubygems", ".org"),
]
FOLDERS = [("/wo", "rk/"), ("/ro", "ot/"), ("/home/ru", "nner"), ("/Us", "ers/")]


def tracked() -> list[Path]:
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("not a checkout")
    done = subprocess.run(
        [git, "-C", str(ROOT), "ls-files", "-z"], capture_output=True, text=True, check=True
    )
    return [ROOT / name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_no_file_names_a_package_registry_or_a_folder_of_a_developers_machine() -> None:
    words = ["".join(halves) for halves in (*REGISTRIES, *FOLDERS)]
    found = {
        f"{path.relative_to(ROOT)}: {word}"
        for path in tracked()
        for content in [path.read_bytes().decode("utf-8", "replace")]
        for word in words
        if word in content
    }
    assert found == set()
