"""The form of a command's help page: options by heading and by use, commands, examples."""

from __future__ import annotations

import copy
import inspect
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mimo_cli.phrases import Translations

HEADINGS = (
    *("Arguments", "Input", "Model", "Conversation", "Output", "Tools", "Server", "Faults"),
    "Options",
)
"""What options are grouped under, in the order of the help."""

_MOST_USED = (
    *("file", "edit", "prompt", "fields", "no_stdin"),
    *("model", "system", "thinking", "max_tokens"),
    *("answer", "extract", "output", "copy", "json", "jsonl", "schema", "repairs"),
    *("usage", "quiet", "show_thinking", "raw", "render", "no_stream"),
    *("profile", "dry_run", "timeout"),
)
"""Options that come first under their headings, by the names of their fields."""


def by_use(params: Iterable[Any]) -> list[Any]:
    """Return arguments and options with those first that are used most."""
    ranks = {name: rank for rank, name in enumerate(_MOST_USED)}
    return sorted(params, key=lambda param: ranks.get(param.name, len(ranks)))


def translated(command: Any, translations: Translations) -> Any:
    """Return a command, or a copy that has its texts in the reader's language."""
    if not translations:
        return command
    shown = copy.copy(command)
    shown.translations = translations
    shown.help = in_words(shown, command.help)
    shown.params = [_in_language(shown, param) for param in command.params]
    return shown


def in_words(command: Any, text: str | None) -> str:
    """Return a text of a command's page in the reader's language."""
    plain = inspect.cleandoc(text or "")
    return str(command.translations.get(plain, plain))


def _in_language(command: Any, part: Any) -> Any:
    """Return a copy of an option or a command with its help in the reader's language."""
    shown = copy.copy(part)
    shown.help = in_words(command, getattr(part, "help", None)) or None
    return shown


def write_options(command: Any, ctx: Any, formatter: Any) -> None:
    """Write the options under the headings of their `rich_help_panel`."""
    sections: dict[str, list[tuple[str, str]]] = {heading: [] for heading in HEADINGS}
    for param in by_use(command.get_params(ctx)):
        record = param.get_help_record(ctx)
        if record is not None:
            kind = "Arguments" if param.param_type_name == "argument" else "Options"
            heading = getattr(param, "rich_help_panel", None) or kind
            sections.setdefault(heading, []).append(record)
    for heading, records in sections.items():
        if records:
            with formatter.section(in_words(command, heading)):
                formatter.write_dl(records, col_max=34)


def write_commands(group: Any, formatter: Any) -> None:
    """Write the commands of a group without building them."""
    rows = [
        (name, _in_language(group, command).get_short_help_str(70))
        for name, command in group.commands.items()
    ]
    with formatter.section(in_words(group, "Commands")):
        formatter.write_dl(rows)


def write_examples(command: Any, formatter: Any) -> None:
    """Write the examples. The backspace tells the help printer to keep the lines."""
    if command.epilog:
        lines = (f"  {line}" for line in command.epilog.splitlines())
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text("\n".join(["\b", in_words(command, "Examples:"), *lines]))
