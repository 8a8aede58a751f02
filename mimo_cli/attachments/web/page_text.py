"""A page as text: HTML as its readable text, other texts as they are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from mimo_cli.attachments.web import page_encoding, page_errors, reader_process
from mimo_cli.input.watch import Step
from mimo_cli.media import formats

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mimo_cli.api.response import Response
    from mimo_cli.attachments.web.reader_process import Cost
    from mimo_cli.phrases import Phrase
    from mimo_cli.signals import Signals

_HTML = (
    rb"(?i)\s*(?:<\?xml[^<>]{0,200}>\s*)?(?:<!--.{0,2000}?-->\s*)*"
    rb"<(?:!doctype\s+html|html|head|body)\b"
)
_LOOKED_AT = 4096


class Page(NamedTuple):
    """A page: where it was in the end, its text, what it was sent as, and in how many bytes.

    `remarks` are for the user: what may be missing.
    """

    url: str
    title: str
    text: str
    media_type: str
    size: int
    remarks: tuple[Phrase, ...] = ()


class Reading(NamedTuple):
    """How a page is read: by a process that may cost so much, and that `signals` end."""

    cost: Cost
    environ: Mapping[str, str]
    signals: Signals | None = None
    step: Step = Step()


class LateError(Exception):
    """A page took more to be read than it may."""


def read(answer: Response, url: str, reading: Reading) -> Page:
    """Return the page that an answer has.

    Raises:
        UsageError: it is no text, or there is none in it.
        LateError: it takes too much.
    """
    body, kind = answer.body, page_errors.media_type(answer)
    looks_like_html = re.match(_HTML, body[:_LOOKED_AT], re.DOTALL) is not None
    is_html = kind in page_errors.HTML or (kind not in _PLAIN and looks_like_html)
    _refuse_media(body[: formats.HEAD], url)
    text = page_encoding.decode(body, answer.charset, is_markup=is_html or kind.endswith("xml"))
    if text is None or ("\0" in text and not is_html):
        raise page_errors.not_text(url)
    if is_html:
        return _of_html(text.replace("\0", "\N{REPLACEMENT CHARACTER}"), url, len(body), reading)
    if not text.strip():
        raise page_errors.no_words(url, is_scripted=False)
    return Page(url, "", text, kind or "text/plain", len(body))


def _refuse_media(head: bytes, url: str) -> None:
    """Refuse what is no text by its first bytes, whatever its type says.

    Raises:
        UsageError: it is such a thing.
    """
    if (found := formats.recognize(head)) is not None:
        raise page_errors.of_another_type(url, found.media_type)
    if (other := formats.foreign(head, "")) is not None:
        raise page_errors.not_text(url, other.what)


_PLAIN = ("text/plain", "text/markdown", "application/json")
"""What is taken as it is, also if it is the source of a page."""


def _of_html(html: str, url: str, size: int, reading: Reading) -> Page:
    try:
        cost, environ, signals, step = reading
        found = reader_process.read(html, url, cost, environ, signals=signals, step=step)
    except reader_process.TooCostlyError as error:
        raise LateError from error
    if not found.text:
        raise page_errors.no_words(url, is_scripted=found.is_scripted)
    remarks = (page_errors.hardly_words(url),) if found.is_scripted else ()
    return Page(url, found.title, found.text, "text/html", size, remarks)
