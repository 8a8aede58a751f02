"""What Python's parser of HTML takes otherwise than browsers do, put right before it."""

from __future__ import annotations

import re
from html.entities import html5

_HEAD = 4096
_SUBSET = r"(?i)<!doctype\b[^<>\[]{0,1000}\["
_SUBSET_END = r"\][ \t\n]{0,100}>"
_LONGEST_SUBSET = 100_000
_LONGEST_BARE = max(len(name) for name in html5 if not name.endswith(";"))
_REFERENCE = r"&([A-Za-z][A-Za-z0-9]{0,40};?)"


def clean(html: str) -> str:
    """Return a page with line ends of one kind, no declarations of its own, and known entities."""
    html = html.replace("\r\n", "\n").replace("\r", "\n")
    return re.sub(_REFERENCE, _known, _without_subset(html))


def _without_subset(html: str) -> str:
    """Leave out a DTD that stands within the page; what it declares is not looked at."""
    found = re.search(_SUBSET, html[:_HEAD])
    if found is None:
        return html
    within = re.compile(_SUBSET_END).search(html, found.end(), found.end() + _LONGEST_SUBSET)
    return html[: found.start()] + html[within.end() :] if within else html


def _known(found: re.Match[str]) -> str:
    """Keep a reference that browsers know; of another, the parser would lose a part."""
    return found[0] if _is_known(found[1]) else f"&amp;{found[1]}"


def _is_known(name: str) -> bool:
    return name in html5 or any(
        name[:length] in html5 for length in range(2, min(len(name), _LONGEST_BARE) + 1)
    )
