"""What the history takes of a disk, and what it does where there is no room left on one."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
from contextlib import closing
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest
from support.disks import fill, free, small_disk
from support.histories import Histories

from mimo_cli.api.protocol.messages import Block, FileSource, Media, Reply, Text, Usage
from mimo_cli.conversation.turns import Turn
from mimo_cli.errors import LocalIOError
from mimo_cli.history.journal import FILE
from mimo_cli.history.removal import deletion, emptying

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mimo_cli.history.store import History

SIZE = 5_500_000  # more than SQLite keeps in memory, and lets its log grow to


def noise(seed: int, size: int = SIZE) -> bytes:
    return random.Random(seed).randbytes(size)  # noqa: S311 - the same bytes every time


def film(data: bytes) -> Media:
    source = FileSource("video/mp4", len(data), sha256(data).hexdigest(), data)
    return Media("video", source, name="film.mp4")


def asked(*blocks: Block) -> Turn:
    return Turn(blocks, {"model": "m"}, 1.0)


def ask(history: History, *blocks: Block) -> str:
    """Keeps a question with its answer; the conversation that it is in."""
    begun = history.begin(asked(*blocks))
    reply = Reply("m", "msg", (Text("Yes."),), "end_turn", None, Usage(3, 4))
    done = asked(*blocks)._replace(number=begun.number, reply=reply, status="complete")
    assert history.finish(begun.conversation, done)
    return begun.conversation


def titles(history: History) -> set[str]:
    return {entry.title for entry in history.listing()}


def log(folder: Path) -> int:
    return (folder / f"{FILE}-wal").stat().st_size


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Histories]:
    found = Histories(tmp_path / "data", lambda: 1.0)
    yield found
    found.close()


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Histories]:
    """A history on a disk of 16 MB."""
    with small_disk(tmp_path / "small", "16m") as folder:
        found = Histories(folder, lambda: 1.0)
        yield found
        found.close()


READER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
for _ in range(2):
    print(*connection.execute("SELECT count(*) FROM turn").fetchone(), flush=True)
    sys.stdin.readline()
"""


# The log


def test_a_film_leaves_no_long_log_when_it_is_answered(opened: Histories) -> None:
    history = opened.open()
    ask(history, film(noise(1)), Text("one"))
    assert log(opened.folder) < SIZE // 2
    (loaded,) = history.with_data(history.load(history.newest())).turns
    assert loaded.question == (film(noise(1)), Text("one"))


def test_a_log_that_another_reads_is_cut_by_the_next_answer(opened: Histories) -> None:
    history = opened.open()
    ask(history, Text("one"))
    with closing(sqlite3.connect(opened.folder / FILE, isolation_level=None)) as other:
        other.execute("BEGIN")
        assert other.execute("SELECT count(*) FROM turn").fetchone() == (1,)
        ask(history, film(noise(1)), Text("two"))
        assert log(opened.folder) > SIZE
        assert other.execute("SELECT count(*) FROM turn").fetchone() == (1,)
    ask(history, Text("three"))
    assert log(opened.folder) < SIZE // 2
    assert titles(history) == {"one", "two", "three"}


def test_a_film_that_did_not_fit_after_all_leaves_no_long_log(opened: Histories) -> None:
    history = opened.open()
    ask(history, Text("one"))
    connection: Any = history.database._connection  # noqa: SLF001 - the limit is a connection's own
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages + 1000}").fetchall()
    with pytest.raises(LocalIOError, match="the disk is full"):
        history.begin(asked(film(noise(1)), Text("two")))
    assert log(opened.folder) == 0
    ask(history, Text("three"))
    assert titles(history) == {"one", "three"}


def test_a_film_that_does_not_fit_takes_nothing_of_the_disk(small: Histories) -> None:
    history = small.open()
    ask(history, Text("one"))
    fill(small.folder, but=3 * SIZE // 2)
    before = free(small.folder)
    with pytest.raises(LocalIOError, match="the disk is full"):
        history.begin(asked(film(noise(1)), Text("two")))
    assert free(small.folder) >= before
    ask(history, Text("three"))
    assert titles(history) == {"one", "three"}


def test_a_film_that_is_kept_already_needs_no_room(small: Histories) -> None:
    history = small.open()
    ask(history, film(noise(1)), Text("one"))
    fill(small.folder, but=400_000)
    ask(history, film(noise(1)), Text("two"))
    assert titles(history) == {"one", "two"}


# Deleting


@pytest.mark.parametrize("is_open", [True, False])
def test_a_film_can_be_deleted_with_hardly_any_room(small: Histories, *, is_open: bool) -> None:
    history = small.open()
    ask(history, Text("one"))
    talk = ask(history, film(noise(1)), Text("two"))
    if not is_open:
        history.close()
    fill(small.folder, but=250_000)
    assert history.delete([talk]) == 1
    assert titles(history) == {"one"}
    assert (small.folder / FILE).stat().st_size < 200_000
    assert not small.holds(noise(1))
    assert not history.is_partly_lost()
    assert small.notices == []


def test_many_can_be_deleted_with_hardly_any_room(small: Histories) -> None:
    history = small.open()
    talks = [ask(history, Text(f"{number} {noise(number, 2_000).hex()}")) for number in range(90)]
    history.search("nothing")
    ask(history, Text("last"))
    history.close()
    fill(small.folder, but=300_000)
    assert history.delete(talks) == 90
    assert titles(history) == {"last"}
    assert not small.holds(noise(1, 2_000).hex().encode())
    assert small.notices == [
        "what was deleted is not overwritten: the disk has no room for that"  # words in the index
    ]


def test_all_can_be_deleted_without_any_room(small: Histories) -> None:
    history = small.open()
    ask(history, Text("one"))
    ask(history, film(noise(1)), Text("two"))
    history.close()
    fill(small.folder)
    assert history.delete_all() == 2
    assert {path.name: path.stat().st_size for path in small.folder.glob(f"{FILE}*")} == {FILE: 0}
    assert small.notices == []
    ask(history, Text("three"))
    assert titles(history) == {"three"}


def test_nothing_is_deleted_without_room_while_others_have_the_file_open(small: Histories) -> None:
    history = small.open()
    ask(history, film(noise(1)), Text("one"))
    history.close()
    command = [sys.executable, "-c", READER, str(small.folder / FILE)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        assert other.stdout.readline() == "1\n"
        fill(small.folder)
        with pytest.raises(LocalIOError) as raised:
            history.delete_all()
        assert raised.value.why == "the disk is full, and another process has it open"
        other.stdin.write("\n")
        other.stdin.flush()
        assert other.stdout.readline() == "1\n"
    assert titles(history) == {"one"}
    assert not history.is_partly_lost()


def test_what_is_emptied_is_overwritten_where_it_was(tmp_path: Path) -> None:
    path = tmp_path / "one.db"
    path.write_bytes(noise(1, 3_000_000))
    kept = tmp_path / "link"
    kept.hardlink_to(path)
    log = tmp_path / "one.db-wal"
    log.write_bytes(noise(2, 30_000))
    with path.open("rb") as file, log.open("rb") as log_file:
        assert emptying.empty_file(path)
        assert file.read() == log_file.read() == b""
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["link", "one.db"]


@pytest.mark.parametrize("has_conversation", [True, False])
def test_what_a_deletion_had_left_is_given_back(
    opened: Histories, *, has_conversation: bool
) -> None:
    history = opened.open()
    talk = ask(history, film(noise(1)), Text("one"))
    if has_conversation:
        ask(history, Text("two"))
        with history.database.writing() as connection:
            deletion.delete(connection, talk, float("inf"))
    else:
        with history.database.writing() as connection:
            deletion.clear(connection)
    history.close()
    assert opened.holds(noise(1))
    again = opened.open()
    assert again.finish_deletion() > SIZE
    assert again.finish_deletion() == 0
    assert not opened.holds(noise(1))
    assert (opened.folder / FILE).stat().st_size < 200_000


def test_a_history_that_is_not_there_has_nothing_left_of_a_deletion(opened: Histories) -> None:
    assert opened.open().finish_deletion() == 0
    assert not opened.folder.exists()
