"""`mimo history rename` and `fork`; `export` of the newest."""

from __future__ import annotations

import hashlib
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from support.harness import Result, Terminal, environ_for, environ_in, mimo

from mimo_cli.api.protocol.messages import (
    Block,
    FileSource,
    Media,
    Reply,
    Text,
    ToolResult,
    ToolUse,
    Usage,
)
from mimo_cli.catalogue.pricing import Money
from mimo_cli.conversation.turns import Piece, Turn
from mimo_cli.errors import UsageError
from mimo_cli.history.store import History
from mimo_cli.shell import caches
from mimo_cli.simulator import Simulator

if TYPE_CHECKING:
    from pathlib import Path

MODEL = "mimo-v2.6-pro"
HOSTILE = "$(touch x) `id` %n\x1b]0;x\x07 \u202e\t\"'\n\\ ~ * -n"
PNG = b"png"
PICTURE = Media(
    "image", FileSource("image/png", len(PNG), hashlib.sha256(PNG).hexdigest(), PNG), name="a.png"
)


class Kept:
    """A history that a test fills."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.now = 1_750_000_000.0
        self.environ = environ_in(folder)

    def open(self) -> History:
        """The store, to be closed."""
        return History(self.folder, now=lambda: self.now, notice=pytest.fail)

    def add(self, question: str | tuple[Block, ...], *content: Block, to: str = "") -> str:
        """Adds a turn, one that has not ended without an answer; the conversation's id."""
        blocks = (Text(question),) if isinstance(question, str) else question
        turn = Turn(blocks, {"model": MODEL}, self.now)
        with closing(self.open()) as history:
            known = [it.number for it in history.load(to).turns] if to else []
            begun = history.begin(turn, conversation=to, known=known)
            if content:
                reply = Reply(MODEL, "m", content, "end_turn", None, Usage(3, 4))
                done = turn._replace(
                    reply=reply,
                    status="complete",
                    number=begun.number,
                    cost=Money(0.5, "USD"),
                )
                assert history.finish(begun.conversation, done)
        return begun.conversation

    def run(self, *args: str) -> Result:
        return mimo("history", *args, environ=self.environ)

    def titles(self) -> list[str]:
        return [entry["title"] for entry in self.run("--all", "--json").json]

    def turns(self, reference: str) -> list[dict[str, object]]:
        """The turns of a conversation as JSON has them."""
        found: list[dict[str, object]] = self.run("show", reference, "--json").json["turns"]
        return found


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path / "data")


# rename


@pytest.mark.parametrize(
    ("words", "title"),
    [
        (["How", "monads", "work"], "How monads work"),
        (["  a \n b\t"], "a b"),
        (["-5", "+", "3"], "-5 + 3"),
        (["--", "--help"], "--help"),
        (["天气 👩‍👩‍👧"], "天气 👩‍👩‍👧"),
        ([HOSTILE], "$(touch x) `id` %n^[]0;x^G <U+202E> \"' \\ ~ * -n"),
        (["x" * 200], "x" * 200),
    ],
)
def test_the_words_behind_the_id_are_the_title(kept: Kept, words: list[str], title: str) -> None:
    id_ = kept.add("one", Text("eins"))
    updated = kept.run("--json").json[0]["updated"]
    result = kept.run("rename", "one", *words)
    told = f"mimo: {id_} is called {title} from now on\n"
    assert (result.code, result.out, result.err) == (0, "", told)
    (entry,) = kept.run("--json").json
    assert (entry["title"], entry["updated"]) == (title, updated)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "Missing argument 'ID'"),
        (["one"], "Missing argument 'TITLE...'"),
        (["one", " \n"], "the title is empty\n"),
        (["one", "\u200b"], "the title is empty\n"),
        (["one", "x" * 201], "the title is too long: it can have 200 characters\n"),
        (["sevn", "two"], "no conversation matches 'sevn'\n"),
        (["-", "two"], "no conversation matches '-'\n"),
        (["one", "a", "\udcff"], "the title"),
        (["one", "—help"], "—help is no option"),
    ],
)
def test_what_is_no_title_renames_nothing(kept: Kept, words: list[str], message: str) -> None:
    kept.add("one", Text("eins"))
    result = kept.run("rename", *words)
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith(f"mimo: {message}")
    assert kept.titles() == ["one"]


def test_a_renamed_conversation_is_found_by_its_title(kept: Kept) -> None:
    id_ = kept.add("one", Text("eins"))
    kept.add("two", Text("zwei"))
    assert kept.run("rename", "one", "天気").code == 0
    assert kept.run("show", "天", "--json").json["id"] == id_
    offered = (kept.folder / caches.CONVERSATIONS).read_text()
    assert f"{id_}\t天気\t" in offered
    assert kept.run("show", "one").code == 2


# fork


def test_a_fork_is_a_copy_that_goes_on_by_itself(kept: Kept) -> None:
    original = kept.add("one", Text("eins"))
    kept.add("two", Text("zwei"), to=original)
    kept.now += 60
    result = kept.run("fork", "one")
    forked = result.out.removesuffix("\n")
    assert (result.code, len(forked)) == (0, 8)
    assert result.err == f"mimo: {forked} is a copy of {original}: one (2)\n"
    assert kept.titles() == ["one (2)", "one"]
    assert _without_numbers(kept.turns(forked)) == _without_numbers(kept.turns(original))
    environ = {**kept.environ, "MIMO_HISTORY": "true"}
    with Simulator(answer="drei") as simulator:
        more = {**environ_for(simulator), **environ}
        assert mimo("ask", "-r", forked, "three", environ=more).code == 0
        said = [it["content"] for it in simulator.requests[-1].json["messages"]]
    assert [it if isinstance(it, str) else it[0]["text"] for it in said] == [
        *("one", "eins", "two", "zwei", "three")
    ]
    assert (len(kept.turns(original)), len(kept.turns(forked))) == (2, 3)


def _without_numbers(turns: list[dict[str, object]]) -> list[dict[str, object]]:
    return [{name: it for name, it in turn.items() if name != "number"} for turn in turns]


def test_what_it_cost_is_counted_once(kept: Kept) -> None:
    original = kept.add("one", Text("eins"))
    before = kept.run("usage", "--json").json
    forked = kept.run("fork").out.strip()
    assert f"{forked}\tone (2)\t" in (kept.folder / caches.CONVERSATIONS).read_text()
    assert kept.run("usage", "--json").json == before
    assert kept.run("usage", "--by", "conversation").out.startswith(f"{original}\t")
    assert kept.turns(forked)[0]["cost"] == kept.turns(original)[0]["cost"]


def test_words_of_a_fork_are_searched_and_outlive_the_original(kept: Kept) -> None:
    original = kept.add((Text("whale"), PICTURE), Text("eins"))
    assert len(kept.run("search", "whale", "--json").json) == 1
    forked = kept.run("fork").out.strip()
    assert {it["conversation"] for it in kept.run("search", "whale", "--json").json} == {
        original,
        forked,
    }
    assert kept.run("delete", original, "--yes").code == 0
    with closing(kept.open()) as history:
        (turn,) = history.with_data(history.load(forked)).turns
    (media,) = turn.media
    assert isinstance(media.source, FileSource)
    assert media.source.data == PNG


@pytest.mark.parametrize(
    ("number", "left"),
    [
        ("1", 1),
        ("2", 3),
        ("3", 4),
        ("-1", 3),
        ("-2", 1),
        ("4", "--turns cannot be '4': the conversation has 3 questions\n"),
        ("-3", "--turns cannot be '-3': the conversation has 3 questions\n"),
        ("0", "--turns cannot be '0'"),
        ("all", "--turns cannot be 'all'"),
        ("9" * 5000, "--turns cannot be '99"),
    ],
)
def test_the_first_questions_go_with_all_their_rounds(
    kept: Kept, number: str, left: int | str
) -> None:
    to = kept.add("one", Text("eins"))
    kept.add("two", ToolUse("t", "weather", {}), to=to)
    kept.add((ToolResult("t", "sun"),), Text("zwei"), to=to)
    kept.add("three", Text("drei"), to=to)
    result = kept.run("fork", to, "--turns", number)
    if isinstance(left, str):
        assert (result.code, result.out) == (2, "")
        assert result.err.startswith(f"mimo: {left}")
        assert kept.titles() == ["one"]
    else:
        assert len(kept.turns(result.out.strip())) == left


def test_an_answer_under_way_is_copied_as_far_as_it_came(kept: Kept) -> None:
    original = kept.add("one")
    with closing(kept.open()) as history:
        (turn,) = history.load(original).turns
        history.append(original, turn.number, [Piece(0, "text", "eins und")])
    forked = kept.run("fork").out.strip()
    with closing(kept.open()) as history:
        done = turn._replace(reply=Reply(MODEL, "m", (Text("eins und alles"),), "end_turn"))
        assert history.finish(original, done)
        assert history.load(forked).turns[0].reply.text == "eins und"
        assert history.load(original).turns[0].reply.text == "eins und alles"


def test_titles_of_copies_count_on(kept: Kept) -> None:
    kept.add("Turing (1950)", Text("eins"))
    for _ in range(2):
        assert kept.run("fork", "Turing (1950)").code == 0
    assert kept.run("fork", "Turing (1950) (3)").code == 0
    assert kept.run("rename", "Turing (1950)", "Alan").code == 0
    assert kept.run("fork", "Turing (1950) (3)").code == 0
    assert set(kept.titles()) == {
        "Alan",
        "Turing (1950) (2)",
        "Turing (1950) (3)",
        "Turing (1950) (4)",
        "Turing (1950) (3) (2)",
    }


def test_there_has_to_be_something_to_copy_or_export(kept: Kept) -> None:
    for command in ("fork", "export"):
        result = kept.run(command)
        assert (result.code, result.out, result.err) == (2, "", "mimo: the history is empty\n")
    kept.add("one", Text("eins"))
    assert kept.run("fork", "sevn").err.startswith("mimo: no conversation matches 'sevn'\n")
    with closing(kept.open()) as history:
        one = history.newest()
        (turn,) = history.load(one).turns
        for conversation, number in (("nothere", turn.number), (one, 999)):
            with pytest.raises(UsageError, match=f"no conversation has the id {conversation}"):
                history.fork(conversation, [number])
    assert kept.titles() == ["one"]


def test_export_writes_the_newest(kept: Kept, tmp_path: Path) -> None:
    kept.add("one", Text("eins"))
    kept.now += 60
    newest = kept.add("two", Text("zwei"))
    assert kept.run("export").out == kept.run("export", newest).out
    file = tmp_path / "talk.json"
    assert kept.run("export", "--format", "json", "-o", str(file)).code == 0
    assert newest in file.read_text()


def test_on_a_terminal_a_title_is_inert(kept: Kept) -> None:
    kept.add(f"{HOSTILE}{'x' * 200}", Text("eins"))
    environ = {**kept.environ, "TERM": "xterm-256color"}
    with Terminal("history", "fork", environ=environ, columns=200) as terminal:
        assert terminal.wait() == 0
        assert b"\x1b]0;" not in terminal.received
        assert "^[]0;x^G <U+202E>" in terminal.text
