"""The source of a formula of which a page has a picture: in its address, or in words for it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote, unquote_plus

from mimo_cli.attachments.web.html.tree import classes

if TYPE_CHECKING:
    from bs4 import Tag

_CLASSES = frozenset(
    {"mwe-math-fallback-image-inline", "mwe-math-fallback-image-display", "tex", "latex"}
)
_MAKERS = (
    r"[^?#]{0,200}(?:/equation\?tex=|latex\.codecogs\.com|"
    r"codecogs\.com/[a-z/]{0,50}\.(?:latex|image|download)\?|/math/render/|/render/math\?|"
    r"/latex\.php\?|/(?:mathtex|mimetex)\.cgi\?|i\.upmath\.me/|/chart\?(?:[^#]{0,200}&)?cht=tx|"
    r"math\.(?:now\.sh|vercel\.app)/?\?|sciweavers\.org/[^?#]{0,50}\?|tex\.z-dn\.net/?\?)"
)
_IN_QUERY = r"[?&](?:tex|math|latex|chl|from|eq|f)=([^&#]*)"
_WHOLE_QUERY = r"(?:codecogs\.com/[^?#]{0,200}|(?:mathtex|mimetex)\.cgi)\?(.*)"
_IN_PATH = r"i\.upmath\.me/(?:svg|png)/(.+)"
_DIRECTIVES = r"(?:\\(?:inline|dpi\s*\{\d{1,4}\}|(?:bg|fn)_[a-z]{1,20})(?![a-z])\s*)+"
"""What CodeCogs takes before a formula and is none of it."""
_ADDRESSES = ("src", "data-src", "data-lazy-src", "data-original")
_SOURCES = ("data-tex", "data-latex", "data-formula")
_NO_SOURCE = r"(?i)\s*(?:(?:an? |the )?(?:equation|formula|math|latex|image|img|tex)[\s\d.:]*)?"
_LONGEST = 20_000


def is_formula(tag: Tag) -> bool:
    """Return whether a picture is one of a formula."""
    if "eeimg" in tag.attrs or not _CLASSES.isdisjoint(classes(tag)):
        return True
    return any(re.match(_MAKERS, it) for it in _addresses(tag))


def source(tag: Tag) -> str:
    """Return the TeX of a picture of a formula, or what else is said of it, "" if nothing is."""
    for it in _addresses(tag):
        if found := _of_address(it):
            return found
    given = [str(tag.get(it) or "").strip() for it in (*_SOURCES, "alt", "title")]
    return next((it for it in given if not re.fullmatch(_NO_SOURCE, it)), "")


def _addresses(tag: Tag) -> list[str]:
    return [str(tag[it])[:_LONGEST] for it in _ADDRESSES if it in tag.attrs]


def _of_address(address: str) -> str:
    if not re.match(_MAKERS, address):
        return ""
    if found := re.search(_WHOLE_QUERY, address):  # a plus is one there, and & divides cells
        return re.sub(_DIRECTIVES, "", unquote(found[1]).strip(), count=1).strip()
    if found := re.search(_IN_QUERY, address):
        return unquote_plus(found[1]).strip()
    found = re.search(_IN_PATH, address)
    return unquote(found[1]).strip() if found else ""
