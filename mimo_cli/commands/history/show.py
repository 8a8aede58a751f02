"""`mimo history show`: a conversation as it was, drawn on a terminal, or an answer of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mimo_cli.answers import code_block, given
from mimo_cli.commands.history.access import open_history
from mimo_cli.common_phrases import both
from mimo_cli.config import load_configuration
from mimo_cli.conversation import asking, terminal_views
from mimo_cli.conversation.showing import Showing
from mimo_cli.conversation.shown import export_formats, transcript
from mimo_cli.errors import UsageError
from mimo_cli.output import wrapping
from mimo_cli.output.answer import TextWriter
from mimo_cli.output.sanitize import one_line, sanitize
from mimo_cli.phrases import Phrase, rendered

if TYPE_CHECKING:
    from mimo_cli.conversation.turns import Conversation, Turn
    from mimo_cli.environment import Environment
    from mimo_cli.text.widths import Screen


class Wanted(NamedTuple):
    """What is shown: a conversation, as `json` or `markdown`, or of it an answer or its code.

    `answer` is the number of the answer, "" for the last; `extract` what names the block of code,
    "" for the first. With `copy` it goes to the clipboard instead, of a conversation that is not
    wanted in a form the last answer.
    """

    json: bool = False
    markdown: bool = False
    answer: str | None = None
    extract: str | None = None
    copy: bool = False

    @property
    def is_answer(self) -> bool:
        """Whether it is an answer, or of one."""
        is_whole = self.json or self.markdown
        return self.answer is not None or self.extract is not None or (self.copy and not is_whole)


def run(environment: Environment, reference: str | None, wanted: Wanted) -> int:
    """Show a conversation or an answer of it; the newest (that has one) if none is named.

    Raises:
        UsageError: there is no such conversation or answer, or it is to be shown in two forms.
        LocalIOError: the history cannot be read, or there is no clipboard.
        MimoError: there is no such code in the answer.
    """
    number = _check(wanted)
    with open_history(environment) as history:
        chosen = (
            history.newest(answered=wanted.is_answer)
            if reference is None
            else history.find(reference)
        )
        if not chosen and wanted.is_answer:
            raise UsageError(Phrase("there is no answer in the history"))
        if not chosen:
            environment.console().info(Phrase("the history is empty"))
            return 0
        conversation = history.load(chosen)
    if wanted.is_answer:
        _give_answer(environment, given.pick(conversation.turns, number), wanted)
        return 0
    screen = environment.screen_of(environment.stdout)
    if wanted.json:
        _give(environment, export_formats.line(export_formats.as_json(conversation)), wanted)
    elif wanted.markdown or screen is None:
        _give(environment, export_formats.markdown(conversation), wanted)
    else:
        _draw(environment, conversation, screen)
    return 0


def _check(wanted: Wanted) -> int:
    """Return the number of the answer that is wanted.

    Raises:
        UsageError: what is wanted contradicts itself, or names nothing.
    """
    forms = (
        ("--json", wanted.json),
        ("--markdown", wanted.markdown),
        ("--answer", wanted.answer is not None),
        ("--extract", wanted.extract is not None),
    )
    names = [name for name, is_given in forms if is_given]
    if len(names) > 1 and (wanted.json or wanted.markdown):
        raise UsageError(Phrase("{options} cannot go together", options=both(names[:2])))
    code_block.check_selector(wanted.extract)
    counts = Phrase("answers count from 1, and from the last one from -1")
    return given.parse_number(wanted.answer or "-1", "--answer", counts)


def _give_answer(environment: Environment, turn: Turn, wanted: Wanted) -> None:
    """Write or copy the text of an answer, or its code. One without that code goes to stderr.

    Raises:
        MimoError: there is no such code, or it cannot be written or copied.
    """
    if wanted.extract is None:
        _give(environment, turn.reply.text, wanted)
        return
    console = environment.console()
    found = code_block.extract(turn.reply.text, wanted.extract, is_whole=turn.is_whole)
    if isinstance(found, code_block.Code):
        if found.is_doubtful:
            console.warn(code_block.DOUBT)
        _give(environment, found.text, wanted)
        return
    console.write(sanitize(turn.reply.text.strip()) + "\n")
    if not (turn.calls and asking.offered_names(turn)):  # else the code comes after their results
        raise found


def _give(environment: Environment, text: str, wanted: Wanted) -> None:
    """Write a text, inert, or copy it and say so.

    Raises:
        LocalIOError: it cannot be written, or there is no clipboard.
    """
    stdout = environment.stdout
    if wanted.copy:
        from mimo_cli.screen import clipboard  # few copy

        told = clipboard.put(text, stdout, environment.stderr, environment.environ)
        environment.console().info(told)
    else:
        TextWriter(stdout).write(text, is_last=True)


def _draw(environment: Environment, conversation: Conversation, screen: Screen) -> None:
    """Write title and day, then what was said."""
    chosen = load_configuration(environment, {}).settings
    showing = Showing(environment, chosen, environment.console(), environment.stdout)
    untitled = rendered(export_formats.UNTITLED, environment.translations)
    named = one_line(conversation.title) or untitled
    title = terminal_views.styled(wrapping.paragraph(named, screen), "strong", showing)
    day = terminal_views.styled(
        f"{conversation.id} · {export_formats.day(conversation.created)}", "dim", showing
    )
    environment.stdout.write(f"{title}\n{day}\n\n")
    transcript.show(conversation.turns, showing)
