"""Kept prompts: texts with `{input}` and fields of their own. Pure.

The syntax is that of Python's `str.format`, with names alone: `{{` and `}}` are braces. A name is
an identifier as Python has them, in any script, with dashes too. Names that differ in width or form
alone (NFKC) are the same.
"""

from __future__ import annotations

from string import Formatter
from typing import TYPE_CHECKING, NamedTuple

from mimo_cli.config.schema import nearest
from mimo_cli.errors import ConfigError, UsageError
from mimo_cli.text import punctuation

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

INPUT = "input"


class Template(NamedTuple):
    """A prompt, taken apart: pieces of text, each with the field that follows it (or none)."""

    name: str
    parts: tuple[tuple[str, str], ...]

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that have to be given, each once."""
        return tuple(dict.fromkeys(field for _, field in self.parts if field not in ("", INPUT)))

    @property
    def takes_input(self) -> bool:
        """Whether it says where the question goes. One without any text is the question."""
        return not self.parts or any(field == INPUT for _, field in self.parts)

    def values(self, given: Sequence[str]) -> dict[str, str]:
        """The fields' values, from words like `language=French`.

        Raises:
            UsageError: one is missing, or is none of the prompt's.
        """
        values: dict[str, str] = {}
        for word in given:
            name, sign, value = word.partition("=")
            name = punctuation.to_plain(name)
            if not _is_name(name) and punctuation.EQUALS in word:
                why = f"its {punctuation.EQUALS} is a full-width one"
                raise UsageError(f"--set cannot be {word!r}", why, "It is written FIELD=VALUE.")
            if not sign:
                raise UsageError(f"--set cannot be {word!r}", "it is written --set FIELD=VALUE")
            if name not in self.fields:
                why = f"{{{INPUT}}} is what you ask" if name == INPUT else ""
                what = f"prompt {self.name} has no field {name!r}"
                raise UsageError(what, why, nearest(name, self.fields) or self._listed())
            values[name] = value
        missing = [name for name in self.fields if name not in values]
        if missing:
            hint = "Give it: " + " ".join(f"--set {name}=VALUE" for name in missing)
            raise UsageError(f"prompt {self.name} needs {' and '.join(missing)}", "", hint)
        return values

    def fill(self, values: Mapping[str, str], question: str) -> str:
        """The prompt to send. A question it has no place for comes after a blank line."""
        if not self.parts:
            return question
        known = {**values, INPUT: question, "": ""}
        text = "".join(literal + known[field] for literal, field in self.parts)
        return text if self.takes_input or not question else f"{text.rstrip()}\n\n{question}"

    def _listed(self) -> str:
        return f"It has: {', '.join(self.fields)}." if self.fields else "It has none."


def _is_name(field: str) -> bool:
    return field[:1] != "-" and field.replace("-", "_").isidentifier()


def parse(name: str, text: str, origin: Callable[[], str]) -> Template:
    """The prompt of that name; `origin` says in words where its text stands, should it be wrong.

    Raises:
        ConfigError: a brace is left open, or there is something else than a name in it.
    """
    hint = "A field is written {name}, a brace {{ or }}."
    what = f"prompt {name} is not right"
    parts: list[tuple[str, str]] = []
    try:
        for literal, field, form, conversion in Formatter().parse(text):
            if field is not None and (
                form or conversion or not _is_name(punctuation.to_plain(field))
            ):
                wrong = (
                    field + (f"!{conversion}" if conversion else "") + (f":{form}" if form else "")
                )
                raise ConfigError(what, f"{{{wrong}}} is no field ({origin()})", hint)
            parts.append((literal, punctuation.to_plain(field or "")))
    except ValueError as error:
        raise ConfigError(what, f"{error} ({origin()})", hint) from error
    return Template(name, tuple(parts))
