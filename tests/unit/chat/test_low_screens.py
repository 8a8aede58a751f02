"""The prompt on a screen of few lines, and what it erases of one."""

from __future__ import annotations

import pyte
import pytest
from support.prompting import user

from mimo_cli.chat.prompt.path_completion import Candidate
from mimo_cli.chat.prompt.toolkit_adapters import terminal_output
from mimo_cli.output.output_stream import Output


class Recorder(Output):
    """What was written."""

    def __init__(self) -> None:
        super().__init__(None, "output")
        self.written = ""

    def write(self, text: str) -> None:
        self.written += text


@pytest.mark.parametrize("lines", [1, 2, 3, 5, 8, 9, 24])
def test_what_tab_offers_fits_the_screen(lines: int) -> None:
    def offered(before: str) -> list[Candidate]:
        return [Candidate(f"/one{n}", len(before), f"<{n}>") for n in range(12)]

    with user({"LINES": f"{lines}"}, completions=offered) as somebody:
        wanted = "<0>" if lines > 1 else "\u203a /one"
        assert somebody.say("/\t", (wanted, "\x1b[Zx\r")) == "/one11x"
        assert "too small" not in somebody.screen.received


@pytest.mark.parametrize("column", [0, 3, 79])
def test_what_is_erased_does_not_begin_in_the_first_cell(column: int) -> None:
    seen = pyte.Screen(80, 3)
    stream = pyte.Stream(seen)
    stream.feed("a" * 80 + "\r\n" + "b" * 80 + "\r\n" + "c" * 80 + f"\x1b[H\x1b[{column + 1}G")
    output = Recorder()
    screen = terminal_output(output, {"TERM": "xterm"})
    screen.erase_down()
    screen.flush()
    stream.feed(output.written)
    assert seen.display == ["a" * column + " " * (80 - column), " " * 80, " " * 80]
    assert (seen.cursor.x, seen.cursor.y) == (column, 0)
    before, _, after = output.written.partition("\x1b[J")
    assert "\x1b[C" in before
    assert "\x1b[J" not in after
