"""Texts for a person, as values: an English template, and what is put into it. Pure.

A text is written where it arises, where it is clearest, and rendered where it is shown, by what
speaks to the person: `Console`, and the printers of lists. Code that has to tell texts apart looks
at types and fields, never at the words.

What a model is sent and what scripts read stays English: there `str(phrase)` is enough.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Self

Translations = Mapping[str, str]
"""From English templates to those of another language, with the same names in braces."""

ENGLISH: Translations = {}
"""What the templates are written in."""


class Phrase(str):
    """A text for a person. As a `str` it is the English one.

    `template` is a literal with names in braces, as `str.format` takes them, `values` what they
    stand for. A value that is a phrase is rendered in the same language; any other is data, the
    same in all of them.

    Cutting, joining or formatting a phrase gives a plain `str`, which errors, the console and
    questions do not accept: put phrases into other phrases instead. What is put into one as a value
    (the name of a file, say, and so `Output.name`) is any `str`; where it is a phrase it is
    translated, too.
    """

    __slots__ = ("template", "values")
    template: str
    values: Mapping[str, Any]

    def __new__(cls, template: str, /, **values: Any) -> Self:
        """Put the values into the template; braces are doubled where there are none either."""
        phrase = super().__new__(cls, template.format_map(values))
        phrase.template = template
        phrase.values = values
        return phrase

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, Any]]:
        """Let copies be made from the template, too."""
        return (self.template,), dict(self.values)

    def rendered(self, translations: Translations) -> str:
        """Return the text in a language; what has no translation, or a broken one, is English."""
        if not translations:
            return str(self)
        values = {
            name: value.rendered(translations) if isinstance(value, Phrase) else value
            for name, value in self.values.items()
        }
        try:
            return translations.get(self.template, self.template).format_map(values)
        except (LookupError, ValueError, AttributeError, TypeError):  # other names, a brace alone
            return self.template.format_map(values)

    def with_values(self, change: Callable[[str], str]) -> "Phrase":
        """Return the phrase with the text of every value changed: a secret taken out, say."""
        return Phrase(
            self.template, **{name: _changed(it, change) for name, it in self.values.items()}
        )


def _changed(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, Phrase):
        return value.with_values(change)
    text = str(value)  # a path, an error, a number
    changed = change(text)
    return value if changed == text else _Changed(changed)


class _Changed(str):
    """What stands for a value that was changed: as it is, also where a number has a format."""

    __slots__ = ()

    def __format__(self, _form: str, /) -> str:
        return str(self)


class CommandLine(str):
    """A command line within a phrase, to be copied: it is not broken over rows."""

    __slots__ = ()


def commands(phrase: Phrase) -> Iterator[CommandLine]:
    """Yield the command lines that are put into a phrase."""
    for value in phrase.values.values():
        if isinstance(value, CommandLine):
            yield value
        elif isinstance(value, Phrase):
            yield from commands(value)


NOTHING = Phrase("")
"""Where there is nothing to say."""


def verbatim(text: str) -> Phrase:
    """Return words that are not ours as a phrase: a server's, the system's, a name."""
    return Phrase("{text}", text=text)


def counted(count: int, one: str, many: str, /, **values: Any) -> Phrase:
    """Return the phrase for a number of things: `one` for 1, `many` with `{count}` for others."""
    return Phrase(one if count == 1 else many, count=count, **values)


def reason(error: Exception) -> Phrase:
    """Return why something failed: what the system says of it, or the phrase it was raised with."""
    said = getattr(error, "strerror", None) or (error.args[0] if error.args else "")
    return said if isinstance(said, Phrase) else verbatim(str(said or error).lower())


def rendered(text: str, translations: Translations) -> str:
    """Return a text that may be a phrase in a language: a cell of a list, say."""
    return text.rendered(translations) if isinstance(text, Phrase) else text
