"""Shadow trees that a page declares: what is shown in the place of an element's own content."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from bs4 import Tag

from mimo_cli.attachments.web.html.tree import elements

if TYPE_CHECKING:
    from bs4.element import PageElement


_MOST_BESIDE = 1000


def is_shadow(tag: Tag) -> bool:
    """Return whether an element is such a tree (HTML, 4.12.3)."""
    return tag.name == "template" and "shadowrootmode" in tag.attrs


def show(template: Tag) -> None:
    """Make a part of the page of a shadow tree, with what is put in its slots."""
    template.name = "div"
    assigned = _assigned(template)
    for slot in elements(template, ("slot",)):
        if found := assigned.pop(str(slot.get("name") or ""), None):
            slot.clear()
            slot.extend(found)


def _assigned(template: Tag) -> dict[str, list[PageElement]]:
    """Return what stands beside a tree, by the name of the slot it is for."""
    found: dict[str, list[PageElement]] = {}
    for it in islice(template.next_siblings, _MOST_BESIDE):
        name = str(it.get("slot") or "") if isinstance(it, Tag) else ""
        if isinstance(it, Tag) or str(it).strip():
            found.setdefault(name, []).append(it)
    return found
