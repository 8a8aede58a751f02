"""Shadow trees that a page declares: what is shown in the place of an element's own content."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bs4 import Tag

from mimo_cli.attachments.web.html.tree import elements

if TYPE_CHECKING:
    from bs4.element import PageElement


def show(soup: Tag) -> None:
    """Make parts of the page of its shadow trees (HTML, 4.12.3), the first that each host has."""
    found = {
        id(it.parent): it
        for it in reversed(elements(soup, ("template",)))
        if "shadowrootmode" in it.attrs
    }
    for template in found.values():
        _show(template)


def _show(template: Tag) -> None:
    """Put what stands beside a tree in its slots."""
    template.name = "div"
    assigned = _assigned(template)
    for slot in elements(template, ("slot",)):
        if found := assigned.pop(str(slot.get("name") or ""), None):
            slot.clear()
            slot.extend(found)


def _assigned(template: Tag) -> dict[str, list[PageElement]]:
    """Return what stands beside a tree, by the name of the slot it is for."""
    found: dict[str, list[PageElement]] = {}
    for it in template.next_siblings:
        name = str(it.get("slot") or "") if isinstance(it, Tag) else ""
        if isinstance(it, Tag) or str(it).strip():
            found.setdefault(name, []).append(it)
    return found
