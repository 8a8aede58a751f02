"""`mimo history usage`, and how what was spent is kept."""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from support.harness import Terminal, environ_for, mimo
from support.older_histories import take_back

from mimo_cli.api.protocol.messages import Reply, Text, Usage
from mimo_cli.catalogue.pricing import GROUPINGS, Money, Sum
from mimo_cli.conversation.turns import Turn
from mimo_cli.history.changes import conversations
from mimo_cli.history.file import schema
from mimo_cli.history.store import History
from mimo_cli.output import spending_table
from mimo_cli.simulator import Fault, Simulator
from mimo_cli.text.widths import Screen

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DAY = 86_400.0
PRO, FLASH = "mimo-v2.6-pro", "mimo-v2.6-flash"


@pytest.fixture(autouse=True)
def _in_kathmandu(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Five hours and three quarters before Greenwich."""
    monkeypatch.setenv("TZ", "XXX-5:45")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


class Kept:
    """A history that a test fills. Its days are counted back from today's noon."""

    def __init__(self, folder: Path) -> None:
        self.now = time.mktime((*time.localtime()[:3], 12, 0, 0, 0, 0, -1))
        self.history = History(folder, now=lambda: self.now, notice=pytest.fail)
        self.environ = {"MIMO_DATA": str(folder), "PATH": os.environ["PATH"]}

    def add(
        self,
        usage: Usage,
        cost: Money | None = None,
        *,
        age: float = 0.0,
        model: str = PRO,
        to: str = "",
        after: int = 0,
    ) -> tuple[str, int]:
        """Adds a turn; its conversation and number."""
        turn = Turn((Text("one, two"),), {"model": model}, self.now - age)
        begun = self.history.begin(turn, conversation=to, known=[after] if after else [])
        reply = Reply(model, "msg", (Text("Yes."),), "end_turn", None, usage)
        done = turn._replace(number=begun.number, reply=reply, status="complete", cost=cost)
        self.history.finish(begun.conversation, done)
        return begun.conversation, begun.number

    def day(self, age: float = 0.0) -> str:
        return time.strftime("%Y-%m-%d", time.localtime(self.now - age))


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    found = Kept(tmp_path)
    yield found
    found.history.close()


@pytest.fixture
def filled(kept: Kept) -> Kept:
    """Two days, two models, two currencies; a turn that was taken back, and one without a price."""
    kept.add(Usage(100, 10), Money(0.5), age=2 * DAY, model=FLASH)
    talk, number = kept.add(Usage(1000, 20, 3000), Money(0.25), age=1)
    _, last = kept.add(Usage(7, 8), Money(2.0, "CNY"), age=0.5, to=talk, after=number)
    conversations.drop(kept.history, talk, [last])
    kept.add(Usage(5, None), model="other", to=talk, after=number)
    return kept


def test_by_day_is_everything_newest_first_with_tabs(filled: Kept) -> None:
    result = mimo("history", "usage", environ=filled.environ)
    assert (result.code, result.err) == (0, "")
    assert result.out == (
        f"{filled.day()}\t3\t1012\t3000\t28\t0.25\t2\t1\n"
        f"{filled.day(2 * DAY)}\t1\t100\t0\t10\t0.5\t\t0\n"
    )


def test_by_model(filled: Kept) -> None:
    assert filled.history.spent("model") == [
        Sum("other", "", 1, 1, 5, 0, 0, {}),
        Sum(PRO, "", 2, 0, 1007, 3000, 28, {"USD": 0.25, "CNY": 2.0}),
        Sum(FLASH, "", 1, 0, 100, 0, 10, {"USD": 0.5}),
    ]


def test_by_conversation_as_csv(filled: Kept) -> None:
    first, second = (row.name for row in filled.history.spent("conversation"))
    result = mimo("history", "usage", "--by", "conversation", "--csv", environ=filled.environ)
    assert result.out == (
        "conversation,title,turns,input_tokens,cache_read_input_tokens,output_tokens,cost_usd,"
        "cost_cny,turns_without_price\n"
        f'{first},"one, two",3,1012,3000,28,0.25,2,1\n'
        f'{second},"one, two",1,100,0,10,0.5,,0\n'
    )


def test_as_json_with_the_total(filled: Kept) -> None:
    result = mimo("history", "usage", "--json", "--since", "1d", environ=filled.environ)
    assert result.out.isascii()
    numbers = {
        "turns": 3,
        "input_tokens": 1012,
        "cache_read_input_tokens": 3000,
        "output_tokens": 28,
        "cost": {"USD": 0.25, "CNY": 2.0},
        "turns_without_price": 1,
    }
    content = result.json
    assert content.pop("since").endswith("Z")
    assert content == {
        "schema": 1,
        "by": "day",
        "sums": [{"day": filled.day(), **numbers}],
        "total": numbers,
    }


def test_as_a_table_it_has_a_total() -> None:
    sums = [
        Sum("2026-11-23", "", 1234, 2, 1000, 3_000_000, 28, {"USD": 0.25, "CNY": 2.0}),
        Sum("2026-11-22", "", 1, 1, 5, 0, 0, {}),
        Sum("2026-11-21", "", 1, 0, 5, 0, 0, {"USD": 1.0}),
    ]
    assert spending_table.table(sums, "day", Screen(100)).text == (
        "day         turns  input  from cache  output  cost\n"
        "2026-11-23  1,234  1,000   3,000,000      28  $0.25, ¥2.00, 2 without a price\n"
        "2026-11-22      1      5           0       0  1 without a price\n"
        "2026-11-21      1      5           0       0  $1.00\n"
        "total       1,236  1,010   3,000,000      28  $1.25, ¥2.00, 3 without a price\n"
    )


@pytest.mark.slow
def test_on_a_terminal_it_is_a_table(filled: Kept) -> None:
    args = ["history", "usage", "--by", "conversation"]
    with Terminal(*args, environ=filled.environ, columns=100) as terminal:
        assert terminal.wait() == 0
        shown = terminal.text.splitlines()
    assert shown[0].split()[:3] == ["conversation", "title", "turns"]
    assert shown[1].split()[1:6] == ["one,", "two", "3", "1,012", "3,000"]
    assert " ".join(shown[3].split()) == "total 4 1,112 3,000 38 $0.75, ¥2.00, 1 without a price"


def test_a_day_is_the_local_one(kept: Kept) -> None:
    midnight = 1_700_000_000 // DAY * DAY  # in Greenwich
    for hour in (18.2, 18.3):  # in Kathmandu it is a quarter of an hour to midnight, or after it
        kept.add(Usage(1, 1), age=kept.now - midnight - hour * 3600)
    assert [row.name for row in kept.history.spent("day")] == ["2023-11-15", "2023-11-14"]


def test_what_was_copied_was_not_paid_for_again(kept: Kept) -> None:
    talk, first = kept.add(Usage(100, 10), Money(0.5), age=3)
    kept.add(Usage(1, 1), Money(0.25), age=2, to=talk, after=first)
    forked, _ = kept.add(Usage(2, 2), Money(0.125), age=1, to=talk, after=first)
    assert forked != talk
    (total,) = kept.history.spent("day")
    assert total[2:] == (3, 0, 103, 0, 13, {"USD": 0.875})
    assert {row.name: row.turns for row in kept.history.spent("conversation")} == {
        forked: 1,
        talk: 2,
    }


def test_a_question_that_never_ended_is_counted_and_has_no_price(kept: Kept) -> None:
    kept.history.begin(Turn((Text("one"),), {"model": PRO}, kept.now))
    assert kept.history.spent("model") == [Sum(PRO, "", 1, 1, 0, 0, 0, {})]


def test_what_was_deleted_no_longer_counts(filled: Kept) -> None:
    newest, oldest = filled.history.spent("conversation")
    filled.history.delete([newest.name])
    assert filled.history.spent("conversation") == [oldest]
    filled.history.delete_all()
    assert filled.history.spent("conversation") == []


def test_an_older_file_is_brought_forward_with_what_was_spent(filled: Kept) -> None:
    history = filled.history
    talk = history.spent("conversation")[0].name
    number = history.load(talk).turns[0].number
    forked, _ = filled.add(Usage(2, 2), Money(0.125), age=0.25, to=talk, after=number)
    history.begin(Turn((Text("never ended"),), {"model": PRO}, filled.now + 1))
    before = {by: sorted(history.spent(by)) for by in GROUPINGS}
    history.close()
    with closing(sqlite3.connect(history.path)) as connection:
        take_back(connection, 1)
    after = {by: sorted(history.spent(by)) for by in GROUPINGS}
    assert after == before
    with closing(sqlite3.connect(history.path)) as connection:
        assert schema.version(connection) == schema.VERSION
    assert len(history.load(forked).turns) == 2


@pytest.mark.parametrize(
    ("args", "why"),
    [
        (["--by", "week"], "--by cannot be 'week': it is one of day, model, conversation"),
        (["--since", "yesterday"], "--since cannot be 'yesterday'"),
        (["--json", "--csv"], "--json and --csv cannot go together"),
    ],
)
def test_what_cannot_be_asked_is_said(kept: Kept, args: list[str], why: str) -> None:
    result = mimo("history", "usage", *args, environ=kept.environ)
    assert (result.code, why in result.err) == (2, True)


@pytest.mark.parametrize(
    ("args", "out"), [([], ""), (["--csv"], "day,turns"), (["--json"], '{"schema": 1')]
)
def test_an_empty_history_has_no_sums(kept: Kept, args: list[str], out: str) -> None:
    result = mimo("history", "usage", "--since", "1h", *args, environ=kept.environ)
    assert (result.code, result.err) == (0, "mimo: nothing is kept of that time\n")
    assert result.out.startswith(out)
    assert not kept.history.path.exists()


@pytest.mark.slow
def test_what_is_asked_is_added_up(tmp_path: Path) -> None:
    with Simulator(answer="Yes.") as simulator:
        data = {"MIMO_HISTORY": "true", "MIMO_DATA": str(tmp_path)}
        environ = environ_for(simulator, **data)
        mimo("ask", "-m", "nope", "hi", environ=environ)  # refused: nothing to pay for
        mimo("ask", "hi", environ={**environ, "MIMO_API_KEY": "sk-wrong"})
        mimo("ask", "--retries", "0", "hi", environ={**environ, "MIMO_BASE_URL": "127.0.0.1:9"})
        simulator.add(Fault.http(503))
        mimo("ask", "--retries", "0", "hi", environ=environ)
        usages = [
            mimo("ask", "--json", question, environ=environ).json["usage"]
            for question in ("one", "two and three")
        ]
        result = mimo("history", "usage", "--by", "model", "--json", environ=environ)
    total = result.json["total"]
    assert total["turns"] == total["turns_without_price"] == 2  # what a simulator costs: nothing
    for name in ("input_tokens", "output_tokens"):
        assert total[name] == sum(usage[name] for usage in usages)
    assert total["cost"] == {}
