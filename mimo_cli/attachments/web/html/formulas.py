"""Formulas, which pages have as MathML, scripts or pictures, as TeX between dollar signs."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from bs4 import Tag
from bs4.element import NavigableString

from mimo_cli.attachments.web.html.mathml import linear
from mimo_cli.attachments.web.html.tree import classes, element, elements, replace

if TYPE_CHECKING:
    from bs4 import BeautifulSoup
    from bs4.element import PageElement

_SCRIPT = r"(?i)\s*math/(?:la)?tex\b"
_DISPLAY_MODE = r"(?i)mode\s*=\s*display"
_TEX = frozenset({"application/x-tex", "text/x-tex", "tex", "latex"})
_DRAWN_BY_MATHJAX = frozenset(
    {
        *("MathJax", "MathJax_Display", "MathJax_Preview", "MathJax_Error"),
        *("MathJax_SVG", "MathJax_SVG_Display", "MathJax_CHTML", "MJXc-display", "mjx-chtml"),
    }
)
_WHOLE = frozenset({"katex", "katex-display", "mwe-math-element", *_DRAWN_BY_MATHJAX})
"""Around a formula's MathML, a copy for the eye, and nothing else."""
_DISPLAYED = frozenset(
    {
        *("katex-display", "MathJax_Display", "MathJax_SVG_Display", "MJXc-display"),
        "mwe-math-fallback-image-display",
    }
)
_PICTURES = frozenset(
    {"mwe-math-fallback-image-inline", "mwe-math-fallback-image-display", "tex", "latex"}
)
_PICTURE_MAKERS = r"[^?#]{0,200}(?:/equation\?tex=|latex\.codecogs\.com|/math/render/)"
_MATH = ("math", "mml:math", "m:math")
_ANNOTATION = ("annotation", "mml:annotation", "m:annotation")
_COPIES = frozenset({"katex-html", "mjx-math", "mjx-svg", "mwe-math-mathml-a11y"})
"""Drawn for the eye beside a formula's MathML."""
_DRAWN_NAMES = ("mjx-math", "mjx-assistive-mml", "svg", "script", "nobr")
_AROUND = ("span", "div", "mjx-container", "mjx-assistive-mml", "semantics")
_LEVELS = 6
_WORDS = r"[A-Za-z]{3,} +[A-Za-z]{3,}"
_STYLED = r"\{\\(?:display|text)style\b(.*)\}"


def write(soup: BeautifulSoup) -> None:
    """Put TeX in the place of a page's formulas, before what is hidden is dropped."""
    _write_scripts(soup)
    for tag in elements(soup, _MATH):
        if not tag.decomposed:
            _write_mathml(tag)
    for tag in elements(soup, ("img",)):
        _write_picture(tag)
    for tag in elements(soup, ("span",)):
        if tag.decomposed:
            continue
        if "data-tex" in tag.attrs:
            _put(tag, str(tag["data-tex"]), is_display=tag.get("data-eeimg") == "2")
        elif tag.get("class") == "katex-html":
            tag.attrs.pop("aria-hidden", None)  # the only copy: those with MathML are gone


def _write_scripts(soup: BeautifulSoup) -> None:
    """Write MathJax 2's sources, and drop what it made of them."""
    found = [
        it for it in elements(soup, ("script",)) if re.match(_SCRIPT, str(it.get("type") or ""))
    ]
    for tag in found:
        while (drawn := _drawn_before(tag)) is not None:
            drawn.decompose()
        tex = (tag.string or "").replace("&amp;", "&")
        _put(tag, tex, is_display=re.search(_DISPLAY_MODE, str(tag["type"])) is not None)


def _drawn_before(script: Tag) -> Tag | None:
    """Return what MathJax made of a source: it stands right before that."""
    before = script.previous_sibling
    while isinstance(before, NavigableString) and not before.strip():
        before = before.previous_sibling
    is_drawn = isinstance(before, Tag) and not _DRAWN_BY_MATHJAX.isdisjoint(classes(before))
    return before if is_drawn and isinstance(before, Tag) else None


def _write_mathml(math: Tag) -> None:
    whole, names = math, set[str]()
    for tag in islice(math.parents, _LEVELS):
        if _has_more(tag):
            break
        found = _WHOLE.intersection(classes(tag))
        if found or tag.name == "mjx-container":
            whole = tag
            names |= found
    is_display = (
        math.get("display") == "block"
        or whole.get("display") == "true"
        or not _DISPLAYED.isdisjoint(names)
    )
    _put(whole, _tex(math), is_display=is_display)


def _has_more(tag: Tag) -> bool:
    """Return whether what is around a formula has more than copies of it: words, or another one."""
    if tag.name not in _AROUND or len(elements(tag, _MATH)) > 1:
        return True
    waiting = list(tag.children)
    while waiting:
        it = waiting.pop()
        if isinstance(it, Tag):
            names = classes(it)
            is_copy = it.name in (*_MATH, *_DRAWN_NAMES) or not _COPIES.isdisjoint(names)
            if it.name == "img" and _PICTURES.isdisjoint(names):
                return True
            if not is_copy:
                waiting += it.children
        elif isinstance(it, NavigableString) and it.strip():
            return True
    return False


def _tex(math: Tag) -> str:
    for note in elements(math, _ANNOTATION):
        if str(note.get("encoding") or "").lower() in _TEX:
            return note.get_text()
    words = str(math.get("alttext") or "").strip()
    if words and ("\\" in words or not re.search(_WORDS, words)):
        return words
    return linear(math) or words


def _write_picture(tag: Tag) -> None:
    names = classes(tag)
    is_formula = (
        "eeimg" in tag.attrs
        or not _PICTURES.isdisjoint(names)
        or re.match(_PICTURE_MAKERS, str(tag.get("src") or "")) is not None
    )
    if is_formula:
        is_display = tag.get("eeimg") == "2" or not _DISPLAYED.isdisjoint(names)
        _put(tag, str(tag.get("alt") or ""), is_display=is_display)


def _put(tag: Tag, tex: str, *, is_display: bool) -> None:
    tex = _unstyled(tex.strip())
    if not tex:
        return
    if is_display:
        new = element("p", f"$${tex}$$")
        new["data-formula"] = ""
        replace(tag, new)
    else:
        gap = " " if _ends_in_dollar(tag.previous_sibling) else ""
        replace(tag, NavigableString(f"{gap}${tex}$"))


def _ends_in_dollar(before: PageElement | None) -> bool:
    return isinstance(before, NavigableString) and before.endswith("$")


def _unstyled(tex: str) -> str:
    r"""Return TeX without the `{\displaystyle …}` that MediaWiki puts around it."""
    found = re.fullmatch(_STYLED, tex, re.DOTALL)
    if not found:
        return tex
    depth = 0
    for brace in re.findall(r"(?<!\\)[{}]", found[1]):
        depth += 1 if brace == "{" else -1
        if depth < 0:  # it ends before: there is more behind it
            return tex
    return found[1].strip()
