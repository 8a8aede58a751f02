"""Advice: values that each place tells in its own words, all of them, and without a secret."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import get_args

import pytest

import mimo_cli
from mimo_cli.advice import (
    Action,
    Advice,
    ChooseModel,
    EarlierMedia,
    LeaveMediaOut,
    ModelsForMedia,
    NameCa,
    RaiseMaxTokens,
    ReplaceModel,
    RetiredModel,
    SeeModels,
    SetBaseUrl,
    SetKey,
    SetKeyAgain,
    SuspectBaseUrl,
    TurnThinkingOff,
    with_values,
)
from mimo_cli.chat.chat_terms import hint_for, in_chat_terms
from mimo_cli.common_phrases import both
from mimo_cli.errors import IncompleteError, MimoError, ServerError
from mimo_cli.output.command_terms import in_command_terms
from mimo_cli.phrases import Phrase, verbatim

DATE = "2026-10-21"
OLD, NEW = "mimo-v2.5", "mimo-v2.6-flash"

WORDS: list[tuple[Advice, str, str]] = [
    (
        Action.LONGER_TIMEOUT,
        "Give it longer: --timeout SECONDS",
        "Give it longer: /set timeout SECONDS",
    ),
    *[
        (action, words, words)
        for action, words in (
            (
                Action.CHECK_NETWORK,
                "Check the network, and base_url (mimo config get base_url).",
            ),
            (
                Action.SEND_KEY,
                (
                    "No key was sent: auth is none. For one: "
                    "mimo config set auth bearer (or x-api-key)"
                ),
            ),
            (
                Action.LIST_MODELS,
                "Check base_url, and what models it has: mimo models --remote",
            ),
        )
    ],
    (
        Action.SEND_LESS,
        "Send less, or begin a new conversation (without -c and -r).",
        "/new begins afresh, /model takes another model.",
    ),
    (
        Action.SEND_LESS_OR_INSIST,
        (
            "Send less, or begin a new conversation (without -c and -r). "
            "If the estimate is wrong: --yes."
        ),
        (
            "/new begins afresh, /model takes another model. "
            "If the estimate is wrong: mimo chat --yes"
        ),
    ),
    (
        LeaveMediaOut(Phrase("the film")),
        ("Put the question in other words, or leave the film out: that may be what is blocked."),
        (
            "Put the question in other words, or leave the film out (/file none): "
            "that may be what is blocked."
        ),
    ),
    (
        Action.LEAVE_EARLIER_MEDIA_OUT,
        (
            "Put the question in other words, or ask without -c and -r: the files of earlier "
            "questions are sent again, and may be what is blocked."
        ),
        (
            "Put the question in other words, or begin without the files of earlier questions "
            "(/new): they are sent again, and may be what is blocked."
        ),
    ),
    *[
        (
            action,
            (
                "The files of earlier questions are sent again with each one: "
                f"send the new one in a conversation of its own (without -c and -r){outside}."
            ),
            (
                "The files of earlier questions are sent again with each one: "
                f"/new, then /file and the question again, sends the new one without them{inside}."
            ),
        )
        for action, outside, inside in (
            (Action.SEND_NEW_MEDIA_ALONE, "", ""),
            (
                Action.SEND_NEW_MEDIA_ALONE_OR_SMALLER,
                ", or smaller",
                "; or attach a smaller one",
            ),
        )
    ],
    (
        EarlierMedia(),
        (
            "The files of earlier questions are sent again with each one: ask without -c and -r, "
            "or go on with the model and the server that took them."
        ),
        (
            "The files of earlier questions are sent again with each one. /new begins without "
            "them; /undo, then /file none, takes the last question and its files back; /model "
            "goes on with the model that took them."
        ),
    ),
    (
        EarlierMedia((NEW,)),
        (
            "The files of earlier questions are sent again with each one: ask without -c and -r, "
            f"or a model that takes them: -m {NEW}"
        ),
        (
            "The files of earlier questions are sent again with each one. /new begins without "
            "them; /undo, then /file none, takes the last question and its files back; these take "
            f"them: /model {NEW}"
        ),
    ),
    (
        Action.BEGIN_HISTORY_ANEW,
        "The next question (without -r) sets it aside and begins a new one.",
        "The next mimo chat sets it aside and begins a new one.",
    ),
    (
        Action.CHANGE_SCHEMA,
        "Put the question in other words, or want less of --schema.",
        "/retry asks again, /set schema none takes any answer.",
    ),
    (
        Action.SAVE_INSTEAD_OF_COPYING,
        "Install xclip or wl-copy, or write it to a file (> FILE).",
        "Install xclip or wl-copy, or use /save FILE.",
    ),
    (Action.LIST_CONVERSATIONS, "See: mimo history", "/resume alone lists them."),
    (
        Action.OTHER_MODEL_FOR_ATTACHMENT,
        "Ask a model that takes it (-m), or leave the attachment out.",
        "Ask a model that takes it (/model), or leave the attachment out.",
    ),
    (
        ModelsForMedia(("a", "b")),
        "Ask one that does: -m a or b",
        "Ask one that does: /model a or b",
    ),
    (
        RaiseMaxTokens(has_answer_begun=True),
        "Raise --max-tokens for more.",
        "/set max_tokens N raises it.",
    ),
    (
        RaiseMaxTokens(has_answer_begun=False),
        "Raise --max-tokens, or use --no-thinking.",
        "Raise it (/set max_tokens N), or use /thinking off.",
    ),
    (
        TurnThinkingOff(both(["temperature", "top_p"])),
        "the service ignores temperature and top_p while the model thinks; add --no-thinking",
        (
            "the service ignores temperature and top_p while the model thinks; "
            "/thinking off changes that"
        ),
    ),
    *[
        (key, words, words)
        for key, words in (
            (SetKey(), "No key was sent. Set one: mimo config set api_key"),
            (
                SetKey("it is for another server"),
                (
                    "No key was sent: it is for another server. "
                    "A profile's own: mimo config set -p NAME api_key"
                ),
            ),
            (
                SetKeyAgain("MIMO_API_KEY"),
                "Set it again: mimo config set api_key (it came from MIMO_API_KEY)",
            ),
        )
    ],
    (
        SetBaseUrl("https://a.b"),
        "Run: mimo config set base_url https://a.b",
        "Run: mimo config set base_url https://a.b",
    ),
    (
        SuspectBaseUrl(Phrase("Check base_url. {variable} is set.", variable="HTTPS_PROXY")),
        "Check base_url. HTTPS_PROXY is set.",
        "Check base_url. HTTPS_PROXY is set.",
    ),
    (
        NameCa(Phrase("If you trust {proxy}, name its CA.", proxy="a.b:1")),
        "If you trust a.b:1, name its CA.",
        "If you trust a.b:1, name its CA.",
    ),
    *[
        (NameCa(Phrase("Name its CA."), "CURL_CA_BUNDLE"), words, words)
        for words in (
            'Name its CA. CURL_CA_BUNDLE is not read here: export SSL_CERT_FILE="$CURL_CA_BUNDLE"',
        )
    ],
    (ChooseModel(("a", "b")), "Did you mean -m a or b?", "Did you mean /model a or b?"),
    (
        ReplaceModel(OLD, DATE, NEW),
        f"{OLD} was retired on {DATE}; use -m {NEW}.",
        f"{OLD} was retired on {DATE}; use /model {NEW}.",
    ),
    (
        RetiredModel(OLD, DATE, NEW, is_served_by_mimo=True),
        f"{OLD} was retired on {DATE}; its replacement is {NEW} (-m {NEW})",
        f"{OLD} was retired on {DATE}; its replacement is {NEW} (/model {NEW})",
    ),
    (
        RetiredModel(OLD, DATE, NEW, is_served_by_mimo=False),
        f"{OLD} was retired on {DATE}; if this server lacks it, take {NEW} (-m {NEW})",
        f"{OLD} was retired on {DATE}; if this server lacks it, take {NEW} (/model {NEW})",
    ),
    *[
        (seen, words, words)
        for seen, words in (
            (SeeModels(("a", "b")), "The server has a, b."),
            (SeeModels(("a", "b"), 3), "The server has a, b and 3 more (mimo models --remote)."),
        )
    ],
]


def test_there_is_a_case_for_every_advice() -> None:
    told = [advice for advice, _, _ in WORDS]
    assert {type(advice) for advice in told} == set(get_args(Advice))
    assert set(Action) <= set(told)


@pytest.mark.parametrize(("advice", "outside", "inside"), WORDS)
def test_an_advice_is_told_in_the_terms_of_the_place(
    advice: Advice, outside: str, inside: str
) -> None:
    assert (in_command_terms(advice), in_chat_terms(advice)) == (outside, inside)
    assert advice, "it must not pass for none"


def test_the_chat_names_no_option_of_its_command_line() -> None:
    for advice, _, _ in WORDS:
        told = re.sub(r"mimo .*", "", in_chat_terms(advice))  # to be typed into a shell
        assert not re.search(r"--[a-z]|-[a-z]\b", told)


def test_a_hint_that_reads_the_same_everywhere_stays_as_it_is() -> None:
    hint = Phrase("Try again later.")
    assert in_command_terms(hint) is hint
    assert in_chat_terms(hint) is hint
    assert in_command_terms(Phrase("plain")) == in_chat_terms(Phrase("plain")) == verbatim("plain")


@pytest.mark.parametrize(
    ("error", "can_go_on", "hint"),
    [
        (
            IncompleteError(Phrase("w"), Phrase("y"), Phrase("h")),
            True,
            "/continue asks for the rest, /retry for another answer.",
        ),
        (IncompleteError(Phrase("w"), Phrase("y"), Phrase("h")), False, "/retry asks again."),
        (ServerError(Phrase("w"), Phrase("y"), Phrase("h")), True, "h"),
        (
            ServerError(Phrase("w"), Phrase("y"), RaiseMaxTokens(has_answer_begun=True)),
            True,
            "/continue goes on, /set max_tokens N raises it.",
        ),
    ],
)
def test_a_chat_can_ask_for_the_rest_of_an_answer(
    error: MimoError, can_go_on: bool, hint: str
) -> None:
    assert hint_for(error, can_go_on=can_go_on) == hint


@pytest.mark.parametrize(("advice", "outside", "inside"), WORDS)
def test_a_secret_is_taken_out_of_what_an_advice_holds(
    advice: Advice, outside: str, inside: str
) -> None:
    del outside, inside
    error = MimoError(Phrase("w"), Phrase("y"), advice)
    error.conceal(str.swapcase)
    assert type(error.hint) is type(advice)
    assert error.hint == with_values(advice, str.swapcase)
    has_none = isinstance(advice, Action | RaiseMaxTokens | LeaveMediaOut)
    assert (error.hint == advice) is (has_none or advice in (SetKey(), EarlierMedia()))


def texts_of_code(tree: ast.AST) -> list[str]:
    """Return the literals of a module that are no docstrings."""
    docstrings = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in docstrings
    ]


OURS = re.compile(
    r"--[a-z]|\bmimo [a-z]|(?<![\w-])-m\b|(?:^|[ (])/(?:set|thinking|model|continue)\b"
)
"""An option, a command of the program, or one of its chat."""


@pytest.mark.slow
def test_the_api_names_nothing_of_the_program_around_it() -> None:
    folder = Path(mimo_cli.__file__).parent / "api"
    texts = {
        text
        for path in folder.rglob("*.py")
        for text in texts_of_code(ast.parse(path.read_text("utf-8")))
    }
    assert len(texts) > 500
    assert {text for text in texts if OURS.search(text)} == set()


@pytest.mark.parametrize(
    "text",
    ["Raise --max-tokens", "See: mimo models", "Use -m NAME", "/set max_tokens", "(/model x)"],
)
def test_the_search_for_names_of_the_program_finds_them(text: str) -> None:
    assert OURS.search(text)
