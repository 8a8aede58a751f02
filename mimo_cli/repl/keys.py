"""What the keys of the prompt do, where that is not what they do everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prompt_toolkit.completion import CompleteEvent, get_common_complete_suffix
from prompt_toolkit.filters import completion_is_selected, emacs_mode, has_focus, vi_insert_mode
from prompt_toolkit.key_binding import KeyBindings
from prompt_toolkit.key_binding.vi_state import InputMode
from prompt_toolkit.keys import Keys

if TYPE_CHECKING:
    from collections.abc import Callable

    from prompt_toolkit.key_binding.key_processor import KeyPressEvent

_LINE = "DEFAULT_BUFFER"


def bindings(
    *, interrupt: Callable[[KeyPressEvent], None], edit: Callable[[KeyPressEvent], None]
) -> KeyBindings:
    """The keys. `interrupt` does what Ctrl-C does, `edit` opens the editor."""
    keys = KeyBindings()
    in_line = has_focus(_LINE)
    keys.add("enter", filter=in_line)(_send)
    keys.add("enter", filter=in_line & completion_is_selected)(_accept_completion)
    keys.add("escape", "enter", filter=in_line & (emacs_mode | vi_insert_mode))(_new_line)
    keys.add("c-j", filter=in_line)(_new_line)
    keys.add("c-x", "c-e", filter=in_line)(edit)
    keys.add("c-i", filter=in_line)(_complete)
    keys.add("c-c", filter=in_line)(interrupt)
    keys.add(Keys.SIGINT)(interrupt)
    # It would begin a selection, in which what is typed is lost: input methods have this key too.
    keys.add("c-@", filter=in_line)(_nothing)
    return keys


def _nothing(_event: KeyPressEvent) -> None:
    pass


def _send(event: KeyPressEvent) -> None:
    if event.current_buffer.text.strip():
        event.current_buffer.validate_and_handle()


def _complete(event: KeyPressEvent) -> None:
    """Completes at once: prompt_toolkit would do so later, and an Enter typed ahead be quicker."""
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
    event.current_buffer.newline(copy_margin=False)
    event.app.vi_state.input_mode = InputMode.INSERT
