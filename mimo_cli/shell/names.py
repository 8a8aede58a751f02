"""The names that shells offer at Tab, as lines of a file that they read without this program. Pure.

A line is a name, what it stands for and when it was used last (whole seconds since 1970), with tabs
between them. Shells insert the first alone; what it stands for is shown, and never expanded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.api.keys import mask_all
from mimo_cli.named_tuple import NamedTuple
from mimo_cli.output.sanitize import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MOST = 200
"""Names in a file: more would not be looked through, and would slow Tab down."""

ID_FIRST = "abcdefghjkmnpqrstvwxyz"
ID_OTHERS = f"0123456789{ID_FIRST}"
"""The symbols of a conversation's id, the first and the seven others (`history.rows`)."""

PLAIN = "._-"
"""What a name may hold besides letters and digits of any script: it means nothing to a shell."""

_ID_LENGTH = 8
_LONGEST_NAME = 100
_LONGEST_ABOUT = 60
_LAST = 32_503_680_000.0  # the year 3000: what is later, or no time at all, is damage


class Name(NamedTuple):
    """A name to offer, what it stands for, and when that was used last (seconds since 1970)."""

    text: str
    about: str = ""
    when: float = 0.0


def is_id(text: str) -> bool:
    """Return whether a text has the form of a conversation's id, as they are given today."""
    return len(text) == _ID_LENGTH and text[0] in ID_FIRST and not text.strip(ID_OTHERS)


def is_plain(text: str) -> bool:
    """Return whether a name that the user gave means nothing else to a shell, nor to this program.

    It is one word of letters and digits, with dots, hyphens and low lines between them.
    """
    return (
        0 < len(text) <= _LONGEST_NAME
        and all(char.isalnum() or char in PLAIN for char in text)
        and text[0] not in ".-"
    )


def to_lines(names: Iterable[Name]) -> bytes:
    """Return the content of a file; texts from outside become inert, on one line."""
    return "".join(map(_line, names)).encode("utf-8", "replace")


def _line(name: Name) -> str:
    when = int(name.when) if 0 <= name.when <= _LAST else 0
    return f"{name.text}\t{one_line(mask_all(name.about), _LONGEST_ABOUT)}\t{when}\n"


def conversations(titled: Iterable[tuple[object, object, object]]) -> list[Name]:
    """Return the conversations to offer, from ids, titles and times as they are in a database."""
    return [
        Name(id_, title, float(when))
        for id_, title, when in titled
        if isinstance(id_, str)
        and is_id(id_)
        and isinstance(title, str)
        and isinstance(when, int | float)
    ][:MOST]


def of_table(table: Mapping[str, object], keys: Iterable[str]) -> list[Name]:
    """Return the names within a table of the configuration; the first of the keys says what it is.

    Names that a shell could take for something else are not offered.
    """
    return [Name(name, _about(it, keys)) for name, it in table.items() if is_plain(name)][:MOST]


def _about(value: object, keys: Iterable[str]) -> str:
    if not isinstance(value, dict):
        return ""
    return next((text for key in keys if isinstance(text := value.get(key), str)), "")
