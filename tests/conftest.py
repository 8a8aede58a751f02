"""What every test may use, and what coverage sees of it.

Traced code takes two to three times as long. So coverage looks where there is something to see:

- Once, before any test, it sees the package's modules being imported.
- Of each test it sees the fixtures and the test itself, not what pytest does before and after.
- Of properties (hypothesis), and of what is marked `untraced` (bulk, counted work), it sees
  nothing: other tests reach the same lines, and what is timed takes the time that it takes users.
- Into the programs that a test starts it sees where that is marked `children_traced`: in the few
  modules whose programs reach what no test reaches within its own process.
"""

from __future__ import annotations

import gc
import importlib
import os
import pkgutil
import signal
import sys
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

import mimo_cli
from mimo_cli.simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

CHILDREN = "COVERAGE_PROCESS_CONFIG"
"""The variable by which coverage's `patch = ["subprocess"]` has programs measure themselves."""


class Tracer:
    """What coverage has put into this process, taken out; it is put back for a while.

    pytest-cov's own way to pause has no effect in the workers of pytest-xdist, where a second
    measurement takes over from the one that pauses.
    """

    def __init__(self) -> None:
        self._here, self._in_threads = sys.gettrace(), threading.gettrace()
        self._in_children = os.environ.pop(CHILDREN, None)
        sys.settrace(None)
        threading.settrace(None)

    @contextmanager
    def looking(self) -> Iterator[None]:
        """See what this process does; one fixture may be set up for another."""
        before = sys.gettrace(), threading.gettrace()
        sys.settrace(self._here)
        threading.settrace(self._in_threads)
        try:
            yield
        finally:
            sys.settrace(before[0])
            threading.settrace(before[1])

    @contextmanager
    def looking_into_children(self) -> Iterator[None]:
        """See what programs do that are started meanwhile."""
        with pytest.MonkeyPatch.context() as patch:
            if self._in_children:
                patch.setenv(CHILDREN, self._in_children)
            yield


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Two more than there are cores: a test waits for a program, a clock or a terminal."""
    return (os.cpu_count() or 1) + 2


TRACER = pytest.StashKey[Tracer]()


@pytest.hookimpl(wrapper=True)
def pytest_sessionstart(session: pytest.Session) -> Generator[None, None, None]:
    """Let Ctrl-C be heard. Import every module where coverage sees it, then take coverage out.

    The process that hands tests to workers starts them with no measurement of their own: they
    begin it themselves, after pytest and its plugins were loaded.
    """
    gc.set_threshold(100_000, 20, 20)  # as in the program itself (`mimo_cli/__main__.py`)
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:  # as of a script's `make test &`
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if sys.gettrace():
        for module in pkgutil.walk_packages(mimo_cli.__path__, "mimo_cli."):
            importlib.import_module(module.name)
    if session.config.pluginmanager.has_plugin("dsession"):
        os.environ.pop(CHILDREN, None)
        return (yield)
    yield
    session.config.stash[TRACER] = Tracer()
    return None


def pytest_collection_finish() -> None:
    """Spare the garbage collector what stays to the end: modules, syntax trees, the tests."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, Any, Any]:
    if item.get_closest_marker("children_traced") is None:
        return (yield)
    with item.config.stash[TRACER].looking_into_children():
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(request: pytest.FixtureRequest) -> Generator[None, Any, Any]:
    if is_untraced(request.node):
        return (yield)
    with request.config.stash[TRACER].looking():
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, Any, Any]:
    if is_untraced(pyfuncitem):
        return (yield)
    with pyfuncitem.config.stash[TRACER].looking():
        return (yield)


def is_untraced(node: pytest.Item | pytest.Collector) -> bool:
    return any(node.get_closest_marker(mark) for mark in ("untraced", "hypothesis"))


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
