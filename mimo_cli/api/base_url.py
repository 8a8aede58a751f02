"""The base URL of a server, as people write it. Pure."""

from __future__ import annotations

from urllib.parse import SplitResult, quote, urlsplit

from mimo_cli.api.hosts import (
    NAME_SIGNS,
    address,
    has_misplaced_zone,
    is_loopback,
    is_near_scheme,
    is_word_for_scheme,
    is_written_out,
    port_of,
    with_plain_zone,
)
from mimo_cli.errors import ConfigError
from mimo_cli.phrases import NOTHING, Phrase
from mimo_cli.text import punctuation

DEFAULT_BASE_URL = "https://api.xiaomimimo.com/anthropic"
MIMO_DOMAIN = ".xiaomimimo.com"
_HTTPS_PORT = 443


def is_same_owner(one: str, other: str) -> bool:
    """Return whether a key for one base URL may go to the other: of one origin, or both MiMo's.

    What is no URL is nobody's; it is refused when it is used.
    """
    try:
        first, second = (_origin(text) for text in (one, other))
    except ConfigError:
        return False
    return first == second or all(
        scheme == "https" and is_mimos(host) and port == _HTTPS_PORT
        for scheme, host, port in (first, second)
    )


def is_mimos(host: str) -> bool:
    """Return whether a host is one of Xiaomi's service: a name, for a zone may end like one.

    With a dot at its end a name is the same, and never looked for in the network's own domain.
    """
    return host.removesuffix(".").endswith(MIMO_DOMAIN) and "%" not in host


def _origin(base_url: str) -> tuple[str, str, int]:
    """Return the scheme, host and port of a base URL as people write it."""
    url = urlsplit(parse_base_url(base_url, allow_http=True))
    return url.scheme, url.hostname or "", port_of(url)


_OPERATIONS = (
    *("/v1/messages/count_tokens", "/v1/messages/batches", "/v1/messages"),
    *("/v1/chat/completions", "/v1/completions", "/v1/responses", "/v1/models", "/v1"),
    "/chat/completions",
)
"""What documentation shows at the end of a base URL; a longer one before what it ends with."""


def parse_base_url(text: str, *, allow_http: bool = False) -> str:
    """Return a base URL as people write it, put right: no slash at its end, no `/v1/messages`.

    Nor what other operations of the server are called, which is what documentation shows.

    Raises:
        ConfigError: not an http URL, or plain http to another machine.
    """
    text = text.strip()
    if quotes := punctuation.enclosing_quotes(text):
        raise _not_right(Phrase("it has its quotes {quotes}", quotes=quotes))
    if text[:1] in ("'", '"', "`"):
        quotes = punctuation.Quotes(text[0], text[0])
        raise _not_right(Phrase("it has its quotes {quotes}", quotes=quotes))
    text = _with_two_slashes(text)
    if "://" not in text:
        _check_beginning(text)
        url = _split(f"https://{text}")
        if _is_scheme(url.hostname) and url.port is None:
            raise _not_right(_SCHEME)
        text = ("http://" if is_loopback(url.hostname or "") else "https://") + text
    url = _split(text)
    if url.scheme == "http" and not allow_http and not is_loopback(url.hostname or ""):
        raise ConfigError(
            Phrase("base_url is not safe"),
            Phrase("plain http to {host} would send the key unencrypted", host=url.hostname),
            Phrase("Use https, or set allow_http = true if you know why."),
        )
    path = url.path.rstrip("/")
    path = path.removesuffix(_operation(path))
    if is_mimos(url.hostname or "") and not path:
        path = "/anthropic"
    return f"{url.scheme}://{with_plain_zone(url.netloc)}{path}"


def _check_beginning(text: str) -> None:
    """Look at a URL without `://`: nothing in it is to pass for a host that is meant as a scheme.

    Raises:
        ConfigError: something would.
    """
    name = text.partition("/")[0].partition(":")[0]
    rest = text[len(name) :]
    if not _is_plain(name):
        return  # told of, sign by sign
    if text.startswith("//"):
        raise _not_right(Phrase("there is no scheme before its //"))
    if is_word_for_scheme(name, rest):
        raise _not_right(_SCHEME if _is_scheme(name) or is_near_scheme(name) else _NO_COLON)
    is_slip = _is_scheme(name) or is_near_scheme(name)
    has_port = rest[1:].partition("/")[0].isdigit()
    if is_slip and rest.startswith(":") and not has_port and len(rest) > 1:
        raise _not_right(Phrase("behind {scheme}: there is no //", scheme=name))


def _with_two_slashes(text: str) -> str:
    """Return a URL with two slashes behind its scheme, where one was written."""
    scheme, colon, rest = text.partition(":")
    is_short = rest.startswith("/") and not rest.startswith("//")
    return f"{scheme}:/{rest}" if colon and is_short and _is_scheme(scheme) else text


def _is_scheme(host: str | None) -> bool:
    """Return whether what stands in the place of a host is called like a scheme of ours."""
    return (host or "").lower().removesuffix(".") in ("http", "https")


def _has_second_scheme(url: SplitResult) -> bool:
    """Return whether a scheme stands in the place of the host, and the host in the path."""
    if not _is_scheme(url.hostname):
        is_slip = is_near_scheme(url.hostname or "")
        has_double = url.path.startswith("//") and ":" not in url.netloc
        return is_slip and (url.netloc.endswith(":") or has_double)
    if ":" in url.netloc:
        return url.netloc.endswith(":")  # who gives a port means a host
    first = url.path.lstrip("/").partition("/")[0]
    is_version = first[:1] == "v" and first[1:2].isdigit()
    return _is_like_host(first) or (url.path.startswith("//") and not is_version)


def _is_like_host(text: str) -> bool:
    """Return whether a part of a path looks like a host: it ends like a domain, or is an address.

    Names of domains in which all others are have no digits, but for Punycode (RFC 3696, 2).
    """
    host = text.partition(":")[0]
    end = host.rpartition(".")[2]
    is_domain = "." in host and (end.isalpha() or end.startswith("xn--"))
    return is_domain or address(host) is not None


def other_operation(text: str) -> str:
    """Return the end of a base URL that is dropped although it means something else: `/chat/…`.

    Empty for none, and for what leads to the same: `/v1`, `/v1/messages`.
    """
    end = _operation(urlsplit(text.strip()).path.rstrip("/"))
    return "" if end in ("", "/v1", "/v1/messages") else end


def _operation(path: str) -> str:
    """Return the operation that a path without slashes at its end ends with; empty for none."""
    return next((it for it in _OPERATIONS if path.endswith(it)), "")


def _split(text: str) -> SplitResult:
    try:
        url = urlsplit(text)
    except ValueError as error:
        raise _not_right(_NO_HOST if _is_plain(text) else _odd_sign(text)) from error
    if problem := _url_problem(text, url) or _port_problem(url):
        raise _not_right(problem)
    return url


def _odd_sign(text: str) -> Phrase:
    """Say which sign of a URL does not belong in it, or is written otherwise."""
    start, separator, rest = text.partition("://")
    authority, slash, path = rest.partition("/")
    sign = next(it for it in text if not _is_plain(it))
    is_in_path = separator and slash and _is_plain(f"{start}{authority}")
    if is_in_path and path and sign.isprintable():
        return Phrase("in its path {sign!r} is written {encoded}", sign=sign, encoded=quote(sign))
    if separator and _is_plain(start) and _may_be_a_name(authority):
        return Phrase("a host with {sign!r} in its name is written in its xn-- form", sign=sign)
    return Phrase("{sign!r} does not belong in it", sign=sign)


def _may_be_a_name(authority: str) -> bool:
    """Return whether all in it that is not ASCII is letters, none of them a wide form of another.

    Which name that is in ASCII is not told: there are two rules (IDNA 2003 and 2008), and a key
    sent by the wrong one goes to somebody else.
    """
    import unicodedata  # few write one

    odd = [it for it in authority if not _is_plain(it)]
    is_plain = unicodedata.is_normalized("NFKC", authority)
    return odd != [] and is_plain and all(map(str.isalpha, odd))


def _port_problem(url: SplitResult) -> Phrase:
    """Return what is wrong with a URL's port, nothing if it is right, or has none."""
    try:
        is_right = url.port is None or url.port > 0
    except ValueError:
        is_right = False
    return NOTHING if is_right else Phrase("its port is not from 1 to {highest}", highest=65535)


_NO_HOST = Phrase("it has no proper host")
_QUERY = Phrase("it must not have a query or fragment")
_SCHEME = Phrase("where its host belongs there is a scheme")
_NO_COLON = Phrase("what stands before its // is no scheme with a colon")


def _url_problem(text: str, url: SplitResult) -> Phrase:
    """Return what is wrong with a URL, nothing if it is right."""
    if not url.scheme:
        return Phrase("it does not begin with https://")
    if url.scheme not in ("http", "https"):
        return Phrase("its scheme is {scheme!r}, not https", scheme=url.scheme)
    if not url.hostname:
        return _NO_HOST
    if not _is_plain(text):
        return _QUERY if url.query or url.fragment else _odd_sign(text)
    if len(text) > _LONGEST_URL:
        return Phrase("it has over {count} characters", count=_LONGEST_URL)
    if _has_second_scheme(url):
        return _SCHEME
    if url.username is not None or url.password is not None:
        return Phrase("it must not hold a user name or password")
    if url.query or url.fragment:
        return _QUERY
    return _host_problem(url)


def _is_plain(text: str) -> bool:
    """Return whether there are ASCII's letters, digits and signs alone."""
    return text.isascii() and text.isprintable() and " " not in text


def _not_right(problem: Phrase) -> ConfigError:
    hint = Phrase("Example: {url}", url=DEFAULT_BASE_URL)
    return ConfigError(Phrase("base_url is not right"), problem, hint)


_LONGEST_URL = 8000
_LONGEST_NAME, _LONGEST_LABEL = 253, 63
"""Characters of a host's name and of each of its parts (RFC 1035, 2.3.4)."""


def _host_problem(url: SplitResult) -> Phrase:
    """Return what is wrong with a URL's host, which no look-up would find; nothing if it is right.

    The parts that make requests and TLS raise errors of their own for such names. Without
    patterns: to compile them would take longer than all else here.
    """
    lower = url.hostname or ""
    start = url.netloc.lower().find(lower)
    written = url.netloc[start : start + len(lower)]  # as people wrote it
    host = lower.removesuffix(".")
    before, bracket, after = url.netloc.rpartition("]")
    if bracket and (not before.startswith("[") or after[:1] not in ("", ":")):
        return _NO_HOST
    dots = 3
    is_number = host.replace(".", "").isdigit()
    if bracket or (is_number and host.count(".") == dots):
        is_right = is_written_out(lower if bracket else host)  # 010 may be 8 or 10, so it is none
    else:
        is_right = not is_number or address(host) is not None
    if not is_right:
        return Phrase("{host} is no IP address", host=written)
    if bracket and has_misplaced_zone(with_plain_zone(written)):
        template = "{host} has a zone (%), which goes with an address of the link (fe80::) alone"
        return Phrase(template, host=written[:_LONGEST_LABEL])
    if bracket or (set(host) <= NAME_SIGNS and is_host_name(host)):
        return NOTHING
    if "%" in host:
        return Phrase("a host's name has no %: {host}", host=written[:_LONGEST_LABEL])
    return Phrase("{host} is no host's name", host=written[:_LONGEST_LABEL])


def is_host_name(name: str) -> bool:
    """Return whether a name's parts are neither empty nor too long, and Punycode if they say so."""
    parts = name.split(".")
    return len(name) <= _LONGEST_NAME and all(
        0 < len(part) <= _LONGEST_LABEL and _is_label(part) for part in parts
    )


def _is_label(part: str) -> bool:
    if not part.startswith("xn--"):
        return True
    try:
        return part[4:].encode().decode("punycode") != ""
    except UnicodeError:
        return False
