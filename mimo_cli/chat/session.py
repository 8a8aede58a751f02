"""A chat in progress: what is said, by which settings, and what waits for the next message."""

from __future__ import annotations

import contextlib
import signal
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mimo_cli.api.protocol.messages import Reply, Text
from mimo_cli.api.replies import reply_check
from mimo_cli.catalogue import pricing
from mimo_cli.chat import input_line, status
from mimo_cli.conversation import asking, prepare, resume, transcript, views
from mimo_cli.conversation.size_check import SizeCheck, estimate_size
from mimo_cli.conversation.views import Showing
from mimo_cli.errors import Interrupted, MimoError
from mimo_cli.input import compose
from mimo_cli.output import json_output
from mimo_cli.output.columns import table
from mimo_cli.output.sanitize import count_suspect, one_line, sanitize
from mimo_cli.output.usage_line import usage_line
from mimo_cli.phrases import Phrase, counted, verbatim
from mimo_cli.screen import tty

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from mimo_cli.api.client import Client
    from mimo_cli.api.endpoint import Endpoint
    from mimo_cli.api.protocol.messages import Block, Request, Usage
    from mimo_cli.api.replies.reply_check import Remark
    from mimo_cli.catalogue.pricing import Currency
    from mimo_cli.chat.cancellation import Stop
    from mimo_cli.config.schema import Settings
    from mimo_cli.conversation.recorder import Recorder
    from mimo_cli.conversation.turns import Conversation, Turn
    from mimo_cli.environment import Environment
    from mimo_cli.history.store import History
    from mimo_cli.output.console import Console
    from mimo_cli.output.view import View
    from mimo_cli.text.decoding import TextFormat


CONTINUE = "Continue exactly where your last answer stopped, without repeating anything."
_WIDE = 1000  # columns of what is no terminal
_UNCUT = 1_000_000  # columns that no row has


@dataclass
class Chat:
    """Commands change it, `say` sends a message.

    `settings` and `system` (the system prompt) are in force; `own` are those that hold where no
    earlier conversation has its own, and `own_system` gives the system prompt for them. `files`
    (name, text) go with the next message; `form` is how they become text. `spent` and `used` are
    what its answers took, also those that were taken back. `draft` is what the user is given to
    edit next. `worst` is the highest exit code of any turn. `confirm` puts a question to the user,
    None where there is nobody; with `yes` there is none.
    """

    environment: Environment
    console: Console
    settings: Settings
    own: Settings
    own_system: Callable[[Settings], str | None]
    endpoint: Endpoint
    recorder: Recorder
    form: TextFormat
    new_recorder: Callable[[Conversation], Recorder]
    history: Callable[[], History]
    system: str | None
    interactive: bool
    stop: Stop
    confirm: Callable[[str], bool] | None = None
    yes: bool = False
    json: bool = False
    files: list[tuple[str, str]] = field(default_factory=list)
    draft: str = ""
    over: bool = False
    worst: int = 0
    spent: dict[str, float] = field(default_factory=dict)
    used: list[Usage] = field(default_factory=list)
    _client: Client | None = None
    _tried: tuple[str, tuple[tuple[str, str], ...]] | None = None  # a message that got no answer
    _has_answered: bool = False
    _agreed: int = 0  # tokens that may be sent without being asked about

    @property
    def conversation(self) -> Conversation:
        """What was said so far."""
        return self.recorder.conversation

    @property
    def can_go_on(self) -> bool:
        """Whether the last answer is a part of one, so that there is a rest to ask for."""
        turns = self.conversation.turns
        return bool(turns) and turns[-1].is_answered and not turns[-1].is_whole

    def last_turn(self) -> Turn:
        """Return the last question, with its answer if it has one.

        Raises:
            UntimelyError: nothing was asked yet.
        """
        if not self.conversation.turns:
            raise input_line.UntimelyError(Phrase("nothing was asked yet"))
        return self.conversation.turns[-1]

    @property
    def showing(self) -> Showing:
        """Where answers go, and how."""
        return Showing(self.environment, self.settings, self.console, self.environment.stdout)

    @property
    def columns(self) -> int:
        """How wide what commands say may be; where nobody looks it is not cut."""
        output = self.console.output
        return (
            tty.size(output.descriptor, self.environment.environ)[0]
            if output.is_terminal
            else _WIDE
        )

    @property
    def waiting_files(self) -> Phrase:
        """The names of the files that go with the next message, in words."""
        names = ", ".join(name for name, _ in self.files)
        return verbatim(names) if names else Phrase("none")

    def print(self, text: Phrase) -> None:
        """Write what a command answers, with its rows: stdout is for the model's words."""
        self.console.write(sanitize(text.rendered(self.console.translations)) + "\n")

    def print_table(self, rows: Sequence[Sequence[Phrase]], columns: int = _UNCUT) -> None:
        """Write rows of cells that line up; the last one is cut where a row would be too wide."""
        cells = [[one_line(it.rendered(self.console.translations)) for it in row] for row in rows]
        self.console.write(table(cells, columns, flexible=len(cells[0]) - 1))

    @property
    def bottom_line(self) -> Phrase:
        """The chat in one line."""
        return status.line(self.settings, self.conversation, self.spent, len(self.files))

    def say(self, text: str, *, replacing: bool = False) -> None:
        """Sends a message with the files that wait, and shows the answer.

        A message that got no answer becomes the draft, and its files go on waiting.

        Raises:
            UsageError: it is too much for the model, or nobody can say that it is meant.
            Interrupted: by more than Ctrl-C at a prompt; what came is kept.
        """
        if hidden := count_suspect(text):
            what = counted(hidden, "1 hidden character", "{count:,} hidden characters")
            self.console.warn(Phrase("the message holds {what}", what=what))
        question = (Text(compose.compose(text, self.files, "")),)
        self.draft = input_line.typed(text)  # what is interrupted before it is sent comes back too
        with self._a_turn():
            if self.ask(question, replacing=replacing):
                self.draft, self.files, self._tried = "", [], None
                return
            self._tried = (text, tuple(self.files))
        if self.files:
            text = Phrase("the files wait for the next message (/file none drops them)")
            self.console.info(text)

    def ask_again(self, model: str | None = None) -> None:
        """Asks the last question again. The files that were in it no longer wait then."""
        last = self.conversation.turns[-1]
        with self._a_turn():
            if self.ask(last.question, model=model, replacing=True) and self._tried is not None:
                _, sent = self._tried
                self.files = [it for it in self.files if last.is_answered or it not in sent]
                self._tried = None

    def written(self, turn: Turn) -> str:
        """The last question as it was typed: without the files that wait once more."""
        if self._tried is not None and not turn.is_answered:
            return self._tried[0]
        return turn.asked

    def ask(
        self, question: tuple[Block, ...], *, model: str | None = None, replacing: bool = False
    ) -> bool:
        """Sends a question, and shows the answer; whether one came, whole or in part.

        With `replacing` it takes the place of the last one, once it has an answer. For where
        Ctrl-C is noted.
        """
        chosen = self.settings if model is None else self.settings._replace(model=model)
        turns = self.conversation.turns
        before = turns[:-1] if replacing else turns
        if not self._may_send(chosen, before, question):
            return False
        if not replacing:
            self._forget_unanswered()
        messages = prepare.messages(chosen, before, question)
        request = prepare.request(chosen, messages, system=self.system)
        return self._send(request, question, chosen, replacing=replacing)

    def go_on(self) -> None:
        """Asks for the rest of the last answer, which becomes a part of it.

        What there is of it is shown again, so that a block of code that was cut goes on as one.
        """
        last = self.conversation.turns[-1]
        # Its thinking is over, and would stand in the middle of the answer.
        chosen = self.settings._replace(thinking=False)
        wish = (Text(CONTINUE),)
        before = self.conversation.turns
        with self._a_turn():
            if self._may_send(chosen, before, wish):
                messages = prepare.messages(chosen, before, wish)
                request = prepare.request(chosen, messages, system=self.system)
                self._send(request, last.question, chosen, replacing=True, earlier=last.reply)

    def _send(
        self,
        request: Request,
        question: tuple[Block, ...],
        chosen: Settings,
        *,
        replacing: bool,
        earlier: Reply | None = None,
    ) -> bool:
        self._separate()
        self.environment.signals.catch(forgiving=self.interactive)
        view = self._view(chosen.model)
        try:
            turn = asking.ask(
                request,
                question,
                client=self._connected(chosen),
                paid_in=self._paid_in,
                view=view,
                recorder=self.recorder,
                clock=self.environment.clock,
                buffered=self.json,
                replacing=replacing,
                earlier=earlier,
                stoppable=self.stop.raising,
            )
        except MimoError as error:  # there is no way to the server at all
            self.refuse(error)
            return False
        self._has_answered = self._has_answered or turn.is_answered
        if isinstance(turn.failure, Interrupted) and not view.has_begun:
            self.console.info(Phrase("interrupted"))  # a view that has begun says so itself
        self._end(turn)
        return turn.is_answered

    def changed(self, **values: object) -> Settings:
        """Return the settings with others of this chat's own."""
        return _changed(self.settings, values)

    def change(self, **values: object) -> None:
        """Changes settings, from the next message on."""
        self.settings = self.changed(**values)
        self.own = _changed(self.own, values)
        self.close()  # time limits are the connection's

    def go_on_with(self, other: Conversation) -> None:
        """Leaves this conversation for another one, or with an empty one begins anew.

        Ctrl-C comes after it: half of one and half of the other would be a third.
        """
        with self.environment.signals.held():
            self._go_on_with(other)

    def _go_on_with(self, other: Conversation) -> None:
        chosen = resume.adopt_model(self.own, other)
        if resume.keeps_system_prompt(chosen, other):
            system = resume.last_system_prompt(other)
        else:
            system = self.own_system(chosen)
        self.settings, self.system = chosen, system
        self.recorder = self.new_recorder(other)
        self._take_up(other)

    def _take_up(self, other: Conversation) -> None:
        self.spent = pricing.added(turn.cost for turn in other.turns)
        self.used = [turn.reply.usage for turn in other.turns]
        self._agreed, self._tried = 0, None
        if other.turns and not other.turns[-1].is_answered:
            self.draft = input_line.typed(other.turns[-1].asked)

    def refuse(self, error: MimoError) -> None:
        """Tell that a message was not even sent: scripts get an object for each message."""
        if self.json:
            result = json_output.result(Reply(), error, model=self.settings.model)
            self.environment.stdout.write(json_output.line(result))
        self.fail(error)

    def fail(self, error: MimoError) -> None:
        """Tells what went wrong; the chat goes on."""
        from mimo_cli.chat.chat_terms import hint_for  # most go well

        self.console.error(error, hint_for(error, can_go_on=self.can_go_on))
        self.worst = max(self.worst, error.exit_code)

    def greet(self) -> None:
        """Show what was said last in the conversation that goes on, if it is one."""
        before = self.conversation
        if before.turns:
            self._say_what_goes_on()
            if self._is_on_screen:
                self.environment.stdout.write("\n")
            transcript.show(before.turns[-1:], self.showing)
            self._take_up(before)

    def show_resumed(self) -> None:
        """Show what was said last in the conversation that this one was left for."""
        self._say_what_goes_on()
        transcript.show(self.conversation.turns[-1:], self.showing)

    def _say_what_goes_on(self) -> None:
        talk = self.conversation
        template = "going on with {id}: {title} (/history shows it all)"
        self.console.info(Phrase(template, id=talk.id, title=talk.title))

    def close(self) -> None:
        """Ends the connection; the next message makes a new one."""
        if self._client is not None:
            self._client.close()
            self._client = None

    @contextlib.contextmanager
    def _a_turn(self) -> Iterator[None]:
        """From Enter to the next prompt: Ctrl-C is noted, and what is typed ahead does not show."""
        keys = self.environment.stdin if self.interactive else None
        with self.stop.noting(), tty.unseen(keys, self.environment.signals):
            yield

    def _forget_unanswered(self) -> None:
        """The question before this one that got no answer was given back: this one replaces it."""
        turns = self.conversation.turns
        if turns and not turns[-1].is_answered:
            self.recorder.drop_last()

    def _connected(self, chosen: Settings) -> Client:
        if self._client is None:
            self._client = prepare.client(chosen, self.environment, self.endpoint, self.console)
        return self._client

    def _view(self, model: str) -> View:
        return (
            views.silent_view(self.showing, model) if self.json else views.view(self.showing, model)
        )

    def _end(self, turn: Turn) -> None:
        """Write and count what comes after an answer."""
        reply, error = turn.reply, turn.failure
        self.spent = pricing.added([*pricing.each(self.spent), turn.cost])
        self.used.append(reply.usage)
        if self.json:
            result = json_output.result(
                reply, error, model=turn.model, conversation=self.recorder.kept_in
            )
            self.environment.stdout.write(json_output.line(result))
        if isinstance(error, Interrupted):
            if error.signum != signal.SIGINT or not self.interactive:
                raise error
        elif isinstance(error, MimoError):
            self.fail(error)
        elif remark := reply_check.remark(reply):
            self._warn(remark)
        if self.settings.usage:
            self.console.line(usage_line(turn))
        if self._is_on_screen:
            self.environment.stdout.write("\n")

    def _warn(self, remark: Remark) -> None:
        from mimo_cli.chat.chat_terms import in_chat_terms  # most answers end as they should

        hint = in_chat_terms(remark.hint, can_go_on=self.can_go_on)
        self.console.warn(remark.text, hint)

    def _separate(self) -> None:
        """An empty row before an answer: always where a person reads, else between two."""
        if not self.json and (self._is_on_screen or self._has_answered):
            self.environment.stdout.write("\n")

    @property
    def _is_on_screen(self) -> bool:
        """Whether answers appear between prompts, and not in a pipe or file of their own."""
        return self.interactive and self.environment.stdout.is_terminal

    @property
    def _paid_in(self) -> Currency | None:
        return pricing.currency(self.endpoint, self.settings.currency)

    def _may_send(
        self, chosen: Settings, before: Sequence[Turn], question: tuple[Block, ...]
    ) -> bool:
        """Whether so much is meant to be sent: in a conversation, a yes holds until it doubled."""
        check = SizeCheck(
            above=chosen.confirm_above_tokens,
            ask=self.confirm,
            yes=self.yes,
            advice=Phrase("/new begins afresh, /model takes another model."),
            warn=self.console.warn,
        )
        estimate = estimate_size(chosen, before, question, self.system)
        with self.stop.raising():
            is_allowed = check.allows(estimate, agreed=self._agreed)
        if not is_allowed:
            self.console.info(Phrase("nothing was sent"))
            return False
        if estimate.request.used > max(self._agreed, chosen.confirm_above_tokens):
            self._agreed = 2 * estimate.request.used
        return True


def _changed(known: Settings, values: Mapping[str, object]) -> Settings:
    origins = {**known.origins, **dict.fromkeys(values, "this chat")}
    return known._replace(**values, origins=origins)  # type: ignore[arg-type]  # checked by settings.check
