"""What is kept, and where: configuration, history, folders, as `mimo doctor` sees them."""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.checkups import QUICK, SKIPPED, Check, at, checks_of, doctor, offline, states
from support.harness import KEY, mimo

from mimo_cli.api.protocol.messages import Text
from mimo_cli.catalogue import models
from mimo_cli.conversation.turns import Turn
from mimo_cli.history.store import History

if TYPE_CHECKING:
    from mimo_cli.simulator import Simulator


def test_a_malformed_configuration_does_not_end_it(
    simulator: Simulator, home: dict[str, str]
) -> None:
    file = Path(home["MIMO_CONFIG"])
    file.write_text("model = \n")
    checks = doctor(environ=at(simulator, home))
    assert checks["config"] == Check(
        "config",
        "failed",
        f"{file} is not valid TOML: Invalid value (at line 1, column 9)",
        "Correct it with an editor; it was left as it is.",
    )
    assert states(checks) == {"config": "failed", "tls": "skipped"}


def test_wrong_values_are_named_and_the_right_ones_are_used(
    simulator: Simulator, home: dict[str, str]
) -> None:
    file = Path(home["MIMO_CONFIG"])
    file.write_text('temperature = 9\nmodel = "mimo-v2.6-flash"\nusage = 5\n')
    checks = doctor(environ=at(simulator, home, MIMO_RETRIES="many"))
    assert checks["config"].text == (
        "temperature cannot be 9: it must be a number from 0 to 1.5 "
        f"(file {file}, line 1, column 15); "
        f"usage cannot be 5: it must be true or false (file {file}, line 3, column 9); "
        "retries cannot be 'many': it must be a whole number from 0 to 10 "
        "(environment MIMO_RETRIES)"
    )
    assert checks["model"].text == f"mimo-v2.6-flash (file {file}), current as of {models.CHECKED}"
    assert states(checks) == {"config": "failed", "tls": "skipped"}


@pytest.mark.parametrize(
    ("content", "mode", "text", "advice"),
    [
        ("", 0o644, "FILE (mode 0644): others can read it", "Run: chmod 600 FILE"),
        (
            "modle = 1",
            0o600,
            (
                "FILE (mode 0600): unknown setting 'modle' in the configuration, line 1, column 9. "
                "Did you mean model?"
            ),
            "Correct or remove it.",
        ),
    ],
)
def test_what_is_odd_about_the_file_is_a_warning(
    content: str, mode: int, text: str, advice: str, home: dict[str, str]
) -> None:
    file = Path(home["MIMO_CONFIG"])
    file.write_text(content)
    file.chmod(mode)
    checks = offline(home)
    assert checks["config"] == Check(
        "config", "warning", text.replace("FILE", str(file)), advice.replace("FILE", str(file))
    )
    assert states(checks) == {**SKIPPED, "config": "warning"}


SEVERAL = """\
default_profile = "gone"
modle = "x"
usage = true
aliases = 3
[profiles.work]
model = "mimo-v2.6-flash"
retries = -1
color = "blue"
nonsense = 1
[profiles]
odd = "no table"
[prompts.review]
prompt = "{"
tempo = 3
"""


def test_a_wrong_value_anywhere_in_the_file_does_not_end_it(home: dict[str, str]) -> None:
    file = Path(home["MIMO_CONFIG"])
    file.write_text(SEVERAL)
    checks = offline(home, "-p", "work")
    assert states(checks) == {**SKIPPED, "config": "failed"}
    said = checks["config"].text.split("; ")
    assert [text.partition(": ")[0].partition(" (")[0] for text in said] == [
        "aliases is not a table",
        "profiles.odd is not a table",
        "retries cannot be -1",
        "color cannot be 'blue'",
        "prompt review is not right",
        "unknown profile 'gone'",
    ]
    assert checks["model"].text.startswith(f"mimo-v2.6-flash (profile work, file {file})")
    assert checks["profile"].text == "work (option --profile)"


def test_unknown_keys_are_counted_in_all_tables(home: dict[str, str]) -> None:
    file = Path(home["MIMO_CONFIG"])
    file.write_text("modle = 1\n[profiles.w]\nx = 1\n[prompts.p]\ny = 1\nprompt = 'p'\n")
    assert offline(home)["config"].text.endswith(
        "unknown setting 'modle' in the configuration, line 1, column 9. Did you mean model? "
        "(and 2 more)"
    )


@pytest.mark.slow
def test_the_profile_in_force_is_shown(home: dict[str, str]) -> None:
    file = Path(home["MIMO_CONFIG"])
    file.write_text("default_profile = 'b'\n[profiles.a]\n[profiles.b]\n")
    assert offline(home)["profile"].text == f"b (file {file})"
    assert offline({**home, "MIMO_PROFILE": "a"})["profile"].text == "a (environment MIMO_PROFILE)"
    assert offline(home, "-p", "a")["profile"].text == "a (option --profile)"
    file.write_text("[profiles.a]\n[profiles.b]\n")
    assert offline(home)["profile"].text == "none is in force (there are: a, b)"
    unknown = offline(home, "-p", "c")["profile"]
    assert unknown == Check("profile", "failed", "unknown profile 'c'", "There are: a, b.")


def in_project(home: dict[str, str], folder: Path, content: str) -> dict[str, Check]:
    (folder / ".mimo.toml").write_text(content)
    result = mimo("doctor", "--offline", "--json", environ=home, limits=QUICK, cwd=folder)
    return checks_of(result)


@pytest.mark.slow
def test_the_project_file_is_shown_with_what_does_not_count(
    home: dict[str, str], tmp_path: Path
) -> None:
    folder = tmp_path / "clone"
    folder.mkdir()
    file = folder / ".mimo.toml"
    checks = in_project(home, folder, 'model = "flash"\nmax_tokens = 5\n')
    assert checks["project"] == Check("project", "ok", f"{file} (sets model, max_tokens)")
    assert checks["model"].text.startswith(f"mimo-v2.6-flash (project {file}, alias flash)")
    checks = in_project(home, folder, 'model = "flash"\nbase_url = "https://x"\n')
    assert checks["project"].state == "warning"
    assert checks["project"].text.startswith(f"base_url is ignored in {file}, line 2")
    checks = in_project(home, folder, 'model = "flash"\nmax_tokens = 0\n')
    assert checks["config"].text == (
        "max_tokens cannot be 0: it must be a whole number from 1 to 131072 "
        f"(project {file}, line 2, column 14)"
    )
    assert checks["project"].text == f"{file} (sets model)"
    checks = in_project(home, folder, "model =\n")
    assert (checks["config"].state, checks["project"].text) == ("failed", "none")
    assert states(checks) == {**SKIPPED, "config": "failed"}


@pytest.mark.slow
def test_a_key_that_is_withheld_or_goes_elsewhere_is_said(home: dict[str, str]) -> None:
    del home["MIMO_API_KEY"]
    file = Path(home["MIMO_CONFIG"])
    file.write_text(
        f'api_key = "{KEY}"\n'
        '[profiles.other]\nbase_url = "https://llm.example.com"\n'
        '[profiles.here]\nbase_url = "http://localhost:1"\n'
        '[profiles.none]\nbase_url = "https://llm.example.com"\nauth = "none"\n'
    )
    source = f"withheld: the key (file {file}) is for api.xiaomimimo.com"
    assert offline(home, "-p", "other")["key"] == Check(
        "key", "failed", source, "Run: mimo config set -p other api_key (or … auth none)"
    )
    here = offline(home, "-p", "here")["key"]
    assert here == Check(
        "key", "ok", f"none, which is right for a server on this machine; {source}"
    )
    none = offline(home, "-p", "none")["key"]
    assert none == Check("key", "ok", f"none is sent (auth, profile none, file {file})")
    sent = offline(home, "--base-url", "https://llm.example.com")["key"]
    assert sent.state == "warning"
    assert sent.text == (
        f"sk-…cdef from file {file}; the key (file {file}) is used for llm.example.com, "
        "as the option --base-url says"
    )


def test_the_key_of_a_command_is_taken_for_the_request_alone(
    simulator: Simulator, home: dict[str, str], tmp_path: Path
) -> None:
    ran = tmp_path / "ran"
    program = tmp_path / "key"
    program.write_text(f"#!/bin/sh\n: > {ran}\necho {simulator.key}\n")
    program.chmod(0o755)
    environ = at(simulator, home, MIMO_API_KEY="", MIMO_API_KEY_COMMAND=str(program))
    text = "from api_key_command, environment MIMO_API_KEY_COMMAND"
    assert (offline(environ)["key"].text, ran.exists()) == (text, False)
    checks = doctor(environ=environ)
    assert (checks["key"].text, checks["request"].state, ran.exists()) == (text, "ok", True)
    assert simulator.requests[-1].headers["api-key"] == simulator.key
    for command, why in (
        ("no-such-program x", f"there is no program no-such-program to run ({text[5:]})"),
        ("'x", f"api_key_command is not right: a quotation mark lacks its other ({text[5:]})"),
    ):
        assert offline({**environ, "MIMO_API_KEY_COMMAND": command})["key"] == Check(
            "key", "failed", why, "Run: mimo config set api_key_command COMMAND"
        )
    program.write_text("#!/bin/sh\nexit 3\n")
    checks = doctor(environ=environ)
    assert checks["request"] == Check(
        "request",
        "failed",
        f"no API key from {program}: it ended with code 3",
        f"See what it prints: {program} … is the command ({text[5:]})",
    )
    assert states(checks) == {"tls": "skipped", "request": "failed", "clock": "skipped"}


def test_a_folder_in_which_others_could_replace_the_file_is_said(home: dict[str, str]) -> None:
    file = Path(home["MIMO_CONFIG"])
    file.parent.chmod(0o777)
    text = f"{file} (mode 0600): others can write into its folder, and replace it"
    advice = f"Run: chmod 700 {file.parent}"
    assert offline(home)["config"] == Check("config", "warning", text, advice)


@pytest.mark.slow
def test_a_history_that_cannot_be_used_is_said_and_left_as_it_is(home: dict[str, str]) -> None:
    folder = Path(home["MIMO_DATA"])
    folder.mkdir(mode=0o700)
    file = folder / "history.db"

    def history(content: bytes) -> Check:
        file.write_bytes(content)
        file.chmod(0o600)
        found = offline(home)["history"]
        assert [*folder.iterdir()] == [file]
        assert file.read_bytes() == content
        return found

    what = f"cannot use the history {file}"
    begin = "The next question (without -r) sets it aside and begins a new one."
    assert history(b"garbage " * 1000) == Check(
        "history", "failed", f"{what}: it is damaged", begin
    )
    file.unlink()
    with closing(History(folder, now=lambda: 1.0, notice=pytest.fail)) as store:
        for number in range(10):
            store.begin(Turn((Text(f"question {number} " * 1000),), {"model": "m"}, 1.0))
    whole = file.read_bytes()
    assert history(whole).state == "ok"
    torn = history(whole[:20_000] + b"\xff" * 2000 + whole[22_000:])
    assert torn.text.startswith(f"{what}: it is damaged (")
    assert torn.advice.startswith("Move it away, with -wal and -shm: a new one begins.")
    newer = history(whole[:60] + (99).to_bytes(4) + whole[64:])
    assert newer.text.startswith(f"{what}: it was made by a newer mimo (format 99")


def test_a_file_that_is_not_there_is_no_fault(home: dict[str, str]) -> None:
    home["MIMO_CONFIG"] += ".not"
    check = offline(home)["config"]
    assert check.text == f"{home['MIMO_CONFIG']} (not there: every setting has its default)"


def test_folders_and_files_that_others_can_see_are_said(home: dict[str, str]) -> None:
    data, cache = Path(home["MIMO_DATA"]), Path(home["MIMO_CACHE"])
    data.mkdir(mode=0o700)
    cache.mkdir()
    cache.chmod(0o755)
    (data / "history.db").touch()
    (data / "history.db").chmod(0o640)
    checks = offline(home)
    assert [checks["history"], checks["cache"]] == [
        Check(
            "history",
            "warning",
            f"{data}/history.db (mode 0640): others can see it",
            f"Run: chmod 600 {data}/history.db",
        ),
        Check(
            "cache",
            "warning",
            f"{cache} (mode 0755): others can see it",
            f"Run: chmod 700 {cache}",
        ),
    ]
    (data / "history.db").chmod(0o600)
    cache.chmod(0o700)
    checks = offline(home)
    assert checks["history"].text == f"{data}/history.db (mode 0600)"
    assert checks["cache"].text == f"{cache} (mode 0700)"


def test_a_folder_that_cannot_be_one_is_a_failure(home: dict[str, str]) -> None:
    Path(home["MIMO_DATA"]).touch()
    checks = offline(home)
    assert checks["history"] == Check(
        "history",
        "failed",
        f"{home['MIMO_DATA']}/history.db: not a folder",
        "MIMO_DATA can name another folder.",
    )
    away = offline({**home, "MIMO_DATA": "~nobody-of-that-name/x"})
    assert away["history"].text.startswith("MIMO_DATA is not right: ")


@pytest.mark.slow
def test_a_system_prompt_that_cannot_be_read_is_said(home: dict[str, str]) -> None:
    environ = {**home, "MIMO_SYSTEM": "@/no/such/file"}
    assert offline(environ)["system"] == Check(
        "system",
        "failed",
        (
            "system is not right (environment MIMO_SYSTEM): cannot read /no/such/file: "
            "no such file or directory"
        ),
        "Correct it where it is set: a text, or @ and a file.",
    )
    own = offline({**home, "MIMO_SYSTEM": "Hi."})["system"]
    assert own.text == "3 characters (environment MIMO_SYSTEM)"
    assert offline({**home, "MIMO_MODEL": "other"})["system"].text == "no system prompt"


def test_a_code_theme_that_there_is_not_is_said(home: dict[str, str]) -> None:
    assert offline({**home, "MIMO_CODE_THEME": "monokay"})["color"] == Check(
        "color",
        "warning",
        "none (stdout is no terminal); there is no code_theme 'monokay'",
        "It is one of monokai (environment MIMO_CODE_THEME).",
    )


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_a_failure(home: dict[str, str]) -> None:
    Path(home["MIMO_DATA"]).mkdir(mode=0o500)
    assert offline(home)["history"].text.endswith(": cannot be written")


def test_a_file_system_that_is_only_to_be_read_is_told_as_such(home: dict[str, str]) -> None:
    data = Path(home["MIMO_DATA"])
    data.mkdir(mode=0o700)
    words = ["-t", "tmpfs", "-o", "ro,mode=700", "tmpfs", str(data)]
    mount = shutil.which("mount")
    if (
        mount is None
        or subprocess.run([mount, *words], capture_output=True, check=False).returncode
    ):
        pytest.skip("no file system can be mounted here")
    try:
        check = offline(home)["history"]
    finally:
        subprocess.run(["umount", "--lazy", str(data)], check=True)
    shown = f"{data}/history.db: its file system is read-only"
    assert check == Check("history", "failed", shown, "MIMO_DATA can name a folder elsewhere.")


def test_no_history_is_kept_where_it_is_off(home: dict[str, str]) -> None:
    check = offline({**home, "MIMO_HISTORY": "false"})["history"]
    assert check == Check("history", "ok", "off: no conversation is kept")
