from __future__ import annotations

import inspect
import signal

import pytest

from mimo_cli import errors
from mimo_cli.errors import Interrupted, MimoError, ReaderGone
from mimo_cli.phrases import Phrase

EXIT_CODES = {
    "MimoError": (1, "internal"),
    "UsageError": (2, "usage"),
    "ConfigError": (3, "config"),
    "AuthError": (4, "auth"),
    "RateLimitError": (5, "rate_limit"),
    "BillingError": (6, "billing"),
    "NetworkError": (7, "network"),
    "ServerError": (8, "server"),
    "ProtocolError": (8, "protocol"),
    "IncompleteError": (9, "incomplete"),
    "RepetitionError": (9, "repetition"),
    "RequestError": (10, "request"),
    "MediaRefusedError": (10, "media_refused"),
    "BlockedError": (11, "blocked"),
    "LocalIOError": (12, "local_io"),
    "SchemaMismatchError": (13, "schema_mismatch"),
}
"""What scripts rely on: the exit code and the word in `--json`."""


def tree() -> dict[str, type[MimoError]]:
    found = [kind for _, kind in inspect.getmembers(errors, inspect.isclass)]
    return {kind.__name__: kind for kind in found if issubclass(kind, MimoError)}


def test_the_exit_codes_are_those_that_were_promised() -> None:
    assert {name: (kind.exit_code, kind.code) for name, kind in tree().items()} == EXIT_CODES


@pytest.mark.parametrize("name", EXIT_CODES)
def test_the_drawing_of_the_tree_names_every_class_with_its_code(name: str) -> None:
    drawn = [line.split() for line in (errors.__doc__ or "").splitlines()]
    assert [str(EXIT_CODES[name][0])] == [
        words[words.index(name) + 1] for words in drawn if name in words
    ]


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_a_signal_gives_the_code_a_shell_would(number: int, code: int) -> None:
    assert Interrupted(number).exit_code == code


def test_an_interruption_is_swallowed_by_nothing() -> None:
    assert not issubclass(Interrupted, Exception)
    assert not issubclass(ReaderGone, Exception)


def test_a_message_says_what_and_why() -> None:
    assert (
        str(MimoError(Phrase("what"))),
        str(MimoError(Phrase("what"), Phrase("why"), Phrase("hint"))),
    ) == (
        "what",
        "what: why",
    )


def test_a_secret_is_taken_out_of_every_text() -> None:
    canary = "sk-CANARY-0123456789"
    text = Phrase("x {key} y", key=canary)
    error = MimoError(text, text, text, request_id=canary)
    error.conceal(lambda text: text.replace(canary, "…"))
    assert (error.what, error.why, error.hint, error.request_id) == (*["x … y"] * 3, "…")
    plain = MimoError(Phrase("x"))
    plain.conceal(str)
    assert (plain.what, plain.why, plain.hint, plain.request_id) == ("x", "", "", None)
