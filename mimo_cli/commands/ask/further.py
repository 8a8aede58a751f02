"""What a question goes on with: of the conversation that `-c` and `-r` name, and of its calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.commands.ask import tool_options
from mimo_cli.commands.ask.ground import Ground
from mimo_cli.conversation.earlier import going_on

if TYPE_CHECKING:
    from mimo_cli.commands.ask.prompt_parts import Asked
    from mimo_cli.config import Resolved
    from mimo_cli.conversation.intake.piped_input import Intake
    from mimo_cli.conversation.structured_answer import Wanted
    from mimo_cli.conversation.turns import Conversation
    from mimo_cli.options.ask import AskOptions


def ground(
    intake: Intake, options: AskOptions, resolved: Resolved, before: Conversation, asked: Asked
) -> Ground:
    """Return what a question stands on, with what goes on of the conversation before it.

    Raises:
        UsageError: the system prompt's file, or a result's, cannot be read; a result is for no call
            that waits, or one has none.
    """
    environment, console = intake.environment, intake.console
    resolved = going_on.adopt_model(resolved, before)
    results = tool_options.results(options, intake, before)
    wanted: Wanted | None = None
    if results.given:
        tool_options.tell_left_out(asked.question, results.in_vain, console)
        resolved = going_on.adopt_thinking(resolved, before)
        wanted = _wanted(options, before)
    said = before.turns[: len(before.turns) - results.replacing]
    if going_on.has_to_be_without_thinking(resolved, said):
        is_told = going_on.is_thinking(resolved) and not results.given
        resolved = going_on.without_thinking(resolved, before)
        tell = console.info if is_told else console.debug
        tell(going_on.told_of_no_thinking("--thinking"))
    return Ground(
        resolved,
        going_on.system_prompt(environment, options, resolved, before),
        said,
        going_on.last_tools(before),
        results.given,
        results.replacing,
        wanted,
    )


def _wanted(options: AskOptions, before: Conversation) -> Wanted | None:
    """Return what the answer to results of tools has to be: what that to their question has.

    None where an option says it, or any will do.
    """
    schema = going_on.last_schema(before)
    if options.schema is not None or (schema is None and options.repairs is None):
        return None
    from mimo_cli.commands.ask import schema_option

    return schema_option.for_results(options, schema)
