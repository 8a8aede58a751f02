"""`/fork` in a chat: it goes on in a copy, and the original stays as it is."""

from __future__ import annotations

import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from support.harness import Result, environ_for, mimo

from mimo_cli.history.store import History
from mimo_cli.simulator import Simulator

if TYPE_CHECKING:
    from pathlib import Path

    from mimo_cli.conversation.turns import Conversation


def chat(simulator: Simulator, typed: str, *args: str, folder: Path) -> Result:
    """Chats through a pipe, with the history on."""
    environ = environ_for(simulator, MIMO_HISTORY="true", MIMO_DATA=str(folder))
    return mimo("chat", *args, environ=environ, stdin=typed.encode())


def conversations(folder: Path) -> list[Conversation]:
    """Everything that is kept, newest first."""
    with closing(History(folder, now=time.time, notice=pytest.fail)) as history:
        return [history.load(entry.id) for entry in history.listing()]


def test_a_fork_goes_on_by_itself_and_leaves_the_original(tmp_path: Path) -> None:
    with Simulator(answer="Yes.") as simulator:
        typed = "one\ntwo\n/model mimo-v2.6-flash\n/fork\n/undo\nthree\n"
        result = chat(simulator, typed, folder=tmp_path)
        said = [it["content"] for it in simulator.requests[-1].json["messages"]]
        model = simulator.requests[-1].json["model"]
    copy, original = conversations(tmp_path)
    assert f"mimo: going on with {copy.id}, a copy of {original.id}: one (2)\n" in result.err
    assert [[turn.asked for turn in it.turns] for it in (copy, original)] == [
        ["one", "three"],
        ["one", "two"],
    ]
    assert ([said[0], said[-1]], model) == (["one", "three"], "mimo-v2.6-flash")


@pytest.mark.parametrize(
    ("typed", "args", "why"),
    [
        ("/fork\n", [], "nothing was asked yet"),
        ("one\n/fork\n", ["--no-history"], "this conversation is not kept"),
    ],
)
def test_what_is_not_there_or_not_kept_is_not_copied(
    typed: str, args: list[str], why: str, tmp_path: Path
) -> None:
    with Simulator(answer="Yes.") as simulator:
        result = chat(simulator, typed, *args, folder=tmp_path)
    assert (result.code, f"mimo: {why}" in result.err) == (2, True)
