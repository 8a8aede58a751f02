"""The question: words, files and stdin put together, and refused if they are not text."""

from __future__ import annotations

import re
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from mimo_cli.errors import UsageError
from mimo_cli.phrases import Phrase
from mimo_cli.text import punctuation

if TYPE_CHECKING:
    import time
    from collections.abc import Iterable, Sequence

    from mimo_cli.text.locales import Language

_SPECIAL = r'[&"<>\x00-\x1f\x7f-\x9f]'

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

    stdin without words is the words. Where such a tag stands in a text, all tags of the prompt have
    a longer name: no text can end before its end, and go on as another.

    Raises:
        UsageError: there is nothing in it.
    """
    if not words.strip():
        words, stdin = stdin, ""
    parts = [words] if words.strip() else []
    more = _longer((*(text for _, text in files), stdin))
    for name, text in files:
        parts.append(f'<file{more} name="{_label(name)}">\n{_with_newline(text)}</file{more}>')
    if stdin.strip():
        parts.append(f"<stdin{more}>\n{_with_newline(stdin)}</stdin{more}>")
    if not parts:
        raise UsageError(
            Phrase("the prompt is empty"), hint=Phrase('Try: mimo ask "your question"')
        )
    return "\n\n".join(parts)


def _label(name: str) -> str:
    """Return a file's name as an attribute's value, on one line."""
    from mimo_cli.input.file_names import file_name  # not for words alone

    return re.sub(_SPECIAL, _reference, file_name(name))


def _reference(match: re.Match[str]) -> str:
    char = match[0]
    named = {"&": "&amp;", '"': "&quot;", "<": "&lt;", ">": "&gt;"}
    return named.get(char, f"&#{ord(char)};")


def _longer(texts: Iterable[str]) -> str:
    """Return what the names of tags end in so that none of the texts has one: mostly nothing."""
    found = [text for text in texts if text]
    if not found:
        return ""
    from mimo_cli.text import tags  # not for words alone

    used = {number for text in found for number in tags.numbers(text)}
    return f"-{next(it for it in map(str, count(1)) if it not in used)}" if used else ""


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
