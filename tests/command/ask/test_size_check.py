"""What is asked, or refused, before much is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.harness import Terminal, environ_for, mimo

from mimo_cli.advice import Action, Advice
from mimo_cli.catalogue.pricing import Money
from mimo_cli.catalogue.token_estimate import Context
from mimo_cli.conversation.size_check import SizeCheck, SizeEstimate
from mimo_cli.errors import UsageError
from mimo_cli.simulator import Simulator

if TYPE_CHECKING:
    from pathlib import Path

    from mimo_cli.phrases import Phrase

MILLION = 1_000_000
MUCH = ("x" * 999 + "\n") * 1000  # about 250,000 tokens
TOO_MUCH = MUCH * 5


def unwarned(text: Phrase, advice: Advice) -> None:
    pytest.fail(f"{text}. {advice}")


@pytest.mark.parametrize(
    ("used", "limit", "above", "agreed", "question"),
    [
        (200_000, MILLION, 200_000, 0, ""),
        (250_123, MILLION, 200_000, 0, "about 250,000 tokens (about $0.11) would be sent."),
        (250_123, None, 200_000, 0, "about 250,000 tokens (about $0.11) would be sent."),
        (250_123, MILLION, 200_000, 300_000, ""),
        (350_000, MILLION, 200_000, 300_000, "about 350,000 tokens (about $0.11) would be sent."),
        (
            *(950_000, MILLION, 200_000, 0),
            "about 950,000 of 1,000,000 tokens (about $0.11) would be sent.",
        ),
        (800_000, MILLION, 0, 0, ""),
        (2, MILLION, 1, 0, "about 2 tokens (about $0.11) would be sent."),
    ],
)
@pytest.mark.parametrize("answer", [True, False])
def test_much_is_asked_about_once(
    used: int, limit: int | None, above: int, agreed: int, question: str, *, answer: bool
) -> None:
    asked: list[str] = []

    def ask(text: str) -> bool:
        asked.append(text)
        return answer

    estimate = SizeEstimate(Context(used, limit), Money(0.10875))
    check = SizeCheck(above, ask, yes=False, warn=unwarned)
    assert check.allows(estimate, agreed=agreed) is (answer if question else True)
    assert asked == ([f"{question} Send them?"] if question else [])
    check = SizeCheck(above, None, yes=False, warn=unwarned)
    if question:
        with pytest.raises(UsageError, match="there is nobody to ask"):
            check.allows(estimate, agreed=agreed)
    else:
        assert check.allows(estimate, agreed=agreed)


@pytest.mark.parametrize(
    ("used", "yes", "said"),
    [
        (899_999, True, []),
        (900_000, True, ["nearly fills the model's context"]),
        (1_200_000, True, ["no longer fits into the model's context"]),
    ],
)
def test_a_full_context_is_warned_of(used: int, yes: bool, said: list[str]) -> None:
    warnings: list[tuple[str, Advice]] = []
    check = SizeCheck(200_000, None, yes=yes, warn=lambda *told: warnings.append(told))
    assert check.allows(SizeEstimate(Context(used, MILLION), None))
    assert [text.partition(": this ")[2] for text, _ in warnings] == said
    assert all(advice is Action.SEND_LESS for _, advice in warnings)


def test_what_does_not_fit_is_refused_before_any_question() -> None:
    check = SizeCheck(200_000, pytest.fail, yes=False, warn=unwarned)
    with pytest.raises(UsageError) as caught:
        check.allows(SizeEstimate(Context(1_250_000, MILLION), None))
    assert caught.value.message == (
        "this does not fit the model's context: about 1,250,000 of 1,000,000 tokens"
    )
    assert caught.value.hint is Action.SEND_LESS_OR_INSIST


REFUSED = (
    "mimo: more than 200,000 tokens: about 250,000 tokens would be sent, and there is nobody to "
    "ask\n  Add --yes to send them, or raise confirm_above_tokens (0 never asks).\n"
)


@pytest.mark.slow
@pytest.mark.parametrize("command", ["ask", "chat"])
def test_in_a_script_much_needs_a_yes(command: str, tmp_path: Path) -> None:
    (tmp_path / "big.txt").write_text(MUCH)
    args = [command, "-f", str(tmp_path / "big.txt"), "what is it?"]
    with Simulator(answer="Yes.") as simulator:
        data = {"MIMO_HISTORY": "true", "MIMO_DATA": str(tmp_path / "data")}
        environ = environ_for(simulator, **data)
        result = mimo(*args, environ=environ)
        assert (result.code, result.out, result.err) == (2, "", REFUSED)
        assert (simulator.requests, mimo("history", environ=environ).out) == ([], "")
        for more in (["--yes"], ["-y"]):
            assert mimo(*args, *more, environ=environ).out == "Yes.\n"
        for value in ("0", "300000"):
            much = environ_for(simulator, MIMO_CONFIRM_ABOVE_TOKENS=value)
            assert mimo(*args, environ=much).out == "Yes.\n"
        assert len(simulator.requests) == 4


def test_the_question_names_the_price_where_there_is_one() -> None:
    environ = {"MIMO_API_KEY": "sk-x", "MIMO_CONFIG": "/dev/null", "MIMO_HISTORY": "false"}
    for currency, shown in (("", "$0.11"), ("CNY", "¥0.75")):
        result = mimo("ask", environ={**environ, "MIMO_CURRENCY": currency}, stdin=MUCH.encode())
        assert result.code == 2
        assert f"about 250,000 tokens (about {shown}) would be sent" in result.err


def test_as_json_the_refusal_is_an_object() -> None:
    with Simulator() as simulator:
        result = mimo("ask", "--json", environ=environ_for(simulator), stdin=MUCH.encode())
        assert (result.code, result.json["error"]["exit_code"]) == (2, 2)
        assert simulator.requests == []


@pytest.mark.slow
def test_what_is_not_sent_is_not_asked_about() -> None:
    with Simulator() as simulator:
        result = mimo("ask", "--dry-run", environ=environ_for(simulator), stdin=TOO_MUCH.encode())
        assert (result.code, result.err) == (0, "")


@pytest.mark.slow
def test_more_than_the_model_takes_is_refused_at_once_unless_told() -> None:
    with Simulator(answer="Yes.") as simulator:
        environ = environ_for(simulator, MIMO_CONFIRM_ABOVE_TOKENS="0")
        result = mimo("ask", environ=environ, stdin=TOO_MUCH.encode())
        assert (result.code, simulator.requests) == (2, [])
        assert "about 1,250,000 of 1,000,000 tokens" in result.err
        assert "--yes" in result.err
        sent = mimo("ask", "--yes", environ=environ, stdin=TOO_MUCH.encode())
        assert (sent.code, sent.out) == (0, "Yes.\n")
        assert "no longer fits into the model's context" in sent.err
        unknown = mimo("ask", "-m", "other", environ=environ, stdin=TOO_MUCH.encode())
        assert (unknown.code, len(simulator.requests)) == (10, 2)  # nobody knows what it takes


@pytest.mark.slow
def test_a_line_that_is_too_much_does_not_end_a_chat_of_lines() -> None:
    lines = f"one\n{'x' * 900_000}\n{'x' * 4_100_000}\nlast\n"
    with Simulator(answer="Yes.") as simulator:
        result = mimo("chat", environ=environ_for(simulator), stdin=lines.encode())
        assert (result.code, len(simulator.requests)) == (2, 2)
        assert "there is nobody to ask" in result.err
        assert "this does not fit the model's context" in result.err
        assert "/new begins afresh" in result.err
        assert "If the estimate is wrong: mimo chat --yes\n" in result.err
        words = [message["content"] for message in simulator.requests[-1].json["messages"]]
        assert (words[0], words[-1], len(words)) == ("one", "last", 3)


@pytest.mark.slow
def test_a_full_chat_is_warned_of_in_its_own_terms() -> None:
    lines = f"{'x' * 900_000}\n{'x' * 3_500_000}\n"
    with Simulator(answer="Yes.") as simulator:
        result = mimo("chat", "--yes", environ=environ_for(simulator), stdin=lines.encode())
    told = "nearly fills the model's context. /new begins afresh, /model takes another model.\n"
    assert told in result.err


def test_retrying_with_less_room_keeps_the_answer_there_is() -> None:
    lines = "one\n/set confirm_above_tokens 1\n/retry\n/set confirm_above_tokens 0\nmore\n"
    with Simulator(answer="Yes.") as simulator:
        result = mimo("chat", environ=environ_for(simulator), stdin=lines.encode())
        assert result.code == 2
        roles = [message["role"] for message in simulator.requests[-1].json["messages"]]
        assert roles == ["user", "assistant", "user"]
        assert len(simulator.requests) == 2


@pytest.mark.slow
def test_on_a_terminal_it_asks(tmp_path: Path) -> None:
    (tmp_path / "big.txt").write_text(MUCH)
    args = ["ask", "-f", str(tmp_path / "big.txt"), "what is it?"]
    question = "about 250,000 tokens would be sent. Send them? [y/N]: "
    with Simulator(answer="It is *big*.") as simulator:
        environ = environ_for(simulator)
        with Terminal(*args, environ=environ) as terminal:
            terminal.wait_for(question.rstrip())
            assert simulator.requests == []
            terminal.type("\r")
            assert terminal.wait() == 2
            assert "mimo: nothing was sent" in terminal.text
        assert simulator.requests == []
        with Terminal(*args, environ=environ) as terminal:
            terminal.wait_for(question.rstrip())
            terminal.type("y\r")
            terminal.wait_for("It is big.")
            assert terminal.wait() == 0


@pytest.mark.slow
def test_keys_that_were_pressed_before_the_question_do_not_agree_to_it(tmp_path: Path) -> None:
    (tmp_path / "big.txt").write_text(MUCH)
    args = ["ask", "-f", str(tmp_path / "big.txt"), "what is it?"]
    with Simulator(answer="It is *big*.") as simulator:
        with Terminal(*args, environ=environ_for(simulator)) as terminal:
            terminal.type("y\r")
            terminal.wait_for("Send them? [y/N]:")
            terminal.type("\r")
            assert terminal.wait() == 2
            assert "mimo: nothing was sent" in terminal.text
        assert simulator.requests == []


@pytest.mark.slow
def test_in_a_chat_a_no_gives_the_question_back_and_a_yes_holds(tmp_path: Path) -> None:
    (tmp_path / "big.txt").write_text(MUCH)
    with Simulator(answer="It is so.") as simulator:
        environ = environ_for(simulator, MIMO_DATA=str(tmp_path / "data"), LANG="C.UTF-8")
        with Terminal("chat", environ=environ) as terminal:
            terminal.wait_for("\n›")
            terminal.type(f"/file {tmp_path / 'big.txt'}\r")
            terminal.wait_for("tokens)\n›")
            terminal.type("Is it?\r")
            terminal.wait_for("Send them? [y/N]:")
            terminal.type("n\r")
            terminal.wait_for("drops them)\n› Is it?")
            terminal.type(" Please.\r")
            terminal.wait_for("Please.\nabout 250,000 tokens would be sent. Send them? [y/N]:")
            terminal.type("y\r")
            terminal.wait_for("It is so.")
            terminal.wait_for("It is so.\n\n›")
            terminal.type("And now?\r")
            terminal.wait_for("› And now?\n\nthought")
            terminal.wait_for("It is so.\n\n›")
            terminal.type("\x04")
            assert terminal.wait() == 0
        assert len(simulator.requests) == 2
        assert "Is it? Please." in str(simulator.requests[0].json)
