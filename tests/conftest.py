from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mimo_cli.simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """A server that behaves."""
    with Simulator() as server:
        yield server
