"""The prompt on a terminal: prompt_toolkit, set up. Loaded when a prompt is opened, not before."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from prompt_toolkit.document import Document
from prompt_toolkit.enums import EditingMode
from prompt_toolkit.filters import Condition, is_done
from prompt_toolkit.input.vt100_parser import Vt100Parser
from prompt_toolkit.layout.containers import ConditionalContainer, HSplit, Window
from prompt_toolkit.layout.controls import FormattedTextControl
from prompt_toolkit.output import ColorDepth
from prompt_toolkit.shortcuts.prompt import PromptSession
from prompt_toolkit.styles import Style
from prompt_toolkit.utils import get_cwidth

from mimo_cli.chat import input_line
from mimo_cli.chat.prompt import sent_message
from mimo_cli.chat.prompt.documents import ReadlineDocument, ViDocument, use_documents
from mimo_cli.chat.prompt.exit_confirmation import HINT, SECONDS
from mimo_cli.chat.prompt.keys import key_bindings
from mimo_cli.chat.prompt.keys.key_parser import KeyParser
from mimo_cli.chat.prompt.row_fitting import cut, fit
from mimo_cli.chat.prompt.toolkit_adapters import (
    HistorySuggestions,
    InStyle,
    MessageCompleter,
    MessageHistory,
    PartOfLine,
    measure_ambiguous,
)
from mimo_cli.chat.prompt.typeahead import Typeahead
from mimo_cli.output.sanitize import one_line
from mimo_cli.phrases import Phrase
from mimo_cli.screen import tty

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from prompt_toolkit.buffer import Buffer
    from prompt_toolkit.input import Input
    from prompt_toolkit.key_binding.key_processor import KeyPressEvent
    from prompt_toolkit.output import Output as Screen

    from mimo_cli.chat.cancellation import Cancellation
    from mimo_cli.chat.prompt.exit_confirmation import ExitConfirmation
    from mimo_cli.chat.prompt.input_history import InputHistory
    from mimo_cli.chat.prompt.list_choice import ListChoice
    from mimo_cli.chat.prompt.path_completion import Candidate
    from mimo_cli.chat.status import StatusLine
    from mimo_cli.output.columns import Column
    from mimo_cli.phrases import Translations

_NARROW = 20  # columns: a bottom line would be all ellipsis
_LOW = 4  # lines: it would take one that the message needs
_MENU = 8  # lines that are kept free for what Tab offers
_UNFINISHED = 0.5  # seconds: an Enter so soon ends a line that was typed ahead, and sends nothing
_SENT_SOON = Phrase("typed ahead: Enter sends it in a moment")
_STYLE = {
    "prompt": "bold ansicyan",
    "status": "ansibrightblack",
    "auto-suggestion": "ansibrightblack",
}


@dataclass(frozen=True, slots=True)
class Edit:
    """The user wants to go on with this text in the editor."""

    text: str


class TerminalPrompt:
    """A prompt that is opened once and asked again and again."""

    def __init__(
        self,
        *,
        history: InputHistory,
        completions: Callable[[str], Iterable[Candidate]],
        status_line: Callable[[], StatusLine],
        exit_confirmation: ExitConfirmation,
        cancellation: Cancellation,
        watch: Callable[[], None],
        vi: bool,
        color: bool,
        mark: str,
        escape_timeout: float,
        monotonic: Callable[[], float],
        translations: Translations,
        is_wide: Callable[[], bool],
        sends_blank: Callable[[], bool],
        input: Input,  # noqa: A002 - as prompt_toolkit calls it
        output: Screen,
    ) -> None:
        self._history = history
        self._status_line = status_line
        self._translations = translations
        self._is_wide = is_wide
        measure_ambiguous(wide=is_wide())
        self._exit = exit_confirmation
        self._cancellation = cancellation
        self._watch = watch
        self._input = input
        self._failure: BaseException | None = None
        self._comes_back = False
        self._refused = ""
        self._monotonic = monotonic
        self._unfinished_until: float | None = None
        self._left_out: int | None = None
        self._ahead = Typeahead(input)
        self._parser: KeyParser | None = None
        if isinstance(parser := getattr(input, "vt100_parser", None), Vt100Parser):
            self._parser = KeyParser(parser.feed_key_callback, monotonic, vi=vi)
            input.vt100_parser = self._parser  # type: ignore[attr-defined]  # no Windows here
        self._session: PromptSession[str | Edit] = PromptSession(
            [("class:prompt", mark)],
            prompt_continuation=" " * get_cwidth(mark),
            multiline=True,
            editing_mode=EditingMode.VI if vi else EditingMode.EMACS,
            key_bindings=key_bindings.bindings(
                interrupt=self._interrupt,
                edit=self._edit,
                give_up_search=self._give_up_search,
                gives_way=self._gives_way,
                is_unfinished=lambda: self._is_unfinished,
                sends_blank=sends_blank,
                shorten=self._shorten,
            ),
            history=MessageHistory(history),
            auto_suggest=HistorySuggestions(history),
            input_processors=[PartOfLine(), InStyle(lambda: self._left_out, "class:status")],
            completer=MessageCompleter(completions, translations),
            complete_while_typing=False,
            reserve_space_for_menu=_MENU,
            validate_while_typing=False,
            enable_suspend=True,
            style=Style.from_dict(_STYLE),
            include_default_pygments_style=False,
            color_depth=ColorDepth.DEPTH_4_BIT if color else ColorDepth.DEPTH_1_BIT,
            input=input,
            output=output,
        )
        self._app = self._session.app
        self._color = color
        self._mark = mark
        use_documents(self._session.default_buffer, ViDocument if vi else ReadlineDocument)
        self._session.default_buffer.on_text_changed += self._begin_anew
        characters = key_bindings.WholeCharacters(self._session.default_buffer)
        self._search = key_bindings.Search(self._session.default_buffer)
        self._app.before_render += lambda _: self._fit_menu()
        self._app.key_processor.before_key_press += lambda _: self._search.remember()
        self._app.key_processor.after_key_press += lambda _: characters.settle()
        self._app.ttimeoutlen = escape_timeout
        if vi:
            self._app.timeoutlen = (
                escape_timeout  # Escape alone is a key there, and has to act at once
            )
        cast("HSplit", self._session.layout.container).children.append(self._bottom_row())

    def run(self, text: str, *, comes_back: bool = False) -> str | Edit:
        """Return what the user sends, having begun with `text`; or the wish for the editor.

        `comes_back`: the text is a question that failed, and nobody can have typed for it yet.

        Raises:
            EOFError: the user leaves, or the terminal has gone.
        """
        measure_ambiguous(wide=self._is_wide())
        self._app.erase_when_done = False
        self._left_out = None
        self._comes_back = comes_back
        is_refused = comes_back and input_line.goes_on_with_no_slash(text)
        self._refused = text if is_refused else ""
        result = self._session.prompt(
            default=text, pre_run=self._begin, set_exception_handler=False, handle_sigint=False
        )
        if self._failure is not None:
            raise self._failure
        # Until now Ctrl-C was a key as any. From now on the terminal makes a signal of it.
        if self._ahead.take_interrupts():
            self._cancellation.request()
        return result

    def keep_unsent(self) -> None:
        """Let what was typed behind Enter wait in the next prompt until that one is sent."""
        self._ahead.keep_unsent()

    def choose_from(
        self, question: Phrase, rows: Sequence[Sequence[Phrase]], columns: Sequence[Column]
    ) -> ListChoice:
        """Return a list to pick from, on this prompt's terminal."""
        from mimo_cli.chat.prompt.list_choice import ListChoice  # few chats have one

        return ListChoice(
            question,
            rows,
            columns,
            watch=self._watch,
            color=self._color,
            mark=self._mark,
            wide=self._is_wide(),
            translations=self._translations,
            escape_timeout=self._app.ttimeoutlen,
            input=self._input,
            output=self._app.output,
        )

    def restorer(self) -> Callable[[], None]:
        """Return a call that gives the terminal the settings it has now."""
        return tty.restorer(self._input.fileno())

    def end(self) -> None:
        """End a prompt that is open, soon. May be called by a signal's handler."""
        self._soon(lambda: self._app.exit(result=""))

    def interrupt(self) -> None:
        """Do as if Ctrl-C had been pressed, soon. May be called by a signal's handler."""
        self._soon(self._app.key_processor.send_sigint, late=self._cancellation.request)

    def _soon(self, call: Callable[[], None], late: Callable[[], None] = lambda: None) -> None:
        """Call something between two keys; if it is `late`, and a message was sent, that."""

        def unless_done() -> None:
            if self._app.is_running and not self._app.is_done:
                call()
            else:
                late()

        if self._app.loop is None:
            late()
        else:
            self._app.loop.call_soon_threadsafe(unless_done)

    def _begin(self) -> None:
        self._cancellation.reset()
        self._exit.reset()
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(self._fail)
        loop.call_soon(self._watch)  # when the prompt has taken the signals to itself
        self._ahead.finish()
        gives_way = bool(self._refused)
        if self._comes_back and self._ahead.keep_apart_from_draft(gives_way=gives_way):
            self._session.default_buffer.reset()
        loop.call_later(self._app.ttimeoutlen, self._flush, self._reads)
        self._unfinished_until = None
        if self._ahead.is_unsent_text:
            self._unfinished_until = self._monotonic() + _UNFINISHED
            loop.call_later(_UNFINISHED, self._app.invalidate)

    def _begin_anew(self, buffer: Buffer) -> None:
        """Let nothing be typed ahead any more, once all of it was erased."""
        if not buffer.text:
            self._unfinished_until = None

    @property
    def _is_unfinished(self) -> bool:
        """Whether the Enter of a line that was typed ahead may be on its way still."""
        return self._unfinished_until is not None and self._monotonic() < self._unfinished_until

    @property
    def _reads(self) -> int:
        return 0 if self._parser is None else self._parser.reads

    def _flush(self, reads: int) -> None:
        """Take what is left of what was typed ahead, if nothing came after it."""
        if self._app.is_running and not self._app.is_done and self._reads == reads:
            self._app.key_processor.feed_multiple(self._input.flush_keys())
            self._app.key_processor.process_keys()

    def _fail(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """End the prompt, and raise from it what failed in the program."""
        self._failure = context.get("exception") or RuntimeError(context["message"])
        loop.call_soon(self.end)

    def _gives_way(self) -> bool:
        """Return whether a refused command is in the line as it came back, and at its end.

        What begins with a slash is the next one, and no path that begins with it.
        """
        document = self._session.default_buffer.document
        is_as_it_was = document.text == self._refused != ""
        return is_as_it_was and document.is_cursor_at_the_end

    def _give_up_search(self, _event: KeyPressEvent) -> None:
        self._search.give_up()

    def _shorten(self) -> None:
        """Leave of a long message that was sent only its ends on the screen."""
        buffer = self._session.default_buffer
        room = self._app.output.get_size().columns - get_cwidth(self._mark)
        shown = sent_message.shorten(buffer.text, max(1, room))
        text = "\n".join(
            line.rendered(self._translations) if isinstance(line, Phrase) else line
            for line in shown.lines
        )
        self._left_out = shown.left_out
        if text != buffer.text:
            buffer.document = Document(text)

    def _edit(self, event: KeyPressEvent) -> None:
        event.app.erase_when_done = True
        event.app.exit(result=Edit(event.current_buffer.text))

    def _interrupt(self, event: KeyPressEvent) -> None:
        buffer = self._session.default_buffer
        if self._cancellation.is_repeated_press():
            return
        if buffer.text:
            self._history.remember(buffer.text)  # Up brings it back
            buffer.reset()
            self._exit.reset()
        elif self._exit.press():
            event.app.exit(exception=EOFError)
        else:
            asyncio.get_running_loop().call_later(SECONDS, event.app.invalidate)

    def _fit_menu(self) -> None:
        """Keep no more lines free for the menu than there are: the prompt would not be drawn."""
        rows = self._app.output.get_size().rows - self._has_room()
        self._session.reserve_space_for_menu = max(0, min(_MENU, rows))

    def _bottom_row(self) -> ConditionalContainer:
        window = Window(
            FormattedTextControl(self._status_text),
            height=1,
            dont_extend_height=True,
            style="class:status",
        )
        return ConditionalContainer(window, ~is_done & Condition(self._has_room))

    def _has_room(self) -> bool:
        size = self._app.output.get_size()
        return size.columns >= _NARROW and size.rows >= _LOW

    def _status_text(self) -> str:
        columns = self._app.output.get_size().columns
        if self._exit.is_pending:
            return cut(one_line(HINT.rendered(self._translations)), columns)
        if self._is_unfinished:
            return cut(one_line(_SENT_SOON.rendered(self._translations)), columns)
        return fit(self._status_line(), columns, self._translations)
