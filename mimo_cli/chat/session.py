"""A chat in progress: by which settings it goes on, and what waits for the next message."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from mimo_cli.api.protocol.messages import FileSource, Reply
from mimo_cli.attachments.attachment import ANY_FILM
from mimo_cli.catalogue import pricing
from mimo_cli.chat import input_line, status
from mimo_cli.config import Origin
from mimo_cli.conversation import prepare, terminal_views
from mimo_cli.conversation.earlier import going_on
from mimo_cli.conversation.rounds.questions import last_question
from mimo_cli.conversation.showing import Showing
from mimo_cli.conversation.shown import transcript
from mimo_cli.errors import MediaRefusedError
from mimo_cli.output import json_output, wrapping
from mimo_cli.output.columns import Column, table
from mimo_cli.output.sanitize import one_line, sanitize
from mimo_cli.phrases import Phrase, verbatim
from mimo_cli.text.widths import UNLIMITED, Screen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from mimo_cli.api.client import Client
    from mimo_cli.api.endpoint import Endpoint
    from mimo_cli.api.protocol.messages import Media, Usage
    from mimo_cli.attachments.attachment import Attachment, Film
    from mimo_cli.attachments.folders import FolderReader
    from mimo_cli.attachments.reading import Reader
    from mimo_cli.chat.cancellation import Cancellation
    from mimo_cli.config import Resolved, Settings
    from mimo_cli.conversation.recorder import Recorder
    from mimo_cli.conversation.structured_answer import Wanted
    from mimo_cli.conversation.turns import Conversation, Turn
    from mimo_cli.environment import Environment
    from mimo_cli.errors import MimoError
    from mimo_cli.history.store import History
    from mimo_cli.output.console import Console
    from mimo_cli.text.text_format import TextFormat

    Choose = Callable[[Phrase, Sequence[Sequence[Phrase]], Sequence[Column]], int | None]
    """Takes a question, rows and their columns; gives the number of one, from 0, None for none."""

_FACTS = (Column(), Column(narrow="words", least=16, leaves=1))


class Unanswered(NamedTuple):
    """A message that got no answer, as it was typed, and what was attached to it."""

    text: str
    files: tuple[Attachment, ...]


class ChosenSchema(NamedTuple):
    """A schema that answers have to fit, as it was typed, and what is wanted by it."""

    typed: str
    wanted: Wanted


@dataclass
class Chat:
    """A chat's state: commands change it, `sending` sends by it.

    `resolved` and `system` (the system prompt) are in force; `own` are those that hold where no
    earlier conversation has its own, and `own_system` gives the system prompt for them. `files`
    go with the next message; `text_format` is how they become text, `film` how those that are
    films are looked at, `exclude` what of folders is left out, and `keys` are more secrets that no
    file of one may hold. `spent` (by currency) and `usages` are what its answers took, also those
    that were taken back. `draft` is what the user is given to edit next. `worst_exit_code` is the
    highest of any turn. `confirm` puts a question to the user, None where there is nobody; with
    `yes` there is none. `ask_word` is the same for what Enter agrees to: it gives what was typed.
    `choose` lets the user pick one of a list, None where the terminal cannot; `keep_unsent` lets
    what was typed behind Enter wait in the next prompt.

    `unanswered` is the last message if it got no answer. So many tokens as were `agreed_tokens` to
    are not asked about again. `unsettled` are the commands of a script that failed, and that what
    comes next would have been asked with: that is not sent. `schema` is what answers have to
    fit from now on. `client` is the connection, if there is one.
    """

    environment: Environment
    console: Console
    resolved: Resolved
    own: Resolved
    own_system: Callable[[Resolved], str | None]
    endpoint: Endpoint
    recorder: Recorder
    text_format: TextFormat
    new_recorder: Callable[[Conversation], Recorder]
    history: Callable[[], History]
    system: str | None
    interactive: bool
    cancellation: Cancellation
    confirm: Callable[[Phrase], bool] | None = None
    ask_word: Callable[[Phrase], str] | None = None
    choose: Choose | None = None
    keep_unsent: Callable[[], None] | None = None
    yes: bool = False
    json: bool = False
    files: list[Attachment] = field(default_factory=list)
    film: Film = ANY_FILM
    exclude: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    draft: str = ""
    is_over: bool = False
    worst_exit_code: int = 0
    spent: dict[str, float] = field(default_factory=dict)
    usages: list[Usage] = field(default_factory=list)
    unanswered: Unanswered | None = None
    has_answered: bool = False
    agreed_tokens: int = 0
    unsettled: set[str] = field(default_factory=set)
    schema: ChosenSchema | None = None
    client: Client | None = None

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return self.resolved.settings

    @property
    def conversation(self) -> Conversation:
        """What was said so far."""
        return self.recorder.conversation

    @property
    def can_continue(self) -> bool:
        """Whether the last answer is a part of one, so that there is a rest to ask for.

        One that asks for tools has none: it goes on with their results.
        """
        turns = self.conversation.turns
        last = turns[-1] if turns else None
        return last is not None and last.is_answered and not (last.is_whole or last.calls)

    def last_turn(self) -> Turn:
        """Return what was sent last, with its answer if it has one.

        Raises:
            UntimelyError: nothing was asked yet.
        """
        return self._last_turns()[-1]

    def asking_turn(self) -> Turn:
        """Return the turn that the last question began with: later ones went on with it.

        Raises:
            UntimelyError: nothing was asked yet.
        """
        return self._last_turns()[0]

    def _last_turns(self) -> tuple[Turn, ...]:
        turns = last_question(self.conversation.turns)
        if not turns:
            raise input_line.UntimelyError(Phrase("nothing was asked yet"))
        return turns

    def last_question(self) -> str:
        """Return the last question as it was typed: without the files that wait once more.

        Raises:
            UntimelyError: nothing was asked yet.
        """
        turn = self.asking_turn()
        if self.unanswered is not None and not turn.is_answered:
            return self.unanswered.text
        return turn.asked

    @property
    def showing(self) -> Showing:
        """Where answers go, and how."""
        return Showing(self.environment, self.settings, self.console, self.environment.stdout)

    @property
    def is_on_screen(self) -> bool:
        """Whether answers appear between prompts, and not in a pipe or file of their own."""
        return self.interactive and self.environment.stdout.is_terminal

    @property
    def screen(self) -> Screen:
        """What commands write on; where nobody looks nothing is wrapped or cut."""
        columns = self.environment.columns_of(self.console.output) or UNLIMITED
        return Screen(columns, self.settings.is_wide)

    @property
    def wanted(self) -> Wanted | None:
        """What an answer has to be, if it has to fit a schema."""
        return None if self.schema is None else self.schema.wanted

    @property
    def answers_whole(self) -> bool:
        """Whether an answer appears only when it is whole."""
        return self.json or self.schema is not None

    @property
    def sent_system(self) -> str | None:
        """The system prompt as it is sent: with the schema."""
        return self.system if self.wanted is None else self.wanted.prompt(self.system)

    @property
    def waiting_files(self) -> Phrase:
        """The names of the files that go with the next message, in words."""
        names = ", ".join(it.name for it in self.files)
        return verbatim(names) if names else Phrase("none")

    @property
    def status_line(self) -> status.StatusLine:
        """The chat in one line."""
        return status.status_line(self.settings, self.conversation, self.spent, len(self.files))

    @property
    def reader(self) -> Reader:
        """What makes attachments of names."""
        from mimo_cli.attachments.reading import Reader  # most chats attach nothing

        environment, loaders = self.environment, self.resolved.loaders
        helpers = prepare.helpers(environment, loaders, self._secrets)
        return Reader(
            self.text_format,
            self.console.info,
            environment.environ,
            self.film,
            helpers,
            terminal_views.watch(self.showing),
        )

    def _secrets(self) -> tuple[str, ...]:
        """Return what no other program gets, and no file holds that was not named itself."""
        return (*self.keys, self.endpoint.secret)

    @property
    def folders(self) -> FolderReader:
        """What makes attachments of folders and patterns."""
        from mimo_cli.attachments.folders import FolderReader  # most chats attach nothing

        return FolderReader(self.reader, self.exclude, self._secrets(), tuple(self.files))

    def give_back(self, media: Iterable[Media]) -> None:
        """Let media of a question that comes back as the draft wait again, as far as they can."""
        for it in media:
            is_gone = isinstance(it.source, FileSource) and it.source.data is None
            if not is_gone and it not in self.files:
                self.files.append(it)

    def print(self, text: Phrase) -> None:
        """Write what a command answers, with its lines: stdout is for the model's words."""
        words = sanitize(self.console.without_keys(text.rendered(self.console.translations)))
        self.console.write(wrapping.text_block(words, self.screen) + "\n")

    def print_table(
        self, rows: Sequence[Sequence[Phrase]], columns: Sequence[Column] = _FACTS
    ) -> None:
        """Write rows of cells that line up, as a rule names and values."""
        translations, hide = self.console.translations, self.console.without_keys
        cells = [[one_line(hide(it.rendered(translations))) for it in row] for row in rows]
        self.console.write(table(cells, columns, self.screen).text)

    def report(self, error: MimoError) -> None:
        """Tell what went wrong, with what can be done about it in a chat, which goes on."""
        from mimo_cli.chat.chat_terms import hint_for  # most go well

        self.console.error(error, hint_for(error, can_go_on=self.can_continue))
        self.worst_exit_code = max(self.worst_exit_code, error.exit_code)

    def report_unsent(self, error: MimoError) -> None:
        """Tell that a message was not even sent: scripts get an object for each message."""
        if self.json:
            result = json_output.result(Reply(), error, model=self.settings.model)
            self.environment.stdout.write(json_output.to_line(result))
        self.report(error)

    def settings_with(self, **values: object) -> Resolved:
        """Return the settings with others of this chat's own, which are not in force yet."""
        return self.resolved.but(Origin("chat"), **values)

    def change(self, **values: object) -> None:
        """Change settings, from the next message on."""
        self.resolved = self.settings_with(**values)
        self.own = self.own.but(Origin("chat"), **values)
        self.close()  # time limits are the connection's

    def adopt(self, resolved: Resolved, system: str | None) -> None:
        """Let other settings and another system prompt hold until another conversation begins."""
        self.resolved, self.system = resolved, system
        self.close()  # time limits are the connection's

    def switch_to(self, other: Conversation) -> None:
        """Leave this conversation for another one, or with an empty one begin anew.

        Ctrl-C comes after it: half of one and half of the other would be a third.
        """
        with self.environment.signals.held():
            self._switch_to(other)

    def _switch_to(self, other: Conversation) -> None:
        resolved = going_on.adopt_model(self.own, other)
        if going_on.keeps_system_prompt(resolved, other):
            system = going_on.last_system_prompt(other)
        else:
            system = self.own_system(resolved)
        self.resolved, self.system = resolved, system
        self.recorder = self.new_recorder(other)
        self._count_from(other)

    def begin(self) -> None:
        """Show what was said last, and count what it took, if an earlier conversation goes on."""
        if self.conversation.turns:
            self.show_last_turn(is_apart=self.is_on_screen)
            self._count_from(self.conversation)

    def show_last_turn(self, *, is_apart: bool = False) -> None:
        """Show what was said last, below a row that tells which conversation this is.

        `is_apart` puts an empty row between the two.
        """
        talk = self.conversation
        template = "going on with {id}: {title} (/history shows it all)"
        self.console.info(Phrase(template, id=talk.id, title=talk.title))
        if is_apart:
            self.environment.stdout.write("\n")
        transcript.show(last_question(talk.turns), self.showing)

    def _count_from(self, talk: Conversation) -> None:
        """Count what a conversation took so far; its last question is the draft if it needs one."""
        self.spent = pricing.add_up(turn.cost for turn in talk.turns)
        self.usages = [turn.reply.usage for turn in talk.turns]
        self.agreed_tokens, self.unanswered = 0, None
        if talk.turns and not talk.turns[-1].is_answered:
            last = talk.turns[-1]
            self.draft = input_line.escape(last.asked)
            if last.error is None or last.error.get("code") != MediaRefusedError.code:
                self.give_back(last.media)

    def close(self) -> None:
        """End the connection; the next message makes a new one."""
        if self.client is not None:
            self.client.close()
            self.client = None
