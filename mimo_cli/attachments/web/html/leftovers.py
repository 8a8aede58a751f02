"""What Python's parser of HTML takes otherwise than browsers do, put right before it."""

from __future__ import annotations

import re
from html import escape
from html.entities import html5

_HEAD = 4096
_SUBSET = r"(?i)<!doctype\b[^<>\[]{0,1000}\["
_SUBSET_END = r"\][ \t\n]{0,100}>"
_LONGEST_SUBSET = 100_000
_LONGEST_BARE = max(len(name) for name in html5 if not name.endswith(";"))
_COMMENT_OR_RAW = re.compile(r"(?i)<!--|<(script|style|title|textarea|xmp|iframe)\b")
_LISTING = re.compile(r"(?i)<(xmp)\b[^<>]{0,300}>")
_LISTING_END = re.compile("(?i)</xmp")
_TAG = r"<(?=/?[A-Za-z])"
_CUT_SHORT = re.compile("-?>")
_NO_END = re.compile(r"--[ \t\n]+>")
_COMMENT_END = re.compile("--!?>")
_REFERENCE = r"&([A-Za-z][A-Za-z0-9]{0,40};?)"


def clean(html: str) -> str:
    """Return a page with line ends of one kind, no declarations of its own, and known entities.

    Comments that end otherwise than Python's parser has it are left out.
    """
    html = html.replace("\r\n", "\n").replace("\r", "\n")
    html = _with_listings(_without_odd_comments(_without_subset(html)))
    html = _without_last_tags(html)
    return re.sub(_REFERENCE, _known, html)


def _without_odd_comments(html: str) -> str:
    """Leave out comments that are cut short (`<!-->`), end in `--!>`, or have `-- >` in them.

    The rest of the standard's rules (HTML, 13.2.5.43) is the parser's, also for one without an end.
    """
    kept: list[str] = []
    done = 0
    at = _COMMENT_OR_RAW.search(html)
    while at is not None:
        end = _end(html, at)
        if end < 0:
            break
        if at[1] is None and _is_odd(html[at.start() : end]):
            kept.append(html[done : at.start()])
            done = end
        at = _COMMENT_OR_RAW.search(html, end)
    return "".join((*kept, html[done:]))


def _with_listings(html: str) -> str:
    """Write `xmp`, in which all is text (HTML, 13.2.6.4.7), as `pre` is, which has elements."""
    kept: list[str] = []
    done = 0
    while at := _LISTING.search(html, done):
        end = _LISTING_END.search(html, at.end())
        if end is None:
            break
        words = escape(html[at.end() : end.start()], quote=False)
        kept += (html[done : at.start()], "<pre", html[at.end(1) : at.end()], words, "</pre")
        done = end.end()
    return "".join((*kept, html[done:]))


def _without_last_tags(html: str) -> str:
    """Write what begins like a tag behind the last `>` as the text that it is to the parser.

    It would look for the end of each to the end of the page: in the square of their number. A
    comment or an instruction without an end may have them as they are.
    """
    start = html.rfind(">") + 1
    other = re.compile("<[!?]").search(html, start)
    end = other.start() if other else len(html)
    return html[:start] + re.sub(_TAG, "&lt;", html[start:end]) + html[end:]


def _end(html: str, at: re.Match[str]) -> int:
    """Return where a comment, or an element of raw text, ends: -1 if it does not."""
    if at[1] is not None:
        found = re.compile(rf"(?i)</{at[1]}").search(html, at.end())
        return found.end() if found else -1
    cut_short = _CUT_SHORT.match(html, at.end())
    if cut_short is not None:
        return cut_short.end()
    found = _COMMENT_END.search(html, at.end())
    return found.end() if found else -1


def _is_odd(comment: str) -> bool:
    is_short = comment.endswith("--!>") or len(comment) < len("<!---->")
    return is_short or _NO_END.search(comment) is not None


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
