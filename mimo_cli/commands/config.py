"""`mimo config`: show and change the settings."""

from __future__ import annotations

import getpass
import json as json_module
from typing import TYPE_CHECKING, Any

from mimo_cli import config_file, folders, prompt, settings
from mimo_cli.api.endpoint import mask, parse_base_url, parse_key
from mimo_cli.errors import ConfigError, UsageError
from mimo_cli.terminal.console import Console
from mimo_cli.terminal.sanitize import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mimo_cli.edges import Edges
    from mimo_cli.settings import Key, Settings


def set_(edges: Edges, name: str, values: Sequence[str]) -> int:
    """Keeps a value in the file."""
    key = settings.find(name)
    file = folders.config_file(edges.environ)
    if key.secret and values:
        hint = f"Run: mimo config set {key.name}   (it asks for it, or reads stdin)"
        why = "it would stay in the shell's history and show in ps"
        raise UsageError(f"{key.name} is not given on the command line", why, hint)
    edges.signals.catch()  # or Ctrl-C at the hidden prompt would leave the terminal without echo
    value = _checked(key, values or [_asked(key, edges)], edges)
    with edges.signals.held():
        config_file.change(file, key.name, value)
    console = Console(edges.stderr)
    console.notice(f"{key.name} is set in {file}")
    if edges.environ.get(key.variable):
        console.warn(f"{key.variable} is set too, and wins over the file")
    return 0


def get(edges: Edges, name: str, *, reveal: bool) -> int:
    """Prints the value in force; an empty line if there is none."""
    key = settings.find(name)
    value = getattr(_resolved(edges), key.name)
    edges.stdout.write(one_line(_text(key, value, reveal=reveal), 100_000) + "\n")
    return 0


def unset(edges: Edges, name: str) -> int:
    """Takes a key out of the file."""
    file = folders.config_file(edges.environ)
    known = {key.name for key in settings.KEYS} | config_file.load(file).keys()
    key_name = name if name in known else settings.find(name).name
    config_file.change(file, key_name, None)
    return 0


def list_(edges: Edges, *, json: bool) -> int:
    """Prints every setting: as a table on a terminal, else with tabs, or as JSON."""
    chosen = _resolved(edges)
    rows = [
        (key.name, getattr(chosen, key.name), key, chosen.origins.get(key.name, "default"))
        for key in settings.KEYS
    ]
    if json:
        content = {
            name: {"value": _text(key, value) if key.secret else value, "source": origin}
            for name, value, key, origin in rows
        }
        edges.stdout.write(json_module.dumps(content, indent=2) + "\n")
        return 0
    texts = [(name, one_line(_text(key, value)), origin) for name, value, key, origin in rows]
    edges.stdout.write(_table(texts) if edges.stdout.is_terminal else _tabbed(texts))
    return 0


def path(edges: Edges) -> int:
    """Prints where the file is, whether it exists or not."""
    edges.stdout.write(f"{folders.config_file(edges.environ)}\n")
    return 0


def _resolved(edges: Edges) -> Settings:
    file = folders.config_file(edges.environ)
    content = config_file.load(file)
    console = Console(edges.stderr)
    for warning in filter(None, [config_file.exposed(file), *settings.unknown(content)]):
        console.warn(warning)
    return settings.resolve({}, edges.environ, content, file_name=str(file))


def _checked(key: Key, values: Sequence[str], edges: Edges) -> Any:
    value = list(values) if key.kind == "list" else " ".join(values)
    checked = settings.check(key, value, f"mimo config set {key.name}", UsageError)
    if key.name == "api_key":
        return parse_key(checked, "your input")
    if key.name == "base_url":
        return parse_base_url(checked, allow_http=_resolved(edges).allow_http)
    return checked


def _asked(key: Key, edges: Edges) -> str:
    """The value from the user, unseen if it is secret, or the first line of stdin."""
    if edges.can_ask:
        if key.secret:
            return getpass.getpass(f"{key.name} (not shown): ")
        raise UsageError(f"no value for {key.name}", key.help, f"mimo config set {key.name} VALUE")
    if edges.stdin is None or edges.stdin_is_terminal:
        raise ConfigError(f"no value for {key.name}", "there is nobody to ask, and no stdin")
    text = prompt.read_stdin(edges.stdin, prompt.TextFormat(), quiet_for=0, notice=None)
    return text.strip().partition("\n")[0] if key.secret else text.rstrip("\n")


def _text(key: Key, value: object, *, reveal: bool = False) -> str:
    if value is None or value == ():
        return ""
    if key.secret and not reveal:
        return mask(str(value))
    if isinstance(value, bool):
        return "true" if value else "false"
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def _table(rows: Sequence[tuple[str, str, str]]) -> str:
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    widths[1] = min(widths[1], 48)
    return "".join(f"{a:{widths[0]}}  {b:{widths[1]}}  {c}\n" for a, b, c in rows)


def _tabbed(rows: Sequence[tuple[str, str, str]]) -> str:
    return "".join("\t".join(row) + "\n" for row in rows)
