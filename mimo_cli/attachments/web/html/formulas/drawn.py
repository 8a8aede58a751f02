"""Formulas that are drawn from pieces, without MathML beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bs4 import Tag

from mimo_cli.attachments.web.html.tree import classes, elements

if TYPE_CHECKING:
    from collections.abc import Iterator

_LATEX = "data-latex"
_SPOKEN = ("data-speech", "data-semantic-speech", "data-semantic-speech-none", "aria-label")
_BUILT = frozenset({"mfrac", "msupsub", "vlist", "vlist-t", "mop-limits"})
"""What KaTeX puts together from above, below and beside: the words in it stand in another order."""


def source_of_mathjax(container: Tag) -> str:
    """Return the TeX that MathJax 4 keeps with what it draws, or words for it, "" if none are."""
    for it in (container, *_roots(container)):
        if found := str(it.get(_LATEX) or it.get("data-tex") or "").strip():
            return found
    if found := " ".join(_parts(container)):
        return found
    within = (container, *(it for it in container.descendants if isinstance(it, Tag)))
    spoken = (str(it.get(name) or "").strip() for it in within for name in _SPOKEN)
    words = next(filter(None, spoken), "")
    return f"[formula: {words}]" if words else ""


def _roots(container: Tag) -> Iterator[Tag]:
    for it in container.descendants:
        if isinstance(it, Tag) and (
            it.name == "mjx-math" or it.get("data-mml-node") == "math" or it.name == "svg"
        ):
            yield it


def _parts(whole: Tag) -> list[str]:
    """Return the TeX of all the parts of a formula, nothing if one of them has none."""
    found: list[str] = []
    for it in whole.children:
        if not isinstance(it, Tag) or it.name in _NO_PARTS:
            continue
        inner = [str(it[_LATEX])] if it.get(_LATEX) else _parts(it)
        if not inner or (not it.get(_LATEX) and _is_structure(it)):
            return []
        found += inner
    return found


def _is_structure(it: Tag) -> bool:
    """Return whether its parts side by side say something else: a fraction, a power, a table."""
    name = str(it.get("data-mml-node") or it.name).removeprefix("mjx-")
    return name in _STRUCTURES


_STRUCTURES = frozenset(
    {
        *("mfrac", "msup", "msub", "msubsup", "mover", "munder", "munderover", "mmultiscripts"),
        *("msqrt", "mroot", "menclose", "mtable", "mtr", "mlabeledtr", "mtd", "mphantom"),
        *("script", "num", "den", "sqrt", "root", "over", "under", "base", "table"),
    }
)
"""Names in MathML and in what MathJax draws that put parts above, below or around others."""
_NO_PARTS = frozenset({"defs", "style", "mjx-assistive-mml", "mjx-speech", "mjx-help"})


def is_out_of_order(tag: Tag) -> bool:
    """Return whether what KaTeX has drawn reads otherwise than it is seen."""
    return any(not _BUILT.isdisjoint(classes(it)) for it in elements(tag, ("span",)))
