"""Writes the manual page into the package; `--check` exits 1 if it is not up to date.

Commands, options, settings and exit codes are the code's, by the way of `tables`; the rest is
written here. Version and date are those of the last release: the page is the same whenever and
wherever it is made.
"""  # noqa: INP001 - a program in a folder of pages, not a package

from __future__ import annotations

import inspect
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import roff
import tables

from mimo_cli import __version__
from mimo_cli.config.schema import KEYS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "mimo_cli" / "shell" / "mimo.1"
OTHER_NAME = PAGE.with_name("mimo-cli.1")
HEADER = r".\" Made by docs/man_page.py: change that, not this."

_ABOUT = "chat with Xiaomi's MiMo models from the terminal"
_DESCRIPTION = """
`mimo` asks MiMo models, and any other server that speaks the Anthropic Messages protocol: one
question with `mimo ask`, a conversation with `mimo chat`. The answer goes to the standard output
and everything else to the standard error, so that it can stand in a pipe.

Words that follow `mimo ask` are the question. Piped text alone is the question; beside words it is
what they are about.

Xiaomi's MiMo Code installs a `mimo`, too: `mimo-cli` is the same program, and always works.
"""
_VARIABLES = {
    "MIMO_CONFIG": "Another configuration file.",
    "MIMO_DATA": "Another folder for conversations and the input history.",
    "MIMO_CACHE": "Another folder for what can be fetched again.",
    "NO_COLOR, FORCE_COLOR": "No colours; colours in a pipe, too.",
    "VISUAL, EDITOR": "The editor for `mimo ask -e`, `mimo config edit` and Ctrl-X Ctrl-E.",
    "HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY": "The way to the server.",
    "SSL_CERT_FILE, SSL_CERT_DIR": "The certificates that are trusted.",
}
_FILES = {
    "~/.config/mimo-cli/config.toml": "The settings; `mimo config path` prints its name.",
    "~/.local/share/mimo-cli/": "Conversations, input history; `mimo history path`.",
    "~/.cache/mimo-cli/": "What servers said they have, and names that Tab offers.",
    ".mimo.toml": "A project's settings, in the working folder or one above it.",
}
_MACOS = "On macOS they are under `~/Library`. Files are the user's alone (mode 0600)."


def page(released: str) -> str:
    """Return the page's source; `released` is the day of the last release, as 2026-11-26."""
    return "\n".join([HEADER, *_lines(released), ""])


def other_page() -> str:
    """Return the source of the page under the program's other name."""
    return f".so man1/{PAGE.name}\n"


def release_day(changelog: str) -> str:
    """Return the day of this version's release, that of the last one while it has none.

    Raises:
        ValueError: there was none.
    """
    days = dict(re.findall(r"^## \[([\d.]+)\] - (\S+)$", changelog, re.MULTILINE))
    if not days:
        raise ValueError("the changelog has no release")
    return str(days.get(__version__) or max(days.values()))


def _lines(released: str) -> Iterator[str]:
    known = list(tables.commands())
    yield from roff.title("mimo", 1, released, f"mimo {__version__}")
    yield from roff.heading("NAME")
    yield rf"mimo, mimo\-cli \- {roff.escape(_ABOUT)}"
    yield from roff.heading("SYNOPSIS")
    yield from (".nf", *(_usage(*it) for it in known), ".fi")
    yield from roff.heading("DESCRIPTION")
    yield from roff.paragraphs(map(roff.prose, _DESCRIPTION.split("\n\n")))
    yield from roff.heading("COMMANDS")
    yield from _commands(known)
    yield from roff.heading("OPTIONS")
    for name, command, context in known:
        yield from _options(name, command, context)
    yield from roff.heading("ENVIRONMENT")
    yield from roff.paragraphs([roff.prose("An empty variable counts as unset.")])
    for key in KEYS:
        yield from roff.item(roff.bold(key.variable), roff.prose(_first(key.help)))
    yield from _items(_VARIABLES)
    yield from roff.heading("FILES")
    yield from _items(_FILES)
    yield from (".PP", *roff.paragraphs([roff.prose(_MACOS)]))
    yield from roff.heading("EXIT STATUS")
    for number, when in tables.exit_codes():
        yield from roff.item(roff.bold(number), roff.prose(when))
    yield from roff.heading("EXAMPLES")
    yield from _examples(known)
    yield from roff.heading("SEE ALSO")
    yield from roff.paragraphs([rf"{roff.bold('curl')}(1), {roff.bold('jq')}(1)"])


def _usage(name: str, command: Any, context: Any) -> str:
    pieces = command.collect_usage_pieces(context)
    return " ".join([roff.bold(name), *map(roff.italic, pieces)])


def _commands(known: Sequence[tuple[str, Any, Any]]) -> Iterator[str]:
    for name, command, _ in known[1:]:
        first, *others = inspect.cleandoc(command.help or "").split("\n\n")
        yield from roff.item(roff.bold(name), roff.prose(first))
        for text in others:
            yield ".IP"
            yield from roff.paragraphs([roff.prose(text)])


def _options(name: str, command: Any, context: Any) -> Iterator[str]:
    """Yield the options of a command and its arguments, without `--help`, which all have."""
    records = tables.records(command, context)
    shown = [it for heading, rows in records.items() if heading != "Commands" for it in rows]
    if shown:
        yield from roff.subheading(name)
    for names, text in shown:
        yield from roff.item(_names(names), roff.prose(text))


def _names(names: str) -> str:
    """Return an option's names, and what stands for its value."""
    parts = re.split(r"(--?[\w-]+)", names)
    return "".join(
        roff.bold(it) if place % 2 else _value(it) for place, it in enumerate(parts) if it
    )


def _value(text: str) -> str:
    return roff.escape(text) if text.strip() in ("", ",", "/") else roff.italic(text)


def _examples(known: Iterable[tuple[str, Any, Any]]) -> Iterator[str]:
    is_first = True
    for _, command, _ in known:
        if not command.epilog:
            continue
        if not is_first:
            yield ".PP"
        is_first = False
        yield from roff.literal(command.epilog)


def _items(meanings: dict[str, str]) -> Iterator[str]:
    for names, text in meanings.items():
        yield from roff.item(", ".join(map(roff.bold, names.split(", "))), roff.prose(text))


def _first(text: str) -> str:
    return text.strip().partition("\n")[0]


def main(args: Sequence[str]) -> int:
    """Write the pages, or with `--check` name those that differ. Return the exit code."""
    released = release_day((ROOT / "CHANGELOG.md").read_text("utf-8"))
    wanted = {PAGE: page(released), OTHER_NAME: other_page()}
    return tables.write_stale(wanted, PAGE.parent, args)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
