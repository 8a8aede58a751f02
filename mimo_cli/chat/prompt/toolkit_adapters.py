"""What prompt_toolkit asks of its surroundings, answered by ours.

The terminal to read and write, earlier messages, suggestions, completions, and what of a long line
is drawn.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, TextIO, cast
from unicodedata import east_asian_width

from prompt_toolkit import utils
from prompt_toolkit.auto_suggest import AutoSuggest, Suggestion
from prompt_toolkit.completion import Completer, Completion
from prompt_toolkit.data_structures import Size
from prompt_toolkit.history import History
from prompt_toolkit.input import create_input
from prompt_toolkit.layout import screen
from prompt_toolkit.layout.processors import Processor, Transformation
from prompt_toolkit.output.vt100 import Vt100_Output

from mimo_cli.chat.prompt.path_completion import complete_path
from mimo_cli.errors import LocalIOError, ReaderGone
from mimo_cli.output.sanitize import one_line
from mimo_cli.screen import tty

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Iterable, Mapping

    from prompt_toolkit.buffer import Buffer
    from prompt_toolkit.completion import CompleteEvent
    from prompt_toolkit.document import Document
    from prompt_toolkit.input import Input
    from prompt_toolkit.layout.processors import TransformationInput
    from prompt_toolkit.output import Output as Screen

    from mimo_cli.chat.prompt.input_history import InputHistory
    from mimo_cli.chat.prompt.path_completion import Candidate
    from mimo_cli.output.output_stream import Output
    from mimo_cli.phrases import Translations

_LONGEST_SUGGESTED = 200  # characters of a line that a suggestion is looked for
_STEP = 4000  # characters of a very long line that come and go together
_LONGEST_COMPLETED = 4096  # characters: nobody names a file so far into a message


def terminal_input(descriptor: int, charset: str = "") -> Input:
    """Return the keys of a terminal, which is open and stays so; `charset` empty is UTF-8."""
    return create_input(open(descriptor, encoding=charset or "utf-8", closefd=False))


def terminal_output(output: Output, environ: Mapping[str, str]) -> Screen:
    """Return the screen of a terminal, which is never asked anything: it may answer too late."""

    def size() -> Size:
        columns, lines = tty.size(output.descriptor, environ)
        return Size(rows=lines, columns=columns)

    stream = cast("TextIO", _Stream(output))
    return _Screen(stream, size, term=environ.get("TERM"), enable_cpr=False, enable_bell=False)


class _Screen(Vt100_Output):
    """A terminal's screen of which nothing goes into the scrollback that is erased."""

    def erase_down(self) -> None:
        """Erase what is below and right of the cursor.

        tmux keeps what is erased from the first cell on, as it were scrolled away: of a long
        message, all that was to be left out. So the first row is erased by itself.
        """
        self.write_raw("\x1b7\x1b[K\x1b[C\x1b[J\x1b8")


class _WideSizes(utils._CharSizesCache):  # noqa: SLF001 - see below
    """Widths of texts where East Asian Ambiguous characters take two cells."""

    def __missing__(self, string: str) -> int:
        size = super().__missing__(string)
        if size == len(string) == 1 and east_asian_width(string) == "A":
            size = self[string] = 2
        return size


def measure_ambiguous(*, wide: bool) -> None:
    """Let prompt_toolkit measure ambiguous characters as the terminal draws them.

    For the whole process, which has one terminal.
    """
    # There is no public way; that it is this one is what a test of the prompt sees to.
    kind = _WideSizes if wide else utils._CharSizesCache  # noqa: SLF001
    if type(utils._CHAR_SIZES_CACHE) is not kind:  # noqa: SLF001
        utils._CHAR_SIZES_CACHE = kind()  # noqa: SLF001
        screen._CHAR_CACHE.clear()  # noqa: SLF001 - what is in it has been measured


class _Stream:
    """As much of a text stream as prompt_toolkit needs."""

    encoding = "utf-8"

    def __init__(self, output: Output) -> None:
        self._output = output

    def write(self, text: str) -> None:
        # A terminal that has gone ends the prompt by its input, and before that by its signal.
        with contextlib.suppress(LocalIOError, ReaderGone):
            self._output.write(text)

    def flush(self) -> None:
        """Do nothing: what is written is not held back."""

    def isatty(self) -> bool:
        return self._output.is_terminal

    def fileno(self) -> int:
        return -1 if self._output.descriptor is None else self._output.descriptor


class PartOfLine(Processor):
    """Shows of a very long line what is around the cursor: each character takes time to draw."""

    def apply_transformation(self, transformation_input: TransformationInput) -> Transformation:
        """Return what is drawn of a line, and where in it the cursor is."""
        document, number = transformation_input.document, transformation_input.lineno
        line = document.lines[number]
        if len(line) <= 3 * _STEP:
            return Transformation(transformation_input.fragments)
        is_here = number == document.cursor_position_row
        begin, end = part_around_cursor(document.cursor_position_col if is_here else 0, len(line))
        before, after = "…" * (begin > 0), "…" * (end < len(line))
        shift = begin - len(before)
        return Transformation(
            [("", before + line[begin:end] + after)],
            source_to_display=lambda i: min(max(i - shift, 0), end - shift),
            display_to_source=lambda i: min(max(i + shift, begin), end),
        )


class InStyle(Processor):
    """Gives one line a style: `line` tells which, None for none."""

    def __init__(self, line: Callable[[], int | None], style: str) -> None:
        self._line = line
        self._style = style

    def apply_transformation(self, transformation_input: TransformationInput) -> Transformation:
        """Return what is drawn of a line."""
        fragments = transformation_input.fragments
        if transformation_input.lineno != self._line():
            return Transformation(fragments)
        return Transformation([(self._style, text) for _, text, *_ in fragments])


def part_around_cursor(cursor: int, length: int) -> tuple[int, int]:
    """Return the bounds of what is shown of a long line.

    They stay the same while the cursor moves a little.
    """
    begin = max(0, cursor // _STEP - 1) * _STEP
    return begin, min(length, begin + 3 * _STEP)


class MessageHistory(History):
    """The messages of earlier runs and of this one, for Up and Ctrl-R."""

    def __init__(self, entries: InputHistory) -> None:
        super().__init__()
        self._kept = entries

    async def load(self) -> AsyncGenerator[str, None]:
        """Yield the messages, the newest first.

        Asked for after the prompt has appeared: the file is read then.
        """
        for entry in reversed(self._kept.entries):
            yield entry

    def get_strings(self) -> list[str]:
        """Return the messages, the oldest first."""
        return [*self._kept.entries]

    def append_string(self, string: str) -> None:
        """Keep a message that was sent."""
        self._kept.add(string)

    def load_history_strings(self) -> Iterable[str]:
        """Return the messages, the newest first."""
        return reversed(self._kept.entries)

    def store_string(self, string: str) -> None:
        """Keep a message."""
        self._kept.add(string)


class HistorySuggestions(AutoSuggest):
    """The rest of the newest line in the history that begins like what is typed."""

    def __init__(self, entries: InputHistory) -> None:
        self._kept = entries

    def get_suggestion(self, buffer: Buffer, document: Document) -> Suggestion | None:  # noqa: ARG002 - the interface
        """Return the rest of the first row of the newest message that begins so."""
        text = document.text
        if not text.strip() or len(text) > _LONGEST_SUGGESTED:
            return None
        for entry in reversed(self._kept.entries):
            if entry.startswith(text) and (rest := entry[len(text) :].partition("\n")[0]):
                return Suggestion(rest)
        return None


class MessageCompleter(Completer):
    """What Tab offers: what the chat knows of, then files."""

    def __init__(
        self, completions: Callable[[str], Iterable[Candidate]], translations: Translations
    ) -> None:
        self._completions = completions
        self._translations = translations

    def get_completions(
        self,
        document: Document,
        complete_event: CompleteEvent,  # noqa: ARG002 - the interface
    ) -> Iterable[Completion]:
        """Yield what may stand in the place of the text before the cursor, or of its end."""
        before = document.text_before_cursor
        if len(before) > _LONGEST_COMPLETED:
            return
        for choice in (*self._completions(before), *complete_path(before)):
            yield Completion(
                choice.text,
                start_position=-choice.start,
                display=one_line(choice.display),
                display_meta=one_line(choice.meta.rendered(self._translations)),
            )
