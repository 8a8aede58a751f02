"""`mimo chat` as a person sees it: keys in, screen out."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import termios
import time
from typing import TYPE_CHECKING

import pytest
from support.harness import Terminal, environ_for

from mimo_cli.api.protocol.messages import Text
from mimo_cli.conversation.turns import Turn
from mimo_cli.history.store import History
from mimo_cli.simulator import Fault, Simulator, event

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LONG = "".join(f"Paragraph {n} of a long answer.\n\n" for n in range(400))


@contextlib.contextmanager
def chatting(
    simulator: Simulator,
    folder: Path,
    *args: str,
    measured: bool = True,
    columns: int = 80,
    **more: str,
) -> Iterator[Terminal]:
    """A chat at its first prompt."""
    kept = {"MIMO_HISTORY": "true", "MIMO_DATA": str(folder), "LANG": "C.UTF-8"}
    environ = environ_for(simulator, **kept, **more)
    with Terminal("chat", *args, environ=environ, columns=columns, measured=measured) as terminal:
        terminal.wait_for("\n›")
        yield terminal


def messages(simulator: Simulator) -> list[str]:
    """The words of the last request's messages."""
    contents = [message["content"] for message in simulator.requests[-1].json["messages"]]
    return [
        content if isinstance(content, str) else "".join(block.get("text", "") for block in content)
        for content in contents
    ]


def leave(terminal: Terminal) -> None:
    """Ends the chat, and looks at what it leaves behind."""
    terminal.wait_for("thinking on")  # the bottom line: a prompt is open
    terminal.type("\x04")
    assert terminal.wait() == 0
    flags = termios.tcgetattr(terminal.slave)[3]
    assert flags & termios.ECHO
    assert not terminal.screen.cursor.hidden


def test_a_conversation_and_its_resumption(tmp_path: Path) -> None:
    with Simulator(answer="It is *so*.", thinking="Hm.") as simulator:
        with chatting(simulator, tmp_path, "-u") as terminal:
            terminal.wait_for("mimo-v2.6-pro · thinking on")
            terminal.type("Is it?\r")
            terminal.wait_for(" tokens (0 %)")
            first = terminal.text
            terminal.type("Really?\r")
            terminal.wait_for("› Really?\n\nthought for less than a second\n\nIt is so.\n47")
            terminal.wait_for("\n\n›")
            leave(terminal)
        assert "› Is it?\n\nthought for less than a second\n\nIt is so.\n" in first
        assert "mimo-v2.6-pro · thinking on · 43 of 1,000,000 tokens (0 %) · Is it?" in first
        assert messages(simulator) == ["Is it?", "It is *so*.", "Really?"]
        file = tmp_path / "a.txt"
        file.write_text("inside\n")
        with chatting(simulator, tmp_path, "-c", "-f", str(file)) as terminal:
            shown = terminal.wait_for("› Really?\n\nIt is so.\n\n›")
            terminal.wait_for("1 file waiting")
            assert "Is it?\n\nIt is so." not in shown
            terminal.type("/history\r")
            terminal.wait_for("› Is it?\n\nIt is so.\n\n› Really?\n\nIt is so.\n")
            terminal.type("Still?\r")
            terminal.wait_for("› Still?\n\nthought for less than a second\n\nIt is so.\n\n›")
            leave(terminal)
        expected = ["Is it?", "It is *so*.", "Really?", "It is *so*."]
        *before, last = messages(simulator)
        assert (before, last.split("\n")[0], "inside" in last) == (expected, "Still?", True)
        sent = simulator.requests[-1].json["messages"][1]["content"]
        assert [block["type"] for block in sent] == ["thinking", "text"]


def test_ctrl_c_stops_the_answer_alone_and_keeps_what_came(tmp_path: Path) -> None:
    simulator = Simulator(answer=LONG, delay=0.002)
    with simulator, chatting(simulator, tmp_path, measured=False) as terminal:
        terminal.type("Tell me.\r")
        terminal.wait_for("Paragraph 3 ")
        terminal.type("Go ")  # ahead, for the next prompt
        terminal.type("\x03\x03")
        terminal.wait_for("interrupted")
        terminal.wait_for("tokens")  # the bottom line: the prompt is back
        terminal.wait_for("› Go")
        terminal.type("on.\r")
        terminal.wait_for("Go on.\n\nthought")
        terminal.type("\x03")
        terminal.wait_for("interrupted\n\n›\n")
        leave(terminal)
    question, answer, again = messages(simulator)
    assert (question, again) == ("Tell me.", "Go on.")
    assert answer.startswith("Paragraph 0 of a long answer.\n\nParagraph 1 ")
    assert answer == answer.rstrip()
    assert len(answer) < len(LONG)


@pytest.mark.parametrize("asked", ["Tell me.\r", "Tell me.\rzero\r"])
def test_what_is_typed_while_an_answer_comes_is_not_sent_before_the_prompt(
    tmp_path: Path, asked: str
) -> None:
    simulator = Simulator(answer=LONG, delay=0.002)
    with simulator, chatting(simulator, tmp_path, measured=False) as terminal:
        terminal.type(asked)  # what is behind Enter comes with it
        terminal.wait_for("Paragraph 3 ")
        terminal.type("one\rtwo\r")
        terminal.type("\x03")
        terminal.wait_for("interrupted")
        terminal.wait_for("tokens")  # the bottom line: the prompt is back
        ahead = [*asked.split("\r")[1:-1], "one", "two"]
        terminal.wait_for("› " + "\n  ".join(ahead))
        assert len(simulator.requests) == 1
        terminal.type("three\r")
        terminal.wait_for("three\n\nthought")
        terminal.type("\x03")
        terminal.wait_for("interrupted\n\n›\n")
        leave(terminal)
    assert messages(simulator)[-1] == "\n".join([*ahead, "three"])


def test_an_error_gives_the_question_back(tmp_path: Path) -> None:
    with (
        Simulator(faults=[Fault.http(400)], answer="Yes.") as simulator,
        chatting(simulator, tmp_path) as terminal,
    ):
        terminal.type("Is it?\r")
        terminal.wait_for("request id: ")
        terminal.wait_for("\n\n› Is it?\n")
        terminal.type(" Please.\r")
        terminal.wait_for("› Is it? Please.\n\nthought for less than a second\n\nYes.\n\n›")
        leave(terminal)
        assert messages(simulator) == ["Is it? Please."]


@pytest.mark.children_traced
def test_what_was_typed_ahead_is_not_glued_to_a_question_that_comes_back(tmp_path: Path) -> None:
    faults = [Fault.http(400), Fault.http(400), Fault.http(400)]
    with (
        Simulator(faults=faults, answer="Yes.") as simulator,
        chatting(simulator, tmp_path) as terminal,
    ):
        terminal.type("Is it?\rAnd")  # at once, so before there is anything to see
        terminal.wait_for("\n› Is it?\n  And\nmimo-v2.6")
        terminal.type(" why?\r\r\r")  # Enter alone sends no question again
        terminal.wait_for("› Is it?\n  And why?\n\n")
        terminal.wait_for("\n› Is it?\n  And why?\nmimo-v2.6")
        terminal.type("\r/usage\r")  # a command takes its place, and waits
        terminal.wait_for("\n› /usage\n\nmimo-v2.6")
        terminal.type("\r")
        terminal.wait_for("output   ")
        terminal.wait_for("\n›\nmimo-v2.6")
        terminal.type(3 * "\x1b[A")  # Up still has it
        terminal.wait_for("\n› Is it?\n  And why?\nmimo-v2.6")
        terminal.type("\r")
        terminal.wait_for("Yes.\n\n›")
        leave(terminal)
        assert messages(simulator) == ["Is it?\nAnd why?"]
        assert len(simulator.requests) == 4


def test_a_command_behind_a_refused_one_is_a_command(tmp_path: Path) -> None:
    with Simulator() as simulator, chatting(simulator, tmp_path) as terminal:
        terminal.type("/continue\r/usage\r")
        terminal.wait_for("cost     not known\n›\n")
        _, used = terminal.text.split("mimo: nothing was asked yet\n› /usage\n")
        terminal.type("/退出\r/usage\r")
        terminal.wait_for("there is no command /退出\n  Did you mean /exit?")
        terminal.wait_for("with a slash.\n› /usage\n" + used)
        leave(terminal)
        assert simulator.requests == []


@pytest.mark.children_traced
def test_a_refused_command_is_never_the_beginning_of_the_next(tmp_path: Path) -> None:
    with Simulator(answer="Yes.") as simulator, chatting(simulator, tmp_path) as terminal:
        for refused in ("/modle", "/退出", "/모델"):
            terminal.type(f"{refused}\r")
            terminal.wait_for(f"with a slash.\n› {refused}\nmimo-v2.6")
            terminal.type("/usage\r")
            terminal.wait_for("known\n›\nmimo-v2.6")
        assert terminal.text.count("› /usage\ncontext") == 3
        for refused in ("/set theme nosuch", "/set schema name flaot", "/thinking maybe"):
            terminal.type(f"{refused}\r")
            terminal.wait_for(f"› {refused}\nmimo-v2.6")
            terminal.type("/usage\r")
            terminal.wait_for("known\n›\nmimo-v2.6")
        assert terminal.text.count("› /usage\ncontext") == 6
        terminal.type("/set schema @nosuch\r")
        terminal.wait_for("› /set schema @nosuch\nmimo-v2.6")
        terminal.type("/file.json\r")  # the rest of a name
        terminal.wait_for("cannot read nosuch/file.json")
        terminal.wait_for("› /set schema @nosuch/file.json\nmimo-v2.6")
        terminal.type("\x15/xyzzy\r")
        terminal.wait_for("› /xyzzy\nmimo-v2.6")
        terminal.type("\x1b[200~/ヘルプ\x1b[201~")
        terminal.wait_for("› /ヘルプ\nmimo-v2.6")
        terminal.type("!／x\r")  # its end was edited: it is what the user makes of it
        terminal.wait_for("no command /ヘルプ!/x: nor a file")
        terminal.wait_for("› /ヘルプ!／x\nmimo-v2.6")
        assert simulator.requests == []
        terminal.type("/etc/hosts is what?\r")
        terminal.wait_for("Yes.\n\n›")
        leave(terminal)
        assert messages(simulator) == ["/etc/hosts is what?"]


@pytest.mark.children_traced
def test_commands_that_were_typed_ahead_of_one_another_do_not_become_one(tmp_path: Path) -> None:
    together = "these are several commands: "
    with Simulator(answer="Yes.") as simulator, chatting(simulator, tmp_path) as terminal:
        terminal.type("One.\r")
        terminal.wait_for("Yes.\n\n›")
        for typed, refused in (
            ("/retry\r/undo", f"{together}/retry, /undo"),
            ("/retry\r\rwhat is it?", "/retry takes one line: there are 3"),
            ("/model /undo", f"{together}/model, /undo"),
            ("/thinking off\r／undo", f"{together}/thinking, /undo"),
            ("/copy\r2", "/copy takes one line: there are 2"),
            ("/system Be brief.\r/retry", f"{together}/system, /retry"),
            ("/title\r/new", f"{together}/title, /new"),
            ("/file\r/usage", f"{together}/file, /usage"),
            ("/undo\r/retry", "/undo takes nothing behind it: there is '/retry'"),
            ("/file a.png\rwhat's it?", "these are a command and a message: /file"),
        ):
            terminal.type(f"\x1b[200~{typed}\x1b[201~\r")
            terminal.wait_for(f"mimo: {refused}\n")
            terminal.wait_for("thinking on")  # the bottom line: a prompt is open
            terminal.type("\x05" + 40 * "\x7f")
        assert len(simulator.requests) == 1
        terminal.type(
            "\x1b[200~/system Be brief.\r/etc is a folder, and /retrying none.\x1b[201~\r"
        )
        terminal.wait_for("the system prompt is set")
        leave(terminal)


@pytest.mark.children_traced
def test_a_command_below_a_message_is_told_to_be_sent(tmp_path: Path) -> None:
    with Simulator(answer="Yes.") as simulator, chatting(simulator, tmp_path) as terminal:
        terminal.type("\x1b[200~explain this\r/file a.jpg\r/etc is a folder\x1b[201~\r")
        terminal.wait_for("mimo: sent as words of the message, not run: /file (a command stands")
        terminal.wait_for("Yes.\n\n›")
        leave(terminal)
        assert messages(simulator) == ["explain this\n/file a.jpg\n/etc is a folder"]


@pytest.mark.children_traced
def test_a_pasted_list_of_files_is_attached(tmp_path: Path) -> None:
    names = [tmp_path / "a.txt", tmp_path / "b.txt"]
    for it in names:
        it.write_text("x\n")
    with Simulator() as simulator, chatting(simulator, tmp_path, columns=300) as terminal:
        terminal.type("\x1b[200~/file " + "\r".join(map(str, names)) + "\x1b[201~\r")
        terminal.wait_for(f"mimo: with the next message: {names[0]}, {names[1]} (about ")
        leave(terminal)


def test_undo_gives_the_question_back_and_a_wrong_command_too(tmp_path: Path) -> None:
    with Simulator(answer="Yes.") as simulator, chatting(simulator, tmp_path) as terminal:
        terminal.type("One.\r")
        terminal.wait_for("Yes.\n\n›")
        terminal.type("/und\r")
        terminal.wait_for("taken back\n› One.")
        terminal.type("\x15/nosuch\r")
        terminal.wait_for("begins a message with a slash.\n› /nosuch")
        terminal.type("\x15")
        leave(terminal)


@pytest.mark.children_traced
def test_piped_text_is_what_the_first_message_is_about(tmp_path: Path) -> None:
    script = 'echo "some text" | "$0" -m mimo_cli chat "What is it?"'
    with Simulator(answer="A text.") as simulator:
        environ = environ_for(
            simulator,
            MIMO_DATA=str(tmp_path),
            LANG="C.UTF-8",
            MIMO_CONFIRM_ABOVE_TOKENS="20",
            EDITOR="sh -c 'test -t 0 && perl -pi -e s/now/then/ $0'",
        )
        command = ["sh", "-c", script, sys.executable]
        with Terminal(command=command, environ=environ) as terminal:
            terminal.wait_for("[y/N]")  # of the terminal: stdin was the text
            terminal.type("y\n")
            terminal.wait_for("A text.\n\n›")
            terminal.type("And now?\r")
            terminal.wait_for("about 93 tokens")
            terminal.type("y\n")
            terminal.wait_for("y\n\nthought for less than a second\n\nA text.\n\n›")
            terminal.wait_for("thinking on")
            terminal.type("/edit\r")
            terminal.wait_for("› /edit\n\nthought for less than a second\n\nA text.\n\n›")
            leave(terminal)
        first, *_, last = messages(simulator)
    assert (first, last) == ("What is it?\n\n<stdin>\nsome text\n</stdin>", "And then?")


@pytest.mark.children_traced
def test_nothing_stays_of_what_is_typed_behind_a_yes(tmp_path: Path) -> None:
    simulator = Simulator(answer="Yes.")
    with simulator, chatting(simulator, tmp_path) as terminal:
        terminal.type("/set confirm_above_tokens 1\r")
        terminal.wait_for("tokens 1\n›\n")
        terminal.type("One?\r")
        terminal.wait_for("Send them? [y/N]:")
        terminal.type("nO你\x7f\x7f\x15y\r" + "behind " * 20 + "it")
        shown = terminal.wait_for("Yes.\n\n› behind behind")
        assert "Send them? [y/N]: y\n\nthought for less than a second\n\nYes." in shown
        terminal.wait_for("behind it\n")
        terminal.type("\x15\x15\x15")
        terminal.wait_for("Yes.\n\n›\n")
        terminal.type("Two?\r")
        terminal.wait_for("› Two?\nabout 80 tokens would be sent. Send them? [y/N]:")
        terminal.type("\x04")  # no yes
        terminal.wait_for("[y/N]:\nmimo: nothing was sent\n› Two?")
        terminal.type("\r")
        terminal.wait_for("sent\n› Two?\nabout 80 tokens would be sent. Send them? [y/N]:")
        terminal.type("\x03")
        terminal.wait_for("[y/N]:\nmimo: interrupted\n› Two?")
        terminal.type("\x15")
        terminal.wait_for("mimo: interrupted\n›\n")
        leave(terminal)


def test_keys_of_every_kind_in_a_terminal(tmp_path: Path) -> None:
    with Simulator(answer="Yes.") as simulator, chatting(simulator, tmp_path) as terminal:
        terminal.type(
            "  a\x00b\x1b[I\x1b[O\x1b[13;2uc\x1b[27;5;13~d\x1b[13;3ue\x1b]11;rgb:1\x07f\r"
        )
        terminal.wait_for("Yes.\n\n›")
        assert messages(simulator) == ["  ab\nc\nd\nef"]
        terminal.type("\x1b[200~\x1b\x07\x00 it\x1b[201~\r")
        terminal.wait_for("the message holds 3 hidden characters")
        terminal.wait_for("\n\n›\nmimo-v2.6")
        assert messages(simulator)[-1] == "\x1b\x07\x00 it"
        terminal.type("\x1b[200~never ends")
        terminal.wait_for("› never ends")
        terminal.type("\rx")
        terminal.wait_for("› never ends\n  x")
        terminal.type("\x03")
        terminal.wait_for("Yes.\n\n›\n\nmimo-v2.6")
        terminal.type("／ｕｎｄｏ\r")
        terminal.wait_for("are taken back\n› ^[^G^@ it\nmimo-v2.6")
        terminal.type("\x15")
        terminal.wait_for("are taken back\n›\nmimo-v2.6")
        leave(terminal)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_at_the_prompt_ends_the_chat_and_leaves_a_sane_terminal(
    number: signal.Signals, tmp_path: Path
) -> None:
    with Simulator() as simulator, chatting(simulator, tmp_path) as terminal:
        terminal.wait_for("thinking on")
        terminal.interrupt(number)
        assert terminal.wait() == -number
        assert termios.tcgetattr(terminal.slave)[3] & termios.ECHO


@pytest.mark.children_traced
def test_a_signal_in_an_answer_ends_the_chat_and_keeps_what_came(tmp_path: Path) -> None:
    with (
        Simulator(answer=LONG, delay=0.002) as simulator,
        chatting(simulator, tmp_path, measured=False) as terminal,
    ):
        terminal.type("Tell me.\r")
        terminal.wait_for("Paragraph 3 ")
        terminal.interrupt(signal.SIGTERM)
        assert terminal.wait() == -signal.SIGTERM
    with Simulator() as simulator, chatting(simulator, tmp_path, "-c") as terminal:
        shown = terminal.wait_for("(cut off: interrupted)\n")
        assert "› Tell me.\n\nParagraph 0 of a long answer.\n" in shown
        leave(terminal)


def test_tab_completes_commands_models_and_conversations(tmp_path: Path) -> None:
    with Simulator(answer="Yes.") as simulator, chatting(simulator, tmp_path) as terminal:
        terminal.type("A first question\r")
        terminal.wait_for("Yes.\n\n›")
        terminal.type("/mod\t")
        terminal.wait_for("› /model")
        terminal.type(" mimo-v2.6-f\t\r")
        terminal.wait_for("from now on mimo-v2.6-flash answers\n›")
        terminal.type("/resume A f\t")
        terminal.wait_for("tokens (0 %) · A first question")
        terminal.type("\r")
        terminal.wait_for("going on with")
        leave(terminal)


@pytest.mark.children_traced
@pytest.mark.parametrize("columns", [40, 120])
def test_tab_tells_conversations_with_one_title_apart(columns: int, tmp_path: Path) -> None:
    history = History(tmp_path, now=time.time, notice=print)
    title = "一个非常长的标题" * 30
    ids = [history.begin(Turn((Text(title),), {}, 1.0)).conversation for _ in range(3)]
    history.close()
    with (
        Simulator(answer="Yes.") as simulator,
        chatting(simulator, tmp_path, columns=columns) as terminal,
    ):
        terminal.type("/resume 一个\t")
        terminal.wait_for("1 turn ")
        terminal.wait_for("thinking on")
        shown = terminal.text.split("› /resume", 1)[1]
        assert [it for it in ids if it in shown] == ids
        assert len([row for row in shown.splitlines() if row]) == 5  # one for each, and two
        terminal.type("\t\r\r")
        terminal.wait_for(f"going on with {ids[2]}")
        terminal.type("\x15")  # its question, which has no answer
        leave(terminal)


@pytest.mark.children_traced
def test_a_file_that_exists_is_replaced_after_a_yes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "a.md"
    file.write_text("old")
    with Simulator(answer="Yes.") as simulator, chatting(simulator, tmp_path) as terminal:
        terminal.type("Is it?\r")
        terminal.wait_for("Yes.\n\n›")
        terminal.type("/save a.md\r")
        terminal.wait_for("\na.md exists already. Replace it? [y/N]:")
        terminal.type("\r")
        terminal.wait_for("a.md stays as it was\n  Choose another name.\n› /save a.md\nmimo")
        assert file.read_text() == "old"
        terminal.type("\r")
        terminal.wait_for("Choose another name.\n› /save a.md\na.md exists already. Replace it?")
        terminal.type("y\r")
        terminal.wait_for("mimo: saved in a.md\n›\nmimo-v2.6")
        assert file.read_text() == "Yes.\n"
        leave(terminal)


def test_leaving_by_a_command(tmp_path: Path) -> None:
    with Simulator() as simulator, chatting(simulator, tmp_path) as terminal:
        terminal.type("?\r/quit\r")
        assert terminal.wait() == 0
        assert "Ctrl-X Ctrl-E" in terminal.text
        assert simulator.requests == []


def test_leaving_by_a_word_is_asked_about(tmp_path: Path) -> None:
    question = "Leave the chat? (n sends it as a message) [Y/n]:"
    with Simulator(answer="Yes.") as simulator, chatting(simulator, tmp_path) as terminal:
        terminal.type("exit\r")
        terminal.wait_for(f"› exit\n{question}")
        terminal.type("n\r")
        terminal.wait_for("Yes.\n\n›")
        assert [it.json["messages"][-1]["content"] for it in simulator.requests] == ["exit"]
        terminal.type("quit\r")
        terminal.wait_for(f"› quit\n{question}")
        terminal.type("\x03")
        terminal.wait_for("mimo: interrupted\n›")
        terminal.type("bye\r")
        terminal.wait_for(f"› bye\n{question}")
        terminal.type("what is 是?\r")  # the next message: it stands in the line
        terminal.wait_for("nothing was sent, and the chat goes on\n› what is 是?")
        terminal.type("\x15q\r")
        terminal.wait_for(f"› q\n{question}")
        terminal.type("/exit\r")
        assert terminal.wait() == 0
        assert len(simulator.requests) == 1


def save_into_pipe(terminal: Terminal) -> None:
    """Runs a command that does not end before somebody reads `pipe`."""
    os.mkfifo("pipe")
    terminal.type("Is it?\r")
    terminal.wait_for("Yes.\n\n›")
    terminal.type("/save pipe\r")
    while True:  # until it runs
        input_flags, *_, local_flags = termios.tcgetattr(terminal.slave)[:4]
        if local_flags & termios.ISIG and not input_flags & termios.ICRNL:
            break
        terminal.read()


def test_nothing_that_is_typed_while_a_command_runs_shows_before_its_prompt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with Simulator(answer="Yes.") as simulator, chatting(simulator, tmp_path) as terminal:
        save_into_pipe(terminal)
        terminal.type("typed ahead")
        terminal.read()
        assert "typed" not in terminal.text
        assert (tmp_path / "pipe").read_text() == "Yes.\n"
        terminal.wait_for("› /save pipe\nmimo: saved in pipe\n› typed ahead\nmimo-v2.6")
        terminal.type("\x15")
        leave(terminal)


def test_enter_that_is_typed_while_a_command_runs_sends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with Simulator(answer="Yes.") as simulator, chatting(simulator, tmp_path) as terminal:
        save_into_pipe(terminal)
        terminal.type("Really?\r")
        terminal.read()
        assert (tmp_path / "pipe").read_text() == "Yes.\n"
        terminal.wait_for("› Really?\n\nthought for less than a second\n\nYes.\n\n›")
        leave(terminal)


def test_what_is_said_of_a_retry_that_broke_off_can_be_done(tmp_path: Path) -> None:
    delta = {"type": "text_delta", "text": "A part"}
    cut = Fault(sse=event({"type": "content_block_delta", "index": 0, "delta": delta}))
    with (
        Simulator(answer="A whole answer.") as simulator,
        chatting(simulator, tmp_path) as terminal,
    ):
        simulator.add(Fault(), cut, cut)
        terminal.type("Is it?\r")
        terminal.wait_for("answer.\n\n›\n")
        terminal.type("/retry\r")
        shown = terminal.wait_for("/retry asks again.\n\n›\n")
        assert "mimo: the answer before stays: this one is not whole\n" in shown
        terminal.type("/new\r")
        terminal.wait_for("a new conversation\n›\n")
        terminal.type("And this?\r")
        terminal.wait_for("/continue asks for the rest, /retry for another answer.\n\n›\n")
        terminal.type("/continue\r")
        terminal.wait_for("› /continue\n\nA partA whole answer.")
        terminal.wait_for("\n\n›\nmimo-v2.6")
        leave(terminal)
        question, part, _ = messages(simulator)
        assert (question, part) == ("And this?", "A part")


@pytest.mark.children_traced
def test_an_editor_has_the_terminal_as_the_shell_had_it(tmp_path: Path) -> None:
    editor = tmp_path / "editor"
    editor.write_text(
        "#!/bin/sh\nstty -a < /dev/tty\nprintf 'wait: '; read word\necho $word > $1\n"
    )
    editor.chmod(0o755)
    with (
        Simulator(answer="Yes.") as simulator,
        chatting(simulator, tmp_path, MIMO_EDITOR=str(editor)) as terminal,
    ):
        terminal.type("Is it?\r")
        terminal.wait_for("Yes.\n\n›")
        terminal.type("/edit\r")
        shown = terminal.wait_for("wait:")
        assert {"echo", "icanon", "-noflsh"} <= set(shown.replace(";", " ").split())
        terminal.type("So?\r")
        terminal.wait_for("wait: So?\n")
        terminal.wait_for("So?\n\nthought for less than a second\n\nYes.\n\n›")
        assert messages(simulator) == ["So?"]
        leave(terminal)


@pytest.mark.children_traced
def test_a_chat_needs_a_screen(tmp_path: Path) -> None:
    script = '"$0" -m mimo_cli chat > /dev/null 2> "$1"; exit $?'
    errors = tmp_path / "errors"
    with Simulator() as simulator:
        command = ["sh", "-c", script, sys.executable, str(errors)]
        with Terminal(command=command, environ=environ_for(simulator)) as terminal:
            assert terminal.wait() == 2
    assert errors.read_text().startswith("mimo: there is no terminal to talk on")
