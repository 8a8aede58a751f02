"""MathML in one line, for formulas of which a page does not have the TeX."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bs4 import Tag

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_INVISIBLE = dict.fromkeys(range(0x2061, 0x2065))
"""Function application, invisible times, separator and plus."""
_TOKENS = frozenset({"mi", "mn", "mo", "ms", "mtext"})
_UNSEEN = frozenset({"annotation", "annotation-xml", "mphantom", "none", "mprescripts"})
_FENCE_OPEN, _FENCE_CLOSE = "(", ")"


def _local_name(tag: Tag) -> str:
    """Return the name of an element without the prefix of its namespace."""
    return tag.name.rpartition(":")[2]


def linear(tag: Tag) -> str:
    """Return a formula in one line: `(1)/(2)`, `x^2`, `a_{ij}`."""
    name = _local_name(tag)
    if name in _TOKENS:
        return " ".join(tag.get_text().translate(_INVISIBLE).split())
    if name in _UNSEEN:
        return ""
    if name == "mspace":
        return " "
    children = [it for it in tag.children if isinstance(it, Tag)]
    if name == "semantics":
        children = children[:1]
    parts = [linear(it) for it in children]
    if name == "mfenced":
        return _fenced(tag, parts)
    return _WRITERS.get(name, "".join)(parts) if parts else tag.get_text().strip()


def _fenced(tag: Tag, parts: Sequence[str]) -> str:
    inner = ",".join(parts)
    return f"{tag.get('open', _FENCE_OPEN)}{inner}{tag.get('close', _FENCE_CLOSE)}"


def _grouped(part: str) -> str:
    return part if len(part) == 1 else f"{{{part}}}"


def _base(part: str) -> str:
    return part if part.isalnum() or len(part) < len("ab") else f"{{{part}}}"


def _scripts(*marks: str) -> Callable[[Sequence[str]], str]:
    def write(parts: Sequence[str]) -> str:
        following = zip(marks, parts[1:], strict=False)
        return _base(parts[0]) + "".join(mark + _grouped(it) for mark, it in following if it)

    return write


def _fraction(parts: Sequence[str]) -> str:
    return "/".join(f"({it})" for it in parts)


def _square_root(parts: Sequence[str]) -> str:
    return rf"\sqrt{{{''.join(parts)}}}"


def _root(parts: Sequence[str]) -> str:
    return rf"\sqrt[{''.join(parts[1:])}]{{{parts[0]}}}"


_WRITERS: dict[str, Callable[[Sequence[str]], str]] = {
    "mfrac": _fraction,
    "msqrt": _square_root,
    "mroot": _root,
    **dict.fromkeys(("msup", "mover"), _scripts("^")),
    **dict.fromkeys(("msub", "munder"), _scripts("_")),
    **dict.fromkeys(("msubsup", "munderover", "mmultiscripts"), _scripts("_", "^")),
    "mtable": "; ".join,
    "mtr": ", ".join,
}
