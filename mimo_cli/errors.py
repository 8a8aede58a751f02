"""Everything that can go wrong, as one tree. Each class has the exit code that scripts see.

MimoError                  1   a bug in this program
├── UsageError             2   a bad option, an empty prompt, input that is not text
├── ConfigError            3   configuration unreadable, malformed, unwritable; bad URL or proxy
├── AuthError              4   no key, or the key was refused
├── RateLimitError         5   rate limit, after the retries too, or told to wait over a minute
├── BillingError           6   the balance or the plan is used up
├── NetworkError           7   DNS, connection, TLS, proxy, no first byte
├── ServerError            8   the server failed, or sent something that is no answer
│   └── ProtocolError      8   it sent something else than the Messages protocol
├── IncompleteError        9   an answer that broke off: what came was kept
│   └── RepetitionError    9   stopped because it went round in circles (stop_loops)
├── RequestError          10   the request was refused
│   └── MediaRefusedError 10   refused for a picture, a recording or a film in it
├── BlockedError          11   blocked by a content filter, or refused by the model
├── LocalIOError          12   output could not be written: a full disk, a file
└── SchemaMismatchError   13   the answer does not fit its schema, after the repairs

Interrupted          128 + n   a signal asked the program to stop    (not an Exception:
ReaderGone               141   the reader of our output has left      nothing may swallow these)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from mimo_cli.phrases import NOTHING, Phrase

if TYPE_CHECKING:
    from collections.abc import Callable

    from mimo_cli.advice import Advice

ALWAYS = 1_000_000
"""A `retry_limit`: as often as the user allows."""


class MimoError(Exception):
    """Something the user can be told about.

    `what` happened, `why` (may be empty, may hold a server's own words: sanitise before showing),
    `hint` says what to do: a phrase that reads the same everywhere (`NOTHING` where there is
    nothing to do), or an advice that is told in the words of whoever shows it. `status` is an HTTP
    status, `retry_after` seconds.
    """

    exit_code: ClassVar[int] = 1
    code: ClassVar[str] = "internal"

    def __init__(
        self,
        what: Phrase,
        why: Phrase = NOTHING,
        hint: Phrase | Advice = NOTHING,
        *,
        status: int | None = None,
        request_id: str | None = None,
        retry_after: float | None = None,
        retry_limit: int = 0,
    ) -> None:
        super().__init__(what)
        self.what = what
        self.why = why
        self.hint = hint
        self.status = status
        self.request_id = request_id
        self.retry_after = retry_after
        self.retry_limit = retry_limit
        """How often sending the same request again is worth a try, at most."""
        self.quotes_server = False
        """Whether `why` has a server's own words, which may be long: a stack trace, say."""

    @property
    def message(self) -> Phrase:
        """Return what happened and why, as one phrase."""
        if not self.why:
            return self.what
        return Phrase("{what}: {why}", what=self.what, why=self.why)

    def conceal(self, conceal: Callable[[str], str]) -> None:
        """Put what came from outside in every text through a function that takes a secret out."""
        self.what, self.why = self.what.with_values(conceal), self.why.with_values(conceal)
        self.hint = _concealed_hint(self.hint, conceal)
        self.request_id = self.request_id and conceal(self.request_id)

    def __str__(self) -> str:
        return str(self.message)


def _concealed_hint(hint: Phrase | Advice, conceal: Callable[[str], str]) -> Phrase | Advice:
    if isinstance(hint, Phrase):
        return hint.with_values(conceal)
    from mimo_cli.advice import with_values  # the hint of most errors is a phrase

    return with_values(hint, conceal)


class UsageError(MimoError):
    """The command line or the input is not right."""

    exit_code = 2
    code = "usage"


class ConfigError(MimoError):
    """The configuration, a URL or a proxy setting is not right."""

    exit_code = 3
    code = "config"


class AuthError(MimoError):
    """There is no key, or the server refused it."""

    exit_code = 4
    code = "auth"


class RateLimitError(MimoError):
    """Too many requests, also after the retries."""

    exit_code = 5
    code = "rate_limit"


class BillingError(MimoError):
    """The balance or the plan is used up."""

    exit_code = 6
    code = "billing"


class NetworkError(MimoError):
    """The server could not be reached."""

    exit_code = 7
    code = "network"


class ServerError(MimoError):
    """The server failed."""

    exit_code = 8
    code = "server"


class ProtocolError(ServerError):
    """The server sent something that is not the Messages protocol."""

    code = "protocol"


class IncompleteError(MimoError):
    """Part of an answer came, then it broke off."""

    exit_code = 9
    code = "incomplete"


class RepetitionError(IncompleteError):
    """The answer repeated itself over and over, and was stopped."""

    code = "repetition"


class RequestError(MimoError):
    """The server refused the request."""

    exit_code = 10
    code = "request"


class MediaRefusedError(RequestError):
    """The server refused the request for its media: they would be refused again."""

    code = "media_refused"


class BlockedError(MimoError):
    """A content filter stopped the question or the answer."""

    exit_code = 11
    code = "blocked"


class LocalIOError(MimoError):
    """Output could not be written."""

    exit_code = 12
    code = "local_io"


class SchemaMismatchError(MimoError):
    """An answer came, and is not of the schema that was wanted, or nobody can say whether it is."""

    exit_code = 13
    code = "schema_mismatch"


class Interrupted(BaseException):
    """A signal asked the program to stop. Raised in the main thread by the signal's handler."""

    code = "interrupted"

    def __init__(self, signum: int) -> None:
        super().__init__(signum)
        self.signum = signum

    @property
    def exit_code(self) -> int:
        """Return what a shell reports for a program that died of this signal."""
        return 128 + self.signum


class ReaderGone(BaseException):
    """The reader of stdout closed the pipe."""

    code: ClassVar[str] = "reader_gone"
    exit_code: ClassVar[int] = 141
    """What a shell reports for a program that died of SIGPIPE."""


Failure = MimoError | Interrupted | ReaderGone
"""What may end an answer before its time."""
