"""`/paste` and `/file clipboard:`: what is on the clipboard goes with the next message."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import pytest
from support import media_files
from support.fake_programs import FakePrograms
from support.harness import Result, Terminal, environ_for, mimo

from mimo_cli.simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PNG = media_files.png(40, 30)


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    with Simulator(answer="ok") as found:
        yield found


@pytest.fixture
def fakes(tmp_path: Path) -> FakePrograms:
    return FakePrograms(tmp_path)


def environ(simulator: Simulator, fakes: FakePrograms) -> dict[str, str]:
    return environ_for(simulator, PATH=fakes.path, WAYLAND_DISPLAY="wayland-0")


def chat(simulator: Simulator, fakes: FakePrograms, *lines: str) -> Result:
    stdin = "".join(f"{line}\n" for line in lines).encode()
    return mimo("chat", environ=environ(simulator, fakes), stdin=stdin)


def blocks(simulator: Simulator) -> Any:
    return simulator.requests[-1].json["messages"][-1]["content"]


def test_each_paste_is_one_more_attachment(simulator: Simulator, fakes: FakePrograms) -> None:
    fakes.clipboard("wl-paste", {"image/png": PNG})
    result = chat(simulator, fakes, "/paste", "/paste", "/file", "what is it?")
    assert result.code == 0
    assert "with the next message: clipboard.png (" in result.err
    assert "with the next message: clipboard-2.png (" in result.err
    sent = [it for it in blocks(simulator) if it["type"] == "image"]
    assert [base64.b64decode(it["source"]["data"]) for it in sent] == [PNG, PNG]


def test_a_text_waits_too_and_can_be_taken_back(simulator: Simulator, fakes: FakePrograms) -> None:
    fakes.clipboard("wl-paste", {"text/plain": b"on it"})
    result = chat(simulator, fakes, "/file clipboard:", "/paste", "/file drop clipboard-2", "hi")
    assert result.code == 0
    assert blocks(simulator) == 'hi\n\n<file name="clipboard">\non it\n</file>'


def test_what_cannot_be_pasted_is_told_and_the_chat_goes_on(
    simulator: Simulator, fakes: FakePrograms
) -> None:
    nothing_else = {**environ(simulator, fakes), "PATH": str(fakes.folder)}
    result = mimo("chat", environ=nothing_else, stdin=b"/paste\nno\n/paste now\nno\nhi\n")
    assert result.code == 2
    assert "the clipboard cannot be read: there is no program for it" in result.err
    assert "/paste takes nothing behind it" in result.err
    assert blocks(simulator) == "hi"


def test_at_a_terminal_ctrl_c_ends_the_program_that_hangs(
    simulator: Simulator, fakes: FakePrograms, tmp_path: Path
) -> None:
    fakes.add("wl-paste", f"touch {tmp_path}/begun; exec sleep 60")
    with Terminal("chat", environ=environ(simulator, fakes)) as terminal:
        terminal.wait_for("thinking on")
        terminal.type("/paste\r")
        while not (tmp_path / "begun").exists():
            terminal.read()
        terminal.type("\x03")
        terminal.wait_for("interrupted")


def test_at_a_terminal_tab_writes_what_stands_for_it(
    simulator: Simulator, fakes: FakePrograms
) -> None:
    fakes.clipboard("wl-paste", {"image/png": PNG})
    with Terminal("chat", environ=environ(simulator, fakes)) as terminal:
        terminal.wait_for("thinking on")
        terminal.type("/file clip\t\r")
        terminal.wait_for("clipboard.png  image 40×30")
