"""`mimo models`: the catalogue, what a server lists, and what is kept of that."""

from __future__ import annotations

import gzip
import json
import os
import time
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.harness import KEY, Terminal, environ_for, mimo, server
from support.permissions import keep

from mimo_cli.api.endpoint import Endpoint
from mimo_cli.api.model_list import MOST_PAGES, ListedModel, Page, decode_page, page_url
from mimo_cli.api.timing import Limits
from mimo_cli.catalogue import models, remote_models
from mimo_cli.catalogue.remote_models import Listing
from mimo_cli.errors import MimoError, ProtocolError
from mimo_cli.output import models_table
from mimo_cli.output.models_table import ModelRow
from mimo_cli.simulator import Fault, ServedModels, Simulator
from mimo_cli.text.widths import Screen

if TYPE_CHECKING:
    import socket
    from pathlib import Path

    from support.harness import Result

PROPERTY = settings(deadline=None, derandomize=True, max_examples=80)
ENDPOINT = Endpoint("http://localhost:1/anthropic")
CURRENT = [model.id for model in models.current()]


def remote(
    simulator: Simulator, cache: Path, *args: str, limits: Limits | None = None, **environ: str
) -> Result:
    variables = environ_for(simulator, MIMO_CACHE=str(cache), **environ)
    return mimo("models", "--remote", *args, environ=variables, limits=limits)


def ids(result: Result) -> list[tuple[str, str]]:
    return [tuple(line.split("\t")[:2]) for line in result.out.splitlines()]  # type: ignore[misc]  # two fields


# ---- The catalogue


def test_in_a_pipe_each_current_model_is_a_line_with_tabs() -> None:
    result = mimo("models", environ={})
    assert (result.code, result.err) == (0, "")
    assert result.out == (
        "mimo-v2.6-pro\tcurrent\t1000000\t131072\ttext,image,audio,video\tyes\t"
        "0.435\t0.87\t0.0036\t3.00\t6.00\t0.025\t\tpro\n"
        "mimo-v2.6-flash\tcurrent\t1000000\t131072\ttext,image,audio,video\tyes\t"
        "0.14\t0.28\t0.0028\t1.00\t2.00\t0.02\t\tflash\n"
        "mimo-v2.6-pro-ultraspeed\tcurrent\t1000000\t131072\ttext,image,audio,video\tyes\t"
        "4.35\t8.70\t0.036\t30.00\t60.00\t0.25\t\t\n"
    )


def test_all_shows_the_retired_ones_and_what_replaces_them() -> None:
    lines = [line.split("\t") for line in mimo("models", "--all", environ={}).out.splitlines()]
    assert {len(line) for line in lines} == {14}
    assert [(line[0], line[1], line[-2]) for line in lines[3:]] == [
        ("mimo-v2.5-pro", "retired 2026-10-21", "mimo-v2.6-pro"),
        ("mimo-v2.5", "retired 2026-10-21", "mimo-v2.6-flash"),
        ("mimo-v2-pro", "retired 2026-06-30", "mimo-v2.6-pro"),
        ("mimo-v2-omni", "retired 2026-06-30", "mimo-v2.6-flash"),
        ("mimo-v2-flash", "retired 2026-06-30", "mimo-v2.6-flash"),
    ]


@pytest.mark.slow
def test_on_a_terminal_there_is_a_table_that_fits() -> None:
    with Terminal("models", environ={}, columns=80) as terminal:
        assert terminal.wait() == 0
        assert terminal.text == (
            "model                     context  output  input                   $ in / out\n"
            "mimo-v2.6-pro (pro)       1M       131k    text image audio video  0.435 / 0.87\n"
            "mimo-v2.6-flash (flash)   1M       131k    text image audio video  0.14 / 0.28\n"
            "mimo-v2.6-pro-ultraspeed  1M       131k    text image audio video  4.35 / 8.70\n"
            "prices per million tokens, as of 2026-10; all of one: mimo models ID\n"
            "no room here for thinking, ¥ in / out"
        )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("columns", "shown", "left_out"),
    [
        (40, ["model", "$ in / out"], "context, output, input,\nthinking, ¥ in / out"),
        (60, ["model", "context", "output", "$ in / out"], "input, thinking, ¥ in / out"),
    ],
)
def test_on_a_narrow_terminal_prices_stay_and_what_does_not_is_named(
    columns: int, shown: list[str], left_out: str
) -> None:
    with Terminal("models", environ={}, columns=columns) as terminal:
        assert terminal.wait() == 0
        text = terminal.text
    assert " ".join(text.splitlines()[0].split()) == " ".join(shown)
    assert "prices per million tokens" in " ".join(text.split())
    assert text.endswith(f"no room here for {left_out}")


@pytest.mark.slow
def test_of_prices_that_are_not_shown_nothing_is_said() -> None:
    with Terminal("models", "--all", environ={}, columns=40) as terminal:
        assert terminal.wait() == 0
        text = " ".join(terminal.text.split())
    assert "prices" not in text
    assert "$ in / out" in text.partition("no room here for")[2]
    assert "mimo-v2-pro retired 2026-06-30" in text.replace(" status: ", " ")


@pytest.mark.parametrize("width", [1, 30, 60, 80, 110, 200])
def test_a_table_is_as_wide_as_the_screen_at_most(width: int) -> None:
    entries = [ModelRow(model.id, model) for model in models.MODELS]
    text = models_table.table(entries, Screen(width)).text
    assert max(map(len, text.splitlines())) <= max(width, len("mimo-v2.6-pro-ultraspeed"))
    firsts = iter([line.split()[0] for line in text.splitlines()[1:]])
    assert all(entry.id in firsts for entry in entries)  # in that order


def test_a_table_of_what_nobody_knows_has_no_empty_columns() -> None:
    entries = [ModelRow("qwen3:8b", listed=True), ModelRow("a", listed=True)]
    assert models_table.table(entries, Screen(80)).text == (
        "model     status\nqwen3:8b  not in the catalogue\na         not in the catalogue\n"
    )


def test_one_model_is_shown_whole() -> None:
    result = mimo("models", "mimo-v2.5", environ={})
    assert (result.code, result.err) == (0, "")
    assert result.out == (
        "model\tmimo-v2.5\n"
        "status\tretired 2026-10-21\n"
        "use instead\tmimo-v2.6-flash\n"
        "context\t1,000,000 tokens\n"
        "output\t131,072 tokens at most, 32,768 tokens unless told\n"
        "input\ttext, image, audio, video\n"
        "thinking\tyes\n"
        "in USD\t$0.14 in, $0.28 out, $0.0028 in from the cache, per million tokens\n"
        "in CNY\t¥1.00 in, ¥2.00 out, ¥0.02 in from the cache, per million tokens\n"
        "checked\t2026-10\n"
    )


@pytest.mark.slow
def test_one_model_on_a_terminal_is_in_two_columns() -> None:
    with Terminal("models", "mimo-v2-pro", environ={}) as terminal:
        assert terminal.wait() == 0
        assert terminal.text == (
            "model        mimo-v2-pro\n"
            "status       retired 2026-06-30\n"
            "use instead  mimo-v2.6-pro\n"
            "checked      2026-10"
        )


def test_json_has_everything_and_says_how_old_it_is() -> None:
    result = mimo("models", "--json", "mimo-v2.6-flash", environ={})
    assert result.json == {
        "schema": 1,
        "checked": "2026-10",
        "server": None,
        "models": [
            {
                "id": "mimo-v2.6-flash",
                "name": None,
                "status": "current",
                "aliases": ["flash"],
                "listed": None,
                "context": 1_000_000,
                "max_output": 131_072,
                "default_output": 131_072,
                "inputs": ["text", "image", "audio", "video"],
                "thinking": True,
                "price": {
                    "usd": {"cache_hit": 0.0028, "input": 0.14, "output": 0.28},
                    "cny": {"cache_hit": 0.02, "input": 1.0, "output": 2.0},
                },
                "retired": None,
                "replacement": None,
                "note": "cheap, for frequent use",
            }
        ],
        "error": None,
    }


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("mimo-v2.6-por", "Did you mean mimo-v2.6-pro?"),
        ("MiMo-V2.6-Pro", "Did you mean mimo-v2.6-pro?"),
        ("gpt-5", "mimo models --all lists all that are known."),
        ("x\x1b[2Jy" * 3, "mimo models --all lists all that are known."),
    ],
)
def test_an_unknown_model_is_said_with_the_nearest_name(name: str, hint: str) -> None:
    result = mimo("models", name, environ={})
    shown = name.replace("\x1b", "^[")
    what = f"unknown model {shown}: it is not in the catalogue"
    assert (result.code, result.out, result.err) == (2, "", f"mimo: {what}\n  {hint}\n")
    failed = mimo("models", "--json", name, environ={})
    assert failed.json["models"] == []
    assert failed.json["error"]["code"] == "usage"


def test_the_catalogue_needs_no_configuration(tmp_path: Path) -> None:
    broken = tmp_path / "config.toml"
    broken.write_text("= oops")
    assert mimo("models", environ={"MIMO_CONFIG": str(broken)}).code == 0


# ---- What a server lists

LISTED = ("mimo-v2.6-pro", "mimo-v2.5", "house-model")
JOINED = [
    ("mimo-v2.6-pro", "current"),
    ("mimo-v2.5", "listed; retired 2026-10-21 by Xiaomi"),
    ("house-model", "not in the catalogue"),
]


@pytest.mark.parametrize("served", [ServedModels(ids=LISTED), ServedModels("anthropic", LISTED)])
def test_remote_shows_what_the_server_has_and_marks_it(
    served: ServedModels, tmp_path: Path
) -> None:
    with Simulator(models=served) as simulator:
        result = remote(simulator, tmp_path)
        (request,) = simulator.requests
    assert (result.code, result.err, ids(result)) == (0, "", JOINED)
    assert (request.method, request.path) == ("GET", "/anthropic/v1/models")
    assert request.headers["api-key"] == simulator.key
    assert "content-type" not in request.headers


def test_a_model_that_the_server_lists_is_not_warned_of(tmp_path: Path) -> None:
    with Simulator(models=ServedModels(ids=("mimo-v2.6-prx", "mimo-v2.5"))) as simulator:
        environ = environ_for(simulator, MIMO_CACHE=str(tmp_path))

        def warned(model: str) -> bool:
            asked = mimo("ask", "--dry-run", "-m", model, "hi", environ=environ)
            return "warning" in asked.err

        assert [warned(model) for model in ("mimo-v2.6-prx", "mimo-v2.5")] == [True, True]
        mimo("models", "--remote", environ=environ)
        assert [warned(model) for model in ("mimo-v2.6-prx", "mimo-v2.5")] == [False, False]
        assert warned("mimo-v2.6-pry")
        checked = mimo("doctor", "--offline", "--json", "-m", "mimo-v2.5", environ=environ)
        (model,) = [it for it in checked.json["checks"] if it["name"] == "model"]
        assert model["state"] == "ok"
        assert model["text"].endswith("the server listed it within the last day")


def test_a_list_in_pages_is_read_to_its_end(tmp_path: Path) -> None:
    names = tuple(f"model/{n} & more" for n in range(7))
    with Simulator(models=ServedModels("anthropic", names, page=3)) as simulator:
        result = remote(simulator, tmp_path, "--json")
        paths = [request.path for request in simulator.requests]
    assert [(one["id"], one["name"], one["listed"]) for one in result.json["models"]] == [
        (name, name.title(), True) for name in names
    ]
    assert paths == [
        "/anthropic/v1/models",
        "/anthropic/v1/models?after_id=model%2F2+%26+more",
        "/anthropic/v1/models?after_id=model%2F5+%26+more",
    ]


def test_with_all_the_catalogues_others_follow(tmp_path: Path) -> None:
    with Simulator(models=ServedModels(ids=("mimo-v2.6-pro",))) as simulator:
        result = remote(simulator, tmp_path, "--all")
        assert ids(remote(simulator, tmp_path)) == JOINED[:1]
    assert ids(result)[:4] == [
        ("mimo-v2.6-pro", "current"),
        ("mimo-v2.6-flash", "not listed by the server"),
        ("mimo-v2.6-pro-ultraspeed", "not listed by the server"),
        ("mimo-v2.5-pro", "retired 2026-10-21"),
    ]


def test_one_model_is_looked_for_in_both_places(tmp_path: Path) -> None:
    with Simulator(models=ServedModels("anthropic", ("house-model",))) as simulator:
        house = remote(simulator, tmp_path, "house-model")
        flash = remote(simulator, tmp_path, "--quiet", "mimo-v2.6-flash")
        nothing = remote(simulator, tmp_path, "--quiet", "mimo-v3")
    assert house.out == (
        "model\thouse-model\nname\tHouse-Model\nstatus\tnot in the catalogue\nserver\tlists it\n"
    )
    assert "status\tnot listed by the server\nserver\tdoes not list it\n" in flash.out
    assert nothing.err.startswith(
        "mimo: unknown model mimo-v3: it is not in the catalogue and the server's list\n"
    )


def test_an_empty_list_is_no_error_and_is_not_kept(tmp_path: Path) -> None:
    with Simulator(models=ServedModels(ids=())) as simulator:
        result = remote(simulator, tmp_path)
    assert (result.code, result.out) == (0, "")
    assert result.err == "mimo: 127.0.0.1 lists no models\n"
    assert list(tmp_path.iterdir()) == []


def test_control_characters_in_names_are_shown_inert(tmp_path: Path) -> None:
    name = "bad\x1b]0;title\x07\nname\ud800\u202e"
    body = json.dumps({"data": [{"id": name, "display_name": f"{name}!"}, {"id": "fine"}]})
    with Simulator(faults=[Fault(body=body.encode(), times=None)]) as simulator:
        plain = remote(simulator, tmp_path)
        whole = remote(simulator, tmp_path, "fine", "--json")
        shown = remote(simulator, tmp_path, "--json")
    assert ids(plain)[0][0] == "bad^[]0;title^G name\ufffd<U+202E>"
    assert whole.code == 0
    assert shown.out.isascii()
    assert "\x1b" not in plain.out + plain.err + shown.out
    assert (tmp_path / "models.txt").read_text() == "fine\n"


def test_the_address_of_the_list_is_outside_the_messages_api_at_mimo_alone() -> None:
    urls = [
        Endpoint(base).models_url
        for base in (
            "https://api.xiaomimimo.com/anthropic",
            "https://token-plan-cn.xiaomimimo.com/anthropic",
            "https://xiaomimimo.com.example.org/anthropic",
            "http://localhost:8080",
        )
    ]
    assert urls == [
        "https://api.xiaomimimo.com/v1/models",
        "https://token-plan-cn.xiaomimimo.com/v1/models",
        "https://xiaomimimo.com.example.org/anthropic/v1/models",
        "http://localhost:8080/v1/models",
    ]


QUICK = Limits(connect=2.0, first_event=0.3, idle=0.3, notice=0.1, error_body=0.3)
HTML = Fault(headers=(("Content-Type", "text/html"),), body=b"<title>Log in\x1b[2J</title>")
PACKED = (("Content-Encoding", "gzip"),)
EVENT = b'event: error\ndata: {"error":{"type":"overloaded_error","message":"Busy"}}\n\n'
ELSEWHERE = (("Location", "https://elsewhere.invalid/v1/models"),)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "code", "message"),
    [
        (Fault.http(401), 4, "the key was refused: Invalid API Key: Please provide valid API Key"),
        (Fault.http(403), 4, "access was refused: Forbidden: "),
        (Fault.http(402), 6, "the balance is used up: "),
        (Fault.http(404), 10, "the server has no such page: Not Found"),
        (Fault.http(400), 10, "the request was refused: Param Incorrect"),
        (Fault.http(429), 5, "too many requests\n"),
        (Fault.http(503), 8, "the server failed (503): Service Unavailable: "),
        (Fault.http(302, headers=ELSEWHERE), 8, "the server redirected to elsewhere.invalid: "),
        (HTML, 8, 'the server answered with a web page: "Log in^[[2J"\n'),
        (Fault(body=b""), 8, "this is not a list of models: the reply is empty\n"),
        (Fault(body=b"{}"), 8, "this is not a list of models: it has no field data with a list\n"),
        (Fault(body=b'{"data":{}}'), 8, "this is not a list of models: it has no field data"),
        (Fault(body=b'{"data":[5]}'), 8, "this is not a list of models: no model in it has an id"),
        (Fault(body=b'{"data":[{"id":5}]}'), 8, "this is not a list of models: no model in it has"),
        (Fault(body=b"[" * 100_000), 8, "this is not a list of models: it is not valid JSON, and"),
        (
            Fault(body=b'error: {"code":500}\n\n'),
            8,
            'this is not a list of models: it is not valid JSON, and begins: error: {"code":500}\n',
        ),
        (Fault(body=b"data: [DONE]\n\n"), 8, "this is not a list of models: it is not valid JSON,"),
        (Fault(body=b"\xff\xfe\0"), 8, "this is not a list of models: it is no text\n"),
        (Fault(body=EVENT), 8, "the server failed (529): Busy\n"),
        *(
            (Fault(body=body, headers=PACKED), 8, f"the reply {problem}")
            for body, problem in (
                (gzip.compress(EVENT)[:20], "broke off: what is compressed in it lacks its end\n"),
                (gzip.compress(EVENT)[:12], "broke off: what is compressed in it lacks its end\n"),
                (gzip.compress(EVENT)[:-8] + bytes(8), "is damaged: its checksum is wrong: "),
            )
        ),
        (Fault(body=b" " * 2**20 + b"[]"), 8, "the reply is too large: it is over 1048576 bytes\n"),
        (
            Fault(body=b'{"error":{"code":"401","message":"No\\u001b[2J"}}'),
            4,
            "the key was refused: No^[[2J\n",
        ),
        (Fault.cut(at=9), 8, "connection lost: 127.0.0.1:"),
        (Fault(raw=b""), 7, "no reply: 127.0.0.1:"),
        (Fault.silence(), 7, "no answer: 127.0.0.1 sent nothing for 0.3 s\n"),
        (Fault.stall(at=9), 8, "the answer stalled: nothing came for 0.3 s\n"),
        (Fault(raw=b"HTTP/1.1 x\r\n\r\n"), 8, "this is not proper HTTP: "),
    ],
)
def test_a_server_that_gives_no_list_is_an_error(
    fault: Fault, code: int, message: str, tmp_path: Path
) -> None:
    with Simulator(faults=[fault]) as simulator:
        result = remote(simulator, tmp_path, limits=QUICK, MIMO_RETRIES="0")
    assert (result.code, result.out) == (code, "")
    assert f"{result.err}".startswith(f"mimo: {message}")
    assert list(tmp_path.iterdir()) == []


def test_a_list_that_is_whole_needs_no_end_of_what_is_packed(tmp_path: Path) -> None:
    body = gzip.compress(b'{"data":[{"id":"m"}]}')[:-8]
    with Simulator(faults=[Fault(body=body, headers=PACKED)]) as simulator:
        result = remote(simulator, tmp_path)
    assert (result.code, result.out.split("\t")[0], result.err) == (0, "m", "")


def test_a_list_that_breaks_off_is_asked_for_again(tmp_path: Path) -> None:
    body = gzip.compress(b'{"data":[{"id":"m"}]}')[:20]
    with Simulator(faults=[Fault(body=body, headers=PACKED)]) as simulator:
        result = remote(simulator, tmp_path)
    assert (result.code, len(result.slept)) == (0, 1)


def test_a_server_that_does_not_know_of_pages_has_given_all(tmp_path: Path) -> None:
    fault = Fault(body=b'{"data":[{"id":"a"}],"has_more":true}', times=None)
    with Simulator(faults=[fault]) as simulator:
        result = remote(simulator, tmp_path)
    assert (result.code, [name for name, _ in ids(result)][:1]) == (0, ["a"])


@pytest.mark.slow
def test_a_list_without_end_is_given_up(tmp_path: Path) -> None:
    pages = [
        Fault(body=json.dumps({"data": [{"id": f"m{n}"}], "has_more": True}).encode())
        for n in range(MOST_PAGES + 1)
    ]
    with Simulator(faults=pages) as simulator:
        result = remote(simulator, tmp_path, "--json")
        assert len(simulator.requests) == MOST_PAGES
    assert (result.code, result.json["models"]) == (8, [])
    assert result.json["error"]["message"] == (
        f"this is not a list of models: it has over {MOST_PAGES} pages"
    )


def test_a_failed_request_is_sent_again(tmp_path: Path) -> None:
    with Simulator(faults=[Fault.http(503, times=2)]) as simulator:
        result = remote(simulator, tmp_path, "-v")
    assert ([name for name, _ in ids(result)], result.slept) == (CURRENT, [0.375, 0.75])
    assert "(503): Service Unavailable: The server is overloaded, please try" in result.err
    assert "; again in 0.8 s\n" in result.err


@pytest.mark.slow
def test_a_server_that_drips_does_not_get_past_the_limit(tmp_path: Path) -> None:
    with Simulator(faults=[Fault.drip(at=0, seconds=0.05)]) as simulator:
        result = remote(simulator, tmp_path, limits=QUICK._replace(total=0.3), MIMO_RETRIES="0")
    assert (result.code, result.seconds < 2) == (7, True)
    assert result.err.startswith("mimo: out of time: it took over 0.3 s\n")


def test_the_key_goes_to_no_other_host_and_into_no_text(tmp_path: Path) -> None:
    def answer(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")

    body = json.dumps({"error": {"message": f"bad {KEY}", "param": KEY}}).encode()
    echo = json.dumps({"data": [{"id": KEY, "display_name": KEY}]}).encode()
    with server(answer) as (port, heads):
        away = (("Location", f"http://127.0.0.1:{port}/{KEY}"),)
        faults = [Fault.http(307, headers=away), Fault(body=body), Fault(body=echo)]
        with Simulator(faults=faults, keys=(KEY,)) as simulator:
            results = [
                remote(simulator, tmp_path, "--debug", "-v", "--refresh", "--json")
                for _ in range(3)
            ]
    assert [result.code for result in results] == [8, 8, 0]
    assert heads == []
    kept = "".join(file.read_text() for file in tmp_path.iterdir())
    assert KEY not in kept + "".join(result.out + result.err for result in results)


def test_no_key_is_said_before_mimos_server_is_asked(tmp_path: Path) -> None:
    environ = {"MIMO_CONFIG": "/dev/null", "MIMO_CACHE": str(tmp_path)}
    result = mimo("models", "--remote", environ=environ)
    assert (result.code, result.out) == (4, "")
    assert result.err.startswith("mimo: no API key: none is set\n  Run: mimo config set api_key")


def test_a_server_of_ones_own_is_asked_without_a_key(tmp_path: Path) -> None:
    with Simulator(keys=()) as simulator:
        result = remote(simulator, tmp_path, MIMO_API_KEY="")
        assert "api-key" not in simulator.requests[0].headers
    assert result.code == 0


# ---- What is kept of it


def test_a_list_is_kept_for_a_day_and_asked_for_anew_on_demand(tmp_path: Path) -> None:
    cache = tmp_path / "new" / "cache"
    with Simulator() as simulator:
        first, second = remote(simulator, cache), remote(simulator, cache)
        assert len(simulator.requests) == 1
        quiet = remote(simulator, cache, "-q")
        again = mimo("models", "--refresh", environ=environ_for(simulator, MIMO_CACHE=str(cache)))
        assert len(simulator.requests) == 2
    assert first.out == second.out == quiet.out == again.out
    assert (first.err, quiet.err, again.err) == ("", "", "")
    assert second.err.startswith("mimo: as 127.0.0.1 said on 20")
    assert second.err.endswith(" UTC (--refresh asks again)\n")
    assert sorted(file.name for file in cache.iterdir()) == ["models-127.0.0.1.json", "models.txt"]
    assert {file.stat().st_mode & 0o777 for file in cache.iterdir()} == {0o600}
    assert cache.stat().st_mode & 0o777 == 0o700
    assert (cache / "models.txt").read_text() == "".join(f"{name}\n" for name in CURRENT)


@pytest.mark.slow
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{oops",
        b"\xff\xfe",
        b"[" * 100_000,
        b"null",
        b'{"url": "URL", "fetched": NOW}',
        b'{"url": "URL", "fetched": "now", "models": []}',
        b'{"url": "URL", "fetched": NOW, "models": [{"id": 5, "name": ""}]}',
        b'{"url": "URL", "fetched": NOW, "models": [{"id": "a", "x": ""}]}',
        b'{"url": "http://localhost:2/v1/models", "fetched": NOW, "models": []}',
        b'{"url": "URL", "fetched": 5.0, "models": []}',
        b'{"url": "URL", "fetched": 1e300, "models": []}',
        b'{"url": "URL", "fetched": NaN, "models": []}',
    ],
)
def test_what_is_kept_badly_or_for_too_long_is_written_anew(content: bytes, tmp_path: Path) -> None:
    with Simulator() as simulator:
        url = f"{simulator.base_url}/v1/models".encode()
        now = str(time.time()).encode()
        kept = tmp_path / "models-127.0.0.1.json"
        kept.write_bytes(content.replace(b"URL", url).replace(b"NOW", now))
        result = remote(simulator, tmp_path)
    assert (result.code, result.err, len(simulator.requests)) == (0, "", 1)
    assert [one["id"] for one in json.loads(kept.read_bytes())["models"]] == CURRENT


def test_what_somebody_else_put_in_the_place_of_a_list_is_neither_read_nor_written_to(
    tmp_path: Path,
) -> None:
    kept, ids, victim = (tmp_path / it for it in ("models-127.0.0.1.json", "models.txt", "victim"))
    victim.write_text("mine")
    os.mkfifo(kept)
    ids.symlink_to(victim)
    with Simulator() as simulator:
        result = remote(simulator, tmp_path)
    assert (result.code, result.err, len(simulator.requests)) == (0, "", 1)
    assert (kept.is_file(), ids.is_symlink(), victim.read_text()) == (True, False, "mine")


@pytest.mark.parametrize(("age", "is_kept"), [(0, True), (86_399, True), (86_400, False)])
def test_a_day_is_24_hours(age: float, is_kept: bool, tmp_path: Path) -> None:
    listing = Listing(ENDPOINT.models_url, 1e9, (ListedModel("a", "A"), ListedModel("b")))
    remote_models.save(tmp_path, ENDPOINT, listing)
    assert remote_models.load(tmp_path, ENDPOINT, 1e9 + age) == (listing if is_kept else None)


def test_a_cache_that_cannot_be_written_is_a_warning(tmp_path: Path) -> None:
    (tmp_path / "cache").touch()
    with Simulator() as simulator:
        result = remote(simulator, tmp_path / "cache")
    assert (result.code, [name for name, _ in ids(result)]) == (0, CURRENT)
    assert result.err == (
        f"mimo: warning: the list cannot be kept in {tmp_path / 'cache'}: not a directory\n"
    )


# ---- A page


@pytest.mark.parametrize(
    ("content", "page"),
    [
        ({"object": "list", "data": []}, Page(())),
        ({"data": [], "has_more": True, "last_id": None}, Page(())),
        (
            {"data": [{"id": "a"}, {"id": "a"}], "has_more": True},
            Page((ListedModel("a"), ListedModel("a")), "a"),
        ),
        ({"data": [{"id": "a"}], "has_more": True, "last_id": 5}, Page((ListedModel("a"),), "a")),
        ({"data": [{"id": "a"}], "has_more": True, "last_id": "z"}, Page((ListedModel("a"),), "z")),
        ({"data": [{"id": "a", "display_name": None}], "error": None}, Page((ListedModel("a"),))),
        ({"data": None}, Page(())),
        ([], Page(())),
        ({"code": 0, "data": {"data": [{"id": "a"}]}}, Page((ListedModel("a"),))),
        ({"code": 0, "data": {"list": [{"id": "a"}]}}, Page((ListedModel("a"),))),
        ({"code": 200, "msg": "success", "data": {"models": ["a"]}}, Page((ListedModel("a"),))),
        ({"success": True, "message": "", "data": ["a", ""]}, Page((ListedModel("a"),))),
        ({"result": {"items": [{"model_name": "a"}]}}, Page((ListedModel("a"),))),
        ({"modelSummaries": [{"modelId": "a", "modelName": "A"}]}, Page((ListedModel("a"),))),
        ([{"id": "a"}, "b"], Page((ListedModel("a"), ListedModel("b")))),
        (
            {"models": [{"name": "a:8b"}, {"model": "b", "name": "B"}]},
            Page((ListedModel("a:8b"), ListedModel("b"))),
        ),
        ({"data": [None, {"id": None}, {"id": "a"}], "has_more": "no"}, Page((ListedModel("a"),))),
    ],
)
def test_a_page_of_either_shape_is_read(content: Any, page: Page) -> None:
    assert decode_page(json.dumps(content).encode(), ENDPOINT) == page


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(st.sampled_from(["data", "id", "has_more", "last_id", "error"]), inner)
    ),
)


@PROPERTY
@given(JSON)
def test_whatever_json_comes_it_is_a_page_or_an_error(content: Any) -> None:
    try:
        page = decode_page(json.dumps(content).encode(), ENDPOINT)
    except MimoError:
        return
    assert all(model.id for model in page.models)
    assert isinstance(page_url(ENDPOINT, page.after), str)


@PROPERTY
@given(st.binary())
def test_whatever_bytes_come_they_are_a_page_or_an_error(body: bytes) -> None:
    with pytest.raises(ProtocolError):
        decode_page(body, ENDPOINT)


# ---- An unknown model in a question


@pytest.mark.parametrize(
    ("model", "warning", "hint"),
    [
        (
            "mimo-v2.6-por",
            "mimo: warning: unknown model mimo-v2.6-por: did you mean mimo-v2.6-pro?\n",
            "Did you mean -m mimo-v2.6-pro?",
        ),
        (
            "MIMO-V2.6-FLASH",
            "mimo: warning: unknown model MIMO-V2.6-FLASH: did you mean mimo-v2.6-flash?\n",
            "Did you mean -m mimo-v2.6-flash?",
        ),
        (
            "gpt-5",
            "",
            "Check base_url, and what models it has: mimo models --remote",
        ),
    ],
)
def test_an_unknown_model_is_sent_with_a_warning_and_refused_with_a_hint(
    simulator: Simulator, model: str, warning: str, hint: str
) -> None:
    result = mimo("ask", "-m", model, "hi", environ=environ_for(simulator))
    assert json.loads(simulator.requests[0].body)["model"] == model
    assert (result.code, result.out) == (10, "")
    assert result.err == (
        f"{warning}mimo: the request was refused: Param Incorrect: Not supported model {model}\n"
        f"  {hint}\n  request id: sim-00000001\n"
    )


@pytest.mark.parametrize(
    ("base_url", "model", "is_warned"),
    [
        ("https://api.xiaomimimo.com/anthropic", "momo-v2.6-pro", True),
        ("https://api.xiaomimimo.com/anthropic", "mimo-v2.6-pro", False),
        ("https://llm.example.org", "momo-v2.6-pro", False),
        ("https://llm.example.org", "mimo-v2.6-prO", True),
    ],
)
def test_a_likely_slip_is_said_where_a_mimo_model_is_meant(
    base_url: str, model: str, is_warned: bool
) -> None:
    environ = {"MIMO_CONFIG": "/dev/null", "MIMO_BASE_URL": base_url, "MIMO_API_KEY": KEY}
    result = mimo("ask", "--dry-run", "-m", model, "hi", environ=environ)
    said = f"mimo: warning: unknown model {model}: did you mean mimo-v2.6-pro?\n"
    assert (result.code, result.err) == (0, said if is_warned else "")


# ---- Short names and profiles


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


@pytest.fixture
def environ(simulator: Simulator, file: Path, tmp_path: Path) -> dict[str, str]:
    environ = environ_for(simulator, MIMO_CONFIG=str(file), MIMO_CACHE=str(tmp_path / "cache"))
    del environ["MIMO_API_KEY"], environ["MIMO_BASE_URL"]
    return environ


@pytest.mark.parametrize("name", ["pro", "mine", "mimo-v2.6-pro"])
def test_a_short_name_stands_for_its_model(name: str, file: Path, environ: dict[str, str]) -> None:
    keep(file, "[aliases]\nmine = 'mimo-v2.6-pro'\n")
    result = mimo("models", name, environ=environ)
    assert (result.code, result.err) == (0, "")
    assert result.out.startswith("model\tmimo-v2.6-pro\nshort names\tpro, mine\nabout\t")


def test_the_users_own_short_names_are_shown(file: Path, environ: dict[str, str]) -> None:
    keep(file, "[aliases]\nflash = 'mimo-v2.6-pro'\nown = 'qwen3'\nold = 'mimo-v2.5'\n")
    shown = {
        entry["id"]: (entry["status"], entry["aliases"])
        for entry in mimo("models", "--json", environ=environ).json["models"]
    }
    assert shown == {
        "mimo-v2.6-pro": ("current", ["pro", "flash"]),
        "mimo-v2.6-flash": ("current", []),
        "mimo-v2.6-pro-ultraspeed": ("current", []),
        "qwen3": ("unknown", ["own"]),
    }
    assert mimo("models", "own", environ=environ).out == (
        "model\tqwen3\nshort names\town\nstatus\tnot in the catalogue\n"
    )


def test_a_short_name_that_is_wrong_ends_only_what_asks_for_it(
    file: Path, environ: dict[str, str]
) -> None:
    keep(file, "[aliases]\nbad = 3\n[profiles]\nx = 1\n")
    assert mimo("models", environ=environ).out == mimo("models", environ={}).out
    result = mimo("models", "bad", environ=environ)
    assert (result.code, result.out) == (3, "")
    assert (
        result.err == f"mimo: alias bad cannot be 3: name a model (file {file}, line 2, column 7)\n"
    )


def test_the_catalogue_can_be_seen_while_the_file_is_broken(
    file: Path, environ: dict[str, str]
) -> None:
    keep(file, "model =\n")
    result = mimo("models", environ=environ)
    assert (result.code, result.out) == (0, mimo("models", environ={}).out)
    assert result.err.startswith(f"mimo: warning: {file} is not valid TOML: ")
    assert result.err.endswith("Your aliases are left out.\n")


def test_the_server_of_a_profile_is_asked_with_its_key(
    simulator: Simulator, file: Path, environ: dict[str, str]
) -> None:
    simulator_url = simulator.base_url
    keep(
        file,
        f"[profiles.a]\nbase_url = '{simulator_url}'\napi_key = '{simulator.key}'\n"
        f"[profiles.b]\nbase_url = '{simulator_url}'\napi_key_command = 'echo {simulator.key}'\n",
    )
    for name in ("a", "b"):
        result = mimo("models", "--refresh", "-p", name, environ=environ)
        assert (result.code, result.err) == (0, "")
        assert simulator.requests[-1].headers["api-key"] == simulator.key
    assert len(simulator.requests) == 2
