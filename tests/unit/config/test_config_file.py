from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import systems
from support.harness import around
from support.permissions import mode, umask

from mimo_cli.config import ownership, paths
from mimo_cli.config.toml import toml_edit, toml_file, toml_text
from mimo_cli.errors import ConfigError

COMMENTED = (
    '# my settings\nmodel = "old"  # why\n\n# another\nretries = 1\n\n[future]\nx = 1 # kept\n'
)
MALFORMED = [
    pytest.param(b'model = "x', "end of document", id="an open string"),
    pytest.param(b"\n\nmodel == 1", "line 3, column 8", id="two signs"),
    pytest.param(b"a = 1\na = 2\n", "line 2", id="a key twice"),
    pytest.param(b"{}", "line 1", id="JSON"),
    pytest.param(b"a = " + b"9" * 5000, "", id="a number of 5000 digits"),
    pytest.param(b"a = 2026-99-99", "line 1", id="no date"),
    pytest.param(b"a = " + b"[" * 150, "", id="nested without end"),
]


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("max_tokens = " + "9" * 9000, "line 1"),
        ("\n\na.b = [1, -" + "9_9" * 3000 + "]", "line 3"),
        ("max_tokens = 0x" + "f" * 9000, "max_tokens"),
        ("[profiles.w]\nstop = [[0b" + "1" * 64 + "]]", "profiles.w.stop"),
        ("max_tokens = 9223372036854775808", "max_tokens"),
    ],
)
def test_an_integer_that_toml_does_not_have_is_said_in_our_words(
    tmp_path: Path, text: str, where: str
) -> None:
    file = tmp_path / "config.toml"
    file.write_text(text)
    with pytest.raises(toml_file.ExcessError) as caught:
        toml_file.read_values(file)
    assert caught.value.why == f"{where} has an integer of more than 64 bits"
    file.write_text(f'a = -9223372036854775808\nb = 9223372036854775807\nc = "{"9" * 9000}"\n')
    assert toml_file.read_values(file)["a"] == -(2**63)


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def failure(file: Path, value: object = "x", **options: Any) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        toml_edit.change_value(file, ("model",), value, **options)
    return caught.value


# Where


def test_the_environment_names_the_file(tmp_path: Path) -> None:
    assert paths.config_file({"MIMO_CONFIG": str(tmp_path / "c.toml")}) == tmp_path / "c.toml"
    assert paths.config_file({"MIMO_CONFIG": "~/c.toml"}) == Path.home() / "c.toml"


def test_without_it_the_file_is_where_the_system_keeps_configuration() -> None:
    file = paths.config_file({"MIMO_CONFIG": ""})
    assert file == paths.config_file({})
    assert (file.name, file.parent.name) == ("config.toml", "mimo-cli")


def test_a_home_that_does_not_exist_is_a_configuration_error() -> None:
    with pytest.raises(
        ConfigError, match="MIMO_CONFIG is not right: ~no-such-user-here has no home folder"
    ):
        paths.config_file({"MIMO_CONFIG": "~no-such-user-here/c.toml"})


# Reading


@pytest.mark.parametrize("content", [None, b"", b" \n\t", b"\xef\xbb\xbf"])
def test_no_file_and_an_empty_one_set_nothing(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "config.toml"
    if content is not None:
        file.write_bytes(content)
    assert toml_file.read_values(file) == {}
    assert toml_file.read_values(tmp_path / "gone" / "config.toml") == {}


def test_a_file_is_read_with_whatever_keys_it_has(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("\ufeff" + COMMENTED)
    assert toml_file.read_values(file) == {"model": "old", "retries": 1, "future": {"x": 1}}


@pytest.mark.parametrize(("content", "where"), MALFORMED)
def test_a_malformed_file_is_an_error_that_says_where_and_is_never_overwritten(
    tmp_path: Path, content: bytes, where: str
) -> None:
    file = tmp_path / "config.toml"
    file.write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        toml_file.read_values(file)
    error = caught.value
    assert (error.what, error.hint) == (
        f"{file} is not valid TOML",
        "Correct it with an editor; it was left as it is.",
    )
    assert where in error.why
    for value in ("x", None):
        assert failure(file, value).what == f"{file} is not valid TOML"
    assert file.read_bytes() == content
    assert names(tmp_path) == {"config.toml", ".config.toml.lock"}


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"\x7fELF\xff\x00", "it is not UTF-8 text (byte 0xFF at offset 4)"),
        (b"\xef\xbb\xbf# \xe9", "it is not UTF-8 text (byte 0xE9 at offset 5)"),
        (b"#" * (256 * 1024 + 1), "it is too large to be a configuration"),
        (b"a = " + b"[" * 5000, "it is nested deeper than 200 levels"),
        (b"a." * 20_000 + b"a = 1", "it is nested deeper than 200 levels"),
        (b"[" + b"a." * 100_000 + b"a]", "it is nested deeper than 200 levels"),
        (b"a=1\n" * 5000, "it has more than 4,000 keys and values"),
        (b"a = [" + b"1," * 5000 + b"]", "it has more than 4,000 keys and values"),
        (b"#\n" * 30_000, "it has more than 20,000 lines"),
    ],
)
def test_what_is_no_text_is_an_error_and_never_overwritten(
    tmp_path: Path, content: bytes, why: str
) -> None:
    file = tmp_path / "config.toml"
    file.write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        toml_file.read_values(file)
    assert caught.value.message == f"cannot read {file}: {why}"
    assert failure(file).message == f"cannot read {file}: {why}"
    assert file.read_bytes() == content


def test_a_file_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    (tmp_path / "file").touch()
    for file, why in (
        (tmp_path, "is a directory"),
        (loop, "too many levels of symbolic links"),
        (tmp_path / "file" / "config.toml", "not a directory"),
    ):
        with pytest.raises(ConfigError) as caught:
            toml_file.read_values(file)
        assert caught.value.message == f"cannot read {file}: {why}"


def test_a_file_too_deep_to_be_changed_is_left_alone(tmp_path: Path) -> None:
    content = "a = " + "[" * 150 + "]" * 150
    file = tmp_path / "config.toml"
    file.write_text(content)
    assert set(toml_file.read_values(file)) == {"a"}
    assert failure(file).what == f"{file} is not valid TOML"
    assert file.read_text() == content


# Where in the file

POSITIONS = """\
# model = "in a comment"
model = "x"

system = \"\"\"
retries = 1
[profiles.work]
\"\"\"
retries = 5\r
stop = [
  "a",
  "temperature = 1",
]
[profiles.work]
  temperature = 9
base-url.x = 1
'top_p' = 3
[aliases]
fast = {a = 1}
[prompts]
r.model = "m"
"""


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (["model"], (2, 9)),
        (["system"], (4, 10)),
        (["retries"], (8, 11)),
        (["stop"], (9, 8)),
        (["profiles"], (13, 1)),
        (["profiles", "work", "temperature"], (14, 17)),
        (["profiles", "work", "top_p"], (16, 11)),
        (["profiles", "work", "base-url", "x"], (15, 14)),
        (["aliases", "fast"], (18, 8)),
        (["aliases", "fast", "a"], (18, 13)),
        (["prompts", "r", "model"], (20, 11)),
        (["absent"], None),
        (["model", "x"], None),
    ],
)
def test_the_line_and_column_of_a_value_are_found(
    path: list[str], expected: tuple[int, int] | None
) -> None:
    assert toml_text.positions(POSITIONS).get(tuple(path)) == expected


def test_the_line_of_a_value_is_found_in_a_long_file_too() -> None:
    text = "\n".join(f"a{number} = {number}" for number in range(2000))
    assert toml_text.positions(text)["a1234",] == (1235, 9)


# Who may read it


@pytest.mark.parametrize(
    ("bits", "warned"),
    [(0o600, False), (0o400, False), (0o644, True), (0o610, True), (0o602, True)],
)
def test_a_file_that_others_can_read_is_warned_of(tmp_path: Path, bits: int, warned: bool) -> None:
    file = tmp_path / "config.toml"
    file.write_text(COMMENTED)
    file.chmod(bits)
    what, why = ("change", "name a command to run") if bits & 0o22 else ("read", "hold your key")
    expected = f"others can {what} {file}, which may {why}. Run: chmod 600 {file}"
    assert ownership.warn_of_exposure(file) == (expected if warned else "")


def test_a_file_that_is_not_there_is_not_warned_of(tmp_path: Path) -> None:
    assert ownership.warn_of_exposure(tmp_path / "gone") == ""


# Changing


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077, 0o777])
def test_the_first_change_makes_a_private_folder_and_file_under_any_umask(
    tmp_path: Path, mask: int
) -> None:
    file = tmp_path / "a" / "b" / "config.toml"
    with umask(mask):
        toml_edit.change_value(file, ("model",), "m")
    assert file.read_text() == 'model = "m"\n'
    assert [mode(path) for path in (file, file.parent, file.parent.parent)] == [0o600, 0o700, 0o700]
    assert mode(file.with_name(".config.toml.lock")) & 0o077 == 0
    assert names(file.parent) == {"config.toml", ".config.toml.lock"}


def test_a_change_takes_a_file_away_from_others(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(COMMENTED)
    file.chmod(0o644)
    toml_edit.change_value(file, ("model",), "new")
    assert mode(file) == 0o600


def test_comments_order_and_unknown_keys_stay(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(COMMENTED)
    toml_edit.change_value(file, ("model",), "new")
    toml_edit.change_value(file, ("stop",), ("a", "b"))
    toml_edit.change_value(file, ("retries",), None)
    toml_edit.change_value(file, ("absent",), None)
    assert file.read_text() == (
        '# my settings\nmodel = "new"  # why\n\n# another\nstop = ["a", "b"]\n\n'
        "[future]\nx = 1 # kept\n"
    )


@settings(
    deadline=None,
    derandomize=True,
    max_examples=30,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.text()
    | st.integers(-(2**63), 2**63 - 1)
    | st.booleans()
    | st.floats(allow_nan=False)
    | st.lists(st.text(), max_size=3).map(tuple)
)
def test_any_value_is_read_as_it_was_set(tmp_path: Path, value: object) -> None:
    file = tmp_path / "config.toml"
    file.write_text(COMMENTED)
    toml_edit.change_value(file, ("new",), value)
    expected = list(value) if isinstance(value, tuple) else value
    assert toml_file.read_values(file) == {
        "model": "old",
        "retries": 1,
        "new": expected,
        "future": {"x": 1},
    }


def test_line_ends_stay_those_of_the_file(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_bytes(b'model = "m"\r\n[profiles.x]\r\nmodel = "n"\r\n')
    toml_edit.change_value(file, ("usage",), value=True)
    toml_edit.change_value(file, ("aliases", "a"), "b\nc")
    content = file.read_bytes()
    assert content.count(b"\n") == content.count(b"\r\n") > 4
    assert toml_file.read_values(file)["aliases"] == {"a": "b\nc"}


def test_tables_are_made_and_kept(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('# mine\n[profiles.home] # here\nmodel = "h"\n')
    toml_edit.change_value(file, ("profiles", "work", "model"), "w")
    toml_edit.change_value(file, ("profiles", "home", "stop"), ("x",))
    toml_edit.change_value(file, ("aliases", "gpt-4.1"), "m")
    toml_edit.change_value(file, ("aliases", "absent"), None)
    toml_edit.change_value(file, ("model",), "top")
    toml_edit.change_value(file, ("profiles", "home", "model"), None)
    assert file.read_text() == (
        '# mine\nmodel = "top"\n\n[profiles.home] # here\nstop = ["x"]\n\n'
        '[profiles.work]\nmodel = "w"\n\n[aliases]\n"gpt-4.1" = "m"\n'
    )


def test_a_table_that_is_none_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("profiles = 5\n")
    with pytest.raises(ConfigError, match="profiles is not a table"):
        toml_edit.change_value(file, ("profiles", "work", "model"), "w")
    assert file.read_text() == "profiles = 5\n"


@pytest.mark.parametrize(
    "content",
    [
        'profiles = {work = {model = "a"}}\n',
        'profiles.work.model = "a"\n',
        '[profiles]\nwork.model = "a"\n',
        '[profiles.work]\nmodel = "a"\n[aliases]\n[profiles.other]\nmodel = "b"\n',
        '[profiles.work]\nmodel = "a"\n[aliases]\nx = "y"\n[profiles]\n',
        "[profiles]\n",
        "profiles = {}",
    ],
)  # fmt: skip
def test_a_profile_is_changed_in_whatever_form_it_is_written(tmp_path: Path, content: str) -> None:
    file = tmp_path / "config.toml"
    file.write_text(content)
    before = toml_file.read_values(file)
    expected = {**before, "profiles": {**before.get("profiles", {})}}
    for name in ("work", "new"):
        toml_edit.change_value(file, ("profiles", name, "model"), "z")
        expected["profiles"][name] = {"model": "z"}
        assert toml_file.read_values(file) == expected
    toml_edit.change_value(file, ("profiles", "work", "model"), None)
    expected["profiles"]["work"] = {}
    assert toml_file.read_values(file) in (
        expected,
        {**expected, "profiles": {"new": {"model": "z"}}},
        {
            **expected,
            "profiles": {key: value for key, value in expected["profiles"].items() if value},
        },
    )


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    real = tmp_path / "dotfiles" / "mimo.toml"
    real.parent.mkdir()
    real.write_text(COMMENTED)
    link = tmp_path / "config.toml"
    link.symlink_to(real)
    toml_edit.change_value(link, ("model",), "new")
    assert link.is_symlink()
    assert toml_file.read_values(real)["model"] == "new"
    assert names(real.parent) == {"mimo.toml", ".mimo.toml.lock"}
    assert names(tmp_path) == {"config.toml", "dotfiles"}


def test_a_place_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    dangling = tmp_path / "dangling"
    dangling.symlink_to(tmp_path / "gone")
    for file, why in (
        (tmp_path / "file" / "config.toml", "not a directory"),
        (dangling / "config.toml", "file exists"),
    ):
        error = failure(file)
        assert error.message == f"cannot write {file}: {why}"
        assert error.hint == "MIMO_CONFIG can name another file; MIMO_API_KEY needs none."


@systems.PROC
def test_a_folder_that_cannot_be_made_is_an_error() -> None:
    file = Path("/proc/mimo-cli/config.toml")
    assert failure(file).message == f"cannot write {file}: no such file or directory"


def test_a_lock_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    (tmp_path / ".config.toml.lock").symlink_to(victim)
    assert failure(tmp_path / "config.toml").why == "too many levels of symbolic links"
    assert not victim.exists()


def test_a_file_that_another_process_keeps_locked_is_an_error_and_left_alone(
    tmp_path: Path,
) -> None:
    file = tmp_path / "config.toml"
    file.write_text(COMMENTED)
    with (tmp_path / ".config.toml.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        error = failure(file, patience=0.05)
    assert (error.message, error.hint) == (
        f"cannot lock {file}: it is in use",
        "Is another mimo writing it?",
    )
    assert file.read_text() == COMMENTED
    toml_edit.change_value(file, ("model",), "new", patience=0.05)
    assert toml_file.read_values(file)["model"] == "new"


CHANGER = textwrap.dedent(
    """
    import sys
    from pathlib import Path
    from mimo_cli.config.toml import toml_edit
    file, *names = sys.argv[1:]
    print("ready", flush=True)
    sys.stdin.read()  # all begin together
    for name in names:
        toml_edit.change_value(Path(file), (name,), name, patience=30)
    """
)


@pytest.mark.slow
def test_sixty_changes_by_twenty_processes_at_once_all_survive(tmp_path: Path) -> None:
    file = tmp_path / "new" / "config.toml"
    changers = [
        subprocess.Popen(
            [sys.executable, "-c", CHANGER, str(file), f"a{number}", f"b{number}", f"c{number}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=around(),
        )
        for number in range(20)
    ]
    for changer in changers:
        assert changer.stdout is not None
        assert changer.stdout.readline() == b"ready\n"
    for changer in changers:
        assert changer.stdin is not None
        changer.stdin.close()
    codes = []
    for changer in changers:
        codes.append(changer.wait(60))
        assert changer.stdout is not None
        changer.stdout.close()
    assert codes == [0] * 20
    expected = {f"{letter}{number}" for letter in "abc" for number in range(20)}
    assert toml_file.read_values(file) == {name: name for name in expected}
    assert names(file.parent) == {"config.toml", ".config.toml.lock"}


@pytest.mark.slow
def test_a_process_that_is_killed_leaves_a_whole_file(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(COMMENTED)
    program = textwrap.dedent(
        """
        import itertools, sys
        from pathlib import Path
        from mimo_cli.config.toml import toml_edit
        for number in itertools.count():
            toml_edit.change_value(Path(sys.argv[1]), ("number",), number)
            print(flush=True)
        """
    )
    for _ in range(3):
        writer = subprocess.Popen(
            [sys.executable, "-c", program, str(file)],
            stdout=subprocess.PIPE,
            env={**os.environ, **around()},
        )
        assert writer.stdout is not None
        for _ in range(3):
            writer.stdout.readline()
        writer.kill()
        writer.wait()
        writer.stdout.close()
        assert toml_file.read_values(file)["number"] >= 2
    toml_edit.change_value(file, ("number",), None)
    assert file.read_text() == COMMENTED
    assert names(tmp_path) == {"config.toml", ".config.toml.lock"}


def test_a_full_disk_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    # A limit on file sizes stands in for a full disk: both make the write fail half way.
    file = tmp_path / "config.toml"
    file.write_text(COMMENTED)
    program = textwrap.dedent(
        """
        import resource, signal, sys
        from pathlib import Path
        from mimo_cli.config.toml import toml_edit
        from mimo_cli.errors import ConfigError
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (50, hard))
        try:
            toml_edit.change_value(Path(sys.argv[1]), ("model",), "x" * 5000)
        except ConfigError as error:
            print(error.why)
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        """
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(file)],
        capture_output=True,
        text=True,
        check=False,
        env={**around(), "PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert (done.stdout, done.stderr) == ("file too large\n", "")
    assert file.read_text() == COMMENTED
    assert names(tmp_path) == {"config.toml", ".config.toml.lock"}


def test_a_file_of_another_user_is_not_replaced(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can make such a file")
    file = tmp_path / "config.toml"
    file.write_text('model = "x"\n')
    os.chown(file, 12345, 12345)
    with pytest.raises(ConfigError, match="it belongs to another user"):
        toml_edit.change_value(file, ("model",), "y")
    assert file.read_text() == 'model = "x"\n'


def test_what_a_killed_process_left_is_cleared_away(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    (tmp_path / ".config.toml.4711.tmp").write_text("half a fi")
    toml_edit.change_value(file, ("model",), "y")
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        ".config.toml.lock",
        "config.toml",
    ]


@pytest.mark.children_traced
def test_a_file_that_is_mounted_on_its_own_is_changed_in_place(tmp_path: Path) -> None:
    real, mounted = tmp_path / "real.toml", tmp_path / "config.toml"
    real.write_text(COMMENTED + "# a long end that goes away\n" * 3)
    mounted.touch()
    unshare = shutil.which("unshare")
    program = textwrap.dedent(
        """
        import sys
        from pathlib import Path
        from mimo_cli.config.toml import toml_edit, toml_file
        file = Path(sys.argv[1])
        toml_edit.change_value(file, ("model",), "new")
        assert toml_file.read_values(file)["model"] == "new"
        toml_edit.replace_text(file, toml_file.read_text(file), 'model = "short"\\n')
        """
    )
    script = 'mount --bind "$1" "$2" || exit 77; exec "$3" -c "$4" "$2"'
    words = ["sh", "-c", script, "sh", str(real), str(mounted), sys.executable, program]
    if unshare is None:
        pytest.skip("there is no unshare")
    done = subprocess.run(
        [unshare, "--mount", *words],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **around()},
    )
    if done.returncode == 77 or "unshare" in done.stderr:
        pytest.skip("mounting is not allowed here")
    assert (done.returncode, done.stderr) == (0, "")
    assert real.read_text() == 'model = "short"\n'
    assert mounted.read_text() == ""
    assert names(tmp_path) == {"real.toml", "config.toml", ".config.toml.lock"}


def test_a_pipe_in_place_of_the_file_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    os.mkfifo(file)
    with pytest.raises(ConfigError, match="it is a pipe"):
        toml_file.read_values(file)
