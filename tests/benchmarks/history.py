"""What a large history costs each command: seconds more than with an empty one."""

from __future__ import annotations

import random
import statistics
import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from goals import Row

from mimo_cli.api.protocol.messages import Reply, Text, Usage
from mimo_cli.catalogue.pricing import Money
from mimo_cli.conversation.turns import Turn, title_of
from mimo_cli.history import record, rows, spent
from mimo_cli.history.file.database import Database
from mimo_cli.history.journal import FILE
from mimo_cli.history.search import index
from mimo_cli.simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

TURNS = 100_000
"""In conversations of ten turns; an answer has 100 words, some of them Chinese."""

_A_CONVERSATION = 10
_VOCABULARY = 20_000
_MODEL = {"model": "mimo-v2.6-pro"}
_USAGE = Usage(100, 200)
_BEGAN = 1_700_000_000.0
_APART = 600.0
_GOAL_MS = 50.0


def report(
    mimo: str,
    environ: dict[str, str],
    pairs: int,
    seconds: Callable[[Sequence[str], dict[str, str]], float],
) -> list[Row]:
    """The figures; `seconds` runs a command and gives what it took."""
    with tempfile.TemporaryDirectory() as folder, Simulator(answer="Yes.") as simulator:
        full, empty = Path(folder, "full"), Path(folder, "empty")
        words = _fill(full, TURNS)
        _fill(empty, _A_CONVERSATION)
        server = {
            "MIMO_CONFIG": "/dev/null",
            "MIMO_BASE_URL": simulator.base_url,
            "MIMO_API_KEY": simulator.key,
        }
        environs = [{**environ, **server, "MIMO_DATA": str(it)} for it in (full, empty)]
        commands = {
            "history": ["history"],
            "history search, a common word": ["history", "search", words[0]],
            "history search, two and a beginning": ["history", "search", words[3], words[7][:2]],
            "history search, Chinese": ["history", "search", "天气"],
            "history show": ["history", "show"],
            "history usage": ["history", "usage"],
            "history usage --by model": ["history", "usage", "--by", "model"],
            "ask -c": ["ask", "-c", "and?"],
        }
        return [
            Row(
                f"mimo {name}",
                f"{TURNS:,} turns, or {_A_CONVERSATION}",
                _more([mimo, *arguments], environs, pairs, seconds),
                _GOAL_MS,
                "ms",
            )
            for name, arguments in commands.items()
        ]


def _more(
    command: Sequence[str],
    environs: Sequence[dict[str, str]],
    pairs: int,
    seconds: Callable[[Sequence[str], dict[str, str]], float],
) -> float:
    """The median of what the full history takes more, in ms, after an uncounted run of each."""
    full, empty = environs
    seconds(command, full), seconds(command, empty)
    differences = [seconds(command, full) - seconds(command, empty) for _ in range(pairs)]
    return 1000 * statistics.median(differences)


def _fill(folder: Path, turns: int) -> list[str]:
    """Makes a history of so many turns; the words in it, the most frequent first."""
    chance = random.Random(1)  # noqa: S311 - the same text every time
    letters = "abcdefghijklmnopqrstuvwxyz"
    words = ["".join(chance.choices(letters, k=chance.randint(2, 9))) for _ in range(_VOCABULARY)]
    words[20:40] = ["今天北京天气", "晴朗", "适合出门", "编程", "语言"] * 4
    spoken = chance.choices(words, [1 / (at + 1) for at in range(_VOCABULARY)], k=1_000_000)
    database = Database(folder / FILE, now=lambda: _BEGAN, notice=print)
    with closing(database), database.writing() as connection:
        chosen = ""
        for number in range(turns):
            start = chance.randrange(len(spoken) - 200)
            question = " ".join(spoken[start : start + 12])
            answer = " ".join(spoken[start + 12 : start + 112])
            if number % _A_CONVERSATION == 0:
                chosen = rows.create(connection, title_of(question), _BEGAN + _APART * number)
            reply = Reply("mimo-v2.6-pro", "msg", (Text(answer),), "end_turn", None, _USAGE)
            when = _BEGAN + _APART * number
            turn = Turn((Text(question),), _MODEL, when, reply, "complete", cost=Money(0.001))
            columns = {**record.question_columns(turn), **record.answer_columns(turn)}
            stored = {**columns, "number": number + 1, "conversation": chosen}
            names, values = ", ".join(columns), ", ".join(f":{name}" for name in columns)
            connection.execute(
                f"INSERT INTO turn (number, conversation, {names})"  # noqa: S608 - our own names
                f" VALUES (:number, :conversation, {values})",
                stored,
            )
            index.put(connection, number + 1, turn)
            spent.begin(connection, number + 1)
            spent.finish(connection, turn._replace(number=number + 1))
    return words
