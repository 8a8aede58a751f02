"""Everything outside the program that a command may touch, in one value that a test can build."""

from __future__ import annotations

import os
import stat
import time
from functools import partial
from typing import TYPE_CHECKING

from mimo_cli.api.timing import Clock, Limits
from mimo_cli.named_tuple import NamedTuple
from mimo_cli.phrases import ENGLISH

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from mimo_cli.output.console import Console
    from mimo_cli.output.output_stream import Output
    from mimo_cli.phrases import Translations
    from mimo_cli.signals import Signals
    from mimo_cli.text.widths import Screen


class Environment(NamedTuple):
    """The process's surroundings.

    `stdin` is a file descriptor, None when the stream is closed. `today` gives (year, month, day,
    weekday with Monday 0) in local time. `cwd` is the working folder, None if it was deleted (and
    where no project's file is wanted). `debug` is whether errors say where they happened.
    `translations` are those into the language of the person who is spoken to. `is_wide` tells, by
    their configuration, whether their terminal draws ambiguous characters wide (`text.widths`).
    `conceal` takes the keys that they have out of what is said to them.
    """

    environ: Mapping[str, str]
    stdin: int | None
    stdout: Output
    stderr: Output
    signals: Signals
    clock: Clock = Clock()
    limits: Limits = Limits()
    today: Callable[[], time.struct_time] = time.localtime
    cwd: Path | None = None
    debug: bool = False
    translations: Translations = ENGLISH
    is_wide: Callable[[], bool] = lambda: False
    conceal: Callable[[str], str] = str

    def console(
        self,
        *,
        color: bool = False,
        light: bool = False,
        quiet: bool = False,
        verbose: bool = False,
    ) -> Console:
        """Return a console that speaks to the user on stderr, in their language."""
        from mimo_cli.output.console import Console  # not for those who have nothing to say

        return Console(
            self.stderr,
            color=color,
            light=light,
            quiet=quiet,
            verbose=verbose,
            debug=self.debug,
            translations=self.translations,
            columns=partial(self.columns_of, self.stderr),
            is_wide=self.is_wide,
            conceal=self.conceal,
        )

    def columns_of(self, output: Output) -> int | None:
        """Return how many columns the screen has that an output is on, None if it is on none."""
        if not output.is_terminal:
            return None
        from mimo_cli.screen import tty  # not for pipes

        return tty.size(output.descriptor, self.environ)[0]

    def screen_of(self, output: Output) -> Screen | None:
        """Return the screen that an output is on, None if it is on none."""
        columns = self.columns_of(output)
        if columns is None:
            return None
        from mimo_cli.text.widths import Screen  # not for pipes

        return Screen(columns, self.is_wide())

    @property
    def stdin_is_terminal(self) -> bool:
        """Whether a person types."""
        return self.stdin is not None and os.isatty(self.stdin)

    @property
    def has_piped_stdin(self) -> bool:
        """Whether stdin is a pipe, a socket or a file with more in it: something to be read."""
        if self.stdin is None:
            return False
        try:
            status = os.fstat(self.stdin)
            if stat.S_ISREG(status.st_mode):
                return os.lseek(self.stdin, 0, os.SEEK_CUR) < status.st_size
        except OSError:
            return False  # it was closed
        return stat.S_ISFIFO(status.st_mode) or stat.S_ISSOCK(status.st_mode)

    @property
    def can_ask(self) -> bool:
        """Whether a question can be put to a person."""
        return self.stdin_is_terminal and self.stderr.is_terminal
