"""What the keys of the prompt do, where that is not what they do everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prompt_toolkit.application.current import get_app
from prompt_toolkit.completion import CompleteEvent, get_common_complete_suffix
from prompt_toolkit.document import Document
from prompt_toolkit.filters import (
    Condition,
    completion_is_selected,
    emacs_insert_mode,
    emacs_mode,
    has_focus,
    has_selection,
    is_searching,
    vi_insert_mode,
    vi_mode,
    vi_navigation_mode,
)
from prompt_toolkit.key_binding import KeyBindings
from prompt_toolkit.key_binding.bindings.named_commands import get_by_name
from prompt_toolkit.key_binding.key_processor import KeyPress
from prompt_toolkit.key_binding.vi_state import InputMode
from prompt_toolkit.keys import Keys
from prompt_toolkit.search import stop_search

from mimo_cli.chat import input_line
from mimo_cli.chat.prompt import word_boundaries
from mimo_cli.chat.prompt.documents import ReadlineDocument
from mimo_cli.chat.prompt.typeahead import ENTER_AHEAD

if TYPE_CHECKING:
    from collections.abc import Callable

    from prompt_toolkit.buffer import Buffer
    from prompt_toolkit.key_binding.key_processor import KeyPressEvent

_LINE = "DEFAULT_BUFFER"
_IN_VI = {"x": "dl", "X": "dh", "s": "cl"}


def bindings(
    *,
    interrupt: Callable[[KeyPressEvent], None],
    edit: Callable[[KeyPressEvent], None],
    give_up_search: Callable[[KeyPressEvent], None],
    gives_way: Callable[[], bool],
    is_unfinished: Callable[[], bool],
    sends_blank: Callable[[], bool],
    shorten: Callable[[], None],
) -> KeyBindings:
    """Return the keys. `interrupt` does what Ctrl-C does, `edit` opens the editor.

    `gives_way` tells whether a slash, typed now, takes the place of what is in the line,
    `is_unfinished` whether Enter, pressed now, was for a line that was typed ahead, and
    `sends_blank` whether Enter sends a line in which there is nothing. `shorten` changes what is
    in the line once it is sent: what stays on the screen.
    """
    keys = KeyBindings()
    in_line = has_focus(_LINE)
    keys.add("enter", filter=in_line)(_sender(sends_blank, shorten))
    keys.add("enter", filter=in_line & Condition(is_unfinished))(_end_line)
    keys.add("enter", filter=in_line & completion_is_selected)(_accept_completion)
    keys.add("escape", "enter", filter=in_line & (emacs_mode | vi_insert_mode))(_new_line)
    keys.add("c-j", filter=in_line)(_new_line)
    keys.add("c-x", "c-e", filter=in_line)(edit)
    keys.add("c-i", filter=in_line)(_complete)
    keys.add("c-c", filter=in_line)(interrupt)
    keys.add(Keys.SIGINT)(interrupt)
    # It would begin a selection, in which what is typed is lost: input methods have this key too.
    keys.add("c-@", filter=in_line)(_nothing)
    keys.add("c-g", filter=is_searching)(give_up_search)
    keys.add("c-c", filter=is_searching)(give_up_search)
    keys.add("escape", filter=is_searching & vi_mode)(give_up_search)
    inserting = in_line & (emacs_insert_mode | vi_insert_mode) & Condition(gives_way)
    for slash in input_line.SLASHES:
        keys.add(slash, filter=inserting)(_begin_anew)
    keys.add(Keys.BracketedPaste, filter=inserting)(_paste_anew)
    _add_editing(keys)
    return keys


def _add_editing(keys: KeyBindings) -> None:
    """Bind what prompt_toolkit does by code points to whole characters, and to words."""
    inserting = has_focus(_LINE) & (emacs_insert_mode | vi_insert_mode) & ~has_selection
    keys.add("backspace", filter=inserting, save_before=_is_first)(_erase_left)
    keys.add("delete", filter=inserting, save_before=_is_first)(_erase_right)
    keys.add("c-d", filter=inserting & emacs_mode & has_text, save_before=_is_first)(_erase_right)
    keys.add("escape", "f", filter=inserting & emacs_mode & has_suggestion)(_accept_word)
    keys.add("c-w", filter=has_focus(_LINE) & vi_insert_mode)(get_by_name("backward-kill-word"))
    keys.add("c", "w", filter=has_focus(_LINE) & vi_navigation_mode & on_word)(_change_word)
    for key, same in _IN_VI.items():
        keys.add(key, filter=has_focus(_LINE) & vi_navigation_mode)(_pressing(same))


def _nothing(_event: KeyPressEvent) -> None:
    pass


def _begin_anew(event: KeyPressEvent) -> None:
    """Type a slash instead of what is in the line; undoing brings it back."""
    event.current_buffer.document = Document(event.data)


def _paste_anew(event: KeyPressEvent) -> None:
    buffer = event.current_buffer
    pasted = event.data.replace("\r\n", "\n").replace("\r", "\n")
    if input_line.begins_command(pasted):
        buffer.document = Document("")
    buffer.insert_text(pasted)


def _sender(
    sends_blank: Callable[[], bool], shorten: Callable[[], None]
) -> Callable[[KeyPressEvent], None]:
    """Return what Enter does."""

    def send(event: KeyPressEvent) -> None:
        if event.current_buffer.text.strip() or sends_blank():
            event.current_buffer.validate_and_handle()
            shorten()

    return send


def _complete(event: KeyPressEvent) -> None:
    """Complete at once: prompt_toolkit would do so later, and an Enter typed ahead be quicker."""
    buffer = event.current_buffer
    if buffer.complete_state is not None:
        buffer.complete_next()
        return
    wish = CompleteEvent(completion_requested=True)
    choices = list(buffer.completer.get_completions(buffer.document, wish))
    if len(choices) == 1:
        buffer.apply_completion(choices[0])
    elif choices:
        buffer.insert_text(get_common_complete_suffix(buffer.document, choices))
        buffer.start_completion()


def _accept_completion(event: KeyPressEvent) -> None:
    event.current_buffer.complete_state = None


def _new_line(event: KeyPressEvent) -> None:
    """Begin a new line: here, below the row if that is vi's command, at the end if typed ahead."""
    if event.data == ENTER_AHEAD:
        _end_line(event)
        return
    buffer = event.current_buffer
    if vi_navigation_mode():
        buffer.cursor_position += buffer.document.get_end_of_line_position()
    buffer.newline(copy_margin=False)
    event.app.vi_state.input_mode = InputMode.INSERT


def _end_line(event: KeyPressEvent) -> None:
    """Begin a new line below all there is: Enter was to send it, wherever the cursor is."""
    buffer = event.current_buffer
    buffer.cursor_position = len(buffer.text)
    buffer.newline(copy_margin=False)
    event.app.vi_state.input_mode = InputMode.INSERT


@Condition
def has_text() -> bool:
    """Return whether there is something to erase: Ctrl-D leaves where there is not."""
    return bool(get_app().current_buffer.text)


@Condition
def has_suggestion() -> bool:
    """Return whether the rest of an earlier message is shown behind the cursor."""
    buffer = get_app().current_buffer
    return bool(buffer.suggestion and buffer.suggestion.text) and (
        buffer.cursor_position == len(buffer.text)
    )


@Condition
def on_word() -> bool:
    """Return whether the cursor is on something that is no space."""
    return bool(get_app().current_buffer.document.current_char.strip())


def _is_first(event: KeyPressEvent) -> bool:
    """Return whether a key was not pressed before it: what it erases comes back at once."""
    return not event.is_repeat


def _erase_left(event: KeyPressEvent) -> None:
    buffer = event.current_buffer
    start = word_boundaries.left(buffer.text, buffer.cursor_position, event.arg)
    buffer.delete_before_cursor(buffer.cursor_position - start)


def _erase_right(event: KeyPressEvent) -> None:
    buffer = event.current_buffer
    end = word_boundaries.right(buffer.text, buffer.cursor_position, event.arg)
    buffer.delete(end - buffer.cursor_position)


def _accept_word(event: KeyPressEvent) -> None:
    """Take a word of the suggestion."""
    buffer = event.current_buffer
    suggestion = buffer.suggestion
    if suggestion is not None:
        here = buffer.cursor_position
        whole = ReadlineDocument(buffer.text + suggestion.text, here)
        buffer.insert_text(suggestion.text[: whole.find_next_word_ending(count=event.arg)])


def _change_word(event: KeyPressEvent) -> None:
    """Change a word, but not the space behind it: Vim's exception."""
    buffer = event.current_buffer
    end = buffer.document.find_next_word_ending(include_current_position=True, count=event.arg)
    event.app.clipboard.set_text(buffer.delete(end or 0))
    event.app.vi_state.input_mode = InputMode.INSERT


def _pressing(keys: str) -> Callable[[KeyPressEvent], None]:
    """Return what a key does that is short for others."""

    def press(event: KeyPressEvent) -> None:
        presses = [KeyPress(key) for key in f"{event.arg}{keys}"]
        event.key_processor.feed_multiple(presses, first=True)

    return press


class Search:
    """Gives back what was there before a search in the history, should it be given up."""

    def __init__(self, buffer: Buffer) -> None:
        self._buffer = buffer
        self._before = (0, 0)

    def remember(self) -> None:
        """Note where the user is, unless that is in a search."""
        if not is_searching():
            self._before = (self._buffer.working_index, self._buffer.cursor_position)

    def give_up(self) -> None:
        """Leave the search, and go where it began: Ctrl-R again has gone through the history."""
        stop_search()
        self._buffer.working_index, self._buffer.cursor_position = self._before


class WholeCharacters:
    """Keeps the cursor out of the middle of characters, whatever moved it there."""

    def __init__(self, buffer: Buffer) -> None:
        self._buffer = buffer
        self._text, self._place = "", 0

    def settle(self) -> None:
        """Move the cursor on in the direction it came, if only it has moved."""
        buffer = self._buffer
        start, end = word_boundaries.around(buffer.text, buffer.cursor_position)
        if start != end and buffer.text == self._text:
            column = buffer.preferred_column
            buffer.cursor_position = end if buffer.cursor_position > self._place else start
            buffer.preferred_column = column
        self._text, self._place = buffer.text, buffer.cursor_position
