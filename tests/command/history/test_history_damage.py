"""A damaged history never stops a question: bits that flipped, cells of a wrong type or range."""

from __future__ import annotations

import itertools
import os
import random
import shutil
import sqlite3
import time
from collections import Counter
from contextlib import closing, suppress
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.bulk import part, some
from support.harness import environ_for, mimo

from mimo_cli.api.protocol.messages import FileSource, Media, Reply, Text, Usage
from mimo_cli.catalogue.pricing import GROUPINGS, Money
from mimo_cli.conversation.shown.export_formats import as_json, line, markdown
from mimo_cli.conversation.turns import Piece, Turn
from mimo_cli.errors import LocalIOError, MimoError
from mimo_cli.history import cells, record, survey
from mimo_cli.history.file import migrations
from mimo_cli.history.file.database import Database
from mimo_cli.history.journal import FILE
from mimo_cli.history.losses import UnreadableError
from mimo_cli.history.store import History
from mimo_cli.simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from support.harness import Result

    from mimo_cli.conversation.turns import Conversation

NOW = 1_750_000_000.0
MODEL = "mimo-v2.6-pro"
ASIDE = "the history was damaged; it is now "
LEFT_OUT = "a part of the history is damaged and left out; mimo doctor says which"

QUESTIONS = some(2_000)
PROGRAMS = 24


DATA = bytes(range(256)) * 20
SOURCE = FileSource("image/png", len(DATA), sha256(DATA).hexdigest(), DATA)
PICTURE = Media("image", SOURCE, name="it.png")


def asked(text: str, *media: Media) -> Turn:
    return Turn((*media, Text(text)), {"model": MODEL}, NOW)


def answered(turn: Turn, number: int, answer: str) -> Turn:
    reply = Reply(MODEL, "msg", (Text(answer),), "end_turn", None, Usage(3, 4))
    done = turn._replace(number=number, reply=reply, status="complete")
    return done._replace(seconds=1.5, cost=Money(0.25))


def exchange(history: History, question: str, answer: str) -> str:
    begun = history.begin(asked(question))
    found = history.finish(begun.conversation, answered(asked(question), begun.number, answer))
    assert found is not None
    return found.conversation


def fill(folder: Path) -> bytes:
    """A file with turns of all kinds: whole, long, in scripts, broken off, refused, never ended."""
    with closing(History(folder, now=lambda: NOW, notice=pytest.fail)) as history:
        for question, answer in (("the cat", "meows"), ("天气", "晴朗"), ("long", "word " * 400)):
            chosen = exchange(history, question, answer)
            known = [turn.number for turn in history.load(chosen).turns]
            begun = history.begin(asked("and?"), conversation=chosen, known=known)
            history.finish(chosen, answered(asked("and?"), begun.number, answer))
        begun = history.begin(asked("broke off", PICTURE))
        history.append(begun.conversation, begun.number, [Piece(0, "text", "as far")])
        begun = history.begin(asked("refused"))
        failed = asked("refused")._replace(number=begun.number, status="error", error={"code": "x"})
        history.finish(begun.conversation, failed)
        history.search("cat")
        exchange(history, "the long", "word " * 3500)  # which the index does not have yet
    return (folder / FILE).read_bytes()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder in memory, if there is one: thousands of files are synchronised in it."""
    memory = Path("/dev/shm")  # noqa: S108 - nothing of worth is put there
    found = tmp_path_factory.mktemp("damage")
    if os.access(memory, os.W_OK):
        found = memory / f"mimo-damage-{os.getpid()}"
        found.mkdir(mode=0o700)
    yield found
    shutil.rmtree(found)


@pytest.fixture(scope="module")
def whole(folder: Path) -> bytes:
    return fill(folder / "whole")


ACTS: tuple[Callable[[History], object], ...] = (
    lambda it: [it.load(entry.id) for entry in it.listing(emptied=True)],
    lambda it: [
        as_text for one in it.load_each([e.id for e in it.listing()]) for as_text in texts(one)
    ],
    lambda it: [it.search(words) for words in ("cat", "天", "word", "far", "the long")],
    lambda it: [it.spent(by, since) for by in GROUPINGS for since in (0.0, NOW - 1)],
    lambda it: it.find("the cat"),
    lambda it: [it.with_data(it.load(entry.id)) for entry in it.listing()],
    lambda it: it.load(it.newest(answered=True)),
    lambda it: it.is_partly_lost(),
    lambda it: [it.fork(entry.id, [1, 2]) for entry in it.listing()[:1]],
    lambda it: it.delete([entry.id for entry in it.listing()][1:3]),
)


def texts(conversation: Conversation) -> tuple[str, str]:
    return line(as_json(conversation)), markdown(conversation)


class Tried:
    """A damaged file, and what comes of using it."""

    def __init__(self, folder: Path, content: bytes) -> None:
        self.folder = folder / "tried"
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(mode=0o700)
        self.file = self.folder / FILE
        self.file.write_bytes(content)
        self.file.chmod(0o600)
        self.notices: list[str] = []

    def plant(self, statement: str) -> bool:
        """Changes the file as only damage does; False if not even SQLite takes that."""
        with closing(sqlite3.connect(self.file, isolation_level=None)) as connection:
            try:
                return connection.execute(statement).rowcount != 0
            except sqlite3.IntegrityError:
                return False

    def open(self) -> History:
        return History(self.folder, now=lambda: NOW, notice=self.notices.append)

    def ask(self, history: History) -> str:
        """Keeps a question and its answer; how that ended."""
        before = len(self.notices)
        try:
            chosen = exchange(history, "and now?", "Yes.")
        except MimoError as error:
            return str(error.__cause__ or error.why)
        assert [turn.asked for turn in history.load(chosen).turns] == ["and now?"]
        return "set aside" if any(it.startswith(ASIDE) for it in self.notices[before:]) else "kept"


def flipped(whole: bytes, chance: random.Random) -> bytes:
    """A file with damage: a bit or many bytes, often where it says what is where, or cut short."""
    data = bytearray(whole)
    end = chance.choice((100, 4096, len(data), len(data)))
    for _ in range(chance.choice((1, 1, 1, 2, 5, 30, 300))):
        at = chance.randrange(end)
        data[at] ^= chance.choice((1 << chance.randrange(8), chance.randrange(1, 256)))
    return bytes(data[: chance.randrange(len(data))] if chance.random() < 0.05 else data)


@pytest.mark.slow
@pytest.mark.untraced
def test_files_with_flipped_bits_take_the_next_question_or_are_set_aside(
    folder: Path, whole: bytes
) -> None:
    chance = random.Random(20)  # noqa: S311 - the same damage every time
    ends: Counter[str] = Counter()
    acts = itertools.cycle(ACTS)
    for _ in range(QUESTIONS):
        tried = Tried(folder, flipped(whole, chance))
        with closing(tried.open()) as history:
            with suppress(MimoError):  # a user can be told that
                next(acts)(history)
            end = tried.ask(history)
        asides = [it for it in tried.notices if it.startswith(ASIDE)]
        assert len(asides) == len(list(tried.folder.glob("*.corrupt-*[!lm]")))
        assert tried.notices.count(LEFT_OUT) <= 1
        ends["set aside" if asides and end == "kept" else end] += 1
    newer = sum(count for end, count in ends.items() if end.startswith("it was made by a newer"))
    assert ends["kept"] + ends["set aside"] + newer == QUESTIONS, ends
    assert min(ends["kept"], ends["set aside"]) > QUESTIONS // 5
    assert newer < QUESTIONS // 50  # a version that may be: such a file is never touched


DEEP = "replace(hex(zeroblob(2000)), '00', '[')"
REPLY = '{"model": null, "id": null, "stop_reason": null, "stop_sequence": null, '
WRONG = (
    *("NULL", "'abc'", "''", "x'00ff80'", "CAST(x'ff61' AS TEXT)", "CAST(x'610062' AS TEXT)"),
    *("1e300", "-1e300", "9e999", "-1", "0", "1.5", "9223372036854775807", "-9223372036854775808"),
    *("char(27) || '[2J'", "'[1]'", "'{}'", "'null'", "'5'", "'NaN'", "'[1e999]'", DEEP),
    """'[{"type": "text", "text": 5}]'""",
    f"""'{REPLY}"usage": {{}}, "content": [{{"type": "text", "text": 5}}]}}'""",
    f"""'{REPLY}"usage": {{}}, "content": [5]}}'""",
    f"""'{REPLY}"usage": {{"input_tokens": "x"}}, "content": []}}'""",
    f"""'{REPLY}"usage": {{}}, "content": [{{"type": "tool_use", "id": 1, "name": null}}]}}'""",
    f"""'{REPLY}"usage": {{}}, "content": [{{"type": "thinking", "thinking": null}}]}}'""",
)


def columns() -> list[tuple[str, str]]:
    """Every column of every table, FTS5's own too."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        migrations.migrate(connection)
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return [
            (table, column[1])
            for (table,) in names.fetchall()
            for column in connection.execute(f"PRAGMA table_info({table})")
        ]


@pytest.mark.parametrize(
    ("read", "right", "wrong"),
    [
        (cells.text, ["", "a"], [None, 1, 1.5, b"a"]),
        (cells.identity, ["b7cdefgh", "01234567"], ["B7cdefgh", "b7c", "b7cdefg\x1b", b"b7cdefgh"]),
        (cells.number, [1, record.LAST_NUMBER - 1], [0, -1, record.LAST_NUMBER, 1.0, "1", True]),
        (cells.when, [0, 1.5, 1_750_000_000.0], [-1.0, 1e300, float("inf"), float("nan"), "1"]),
        (cells.finite_number, [0, -1.5, 2.0], [1e300, float("inf"), float("nan"), "1", b"1", None]),
        (cells.count, [0, 10**14], [-1, 10**16, 1.0, "1", True, None]),
        (
            cells.parse,
            ['{"a": [1.5]}', "[]"],
            ["", "[", "NaN", "[1e999]", "-Infinity", 1, "[" * 9999],
        ),
        (
            cells.parse,
            ["[" * 100 + "]" * 100],
            ["[" * 200 + "]" * 200, '{"a":' * 200 + "1" + "}" * 200],
        ),
    ],
)
def test_a_cell_is_what_it_should_be_or_cannot_be_read(
    read: Callable[[object], object], right: list[object], wrong: list[object]
) -> None:
    for value in right:
        read(value)
    for value in wrong:
        with pytest.raises(UnreadableError):
            read(value)


@pytest.mark.slow
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE words_data SET block = 'abc'",
        "UPDATE words_data SET block = NULL",
        "UPDATE words_config SET v = 5",
        "DELETE FROM words_data",
        "DELETE FROM words_idx",
    ],
)
def test_a_damaged_index_is_made_anew_when_it_is_searched_and_when_turns_are_deleted(
    folder: Path, whole: bytes, statement: str
) -> None:
    acts: tuple[Callable[[History], object], ...] = (
        lambda it: it.search("cat"),
        lambda it: it.delete([it.newest()]),
    )
    for first in acts:
        tried = Tried(folder, whole)
        tried.plant(statement)
        with closing(tried.open()) as history:
            first(history)
            assert "the cat" in {found.title for found in history.search("cat")}
        assert tried.notices == []


def test_a_span_that_cannot_be_found_makes_the_index_anew(folder: Path, whole: bytes) -> None:
    tried = Tried(folder, whole)
    tried.plant("INSERT INTO unindexed VALUES (1, CAST(x'ff61' AS TEXT), 0)")
    with closing(tried.open()) as history:
        assert "the cat" in {found.title for found in history.search("cat")}


@pytest.mark.parametrize("value", ["9223372036854775807", "'abc'", "1.5"])
def test_sums_leave_out_what_is_no_number(folder: Path, whole: bytes, value: str) -> None:
    tried = Tried(folder, whole)
    tried.plant(f"UPDATE spent SET input = {value} WHERE turn < 3")  # noqa: S608 - our own words
    with closing(tried.open()) as history:
        for by in GROUPINGS:
            assert sum(row.input for row in history.spent(by)) == 15
    assert tried.notices == [LEFT_OUT]


def wrong_cells() -> Iterator[tuple[str, str, str]]:
    for (table, column), (at, value) in itertools.product(columns(), enumerate(WRONG)):
        if not table.startswith("words") or at % 4 == 0:  # FTS5 sees to its own
            yield table, column, value


@pytest.mark.slow
@pytest.mark.untraced
def test_a_wrong_cell_in_any_column_costs_a_row_and_one_notice_at_most(
    folder: Path, whole: bytes
) -> None:
    acts = itertools.cycle(ACTS)
    planted: Counter[str] = Counter()
    for table, column, value in part([*wrong_cells()]):
        tried = Tried(folder, whole)
        if not tried.plant(f'UPDATE {table} SET "{column}" = {value}'):  # noqa: S608 - our own names
            continue
        planted[table] += 1
        with closing(tried.open()) as history:
            with suppress(MimoError):
                next(acts)(history)
            assert tried.ask(history) == "kept", (table, column, value)
            assert [it.title for it in history.search("and now")] == ["and now?"]
        assert tried.notices in ([], [LEFT_OUT]), (table, column, value)
    assert planted.keys() == {table for table, _ in columns()}


COMMANDS = (
    ("doctor", "--offline"),
    ("history",),
    ("history", "--all", "--json"),
    ("history", "show"),
    ("history", "show", "--json"),
    ("history", "export", "--all", "--format", "json"),
    ("history", "search", "--json", "cat"),
    ("history", "usage", "--json"),
    ("history", "usage", "--by", "conversation"),
    ("ask", "-c", "hi"),
    ("history", "delete", "--all", "--yes"),
)
ALWAYS = ("ask", "hi")  # what no damage may stop


def check(args: Sequence[str], result: Result) -> None:
    """What holds for every command, whatever the file holds."""
    said = result.out + result.err
    assert result.code in (0, 2, 12) or (result.code, args[0]) == (1, "doctor"), (args, result)
    assert "bug" not in result.err, (args, result)
    assert "Traceback" not in said
    assert "\x1b" not in said
    assert result.err.count(LEFT_OUT) <= 1
    assert result.err.count(ASIDE) <= 1
    if "--json" in args:
        assert said.isascii()
    if args[0] == "ask":
        assert (result.code, result.out) == (0, "Yes.\n"), (args, result)
    if args[0] == "doctor":
        assert "server" in result.out  # which comes after the history


def damages(whole: bytes) -> Iterator[tuple[bytes, str]]:
    """Contents of files, and statements that damage them further."""
    chance = random.Random(21)  # noqa: S311 - the same damage every time
    yield from ((flipped(whole, chance), "") for _ in range(PROGRAMS))
    cells = [pair for pair in columns() if not pair[0].startswith(("words_", "sqlite_"))]
    wrong = [value for value in WRONG if value not in ("''", "0")]  # may be right
    for _ in range(PROGRAMS):
        table, column = chance.choice(cells)
        if (table, column) != ("turn", "model"):  # any text is a model that may be
            value = chance.choice(wrong)
            yield whole, f'UPDATE {table} SET "{column}" = {value}'  # noqa: S608 - our own names


@pytest.mark.slow
@pytest.mark.untraced
def test_no_command_stumbles_over_a_damaged_file_and_ask_always_answers(
    folder: Path, whole: bytes
) -> None:
    with Simulator(answer="Yes.") as simulator:
        environ = environ_for(simulator, MIMO_HISTORY="true", MIMO_CACHE=str(folder / "cache"))
        for turn, (content, statement) in enumerate(damages(whole)):
            for args in (ALWAYS, *part(COMMANDS, turn)):
                tried = Tried(folder, content)
                if statement:
                    tried.plant(statement)
                check(args, mimo(*args, environ={**environ, "MIMO_DATA": str(tried.folder)}))


def test_doctor_says_which_rows_cannot_be_read(folder: Path, whole: bytes) -> None:
    tried = Tried(folder, whole)
    tried.plant("UPDATE turn SET reply = '[1]' WHERE number IN (2, 3)")
    tried.plant("UPDATE conversation SET updated = 1e300 WHERE title = 'the cat'")
    tried.plant("UPDATE spent SET input = 'x' WHERE turn = 4")
    environ = {"MIMO_DATA": str(tried.folder), "MIMO_CONFIG": "/dev/null", "PATH": os.defpath}
    result = mimo("doctor", "--offline", "--json", environ=environ)
    (found,) = [it for it in result.json["checks"] if it["name"] == "history"]
    assert found["state"] == "failed"
    what = f"a part of the history {tried.file} is damaged and left out"
    with closing(sqlite3.connect(tried.file)) as connection:
        select = "SELECT conversation FROM turn WHERE number IN (2, 3, 4) ORDER BY number"
        second, third, fourth = (id_ for (id_,) in connection.execute(select))
        select = "SELECT id FROM conversation WHERE title = 'the cat'"
        (cat,) = connection.execute(select).fetchone()
    turns = second if second == third else f"{second}, {third}"
    told = f"2 turns (of {turns}); 1 conversation ({cat}); 1 sum (of {fourth})"
    assert found["text"] == f"{what}: {told}"


LOST_ACTS: tuple[Callable[[History], object], ...] = (
    lambda it: it.listing(20),
    lambda it: it.listing(),
    lambda it: it.listing(emptied=True),
    lambda it: it.load(it.find("a cat")),
    lambda it: it.load(it.newest()),
    lambda it: list(it.load_each([it.find(it.newest())])),
    lambda it: it.search("cat"),
)


@pytest.mark.slow
@pytest.mark.parametrize("value", ["'x'", "x'00'", "7", "1e300", "-1"])
@pytest.mark.parametrize("is_indexed", [True, False])
@pytest.mark.parametrize("numbers", ["2", "1, 2"])
def test_a_turn_of_which_it_is_not_known_whether_it_was_dropped_is_told_of(
    folder: Path, value: str, numbers: str, *, is_indexed: bool
) -> None:
    tried = Tried(folder, b"")
    with closing(tried.open()) as history:
        begun = history.begin(asked("a cat"))
        history.begin(asked("and the cat?"), conversation=begun.conversation, known=[begun.number])
        assert not is_indexed or len(history.search("cat")) == 2
    tried.plant(f"UPDATE turn SET dropped = {value} WHERE number IN ({numbers})")  # noqa: S608 - our own
    for act in LOST_ACTS:
        tried.notices.clear()
        with closing(tried.open()) as history:
            act(history)
            assert tried.notices == [LEFT_OUT]
            assert history.has_losses


def test_a_question_goes_on_with_what_can_be_read(folder: Path, whole: bytes) -> None:
    tried = Tried(folder, whole)
    tried.plant('UPDATE turn SET question = \'[{"type": "text", "text": 5}]\' WHERE number = 1')
    with Simulator(answer="Yes.") as simulator:
        environ = environ_for(simulator, MIMO_HISTORY="true", MIMO_DATA=str(tried.folder))
        result = mimo("ask", "-r", "the cat", "go on", environ=environ)
        sent = simulator.requests[-1].json["messages"]
    assert (result.code, result.err.count(LEFT_OUT)) == (0, 1)
    assert [message["content"] for message in sent][::2] == ["and?", "go on"]


def test_c_says_when_damage_took_what_was_said_before(folder: Path) -> None:
    tried = Tried(folder, b"SQLite format 3\0" + b"\xff" * 9000)
    with Simulator(answer="Yes.") as simulator:
        environ = environ_for(simulator, MIMO_HISTORY="true", MIMO_DATA=str(tried.folder))
        result = mimo("ask", "-c", "go on", environ=environ)
        assert len(simulator.requests[-1].json["messages"]) == 1
    assert (result.code, result.out) == (0, "Yes.\n")
    assert ASIDE in result.err
    assert "this question goes out without what was said before it" in result.err


def test_damage_that_shows_when_the_answer_is_kept_does_not_lose_it(folder: Path) -> None:
    tried = Tried(folder, b"")
    tried.file.unlink()
    with closing(tried.open()) as history:
        begun = history.begin(asked("one"))
        with closing(sqlite3.connect(tried.file, isolation_level=None)) as other:
            other.execute("DROP TABLE piece")
        found = history.finish(begun.conversation, answered(asked("one"), begun.number, "eins"))
        assert found is not None
        assert found.moved == "lost"
        (turn,) = history.load(found.conversation).turns
    assert (turn.asked, turn.reply.text) == ("one", "eins")
    assert [it.startswith(ASIDE) for it in tried.notices] == [True]


ENDLESS = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c)"
PLANTED = {
    "endless view": f"""
        ALTER TABLE conversation RENAME TO c0;
        CREATE VIEW conversation AS {ENDLESS}
            SELECT 'a' || x AS id, 'b' AS title, 1.0 AS created, 1.0 AS updated FROM c
    """,  # noqa: S608 - our own
    "trigger without end": f"""
        CREATE TRIGGER tr AFTER INSERT ON conversation BEGIN
            INSERT INTO conversation {ENDLESS} SELECT 'a' || x, 'b', 1, 1 FROM c LIMIT 3000000;
        END
    """,  # noqa: S608 - our own
    "trigger that aborts": """
        CREATE TRIGGER tr BEFORE INSERT ON turn BEGIN SELECT RAISE(ABORT, 'no'); END
    """,
    "trigger that deletes": """
        CREATE TRIGGER tr AFTER INSERT ON turn BEGIN DELETE FROM conversation; END
    """,
}


@pytest.mark.slow
@pytest.mark.parametrize("script", PLANTED.values(), ids=PLANTED)
@pytest.mark.parametrize("args", [("ask", "hi"), ("ask", "-c", "hi")])
def test_what_was_planted_in_the_schema_is_set_aside_unused(
    folder: Path, whole: bytes, script: str, args: tuple[str, ...]
) -> None:
    tried = Tried(folder, whole)
    with closing(sqlite3.connect(tried.file)) as connection:
        connection.executescript(script)
    with Simulator(answer="Yes.") as simulator:
        environ = environ_for(simulator, MIMO_HISTORY="true", MIMO_DATA=str(tried.folder))
        doctor = mimo("doctor", "--offline", environ=environ)
        result = mimo(*args, environ=environ)
    assert "a view or a trigger" in " ".join(doctor.out.split())
    assert (result.code, result.out, result.err.count(ASIDE)) == (0, "Yes.\n", 1)
    assert "elsewhere" not in result.err
    with closing(tried.open()) as history:
        assert [entry.title for entry in history.listing()] == ["hi"]


@pytest.mark.parametrize("now", [-5.0, 0.0, 253_402_300_900.0, 1e12, 1e308])
def test_a_clock_that_is_far_off_damages_nothing(tmp_path: Path, now: float) -> None:
    with closing(History(tmp_path, now=lambda: now, notice=pytest.fail)) as history:
        begun = history.begin(asked("hi")._replace(started=now))
        history.finish(begun.conversation, answered(asked("hi"), begun.number, "Yes."))
        assert [entry.title for entry in history.listing()] == ["hi"]
        assert [row.turns for row in history.spent("day")] == [1]
        assert history.load(begun.conversation).turns[0].reply.text == "Yes."
        assert not history.is_partly_lost()


OWN = (
    "CREATE VIEW mine AS SELECT id, title FROM conversation",
    "CREATE TABLE mine (x); INSERT INTO mine VALUES (1); CREATE INDEX by_x ON mine (x)",
    "CREATE VIRTUAL TABLE mine USING fts5(x)",
    "CREATE INDEX mine ON turn (model)",
)


@pytest.mark.parametrize("script", OWN)
def test_what_the_user_added_for_himself_does_no_harm(
    folder: Path, whole: bytes, script: str
) -> None:
    tried = Tried(folder, whole)
    with closing(sqlite3.connect(tried.file)) as connection:
        connection.executescript(script)
    with closing(tried.open()) as history:
        assert tried.ask(history) == "kept"
        assert len(history.search("meows")) == 2
    assert tried.notices == []
    with closing(sqlite3.connect(tried.file)) as connection:
        assert connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'mine'").fetchone()
    database = Database(tried.file, now=lambda: NOW, notice=pytest.fail)
    assert survey.find_problem(database) is None


@pytest.mark.parametrize("name", ["spent", "SPENT", "words_idx"])
def test_a_view_in_the_place_of_a_table_is_never_read(
    folder: Path, whole: bytes, name: str
) -> None:
    tried = Tried(folder, whole)
    with closing(sqlite3.connect(tried.file)) as connection:
        connection.executescript(f"DROP TABLE {'words' if '_' in name else name}")
        connection.executescript(f"CREATE VIEW {name} AS SELECT 1")
    with closing(tried.open()) as history:
        assert tried.ask(history) == "set aside"


def test_sums_that_are_gone_are_told_of_once(folder: Path, whole: bytes) -> None:
    tried = Tried(folder, whole)
    tried.plant("DROP TABLE spent")
    environ = {"MIMO_DATA": str(tried.folder), "MIMO_CONFIG": "/dev/null"}
    result = mimo("history", "usage", environ=environ)
    assert (result.code, result.out, result.err.count("mimo: ")) == (12, "", 1)


FOREIGN = (
    "CREATE TABLE mine (x); INSERT INTO mine VALUES (1)",
    "CREATE TABLE mine (x); PRAGMA user_version = 2; PRAGMA journal_mode = WAL",
    "CREATE TABLE turn (x); CREATE VIEW v AS SELECT 1; PRAGMA user_version = 1",
    "PRAGMA application_id = 77",
)


def test_an_emptied_file_is_begun_again(folder: Path) -> None:
    tried = Tried(folder, b"")
    with closing(sqlite3.connect(tried.file)) as connection:
        connection.executescript("CREATE TABLE t (n INTEGER PRIMARY KEY AUTOINCREMENT)")
        connection.executescript("DROP TABLE t")  # which leaves SQLite's own
    with closing(tried.open()) as history:
        assert tried.ask(history) == "kept"


@pytest.mark.parametrize("args", [("-c",), ("-r", "the cat")])
def test_what_is_asked_for_and_cannot_be_read_is_an_error(
    folder: Path, whole: bytes, args: tuple[str, ...]
) -> None:
    with Simulator(answer="Yes.") as simulator:
        environ = environ_for(simulator, MIMO_HISTORY="true", MIMO_DATA=str(folder / "tried"))
        Tried(folder, whole).plant("PRAGMA user_version = 999")
        unreadable = mimo("ask", *args, "hi", environ=environ)
        tried = Tried(folder, b"no database " * 999)
        aside = mimo("ask", *args, "hi", environ=environ)
        sent = len(simulator.requests)
    assert (unreadable.code, unreadable.out) == (12, "")
    assert (aside.code, sent) == ((0, 1) if args == ("-c",) else (2, 0))
    assert aside.err.count(ASIDE) == len(list(tried.folder.glob("*.corrupt-*"))) == 1


@pytest.mark.slow
@pytest.mark.parametrize("script", FOREIGN)
def test_another_programs_database_is_left_as_it_is(folder: Path, script: str) -> None:
    tried = Tried(folder, b"")
    with closing(sqlite3.connect(tried.file)) as connection:
        connection.executescript(script)
    tried.file.chmod(0o644)
    before = tried.file.read_bytes()
    with Simulator(answer="Yes.") as simulator:
        environ = environ_for(simulator, MIMO_HISTORY="true", MIMO_DATA=str(tried.folder))
        results = [mimo(*args, environ=environ) for args in (("ask", "hi"), ("history",))]
        doctor = mimo("doctor", "--offline", environ=environ)
        assert len(simulator.requests) == 1
    assert [result.code for result in results] == [0, 12]
    for text in (*(result.err for result in results), doctor.out):
        assert " ".join(text.split()).count("it is the database of another program") == 1
    assert (tried.file.read_bytes(), tried.file.stat().st_mode & 0o777) == (before, 0o644)
    assert [path.name for path in tried.folder.iterdir()] == [FILE]


@pytest.mark.parametrize(
    ("version", "end"), [(999, "newer"), (2_147_483_647, "newer"), (-1, ASIDE)]
)
def test_any_higher_version_is_a_newer_one(
    folder: Path, whole: bytes, version: int, end: str
) -> None:
    tried = Tried(folder, whole)
    tried.plant(f"PRAGMA user_version = {version}")
    before = tried.file.read_bytes()
    with closing(tried.open()) as history:
        said = tried.ask(history) if end == "newer" else ""
        try:
            history.listing()
        except MimoError as error:
            said = error.why
    assert end in " ".join((said, *tried.notices))
    assert (tried.file.read_bytes() == before) is (end == "newer")


@pytest.mark.slow
@pytest.mark.parametrize("table", ["piece", "spent", "unindexed", "words"])
@pytest.mark.parametrize("args", [("-c",), ("-r", "long")])
def test_a_table_that_is_gone_is_told_as_damage_alone(
    folder: Path, whole: bytes, table: str, args: tuple[str, ...]
) -> None:
    tried = Tried(folder, whole)
    tried.plant(f"DROP TABLE {table}")
    with Simulator(answer="Yes.") as simulator:
        environ = environ_for(simulator, MIMO_HISTORY="true", MIMO_DATA=str(tried.folder))
        result = mimo("ask", *args, "go on", environ=environ)
    assert (result.code, result.out) == (0, "Yes.\n")
    assert "elsewhere" not in result.err
    assert result.err.count("mimo: ") == result.err.count(ASIDE) <= 1


def test_a_statement_without_end_costs_no_question_its_answer(folder: Path, whole: bytes) -> None:
    path = Tried(folder, whole).file
    database = Database(path, now=lambda: NOW, notice=pytest.fail)
    with closing(database):
        for use in (database.reading, database.writing):
            with pytest.raises(LocalIOError, match="it takes too long"), use(work=0.01) as found:
                found.execute(f"{ENDLESS} SELECT max(x) FROM c").fetchone()  # noqa: S608 - our own
        with database.writing(work=0.01) as found:
            found.execute("UPDATE conversation SET title = 'still usable'")


SIZE = 1 << 36  # sparse: reading all of it takes longer than any question waits


@pytest.mark.slow
@pytest.mark.parametrize("start", [b"no database ", b""])
def test_a_large_damaged_file_holds_no_question_up(
    folder: Path, whole: bytes, start: bytes
) -> None:
    """Whether its header is damaged, or all that comes behind it."""
    tried = Tried(folder, start * 999 or whole[:100])
    os.truncate(tried.file, SIZE)
    with closing(tried.open()) as history:
        started = time.monotonic()
        assert tried.ask(history) == "set aside"
        took = time.monotonic() - started
    assert took < 1.0


PAGE = 4096  # bytes


def emptied(whole: bytes) -> Iterator[bytes]:
    """Files of which one page is zeros, but the first."""
    for at in range(PAGE, len(whole), PAGE):
        yield whole[:at] + bytes(PAGE) + whole[at + PAGE :]


@pytest.mark.slow
def test_whatever_is_damaged_all_of_it_can_be_deleted(folder: Path, whole: bytes) -> None:
    removed = 0
    for content in emptied(whole):
        tried = Tried(folder, content)
        with closing(tried.open()) as history:
            entries = history.listing_unless_damaged()
            removed += history.delete_all() is None
        left = b"".join(path.read_bytes() for path in tried.folder.iterdir())
        assert b"the cat" not in left
        assert b"meows" not in left
        assert entries is None or entries
    assert removed


def test_a_file_too_damaged_to_be_used_is_told_so_with_a_way_out(
    folder: Path, whole: bytes
) -> None:
    contents = [it for it in emptied(whole) if not _can_be_listed(folder, it)]
    tried = Tried(folder, contents[0])
    environ = {"MIMO_DATA": str(tried.folder), "MIMO_CONFIG": "/dev/null"}
    refused = mimo("history", environ=environ)
    assert refused.code == 12
    assert refused.err.startswith(
        f"mimo: cannot use the history {tried.file}: it is damaged\n  Move it away, with -wal and"
    )
    deleted = mimo("history", "delete", "--all", "--yes", environ=environ)
    said = f"mimo: {tried.file} was damaged: it is removed, with all that was in it\n"
    assert (deleted.code, deleted.out, deleted.err) == (0, "", said)
    assert [*tried.folder.iterdir()] == []
    again = mimo("history", "delete", "--all", "--yes", environ=environ)
    assert (again.code, again.err) == (0, "mimo: there is nothing to delete\n")


def _can_be_listed(folder: Path, content: bytes) -> bool:
    with closing(Tried(folder, content).open()) as history:
        return history.listing_unless_damaged() is not None
