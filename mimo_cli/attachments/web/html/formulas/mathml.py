"""MathML in one line, for formulas of which a page does not have the TeX.

The elements are those of MathML Core, and those of MathML 3 that browsers and MathJax know.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from bs4 import Tag

from mimo_cli.attachments.web.html.tree import is_text, local_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_TIMES, _COMMA, _PLUS, _APPLY = "\u2062", "\u2063", "\u2064", "\u2061"
_INVISIBLE = f"[{_APPLY}{_TIMES}{_COMMA}{_PLUS}]"
_TOKENS = frozenset({"mi", "mn", "mo", "ms", "mtext"})
_UNSEEN = frozenset({"annotation", "annotation-xml", "mphantom", "none", "mprescripts"})
_FENCE_OPEN, _FENCE_CLOSE = "(", ")"
_NO_LINE = r"\s*0*(?:\.0*)?\s*(?:[a-z%]*)\s*"
_ACCENTS = {
    **dict.fromkeys("¯‾\u0305\u0304―", r"\overline"),
    **dict.fromkeys("^\u02c6\u0302", r"\hat"),
    **dict.fromkeys("~\u02dc\u0303", r"\tilde"),
    **dict.fromkeys("→⃗⇀", r"\vec"),
    **dict.fromkeys("˙\u0307", r"\dot"),
    **dict.fromkeys("¨\u0308", r"\ddot"),
    "\u02c9": r"\bar",
    "ˇ": r"\check",
    "⏞": r"\overbrace",
    "⏜": r"\overparen",
}
_ACCENTS_BELOW = {
    **dict.fromkeys("_¯‾\u2015\u0332\u02c9", r"\underline"),
    "⏟": r"\underbrace",
    "⏝": r"\underparen",
}
_WITH_LIMITS = (
    r"[^\W\d_]{2}.*|[\u220f-\u2211\u22c0-\u22c3\u222b-\u2233\u2a00-\u2a1c].*|"
    r"\\(?:over|under)(?:brace|paren)\b.*"
)
"""What has limits above and below: sums, words such as lim, and braces."""
_ENCLOSURES = {
    "radical": r"\sqrt",
    "box": r"\boxed",
    "top": r"\overline",
    "bottom": r"\underline",
    "updiagonalstrike": r"\cancel",
    "downdiagonalstrike": r"\bcancel",
}
_MOST_NOTATIONS = 10
_LOOKED_AT = 40
_FRACTION = r"\frac"
_STACKED = r"\genfrac{}{}{0pt}{}"
"""One above the other without a line."""


class _Part(NamedTuple):
    """What a child is in one line; `is_token`: it is one number, name or sign."""

    text: str
    is_token: bool
    name: str


def linear(tag: Tag) -> str:
    r"""Return a formula in one line: `\frac{1}{2}`, `x^2`, `a_{ij}`."""
    return " ".join(_spoken(_written(tag)).split())


def _spoken(text: str) -> str:
    """Return a formula with signs for operators that are not seen, where it needs them."""
    text = re.sub(rf"(?<=[0-9]){_TIMES}\s*(?=[0-9])", r"\\cdot ", text)
    text = re.sub(rf"(?<=[0-9]){_COMMA}\s*(?=[0-9])", ",", text)
    text = re.sub(rf"(?<=[0-9]){_PLUS}\s*", "+", text)
    text = re.sub(rf"(?<=\w){_INVISIBLE}\s*(?=\w\w|[0-9])", " ", text)
    text = re.sub(rf"(?<=\w\w){_INVISIBLE}\s*(?=\w)", " ", text)
    return re.sub(_INVISIBLE, "", text)


def _written(tag: Tag) -> str:
    name = local_name(tag)
    if name in _TOKENS:
        return _token(tag, name)
    if name in _UNSEEN:
        return ""
    if name == "mspace":
        return " "
    if name == "mglyph":
        return str(tag.get("alt") or "")
    parts = [_part(it) for it in tag.children if _is_read(it)]
    if name == "semantics":
        parts = parts[:1]
    if name in _BY_ATTRIBUTES:
        return _BY_ATTRIBUTES[name](tag, parts)
    return _WRITERS.get(name, _row)(parts) if parts else ""


def _is_read(it: object) -> bool:
    return isinstance(it, Tag) or (is_text(it) and it.strip() != "")


def _part(it: object) -> _Part:
    if not isinstance(it, Tag):
        return _Part(str(it).strip(), is_token=False, name="")
    name = local_name(it)
    inner = [child for child in it.children if isinstance(child, Tag)]
    is_alone = name in ("mrow", "mstyle", "mpadded") and len(inner) == 1
    is_token = name in _TOKENS or (is_alone and local_name(inner[0]) in _TOKENS)
    return _Part(_written(it), is_token, name)


def _token(tag: Tag, name: str) -> str:
    text = tag.get_text()
    words = " ".join(text.split())
    if name == "ms":
        return f"{tag.get('lquote', chr(34))}{words}{tag.get('rquote', chr(34))}"
    if name != "mtext":
        return words
    words = words.replace("$", r"\$")
    before, after = (" " if it.isspace() else "" for it in (text[:1], text[-1:]))
    return f"{before}{words}{after}"


def _row(parts: Sequence[_Part]) -> str:
    """Write what stands side by side: no two numbers, nor two names, become one."""
    texts = _binomials([it.text for it in parts])
    return "".join(left + _gap(left, right) for left, right in pairwise([*texts, ""]))


def _binomials(texts: list[str]) -> list[str]:
    """Write what stands in parentheses, one above the other, as the coefficient that it is."""
    for at in range(1, len(texts) - 1):
        around = (texts[at - 1], texts[at + 1])
        if texts[at].startswith(_STACKED) and around == (_FENCE_OPEN, _FENCE_CLOSE):
            inner = texts[at].removeprefix(_STACKED)
            texts[at - 1 : at + 2] = ["", rf"\binom{inner}", ""]
    return texts


def _gap(left: str, right: str) -> str:
    left = left[-_LOOKED_AT:]
    is_one_number = left[-1:].isdecimal() and right[:1].isdecimal()
    is_after_name = re.search(r"[^\W\d_]{2}$", left) and re.match(r"[^\W_]", right)
    is_before_name = left[-1:].isalnum() and re.match(r"[^\W\d_]{2}", right)
    is_one_command = re.search(r"\\[a-z]+$", left) and right[:1].isalpha()
    return " " if is_one_number or is_after_name or is_before_name or is_one_command else ""


def _fenced(tag: Tag, parts: Sequence[_Part]) -> str:
    separators = "".join(str(tag.get("separators", ",")).split())
    inner = parts[0].text if parts else ""
    for at, it in enumerate(parts[1:]):
        inner += separators[min(at, len(separators) - 1)] if separators else ""
        inner += it.text
    return f"{tag.get('open', _FENCE_OPEN)}{inner}{tag.get('close', _FENCE_CLOSE)}"


def _enclosed(tag: Tag, parts: Sequence[_Part]) -> str:
    text = _row(parts)
    for notation in str(tag.get("notation") or "longdiv").split()[:_MOST_NOTATIONS]:
        command = _ENCLOSURES.get(notation, rf"\enclose{{{notation}}}")
        text = f"{command}{{{text}}}"
    return text


def _divided(tag: Tag, parts: Sequence[_Part]) -> str:
    if len(parts) < len(("above", "below")):
        return _row(parts)
    is_stacked = re.fullmatch(_NO_LINE, str(tag.get("linethickness") or "1"))
    return f"{_STACKED if is_stacked else _FRACTION}{{{parts[0].text}}}{{{parts[1].text}}}"


def _action(tag: Tag, parts: Sequence[_Part]) -> str:
    """Write the one of several that is shown (MathML 3, 3.7.1)."""
    given = str(tag.get("selection") or "1")
    chosen = int(given) - 1 if re.fullmatch("[0-9]{1,4}", given) else 0
    return parts[chosen].text if 0 <= chosen < len(parts) else _row(parts)


def _grouped(text: str) -> str:
    return text if len(text) == 1 else f"{{{text}}}"


def _base(part: _Part) -> str:
    text = part.text
    return text if part.is_token or len(text) < len("ab") else f"{{{text}}}"


def _scripts(*marks: str) -> Callable[[Sequence[_Part]], str]:
    def write(parts: Sequence[_Part]) -> str:
        following = zip(marks, parts[1:], strict=False)
        return _base(parts[0]) + "".join(
            mark + _grouped(it.text) for mark, it in following if it.text
        )

    return write


def _over(accents: Mapping[str, str], mark: str, command: str) -> Callable[[Sequence[_Part]], str]:
    def write(parts: Sequence[_Part]) -> str:
        base, *others = (it.text for it in parts)
        if not others or not others[0]:
            return base
        accent = accents.get(others[0])
        if accent is not None:
            return f"{accent}{{{base}}}"
        if re.fullmatch(_WITH_LIMITS, base, re.DOTALL):
            return base + mark + _grouped(others[0])
        return f"{command}{{{others[0]}}}{{{base}}}"

    return write


def _multiscripts(parts: Sequence[_Part]) -> str:
    """Write scripts in pairs, low and high; those behind `mprescripts` stand before the base."""
    if not parts:
        return ""
    names = [it.name for it in parts]
    at = names.index("mprescripts") if "mprescripts" in names else len(parts)
    before, after = _pairs(parts[at + 1 :]), _pairs(parts[1:at])
    return "".join(f"{{}}{it}" for it in before) + _base(parts[0]) + "{}".join(after)


def _pairs(parts: Sequence[_Part]) -> list[str]:
    texts = [it.text for it in parts] + [""]
    pairs = zip(texts[::2], texts[1::2], strict=False)
    written = (
        "".join(mark + _grouped(it) for mark, it in zip("_^", pair, strict=True) if it)
        for pair in pairs
    )
    return [it for it in written if it]


def _root(parts: Sequence[_Part]) -> str:
    return rf"\sqrt[{_row(parts[1:])}]{{{parts[0].text}}}"


def _square_root(parts: Sequence[_Part]) -> str:
    return rf"\sqrt{{{_row(parts)}}}"


def _labelled(parts: Sequence[_Part]) -> str:
    label = parts[0].text.removeprefix("(").removesuffix(")")
    return rf"{_cells(parts[1:])} \tag{{{label}}}"


def _cells(parts: Sequence[_Part]) -> str:
    return ", ".join(it.text for it in parts)


def _rows(parts: Sequence[_Part]) -> str:
    return "; ".join(it.text for it in parts)


_BY_ATTRIBUTES: dict[str, Callable[[Tag, Sequence[_Part]], str]] = {
    "mfrac": _divided,
    "mfenced": _fenced,
    "menclose": _enclosed,
    "maction": _action,
}
_WRITERS: dict[str, Callable[[Sequence[_Part]], str]] = {
    "msqrt": _square_root,
    "mroot": _root,
    "msup": _scripts("^"),
    "msub": _scripts("_"),
    **dict.fromkeys(("msubsup", "munderover"), _scripts("_", "^")),
    "mover": _over(_ACCENTS, "^", r"\overset"),
    "munder": _over(_ACCENTS_BELOW, "_", r"\underset"),
    "mmultiscripts": _multiscripts,
    **dict.fromkeys(("mtable", "mstack", "mlongdiv"), _rows),
    "mlabeledtr": _labelled,
    "mtr": _cells,
}
