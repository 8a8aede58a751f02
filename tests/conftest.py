"""What every test may use.

Tests of bulk (properties of long texts, counted work) carry the mark `no_cover`: tracing makes them
take three times as long, falsifies what they time, and other tests reach the same lines.
"""

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
