"""Formulas, which pages have as MathML, scripts or pictures, as TeX between dollar signs."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from bs4 import Tag
from bs4.element import NavigableString

from mimo_cli.attachments.web.html.formulas import content, drawn, pictures
from mimo_cli.attachments.web.html.formulas.mathml import linear
from mimo_cli.attachments.web.html.soup import parse
from mimo_cli.attachments.web.html.tree import beside, classes, element, elements, remove, replace

if TYPE_CHECKING:
    from bs4 import BeautifulSoup
    from bs4.element import PageElement

_SCRIPT = r"(?i)\s*math/(tex|latex|mml|asciimath)\b"
_CDATA = r"\A\s*(?:%\s*)?<!\[CDATA\["
_CDATA_END = r"(?:%\s*)?\]\]>\s*\Z"
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
_SOURCES = ("data-tex", "data-latex", "data-math", "data-formula")
_DRAWN_ALONE = ("span", "div", "amp-mathml")
_DELIMITED = r"\s*(?:\\\[(.*)\\\]|\\\((.*)\\\)|\$\$?([^$]*)\$\$?)\s*"
_NO_SOURCE = "[formula]"
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
    for tag in elements(soup, ("mjx-container",)):
        if not tag.decomposed and not elements(tag, _MATH):
            _write_mathjax(tag)
    for tag in elements(soup, _MATH):
        if not tag.decomposed:
            _write_mathml(tag)
    for tag in elements(soup, ("img",)):
        _write_picture(tag)
    for tag in elements(soup, _DRAWN_ALONE):
        if not tag.decomposed:
            _write_drawn(tag)


def _write_drawn(tag: Tag) -> None:
    """Write a formula that is there for the eye alone: those with MathML are gone."""
    names = classes(tag)
    if tag.name == "span" and "katex-html" in names:
        _write_katex(tag)
    elif "data-mathml" in tag.attrs and not _DRAWN_BY_MATHJAX.isdisjoint(names):
        _put(tag, _of_mathml(str(tag["data-mathml"])), is_display=False)
    elif tag.name == "span" and "data-tex" in tag.attrs:
        _put(tag, str(tag["data-tex"]), is_display=tag.get("data-eeimg") == "2")
    elif given := next((str(tag[it]) for it in _SOURCES if tag.get(it)), ""):
        is_display = tag.name == "div" or tag.get("data-display") == "true"
        if not any(it.strip() for it in tag.strings):
            _put(tag, _without_delimiters(given), is_display=is_display)


def _write_mathjax(tag: Tag) -> None:
    is_display = tag.get("display") == "true"
    _put(tag, drawn.source_of_mathjax(tag) or _NO_SOURCE, is_display=is_display)


def _write_katex(tag: Tag) -> None:
    before = tag.previous_sibling
    if isinstance(before, Tag) and "katex-mathml" in classes(before):
        tag.decompose()
    elif drawn.is_out_of_order(tag):
        words = " ".join(tag.get_text().replace("\N{ZERO WIDTH SPACE}", "").split())
        replace(tag, NavigableString(f"[formula, as it is drawn: {words}]"))
    else:
        tag.attrs.pop("aria-hidden", None)


def _without_delimiters(tex: str) -> str:
    found = re.fullmatch(_DELIMITED, tex, re.DOTALL)
    return found[1] or found[2] or found[3] if found else tex


def _write_scripts(soup: BeautifulSoup) -> None:
    """Write MathJax 2's sources, and drop what it made of them."""
    for tag in elements(soup, ("script",)):
        found = re.match(_SCRIPT, str(tag.get("type") or ""))
        if found is None:
            continue
        while (copy := _drawn_before(tag)) is not None:
            copy.decompose()
        source = (tag.string or "").replace("&amp;", "&")
        is_display = re.search(_DISPLAY_MODE, str(tag["type"])) is not None
        if found[1].lower() == "asciimath":
            _put_asciimath(tag, source)
        elif found[1].lower() == "mml":
            _put(tag, _of_mathml(source), is_display=is_display)
        else:
            _put(tag, _without_cdata(source), is_display=is_display)


def _put_asciimath(tag: Tag, source: str) -> None:
    """Write AsciiMath as its own delimiters have it, which are those of code."""
    if source.strip():
        replace(tag, element("code", " ".join(source.split())))


def _of_mathml(source: str) -> str:
    math = parse(source)
    found = next(iter(elements(math, _MATH)), None)
    return _tex(found) if found is not None else linear(math)


def _without_cdata(tex: str) -> str:
    """Return TeX without the marks that kramdown puts around it for XHTML."""
    return re.sub(_CDATA_END, "", re.sub(_CDATA, "", tex))


def _drawn_before(script: Tag) -> Tag | None:
    """Return what MathJax made of a source: it stands right before that."""
    before = beside(script, -1)
    if isinstance(before, Tag) and not _DRAWN_BY_MATHJAX.isdisjoint(classes(before)):
        return before
    return None


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
            if it.name == "img" and not pictures.is_formula(it):
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
    if content.is_content(math):
        seen = content.presentation(math)
        return linear(seen) if seen is not None else words or _NO_SOURCE
    if words and ("\\" in words or not re.search(_WORDS, words)):
        return words
    return linear(math) or words


def _write_picture(tag: Tag) -> None:
    if pictures.is_formula(tag):
        is_display = tag.get("eeimg") == "2" or not _DISPLAYED.isdisjoint(classes(tag))
        _put(tag, pictures.source(tag) or _NO_SOURCE, is_display=is_display)
    elif not str(tag.get("alt") or "").strip():
        remove(tag)


def _put(tag: Tag, tex: str, *, is_display: bool) -> None:
    tex = _unstyled(tex.strip())
    if not tex:
        remove(tag)
    elif tex.startswith(_NO_SOURCE[:-1]):  # words for a formula of which there is no source
        replace(tag, NavigableString(tex))
    elif is_display:
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
