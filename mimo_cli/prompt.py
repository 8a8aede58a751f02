"""The question: words, files and stdin put together, and refused if they are not text."""

from __future__ import annotations

import os
import select
import stat
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mimo_cli.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

LARGEST = 10 * 1024 * 1024
"""Bytes of input, each of stdin and files. The service takes 32 MB in all."""

PATIENCE = 60.0
"""Seconds for a pipe, where nothing else limits them."""

_BINARY = "If it is text, name its --encoding (utf-16, say); to send it all the same: --lossy"
_RECOMMENDED = "You are MiMo, an AI assistant developed by Xiaomi."
_RECOMMENDED_ZH = "你是MiMo，是小米公司研发的AI智能助手。"
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_WEEKDAYS_ZH = "一二三四五六日"
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


class TextFormat(NamedTuple):
    """How bytes become text: `lossy` replaces what is not of the encoding."""

    encoding: str = "utf-8"
    lossy: bool = False


def compose(words: str, files: Sequence[tuple[str, str]], stdin: str) -> str:
    """The prompt: the words, then each file (name, text), then stdin, each between its tags.

    stdin without words is the words.

    Raises:
        UsageError: there is nothing in it.
    """
    if not words.strip():
        words, stdin = stdin, ""
    parts = [words] if words.strip() else []
    for name, text in files:
        label = (
            name.encode("utf-8", "replace").decode().replace("&", "&amp;").replace('"', "&quot;")
        )
        parts.append(f'<file name="{label}">\n{_ended(text)}</file>')
    if stdin.strip():
        parts.append(f"<stdin>\n{_ended(stdin)}</stdin>")
    if not parts:
        raise UsageError("the prompt is empty", hint='Try: mimo ask "your question"')
    return "\n\n".join(parts)


def check_words(words: str) -> str:
    """The words of the command line, read as UTF-8 also where the locale is not.

    Raises:
        UsageError: they hold bytes that are not text.
    """
    data = os.fsencode(words)
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        where = f"byte 0x{data[error.start]:02X} at offset {error.start}"
        raise UsageError("the prompt is not UTF-8 text", where) from error


def decode(data: bytes, name: str, form: TextFormat) -> str:
    """The text of some bytes.

    Raises:
        UsageError: they are not text of that encoding.
    """
    is_utf8 = form.encoding.lower() in ("utf-8", "utf8")
    codec = "utf-8-sig" if is_utf8 else form.encoding  # drops a byte-order mark
    hint = "Name its --encoding (latin-1, utf-16, …), or send it with --lossy."
    if is_utf8 and not form.lossy and b"\0" in data:
        where = f"a NUL byte at offset {data.index(0)}"
        raise UsageError(f"{name} looks binary", where, _BINARY)
    try:
        text = data.decode(codec, "replace" if form.lossy else "strict")
        text.encode()  # UTF-7 and some others can name what UTF-8 cannot send
    except UnicodeDecodeError as error:
        offset = error.start + len(data) - len(error.object)  # which may lack the mark
        where = f"byte 0x{data[offset]:02X} at offset {offset}"
        raise UsageError(f"{name} is not {form.encoding} text", where, hint) from error
    except UnicodeError as error:  # a codec for something else than texts
        raise UsageError(f"{name} is not {form.encoding} text", str(error), hint) from error
    if form.lossy:
        return text.replace("\0", "\N{REPLACEMENT CHARACTER}")
    if "\0" in text:
        where = f"a NUL at character {text.index(chr(0))}"
        raise UsageError(f"{name} looks binary", where, _BINARY)
    return text


def read_file(path: str, form: TextFormat, seconds: float = PATIENCE) -> str:
    """A file's text; of a pipe that the shell has made, what comes within some seconds.

    Raises:
        UsageError: it is not there, not readable, no file, empty, too large, or not text; a pipe
            did not end in time.
    """
    try:
        is_pipe = _check_kind(path)
        # Opening a pipe that nobody writes to any more would otherwise be waited for.
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)
        with os.fdopen(os.open(path, flags), "rb") as file:
            data = _piped(file.fileno(), path, seconds) if is_pipe else file.read(LARGEST + 1)
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise UsageError(f"cannot read {path}", why) from error
    except ValueError as error:
        raise UsageError(f"cannot read {path!r}", str(error)) from error
    if not data.strip():
        raise UsageError(f"{path} is empty")
    check_size(len(data), path)
    return decode(data, path, form)


def system_prompt(today: time.struct_time, locale: str) -> str:
    """MiMo's recommended system prompt for a day, in Chinese for a Chinese locale.

    Source: Xiaomi's reference, which "highly" recommends it.
    """
    if locale.lower().startswith("zh"):
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
    """Whether a system prompt is the one that `system_prompt` makes, of whatever day."""
    return text.startswith((_RECOMMENDED, _RECOMMENDED_ZH))


def _ended(text: str) -> str:
    return text if text.endswith("\n") else text + "\n"


def check_size(size: int, name: str) -> None:
    """Refuse an input that is larger than any that may be sent.

    Raises:
        UsageError: it is.
    """
    if size > LARGEST:
        limit = LARGEST // 1024 // 1024
        raise UsageError(f"{name} is too large", f"more than {limit} MB", "Send a part of it.")


def _piped(descriptor: int, name: str, seconds: float) -> bytes:
    """Return what comes through a pipe up to its end, and no more than is too large."""
    data = b""
    end = time.monotonic() + seconds
    while len(data) <= LARGEST:
        left = max(0.0, end - time.monotonic())
        if not select.select([descriptor], [], [], left)[0]:
            raise UsageError(f"cannot read {name}", f"it did not end within {seconds:g} seconds")
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
        raise UsageError(f"cannot read {path}", "it is a folder")
    if not stat.S_ISREG(mode) and not is_open_pipe:
        raise UsageError(f"cannot read {path}", "it is not a regular file")
    return is_open_pipe
