"""What is said of answers that do not fit a schema, and what all rounds took together."""

from __future__ import annotations

import pytest

from mimo_cli.api.protocol.messages import Correction, Reply, Text, Usage
from mimo_cli.catalogue import amounts
from mimo_cli.catalogue.pricing import Money
from mimo_cli.conversation.structured_answer import Found, Misfits, Outcome, Repair, Wanted
from mimo_cli.conversation.turns import Turn
from mimo_cli.errors import ServerError
from mimo_cli.phrases import Phrase
from mimo_cli.structured.validation import Misfit

AGE = Misfit("age", "'x' is no integer")
WHOLE = Misfit("", "it has too much")


@pytest.mark.parametrize(
    ("problem", "told", "errors"),
    [
        ((AGE,), "age: 'x' is no integer", [AGE]),
        ((WHOLE,), "it has too much", [WHOLE]),
        ((AGE, WHOLE), "age: 'x' is no integer; and one more", [AGE, WHOLE]),
        ((WHOLE, AGE, AGE), "it has too much; and 2 more", [WHOLE, AGE, AGE]),
        (Phrase("there is none"), "there is none", [Misfit("", "there is none")]),
    ],
)
def test_what_does_not_fit_is_said(
    problem: tuple[Misfit, ...] | Phrase, told: str, errors: list[Misfit]
) -> None:
    misfits = Misfits(problem)
    assert str(misfits.phrase()) == told
    assert misfits.errors() == [it._asdict() for it in errors]
    assert str(Repair(1, 2, misfits).phrase()) == (
        f"the answer does not fit the schema: {told}; asking again (1 of 2)"
    )


def turn(text: str, output: int | None, cost: Money | None, seconds: float) -> Turn:
    content = (Text(text),) if text else ()
    reply = Reply(content=content, stop_reason="end_turn", usage=Usage(10, output))
    return Turn((Text("who?"),), {"model": "m"}, 0.0, reply, seconds=seconds, cost=cost)


def test_all_rounds_are_one_turn_for_what_they_took() -> None:
    first = turn("none", 3, Money(0.5), 1.0)._replace(first_text=0.25)
    second = turn("[]", 4, Money(0.25), 2.0)._replace(question=(Correction("again"),))
    outcome = Outcome((first, second), Found([]))
    whole = outcome.turn
    assert (outcome.repairs, outcome.data) == (1, [])
    assert (whole.asked, whole.reply.text, whole.reply.usage) == ("who?", "[]", Usage(20, 7))
    assert (whole.seconds, whole.first_text, whole.cost) == (3.0, 0.25, Money(0.75))


def test_where_the_last_round_brought_nothing_the_answer_before_it_is_what_there_is() -> None:
    error = ServerError(Phrase("it failed"))
    first, second = turn("none", 3, Money(0.5), 1.0), turn("", None, None, 1.0)
    whole = Outcome((first, second), failure=error).turn
    assert (whole.reply.text, whole.failure) == ("none", error)
    assert (whole.cost, whole.reply.usage) == (None, Usage(20, 3))


@pytest.mark.parametrize(
    ("costs", "together"),
    [
        ([], None),
        ([None], None),
        ([Money(1.0, "CNY")], Money(1.0, "CNY")),
        ([Money(1.0, "CNY"), Money(0.5, "CNY")], Money(1.5, "CNY")),
        ([Money(1.0), None], None),
    ],
)
def test_a_cost_is_known_if_each_part_is(costs: list[Money | None], together: Money | None) -> None:
    assert amounts.together(costs) == together


def test_the_system_prompt_is_kept_without_the_schema() -> None:
    wanted = Wanted({"type": "object"})
    assert wanted.kept("Be brief.") == {"system": "Be brief.", "schema": {"type": "object"}}
    assert wanted.prompt("Be brief.").startswith("Be brief.\n\n")
    assert '{"type": "object"}' in wanted.prompt(None)
