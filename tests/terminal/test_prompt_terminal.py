"""The prompt in a real terminal: what it sends there, and how it leaves it."""

from __future__ import annotations

import fcntl
import os
import signal
import struct
import sys
import termios

import pytest
from support.folders import SUPPORT
from support.harness import Terminal

pytestmark = pytest.mark.children_traced

SCRIPT = [sys.executable, str(SUPPORT / "prompt_script.py")]
BOTTOM = "the bottom line"
SANE = (b"\x1b[?2004l", b"\x1b[?25h")  # no bracketed paste, a cursor


def terminal(command: list[str] | None = None, **environ: str) -> Terminal:
    more = {"LANG": "C.UTF-8", "PATH": os.environ["PATH"], **environ}
    return Terminal(command=command or SCRIPT, environ=more)


def test_a_message_is_read_and_the_terminal_is_asked_nothing() -> None:
    with terminal() as screen:
        settings = termios.tcgetattr(screen.slave)
        screen.type("ahead ")  # before there is a prompt
        screen.wait_for(BOTTOM)
        screen.type("\x1b[200~one\rtwo\x1b[201~")
        screen.wait_for("two")
        screen.type("\r")
        text = screen.wait_for("got 'ahead one\\ntwo'")
        assert text.count(BOTTOM) <= 1
        assert "\u203a ahead one\n  two\ngot" in text
        screen.wait_for(f"\n\u203a\n{BOTTOM}")
        screen.type("\x04")
        assert screen.wait() == 0
        assert termios.tcgetattr(screen.slave) == settings
        assert b"\x1b[6n" not in screen.received


def test_a_pause_in_a_sequence_types_nothing_of_it() -> None:
    with terminal(QUIET="0") as screen:  # a pause between any two reads
        screen.wait_for(BOTTOM)
        screen.type("a\x1b[1")
        screen.wait_for("\u203a a")
        screen.type("3;2ub\x1b")
        screen.wait_for("\u203a a\n  b")
        screen.type("[13;2uc\x1b]11;rgb")
        screen.wait_for("\n  c")
        screen.type(":ffff/ffff/ffff\x07d\x1b[")
        screen.wait_for("\n  cd")
        screen.type("13;2ue\r")
        screen.wait_for("got 'a\\nb\\ncd\\ne'")


def test_words_that_come_at_once_after_escape_are_typed() -> None:
    words = ["OK", "Ok", "ON", "[1]", "P1 is the bug", "P0 bug", "_Ga=b", "[2D plot]", "foo bar"]
    with terminal(QUIET="0") as screen:  # a pause between any two reads
        screen.wait_for(BOTTOM)
        for number, word in enumerate(words):
            screen.type(f"{number} \x1b")
            screen.wait_for(f"\u203a {number}\n")
            screen.type(word)
            screen.wait_for(f"\u203a {number} {word}\n")
            screen.type("+\x1bO")  # Alt-O
            screen.wait_for(f"\u203a {number} {word}+\n")
            screen.type("\r")
            screen.wait_for(f"got '{number} {word}+'\n\u203a\n{BOTTOM}")
        screen.type("a\x1b[")  # Alt-[
        screen.wait_for("\u203a a\n")
        screen.type("bar\r")
        screen.wait_for("got 'abar'")


def test_keys_are_keys_again_when_the_end_of_a_paste_is_lost() -> None:
    with terminal(CLOCK_SPEED="1e6") as screen:  # every moment is long
        screen.wait_for(BOTTOM)
        screen.type("\x1b[200~lost end")
        screen.wait_for("\u203a lost end")
        screen.type("\x7f")
        screen.wait_for("\u203a lost en\n")
        for key in ("\x7f", "\x1b[D", "Z", "\r"):
            screen.type(key)
        screen.wait_for("got 'lost Ze'")
        screen.wait_for(f"\n\u203a\n{BOTTOM}")
        screen.type("\x04")
        assert screen.wait() == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_prompt_and_leaves_the_terminal_sane(number: int) -> None:
    with terminal() as screen:
        settings = termios.tcgetattr(screen.slave)
        screen.wait_for(BOTTOM)
        screen.type("half a thought")
        screen.wait_for("thought")
        screen.interrupt(number)
        assert screen.wait() == -number
        assert termios.tcgetattr(screen.slave) == settings
        for code in SANE:
            assert code in screen.received[-100:]
        assert "\u203a half a thought" in screen.text
        assert "Unhandled" not in screen.text


def test_an_interrupt_from_elsewhere_is_ctrl_c_and_a_resize_draws_anew() -> None:
    with terminal() as screen:
        screen.wait_for(BOTTOM)
        fcntl.ioctl(screen.slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 12, 0, 0))
        screen.screen.resize(24, 12)
        screen.interrupt(signal.SIGWINCH)
        screen.type("0123456789abc")
        screen.wait_for("\u203a 0123456789\n  abc")
        fcntl.ioctl(screen.slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 60, 0, 0))
        screen.screen.resize(24, 60)
        screen.interrupt(signal.SIGWINCH)
        screen.wait_for(BOTTOM)
        screen.interrupt(signal.SIGINT)  # clears the line
        screen.wait_for(f"\u203a\n{BOTTOM}")
        screen.interrupt(signal.SIGINT)
        screen.wait_for("Ctrl-C again or Ctrl-D leaves")
        screen.interrupt(signal.SIGINT)
        screen.wait_for("left")
        assert screen.wait() == 0


def test_ctrl_z_stops_and_the_shell_brings_it_back() -> None:
    shell = ["bash", "--norc", "--noprofile", "-i"]
    with terminal(shell, PS1="$ ", HISTFILE="", TMOUT="20") as screen:
        screen.wait_for("$")
        screen.type(" ".join(SCRIPT) + "; exit\r")
        screen.wait_for(BOTTOM)
        screen.type("half")
        screen.wait_for("half")
        screen.type("\x1a")
        screen.wait_for("Stopped")
        screen.type("fg\r")
        screen.wait_for("half\n" + BOTTOM)
        screen.type(" done\r")
        screen.wait_for("got 'half done'")


@pytest.mark.parametrize("term", ["dumb", ""])
def test_a_dumb_terminal_gets_no_codes(term: str) -> None:
    with terminal(TERM=term) as screen:
        screen.wait_for(">")
        screen.type("\rh\u00e9llo\r")
        screen.wait_for("got 'h\u00e9llo'\n>")
        screen.type("\x03")
        screen.wait_for("leaves")
        screen.type("\x03")
        screen.wait_for("left")
        assert screen.wait() == 0
        assert b"\x1b" not in screen.received
