"""A real language model, small, behind llama.cpp's own server: it speaks the Messages protocol."""

from __future__ import annotations

import signal
import time
from typing import TYPE_CHECKING

import pytest
from support.harness import KEY

from peers.installed import Installed, error_lines, json_lines
from peers.llama import MODEL

if TYPE_CHECKING:
    from pathlib import Path

FEW = "--max-tokens=16"


@pytest.fixture
def mimo(llama_url: str, tmp_path: Path) -> Installed:
    return Installed(tmp_path, llama_url, model=MODEL, auth="bearer")


def test_a_question_is_answered_in_words(mimo: Installed) -> None:
    result = mimo("ask", FEW, "Say hello.")
    assert result.code == 0
    assert "hello" in result.out.lower()
    assert result.out.endswith("\n")
    assert result.out.count("\n") == 1
    cut = "mimo: warning: the answer is cut: stopped at max_tokens."
    assert result.err == "" or result.err.startswith(cut)


def test_every_way_to_ask_gives_the_same_answer(mimo: Installed) -> None:
    plain, whole, lines, piece = (
        mimo("ask", FEW, "-q", *how, "Say hello.")
        for how in ((), ("--json",), ("--jsonl",), ("--json", "--no-stream"))
    )
    text = plain.out.removesuffix("\n")
    assert [it.code for it in (plain, whole, lines, piece)] == [0, 0, 0, 0]
    *events, last = json_lines(lines)
    assert "".join(event["text"] for event in events if event["type"] == "text") == text
    assert len([event for event in events if event["type"] == "text"]) > 3
    assert (whole.json["text"], last["text"], piece.json["text"]) == (text, text, text)
    for answer in (whole.json, last, piece.json):
        assert answer["content"] == [{"type": "text", "text": text}]
        assert answer["model"] == "smollm2"
        assert answer["stop_reason"] in ("end_turn", "max_tokens")
        usage = answer["usage"]
        assert usage["input_tokens"] + usage["cache_read_input_tokens"] > 10
        assert 1 <= usage["output_tokens"] <= 16


def test_a_cut_answer_is_said_to_be_cut(mimo: Installed) -> None:
    result = mimo("ask", "--max-tokens=3", "Count to one hundred.")
    assert result.code == 0
    assert result.err.startswith("mimo: warning: the answer is cut: stopped at max_tokens.")


@pytest.mark.parametrize("how", [(), ("--no-stream",)])
def test_a_stop_sequence_ends_the_answer(mimo: Installed, how: tuple[str, ...]) -> None:
    """llama.cpp says `end_turn`, but names the sequence."""
    whole = mimo("ask", FEW, "-q", "Say hello.").out
    word = whole.split()[1]
    result = mimo("ask", FEW, "--json", *how, "--stop", word, "Say hello.")
    assert result.code == 0
    assert result.json["text"].rstrip() == whole.split()[0]
    assert result.json["stop_sequence"] == word


@pytest.mark.parametrize("how", [(), ("--no-stream",)])
def test_a_stop_sequence_at_once_is_an_empty_answer_and_no_error(
    mimo: Installed, how: tuple[str, ...]
) -> None:
    first = mimo("ask", FEW, "-q", "Say hello.").out[0]
    result = mimo("ask", FEW, *how, "--stop", first, "Say hello.")
    assert (result.code, result.out.strip(), result.err) == (0, "", "")


def test_five_turns_of_piped_lines_and_one_more_by_ask(mimo: Installed) -> None:
    turns = [f"Turn {n}: name a colour.\n" for n in range(1, 6)]
    chat = mimo("chat", "-q", FEW, stdin="".join(turns).encode())
    assert (chat.code, chat.err) == (0, "")
    more = mimo("ask", "-c", "-q", FEW, "And", "one", "more.")
    assert (more.code, more.err) == (0, "")
    (row,) = mimo("history").out.splitlines()
    assert row.split("\t")[1:4] == ["Turn 1: name a colour.", "smollm2", "6"]
    shown = mimo("history", "show").out
    places = [shown.index(turn.strip()) for turn in (*turns, "And one more.")]
    assert places == sorted(places)
    for answer in (*chat.out.splitlines(), more.out.strip()):
        assert answer in shown
    assert KEY.encode() not in mimo.kept()


def test_what_was_said_reaches_the_model(mimo: Installed) -> None:
    """The tokens of a request grow with the turns before it."""
    tokens = []
    for number, conversation in enumerate(((), ("-c",), ("-c",))):
        answer = mimo("ask", FEW, "--json", *conversation, f"Number {number}?").json
        usage = answer["usage"]
        tokens.append(usage["input_tokens"] + usage["cache_read_input_tokens"])
    assert tokens[0] + 10 < tokens[1] < tokens[2] - 10


def test_five_turns_in_a_terminal(mimo: Installed) -> None:
    with mimo.terminal("chat", FEW) as terminal:
        for number in range(1, 6):
            terminal.wait_for("\n›\nsmollm2 ·")  # the bottom line: a prompt is open
            terminal.type(f"Question {number}\r")
            terminal.wait_for(f"› Question {number}\n\n")
        text = terminal.wait_for("\n›\nsmollm2 ·")
        terminal.type("\x04")
        assert terminal.wait() == 0
    for number in range(1, 6):
        _, after = text.split(f"› Question {number}\n", 1)
        assert after.split("›")[0].strip() != ""
    assert mimo("history").out.split("\t")[3] == "5"


def test_ctrl_c_keeps_what_came_and_frees_the_server(mimo: Installed) -> None:
    """It has one place: as long as it worked on an answer, nobody else would get one."""
    asked = "Write a very long story about the sea."
    with mimo.terminal("ask", "--max-tokens=1900", "--raw", asked) as terminal:
        terminal.wait_for("sea")
        terminal.type("\x03")
        assert terminal.wait() == -signal.SIGINT
        answer = terminal.received.rpartition(b"\x1b[?25h")[2]  # behind the row of the wait
        came = answer.split(b"^C")[0].decode().split()
    assert came
    started = time.monotonic()
    more = mimo("ask", "-c", "-q", "--max-tokens=3", "And then?")
    assert (more.code, more.err) == (0, "")
    assert time.monotonic() - started < 15.0  # it had work for longer
    shown = " ".join(mimo("history", "show").out.split())
    assert asked in shown
    assert " ".join(came) in shown


def test_its_list_of_models(mimo: Installed) -> None:
    assert mimo("models", "--remote").out.split("\t")[0] == "smollm2"
    assert [it["id"] for it in mimo("models", "--remote", "--json").json["models"]] == ["smollm2"]


@pytest.mark.parametrize("auth", ["bearer", "x-api-key"])
def test_doctor_finds_nothing_wrong(mimo: Installed, auth: str) -> None:
    result = mimo("doctor", "--json", MIMO_AUTH=auth)
    states = {check["name"]: check["state"] for check in result.json["checks"]}
    assert result.code == 0
    assert (states["connection"], states["request"]) == ("ok", "ok")
    assert "failed" not in states.values()


def test_a_key_in_the_wrong_header_is_refused_with_what_to_do(mimo: Installed) -> None:
    result = mimo("ask", "hi", MIMO_AUTH="api-key")
    assert (result.code, result.out) == (4, "")
    assert error_lines(result)[0] == "mimo: the key was refused: Invalid API Key"
    assert "auth" in error_lines(result)[1]
    assert "xiaomi" not in result.err


def test_a_wrong_key_is_refused(mimo: Installed) -> None:
    result = mimo("ask", "hi", MIMO_API_KEY="sk-another-0123456789")
    assert (result.code, result.out) == (4, "")
    assert "MIMO_API_KEY" in error_lines(result)[1]


def test_a_question_beyond_its_context_is_refused_with_what_to_do(mimo: Installed) -> None:
    result = mimo("ask", "-y", stdin=b"one two " * 3000)
    assert (result.code, result.out) == (10, "")
    what, hint = error_lines(result)
    assert "exceeds the available context size (2048 tokens)" in what
    assert "Shorten" in hint
