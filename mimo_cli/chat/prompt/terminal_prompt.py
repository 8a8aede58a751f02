"""The prompt on a terminal: prompt_toolkit, set up. Loaded when a prompt is opened, not before."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TextIO, cast

from prompt_toolkit.auto_suggest import AutoSuggest, Suggestion
from prompt_toolkit.completion import Completer, Completion
from prompt_toolkit.data_structures import Size
from prompt_toolkit.enums import EditingMode
from prompt_toolkit.filters import Condition, is_done
from prompt_toolkit.history import History
from prompt_toolkit.input import create_input
from prompt_toolkit.input.vt100_parser import Vt100Parser
from prompt_toolkit.layout.containers import ConditionalContainer, HSplit, Window
from prompt_toolkit.layout.controls import FormattedTextControl
from prompt_toolkit.layout.processors import Processor, Transformation
from prompt_toolkit.output import ColorDepth
from prompt_toolkit.output.vt100 import Vt100_Output
from prompt_toolkit.shortcuts.prompt import PromptSession
from prompt_toolkit.styles import Style
from prompt_toolkit.utils import get_cwidth

from mimo_cli.chat import input_line
from mimo_cli.chat.prompt import key_bindings
from mimo_cli.chat.prompt.documents import ReadlineDocument, ViDocument, install
from mimo_cli.chat.prompt.exit_confirmation import HINT, SECONDS
from mimo_cli.chat.prompt.key_parser import KeyParser
from mimo_cli.chat.prompt.path_completion import files
from mimo_cli.chat.prompt.typeahead import Typeahead
from mimo_cli.errors import LocalIOError, ReaderGone
from mimo_cli.output.sanitize import one_line
from mimo_cli.screen import tty

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Iterable, Mapping

    from prompt_toolkit.buffer import Buffer
    from prompt_toolkit.completion import CompleteEvent
    from prompt_toolkit.document import Document
    from prompt_toolkit.input import Input
    from prompt_toolkit.key_binding.key_processor import KeyPressEvent
    from prompt_toolkit.layout.processors import TransformationInput
    from prompt_toolkit.output import Output as Screen

    from mimo_cli.chat.cancellation import Stop
    from mimo_cli.chat.prompt.exit_confirmation import Leaving
    from mimo_cli.chat.prompt.input_history import InputHistory
    from mimo_cli.chat.prompt.path_completion import Choice
    from mimo_cli.output.stream import Output

_NARROW = 20  # columns: a bottom line would be all ellipsis
_LOW = 4  # lines: it would take one that the message needs
_LONGEST_SUGGESTED = 200  # characters of a line that a suggestion is looked for
_STEP = 4000  # characters of a very long line that come and go together
_LONGEST_COMPLETED = 4096  # characters: nobody names a file so far into a message
_STYLE = {
    "prompt": "bold ansicyan",
    "status": "ansibrightblack",
    "auto-suggestion": "ansibrightblack",
}


@dataclass(frozen=True, slots=True)
class Edit:
    """The user wants to go on with this text in the editor."""

    text: str


class Session:
    """A prompt that is opened once and asked again and again."""

    def __init__(
        self,
        *,
        history: InputHistory,
        completions: Callable[[str], Iterable[Choice]],
        toolbar: Callable[[], str],
        leaving: Leaving,
        stop: Stop,
        watch: Callable[[], None],
        vi: bool,
        color: bool,
        mark: str,
        quiet: float,
        monotonic: Callable[[], float],
        input: Input,  # noqa: A002 - as prompt_toolkit calls it
        output: Screen,
    ) -> None:
        self._history = history
        self._toolbar = toolbar
        self._leaving = leaving
        self._stop = stop
        self._watch = watch
        self._input = input
        self._failure: BaseException | None = None
        self._comes_back = False
        self._refused = ""
        self._ahead = Typeahead(input)
        if isinstance(parser := getattr(input, "vt100_parser", None), Vt100Parser):
            input.vt100_parser = KeyParser(  # type: ignore[attr-defined]  # no Windows here
                parser.feed_key_callback, monotonic, vi=vi
            )
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
            ),
            history=_History(history),
            auto_suggest=_Suggestions(history),
            input_processors=[_PartOfLine()],
            completer=_Completer(completions),
            complete_while_typing=False,
            validate_while_typing=False,
            enable_suspend=True,
            style=Style.from_dict(_STYLE),
            include_default_pygments_style=False,
            color_depth=ColorDepth.DEPTH_4_BIT if color else ColorDepth.DEPTH_1_BIT,
            input=input,
            output=output,
        )
        self._app = self._session.app
        install(self._session.default_buffer, ViDocument if vi else ReadlineDocument)
        characters = key_bindings.WholeCharacters(self._session.default_buffer)
        self._search = key_bindings.Search(self._session.default_buffer)
        self._app.key_processor.before_key_press += lambda _: self._search.remember()
        self._app.key_processor.after_key_press += lambda _: characters.settle()
        self._app.ttimeoutlen = quiet
        if vi:
            self._app.timeoutlen = quiet  # Escape alone is a key there, and has to act at once
        cast("HSplit", self._session.layout.container).children.append(self._status_line())

    def run(self, text: str, *, comes_back: bool = False) -> str | Edit:
        """Return what the user sends, having begun with `text`; or the wish for the editor.

        `comes_back`: the text is a question that failed, and nobody can have typed for it yet.

        Raises:
            EOFError: the user leaves, or the terminal has gone.
        """
        self._app.erase_when_done = False
        self._comes_back = comes_back
        self._refused = text if comes_back and input_line.is_bare(text) else ""
        result = self._session.prompt(
            default=text, pre_run=self._begin, set_exception_handler=False, handle_sigint=False
        )
        if self._failure is not None:
            raise self._failure
        # Until now Ctrl-C was a key as any. From now on the terminal makes a signal of it.
        if self._ahead.take_interrupts():
            self._stop.wish()
        return result

    def restorer(self) -> Callable[[], None]:
        """A call that gives the terminal the settings it has now."""
        return tty.restorer(self._input.fileno())

    def end(self) -> None:
        """Ends a prompt that is open, soon. May be called by a signal's handler."""
        self._soon(lambda: self._app.exit(result=""))

    def interrupt(self) -> None:
        """As if Ctrl-C had been pressed, soon. May be called by a signal's handler."""
        self._soon(self._app.key_processor.send_sigint, late=self._stop.wish)

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
        self._stop.forget()
        self._leaving.forget()
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(self._fail)
        loop.call_soon(self._watch)  # when the prompt has taken the signals to itself
        self._ahead.complete()
        if self._comes_back:
            if self._ahead.part_from_draft(gives_way=bool(self._refused)):
                self._session.default_buffer.reset()
            loop.call_later(self._app.ttimeoutlen, self._flush)

    def _flush(self) -> None:
        """Take what is left of what was typed ahead, if nothing came after it."""
        if self._app.is_running and not self._app.is_done:
            self._app.key_processor.feed_multiple(self._input.flush_keys())
            self._app.key_processor.process_keys()

    def _fail(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Something in the program failed: not to be shown by the prompt, but raised from it."""
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

    def _edit(self, event: KeyPressEvent) -> None:
        event.app.erase_when_done = True
        event.app.exit(result=Edit(event.current_buffer.text))

    def _interrupt(self, event: KeyPressEvent) -> None:
        buffer = self._session.default_buffer
        if self._stop.is_repeated():
            return
        if buffer.text:
            self._history.remember(buffer.text)  # Up brings it back
            buffer.reset()
            self._leaving.forget()
        elif self._leaving.press():
            event.app.exit(exception=EOFError)
        else:
            asyncio.get_running_loop().call_later(SECONDS, event.app.invalidate)

    def _status_line(self) -> ConditionalContainer:
        window = Window(
            FormattedTextControl(self._status),
            height=1,
            dont_extend_height=True,
            style="class:status",
        )
        return ConditionalContainer(window, ~is_done & Condition(self._has_room))

    def _has_room(self) -> bool:
        size = self._app.output.get_size()
        return size.columns >= _NARROW and size.rows >= _LOW

    def _status(self) -> str:
        text = HINT if self._leaving.is_near else self._toolbar()
        return fitted(one_line(text), self._app.output.get_size().columns)


def fitted(text: str, columns: int) -> str:
    """A line, cut to what fits on the screen."""
    if get_cwidth(text) <= columns:
        return text
    width, kept = 1, ""  # one for the ellipsis
    for char in text:
        width += get_cwidth(char)
        if width > columns:
            break
        kept += char
    return kept + "…"


def terminal_input(descriptor: int, charset: str = "") -> Input:
    """The keys of a terminal, which is open already and stays so; `charset` empty is UTF-8."""
    return create_input(open(descriptor, encoding=charset or "utf-8", closefd=False))


def terminal_output(output: Output, environ: Mapping[str, str]) -> Screen:
    """The screen of a terminal, which is never asked anything: it may answer too late."""

    def size() -> Size:
        columns, lines = tty.size(output.descriptor, environ)
        return Size(rows=lines, columns=columns)

    stream = cast("TextIO", _Stream(output))
    return Vt100_Output(stream, size, term=environ.get("TERM"), enable_cpr=False, enable_bell=False)


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
        """Nothing is held back."""

    def isatty(self) -> bool:
        return self._output.is_terminal

    def fileno(self) -> int:
        return -1 if self._output.descriptor is None else self._output.descriptor


class _PartOfLine(Processor):
    """Of a very long line shows what is around the cursor: each character takes time to draw."""

    def apply_transformation(self, transformation_input: TransformationInput) -> Transformation:
        document, number = transformation_input.document, transformation_input.lineno
        line = document.lines[number]
        if len(line) <= 3 * _STEP:
            return Transformation(transformation_input.fragments)
        is_here = number == document.cursor_position_row
        begin, end = part_around(document.cursor_position_col if is_here else 0, len(line))
        before, after = "…" * (begin > 0), "…" * (end < len(line))
        shift = begin - len(before)
        return Transformation(
            [("", before + line[begin:end] + after)],
            source_to_display=lambda i: min(max(i - shift, 0), end - shift),
            display_to_source=lambda i: min(max(i + shift, begin), end),
        )


def part_around(cursor: int, length: int) -> tuple[int, int]:
    """The part of a long line to show. It stays the same while the cursor moves a little."""
    begin = max(0, cursor // _STEP - 1) * _STEP
    return begin, min(length, begin + 3 * _STEP)


class _History(History):
    def __init__(self, entries: InputHistory) -> None:
        super().__init__()
        self._kept = entries

    async def load(self) -> AsyncGenerator[str, None]:
        # Asked for after the prompt has appeared: the file is read then.
        for entry in reversed(self._kept.entries):
            yield entry

    def get_strings(self) -> list[str]:
        return [*self._kept.entries]

    def append_string(self, string: str) -> None:
        self._kept.add(string)

    def load_history_strings(self) -> Iterable[str]:
        return reversed(self._kept.entries)

    def store_string(self, string: str) -> None:
        self._kept.add(string)


class _Suggestions(AutoSuggest):
    """The rest of the newest line in the history that begins like what is typed."""

    def __init__(self, entries: InputHistory) -> None:
        self._kept = entries

    def get_suggestion(self, buffer: Buffer, document: Document) -> Suggestion | None:  # noqa: ARG002 - the interface
        text = document.text
        if not text.strip() or len(text) > _LONGEST_SUGGESTED:
            return None
        for entry in reversed(self._kept.entries):
            if entry.startswith(text) and (rest := entry[len(text) :].partition("\n")[0]):
                return Suggestion(rest)
        return None


class _Completer(Completer):
    def __init__(self, completions: Callable[[str], Iterable[Choice]]) -> None:
        self._completions = completions

    def get_completions(
        self,
        document: Document,
        complete_event: CompleteEvent,  # noqa: ARG002 - the interface
    ) -> Iterable[Completion]:
        before = document.text_before_cursor
        if len(before) > _LONGEST_COMPLETED:
            return
        for choice in (*self._completions(before), *files(before)):
            yield Completion(
                choice.text,
                start_position=-choice.start,
                display=one_line(choice.display),
                display_meta=one_line(choice.meta),
            )
