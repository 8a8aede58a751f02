"""Texts being edited, whose words and characters are those of every script.

prompt_toolkit asks its `Document` where a word ends, and takes what is not ASCII for one word.
These answer as readline does and as Vim does, for the two sets of keys.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from prompt_toolkit.cache import FastDictCache
from prompt_toolkit.document import Document

from mimo_cli.chat.prompt import word_boundaries
from mimo_cli.chat.prompt.word_boundaries import Kind

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable

    from prompt_toolkit.buffer import Buffer

    from mimo_cli.chat.prompt.word_boundaries import Run

_CACHED = 10  # as prompt_toolkit
_WITHOUT_SPACES = (Kind.HAN, Kind.HIRAGANA, Kind.KATAKANA)


def use_documents(buffer: Buffer, kind: type[Document]) -> None:
    """Let a buffer's text be a document of another kind."""
    # There is no public way; that it is this one is what the tests of the keys see to.
    buffer._document_cache = FastDictCache(kind, size=_CACHED)  # noqa: SLF001


class _WholeCharacters(Document):
    """Left and right go over whole characters, within the line."""

    __slots__ = ()

    def get_cursor_left_position(self, count: int = 1) -> int:
        """Return how far to the left so many characters are: 0 or less."""
        if count < 0:
            return self.get_cursor_right_position(-count)
        start = self.cursor_position + self.get_start_of_line_position()
        return (
            max(start, word_boundaries.left(self.text, self.cursor_position, count))
            - self.cursor_position
        )

    def get_cursor_right_position(self, count: int = 1) -> int:
        """Return how far to the right so many characters are."""
        if count < 0:
            return self.get_cursor_left_position(-count)
        end = self.cursor_position + self.get_end_of_line_position()
        return (
            min(end, word_boundaries.right(self.text, self.cursor_position, count))
            - self.cursor_position
        )


class ReadlineDocument(_WholeCharacters):
    """Words are letters and digits alone, as in bash."""

    __slots__ = ()

    def find_next_word_ending(
        self,
        include_current_position: bool = False,  # noqa: ARG002 - it always counts
        count: int = 1,
        WORD: bool = False,  # noqa: ARG002, N803 - prompt_toolkit's; no key asks for it
    ) -> int | None:
        """Return how far it is to the end of a word, or of all; None at the end."""
        if count < 0:
            return self.find_previous_word_beginning(-count)
        run = _nth(_letters(word_boundaries.runs_after(self.text, self.cursor_position)), count)
        return (len(self.text) if run is None else run.end) - self.cursor_position or None

    def find_next_word_beginning(
        self,
        count: int = 1,
        WORD: bool = False,  # noqa: ARG002, N803 - as above
    ) -> int | None:
        """Return how far it is to the beginning of a word; None if there is none."""
        runs = _letters(word_boundaries.runs_after(self.text, self.cursor_position))
        run = _nth((it for it in runs if it.start > self.cursor_position), count)
        return None if run is None else run.start - self.cursor_position

    def find_previous_word_beginning(
        self,
        count: int = 1,
        WORD: bool = False,  # noqa: N803 - prompt_toolkit's
    ) -> int | None:
        """Return how far back a word begins, or all; None at the beginning."""
        if count < 0:
            return self.find_next_word_ending(count=-count)
        start = self.cursor_position
        if WORD:
            for _ in range(count):
                start = _between_spaces(self.text, start)
        else:
            run = _nth(_letters(word_boundaries.runs_before(self.text, start)), count)
            start = 0 if run is None else run.start
        return start - self.cursor_position or None

    def find_start_of_previous_word(
        self,
        count: int = 1,
        WORD: bool = False,  # noqa: N803 - prompt_toolkit's
        pattern: re.Pattern[str] | None = None,
    ) -> int | None:
        """Return where what erases a word stops; with a `pattern`, what that makes a word."""
        if pattern is not None:
            return super().find_start_of_previous_word(count, pattern=pattern)
        return self.find_previous_word_beginning(count, WORD)


class ViDocument(_WholeCharacters):
    """Words are also of punctuation, as in Vim. Its WORDs are what is between spaces."""

    __slots__ = ()

    def find_next_word_ending(
        self,
        include_current_position: bool = False,
        count: int = 1,
        WORD: bool = False,  # noqa: N803 - prompt_toolkit's
    ) -> int | None:
        """Return how far it is to the end of a word; None if there is none."""
        if WORD or count < 0:
            return super().find_next_word_ending(include_current_position, count, WORD)
        here = self.cursor_position
        start = here if include_current_position else word_boundaries.right(self.text, here)
        run = _nth(_vims(word_boundaries.runs_after(self.text, start, _vims_kind)), count)
        return None if run is None else run.end - here

    def find_next_word_beginning(
        self,
        count: int = 1,
        WORD: bool = False,  # noqa: N803 - prompt_toolkit's
    ) -> int | None:
        """Return how far it is to the beginning of a word; None if there is none."""
        if WORD or count < 0:
            return super().find_next_word_beginning(count, WORD)
        here = self.cursor_position
        runs = _vims(word_boundaries.runs_after(self.text, here, _vims_kind))
        run = _nth((it for it in runs if it.start > here), count)
        return None if run is None else run.start - here

    def find_previous_word_beginning(
        self,
        count: int = 1,
        WORD: bool = False,  # noqa: N803 - prompt_toolkit's
    ) -> int | None:
        """Return how far back a word begins; None if none does."""
        if WORD or count < 0:
            return super().find_previous_word_beginning(count, WORD)
        run = _nth(
            _vims(word_boundaries.runs_before(self.text, self.cursor_position, _vims_kind)), count
        )
        return None if run is None else run.start - self.cursor_position

    def find_start_of_previous_word(
        self,
        count: int = 1,
        WORD: bool = False,  # noqa: N803 - prompt_toolkit's
        pattern: re.Pattern[str] | None = None,
    ) -> int | None:
        """Return where the word before begins; with a `pattern`, what that makes a word."""
        if WORD or pattern is not None:
            return super().find_start_of_previous_word(count, WORD, pattern)
        return self.find_previous_word_beginning(count)

    def find_previous_word_ending(
        self,
        count: int = 1,
        WORD: bool = False,  # noqa: N803 - prompt_toolkit's
    ) -> int | None:
        """Return how far back a word ends; None if none does."""
        if WORD or count < 0:
            return super().find_previous_word_ending(count, WORD)
        here = self.cursor_position
        runs = _vims(
            word_boundaries.runs_before(
                self.text, word_boundaries.right(self.text, here), _vims_kind
            )
        )
        run = _nth((it for it in runs if it.end <= here), count)
        return None if run is None else run.end - here

    def find_boundaries_of_current_word(
        self,
        WORD: bool = False,  # noqa: N803 - prompt_toolkit's
        include_leading_whitespace: bool = False,
        include_trailing_whitespace: bool = False,
    ) -> tuple[int, int]:
        """Return how far the word here begins and ends from here; (0, 0) if there is none."""
        if WORD or not self.current_char.strip():
            return super().find_boundaries_of_current_word(
                WORD, include_leading_whitespace, include_trailing_whitespace
            )
        here = self.cursor_position
        after = next(word_boundaries.runs_after(self.text, here, _vims_kind))
        run = next(word_boundaries.runs_before(self.text, after.end, _vims_kind))
        line = self.current_line_after_cursor
        rest = line[run.end - here :] if include_trailing_whitespace else ""
        before = self.text[: run.start].rpartition("\n")[2] if include_leading_whitespace else ""
        return (
            run.start - (len(before) - len(before.rstrip())) - here,
            run.end + (len(rest) - len(rest.lstrip())) - here,
        )


def _nth(runs: Iterable[Run], count: int) -> Run | None:
    return next(itertools.islice(runs, count - 1, None), None)


def _letters(runs: Iterable[Run]) -> Iterable[Run]:
    """Return the words of bash."""
    return (run for run in runs if run.kind.is_letter)


def _vims(runs: Iterable[Run]) -> Iterable[Run]:
    """Return the words of Vim."""
    return (run for run in runs if run.kind is not Kind.SPACE)


def _vims_kind(character: str) -> Kind:
    """Return what a character is to a word of Vim."""
    kind = word_boundaries.kind(character)
    return {Kind.UNDERSCORE: Kind.LETTER, Kind.WIDE_MARK: Kind.MARK}.get(kind, kind)


def _between_spaces(text: str, end: int) -> int:
    """Return where that begins which Ctrl-W erases.

    It goes to the last space, as in bash, and where none is written to what stands for one: another
    script, or punctuation.
    """
    start, has_word = end, False
    for run in word_boundaries.runs_before(text, end):
        parts = run.kind in (Kind.SPACE, Kind.WIDE_MARK)
        if has_word and (parts or run.kind in _WITHOUT_SPACES):
            break
        start, has_word = run.start, not parts
        if run.kind in _WITHOUT_SPACES:
            break
    return start
