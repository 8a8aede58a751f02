"""Writes the tables of the reference into its pages; `--check` exits 1 if they are not up to date.

A page has `<!-- NAME -->` and `<!-- end -->`, each on a line of its own, where the table of that
name stands; what is between them is made here, from the code. The rest of a page is written by
hand.
"""  # noqa: INP001 - a program in a folder of pages, not a package

from __future__ import annotations

import inspect
import json
import re
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from mimo_cli import errors
from mimo_cli.api.protocol.messages import Reply, Text, Usage
from mimo_cli.api.timing import Limits
from mimo_cli.catalogue import models
from mimo_cli.chat import manual
from mimo_cli.chat.commands.registry import COMMANDS
from mimo_cli.cli.app import app
from mimo_cli.cli.help_page import HEADINGS, by_use
from mimo_cli.config.schema import KEYS, Key, Settings
from mimo_cli.conversation.prepare import SCRIPT_SECONDS
from mimo_cli.doctor import LOCAL
from mimo_cli.errors import Interrupted, MimoError, RateLimitError, ReaderGone
from mimo_cli.output import json_output
from mimo_cli.phrases import Phrase
from mimo_cli.simulator import DIALECTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

HERE = Path(__file__).parent
_PART = re.compile(r"^<!-- (?!end)([a-z ]+) -->\n.*?^<!-- end -->$", re.MULTILINE | re.DOTALL)
_OPTION = "Options"
_SIGNALS = {
    signal.SIGINT: "ended by Ctrl-C",
    signal.SIGTERM: "ended by SIGTERM",
    signal.SIGHUP: "ended by SIGHUP: the window was closed",
    signal.SIGQUIT: "ended by Ctrl-\\",
}
_NAMES = {
    "profile": "the profiles of your configuration",
    "prompt": "its kept prompts",
    "conversation": (
        "the 200 conversations used last: the id is put in; title and age are shown beside it "
        "(bash shows them when it lists several)"
    ),
}
_LIMITS = {
    "connect": "name look-up, connection, proxy and TLS together",
    "upload": "sending, without progress",
    "first_event": "the first event, from the end of the upload on",
    "idle": "in an answer, without a byte",
    "notice": "in an answer, without a byte, until that is told",
    "content": "with signs of life and nothing else",
    "closing": "the end of a stream whose answer is whole",
    "error_body": "the text of a refusal",
    "stdin": "a silent stdin, until that is told",
    "total": f"the whole answer, on a terminal; {SCRIPT_SECONDS:g} elsewhere",
}


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table of Markdown. A bar within a cell is escaped."""
    lines = [heads, ["---"] * len(heads), *rows]
    cells = [[cell.replace("|", "\\|") for cell in line] for line in lines]
    return "".join(f"| {' | '.join(line)} |\n".replace("|  |", "| |") for line in cells)


def code(text: str) -> str:
    """Return a text in code font; nothing of nothing."""
    return f"`{text}`" if text else ""


def prose(text: str) -> str:
    """Return a text in which Markdown sees no marks but code in backquotes."""
    parts = re.split(r"(`[^`]*`)", text)
    return "".join(part if part[:1] == "`" else re.sub(r"[*<]", r"\\\g<0>", part) for part in parts)


def clause(sentence: str) -> str:
    """Return the first line of a help text as it stands in a table: without the stop."""
    return prose(sentence.strip().partition("\n")[0].rstrip("."))


# ---- Options


def commands() -> Iterator[tuple[str, Any, Any]]:
    """Yield each command by its whole name, with Typer's command and context, root first."""
    yield from _commands(typer.main.get_command(app), "mimo", None)


def _commands(command: Any, name: str, parent: Any) -> Iterator[tuple[str, Any, Any]]:
    # Typer carries its own copy of Click, whose classes have no public names: hence Any.
    settings = command.context_settings
    context = command.context_class(command, info_name=name, parent=parent, **settings)
    yield name, command, context
    for child in getattr(command, "commands", ()):
        below = command.get_command(context, child)
        if not below.hidden:
            yield from _commands(below, f"{name} {child}", context)


def option_tables() -> str:
    """Return a section for each command: what it does, its examples, its options."""
    return "\n".join(_section(*it) for it in commands())


def _section(name: str, command: Any, context: Any) -> str:
    parts = [f"## {code(name)}\n", f"{prose(inspect.cleandoc(command.help or ''))}\n"]
    usage = " ".join(command.collect_usage_pieces(context))
    examples = command.epilog or ""
    shown = f"{name} {usage}\n" + (f"\n{examples}\n" if examples else "")
    parts.append(f"```console\n{shown}```\n")
    for heading, listed in records(command, context).items():
        rows = [(code(names.replace(" [=", "[=")), prose(text)) for names, text in listed]
        parts.append(table((heading.lower(), ""), rows))
    return "\n".join(parts)


def records(command: Any, context: Any) -> dict[str, list[tuple[str, str]]]:
    """Return what the help lists, by its headings."""
    found: dict[str, list[tuple[str, str]]] = {heading: [] for heading in HEADINGS}
    for param in by_use(command.get_params(context)):
        record = param.get_help_record(context)
        if record is None or param.name == "help":
            continue
        names, text = record
        heading = "Arguments" if param.param_type_name == "argument" else _OPTION
        found.setdefault(getattr(param, "rich_help_panel", None) or heading, []).append(
            (names, text.replace("  [", " [")),
        )
    children = getattr(command, "commands", {})
    below = [(name, child.get_short_help_str(200)) for name, child in children.items()]
    return {heading: rows for heading, rows in {"Commands": below, **found}.items() if rows}


# ---- Settings


def setting_table() -> str:
    """Return every setting: its variable and option, what it means and may be."""
    heads = ("setting", "variable", "option", "meaning", "values", "default")
    options = _options_of("mimo ask", "mimo doctor")
    rows = [
        (
            code(key.name),
            code(key.variable),
            code(options.get(key.option, "")),
            clause(key.help),
            _allowed(key),
            _default(key),
        )
        for key in KEYS
    ]
    return table(heads, rows)


def _options_of(*names: str) -> Mapping[str, str]:
    """Return the options of some commands, each with its shortest name."""
    return {
        option: min(param.opts, key=len)
        for name, command, _ in commands()
        if name in names
        for param in command.params
        for option in param.opts
    }


def _allowed(key: Key) -> str:
    match key.kind:
        case "choice":
            return ", ".join(key.choices)
        case "flag":
            return "true, false"
        case "number" | "integer":
            return f"{key.low:g} to {key.high:,.10g}"
        case "list":
            return "texts"
        case "text":
            return "text"


def _default(key: Key) -> str:
    value = Settings._field_defaults[key.field]
    if key.kind == "flag":
        return "" if value is None else str(value).lower()
    return f"{value:,}" if isinstance(value, int) else code(value or "")


# ---- Exit codes, and JSON


def exit_code_table() -> str:
    """Return the exit codes, each with the error's name in JSON."""
    heads = ("code", "`error.code`", "when")
    return table(heads, [(number, code(name), prose(when)) for number, name, when in _exits()])


def exit_codes() -> list[tuple[str, str]]:
    """Return each exit code with when it is given."""
    return [(number, when) for number, _, when in _exits()]


def _exits() -> Iterator[tuple[str, str, str]]:
    """Yield each exit code, the error's name in JSON, and when it is given."""
    yield "0", "", "a complete answer (also when cut at `max_tokens`, with a warning)"
    for it, when in _errors():
        yield str(it.exit_code), it.code, when
    for number, when in _SIGNALS.items():
        ended = Interrupted(number)
        yield str(ended.exit_code), ended.code, when
    yield str(ReaderGone.exit_code), ReaderGone.code, "the pipe's reader has left"


def _errors() -> Iterator[tuple[type[MimoError], str]]:
    """Yield the kinds of error, with what the tree in the module's docstring says of each."""
    for name, number, when in re.findall(r"(\w+Error) +(\d+)   (.*)", errors.__doc__ or ""):
        kind = getattr(errors, name)
        assert kind.exit_code == int(number), name  # noqa: S101 - the drawing is wrong
        yield kind, when


def _reply() -> Reply:
    usage = Usage(input_tokens=57, output_tokens=9, cache_read_input_tokens=0)
    text = "Rome, Paris, Oslo."
    return Reply(
        model=models.DEFAULT_MODEL,
        id="b966dbca",
        content=(Text(text),),
        stop_reason="end_turn",
        usage=usage,
    )


def whole_answer() -> str:
    """Return what `--json` writes for an answer."""
    result = json_output.result(_reply(), None, model=models.DEFAULT_MODEL, conversation="k3jq8z2m")
    return _indented(result)


def failed_answer() -> str:
    """Return what `--json` writes where there is none."""
    what, why = Phrase("too many requests"), Phrase("slow down")
    error = RateLimitError(what, why, status=429, request_id="req_1", retry_after=30.0)
    result = json_output.result(Reply(), error, model=models.DEFAULT_MODEL)
    return _indented(result)


def _indented(value: Any) -> str:
    return f"```json\n{json.dumps(value, indent=2)}\n```\n"


# ---- The rest


def chat_command_table() -> str:
    """Return the chat's commands."""
    rows = [
        (code(f"/{name} {it.argument}".rstrip()), prose(it.help)) for name, it in COMMANDS.items()
    ]
    return table(("command", ""), rows)


def key_table() -> str:
    """Return the keys of the chat's prompt."""
    return table(("key", ""), manual.KEYS)


def model_table() -> str:
    """Return the models that are served, with their prices."""
    heads = ("model", "short", "context", "longest answer", "inputs", "in USD", "in CNY", "")
    short = {model: name for name, model in models.ALIASES.items()}
    rows = [
        (
            code(it.id),
            code(short.get(it.id, "")),
            f"{it.context:,}",
            f"{it.max_output:,}",
            ", ".join(it.inputs),
            _price(it.usd),
            _price(it.cny),
            it.note,
        )
        for it in models.current()
    ]
    return table(heads, rows)


def _price(price: models.Price | None) -> str:
    return "" if price is None else f"{price.input:g} / {price.cache_hit:g} / {price.output:g}"


def retired_table() -> str:
    """Return the models that are served no longer, with what replaces them."""
    rows = [
        (code(it.id), it.retired, code(it.replacement or "")) for it in models.MODELS if it.retired
    ]
    return table(("model", "retired", "use"), rows)


def check_table() -> str:
    """Return the checks of `mimo doctor` that need no network."""
    rows = [(code(check.__name__), clause(check.__doc__ or "")) for check in LOCAL]
    return table(("check", ""), rows)


def limit_table() -> str:
    """Return the time limits of a request."""
    values = Limits._field_defaults
    rows = [
        ("none" if values[name] is None else f"{values[name]:g}", words)
        for name, words in _LIMITS.items()
    ]
    return table(("seconds", "for"), rows)


def dialect_table() -> str:
    """Return what `mimo simulate --dialect` knows."""
    rows = [(code(name), prose(dialect.about)) for name, dialect in DIALECTS.items()]
    return table(("dialect", ""), rows)


def completed_name_table() -> str:
    """Return where Tab offers names of the user's own, and which."""
    sys.path.append(str(HERE.parent / "completions"))
    from program import read_program

    program = read_program(("mimo",))
    rows = []
    for kind, what in _NAMES.items():
        options = {
            code(min(option.names, key=len)): None
            for command in program.commands
            for option in command.options
            if option.argument and option.argument.values == kind
        }
        settings = [f"mimo config set {it.name}" for it in program.settings if it.values == kind]
        takers = [
            command.name
            for command in program.commands
            if any(argument.values == kind for argument in command.arguments)
        ]
        rows.append((", ".join([*options, *_without_repeats([*settings, *takers])]), what))
    return table(("where", "what is offered"), rows)


def _without_repeats(commands: Iterable[str]) -> Iterator[str]:
    """Yield commands in code font, the words before the last one only where they are new."""
    before = ""
    for command in commands:
        group, _, name = command.rpartition(" ")
        yield code(name if group == before else command)
        before = group


TABLES: Mapping[str, Callable[[], str]] = {
    "options": option_tables,
    "settings": setting_table,
    "exit codes": exit_code_table,
    "whole answer": whole_answer,
    "failed answer": failed_answer,
    "chat commands": chat_command_table,
    "chat keys": key_table,
    "models": model_table,
    "retired models": retired_table,
    "checks": check_table,
    "limits": limit_table,
    "dialects": dialect_table,
    "completed names": completed_name_table,
}


def filled(page: str) -> str:
    """Return a page with its tables as the code is now.

    Raises:
        KeyError: it has a name that no table has.
    """
    return _PART.sub(lambda part: f"<!-- {part[1]} -->\n\n{TABLES[part[1]]()}\n<!-- end -->", page)


def main(args: Sequence[str]) -> int:
    """Write the pages, or with `--check` name those that differ. Return the exit code."""
    pages = sorted(HERE.rglob("*.md"))
    return write_stale({file: filled(file.read_text("utf-8")) for file in pages}, HERE, args)


def write_stale(wanted: Mapping[Path, str], folder: Path, args: Sequence[str]) -> int:
    """Write the files below a folder that differ, or with `--check` name them; as `main`."""
    stale = {
        file: text
        for file, text in wanted.items()
        if not file.exists() or file.read_text("utf-8") != text
    }
    for file, text in stale.items():
        if "--check" not in args:
            file.write_text(text, "utf-8")
        told = "is not up to date" if "--check" in args else "written"
        sys.stderr.write(f"{file.relative_to(folder)} {told}\n")
    return int("--check" in args and bool(stale))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
