"""The key is nowhere but in its header: faults.md, group I."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support import systems
from support.harness import KEY, environ_for, finish, mimo, process

from mimo_cli.simulator import Fault, Simulator, event

if TYPE_CHECKING:
    from support.harness import Result

ECHO = json.dumps({"error": {"message": f"Bad key {KEY}", "param": KEY}}).encode()


def seen(result: Result) -> bool:
    """Whether the key, or a good part of it, is anywhere."""
    return KEY[:16].lower() in (result.out + result.err).lower()


@pytest.mark.slow
@pytest.mark.parametrize(
    "fault",
    [
        Fault.http(401, times=None),
        Fault.http(400, body=ECHO, times=None),
        Fault.http(503, body=ECHO, times=None),
        Fault.http(200, body=ECHO, times=None),
        Fault.http(302, headers=(("Location", f"http://127.0.0.1:1/{KEY}"),), times=None),
        Fault.http(400, headers=(("request-id", KEY),), times=None),
        Fault.http(302, headers=(("Location", f"http://{KEY}/"),), times=None),
        Fault.http(400, body=b"x" * 185 + KEY.encode(), times=None),
        Fault.http(200, headers=(("Content-Type", f"text/html; {KEY}"),), body=b"<p>", times=None),
        Fault(raw=b"", times=None),
        Fault.cut(at=9000, times=None),
        Fault(raw=f"{KEY}\r\n\r\n".encode(), times=None),
        Fault(sse=f"data: {KEY}\n\n".encode(), times=None),
        Fault(sse=b'data: {"type":"error","error":' + ECHO + b"}\n\n", times=None),
    ],
)
@pytest.mark.parametrize("options", [["-v"], ["--json"], ["--debug"]])
def test_the_key_is_in_no_message(fault: Fault, options: list[str]) -> None:
    with Simulator(faults=[fault], keys=(KEY,)) as simulator:
        result = mimo("ask", *options, "500 words", environ=environ_for(simulator))
    assert result.code != 0
    assert not seen(result)


def test_a_stop_reason_does_not_show_the_key() -> None:
    end = {"type": "message_delta", "delta": {"stop_reason": KEY}}
    delta = {"type": "text_delta", "text": "Yes"}
    body = event({"type": "content_block_delta", "index": 0, "delta": delta}) + event(end)
    for option in ("-v", "--json"):
        with Simulator(faults=[Fault(sse=body)], keys=(KEY,)) as simulator:
            result = mimo("ask", option, "hi", environ=environ_for(simulator))
        assert result.code == 0
        assert not seen(result)


def test_debug_shows_where_an_answer_failed() -> None:
    with Simulator(faults=[Fault.http(400, times=None)], keys=(KEY,)) as simulator:
        environ = environ_for(simulator)
        for command in (["--debug", "ask"], ["ask", "--debug"]):
            result = mimo(*command, "hi", environ=environ)
            assert "Traceback" in result.err
            assert not seen(result)
        assert "Traceback" not in mimo("ask", "hi", environ=environ).err


@pytest.mark.parametrize(
    ("key", "place"),
    [
        (f"{KEY}\u201d", "U+201D at 27"),
        (f"{KEY}\nX-Injected: 1", "U+000A at 27"),
        (f"{KEY} {KEY}", "U+0020 at 27"),
        (f"{KEY}ü", "U+00FC at 27"),
    ],
)
def test_a_key_that_is_none_is_never_sent_or_shown(
    simulator: Simulator, key: str, place: str
) -> None:
    result = mimo("ask", "--debug", "hi", environ=environ_for(simulator, MIMO_API_KEY=key))
    assert (result.code, simulator.connections) == (4, 0)
    assert f"it contains character {place}" in result.err
    assert "environment MIMO_API_KEY" in result.err
    assert not seen(result)


@pytest.mark.parametrize(
    "pasted", [f" {KEY}\n", f'"{KEY}"', f"api-key: {KEY}", f"Bearer {KEY}", f"\ufeff{KEY}\u200b"]
)
def test_what_surrounds_a_pasted_key_is_taken_off(pasted: str) -> None:
    with Simulator(keys=(KEY,)) as simulator:
        result = mimo("ask", "hi", environ=environ_for(simulator, MIMO_API_KEY=pasted))
        assert (result.code, simulator.requests[0].headers["api-key"]) == (0, KEY)


@systems.PROC
@pytest.mark.slow
def test_the_key_is_not_in_the_command_line_of_the_process() -> None:
    with Simulator(faults=[Fault.silence()], keys=(KEY,)) as simulator:
        program = process("ask", "hi", environ=environ_for(simulator))
        while not simulator.requests:
            os.sched_yield()
        command = Path(f"/proc/{program.pid}/cmdline").read_bytes()
        program.terminate()
        finish(program)
    assert KEY.encode() not in command


def test_help_does_not_show_the_key_as_a_default() -> None:
    for command in (["--help"], ["ask", "--help"], ["config", "set", "--help"]):
        assert not seen(mimo(*command, environ={"MIMO_API_KEY": KEY}))


def test_the_settings_do_not_show_the_key_in_their_own_form() -> None:
    from mimo_cli.config.layers import Source
    from mimo_cli.config.resolve import resolve

    chosen = resolve({}, {"MIMO_API_KEY": KEY}, Source("config.toml", {}))
    assert KEY not in repr(chosen)
    assert KEY not in repr(chosen.endpoint())


def test_a_bug_shows_one_line_and_debug_shows_no_values(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mimo_cli.conversation import asking

    def fail(*_: object) -> int:
        raise RuntimeError(f"oops {KEY}")

    monkeypatch.setattr(asking, "show_answer", fail)
    environ = environ_for(simulator, MIMO_API_KEY=KEY)
    short = mimo("ask", "hi", environ=environ)
    long = mimo("ask", "--debug", "hi", environ=environ)
    assert (short.code, long.code) == (1, 1)
    assert short.err == (
        "mimo: a bug: RuntimeError: this should not have happened\n"
        "  Please report it, with what this prints: mimo --debug …\n"
    )
    assert "Traceback" in long.err
    assert not seen(long)


TYPED = "house-secret-0123456789"
SHOWING = [
    ["ask", "--temperature", TYPED, "hi"],
    ["ask", f"--{TYPED}", "hi"],
    ["ask", "-f", TYPED, "hi"],
    ["ask", "-f", TYPED, "--json", "hi"],
    ["ask", "-p", TYPED, "--json", "hi"],
    ["ask", "-r", TYPED, "hi"],
    ["ask", "-m", TYPED, "--json", "hi", "--schema", "no/such"],
    ["ask", "--json", f"--{TYPED}"],
    ["chat", "--json", "-p", TYPED],
    ["history", "show", TYPED],
    ["config", "get", TYPED],
    ["models", TYPED],
    ["models", TYPED, "--json"],
    ["help", TYPED],
    [TYPED],
]


@pytest.mark.slow
@pytest.mark.parametrize("place", ["variable", "file", "profile", "other file"])
def test_a_key_of_any_form_that_was_typed_in_a_wrong_place_is_not_shown(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    usual = tmp_path / "mimo-cli" / "config.toml"
    usual.parent.mkdir()
    environ = {"MIMO_DATA": str(tmp_path), "PATH": os.environ["PATH"]}
    if place == "variable":
        environ["MIMO_API_KEY"] = TYPED
    else:
        table = "[profiles.work]\n" if place == "profile" else ""
        usual.write_text(f'{table}api_key = "{TYPED}"\n')
        usual.chmod(0o600)
    if place == "other file":
        environ["MIMO_CONFIG"] = str(tmp_path / "mimo.toml")
        (tmp_path / "mimo.toml").write_text("")
    for args in SHOWING:
        result = mimo(*args, environ=environ)
        assert result.code == 2, args
        assert "…" in result.err or "\\u2026" in result.out, args
        assert TYPED not in result.out + result.err, args


def test_a_title_that_holds_the_key_is_told_without_it(tmp_path: Path) -> None:
    with Simulator(answer="Yes.", keys=(TYPED,)) as simulator:
        history = {"MIMO_HISTORY": "true", "MIMO_DATA": str(tmp_path)}
        environ = environ_for(simulator, MIMO_API_KEY=TYPED, **history)
        lines = f"what is {TYPED}\n/title\n/info\n/fork\n/new\n/resume\n/title a {TYPED}\n"
        result = mimo("chat", environ=environ, stdin=lines.encode())
        assert result.out == "Yes.\n"
        assert result.err.count("what is …") == 5
        assert TYPED not in result.err
        id_ = mimo("history", environ=environ).out[:8]
        renamed = mimo("history", "rename", id_, f"about {TYPED}", environ=environ)
        assert renamed.err == f"mimo: {id_} is called about … from now on\n"


def test_a_short_key_is_a_word_like_any_other(tmp_path: Path) -> None:
    environ = {"MIMO_API_KEY": "ollama", "MIMO_CONFIG": "/dev/null", "HOME": str(tmp_path)}
    told = "mimo: unknown model ollama: it is not in the catalogue\n"
    assert mimo("models", "ollama", environ=environ).err.startswith(told)
