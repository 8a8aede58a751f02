"""Commands about how the chat answers: /model, /system, /thinking, /set, /info."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mimo_cli.catalogue import models
from mimo_cli.chat import file_names, input_line
from mimo_cli.chat.commands import options
from mimo_cli.chat.session import ChosenSchema
from mimo_cli.config import KEYS, Settings, check_value, find_key, load_configuration, split_list
from mimo_cli.conversation import model_check, prepare
from mimo_cli.conversation.intake import piped_input
from mimo_cli.errors import UsageError
from mimo_cli.output.sanitize import one_line
from mimo_cli.phrases import NOTHING, Phrase, verbatim
from mimo_cli.screen.colors import check_code_theme
from mimo_cli.text import punctuation

if TYPE_CHECKING:
    from mimo_cli.chat.session import Chat
    from mimo_cli.config import Key

_SAMPLING = {"temperature": 1.0, "top_p": 0.95}
"""What MiMo's service takes where it is told nothing, for each model that is served."""


def model(chat: Chat, name: str) -> None:
    """Let another model answer; without a name list those of the catalogue."""
    if name:
        _change(chat, model=model_id(chat, name))
        chat.console.info(Phrase("from now on {model} answers", model=chat.settings.model))
        return
    current = chat.settings.model
    ids = [model.id for model in models.current()]
    for known in ids if current in ids else [current, *ids]:
        chat.print(verbatim(f"{'*' if known == current else ' '} {one_line(known)}"))


def model_id(chat: Chat, name: str) -> str:
    """Return the id of the model that a name stands for: short names count as everywhere.

    Raises:
        UsageError: it is more than one word.
    """
    if len(name.split()) > 1:
        what = Phrase("no model is called {name!r}", name=name)
        raise UsageError(what, Phrase("one name is wanted"))
    name = punctuation.to_plain(name)
    return load_configuration(chat.environment, {"model": name}).settings.model


def system(chat: Chat, text: str) -> None:
    """Change the system prompt, also to that of a file (`@FILE`) or to `none`; or show it.

    Raises:
        UsageError: the file is not there, or holds no text.
    """
    if not text:
        chat.print(verbatim(chat.system) if chat.system else Phrase("(none)"))
        return
    value = "" if input_line.keyword(text) == "none" else text
    resolved = chat.settings_with(system=value)
    # If it is refused, all is as it was.
    system = prepare.system_prompt(resolved, chat.environment, chat.text_format)
    chat.change(system=value)
    chat.system = system
    is_set = chat.system is not None
    chat.console.info(Phrase("the system prompt is set" if is_set else "no system prompt"))
    if quotes := punctuation.enclosing_quotes(text) or file_names.surrounding_quotes(text):
        template = "the system prompt has its quotes {quotes}: they are sent with it"
        chat.console.info(Phrase(template, quotes=quotes))


def thinking(chat: Chat, switch: str) -> None:
    """Turn thinking on or off; without a word the other way round.

    Raises:
        UsageError: it is another word.
    """
    value = input_line.keyword(switch) or ("on" if chat.settings.thinking is False else "off")
    if value not in ("on", "off"):
        what = Phrase("thinking cannot be {value!r}", value=value)
        raise UsageError(what, Phrase("it is on or off"))
    _change(chat, thinking=value == "on")
    chat.console.info(Phrase("thinking is on" if chat.settings.thinking else "thinking is off"))


def set_option(chat: Chat, argument: str) -> None:
    """Change a setting, or the schema, to a value or to its `default`; or show it, or all.

    `none` is the default too, of what has none of its own: text, numbers, the stop sequences.

    Raises:
        UsageError: the setting cannot be changed here, or not to that value.
    """
    name, value = (*argument.split(maxsplit=1), "", "")[:2]
    if not name:
        for known in options.NAMES:
            chat.print(_shown(chat, known))
        return
    typed, name = name, options.fold(name)
    if name not in options.NAMES:
        what = Phrase("/set cannot change {name!r}", name=typed)
        why = Phrase("it takes {names}", names=", ".join(options.NAMES))
        raise UsageError(what, why, _where_changed(typed))
    if not value.strip():
        chat.print(_shown(chat, name))
        return
    if name == options.SCHEMA:
        _set_schema(chat, value.strip())
        return
    new = _read_value(find_key(name), value.strip())
    if name == "code_theme":
        check_code_theme(new, "/set")
    _change(chat, **{name: new})


def _where_changed(typed: str) -> Phrase:
    """Return a hint at what changes what `/set` does not, or at what was meant; nothing if none."""
    name, meant = options.fold(typed), options.meant(typed)
    if name in options.OF_COMMANDS:
        return Phrase("/{name} changes it.", name=name)
    if meant:
        command = f"/{meant}" if meant in options.OF_COMMANDS else f"/set {meant} VALUE"
        return Phrase("Did you mean {command}?", command=command)
    key = next((key for key in KEYS if key.name == name), None)
    if key is None:
        return NOTHING
    if key.secret:  # its value is asked for
        return Phrase("For chats to come: mimo config set {name}", name=name)
    return Phrase("For chats to come: mimo config set {name} VALUE", name=name)


def _read_value(key: Key, value: str) -> Any:
    """Return the value that a setting gets by what was typed.

    Raises:
        UsageError: it cannot have that one.
    """
    has_none = key.kind in ("flag", "choice")  # where the word would be wrong
    if input_line.keyword(value) in ("default", *(() if has_none else ("none",))):
        return getattr(Settings(), key.field)
    place = Phrase("/set")
    texts = split_list(key, value, place) if key.kind == "list" else value
    try:
        return check_value(key, texts, place, UsageError)
    except UsageError as error:
        template = "Back to what it is without you: /set {name} default"
        error.hint = Phrase(template, name=key.name)
        raise


def _set_schema(chat: Chat, what: str) -> None:
    """Let answers fit a schema from now on, or with `none` or `default` be what they are.

    Raises:
        UsageError: it is not right. The one before stays.
    """
    if input_line.keyword(what) in ("none", "default", "off", "no", "null"):
        chat.schema = None
        return
    if piped_input.named_by(what) in piped_input.STDIN:
        why = Phrase("stdin is what the chat itself reads")
        raise UsageError(Phrase("cannot read {file}", file=what), why, Phrase("Name a file."))
    from mimo_cli.conversation import structured_answer  # few chats want one

    wanted = structured_answer.wanted(what, chat.environment, chat.console)
    chat.schema = ChosenSchema(what, wanted)


def info(chat: Chat, _: str) -> None:
    """Show what this chat is set to."""
    talk = chat.conversation
    is_thinking = chat.settings.thinking is not False
    none = Phrase("none")
    chat.print_table(
        [
            (Phrase("model"), verbatim(chat.settings.model)),
            (Phrase("server"), verbatim(chat.endpoint.base_url)),
            (Phrase("thinking"), Phrase("on" if is_thinking else "off")),
            (Phrase("conversation"), _where_kept(chat)),
            (Phrase("title"), verbatim(talk.title) if talk.title else Phrase("(none yet)")),
            (Phrase("turns"), verbatim(f"{len(talk.turns)}")),
            (Phrase("files waiting"), chat.waiting_files),
            (Phrase("system prompt"), verbatim(chat.system) if chat.system else none),
            (Phrase("schema"), verbatim(one_line(chat.schema.typed)) if chat.schema else none),
        ]
    )


def _where_kept(chat: Chat) -> Phrase:
    if not chat.recorder.history:
        return Phrase("not kept")
    id_ = chat.conversation.id
    return verbatim(id_) if id_ else Phrase("not kept yet")


def _change(chat: Chat, **values: object) -> None:
    """Change settings, and warn of what is odd about them that was not before."""
    known = set(model_check.warnings(chat.settings, chat.environment))
    chat.change(**values)
    for warning in model_check.warnings(chat.settings, chat.environment):
        if warning not in known:
            chat.console.warn(warning)


def _shown(chat: Chat, name: str) -> Phrase:
    """Return a setting with its value, as the user would write it; where it has none what holds."""
    value = (
        getattr(chat.settings, name)
        if name != options.SCHEMA
        else chat.schema and chat.schema.typed
    )
    text = _in_force(chat, name) if value in (None, (), "") else _value(value)
    return Phrase("{name} = {value}", name=name, value=text)


def _in_force(chat: Chat, name: str) -> str:
    """Return what holds where a setting has no value: the model's, the server's, this program's."""
    known = models.find(chat.settings.model)
    of_server = Phrase("(the server's own)")
    match name:
        case "max_tokens":
            sent = prepare.longest_answer(chat.settings) or (known and known.default_output)
            return f"{sent}" if sent else of_server
        case "temperature" | "top_p":
            is_known = known is not None and model_check.is_at_mimo(chat.settings)
            return f"{_SAMPLING[name]:.10g}" if is_known else of_server
        case "timeout":
            total = prepare.limits(chat.settings, chat.environment).total
            return Phrase("(none)") if total is None else f"{total:g}"
        case "show_thinking":
            return Phrase("(while it lasts)") if chat.is_on_screen else "false"
        case "code_theme":
            return Phrase("(the theme's own)")
        case _:
            return Phrase("(none)")


def _value(value: object) -> str:
    """Return the value of a setting, on one line."""
    match value:
        case bool():
            return "true" if value else "false"
        case tuple():
            return one_line(", ".join(map(str, value)))
        case _:
            return one_line(str(value))
