"""A list from which the user picks one, by the arrows or its number."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from prompt_toolkit.application import Application
from prompt_toolkit.key_binding import KeyBindings
from prompt_toolkit.keys import Keys
from prompt_toolkit.layout import Layout
from prompt_toolkit.layout.containers import Window
from prompt_toolkit.layout.controls import FormattedTextControl
from prompt_toolkit.output import ColorDepth
from prompt_toolkit.styles import Style
from prompt_toolkit.utils import get_cwidth

from mimo_cli.chat.prompt.row_fitting import cut
from mimo_cli.output.columns import Column, table
from mimo_cli.output.sanitize import one_line
from mimo_cli.phrases import Phrase
from mimo_cli.screen import tty
from mimo_cli.text.widths import Screen

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from prompt_toolkit.formatted_text import StyleAndTextTuples
    from prompt_toolkit.input import Input
    from prompt_toolkit.key_binding.key_processor import KeyPressEvent
    from prompt_toolkit.output import Output

    from mimo_cli.phrases import Translations

_KEYS = Phrase("Enter takes, Esc none; arrows or a number choose")
_DIGITS = 9
_STYLE = {"head": "bold", "chosen": "bold ansicyan", "status": "ansibrightblack"}
_AROUND = 2  # rows: the question and the keys
_MARK, _NO_MARK = "\u203a ", "  "


class Cursor:
    """Which row of a list is chosen, and the digits of a number that is being typed. Pure."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._typed = ""
        self._begins_anew = False
        self.row = 0

    @property
    def missing(self) -> str:
        """The number that is typed, if there is no such row."""
        return "" if not self._typed or 0 < int(self._typed) <= self._count else self._typed

    def move(self, rows: int) -> None:
        """Choose another row, no further than the ends."""
        self._typed = ""
        self.row = min(max(0, self.row + rows), self._count - 1)

    def type(self, digit: str) -> None:
        """Choose by number: a digit goes on with those before it, unless they were refused."""
        before = "" if self._begins_anew else self._typed
        self._number(f"{before}{digit}"[:_DIGITS])

    def erase(self) -> None:
        """Take the last digit back."""
        self._number(self._typed[:-1])

    def take(self) -> int | None:
        """Return the row that is chosen; None if that is a number that is not there."""
        self._begins_anew = bool(self.missing)
        return None if self.missing else self.row

    def _number(self, typed: str) -> None:
        self._typed, self._begins_anew = typed, False
        if typed and not self.missing:
            self.row = int(typed) - 1


def window(chosen: int, first: int, count: int, height: int) -> int:
    """Return the first row of a list that is shown, so that the chosen one is among them."""
    first = min(max(first, chosen - height + 1), chosen)
    return max(0, min(first, count - height))


class ListChoice:
    """A list that is shown until a row is taken, or none.

    `columns` are those of the `rows`, which get numbers before them. `watch` as in `Signals`. So
    many seconds of `escape_timeout` without a key make one of Escape.
    """

    def __init__(
        self,
        question: Phrase,
        rows: Sequence[Sequence[Phrase]],
        columns: Sequence[Column],
        *,
        watch: Callable[[], None],
        color: bool,
        mark: str,
        wide: bool,
        translations: Translations,
        escape_timeout: float,
        input: Input,  # noqa: A002 - as prompt_toolkit calls it
        output: Output,
    ) -> None:
        self._question = one_line(question.rendered(translations))
        self._translations = translations
        self._cells = [
            [f"{number}", *(one_line(it.rendered(translations)) for it in row)]
            for number, row in enumerate(rows, 1)
        ]
        self._columns = (Column(is_right=True), *columns)
        self._wide = wide
        self._watch = watch
        self._mark = mark
        self._cursor = Cursor(len(rows))
        self._first = 0
        self._laid_out: tuple[int, list[str]] = (0, [])
        self._input = input
        control = FormattedTextControl(self._text, focusable=True, show_cursor=False)
        self._app: Application[int | None] = Application(
            layout=Layout(Window(control, dont_extend_height=True)),
            key_bindings=self._bindings(),
            style=Style.from_dict(_STYLE),
            include_default_pygments_style=False,
            color_depth=ColorDepth.DEPTH_4_BIT if color else ColorDepth.DEPTH_1_BIT,
            erase_when_done=True,
            input=input,
            output=output,
        )
        self._app.ttimeoutlen = self._app.timeoutlen = escape_timeout

    def run(self) -> int | None:
        """Return the number of the row that was taken, from 0; None for none."""
        try:
            return self._app.run(
                pre_run=self._begin, set_exception_handler=False, handle_sigint=False
            )
        except EOFError:  # the terminal has gone
            return None

    def restorer(self) -> Callable[[], None]:
        """Return a call that gives the terminal the settings it has now."""
        return tty.restorer(self._input.fileno())

    def end(self) -> None:
        """End the list with none taken, soon. May be called by a signal's handler."""
        if self._app.loop is not None:
            self._app.loop.call_soon_threadsafe(self._leave)

    interrupt = end

    def _begin(self) -> None:
        asyncio.get_running_loop().call_soon(self._watch)

    def _leave(self, row: int | None = None) -> None:
        if self._app.is_running and not self._app.is_done:
            self._app.exit(result=row)

    def _take(self) -> None:
        if (row := self._cursor.take()) is not None:
            self._leave(row)

    def _bindings(self) -> KeyBindings:
        keys = KeyBindings()
        page = self._height

        def moves(by: Callable[[], int], *names: Keys | str) -> None:
            for name in names:
                keys.add(name)(lambda _: self._cursor.move(by()))

        moves(lambda: -1, "up", "c-p", "k", "s-tab")
        moves(lambda: 1, "down", "c-n", "j", "tab")
        moves(lambda: -page(), "pageup", "c-b")
        moves(page, "pagedown", "c-f")
        moves(lambda: -len(self._cells), "home", "g")
        moves(lambda: len(self._cells), "end", "G")
        for digit in "0123456789":
            keys.add(digit)(lambda event: self._cursor.type(event.data))
        for name in ("enter", "c-j"):
            keys.add(name)(lambda _: self._take())
        for name in ("backspace", "c-h"):
            keys.add(name)(lambda _: self._cursor.erase())
        for name in ("escape", "q", "c-c", "c-d", "c-g", Keys.SIGINT):
            keys.add(name)(lambda _: self._leave())
        keys.add(Keys.Any)(_nothing)
        keys.add(Keys.BracketedPaste)(_nothing)
        return keys

    def _height(self) -> int:
        """Return how many rows of the list there is room for."""
        return max(1, min(len(self._cells), self._app.output.get_size().rows - _AROUND - 1))

    def _text(self) -> StyleAndTextTuples:
        columns, height = self._app.output.get_size().columns, self._height()
        chosen = self._cursor.row
        self._first = window(chosen, self._first, len(self._cells), height)
        rows = self._rows(columns)
        parts: StyleAndTextTuples = [("class:head", cut(self._question, columns) + "\n")]
        for at in range(self._first, self._first + height):
            mark, style = (self._mark, "class:chosen") if at == chosen else (_NO_MARK, "")
            parts.append((style, cut(mark + rows[at], columns) + "\n"))
        parts.append(("class:status", cut(self._told(), columns)))
        return parts

    def _told(self) -> str:
        """Return what stands below the list: the keys, or that a number is not there."""
        number, last = self._cursor.missing, len(self._cells)
        template = "there is no number {number}: they go up to {last}"
        told = Phrase(template, number=number, last=last) if number else _KEYS
        return one_line(told.rendered(self._translations))

    def _rows(self, columns: int) -> list[str]:
        """Return a line for each row, as the columns fit beside one another on the screen."""
        if self._laid_out[0] != columns:
            room = max(1, columns - get_cwidth(self._mark))
            lines = table(self._cells, self._columns, Screen(room, self._wide)).text.splitlines()
            if len(lines) != len(self._cells):  # too narrow for a table
                lines = [f"{row[0]} {row[-1]}" for row in self._cells]
            self._laid_out = columns, lines
        return self._laid_out[1]


def _nothing(_event: KeyPressEvent) -> None:
    pass
