"""What the controls of a form show: ticks, choices, and words in boxes and on buttons."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from bs4 import Tag
from bs4.element import NavigableString
from bs4.formatter import HTMLFormatter

from mimo_cli.attachments.web.html.tree import (
    HEADINGS,
    ancestor,
    beside,
    classes,
    element,
    elements,
    remove,
    replace,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bs4.element import PageElement

NAMES = frozenset({"button", "input", "select", "textarea"})

_HEADS = HEADINGS | {"dt", "th", "summary", "legend", "caption", "figcaption"}
"""Where a button has the words: that of an accordion, or one that sorts a column."""
_AS_IT_STANDS = HTMLFormatter()
_TOOLS = r"(?i)copy|clipboard|permalink|anchor|share|\bedit|bookmark|close"
_MOST_WORDS_OF_TOOL = 3
_OPENERS = r"(?i)faq|question|accordion|accordeon|collaps|toggle|expand|disclosure"
"""What buttons are called that open what stands below them."""
_OPENED = ("aria-controls", "data-target", "data-bs-target", "data-toggle", "data-bs-toggle")
_NO_OPENERS = (
    r"(?i)\bnav|navbar|menu|dropdown|drop-down|search|sidebar|theme|\bdark|modal|dialog|tooltip|"
    r"popover|offcanvas|cookie|carousel|slide|switch|hamburger|\btab\b|\btoc\b|language|filter"
)
_OPENED_BLOCKS = frozenset(
    {"div", "p", "section", "article", "ul", "ol", "dl", "blockquote", "table", "pre", "dd"}
)
_MOST_AROUND = 3
_LONGEST = 300
_MARKS = {"checkbox": ("[ ]", "[x]"), "radio": ("( )", "(x)")}
_TYPED = frozenset({"", "text", "url", "email", "tel", "number", "date", "time", "month", "week"})
_ITEMS = ("li", "td", "th", "dd", "label")
_LABELS = ("label", "span", "a", "b", "strong", "i", "em", "code", "del", "s")


def write(tag: Tag) -> None:
    """Put what a control shows in its place; that is nothing, for one that is only to be used."""
    if tag.name == "button":
        _write_button(tag)
    elif tag.name == "textarea":
        _write_box(tag)
    else:
        _put(tag, _chosen(tag) if tag.name == "select" else _entered(tag))


def _put(tag: Tag, words: str) -> None:
    if not words:
        remove(tag)
        return
    before, after = _gaps(tag)
    replace(tag, NavigableString(f"{before}{words}{after}"))


def _gaps(tag: Tag) -> tuple[str, str]:
    """Return the spaces that keep words apart from what is before and after them."""
    return _gap(tag.previous_sibling, -1), _gap(tag.next_sibling, 0)


def _gap(it: PageElement | None, place: int) -> str:
    if it is None:
        return ""
    is_space = isinstance(it, NavigableString) and it[place : place + 1 or None].isspace()
    return "" if is_space else " "


def _write_button(tag: Tag) -> None:
    if not _has_words_of_page(tag):
        remove(tag)
        return
    if ancestor(tag, _HEADS) is None and _is_opener(tag) and not _is_in_sentence(tag):
        tag.name = "p"
        return
    before, after = _gaps(tag)
    tag.name = "span"
    if before:
        tag.insert_before(NavigableString(before))
    if after:
        tag.insert_after(NavigableString(after))


def _has_words_of_page(button: Tag) -> bool:
    """Return whether a button has words of the page, not of what is done with it."""
    if ancestor(button, ("pre", "code")) is not None:
        return False
    head = ancestor(button, _HEADS) or next(
        (it for it in button.parents if it.get("role") == "heading"), None
    )
    if head is not None and _is_tool(button, head):
        return False
    is_head = head is not None or button.get("role") == "tab"
    return is_head or _is_opener(button) or _is_in_sentence(button)


def _is_opener(button: Tag) -> bool:
    """Return whether a button is over what it opens, as a heading is: in an accordion, say."""
    if "aria-expanded" in button.attrs and "aria-haspopup" not in button.attrs:
        return True
    if not {"accordion", "collapsible"}.isdisjoint(classes(button)):
        return True
    given = _said(button, ("id", "class", "aria-label", *_OPENED))
    if re.search(_NO_OPENERS, given) or re.search(_TOOLS, given):
        return False
    is_named = re.search(_OPENERS, _said(button, ("id", "class", *_OPENED))) is not None
    return (is_named or "aria-controls" in button.attrs) and _is_over_text(button)


def _said(tag: Tag, names: Iterable[str]) -> str:
    return " ".join(str(tag.get(it) or "")[:_LONGEST] for it in names)


def _is_over_text(button: Tag) -> bool:
    """Return whether a block follows with words that are no links: beside it or what it is in."""
    it: Tag = button
    for _ in range(_MOST_AROUND):
        below = beside(it, 1)
        if below is not None or it.parent is None:
            break
        it = it.parent
    else:
        return False
    if not isinstance(below, Tag) or below.name not in _OPENED_BLOCKS:
        return False
    words = (it for it in islice(below.strings, _LONGEST) if it.strip())
    return any(ancestor(it, ("a",)) is None for it in words)


def _is_tool(button: Tag, head: Tag) -> bool:
    """Return whether a button is for something that is done with a heading, which has its words."""
    words = " ".join(islice(button.stripped_strings, _LONGEST)).split()
    words = words if len(words) <= _MOST_WORDS_OF_TOOL else []
    given = f"{_said(button, ('id', 'class', 'title', 'aria-label'))} {' '.join(words)}"
    return re.search(_TOOLS, given) is not None and any(
        any(map(str.isalpha, it)) and not any(around is button for around in it.parents)
        for it in islice(head.strings, _LONGEST)
    )


def _is_in_sentence(button: Tag) -> bool:
    before, after = button.previous_sibling, button.next_sibling
    return _is_sentence(before, -_LONGEST, None) or _is_sentence(after, 0, _LONGEST)


def _is_sentence(it: PageElement | None, start: int, end: int | None) -> bool:
    return isinstance(it, NavigableString) and any(map(str.isalnum, it[start:end]))


def _write_box(tag: Tag) -> None:
    """Write what is in a box for text: it is no HTML there, whatever the parser has found."""
    has_tags = any(isinstance(it, Tag) for it in tag.children)
    words = tag.decode_contents(formatter=_AS_IT_STANDS) if has_tags else tag.get_text()
    if "\n" in words.strip() and ancestor(tag, ("pre",)) is None:
        replace(tag, element("pre", words))
    else:
        _put(tag, words.strip())


def _chosen(select: Tag) -> str:
    options = elements(select, ("option",))
    chosen = [it for it in options if "selected" in it.attrs]
    if "multiple" not in select.attrs:
        is_closed = str(select.get("size") or "1") == "1"
        chosen = chosen[-1:] or (options[:1] if is_closed else [])
    return ", ".join(filter(None, map(_option, chosen)))


def _option(tag: Tag) -> str:
    return " ".join((tag.get_text() or str(tag.get("label") or "")).split())


def _entered(tag: Tag) -> str:
    kind = str(tag.get("type") or "").lower()
    if kind in _MARKS:
        return _MARKS[kind]["checked" in tag.attrs] if _is_labelled(tag) else ""
    return " ".join(str(tag.get("value") or "").split()) if kind in _TYPED else ""


def _is_labelled(tag: Tag) -> bool:
    """Return whether a tick says something, not only opens what the style shows then."""
    before = beside(tag, -1)
    is_label_empty = isinstance(before, Tag) and before.name == "label" and not _has_words(before)
    if is_label_empty or any("toggle" in it for it in classes(tag)):
        return False
    is_item = tag.parent is not None and tag.parent.name in _ITEMS
    return is_item or any(_has_words(beside(tag, step)) for step in (-1, 1))


def _has_words(it: PageElement | None) -> bool:
    if isinstance(it, Tag):
        return it.name in _LABELS and any(words.strip() for words in it.strings)
    return it is not None
