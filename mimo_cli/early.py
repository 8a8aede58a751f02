"""A signal before anything is loaded: the object for scripts comes all the same.

With `--json` an object comes in every state, and loading what makes it takes a good part of a
second. A handler may run in the middle of any import: so this one imports nothing, and writes the
text by hand. `Signals.catch` takes over from here.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # typeshed knows `signal` alone, which wraps it
import os
import sys

TYPE_CHECKING = False  # importing typing for this would delay what is to come at once
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DEFAULT_MODEL = "mimo-v2.6-pro"
"""The catalogue's, which is not loaded yet."""

_LAST_SECONDS = 0.15  # for a pipe that is full
_ENDING = ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT")
_ERROR = (
    '{{"code": "interrupted", "exit_code": {}, "status": null,'
    ' "message": "interrupted by signal {}", "request_id": null, "retry_after": null}}'
)
_NO_USAGE = (
    '{"input_tokens": null, "output_tokens": null, "cache_read_input_tokens": null,'
    ' "cache_creation_input_tokens": null}'
)
_RESULT = (
    f'{{"schema": 1, "type": "result", "id": null, "model": MODEL, "text": "", "thinking": null,'
    f' "content": [], "tool_calls": [], "stop_reason": null, "stop_sequence": null,'
    f' "usage": {_NO_USAGE}, "data": null, "repairs": 0,'
    f' "attachments": [], "conversation": null, "partial": false, "error": ERROR}}\n'
)
_OBJECTS = {
    "ask": _RESULT,
    "chat": _RESULT,
    "models": '{"schema": 1, "checked": null, "server": null, "models": [], "error": ERROR}\n',
    "doctor": '{"schema": 1, "ok": false, "checks": [], "error": ERROR}\n',
}
"""By command, what its `--json` is of which nothing has come."""


def catch(args: Sequence[str], environ: Mapping[str, str]) -> None:
    """Let signals write the object of a command line that wants one, and end the process.

    One that the parent had ignored stays ignored.
    """
    if sys.stdout is None or not text(
        args, environ, 0
    ):  # it was closed: the number may be a file's
        return

    def end(number: int, _frame: object) -> None:  # pragma: no cover - ends what is measured
        for other in numbers:
            _signal.signal(other, _signal.SIG_DFL)
        _write(text(args, environ, number))
        os.kill(os.getpid(), number)

    numbers = [getattr(_signal, name) for name in _ENDING if hasattr(_signal, name)]
    numbers = [number for number in numbers if _signal.getsignal(number) != _signal.SIG_IGN]
    for number in numbers:
        _signal.signal(number, end)


def text(args: Sequence[str], environ: Mapping[str, str], number: int) -> str:
    """Return the object of a command line that a signal ended, "" for one that wants none."""
    words = list(args)[: list(args).index("--")] if "--" in args else list(args)
    command = next((word for word in words if not word.startswith("-")), "")
    if command not in _OBJECTS or not {"--json", "--jsonl"} & {*words}:
        return ""
    model = _option(words) or environ.get("MIMO_MODEL") or DEFAULT_MODEL
    error = _ERROR.format(128 + number, number)
    return _OBJECTS[command].replace("ERROR", error).replace("MODEL", _quote(model))


def _option(words: Sequence[str]) -> str:
    """Return the model that an option names, or nothing."""
    found = ""
    for word, after in zip(words, [*words[1:], ""], strict=True):
        if word in ("-m", "--model"):
            found = after
        elif word.startswith(("-m", "--model=")):
            found = word.removeprefix("--model=").removeprefix("-m")
    return found


def _quote(model: str) -> str:
    """Return a name as JSON in ASCII; nothing of one that may be a key."""
    if "sk-" in model or "tp-" in model:
        return '"…"'.replace("…", "\\u2026")
    return f'"{"".join(map(_escape, model))}"'


def _escape(char: str) -> str:
    code = ord(char)
    if " " <= char <= "~" and char not in '"\\':
        return char
    if code < 0x10000:  # noqa: PLR2004 - what four digits can say
        return f"\\u{code:04x}"
    high, low = divmod(code - 0x10000, 0x400)
    return f"\\u{0xD800 + high:04x}\\u{0xDC00 + low:04x}"


def _write(line: str) -> None:  # pragma: no cover - ends what is measured
    """Write to stdout, as far as somebody takes it in time."""
    if hasattr(_signal, "setitimer"):
        _signal.signal(_signal.SIGALRM, _give_up)
        _signal.setitimer(_signal.ITIMER_REAL, _LAST_SECONDS)
    try:  # noqa: SIM105 - contextlib may be what is being imported
        os.write(1, line.encode())
    except OSError:
        pass  # nobody reads it, and what ends the process is the signal


def _give_up(_number: int, _frame: object) -> None:  # pragma: no cover - ends what is measured
    raise TimeoutError
