"""What a site answers in the place of a page that can be read, as errors for people."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mimo_cli.advice import Action, SuspectBaseUrl
from mimo_cli.api.transport import inflater
from mimo_cli.attachments.web.page_url import SAVE, host_of, shown
from mimo_cli.errors import MimoError, NetworkError, ServerError, UsageError
from mimo_cli.phrases import NOTHING, Phrase, counted

if TYPE_CHECKING:
    from mimo_cli.api.response import Response

_OPEN = Phrase("Open it in a browser, save it and attach the file.")
_LATER = Phrase("Try again later. {save}", save=SAVE)
_EMPTY = (204, 205, 304)
_FIRST_3XX, _FIRST_4XX, _FIRST_5XX = 300, 400, 500
_PARTIAL = 206
_TOO_MANY_REQUESTS = 429
_MEGABYTE = 1_000_000
_SHOWN = 40

_REFUSED = {
    400: Phrase("the site does not take the request"),
    401: Phrase("it wants a login"),
    402: Phrase("it wants to be paid"),
    403: Phrase("the site refuses it, perhaps to programs"),
    404: Phrase("there is no such page"),
    406: Phrase("the site has no text of it"),
    410: Phrase("the page is gone"),
    429: Phrase("the site has had too many requests"),
    451: Phrase("it is blocked by law"),
    503: Phrase("the site is overloaded, or lets no programs in"),
}
_GONE = (404, 410)
_TYPED_WRONG = Phrase("Check the address.")

_TEXTS = (
    *("application/json", "application/xml", "application/javascript", "application/ecmascript"),
    *("application/x-javascript", "application/yaml", "application/x-yaml", "application/toml"),
    *("application/x-sh", "application/x-httpd-php", "application/sql", "application/x-ndjson"),
    *("application/graphql", "application/x-tex", "application/x-latex", "application/rtf"),
    *("application/x-subrip", "application/typescript", "application/x-python", "message/rfc822"),
    *("application/x-perl", "application/x-ruby", "application/mbox", "application/jsonlines"),
)
_UNKNOWN = ("", "application/octet-stream", "binary/octet-stream", "application/unknown")
"""Types that say nothing: what it is, its bytes tell."""
HTML = ("text/html", "application/xhtml+xml")
_BY_URL = (
    r"(image)/(?:png|jpeg|gif|webp|bmp)|(audio)/(?:mpeg|mp3|(?:x-)?wav|(?:x-)?flac|mp4|x-m4a|ogg)"
    r"|(video)/(?:mp4|quicktime|x-msvideo|x-ms-wmv)"
)
"""What the service takes by its address."""
_KINDS = (
    ("application/pdf", Phrase("a PDF document")),
    ("image/", Phrase("a picture")),
    ("audio/", Phrase("a recording")),
    ("video/", Phrase("a film")),
    ("font/", Phrase("a font")),
    ("application/zip", Phrase("an archive")),
)


class SiteError(NetworkError):
    """A site fails, as its answer or its silence says; why is a sentence on the page."""


def media_type(answer: Response) -> str:
    """Return the type that a site gives its answer, without parameters, in lower case."""
    return re.split("[;,]", answer.content_type, maxsplit=1)[0].strip().lower()


def check(answer: Response, url: str) -> None:
    """Look whether an answer has a page.

    Raises:
        UsageError: it has none, and asking again will not help.
        NetworkError: the site failed.
    """
    status = answer.status
    if status in _EMPTY:
        raise _none(url, Phrase("it has no content"), status=status)
    if status == _PARTIAL or _FIRST_3XX <= status < _FIRST_4XX:
        raise _none(url, Phrase("the site answers with status {status}", status=status))
    if status < _FIRST_4XX:
        return
    why = _REFUSED.get(status) or Phrase("the site answers with status {status}", status=status)
    if status >= _FIRST_5XX or status == _TOO_MANY_REQUESTS:
        what = Phrase("cannot fetch {url}", url=shown(url))
        raise SiteError(what, why, _LATER, status=status)
    raise _none(url, why, _TYPED_WRONG if status in _GONE else _OPEN, status=status)


def is_body_read(head: Response, url: str, most: int) -> bool:
    """Return whether the body of an answer is wanted: a page's, of a type that can be read.

    Raises:
        UsageError: it is of another type, too large, or packed in a way that we do not know.
    """
    is_page = head.status < _FIRST_3XX and head.status not in (*_EMPTY, _PARTIAL)
    if not is_page:
        return False
    if not is_taken(media_type(head)):
        raise of_another_type(url, media_type(head))
    packings = inflater.packings(head.headers.get("content-encoding", ""))
    if unknown := [it for it in packings if not inflater.is_known(it)]:
        raise _none(url, Phrase("it is compressed by {name}, unasked", name=unknown[0][:_SHOWN]))
    if len(packings) > 1:
        names = ", ".join(packings)[:_SHOWN]
        raise _none(url, Phrase("it is compressed more than once ({names})", names=names))
    length = head.headers.get("content-length", "")
    if not packings and re.fullmatch("[0-9]{1,18}", length) and int(length) > most:
        raise too_large(url, most)
    return True


def is_taken(kind: str) -> bool:
    """Return whether what has a media type can be text; of some, only its bytes can tell."""
    is_text = kind.startswith("text/") or kind in _TEXTS or kind in HTML
    return is_text or kind in _UNKNOWN or kind.endswith(("+xml", "+json", "+yaml"))


def of_another_type(url: str, kind: str) -> UsageError:
    """Say what is at a URL that is no page."""
    words = next((words for begin, words in _KINDS if kind.startswith(begin)), None)
    why = Phrase("it is {kind}", kind=words or kind)
    if found := re.fullmatch(_BY_URL, kind):
        name = found[found.lastindex or 0]
        hint = Phrase("The service fetches it by its address: {kind}:{url}", kind=name, url=url)
        return _none(url, why, hint)
    return _none(url, why, Phrase("Download it and attach the file."))


def not_text(url: str, kind: Phrase = NOTHING) -> UsageError:
    """Say that what is at a URL is no text, and what it is, if that is known."""
    why = Phrase("it is {kind}", kind=kind) if kind else Phrase("it is no text")
    return _none(url, why, Phrase("Download it and attach the file."))


def no_words(url: str, *, is_scripted: bool) -> UsageError:
    """Say that a page has no text."""
    if is_scripted:
        return _none(url, Phrase("it has no text but what its scripts make"), _OPEN)
    return _none(url, Phrase("there is no text in it"), _OPEN)


def hardly_words(url: str) -> Phrase:
    """Say that a page has hardly any text."""
    return Phrase(
        "{url} has hardly any text but what its scripts make: open it in a browser and save it",
        url=shown(url),
    )


def too_tangled(url: str) -> UsageError:
    """Say that no text could be made out of a page in time."""
    return _none(url, Phrase("its HTML is too large or too tangled to be read"), _OPEN)


def too_large(url: str, most: int) -> UsageError:
    """Say that a page has more bytes than are taken."""
    why = Phrase("it is larger than {count:g} MB", count=most / _MEGABYTE)
    return _none(url, why, Phrase("Save the part that matters, and attach that."))


def too_slow(url: str, seconds: float) -> SiteError:
    """Say that a page has not come in time."""
    what = Phrase("cannot fetch {url}", url=shown(url))
    why = Phrase("{host} took over {seconds:g} s", host=host_of(url), seconds=seconds)
    return SiteError(what, why, _LATER)


def out_of_time(url: str) -> SiteError:
    """Say that the time for all that is read has passed."""
    what = Phrase("cannot fetch {url}", url=shown(url))
    return SiteError(what, Phrase("out of time"), Action.LONGER_TIMEOUT)


def name_both(error: MimoError, first: str, url: str) -> None:
    """Name the page that was asked for, too, where what is wrong is where it redirects to."""
    if url == first:
        return
    is_of_page = isinstance(error, UsageError | SiteError)
    why = error.why if is_of_page else error.message
    error.what = Phrase("cannot attach {url}", url=shown(first))
    error.why = Phrase("it redirects to {url}: {problem}", url=shown(url), problem=why)


def redirected_too_often(url: str, count: int) -> UsageError:
    """Say that redirects lead in a circle, or on and on."""
    why = counted(
        count,
        "it redirects to itself",
        "it redirects in a circle, or on and on ({count} addresses)",
    )
    return _none(url, why, _OPEN)


def advise(error: MimoError, *, is_of_proxy: bool) -> None:
    """Put what helps with a page in the place of what helps with a model's server."""
    if isinstance(error, UsageError):
        return
    error.retry_limit = 0
    match error.hint:
        case SuspectBaseUrl(elsewhere=elsewhere) if elsewhere:
            error.hint = elsewhere
        case Phrase() if is_of_proxy and error.hint:
            pass
        case _ if isinstance(error, ServerError):
            error.hint = _LATER
        case _:
            error.hint = Phrase("Check the address and the network. {save}", save=SAVE)


def _none(
    url: str, why: Phrase, hint: Phrase = NOTHING, *, status: int | None = None
) -> UsageError:
    what = Phrase("cannot attach {url}", url=shown(url))
    return UsageError(what, why, hint or SAVE, status=status)
