from __future__ import annotations

import json
import os
import shlex
import subprocess
import tomllib
from pathlib import Path

import pytest
from support import systems
from support.harness import KEY, Terminal, finish, mimo, process

from mimo_cli.config import KEYS


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {"MIMO_CONFIG": str(tmp_path / "mimo" / "config.toml"), "PATH": os.environ["PATH"]}


def test_a_value_is_kept_and_shown_with_its_source(environ: dict[str, str]) -> None:
    file = environ["MIMO_CONFIG"]
    result = mimo("config", "set", "model", "mimo-v2.6-flash", environ=environ)
    assert (result.code, result.out, result.err) == (0, "", f"mimo: model is set in {file}\n")
    assert mimo("config", "get", "model", environ=environ).out == "mimo-v2.6-flash\n"
    listed = mimo("config", "list", environ=environ).out.splitlines()
    assert f"model\tmimo-v2.6-flash\tfile {file}\tmimo-v2.6-pro" in listed
    assert "retries\t2\tdefault\t2" in listed
    other = {**environ, "MIMO_MODEL": "other"}
    assert (
        "model\tother\tenvironment MIMO_MODEL\tmimo-v2.6-pro"
        in mimo("config", "list", environ=other).out
    )


def test_unset_takes_a_value_out(environ: dict[str, str]) -> None:
    mimo("config", "set", "retries", "5", environ=environ)
    assert mimo("config", "unset", "retries", environ=environ).code == 0
    assert mimo("config", "get", "retries", environ=environ).out == "2\n"


def test_the_key_is_read_from_stdin_and_masked(environ: dict[str, str]) -> None:
    result = mimo("config", "set", "api_key", environ=environ, stdin=f"{KEY}\n".encode())
    assert result.code == 0
    assert mimo("config", "get", "api_key", environ=environ).out == "sk-…cdef\n"
    assert mimo("config", "get", "--reveal", "api_key", environ=environ).out == f"{KEY}\n"
    listed = mimo("config", "list", "--json", environ=environ)
    assert listed.json["api_key"]["value"] == "sk-…cdef"
    assert KEY not in result.err + listed.out


@pytest.mark.slow
def test_the_key_is_asked_for_unseen(environ: dict[str, str]) -> None:
    with Terminal("config", "set", "api_key", environ=environ) as terminal:
        terminal.wait_for("api_key (not shown):")
        terminal.type(KEY + "\n")
        assert terminal.wait() == 0
        assert KEY.encode() not in terminal.received
    assert mimo("config", "get", "--reveal", "api_key", environ=environ).out == f"{KEY}\n"


@pytest.mark.slow
@pytest.mark.children_traced
def test_whoever_gives_no_key_changes_nothing(environ: dict[str, str], tmp_path: Path) -> None:
    with Terminal("config", "set", "api_key", environ=environ) as terminal:
        terminal.wait_for("api_key (not shown):")
        terminal.type("\x04")
        assert terminal.wait() == 2
        assert "no answer: nothing was changed" in terminal.text
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_an_interrupt_while_asked_changes_nothing(environ: dict[str, str], tmp_path: Path) -> None:
    with Terminal("config", "set", "api_key", environ=environ) as terminal:
        terminal.wait_for("api_key (not shown):")
        terminal.type("\x03")
        assert terminal.wait() == -2
    assert list(tmp_path.iterdir()) == []


def test_the_key_is_not_taken_as_a_word(environ: dict[str, str]) -> None:
    result = mimo("config", "set", "api_key", KEY, environ=environ)
    assert (result.code, os.path.exists(environ["MIMO_CONFIG"])) == (2, False)  # noqa: PTH110
    assert result.err == (
        "mimo: api_key is not given on the command line: it would stay in the shell's history "
        "and show in ps\n  Run: mimo config set api_key (it asks for it, or reads stdin)\n"
    )


@pytest.mark.parametrize(
    ("name", "values", "code", "words"),
    [
        ("modle", ["x"], 2, "Did you mean model?"),
        ("temperature", ["2"], 2, "it must be a number from 0 to 1.5"),
        ("temperature", ["warm"], 2, "it must be a number from 0 to 1.5"),
        ("retries", ["1.5"], 2, "it must be a whole number from 0 to 10"),
        ("thinking", ["maybe"], 2, "it must be true or false"),
        ("color", ["red"], 2, "it must be one of auto, always, never"),
        ("base_url", ["http://example.com"], 2, "unencrypted"),
        ("base_url", ["ftp://example.com"], 2, "its scheme is 'ftp', not https"),
    ],
)
def test_a_wrong_value_is_refused_and_nothing_written(
    environ: dict[str, str], name: str, values: list[str], code: int, words: str
) -> None:
    result = mimo("config", "set", name, *values, environ=environ)
    assert (result.code, os.path.exists(environ["MIMO_CONFIG"])) == (code, False)  # noqa: PTH110
    assert words in result.err


def test_values_are_kept_in_their_types(environ: dict[str, str]) -> None:
    for name, *values in (
        ("temperature", "0.5"),
        ("retries", "4"),
        ("thinking", "off"),
        ("stop", "END", "###"),
        ("base_url", "localhost:8080/v1/"),
        ("system", "Be", "brief."),
    ):
        assert mimo("config", "set", name, *values, environ=environ).code == 0
    with open(environ["MIMO_CONFIG"]) as file:  # noqa: PTH123 - a name from an environment
        text = file.read()
    assert text == (
        'temperature = 0.5\nretries = 4\nthinking = false\nstop = ["END", "###"]\n'
        'base_url = "http://localhost:8080"\nsystem = "Be brief."\n'
    )
    listed = json.loads(mimo("config", "list", "--json", environ=environ).out)
    source = f"file {environ['MIMO_CONFIG']}"
    assert listed["stop"] == {"value": ["END", "###"], "source": source, "default": []}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ('["END"]', '["END"]'),
        ("['a', 'b']", '["a", "b"]'),
        ('["[x"]', '["[x"]'),
        ("[]", "[]"),
        ("x]", '["x]"]'),
    ],
)
def test_a_list_may_be_typed_as_an_array(typed: str, kept: str, environ: dict[str, str]) -> None:
    assert mimo("config", "set", "stop", typed, environ=environ).code == 0
    with open(environ["MIMO_CONFIG"]) as file:  # noqa: PTH123 - a name from an environment
        assert file.read() == f"stop = {kept}\n"


@pytest.mark.parametrize(
    "typed",
    ["[x", '["a', "[1]", "['a']\nb = ['c']", f"[{'9' * 4301}]"],
    ids=["no end", "an open text", "a number", "more behind it", "a long number"],
)
def test_what_begins_as_an_array_and_is_none_is_refused(
    typed: str, environ: dict[str, str]
) -> None:
    result = mimo("config", "set", "stop", typed, environ=environ)
    assert (result.code, Path(environ["MIMO_CONFIG"]).exists()) == (2, False)
    assert """it must be texts in quotes: ["one", "two"] (mimo config set stop)""" in result.err
    assert f"That text alone is written {shlex.quote(json.dumps([typed]))[:300]}" in result.err
    assert mimo("config", "set", "stop", json.dumps([typed]), environ=environ).code == 0
    loader = mimo("config", "set", "loaders.rtf", typed, environ=environ)
    assert loader.code == 2


def test_a_variable_that_wins_is_told(environ: dict[str, str]) -> None:
    result = mimo("config", "set", "model", "x", environ={**environ, "MIMO_MODEL": "y"})
    assert result.err.splitlines()[1] == (
        "mimo: warning: MIMO_MODEL is set too, and wins over the file"
    )


def test_a_malformed_file_is_never_overwritten(environ: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "mimo" / "config.toml"
    file.parent.mkdir()
    file.write_text("model = \n")
    file.chmod(0o600)
    results = [
        mimo(*args, environ=environ)
        for args in (["config", "set", "retries", "1"], ["ask", "hi"], ["config", "list"])
    ]
    assert [result.code for result in results] == [3, 3, 3]
    assert all("line 1, column 9" in result.err for result in results)
    assert file.read_text() == "model = \n"


def test_a_file_others_can_read_is_warned_of(environ: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "mimo" / "config.toml"
    file.parent.mkdir()
    file.write_text('model = "x"\n')
    file.chmod(0o644)
    result = mimo("config", "get", "model", environ=environ)
    assert result.out == "x\n"
    assert f"Run: chmod 600 {file}" in result.err
    mimo("config", "set", "model", "y", environ=environ)
    assert file.stat().st_mode & 0o777 == 0o600


def test_path_tells_where_the_file_is(environ: dict[str, str], tmp_path: Path) -> None:
    assert mimo("config", "path", environ=environ).out == f"{environ['MIMO_CONFIG']}\n"
    home = {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / "xdg")}
    program = process("config", "path", environ=home)
    out, _ = program.communicate(timeout=20)
    assert out.decode() == f"{tmp_path}/xdg/mimo-cli/config.toml\n"


@systems.PROC
@pytest.mark.slow
@pytest.mark.children_traced
def test_an_unwritable_home_still_lets_a_key_in_the_environment_work() -> None:
    from support.harness import environ_for, finish

    from mimo_cli.simulator import Simulator

    with Simulator() as simulator:
        homes = {"HOME": "/proc/nowhere", "XDG_CONFIG_HOME": "", "XDG_DATA_HOME": ""}
        environ = {**environ_for(simulator), **homes}
        del environ["MIMO_CONFIG"], environ["MIMO_HISTORY"]
        asked = finish(process("ask", "hi", environ=environ))
        kept = finish(process("config", "set", "model", "x", environ=environ))
    assert (asked.code, kept.code) == (0, 3)
    assert "/proc/nowhere/.local/share/mimo-cli/history.db" in asked.err
    assert "This conversation is no longer kept." in asked.err
    assert kept.err.startswith("mimo: cannot write /proc/nowhere/.config/mimo-cli/config.toml: ")


@pytest.mark.slow
def test_a_table_on_a_terminal(environ: dict[str, str]) -> None:
    with Terminal("config", "list", environ=environ, columns=120) as terminal:
        assert terminal.wait() == 0
        rows = [row.split() for row in terminal.text.splitlines()]
    assert rows[0] == ["setting", "value", "source", "default"]
    assert ["model", "mimo-v2.6-pro", "default", "mimo-v2.6-pro"] in rows


@pytest.mark.slow
def test_no_question_is_asked_of_a_script(environ: dict[str, str]) -> None:
    program = process("config", "set", "api_key", environ=environ, stdin=subprocess.DEVNULL)
    _, err = program.communicate(timeout=20)
    assert program.returncode == 4
    assert b"the API key is empty" in err


def test_what_is_no_file_keeps_nothing_and_is_not_to_be_changed() -> None:
    environ = {"MIMO_CONFIG": "/dev/null"}
    assert mimo("config", "list", environ=environ).err == ""
    result = mimo("config", "set", "model", "x", environ=environ)
    assert (result.code, result.err) == (
        3,
        "mimo: cannot write /dev/null: it is not a regular file\n",
    )


def test_one_bad_prompt_does_not_hide_the_others(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[prompts.bad]\nprompt = "{a"\n[prompts.good]\nprompt = "Be {kind}."\n')
    file.chmod(0o600)
    result = mimo("config", "prompts", environ={"MIMO_CONFIG": str(file)})
    assert (result.code, result.out) == (3, "good\tBe {kind}.\tkind\n")
    assert "bad" in result.err


def test_a_wrong_server_is_told_with_where_it_was_set() -> None:
    environ = {"MIMO_CONFIG": "/dev/null", "MIMO_BASE_URL": "nope nope", "MIMO_API_KEY": "sk-x"}
    result = mimo("ask", "--no-history", "hi", environ=environ)
    assert (result.code, "(environment MIMO_BASE_URL)" in result.err) == (3, True)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["prompts.r.prompt", "{a"], "prompt r is not right"),
        (["api_key_command", "'x"], "api_key_command"),
        (["code_theme", "monokay"], "code_theme cannot be 'monokay': it is one of monokai"),
    ],
)
def test_what_would_be_refused_later_is_refused_when_it_is_set(
    tmp_path: Path, words: list[str], why: str
) -> None:
    file = tmp_path / "config.toml"
    result = mimo("config", "set", *words, environ={"MIMO_CONFIG": str(file)})
    assert (result.code != 0, why in result.err, file.exists()) == (True, True, False)


def test_a_system_prompt_that_cannot_be_read_is_told_as_when_it_is_asked_with() -> None:
    environ = {"MIMO_CONFIG": "/dev/null", "MIMO_API_KEY": "sk-x", "MIMO_SYSTEM": "@/no/such"}
    asked = mimo("ask", "--no-history", "hi", environ=environ)
    listed = mimo("config", "list", environ=environ)
    assert "/no/such" in asked.err
    assert (listed.code, listed.err) == (asked.code, asked.err)
    assert "system\t@/no/such\tenvironment MIMO_SYSTEM\t" in listed.out


def test_a_wrong_value_does_not_hide_the_others(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('model = "m"\nretries = 99\nusage = 3\n[aliases]\na = "pro"\nb = "c"\n')
    file.chmod(0o600)
    environ = {"MIMO_CONFIG": str(file)}
    result = mimo("config", "list", environ=environ)
    lines = result.out.splitlines()
    assert f"model\tm\tfile {file}\tmimo-v2.6-pro" in lines
    assert f"aliases.b\tc\tfile {file}\t" in lines
    assert not [line for line in lines if "\t99\t" in line or line.startswith("aliases.a\t")]
    assert (result.code, result.err.splitlines()) == (
        3,
        [
            (
                "mimo: retries cannot be 99: it must be a whole number from 0 to 10 "
                f"(file {file}, line 2, column 11)"
            ),
            f"mimo: usage cannot be 3: it must be true or false (file {file}, line 3, column 9)",
            (
                "mimo: alias a cannot be 'pro', which is an alias itself: name a model "
                f"(file {file}, line 5, column 5)"
            ),
        ],
    )
    assert mimo("config", "list", "--json", environ=environ).json["model"]["value"] == "m"
    other = mimo("config", "list", environ={**environ, "MIMO_TOP_P": "high"})
    assert "mimo: top_p cannot be 'high'" in other.err
    file.write_text('thinkng = true\nusage = 3\nbase_url = "ftp://me:secret@x"\ncode_theme = "x"\n')
    result = mimo("config", "list", environ=environ)
    assert "unknown setting 'thinkng'" in result.err
    assert ["usage" in result.err, "'ftp'" in result.err, "code_theme" in result.err] == [True] * 3
    assert ("ftp://***@x" in result.out, "secret" in result.out + result.err) == (True, False)


def test_a_key_in_an_odd_place_is_masked_too(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(f'model = "{KEY}"\napi_key_command = "echo {KEY}"\nstop = ["{KEY}"]\n')
    file.chmod(0o600)
    environ = {"MIMO_CONFIG": str(file)}
    for args in (["list"], ["list", "--json"], ["get", "model"], ["get", "api_key_command"]):
        result = mimo("config", *args, environ=environ)
        assert ("cdef" in result.out, KEY in result.out + result.err) == (True, False)
    assert mimo("config", "get", "--reveal", "model", environ=environ).out == f"{KEY}\n"
    environ["MIMO_API_KEY_COMMAND"] = environ["MIMO_RETRIES"] = KEY
    for args in (["config", "list"], ["ask", "hi"], ["doctor", "--offline"]):
        result = mimo(*args, environ=environ)
        assert (result.code != 0, KEY in result.out + result.err) == (True, False)


def test_to_unset_what_is_not_set_writes_nothing(environ: dict[str, str]) -> None:
    result = mimo("config", "unset", "model", environ=environ)
    file = environ["MIMO_CONFIG"]
    assert (result.code, result.err) == (
        0,
        f"mimo: model is not set in {file}: nothing was changed\n",
    )
    assert not Path(file).parent.exists()
    wrong = mimo("config", "unset", "modle", environ=environ)
    assert (wrong.code, wrong.err) == (2, "mimo: unknown setting 'modle'\n  Did you mean model?\n")
    gone = mimo("config", "unset", "profiles.gone", environ=environ)
    said = f"mimo: profiles.gone is not set in {file}: nothing was changed\n"
    assert (gone.code, gone.err) == (0, said)
    nobodys = mimo("config", "unset", "-p", "", "model", environ=environ)
    assert (nobodys.code, nobodys.err) == (2, "mimo: a profile needs a name\n")


def test_a_text_of_several_lines_comes_back_as_it_was(environ: dict[str, str]) -> None:
    text = "one\n\ttwo  three\n\nfour"
    for name in ("system", "prompts.p.prompt"):
        mimo("config", "set", name, text, environ=environ)
        assert mimo("config", "get", name, environ=environ).out == f"{text}\n"


def test_a_file_for_the_system_prompt_is_found_from_everywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "config.toml"
    environ = {"MIMO_CONFIG": str(config), "MIMO_API_KEY": KEY}
    monkeypatch.chdir(tmp_path)
    refused = mimo("config", "set", "system", "@persona.txt", environ=environ)
    assert (refused.code, "persona.txt" in refused.err, config.exists()) == (2, True, False)
    persona = tmp_path / "persona.txt"
    persona.write_text("Be a pirate.")
    mimo("config", "set", "system", "@persona.txt", environ=environ)
    assert mimo("config", "get", "system", environ=environ).out == f"@{persona}\n"
    monkeypatch.chdir("/")
    assert "Be a pirate." in mimo("ask", "--dry-run", "hi", environ=environ).out
    monkeypatch.setenv("HOME", str(tmp_path))
    profile = 'default_profile = "p"\n[profiles.p]\nsystem = "@./persona.txt"'
    for text in ('system = "@~/persona.txt"', profile, 'system = "@persona.txt"'):
        config.write_text(text)
        assert "Be a pirate." in mimo("ask", "--dry-run", "hi", environ=environ).out
    persona.unlink()
    asked = mimo("ask", "--dry-run", "hi", environ=environ)
    assert (asked.code, asked.err) == (
        3,
        (
            f"mimo: system is not right (file {config}): cannot read {persona}: "
            "no such file or directory\n"
        ),
    )


def test_an_alias_that_would_break_another_is_refused(environ: dict[str, str]) -> None:
    mimo("config", "set", "aliases.a", "b", environ=environ)
    result = mimo("config", "set", "aliases.b", "mimo-v2.6-flash", environ=environ)
    assert result.code == 2
    assert result.err.startswith("mimo: alias a cannot be 'b', which is an alias itself")
    built_in = mimo("config", "set", "aliases.mimo-v2.6-pro", "mimo-v2.6-flash", environ=environ)
    assert (built_in.code, "alias pro cannot be 'mimo-v2.6-pro'" in built_in.err) == (2, True)


def test_a_whole_table_is_taken_out_and_that_is_said(environ: dict[str, str]) -> None:
    mimo("config", "set", "-p", "work", "model", "m", environ=environ)
    mimo("config", "set", "-p", "work", "retries", "1", environ=environ)
    file = environ["MIMO_CONFIG"]
    result = mimo("config", "unset", "profiles.work", environ=environ)
    said = f"mimo: profiles.work is no longer set in {file}, and with it model, retries\n"
    assert (result.code, result.err) == (0, said)


def test_a_broken_file_is_replaced_when_that_is_wanted(environ: dict[str, str]) -> None:
    file = Path(environ["MIMO_CONFIG"])
    file.parent.mkdir()
    for number, name in enumerate(("config.toml.bak", "config.toml.bak.2")):
        file.write_text(f"model = {number} no\n")
        assert mimo("config", "set", "usage", "true", environ=environ).code == 3
        wrong = mimo("config", "set", "--force", "retries", "99", environ=environ)
        assert (wrong.code, file.read_text()) == (2, f"model = {number} no\n")
        forced = mimo("config", "set", "--force", "usage", "true", environ=environ)
        assert forced.code == 0
        assert f"what was in it is now {file.with_name(name)}" in forced.err
        assert file.with_name(name).read_text() == f"model = {number} no\n"
        assert file.read_text() == "usage = true\n"
    again = mimo("config", "set", "--force", "retries", "1", environ=environ)
    assert (again.code, file.read_text()) == (0, "usage = true\nretries = 1\n")


def test_a_broken_file_behind_a_link_is_replaced_there(tmp_path: Path) -> None:
    real, link = tmp_path / "real.toml", tmp_path / "config.toml"
    real.write_text("a = [[")
    link.symlink_to(real)
    result = mimo("config", "set", "--force", "retries", "1", environ={"MIMO_CONFIG": str(link)})
    assert (result.code, link.is_symlink(), real.read_text()) == (0, True, "retries = 1\n")
    assert (tmp_path / "config.toml.bak").read_text() == "a = [["


@pytest.mark.slow
def test_of_many_that_replace_a_broken_file_each_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("a = [[")
    environ = {"MIMO_CONFIG": str(file)}
    names = [f"a{number}" for number in range(6)]
    model = "mimo-v2.6-flash"
    set_ = ["config", "set", "--force"]
    programs = [
        process(*set_, f"aliases.{it}", model, environ=environ, measured=False) for it in names
    ]
    assert [finish(program).code for program in programs] == [0] * len(names)
    assert tomllib.loads(file.read_text()) == {"aliases": dict.fromkeys(names, model)}
    assert [it.name for it in tmp_path.glob("*.bak*")] == ["config.toml.bak"]


@pytest.mark.parametrize("more", ["", 'model = "pro"\n', "retries = 2\n"])
def test_aliases_that_are_no_table_are_told_whatever_else_is_set(
    more: str, environ: dict[str, str]
) -> None:
    file = Path(environ["MIMO_CONFIG"])
    file.parent.mkdir()
    file.write_text(f"aliases = 3\n{more}", "utf-8")
    file.chmod(0o600)
    listed = mimo("config", "list", environ=environ)
    assert (listed.code, listed.err.count("aliases is not a table")) == (3, 1)
    assert "aliases.pro\t" in listed.out


@pytest.mark.slow
@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("[aliases]\nx = 3\n", "alias x cannot be 3: name a model (file {file}, line 2, column 5)"),
        (
            '[profiles.work]\nretries = "soon"\n',
            (
                "retries cannot be 'soon': it must be a whole number from 0 to 10 "
                "(profile work, file {file}, line 2, column 11)"
            ),
        ),
        (
            "[prompts.review]\nprompt = 'x'\nmax_tokens = 0\n",
            (
                "max_tokens cannot be 0: it must be a whole number from 1 to 131072 "
                "(prompt review, file {file}, line 3, column 14)"
            ),
        ),
    ],
)
def test_what_is_wrong_and_not_in_use_has_one_verdict(
    content: str, told: str, tmp_path: Path
) -> None:
    file = tmp_path / "c.toml"
    file.write_text(content)
    file.chmod(0o600)
    environ = {"MIMO_CONFIG": str(file), "MIMO_API_KEY": KEY, "HOME": str(tmp_path)}
    listed = mimo("config", "list", environ=environ)
    checked = mimo("doctor", "--offline", environ=environ)
    assert (listed.code, checked.code) == (3, 1)
    assert f"mimo: {told.format(file=file)}\n" in listed.err
    assert told.format(file=file) in checked.out
    assert "\t3\t" not in listed.out


@pytest.mark.parametrize("columns", ["60", "80", "140"])
@pytest.mark.parametrize("command", ["set", "get", "unset"])
def test_the_help_says_of_each_setting_what_it_is_as_wide_as_the_terminal(
    command: str, columns: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    result = mimo("config", command, "--help", environ={})
    _, _, listed = result.out.partition("Settings:\n")
    rows = listed.partition("\n\n")[0].splitlines()
    assert [row.split()[0] for row in rows if row[2] != " "] == [key.name for key in KEYS]
    assert max(map(len, rows)) < int(columns)
    assert " ".join(listed.partition("\n\n")[0].split()) == " ".join(
        f"{key.name} {key.help}" for key in KEYS
    )  # nothing is lost
    meaning = rows[0].index(KEYS[0].help)
    assert all(row[:meaning].isspace() for row in rows if row[2] == " ")
