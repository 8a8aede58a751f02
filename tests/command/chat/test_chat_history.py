"""What is kept of a conversation, by `ask` and `chat`, whatever happens to the program."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from support.bulk import some
from support.folders import SUPPORT
from support.harness import PATIENCE, Result, Terminal, around, environ_for, mimo

from mimo_cli.api.protocol.messages import Text, Thinking
from mimo_cli.history.store import History
from mimo_cli.simulator import Fault, Simulator

if TYPE_CHECKING:
    from pathlib import Path

    from mimo_cli.conversation.turns import Conversation, Turn


def ask(simulator: Simulator, folder: Path, *args: str, **more: str) -> Result:
    """Asks with history on."""
    kept = {"MIMO_HISTORY": "true", "MIMO_DATA": str(folder), **more}
    return mimo("ask", *args, environ=environ_for(simulator, **kept))


def conversations(folder: Path) -> list[Conversation]:
    """Everything that is kept, newest first."""
    history = History(folder, now=time.time, notice=print)
    found = [history.load(entry.id) for entry in history.listing()]
    history.close()
    return found


def only_turn(folder: Path) -> Turn:
    """The one turn of the one conversation."""
    (conversation,) = conversations(folder)
    (turn,) = conversation.turns
    return turn


def test_a_question_and_its_answer_are_kept_whole(tmp_path: Path) -> None:
    with Simulator(answer="*Yes.*", thinking="Hm.") as simulator:
        result = ask(simulator, tmp_path, "-t", "0.5", "--no-system", "is", "it?")
        (reply,) = [request.json for request in simulator.requests]
    turn = only_turn(tmp_path)
    assert result.code == 0
    assert turn.question == (Text("is it?"),)
    assert turn.request == {name: value for name, value in reply.items() if name != "messages"}
    assert turn.reply.text == "*Yes.*"
    assert [type(block) for block in turn.reply.content] == [Thinking, Text]
    assert (turn.status, turn.reply.stop_reason, turn.error) == ("complete", "end_turn", None)
    assert turn.reply.usage.output_tokens
    assert turn.seconds is not None
    assert turn.first_text is not None
    assert conversations(tmp_path)[0].title == "is it?"


def test_json_names_the_conversation(tmp_path: Path) -> None:
    with Simulator() as simulator:
        kept = ask(simulator, tmp_path, "--json", "hi")
        not_kept = ask(simulator, tmp_path, "--json", "--no-history", "hi")
        gone_on = ask(simulator, tmp_path, "--json", "--no-history", "-c", "hi")
    assert kept.json["conversation"] == conversations(tmp_path)[0].id
    assert not_kept.json["conversation"] is gone_on.json["conversation"] is None


@pytest.mark.parametrize("way", ["option", "setting"])
def test_nothing_is_kept_when_nothing_shall_be(tmp_path: Path, way: str) -> None:
    with Simulator() as simulator:
        if way == "option":
            ask(simulator, tmp_path, "--no-history", "hi")
        else:
            ask(simulator, tmp_path, "hi", MIMO_HISTORY="false")
    assert list(tmp_path.iterdir()) == []


def test_an_answer_that_breaks_off_is_kept_as_far_as_it_came(tmp_path: Path) -> None:
    with Simulator(faults=[Fault.cut(at=3000, times=None)], answer="word " * 100) as simulator:
        result = ask(simulator, tmp_path, "--no-thinking", "hi")
    turn = only_turn(tmp_path)
    assert result.code == 9
    assert turn.status == "partial"
    assert turn.reply.text.rstrip() == result.out.rstrip()
    assert turn.error is not None
    assert turn.error["code"] == "incomplete"


def test_a_question_without_an_answer_is_kept_and_left_out(tmp_path: Path) -> None:
    with Simulator(faults=[Fault.http(400)], answer="Yes.") as simulator:
        ask(simulator, tmp_path, "one")
        assert only_turn(tmp_path).status == "error"
        result = ask(simulator, tmp_path, "-r", "one", "two")
        assert "a question without an answer" in result.err
        assert simulator.requests[-1].json["messages"] == [{"role": "user", "content": "two"}]


def test_c_goes_on_with_the_newest_conversation_that_has_an_answer(tmp_path: Path) -> None:
    with Simulator(answer="Yes.") as simulator:
        ask(simulator, tmp_path, "one")
        assert ask(simulator, tmp_path, "-m", "wrong-model", "two").code == 10
        assert ask(simulator, tmp_path, "-c", "three").code == 0
        body = simulator.requests[-1].json
    assert body["model"] == "mimo-v2.6-pro"
    assert [message["content"] for message in body["messages"]][::2] == ["one", "three"]
    assert [len(found.turns) for found in conversations(tmp_path)] == [2, 1]


def test_which_conversation_goes_on_is_told_where_it_may_be_another(tmp_path: Path) -> None:
    kept = {"MIMO_HISTORY": "true", "MIMO_DATA": str(tmp_path)}
    with Simulator(answer="Yes.") as simulator:
        ask(simulator, tmp_path, "one")
        (id_,) = (it.id for it in conversations(tmp_path))
        told = f"mimo: going on with {id_}: one"
        assert told not in ask(simulator, tmp_path, "-v", "-c", "more").err
        assert ask(simulator, tmp_path, "-m", "wrong-model", "two").code == 10
        assert ask(simulator, tmp_path, "-c", "more").err == ""
        passed_over = f"{told} (the newest has no answer)\n"
        assert ask(simulator, tmp_path, "-m", "wrong-model", "two").code == 10
        assert passed_over in ask(simulator, tmp_path, "-v", "-c", "more").err
        assert ask(simulator, tmp_path, "-m", "wrong-model", "two").code == 10
        environ = environ_for(simulator, **kept)
        with Terminal("ask", "-c", "more", environ=environ) as terminal:
            terminal.wait_for(passed_over)
            assert terminal.wait() == 0
        for named, is_told in (("ON", True), ("ONE", False), (id_[:5], False)):
            result = ask(simulator, tmp_path, "-v", "-r", named, "more")
            assert (f"{told}\n" in result.err) == is_told


def test_c_does_not_take_the_model_of_a_question_that_was_refused(tmp_path: Path) -> None:
    with Simulator(answer="Yes.") as simulator:
        ask(simulator, tmp_path, "one")
        assert ask(simulator, tmp_path, "-c", "-m", "wrong-model", "two").code == 10
        assert ask(simulator, tmp_path, "-c", "three").code == 0
        body = simulator.requests[-1].json
    assert body["model"] == "mimo-v2.6-pro"
    assert [message["content"] for message in body["messages"]][::2] == ["one", "three"]


def test_c_finds_nothing_to_go_on_with_where_no_question_was_answered(tmp_path: Path) -> None:
    with Simulator(faults=[Fault.http(400)]) as simulator:
        ask(simulator, tmp_path, "one")
        result = ask(simulator, tmp_path, "-c", "two")
    assert result.code == 2
    assert "there is no conversation to go on with" in result.err


@pytest.mark.slow
def test_a_conversation_goes_on_by_c_and_r(tmp_path: Path) -> None:
    with Simulator(answer="Yes.") as simulator:
        ask(simulator, tmp_path, "--no-thinking", "-m", "mimo-v2.6-flash", "-s", "Be brief.", "one")
        ask(simulator, tmp_path, "another")
        first = conversations(tmp_path)[1].id
        assert ask(simulator, tmp_path, "--no-thinking", "-r", first[:5], "two").code == 0
        assert ask(simulator, tmp_path, "-r", "ONE", "three").code == 0
        assert ask(simulator, tmp_path, "-c", "-m", "mimo-v2.6-pro", "four").code == 0
        third, fourth = (request.json for request in simulator.requests[-2:])
    assert (third["model"], third["system"]) == ("mimo-v2.6-flash", "Be brief.")
    assert [message["content"] for message in third["messages"]] == [
        *("one", [{"type": "text", "text": "Yes."}], "two", [{"type": "text", "text": "Yes."}]),
        "three",
    ]
    assert fourth["model"] == "mimo-v2.6-pro"
    assert fourth["system"] == "Be brief."
    assert [len(found.turns) for found in conversations(tmp_path)] == [4, 1]


def test_going_on_without_keeping_it_leaves_the_conversation_as_it_was(tmp_path: Path) -> None:
    with Simulator(answer="Yes.") as simulator:
        ask(simulator, tmp_path, "one")
        ask(simulator, tmp_path, "-c", "--no-history", "two")
        assert len(simulator.requests[-1].json["messages"]) == 3
    assert len(conversations(tmp_path)[0].turns) == 1


@pytest.mark.parametrize(
    ("args", "why"),
    [
        (["-c"], "there is no conversation to go on with"),
        (["-r", "nobody"], "no conversation"),
        (["-c", "-r", "x"], "--continue and --resume cannot go together"),
    ],
)
def test_a_conversation_that_is_not_there_is_said_before_anything_is_sent(
    tmp_path: Path, args: list[str], why: str
) -> None:
    with Simulator() as simulator:
        result = ask(simulator, tmp_path, *args, "hi")
        assert (result.code, result.out, why in result.err) == (2, "", True)
        assert simulator.requests == []


def test_a_history_that_cannot_be_written_costs_the_entry_and_not_the_answer(
    tmp_path: Path,
) -> None:
    (tmp_path / "history.db").mkdir()
    with Simulator(answer="Yes.") as simulator:
        result = ask(simulator, tmp_path, "hi")
    assert (result.code, result.out) == (0, "Yes.\n")
    assert result.err.count("This conversation is no longer kept.") == 1


def test_a_damaged_history_is_set_aside_and_the_question_kept_in_a_new_one(tmp_path: Path) -> None:
    (tmp_path / "history.db").write_bytes(b"not a database" * 100)
    with Simulator(answer="Yes.") as simulator:
        result = ask(simulator, tmp_path, "hi")
    assert (result.code, result.out) == (0, "Yes.\n")
    assert "the history was damaged" in result.err
    assert only_turn(tmp_path).reply.text == "Yes."
    assert len(list(tmp_path.glob("history.db.corrupt-*"))) == 1


def test_a_retry_after_a_part_keeps_only_the_whole(tmp_path: Path) -> None:
    answer = "word " * 100
    with Simulator(faults=[Fault.cut(at=3000)], answer=answer) as simulator:
        assert ask(simulator, tmp_path, "--json", "hi").code == 0
    assert only_turn(tmp_path).reply.text == answer


KILLED = some(50)


@pytest.mark.slow
def test_programs_killed_in_mid_answer_lose_nothing_that_was_shown_a_second_before(
    tmp_path: Path,
) -> None:
    script = SUPPORT / "killed.py"
    data = tmp_path / "data"
    answer = "".join(f"{n:04} " for n in range(400))
    with Simulator(answer=answer, delta_chars=5, delay=0.05) as simulator:
        environ = environ_for(simulator, MIMO_HISTORY="true", MIMO_DATA=str(data))
        done = subprocess.run(
            [sys.executable, str(script), str(KILLED), "2.5", str(tmp_path)],
            env={**around(), **environ},
            capture_output=True,
            check=True,
            timeout=PATIENCE,
        )
    shown: dict[str, str] = json.loads(done.stdout)
    turns = [talk.turns[0] for talk in conversations(data)]
    kept = {turn.asked: turn.reply.text for turn in turns}
    assert kept.keys() == shown.keys() == {f"question {number}" for number in range(KILLED)}
    assert {turn.status for turn in turns} == {"partial"}
    assert any(shown.values())
    assert all(answer.startswith(text) for text in kept.values())
    assert {asked for asked, text in shown.items() if not kept[asked].startswith(text)} == set()


def test_what_a_kept_prompt_or_a_profile_says_wins_over_the_conversation(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text(
        '[prompts.q]\nprompt = "{input}?"\nmodel = "asked-model"\nsystem = "Asked."\n'
        '[profiles.p]\nmodel = "profile-model"\n'
    )
    config.chmod(0o600)
    with Simulator(answer="Yes.") as simulator:
        for args in (["one"], ["-c", "--prompt", "q", "two"], ["-c", "-p", "p", "three"]):
            ask(simulator, tmp_path / "data", *args, MIMO_CONFIG=str(config))
        sent = [request.json for request in simulator.requests]
    assert [body["model"] for body in sent] == ["mimo-v2.6-pro", "asked-model", "profile-model"]
    assert sent[1]["system"] == "Asked."


@pytest.mark.slow
@pytest.mark.parametrize(
    ("before", "after", "system"),
    [
        (["-s", "Be a pirate."], ["-m", "mimo-v2.6-flash"], "Be a pirate."),
        (["-s", "Be a pirate."], ["-m", "other"], "Be a pirate."),
        (["-s", "Be a pirate."], ["-m", "other", "-s", "Be terse."], "Be terse."),
        (["--no-system"], ["-m", "mimo-v2.6-flash"], None),
        ([], ["-m", "mimo-v2.6-flash"], "You are MiMo"),
        ([], ["-m", "other"], None),
        (["-m", "other"], ["-m", "mimo-v2.6-flash"], "You are MiMo"),
    ],
)
def test_another_model_goes_on_with_the_users_own_system_prompt(
    tmp_path: Path, before: list[str], after: list[str], system: str | None
) -> None:
    with Simulator(answer="Yes.") as simulator:
        ask(simulator, tmp_path, *before, "one")
        ask(simulator, tmp_path, *after, "-r", "one", "two")  # also after a model it does not know
        sent = simulator.requests[-1].json.get("system")
    assert sent == system or (system == "You are MiMo" and sent.startswith(system))
