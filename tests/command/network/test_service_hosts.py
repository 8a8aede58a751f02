"""MiMo's own hosts by their names: a proxy on loopback leads to the simulator instead."""

from __future__ import annotations

import os
import socket
import ssl
import threading
from typing import TYPE_CHECKING

import pytest
from support.folders import CERTIFICATES
from support.harness import PATIENCE, mimo, pass_on, server

from mimo_cli.simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from support.harness import Result

CERTIFICATE = CERTIFICATES / "service.pem"
PAID = "sk-0123456789abcdefghij"
PLAN = "tp-0123456789abcdefghij"


class Service:
    """The service, as the program meets it; `hosts` are those it asked for."""

    def __init__(self, proxy: str, heads: list[bytes], folder: Path) -> None:
        self._heads = heads
        self._environ = {
            "HTTPS_PROXY": proxy,
            "SSL_CERT_FILE": str(CERTIFICATE),
            "PATH": os.environ["PATH"],
            "MIMO_CONFIG": str(folder / "config.toml"),
            "MIMO_DATA": str(folder / "data"),
            "MIMO_CACHE": str(folder / "cache"),
        }

    @property
    def hosts(self) -> list[str]:
        return [head.split()[1].decode() for head in self._heads if head]

    def mimo(self, *args: str, **more: str) -> Result:
        return mimo(*args, environ={**self._environ, **more})


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    with Simulator(keys=(PAID, PLAN), answer="Hello.", thinking="Hm.") as simulator:
        host, port = simulator.url.removeprefix("http://").split(":")

        def answer(plain: socket.socket) -> None:
            plain.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            with (
                context.wrap_socket(plain, server_side=True) as connection,
                socket.create_connection((host, int(port)), PATIENCE) as behind,
            ):
                request = threading.Thread(target=pass_on, args=(connection, behind), daemon=True)
                request.start()
                pass_on(behind, connection)
                request.join(PATIENCE)

        with server(answer) as (at, heads):
            yield Service(f"http://127.0.0.1:{at}", heads, tmp_path)


def price(result: Result) -> str:
    """The last part of the line on tokens, where a price would be."""
    assert result.code == 0
    return result.err.rstrip("\n").rpartition(" · ")[2]


@pytest.mark.slow
def test_what_is_paid_by_the_token_has_a_price_in_the_currency_of_the_account(
    service: Service,
) -> None:
    dollars = service.mimo("ask", "-u", "hi", MIMO_API_KEY=PAID)
    assert dollars.out == "Hello.\n"
    assert dollars.err.startswith("33 tokens in · 4 out · ")
    assert price(dollars) == "$0.000018"  # 33 x 0.435 + 4 x 0.87 millionths
    yuan = service.mimo("ask", "-u", "hi", MIMO_API_KEY=PAID, MIMO_CURRENCY="CNY")
    assert price(yuan) == "¥0.000123"  # 33 x 3 + 4 x 6 millionths
    assert service.hosts == ["api.xiaomimimo.com:443"] * 2
    summed = service.mimo("history", "usage", "--by", "model")
    assert summed.out == "mimo-v2.6-pro\t2\t66\t0\t8\t0.000017835\t0.000123\t0\n"


@pytest.mark.slow
def test_what_a_plan_covers_has_no_price(service: Service) -> None:
    base_url = "https://token-plan-sgp.xiaomimimo.com/anthropic"
    variables = {"MIMO_API_KEY": PLAN, "MIMO_BASE_URL": base_url, "MIMO_CURRENCY": "CNY"}
    answered = service.mimo("ask", "-u", "hi", **variables)
    assert answered.out == "Hello.\n"
    assert price(answered).endswith(" tokens/s")
    assert service.hosts == ["token-plan-sgp.xiaomimimo.com:443"]
    summed = service.mimo("history", "usage", "--json").json
    assert (summed["total"]["cost"], summed["total"]["turns_without_price"]) == ({}, 1)


@pytest.mark.slow
def test_doctor_and_the_list_of_models_find_their_way(service: Service) -> None:
    checked = service.mimo("doctor", "--json", MIMO_API_KEY=PAID)
    checks = {check["name"]: check for check in checked.json["checks"]}
    assert (checks["server"]["state"], checks["request"]["state"]) == ("ok", "ok")
    wrong = service.mimo("doctor", "--json", MIMO_API_KEY_COMMAND=f"echo {PLAN}")
    (request,) = [it for it in wrong.json["checks"] if it["name"] == "request"]
    assert request["text"] == "nothing was asked: the key from the command is of the other family"
    assert (wrong.code, PLAN in wrong.out + wrong.err) == (1, False)
    listed = service.mimo("models", "--remote", MIMO_API_KEY=PAID)
    assert (listed.code, listed.out.split("\t")[0]) == (0, "mimo-v2.6-pro")
    assert set(service.hosts) == {"api.xiaomimimo.com:443"}
