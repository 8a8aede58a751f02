"""What answers of `mimo ask` have to fit: the schema that an option names, or that goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.common_phrases import both
from mimo_cli.conversation.intake import named_input, piped_input
from mimo_cli.errors import UsageError
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from mimo_cli.api.protocol.messages import Json
    from mimo_cli.conversation.intake.piped_input import Intake
    from mimo_cli.conversation.structured_answer import Wanted
    from mimo_cli.options.ask import AskOptions

MOST_REPAIRS = 10


def wanted(options: AskOptions, intake: Intake) -> Wanted | None:
    """Return what the answer has to be, read and checked; None where any will do.

    Where results are given, a schema of before may go on, which is not known yet.

    Raises:
        UsageError: the schema is not right, or something has no sense with it or without it.
    """
    repairs = options.repairs
    if repairs is not None and not 0 <= repairs <= MOST_REPAIRS:
        what = Phrase("--repairs cannot be {value}", value=repairs)
        raise UsageError(what, Phrase("it is from 0 to {most}", most=MOST_REPAIRS))
    if options.schema is None:
        if not options.gives_results:
            raise _without_schema()
        return None
    if options.extract is not None:
        names = both(["--schema", "--extract"])
        raise UsageError(Phrase("{options} cannot go together", options=names))
    from mimo_cli.conversation import structured_answer
    from mimo_cli.structured import schema_source

    if (name := piped_input.named_by(options.schema)) in piped_input.STDIN:
        text = named_input.text_of(str(name), intake, schema_source.LARGEST)
        schema = schema_source.of_file(text, Phrase("stdin"))
        found = structured_answer.checked(schema, intake.environment, intake.console)
    else:
        found = structured_answer.wanted(options.schema, intake.environment, intake.console)
    return _with_repairs(found, options)


def for_results(options: AskOptions, schema: Json | None) -> Wanted:
    """Return what the answer to results of tools has to be, by the schema of their question.

    Raises:
        UsageError: it has none.
    """
    if schema is None:
        raise _without_schema()
    from mimo_cli.conversation.structured_answer import Wanted

    return _with_repairs(Wanted(schema), options)


def _without_schema() -> UsageError:
    why = Phrase("it is for answers that do not fit a schema")
    return UsageError(Phrase("--repairs needs --schema"), why)


def _with_repairs(wanted: Wanted, options: AskOptions) -> Wanted:
    return wanted if options.repairs is None else wanted._replace(repairs=options.repairs)
