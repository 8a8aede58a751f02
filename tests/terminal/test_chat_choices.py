"""Lists to pick from, the cleared screen and long messages of the chat, on a terminal."""

from __future__ import annotations

import fcntl
import struct
import termios
from typing import TYPE_CHECKING

import pytest
from support.harness import Terminal, environ_for, mimo

from mimo_cli.simulator import Simulator

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.children_traced


def environment(simulator: Simulator, folder: Path) -> dict[str, str]:
    return environ_for(simulator, MIMO_HISTORY="true", MIMO_DATA=str(folder), LANG="C.UTF-8")


def test_an_earlier_conversation_is_picked_from_a_list(tmp_path: Path) -> None:
    with Simulator(answer="Yes.") as simulator:
        environ = environment(simulator, tmp_path)
        for question in (
            "mount a volume",
            "evil \x1b]0;title\x07 \u202e title",
            "stop a container",
        ):
            assert mimo("ask", question, environ=environ).code == 0
        with Terminal("chat", environ=environ) as terminal:
            terminal.wait_for("\n›")
            terminal.type("/resume\r")
            text = terminal.wait_for("Esc none")
            rows = text.partition("Go on with which conversation?\n")[2].splitlines()
            assert [row[:4].rstrip() for row in rows[:3]] == ["› 1", "  2", "  3"]
            assert rows[0].endswith("  1 turn  stop a container")
            fcntl.ioctl(terminal.slave, termios.TIOCSWINSZ, struct.pack("HHHH", 10, 40, 0, 0))
            terminal.type("3")
            terminal.wait_for("› 3 ")
            terminal.type("\r")
            terminal.wait_for(": mount a\n      volume (/history")
            terminal.wait_for("\n› mount a volume\n\nYes.\n\n›\nmimo-v2.6-pro")
            assert "Go on with which" not in terminal.text  # the list leaves nothing behind
            terminal.type("/resume a vol\r")
            terminal.wait_for("(/history")
            terminal.type("\x04")
            assert terminal.wait() == 0
            assert b"\x1b]0;" not in terminal.received


def test_the_list_shows_no_key_that_is_in_a_title(tmp_path: Path) -> None:
    with Simulator(answer="Yes.") as simulator:
        environ = environment(simulator, tmp_path)
        assert mimo("ask", "--", "refused: sk-c7x2q9w4e1r8t5y3u6", environ=environ).code == 0
        with Terminal("chat", environ=environ) as terminal:
            terminal.wait_for("\n›")
            terminal.type("/resume\r")
            assert "1 turn  refused: sk-…y3u6\n" in terminal.wait_for("Esc none")
            terminal.type("\x1b")
            terminal.wait_for("\n›")
            assert b"c7x2q9" not in terminal.received


def test_clear_clears_the_screen_and_not_the_conversation(tmp_path: Path) -> None:
    with Simulator(answer="Yes.") as simulator:
        with Terminal("chat", environ=environment(simulator, tmp_path)) as terminal:
            terminal.wait_for("\n›")
            terminal.type("one\r")
            terminal.wait_for("Yes.\n\n›")
            terminal.type("/clear\r")
            terminal.wait_for(
                "mimo: the conversation goes on (/new begins another one)\n›\nmimo-v2"
            )
            assert not any("Yes." in row for row in terminal.screen.display)
            terminal.type("two\r")
            terminal.wait_for("Yes.\n\n›")
            terminal.type("\x04")
            assert terminal.wait() == 0
        assert len(simulator.requests[-1].json["messages"]) == 3


def test_a_long_paste_leaves_its_ends_and_is_sent_whole(tmp_path: Path) -> None:
    pasted = "\n".join(f"line {number}" for number in range(1, 401))
    with Simulator(answer="Yes.") as simulator:
        with Terminal("chat", environ=environment(simulator, tmp_path)) as terminal:
            terminal.wait_for("\n›")
            terminal.type(f"\x1b[200~{pasted}\x1b[201~")
            terminal.wait_for("line 400")
            terminal.type("\r")
            text = terminal.wait_for("Yes.\n\n›")
            assert "line 6\n  … 391 more lines …\n  line 398\n" in text
            assert text.count("line 1\n") == 1
            terminal.type("\x04")
            assert terminal.wait() == 0
        assert simulator.requests[0].json["messages"][-1]["content"] == pasted


@pytest.mark.parametrize("editor", ["true", "false"])
def test_what_is_typed_ahead_of_an_edit_that_is_called_off_is_not_sent(
    editor: str, tmp_path: Path
) -> None:
    with Simulator(answer="Yes.") as simulator:
        environ = environment(simulator, tmp_path) | {"EDITOR": editor, "VISUAL": ""}
        with Terminal("chat", environ=environ) as terminal:
            terminal.wait_for("\n›")
            terminal.type("one\r")
            terminal.wait_for("Yes.\n\n›")
            terminal.type("/edit\rtyped ahead\r")
            terminal.wait_for("› typed ahead\n")
            terminal.type("\x03")
            terminal.wait_for("\n›\n")
            terminal.type("\x04")
            assert terminal.wait() == 0
        assert len(simulator.requests) == 1
