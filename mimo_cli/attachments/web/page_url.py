"""The URL of a page: written out as it is asked for, or refused. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

import httpx

from mimo_cli.api.base_url import is_host_name
from mimo_cli.attachments.web import addresses
from mimo_cli.errors import UsageError
from mimo_cli.phrases import NOTHING, Phrase

if TYPE_CHECKING:
    from urllib.parse import SplitResult

REDIRECTS = (301, 302, 303, 307, 308)
"""Statuses that name another address to ask in the same way (RFC 9110, 15.4)."""

SAVE = Phrase("Save the page and attach the file.")

_LONGEST = 8000
_SHOWN = 120
_PLAIN = "[A-Za-z0-9_.-]+"
_NO_URL = Phrase("it is no proper URL")


def parse(text: str) -> str:
    """Return the URL that is asked for what somebody has named: no fragment, all of it ASCII.

    Raises:
        UsageError: no page is fetched from there.
    """
    text = text.strip()
    if text[:7].lower() == "http://":
        hint = Phrase("If the site has it: https://{rest}", rest=_shown(text[7:]))
        raise _refused(text, Phrase("plain http is not fetched"), hint)
    if _has_userinfo(text):
        hint = Phrase("What wants a login: open it in a browser, save it and attach the file.")
        raise _refused(text, Phrase("it holds a user name or password"), hint)
    return _checked(text)


def redirected(url: str, location: str) -> str:
    """Return the URL that a redirect leads to, without a user name and password.

    Raises:
        UsageError: no page is fetched from there.
    """
    try:
        there = urlsplit(urljoin(url, _readable(location).strip().replace(" ", "%20")))
        netloc = there.netloc.rpartition("@")[2]
    except ValueError as error:
        raise _refused(url, Phrase("it redirects to what is no URL"), SAVE) from error
    if not location.strip():
        raise _refused(url, Phrase("it redirects to nowhere"), SAVE)
    if there.scheme == "http":
        why = Phrase("it redirects to plain http ({host})", host=netloc[:_SHOWN])
        raise _refused(url, why, SAVE)
    if there.scheme != "https":
        why = Phrase("it redirects to {scheme}:", scheme=there.scheme[:_SHOWN])
        raise _refused(url, why, SAVE)
    return _checked(there._replace(netloc=netloc).geturl(), before=url)


def shown(url: str) -> str:
    """Return a URL for a person: without what may be a secret or long, its query."""
    try:
        parts = urlsplit(url)
        netloc = parts.netloc.rpartition("@")[2]
    except ValueError:
        return _shown(url)
    return _shown(f"{parts.scheme}://{netloc}{parts.path}" if netloc else url)


def host_of(url: str) -> str:
    """Return the host of a URL that has been looked at."""
    return urlsplit(url).hostname or ""


def _shown(text: str) -> str:
    text = re.split("[?#]", text, maxsplit=1)[0]
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def _readable(location: str) -> str:
    """Return a header's value as it was meant: bytes beyond ASCII, read as Latin-1, are UTF-8."""
    try:
        return location.encode("latin-1").decode()
    except UnicodeError:
        return location


def _has_userinfo(text: str) -> bool:
    authority = re.split(r"[/?#\\]", text.partition("://")[2], maxsplit=1)[0]
    return "@" in authority


def _checked(text: str, before: str = "") -> str:
    """Return a URL as it is asked for; `before` is the one that redirected to it.

    Raises:
        UsageError: it is none, or its host is none of the Internet.
    """
    if problem := _problem(text):
        raise _refused(before or text, _after(before, text, problem))
    try:
        url = httpx.URL(text).copy_with(fragment=None)
        parts = urlsplit(str(url))
        host = url.raw_host.decode()
    except (httpx.InvalidURL, ValueError, UnicodeError) as error:
        raise _refused(before or text, _after(before, text, _NO_URL)) from error
    if not _is_one_host(parts, host):
        raise _refused(before or text, _after(before, text, _NO_URL))
    if (kind := addresses.refusal_of_host(host)) is not None:
        raise refused_host(before or text, host, kind, is_redirected=bool(before))
    return str(url)


def _problem(text: str) -> Phrase:
    """Return what is wrong with a URL before anybody takes it apart; nothing if it may be right."""
    if len(text) > _LONGEST:
        return Phrase("it has over {count:,} characters", count=_LONGEST)
    if "\\" in text or re.search(r"[\s\x00-\x1f\x7f]", text):
        return Phrase("a space, a backslash or a control character is in it")
    if not text.lower().startswith("https://"):
        return _NO_URL
    return NOTHING


def _is_one_host(parts: SplitResult, host: str) -> bool:
    """Return whether all who read the URL find the same host in it, one of a proper form."""
    try:
        found, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    name = host.removesuffix(".")
    is_right = ":" in host or (re.fullmatch(_PLAIN, name) is not None and is_host_name(name))
    return found == host and is_right and port != 0


def _after(before: str, text: str, problem: Phrase) -> Phrase:
    if not before:
        return problem
    return Phrase("it redirects to {url}: {problem}", url=shown(text), problem=problem)


def refused_host(
    url: str, host: str, kind: Phrase, *, is_redirected: bool = False, is_looked_up: bool = False
) -> UsageError:
    """Return the error for a page on a host that is none of the Internet.

    By its name or address, or with `is_looked_up` by the address that the name has.
    """
    if is_redirected:
        why = Phrase("it redirects to {host}, {kind}", host=host, kind=kind)
    elif is_looked_up:
        why = Phrase("{host} has {kind}", host=host, kind=kind)
    else:
        why = Phrase("{host} is {kind}", host=host, kind=kind)
    hint = Phrase("Only pages of the Internet are fetched. {save}", save=SAVE)
    return _refused(url, why, hint)


def _refused(url: str, why: Phrase, hint: Phrase = NOTHING) -> UsageError:
    return UsageError(Phrase("cannot attach {url}", url=shown(url)), why, hint)
