"""The peers, each started once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from peers import environments, llama
from peers.llmock import Llmock, running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from _pytest.capture import CaptureManager

    Prepared = Callable[[str], Path]


@pytest.fixture(scope="session")
def environment(request: pytest.FixtureRequest) -> Prepared:
    """Gives the environment of a peer by its name, or skips the test."""
    unavailable: dict[str, str] = {}

    def say(text: str) -> None:
        capture: CaptureManager = request.config.pluginmanager.getplugin("capturemanager")
        with capture.global_and_fixture_disabled():
            print(f"\n{text}", flush=True)  # noqa: T201 - it takes minutes

    def prepared(name: str) -> Path:
        if name not in unavailable:
            try:
                return environments.prepare(name, say)
            except environments.UnavailableError as error:
                unavailable[name] = str(error)
        pytest.skip(f"{name} cannot be had: {unavailable[name]}")

    return prepared


@pytest.fixture(scope="session")
def llmock(environment: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Llmock]:
    """A server that fails as it is told, and waits for nobody."""
    with running(environment("llmock"), tmp_path_factory.mktemp("llmock")) as server:
        yield server


@pytest.fixture(scope="module")
def llama_url(environment: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of llama.cpp's server with its model loaded, for the tests of a module."""
    with llama.running(environment("llama"), tmp_path_factory.mktemp("llama")) as address:
        yield address
