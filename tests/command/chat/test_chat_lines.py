"""`mimo chat` without a terminal, and the parts of it that are pure."""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from support.harness import Result, environ_for, hint_of, mimo

from mimo_cli.api.keys import mask_all
from mimo_cli.api.protocol.messages import Reply, Text, Usage
from mimo_cli.api.timing import Clock
from mimo_cli.attachments.attachment import TextFile
from mimo_cli.catalogue import pricing as money
from mimo_cli.catalogue import token_estimate
from mimo_cli.catalogue.models import DEFAULT_MODEL, current
from mimo_cli.catalogue.pricing import Money
from mimo_cli.chat import command_completion, file_names, input_line, loop, manual, status
from mimo_cli.chat.cancellation import Cancellation
from mimo_cli.chat.commands.registry import COMMANDS
from mimo_cli.chat.start import start_chat
from mimo_cli.config.schema import Settings
from mimo_cli.conversation import prepare
from mimo_cli.conversation.turns import Conversation, Turn, title_of
from mimo_cli.environment import Environment
from mimo_cli.errors import UsageError
from mimo_cli.history.store import History
from mimo_cli.options.chat import ChatOptions
from mimo_cli.output.output_stream import Output
from mimo_cli.phrases import Phrase, verbatim
from mimo_cli.signals import Signals
from mimo_cli.simulator import Fault, Simulator, event
from mimo_cli.text.widths import Screen, cell_width

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mimo_cli.chat.session import Chat

NAMES = list(COMMANDS)


CUT = b"".join(
    event(data)
    for data in (
        {
            "type": "content_block_delta",
            "index": 0,
            "delta": {"type": "text_delta", "text": "```py\nprint(1)\nprint(2"},
        },
    )
)
"""An answer that breaks off in a block of code."""

SHORT = CUT + b"".join(
    event(data)
    for data in (
        {"type": "message_delta", "delta": {"stop_reason": "max_tokens"}},
        {"type": "message_stop"},
    )
)
"""An answer for which max_tokens was too low."""


def chat(
    simulator: Simulator, stdin: str | bytes, *args: str, folder: Path | None = None, **more: str
) -> Result:
    """Talks line by line; with a folder, what is said is kept there."""
    kept = {} if folder is None else {"MIMO_HISTORY": "true", "MIMO_DATA": str(folder)}
    data = stdin.encode() if isinstance(stdin, str) else stdin
    return mimo("chat", *args, environ=environ_for(simulator, **kept, **more), stdin=data)


@contextlib.contextmanager
def chatting(simulator: Simulator) -> Iterator[Chat]:
    """A chat to talk to directly."""
    with Path(os.devnull).open("w") as nowhere:
        output = Output(nowhere.fileno(), "output")
        environment = Environment(environ_for(simulator), None, output, output, Signals())
        chosen, console = prepare.load(environment, ChatOptions())
        talk = start_chat(
            environment,
            ChatOptions(),
            chosen,
            console,
            chosen.endpoint(),
            interactive=False,
            cancellation=Cancellation(environment.signals, interactive=False),
            confirm=None,
            files=[],
        )
        yield talk
        talk.close()


def said(simulator: Simulator, number: int = -1) -> list[tuple[str, str]]:
    """The messages of a request, as (role, words)."""
    messages: list[dict[str, Any]] = simulator.requests[number].json["messages"]
    return [(message["role"], _words(message["content"])) for message in messages]


def _words(content: str | list[dict[str, Any]]) -> str:
    if isinstance(content, str):
        return content
    return "".join(block.get("text", "") for block in content)


PUNCTUATION = (*":?,.!;)。，？：！、”", "...", ").")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hello", input_line.TypedMessage("hello")),
        ("  hello\nworld \n", input_line.TypedMessage("  hello\nworld")),
        (" \n\n\tif x:\n\t\ty\n", input_line.TypedMessage("\tif x:\n\t\ty")),
        ("  /help", input_line.Call("help", "")),
        ("  //help\nme", input_line.TypedMessage("  /help\nme")),
        ("/help", input_line.Call("help", "")),
        ("/h", UsageError(Phrase("/h may be /help, /history"))),
        ("/hel", input_line.Call("help", "")),
        ("/HELP", input_line.Call("help", "")),
        ("/model  mimo-v2.6-flash ", input_line.Call("model", "mimo-v2.6-flash")),
        ("/system one\ntwo", input_line.Call("system", "one\ntwo")),
        ("//help", input_line.TypedMessage("/help")),
        ("/etc/hosts is what?", input_line.TypedMessage("/etc/hosts is what?")),
        ("/there is full", input_line.TypedMessage("/there is full")),
        ("/* a comment */", input_line.TypedMessage("/* a comment */")),
        ("/", input_line.Call("help", "")),
        ("/?", input_line.Call("help", "")),
        ("/e", UsageError(Phrase("/e may be /edit, /export, /exit"))),
        ("/quit", input_line.Call("quit", "")),
        ("/clear", input_line.Call("clear", "")),
        # meant for the chat, perhaps, and not for the model
        ("exit", input_line.Farewell("exit")),
        (" Quit \n", input_line.Farewell(" Quit")),
        ("：ｑ", input_line.Farewell("：ｑ")),
        ("exit()", input_line.Farewell("exit()")),
        ("退出", input_line.Farewell("退出")),
        ("?", input_line.Call("help", "")),
        ("？", input_line.Call("help", "")),
        ("quit smoking", input_line.TypedMessage("quit smoking")),
        ("??", input_line.TypedMessage("??")),
        ("/modle", UsageError(Phrase("there is no command /modle"))),
        # as an input method leaves it
        ("／help", input_line.Call("help", "")),
        ("/ｈｅｌｐ", input_line.Call("help", "")),
        ("／ＨＥＬＰ", input_line.Call("help", "")),
        ("／？", input_line.Call("help", "")),
        ("／mo　mimo-v2.6-pro", input_line.Call("model", "mimo-v2.6-pro")),
        ("／／help", input_line.TypedMessage("／help")),
        ("/／help", input_line.TypedMessage("／help")),
        ("、help", input_line.Call("help", "")),
        ("、ｕｎｄｏ", input_line.Call("undo", "")),
        ("、mod flash", input_line.Call("model", "flash")),
        ("、h", UsageError(Phrase("/h may be /help, /history"))),
        ("、苹果、梨", input_line.TypedMessage("、苹果、梨")),
        ("/、help", input_line.TypedMessage("、help")),
        # no command, and not to be paid for
        ("/退出", UsageError(Phrase("there is no command /退出"))),
        ("／退出。", UsageError(Phrase("there is no command /退出。"))),
        ("/помощь", UsageError(Phrase("there is no command /помощь"))),
        ("/hélp me", UsageError(Phrase("there is no command /hélp"))),
        ("/no-thinking", UsageError(Phrase("there is no command /no-thinking"))),
        ("/foo.txt", UsageError(Phrase("there is no command /foo.txt"))),
        ("/" + "x" * 50, UsageError(verbatim(f"there is no command /{'x' * 50}"))),
        # a path, or a command and another one behind it
        ("/continue/usage", UsageError(Phrase("there is no command /continue/usage"))),
        ("/Continue／usage", UsageError(Phrase("there is no command /Continue/usage"))),
        ("/model/", UsageError(Phrase("there is no command /model/"))),
        ("/new/is/there", input_line.TypedMessage("/new/is/there")),
        *(
            (f"/new/is/there{it}", input_line.TypedMessage(f"/new/is/there{it}"))
            for it in PUNCTUATION
        ),
        ("/there？", input_line.TypedMessage("/there？")),
        ("／new／is／there", input_line.TypedMessage("／new／is／there")),
        ("／ｎｅｗ／ｉｓ／ｔｈｅｒｅ：", input_line.TypedMessage("／ｎｅｗ／ｉｓ／ｔｈｅｒｅ：")),
        ("/new/is/gone:", UsageError(Phrase("there is no command /new/is/gone:"))),
        ("/help?", UsageError(Phrase("there is no command /help?"))),
        ("/n/a", UsageError(Phrase("there is no command /n/a"))),
        ("/modle/usage", UsageError(Phrase("there is no command /modle/usage"))),
        ("/退出／退出", UsageError(Phrase("there is no command /退出/退出"))),
        ("/xyzzy/etc/hosts", UsageError(Phrase("there is no command /xyzzy/etc/hosts"))),
        ("/n/a means what?", input_line.TypedMessage("/n/a means what?")),
        ("//n/a", input_line.TypedMessage("/n/a")),
        ("/用户/文件 是什么", input_line.TypedMessage("/用户/文件 是什么")),
        ("/^a+$/ matches what?", input_line.TypedMessage("/^a+$/ matches what?")),
        ("/ is a slash", input_line.TypedMessage("/ is a slash")),
        ("/42 of them", input_line.TypedMessage("/42 of them")),
    ],
)
def test_a_line_is_a_message_or_a_command(
    text: str,
    expected: input_line.TypedMessage | input_line.Call | input_line.Farewell | UsageError,
) -> None:
    def read() -> input_line.TypedMessage | input_line.Call | input_line.Farewell:
        return input_line.parse(text, NAMES, lambda path: path in ("/there", "/new/is/there"))

    if isinstance(expected, UsageError):
        with pytest.raises(UsageError) as caught:
            read()
        assert caught.value.what == expected.what
    else:
        assert read() == expected


def test_a_path_in_a_script_is_a_message_as_any() -> None:
    assert input_line.parse(
        "/n/a", NAMES, lambda _: False, by_hand=False
    ) == input_line.TypedMessage("/n/a")


@pytest.mark.parametrize(
    ("text", "gives_way"),
    [
        ("/modle", True),
        ("／退出", True),
        ("、mod", True),
        ("/etc/hosts", True),
        ("/save -f", False),
        ("//modle", False),
        ("/", True),
        ("modle", False),
        ("", False),
        ("/set theme nosuch", True),
        ("／SET schema name flaot", True),
        ("/thinking maybe", True),
        ("/set schema @folder", False),
        ('/set schema {"pattern": "', False),
        ("/set schema name\nfolder", False),
        ("/file folder", False),
        ("/model openai", False),
        ("/system @folder", False),
        ("/resume src", False),
        ("//set theme x", False),
    ],
)
def test_a_refused_command_that_no_slash_goes_on_with_gives_way(text: str, gives_way: bool) -> None:
    assert input_line.goes_on_with_no_slash(text) is gives_way


def test_the_commands_that_take_words_are_there() -> None:
    assert {*COMMANDS} >= input_line.TAKING_WORDS


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        ("/modle x", "model"),
        ("/hélp", "help"),
        ("/ｍｏｄｌｅ", "model"),
        ("/退出", "exit"),
        ("/帮助", "help"),
        ("/continue/usage", "continue"),
        ("/退出／退出", "exit"),
        ("/etc/hosts", ""),
        ("/sett/x", ""),
        ("／etc／hosts：", ""),
        ("/xyzzy", ""),
        ("/помощь", ""),
    ],
)
def test_an_unknown_command_names_the_nearest(text: str, nearest: str) -> None:
    with pytest.raises(UsageError) as caught:
        input_line.parse(text, NAMES, lambda _: False)
    meant = f"Did you mean /{nearest}? " if nearest else ""
    assert caught.value.hint == f"{meant}/help lists all; // begins a message with a slash."


def test_every_command_that_is_named_in_chinese_is_there() -> None:
    for name in ("帮助", "新建", "模型", "文件", "重试", "撤销", "编辑", "继续", "复制", "保存"):
        with pytest.raises(UsageError) as caught:
            input_line.parse(f"/{name}", NAMES, lambda _: False)
        assert hint_of(caught.value).split("?")[0].removeprefix("Did you mean /") in NAMES


def turn(asked: str, answer: str, *, usage: Usage | None = None, cost: float = 0.0) -> Turn:
    reply = Reply(content=(Text(answer),), stop_reason="end_turn", usage=usage or Usage())
    money = Money(cost) if cost else None
    return Turn((Text(asked),), {}, 0.0, reply, "complete", cost=money)


def test_context_is_what_the_service_counted_and_estimated_where_it_did_not() -> None:
    counted = turn("a", "b", usage=Usage(100, 20, 30))
    later = turn("x" * 40, "y" * 80)
    assert token_estimate.context("mimo-v2.6-pro", []) == (0, 1_000_000)
    assert token_estimate.context("mimo-v2.6-pro", [counted]) == (150, 1_000_000)
    assert token_estimate.context("another", [counted, later]) == (150 + 10 + 20, None)
    assert token_estimate.tokens("中文") == 1


def test_the_bottom_line_says_what_the_chat_is_set_to() -> None:
    turns = (turn("a", "b", usage=Usage(1000, 200), cost=0.00125),)
    talk = Conversation("abc", "A title", turns=turns)
    line_ = status.status_line(
        Settings(thinking=False), talk, money.add_up(turn.cost for turn in turns)
    )
    facts = ("mimo-v2.6-pro", "thinking off", "1,200 of 1,000,000 tokens (0 %)", "$0.00125")
    assert line_ == (facts, "A title")
    waiting = status.status_line(Settings(), talk, {}, 2)
    assert waiting.facts[-1] == "2 files waiting"
    assert status.status_line(Settings(), Conversation(), {}) == (
        ("mimo-v2.6-pro", "thinking on"),
        "",
    )


def test_each_line_is_a_message_of_one_conversation() -> None:
    with Simulator(answer="Yes.") as simulator:
        result = chat(simulator, "one\n\n  \ntwo\n//three")
        assert (result.code, result.out, result.err) == (0, "Yes.\n\nYes.\n\nYes.\n", "")
        assert said(simulator) == [
            *[("user", "one"), ("assistant", "Yes.")],
            *[("user", "two"), ("assistant", "Yes.")],
            ("user", "/three"),
        ]


def test_the_exit_code_is_that_of_the_worst_turn() -> None:
    with Simulator(faults=[Fault.http(401), Fault.http(400)], answer="Yes.") as simulator:
        result = chat(simulator, "one\ntwo\nthree\n")
        assert (result.code, result.out) == (10, "Yes.\n")
        assert result.err.count("mimo: ") == 2
        assert said(simulator) == [("user", "three")]


def test_a_line_that_is_no_text_is_told_and_the_others_are_answered() -> None:
    with Simulator(answer="Yes.") as simulator:
        result = chat(simulator, b"one\n\xff\ntwo\n")
        assert result.code == 2
        assert result.out == "Yes.\n\nYes.\n"
        assert "line 2 of stdin" in result.err


def test_json_gives_an_object_for_each_answer(tmp_path: Path) -> None:
    with Simulator(faults=[Fault.http(400)], answer="Yes.") as simulator:
        result = chat(simulator, "one\ntwo\n", "--json", folder=tmp_path)
        first, second = map(json.loads, result.out.splitlines())
        assert (first["error"]["exit_code"], first["text"]) == (10, "")
        assert (second["error"], second["text"]) == (None, "Yes.")
        assert second["conversation"]
        assert result.code == 10


def test_words_begin_a_chat_and_piped_text_is_what_they_are_about() -> None:
    with Simulator(answer="Yes.") as simulator:
        result = chat(simulator, "some text\n", "/what", "is", "it?")
        assert (result.code, result.out) == (0, "Yes.\n")
        assert said(simulator) == [("user", "/what is it?\n\n<stdin>\nsome text\n</stdin>")]


def test_retry_replaces_the_answer_and_may_ask_another_model(tmp_path: Path) -> None:
    with Simulator(answer="Yes.") as simulator:
        result = chat(simulator, "one\n/retry mimo-v2.6-flash\ntwo\n", folder=tmp_path)
        assert result.code == 0
        models = [request.json["model"] for request in simulator.requests]
        assert models == ["mimo-v2.6-pro", "mimo-v2.6-flash", "mimo-v2.6-pro"]
        assert said(simulator) == [("user", "one"), ("assistant", "Yes."), ("user", "two")]


def test_an_answer_stays_when_its_retry_fails(tmp_path: Path) -> None:
    with Simulator(answer="Yes.") as simulator:
        simulator.add(Fault(), Fault.http(400))
        result = chat(simulator, "one\n/retry\ntwo\n", folder=tmp_path)
        assert result.code == 10
        assert said(simulator) == [("user", "one"), ("assistant", "Yes."), ("user", "two")]
        again = chat(simulator, "three\n", "-c", folder=tmp_path)
        assert again.code == 0
        assert [words for _, words in said(simulator)] == ["one", "Yes.", "two", "Yes.", "three"]


def test_undo_takes_the_last_question_and_answer_back(tmp_path: Path) -> None:
    with Simulator(answer="Yes.") as simulator:
        assert chat(simulator, "one\ntwo\n/undo\nthree\n", folder=tmp_path).code == 0
        assert [words for _, words in said(simulator)] == ["one", "Yes.", "three"]
        assert chat(simulator, "four\n", "-c", folder=tmp_path).code == 0
        assert [words for _, words in said(simulator)] == ["one", "Yes.", "three", "Yes.", "four"]


def test_a_cut_answer_is_continued_and_becomes_one(tmp_path: Path) -> None:
    saved = tmp_path / "code.py"
    lines = f"hi\n/continue\n/save 1 {saved}\n/continue\nand?\n"
    with Simulator(faults=[Fault(sse=CUT)], answer=")\n```\n\nBye.") as simulator:
        result = chat(simulator, lines, "--no-thinking", folder=tmp_path)
        asked = said(simulator, 1)
        last = said(simulator)
    assert asked[-1] == (
        "user",
        "Continue exactly where your last answer stopped, without repeating anything.",
    )
    assert simulator.requests[1].json["thinking"] == {"type": "disabled"}
    assert saved.read_text() == "print(1)\nprint(2)\n"
    assert last == [
        ("user", "hi"),
        ("assistant", "```py\nprint(1)\nprint(2)\n```\n\nBye."),
        ("user", "and?"),
    ]
    assert "the last answer is whole" in result.err
    assert "/continue asks for the rest, /retry for another answer." in result.err


def test_files_go_with_the_next_message_alone(tmp_path: Path) -> None:
    file = tmp_path / "a file.txt"
    file.write_text("inside\n")
    with Simulator(answer="Yes.") as simulator:
        result = chat(simulator, f'/file "{file}"\nwhat?\nand?\n')
        assert "with the next message" in result.err
        assert said(simulator)[0] == ("user", f'what?\n\n<file name="{file}">\ninside\n</file>')
        assert said(simulator)[-1] == ("user", "and?")


def test_files_wait_again_when_the_message_fails(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("inside\n")
    with Simulator(faults=[Fault.http(400)], answer="Yes.") as simulator:
        chat(simulator, f"/file {file}\nwhat?\nwhat now?\n")
        assert "inside" in said(simulator)[-1][1]


def test_settings_change_for_the_chat_alone() -> None:
    with Simulator(answer="Yes.") as simulator:
        result = chat(
            simulator,
            "/model mimo-v2.6-flash\n/thinking off\n/set temperature 0.5\n/system Be brief.\nhi\n"
            "/set temperature default\n/system none\n/thinking\nhi\n",
        )
        assert result.code == 0
        first, second = (request.json for request in simulator.requests)
        assert (first["model"], first["thinking"]) == ("mimo-v2.6-flash", {"type": "disabled"})
        assert (first["temperature"], first["system"]) == (0.5, "Be brief.")
        assert ("temperature" in second, "system" in second) == (False, False)
        assert second["thinking"] == {"type": "enabled"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "why"),
    [
        ("/set", ""),
        ("/set api_key sk-x", "/set cannot change 'api_key'"),
        ("/set api_key sk-x", "schema\n  For chats to come: mimo config set api_key\n"),
        ("/set stop-loops 5", "/set cannot change 'stop-loops': it takes temperature, top_p"),
        ("/set stop_loops 5", "schema\n  For chats to come: mimo config set stop_loops VALUE\n"),
        ("/set model mimo", "schema\n  /model changes it.\n"),
        ("/set temperature 9", "temperature cannot be '9'"),
        (
            "/set temperature 9",
            "from 0 to 1.5 (/set)\n  Back to what it is without you: /set temperature default",
        ),
        ("/set notify none", "true or false (/set)\n  Back to"),
        ("/set color none", "(/set)\n  Back to what it is without you: /set color default"),
        ("/thinking maybe", "thinking cannot be 'maybe': it is on or off"),
        (
            "/save -g",
            "/save has no option -g\n  A name that begins so stands behind --: /save -- -g",
        ),
        ("/export --force x.md", "/export has no option --force"),
        ("/file @notes.md", "no such file or directory\n  Its name begins with @ (commercial at)"),
        ("/file ＠notes.md", "Its name begins with ＠ (fullwidth commercial at): without it?"),
        ("/set code_theme monokay", "code_theme cannot be 'monokay'"),
        ("/thinking maybe", "thinking cannot be 'maybe'"),
        ("/retry", "nothing was asked yet"),
        ("/undo", "nothing was asked yet"),
        ("/copy", "there is no answer yet"),
        ("/save", "/save wants a file\n  /save answer.md"),
        (
            "/save my notes.txt",
            'there are 2 names\n  A name with spaces stands in quotes: /save "my notes.txt"',
        ),
        ("/save 2 my notes.txt", 'quotes: /save 2 "my notes.txt"'),
        ("/export my talk.md", 'stands in quotes: /export "my talk.md"'),
        ("/file /no/such", "cannot read /no/such"),
        ('/file "open', "the names are not right"),
        ("/resume nobody", "no conversation"),
        ("/nonsense", "there is no command /nonsense"),
        ("/退出", "there is no command /退出"),
        ("/undo 2", "/undo takes nothing behind it: there is '2'"),
        ("／new hello", "/new takes nothing behind it: there is 'hello'"),
        ("/model a b", "no model is called 'a b': one name is wanted"),
    ],
)
def test_a_command_that_cannot_be_says_why(command: str, why: str, tmp_path: Path) -> None:
    with Simulator() as simulator:
        result = chat(simulator, command + "\n", folder=tmp_path)
        assert why in result.err
        assert result.code == (2 if why else 0)
        assert simulator.requests == []


def test_an_answer_and_its_blocks_are_saved_and_nothing_is_overwritten(tmp_path: Path) -> None:
    answer = "Two:\n\n```sh\nls\n```\n\n```py\nprint()\n```\n"
    one, two = tmp_path / "one.md", tmp_path / "two words.py"
    with Simulator(answer=answer) as simulator:
        result = chat(simulator, f"hi\n/save {one}\n/save 2 '{two}'\n/save {one}\n")
        assert one.read_text() == answer
        assert two.read_text() == "print()\n"
        assert (result.code, f"{one} exists already" in result.err) == (2, True)


def test_a_link_of_ones_own_to_a_new_file_is_followed_and_a_whole_talk_is_private(
    tmp_path: Path,
) -> None:
    link, talk = tmp_path / "link.md", tmp_path / "talk.md"
    link.symlink_to("real.md")
    with Simulator(answer="Yes.") as simulator:
        lines = f"hi\n/save {link}\n/export {talk}\n/save /dev/null\n/save {link}\n"
        result = chat(simulator, lines)
    assert (link.is_symlink(), (tmp_path / "real.md").read_text()) == (True, "Yes.\n")
    assert talk.stat().st_mode & 0o777 == 0o600
    assert "saved in /dev/null" in result.err
    assert f"{link} exists already" in result.err


def test_copy_without_a_program_and_a_terminal_says_so() -> None:
    with Simulator(answer="Yes.") as simulator:
        result = chat(simulator, "hi\n/copy\n", PATH="/nowhere")
        assert (result.code, "there is no clipboard" in result.err) == (12, True)


def test_copy_gives_the_text_to_the_clipboards_program(tmp_path: Path) -> None:
    program, taken = tmp_path / "pbcopy", tmp_path / "taken"
    program.write_text(f"#!/bin/sh\nexec /bin/cat > {taken}\n")
    program.chmod(0o755)
    with Simulator(answer="Look:\n```sh\nls \x1b[2J\n```\n") as simulator:
        result = chat(simulator, "hi\n/copy 1\n", PATH=str(tmp_path))
        assert (result.code, taken.read_text()) == (0, "ls ^[[2J\n")


def test_the_conversation_is_exported_and_shown(tmp_path: Path) -> None:
    markdown, json_ = tmp_path / "talk.md", tmp_path / "talk.json"
    with Simulator(answer="*Yes.*") as simulator:
        lines = f"one\n/title A  new title\n/export {markdown}\n/export {json_}\n/history\n/usage\n"
        result = chat(simulator, lines + "/info\n/title\n", folder=tmp_path)
        assert result.code == 0
        assert markdown.read_text().startswith("# A new title\n")
        assert '"*Yes.*"' in json_.read_text()
        assert result.out == "*Yes.*\n› one\n\n*Yes.*\n\n"
        assert "context  " in result.err
        assert "title          A new title\n" in result.err


def test_new_and_resume_go_from_one_conversation_to_another(tmp_path: Path) -> None:
    with Simulator(answer="Yes.") as simulator:
        result = chat(
            simulator,
            "one\n/new\ntwo\n/resume one\nthree\n/resume\n/exit\nnever\n",
            folder=tmp_path,
        )
        assert result.code == 0
        assert said(simulator) == [("user", "one"), ("assistant", "Yes."), ("user", "three")]
        assert len(simulator.requests) == 3
        assert result.err.rstrip().endswith("  two")


def test_resume_without_a_list_to_pick_from_tells_of_those_it_does_not_show(tmp_path: Path) -> None:
    with Simulator(answer="Yes.") as simulator:
        asked = "\n/new\n".join(f"question {number}" for number in range(10))
        result = chat(simulator, f"{asked}\n/resume\n", folder=tmp_path)
        assert "not shown" not in result.err
        result = chat(simulator, "one more\n/new\none more\n/resume\n", folder=tmp_path)
        told = "mimo: 2 earlier ones are not shown: mimo history --all lists them"
        assert result.err.rstrip().endswith(told)


def test_resume_finds_by_words_within_a_title(tmp_path: Path) -> None:
    with Simulator(answer="Yes.") as simulator:
        lines = ["stop a CONTAINER", "/new", "mount a volume", "/resume container", "why"]
        # No id has an o.
        result = chat(simulator, "\n".join([*lines, "/resume o"]), folder=tmp_path)
        assert said(simulator)[0] == ("user", "stop a CONTAINER")
        assert "no conversation matches 'o'\n  Did you mean " in result.err


def test_resume_takes_none_of_several_that_begin_so(tmp_path: Path) -> None:
    with Simulator(answer="Yes.") as simulator:
        lines = ["one", "/new", "one more", "/new", "not one more", "/resume one m", "/resume on"]
        result = chat(simulator, "\n".join(lines), folder=tmp_path)
        assert "mimo: 2 conversations match 'on'\n  One of: " in result.err


def test_resume_says_how_to_name_one(tmp_path: Path) -> None:
    with Simulator(answer="Yes.") as simulator:
        result = chat(simulator, "/resume\n", folder=tmp_path)
        assert "there is no earlier conversation" in result.err
        result = chat(simulator, "one\n/resume\n", folder=tmp_path)
        assert "/resume with an id, or with words of a title, goes on with one:\n" in result.err
        result = chat(simulator, "/resume nothing-like-it\n", folder=tmp_path)
        assert (
            "no conversation matches 'nothing-like-it'\n  /resume alone lists them.\n" in result.err
        )


@pytest.mark.slow
def test_a_message_that_nearly_fills_the_context_is_warned_of() -> None:
    with Simulator(answer="Yes.") as simulator:
        result = chat(simulator, "x" * 3_700_000 + "\n", "--yes")
        assert "this nearly fills the model's context" in result.err
        assert len(simulator.requests) == 1


@pytest.mark.parametrize(
    ("args", "why"),
    [
        (["-c"], "there is no conversation to go on with"),
        (["-r", "nobody"], "no conversation"),
        (["-c", "-r", "x"], "--continue and --resume cannot go together"),
        (["--no-system", "-s", "x"], "cannot go together"),
    ],
)
def test_a_chat_that_cannot_begin_says_why(args: list[str], why: str, tmp_path: Path) -> None:
    with Simulator() as simulator:
        result = chat(simulator, "hi\n", *args, folder=tmp_path)
        assert (result.code, result.out, why in result.err) == (2, "", True)


def test_the_chats_help_is_in_the_users_language() -> None:
    chinese = {"sends": "发送", COMMANDS["undo"].help.template: "撤回上一个问题和回答"}
    rows = [("/undo", COMMANDS["undo"].help)]
    assert manual.text(rows, Screen(80), chinese).startswith("/undo  撤回上一个问题和回答\n")
    assert "Enter              发送\n" in manual.text(rows, Screen(80), chinese)


def test_the_chats_help_names_every_command_and_the_keys() -> None:
    with Simulator() as simulator:
        result = chat(simulator, "/help\n")
        assert all(f"/{name}" in result.err for name in COMMANDS)
        assert all(keys in result.err for keys, _ in manual.KEYS)


@pytest.mark.parametrize("columns", [1, 24, 40, 60, 80, 200])
def test_the_chats_help_breaks_between_words(columns: int) -> None:
    rows = [(f"/{name} {it.argument}".rstrip(), it.help) for name, it in COMMANDS.items()]
    text = manual.text(rows, Screen(columns))
    words = {word for pair in (*rows, *manual.KEYS) for half in pair for word in half.split()}
    if columns >= 24:
        assert max(map(len, text.splitlines())) <= columns
        assert words <= set(text.split())


@pytest.mark.parametrize(
    ("answers", "meant"),
    [
        (("", "y", "Y", "yes", " YES ", "ｙ", "是", "是的"), "leave"),
        (("exit", "quit", "q", "bye", "ＥＸＩＴ", ":q", "退出"), "leave"),
        (("/exit", "/quit", "／exit", "、quit"), "leave"),
        (("n", "N", "no", "ｎ", "否", "不"), "send"),
        (("ok", "yes please", "nope", "yesterday", "y?", "what is it?", "/new", "\x1b"), "stay"),
    ],
)
def test_what_is_answered_to_whether_to_leave(answers: tuple[str, ...], meant: str) -> None:
    assert {answer: input_line.read_leave(answer) for answer in answers} == dict.fromkeys(
        answers, meant
    )


@pytest.mark.parametrize("word", ["exit", "quit", "q", "bye", "?"])
def test_a_script_may_ask_about_any_word(word: str) -> None:
    with Simulator(answer="Yes.") as simulator:
        assert chat(simulator, f"{word}\n").code == 0
        assert said(simulator) == [("user", word)]


def test_clear_leaves_the_conversation_and_quit_leaves_the_chat() -> None:
    with Simulator(answer="Yes.") as simulator:
        result = chat(simulator, "one\n/clear\ntwo\n/quit\nthree\n")
        assert (result.code, result.out) == (0, "Yes.\n\nYes.\n")
        assert "the conversation goes on (/new begins another one)" in result.err
        assert len(simulator.requests) == 2
        assert said(simulator)[0] == ("user", "one")


@pytest.mark.parametrize(
    ("base_url", "model", "shown"),
    [
        ("https://api.xiaomimimo.com/anthropic", "mimo-v2.6-pro", ("1", "0.95", "131072")),
        ("https://api.xiaomimimo.com/anthropic", "mimo-v2.5", ("1", "0.95", "32768")),
        ("https://api.xiaomimimo.com/anthropic", "other", (*("(the server's own)",) * 2, "8192")),
        ("https://other.example/v1", "mimo-v2.6-pro", (*("(the server's own)",) * 2, "131072")),
        ("https://other.example/v1", "other", (*("(the server's own)",) * 2, "8192")),
    ],
)
def test_set_shows_what_is_in_force(base_url: str, model: str, shown: tuple[str, ...]) -> None:
    with Simulator() as simulator:
        result = chat(simulator, "/set\n", MIMO_BASE_URL=base_url, MIMO_MODEL=model)
    values = dict(line.split(" = ") for line in result.err.splitlines() if " = " in line)
    assert tuple(values[name] for name in ("temperature", "top_p", "max_tokens")) == shown
    assert (values["stop"], values["timeout"], values["schema"]) == ("(none)", "1800", "(none)")
    assert (values["show_thinking"], values["code_theme"]) == ("false", "(the theme's own)")
    assert values["notify"] == "false"


def test_settings_are_shown(tmp_path: Path) -> None:
    lines = ["/model", "/model mine", "/model", "/system", "/system none", "/system"]
    lines += ["/set live", "/set stop a", "/set stop", "/title", "/file", "/title x", "/title"]
    with Simulator() as simulator:
        result = chat(simulator, "\n".join(lines), folder=tmp_path)
    assert result.code == 0
    offered = [f"{' *'[it.id == DEFAULT_MODEL]} {it.id}\n" for it in current()]
    assert result.err.startswith("".join(offered))
    assert f"\n* mine\n  {current()[0].id}\n" in result.err
    assert "\nYou are MiMo, " in result.err
    assert "\n(none)\n" in result.err
    assert "\nlive = true\nstop = a\n(none yet)\n" in result.err
    assert "files that go with the next message: none\nx\n" in result.err


def test_a_short_name_of_a_model_counts_here_too() -> None:
    with Simulator(answer="Yes.") as simulator:
        chat(simulator, "/model flash\nhi\n/retry pro\n")
        models = [request.json["model"] for request in simulator.requests]
    assert models == ["mimo-v2.6-flash", "mimo-v2.6-pro"]


def test_edit_without_a_terminal_says_so() -> None:
    with Simulator(answer="Yes.") as simulator:
        result = chat(simulator, "hi\n/edit\n")
    assert (result.code, "mimo: /edit needs a terminal" in result.err) == (2, True)


def test_a_chat_over_no_system_prompt_and_a_file(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("inside\n")
    with Simulator(answer="Yes.") as simulator:
        result = chat(simulator, "", "--no-system", "-f", str(file), "-u", "what?")
        assert "system" not in simulator.requests[0].json
        assert "inside" in said(simulator)[0][1]
    assert "tokens in" in result.err


def test_stdin_that_is_closed_is_an_end() -> None:
    with Simulator() as simulator:
        assert mimo("chat", environ=environ_for(simulator), stdin=None).code == 0


@pytest.mark.parametrize("stop", ["max_tokens", "refusal"])
def test_an_answer_that_ends_oddly_is_remarked_on(stop: str) -> None:
    with Simulator() as simulator:
        result = chat(simulator, f"stop reason {stop}\n")
    assert (result.code, stop in result.err or "refused" in result.err) == (
        {"max_tokens": 0, "refusal": 11}[stop],
        True,
    )


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("/re", ["retry", "resume"]),
        ("/model mimo-v2.6-f", ["mimo-v2.6-flash"]),
        ("/thinking o", ["on", "off"]),
        ("/set to", ["top_p"]),
        ("/undo ", []),
        ("/nosuch x", []),
        ("//he", []),
        ("hello", []),
    ],
)
def test_tab_offers_what_a_command_takes(text: str, offered: list[str], tmp_path: Path) -> None:
    with offering(tmp_path) as (_, talk):
        assert [choice.text for choice in command_completion.complete(talk, text)] == offered


@contextlib.contextmanager
def offering(folder: Path, *titles: str) -> Iterator[tuple[list[str], Any]]:
    """Ids of conversations with these titles, and as much of a chat as Tab needs."""
    history = History(folder, now=lambda: 7200.0, notice=print)
    ids = [history.begin(Turn((Text(it),), {}, 1.0)).conversation for it in titles]
    clock = Clock(now=lambda: 3 * 7200.0)
    yield (
        ids,
        SimpleNamespace(
            history=lambda: history,
            environment=SimpleNamespace(clock=clock),
            console=SimpleNamespace(without_keys=mask_all),
        ),
    )
    history.close()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("", [4, 3, 2, 1, 0]),
        ("one T", [0]),
        ("same", [2, 1]),
        ("ＳＡＭＥ", [2, 1]),
        ("很长", [3]),
        ("title", []),
        ("nobody", []),
    ],
)
def test_tab_offers_conversations_by_id_with_what_tells_them_apart(
    typed: str, offered: list[int], tmp_path: Path
) -> None:
    titles = ["One title", "same", "same", "很长的标题" * 40, "\x1b[2Jodd\x07\n\u202e title"]
    with offering(tmp_path, *titles) as (ids, talk):
        choices = [*command_completion.complete(talk, f"/resume {typed}")]
        assert [ids.index(choice.text) for choice in choices] == offered
        for choice in choices:
            assert (choice.start, choice.display) == (len(typed), choice.text)
            assert choice.meta.startswith("4 h · 1 turn · ")
            assert cell_width(choice.meta) < 70
            assert choice.meta.isprintable()
        (beginning, *_) = [*command_completion.complete(talk, f"/resume {ids[0][:-1]}")]
        assert beginning.text in ids


def test_tab_shows_no_key_that_is_in_a_title(tmp_path: Path) -> None:
    with offering(tmp_path, f"refused: sk-{'c7x2q9w4' * 6}") as (ids, talk):
        (choice,) = command_completion.complete(talk, f"/resume {ids[0]}")
    assert "sk-" in choice.meta
    assert "x2q9" not in choice.meta


def test_a_message_with_a_slash_comes_back_as_it_was_typed() -> None:
    assert input_line.escape("/undo is what?") == "//undo is what?"
    assert input_line.escape("hello") == "hello"
    assert input_line.escape("  /undo") == "  //undo"
    for message in ("/undo is what?", "/etc/hosts", "/* no */", "  /new\nx", "／help", "、help"):
        assert input_line.parse(
            input_line.escape(message), NAMES, lambda _: False
        ) == input_line.TypedMessage(message)


def test_bytes_that_are_no_text_reach_the_model_as_what_stands_for_them() -> None:
    with Simulator(answer="Yes.") as simulator, chatting(simulator) as talk:
        loop.handle_line(talk, "caf\udce9 \U000e0041")
        assert said(simulator) == [("user", "caf\ufffd \U000e0041")]


def test_files_wait_until_they_are_sent_or_dropped(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("inside\n")
    with Simulator(answer="Yes.") as simulator:
        chat(simulator, f"/file {file}\n/file {file}\n/file none\none\n/file {file}\n/new\ntwo\n")
        assert said(simulator, 0) == [("user", "one")]
        assert said(simulator, 1) == [("user", f'two\n\n<file name="{file}">\ninside\n</file>')]
        chat(simulator, "one\ntwo\n", "-f", str(file))
        first, *_ = said(simulator)
    assert first == ("user", f'one\n\n<file name="{file}">\ninside\n</file>')


def test_files_of_a_message_that_failed_go_once_when_it_is_asked_again(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("inside\n")
    with Simulator(faults=[Fault.http(400)], answer="Yes.") as simulator:
        chat(simulator, f"/file {file}\nwhat?\n/retry\nand?\n")
        assert [words.count("inside") for _, words in said(simulator)] == [1, 0, 0]
    with Simulator(faults=[Fault.http(400)]) as simulator, chatting(simulator) as talk:
        talk.files = [TextFile("a.txt", "inside\n")]
        loop.handle_line(talk, "what?")
        assert talk.draft == "what?"
        loop.handle_line(talk, "/undo")
        assert (talk.draft, talk.files) == ("what?", [TextFile("a.txt", "inside\n")])


def test_a_new_conversation_has_nothing_of_the_one_before(tmp_path: Path) -> None:
    with Simulator(answer="Yes.") as simulator:
        chat(simulator, "one\n", "-s", "Be a pirate.", "-m", "mimo-v2.6-flash", folder=tmp_path)
        chat(simulator, "two\n/new\nthree\n/thinking off\n/new\nfour\n", "-c", folder=tmp_path)
        asked = [request.json for request in list(simulator.requests)[1:]]
    assert [it["model"] for it in asked] == ["mimo-v2.6-flash", *["mimo-v2.6-pro"] * 2]
    assert asked[0]["system"] == "Be a pirate."
    assert [it["system"].startswith("You are MiMo") for it in asked[1:]] == [True, True]
    assert asked[2]["thinking"] == {"type": "disabled"}
    with Simulator(answer="Yes.") as simulator:
        chat(simulator, "a\n/system Hi.\n/new\nb\n", "--no-system", "-c", folder=tmp_path)
        assert [request.json.get("system") for request in simulator.requests] == [None, "Hi."]


def test_a_name_that_is_given_first_stays_and_one_of_a_question_goes_with_it(
    tmp_path: Path,
) -> None:
    with Simulator(answer="Yes.") as simulator:
        chat(simulator, "/title by me\none\n", folder=tmp_path)
        result = chat(simulator, "alpha\n/undo\nbeta\n/title\n", folder=tmp_path)
    assert result.err.endswith("beta\n")
    environ = {"MIMO_DATA": str(tmp_path), "MIMO_CONFIG": "/dev/null"}
    listed = mimo("history", "list", "--json", environ=environ).json
    assert [entry["title"] for entry in listed] == ["beta", "by me"]


@pytest.mark.parametrize("command", ["/save {}", "/export {}"])
def test_the_way_on_from_a_file_that_exists_is_said(command: str, tmp_path: Path) -> None:
    file = tmp_path / "a b.md"
    file.write_text("old")
    file.chmod(0o640)
    line = command.format(f"'{file}'")
    with Simulator(answer="Yes.") as simulator:
        result = chat(simulator, f"hi\n{line}\n")
        assert "exists already\n  -f before its name replaces it" in result.err
        assert file.read_text() == "old"
        name, _, rest = line.partition(" ")
        assert chat(simulator, f"hi\n{name} -f {rest}\n{name} {rest} -f\n").code == 0
        assert "Yes." in file.read_text()
        assert file.stat().st_mode & 0o777 == (0o640 if name == "/save" else 0o600)


def test_what_is_saved_cannot_drive_a_terminal(tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("a.md", "b.sh", "c.md", "d.json")]
    answer = "\x1b]0;title\x07\x9b2J\n```sh\necho \x1b[2J\n```\n"
    save = "/save {}\n/save 1 {}\n/export {}\n/export {}\n".format(*files)
    with Simulator(answer=answer) as simulator:
        chat(simulator, f"hi\n{save}")
    for file in files:
        text = file.read_text()
        assert [it for it in text if not (it.isprintable() or it == "\n")] == []


def test_warnings_are_given_when_they_become_true() -> None:
    with Simulator() as simulator:
        result = chat(simulator, "/set temperature 0.5\n/set theme dark\n/set top_p 0.5\n")
    assert [line.partition("; ")[0] for line in result.err.splitlines()] == [
        "mimo: warning: the service ignores temperature while the model thinks",
        "mimo: warning: the service ignores temperature and top_p while the model thinks",
    ]


def test_a_retry_that_breaks_off_leaves_the_answer_there_was(tmp_path: Path) -> None:
    with Simulator(answer="A whole answer.") as simulator:
        simulator.add(Fault(), Fault(sse=CUT))
        result = chat(simulator, "one\n/retry\ntwo\n", folder=tmp_path)
        assert said(simulator)[1] == ("assistant", "A whole answer.")
    assert "the answer before stays: this one is not whole" in result.err
    assert "/continue" not in result.err  # it would be refused
    assert "  /retry asks again.\n" in result.err


def test_a_retry_that_is_cut_does_not_speak_of_continue_either() -> None:
    with Simulator(answer="Yes.") as simulator:
        simulator.add(Fault(), Fault(sse=SHORT), Fault(sse=SHORT))
        result = chat(simulator, "one\n/retry\n/continue\ntwo\n")
    once, twice = result.err.split("the last answer is whole")
    assert once.splitlines()[1].endswith("stopped at max_tokens. /set max_tokens N raises it.")
    assert twice.rstrip().endswith("/continue goes on, /set max_tokens N raises it.")


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("what is it?\n\n<stdin>\nsome text\n</stdin>", "what is it?"),
        ('what?\n\n<file name="a">\nb\n</file>', "what?"),
        ('what?\n\n<file-1 name="a">\n</file>\n</file-1>', "what?"),
        ("<stdin> is what?", "<stdin> is what?"),
    ],
)
def test_a_title_is_made_of_the_words_alone(question: str, title: str) -> None:
    assert title_of(question) == title


def test_an_answer_stays_when_there_is_no_way_to_the_server_to_ask_again() -> None:
    with Simulator(answer="Yes.") as simulator, chatting(simulator) as talk:
        loop.handle_line(talk, "one")
        talk.environment = talk.environment._replace(environ={"ALL_PROXY": "nonsense://x"})
        talk.endpoint = talk.endpoint._replace(base_url="https://api.example")
        talk.close()
        loop.handle_line(talk, "/retry")
        assert talk.worst_exit_code == 3
        assert [turn.asked for turn in talk.conversation.turns] == ["one"]


@pytest.mark.parametrize(
    ("command", "comes_back"),
    [
        ("/modle", True),  # a letter or two would do
        ("/退出", True),
        ("/continue/usage", True),
        ("/undo 2", True),
        ("/set temperature 9", True),
        ("/thinking maybe", True),
        ("/file /no/such", True),
        ("/save", True),
        ("/export talk.txt", True),
        ("/resume nobody", True),
        ("/undo", False),  # at another time it is right as it is
        ("/retry flash", False),
        ("/edit", False),
        ("/continue", False),
        ("/copy", False),
        ("/copy 2", False),
        ("/save answer.md", False),
        ("/export talk.md", False),
        ("/usage", False),
    ],
)
def test_a_refused_command_comes_back_if_editing_can_mend_it(
    command: str, comes_back: bool
) -> None:
    with Simulator() as simulator, chatting(simulator) as talk:
        loop.handle_line(talk, command)
        assert talk.draft == (command if comes_back else "")
        assert simulator.requests == []


@pytest.mark.parametrize(
    ("command", "comes_back"),
    [("/continue", False), ("/copy", False), ("/copy 9", True), ("/save {}/no/such", True)],
)
def test_and_after_an_answer(command: str, comes_back: bool, tmp_path: Path) -> None:
    with Simulator(answer="Yes.") as simulator, chatting(simulator) as talk:
        talk.environment = talk.environment._replace(
            environ={**talk.environment.environ, "PATH": "/nowhere"}
        )
        loop.handle_line(talk, "one")
        command = command.format(tmp_path)
        loop.handle_line(talk, command)
        assert (talk.draft, talk.worst_exit_code > 0) == (command if comes_back else "", True)


@pytest.mark.parametrize("word", ["none", "default", "ＮＯＮＥ"])
def test_none_ends_what_was_set(word: str, simulator: Simulator) -> None:
    values = {"stop": "END", "temperature": "0.3", "timeout": "7", "code_theme": "monokai"}
    lines = [f"/set {name} {value}" for name, value in values.items()]
    lines += [f"/set {name} {word}" for name in values]
    result = chat(simulator, "\n".join([*lines, *(f"/set {name}" for name in values), "hi"]))
    assert result.code == 0, result.err
    assert {"stop_sequences", "temperature"} & {*simulator.requests[-1].json} == set()
    assert "stop = (none)\n" in result.err
    assert "code_theme = (the theme's own)\n" in result.err


@pytest.mark.parametrize(
    ("typed", "stops"),
    [
        ('["END", "###"]', ["END", "###"]),
        ("['a', \"b\\n\",]", ["a", "b\n"]),
        ('["[END]"]', ["[END]"]),
        ("[]", None),
        ("[ ]", None),
        ("END]", ["END]"]),
        ('"END"', ['"END"']),
        ('{"a": 1}', ['{"a": 1}']),
    ],
)
def test_several_stop_sequences_are_an_array(
    typed: str, stops: list[str] | None, simulator: Simulator
) -> None:
    assert chat(simulator, f"/set stop {typed}\nhi\n").code == 0
    assert simulator.requests[-1].json.get("stop_sequences") == stops


NO_ARRAYS = ['["a', "[END]", "[1]", '["a", 1]', "[[]]", '["a"] x', "[", "[" * 3000 + "]" * 3000]


@pytest.mark.parametrize("typed", NO_ARRAYS)
def test_what_begins_as_an_array_and_is_none_of_texts_is_refused(
    typed: str, simulator: Simulator
) -> None:
    result = chat(simulator, f"/set stop {typed}\nhi\n")
    assert (result.code, simulator.requests) == (2, [])
    assert """it must be texts in quotes: ["one", "two"] (/set)""" in result.err
    assert f"That text alone is written {json.dumps([typed])[:400]}" in result.err
    assert mimo("ask", "hi", "--stop", typed, environ=environ_for(simulator)).code == 0
    assert simulator.requests[-1].json["stop_sequences"] == [typed]


def test_an_input_method_may_have_made_an_argument_wide(simulator: Simulator) -> None:
    lines = [
        "/model ｍｉｍｏ－ｖ２．６－ｆｌａｓｈ",
        "/thinking ｏｆｆ",
        "/set temperature ０．５",
        "/set　ｔop_p　0．9",
        "/set stop ＥＮＤ",
        "hi",
        "/set temperature ｄｅｆａｕｌｔ",
        "/system ｎｏｎｅ",
        "/thinking　ＯＮ",
        "hi",
    ]
    result = chat(simulator, "\n".join(lines))
    assert result.code == 0, result.err
    first, last = (request.json for request in simulator.requests)
    assert (first["model"], first["thinking"]) == ("mimo-v2.6-flash", {"type": "disabled"})
    assert (first["temperature"], first["top_p"]) == (0.5, 0.9)
    assert first["stop_sequences"] == ["ＥＮＤ"]  # a text, as it was typed
    assert ("system" in last, "temperature" in last) == (False, False)
    assert last.get("thinking") != {"type": "disabled"}


@pytest.mark.parametrize(
    ("argument", "name"),
    [
        ("“引用.md”", "引用.md"),
        ("「two words.md」", "two words.md"),
        ("-f “x.md”", "x.md"),
        ("“a”b.md", "“a”b.md"),
        ("-- -f.md", "-f.md"),
        ("-f -- -f.md", "-f.md"),
        ("-- --", "--"),
        ('"“x.md”"', "“x.md”"),
    ],
)
def test_quotes_and_the_end_of_options_are_no_part_of_a_files_name(
    argument: str, name: str
) -> None:
    words, _ = file_names.take_force(file_names.split(argument), "/save")
    assert words == [name]


def test_a_file_whose_name_has_quotes_is_written_to_as_it_is_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("“x”").touch()
    assert file_names.split("“x” “y” " + "“" + "z" * 300 + "”") == ["“x”", "y", "z" * 300]


@pytest.mark.parametrize(
    ("text", "quotes"),
    [("“hi there”", "“ ”"), ('"hi there"', '" "'), ("'hi'", "' '"), ('"a" or "b"', ""), ('"', "")],
)
def test_a_system_prompt_in_quotes_is_told(simulator: Simulator, text: str, quotes: str) -> None:
    told = chat(simulator, f"/system {text}\n").err
    assert (f"has its quotes {quotes}: they are sent with it" in told) is bool(quotes)


@pytest.mark.parametrize(
    ("lines", "sent"),
    [
        (["/file nosuch", "no", "yes"], ["yes"]),
        (["/file {there}", "/file nosuch", "no", "yes"], ["yes"]),
        (["/file nosuch", "/file {there}", "/thinking off", "no", "yes"], ["yes"]),
        (["/file nosuch", "/file none", "yes"], ["yes"]),
        (["/file drop nosuch", "no", "no", "/file none", "yes"], ["yes"]),
        (["/file {there}", "/file drop 9", "no", "/file drop 1", "yes"], ["yes"]),
        (["/file drop nosuch", "/file", "/file {there}", "/new", "no"], []),
        (["/system @nosuch", "no", "no", "/system Be brief.", "yes"], ["yes"]),
        (["/resume nosuch", "no", "no", "/new", "yes"], ["yes"]),
        (["/set temperature hot", "no"], []),
        (["/thinking maybe", "no", "/retry", "/thinking off", "yes"], ["yes"]),
        (["yes", "/thinking maybe", "/retry"], ["yes"]),
        (["/copy 9", "yes"], ["yes"]),
        (["/system @nosuch", "/system", "no", "/system Be brief.", "yes"], ["yes"]),
        (["/resume nosuch", "/resume", "no"], []),
        (["/model no such", "/model", "no", "/model pro", "yes"], ["yes"]),
        (["/thinking maybe", "/thinking", "no", "/thinking on", "yes"], ["yes"]),
        (["/set temperature hot", "/set", "/set temperature", "/set top-p 0.5", "no"], []),
        (["/set temperature hot", "/set TEMPERATURE 1", "yes"], ["yes"]),
        (["/set temperature hot", "/set temperature default", "yes"], ["yes"]),
        (["/set temperature=1", "/set usage true", "no", "/set temperature 1", "yes"], ["yes"]),
        (["/set schema @nosuch", "/set schema", "no", "/set schema none", "yes"], ["yes"]),
        (["/set temperature:1", "/set temperature", "no", "/set temperature 1", "yes"], ["yes"]),
        (["/new talk", "/new", "yes"], ["yes"]),
        (["/new talk", "no", "/new", "yes"], ["yes"]),
        (["/prompt nosuch", "no", "/retry", "/new", "yes"], ["yes"]),
        # what is meant is what has to be mended
        (["/set model flash", "no", "/model flash", "yes"], ["yes"]),
        (["/set model=flash", "no", "/model flash", "yes"], ["yes"]),
        (["/set thinking off", "no", "/thinking off", "yes"], ["yes"]),
        (["/set system Be brief.", "no", "/system Be brief.", "yes"], ["yes"]),
        (["/set modle flash", "no", "/model flash", "yes"], ["yes"]),
        (["/set file {there}", "no", "yes"], ["yes"]),
        (["/set temprature 0.5", "no", "/set temperature 0.5", "yes"], ["yes"]),
        (["/set temp=0.5", "no", "/set temperature 0.5", "yes"], ["yes"]),
        (["/set Max-Token 9999", "no", "/set max_tokens 9999", "yes"], ["yes"]),
        (["/set model", "/set temprature", "yes"], ["yes"]),
        (["/set xyzzy 1", "no", "/set temperature 0.5", "/new", "no"], []),
        (["/set base_url http://x", "no", "/set temperature 0.5", "no"], []),
        (["/sytem Be brief.", "no", "/system Be brief.", "yes"], ["yes"]),
        (["/modle flash", "no", "/model flash", "yes"], ["yes"]),
        (["/模型 flash", "no", "/model flash", "yes"], ["yes"]),
        (["/modle", "/sytem", "/resmue", "yes"], ["yes"]),
        (["/thinkng", "no", "/thinking off", "yes"], ["yes"]),
        (["/thinking/off", "no", "/thinking off", "yes"], ["yes"]),
        (["/nwe", "no", "/new", "yes"], ["yes"]),
        (["/ste temperature 0.5", "no", "/set temperature 0.5", "yes"], ["yes"]),
        (["/temperature 0.5", "no", "/set temperature 0.5", "yes"], ["yes"]),
        (["/top-p 0.5", "no", "/set top_p 0.5", "yes"], ["yes"]),
        (["/tempreature 0.5", "no", "/set temperature 0.5", "yes"], ["yes"]),
        (["/temperature", "yes"], ["yes"]),
        (["/re", "/e", "yes"], ["yes"]),
        (["/re docker", "no", "/new", "yes"], ["yes"]),
        (["/s temperature 1", "no", "/set temperature 1", "yes"], ["yes"]),
        (["/s is a switch?", "/test this function", "/todo list", "yes"], ["yes"]),
        (["/thanks, that was good", "/reset x", "/name three", "/end", "yes"], ["yes"]),
        (["／系统 简短回答", "no", "/system x", "yes"], ["yes"]),
        (["/flie nosuch", "no", "yes"], ["yes"]),
        (["/xyzzy me", "/exti", "/copyy 3", "yes"], ["yes"]),
        (["/copy 9", "/etc/nosuch", "/usr/no/env x?"], ["/etc/nosuch", "/usr/no/env x?"]),
        (["/help /system Be brief.", "no", "/system Be brief.", "yes"], ["yes"]),
        (["/help /sytem Be brief.", "no", "/system Be brief.", "yes"], ["yes"]),
        (["/undo", "/fork", "yes"], ["yes"]),
        (["yes", "/undo abc", "no", "/undo", "yes"], ["yes", "yes"]),
        (["yes", "/undo abc", "no", "/new", "yes"], ["yes", "yes"]),
        (["yes", "/udno", "no", "/retry", "/undo", "yes"], ["yes", "yes"]),
        (["yes", "/fork abc def", "no", "/new", "yes"], ["yes", "yes"]),
    ],
)
def test_a_message_of_a_script_is_not_asked_with_less_than_it_says(
    tmp_path: Path, lines: list[str], sent: list[str]
) -> None:
    there = tmp_path / "there.txt"
    there.write_text("text")
    with Simulator(answer="Yes.") as simulator:
        data = "".join(f"{line}\n" for line in lines).format(there=there).encode()
        result = mimo("chat", environ=environ_for(simulator), stdin=data)
        asked = [it.json["messages"][-1]["content"] for it in simulator.requests]
    assert (result.code, asked) == (2, sent)
    unsent = len([line for line in lines if line in ("no", "/retry")])
    assert result.err.count("mimo: the message was not sent: /") == unsent
