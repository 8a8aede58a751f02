"""What is found in the history, in every script and at what cost; files of older versions."""

from __future__ import annotations

import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
import unicodedata
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.bulk import some
from support.harness import around, mimo

from mimo_cli.api.protocol.messages import Reply, Text, Usage
from mimo_cli.conversation.turns import Piece, Turn
from mimo_cli.history import record
from mimo_cli.history.file import migrations, schema
from mimo_cli.history.journal import FILE
from mimo_cli.history.search import folding, lookup, query
from mimo_cli.history.search.snippet import Marked, snippet
from mimo_cli.history.store import History

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MODEL = {"model": "m"}


def decomposed(text: str) -> str:
    return unicodedata.normalize("NFD", text)


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    with closing(History(tmp_path, now=lambda: 1.0, notice=pytest.fail)) as found:
        yield found


def turn(question: str, answer: str) -> Turn:
    reply = Reply("m", "msg", (Text(answer),), "end_turn", None, Usage(3, 4))
    return Turn((Text(question),), MODEL, 1.0, reply, "complete")


def add(history: History, question: str, answer: str) -> int:
    begun = history.begin(Turn((Text(question),), MODEL, 1.0))
    done = turn(question, answer)._replace(number=begun.number)
    history.finish(begun.conversation, done)
    return begun.number


def matched(history: History, words: str) -> list[str]:
    return [it.snippet[start:end] for it in history.search(words) for start, end in it.matches]


# How a thing may be written, and what finds it.
WRITTEN = [
    ("２０２６年", "2026", "２０２６"),
    ("in 2026", "２０２６", "2026"),
    ("Ｐｙｔｈｏｎ", "python", "Ｐｙｔｈｏｎ"),
    (decomposed("고양이가"), "고양이", decomposed("고양이")),
    ("고양이가", decomposed("고양이"), "고양이"),
    (decomposed("ガギグ"), "ガギ", decomposed("ガギ")),
    ("ﾈｺﾃﾞｽ", "ネコデ", "ﾈｺﾃﾞ"),
    ("ネコデス", "ﾈｺﾃﾞ", "ネコデ"),
    ("ทีมงานที่ดี", "ทมงาน", "ทีมงาน"),
    ("มาที่นี่", "ที่นี่", "ที่นี่"),
    ("قال مُحَمَّد", "محمد", "مُحَمَّد"),
    ("محمد", "مُحَمَّد", "محمد"),
    ("أحمد", "احمد", "أحمد"),
    ("שָׁלוֹם עולם", "שלום", "שָׁלוֹם"),
    ("tiếng Việt", "tieng", "tiếng"),
    (decomposed("Café"), "CAFÉ", decomposed("Café")),
    ("die Straße", "STRASSE", "Straße"),
    ("ﬁne", "fine", "ﬁne"),
    ("㍿小米", "株式会社", "㍿"),
    ("① eins", "1", "①"),
    ("Ёлка", "елка", "Ёлка"),
    ("hy\u00adphen", "hyphen", "hy\u00adphen"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("text", "words", "match"), WRITTEN)
def test_what_is_written_otherwise_is_found_and_shown_as_it_was_written(
    history: History, text: str, words: str, match: str
) -> None:
    add(history, "hi", f"before it {text} and after")
    (found,) = history.search(words)
    assert found.snippet == f"before it {text} and after"
    assert matched(history, words) == [match]


@pytest.mark.parametrize(
    ("text", "words"),
    [("ハシ", "バシ"), ("май", "маи"), ("कुछ", "कोई"), ("天气", "气天"), ("2026", "206")],
)
def test_other_letters_are_other_words(history: History, text: str, words: str) -> None:
    add(history, "hi", text)
    assert history.search(words) == []


@pytest.mark.parametrize(
    ("title", "wanted"),
    [
        ("２０２６ budget", "2026 b"),
        ("2026 budget", "２０２６ ＢＵＤＧＥＴ"),
        (decomposed("고양이"), "고양이"),
        ("ﾈｺ", "ネコ"),
        ("Café", "cafe"),
    ],
)
def test_a_title_is_found_however_it_is_written(title: str, wanted: str) -> None:
    assert lookup.find(wanted, [("b7cdefgh", "another"), ("k3jmnpqr", title)]) == "k3jmnpqr"


def test_an_id_is_found_in_full_width_too() -> None:
    assert lookup.find("Ｋ３", [("b7cdefgh", "another"), ("k3jmnpqr", "one")]) == "k3jmnpqr"


# Snippets


def test_a_snippet_is_a_part_round_what_was_found() -> None:
    text = "one two " * 100 + "the needle is here " + "three four " * 100
    found = snippet(["no", text], query.parse("needle here"))
    assert found.text.startswith("…")
    assert found.text.endswith("…")
    assert len(found.text) < 200
    shown = [found.text[start:end] for start, end in found.matches]
    assert shown == ["needle", "here"]


def test_the_text_that_has_most_of_the_words_is_shown() -> None:
    wanted = query.parse("cat dog")
    assert snippet(["a cat", "a dog and a cat"], wanted).text == "a dog and a cat"
    assert snippet(["a cat and a dog", "a dog"], wanted).text == "a cat and a dog"


def test_a_text_in_which_no_word_is_seen_is_shown_from_its_beginning() -> None:
    assert snippet(["", "abc"], query.parse("xyz")) == Marked("abc", ())


@given(st.text(), st.text(max_size=20))
@settings(max_examples=some(300), deadline=None)
def test_a_snippet_is_a_part_of_the_text_whatever_that_is(text: str, words: str) -> None:
    found = snippet([text], query.parse(words))
    assert found.text.strip("…") in text
    assert all(0 <= start < end <= len(found.text) for start, end in found.matches)
    ends = [0, *(place for match in found.matches for place in match)]
    assert ends == sorted(ends)


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40))
@settings(max_examples=some(300), deadline=None)
def test_a_text_is_found_by_itself(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    folder = tmp_path_factory.getbasetemp() / "itself"
    with closing(History(folder, now=lambda: 1.0, notice=pytest.fail)) as history:
        number = add(history, "hi", text)
        if query.parse(text).phrases:
            assert number in [found.number for found in history.search(text)]


def seconds(text: str, words: str) -> float:
    """The least time of three that a snippet takes."""
    wanted, taken = query.parse(words), []
    for _ in range(3):
        started = time.process_time()
        snippet([text], wanted)
        taken.append(time.process_time() - started)
    return min(taken)


@pytest.mark.slow
@pytest.mark.untraced
@pytest.mark.parametrize("word", ["zebra", "斑马"])
def test_a_snippet_costs_the_same_for_one_match_and_for_100_000(word: str) -> None:
    once = f"{word} " + "other " * 99_999
    often = f"{word} " * 100_000
    assert seconds(often, word) < 5 * seconds(once, word) + 0.1


@pytest.mark.untraced
def test_a_search_is_linear_in_the_matches_within_one_turn(history: History) -> None:
    add(history, "hi", "zebra " * 100_000)
    started = time.process_time()
    (found,) = history.search("zebra")
    assert time.process_time() - started < 3  # by SQLite's own snippet: minutes
    assert len(found.matches) > 10


# Long turns, which are in the index part by part


@pytest.mark.slow
def test_a_long_turn_is_found_by_words_that_are_far_apart(history: History) -> None:
    middle = " ".join(f"word{number}" for number in range(20_000))
    long = add(history, "a question", f"first {middle} last phrase")
    short = add(history, "first", "last")
    assert [it.number for it in history.search("first last")] == [short, long]
    assert [it.number for it in history.search("question word19999")] == [long]
    assert [it.number for it in history.search("word10000 absent")] == []
    assert [it.number for it in history.search("last_phrase")] == [long]


@pytest.mark.parametrize("text", ["x" * 50_000, "天 " * 50_000, "a b c " * 20_000, "", "short"])
def test_the_parts_of_a_text_overlap_and_hold_all_of_it(text: str) -> None:
    rest = text
    for part in query.parts(text):
        assert len(part) <= 16_000
        assert part in text
        rest = rest.removeprefix(part) if len(rest) <= len(part) else rest[len(part) - 200 :]
    assert len(rest) <= 200


@pytest.mark.slow
def test_what_waits_for_the_index_while_others_write_is_told_of(tmp_path: Path) -> None:
    told: list[str] = []
    with closing(History(tmp_path, now=time.time, notice=told.append)) as history:
        add(history, "the cat", "meows")
        assert matched(history, "meows")
        add(history, "the dog", "barks")
        with closing(sqlite3.connect(tmp_path / FILE, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            assert matched(history, "meows")
            assert told == ["the newest turns are not searched: another process keeps it busy"]
        assert matched(history, "barks")
    assert len(told) == 1


def test_a_long_turn_that_is_deleted_is_nowhere_in_the_index(history: History) -> None:
    number = add(history, "hi", " ".join(f"secret{n}" for n in range(20_000)))
    assert [it.number for it in history.search("secret777")] == [number]
    assert history.delete([history.newest()]) == 1
    assert history.search("secret777") == []
    history.close()
    assert b"secret777" not in history.path.read_bytes()


def test_what_came_of_an_answer_is_found_while_it_comes(history: History) -> None:
    begun = history.begin(Turn((Text("why?"),), MODEL, 1.0))
    assert [it.number for it in history.search("why")] == [begun.number]
    history.append(begun.conversation, begun.number, [Piece(0, "text", "because")])
    assert [it.number for it in history.search("because")] == [begun.number]
    history.append(begun.conversation, begun.number, [Piece(0, "text", " of that")])
    assert [it.number for it in history.search("of that")] == [begun.number]


# Files of older versions


def indexed_before(text: str) -> str:
    """What the index was given before version 3 of the schema."""
    shown = re.sub(r"[\x00-\x08\x0e-\x1f]", " ", record.storable(text))
    alone = (
        r"[\u1100-\u11ff\u3005-\u3007\u3040-\u30ff\u3100-\u318f\u31f0-\u31ff\u3400-\u4dbf"
        r"\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff66-\uffdc"
        r"\U0001b000-\U0001b16f\U00020000-\U000323af]+"
    )
    return re.sub(alone, lambda run: "\x01".join(["", *run.group(), ""]), shown)


UNFOLDED = (1, 2)
"""The versions of which the index folded case and accents alone."""


def file_of_version(folder: Path, version: int, texts: list[str]) -> None:
    """A file as an older version left it: a conversation for each text, and one never ended."""
    folder.mkdir(mode=0o700)
    with closing(sqlite3.connect(folder / FILE, isolation_level=None)) as connection:
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        connection.execute("PRAGMA journal_mode = WAL").fetchall()
        migrations.migrate(connection, migrations.STEPS[:version])
        for number, text in enumerate(texts, 1):
            done = turn(f"question {number}", text)
            columns = {**record.question_columns(done), **record.answer_columns(done)}
            id_ = f"a{number:07}"
            connection.execute("INSERT INTO conversation VALUES (?, ?, 1.0, 1.0)", (id_, text))
            names, marks = ", ".join(columns), ", ".join("?" * len(columns))
            connection.execute(
                f"INSERT INTO turn (number, conversation, {names}) VALUES (?, ?, {marks})",  # noqa: S608 - our own names
                (number, id_, *columns.values()),
            )
            connection.execute(
                "INSERT INTO words (rowid, question, answer) VALUES (?, ?, ?)",
                (number, indexed_before(done.asked), indexed_before(text)),
            )
        connection.execute("UPDATE turn SET reply = NULL, status = 'partial' WHERE number = 1")
        connection.execute("INSERT INTO piece VALUES (1, 1, 0, 'text', '\"broke off\"')")


OLD_TEXTS = ["unfinished", *(text for text, _, _ in WRITTEN), "plain English", "普通话"]


@pytest.mark.slow
@pytest.mark.parametrize("version", UNFOLDED)
def test_a_file_of_an_older_version_finds_what_is_written_otherwise(
    tmp_path: Path, version: int
) -> None:
    folder = tmp_path / "data"
    file_of_version(folder, version, OLD_TEXTS)
    with closing(History(folder, now=lambda: 1.0, notice=pytest.fail)) as history:
        for number, (_, words, match) in enumerate(WRITTEN, 2):
            assert number in [it.number for it in history.search(words, limit=99)], words
            assert match in matched(history, words)
        assert [it.number for it in history.search("broke off")] == [1]
        assert [it.number for it in history.search("english")] == [len(OLD_TEXTS) - 1]
        assert [it.number for it in history.search("普通")] == [len(OLD_TEXTS)]
        assert len(history.listing()) == len(OLD_TEXTS)
        if version == 1:
            assert sum(row.turns for row in history.spent("model")) == len(OLD_TEXTS)
        assert history.begin(Turn((Text("new"),), MODEL, 1.0)).number == len(OLD_TEXTS) + 1
    with closing(sqlite3.connect(folder / FILE)) as connection:
        assert schema.version(connection) == schema.VERSION


@pytest.mark.slow
@pytest.mark.parametrize("version", UNFOLDED)
def test_a_file_of_an_older_version_with_wrong_cells_is_brought_forward(
    tmp_path: Path, version: int
) -> None:
    wrong = ("'abc'", "x'00ff'", "1e300", "'[1]'", '\'{"usage": "x"}\'', "'{\"usage\": [1]}'")
    columns = ("model", "status", "started", "seconds", "cost", "currency", "request", "question")
    for number, value in enumerate(wrong):
        folder = tmp_path / str(number)
        file_of_version(folder, version, ["one", "two"])
        with closing(sqlite3.connect(folder / FILE, isolation_level=None)) as connection:
            for column in (*columns, "error", "reply"):
                connection.execute(f"UPDATE turn SET {column} = {value}")  # noqa: S608 - our own words
        notices: list[str] = []
        with closing(History(folder, now=lambda: 1.0, notice=notices.append)) as history:
            kept = history.begin(Turn((Text("new"),), MODEL, 1.0))
            assert history.load(kept.conversation).turns[0].asked == "new"
            assert history.search("new") != []
            history.listing()
        assert len(notices) <= 1


# A process that is killed at some statement of the migration, or of bringing the index up to date.
KILLED = """
import os, signal, sqlite3, sys
from pathlib import Path
from mimo_cli.history.file import opening
from mimo_cli.history.store import History

at = int(sys.argv[2])
counted = 0

class Fatal(sqlite3.Connection):
    def execute(self, *args):
        global counted
        counted += 1
        if counted == at:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().execute(*args)

real = sqlite3.connect
sqlite3.connect = lambda *args, **more: real(*args, factory=Fatal, **more)
history = History(Path(sys.argv[1]), now=lambda: 1.0, notice=print)
history.search("2026")
history.close()
print(counted)
"""


@pytest.mark.slow
@pytest.mark.parametrize("version", UNFOLDED)
def test_a_process_that_is_killed_while_it_brings_a_file_forward_leaves_it_whole(
    tmp_path: Path, version: int
) -> None:
    texts = ["unfinished", "２０２６年", "Ｐｙｔｈｏｎ", "plain"]

    def run(name: str, at: int) -> subprocess.CompletedProcess[str]:
        folder = tmp_path / name
        if not folder.exists():
            file_of_version(folder, version, texts)
        command = [sys.executable, "-c", KILLED, str(folder), str(at)]
        environ = {**os.environ, **around(measured=False)}
        return subprocess.run(command, capture_output=True, text=True, check=False, env=environ)

    whole = run("whole", 0)
    assert (whole.returncode, whole.stderr) == (0, "")
    for at in range(4, int(whole.stdout), 4):
        name = f"killed {at}"
        assert run(name, at).returncode == -signal.SIGKILL
        with closing(History(tmp_path / name, now=lambda: 1.0, notice=pytest.fail)) as history:
            assert [it.number for it in history.search("2026 年")] == [2]
            assert [it.number for it in history.search("python")] == [3]
            assert [it.number for it in history.search("plain")] == [4]
            assert [it.number for it in history.search("broke")] == [1]
            assert len(history.listing()) == len(texts)


def tokens(text: str) -> list[str]:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE VIRTUAL TABLE w USING fts5 (t)")
        connection.execute("CREATE VIRTUAL TABLE v USING fts5vocab (w, 'instance')")
        connection.execute("INSERT INTO w VALUES (?)", (text,))
        return [term for (term,) in connection.execute("SELECT term FROM v ORDER BY offset")]


LETTERS = st.one_of(st.characters(categories=["L", "N"]), st.sampled_from(" .,-—。，\n_"))


@given(st.text(LETTERS, max_size=12))
@settings(max_examples=some(300), deadline=None)
def test_the_index_took_what_is_not_taken_anew_as_it_takes_it_now(text: str) -> None:
    if not folding.was_taken_otherwise(text):
        assert tokens(indexed_before(text)) == tokens(query.to_index(text))


@pytest.mark.slow
def test_many_old_turns_are_told_of_before_they_are_waited_for(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    file_of_version(folder, 2, ["one"])
    with closing(sqlite3.connect(folder / FILE, isolation_level=None)) as connection:
        connection.execute(
            "WITH RECURSIVE n (i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 6000)"
            " INSERT INTO turn (number, conversation, model, status, started, request, question)"
            " SELECT i, 'a0000001', 'm', 'partial', 1.0, '{}', '[]' FROM n"
        )
    environ = {"MIMO_DATA": str(folder), "MIMO_CONFIG": "/dev/null", "PATH": os.defpath}
    first = mimo("history", "search", "broke", environ=environ)
    assert "up to 6,000 turns wait for the index; this takes a moment, once" in first.err
    assert first.out.count("\n") == 1
    assert mimo("history", "search", "broke", environ=environ).err == ""


DAMAGE = [
    "started = 1e300",
    "status = x'00'",
    "question = '[5]'",
    "reply = '{}'",
    "conversation = 'zzzzzzzz'",
]


@pytest.mark.slow
@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("is_indexed", [True, False])
@pytest.mark.parametrize("which", ["number = 2", "true"])
def test_what_is_damaged_is_left_out_with_one_notice(
    tmp_path: Path, damage: str, which: str, *, is_indexed: bool
) -> None:
    with closing(History(tmp_path, now=lambda: 1.75e9, notice=pytest.fail)) as sound:
        for text in ("cat one", "cat two", "cat " * 6_000):
            add(sound, text, "Meow.")
        if is_indexed:
            assert len(sound.search("cat")) == 3
    with closing(sqlite3.connect(tmp_path / FILE)) as connection:
        connection.execute(f"UPDATE turn SET {damage} WHERE {which}")  # noqa: S608 - our own words
        connection.commit()
    for _ in range(2):  # the second one has nothing to catch up with
        notices: list[str] = []
        with closing(History(tmp_path, now=lambda: 1.75e9, notice=notices.append)) as history:
            assert len(history.search("cat")) == (2 if which != "true" else 0)
        assert notices == ["a part of the history is damaged and left out; mimo doctor says which"]
