"""A simulator for all tests of a module, and a client of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.simulated import client

from mimo_cli.simulator import (
    Simulator,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx


@pytest.fixture(scope="module")
def sim() -> Iterator[Simulator]:
    with Simulator() as simulator:
        yield simulator


@pytest.fixture(scope="module")
def http(sim: Simulator) -> Iterator[httpx.Client]:
    with client(sim) as opened:
        yield opened
