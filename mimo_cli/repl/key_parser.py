"""Keys and pasted texts out of what a terminal sends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prompt_toolkit.input.ansi_escape_sequences import ANSI_SEQUENCES
from prompt_toolkit.input.vt100_parser import Vt100Parser
from prompt_toolkit.key_binding.key_processor import KeyPress
from prompt_toolkit.keys import Keys

from mimo_cli.repl import sequences

if TYPE_CHECKING:
    from collections.abc import Callable

_ESCAPE = "\x1b"
_PASTE_BEGINS = "\x1b[200~"
_PASTE_ENDS = "\x1b[201~"
_INTERRUPT = "\x03"
_FULL = 1000  # characters of a read after which the terminal had no pause: more was waiting
_LONGEST = 65_536  # characters of a sequence: the rest of a longer one is lost
_BY_HAND = tuple("OPX]^_")


class KeyParser(Vt100Parser):
    """Tells keys from pasted text, also where the text tries to pass for keys.

    A paste stands between two marks. Text that holds the second mark would end it early, and what
    follows would be keys: one that sends, one that leaves the chat for the shell. So a paste only
    ends when no more comes for a moment (`flush`), at the last mark there is. No person types that
    soon after one. One whose end does not come is shown as far as it came; Ctrl-C alone, after a
    pause, ends it.

    Escape sequences are read as `sequences` says. What is none of the keys that prompt_toolkit
    knows is nothing: it is never typed.
    """

    def __init__(self, take: Callable[[KeyPress], Any]) -> None:
        super().__init__(take)
        self._pieces: list[str] = []
        self._is_stalled = False  # a paste goes on, and nothing of it has come for a moment
        self._begun = ""  # the beginning of a sequence
        self._is_by_hand = False  # it is Escape alone, and a pause came after it

    def feed(self, data: str) -> None:
        """Take what was read at once."""
        if self._in_bracketed_paste:
            self._paste(data)
            return
        is_full = len(data) >= _FULL
        by_hand = self._is_by_hand and data.startswith(_BY_HAND)
        data, self._begun, self._is_by_hand = self._begun + data, "", False
        if by_hand:
            super().feed(data[:2])
            data = data[2:]
        while data:
            data = self._step(data)
        self._is_by_hand = self._begun == _ESCAPE and not is_full

    def flush(self) -> None:
        """Nothing more has come for a moment."""
        if self._in_bracketed_paste:
            self._end_paste()
            return
        begun, self._begun = self._begun, ""
        if begun in (_ESCAPE, f"{_ESCAPE}["):
            super().feed(_ESCAPE)
        elif len(begun) == 2:  # noqa: PLR2004 - Alt and one key; more of it is broken
            super().feed(begun)
        super().flush()

    def _step(self, data: str) -> str:
        """Take the first part of some data, and return the rest."""
        if self._in_bracketed_paste:
            self._pieces.append(data)
            return ""
        text, escape, rest = data.partition(_ESCAPE)
        if text:
            super().feed(text)
            return escape + rest
        if whole := sequences.WHOLE.match(data):
            self._take(whole.group())
            return data[whole.end() :]
        if sequences.PART.match(data):
            self._begun = data[:_LONGEST]
            return ""
        if broken := sequences.BROKEN.match(data):
            return data[broken.end() :]
        is_alone = rest.startswith(_ESCAPE)
        super().feed(data[: 1 if is_alone else 2])
        if is_alone:
            super().flush()
        return data[1 if is_alone else 2 :]

    def _take(self, sequence: str) -> None:
        super().flush()
        if sequence == _PASTE_BEGINS:
            self._in_bracketed_paste = True
            return
        keys = sequences.plain(sequence)
        if not sequences.WHOLE.fullmatch(keys):
            super().feed(keys)
            super().flush()
        elif keys in ANSI_SEQUENCES:
            # Without the sequence as its text: a key that nothing is bound to would type it.
            self._call_handler(ANSI_SEQUENCES[keys], "")

    def _paste(self, data: str) -> None:
        if self._is_stalled and not data.strip(_INTERRUPT):
            self._in_bracketed_paste = self._is_stalled = False
            self._pieces = []
            super().feed(data)
            return
        self._is_stalled = False
        self._pieces.append(data)

    def _end_paste(self) -> None:
        pasted, end, keys = "".join(self._pieces).rpartition(_PASTE_ENDS)
        if end:
            self._in_bracketed_paste = self._is_stalled = False
            self._give(pasted)
            self.feed(keys)
            return
        # The rest is on its way, or never comes: a part of the mark that ends it has to wait.
        self._is_stalled = True
        kept = _beginning_of_end(keys)
        self._give(keys.removesuffix(kept))
        self._pieces = [kept]

    def _give(self, pasted: str) -> None:
        """Pass a pasted text on."""
        self._pieces = []
        text = pasted.replace(_PASTE_ENDS, "").replace(_PASTE_BEGINS, "")
        if text:
            self.feed_key_callback(KeyPress(Keys.BracketedPaste, text))


def _beginning_of_end(text: str) -> str:
    """Return what a text ends in that may become more: the mark of the end, or a line's end."""
    lengths = range(len(_PASTE_ENDS) - 1, 0, -1)
    mark = next((_PASTE_ENDS[:n] for n in lengths if text.endswith(_PASTE_ENDS[:n])), "")
    return mark or ("\r" if text.endswith("\r") else "")
