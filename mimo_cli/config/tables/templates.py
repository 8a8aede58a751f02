"""Kept prompts: texts with `{input}` and fields of their own. Pure.

The syntax is that of Python's `str.format`, with names alone: `{{` and `}}` are braces. A name is
an identifier as Python has them, in any script, with dashes too. Names that differ in width or form
alone (NFKC) are the same.
"""

from __future__ import annotations

from string import Formatter
from typing import TYPE_CHECKING, Any, NamedTuple

from mimo_cli.common_phrases import both
from mimo_cli.config.not_allowed import check_value
from mimo_cli.config.schema import PROMPT, NotAllowedError, read_value
from mimo_cli.config.slips import nearest
from mimo_cli.config.tables.named import find_table
from mimo_cli.errors import ConfigError, UsageError
from mimo_cli.phrases import NOTHING, Phrase
from mimo_cli.text import punctuation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from mimo_cli.config.layers import Source

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
        """Return the fields' values, from words like `language=French`.

        Raises:
            UsageError: one is missing, or is none of the prompt's.
        """
        values: dict[str, str] = {}
        for word in given:
            name, sign, value = word.partition("=")
            name = punctuation.to_plain(name)
            if not _is_name(name) and punctuation.EQUALS in word:
                what = Phrase("--set cannot be {word!r}", word=word)
                why = Phrase("its {sign} is a full-width one", sign=punctuation.EQUALS)
                raise UsageError(what, why, Phrase("It is written FIELD=VALUE."))
            if not sign:
                what = Phrase("--set cannot be {word!r}", word=word)
                raise UsageError(what, Phrase("it is written --set FIELD=VALUE"))
            if name not in self.fields:
                raise self.no_field(name)
            values[name] = value
        missing = [name for name in self.fields if name not in values]
        if missing:
            what = Phrase("prompt {prompt} needs {names}", prompt=self.name, names=both(missing))
            options = " ".join(f"--set {name}=VALUE" for name in missing)
            raise UsageError(what, NOTHING, Phrase("Give it: {options}", options=options))
        return values

    def no_field(self, name: str) -> UsageError:
        """Return the error of a value for a field that the prompt does not have."""
        what = Phrase("prompt {prompt} has no field {name!r}", prompt=self.name, name=name)
        why = Phrase("{field} is what you ask", field="{input}") if name == INPUT else NOTHING
        return UsageError(what, why, nearest(name, self.fields) or self._list_fields())

    def fill(self, values: Mapping[str, str], question: str) -> str:
        """Return the prompt to send. A question it has no place for comes after a blank line."""
        if not self.parts:
            return question
        known = {**values, INPUT: question, "": ""}
        text = "".join(literal + known[field] for literal, field in self.parts)
        return text if self.takes_input or not question else f"{text.rstrip()}\n\n{question}"

    def _list_fields(self) -> Phrase:
        if not self.fields:
            return Phrase("It has none.")
        return Phrase("It has: {names}.", names=", ".join(self.fields))


def _is_name(field: str) -> bool:
    return field[:1] != "-" and field.replace("-", "_").isidentifier()


def parse_template(name: str, text: str, place: Callable[[], Phrase]) -> Template:
    """Return the prompt of that name; `place` says in words where its text stands, if it is wrong.

    Raises:
        ConfigError: a brace is left open, or there is something else than a name in it.
    """
    hint = Phrase("A field is written {{name}}, a brace {{{{ or }}}}.")
    what = Phrase("prompt {name} is not right", name=name)
    parts: list[tuple[str, str]] = []
    try:
        for literal, field, form, conversion in Formatter().parse(text):
            if field is not None and (
                form or conversion or not _is_name(punctuation.to_plain(field))
            ):
                wrong = (
                    field + (f"!{conversion}" if conversion else "") + (f":{form}" if form else "")
                )
                why = Phrase("{field} is no field ({place})", field=f"{{{wrong}}}", place=place())
                raise ConfigError(what, why, hint)
            parts.append((literal, punctuation.to_plain(field or "")))
    except ValueError as error:
        why = Phrase("its braces do not match ({place})", place=place())
        raise ConfigError(what, why, hint) from error
    return Template(name, tuple(parts))


class KeptPrompt(NamedTuple):
    """A kept prompt as it is listed: its own text, else its system prompt; or what is wrong."""

    name: str
    content: Mapping[str, Any]
    template: Template | ConfigError

    @property
    def text(self) -> str:
        """What tells it from others."""
        return str(self.content.get(PROMPT.name, self.content.get("system", "")))


def every_template(source: Source) -> Iterator[KeptPrompt]:
    """Yield the kept prompts in the order of the file.

    Raises:
        ConfigError: they are no table.
    """
    for name in source.table("prompts"):
        content: Mapping[str, Any] = {}
        try:
            content = source.table("prompts", name)
            yield KeptPrompt(name, content, read_template(name, source))
        except ConfigError as error:
            yield KeptPrompt(name, content, error)


def read_template(name: str, source: Source) -> Template:
    """Return the kept prompt of that name. One without a text is the question alone.

    Raises:
        UsageError: there is none.
        ConfigError: its text is not right.
    """
    text = find_table(source, "prompts", name).get(PROMPT.name, "")

    def place() -> Phrase:
        return source.place(("prompts", name, PROMPT.name))

    try:
        return parse_template(name, read_value(PROMPT, text), place)
    except NotAllowedError:
        return parse_template(name, check_value(PROMPT, text, place()), place)
