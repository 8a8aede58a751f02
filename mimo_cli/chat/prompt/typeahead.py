"""Keys that were pressed before the prompt was there that they are for."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from prompt_toolkit.input.typeahead import get_typeahead, store_typeahead
from prompt_toolkit.key_binding.key_processor import KeyPress
from prompt_toolkit.keys import Keys

from mimo_cli.chat import input_line
from mimo_cli.input import stdin
from mimo_cli.screen import tty

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prompt_toolkit.input import Input

_ENTERS = (Keys.ControlM, Keys.ControlJ)
_INTERRUPTS = (Keys.ControlC, Keys.SIGINT)
_LEAVING = (*_INTERRUPTS, Keys.ControlD)
ENTER_AHEAD = "\r\n"
"""What Enter that was typed ahead has as its data, when it is a new line: Ctrl-J has no such."""

_NEW_LINE = KeyPress(Keys.ControlJ, ENTER_AHEAD)


class Typeahead:
    """What was typed between two prompts: read behind Enter, or waiting in the terminal."""

    def __init__(self, input: Input) -> None:  # noqa: A002 - as prompt_toolkit calls it
        self._input = input
        self._is_unsent = False
        self.is_unsent_text = False
        """Whether the prompt comes with text of which Enter was made a new line."""

    def take_interrupts(self) -> bool:
        """Return whether Ctrl-C is in it, and take that out."""
        pressed = self._pressed()
        kept = [press for press in pressed if press.key not in _INTERRUPTS]
        store_typeahead(self._input, kept)
        return len(kept) < len(pressed)

    def take(self) -> list[KeyPress]:
        """Return it, and let nothing of it wait."""
        return [*self._pressed(), *self._input.flush_keys()]

    def give_back(self, pressed: Sequence[KeyPress]) -> None:
        """Let keys wait again before what waits, for a prompt in which none of it sends or leaves.

        Enter before any text was none that ends a line: a key that bounced, say.
        """
        kept = [it for it in [*pressed, *self.take()] if it.key not in _LEAVING]
        text = itertools.dropwhile(lambda it: it.key in _ENTERS, kept)
        store_typeahead(self._input, unsent([*text]))

    def keep_unsent(self) -> None:
        """Let Enter in it be a new line: an answer comes first, which may change what is meant."""
        self._is_unsent = True
        store_typeahead(self._input, unsent(self._pressed()))

    def finish(self) -> None:
        """See to what came until the prompt: also a paste that is complete by now.

        The terminal has made new lines of Enter. A paste that waits there may go on: it is not
        ended here.
        """
        pressed = [*get_typeahead(self._input), *self._input.flush_keys()]
        store_typeahead(self._input, pressed)
        pressed = [_enter_ahead(it) for it in self._pressed()]
        store_typeahead(self._input, unsent(pressed) if self._is_unsent else pressed)
        self.is_unsent_text = self._is_unsent and any(map(_is_text, pressed))
        self._is_unsent = False

    def keep_apart_from_draft(self, *, gives_way: bool = False) -> bool:
        """See to it that nothing becomes a part of the last line of what the prompt comes with.

        Nor does an Enter send that which was pressed before it was seen: it is a new line.

        Return whether a whole command was typed: that takes its place. Where that is a refused
        command (`gives_way`), also the beginning of one does.
        """
        pressed = self._pressed()
        takes_place = is_command(pressed) or (gives_way and begins_command(pressed))
        self.is_unsent_text |= not takes_place and any(map(_is_text, pressed))
        store_typeahead(self._input, pressed if takes_place else unsent(separate(pressed)))
        return takes_place

    def _pressed(self) -> list[KeyPress]:
        pressed = get_typeahead(self._input)
        with tty.reading_each_key(self._input.fileno()):
            while stdin.is_readable(self._input.fileno(), 0) and (more := self._input.read_keys()):
                pressed += more
        return pressed


def separate(pressed: Sequence[KeyPress]) -> list[KeyPress]:
    """Return keys as they have to be pressed behind a draft that nobody has seen yet.

    Text begins on a new line, and Enter alone does not send the draft again.
    """
    first = next((i for i, it in enumerate(pressed) if it.key not in _ENTERS), len(pressed))
    begins = first < len(pressed) and _is_text(pressed[first])
    return [*[_NEW_LINE] * begins, *pressed[first:]]


def unsent(pressed: Sequence[KeyPress]) -> list[KeyPress]:
    """Return keys with a new line for each Enter that would send."""
    return [_NEW_LINE if it.key == Keys.ControlM else it for it in pressed]


def _enter_ahead(press: KeyPress) -> KeyPress:
    return _NEW_LINE if press.key == Keys.ControlJ else press


def is_command(pressed: Sequence[KeyPress]) -> bool:
    """Return whether a whole line was typed that is a command."""
    text = ""
    for press in pressed:
        if press.key in _ENTERS:
            return input_line.fold_command(text.lstrip()).startswith("/")
        if not _is_text(press):
            return False
        text += press.data
    return False


def begins_command(pressed: Sequence[KeyPress]) -> bool:
    """Return whether what was typed begins with a slash."""
    return bool(pressed) and _is_text(pressed[0]) and input_line.begins_command(pressed[0].data)


def _is_text(press: KeyPress) -> bool:
    return press.key == Keys.BracketedPaste or not isinstance(press.key, Keys)
