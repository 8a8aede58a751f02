"""The peers, each started once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from peers import environments

if TYPE_CHECKING:
    from collections.abc import Callable
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
