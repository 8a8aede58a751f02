"""What `mimo ask` asks: the words of the command line or of an editor, files, and stdin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.api.protocol.messages import Media, Text
from mimo_cli.attachments import attachment
from mimo_cli.attachments.attachment import TextFile
from mimo_cli.conversation.intake import piped_input
from mimo_cli.named_tuple import NamedTuple
from mimo_cli.output.sanitize import count_suspect
from mimo_cli.phrases import Phrase, counted
from mimo_cli.text import decoding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mimo_cli.api.protocol.messages import Block
    from mimo_cli.attachments.attachment import Attachment
    from mimo_cli.config import Resolved, Settings
    from mimo_cli.conversation.intake.piped_input import Intake
    from mimo_cli.environment import Environment
    from mimo_cli.options.ask import AskOptions
    from mimo_cli.output.console import Console
    from mimo_cli.text.text_format import TextFormat


class Asked(NamedTuple):
    """A question, what was attached to it, and the seconds that files and stdin were waited for."""

    question: tuple[Block, ...]
    attached: tuple[Attachment, ...]
    waited: float


class _Parts(NamedTuple):
    """What a question is made of: words, what was attached, and text that was piped in.

    `waited` are the seconds that files and stdin were waited for.
    """

    words: str
    attached: tuple[Attachment, ...]
    piped: str
    waited: float

    @property
    def texts(self) -> Iterator[str]:
        """Every text in it."""
        yield from (self.words, self.piped)
        yield from (it.text for it in self.attached if isinstance(it, TextFile))

    @property
    def has_text(self) -> bool:
        """Whether there are words in it."""
        return any(text.strip() for text in self.texts)

    def without_ansi(self) -> _Parts:
        """Return them without the escape sequences of what was read."""
        from mimo_cli.text.ansi import strip_ansi  # few ask for it

        attached = [
            it._replace(text=strip_ansi(it.text)) if isinstance(it, TextFile) else it
            for it in self.attached
        ]
        return self._replace(attached=(*attached,), piped=strip_ansi(self.piped))

    def asked(self, resolved: Resolved, values: Mapping[str, str], *, may_be_empty: bool) -> Asked:
        """Return them as a question, whose texts are the input of a template if there is one.

        One that `may_be_empty` goes along with something else.
        """
        question, template = attachment.question, resolved.template
        blocks: tuple[Block, ...] = ()
        if template is None and may_be_empty and not (self.has_text or self.attached):
            pass
        elif template is None:
            blocks = question(self.words, self.attached, self.piped)
        else:
            media = [it for it in self.attached if isinstance(it, Media)]
            texts = [it for it in self.attached if isinstance(it, TextFile)]
            is_input = self.has_text or (template.takes_input and not media)
            composed = question(self.words, texts, self.piped) if is_input else ()
            text = "".join(it.text for it in composed if isinstance(it, Text))
            blocks = question(template.fill(values, text), media)
        return Asked(blocks, self.attached, self.waited)


def read(intake: Intake, options: AskOptions, resolved: Resolved) -> Asked:
    """Return the question from all its places, and how long stdin was waited for."""
    environment, console, form = intake.environment, intake.console, intake.form
    template = resolved.template
    fields = [decoding.check_words(word, form) for word in options.fields or []]
    values = template.values(fields) if template else {}
    parts = _read_parts(intake, options, is_template=template is not None)
    if options.strip_ansi:
        parts = parts.without_ansi()
    if environment.stderr.is_terminal:
        _warn_of_hidden(parts, console)
    film = intake.film
    if film != attachment.ANY_FILM and not any(map(attachment.is_film, parts.attached)):
        console.info(Phrase("no film is attached that --fps or --media-resolution could be for"))
    return parts.asked(resolved, values, may_be_empty=options.gives_results)


def _read_parts(intake: Intake, options: AskOptions, *, is_template: bool) -> _Parts:
    """Read what the question is made of: from the editor, files and stdin."""
    environment = intake.environment
    words = _words(environment, options, intake.settings, intake.form)
    begun = environment.clock.monotonic()
    names = [name for name in options.file or [] if name not in piped_input.STDIN]
    attached: list[Attachment] = []
    if names:
        from mimo_cli.conversation.intake import named_input  # not for words alone

        attached = named_input.attach(names, intake)
    piped = piped_input.Piped()
    if _takes_stdin(environment, options):
        is_extra = bool(words or attached) or is_template
        piped = piped_input.read(intake, piped_input.Role(is_extra, asks_for_stdin(options)))
    if piped.attached is not None:
        attached.append(piped.attached)
    return _Parts(words, (*attached,), piped.text, environment.clock.monotonic() - begun)


def _words(
    environment: Environment, options: AskOptions, chosen: Settings, form: TextFormat
) -> str:
    """Return the words of the command line, or what became of them in the editor."""
    words = " ".join(word for word in options.words or [] if word != "-")
    words = decoding.check_words(words, form)
    if not options.edit:
        return words
    from mimo_cli.input import editor

    return editor.write(words, environment, chosen.editor)


def asks_for_stdin(options: AskOptions) -> bool:
    """Return whether the user said that stdin belongs to the question."""
    return "-" in (options.words or []) or bool({*piped_input.STDIN} & {*(options.file or [])})


def _takes_stdin(environment: Environment, options: AskOptions) -> bool:
    """Return whether stdin is read: because it is asked for, or because something is piped in."""
    if asks_for_stdin(options):
        return True
    is_left = options.no_stdin or options.edit or options.gives_results
    return not (is_left or environment.stdin_is_terminal or _is_named_elsewhere(options))


def _is_named_elsewhere(options: AskOptions) -> bool:
    """Return whether stdin holds something else than a part of the question."""
    names = (options.tool_definitions, piped_input.named_by(options.schema))
    return any(name in piped_input.STDIN for name in names)


def _warn_of_hidden(parts: _Parts, console: Console) -> None:
    """Warn of characters that nobody sees; not of none."""
    if hidden := count_suspect("".join(parts.texts)):
        console.warn(
            counted(
                hidden,
                "the input holds one hidden character (escapes: --strip-ansi)",
                "the input holds {count:,} hidden characters (escapes: --strip-ansi)",
            )
        )
