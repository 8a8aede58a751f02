r"""Unicode's properties that a pattern of ECMA-262 may name, as sets for Python's `re`. Pure.

General categories (`\p{Lu}`), as Python's own `unicodedata` has them, the scripts below, and what
is plain: `Any`, `ASCII`, `Assigned`, `White_Space`. The others (emoji, say) Python has no table of.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    Run = tuple[int, int]
    """The first character of some that follow one another, and the last."""

_LAST = 0x10FFFF
_LONG: dict[str, str] = dict(
    re.findall(
        r"(\w+)=(\w+)",
        "Letter=L Cased_Letter=LC Uppercase_Letter=Lu Lowercase_Letter=Ll Titlecase_Letter=Lt "
        "Modifier_Letter=Lm Other_Letter=Lo Mark=M Combining_Mark=M Nonspacing_Mark=Mn "
        "Spacing_Mark=Mc Enclosing_Mark=Me Number=N Decimal_Number=Nd digit=Nd Letter_Number=Nl "
        "Other_Number=No Punctuation=P punct=P Connector_Punctuation=Pc Dash_Punctuation=Pd "
        "Open_Punctuation=Ps Close_Punctuation=Pe Initial_Punctuation=Pi Final_Punctuation=Pf "
        "Other_Punctuation=Po Symbol=S Math_Symbol=Sm Currency_Symbol=Sc Modifier_Symbol=Sk "
        "Other_Symbol=So Separator=Z Space_Separator=Zs Line_Separator=Zl Paragraph_Separator=Zp "
        "Other=C Control=Cc cntrl=Cc Format=Cf Surrogate=Cs Private_Use=Co Unassigned=Cn",
    )
)
"""The short name of each category, by its long ones."""
_UNITED: dict[str, tuple[str, ...]] = {"LC": ("Lu", "Ll", "Lt")}
_CATEGORY = re.compile(r"(?:(?:General_Category|gc)=)?(\w+)")
_SCRIPT = re.compile(r"(?:Script|sc)=(\w+)")
_PLAIN = {
    "Any": "0-10ffff",
    "ASCII": "0-7f",
    "White_Space": "9-d 20 85 a0 1680 2000-200a 2028 2029 202f 205f 3000",
}
_OTHER_NAMES = {
    "Arab": "Arabic",
    "Cyrl": "Cyrillic",
    "Deva": "Devanagari",
    "Grek": "Greek",
    "Hani": "Han",
    "Hang": "Hangul",
    "Hebr": "Hebrew",
    "Hira": "Hiragana",
    "Kana": "Katakana",
    "Latn": "Latin",
}
_SCRIPTS = {
    "Arabic": (
        "600-604 606-60b 60d-61a 61c-61e 620-63f 641-64a 656-66f 671-6dc 6de-6ff 750-77f 870-891 "
        "897-8e1 8e3-8ff fb50-fd3d fd40-fdcf fdf0-fdff fe70-fe74 fe76-fefc 10e60-10e7e "
        "10ec2-10ec7 10ed0-10ed8 10efa-10eff 1ee00-1ee03 1ee05-1ee1f 1ee21-1ee22 1ee24 1ee27 "
        "1ee29-1ee32 1ee34-1ee37 1ee39 1ee3b 1ee42 1ee47 1ee49 1ee4b 1ee4d-1ee4f 1ee51-1ee52 "
        "1ee54 1ee57 1ee59 1ee5b 1ee5d 1ee5f 1ee61-1ee62 1ee64 1ee67-1ee6a 1ee6c-1ee72 "
        "1ee74-1ee77 1ee79-1ee7c 1ee7e 1ee80-1ee89 1ee8b-1ee9b 1eea1-1eea3 1eea5-1eea9 "
        "1eeab-1eebb 1eef0-1eef1"
    ),
    "Cyrillic": (
        "400-484 487-52f 1c80-1c8a 1d2b 1d78 2de0-2dff a640-a69f fe2e-fe2f 1e030-1e06d 1e08f"
    ),
    "Devanagari": "900-950 955-963 966-97f a8e0-a8ff 11b00-11b09",
    "Greek": (
        "370-373 375-377 37a-37d 37f 384 386 388-38a 38c 38e-3a1 3a3-3e1 3f0-3ff 1d26-1d2a "
        "1d5d-1d61 1d66-1d6a 1dbf 1f00-1f15 1f18-1f1d 1f20-1f45 1f48-1f4d 1f50-1f57 1f59 1f5b "
        "1f5d 1f5f-1f7d 1f80-1fb4 1fb6-1fc4 1fc6-1fd3 1fd6-1fdb 1fdd-1fef 1ff2-1ff4 1ff6-1ffe "
        "2126 ab65 10140-1018e 101a0 1d200-1d245"
    ),
    "Han": (
        "2e80-2e99 2e9b-2ef3 2f00-2fd5 3005 3007 3021-3029 3038-303b 3400-4dbf 4e00-9fff "
        "f900-fa6d fa70-fad9 16fe2-16fe3 16ff0-16ff6 20000-2a6df 2a700-2b81d 2b820-2cead "
        "2ceb0-2ebe0 2ebf0-2ee5d 2f800-2fa1d 30000-3134a 31350-33479"
    ),
    "Hangul": (
        "1100-11ff 302e-302f 3131-318e 3200-321e 3260-327e a960-a97c ac00-d7a3 d7b0-d7c6 "
        "d7cb-d7fb ffa0-ffbe ffc2-ffc7 ffca-ffcf ffd2-ffd7 ffda-ffdc"
    ),
    "Hebrew": "591-5c7 5d0-5ea 5ef-5f4 fb1d-fb36 fb38-fb3c fb3e fb40-fb41 fb43-fb44 fb46-fb4f",
    "Hiragana": "3041-3096 309d-309f 1b001-1b11f 1b132 1b150-1b152 1f200",
    "Katakana": (
        "30a1-30fa 30fd-30ff 31f0-31ff 32d0-32fe 3300-3357 ff66-ff6f ff71-ff9d 1aff0-1aff3 "
        "1aff5-1affb 1affd-1affe 1b000 1b120-1b122 1b155 1b164-1b167"
    ),
    "Latin": (
        "41-5a 61-7a aa ba c0-d6 d8-f6 f8-2b8 2e0-2e4 1d00-1d25 1d2c-1d5c 1d62-1d65 1d6b-1d77 "
        "1d79-1dbe 1e00-1eff 2071 207f 2090-209c 212a-212b 2132 214e 2160-2188 2c60-2c7f "
        "a722-a787 a78b-a7dc a7f1-a7ff ab30-ab5a ab5c-ab64 ab66-ab69 fb00-fb06 ff21-ff3a "
        "ff41-ff5a 10780-10785 10787-107b0 107b2-107ba 1df00-1df1e 1df25-1df2a"
    ),
    "Thai": "e01-e3a e40-e5b",
}
"""Characters of scripts, by Unicode 17 (Scripts.txt): of 160 those that are written the most."""


@cache
def members(name: str, *, is_negated: bool = False) -> str | None:
    """Return what stands between the brackets of a set for a property; None if it is not known.

    It takes a tenth of a second for the first category.
    """
    runs = _runs(name)
    if runs is None:
        return None
    return "".join(map(_written, _others(runs) if is_negated else runs))


def _runs(name: str) -> list[Run] | None:
    if script := _SCRIPT.fullmatch(name):
        known = _OTHER_NAMES.get(script[1], script[1])
        return [*_read(_SCRIPTS[known])] if known in _SCRIPTS else None
    if name in _PLAIN:
        return [*_read(_PLAIN[name])]
    if name == "Assigned":
        return [*_others(_of_categories(("Cn",)))]
    if category := _CATEGORY.fullmatch(name):
        short = _LONG.get(str(category[1]), str(category[1]))
        if short in _UNITED or short in _LONG.values():
            return _of_categories(_UNITED.get(short, (short,)))
    return None


def _read(table: str) -> Iterator[Run]:
    for row in table.split():
        first, _, last = row.partition("-")
        yield int(first, 16), int(last or first, 16)


@cache
def _all() -> list[tuple[str, Run]]:
    """Return the category of each run of characters that have one and the same."""
    found, place = [], 0
    for category, run in groupby(map(unicodedata.category, map(chr, range(_LAST + 1)))):
        count = sum(1 for _ in run)
        found.append((category, (place, place + count - 1)))
        place += count
    return found


def _of_categories(names: tuple[str, ...]) -> list[Run]:
    found: list[Run] = []
    for category, (first, last) in _all():
        if category.startswith(names):
            if found and found[-1][1] == first - 1:
                found[-1] = (found[-1][0], last)
            else:
                found.append((first, last))
    return found


def _others(runs: Iterable[Run]) -> Iterator[Run]:
    """Yield what is between runs, before them and behind them."""
    place = 0
    for first, last in runs:
        if first > place:
            yield place, first - 1
        place = last + 1
    if place <= _LAST:
        yield place, _LAST


def _written(run: Run) -> str:
    first, last = (f"\\U{it:08x}" for it in run)
    return first if first == last else f"{first}-{last}"
