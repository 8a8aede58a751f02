"""Records that say that all is well: among the events of an answer they are no error. Pure.

    {"code": 1000, "message": "success"}    {"status": "done", "message": "finished"}
    {"status": {"code": 200}}               {"error_code": "0", "error_msg": ""}

Loaded for what is no event of the protocol alone: most answers have none.
"""

from __future__ import annotations

import re
from typing import Any

_WELL = (
    r"success(?:ful(?:ly)?)?|succe(?:ed|eded)|ok(?:ay)?|done|finish(?:ed)?|complete[d]?|end(?:ed)?"
)
_OF_WHAT = (
    r"the|your|all|request|response|operation|stream(?:ing)?|generation|query|task|message|chat"
    r"|call|api|is|was|has|been|and|processed"
)
_NO_ERRORS = r"(?:no|0|without(?: any)?) errors?"
_WORDS = re.compile(
    rf"(?:(?:{_OF_WHAT})[\s,:_-]+)*(?:{_WELL})(?:[\s,:_-]+(?:{_OF_WHAT}|{_WELL}|{_NO_ERRORS}))*"
    rf"|{_NO_ERRORS}|none|null|nil|normal"
    r"|(?:请求|操作|调用|处理|响应|执行|生成|发送|返回|获取|查询|任务|全部|已)*"
    r"(?:成功|完成|完毕|结束|正常|无错误|没有错误)",
    re.IGNORECASE,
)
_AROUND = " \t\r\n.!。\uff01~✓✔"
_TEXTS = (
    *("message", "msg", "Message", "error_msg", "error_message", "errorMessage", "errmsg"),
    *("err_msg", "status_msg", "status_message", "detail", "description", "reason", "info"),
)
_STATES = ("status", "state", "result", "error_code", "errcode", "err_code", "error_type", "err")
_STATES_TOO = ("code", "statusCode", "status_code", "ret", "retcode", "error", "errors")
_FAILED = re.compile("err|fail|abort|cancel|exception", re.IGNORECASE)
_STATUS = re.compile("[45][0-9][0-9]")
_CODES_WELL = re.compile(r"0+(?:\.0)?|2[0-9]{2}(?:00)?|false|none|null|", re.IGNORECASE)
_ANY_CODE = re.compile(r"[0-9]{1,6}|[A-Za-z]{0,3}0+")
_DEEPEST = 3


def is_word(text: str) -> bool:
    """Return whether a text says that all is well, and no more."""
    return _WORDS.fullmatch(text.strip(_AROUND)) is not None


def is_record(body: dict[str, Any], left: int = _DEEPEST) -> bool:
    """Return whether an object says that all is well, and nothing in it that anything failed."""
    said = [value for name in _TEXTS if isinstance(value := body.get(name), str) and value.strip()]
    states = {name: body[name] for name in (*_STATES, *_STATES_TOO) if name in body}
    has_word = any(map(is_word, said)) and all(map(is_word, said))
    if (said and not has_word) or body.get("success") is False or body.get("ok") is False:
        return False
    if body.get("error") is True or str(body.get("success")).strip().lower() == "false":
        return False
    inner = body.get("data")
    if isinstance(inner, dict) and not _CODES.isdisjoint(inner) and not is_record(inner, left - 1):
        return False
    is_well = [
        _is_well(state, left, has_word=has_word and not _FAILED.search(name))
        for name, state in states.items()
    ]
    others = (value for name, value in body.items() if name not in _KNOWN and _FAILED.search(name))
    return (has_word or any(map(_tells, states.values()))) and all(is_well) and not any(others)


_KNOWN = frozenset((*_TEXTS, *_STATES, *_STATES_TOO))
_CODES = _KNOWN - {*_TEXTS, "status", "state", "result"}


def _is_well(state: Any, left: int, *, has_word: bool) -> bool:
    """Return whether a state or a code is none of a failure.

    A code may be of any number where a word tells that all is well, but for those of HTTP and of
    errors.
    """
    match state:
        case None | bool():
            return True
        case dict():
            return not state or (left > 0 and is_record(state, left - 1))
        case list():
            return not state
        case _:
            text = str(state).strip()
            is_code = has_word and _ANY_CODE.fullmatch(text) and not _STATUS.fullmatch(text)
            return bool(is_code) or _CODES_WELL.fullmatch(text) is not None or is_word(text)


def _tells(state: Any) -> bool:
    """Return whether there is a state."""
    return state not in (None, "", [], {}) and not isinstance(state, bool)
