"""Types behind the colon of a field in the short form, as people and other languages write them.

`age: int (years)` is a type and a description, `bio: string of pearls` a description alone. Pure.
"""

from __future__ import annotations

import re
from typing import Literal

from mimo_cli.named_tuple import NamedTuple

_PLAIN = "str|int|float|bool|integer|boolean"
"""Types that begin no sentence: they are types before any word."""
_WORDS = "number|string"
"""Types that are words besides: they are types before what goes on with no word."""
_TYPE = rf"(?:{_PLAIN}|{_WORDS})"
_LISTED = r"\[[\[\s]*+[^\[\]]*+\][\]\s]*"
_ONE = rf"(?:{_TYPE}\b(?:\s*\[\s*\])?|{_LISTED})"
_NOTHING = r"(?:none|null|nil|undefined)\b"
_OR = r"\s*(?:\||/|\bor\b)\s*"
OTHER_LIST = r"(?:list|array|sequence|tuple|set)\s*[\[<(]\s*([a-z]+)\s*[\])>]"
"""A list in another language's way, of a type that is the group, in whatever case."""

_OPTIONAL = re.compile(
    rf"{_ONE}\s*\?|optional\s*[\[<(]|optional\s+{_ONE}|{_ONE}{_OR}{_NOTHING}|{_NOTHING}{_OR}{_ONE}",
    re.IGNORECASE,
)
_SEVERAL = re.compile(rf"{_ONE}{_OR}{_ONE}(?!\w)|union\s*[\[<]", re.IGNORECASE)
_LIST = re.compile(_LISTED)
_WRITTEN_OTHERWISE = re.compile(rf"{OTHER_LIST}|{_TYPE}\s*\[\s*\]", re.IGNORECASE)
_UNKNOWN = re.compile(
    r"(?:list|array|dict|datetime)(?![\w'\u2019-])|(?:object|map|tuple)(?=\s*[;#]|\s*$)",
    re.IGNORECASE,
)
_ENDS = r"\s*$|[^\w\s'\u2019-]"
_KNOWN = re.compile(
    rf"(?:{_PLAIN})(?={_ENDS}|\s)|(?:{_WORDS})(?={_ENDS}|\s+(?:\d|[^\w\s]))", re.IGNORECASE
)
_LIST_OF = re.compile(rf"(?:list|array|set)s?\s+of\s+({_TYPE})s?\b", re.IGNORECASE)
_DEFAULT = re.compile(r"(?<![=<>!~]):?=(?!=)")
_NEXT_FIELD = re.compile(r"[^\s:\uff1a]+\s*[:\uff1a]")


class Read(NamedTuple):
    """A description, and the type that it began with, "" for none.

    `trouble` is why it can be no type: it may be left out, has a default, is of several types, or
    more fields follow.
    """

    type: str
    description: str
    trouble: Literal["", "optional", "default", "several", "fields"] = ""


def read(description: str) -> Read:
    """Return the type that a description begins with, as it is written there, and the rest."""
    if _OPTIONAL.match(description):
        return Read("", description, "optional")
    if _SEVERAL.match(description):
        return Read("", description, "several")
    for kind in (_LIST, _WRITTEN_OTHERWISE, _UNKNOWN, _KNOWN):
        if found := kind.match(description):
            return _with_rest(found[0], description[found.end() :].strip())
    return Read(description if description.startswith("[") else "", description)


def has_default(text: str) -> bool:
    """Return whether a value stands in a text behind a `=`, as in `str = "x"`, not in `>= 5`."""
    return bool(_DEFAULT.search(text))


def list_of(description: str) -> str | None:
    """Return what a list is of that is told in words: `list of str`."""
    found = _LIST_OF.match(description)
    return found[1].lower() if found else None


def _with_rest(type_: str, rest: str) -> Read:
    """Return a type with what follows it: without the sign that ends a line in other languages."""
    if _DEFAULT.match(rest):
        return Read(type_, rest, "default")
    if rest.startswith(";"):
        rest = rest.lstrip("; ")
        if _NEXT_FIELD.match(rest):
            return Read(type_, rest, "fields")
    return Read(type_, re.sub(r"^(?:#|//|[,.:;])\s*", "", rest))
