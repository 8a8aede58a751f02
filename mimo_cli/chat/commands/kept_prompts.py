"""The command /prompt: messages made of kept prompts, as `mimo ask --prompt` makes them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from mimo_cli.chat import sending
from mimo_cli.common_phrases import both, listed
from mimo_cli.config import every_template, load_configuration, paths, read_source
from mimo_cli.conversation import model_check, prepare
from mimo_cli.errors import MimoError, UsageError
from mimo_cli.output.columns import Column
from mimo_cli.output.sanitize import one_line
from mimo_cli.phrases import Phrase, verbatim
from mimo_cli.text import punctuation

if TYPE_CHECKING:
    from mimo_cli.chat.session import Chat
    from mimo_cli.config import Resolved, Source, Template

_QUOTED = rf""""[^"]*"|'[^']*'|{punctuation.QUOTED}"""
_VALUE = rf"""({_QUOTED}|[^\s"']\S*|)(?=\s|\Z)"""
_EQUALS = f"={punctuation.EQUALS}"
_NAME = re.compile(rf"{_VALUE}\s*")
_FIELD = re.compile(rf"([^\s{_EQUALS}]+)[{_EQUALS}]{_VALUE}\s*")
_QUOTED_FIELD = re.compile(rf"({_QUOTED})(?=\s|\Z)\s*")
_INNER_FIELD = re.compile(rf"([^\s{_EQUALS}]+)[{_EQUALS}](.*)", re.DOTALL)
_FIRST_WORDS = 60  # characters of a prompt
_COLUMNS = (
    Column(narrow="wrap", least=12),
    Column(narrow="wrap", least=8, leaves=2),
    Column(narrow="wrap", least=24, leaves=1),
)


class Words(NamedTuple):
    """What stands behind a prompt's name: values of its fields, and the question."""

    values: dict[str, str]
    question: str


def ask_by(chat: Chat, argument: str) -> None:
    """Send a message made by a kept prompt, whose settings hold from then on; or list all.

    They hold for this conversation, as a model and a system prompt do: another one has those of
    before.

    Raises:
        UsageError: there is no such prompt, or it wants other fields, or a question.
        ConfigError: it is not right.
    """
    name, rest = split_name(argument)
    if not name:
        _list(chat)
        return
    wanted = {"prompt": name, "profile": chat.settings.profile or None}
    loaded = load_configuration(chat.environment, wanted).resolved
    template = loaded.template
    if template is None:  # it would have been refused
        return
    words = read_words(template, rest)
    is_asked = bool(words.question or template.parts or chat.files)
    if template.takes_input and is_asked and not words.question and not chat.files:
        raise UsageError(
            Phrase("prompt {prompt} wants a question", prompt=name),
            hint=Phrase("Write it behind: {command}", command=f"/prompt {argument.strip()} …"),
        )
    _adopt(chat, name, loaded)
    if is_asked:
        sending.send_message(
            chat,
            words.question,
            fill=sending.Filling(
                lambda text: template.fill(words.values, text),
                f"/prompt {argument}",
                takes_input=template.takes_input,
            ),
        )


def split_name(argument: str) -> tuple[str, str]:
    """Return the prompt's name, which quotes may hold together, and what stands behind it."""
    match = _NAME.match(argument)
    if match is None:  # a quote lacks its other
        return argument, ""
    return _bare(match[1]), argument[match.end() :]


def split_typed(argument: str) -> tuple[str, str | None]:
    """Return the prompt's name and what stands behind it; None while the name is being typed."""
    match = _NAME.match(argument)
    if match is None or match.end() == match.end(1):
        return argument.lstrip("'\""), None
    return _bare(match[1]), argument[match.end() :]


def quote(name: str) -> str:
    """Return a prompt's name as it has to be typed."""
    is_plain = name.split() == [name] and name[0] not in "'\""
    is_plain = is_plain and punctuation.opening_quotes(name) is None
    return name if is_plain else f"'{name}'" if '"' in name else f'"{name}"'


def read_words(template: Template, words: str) -> Words:
    """Return the fields that come first, such as `language=French`, and the question behind them.

    A value with spaces is in quotes, or the field with it. Of a field that is given twice the last
    value counts, as with `ask --set`.

    Raises:
        UsageError: a field is missing, or there is none of a name that stands in the same line.
    """
    values: dict[str, str] = {}
    rest = words
    while found := _next_field(rest):
        if found.name not in template.fields:
            if template.fields and found.is_meant and "\n" not in words[: -len(rest)]:
                raise template.no_field(found.name)
            break
        values[found.name] = found.value
        rest = rest[found.length :]
    missing = [field for field in template.fields if field not in values]
    if missing:
        what = Phrase("prompt {prompt} needs {names}", prompt=template.name, names=both(missing))
        given = " ".join(f"{field}=VALUE" for field in missing)
        template_of_hint = "Give it behind the name: /prompt {prompt} {fields}"
        hint = Phrase(template_of_hint, prompt=template.name, fields=given)
        raise UsageError(what, hint=hint)
    return Words(values, rest)


class _Given(NamedTuple):
    """What has the form of a field with its value, and how much of the text it takes.

    `is_meant`: nothing but a field looks so. A comparison (`a==b`) does not, nor what is quoted.
    """

    name: str
    value: str
    length: int
    is_meant: bool


def _next_field(text: str) -> _Given | None:
    """Return the field that a text begins with, `language=French` or `"language=Old French"`."""
    if quoted := _QUOTED_FIELD.match(text):
        inner = _INNER_FIELD.fullmatch(_bare(quoted[1]))
        if inner is None:
            return None
        return _Given(punctuation.to_plain(inner[1]), inner[2], quoted.end(), is_meant=False)
    match = _FIELD.match(text)
    if match is None:
        return None
    name = punctuation.to_plain(match[1])
    is_meant = name.replace("-", "_").isidentifier() and match[2][:1] not in tuple(_EQUALS)
    return _Given(name, _bare(match[2]), match.end(), is_meant)


def _bare(word: str) -> str:
    is_quoted = word[:1] in ("'", '"') or punctuation.enclosing_quotes(word)
    return word[1:-1] if is_quoted else word


def _adopt(chat: Chat, name: str, loaded: Resolved) -> None:
    """Let what a prompt says of model, system prompt and the like hold for this conversation.

    Raises:
        UsageError: its system prompt cannot be read. All is as it was.
    """
    settings, known = loaded.settings, chat.settings
    fields = [field for field, origin in loaded.origins.items() if origin.kind == "prompt"]
    values = {field: getattr(settings, field) for field in fields}
    resolved = chat.resolved
    for field in fields:
        resolved = resolved.but(loaded.origin(field), **{field: values[field]})
    system = chat.system
    if "system" in values:
        system = prepare.system_prompt(resolved, chat.environment, chat.text_format)
    before = {*model_check.warnings(known, chat.environment)}
    changes = [it for it in fields if values[it] != getattr(known, it)]
    chat.adopt(resolved, system)
    if changes:
        template = "prompt {prompt} sets, until another conversation: {names}"
        chat.console.info(Phrase(template, prompt=name, names=listed(changes)))
    for warning in model_check.warnings(chat.settings, chat.environment):
        if warning not in before:
            chat.console.warn(warning)


def read_prompts(chat: Chat) -> Source:
    """Return the user's file, which has the kept prompts.

    Raises:
        ConfigError: it cannot be read.
    """
    return read_source(paths.config_file(chat.environment.environ))


def _list(chat: Chat) -> None:
    rows, wrong = [], list[MimoError]()
    hide = chat.console.without_keys  # before one is cut in two
    for it in every_template(read_prompts(chat)):
        if isinstance(it.template, MimoError):
            wrong.append(it.template)
        else:
            fields = " ".join(f"{field}=" for field in it.template.fields)
            cells = (one_line(it.name), fields, one_line(hide(it.text), _FIRST_WORDS))
            rows.append(tuple(map(verbatim, cells)))
    if rows:
        chat.print_table(rows, _COLUMNS)
    for error in wrong:
        chat.console.warn(error.message)
    if not rows and not wrong:
        told = Phrase("no prompts are kept yet: mimo config set prompts.NAME.prompt TEXT")
        chat.console.info(told)
