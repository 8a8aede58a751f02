"""The history on file systems that refuse it something, and in folders of other people."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from support.disks import fill, small_disk
from support.folders import SUPPORT
from support.harness import PATIENCE, around, environ_for, mimo, process

from mimo_cli.api.protocol.messages import Text
from mimo_cli.conversation.turns import Turn
from mimo_cli.errors import LocalIOError
from mimo_cli.history.file import filesystem, poor_filesystem
from mimo_cli.history.file.damage import DamagedError
from mimo_cli.history.journal import FILE
from mimo_cli.history.store import History
from mimo_cli.phrases import Phrase
from mimo_cli.simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

REFUSING = str(SUPPORT / "refusing.py")
SKIPPED = 77
NOBODY = 65_534

KEEPING = """
import os, sys, time
from pathlib import Path
from mimo_cli.api.protocol.messages import Reply, Text
from mimo_cli.conversation.turns import Turn
from mimo_cli.errors import LocalIOError
from mimo_cli.history.store import History
from mimo_cli.phrases import Phrase

folder, ending = Path(sys.argv[1]), sys.argv[2]
history = History(folder, now=time.time, notice=print)
question = (Text(sys.argv[3]),)
started = time.monotonic()
try:
    begun = history.begin(Turn(question, {"model": "m"}, 1.0))
except LocalIOError as error:
    print("refused:", error.why, error.hint)
    raise SystemExit
took = time.monotonic() - started
if ending == "killed":
    os._exit(0)
reply = Reply(content=(Text("Yes."),), stop_reason="end_turn")
history.finish(begun.conversation, Turn(question, {"model": "m"}, 1.0, reply, number=begun.number))
print(sorted(entry.title for entry in history.listing()), len(history.search("yes")))
history.close()
mode = (folder / "history.db").read_bytes()[19]  # https://www.sqlite.org/fileformat.html
print({1: "delete", 2: "wal"}[mode], took < 1.5)
"""
"""Keeps a question in a folder; with which journal, and whether it did so without waiting."""


def keep(folder: Path, question: str, *, without: str = "", ending: str = "whole") -> str:
    """Keeps a question, perhaps on a system without something; what is printed."""
    command = [sys.executable, "-c", KEEPING, str(folder), ending, question]
    if without:
        command = [sys.executable, REFUSING, without, "--", *command]
    # Without coverage, whose own database would be refused the same calls.
    around_us = {name: it for name, it in os.environ.items() if not name.startswith("COV")}
    environ = {**around_us, **around()}
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env=environ, timeout=PATIENCE
    )
    if done.returncode == SKIPPED:
        pytest.skip("the kernel refuses no calls here")
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


# Without locks, as on Lustre or NFS without its lock service; without shared memory, as on many
# FUSE file systems; without hard links, as on FAT.
@pytest.mark.parametrize("without", ["locks", "memory", "locks,memory", "locks,memory,links"])
def test_a_question_is_kept_at_once_on_a_file_system_without(tmp_path: Path, without: str) -> None:
    folder = tmp_path / "data"
    assert keep(folder, "one", without=without) == "['one'] 1\ndelete True\n"
    assert keep(folder, "two", without=without) == "['one', 'two'] 2\ndelete True\n"
    assert [path.name for path in folder.iterdir()] == [FILE]


@pytest.mark.parametrize("without", ["locks", "memory", "locks,memory"])
@pytest.mark.parametrize("ending", ["whole", "killed"])
def test_a_file_that_came_from_another_disk_is_used_there(
    tmp_path: Path, without: str, ending: str
) -> None:
    folder = tmp_path / "data"
    keep(folder, "one", ending=ending)
    assert (folder / f"{FILE}-wal").exists() == (ending == "killed")
    expected = f"['one', 'two'] {2 if ending == 'whole' else 1}\ndelete True\n"
    assert keep(folder, "two", without=without) == expected
    assert keep(folder, "three").endswith("wal True\n")


def test_a_lock_that_a_killed_process_left_is_taken_away_in_time(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    keep(folder, "one", without="locks")
    lock = folder / f"{FILE}.lock"
    lock.mkdir()
    os.utime(lock, (time.time() - 120,) * 2)
    assert keep(folder, "two", without="locks") == "['one', 'two'] 2\ndelete True\n"


def test_a_disk_that_takes_nothing_is_said_with_a_way_out(tmp_path: Path) -> None:
    said = keep(tmp_path / "data", "one", without="quota")
    assert said.startswith("refused: the disk does not take it")
    assert said.endswith("MIMO_DATA can name another folder.\n")


def test_a_question_is_answered_where_the_disk_takes_nothing(tmp_path: Path) -> None:
    with Simulator(answer="Yes.") as simulator:
        environ = environ_for(simulator, MIMO_HISTORY="true", MIMO_DATA=str(tmp_path / "data"))
        words = ["-m", "mimo_cli", "ask", "hi"]
        done = subprocess.run(
            [sys.executable, REFUSING, "quota", "--", sys.executable, *words],
            capture_output=True,
            text=True,
            check=False,
            env={**around(), **environ},
        )
    if done.returncode == SKIPPED:
        pytest.skip("the kernel refuses no calls here")
    assert (done.returncode, done.stdout) == (0, "Yes.\n")
    assert "This conversation is no longer kept. MIMO_DATA can name another" in done.stderr


MOUNTS = """\
22 1 254:0 / / rw - ext4 /dev/vda rw
40 22 0:38 / /home/me rw,relatime shared:1 - nfs4 server:/home rw,vers=4.2
41 22 0:39 / /mnt/a rw - fuse.sshfs me@there: rw
42 22 0:40 / /mnt/b rw - overlay none rw
43 22 0:41 / /mnt/c rw master:2 - fuseblk /dev/sdb1 rw
44 22 0:42 / /mnt/d rw -
"""


@pytest.mark.parametrize(
    ("device", "expected"),
    [
        ("0:38", True),
        ("0:39", True),
        ("0:40", False),
        ("0:41", False),
        ("0:42", False),
        ("0:99", False),
        ("254:0", False),
    ],
)
def test_a_network_file_system_is_known_by_its_kind(device: str, expected: bool) -> None:
    assert filesystem.is_network_in(MOUNTS, device) is expected


def test_a_folder_of_this_machine_is_no_network(tmp_path: Path) -> None:
    assert not filesystem.is_network(tmp_path)


def test_a_question_waits_two_seconds_for_another_process_and_no_longer(tmp_path: Path) -> None:
    keep(tmp_path, "one")
    with (
        Simulator(answer="Yes.") as simulator,
        closing(sqlite3.connect(tmp_path / FILE, isolation_level=None)) as other,
    ):
        other.execute("BEGIN IMMEDIATE")
        environ = environ_for(simulator, MIMO_HISTORY="true", MIMO_DATA=str(tmp_path))
        result = mimo("ask", "hi", environ=environ)
        other.execute("ROLLBACK")
    assert (result.code, result.out) == (0, "Yes.\n")
    assert "another process keeps it busy. This conversation is no longer kept." in result.err
    assert 1 < result.seconds < 10


# In folders of others


def history(folder: Path) -> History:
    return History(folder, now=time.time, notice=pytest.fail)


def refusal(folder: Path) -> str:
    with closing(history(folder)) as store, pytest.raises(LocalIOError) as caught:
        store.begin(Turn((Text("one"),), {"model": "m"}, 1.0))
    assert caught.value.hint == "MIMO_DATA can name another folder."
    return caught.value.why


def given_away(path: Path) -> None:
    try:
        os.chown(path, NOBODY, NOBODY, follow_symlinks=False)
    except OSError:
        pytest.skip("files cannot be given to others here")


@pytest.fixture
def shared(tmp_path: Path) -> Iterator[Path]:
    """A folder as /tmp is."""
    folder = tmp_path / "shared"
    folder.mkdir()
    folder.chmod(0o1777)
    yield folder
    shutil.rmtree(folder)


def test_somebody_elses_link_is_not_followed(shared: Path, tmp_path: Path) -> None:
    target = tmp_path / "target"
    (shared / FILE).symlink_to(target)
    given_away(shared / FILE)
    assert refusal(shared) == "it is a link that belongs to somebody else"
    assert not target.exists()


def test_a_link_that_leads_round_and_round_is_said_to(tmp_path: Path) -> None:
    (tmp_path / FILE).symlink_to(FILE)
    assert refusal(tmp_path) == "it is a link that leads round and round"
    environ = {"MIMO_DATA": str(tmp_path), "MIMO_CONFIG": "/dev/null"}
    result = mimo("history", environ=environ)
    assert (result.code, "too many levels of symbolic links" in result.err) == (12, True)


def test_somebody_elses_link_to_a_folder_is_not_followed(shared: Path, tmp_path: Path) -> None:
    (shared / "data").symlink_to(tmp_path)
    given_away(shared / "data")
    why = "it is another user's link in a folder that is everybody's"
    assert refusal(shared / "data") == why
    assert not (tmp_path / FILE).exists()


@pytest.mark.parametrize("end", ["-wal", "-shm", "-journal"])
def test_no_link_is_followed_beside_the_file(shared: Path, tmp_path: Path, end: str) -> None:
    target = tmp_path / "target"
    target.write_text("precious")
    (shared / f"{FILE}{end}").symlink_to(target)
    assert refusal(shared) == f"{FILE}{end} is a link"
    assert target.read_text() == "precious"


@pytest.mark.parametrize("end", ["", "-wal", "-shm", "-journal"])
def test_somebody_elses_file_is_not_used(shared: Path, end: str) -> None:
    file = shared / f"{FILE}{end}"
    file.touch(mode=0o666)
    given_away(file)
    assert refusal(shared) == f"{file.name} belongs to somebody else"
    assert file.stat().st_size == 0


def test_a_folder_in_which_everybody_replaces_files_is_not_used(shared: Path) -> None:
    shared.chmod(0o777)
    given_away(shared)
    assert refusal(shared) == "everybody can replace the files in its folder"
    assert list(shared.iterdir()) == []


def test_a_shared_folder_that_keeps_owners_apart_is_used(shared: Path) -> None:
    given_away(shared)
    with closing(history(shared)) as store:
        assert store.begin(Turn((Text("one"),), {"model": "m"}, 1.0)).number == 1


def test_root_can_be_at_work_in_a_folder_of_its_owner(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    keep(folder, "one")
    for path in (folder, folder / FILE):
        given_away(path)
    with closing(history(folder)) as store:
        assert [entry.title for entry in store.listing()] == ["one"]


def test_a_question_is_answered_where_no_history_can_be(shared: Path, tmp_path: Path) -> None:
    (shared / f"{FILE}-journal").symlink_to(tmp_path / "target")
    with Simulator(answer="Yes.") as simulator:
        environ = environ_for(simulator, MIMO_HISTORY="true", MIMO_DATA=str(shared))
        result = mimo("ask", "hi", environ=environ)
        doctor = mimo("doctor", "--offline", environ=environ)
    assert (result.code, result.out) == (0, "Yes.\n")
    assert f"{FILE}-journal is a link. This conversation is no lon" in result.err
    assert f"{FILE}-journal is a link" in " ".join(doctor.out.split())
    assert not (tmp_path / "target").exists()


@pytest.mark.parametrize("make", [lambda path: path.mkdir(), lambda path: path.symlink_to(path)])
def test_a_folder_that_is_none_costs_no_question(
    tmp_path: Path, make: Callable[[Path], None]
) -> None:
    make(tmp_path / FILE)
    with Simulator(answer="Yes.") as simulator:
        environ = environ_for(simulator, MIMO_HISTORY="true", MIMO_DATA=str(tmp_path))
        result = mimo("ask", "hi", environ=environ)
    assert (result.code, result.out) == (0, "Yes.\n")
    assert "This conversation is no longer kept." in result.err


def test_four_processes_that_find_a_damaged_file_set_it_aside_once(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"not a database " * 999)
    with Simulator(answer="Yes.") as simulator:
        environ = environ_for(simulator, MIMO_HISTORY="true", MIMO_DATA=str(tmp_path))
        programs = [process("ask", f"q{n}", environ=environ) for n in range(4)]
        errors = [program.communicate()[1].decode() for program in programs]
    assert sum("the history was damaged" in error for error in errors) == 1
    assert sum("no longer kept" in error for error in errors) == 0
    with closing(history(tmp_path)) as store:
        assert sorted(entry.title for entry in store.listing()) == ["q0", "q1", "q2", "q3"]
    assert len(list(tmp_path.glob("*.corrupt-*"))) == 1


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A disk of 400 kB."""
    with small_disk(tmp_path / "small", "400k") as folder:
        yield folder


@pytest.mark.parametrize("free", [4, *range(104, 172, 12)])
def test_a_full_disk_is_no_damage(small: Path, free: int) -> None:
    fill(small, but=free * 1024)
    with Simulator(answer="Yes.") as simulator:
        environ = environ_for(simulator, MIMO_HISTORY="true", MIMO_DATA=str(small))
        result = mimo("ask", "hi", environ=environ)
    assert (result.code, result.out) == (0, "Yes.\n")
    assert result.err.count("mimo: ") == result.err.count("the disk is full") == 1
    assert {path.name for path in small.iterdir()} <= {"filling", FILE}
    (small / "filling").unlink()
    assert keep(small, "one").startswith("['one']")


def test_doctor_says_what_keeps_the_file_from_being_used(tmp_path: Path) -> None:
    with closing(history(tmp_path)) as store:
        store.begin(Turn((Text("one"),), {"model": "m"}, 1.0))
    environ = {"MIMO_DATA": str(tmp_path), "MIMO_CONFIG": "/dev/null", "PATH": os.defpath}

    def said() -> tuple[str, str]:
        listed = mimo("history", environ=environ)
        checks = mimo("doctor", "--offline", "--json", environ=environ).json["checks"]
        (found,) = [it for it in checks if it["name"] == "history"]
        assert listed.code == 12
        return found["state"], " ".join(listed.err.split()).partition(found["text"])[1]

    what = f"cannot use the history {tmp_path / FILE}: "
    with closing(sqlite3.connect(tmp_path / FILE, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN IMMEDIATE")
        assert said() == ("failed", f"{what}another process keeps it busy")
    (tmp_path / f"{FILE}-wal").mkdir()
    assert said() == ("failed", f"{what}{FILE}-wal is not a regular file")


@pytest.mark.parametrize("beside", ["", "-journal", "-wal", "-shm"])
@pytest.mark.parametrize("has_file", [True, False])
def test_a_pipe_among_the_files_is_not_waited_for(
    tmp_path: Path, beside: str, *, has_file: bool
) -> None:
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    if has_file and beside:
        keep(folder, "one")
    os.mkfifo(folder / f"{FILE}{beside}")
    before = sorted(folder.iterdir())
    which = f"{FILE}{beside}" if beside else "it"
    said = f"refused: {which} is not a regular file MIMO_DATA can name another folder.\n"
    assert keep(folder, "two") == said
    assert sorted(folder.iterdir()) == before


LOCKING = """
import os, sys
while True:
    os.mkdir(sys.argv[1])
    os.rmdir(sys.argv[1])
"""


def test_a_lock_that_comes_and_goes_is_never_taken_for_something_else(tmp_path: Path) -> None:
    lock = tmp_path / f"{FILE}.lock"
    other = subprocess.Popen([sys.executable, "-c", LOCKING, str(lock)])
    try:
        while not lock.exists():
            assert other.poll() is None
        for _ in range(10_000):
            poor_filesystem.refuse_odd_lock(lock)
    finally:
        other.kill()
        other.wait()


@pytest.mark.parametrize("kind", ["pipe", "link"])
def test_a_lock_that_is_no_folder_is_not_waited_for(tmp_path: Path, kind: str) -> None:
    folder = tmp_path / "data"
    keep(folder, "one", without="locks")
    lock = folder / f"{FILE}.lock"
    os.mkfifo(lock) if kind == "pipe" else lock.symlink_to(tmp_path)
    said = keep(folder, "two", without="locks")
    assert said.startswith(f"refused: {FILE}.lock is in the way: it is no folder")


def test_a_disk_that_gives_a_part_back_no_more_is_no_damage(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    keep(folder, "one")
    said = keep(folder, "two", without="sectors")
    assert said.startswith("refused: the disk does not take it, or does not give it back")
    assert [path.name for path in folder.iterdir() if "corrupt" in path.name] == []
    assert keep(folder, "three") == "['one', 'three'] 2\nwal True\n"


@pytest.mark.parametrize("failing", range(2, 12, 2))
def test_a_read_that_fails_for_once_is_no_damage(tmp_path: Path, failing: int) -> None:
    strace = shutil.which("strace")
    folder = tmp_path / "data"
    keep(folder, "one")
    inject = f"inject=pread64:error=EIO:when={failing}"
    calls = ["-f", "-o", os.devnull, "-P", str(folder / FILE), "-e", "trace=pread64", "-e", inject]
    program = [sys.executable, "-c", KEEPING, str(folder), "whole", "two"]
    if strace is None or subprocess.run([strace, "-o", os.devnull, "true"], check=False).returncode:
        pytest.skip("no call can be made to fail here")
    done = subprocess.run(
        [strace, *calls, *program], capture_output=True, text=True, check=False, env=around()
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "corrupt" not in "".join(path.name for path in folder.iterdir())
    assert done.stdout.startswith(("['one', 'two'] 2\nwal ", "refused: the disk does not take it"))


def test_what_looks_like_damage_is_looked_at_again(tmp_path: Path) -> None:
    acts: list[str] = []

    def act() -> str:
        acts.append("done")
        if len(acts) == 1:
            raise LocalIOError(Phrase("it is damaged")) from DamagedError(Phrase("once"))
        return "right"

    with closing(history(tmp_path)) as store:
        assert (store.retry_once(act), acts) == ("right", ["done", "done"])


NO_MEMORY_LOCKS = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
static int act(const char *name, int fd, int what, void *value) {
  struct flock *lock = value;
  if ((what == F_SETLK || what == F_SETLKW) && lock->l_start >= 120 && lock->l_start < 129) {
    errno = ENOLCK;
    return -1;
  }
  return ((int (*)(int, int, ...))dlsym(RTLD_NEXT, name))(fd, what, value);
}
#define AS(name) int name(int fd, int what, ...) { \\
  va_list rest; va_start(rest, what); void *value = va_arg(rest, void *); va_end(rest); \\
  return act(#name, fd, what, value); }
AS(fcntl)
AS(fcntl64)
"""
"""Refuses the locks that guard a write-ahead log's shared memory, and no others."""


def test_a_question_is_kept_at_once_where_shared_memory_has_no_locks(tmp_path: Path) -> None:
    compiler, library = shutil.which("cc"), tmp_path / "refusing.so"
    if compiler is None or not sys.platform.startswith("linux"):
        pytest.skip("nothing can be put before the system's calls here")
    source = tmp_path / "refusing.c"
    source.write_text(NO_MEMORY_LOCKS)
    subprocess.run([compiler, "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
    for folder in (tmp_path / "new", tmp_path / "old"):
        if folder.name == "old":
            keep(folder, "one")
        command = [sys.executable, "-c", KEEPING, str(folder), "whole", "two"]
        environ = {**around(measured=False), "LD_PRELOAD": str(library)}
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=environ)
        assert done.stdout.endswith("\ndelete True\n")
        assert "'two'" in done.stdout
