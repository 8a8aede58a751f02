"""What every test may use."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import pytest

from mimo_cli.simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """Keeps coverage out of tests of bulk (properties of long texts, counted work).

    Tracing makes them take three times as long and falsifies what they time; other tests reach
    the same lines. pytest-cov's own mark for this has no effect in the workers of pytest-xdist,
    where a second measurement takes over from the one that pauses.
    """
    tracer = sys.gettrace()
    if item.get_closest_marker("untraced") is None:
        return (yield)
    sys.settrace(None)
    try:
        return (yield)
    finally:
        sys.settrace(tracer)


@pytest.fixture(autouse=True, scope="session")
def _nobodys_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test touches the developer's own configuration, history or cache."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
            patch.setenv(name, str(home / name))
        yield


@pytest.fixture
def live_in(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str | None], None]]:
    """A call that takes the test to a time zone, None for one that is not set."""

    def move(zone: str | None) -> None:
        if zone is None:
            monkeypatch.delenv("TZ", raising=False)
        else:
            monkeypatch.setenv("TZ", zone)
        time.tzset()

    yield move
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """A server that behaves."""
    with Simulator() as server:
        yield server
