"""Content MathML: what a formula means, which is no text in the order in which it stands."""

from __future__ import annotations

from itertools import takewhile

from bs4 import Tag

from mimo_cli.attachments.web.html.tree import local_name

_OPERATIONS = frozenset(
    {
        *("apply", "bind", "lambda", "piecewise", "matrix", "vector", "set", "list", "interval"),
        *("reln", "csymbol", "cerror", "cbytes"),
    }
)
_NOTES = ("annotation", "annotation-xml")


def is_content(math: Tag) -> bool:
    """Return whether a formula is in content MathML, notes beside it but for."""
    return any(
        isinstance(it, Tag) and local_name(it) in _OPERATIONS and not _is_noted(it, math)
        for it in math.descendants
    )


def presentation(math: Tag) -> Tag | None:
    """Return how a formula looks, as a row, if that is noted beside what it means."""
    for it in math.descendants:
        if isinstance(it, Tag) and local_name(it) == "annotation-xml":
            is_seen = "presentation" in str(it.get("encoding") or "").lower()
            if is_seen and not is_content(it):
                it.name = "mrow"
                return it
    return None


def _is_noted(it: Tag, whole: Tag) -> bool:
    around = takewhile(lambda parent: parent is not whole, it.parents)
    return any(local_name(parent) in _NOTES for parent in around)
