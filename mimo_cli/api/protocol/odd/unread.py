"""What comes in the place of an event: a sign of life, or words that may be an error's. Pure.

Loaded for those alone: most answers have none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mimo_cli.api.protocol import fields
from mimo_cli.api.protocol.json_text.exact import is_too_deep
from mimo_cli.api.protocol.json_text.reader import object_or_none
from mimo_cli.api.protocol.messages import Unread
from mimo_cli.api.protocol.odd.life import FAILED, LIFE, METADATA
from mimo_cli.api.protocol.odd.wrappers import wrapped_error, written
from mimo_cli.api.protocol.surrogates import join_surrogates
from mimo_cli.api.replies import error_body, success
from mimo_cli.errors import ALWAYS, ProtocolError
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from mimo_cli.api.protocol.messages import Json

_WORDS = re.compile(r"[^\W\d_]{2,}")
"""Of one letter is what stands in times: `2026-11-26T10:00:00Z`."""
_ANSWERS = (
    "text",
    "content",
    "output",
    "response",
    "completion",
    "answer",
    "thinking",
    "reasoning",
)
"""Where an object of another protocol has a part of its answer."""
_SHOWN = 200


def may_tell_failure(part: str) -> bool:
    """Return whether a line, or an object of several, tells of a failure."""
    if part.lstrip().startswith("<"):
        return True
    body = object_or_none(part)
    if body is None or is_too_deep(body):
        return body is None and has_words_of_failure(part)
    return error_body.is_error(body) or _is_failure(body)


def is_lost_part(stray: str) -> bool:
    """Return whether a part of the answer is among the lines that are no events."""
    return _DELTA.search(stray) is not None


_DELTA = re.compile(r'"type"\s*:\s*"content_block_delta"')


def read_untyped(body: Json) -> Unread:
    """Return what an object without a type says, which is no known sign of life.

    Raises:
        ProtocolError: it has what may be a part of the answer.
    """
    text = written(body)
    if (error := wrapped_error(body)) is not None:
        return Unread(error_body.read(error).text or text, may_be_error=True, is_failure=True)
    if any(map(_is_of_answer, (body.get(name) for name in _ANSWERS))):
        raise unreadable(text)
    message = body.get("message")
    return passed_over(body, error_body.read(body).text if isinstance(message, str) else text)


def _is_of_answer(value: object) -> bool:
    """Return whether a field has words that are no comment, a sign of life as SSE has it."""
    text = fields.text(value)
    return bool(text) and not (isinstance(value, str) and text.lstrip().startswith(":"))


def passed_over(value: object, text: str) -> Unread:
    """Return what came in the place of an event, with its `text`."""
    if isinstance(value, str) and (page := _page(value)):
        return Unread(page, may_be_error=True, is_failure=True)
    is_well = success.is_word(value) if isinstance(value, str) else False
    if isinstance(value, dict) and not is_too_deep(value):
        is_well = success.is_record(value)
    if is_well:
        return Unread(join_surrogates(text), may_be_error=False)
    is_deep = is_too_deep(value)
    may_be_error = _may_be_error(text if is_deep else value)
    return Unread(join_surrogates(text), may_be_error, not is_deep and _is_failure(value))


_PAGE = re.compile(r"\s*<(?:!doctype|html|head|title|body|\?xml)\b", re.IGNORECASE)


def _page(text: str) -> str:
    """Return what a web page says that came as an event, its title mostly; "" if it is none."""
    if not _PAGE.match(text):
        return ""
    from mimo_cli.api.replies import body_text  # most are none

    return body_text.words(text.encode("utf-8", "replace"), None).shown


def _may_be_error(value: object) -> bool:
    """Return whether a value has a word that is of no sign of life, or says that it failed."""
    match value:
        case str():
            return any(LIFE.fullmatch(word) is None for word in _WORDS.findall(value))
        case list():
            return any(map(_may_be_error, value))
        case dict():
            others = (
                item for name, item in value.items() if name not in METADATA or name == "event"
            )
            is_named = any(item and FAILED.search(name) for name, item in value.items())
            return is_named or error_body.has_failed(value) or any(map(_may_be_error, others))
        case _:
            return False


_STRONG = re.compile(
    r"\berrors?\b|\bfailed\b|failure|exceeded|timed out|time-?out|unavailable|overloaded|denied"
    r"|unauthorized|exception"
    r"|\bquota\b[^.;]{0,40}\b(?:used up|exhausted|insufficient|reached|been used)\b"
    r"|\b(?:exhausted|insufficient|reached|out of|used up)\b[^.;]{0,40}\bquota\b"
    r"|错误|出错|有误|失败|超时|超出|超过|超限|超额|异常|繁忙|忙碌|不足|不可用",
    re.IGNORECASE,
)
"""Words of errors alone: what has none of them may be a server's greeting, or metadata."""
_NO_FAILURE = re.compile(
    r"\b(?:no|0|zero|without(?: any)?|free of) (?:errors?|failures?|exceptions?|time-?outs?)\b"
    r"|\b(?:errors?|failures?|failed|exceptions?)\"?\s*[:=]\s*"
    r"(?:\"?(?:none|null|nil|no|ok)\b(?! of)|0\b|\[\])"
    r"|\b0 failed\b|(?:无|没有|未发现|未见|零)(?:任何)?(?:错误|异常|失败|超时)",
    re.IGNORECASE,
)
"""Words that say that nothing failed."""
_ERRORS_NAME = re.compile(
    r"(?:err|errors?|fail(?:ed|ure)?|exception)(?:_?(?:msg|message|code|text|type|reason|detail))?",
    re.IGNORECASE,
)


def _is_failure(value: object) -> bool:
    """Return whether a text has words of errors, or an object names an error or its status."""
    match value:
        case str():
            return has_words_of_failure(value)
        case dict():
            is_named = any(
                _ERRORS_NAME.fullmatch(name) and error_body.is_there(item)
                for name, item in value.items()
            )
            return is_named or error_body.has_failed(
                {name: item for name, item in value.items() if _may_say_failed(name, item)}
            )
        case _:
            return False


def has_words_of_failure(text: str) -> bool:
    """Return whether a text has words of errors, but for those that say that there was none."""
    return _STRONG.search(text) is not None and (
        _STRONG.search(_NO_FAILURE.sub("", text)) is not None
    )


def _may_say_failed(name: str, item: object) -> bool:
    """Return whether a field may be looked at for a failure: `{"status": "routed"}` tells none."""
    if isinstance(item, str):
        return item.isdecimal() or has_words_of_failure(item)
    return name != "detail"


def unreadable(data: str) -> ProtocolError:
    """Return the error for an event that might have said something; it quotes what came."""
    why = Phrase("it sent: {data}", data=_page(data) or data[:_SHOWN])
    error = ProtocolError(fields.NO_SENSE, why, retry_limit=ALWAYS)
    error.quotes_server = True
    return error
