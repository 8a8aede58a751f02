"""Whether a refusal is about money, or an overload that passes: 429 is said of both. Pure."""

from __future__ import annotations

import re
from typing import NamedTuple

from mimo_cli.phrases import NOTHING, Phrase

_USED_UP = r"(?i)quota|exhausted|used up|insufficient|balance|credit|额度|余额|用尽|套餐|欠费"
"""Words of MiMo's service, which says 429 for a used-up plan too (mimo-api.md)."""
_MIMO_QUOTA = r"(?i)^\W*(?:(?:the|your) )?quota (?:is |has been )?(?:exhausted|used up|exceeded)\b"
"""Words of MiMo's service that are of its plan, and of no worker's or server's quota."""
_PLAN = r"(?:token plan|subscription|balance|credits?|allowance|(?:daily|weekly|monthly) quota)"
_GONE = r"(?:exhausted|used up|depleted|exceeded|ran out|run out|too low|insufficient)"
_PLAN_GONE = (
    rf"(?i)\b{_PLAN}\b[^.;]{{0,40}}\b{_GONE}|\b{_GONE}\b[^.;]{{0,20}}\b{_PLAN}\b"
    r"|\b(?:out of|no|not have enough) (?:more )?credits\b"
    r"|(?:额度|余额|套餐|配额).{0,10}(?:用尽|用完|耗尽|不足)"
)
"""A plan's end, whoever says so."""
_PER_TIME = (
    r"(?i)\b(?:per|every|each)[ _](?:second|minute|hour)|\b[rt]pm\b|too many requests"
    r"|rate.?limit(?!error)|concurren|每分钟|每秒|并发"
)
_PASSING = (
    rf"{_PER_TIME}|throttl|slow down|\bbusy\b|overload|capacity|upstream|\bpool\b|稍后|繁忙|过载"
    r"|try again (?:later|shortly|soon|in \d)|retry (?:later|in \d|after \d)"
)
"""An overload, which waiting does mend."""
_NOT_PAID = r"(?i)current quota|billing details"  # OpenAI's, behind gateways; Google's per minute
_KINDS = (
    r"(?i)exceeded_current_quota_error|budget_exceeded|insufficient_(?:user_)?(?:quota|balance)"
    r"(?![a-z_])|\bbilling_"
)
"""Types and codes: Moonshot's, LiteLLM's, OpenAI's and one-api's, DeepSeek's, Anthropic's."""
_PAID_FOR = (
    r"(?i)check your account balance|free allocated quota exceeded|\bover budget\b"
    r"|额度.{0,10}(?:不足|失败|用尽|已用)"
)
"""Moonshot's, DashScope's, LiteLLM's and one-api's words, under 429."""
_LIMIT_PER_TIME = (
    r"(?i)(?:per|every|each|a)[ _](?:second|minute)|per[ _]day requests|requests per[ _]day"
    r"|\b[rt]pm\b|每分钟|每秒|并发"
)
_OVERLOAD = r"(?i)insufficient capacity|slow down"
"""Whatever else is named."""
_STATED = r"(?i)\b(?:retry|try again|wait) (?:in|after|for)? ?(\d+(?:\.\d+)?) ?(m?s\b|sec|m\b|min)"
_SECONDS = {"ms": 0.001, "s": 1.0, "sec": 1.0, "m": 60.0, "min": 60.0}
_SOON = 60.0
"""Seconds: nobody asks to wait so briefly for a plan's next month."""
NO_MONEY = (
    r"(?i)(?:insufficient|not enough)[ _](?:\w+[ _])?(?:balance|credits?|funds|quota)"
    r"|budget has been exceeded|exceededbudget|额度不足|余额不足|欠费"
)
"""Of gateways, under any status: one-api says 403, LiteLLM 400, MiniMax 200."""


class Said(NamedTuple):
    """What a server said of an error: in words, and as they are shown to a person.

    `kinds` are the type and the code of the error, `wait` the seconds that it asks to wait.
    """

    words: str
    shown: Phrase = NOTHING
    kinds: str = ""
    wait: float | None = None


def is_used_up(said: Said, *, is_mimo: bool) -> bool:
    """Return whether a 429 is about money, which waiting does not mend.

    What is in doubt is an overload: to ask again costs less than to give up.
    """
    stated = _stated(said.words)
    is_stated_soon = stated is not None and stated <= _SOON
    is_soon = is_stated_soon or (said.wait is not None and said.wait <= _SOON)
    if re.search(_OVERLOAD, said.words) or (is_soon and re.search(_LIMIT_PER_TIME, said.words)):
        return False
    if re.search(_KINDS, said.kinds):
        return True
    if is_stated_soon:
        return False
    is_of_money = re.search(_KINDS, said.words) or re.search(NO_MONEY, said.words)
    return bool(is_of_money) or _is_plan_gone(said.words, is_mimo=is_mimo, is_soon=is_soon)


def _is_plan_gone(words: str, *, is_mimo: bool, is_soon: bool) -> bool:
    """Return whether words without a known code are of a plan's end rather than of an overload."""
    is_per_time = re.search(_PER_TIME, words) is not None
    if re.search(_PAID_FOR, words) and not is_per_time:
        return True
    is_passing = is_soon or re.search(_PASSING, words) is not None
    if re.search(_PLAN_GONE, words):
        return not is_passing or (is_mimo and not is_per_time)
    if is_mimo and re.search(_MIMO_QUOTA, words) and not is_soon:
        return not is_per_time
    doubtful = _USED_UP if is_mimo else _NOT_PAID
    return not is_passing and re.search(doubtful, words) is not None


def _stated(words: str) -> float | None:
    """Return the seconds that a server says in words to wait."""
    found = re.search(_STATED, words)
    return None if found is None else float(found[1]) * _SECONDS[found[2].lower()]
