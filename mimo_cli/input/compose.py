"""The question: words, files and stdin put together, and refused if they are not text."""

from __future__ import annotations

import os
import select
import stat
import time
from pathlib import Path
from typing import TYPE_CHECKING

from mimo_cli.errors import UsageError
from mimo_cli.phrases import NOTHING, Phrase, reason
from mimo_cli.text import punctuation
from mimo_cli.text.decoding import decode, file_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mimo_cli.text.decoding import TextFormat
    from mimo_cli.text.locales import Language

LARGEST = 10 * 1024 * 1024
"""Bytes of input, each of stdin and files. The service takes 32 MB in all."""

PATIENCE = 60.0
"""Seconds for a pipe, where nothing else limits them."""

_RECOMMENDED = "You are MiMo, an AI assistant developed by Xiaomi."
_RECOMMENDED_ZH = "你是MiMo，是小米公司研发的AI智能助手。"
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_WEEKDAYS_ZH = "一二三四五六日"
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


def compose(words: str, files: Sequence[tuple[str, str]], stdin: str) -> str:
    """Return the prompt: the words, then each file (name, text), then stdin, each between its tags.

    stdin without words is the words.

    Raises:
        UsageError: there is nothing in it.
    """
    if not words.strip():
        words, stdin = stdin, ""
    parts = [words] if words.strip() else []
    for name, text in files:
        label = file_name(name).replace("&", "&amp;").replace('"', "&quot;")
        parts.append(f'<file name="{label}">\n{_with_newline(text)}</file>')
    if stdin.strip():
        parts.append(f"<stdin>\n{_with_newline(stdin)}</stdin>")
    if not parts:
        raise UsageError(
            Phrase("the prompt is empty"), hint=Phrase('Try: mimo ask "your question"')
        )
    return "\n\n".join(parts)


def read_file(path: str, form: TextFormat, seconds: float = PATIENCE) -> str:
    """Return a file's text; of a pipe that the shell has made, what comes within some seconds.

    Raises:
        UsageError: it is not there, not readable, no file, empty, too large, or not text; a pipe
            did not end in time.
    """
    try:
        is_pipe = _check_kind(path)
        # Opening a pipe that nobody writes to any more would otherwise be waited for.
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)
        with os.fdopen(os.open(path, flags), "rb") as file:
            data = _read_pipe(file.fileno(), path, seconds) if is_pipe else file.read(LARGEST + 1)
    except OSError as error:
        hint = NOTHING
        if isinstance(error, FileNotFoundError) and path.startswith(("@", punctuation.AT)):
            sign = punctuation.describe(path[0])
            hint = Phrase("Its name begins with {sign}: without it?", sign=sign)
        raise UsageError(_cannot_read(path), reason(error), hint) from error
    except ValueError as error:
        raise UsageError(Phrase("cannot read {file!r}", file=path), reason(error)) from error
    if not data.strip():
        raise UsageError(Phrase("{file} is empty", file=path))
    check_size(len(data), path)
    return decode(data, path, form)


def _cannot_read(path: str) -> Phrase:
    return Phrase("cannot read {file}", file=path)


def system_file(text: str) -> str:
    """Return the file that a system prompt is in, `@FILE`; empty for a prompt that is a text.

    Raises:
        UsageError: it has another sign than `@` there.
    """
    if text.startswith(punctuation.AT):
        raise UsageError(
            Phrase("the system prompt is not right"),
            Phrase("it begins with {sign}", sign=punctuation.describe(punctuation.AT)),
            Phrase("@FILE reads a file; a text may have a space before."),
        )
    return str(Path(text[1:]).expanduser()) if text.startswith("@") else ""


def system_prompt(today: time.struct_time, language: Language) -> str:
    """Return MiMo's recommended system prompt for a day.

    Source: Xiaomi's reference, which "highly" recommends it.
    """
    if language == "zh":
        date = f"{today.tm_year}年{today.tm_mon}月{today.tm_mday}日"
        weekday = f"星期{_WEEKDAYS_ZH[today.tm_wday]}"
        return (  # in full-width punctuation, as Chinese is written
            f"{_RECOMMENDED_ZH}今天的日期：{date} {weekday}，你的知识截止日期是2024年12月。"
        )
    date = f"{_MONTHS[today.tm_mon - 1]} {today.tm_mday}, {today.tm_year}"
    return (
        f"{_RECOMMENDED} "
        f"Today is date: {_WEEKDAYS[today.tm_wday]}, {date}. "
        "Your knowledge cutoff date is December 2024."
    )


def is_recommended(text: str) -> bool:
    """Return whether a system prompt is the one that `system_prompt` makes, of whatever day."""
    return text.startswith((_RECOMMENDED, _RECOMMENDED_ZH))


def _with_newline(text: str) -> str:
    return text if text.endswith("\n") else text + "\n"


def check_size(size: int, name: str) -> None:
    """Refuse an input of more bytes than any that may be sent; `name` is what to call it.

    Raises:
        UsageError: it is.
    """
    if size > LARGEST:
        what = Phrase("{name} is too large", name=name)
        raise UsageError(what, more_than_most(), Phrase("Send a part of it."))


def more_than_most() -> Phrase:
    """Return why a text is too large to be sent."""
    return Phrase("more than {count} MB", count=LARGEST // 1024 // 1024)


def _read_pipe(descriptor: int, name: str, seconds: float) -> bytes:
    """Return what comes through a pipe up to its end, and no more than is too large."""
    data = b""
    end = time.monotonic() + seconds
    while len(data) <= LARGEST:
        left = max(0.0, end - time.monotonic())
        if not select.select([descriptor], [], [], left)[0]:
            why = Phrase("it did not end within {seconds:g} seconds", seconds=seconds)
            raise UsageError(_cannot_read(name), why)
        part = os.read(descriptor, LARGEST)
        if not part:
            break
        data += part
    return data


def _check_kind(path: str) -> bool:
    """Return whether it is a pipe.

    Raises:
        UsageError: reading it may never end.
    """
    mode = Path(path).stat().st_mode
    # `<(command)` in a shell names a pipe that is open already; any other may block for ever.
    is_open_pipe = stat.S_ISFIFO(mode) and path.startswith(("/dev/fd/", "/proc/self/fd/"))
    if stat.S_ISDIR(mode):
        raise UsageError(_cannot_read(path), Phrase("it is a folder"))
    if not stat.S_ISREG(mode) and not is_open_pipe:
        raise UsageError(_cannot_read(path), Phrase("it is not a regular file"))
    return is_open_pipe
