"""`mimo doctor`: every thing it looks at, right and wrong."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import threading
import time
from contextlib import closing
from dataclasses import astuple
from email.utils import formatdate
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from support.folders import CERTIFICATES
from support.harness import KEY, Terminal, environ_for, finish, mimo, process, server

from mimo_cli.api.protocol.messages import Text
from mimo_cli.api.timing import Limits
from mimo_cli.conversation.turns import Turn
from mimo_cli.doctor import LOCAL
from mimo_cli.doctor import connection as network
from mimo_cli.history.store import History
from mimo_cli.simulator import Fault, Simulator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from support.harness import Result

QUICK = Limits(connect=2.0, first_event=0.3, idle=0.3, notice=0.1, error_body=0.3)
SKIPPED = dict.fromkeys(network.STEPS, "skipped")
PLAN = "https://token-plan-cn.xiaomimimo.com/anthropic"


def install(folder: Path, words: str = "from mimo_cli.__main__ import main") -> Path:
    """A program `mimo` in a folder: this one, or with other words another."""
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / "mimo"
    program.write_text(f"#!/usr/bin/python\n{words}\n")
    program.chmod(0o755)
    return program


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """The surroundings of somebody whose set-up is right, without a server."""
    program = install(tmp_path / "bin")
    completion = tmp_path / ".zfunc" / "_mimo"
    completion.parent.mkdir()
    completion.touch()
    config = tmp_path / "config.toml"
    config.write_text("")
    config.chmod(0o600)
    return {
        "HOME": str(tmp_path),
        "PATH": str(program.parent),
        "SHELL": "/bin/zsh",
        "TERM": "xterm",
        "LANG": "C.UTF-8",
        "MIMO_CONFIG": str(config),
        "MIMO_DATA": str(tmp_path / "data"),
        "MIMO_CACHE": str(tmp_path / "cache"),
        "MIMO_API_KEY": KEY,
    }


def at(simulator: Simulator, home: dict[str, str], **more: str) -> dict[str, str]:
    server = environ_for(simulator)
    return {**home, **{name: server[name] for name in ("MIMO_BASE_URL", "MIMO_API_KEY")}, **more}


class Check(NamedTuple):
    """A check as a script reads it."""

    name: str
    state: str
    text: str
    advice: str = ""


def doctor(*args: str, environ: dict[str, str], limits: Limits = QUICK) -> dict[str, Check]:
    """The checks by their names; the exit code is held to them."""
    result = mimo("doctor", "--json", *args, environ=environ, limits=limits)
    return checks_of(result)


def checks_of(result: Result) -> dict[str, Check]:
    assert result.err == ""
    assert result.out.isascii()
    checks = {one["name"]: Check(**one) for one in result.json["checks"]}
    is_well = all(check.state != "failed" for check in checks.values())
    assert (result.json["schema"], result.json["ok"], result.code) == (1, is_well, not is_well)
    assert [
        check for check in checks.values() if check.state == "failed" and not check.advice
    ] == []
    return checks


def offline(environ: dict[str, str], *args: str) -> dict[str, Check]:
    return doctor("--offline", *args, environ=environ)


def states(checks: dict[str, Check]) -> dict[str, str]:
    return {name: check.state for name, check in checks.items() if check.state != "ok"}


def test_where_all_is_well_there_is_a_line_for_each_thing(
    simulator: Simulator, home: dict[str, str]
) -> None:
    result = mimo("doctor", environ=at(simulator, home))
    folder, port = home["HOME"], simulator.url.rpartition(":")[2]
    out = re.sub(r"(versions +).*", r"\1…", result.out)
    out = re.sub(r"\d(\.\d+)? s\b", "0 s", out)
    out = re.sub(r"\d+ characters", "… characters", out)
    assert (result.code, result.err) == (0, "")
    assert out == (
        f"""\
ok       versions     …
ok       program      {folder}/bin/mimo
ok       completion   for zsh: {folder}/.zfunc/_mimo
ok       config       {folder}/config.toml (mode 0600)
ok       profile      none
ok       project      none
ok       history      {folder}/data/history.db (not there yet)
ok       cache        {folder}/cache (not there yet)
ok       terminal     stdout is none: answers are plain text (TERM is xterm)
ok       color        none (stdout is no terminal)
ok       text         UTF-8 (LANG=C.UTF-8); 中 and 🚀 are taken to be 2 columns wide
ok       key          sk-…ator from environment MIMO_API_KEY
ok       server       {simulator.base_url} (this machine; environment MIMO_BASE_URL)
ok       model        mimo-v2.6-pro (the default), current as of 2026-10
ok       system       … characters (MiMo recommends it)
ok       proxy        none
ok       certificates not needed for plain http
ok       dns          127.0.0.1 is 127.0.0.1
ok       connection   to 127.0.0.1:{port} in 0 s
skipped  tls          plain http
ok       request      mimo-v2.6-pro answered in 0 s
ok       clock        0 s from the server's

All is well.
"""
    )


def test_the_request_is_the_smallest_there_is(simulator: Simulator, home: dict[str, str]) -> None:
    mimo("doctor", "-m", "mimo-v2.6-flash", environ=at(simulator, home))
    (request,) = simulator.requests
    assert request.json == {
        "model": "mimo-v2.6-flash",
        "messages": [{"role": "user", "content": "Say: yes"}],
        "max_tokens": 16,
        "thinking": {"type": "disabled"},
        "stream": False,
    }


def test_offline_leaves_the_network_alone(simulator: Simulator, home: dict[str, str]) -> None:
    checks = offline(at(simulator, home))
    assert states(checks) == SKIPPED
    assert simulator.connections == 0


# ---- The server

HTML = Fault(headers=(("Content-Type", "text/html"),), body=b"<title>Log in\x1b[2J</title>")
FROM_ENVIRONMENT = (
    "The key came from environment MIMO_API_KEY. Or this server wants auth = bearer or x-api-key."
)
OVERLOADED = (
    "the server failed (503): Service Unavailable: The server is overloaded, please try again later"
)
AWAY = (("Location", "https://elsewhere.invalid/"),)


@pytest.mark.parametrize(
    ("fault", "text", "advice"),
    [
        (
            Fault.http(401, times=None),
            "the key was refused: Invalid API Key: Please provide valid API Key",
            FROM_ENVIRONMENT,
        ),
        (
            Fault.http(402, times=None),
            "the balance is used up: Insufficient Balance: The balance of this account is used up",
            "Ask whoever runs 127.0.0.1.",
        ),
        (
            Fault.http(503, times=None),
            OVERLOADED,
            "Try again later.",
        ),
        (
            Fault.http(302, headers=AWAY, times=None),
            "the server redirected to elsewhere.invalid: refusing to send the key there",
            "Check base_url, and whether this network wants you to log in.",
        ),
        (
            HTML,
            'the server answered with a web page: "Log in^[[2J"',
            "Check base_url, and whether this network wants you to log in.",
        ),
        (
            Fault(body=b'{"type": "message", "content": []}'),
            "empty reply: the answer has no text",
            "Ask again.",
        ),
    ],
)
def test_a_request_that_fails_is_shown_with_what_to_do(
    fault: Fault, text: str, advice: str, home: dict[str, str]
) -> None:
    with Simulator(faults=[fault]) as simulator:
        checks = doctor(environ=at(simulator, home))
        assert len(simulator.requests) == 1
    assert checks["request"] == Check("request", "failed", text, advice)
    assert states(checks) == {"tls": "skipped", "request": "failed"}


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        (Fault.cut(at=9), "connection lost: 127.0.0.1:PORT closed it"),
        (Fault(raw=b""), "no reply: 127.0.0.1:PORT closed the connection"),
        (Fault.silence(), "no answer: 127.0.0.1 sent nothing for 0.3 s"),
    ],
)
def test_a_reply_that_breaks_off_is_shown(fault: Fault, text: str, home: dict[str, str]) -> None:
    with Simulator(faults=[fault]) as simulator:
        patient = QUICK if "0.3 s" in text else QUICK._replace(first_event=20.0)
        checks = doctor(environ=at(simulator, home), limits=patient)
        port = simulator.url.rpartition(":")[2]
    assert (checks["request"].state, checks["request"].text) == (
        "failed",
        text.replace("PORT", port),
    )
    assert len(checks) == len(LOCAL) + len(network.STEPS)


def test_a_refused_connection_ends_the_way(home: dict[str, str]) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        checks = doctor(environ={**home, "MIMO_BASE_URL": f"http://127.0.0.1:{port}"})
    assert checks["connection"] == Check(
        "connection",
        "failed",
        f"cannot connect to 127.0.0.1:{port}: connection refused",
        "Check the network, and base_url (mimo config get base_url).",
    )
    expected = {**SKIPPED, "connection": "failed"}
    del expected["dns"]
    assert states(checks) == expected


def test_an_unknown_host_ends_the_way_at_once(home: dict[str, str]) -> None:
    checks = doctor(environ={**home, "MIMO_BASE_URL": "https://nowhere.invalid"})
    assert checks["dns"].text.startswith("cannot find host nowhere.invalid: ")
    assert states(checks) == {**SKIPPED, "dns": "failed"}


def test_a_redirect_is_not_followed(home: dict[str, str]) -> None:
    def answer(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")

    with server(answer) as (port, heads):
        away = (("Location", f"http://127.0.0.1:{port}/"),)
        with Simulator(faults=[Fault.http(307, headers=away)]) as simulator:
            assert doctor(environ=at(simulator, home))["request"].state == "failed"
    assert heads == []


@pytest.mark.parametrize(
    ("seconds", "state", "text"),
    [
        (-400, "failed", "7 minutes ahead of the server's, which says"),
        (3 * 86_400, "failed", "3 days behind the server's, which says"),
        (60, "ok", "s from the server's"),
    ],
)
def test_the_clock_is_held_against_the_servers(
    seconds: float, state: str, text: str, home: dict[str, str]
) -> None:
    date = (("Date", formatdate(time.time() + seconds, usegmt=True)),)
    with Simulator(faults=[Fault(headers=date)]) as simulator:
        check = doctor(environ=at(simulator, home))["clock"]
    assert check.state == state
    assert text in check.text


@pytest.mark.parametrize(
    ("date", "now", "check"),
    [
        ("Thu, 01 Jan 1970 00:10:00 GMT", 600.0, Check("clock", "ok", "0 s from the server's")),
        ("Thu, 01 Jan 1970 00:10:00 -0000", 300.0, Check("clock", "ok", "300 s from the server's")),
        (
            "Thu, 01 Jan 1970 00:10:00 GMT",
            600 + 7200.0,
            Check(
                "clock",
                "failed",
                "2 hours ahead of the server's, which says 1970-01-01 00:10 UTC",
                "Set this machine's clock; certificates depend on it.",
            ),
        ),
        ("soon", 0.0, Check("clock", "skipped", "the server does not tell the time")),
        ("", 0.0, Check("clock", "skipped", "the server does not tell the time")),
    ],
)
def test_the_clock(date: str, now: float, check: Check) -> None:
    assert astuple(network.check_clock(date, now)) == check


# ---- The key, the server and the model


def test_without_a_key_nothing_is_asked(home: dict[str, str]) -> None:
    del home["MIMO_API_KEY"]
    checks = offline(home)
    assert checks["key"] == Check(
        "key",
        "failed",
        "none is set",
        "Run: mimo config set api_key (or set MIMO_API_KEY)",
    )
    assert states(checks) == {**SKIPPED, "key": "failed"}


def test_a_server_on_this_machine_needs_no_key(home: dict[str, str]) -> None:
    del home["MIMO_API_KEY"]
    with Simulator(keys=()) as simulator:
        checks = doctor(environ={**home, "MIMO_BASE_URL": simulator.base_url})
    assert checks["key"].text == "none, which is right for a server on this machine"
    assert states(checks) == {"tls": "skipped"}


def test_it_says_which_key_wins(home: dict[str, str]) -> None:
    file = Path(home["MIMO_CONFIG"])
    file.write_text(f'api_key = "{KEY}"\n')
    assert offline(home)["key"].text == (
        "sk-…cdef from environment MIMO_API_KEY, which wins over that in the file"
    )
    del home["MIMO_API_KEY"]
    assert offline(home)["key"].text == f"sk-…cdef from file {file}"


@pytest.mark.parametrize(
    ("key", "base_url", "advice"),
    [
        (
            "tp-0123456789abcdef",
            "https://api.xiaomimimo.com/anthropic",
            "This is a Token Plan key (tp-…) on the pay-as-you-go host.",
        ),
        (KEY, PLAN, "This is a pay-as-you-go key (sk-…) on a Token Plan host."),
    ],
)
def test_a_key_of_the_other_family_is_said(
    key: str, base_url: str, advice: str, home: dict[str, str]
) -> None:
    checks = offline({**home, "MIMO_API_KEY": key, "MIMO_BASE_URL": base_url})
    assert checks["server"].text.endswith(": the key is of the other family")
    assert checks["server"].advice.startswith(advice)
    assert states(checks) == {**SKIPPED, "server": "failed"}


@pytest.mark.parametrize(
    ("name", "value", "check", "text"),
    [
        ("MIMO_API_KEY", f"{KEY}\u201d", "key", "it contains character U+201D at 27"),
        ("MIMO_BASE_URL", "ftp://x", "server", "base_url is not right: its scheme is 'ftp'"),
        ("MIMO_BASE_URL", "http://example.org", "server", "base_url is not safe: plain http"),
        ("MIMO_BASE_URL", "https://xn--.com", "server", "base_url is not right: xn--.com is no"),
    ],
)
def test_a_key_or_url_that_is_none_does_not_end_it(
    name: str, value: str, check: str, text: str, home: dict[str, str]
) -> None:
    checks = doctor(environ={**home, "MIMO_BASE_URL": "https://nowhere.invalid", name: value})
    assert text in checks[check].text
    assert (checks[check].state, checks["request"].state) == ("failed", "skipped")


@pytest.mark.parametrize(
    ("model", "base_url", "found"),
    [
        (
            "mimo-v2.5-pro",
            PLAN,
            (
                "failed",
                "mimo-v2.5-pro (option --model) was retired on 2026-10-21",
                "Its replacement is mimo-v2.6-pro: mimo config set model, or -m",
            ),
        ),
        (
            "mimo-v2.5-pro",
            "https://example.org",
            (
                "warning",
                (
                    "mimo-v2.5-pro (option --model) was retired on 2026-10-21 by Xiaomi; "
                    "this server may have it"
                ),
                "Its replacement is mimo-v2.6-pro: mimo config set model, or -m",
            ),
        ),
        (
            "mimo-v2.6-por",
            PLAN,
            (
                "warning",
                "mimo-v2.6-por (option --model) is not in the catalogue",
                "Did you mean mimo-v2.6-pro? mimo models lists them.",
            ),
        ),
        (
            "qwen3:8b",
            "localhost:8080",
            ("ok", "qwen3:8b (option --model); the catalogue knows Xiaomi's own alone", ""),
        ),
    ],
)
def test_the_model_is_looked_up(
    model: str, base_url: str, found: tuple[Any, str, str], home: dict[str, str]
) -> None:
    environ = {**home, "MIMO_API_KEY": "tp-0123456789abcdef", "MIMO_BASE_URL": base_url}
    assert offline(environ, "-m", model)["model"] == Check("model", *found)


# ---- What is kept, and where


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
    assert checks["model"].text == f"mimo-v2.6-flash (file {file}), current as of 2026-10"
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
        ("'x", f"api_key_command is not right: No closing quotation ({text[5:]})"),
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


# ---- The program and the terminal


def test_another_mimo_on_the_path_is_said(home: dict[str, str], tmp_path: Path) -> None:
    ours = Path(home["PATH"])
    other = install(tmp_path / "other", "require('@mimo-ai/cli')")
    again = tmp_path / "link"
    again.symlink_to(ours)
    first = offline({**home, "PATH": f"{ours}:{again}:{other.parent}:/no/such/folder"})
    last = offline({**home, "PATH": f"{other.parent}:{ours}"})
    none = offline({**home, "PATH": ""})
    assert first["program"] == Check(
        "program",
        "warning",
        f"{ours}/mimo wins over {other}",
        "Nothing, if that is meant; mimo-cli is always this program.",
    )
    assert last["program"] == Check(
        "program",
        "warning",
        f"mimo starts another program: {other}",
        "mimo-cli always starts this one. Or put its folder first in PATH.",
    )
    assert (none["program"].state, none["program"].text) == ("warning", "mimo is not on the PATH")


@pytest.mark.parametrize(
    ("shell", "place"),
    [
        ("/usr/bin/fish", ".config/fish/completions/mimo.fish"),
        ("bash", ".local/share/bash-completion/completions/mimo"),
        ("zsh", "shared/zsh/site-functions/_mimo"),
        ("PREFIX/bin/bash", "share/bash-completion/completions/mimo"),
    ],
)
def test_completions_are_found_where_shells_look(
    shell: str, place: str, home: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / ".zfunc" / "_mimo").unlink()
    environ = {
        **home,
        "SHELL": shell.replace("PREFIX", str(tmp_path)),
        "XDG_DATA_DIRS": f"/no/such/folder:{tmp_path}/shared",
    }
    missing = offline(environ)["completion"]
    assert missing.state == "warning"
    assert missing.text.startswith("not found for ")
    script = tmp_path / place
    script.parent.mkdir(parents=True, exist_ok=True)
    script.touch()
    name = Path(shell).name
    assert offline(environ)["completion"] == Check("completion", "ok", f"for {name}: {script}")


def test_completions_in_the_shells_own_file_are_found(home: dict[str, str]) -> None:
    home["SHELL"] = "/no/bin/bash"
    home["XDG_DATA_DIRS"] = "/no/such/folder"
    (Path(home["HOME"]) / ".bashrc").write_text(". ~/mimo/completions/mimo.bash\n")
    assert offline(home)["completion"] == Check("completion", "ok", "for bash: in ~/.bashrc")
    home["SHELL"] = "/bin/tcsh"
    assert offline(home)["completion"].state == "skipped"


@pytest.mark.parametrize(
    ("variables", "text"),
    [
        ({"NO_COLOR": "1"}, "none (NO_COLOR=1)"),
        ({"NO_COLOR": "", "FORCE_COLOR": "1"}, "16 (FORCE_COLOR=1)"),
        ({"FORCE_COLOR": "1", "COLORTERM": "truecolor"}, "24 bits (FORCE_COLOR=1)"),
        ({"FORCE_COLOR": "0"}, "none (stdout is no terminal)"),
        ({"MIMO_COLOR": "always"}, "16 (color is always: environment MIMO_COLOR)"),
    ],
)
def test_colours_are_explained(variables: dict[str, str], text: str, home: dict[str, str]) -> None:
    assert offline({**home, **variables})["color"].text == text


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        (
            {"TERM": "xterm-256color", "LC_ALL": "C"},
            {
                "terminal": "100 columns, 50 rows, TERM is xterm-256color",
                "color": "256 (TERM=xterm-256color)",
                "text": "LC_ALL=C is not UTF-8; output is UTF-8 all the same; "
                "中 and 🚀 are taken to be 2 columns wide",
            },
        ),
        (
            {"TERM": "dumb", "NO_COLOR": "1", "LC_ALL": "POSIX"},
            {
                "terminal": "100 columns, 50 rows, TERM is dumb: nothing is drawn live",
                "color": "none (NO_COLOR=1)",
                "text": "LC_ALL=POSIX is not UTF-8; output is UTF-8 all the same; "
                "中 and 🚀 are taken to be 2 columns wide",
            },
        ),
    ],
)
def test_on_a_terminal_its_size_and_locale_are_shown(
    variables: dict[str, str], expected: dict[str, str], home: dict[str, str]
) -> None:
    with Terminal(
        "doctor", "--json", "--offline", environ={**home, **variables}, columns=100, lines=50
    ) as terminal:
        assert terminal.wait() == 0
        content = json.loads(terminal.received)
    found = {one["name"]: one["text"] for one in content["checks"]}
    assert {name: found[name] for name in expected} == expected


def test_off_a_terminal_the_locale_does_not_matter(home: dict[str, str]) -> None:
    for variables, text in (
        ({"LANG": ""}, "no locale is set"),
        ({"LANG": "C"}, "LANG=C is not UTF-8"),
    ):
        check = offline({**home, **variables})["text"]
        assert check == Check("text", "ok", f"{text}; output is UTF-8 all the same")


def test_on_a_narrow_terminal_texts_are_broken_and_commands_are_not(home: dict[str, str]) -> None:
    del home["MIMO_API_KEY"]
    with Terminal("doctor", "--offline", environ=home, columns=75, lines=60) as terminal:
        assert terminal.wait() == 1
        assert (
            "are taken to be 2\n"
            "                       columns wide\n"
            "failed   key           none is set\n"
            "                       Run: mimo config set api_key (or set MIMO_API_KEY)\n"
        ) in terminal.text
    assert b"\x1b[91mfailed\x1b[0m   key" in terminal.received


# ---- Proxies and certificates. What each kind of proxy does: test_proxy_kinds.py


@pytest.fixture
def proxied() -> Callable[..., Result]:
    """Runs `mimo doctor` with more variables."""

    def run(*args: str, environ: dict[str, str], **variables: str) -> Result:
        return mimo("doctor", "--json", *args, environ={**environ, **variables}, limits=QUICK)

    return run


def test_a_proxy_is_named_without_its_password_and_what_can_be_tested_is(
    home: dict[str, str], proxied: Callable[..., Result]
) -> None:
    def refuse(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n")

    with server(refuse) as (port, _):
        proxy = f"http://user:secret@127.0.0.1:{port}"
        environ = {**home, "MIMO_BASE_URL": "https://api.example"}
        result = proxied(environ=environ, HTTPS_PROXY=proxy)
    checks = checks_of(result)
    assert checks["proxy"].text == f"through the HTTP proxy 127.0.0.1:{port} (HTTPS_PROXY)"
    assert checks["dns"].text == (
        "the proxy 127.0.0.1 is 127.0.0.1; it looks up api.example by itself"
    )
    assert checks["connection"] == Check(
        "connection",
        "failed",
        f"proxy 127.0.0.1:{port} failed: wrong user name or password: 407 No",
        "Check HTTPS_PROXY, which names it, or: unset HTTPS_PROXY",
    )
    assert states(checks) | {"dns": "ok"} == {**SKIPPED, "dns": "ok", "connection": "failed"}
    assert "secret" not in result.out


def test_bad_proxies_and_missing_certificates_are_named(
    home: dict[str, str], proxied: Callable[..., Result]
) -> None:
    result = proxied(
        environ={**home, "MIMO_BASE_URL": "https://api.example"},
        ALL_PROXY="socks9://user:secret@proxy:1",
        SSL_CERT_FILE="/no/such/file.pem",
    )
    checks = checks_of(result)
    assert checks["proxy"] == Check(
        "proxy",
        "failed",
        "ALL_PROXY names no usable proxy: "
        "its scheme is none of http, https, socks4, socks4a, socks5, socks5h",
        "It is written http://HOST:PORT or socks5://HOST:PORT. Correct it, or: unset ALL_PROXY",
    )
    assert checks["certificates"] == Check(
        "certificates",
        "failed",
        "SSL_CERT_FILE=/no/such/file.pem is not there",
        "Correct it, or: unset SSL_CERT_FILE",
    )
    assert states(checks) == {**SKIPPED, "proxy": "failed", "certificates": "failed"}
    assert "secret" not in result.out


@contextlib.contextmanager
def tls_server(certificate: str) -> Iterator[int]:
    """A server that does TLS, and answers nothing."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATES / f"{certificate}.pem")
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                plain, _ = listener.accept()
            except OSError:
                return  # closed: the test is over
            with (
                contextlib.suppress(OSError),  # the client refuses
                plain,
                context.wrap_socket(plain, server_side=True) as connection,
            ):
                connection.recv(1)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


@pytest.mark.parametrize(
    ("files", "state", "words"),
    [
        (("trusted", "trusted"), "ok", "TLSv1.3, the certificate is valid until 2119-12-08 ("),
        (("expired", "expired"), "failed", "is not trusted: certificate has expired"),
        (("trusted", "elsewhere"), "failed", "is not trusted: self"),
    ],
)
def test_certificates_are_looked_at(
    files: tuple[str, str],
    state: str,
    words: str,
    home: dict[str, str],
    proxied: Callable[..., Result],
) -> None:
    certificate, trusted = files
    with tls_server(certificate) as port:
        environ = {**home, "MIMO_BASE_URL": f"https://localhost:{port}"}
        result = proxied(environ=environ, SSL_CERT_FILE=str(CERTIFICATES / f"{trusted}.pem"))
    checks = checks_of(result)
    assert checks["tls"].state == state
    assert words in checks["tls"].text
    assert checks["request"].state == ("failed" if state == "ok" else "skipped")


def test_a_server_that_speaks_no_tls_does_not_keep_it_waiting(home: dict[str, str]) -> None:
    with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as listener:
        port = listener.getsockname()[1]
        checks = doctor(
            environ={**home, "MIMO_BASE_URL": f"https://127.0.0.1:{port}"},
            limits=QUICK._replace(connect=0.4),
        )
    assert (checks["tls"].state, checks["tls"].text) == (
        "failed",
        f"cannot connect to 127.0.0.1:{port}: it took too long",
    )


@pytest.mark.parametrize(
    ("days", "state"), [(100, "ok"), (14, "ok"), (13.9, "warning"), (-1, "warning")]
)
def test_a_certificate_that_expires_soon_is_a_warning(days: float, state: str) -> None:
    check = network.check_certificate("TLSv1.3", 1e9 + days * 86_400, 1e9)
    assert check.state == state


def test_a_file_without_certificates_is_said(
    home: dict[str, str], proxied: Callable[..., Result]
) -> None:
    with tls_server("trusted") as port:
        environ = {**home, "MIMO_BASE_URL": f"https://localhost:{port}"}
        checks = checks_of(proxied(environ=environ, SSL_CERT_FILE=home["MIMO_CONFIG"]))
    assert [checks[name].state for name in ("certificates", "tls", "request")] == [
        "failed",
        "failed",
        "skipped",
    ]


# ---- Interrupts, secrets and options


def test_an_interrupt_ends_it_at_once(home: dict[str, str]) -> None:
    with Simulator(faults=[Fault.silence()]) as simulator:
        program = process("doctor", environ=at(simulator, home))
        while not simulator.requests:
            os.sched_yield()
        started = time.monotonic()
        program.send_signal(signal.SIGINT)
        result = finish(program)
    assert (result.code, time.monotonic() - started < 1) == (-signal.SIGINT, True)
    assert result.out.splitlines()[-1].startswith("skipped  tls ")
    assert result.err == ""


def test_the_key_and_control_codes_are_nowhere(home: dict[str, str]) -> None:
    echo = json.dumps({"error": {"message": f"bad {KEY} \x1b[2J"}}).encode()
    with Simulator(faults=[Fault.http(400, body=echo, times=None)], keys=(KEY,)) as simulator:
        environ = {**home, "MIMO_BASE_URL": simulator.base_url, "TERM": "x\x1b[2J", "LANG": KEY}
        results = [mimo("doctor", *args, environ=environ) for args in ([], ["--json"])]
    assert [result.code for result in results] == [1, 1]
    out = "".join(result.out + result.err for result in results)
    assert KEY not in out
    assert "\x1b" not in out


def test_an_option_out_of_range_is_usage(home: dict[str, str]) -> None:
    result = mimo("doctor", "--timeout", "0", environ=home)
    assert (result.code, result.out) == (2, "")
