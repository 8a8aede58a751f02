"""`mimo doctor` as a whole: its lines, what it sends, and what it leaves alone."""

from __future__ import annotations

import json
import os
import re
import signal
import time

import pytest
from support.checkups import SKIPPED, at, offline, states
from support.harness import KEY, finish, mimo, process

from mimo_cli.catalogue import models
from mimo_cli.simulator import Fault, Simulator


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
ok       model        {models.DEFAULT_MODEL} (the default), current as of {models.CHECKED}
ok       system       … characters (MiMo recommends it)
ok       proxy        none
ok       certificates not needed for plain http
ok       dns          127.0.0.1 is 127.0.0.1
ok       connection   to 127.0.0.1:{port} in 0 s
skipped  tls          plain http
ok       request      {models.DEFAULT_MODEL} answered in 0 s
ok       clock        0 s off

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


@pytest.mark.slow
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
