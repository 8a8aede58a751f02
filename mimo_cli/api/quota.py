"""Whether a refusal is about money, or an overload that passes: 429 is said of both. Pure."""

from __future__ import annotations

import re
from typing import NamedTuple

_USED_UP = r"(?i)quota|exhausted|used up|insufficient|balance|credit|额度|余额|用尽|套餐|欠费"
"""Words of MiMo's service, which says 429 for a used-up plan too (mimo-api.md)."""
_PLAN = r"(?:token plan|subscription|balance|credits?|allowance|(?:daily|weekly|monthly) quota)"
_GONE = r"(?:exhausted|used up|depleted|exceeded|ran out|run out|too low|insufficient)"
_PLAN_GONE = (
    rf"(?i)\b{_PLAN}\b[^.;]{{0,40}}\b{_GONE}|\b{_GONE}\b[^.;]{{0,20}}\b{_PLAN}\b"
    r"|\b(?:out of|no|not have enough) (?:more )?credits\b"
    r"|(?:额度|余额|套餐|配额).{0,10}(?:用尽|用完|耗尽|不足)"
)
"""A plan's end, whoever says so."""
_PER_TIME = (
    r"(?i)\b(?:per|every|each)[ _](?:second|minute|hour)|\b[rt]pm\b|too many requests|rate.?limit"
    r"|concurren|每分钟|每秒|并发"
)
_PASSING = (
    rf"{_PER_TIME}|throttl|slow down|\bbusy\b|overload|capacity|upstream|\bpool\b|稍后|繁忙|过载"
    r"|try again (?:later|shortly|soon|in \d)|retry (?:later|in \d|after \d)"
)
"""An overload, which waiting does mend."""
_NOT_PAID = r"(?i)current quota|billing details"  # OpenAI's, behind gateways; Google's per minute
_NO_QUOTA = "insufficient_quota"
"""The type or code of OpenAI and one-api."""
_SOON = 60.0
"""Seconds: nobody asks to wait so briefly for a plan's next month."""
NO_MONEY = (
    r"(?i)(?:insufficient|not enough)[ _](?:\w+[ _])?(?:balance|credits?|funds|quota)"
    r"|budget has been exceeded|额度不足|余额不足|欠费"
)
"""Of gateways, under any status: one-api says 403, LiteLLM 400, MiniMax 200."""


class Said(NamedTuple):
    """What a server said: in words, the type and code of its error, and the seconds to wait."""

    words: str
    kinds: str = ""
    wait: float | None = None


def is_used_up(said: Said, *, is_mimo: bool) -> bool:
    """Return whether a 429 is about money, which waiting does not mend.

    What is in doubt is an overload: to ask again costs less than to give up.
    """
    if _NO_QUOTA in f"{said.kinds} {said.words}" or re.search(NO_MONEY, said.words):
        return True
    is_soon = said.wait is not None and said.wait <= _SOON
    is_passing = is_soon or re.search(_PASSING, said.words) is not None
    if re.search(_PLAN_GONE, said.words):
        return not is_passing or (is_mimo and not re.search(_PER_TIME, said.words))
    doubtful = _USED_UP if is_mimo else _NOT_PAID
    return not is_passing and re.search(doubtful, said.words) is not None
