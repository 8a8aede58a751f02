"""The chat's commands. To add one: a function here, and a row in `COMMANDS`.

Help, completion and the README's table are made from that row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from mimo_cli.catalogue import models, pricing, token_estimate
from mimo_cli.chat import attaching, conversation_list, input_line, manual, saving, status
from mimo_cli.config import load, schema
from mimo_cli.conversation import model_check, prepare, transcript
from mimo_cli.conversation.turns import Conversation
from mimo_cli.errors import UsageError
from mimo_cli.input import editor
from mimo_cli.output import columns
from mimo_cli.output.sanitize import one_line, sanitize
from mimo_cli.screen import clipboard
from mimo_cli.screen.theme import check_code_theme
from mimo_cli.text import punctuation

if TYPE_CHECKING:
    from collections.abc import Callable

    from mimo_cli.chat.session import Chat
    from mimo_cli.conversation.turns import Turn

Completion = Literal["", "model", "conversation", "file", "setting", "switch"]

CHANGEABLE = (
    *("temperature", "top_p", "max_tokens", "stop", "usage", "show_thinking", "live"),
    *("theme", "code_theme", "color", "timeout", "retries", "confirm_above_tokens"),
)
"""What `/set` may change; the rest is the connection's, or has a command of its own."""


_NAMED = 10  # files that are told by name
_LISTED = 10


class Command(NamedTuple):
    """What a command takes, what it does, and what Tab offers after it."""

    argument: str
    help: str
    run: Callable[[Chat, str], None]
    completes: Completion = ""


def _help(chat: Chat, _: str) -> None:
    rows = [(f"/{name} {it.argument}".rstrip(), it.help) for name, it in COMMANDS.items()]
    _say(chat, manual.text(rows, chat.columns))


def _new(chat: Chat, _: str) -> None:
    chat.go_on_with(Conversation())
    chat.console.info("a new conversation")


def _model(chat: Chat, name: str) -> None:
    if name:
        _change(chat, model=_model_id(chat, name))
        chat.console.info(f"from now on {chat.settings.model} answers")
        return
    current = chat.settings.model
    ids = [model.id for model in models.current()]
    for known in ids if current in ids else [current, *ids]:
        _say(chat, f"{'*' if known == current else ' '} {one_line(known)}\n")


def _system(chat: Chat, text: str) -> None:
    if not text:
        _say(chat, f"{sanitize(chat.system or '(none)')}\n")
        return
    value = "" if _word(text) == "none" else text
    chosen = chat.changed(system=value)
    system = prepare.system_prompt(chosen, chat.environment, chat.form)  # refused: all is as it was
    chat.change(system=value)
    chat.system = system
    chat.console.info("no system prompt" if chat.system is None else "the system prompt is set")
    if quotes := punctuation.around(text) or saving.shell_quotes(text):
        chat.console.info(f"the system prompt has its quotes {quotes}: they are sent with it")


def _thinking(chat: Chat, switch: str) -> None:
    value = _word(switch) or ("on" if chat.settings.thinking is False else "off")
    if value not in ("on", "off"):
        raise UsageError(f"thinking cannot be {value!r}", "it is on or off")
    _change(chat, thinking=value == "on")
    chat.console.info(f"thinking is {'on' if chat.settings.thinking else 'off'}")


def _set(chat: Chat, argument: str) -> None:
    name, value = (*argument.split(maxsplit=1), "", "")[:2]
    if not name:
        for known in CHANGEABLE:
            _say(chat, f"{known} = {_shown(getattr(chat.settings, known))}\n")
        return
    name = _word(name).replace("-", "_")
    if name not in CHANGEABLE:
        raise UsageError(f"/set cannot change {name!r}", "it takes " + ", ".join(CHANGEABLE))
    if not value.strip():
        _say(chat, f"{name} = {_shown(getattr(chat.settings, name))}\n")
        return
    is_default = _word(value) == "default"
    default = getattr(schema.Settings(), name)
    key = schema.find(name)
    new = default if is_default else schema.check(key, value.strip(), "/set", UsageError)
    if name == "code_theme":
        check_code_theme(new, "/set")
    _change(chat, **{name: new})


def _change(chat: Chat, **values: object) -> None:
    """Changes settings, and warns of what is odd about them that was not before."""
    known = set(model_check.warnings(chat.settings, chat.environment))
    chat.change(**values)
    for warning in model_check.warnings(chat.settings, chat.environment):
        if warning not in known:
            from mimo_cli.chat.chat_terms import in_chat_terms  # most changes are harmless

            chat.console.warn(in_chat_terms(warning))


def _file(chat: Chat, argument: str) -> None:
    names = attaching.names(argument)
    if not names:
        waiting = ", ".join(name for name, _ in chat.files) or "none"
        chat.console.info(f"files that go with the next message: {waiting}")
        return
    if [*map(_word, names)] == ["none"]:
        chat.files = []
        chat.console.info("no file goes with the next message")
        return
    added, left_out = attaching.take(names, chat.form)
    names = [name for name, _ in added]
    chat.files = [it for it in chat.files if it[0] not in names] + added
    size = sum(token_estimate.tokens(text) for _, text in added)
    chat.console.info(f"with the next message: {_some(names)} (about {size:,} tokens)")
    if left_out:
        why = "no text, or what looks like a key; a file's own name adds it"
        chat.console.info(f"left out: {_some(left_out)} ({why})")


def _some(names: list[str]) -> str:
    """Return names in words, of many the first."""
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more:,} more" if more > 0 else "")


def _retry(chat: Chat, model: str) -> None:
    _last(chat)
    chat.ask_again(_model_id(chat, model) if model else None)


def _undo(chat: Chat, _: str) -> None:
    last = _last(chat)
    chat.recorder.drop_last()
    chat.draft = input_line.typed(chat.written(last))
    chat.console.info("the last question and its answer are taken back")


def _edit(chat: Chat, _: str) -> None:
    before = chat.written(_last(chat))
    text = editor.write(before, chat.environment, chat.settings.editor).strip()
    if not text or text == before.strip():
        chat.console.info("nothing was changed, and nothing is asked")
        return
    chat.say(text, replacing=True)


def _continue(chat: Chat, _: str) -> None:
    last = _last(chat)
    if last.is_whole:
        raise input_line.UntimelyError(
            "the last answer is whole", hint="/retry asks for another one."
        )
    if not last.is_answered:
        raise input_line.UntimelyError(
            "the last question has no answer to continue", hint="/retry asks it again."
        )
    chat.go_on()


def _copy(chat: Chat, argument: str) -> None:
    text = sanitize(saving.answer(chat.conversation, argument))
    environment = chat.environment
    screen = environment.stdout if environment.stdout.is_terminal else environment.stderr
    copied = clipboard.copy(text, screen, environment.environ)
    chat.console.info(copied.told(len(text)))


def _save(chat: Chat, argument: str) -> None:
    words, force = saving.forced(saving.names(argument), "/save")
    number = words.pop(0) if len(words) > 1 and words[0].isdecimal() else ""
    if len(words) != 1 or words[0].isdecimal():
        raise UsageError("/save wants a file", hint="/save answer.md, or /save 2 script.py")
    text = saving.answer(chat.conversation, number)
    saving.write(words[0], text, replace=saving.may_replace(words[0], chat.confirm, force=force))
    chat.console.info(f"saved in {words[0]}")


def _history(chat: Chat, _: str) -> None:
    _last(chat)
    transcript.show(chat.conversation.turns, chat.showing)


def _resume(chat: Chat, reference: str) -> None:
    history = chat.history()
    if not reference:
        now = chat.environment.clock.now()
        rows = [(it.id, *conversation_list.facts(it, now)) for it in history.listing(_LISTED)]
        if rows:
            _say(chat, columns.table(rows, chat.columns, flexible=len(rows[0]) - 1))
        return
    found = history.load(history.find(reference))
    chat.go_on_with(found)
    chat.console.info(f"going on with {found.id}: {found.title} (/history shows it all)")
    transcript.show(found.turns[-1:], chat.showing)


def _title(chat: Chat, title: str) -> None:
    if not title:
        _say(chat, f"{one_line(chat.conversation.title or '(none yet)')}\n")
        return
    chat.recorder.rename(" ".join(title.split()))


def _export(chat: Chat, argument: str) -> None:
    from mimo_cli.conversation import export

    words, force = saving.forced(saving.names(argument), "/export")
    if len(words) != 1 or not words[0].endswith((".md", ".json")):
        raise UsageError("/export wants a file", hint="/export talk.md, or talk.json")
    _last(chat)
    talk = chat.conversation
    is_json = words[0].endswith(".json")
    text = export.line(export.as_json(talk)) if is_json else export.markdown(talk)
    replace = saving.may_replace(words[0], chat.confirm, force=force)
    saving.write(words[0], text, mode=0o600, replace=replace)
    chat.console.info(f"exported to {words[0]}")


def _usage(chat: Chat, _: str) -> None:
    taken = token_estimate.context(chat.settings.model, chat.conversation.turns)
    new = sum(usage.uncached_input_tokens or 0 for usage in chat.used)
    cached = sum(usage.cache_read_input_tokens or 0 for usage in chat.used)
    got = sum(usage.output_tokens or 0 for usage in chat.used)
    _say(chat, f"context  {status.context_text(taken)}\n")
    _say(chat, f"input    {new:,} tokens\n")
    _say(chat, f"cached   {cached:,} tokens\n")
    _say(chat, f"output   {got:,} tokens\n")
    _say(chat, f"cost     {pricing.texts(chat.spent) or 'not known'}\n")


def _info(chat: Chat, _: str) -> None:
    it = chat.conversation
    kept = it.id or "not kept yet" if chat.recorder.history else "not kept"
    rows = {
        "model": chat.settings.model,
        "server": chat.endpoint.base_url,
        "thinking": "off" if chat.settings.thinking is False else "on",
        "conversation": kept,
        "title": it.title or "(none yet)",
        "turns": str(len(it.turns)),
        "files waiting": ", ".join(name for name, _ in chat.files) or "none",
        "system prompt": chat.system or "none",
    }
    _say(chat, "".join(f"{name:14} {one_line(value)}\n" for name, value in rows.items()))


def _exit(chat: Chat, _: str) -> None:
    chat.over = True


COMMANDS: dict[str, Command] = {
    "help": Command("", "list the commands and the keys", _help),
    "new": Command("", "begin a new conversation", _new),
    "clear": Command("", "begin a new conversation, as /new does", _new),
    "model": Command("[ID]", "let another model answer; alone: list them", _model, "model"),
    "system": Command("[TEXT|@FILE|none]", "show or change the system prompt", _system),
    "thinking": Command("[on|off]", "let the model think before it answers", _thinking, "switch"),
    "set": Command("[OPTION [VALUE]]", "show or change an option for this chat", _set, "setting"),
    "file": Command(
        "PATH...|none", "add text files (*, **, ?, […] too) to what comes next", _file, "file"
    ),
    "retry": Command("[MODEL]", "ask the last question again", _retry, "model"),
    "undo": Command("", "take the last question and its answer back", _undo),
    "edit": Command("", "edit the last question, then ask again", _edit),
    "continue": Command("", "let a cut answer go on", _continue),
    "copy": Command("[N]", "copy the answer, or its Nth code block", _copy),
    "save": Command("[-f] [N] FILE", "write the answer, or its Nth code block", _save, "file"),
    "history": Command("", "show the whole conversation", _history),
    "resume": Command("[ID]", "go on with an earlier conversation", _resume, "conversation"),
    "title": Command("[TEXT]", "show or change the conversation's title", _title),
    "export": Command("[-f] FILE", "write the conversation (.md or .json)", _export, "file"),
    "usage": Command("", "show tokens and cost", _usage),
    "info": Command("", "show what this chat is set to", _info),
    "exit": Command("", "leave (Ctrl-D does too)", _exit),
    "quit": Command("", "leave, as /exit does", _exit),
}


def _word(argument: str) -> str:
    """Return a word that has to be one of some as they are written."""
    return punctuation.plain(argument.strip()).lower()


def _model_id(chat: Chat, name: str) -> str:
    """The model that a name stands for: short names count as everywhere."""
    if len(name.split()) > 1:
        raise UsageError(f"no model is called {name!r}", "one name is wanted")
    name = punctuation.plain(name)
    return load.load(chat.environment, {"model": name}).settings.model


def _last(chat: Chat) -> Turn:
    if not chat.conversation.turns:
        raise input_line.UntimelyError("nothing was asked yet")
    return chat.conversation.turns[-1]


def _shown(value: object) -> str:
    match value:
        case None | () | "":
            return "(default)"
        case bool():
            return "true" if value else "false"
        case tuple():
            return one_line(", ".join(map(str, value)))
        case _:
            return one_line(str(value))


def _say(chat: Chat, text: str) -> None:
    """What a command answers: stdout is for the model's words."""
    chat.console.write(text)
