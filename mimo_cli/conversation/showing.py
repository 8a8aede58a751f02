"""Where answers go, and how they look there."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, Literal

from mimo_cli.named_tuple import NamedTuple
from mimo_cli.output.output_stream import is_dumb

if TYPE_CHECKING:
    from mimo_cli.config import Settings
    from mimo_cli.environment import Environment
    from mimo_cli.output.console import Console
    from mimo_cli.output.output_stream import Output
    from mimo_cli.text.widths import Screen

OnLoop = Literal["nothing", "tell", "stop"]
"""What is done when an answer repeats itself over and over."""


class Showing(NamedTuple):
    """Where answers go, and how: `raw` is the text on a terminal too, `render` the reverse."""

    environment: Environment
    settings: Settings
    console: Console
    output: Output
    raw: bool = False
    render: bool = False

    @property
    def is_one_screen(self) -> bool:
        """Whether the answer and what is said on stderr appear in the same place."""
        return self.output.is_terminal and self.console.output.is_terminal

    @property
    def screen(self) -> Screen | None:
        """The screen that answers appear on, None if they are on none."""
        is_wide = self.settings.is_wide
        return self.environment._replace(is_wide=lambda: is_wide).screen_of(self.output)

    @property
    def is_drawn(self) -> bool:
        """Whether Markdown is drawn, and not written as it is."""
        return self.render or (self.output.is_terminal and not self.raw)

    @property
    def thinks_apart(self) -> bool:
        """Whether thinking is kept where the answer is not: else it is part of the picture."""
        return self.settings.show_thinking is True and not self.is_one_screen

    @property
    def has_cursor(self) -> bool:
        """Whether live rows are wanted, and there is a terminal that can have them."""
        return self.settings.live and not is_dumb(self.environment.environ)

    @property
    def may_spin(self) -> bool:
        """Whether stderr has a screen to itself: the reader of a pipe may be a pager."""
        has_screen = self.console.output.is_terminal and self.has_cursor
        is_loud = has_screen and not self.console.quiet
        return is_loud and not _is_pipe(self.environment.stdout.descriptor)

    @property
    def on_loop(self) -> OnLoop:
        """What to do when an answer repeats itself: a person is told, who sees it on stderr."""
        if self.console.output.is_terminal and not self.console.quiet:
            return "tell"
        return "stop" if self.settings.stop_loops else "nothing"


def _is_pipe(descriptor: int | None) -> bool:
    try:
        return descriptor is not None and stat.S_ISFIFO(os.fstat(descriptor).st_mode)
    except OSError:
        return False  # closed meanwhile: nobody reads
