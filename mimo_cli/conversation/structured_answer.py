"""An answer by a schema: checked when it has come, and asked for again while it does not fit.

The service has no parameter for a schema (Xiaomi's reference names none), so the system prompt says
what is wanted, and here it is checked. Each request is a turn of its own: the first one's question
is the user's, that of the others a `Correction`.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

from mimo_cli.advice import Action
from mimo_cli.api.protocol.messages import Correction
from mimo_cli.api.replies.finished import reply_check
from mimo_cli.catalogue import amounts
from mimo_cli.common_phrases import listed
from mimo_cli.conversation import changes
from mimo_cli.errors import IncompleteError, Interrupted, MimoError, SchemaMismatchError
from mimo_cli.input.programs import Means
from mimo_cli.named_tuple import NamedTuple
from mimo_cli.output.sanitize import sanitize
from mimo_cli.phrases import Phrase, counted, verbatim
from mimo_cli.structured import json_text, schema_source, validation, wording
from mimo_cli.structured.strict_json import NoJsonError

if TYPE_CHECKING:
    from collections.abc import Callable

    from mimo_cli.api.protocol.messages import Json, Reply
    from mimo_cli.conversation.recorder import Recorder
    from mimo_cli.conversation.turns import Turn
    from mimo_cli.environment import Environment
    from mimo_cli.errors import Failure
    from mimo_cli.output.console import Console
    from mimo_cli.output.output_stream import Output
    from mimo_cli.structured.validation import Misfit

REPAIRS = 2


class Wanted(NamedTuple):
    """What an answer has to be: of a `schema` that was checked, after at most so many `repairs`."""

    schema: Json
    repairs: int = REPAIRS

    def prompt(self, system: str | None) -> str:
        """Return the system prompt that asks for it, with the one that there is, None for none."""
        return wording.with_schema(system, self.schema)

    def kept(self, system: str | None) -> Json:
        """Return what is kept of the request: the system prompt without the schema, and beside it.

        So the conversation goes on with the one, and without the other.
        """
        return {"system": system, "schema": self.schema}


def wanted(what: str, environment: Environment, console: Console) -> Wanted:
    """Return what is meant by a schema as a user names one: read, and found right.

    What of it is passed over is told, and what may be read otherwise than it was meant.

    Raises:
        UsageError: it cannot be read, or is not right.
        LocalIOError: it cannot be checked.
        Interrupted: a signal came.
    """
    source = schema_source.read(what)
    if names := source.doubtful:
        template = "a comma ends a description, and what follows it is a field: {names}"
        console.info(Phrase(template, names=listed(names)))
    return checked(source.schema, environment, console)


def checked(schema: Json, environment: Environment, console: Console) -> Wanted:
    """Return what is meant by a schema that was read, and found right.

    What of it is passed over is told.

    Raises:
        UsageError: it is not right.
        LocalIOError: it cannot be checked.
        Interrupted: a signal came.
    """
    if unknown := validation.check_schema(schema, means(environment)):
        names = listed([it.phrase() for it in unknown])
        template = "not keywords of this draft of JSON Schema, and passed over: {names}"
        console.warn(Phrase(template, names=names))
    return Wanted(schema)


def means(environment: Environment) -> Means:
    """Return what the process that checks is run with."""
    return Means(environment.environ, environment.signals)


class Misfits(NamedTuple):
    """Why an answer does not fit: in these points, or because there is no JSON that could."""

    problem: tuple[Misfit, ...] | Phrase

    def phrase(self) -> Phrase:
        """Return it in words."""
        if isinstance(self.problem, Phrase):
            return self.problem
        (path, message), *others = self.problem
        first = Phrase("{place}: {message}", place=path, message=message)
        first = first if path else verbatim(message)
        if not others:
            return first
        return counted(
            len(others), "{first}; and one more", "{first}; and {count} more", first=first
        )

    @property
    def number(self) -> int:
        """How many points they are, 0 where there is no JSON."""
        return 0 if isinstance(self.problem, Phrase) else len(self.problem)

    def errors(self) -> list[dict[str, str]]:
        """Return it as JSON has it: where, and what."""
        if isinstance(self.problem, Phrase):
            return [{"path": "", "message": str(self.problem)}]
        return [misfit._asdict() for misfit in self.problem]


class Repair(NamedTuple):
    """An answer does not fit, and is asked for again: the `attempt`th time of `most`."""

    attempt: int
    most: int
    misfits: Misfits

    def phrase(self) -> Phrase:
        """Return it in words."""
        return Phrase(
            "the answer does not fit the schema: {why}; asking again ({attempt} of {most})",
            why=self.misfits.phrase(),
            attempt=self.attempt,
            most=self.most,
        )


class Found(NamedTuple):
    """The value of an answer that fits; any that JSON has, null among them.

    `had_words`: it was taken out of other words.
    """

    value: Any
    had_words: bool = False


class Outcome(NamedTuple):
    """What came of a question whose answer has to fit a schema.

    `turns` are its rounds, at least one. `found` is None where no answer fits, and where the last
    one asks for tools: then there is no `failure` either.
    """

    turns: tuple[Turn, ...]
    found: Found | None = None
    failure: Failure | None = None

    @property
    def repairs(self) -> int:
        """How often it was asked again."""
        return len(self.turns) - 1

    @property
    def data(self) -> Any:
        """The value that fits, as JSON has it; None without one."""
        return None if self.found is None else self.found.value

    @property
    def turn(self) -> Turn:
        """All rounds as one: the last reply that there is, and what all of them took.

        Where a signal came before anything was found nothing is over, whatever the stream was.
        """
        first, last = self.turns[0], self.turns[-1]
        reply = next((it.reply for it in reversed(self.turns) if it.reply.content), last.reply)
        usage = first.reply.usage
        for later in self.turns[1:]:
            usage = usage.added(later.reply.usage)
        return last._replace(
            question=first.question,
            reply=reply._replace(
                usage=usage, is_over=reply.is_over and not isinstance(self.failure, Interrupted)
            ),
            failure=self.failure,
            seconds=sum(it.seconds or 0.0 for it in self.turns),
            first_text=first.first_text,
            cost=amounts.together([it.cost for it in self.turns]),
        )


def settle(
    first: Turn,
    wanted: Wanted,
    *,
    means: Means,
    ask_again: Callable[[Correction], Turn],
    tell: Callable[[Repair], None],
    stoppable: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> Outcome:
    """Check the first answer, and ask again while it does not fit and repairs are left.

    `means` are for the process that checks. `ask_again` sends a correction behind all that was
    said. An answer that broke off, was withheld or asks for tools is not asked for again. Checks
    are made inside of `stoppable`, as answers come.

    Raises:
        ReaderGone: nobody reads our output any more.
    """
    turns = [first]
    try:
        while True:
            with stoppable():
                verdict = _verdict(turns[-1], wanted.schema, means)
            if not isinstance(verdict, Misfits) or len(turns) > wanted.repairs:
                return _outcome((*turns,), verdict)
            attempt = len(turns)
            tell(Repair(attempt, wanted.repairs, verdict))
            correction = wording.correction(verdict.problem, attempt)
            turns.append(ask_again(Correction(correction, verdict.number)))
    except (MimoError, Interrupted) as error:
        return Outcome((*turns,), failure=error)


def keep(outcome: Outcome, recorder: Recorder) -> Outcome:
    """Keep what the last answer amounts to: it was kept as it came. Return what came of it.

    What fitted before, and was asked again, stays where nothing else does, and until then.
    """
    try:
        if outcome.failure is None:
            changes.take_place(recorder)
            return outcome
        if isinstance(outcome.failure, SchemaMismatchError):
            from mimo_cli.output import json_output  # most fit

            changes.judge(recorder, outcome.turns[-1], json_output.failure(outcome.failure))
        changes.put_back(recorder)
    except Interrupted as interrupted:
        return outcome._replace(failure=interrupted)
    return outcome


def tell(outcome: Outcome, console: Console) -> None:
    """Say what is to be known of an answer that fits."""
    if outcome.found is not None and outcome.found.had_words:
        console.info(Phrase("the JSON was taken out of other words"))


def write(outcome: Outcome, output: Output, console: Console, *, indent: bool) -> None:
    """Write the JSON that was wanted, and nothing else. A text that is not goes to the console.

    Raises:
        LocalIOError: it cannot be written.
        ReaderGone: nobody reads it.
    """
    if outcome.found is not None:
        output.write(json_text.text_of(outcome.found.value, indent=indent) + "\n")
    elif text := outcome.turn.reply.text.strip():
        console.write(sanitize(text) + "\n")


def _outcome(turns: tuple[Turn, ...], verdict: Found | Misfits | Failure | None) -> Outcome:
    match verdict:
        case Found():
            return Outcome(turns, verdict)
        case Misfits():
            what = Phrase("the answer does not fit the schema")
            error = SchemaMismatchError(what, verdict.phrase(), Action.CHANGE_SCHEMA)
            return Outcome(turns, failure=error)
        case _:
            return Outcome(turns, failure=verdict)


def _verdict(turn: Turn, schema: Json, means: Means) -> Found | Misfits | Failure | None:
    """Return the value, what is wrong with it, or what ended the answer; None for tools' calls."""
    if turn.failure is not None or (turn.calls and "tools" in turn.request):
        return turn.failure
    try:
        verdict = _checked(turn.reply.text, schema, means)
    except validation.UncheckableError as error:
        what = Phrase("nobody can say whether the answer fits the schema")
        return SchemaMismatchError(what, error.why, Action.CHANGE_SCHEMA)
    is_cut = reply_check.is_cut(turn.reply.stop_reason)
    return _cut(turn.reply) if is_cut and isinstance(verdict, Misfits) else verdict


def _checked(text: str, schema: Json, means: Means) -> Found | Misfits:
    try:
        held = json_text.held_by(text)
    except NoJsonError as error:
        return Misfits(error.why)
    misfits = validation.check_value(schema, held.value, means)
    return Misfits(misfits) if misfits else Found(*held)


def _cut(reply: Reply) -> IncompleteError:
    """Return the error for an answer that was cut before its JSON was whole."""
    what = Phrase("the JSON is incomplete")
    remark = reply_check.remark(reply)
    if remark is None:
        return IncompleteError(what)
    return IncompleteError(what, remark.text, remark.hint)
