"""What is kept of the pictures, recordings and films of questions, on real files."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tracemalloc
from contextlib import closing
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest
from support.folders import ROOT
from support.harness import around
from support.histories import Histories
from support.older_histories import take_back

from mimo_cli.api.protocol.messages import (
    Block,
    FileSource,
    Media,
    Reply,
    Text,
    ToolResult,
    UrlSource,
    Usage,
)
from mimo_cli.conversation.turns import Turn
from mimo_cli.errors import LocalIOError
from mimo_cli.history import contents, survey
from mimo_cli.history.changes import conversations
from mimo_cli.history.file import schema
from mimo_cli.history.search import index

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mimo_cli.conversation.turns import Conversation
    from mimo_cli.history.store import History

NOW = 1_750_000_000.0
LEFT_OUT = "a part of the history is damaged and left out; mimo doctor says which"
SIZE = 2_500_000  # more than is written at once, and no multiple of a page


def noise(seed: int, size: int = SIZE) -> bytes:
    return random.Random(seed).randbytes(size)  # noqa: S311 - the same bytes every time


def picture(data: bytes, name: str = "photo.png") -> Media:
    source = FileSource("image/png", len(data), sha256(data).hexdigest(), data)
    return Media("image", source, name=name)


def unloaded(block: Media) -> Media:
    assert isinstance(block.source, FileSource)
    return block._replace(source=block.source._replace(data=None))


def asked(*blocks: Block) -> Turn:
    return Turn(blocks, {"model": "m"}, NOW)


def ask(history: History, *blocks: Block, to: str = "", known: tuple[int, ...] = ()) -> str:
    """Keeps a question with its answer; the conversation that it is in."""
    begun = history.begin(asked(*blocks), conversation=to, known=known)
    reply = Reply("m", "msg", (Text("Yes."),), "end_turn", None, Usage(3, 4))
    done = asked(*blocks)._replace(number=begun.number, reply=reply, status="complete")
    assert history.finish(begun.conversation, done)
    return begun.conversation


class Store(Histories):
    """Histories of which the tables can be looked at."""

    def rows(self, table: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.file)) as connection:
            return connection.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608 - our own

    def plant(self, statement: str, *values: object) -> None:
        with closing(sqlite3.connect(self.file, isolation_level=None)) as connection:
            assert connection.execute(statement, values).rowcount


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    found = Store(tmp_path / "data", lambda: NOW)
    yield found
    found.close()


@pytest.fixture
def history(store: Store) -> History:
    return store.open()


def questions(conversation: Conversation) -> list[tuple[Block, ...]]:
    return [turn.question for turn in conversation.turns]


def run(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", script, *arguments]
    environ = {**os.environ, **around(measured=False)}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environ)


# What is kept


@pytest.mark.parametrize("size", [1, 1 << 20, SIZE])
def test_a_file_comes_back_when_it_is_asked_for(history: History, store: Store, size: int) -> None:
    shown = picture(noise(1, size))
    talk = ask(history, shown, Text("What is it?"))
    history.close()
    loaded = store.open().load(talk)
    assert questions(loaded) == [(unloaded(shown), Text("What is it?"))]
    assert questions(store.open().with_data(loaded)) == [(shown, Text("What is it?"))]


def test_what_a_tool_showed_is_kept_too(history: History) -> None:
    shown = picture(noise(1))
    talk = ask(history, Text("Go on"), ToolResult("t", (Text("this:"), shown)))
    (question,) = questions(history.with_data(history.load(talk)))
    assert question == (Text("Go on"), ToolResult("t", (Text("this:"), shown)))


def test_the_same_content_is_there_once_under_all_its_names(history: History, store: Store) -> None:
    data = noise(1)
    for number in range(10):
        ask(history, picture(data, f"{number}.png"), picture(data, "again.png"))
    ask(history, picture(noise(2)))
    assert len(store.rows("content")) == 2
    assert len(store.rows("attachment")) == 11
    loaded = history.with_data(history.load(history.find("0.png, again.png")))
    first, second = (it.source for it in loaded.turns[0].media)
    assert isinstance(first, FileSource)
    assert isinstance(second, FileSource)
    assert first.data == data
    assert first.data is second.data


def test_what_others_fetch_and_what_is_text_asks_nothing_of_the_tables_of_files(
    history: History, store: Store
) -> None:
    talk = ask(history, Text("hi"), Media("image", UrlSource("https://example.org/i.png")))
    store.close()
    for table in ("content", "attachment"):
        with closing(sqlite3.connect(store.file)) as connection:
            connection.execute(f"DROP TABLE {table}")
    known = tuple(turn.number for turn in history.load(talk).turns)
    assert ask(history, Text("and?"), to=talk, known=known) == talk
    assert history.with_data(history.load(talk)) == history.load(talk)
    assert store.notices == []


def test_reading_a_turn_reads_no_file(history: History) -> None:
    talk = ask(history, picture(noise(1)), Text("What is it?"))
    history.search("what")
    tracemalloc.start()
    history.load(talk)
    history.listing()
    history.search("photo")
    list(history.load_each([talk]))
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < SIZE // 4


def test_a_copy_and_what_was_taken_back_keep_their_files(store: Store) -> None:
    here, there = store.open(), store.open()
    data = noise(1)
    talk = ask(here, picture(data), Text("one"))
    (turn,) = here.load(talk).turns
    conversations.drop(there, talk, [turn.number])
    fork = ask(here, Text("two"), to=talk, known=(turn.number,))
    assert fork != talk
    assert here.delete([talk]) == 1
    (first, _) = questions(here.with_data(here.load(fork)))
    assert first == (picture(data), Text("one"))
    assert not here.is_partly_lost()
    assert here.delete([fork]) == 1
    assert (store.rows("content"), store.rows("attachment")) == ([], [])


def test_a_question_that_takes_the_place_of_another_brings_its_file(history: History) -> None:
    talk = ask(history, picture(noise(1)), Text("one"))
    (old,) = history.load(talk).turns
    question = (picture(noise(2)), Text("one"))
    begun = history.begin(asked(*question), conversation=talk, known=[old.number], replacing=1)
    done = asked(*question)._replace(number=begun.number, reply=old.reply, status="complete")
    assert history.finish(talk, done, instead_of=[old.number])
    assert questions(history.with_data(history.load(talk))) == [question]


def test_a_file_that_was_not_loaded_is_kept_by_its_digest(history: History, store: Store) -> None:
    shown = picture(noise(1))
    first = ask(history, shown, Text("one"))
    second = ask(history, unloaded(shown), Text("two"))
    history.delete([first])
    assert questions(history.with_data(history.load(second))) == [(shown, Text("two"))]
    assert store.notices == []


def test_a_question_without_an_answer_has_its_file_where_it_may_be_asked_again(
    history: History,
) -> None:
    shown = picture(noise(1))
    talk = history.load(history.begin(asked(shown, Text("one"))).conversation)
    assert history.with_data(talk) == talk
    assert questions(history.with_data(talk, unanswered=True)) == [(shown, Text("one"))]


# Deleting


def test_a_content_goes_with_the_last_turn_that_has_it(history: History, store: Store) -> None:
    shared, other, kept = noise(1), noise(2), noise(3)
    first = ask(history, picture(shared), picture(other, "other"), Text("one"))
    second = ask(history, picture(shared), Text("two"))
    last = ask(history, picture(kept), Text("three"))
    history.delete([first])
    assert [store.holds(data) for data in (shared, other, kept)] == [True, False, True]
    history.delete([second])
    assert [store.holds(data) for data in (shared, other, kept)] == [False, False, True]
    assert store.file.stat().st_size < SIZE + 100_000
    assert questions(history.with_data(history.load(last))) == [(picture(kept), Text("three"))]


@pytest.mark.parametrize("is_all", [True, False])
def test_all_or_what_is_older_goes_with_its_files(
    history: History, store: Store, *, is_all: bool
) -> None:
    ask(history, picture(noise(1)), Text("one"))
    assert (history.delete_all() if is_all else history.delete_older(-1.0)) == 1
    assert not store.holds(noise(1))
    assert store.file.stat().st_size < 200_000
    ask(history, picture(noise(1)), Text("one"))
    assert store.holds(noise(1))


def test_contents_go_in_steps(history: History, store: Store) -> None:
    kept = ask(history, picture(noise(9, 500)), Text("kept"))
    for number in range(5):
        ask(history, picture(noise(number, 400)), Text("one"))
    history.close()
    with closing(sqlite3.connect(store.file)) as connection:
        connection.execute("DELETE FROM attachment WHERE turn > 1")
        steps = [contents.remove_unused(connection, 700) for _ in range(3)]
        connection.commit()
    assert steps == [False, False, True]
    assert len(store.rows("content")) == 1
    again = store.open()
    assert questions(again.with_data(again.load(kept)))[0][0] == picture(noise(9, 500))


# Damage


DAMAGE = (
    "UPDATE content SET data = x'00'",
    "UPDATE content SET data = 5",
    "UPDATE content SET sha256 = 'abc'",
    "UPDATE content SET data = CAST('a' || hex(data) AS TEXT)",
    "DELETE FROM content",
)


@pytest.mark.parametrize("statement", DAMAGE)
def test_a_turn_goes_on_without_a_file_that_is_lost(
    history: History, store: Store, statement: str
) -> None:
    shown = picture(noise(1))
    talk = ask(history, shown, Text("one"))
    history.close()
    store.plant(statement)
    again = store.open()
    assert questions(again.with_data(again.load(talk))) == [(Text("one"),)]
    assert store.notices == [LEFT_OUT]
    assert again.is_partly_lost()
    problem = survey.find_problem(again.database)
    assert problem is not None
    assert problem.why == f"the files of 1 turn (of {talk})"
    ask(again, shown, Text("two"))
    loaded = [again.with_data(again.load(entry.id)) for entry in again.listing()]
    assert all(shown in turn.question for it in loaded[:1] for turn in it.turns)


def test_bits_that_flipped_in_a_file_are_found_and_mended_when_it_is_sent_again(
    history: History, store: Store
) -> None:
    shown = picture(noise(1))
    talk = ask(history, shown, Text("one"))
    history.close()
    content = bytearray(store.file.read_bytes())
    content[content.index(noise(1)[SIZE // 2 : SIZE // 2 + 64])] ^= 4
    store.file.write_bytes(content)
    damaged = store.open()
    assert questions(damaged.with_data(damaged.load(talk))) == [(Text("one"),)]
    assert store.notices == [LEFT_OUT]
    damaged.close()
    mended = store.open()
    ask(mended, shown, Text("two"))
    assert questions(mended.with_data(mended.load(talk))) == [(shown, Text("one"))]
    assert not mended.is_partly_lost()


def test_a_table_of_files_that_is_gone_costs_the_files_alone(
    history: History, store: Store
) -> None:
    talk = ask(history, picture(noise(1)), Text("one"))
    history.close()
    with closing(sqlite3.connect(store.file)) as connection:
        connection.execute("DROP TABLE content")
    again = store.open()
    assert questions(again.with_data(again.load(talk))) == [(Text("one"),)]
    assert store.notices == [LEFT_OUT]


def test_a_history_that_cannot_be_read_is_no_loss(history: History, store: Store) -> None:
    talk = history.load(ask(history, picture(noise(1)), Text("one")))
    history.close()
    store.file.rename(store.folder / "elsewhere")
    store.file.mkdir()
    with pytest.raises(LocalIOError, match="it is not a regular file"):
        store.open().with_data(talk)
    assert store.notices == []


def test_a_full_disk_costs_the_entry_alone(history: History, store: Store) -> None:
    ask(history, Text("one"))
    connection: Any = history.database._connection  # noqa: SLF001 - the limit is a connection's own
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages + 100}").fetchall()
    with pytest.raises(LocalIOError, match="the disk is full"):
        history.begin(asked(picture(noise(1)), Text("two")))
    ask(history, Text("three"))
    assert {entry.title for entry in history.listing()} == {"one", "three"}
    assert store.rows("content") == []


# Several processes, one of which may be killed

STORE = """
import os, signal, sys
from hashlib import sha256
from pathlib import Path
from mimo_cli.api.protocol.messages import FileSource, Media, Text
from mimo_cli.conversation.turns import Turn
from mimo_cli.history.store import History

folder, file, at = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
data = file.read_bytes()
source = FileSource("video/mp4", len(data), sha256(data).hexdigest(), data)
turn = Turn((Media("video", source, name="film.mp4"), Text("What?")), {"model": "m"}, 1.0)
history = History(folder, now=lambda: 1.0, notice=print)
history.listing()
counted = 0

def count(frame, event, called):
    global counted
    if event == "c_call" and getattr(called, "__self__", None).__class__.__module__ == "sqlite3":
        counted += 1
        if counted == at:
            os.kill(os.getpid(), signal.SIGKILL)

sys.setprofile(count)
history.begin(turn)
sys.setprofile(None)
"""
COUNTED = "print(counted)"
PEAK = """
with open("/proc/self/status") as status:  # ru_maxrss has what the parent took, too
    print(*(line.split()[1] for line in status if line.startswith("VmHWM")))
"""
LOAD = """
del data, source, turn
history.with_data(history.load(history.newest()), unanswered=True)
"""


@pytest.fixture
def film(tmp_path: Path) -> Path:
    found = tmp_path / "film.mp4"
    found.write_bytes(noise(1, 8_500_000))  # more than SQLite keeps in memory
    return found


@pytest.mark.slow
def test_a_process_that_is_killed_while_it_stores_a_file_leaves_nothing_of_it(
    store: Store, film: Path, tmp_path: Path
) -> None:
    talk = ask(store.open(), Text("before"))
    store.close()
    shutil.copytree(store.folder, tmp_path / "whole")
    whole = run(STORE + COUNTED, str(tmp_path / "whole"), str(film), "0")
    assert (whole.returncode, whole.stderr) == (0, "")
    calls = int(whole.stdout)
    # The last is after the end of the transaction.
    for at, kept in (*((at, 0) for at in (*range(1, calls - 1, 6), calls - 1)), (calls, 1)):
        killed = run(STORE, str(store.folder), str(film), str(at))
        assert killed.returncode == -signal.SIGKILL
        history = store.open()
        ids = [entry.id for entry in history.listing()]
        assert (len(ids), ids.count(talk)) == (1 + kept, 1)
        assert survey.find_problem(history.database) is None
        history.close()
        assert len(store.rows("content")) == kept
    history = store.open()
    loaded = history.with_data(history.load(history.newest()), unanswered=True)
    (shown,) = loaded.turns[0].media
    assert isinstance(shown.source, FileSource)
    assert shown.source.data == film.read_bytes()
    assert store.notices == []


@pytest.mark.slow
def test_two_processes_that_store_the_same_film_at_once_keep_it_once(
    store: Store, film: Path
) -> None:
    command = [sys.executable, "-c", STORE, str(store.folder), str(film), "0"]
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    programs = [subprocess.Popen(command, env=environ) for _ in range(4)]
    assert [program.wait(60) for program in programs] == [0] * 4
    history = store.open()
    assert len(history.listing()) == 4
    assert len(store.rows("content")) == 1
    assert not history.is_partly_lost()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="it is read from /proc")
def test_a_film_is_stored_and_read_without_being_in_memory_twice(tmp_path: Path) -> None:
    film, small, size = tmp_path / "film.mp4", tmp_path / "small.mp4", 37_000_000
    film.write_bytes(bytes(range(250)) * (size // 250))
    small.write_bytes(b"x")

    def peak(script: str, file: Path) -> int:
        done = run(script + PEAK, str(tmp_path / f"{file.stem} data"), str(file), "0")
        assert (done.returncode, done.stderr) == (0, "")
        return int(done.stdout) * 1024

    least = peak(STORE, small)
    assert peak(STORE, film) - least < 1.2 * size  # as the caller has it, and hardly more
    assert peak(STORE + LOAD, film) - least < 2.3 * size  # `history` may still hold the caller's


# Older versions


@pytest.mark.parametrize("version", range(1, schema.VERSION))
def test_a_file_of_any_earlier_version_takes_files(
    history: History, store: Store, version: int
) -> None:
    talk = ask(history, Text("before"))
    history.close()
    with closing(sqlite3.connect(store.file)) as connection:
        take_back(connection, version)
    again = store.open()
    known = tuple(turn.number for turn in again.load(talk).turns)
    question = (picture(noise(1)), Text("after"))
    assert ask(again, *question, to=talk, known=known) == talk
    assert questions(again.with_data(again.load(talk))) == [(Text("before"),), question]
    assert [found.number for found in again.search("before")] == [known[0]]
    assert sum(row.turns for row in again.spent("model")) == 2
    with closing(sqlite3.connect(store.file)) as connection:
        assert schema.version(connection) == schema.VERSION
    assert not again.is_partly_lost()
    assert store.notices == []


# Looking


@pytest.mark.parametrize(
    ("blocks", "title"),
    [
        ((picture(b"1", "a cat.png"),), "a cat.png"),
        ((picture(b"1", "a.png"), picture(b"2", "b.png"), Text("  ")), "a.png, b.png"),
        ((picture(b"1", "a.png"), Text("What is it?")), "What is it?"),
        ((picture(b"1", ""),), "image"),
    ],
)
def test_a_conversation_without_words_is_called_by_its_files(
    history: History, blocks: tuple[Block, ...], title: str
) -> None:
    ask(history, *blocks)
    assert [entry.title for entry in history.listing()] == [title]


def test_a_file_is_found_by_its_name(history: History) -> None:
    ask(history, picture(b"1", "Café au lait.png"), Text("What is it?"))
    ask(history, Media("video", UrlSource("https://example.org/films/storm.mp4"), name="storm.mp4"))
    ask(history, Text("cafe"))

    def found(words: str) -> list[tuple[str, list[str]]]:
        return [
            (it.snippet, [it.snippet[start:end] for start, end in it.matches])
            for it in history.search(words)
        ]

    for _ in range(2):
        assert found("lait.png") == [("Café au lait.png", ["lait.png"])]
        assert found("storm") == [("storm.mp4", ["storm"])]
        assert found("lait what") == [("Café au lait.png", ["lait"])]
        assert [text for text, _ in found("cafe")] == ["cafe", "Café au lait.png"]
        with history.database.writing() as connection:
            index.rebuild(connection)
