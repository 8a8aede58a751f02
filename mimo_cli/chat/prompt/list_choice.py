"""A list from which the user picks one, by the arrows, its number or words."""

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
from mimo_cli.chat.prompt.typeahead import Typeahead
from mimo_cli.history.search.folding import fold
from mimo_cli.output.columns import Column, table
from mimo_cli.output.sanitize import one_line
from mimo_cli.phrases import Phrase
from mimo_cli.screen import tty
from mimo_cli.text.widths import Screen

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from prompt_toolkit.formatted_text import StyleAndTextTuples
    from prompt_toolkit.input import Input
    from prompt_toolkit.key_binding.key_processor import KeyPress, KeyPressEvent
    from prompt_toolkit.output import Output

    from mimo_cli.phrases import Translations

_KEYS = Phrase("Enter takes, Esc none; arrows, a number or words of a title choose")
_LONGEST = 100  # characters that are typed
_STYLE = {"head": "bold", "chosen": "bold ansicyan", "status": "ansibrightblack"}
_AROUND = 2  # rows: the question and the keys
_MARK, _NO_MARK = "\u203a ", "  "


class Cursor:
    """Which row of a list is chosen, and what is typed: a number, or words that rows hold. Pure.

    `texts` are what the words are looked for in, folded. `left` are the rows that hold them, and
    `at` is which of these is chosen.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts
        self._begins_anew = False
        self.typed: str = ""
        self.left: list[int] = [*range(len(texts))]
        self.at = 0

    @property
    def row(self) -> int | None:
        """The row that is chosen; None where no row holds the words."""
        return self.left[self.at] if self.left else None

    @property
    def is_number(self) -> bool:
        """Whether a number is typed, and no words."""
        return self.typed.isascii() and self.typed.isdecimal()

    @property
    def missing(self) -> str:
        """The number that is typed, if there is no such row."""
        is_there = not self.is_number or 0 < int(self.typed) <= len(self._texts)
        return "" if is_there else self.typed

    def move(self, rows: int) -> None:
        """Choose another row, no further than the ends. A number is done with then."""
        if self.is_number:
            self.typed = ""
        self.at = max(0, min(self.at + rows, len(self.left) - 1))

    def type(self, char: str) -> None:
        """Go on with what was typed, unless that is a number that was refused."""
        is_refused = self._begins_anew and char.isdecimal()
        self._find(f"{'' if is_refused else self.typed}{char}"[:_LONGEST])

    def erase(self) -> None:
        """Take the last character back."""
        self._find(self.typed[:-1])

    def take(self) -> int | None:
        """Return the row that is chosen; None if there is none, or no row of the number."""
        self._begins_anew = bool(self.missing)
        return None if self.missing else self.row

    def _find(self, typed: str) -> None:
        before = self.row
        self.typed, self._begins_anew = typed, False
        words = [] if self.is_number else fold(typed).split()
        self.left = [row for row, it in enumerate(self._texts) if all(word in it for word in words)]
        if self.is_number and not self.missing:
            self.at = int(typed) - 1
        else:
            self.at = self.left.index(before) if before in self.left else 0


def window(chosen: int, first: int, count: int, height: int) -> int:
    """Return the first row of a list that is shown, so that the chosen one is among them."""
    first = min(max(first, chosen - height + 1), chosen)
    return max(0, min(first, count - height))


class ListChoice:
    """A list that is shown until a row is taken, or none.

    `columns` are those of the `rows`, which get numbers before them; words that are typed are
    looked for in their last cells. `watch` as in `Signals`. So many seconds of `escape_timeout`
    without a key make one of Escape. What was typed before the list is drawn chooses nothing: it
    waits for the prompt behind it, and nothing of it is sent.
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
        self._cursor = Cursor([fold(row[-1]) for row in self._cells])
        self._first = 0
        self._laid_out: tuple[int, list[str]] = (0, [])
        self._input = input
        self._ahead = Typeahead(input)
        self._aside: list[KeyPress] = []
        self._is_drawn = False
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
        self._app.before_render += lambda _: self._put_aside()

    def run(self) -> int | None:
        """Return the number of the row that was taken, from 0; None for none."""
        try:
            return self._app.run(
                pre_run=self._begin, set_exception_handler=False, handle_sigint=False
            )
        except EOFError:  # the terminal has gone
            return None
        finally:
            self._ahead.give_back(self._aside)

    def restorer(self) -> Callable[[], None]:
        """Return a call that gives the terminal the settings it has now."""
        return tty.restorer(self._input.fileno())

    def end(self) -> None:
        """End the list with none taken, soon. May be called by a signal's handler."""
        if self._app.loop is not None:
            self._app.loop.call_soon_threadsafe(self._leave)

    interrupt = end

    def _begin(self) -> None:
        self._aside = self._ahead.take()
        asyncio.get_running_loop().call_soon(self._watch)

    def _put_aside(self) -> None:
        """Take what came until now, when it is about to be drawn for the first time."""
        if not self._is_drawn:
            self._is_drawn = True
            self._aside += self._ahead.take()

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

        moves(lambda: -1, "up", "c-p", "s-tab")
        moves(lambda: 1, "down", "c-n", "tab")
        moves(lambda: -page(), "pageup", "c-b")
        moves(page, "pagedown", "c-f")
        moves(lambda: -len(self._cells), "home")
        moves(lambda: len(self._cells), "end")
        for name in ("enter", "c-j"):
            keys.add(name)(lambda _: self._take())
        for name in ("backspace", "c-h"):
            keys.add(name)(lambda _: self._cursor.erase())
        for name in ("escape", "c-c", "c-d", "c-g", Keys.SIGINT):
            keys.add(name)(lambda _: self._leave())
        keys.add(Keys.Any)(self._type)
        keys.add(Keys.BracketedPaste)(_nothing)
        return keys

    def _type(self, event: KeyPressEvent) -> None:
        if event.data and event.data.isprintable():
            self._cursor.type(event.data)

    def _height(self) -> int:
        """Return how many rows of the list there is room for."""
        return max(1, min(len(self._cursor.left), self._app.output.get_size().rows - _AROUND - 1))

    def _text(self) -> StyleAndTextTuples:
        columns, height = self._app.output.get_size().columns, self._height()
        left, chosen = self._cursor.left, self._cursor.at
        self._first = window(chosen, self._first, len(left), height)
        rows = self._rows(columns)
        parts: StyleAndTextTuples = [("class:head", cut(self._question, columns) + "\n")]
        for at, row in enumerate(left[self._first : self._first + height], self._first):
            mark, style = (self._mark, "class:chosen") if at == chosen else (_NO_MARK, "")
            parts.append((style, cut(mark + rows[row], columns) + "\n"))
        parts.append(("class:status", cut(self._told(), columns)))
        return parts

    def _told(self) -> str:
        """Return what stands below the list: the keys, what is typed, or that it is not there."""
        return one_line(self._told_phrase().rendered(self._translations))

    def _told_phrase(self) -> Phrase:
        cursor, last = self._cursor, len(self._cells)
        if cursor.missing:
            template = "there is no number {number}: they go up to {last}"
            return Phrase(template, number=cursor.missing, last=last)
        if not cursor.typed or cursor.is_number:
            return _KEYS
        words = cursor.typed.strip()
        if cursor.left:
            return Phrase("{words}: Enter takes, Esc none, Backspace erases", words=words)
        return Phrase("{words}: no title holds that; Backspace erases, Esc leaves", words=words)

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
