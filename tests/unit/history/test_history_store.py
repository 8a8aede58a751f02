"""The history's store, on real files."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tracemalloc
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.bulk import some
from support.folders import ROOT
from support.harness import around, hint_of
from support.histories import Histories
from support.older_histories import take_back
from support.permissions import mode, umask

from mimo_cli.api.protocol.messages import (
    Block,
    FileSource,
    Measures,
    Media,
    OtherBlock,
    Reply,
    Text,
    Thinking,
    ToolResult,
    ToolUse,
    UrlSource,
    Usage,
)
from mimo_cli.catalogue.pricing import Money
from mimo_cli.conversation.turns import Conversation, Piece, Turn
from mimo_cli.errors import LocalIOError, UsageError
from mimo_cli.history import record
from mimo_cli.history.changes import conversations
from mimo_cli.history.file import migrations, schema
from mimo_cli.history.search import lookup
from mimo_cli.history.store import Entry, History

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from mimo_cli.history.journal import Stored

MODEL = "mimo-v2.6-pro"
DAY = 86_400.0


class Time:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 1_750_000_000.0

    def __call__(self) -> float:
        return self.now


class Store(Histories):
    """Histories with a clock."""

    def __init__(self, folder: Path) -> None:
        self.time = Time()
        super().__init__(folder, self.time)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    found = Store(tmp_path / "data")
    yield found
    found.close()


@pytest.fixture
def history(store: Store) -> History:
    return store.open()


def asked(text: str, *, model: str = MODEL) -> Turn:
    return Turn((Text(text),), {"model": model}, 1_750_000_000.0)


def answered(turn: Turn, text: str, number: int) -> Turn:
    reply = Reply(MODEL, "msg_1", (Text(text),), "end_turn", None, Usage(3, 4))
    return turn._replace(number=number, reply=reply, status="complete", seconds=1.5)


def exchange(history: History, question: str, answer: str, to: str = "", *known: int) -> Stored:
    turn = asked(question)
    begun = history.begin(turn, conversation=to, known=known)
    history.finish(begun.conversation, answered(turn, answer, begun.number))
    return begun


def words_of(conversation: Conversation) -> list[tuple[str, str]]:
    return [(turn.asked, turn.reply.text) for turn in conversation.turns]


def raw(file: Path) -> bytes:
    return b"".join(path.read_bytes() for path in file.parent.iterdir())


# What is kept

EVERYTHING = Turn(
    question=(
        Text("What is in it?\x00\x1b[2J \ud800"),
        Media(
            "image", FileSource("image/png", 2, "0" * 64), name="it.png", measures=Measures(3, 4)
        ),
        Media("video", UrlSource("https://example.org/v"), 2.0, "max"),
        Media(
            "video",
            FileSource("video/mp4", 2, "1" * 64),
            name="it.mp4",
            measures=Measures(3, 4, 5.5, sound=False),
        ),
        ToolResult("t1", (Text("42"),), is_error=True),
        ToolResult("t2", "as text"),
    ),
    request={"model": MODEL, "system": "Be brief.", "stop_sequences": ["\udfff"], "stream": True},
    started=1_750_000_000.25,
    reply=Reply(
        model="mimo-v2.6-pro-0601",
        id="msg_1",
        content=(
            Thinking("Let me \x00 see \ud83d", "c2lnbmVk"),
            Thinking("no signature"),
            Text("It is\r\n\x1b]0;x\x07 a 猫."),
            ToolUse("t3", "look", {"where": ["here", None, 1.5]}),
            OtherBlock({"type": "redacted_thinking", "data": "xyz"}),
        ),
        stop_reason="stop_sequence",
        stop_sequence="END",
        usage=Usage(10, 20, 5),
    ),
    status="error",
    error={"code": "server", "message": "it \x1b broke"},
    seconds=2.5,
    first_text=0.5,
    cost=Money(0.00125, "USD"),
)


def test_a_turn_comes_back_as_it_was(history: History, store: Store) -> None:
    begun = history.begin(EVERYTHING)
    turn = EVERYTHING._replace(number=begun.number)
    history.finish(begun.conversation, turn)
    history.close()
    title = "What is in it?\ufffd\x1b[2J \ufffd"
    now = store.time.now
    assert store.open().load(begun.conversation) == Conversation(
        begun.conversation, title, now, now, (turn,)
    )


def test_a_question_is_there_before_its_answer(history: History, store: Store) -> None:
    begun = history.begin(EVERYTHING)
    expected = Turn(EVERYTHING.question, EVERYTHING.request, EVERYTHING.started)
    (turn,) = store.open().load(begun.conversation).turns
    assert turn == expected._replace(number=begun.number)
    assert turn.status == "partial"


def test_an_answer_that_never_ended_is_what_came_of_it(history: History, store: Store) -> None:
    begun = history.begin(asked("Why?"))
    history.append(
        begun.conversation, begun.number, [Piece(0, "thinking", "Hm"), Piece(0, "thinking", "m.")]
    )
    history.append(
        begun.conversation,
        begun.number,
        [Piece(0, "signature", "c2ln"), Piece(1, "text", "Be\x00")],
    )
    history.append(begun.conversation, begun.number, [Piece(1, "text", "cause")])
    (turn,) = store.open().load(begun.conversation).turns
    assert turn.reply == Reply(content=(Thinking("Hmm.", "c2ln"), Text("Be\x00cause")))
    assert turn.status == "partial"


def test_the_end_of_an_answer_takes_the_place_of_its_pieces(history: History) -> None:
    turn = asked("Why?")
    begun = history.begin(turn)
    history.append(begun.conversation, begun.number, [Piece(0, "text", "Bec")])
    history.finish(begun.conversation, answered(turn, "Because.", begun.number))
    history.append(begun.conversation, begun.number, [Piece(0, "text", " too late")])
    assert words_of(history.load(begun.conversation)) == [("Why?", "Because.")]
    with closing(sqlite3.connect(history.path)) as connection:
        assert connection.execute("SELECT count(*) FROM piece").fetchone() == (0,)


def test_a_dropped_turn_is_kept_but_no_longer_part_of_the_conversation(history: History) -> None:
    first = exchange(history, "one", "eins")
    second = exchange(history, "two", "zwei", first.conversation, first.number)
    conversations.drop(history, second.conversation, [second.number])
    third = exchange(history, "three", "drei", first.conversation, first.number)
    assert third.moved == ""
    loaded = history.load(first.conversation)
    assert words_of(loaded) == [("one", "eins"), ("three", "drei")]
    assert history.search("zwei") == []
    assert [entry.turns for entry in history.listing()] == [2]
    with closing(sqlite3.connect(history.path)) as connection:
        row = connection.execute("SELECT json_extract(reply, '$.usage') FROM turn WHERE dropped")
        assert row.fetchall() == [(json.dumps({**Usage(3, 4)._asdict()}, separators=(",", ":")),)]


# Half surrogates that meet are one character: that is what JSON, and the service, make of them.
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=40)


def units(text: str) -> bytes:
    return text.encode("utf-16-le", "surrogatepass")


@given(ANY_TEXT, ANY_TEXT)
@settings(max_examples=60, deadline=None)
def test_any_text_comes_back_code_unit_by_code_unit(
    tmp_path_factory: pytest.TempPathFactory, question: str, answer: str
) -> None:
    folder = tmp_path_factory.getbasetemp() / "any"
    with closing(History(folder, now=Time(), notice=pytest.fail)) as history:
        begun = exchange(history, question, answer)
        streamed = history.begin(asked(question))
        history.append(streamed.conversation, streamed.number, [Piece(0, "text", answer)])
        (whole,) = history.load(begun.conversation).turns
        (partial,) = history.load(streamed.conversation).turns
    assert [units(turn.asked) for turn in (whole, partial)] == [units(question)] * 2
    assert [units(turn.reply.text) for turn in (whole, partial)] == [units(answer)] * 2


LONG = '\ud83d\udc08 caf\u00e9 "\x00\n' * 20_000
LONG_REPLIES = [
    Reply(MODEL, "msg_1", (Text(LONG),), "end_turn", None, Usage(3, 4)),
    Reply(content=(Thinking(LONG, "c2ln"), Text("Yes.", ({"url": "x"},))), stop_reason="end_turn"),
    EVERYTHING.reply._replace(content=(*EVERYTHING.reply.content, Text(LONG[::-1]))),
]


@pytest.mark.slow
@pytest.mark.parametrize("reply", LONG_REPLIES)
def test_a_long_answer_is_written_in_parts_and_comes_back_whole(
    history: History, store: Store, reply: Reply
) -> None:
    words = EVERYTHING.question[:1]
    begun = history.begin(EVERYTHING._replace(question=words))
    turn = EVERYTHING._replace(question=words, number=begun.number, reply=reply)
    history.append(begun.conversation, begun.number, [Piece(0, "text", "\ud83d\udc08")])
    tracemalloc.start()
    history.finish(begun.conversation, turn)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < len(LONG)  # as JSON it is twice that
    for question in ("More.", "Else."):  # the second does not know of the first
        fork = history.begin(asked(question), conversation=begun.conversation, known=[begun.number])
    history.close()
    expected = turn._replace(reply=json_of(reply))

    def read() -> list[Turn]:
        loaded = [store.open().load(it).turns[0] for it in (begun.conversation, fork.conversation)]
        return [it._replace(number=begun.number) for it in loaded]

    assert (fork.moved, read()) == ("forked", [expected] * 2)
    assert store.open().is_partly_lost() is False
    select = "SELECT reply, typeof(reply) FROM turn WHERE reply IS NOT NULL"
    with closing(sqlite3.connect(store.file, isolation_level=None)) as connection:
        found = connection.execute(select).fetchall()
        assert found == [(json.dumps(record.reply_json(reply)).encode(), "blob")] * 2
        connection.execute("UPDATE turn SET reply = CAST(reply AS TEXT)")  # as it was in version 3
        take_back(connection, 3)
    assert read() == [expected] * 2


def json_of(reply: Reply) -> Reply:
    """A reply whose words have been JSON: half surrogates that meet are one character."""
    blocks: list[Block] = []
    for it in reply.content:
        match it:
            case Text(text):
                blocks.append(it._replace(text=json.loads(json.dumps(text))))
            case Thinking(thinking):
                blocks.append(it._replace(thinking=json.loads(json.dumps(thinking))))
            case _:
                blocks.append(it)
    return reply._replace(content=(*blocks,))


# Several processes

WORKER = """
import sys, time
from pathlib import Path
from mimo_cli.api.protocol.messages import Reply, Text
from mimo_cli.conversation.turns import Turn
from mimo_cli.history.store import History

def fail(text):
    raise AssertionError(text)

name = sys.argv[2]
history = History(Path(sys.argv[1]), now=time.time, notice=fail)
conversation, last = "", 0
for number in range(int(sys.argv[3])):
    question = (Text(f"{name} asks {number}"),)
    turn = Turn(question, {"model": "m"}, 1.0)
    begun = history.begin(turn, conversation=conversation, known=[last] if last else [])
    assert not begun.moved
    conversation, last = begun.conversation, begun.number
    reply = Reply(content=(Text(f"answer {number} for {name}"),), stop_reason="end_turn")
    done = Turn(question, {"model": "m"}, 1.0, reply, "complete", number=last)
    history.finish(conversation, done)
history.close()
"""


def workers(folder: Path, names: str, turns: int) -> None:
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    programs = [
        subprocess.Popen([sys.executable, "-c", WORKER, folder, name, str(turns)], env=environ)
        for name in names
    ]
    assert [program.wait(60) for program in programs] == [0] * len(names)


@pytest.mark.slow
def test_four_processes_that_write_200_turns_each_lose_none(store: Store) -> None:
    workers(store.folder, "abcd", 200)
    history = store.open()
    found = {tuple(words_of(history.load(entry.id))) for entry in history.listing()}
    assert found == {
        tuple((f"{name} asks {n}", f"answer {n} for {name}") for n in range(200)) for name in "abcd"
    }


KILLED = """
import os, signal, sys, time
from pathlib import Path
from mimo_cli.api.protocol.messages import Text
from mimo_cli.conversation.turns import Turn
from mimo_cli.conversation.turns import Piece
from mimo_cli.history.store import History

history = History(Path(sys.argv[1]), now=time.time, notice=print)
begun = history.begin(Turn((Text("Why?"),), {"model": "m"}, 1.0))
pieces = [Piece(0, "text", "Bec"), Piece(0, "text", "ause")]
history.append(begun.conversation, begun.number, pieces)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_had_come_is_there_after_the_process_was_killed(store: Store) -> None:
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", KILLED, store.folder], env=environ, check=False)
    assert done.returncode == -signal.SIGKILL
    history = store.open()
    (turn,) = history.load(history.newest()).turns
    assert (turn.asked, turn.reply.text, turn.status) == ("Why?", "Because", "partial")
    assert store.notices == []


def test_who_continues_a_conversation_that_went_on_elsewhere_gets_one_of_their_own(
    store: Store,
) -> None:
    here, there = store.open(), store.open()
    first = exchange(here, "one", "eins")
    second = exchange(here, "two", "zwei", first.conversation, first.number)
    known = (first.number, second.number)
    theirs = exchange(there, "three", "drei", first.conversation, *known)
    ours = exchange(here, "four", "vier", first.conversation, *known)
    assert (theirs.moved, theirs.conversation) == ("", first.conversation)
    assert (ours.moved, ours.conversation != first.conversation) == ("forked", True)
    start = [("one", "eins"), ("two", "zwei")]
    assert words_of(there.load(first.conversation)) == [*start, ("three", "drei")]
    copy = here.load(ours.conversation)
    assert ours.known == tuple(turn.number for turn in copy.turns[:-1])
    assert words_of(copy) == [*start, ("four", "vier")]
    assert copy.title == "one"
    assert len({turn.number for turn in copy.turns} | {first.number, second.number}) == 5
    assert len(here.search("zwei")) == 2


def test_a_copy_has_also_what_came_of_an_answer_that_has_not_ended(store: Store) -> None:
    here, there = store.open(), store.open()
    first = here.begin(asked("one"))
    here.append(first.conversation, first.number, [Piece(0, "text", "ein")])
    there.begin(asked("meanwhile"), conversation=first.conversation, known=[first.number])
    copy = there.begin(asked("two"), conversation=first.conversation, known=[first.number])
    assert words_of(there.load(copy.conversation)) == [("one", "ein"), ("two", "")]


def test_turns_that_others_took_back_stay_with_who_continues_from_them(store: Store) -> None:
    here, there = store.open(), store.open()
    first = exchange(here, "one", "eins")
    second = exchange(here, "two", "zwei", first.conversation, first.number)
    conversations.drop(there, second.conversation, [second.number])
    conversations.drop(there, first.conversation, [first.number])
    ours = exchange(here, "three", "drei", first.conversation, first.number, second.number)
    assert ours.moved == "forked"
    expected = [("one", "eins"), ("two", "zwei"), ("three", "drei")]
    assert words_of(here.load(ours.conversation)) == expected
    assert [found.conversation for found in here.search("zwei")] == [ours.conversation]


def test_a_question_in_a_conversation_that_was_deleted_begins_a_new_one(store: Store) -> None:
    here, there = store.open(), store.open()
    first = exchange(here, "one", "eins")
    assert there.delete([first.conversation]) == 1
    second = here.begin(asked("two"), conversation=first.conversation, known=[first.number])
    assert (second.moved, second.known) == ("gone", (0,))
    assert words_of(here.load(second.conversation)) == [("two", "")]


def test_a_file_that_was_removed_is_made_anew(store: Store) -> None:
    here = store.open()
    first = exchange(here, "one", "eins")
    for file in store.folder.iterdir():
        file.unlink()
    assert here.listing() == []
    second = exchange(here, "two", "zwei", first.conversation, first.number)
    assert second.moved == "gone"
    assert words_of(store.open().load(second.conversation)) == [("two", "zwei")]


def test_an_answer_takes_the_place_of_another_when_that_is_said(history: History) -> None:
    first = exchange(history, "one", "eins")
    known = {"conversation": first.conversation, "known": [first.number]}

    def kept() -> list[tuple[str, str]]:
        (turn,) = history.load(first.conversation).turns
        assert [found.number for found in history.search("one")] == [turn.number]
        return words_of(history.load(first.conversation))

    second = history.begin(asked("one, in other words"), **known, replacing=1)  # type: ignore[arg-type]  # mypy takes the values for one type
    history.append(second.conversation, second.number, [Piece(0, "text", "u")])
    assert kept() == [("one", "eins")]
    history.append(
        second.conversation, second.number, [Piece(0, "text", "no")], instead_of=[first.number]
    )
    assert kept() == [("one, in other words", "uno")]
    turn = answered(asked("one, in other words"), "", second.number)
    assert history.finish(first.conversation, turn, instead_of=[first.number], stands=False)
    assert kept() == [("one", "eins")]
    third = history.begin(asked("what is one?"), **known, replacing=1)  # type: ignore[arg-type]  # as above
    assert third.moved == ""
    turn = answered(asked("what is one?"), "un", third.number)
    assert history.finish(first.conversation, turn, instead_of=[first.number])
    assert kept() == [("what is one?", "un")]
    assert not history.finish(first.conversation, turn._replace(number=99))
    assert not history.finish("another", turn)


def test_a_turn_that_was_deleted_while_it_streamed_stays_deleted(store: Store) -> None:
    here, there = store.open(), store.open()
    begun = here.begin(asked("one"))
    assert there.delete_all() == 1
    here.append(begun.conversation, begun.number, [Piece(0, "text", "eins")])
    here.finish(begun.conversation, answered(asked("one"), "eins", begun.number))
    assert here.listing() == []
    assert exchange(here, "two", "zwei").number > begun.number


@pytest.mark.slow
def test_a_piece_does_not_wait_long_for_another_process(history: History) -> None:
    begun = history.begin(asked("one"))
    with closing(sqlite3.connect(history.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LocalIOError, match="another process keeps it busy"):
            history.append(begun.conversation, begun.number, [Piece(0, "text", "eins")])
        other.execute("ROLLBACK")
    history.append(begun.conversation, begun.number, [Piece(0, "text", "eins")])
    assert words_of(history.load(begun.conversation)) == [("one", "eins")]


# Looking


def test_the_listing_is_newest_first_with_the_last_model(history: History, store: Store) -> None:
    first = exchange(history, "one\n two", "eins")
    store.time.now += 5
    second = history.begin(asked("three", model="mimo-v2.6-flash"))
    entries = [
        Entry(second.conversation, "three", "mimo-v2.6-flash", 1, store.time.now, answered=False),
        Entry(first.conversation, "one two", MODEL, 1, store.time.now - 5),
    ]
    assert history.listing() == entries
    assert history.listing(1) == entries[:1]
    assert history.newest() == second.conversation
    assert history.newest(answered=True) == first.conversation
    store.time.now += 5
    exchange(history, "four", "vier", first.conversation, first.number)
    assert history.newest() == first.conversation


def test_what_a_wrong_clock_dated_in_the_future_does_not_stay_on_top(
    history: History, store: Store
) -> None:
    store.time.now += 1000 * DAY
    future = exchange(history, "from the future", "eins")
    store.time.now -= 1000 * DAY
    today = exchange(history, "today", "zwei")
    assert [entry.title for entry in history.listing()] == ["today", "from the future"]
    assert history.newest() == today.conversation
    exchange(history, "later", "drei", future.conversation, future.number)
    assert history.newest() == future.conversation


def test_the_listing_is_in_the_order_of_the_times_it_shows(history: History, store: Store) -> None:
    store.time.now += DAY
    exchange(history, "from the future", "eins")
    store.time.now -= DAY
    slow = asked("slow")
    begun = history.begin(slow)
    for question in ("quick", "as quick"):
        exchange(history, question, "zwei")
    store.time.now += 60
    history.finish(begun.conversation, answered(slow, "drei", begun.number))
    expected = ["slow", "as quick", "quick", "from the future"]
    for limit in (None, 4, 10):
        assert [entry.title for entry in history.listing(limit)] == expected


@pytest.mark.slow
def test_the_order_holds_beyond_the_newest_thousand_turns(history: History) -> None:
    first = exchange(history, "first", "eins")
    with closing(sqlite3.connect(history.path, isolation_level=None)) as connection:
        connection.execute(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1500)"
            " INSERT INTO turn (conversation, model, status, started, request, question)"
            " SELECT 'zzzzzzzz', 'm', 'partial', 1.0, '{}', '[]' FROM n"
        )
        connection.execute("INSERT INTO conversation VALUES ('zzzzzzzz', 'many', 1.0, 1.75e9)")
    last = exchange(history, "last", "zwei")
    expected = [last.conversation, "zzzzzzzz", first.conversation]
    assert [entry.id for entry in history.listing()] == expected
    assert [entry.id for entry in history.listing(3)] == expected


def test_a_conversation_can_have_another_title(history: History) -> None:
    begun = exchange(history, "one", "eins")
    conversations.rename(history, begun.conversation, "Uno\x00\ud800")
    assert history.load(begun.conversation).title == "Uno\ufffd\ufffd"
    with pytest.raises(UsageError, match="no conversation has the id nothing"):
        conversations.rename(history, "nothing", "x")


TITLED = [("b7cdefgh", "Plan a trip"), ("b8cdefgh", "plan a party"), ("k3jmnpqr", "Straße")]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("b7cdefgh", "b7cdefgh"),
        ("B7", "b7cdefgh"),
        ("k", "k3jmnpqr"),
        ("PLAN A TRIP", "b7cdefgh"),
        ("strasse", "k3jmnpqr"),
        ("plan a p", "b8cdefgh"),
    ],
)
def test_a_conversation_is_found_by_id_and_by_title(wanted: str, found: str) -> None:
    assert lookup.find(wanted, TITLED) == found


@pytest.mark.parametrize(
    ("wanted", "entries", "found"),
    [
        ("zzzzzzzz", [("zabcdefg", "zzzzzzzz"), ("zzzzzzzz", "other")], "zzzzzzzz"),
        (
            "za",
            [("zabcdefg", "first"), ("b7cdefgh", "ZA"), ("zaccdefg", "za and more")],
            "b7cdefgh",
        ),
        ("za", [("zabcdefg", "first"), ("b7cdefgh", "zeal")], "zabcdefg"),
        (" plan \t b ", [("zabcdefg", "plan  b"), ("b7cdefgh", "Plan b, too")], "zabcdefg"),
    ],
)
def test_a_whole_id_then_a_whole_title_come_before_a_start(
    wanted: str, entries: list[lookup.Titled], found: str
) -> None:
    assert lookup.find(wanted, entries) == found
    assert lookup.find(wanted, entries, title_starts=False) == found


@pytest.mark.parametrize(
    ("wanted", "entries"),
    [
        ("za", [("zabcdefg", "first"), ("b7cdefgh", "zany")]),
        ("za", [("zabcdefg", "first"), ("zaccdefg", "second"), ("b7cdefgh", "zany")]),
    ],
)
def test_starts_of_ids_and_titles_count_together(wanted: str, entries: list[lookup.Titled]) -> None:
    with pytest.raises(lookup.SeveralError) as caught:
        lookup.find(wanted, entries)
    assert caught.value.ids == [id_ for id_, _ in entries]


@pytest.mark.parametrize("title_starts", [True, False])
def test_of_the_same_whole_titles_none_is_meant_and_no_other_title(title_starts: bool) -> None:
    same = [("k3jmnpqr", "za"), ("b7cdefgh", "ZA")]
    with pytest.raises(lookup.SeveralError) as caught:
        lookup.find("za", [("zabcdefg", "za (2)"), *same], title_starts=title_starts)
    assert caught.value.ids == [id_ for id_, _ in same]


def test_what_cannot_be_undone_wants_more_than_the_start_of_a_title() -> None:
    for wanted in ("plan a p", "s"):
        with pytest.raises(UsageError, match="no conversation matches") as caught:
            lookup.find(wanted, TITLED, title_starts=False)
        assert hint_of(caught.value).startswith("Did you mean")
    with pytest.raises(lookup.SeveralError) as several:
        lookup.find("b", [*TITLED, ("zzzzzzzz", "by train")], title_starts=False)
    assert several.value.ids == ["b7cdefgh", "b8cdefgh"]


@pytest.mark.parametrize(
    ("wanted", "message", "hint"),
    [
        (
            "b",
            "2 conversations match 'b'",
            "One of: b7cdefgh (Plan a trip), b8cdefgh (plan a party)",
        ),
        (
            "plan",
            "2 conversations match 'plan'",
            "One of: b7cdefgh (Plan a trip), b8cdefgh (plan a party)",
        ),
        ("party", "no conversation matches 'party'", "Did you mean b8cdefgh (plan a party)"),
        ("plan a drip", "no conversation matches 'plan a drip'", "Did you mean b7cdefgh (Plan a"),
        ("zzz", "no conversation matches 'zzz'", "See: mimo history"),
        ("", "no conversation matches ''", "See: mimo history"),
    ],
)
def test_what_is_not_one_conversation_is_told_with_candidates(
    wanted: str, message: str, hint: str
) -> None:
    with pytest.raises(UsageError) as caught:
        lookup.find(wanted, TITLED)
    assert caught.value.message == message
    assert hint_of(caught.value).startswith(hint)


def test_without_a_file_there_is_nothing_and_none_is_made(history: History, store: Store) -> None:
    assert (history.listing(), history.search("x"), history.newest()) == ([], [], "")
    assert (history.delete(["x"]), history.delete_older(0), history.delete_all()) == (0, 0, 0)
    with pytest.raises(UsageError, match="no conversation has the id x"):
        history.load("x")
    with pytest.raises(UsageError, match="no conversation matches 'x'"):
        history.find("x")
    assert not store.folder.exists()


# Searching


def found(history: History, words: str) -> list[tuple[str, list[str]]]:
    return [
        (item.snippet, [item.snippet[start:end] for start, end in item.matches])
        for item in history.search(words)
    ]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "matches"),
    [
        ("天气", ["天气"]),
        ("北京天气", ["北京天气"]),
        ("北京 天", ["天", "北京", "天"]),
        ("北天", []),
        ("python", ["Python"]),
        ("Pyth", ["Python"]),
        ("pyth 天气", []),
        ("用Python", ["用Python"]),
        ("cafe", ["Café"]),
        ("snake_case", ["snake_case"]),
        ("case", ["case"]),
        ("c", ["C"]),
        ("c++", ["C"]),
        ("ネコ", ["ネコ"]),
        ("고양이", ["고양이"]),
        ('"', []),
        ("* OR", []),
        ("天气 NOT x", []),
    ],
)
def test_words_are_found_in_every_script(history: History, words: str, matches: list[str]) -> None:
    text = "今天北京天气如何?用Python写 Café snake_case C++ ネコです 고양이가"
    exchange(history, "hi", text)
    shown = [match for _, marks in found(history, words) for match in marks]
    assert shown == matches


def test_a_snippet_is_the_text_as_it_was_written(history: History) -> None:
    exchange(history, "问:\x1b[2J 猫在哪里?", "no")
    assert found(history, "猫") == [("问:\x1b[2J 猫在哪里?", ["猫"])]


def test_what_is_found_names_its_turn_newest_first(history: History, store: Store) -> None:
    first = exchange(history, "the cat", "meows")
    second = exchange(history, "a dog", "barks at the cat", first.conversation, first.number)
    numbers = [(item.number, item.title, item.when) for item in history.search("cat")]
    when = 1_750_000_000.0
    assert numbers == [(second.number, "the cat", when), (first.number, "the cat", when)]
    assert len(history.search("cat", limit=1)) == 1
    assert history.search("cat dog")[0].number == second.number
    assert store.notices == []


@given(ANY_TEXT)
@settings(max_examples=some(150), deadline=None)
def test_no_words_are_an_error(tmp_path_factory: pytest.TempPathFactory, words: str) -> None:
    folder = tmp_path_factory.getbasetemp() / "words"
    with closing(History(folder, now=Time(), notice=pytest.fail)) as history:
        if not history.newest():
            exchange(history, "x", "y")
        history.search(words)


# Deleting


def test_what_was_deleted_is_nowhere_in_the_files(history: History, store: Store) -> None:
    kept = exchange(history, "a question to keep", "and its answer")
    secret = exchange(history, "the xyzzyquestion " * 50, "the plughanswer " * 500)
    more = history.begin(asked("q"), conversation=secret.conversation, known=[secret.number])
    history.append(
        more.conversation,
        more.number,
        [Piece(0, "text", "xyzzypiece " * 50)],
    )
    assert b"plughanswer" in raw(store.file)
    assert history.delete([secret.conversation, "no such"]) == 1
    left = raw(store.file)
    assert [word in left for word in (b"xyzzy", b"plugh", b"question to keep")] == [
        False,
        False,
        True,
    ]
    assert history.search("xyzzyquestion") == []
    assert [entry.id for entry in history.listing()] == [kept.conversation]


def test_all_or_what_is_older_can_be_deleted(history: History, store: Store) -> None:
    for word in ("one", "two", "three"):
        exchange(history, word, word)
        store.time.now += DAY
    assert history.delete_older(2.5 * DAY) == 1
    assert [entry.title for entry in history.listing()] == ["three", "two"]
    before = store.file.stat().st_size
    exchange(history, "long", "plugh " * 100_000)
    assert history.delete_all() == 3
    assert (history.listing(), history.search("plugh")) == ([], [])
    assert b"plugh" not in raw(store.file)
    assert store.file.stat().st_size <= before
    exchange(history, "again", "words")
    assert len(history.search("words")) == 1


# The file


def test_the_file_is_for_nobody_but_the_user(history: History, store: Store) -> None:
    with umask(0):
        exchange(history, "one", "eins")
    modes = {path.name: mode(path) for path in store.folder.iterdir()}
    assert modes == {"history.db": 0o600, "history.db-wal": 0o600, "history.db-shm": 0o600}
    assert mode(store.folder) == 0o700


def test_a_file_that_others_could_read_is_closed_to_them(store: Store) -> None:
    exchange(store.open(), "one", "eins")
    store.close()
    store.file.chmod(0o644)
    store.open().listing()
    assert mode(store.file) == 0o600


READ_ONLY = """
import sys, time
from pathlib import Path
from mimo_cli.conversation.turns import Turn
from mimo_cli.errors import LocalIOError
from mimo_cli.history.store import History

history = History(Path(sys.argv[1]), now=time.time, notice=print)
print([entry.title for entry in history.listing()])
try:
    history.begin(Turn((), {"model": "m"}, 1.0))
except LocalIOError as error:
    print(error.why)
"""


OLDER = range(schema.SAME_TABLES, schema.VERSION + 1)


@pytest.mark.slow
@pytest.mark.parametrize("version", OLDER)
def test_a_history_on_a_read_only_disk_can_be_read(store: Store, version: int) -> None:
    history = store.open()
    exchange(history, "one", "eins")
    history.close()
    with closing(sqlite3.connect(store.file)) as connection:
        take_back(connection, version)
    assert [file.name for file in store.folder.iterdir()] == ["history.db"]
    assert_can_be_read_only(store)


@pytest.mark.slow
@pytest.mark.parametrize("version", OLDER)
def test_one_that_has_its_log_beside_it_can_be_read_too(store: Store, version: int) -> None:
    history = store.open()
    exchange(history, "one", "eins")
    with closing(sqlite3.connect(store.file)) as connection:
        take_back(connection, version)
        names = {file.name for file in store.folder.iterdir()}
        assert names == {"history.db", "history.db-wal", "history.db-shm"}
        assert_can_be_read_only(store)


def assert_can_be_read_only(store: Store) -> None:
    """Assert that a history is read where its disk cannot be written to, and it alone."""
    mount = 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" || exit 77'
    script = f'{mount}; exec "$2" -c "$3" "$1"'
    unshare = shutil.which("unshare")
    if unshare is None:
        pytest.skip("there is no unshare")
    words = ["sh", "-c", script, "sh", str(store.folder), sys.executable, READ_ONLY]
    environ = {**os.environ, **around()}
    done = subprocess.run(
        [unshare, "--mount", *words], capture_output=True, text=True, check=False, env=environ
    )
    if done.returncode == 77 or "unshare" in done.stderr:
        pytest.skip("mounting is not allowed here")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "['one']\nit cannot be written to\n"


def test_a_link_in_the_place_of_the_file_is_followed(store: Store, tmp_path: Path) -> None:
    store.folder.mkdir(mode=0o700)
    store.file.symlink_to(tmp_path / "elsewhere.db")
    begun = exchange(store.open(), "one", "eins")
    assert store.file.is_symlink()
    assert words_of(store.open().load(begun.conversation)) == [("one", "eins")]
    assert mode(tmp_path / "elsewhere.db") == 0o600


@pytest.mark.parametrize("content", [b"not a database at all, " * 99, b"SQLite format 3\0" * 99])
def test_a_file_that_is_no_database_is_set_aside(store: Store, content: bytes) -> None:
    store.folder.mkdir(mode=0o700)
    store.file.write_bytes(content)
    history = store.open()
    begun = exchange(history, "one", "eins")
    aside = store.folder / "history.db.corrupt-20250615T150640Z"
    assert aside.read_bytes() == content
    assert store.notices == [f"the history was damaged; it is now {aside}, and a new one begins"]
    assert [entry.id for entry in history.listing()] == [begun.conversation]


def test_what_was_set_aside_in_the_same_second_is_not_lost(store: Store) -> None:
    store.folder.mkdir(mode=0o700)
    for content in (b"first", b"second"):
        store.file.write_bytes(content * 99)
        store.open().listing()
        store.close()
    contents = {path.read_bytes()[:5] for path in store.folder.glob("*.corrupt-*")}
    assert contents == {b"first", b"secon"}


def test_a_file_that_is_cut_short_is_set_aside(store: Store) -> None:
    history = store.open()
    exchange(history, "one", "eins " * 10_000)
    history.close()
    os.truncate(store.file, store.file.stat().st_size // 2)
    assert store.open().listing() == []
    assert len(store.notices) == 1


def test_damage_that_shows_while_a_question_is_stored_does_not_stop_it(store: Store) -> None:
    history = store.open()
    exchange(history, "one", "eins")
    history.close()
    with store.file.open("r+b") as file:  # all but the first page, which is what opening reads
        file.seek(4096)
        file.write(b"\xff" * (store.file.stat().st_size - 4096))
    history = store.open()
    with pytest.raises(LocalIOError, match="it is damaged"):
        history.listing()
    begun = exchange(history, "two", "zwei")
    assert len(store.notices) == 1
    assert words_of(history.load(begun.conversation)) == [("two", "zwei")]


def test_a_file_of_a_newer_version_is_refused_untouched(store: Store) -> None:
    history = store.open()
    exchange(history, "one", "eins")
    history.close()
    with closing(sqlite3.connect(store.file)) as connection:
        connection.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
    before = store.file.read_bytes()
    known = schema.VERSION
    message = f"made by a newer mimo .format {known + 1}, this one knows {known}"
    with pytest.raises(LocalIOError, match=message):
        store.open().listing()
    with pytest.raises(LocalIOError, match=message):
        store.open().begin(asked("two"))
    assert [path.name for path in store.folder.iterdir()] == ["history.db"]
    assert store.file.read_bytes() == before


def test_a_newer_version_that_is_still_in_the_journal_is_refused_too(store: Store) -> None:
    history = store.open()
    exchange(history, "one", "eins")
    with closing(sqlite3.connect(store.file)) as newer:
        newer.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
        with pytest.raises(LocalIOError, match="made by a newer mimo"):
            store.open().listing()


def tables(connection: sqlite3.Connection) -> set[str]:
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    return {name for (name,) in names if not name.startswith(("words_", "sqlite_"))}


def test_an_older_file_is_brought_forward_step_by_step() -> None:
    steps = (
        ("CREATE TABLE a (x)", "INSERT INTO a VALUES (1)"),
        ("CREATE TABLE b AS SELECT x + 1 AS y FROM a", "DROP TABLE a"),
        ("INSERT INTO b VALUES (3)",),
    )
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        migrations.migrate(connection, steps[:1])
        assert (schema.version(connection), tables(connection)) == (1, {"a"})
        migrations.migrate(connection, steps)
        migrations.migrate(connection, steps)
        assert (schema.version(connection), tables(connection)) == (3, {"b"})
        assert connection.execute("SELECT y FROM b").fetchall() == [(2,), (3,)]


def test_a_migration_that_fails_leaves_the_file_as_it_was() -> None:
    steps = (("CREATE TABLE a (x)",), ("CREATE TABLE b (y)", "no SQL"))
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        migrations.migrate(connection, steps[:1])
        with pytest.raises(sqlite3.OperationalError):
            migrations.migrate(connection, steps)
        assert (schema.version(connection), tables(connection)) == (1, {"a"})


def test_a_new_file_has_the_tables_of_this_version(history: History) -> None:
    history.begin(asked("one"))
    with closing(sqlite3.connect(history.path)) as connection:
        names = {"conversation", "turn", "piece", "words", "spent", "unindexed"}
        names |= {"content", "attachment"}
        assert tables(connection) == names
        assert schema.version(connection) == schema.VERSION
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


FULL_DISK = """
import resource, sys
from pathlib import Path
from mimo_cli.api.protocol.messages import Text
from mimo_cli.conversation.turns import Turn
from mimo_cli.errors import LocalIOError
from mimo_cli.history.store import History

history = History(Path(sys.argv[1]), now=lambda: 0.0, notice=print)
first = history.begin(Turn((Text("small"),), {"model": "m"}, 0.0))
before = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, before[1]))
try:
    history.begin(Turn((Text("large " * 100_000),), {"model": "m"}, 0.0))
except LocalIOError as error:
    print(error.exit_code, error.message.partition(": ")[0])
resource.setrlimit(resource.RLIMIT_FSIZE, before)
print(history.load(first.conversation).turns[0].asked)
history.begin(Turn((Text("after"),), {"model": "m"}, 0.0))
print([entry.title for entry in history.listing()])
history.close()
"""


def test_a_file_that_cannot_grow_costs_the_entry_and_nothing_else(store: Store) -> None:
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", FULL_DISK, str(store.folder)]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    titles = {"['after', 'small']\n", "['small', 'after']\n"}
    head = f"12 cannot use the history {store.file}\nsmall\n"
    assert done.stdout in {head + end for end in titles}, done.stderr


def test_a_full_disk_is_said_in_those_words(history: History) -> None:
    exchange(history, "one", "eins")
    connection: Any = history.database._connection  # noqa: SLF001 - the limit is a connection's own
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages}").fetchall()
    with pytest.raises(LocalIOError, match="the disk is full"):
        history.begin(asked("large " * 10_000))
    assert [entry.title for entry in history.listing()] == ["one"]


def test_a_folder_that_cannot_be_made_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    store = Store(tmp_path / "file" / "data")
    with pytest.raises(LocalIOError, match="cannot use the history"):
        store.open().begin(asked("one"))


@pytest.mark.parametrize("make", [os.mkdir, os.mkfifo])
def test_what_is_no_file_is_refused(store: Store, make: Callable[[Path], None]) -> None:
    store.folder.mkdir(mode=0o700)
    make(store.file)
    with pytest.raises(LocalIOError, match="it is not a regular file"):
        store.open().listing()


def test_a_block_that_is_not_known_is_kept(history: History) -> None:
    block: Block = OtherBlock({"type": "server_tool_use", "x": [1]})
    turn = asked("one")._replace(question=(Text("one"), block))
    begun = history.begin(turn)
    assert history.load(begun.conversation).turns[0].question == (Text("one"), block)
