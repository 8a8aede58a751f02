from __future__ import annotations

import json
import signal
import sqlite3
import stat
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from support.harness import PATIENCE, Terminal, environ_in, mimo, process

from mimo_cli.api.protocol.messages import Reply, Text, Usage
from mimo_cli.conversation.shown.export_formats import FORMATS
from mimo_cli.conversation.turns import Turn
from mimo_cli.history.store import History
from mimo_cli.output import columns
from mimo_cli.output.columns import Column
from mimo_cli.text.widths import Screen

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from mimo_cli.conversation.turns import Status

NOW = 1_750_000_000.0
WHEN = "2025-06-15T15:06:40.000Z"
MODEL = "mimo-v2.6-pro"
DAY = 86_400
ODD = "\x1b[2J\x9b\u202e"


class Kept:
    """A history that a test fills."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environ = environ_in(folder)

    def add(
        self,
        question: str,
        answer: str | None,
        *,
        to: str = "",
        age: float = 0,
        model: str = MODEL,
        status: Status = "complete",
        error: dict[str, str] | None = None,
        now: Callable[[], float] | None = None,
    ) -> str:
        """Adds a turn; the conversation's id."""
        started = NOW - age
        turn = Turn((Text(question),), {"model": model}, started)
        with closing(
            History(self.folder, now=now or (lambda: started), notice=pytest.fail)
        ) as history:
            known = [it.number for it in history.load(to).turns] if to else []
            begun = history.begin(turn, conversation=to, known=known)
            stop = "end_turn" if status == "complete" else None
            content = (Text(answer),) if answer else ()
            reply = Reply(model, "msg_1", content, stop, None, Usage(3, 4))
            done = Turn(
                turn.question, turn.request, started, reply, status, error, number=begun.number
            )
            if answer is not None:
                history.finish(begun.conversation, done)
        return begun.conversation

    def titles(self) -> list[str]:
        listed = mimo("history", "--all", "--json", environ=self.environ).json
        return [entry["title"] for entry in listed]


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path / "data")


def test_the_listing_is_newest_first_and_tab_separated(kept: Kept) -> None:
    first = kept.add("one", "eins", age=60)
    second = kept.add("北京\t?", "two", model="mimo-v2.6-flash")
    result = mimo("history", environ=kept.environ)
    assert (result.code, result.err) == (0, "")
    assert result.out == (
        f"{second}\t北京 ?\tmimo-v2.6-flash\t1\t{WHEN}\n"
        f"{first}\tone\t{MODEL}\t1\t2025-06-15T15:05:40.000Z\n"
    )


@pytest.mark.slow
def test_the_listing_is_the_newest_twenty_unless_told_otherwise(kept: Kept) -> None:
    for number in range(22):
        kept.add(f"question {number}", "answer", age=100 - number)
    default = mimo("history", environ=kept.environ)
    assert default.out.count("\n") == 20
    assert default.err == "mimo: these are the newest 20; all of them: mimo history --all\n"
    three = mimo("history", "-n", "3", environ=kept.environ)
    assert [line.split("\t")[1] for line in three.out.splitlines()] == [
        "question 21",
        "question 20",
        "question 19",
    ]
    everything = mimo("history", "--all", environ=kept.environ)
    assert (everything.out.count("\n"), everything.err) == (22, "")
    assert mimo("history", "--all", "-n", "3", environ=kept.environ).code == 2


def test_the_listing_as_json_is_ascii(kept: Kept) -> None:
    chosen = kept.add(f"猫 {ODD}", "eins")
    result = mimo("history", "--json", environ=kept.environ)
    assert result.out.isascii()
    assert result.json == [
        {
            "schema": 1,
            "id": chosen,
            "title": f"猫 {ODD}",
            "model": MODEL,
            "turns": 1,
            "updated": WHEN,
            "answered": True,
        }
    ]


def test_a_question_without_an_answer_is_marked_in_the_listing(kept: Kept) -> None:
    failed = {"code": "request", "message": "no such model"}
    kept.add("one", "", status="error", error=failed, age=2)
    kept.add("two", "half", status="partial", age=1)
    listed = mimo("history", environ=kept.environ).out.splitlines()
    assert [line.split("\t")[1] for line in listed] == ["two", "(no answer) one"]
    as_json = mimo("history", "--json", environ=kept.environ).json
    assert [(entry["title"], entry["answered"]) for entry in as_json] == [
        ("two", True),
        ("one", False),
    ]


COMMANDS = [[], ["show"], ["search", "x"], ["delete", "--all"]]


@pytest.mark.parametrize("args", COMMANDS)
def test_an_empty_history_is_said_so_and_no_file_is_made(kept: Kept, args: list[str]) -> None:
    result = mimo("history", *args, environ=kept.environ)
    assert (result.code, result.out) == (0, "")
    assert result.err in (
        "mimo: the history is empty\n",
        "mimo: nothing was found\n",
        "mimo: there is nothing to delete\n",
    )
    assert not kept.folder.exists()


@pytest.mark.parametrize("wanted", FORMATS)
def test_an_empty_history_can_be_exported(kept: Kept, wanted: str) -> None:
    result = mimo("history", "export", "--all", "--format", wanted, environ=kept.environ)
    assert (result.code, result.out) == (0, "[]\n" if wanted == "json" else "")


def test_what_was_kept_is_shown_with_history_switched_off(kept: Kept) -> None:
    kept.add("one", "eins")
    result = mimo("history", environ={**kept.environ, "MIMO_HISTORY": "false"})
    assert result.out.count("\n") == 1


CODE = "Like this:\n\n```python\nprint('hi')\n```\n\nand `so` on"


def filled(kept: Kept) -> str:
    chosen = kept.add("How?\n\n```\nx\n```", CODE, age=120)
    cut = {"code": "interrupted", "message": "interrupted by signal 2"}
    kept.add("And\nthen?", "Half\n~~~sh\nls", to=chosen, age=60, status="partial", error=cut)
    failed = {"code": "server", "message": f"it {ODD} broke"}
    kept.add("Well?", "", to=chosen, age=50, status="error", error=failed)
    kept.add("Still?", None, to=chosen, age=40)
    return chosen


MARKDOWN = """\
# How? ``` x ```

mimo-v2.6-pro · 2025-06-15 23:04 +08:00

---

> How?
>
> ```
> x
> ```

Like this:

```python
print('hi')
```

and `so` on

---

> And
> then?

Half
~~~sh
ls
~~~

*(cut off: interrupted)*

---

> Well?

*(no answer: it ^[[2J<U+009B>\u202e broke)*

---

> Still?

*(no answer)*
"""


def test_a_conversation_is_shown_as_markdown_in_a_pipe(
    kept: Kept, live_in: Callable[[str | None], None]
) -> None:
    live_in("CST-8")
    chosen = filled(kept)
    for args in (["show"], ["show", chosen[:5]], ["show", "how?", "--markdown"], ["export", "how"]):
        result = mimo("history", *args, environ=kept.environ)
        assert (result.code, result.out, result.err) == (0, MARKDOWN, "")


def test_a_conversation_as_json_has_all_there_is(kept: Kept) -> None:
    chosen = kept.add("How?", f"So {ODD} 猫", age=60)
    shown = mimo("history", "show", "--json", environ=kept.environ)
    assert shown.out.isascii()
    usage = Usage(3, 4)._asdict()
    expected = {
        "schema": 1,
        "id": chosen,
        "title": "How?",
        "created": "2025-06-15T15:05:40.000Z",
        "updated": "2025-06-15T15:05:40.000Z",
        "turns": [
            {
                "number": 1,
                "kind": "question",
                "started": "2025-06-15T15:05:40.000Z",
                "status": "complete",
                "request": {"model": MODEL},
                "question": [{"type": "text", "text": "How?"}],
                "reply": {
                    "id": "msg_1",
                    "model": MODEL,
                    "content": [{"type": "text", "text": f"So {ODD} 猫"}],
                    "stop_reason": "end_turn",
                    "stop_sequence": None,
                    "usage": usage,
                },
                "error": None,
                "seconds": None,
                "first_text": None,
                "cost": None,
            }
        ],
    }
    assert shown.json == expected
    exported = mimo("history", "export", chosen, "--format", "json", environ=kept.environ)
    assert exported.json == expected
    line = mimo("history", "export", chosen, "--format", "jsonl", environ=kept.environ)
    assert line.out == shown.out


@pytest.mark.slow
def test_a_conversation_is_drawn_on_a_terminal(kept: Kept) -> None:
    filled(kept)
    kept.add("<b>\x1b[2J", f"**bold** {ODD}", model="other")
    environ = {**kept.environ, "TZ": "NPT-5:45"}
    with Terminal("history", "show", "how", environ=environ, lines=40) as terminal:
        assert terminal.wait() == 0
        text = terminal.text
        assert "· 2025-06-15 20:49 +05:45\n" in text
        assert b"\x1b[2J" not in terminal.received
    assert "› How?\n\n  ```\n  x\n  ```\n\nLike this:\n\n╭─ python\nprint('hi')\n╰─\n" in text
    assert "(cut off: interrupted)" in text
    assert "(no answer: it ^[[2J<U+009B><U+202E> broke)" in text
    assert text.endswith("› Still?\n\n(no answer)")


@pytest.mark.slow
def test_the_listing_and_what_was_found_on_a_terminal(kept: Kept) -> None:
    first = kept.add("北京的天气怎么样" * 5, f"很好{ODD}", age=1)
    with Terminal("history", environ=kept.environ, columns=60) as terminal:
        assert terminal.wait() == 0
        row, *more = terminal.text.splitlines()
    assert (row[: len(first)], more) == (first, [])
    assert "…" in row
    assert row.split()[-3] == "1"
    with Terminal("history", "search", "很好", "天气", environ=kept.environ) as terminal:
        assert terminal.wait() == 0
        assert "\x1b[1m天气\x1b[0m".encode() in terminal.received
        assert b"\x1b[2J" not in terminal.received


def test_a_search_names_conversation_title_and_snippet(kept: Kept) -> None:
    first = kept.add("the cat", f"meows {ODD}", age=1)
    second = kept.add("今天天气", "the cat sleeps")
    result = mimo("history", "search", "ca", environ=kept.environ)
    assert result.out == f"{second}\t今天天气\tthe cat sleeps\n{first}\tthe cat\tthe cat\n"
    assert mimo("history", "search", "天气", environ=kept.environ).out.startswith(second)
    only = mimo("history", "search", "cat", "-n", "1", "--json", environ=kept.environ)
    assert only.json == [
        {
            "schema": 1,
            "conversation": second,
            "title": "今天天气",
            "number": 2,
            "snippet": "the cat sleeps",
            "matches": [[4, 7]],
            "when": WHEN,
        }
    ]
    nothing = mimo("history", "search", '"', "NOT", environ=kept.environ)
    assert (nothing.code, nothing.out, nothing.err) == (0, "", "mimo: nothing was found\n")


def test_control_codes_reach_no_terminal_from_any_list(kept: Kept) -> None:
    kept.add(f"one {ODD}", f"two {ODD} cat", model=f"m{ODD}")
    for args in ([], ["search", "one"], ["search", "cat"], ["show", "zzz"], ["show", "two"]):
        result = mimo("history", *args, environ=kept.environ)
        assert not {"\x1b", "\x9b", "\u202e"} & set(result.out + result.err)


def test_all_conversations_are_exported(kept: Kept, tmp_path: Path) -> None:
    kept.add("one", "eins", age=1)
    kept.add("two", "zwei")
    export = ["history", "export", "--all", "--format"]
    lines = mimo(*export, "jsonl", environ=kept.environ).out.splitlines()
    assert [json.loads(line)["title"] for line in lines] == ["two", "one"]
    array = mimo(*export, "json", environ=kept.environ)
    assert array.json == [json.loads(line) for line in lines]
    markdown = mimo(*export, "markdown", environ=kept.environ).out
    assert [line for line in markdown.splitlines() if line.startswith("# ")] == ["# two", "# one"]
    file = tmp_path / "out.json"
    result = mimo(*export, "json", "-o", str(file), environ=kept.environ)
    assert (result.code, result.out, result.err) == (0, "", "")
    assert file.read_text() == array.out
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.slow
def test_a_reader_that_leaves_is_no_bug(kept: Kept) -> None:
    for number in range(3):
        kept.add(f"question {number}", "word " * 20_000)
    program = process("history", "export", "--all", environ=kept.environ)
    assert program.stdout is not None
    assert program.stdout.readline()
    program.stdout.close()
    assert program.stderr is not None
    with program.stderr as errors:
        assert (errors.read(), program.wait(PATIENCE)) == (b"", -signal.SIGPIPE)


def test_a_file_that_cannot_be_written_is_a_local_error(kept: Kept, tmp_path: Path) -> None:
    kept.add("one", "eins")
    file = tmp_path / "none" / "out.md"
    result = mimo("history", "export", "--all", "-o", str(file), environ=kept.environ)
    message = f"mimo: cannot write {file}: its folder does not exist\n"
    assert (result.code, result.err) == (12, message)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["search", "🚀"], "there is no word to search for"),
        (["--json", "path"], "-n, --all and --json go after path"),
        (["show", "--json", "--markdown"], "--json and --markdown cannot go together"),
        (["show", "sevn"], "no conversation matches 'sevn'"),
        (["export", "x", "--all"], "nothing was exported: it takes one conversation, or --all"),
        (["export", "--all", "--format", "pdf"], "--format cannot be 'pdf'"),
        (["delete"], "nothing was deleted: it takes some IDs, --older-than or --all"),
        (["delete", "-y"], "nothing was deleted: it takes some IDs, --older-than or --all"),
        (["delete", "x", "--all"], "nothing was deleted: it takes some IDs"),
        (["delete", "sevn"], "no conversation matches 'sevn'"),
        (["delete", "--older-than", "soon"], "--older-than cannot be 'soon'"),
        (["delete", "--older-than", "0d"], "--older-than cannot be '0d'"),
        (["delete", "--older-than", "-3d"], "--older-than cannot be '-3d'"),
        (["delete", "--older-than", "9999999d"], "--older-than cannot be '9999999d'"),
        (["delete", "--all"], "nothing was deleted: there is nobody to ask"),
        (["search"], "Missing argument 'WORDS...'"),
    ],
)
def test_what_makes_no_sense_is_refused_and_deletes_nothing(
    kept: Kept, args: list[str], message: str
) -> None:
    kept.add("seven", "sieben")
    result = mimo("history", *args, environ=kept.environ)
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith(f"mimo: {message}")
    assert kept.titles() == ["seven"]


def test_an_unknown_id_is_told_with_the_nearest_titles(kept: Kept) -> None:
    chosen = kept.add("seven", "sieben")
    result = mimo("history", "show", "sevn", environ=kept.environ)
    hint = f"  Did you mean {chosen} (seven)\n"
    assert result.err == f"mimo: no conversation matches 'sevn'\n{hint}"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("args", "left", "said"),
    [
        (["one", "two"], ["three"], "2 conversations deleted: {one} (one), {two} (two)"),
        (["one", "ONE"], ["three", "two"], "1 conversation deleted: {one} (one)"),
        (["--older-than", "2D"], ["three", "two"], "1 conversation deleted: {one} (one)"),
        (["--older-than", "1h"], ["three"], "2 conversations deleted: {two} (two), {one} (one)"),
        (["--older-than", "1w"], ["three", "two", "one"], "there is nothing to delete"),
        (
            ["--all"],
            [],
            "3 conversations deleted: {three} (three), {two} (two), {one} (one)",
        ),
    ],
)
def test_conversations_are_deleted_when_told_yes(
    kept: Kept, args: list[str], left: list[str], said: str
) -> None:
    now = datetime.now(UTC).timestamp()
    ids = {}
    for days, title in ((3, "one"), (1, "two"), (0, "three")):
        ids[title] = kept.add(title, "x", now=lambda days=days: now - days * DAY)  # type: ignore[misc]  # a lambda's default has no type
    result = mimo("history", "delete", "--yes", *args, environ=kept.environ)
    assert (result.code, result.out, result.err) == (0, "", f"mimo: {said.format_map(ids)}\n")
    assert kept.titles() == left


def test_of_many_conversations_that_are_deleted_ten_are_named(kept: Kept) -> None:
    ids = [kept.add(f"no {number}", "x") for number in range(12)]
    result = mimo("history", "delete", "--yes", *ids, environ=kept.environ)
    named = ", ".join(f"{id_} (no {number})" for number, id_ in enumerate(ids[:10]))
    assert (
        result.err.replace("\n  ", " ") == f"mimo: 12 conversations deleted: {named} and 2 more\n"
    )


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["delete", "-y", "o"], "no conversation matches 'o'\n  Did you mean {0} (other one)"),
        (["delete", "-y", "other"], "no conversation matches 'other'\n  Did you mean {0} (other"),
        (["delete", "-y", "solo"], "2 conversations match 'solo'\n  One of: "),
        (["rename", "other", "new"], "no conversation matches 'other'\n  Did you mean {0} (other"),
    ],
)
def test_the_start_of_a_title_neither_deletes_nor_renames(
    kept: Kept, args: list[str], said: str
) -> None:
    id_ = kept.add("other one", "x")
    for _ in range(2):
        kept.add("solo", "x")
    result = mimo("history", *args, environ=kept.environ)
    assert result.code == 2
    assert result.err.startswith("mimo: " + said.format(id_))
    assert mimo("history", "show", "other", environ=kept.environ).code == 0
    assert sorted(kept.titles()) == ["other one", "solo", "solo"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("keys", "left", "said"),
    [
        ("\n", ["one"], "nothing was deleted"),
        ("n\n", ["one"], "nothing was deleted"),
        ("yikes, no!\n", ["one"], "nothing was deleted"),
        ("yes no\n", ["one"], "nothing was deleted"),
        ("y\n", [], "1 conversation deleted: {id} (one)"),
        (" YES \n", [], "1 conversation deleted: {id} (one)"),
    ],
)
def test_a_person_is_asked_before_anything_is_deleted(
    kept: Kept, keys: str, left: list[str], said: str
) -> None:
    id_ = kept.add("one", "eins")
    with Terminal("history", "delete", "--all", environ=kept.environ) as terminal:
        terminal.wait_for(f"Delete {id_} (one) for good? [y/N]")
        terminal.type(keys)
        assert terminal.wait() == 0
        assert terminal.text.endswith(f"mimo: {said.format(id=id_)}")
    assert kept.titles() == left


def test_the_question_names_each_that_would_be_deleted(kept: Kept) -> None:
    ids = [kept.add(title, "x") for title in ("one", "two")]
    with Terminal("history", "delete", *ids, environ=kept.environ) as terminal:
        terminal.wait_for(f"Delete 2 conversations for good: {ids[0]} (one), {ids[1]} (two)?")
        terminal.type("n\n")
        assert terminal.wait() == 0
    assert kept.titles() == ["two", "one"]


@pytest.mark.slow
@pytest.mark.children_traced
def test_keys_that_were_pressed_before_the_question_delete_nothing(kept: Kept) -> None:
    id_ = kept.add("one", "eins")
    with Terminal("history", "delete", "--all", environ=kept.environ) as terminal:
        terminal.type("y\n")
        terminal.wait_for(f"Delete {id_} (one) for good? [y/N]:")
        terminal.type("\n")
        assert terminal.wait() == 0
        assert terminal.text.endswith("mimo: nothing was deleted")
    assert kept.titles() == ["one"]


@pytest.mark.slow
def test_what_is_typed_behind_the_answer_does_not_show(kept: Kept) -> None:
    id_ = kept.add("one", "eins")
    with Terminal("history", "delete", "--all", environ=kept.environ) as terminal:
        terminal.wait_for(f"Delete {id_} (one) for good? [y/N]:")
        terminal.type("y\nls -la\n")
        assert terminal.wait() == 0
        asked = f"Delete {id_} (one) for good? [y/N]: y\n"
        assert terminal.text == f"{asked}mimo: 1 conversation deleted: {id_} (one)"
    assert kept.titles() == []


def test_a_damaged_question_is_not_said_to_have_no_answer(kept: Kept) -> None:
    kept.add("one", "half", status="partial", age=2)
    kept.add("two", "zwei", age=1)
    with closing(sqlite3.connect(kept.folder / "history.db")) as connection:
        connection.execute("UPDATE turn SET status = x'00'")
        connection.commit()
    listed = mimo("history", environ=kept.environ)
    titles = [line.split("\t")[1] for line in listed.out.splitlines()]
    assert titles == ["(damaged) two", "(damaged) one"]
    assert listed.err.count("a part of the history is damaged") == 1
    as_json = mimo("history", "--json", environ=kept.environ).json
    assert [entry["answered"] for entry in as_json] == [None, None]


def test_path_names_the_file_whether_it_exists_or_not(kept: Kept) -> None:
    assert mimo("history", "path", environ=kept.environ).out == f"{kept.folder}/history.db\n"
    assert not kept.folder.exists()


def test_a_damaged_file_is_told_on_stderr(kept: Kept) -> None:
    kept.folder.mkdir(mode=0o700)
    (kept.folder / "history.db").write_bytes(b"no database " * 100)
    result = mimo("history", environ=kept.environ)
    assert (result.code, result.out) == (0, "")
    warning, empty = result.err.splitlines()
    assert warning.startswith("mimo: warning: the history was damaged; it is now ")
    assert empty == "mimo: the history is empty"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-5, "0 s"),
        (0, "0 s"),
        (59.9, "59 s"),
        (60, "1 min"),
        (3599, "59 min"),
        (7200, "2 h"),
        (5 * DAY, "5 d"),
        (364 * DAY, "364 d"),
        (800 * DAY, "2 y"),
    ],
)
def test_an_age_is_in_its_largest_unit(seconds: float, text: str) -> None:
    assert columns.age(seconds) == text


def test_columns_line_up_by_what_glyphs_take() -> None:
    rows = [("a", "北京天气" * 4, "1"), ("bcd", "short", "23")]
    kinds = [Column(), Column(narrow="cut"), Column()]
    assert columns.table(rows, kinds, Screen(24)).text == (
        "a    北京天气北京天…  1\nbcd  short            23\n"
    )
