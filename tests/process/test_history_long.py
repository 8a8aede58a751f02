"""Answers that are so long that they are written part by part, when something goes wrong."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from support.harness import around, mimo

from mimo_cli.history.file import migrations, schema
from mimo_cli.history.journal import FILE
from mimo_cli.history.store import History

if TYPE_CHECKING:
    from pathlib import Path

# A part's end, at 8,192 characters, is within a word of one language or another.
ANSWER = "".join(f"word{n} 大模型{n}的回答。 caf\u00e9{n} \U0001f408\n" for n in range(4000))
CAME = ANSWER[:5000]

WRITER = """
import json, os, signal, sqlite3, sys
from pathlib import Path
from mimo_cli.api.protocol.messages import Reply, Text, Usage
from mimo_cli.conversation.turns import Piece, Turn
from mimo_cli.errors import LocalIOError
from mimo_cli.history.store import History

folder, what, at, length = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
answer = json.loads(sys.stdin.readline())
counted = 0

class Cell:
    def __init__(self, cell):
        self.cell = cell
    def __enter__(self):
        self.cell.__enter__()
        return self
    def __exit__(self, *args):
        return self.cell.__exit__(*args)
    def write(self, data):
        step()
        self.cell.write(data)

def step():
    global counted
    counted += finishing
    if counted != at or not finishing:
        return
    if what == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if what == "waits":
        print("waits", flush=True)
        sys.stdin.readline()

class Watched(sqlite3.Connection):
    def execute(self, *args):
        step()
        return super().execute(*args)
    def blobopen(self, *args):
        step()
        return Cell(super().blobopen(*args))

real = sqlite3.connect
sqlite3.connect = lambda *args, **more: real(*args, factory=Watched, **more)
finishing = False
history = History(Path(folder), now=lambda: 1.0, notice=print)
turn = Turn((Text("Why?"),), {"model": "m"}, 1.0)
begun = history.begin(turn)
history.append(begun.conversation, begun.number, [Piece(0, "text", answer[:length])])
finishing = True
reply = Reply("m", "msg_1", (Text(answer),), "end_turn", None, Usage(3, 4))
whole = turn._replace(number=begun.number, reply=reply, status="complete", seconds=1.0)
if what == "full":
    import resource
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (at, before[1]))
    try:
        history.finish(begun.conversation, whole)
    except LocalIOError as error:
        print(error.exit_code)
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
    history.begin(turn)
else:
    history.finish(begun.conversation, whole)
print(counted)
history.close()
"""


def start(folder: Path, what: str, at: int) -> subprocess.Popen[str]:
    """Start a process that keeps the answer, which it has got."""
    command = [sys.executable, "-c", WRITER, str(folder), what, str(at), str(len(CAME))]
    pipe = subprocess.PIPE
    child = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=around())
    assert child.stdin is not None
    child.stdin.write(json.dumps(ANSWER) + "\n")
    child.stdin.flush()
    return child


def kept(folder: Path) -> list[tuple[str, str]]:
    with closing(History(folder, now=lambda: 2.0, notice=pytest.fail)) as history:
        found = [history.load(entry.id) for entry in history.listing()]
        assert history.is_partly_lost() is False
    return [(turn.status, turn.reply.text) for it in found for turn in it.turns]


@pytest.fixture(scope="module")
def steps(tmp_path_factory: pytest.TempPathFactory) -> int:
    """How many statements and writes it takes to keep the answer."""
    child = start(tmp_path_factory.mktemp("history"), "whole", 0)
    said, _ = child.communicate(timeout=60)
    assert child.returncode == 0
    return int(said)


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.7, 0.9, 1.0])
def test_a_process_killed_while_it_writes_leaves_what_had_come(
    tmp_path: Path, steps: int, share: float
) -> None:
    assert len(ANSWER) > 10 * 8192
    assert steps > len(ANSWER) // 8192
    child = start(tmp_path, "killed", max(1, int(steps * share)))
    child.communicate(timeout=60)
    assert child.returncode == -signal.SIGKILL
    assert kept(tmp_path) == [("partial", CAME)]


@pytest.mark.parametrize("share", [0.3, 0.9])
def test_others_read_what_had_come_while_it_is_written(
    tmp_path: Path, steps: int, share: float
) -> None:
    child = start(tmp_path, "waits", int(steps * share))
    assert child.stdout is not None
    assert child.stdout.readline() == "waits\n"
    assert kept(tmp_path) == [("partial", CAME)]
    child.communicate("\n", timeout=60)
    assert (child.returncode, kept(tmp_path)) == (0, [("complete", ANSWER)])


@pytest.mark.parametrize("size", [150_000, 250_000])
def test_a_disk_that_is_full_leaves_what_had_come(tmp_path: Path, size: int) -> None:
    child = start(tmp_path, "full", size)
    said, _ = child.communicate(timeout=60)
    assert (child.returncode, said.split()[0]) == (0, "12")
    assert sorted(kept(tmp_path)) == [("partial", ""), ("partial", CAME)]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("history")
    child = start(folder, "whole", 0)
    child.communicate(timeout=60)
    return folder


def test_every_word_is_found_also_where_two_parts_meet(whole: Path) -> None:
    with closing(History(whole, now=lambda: 2.0, notice=pytest.fail)) as history:
        for end in range(8192, len(ANSWER), 5 * 8192):
            line = ANSWER[ANSWER.rindex("\n", 0, end) + 1 : ANSWER.index("\n", end)]
            latin, chinese, accented, _ = line.split(" ")
            for words in (latin, chinese.removesuffix("。"), accented, accented.replace("é", "e")):
                (found,) = history.search(words)
                (place, *_) = found.matches
                assert found.snippet[slice(*place)] in ANSWER
        assert history.search("word4000") == []


@pytest.mark.parametrize("command", [["show"], ["show", "--json"], ["export"]])
def test_it_is_shown_and_exported_whole(whole: Path, command: list[str]) -> None:
    environ = {"MIMO_DATA": str(whole), "MIMO_CONFIG": "/dev/null", "PATH": os.environ["PATH"]}
    with closing(History(whole, now=lambda: 2.0, notice=pytest.fail)) as history:
        (entry,) = history.listing()
    name, *options = command
    done = mimo("history", name, entry.id, *options, environ=environ)
    assert (done.code, done.err) == (0, "")
    shown = json.loads(done.out) if "--json" in options else done.out
    texts = json.dumps(shown, ensure_ascii=False) if "--json" in options else shown
    assert (json.dumps(ANSWER, ensure_ascii=False)[1:-1] if options else ANSWER.strip()) in texts


def test_a_file_of_the_version_before_takes_a_long_answer(tmp_path: Path) -> None:
    with closing(History(tmp_path, now=lambda: 1.0, notice=pytest.fail)) as history:
        assert history.listing() == []
    file = tmp_path / FILE
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        migrations.migrate(connection, migrations.STEPS[:3])
    file.chmod(0o600)
    start(tmp_path, "whole", 0).communicate(timeout=60)
    assert kept(tmp_path) == [("complete", ANSWER)]
    with closing(sqlite3.connect(file)) as connection:
        assert schema.version(connection) == schema.VERSION == 5
        select = "SELECT typeof(reply) FROM turn"
        assert connection.execute(select).fetchall() == [("blob",)]
