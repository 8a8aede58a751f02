"""What is piped in: read, waited for no longer than an answer may take, and never in silence."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from mimo_cli.api.protocol.messages import Media
from mimo_cli.conversation import prepare
from mimo_cli.input import file_bytes, stdin
from mimo_cli.named_tuple import NamedTuple
from mimo_cli.phrases import Phrase, counted
from mimo_cli.text import decoding

if TYPE_CHECKING:
    from collections.abc import Callable

    from mimo_cli.attachments.attachment import Attachment, Film
    from mimo_cli.attachments.folders import FolderReader
    from mimo_cli.attachments.reading import Reader
    from mimo_cli.config import Resolved, Settings, Source
    from mimo_cli.environment import Environment
    from mimo_cli.options.ask import AskOptions
    from mimo_cli.options.chat import ChatOptions
    from mimo_cli.output.console import Console
    from mimo_cli.text.text_format import TextFormat


STDIN = ("-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0")
"""What stdin is called where a file's name is wanted."""


def named_by(schema: str | None) -> str | None:
    """Return the name of the file that a schema is said to be in, if it is."""
    return None if schema is None else schema.removeprefix("@")


class Piped(NamedTuple):
    """What came from stdin, and the seconds that it was waited for.

    It is a text, or something `attached`: what is no text by itself.
    """

    text: str = ""
    attached: Attachment | None = None
    waited: float = 0.0


class Role(NamedTuple):
    """What stdin is to a question.

    `is_extra`: there is a question without it, so that it may be there by mistake. `is_asked_for`:
    the user said that it belongs to it. `without` says how to do without it.
    """

    is_extra: bool = False
    is_asked_for: bool = False
    without: str = "--no-stdin"


class Intake(NamedTuple):
    """What reads stdin and files: as texts in a `form`, as media, as films that are a `film`.

    `exclude` are patterns of what is left out; `secrets` are called for what no file may hold that
    was not named itself. `loaders` is the user's file, if it names programs that read files.
    `begun` is when the time for all of it did, by the environment's clock.
    """

    environment: Environment
    settings: Settings
    console: Console
    form: TextFormat
    film: Film
    exclude: tuple[str, ...] = ()
    secrets: Callable[[], tuple[str, ...]] = tuple
    loaders: Source | None = None
    begun: float = 0.0

    @property
    def folders(self) -> FolderReader:
        """What makes attachments of folders and patterns."""
        from mimo_cli.attachments.folders import FolderReader  # not for files

        return FolderReader(self.reader, self.exclude, self.secrets())

    @property
    def reader(self) -> Reader:
        """What makes attachments of names and bytes."""
        from mimo_cli.attachments.reading import Reader  # not for words alone
        from mimo_cli.conversation import terminal_views
        from mimo_cli.conversation.showing import Showing

        environment = self.environment
        helpers = prepare.helpers(environment, self.loaders, self.secrets)
        watch = terminal_views.watch(
            Showing(environment, self.settings, self.console, environment.stdout), self.left
        )
        tell = self.console.info
        return Reader(self.form, tell, environment.environ, self.film, helpers, watch)

    def left(self) -> float | None:
        """Return the seconds that are left for all that is read, None for no limit."""
        total = prepare.limits(self.settings, self.environment).total
        if total is None:
            return None
        return self.begun + total - self.environment.clock.monotonic()

    def limit(self, read: file_bytes.Read) -> int:
        """Return how many bytes are taken of what begins so (a `file_bytes.Limit`)."""
        return self.reader.limit(read)

    def patience(self, otherwise: Phrase, notice: Callable[[], None] | None) -> stdin.Patience:
        """Return how long what is silent is waited for; `otherwise` says how to do without it."""
        return stdin.Patience(
            self.environment.limits.stdin,
            notice,
            prepare.limits(self.settings, self.environment).total,
            otherwise,
            self.environment.clock.monotonic,
        )


def intake_of(
    environment: Environment,
    options: AskOptions | ChatOptions,
    resolved: Resolved,
    console: Console,
    form: TextFormat,
) -> Intake:
    """Return what reads stdin and files as the options say."""
    return Intake(
        environment,
        resolved.settings,
        console,
        form,
        prepare.film(options),
        tuple(options.exclude or ()),
        partial(prepare.known_keys, resolved, environment),
        resolved.loaders,
        environment.clock.monotonic(),
    )


def read(intake: Intake, role: Role) -> Piped:
    """Return all of stdin, and how long it was waited for; nothing if it is closed.

    Raises:
        UsageError: it cannot be read, cannot be sent, or did not end within the time limit.
    """
    environment, console = intake.environment, intake.console
    if environment.stdin is None:
        return Piped()
    tells = role.is_extra and not role.is_asked_for

    def notice() -> None:
        console.info(
            Phrase(
                "waiting for stdin, which is open but silent ({option} ignores it)",
                option=role.without,
            )
        )

    is_shared = not role.is_asked_for and stdin.is_shared(environment.stdin)
    begun = environment.clock.monotonic()
    otherwise = Phrase("{option} ignores it.", option=role.without)
    patience = intake.patience(otherwise, notice if tells else None)
    data = stdin.read(environment.stdin, patience, size_limit=intake.limit)
    text, attached = _text_or_attached(data, intake)
    if (attached or text.strip()) and role.is_extra:
        _tell(_added(text, attached), role, environment, console, is_shared=is_shared)
    return Piped(text, attached, environment.clock.monotonic() - begun)


def _text_or_attached(data: bytes, intake: Intake) -> tuple[str, Attachment | None]:
    """Return what stdin holds: a text, or media or a document, of which words are no question."""
    if file_bytes.is_plain(data):
        return decoding.decode(data, "stdin", intake.form), None
    reader = intake.reader
    it = reader.attachment(data, "stdin")
    tell_of_another(data, it, intake)
    is_document = reader.has_loader(data[: file_bytes.HEAD], "stdin")
    return ("", it) if is_document or isinstance(it, Media) else (it.text, None)


def tell_of_another(data: bytes, it: Attachment, intake: Intake) -> None:
    """Warn where stdin has more pictures than the one as which it is sent."""
    if not isinstance(it, Media) or it.kind != "image":
        return
    from mimo_cli.media import formats

    first = formats.recognize(data[: formats.HEAD])
    if first is not None and formats.has_another(data, first):
        what = Phrase("stdin holds more than one picture: the model sees the first alone")
        intake.console.warn(what, Phrase("Name each with -f."))


def _added(text: str, attached: Attachment | None) -> Phrase:
    if attached is not None:
        return Phrase("what is on stdin was added")
    return counted(
        len(text.splitlines()),
        "1 line of stdin was added",
        "{count:,} lines of stdin were added",
    )


def _tell(
    added: Phrase, role: Role, environment: Environment, console: Console, *, is_shared: bool
) -> None:
    """Say that stdin is in the question too, in any case where that may be a mistake."""
    if is_shared:
        console.info(
            Phrase(
                "{added}; where a loop or a hook reads stdin itself, use {option}",
                added=added,
                option=role.without,
            )
        )
    elif environment.stderr.is_terminal:
        console.info(added)
    else:
        console.debug(added)
