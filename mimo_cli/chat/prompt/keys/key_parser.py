"""Keys and pasted texts out of what a terminal sends."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from prompt_toolkit.input.ansi_escape_sequences import ANSI_SEQUENCES
from prompt_toolkit.input.vt100_parser import Vt100Parser
from prompt_toolkit.key_binding.key_processor import KeyPress
from prompt_toolkit.keys import Keys

from mimo_cli.chat.prompt.keys import key_sequences

if TYPE_CHECKING:
    from collections.abc import Callable

_ESCAPE = "\x1b"
_PASTE_BEGINS = "\x1b[200~"
_PASTE_ENDS = "\x1b[201~"
_INTERRUPT = "\x03"
_FULL = 1000  # characters of a read after which the terminal had no pause: more was waiting
_LONGEST = 65_536  # characters of a sequence: the rest of a longer one is lost
_BY_HAND = tuple("OPX]^_")
_ONE_KEY = re.compile(
    rf"(?:{key_sequences.WHOLE.pattern})+|\x1b?[\s\S]"
)  # also one that is held down
_PATIENCE = 1.0  # seconds that the rest of a sequence may be late
_LOST = 2.0  # seconds without any of a paste, after which its end is not waited for


class KeyParser(Vt100Parser):
    """Tells keys from pasted text, also where the text tries to pass for keys.

    A paste stands between two marks. Text that holds the second mark would end it early, and what
    follows would be keys: one that sends, one that leaves the chat for the shell. So a paste only
    ends when no more comes for a moment (`flush`), at the last mark there is. No person types that
    soon after one. One whose end does not come is shown as far as it came. Ctrl-C alone, after a
    pause, ends it, and any key alone after a longer one.

    Escape sequences are read as `key_sequences` says. What is none of the keys that prompt_toolkit
    knows is nothing: it is never typed. A pause makes a key of Escape; where more of a sequence has
    come, its rest may be late. After Escape, or a letter with Alt, that is only what nobody types.
    """

    def __init__(
        self, take: Callable[[KeyPress], Any], monotonic: Callable[[], float], *, vi: bool = False
    ) -> None:
        super().__init__(take)
        self.reads = 0
        """How often something was read."""
        self._monotonic = monotonic
        self._vi = vi  # Escape is a key there, and Alt with another one is both of them
        self._pieces: list[str] = []
        self._is_stalled = False  # a paste goes on, and nothing of it has come for a moment
        self._is_lost = False  # nor for long
        self._begun = ""  # the beginning of a sequence
        self._is_by_hand = False  # it is Escape alone, and a pause came after it
        self._pressed = ""  # such a beginning that a longer pause has made a key of
        self._quiet_since: float | None = None

    def feed(self, data: str) -> None:
        """Take what was read at once."""
        self.reads += 1
        silence = self._silence()
        if self._in_bracketed_paste:
            self._quiet_since = None
            self._paste(data, silence)
            return
        is_full = len(data) >= _FULL
        before = self._taken_up(data, silence)
        if not before and self._is_by_hand:
            super().feed(_ESCAPE + data[:1])
            data = data[1:]
        is_word = len(data) > 1 and data[:2].isprintable()
        if self._pressed and (before or is_word):
            # Escape waits there for what it goes with: not for this.
            self.feed_key_callback(KeyPress(Keys.Ignore, ""))
        self._begun, self._pressed, self._is_by_hand = "", "", False
        data = before + data
        while data:
            data = self._step(data)
        if not (before and self._begun.startswith(before)):
            self._quiet_since = None
        self._is_by_hand = self._begun == _ESCAPE and not is_full

    def _silence(self) -> float:
        """Return for how many seconds nothing has come, the first moment not counted."""
        return 0 if self._quiet_since is None else self._monotonic() - self._quiet_since

    def _taken_up(self, data: str, silence: float) -> str:
        """Return the beginning of a sequence that what was read goes on with, if it does."""
        if self._is_by_hand:
            is_key = data.startswith(_BY_HAND) and not key_sequences.is_rest(_ESCAPE, data)
            return "" if is_key else _ESCAPE
        if silence > _PATIENCE:
            return ""
        if self._pressed:
            is_late = len(data) > 1 and key_sequences.is_rest(self._pressed, data)
            return self._pressed if is_late else ""
        # A letter with Alt that a pause, or another key, comes after is nothing more.
        is_over = self._quiet_since is not None or (not self._vi and data < " ")
        may_be_alt = is_over and len(self._begun) == len(_ESCAPE) + 1
        return "" if may_be_alt and not key_sequences.is_rest(self._begun, data) else self._begun

    def flush(self) -> None:
        """Take it that nothing more comes for a moment: end what may end now."""
        if self._quiet_since is None:
            self._quiet_since = self._monotonic()
        if self._in_bracketed_paste:
            self._end_paste()
            return
        self._is_by_hand = False
        if self._begun == _ESCAPE or (self._vi and _is_alt(self._begun)):
            self._pressed, self._begun = self._begun, ""
            super().feed(self._pressed)
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
        if whole := key_sequences.WHOLE.match(data):
            self._take(whole.group())
            return data[whole.end() :]
        if key_sequences.PART.match(data):
            self._begun = data[:_LONGEST]
            return ""
        if broken := key_sequences.BROKEN.match(data):
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
        keys = key_sequences.plain(sequence)
        if not key_sequences.WHOLE.fullmatch(keys):
            super().feed(keys)
            super().flush()
        elif keys in ANSI_SEQUENCES:
            # Without the sequence as its text: a key that nothing is bound to would type it.
            self._call_handler(ANSI_SEQUENCES[keys], "")

    def _paste(self, data: str, silence: float) -> None:
        self._is_lost = self._is_stalled and (self._is_lost or silence >= _LOST)
        is_interrupt = self._is_stalled and not data.strip(_INTERRUPT)
        if is_interrupt or (self._is_lost and self._is_key(data)):
            kept = "".join(self._pieces)
            self._in_bracketed_paste = self._is_stalled = self._is_lost = False
            self._give(kept if kept == "\r" else "")  # and not a part of the mark
            self.feed(data)
            return
        self._is_lost = self._is_lost and data.isprintable()  # an input method's words, say
        self._is_stalled = False
        self._pieces.append(data)

    def _is_key(self, data: str) -> bool:
        """Return whether what was read alone is a key, and not the end of a paste."""
        kept = "".join(self._pieces)
        if kept.startswith(_ESCAPE) and _PASTE_ENDS.startswith(kept + data):
            return False
        return data != _PASTE_ENDS and _ONE_KEY.fullmatch(data) is not None

    def _end_paste(self) -> None:
        pasted, end, keys = "".join(self._pieces).rpartition(_PASTE_ENDS)
        if end:
            self._in_bracketed_paste = self._is_stalled = self._is_lost = False
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


def _is_alt(begun: str) -> bool:
    """Return whether the beginning of a sequence is also a letter with Alt."""
    return len(begun) == 2 and begun[1] in _BY_HAND  # noqa: PLR2004 - Escape and it


def _beginning_of_end(text: str) -> str:
    """Return what a text ends in that may become more: the mark of the end, or a line's end."""
    lengths = range(len(_PASTE_ENDS) - 1, 0, -1)
    mark = next((_PASTE_ENDS[:n] for n in lengths if text.endswith(_PASTE_ENDS[:n])), "")
    return mark or ("\r" if text.endswith("\r") else "")
