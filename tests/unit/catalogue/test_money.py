from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimo_cli.api.base_url import DEFAULT_BASE_URL
from mimo_cli.api.endpoint import Endpoint
from mimo_cli.api.protocol.messages import Reply, Text, Usage
from mimo_cli.catalogue import amounts, pricing, token_estimate
from mimo_cli.catalogue.pricing import Currency, CurrencyChoice, Money, Sum
from mimo_cli.conversation.turns import Turn

PRO, FLASH, FAST = "mimo-v2.6-pro", "mimo-v2.6-flash", "mimo-v2.6-pro-ultraspeed"
MILLION = 1_000_000


@pytest.mark.parametrize(
    ("base_url", "key", "chosen", "expected"),
    [
        (DEFAULT_BASE_URL, "sk-x", "auto", "USD"),
        (DEFAULT_BASE_URL, "sk-x", "USD", "USD"),
        (DEFAULT_BASE_URL, "sk-x", "CNY", "CNY"),
        ("https://token-plan-cn.xiaomimimo.com/anthropic", "tp-x", "auto", None),
        ("https://token-plan-ams.xiaomimimo.com/anthropic", "tp-x", "CNY", None),
        ("http://localhost:8080", None, "CNY", None),
        ("https://llm.example.com", "sk-x", "USD", None),
    ],
)
def test_only_where_tokens_are_paid_for_there_is_a_currency(
    base_url: str, key: str | None, chosen: CurrencyChoice, expected: Currency | None
) -> None:
    assert pricing.currency(Endpoint(base_url, key), chosen) == expected


@pytest.mark.parametrize(
    ("usage", "model", "paid_in", "expected"),
    [
        (Usage(MILLION, 0), PRO, "USD", Money(0.435, "USD")),
        (Usage(0, MILLION), PRO, "USD", Money(0.87, "USD")),
        (Usage(0, 0, MILLION), PRO, "USD", Money(0.0036, "USD")),
        (Usage(MILLION, 0), PRO, "CNY", Money(3.0, "CNY")),
        (Usage(0, MILLION), PRO, "CNY", Money(6.0, "CNY")),
        (Usage(0, 0, MILLION), PRO, "CNY", Money(0.025, "CNY")),
        (Usage(MILLION, MILLION), FLASH, "USD", Money(0.42, "USD")),
        (Usage(0, MILLION), FAST, "USD", Money(8.70, "USD")),
        (Usage(0, 0), PRO, "USD", None),
        (Usage(MILLION, 0, 0, MILLION), PRO, "USD", Money(0.87, "USD")),
        (Usage(None, 1), PRO, "USD", None),
        (Usage(1, None), PRO, "USD", None),
        (Usage(1, 1), "gpt-5", "USD", None),
        (Usage(1, 1), "mimo-v2-pro", "CNY", None),
        (Usage(1, 1), PRO, None, None),
    ],
)
def test_the_cost_is_reckoned_from_the_catalogue(
    usage: Usage, model: str, paid_in: Currency | None, expected: Money | None
) -> None:
    assert pricing.cost(Reply(stop_reason="end_turn", usage=usage), model, paid_in) == expected


def test_an_answer_that_broke_off_has_no_price() -> None:
    reply = Reply(content=(Text("Half"),), usage=Usage(1000, 0))
    assert pricing.cost(reply, PRO, "USD") is None


@pytest.mark.parametrize(
    ("amount", "currency", "shown", "about"),
    [
        (0.0, "USD", "$0.00", "$0.00"),
        (0.0000000028, "USD", "<$0.000001", "<$0.000001"),
        (0.000072, "USD", "$0.000072", "$0.000072"),
        (0.1, "CNY", "¥0.10", "¥0.10"),
        (0.10875, "USD", "$0.10875", "$0.11"),
        (0.42, "USD", "$0.42", "$0.42"),
        (1234.567, "CNY", "¥1,234.57", "¥1,234.57"),
        (2.5, "EUR", "EUR 2.50", "EUR 2.50"),
    ],
)
def test_an_amount_is_written_as_exactly_as_is_of_use(
    amount: float, currency: str, shown: str, about: str
) -> None:
    it = Money(amount, currency)
    assert (amounts.text(it), amounts.about(it)) == (shown, about)


def test_currencies_are_never_added_together() -> None:
    costs = [Money(1.0, "USD"), None, Money(3.0, "CNY"), Money(0.5, "USD")]
    assert pricing.add_up(costs) == {"USD": 1.5, "CNY": 3.0}
    assert amounts.texts(pricing.add_up(costs)) == "$1.50, ¥3.00"
    rows = [
        Sum("a", "", 1, 1, 10, 0, 2, {"USD": 1.0}),
        Sum("b", "", 2, 0, 5, 7, 1, {"CNY": 4.0, "USD": 0.5}),
    ]
    assert amounts.total(rows) == Sum("total", "", 3, 1, 15, 7, 3, {"USD": 1.5, "CNY": 4.0})


@given(st.text())
def test_an_estimate_counts_ascii_and_the_rest_apart(text: str) -> None:
    others = sum(1 for char in text if ord(char) > 127)
    assert token_estimate.tokens(text) == round((len(text) - others) / 4 + others / 1.5)


@pytest.mark.parametrize(
    ("count", "shown"),
    [(0, "about 0"), (123, "about 123"), (1234, "about 1,230"), (987_654, "about 988,000")],
)
def test_an_estimate_does_not_promise_more_than_it_can_keep(count: int, shown: str) -> None:
    assert token_estimate.roughly(count) == shown


def turn(asked: str, answer: str, usage: Usage) -> Turn:
    reply = Reply(content=(Text(answer),), stop_reason="end_turn", usage=usage)
    return Turn((Text(asked),), {}, 0.0, reply, "complete")


@pytest.mark.parametrize(
    ("turns", "system", "used"),
    [
        ([], None, 10),
        ([], "s" * 80, 20 + 10),
        ([turn("q" * 40, "a" * 80, Usage())], "s" * 80, 20 + 10 + 20 + 10),
        # The service's count has the system prompt in it.
        ([turn("q" * 40, "a" * 80, Usage(100, 7, 3))], "s" * 80, 110 + 10),
        ([turn("q" * 40, "", Usage(100, 0))], None, 10),
    ],
)
def test_the_estimate_of_a_request_is_all_of_its_input(
    turns: list[Turn], system: str | None, used: int
) -> None:
    question = (Text("x" * 40),)
    assert token_estimate.request(PRO, turns, question, system) == (used, MILLION)
    assert token_estimate.request("other", turns, question, system) == (used, None)
