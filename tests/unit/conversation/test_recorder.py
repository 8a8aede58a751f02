"""What keeps a conversation, with a real file and without one."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from mimo_cli.advice import Action
from mimo_cli.api.base_url import DEFAULT_BASE_URL
from mimo_cli.api.client import Client
from mimo_cli.api.endpoint import Endpoint
from mimo_cli.api.protocol.assembly import Assembly
from mimo_cli.api.protocol.messages import (
    BlockStart,
    BlockStop,
    Correction,
    InputJsonDelta,
    Message,
    OtherBlock,
    Reply,
    Request,
    Retrying,
    SignatureDelta,
    Text,
    TextDelta,
    Thinking,
    ThinkingDelta,
    ToolResult,
    ToolUse,
)
from mimo_cli.api.timing import Clock, Limits
from mimo_cli.chat.chat_terms import in_chat_terms
from mimo_cli.conversation import asking, changes
from mimo_cli.conversation.recorder import Recorder
from mimo_cli.conversation.rounds import replay
from mimo_cli.conversation.rounds.reply_pieces import pieces
from mimo_cli.conversation.turns import Conversation, Turn
from mimo_cli.errors import Interrupted, LocalIOError, ReaderGone
from mimo_cli.history import turn_row
from mimo_cli.history.store import History
from mimo_cli.output.answer import SilentView
from mimo_cli.output.console import Console
from mimo_cli.output.output_stream import Output
from mimo_cli.phrases import Phrase
from mimo_cli.signals import Signals
from mimo_cli.simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from mimo_cli.advice import Advice
    from mimo_cli.api.protocol.messages import Block, StreamItem
    from mimo_cli.history.journal import Stored


class Listening(Console):
    """A console that keeps what it is told."""

    def __init__(self, told: list[str]) -> None:
        super().__init__(Output(None, "stderr"))
        self._told = told

    def warn(self, text: str | Advice, hint: str | Advice = "") -> None:
        self._told.append(f"{text}. {hint}" if hint else str(text))

    def info(self, text: str) -> None:
        self._told.append(text)


class Saying:
    """A recorder, what it says, and a clock."""

    def __init__(self, folder: Path | None, conversation: Conversation | None = None) -> None:
        self.now = 0.0
        self.told: list[str] = []
        self.history = None
        if folder is not None:
            self.history = History(folder, now=time.time, notice=self.told.append)
        self.recorder = Recorder(
            conversation or Conversation(),
            self.history,
            console=Listening(self.told),
            signals=Signals(),
            monotonic=lambda: self.now,
        )

    def call(self, *words: str) -> None:
        """Questions that are answered with calls and their results, each of its own turn."""
        for text in words:
            turn = asked(text)
            if text.startswith("="):
                turn = turn._replace(question=(ToolResult("c", text), Text(text)))
            reply = Reply(content=(ToolUse("c", "clock", {}),), stop_reason="tool_use")
            self.recorder.begin(turn)
            self.recorder.finish(turn._replace(reply=reply, status="complete", seconds=2.0))

    def ask(self, words: str, answer: str = "Yes.", *, replacing: bool = False) -> None:
        """One turn."""
        turn = asked(words)
        self.recorder.begin(turn, replacing=replacing)
        self.recorder.finish(answered(turn, answer))

    @property
    def questions(self) -> list[str]:
        """What was asked, as the recorder knows it."""
        return [turn.asked for turn in self.recorder.conversation.turns]

    @property
    def kept(self) -> list[list[str]]:
        """What was asked, as the file knows it, for each conversation, the newest first."""
        assert self.history is not None
        found = [self.history.load(entry.id) for entry in self.history.listing()]
        return [[turn.asked for turn in conversation.turns] for conversation in found]


def asked(words: str) -> Turn:
    return Turn((Text(words),), {"model": "m"}, 1.0)


def answered(turn: Turn, answer: str) -> Turn:
    if not answer:
        return turn._replace(status="error")
    reply = Reply(content=(Text(answer),), stop_reason="end_turn")
    return turn._replace(reply=reply, status="complete", seconds=2.0)


def test_a_question_is_taken_back_with_all_its_rounds(tmp_path: Path) -> None:
    saying = Saying(tmp_path)
    saying.ask("one")
    saying.call("two", "=2a", "=2b")
    assert saying.kept == [["one", "two", "=2a", "=2b"]]
    taken = changes.drop_last(saying.recorder)
    assert taken is not None
    assert taken.asked == "two"
    assert (saying.questions, saying.kept) == (["one"], [["one"]])


def test_a_question_that_is_asked_again_has_all_its_rounds_until_it_is_answered(
    tmp_path: Path,
) -> None:
    saying = Saying(tmp_path)
    saying.ask("one")
    saying.call("two", "=2a", "=2b")
    whole = ["one", "two", "=2a", "=2b"]
    saying.ask("two", "", replacing=True)
    assert (saying.questions, saying.kept) == (whole, [whole])
    saying.recorder.begin(asked("two"), replacing=True)
    assert (saying.questions, saying.kept) == (["one"], [whole])
    saying.recorder.finish(answered(asked("two"), "Now."))
    assert (saying.questions, saying.kept) == (["one", "two"], [["one", "two"]])


def test_rounds_come_back_where_a_better_answer_did_not_stay(tmp_path: Path) -> None:
    saying = Saying(tmp_path)
    saying.call("one")
    results = asked("=1a")._replace(question=(ToolResult("c", "noon"), Text("=1a")))
    saying.recorder.begin(results)
    saying.recorder.finish(results)  # no answer came
    saying.recorder.begin(asked("one"), replacing=True)
    events: list[list[StreamItem]] = [[TextDelta(0, "A word")], [Retrying(Phrase("cut"), 1.0, 1)]]
    kept = []
    for group in saying.recorder.record(events):
        del group
        saying.now += 1.0
        kept.append(saying.kept)
    assert kept == [[["one", "=1a"]], [["one"]]]
    saying.recorder.finish(asked("one"))
    assert (saying.questions, saying.kept) == (["one", "=1a"], [["one", "=1a"]])


def test_what_others_changed_stays_as_they_have_it_with_its_rounds(tmp_path: Path) -> None:
    here = Saying(tmp_path)
    here.call("one", "=1a")
    there = loaded(here)
    here.recorder.begin(asked("one"), replacing=True)
    there.call("=1b")
    here.recorder.finish(answered(asked("one"), "Yes."))
    assert here.questions == ["one"]
    assert sorted(here.kept) == [["one"], ["one", "=1a", "=1b"]]
    here.call("=1c")  # which goes on there, with copies of what it knows
    assert sorted(here.kept) == [["one", "=1a", "=1b"], ["one", "=1c"]]
    late = loaded(there)
    there.ask("two")
    changes.drop_last(late.recorder)
    assert late.questions == []
    assert ["one", "=1a", "=1b", "two"] in late.kept


def unanswered_round(folder: Path) -> tuple[Saying, Turn]:
    """A conversation whose results got a part of an answer, and the turn that gives them again."""
    saying = Saying(folder)
    saying.ask("zero")
    saying.call("one")
    results = asked("=1a")._replace(question=(ToolResult("c", "noon"), Text("=1a")))
    saying.recorder.begin(results)
    saying.recorder.finish(partial(results, "It"))
    return saying, results


def test_of_two_that_give_the_same_results_again_the_later_goes_on_in_a_copy(
    tmp_path: Path,
) -> None:
    first, results = unanswered_round(tmp_path)
    second, old = loaded(first), first.recorder.conversation.id
    for saying in (first, second):
        saying.recorder.begin(results, replacing=True, last=1)
    first.recorder.finish(answered(results, "First."))
    second.recorder.finish(answered(results, "Second."))
    new = second.recorder.kept_in
    assert (first.told, first.recorder.kept_in) == ([], old)
    assert second.told == [f"{old} went on elsewhere; this conversation is now {new}"]
    assert second.history is not None
    assert new is not None
    assert [it.reply.text for it in second.history.load(old).turns] == ["Yes.", "", "First."]
    assert [it.reply.text for it in second.history.load(new).turns] == ["Yes.", "", "Second."]
    assert second.history.load(new).turns == second.recorder.conversation.turns
    assert second.history.search("Second.") != []
    (spent,) = second.history.spent("model")
    assert spent.turns == 5  # each of what was asked, once
    second.ask("more")
    assert second.recorder.kept_in == new


def test_of_two_that_give_the_same_results_again_a_part_is_in_nobodys_way(tmp_path: Path) -> None:
    first, results = unanswered_round(tmp_path)
    second = loaded(first)
    for saying in (first, second):
        saying.recorder.begin(results, replacing=True, last=1)
    first.recorder.finish(answered(results, "First."))
    second.recorder.finish(partial(results, ""))
    assert (len(first.kept), second.told) == (1, [])


def test_what_came_of_a_retry_while_others_went_on_is_kept_in_a_copy(tmp_path: Path) -> None:
    here = Saying(tmp_path)
    here.ask("one", "Old.")
    there = loaded(here)
    there.recorder.begin(asked("one"), replacing=True)
    for group in there.recorder.record([[TextDelta(0, "New")]]):
        del group
        there.now += 1.0
    here.ask("two")
    there.recorder.finish(answered(asked("one"), "New."))
    assert sorted(here.kept) == [["one"], ["one", "two"]]
    assert "went on elsewhere; this conversation is now" in there.told[0]


def test_an_answer_goes_on_after_its_rounds(tmp_path: Path) -> None:
    saying = Saying(tmp_path)
    saying.call("one")
    results = asked("=1a")._replace(question=(ToolResult("c", "noon"), Text("=1a")))
    part = Reply(content=(Text("It is"),), stop_reason="max_tokens")
    saying.recorder.begin(results)
    saying.recorder.finish(results._replace(reply=part, status="complete"))
    saying.recorder.begin(results, replacing=True, earlier=part)
    assert saying.questions == ["one"]
    saying.recorder.finish(answered(results, "It is noon."))
    assert (saying.questions, saying.kept) == (["one", "=1a"], [["one", "=1a"]])


def corrected(saying: Saying, answer: str) -> None:
    """A correction, which is asked of the last answer."""
    turn = Turn((Correction("Again.", 1),), {"model": "m"}, 1.0)
    saying.recorder.begin(turn)
    saying.recorder.finish(answered(turn, answer))


@pytest.mark.parametrize("is_kept", [True, False])
def test_what_is_worse_leaves_its_place_again_with_its_corrections(
    tmp_path: Path, *, is_kept: bool
) -> None:
    saying = Saying(tmp_path if is_kept else None)
    saying.ask("one")
    saying.ask("two", "Old, no.")
    corrected(saying, "Old.")
    old = saying.recorder.conversation.turns
    saying.ask("two", "New, no.", replacing=True)
    corrected(saying, "New.")
    changes.put_back(saying.recorder)
    changes.put_back(saying.recorder)  # once is enough
    assert [it.reply for it in saying.recorder.conversation.turns] == [it.reply for it in old]
    assert saying.told == ["the answer before stays: this one does not fit"]
    if saying.history is not None:
        (entry,) = saying.history.listing()
        assert [it.reply.text for it in saying.history.load(entry.id).turns] == [
            *("Yes.", "Old, no.", "Old."),
        ]
        saying.ask("three")  # which goes on there
        assert len(saying.kept) == 1


def kept_answers(saying: Saying) -> list[str]:
    """The answers of the newest conversation, as the file knows it."""
    assert saying.history is not None
    entry = saying.history.listing()[0]
    return [it.reply.text for it in saying.history.load(entry.id).turns]


def retried(folder: Path) -> tuple[Saying, Turn]:
    """An answer that fits, and a retry that does not and is corrected; and the correction."""
    saying = Saying(folder)
    saying.ask("one", "First.")
    saying.ask("two", "Old.")
    turn = asked("two")._replace(request={"model": "m", "schema": {}})
    saying.recorder.begin(turn, replacing=True)
    saying.recorder.finish(answered(turn, "Misfit."))
    correction = turn._replace(question=(Correction("Again.", 1),))
    return saying, correction


def test_what_is_asked_again_by_a_schema_has_its_place_once_it_fits(tmp_path: Path) -> None:
    saying, correction = retried(tmp_path)
    assert kept_answers(saying) == ["First.", "Old."]  # what a kill leaves
    saying.recorder.begin(correction)
    for group in saying.recorder.record([[TextDelta(0, "New")]]):
        del group
        saying.now += 1.0
    assert kept_answers(saying) == ["First.", "Old."]
    saying.recorder.finish(answered(correction, "New."))
    assert kept_answers(saying) == ["First.", "Old."]
    changes.take_place(saying.recorder)
    changes.take_place(saying.recorder)  # once is enough
    changes.put_back(saying.recorder)
    assert kept_answers(saying) == ["First.", "Misfit.", "New."]
    saying.ask("three", "More.")
    assert kept_answers(saying) == ["First.", "Misfit.", "New.", "More."]
    assert (len(saying.kept), saying.told) == (1, [])


def test_what_is_asked_again_by_a_schema_in_vain_changes_nothing(tmp_path: Path) -> None:
    saying, correction = retried(tmp_path)
    saying.recorder.begin(correction)
    saying.recorder.finish(answered(correction, "Worse."))
    changes.judge(saying.recorder, saying.recorder.conversation.turns[-1], {"message": "no"})
    changes.put_back(saying.recorder)
    saying.ask("three", "More.")
    assert kept_answers(saying) == ["First.", "Old.", "More."]
    assert (len(saying.kept), saying.told) == (
        1,
        ["the answer before stays: this one does not fit"],
    )


@pytest.mark.parametrize("when", ["before the correction", "behind it"])
def test_what_fits_goes_into_a_copy_where_others_went_on(tmp_path: Path, when: str) -> None:
    saying, correction = retried(tmp_path)
    other = loaded(saying)
    if when == "before the correction":
        other.ask("else")
    for last in ("Still no.", "New."):
        saying.recorder.begin(correction)
        saying.recorder.finish(answered(correction, last))
    if when == "behind it":
        other.ask("else")
    changes.take_place(saying.recorder)
    answers = ["First.", "Misfit.", "Still no.", "New."]
    assert saying.history is not None
    new = saying.recorder.conversation
    assert [it.reply.text for it in new.turns] == answers
    assert saying.history.load(new.id).turns == new.turns
    old = other.recorder.conversation.id
    assert [it.asked for it in saying.history.load(old).turns] == ["one", "two", "else"]
    assert saying.told == [f"{old} went on elsewhere; this conversation is now {new.id}"]


def test_what_fits_and_was_deleted_meanwhile_is_said_to_be_kept_nowhere(tmp_path: Path) -> None:
    saying, _ = retried(tmp_path)
    assert saying.history is not None
    saying.history.delete_all()
    changes.take_place(saying.recorder)
    assert saying.told == [
        "this answer is not kept: its conversation was deleted elsewhere",
    ]


def test_a_retry_by_a_schema_of_what_did_not_fit_has_its_place_at_once(tmp_path: Path) -> None:
    saying = Saying(tmp_path)
    turn = asked("one")._replace(request={"model": "m", "schema": {}})
    saying.recorder.begin(turn)
    saying.recorder.finish(answered(turn, "Misfit."))
    changes.judge(saying.recorder, saying.recorder.conversation.turns[-1], {"message": "no"})
    saying.recorder.begin(turn, replacing=True)
    saying.recorder.finish(answered(turn, "New."))
    assert kept_answers(saying) == ["New."]


@pytest.mark.parametrize("case", ["error", "another question", "not whole", "not replaced"])
def test_what_is_no_better_is_not_put_back(tmp_path: Path, case: str) -> None:
    saying = Saying(tmp_path)
    saying.ask("one", "Old.")
    recorder = saying.recorder
    if case == "error":
        changes.judge(recorder, recorder.conversation.turns[-1], {"message": "it does not fit"})
    elif case == "not whole":
        turn = asked("two")
        recorder.begin(turn)
        cut = Reply(content=(Text("O"),), stop_reason="max_tokens")
        recorder.finish(turn._replace(reply=cut, status="complete"))
    question = {"another question": "three", "not whole": "two"}.get(case, "one")
    saying.ask(question, "New.", replacing=case != "not replaced")
    changes.put_back(recorder)
    assert recorder.conversation.turns[-1].reply.text == "New."
    assert saying.kept[0] == saying.questions
    assert saying.told == []


def test_what_others_changed_is_not_put_back(tmp_path: Path) -> None:
    here = Saying(tmp_path)
    here.ask("one", "Old.")
    here.ask("one", "New.", replacing=True)
    loaded(here).ask("two")
    changes.put_back(here.recorder)
    assert here.recorder.conversation.turns[-1].reply.text == "New."
    assert here.kept == [["one", "two"]]
    here.ask("three", "Old.")  # which goes on elsewhere
    assert sorted(here.kept) == [["one", "three"], ["one", "two"]]


def test_what_went_on_elsewhere_meanwhile_is_not_put_back(tmp_path: Path) -> None:
    here = Saying(tmp_path)
    here.ask("one", "Old.")
    here.ask("one", "New.", replacing=True)
    loaded(here).ask("two")
    corrected(here, "Newer.")
    changes.put_back(here.recorder)
    assert here.recorder.conversation.turns[-1].reply.text == "Newer."
    assert len(here.kept) == 2


def test_a_conversation_in_memory_needs_no_file() -> None:
    saying = Saying(None)
    saying.ask("one")
    changes.rename(saying.recorder, "Another")
    talk, endpoint = saying.recorder.conversation, Endpoint(DEFAULT_BASE_URL)
    assert (talk.id, talk.title, talk.created, talk.updated) == ("", "Another", 1.0, 3.0)
    sent = replay.messages(talk.turns, (Text("two"),), model="m", endpoint=endpoint)
    assert [message.role for message in sent[:-1]] == ["user", "assistant"]


def test_a_turn_set_aside_is_replaced_by_an_answer_and_stays_without_one(tmp_path: Path) -> None:
    saying = Saying(tmp_path)
    saying.ask("one")
    saying.ask("failed", "", replacing=True)
    assert (saying.questions, saying.kept) == (["one"], [["one"]])
    saying.ask("instead", replacing=True)
    assert (saying.questions, saying.kept) == (["instead"], [["instead"]])
    changes.drop_last(saying.recorder)
    assert (saying.questions, saying.kept) == ([], [])
    assert changes.drop_last(saying.recorder) is None
    saying.ask("two")
    assert (saying.questions, saying.kept) == (["two"], [["two"]])


def test_two_on_one_conversation_do_not_mix(tmp_path: Path) -> None:
    first = Saying(tmp_path)
    first.ask("one")
    assert first.history is not None
    second = Saying(tmp_path, first.history.load(first.recorder.conversation.id))
    second.ask("two here")
    first.ask("two there")
    assert (first.questions, second.questions) == (["one", "two there"], ["one", "two here"])
    assert sorted(first.kept) == [["one", "two here"], ["one", "two there"]]
    assert "went on elsewhere; this conversation is now" in first.told[0]
    first.ask("two again", replacing=True)
    changes.drop_last(first.recorder)
    first.ask("three")
    assert sorted(first.kept) == [["one", "three"], ["one", "two here"]]


def test_one_that_was_set_aside_is_found_again_in_a_copy(tmp_path: Path) -> None:
    first = Saying(tmp_path)
    first.ask("one")
    first.ask("two")
    assert first.history is not None
    second = Saying(tmp_path, first.history.load(first.recorder.conversation.id))
    second.ask("three here")
    first.ask("two instead", replacing=True)
    assert sorted(first.kept) == [["one", "two", "three here"], ["one", "two instead"]]


def test_a_conversation_that_was_deleted_meanwhile_goes_on_in_memory(tmp_path: Path) -> None:
    saying = Saying(tmp_path)
    saying.ask("one")
    assert saying.history is not None
    saying.history.delete_all()
    saying.ask("two")
    saying.ask("three")
    assert saying.questions == ["one", "two", "three"]
    assert saying.kept == [["two", "three"]]


EVENTS: list[StreamItem] = [
    ThinkingDelta(0, "H"),
    ThinkingDelta(0, "m"),
    SignatureDelta(0, "sig"),
    TextDelta(1, "Ye"),
    TextDelta(1, "s"),
]


def test_what_came_is_on_disk_within_a_second_and_not_oftener(tmp_path: Path) -> None:
    saying = Saying(tmp_path)
    saying.recorder.begin(asked("one"))
    wake = saying.recorder.seconds_until_save
    assert wake() is None
    taken = saying.recorder.record([[event] for event in EVENTS])
    assert saying.history is not None
    (entry,) = saying.history.listing()

    def kept() -> list[Block]:
        assert saying.history is not None
        return list(saying.history.load(entry.id).turns[0].reply.content)

    for _ in range(3):
        next(taken)
    assert kept() == []
    assert wake() == pytest.approx(0.8)
    saying.now = 0.8
    assert wake() == 0.0
    next(taken)
    assert [type(block).__name__ for block in kept()] == ["Thinking"]
    assert wake() is None
    saying.now = 2.0
    list(taken)
    assert kept()[1:] == [Text("Ye")]  # what came last is for `finish`


ROME = ToolUse("a", "weather", {"city": "Rome"})
CLOCK = ToolUse("b", "clock", {})
BROKEN = ToolUse("c", "weather", {}, '{"city": "Pa')


def calling(index: int, call: ToolUse, *parts: str, ends: bool = True) -> list[StreamItem]:
    begun = BlockStart(index, call._replace(input={}, broken_input=""))
    deltas = [InputJsonDelta(index, part) for part in parts]
    return [begun, *deltas, *([BlockStop(index)] if ends else [])]


@pytest.mark.parametrize(
    "events",
    [
        pytest.param(
            [
                ThinkingDelta(0, "Hm."),
                TextDelta(1, "I look."),
                *calling(2, ROME, '{"city": ', '"Rome"}'),
                *calling(3, CLOCK),
                *calling(4, BROKEN, BROKEN.broken_input, ends=False),
            ],
            id="whole ones, and one that broke off",
        ),
        pytest.param(
            [*calling(0, ROME, '{"city": "Rome"}'), *calling(0, CLOCK), TextDelta(0, "So.")],
            id="all blocks under one index",
        ),
        pytest.param(
            [
                *(calling(0, ROME, '{"city": ', ends=False) + calling(1, CLOCK, "{", ends=False)),
                *(InputJsonDelta(0, '"Rome"}'), InputJsonDelta(1, "}"), BlockStop(0), BlockStop(1)),
            ],
            id="two that grow in turn",
        ),
        pytest.param(
            [
                *calling(0, ROME, '{"city": ', ends=False),
                *calling(0, ROME, '"Rome"}'),
            ],
            id="one that begins again before each delta",
        ),
        pytest.param(
            [
                *(BlockStart(0, ROME), InputJsonDelta(0, '{"city": "Rome"}')),
                *(InputJsonDelta(0, '{"city": "Paris"}'), BlockStop(0)),
            ],
            id="an input in the start, and in the deltas",
        ),
        pytest.param(
            [
                *(BlockStart(0, BROKEN), InputJsonDelta(0, BROKEN.broken_input)),
                *(InputJsonDelta(0, '{"city": "Paris"}'), BlockStop(0)),
            ],
            id="an input in the start that is none, and one in the deltas",
        ),
        pytest.param(
            [
                *(TextDelta(0, "No"), *calling(1, BROKEN, "{"), Retrying(Phrase("cut"), 1.0, 1)),
                *(TextDelta(0, "Yes."), *calling(1, CLOCK)),
            ],
            id="after one of an attempt that is void",
        ),
    ],
)
def test_calls_that_came_before_a_kill_are_kept(tmp_path: Path, events: list[StreamItem]) -> None:
    saying = Saying(tmp_path)
    saying.recorder.begin(asked("one"))
    for group in saying.recorder.record([[event] for event in events]):
        del group
        saying.now += 1.0
    other = loaded(saying)
    (turn,) = other.recorder.conversation.turns
    assembly = Assembly()
    assembly.add(events)
    assert turn.reply.content == assembly.reply().content
    assert turn.calls


def test_what_a_server_calls_itself_is_no_call_after_a_kill(tmp_path: Path) -> None:
    saying = Saying(tmp_path)
    saying.recorder.begin(asked("one"))
    search: list[StreamItem] = [
        BlockStart(0, OtherBlock({"type": "server_tool_use", "id": "s", "name": "search"})),
        *(InputJsonDelta(0, '{"query": "x"}'), BlockStop(0), TextDelta(1, "Yes.")),
    ]
    for group in saying.recorder.record([[event] for event in search]):
        del group
        saying.now += 1.0
    (turn,) = loaded(saying).recorder.conversation.turns
    assert turn.reply.content == (Text("Yes."),)


def test_an_answer_with_calls_that_goes_on_keeps_them_after_a_kill() -> None:
    blocks = (Text("I look."), ROME, BROKEN)
    kept = [(it.block_index, it.kind, json.dumps(it.text)) for it in pieces(Reply(content=blocks))]
    row = (1, "m", "partial", 1.0, *[None] * 5, "{}", "[]", None)
    assert turn_row.turn(row, kept).reply.content == blocks


def test_nothing_waits_to_be_kept_until_something_comes_in_place_of_what_is_void(
    tmp_path: Path,
) -> None:
    saying = Saying(tmp_path)
    due = saying.recorder.seconds_until_save
    saying.recorder.begin(asked("one"))
    attempts: list[StreamItem] = [
        TextDelta(0, "No"),
        Retrying(Phrase("cut"), 1.0, 1),
        TextDelta(0, "Yes"),
    ]
    seen = []
    for events in saying.recorder.record([[event] for event in attempts]):
        del events
        seen.append(due())
        saying.now += 1.0
    assert seen == [None, None, None]
    assert saying.history is not None
    (entry,) = saying.history.listing()
    assert saying.history.load(entry.id).turns[0].reply.text == "Yes"
    saying.recorder.finish(answered(asked("one"), "Yes."))
    assert due() is None


def test_an_attempt_that_was_void_is_not_kept(tmp_path: Path) -> None:
    saying = Saying(tmp_path)
    saying.recorder.begin(asked("one"))
    attempts: list[StreamItem] = [
        TextDelta(0, "No"),
        Retrying(Phrase("cut"), 1.0, 1),
        TextDelta(0, "Yes"),
    ]
    for events in saying.recorder.record([[event] for event in attempts]):
        del events
        saying.now += 1.0
    assert saying.history is not None
    (entry,) = saying.history.listing()
    assert saying.history.load(entry.id).turns[0].reply.text == "Yes"


def test_trouble_with_the_file_is_told_once_and_costs_nothing_else(tmp_path: Path) -> None:
    saying = Saying(tmp_path / "folder")
    saying.ask("one")
    assert saying.history is not None
    saying.history.close()
    for file in (tmp_path / "folder").iterdir():
        file.unlink()
    (tmp_path / "folder" / "history.db").mkdir()
    saying.ask("two")
    saying.ask("three")
    changes.rename(saying.recorder, "Another")
    changes.drop_last(saying.recorder)
    assert saying.questions == ["one", "two"]
    (said,) = saying.told
    assert said.startswith("cannot use the history ")
    assert "This conversation is no longer kept." in said


def test_steps_out_of_order_are_a_bug_and_change_nothing() -> None:
    saying = Saying(None)
    with pytest.raises(RuntimeError, match="no question was begun"):
        saying.recorder.finish(answered(asked("one"), "Yes."))
    saying.recorder.begin(asked("one"))
    with pytest.raises(RuntimeError):
        saying.recorder.begin(asked("two"))
    with pytest.raises(RuntimeError):
        changes.drop_last(saying.recorder)
    saying.recorder.finish(answered(asked("one"), "Yes."))
    with pytest.raises(RuntimeError):
        saying.recorder.finish(answered(asked("one"), "Yes."))
    assert saying.questions == ["one"]
    assert saying.recorder.is_idle


def test_what_to_do_about_the_file_is_told_in_the_terms_of_the_place(tmp_path: Path) -> None:
    class Damaged(History):
        def begin(self, *_: object, **__: object) -> Stored:
            raise LocalIOError(Phrase("it is damaged"), hint=Action.BEGIN_HISTORY_ANEW)

    with (tmp_path / "stderr").open("w+b") as file:
        console = Console(Output(file.fileno(), "stderr"))
        console.in_words = in_chat_terms
        recorder = Recorder(
            Conversation(),
            Damaged(tmp_path, now=time.time, notice=pytest.fail),
            console=console,
            signals=Signals(),
            monotonic=time.monotonic,
        )
        recorder.begin(asked("one"))
        assert (tmp_path / "stderr").read_text() == (
            "mimo: warning: it is damaged. This conversation is no longer kept. "
            "The next mimo chat sets it aside and begins a new one.\n"
        )


def test_a_file_that_proves_damaged_at_the_end_of_an_answer_is_gone_on_with_in_another(
    tmp_path: Path,
) -> None:
    saying = Saying(tmp_path)
    saying.ask("one")
    turn = asked("two")
    saying.recorder.begin(turn)
    with closing(sqlite3.connect(tmp_path / "history.db", isolation_level=None)) as other:
        other.execute("DROP TABLE piece")
    saying.recorder.finish(answered(turn, "Yes."))
    saying.ask("three")
    assert saying.questions == ["one", "two", "three"]
    assert saying.kept == [["two", "three"]]
    assert [told.startswith("the history was damaged; it is now ") for told in saying.told] == [
        True
    ]
    assert saying.recorder.kept_in == saying.recorder.conversation.id


def as_stored(turn: Turn) -> Turn:
    """Without what is only of use to whoever waits for the answer."""
    return turn._replace(reply=turn.reply._replace(is_over=False))


def partial(turn: Turn, answer: str) -> Turn:
    return turn._replace(reply=Reply(content=(Text(answer),)), status="partial", seconds=1.0)


@pytest.mark.parametrize(
    ("first", "second", "question", "stays"),
    [
        ("A whole answer.", "A part", "one", "A whole answer."),
        ("A longer part", "A part", "one", "A longer part"),
        ("A part", "A longer part", "one", "A longer part"),
        ("A whole answer.", "A part", "one, in other words", "A part"),
        ("A whole answer.", "", "one, in other words", "A whole answer."),
    ],
)
def test_of_two_answers_the_better_stays_on_disk_too_while_it_comes(
    tmp_path: Path, first: str, second: str, question: str, stays: str
) -> None:
    saying = Saying(tmp_path)
    turn = asked("one")
    saying.recorder.begin(turn)
    saying.recorder.finish((answered if "whole" in first else partial)(turn, first))
    assert saying.history is not None
    conversation = saying.recorder.conversation.id

    def kept() -> list[str]:
        assert saying.history is not None
        return [turn.reply.text for turn in saying.history.load(conversation).turns]

    again = asked(question)
    saying.recorder.begin(again, replacing=True)
    assert kept() == [first]
    events: list[StreamItem] = [TextDelta(0, second)] if second else []
    for group in saying.recorder.record([[event] for event in events]):
        del group
        saying.now += 1.0
    assert kept() == [stays]
    saying.recorder.finish(partial(again, second) if second else answered(again, ""))
    assert kept() == [stays] == [it.reply.text for it in saying.recorder.conversation.turns]
    saying.ask("two")
    assert (len(kept()), saying.recorder.conversation.id) == (2, conversation)


def test_a_continuation_is_on_disk_with_what_it_goes_on_from(tmp_path: Path) -> None:
    saying = Saying(tmp_path)
    turn = asked("one")
    reply = Reply(content=(Thinking("Hm.", "sig"), Text("Ye")))
    saying.recorder.begin(turn)
    saying.recorder.finish(turn._replace(reply=reply))
    saying.recorder.begin(asked("one"), replacing=True, earlier=reply)
    assert saying.history is not None
    history, conversation = saying.history, saying.recorder.conversation.id
    kept = []
    events: list[StreamItem] = [
        TextDelta(0, "a"),
        TextDelta(0, "h"),
        Retrying(Phrase("cut"), 1.0, 1),
        TextDelta(0, "s"),
    ]
    for group in saying.recorder.record([[event] for event in events]):
        del group
        saying.now += 1.0
        kept.append([it.reply for it in history.load(conversation).turns])
    assert [[it.text for it in replies] for replies in kept] == [
        ["Ye"],
        ["Yea"],
        ["Yeah"],
        ["Yeah"],
    ]
    (last,) = history.load(conversation).turns
    assert (last.reply.text, last.reply.content[0]) == ("Yes", Thinking("Hm.", "sig"))


def test_a_conversation_that_is_gone_is_said(tmp_path: Path) -> None:
    saying = Saying(tmp_path)
    saying.ask("one")
    old = saying.recorder.conversation.id
    assert saying.history is not None
    saying.recorder.begin(asked("two"))
    saying.history.delete_all()
    saying.recorder.finish(answered(asked("two"), "Yes."))
    saying.ask("one, again", replacing=True)
    new = saying.recorder.conversation.id
    assert saying.told == [
        "this answer is not kept: its conversation was deleted elsewhere",
        (f"{old} was deleted elsewhere; what comes is kept as {new}, without what came before"),
    ]
    assert (saying.questions, saying.kept) == (["one", "one, again"], [["one, again"]])


def loaded(saying: Saying) -> Saying:
    """Another one that goes on with the same conversation."""
    assert saying.history is not None
    folder = saying.history.path.parent
    return Saying(folder, saying.history.load(saying.recorder.conversation.id))


def test_what_is_changed_on_both_sides_is_whole_on_each(tmp_path: Path) -> None:
    here = Saying(tmp_path)
    here.ask("one")
    here.ask("two")
    there = loaded(here)
    here.ask("three")
    changes.drop_last(there.recorder)
    here.ask("four")
    assert here.questions == ["one", "two", "three", "four"]
    assert here.kept == [here.questions]
    there.ask("else")
    assert sorted(here.kept) == [["one", "else"], here.questions]


def test_a_retry_elsewhere_changes_nothing_that_went_on_here(tmp_path: Path) -> None:
    here = Saying(tmp_path)
    here.ask("one", "old")
    there = loaded(here)
    there.recorder.begin(asked("one"), replacing=True)
    here.ask("two")
    there.recorder.finish(answered(asked("one"), "new"))
    assert here.history is not None
    known = here.recorder.conversation
    assert here.history.load(known.id).turns == known.turns
    there.ask("three")
    assert sorted(here.kept) == [["one", "three"], ["one", "two"]]


def test_an_answer_that_was_taken_back_elsewhere_meanwhile_stays_so_there(tmp_path: Path) -> None:
    here = Saying(tmp_path)
    here.recorder.begin(asked("slow"))
    there = loaded(here)
    changes.drop_last(there.recorder)
    there.ask("other")
    here.recorder.finish(answered(asked("slow"), "At last."))
    assert (here.questions, here.kept) == (["slow"], [["other"]])
    here.ask("more")
    assert sorted(here.kept) == [["other"], ["slow", "more"]]


def test_numbers_that_begin_anew_are_not_mistaken_for_others(tmp_path: Path) -> None:
    here, there = Saying(tmp_path), Saying(tmp_path)
    here.ask("a")
    here.recorder.begin(asked("a, again"))
    for file in tmp_path.iterdir():
        file.unlink()
    there.ask("b", "B.")
    there.ask("b, again", "B, again.")
    here.recorder.finish(answered(asked("a, again"), "A."))
    changes.drop_last(here.recorder)
    assert there.history is not None
    kept = there.history.load(there.recorder.conversation.id)
    assert [turn.reply.text for turn in kept.turns] == ["B.", "B, again."]
    assert there.history.search("again") != []
    assert here.told == ["this answer is not kept: its conversation was deleted elsewhere"]


def test_a_title_given_after_a_deletion_is_that_of_what_comes(tmp_path: Path) -> None:
    saying = Saying(tmp_path)
    saying.ask("one")
    assert saying.history is not None
    saying.history.delete_all()
    changes.rename(saying.recorder, "Mine")
    saying.ask("two")
    assert [entry.title for entry in saying.history.listing()] == ["Mine"]


def test_an_attempt_that_was_void_does_not_cost_what_there_was(tmp_path: Path) -> None:
    saying = Saying(tmp_path)
    saying.ask("one", "A whole answer.")
    saying.recorder.begin(asked("one, edited"), replacing=True)
    assert saying.history is not None
    history, conversation = saying.history, saying.recorder.conversation.id
    kept = []
    events: list[StreamItem] = [
        TextDelta(0, "A"),
        Retrying(Phrase("cut"), 1.0, 1),
        TextDelta(0, "\n"),
        TextDelta(0, "B"),
        TextDelta(0, "C"),
    ]
    for group in saying.recorder.record([[event] for event in events]):
        del group
        saying.now += 1.0
        kept.append([it.reply.text for it in history.load(conversation).turns])
    assert kept == [["A whole answer."], ["A"], ["A"], ["A whole answer."], ["\nB"]]


def test_what_all_was_taken_back_can_be_deleted_and_is_in_nobodys_way(tmp_path: Path) -> None:
    saying = Saying(tmp_path)
    saying.ask("secret")
    changes.drop_last(saying.recorder)
    saying.ask("secret")
    assert saying.history is not None
    assert saying.history.find("secret") == saying.recorder.conversation.id
    assert len(saying.history.listing(emptied=True)) == 2
    assert saying.history.delete_older(-10) == 2
    assert saying.history.spent("day") == []


def test_what_came_before_a_kill_is_found_by_its_words(tmp_path: Path) -> None:
    saying = Saying(tmp_path)
    saying.recorder.begin(asked("one"))
    for group in saying.recorder.record([[TextDelta(0, "zebra")], [TextDelta(0, "more")]]):
        del group
        saying.now += 1.0
    other = loaded(saying)
    assert other.history is not None
    assert [found.conversation for found in other.history.search("zebra")] == [
        saying.recorder.conversation.id
    ]


class Struck(History):
    """One that Ctrl-C strikes while it writes."""

    at = ""

    def begin(self, *args: Any, **more: Any) -> Stored:
        begun = super().begin(*args, **more)
        self._strike("begin")
        return begun

    def finish(self, *args: Any, **more: Any) -> Stored | None:
        begun = super().finish(*args, **more)
        self._strike("finish")
        return begun

    def _strike(self, at: str) -> None:
        if at == self.at:
            self.at = ""
            os.kill(os.getpid(), signal.SIGINT)


@pytest.mark.parametrize("at", ["begin", "finish"])
def test_ctrl_c_while_the_disk_is_written_loses_neither_side(tmp_path: Path, at: str) -> None:
    before = signal.getsignal(signal.SIGINT)
    signals = Signals(owns_process=True)
    with Simulator(answer="Yes.") as simulator:
        endpoint = Endpoint(simulator.base_url, simulator.key)
        request = Request("mimo-v2.6-pro", (Message("user", "one"),), thinking=False)
        history = Struck(tmp_path, now=time.time, notice=pytest.fail)
        console = Console(Output(None, "stderr"))
        recorder = Recorder(
            Conversation(), history, console=console, signals=signals, monotonic=time.monotonic
        )
        history.at = at
        try:
            signals.catch(forgiving=True)  # else the end of this process would be timed
            with Client(endpoint, limits=Limits(), retries=0, clock=Clock(), environ={}) as client:
                turn = asking.ask(
                    request,
                    (Text("one"),),
                    client=client,
                    paid_in=None,
                    view=SilentView(console),
                    recorder=recorder,
                    clock=Clock(),
                )
        finally:
            signals.release()
            signal.signal(signal.SIGINT, before)
    assert isinstance(turn.failure, Interrupted)
    came = "Yes." if at == "finish" else ""
    assert turn.reply.text == came
    known = recorder.conversation
    assert [(it.reply.text, it.failure) for it in known.turns] == [(came, None)]
    assert history.load(known.id).turns == tuple(map(as_stored, known.turns))
    if at == "begin":
        assert (turn.seconds, turn.status, simulator.requests) == (0.0, "error", [])
        assert turn.error is not None
        assert turn.error["code"] == "interrupted"


class Gone(SilentView):
    """A view whose output nobody reads any more, once something has come."""

    def show(self, events: Sequence[StreamItem]) -> None:
        if any(isinstance(event, TextDelta) for event in events):
            raise ReaderGone


@pytest.mark.parametrize("is_read", [True, False])
def test_one_turn_goes_from_the_request_to_the_history(tmp_path: Path, is_read: bool) -> None:
    view = (SilentView if is_read else Gone)(Console(Output(None, "stderr")))
    saying = Saying(tmp_path)
    saying.recorder.begin(asked("before"))
    saying.recorder.finish(answered(asked("before"), "Yes."))
    with Simulator(answer="Yes.") as simulator:
        request = Request("mimo-v2.6-pro", (Message("user", "one"),), "Be brief.", thinking=False)
        endpoint = Endpoint(simulator.base_url, simulator.key)
        with Client(endpoint, limits=Limits(), retries=0, clock=Clock(), environ={}) as client:

            def ask() -> Turn:
                return asking.ask(
                    request,
                    (Text("one"),),
                    client=client,
                    paid_in="USD",
                    view=view,
                    recorder=saying.recorder,
                    clock=Clock(),
                )

            if is_read:
                given = ask()
            else:
                with pytest.raises(ReaderGone):
                    ask()
        sent = simulator.requests[0].json
    assert saying.history is not None
    conversation = saying.recorder.conversation
    (_, kept) = saying.history.load(conversation.id).turns
    assert kept == as_stored(conversation.turns[-1])
    assert {**kept.request, "messages": [{"role": "user", "content": "one"}]} == sent
    assert kept.seconds is not None
    if is_read:
        assert as_stored(given) == kept._replace(number=0)
        assert (kept.status, kept.error, given.failure) == ("complete", None, None)
        assert kept.first_text is not None
        assert kept.cost is not None
    else:
        assert kept.error is not None
        assert (kept.status, kept.error["code"]) == ("partial", "reader_gone")
        assert (kept.error["exit_code"], kept.failure) == (141, None)
