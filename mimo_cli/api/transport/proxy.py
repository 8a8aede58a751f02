"""Which proxy a request goes through, by the customary variables. Pure.

The rules are curl's (its manual page, "Environment", and CURLOPT_NOPROXY(3)) with three additions:
this machine is never reached through a proxy, `HTTP_PROXY` in upper case counts, except in a CGI
script, where the other side's `Proxy:` header would set it, and NO_PROXY may hold ports, brackets
and `*.` before a domain.
"""

from __future__ import annotations

import ipaddress
import re
from base64 import b64encode
from typing import TYPE_CHECKING, Literal, NamedTuple, cast, get_args
from urllib.parse import unquote, urlsplit

from mimo_cli.api.hosts import address, authority, is_this_machine, port_of
from mimo_cli.errors import ConfigError
from mimo_cli.phrases import NOTHING, Phrase

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Network = ipaddress.IPv4Network | ipaddress.IPv6Network

Scheme = Literal["http", "https", "socks4", "socks4a", "socks5", "socks5h"]
Reason = Literal["named", "no variable", "this machine", "left out"]
"""A variable names a proxy; none does; the host is this machine; NO_PROXY has the host."""

_USUAL_PORT = 1080  # curl's, but for https
_HIGHEST_PORT = 65535


class Proxy(NamedTuple):
    """A proxy, and the variable that names it. `user` None: it wants no name and password."""

    scheme: Scheme
    host: str
    port: int
    variable: str
    user: str | None = None
    password: str = ""

    @property
    def where(self) -> str:
        """Return its host and port, as in a URL."""
        return authority(self.host, self.port)

    @property
    def is_socks(self) -> bool:
        """Whether it speaks SOCKS and not HTTP."""
        return self.scheme.startswith("socks")

    @property
    def is_secured(self) -> bool:
        """Whether it is asked by TLS."""
        return self.scheme == "https"

    @property
    def looks_up_names(self) -> bool:
        """Whether it is given the server's name: only SOCKS 4 has to be given an address."""
        return self.scheme != "socks4"

    @property
    def basic_credentials(self) -> str:
        """Return user name and password as HTTP carries them (RFC 7617), empty for none."""
        if self.user is None:
            return ""
        pair = f"{self.user}:{self.password}".encode("utf-8", "surrogateescape")
        return b64encode(pair).decode()

    def __repr__(self) -> str:
        return f"Proxy({self.scheme}://{self.where}, {self.variable})"  # no password


class ProxyChoice(NamedTuple):
    """The proxy for a URL or None, and why.

    `variable` is the one that applies to the URL, empty if none is set. `entry` is what of the
    variable `no_proxy` has the host, `ignored` what in it is not understood. `has_blank` is
    whether a variable of white space alone stands before it, which curl takes for a proxy, and
    `is_padded` whether white space stands around its value, which curl does not take off.
    """

    proxy: Proxy | None
    reason: Reason
    variable: str = ""
    no_proxy: str = ""
    entry: str = ""
    ignored: tuple[str, ...] = ()
    has_blank: bool = False
    is_padded: bool = False

    @property
    def description(self) -> Phrase:
        """Return the proxy in words, or why there is none."""
        match self.reason:
            case "named" if self.proxy is not None:
                return Phrase(
                    "through the {protocol} proxy {proxy} ({variable})",
                    protocol="SOCKS" if self.proxy.is_socks else "HTTP",
                    proxy=self.proxy.where,
                    variable=self.variable,
                )
            case "left out":
                return Phrase(
                    "none: {variable} has {entry}", variable=self.no_proxy, entry=self.entry
                )
            case "this machine" if self.variable:
                return Phrase(
                    "none: this machine needs none ({variable} is not used)",
                    variable=self.variable,
                )
            case _:
                return Phrase("none")

    @property
    def ignored_words(self) -> Phrase:
        """Return what in NO_PROXY is not understood, in words; nothing if all is."""
        if not self.ignored:
            return NOTHING
        return Phrase(
            "{variable}: not understood, and ignored: {entries}",
            variable=self.no_proxy,
            entries=" ".join(self.ignored),
        )

    def remarks(self) -> tuple[Phrase, ...]:
        """Return what somebody wants to know who asked for details."""
        way = Phrase("proxy: {way}", way=self.description) if self.variable else NOTHING
        return tuple(filter(None, (way, self.ignored_words)))


# Patterns are compiled where they are used: most runs have no proxy, and no time for it.
_PLACE = r"(\[[0-9a-f:.]+(?:%[a-z0-9_.%-]+)?\]|[a-z0-9_.~-]+)(?::([0-9]{0,5}))?"


def choose_proxy(url: str, environ: Mapping[str, str]) -> ProxyChoice:
    """Choose the proxy for a URL.

    Raises:
        ConfigError: the variable that applies names none.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    no_proxy = _first_set(environ, ("no_proxy", "NO_PROXY"))
    entries = [
        _parse_entry(text) for text in re.split(r"[\s,]+", environ.get(no_proxy, "")) if text
    ]
    ignored = tuple(entry.text for entry in entries if entry.is_unknown)
    names = _variables(parts.scheme, environ)
    variable = _first_set(environ, names)
    before = names[: names.index(variable)] if variable else names
    has_blank = any(map(environ.get, before))
    value = environ.get(variable, "")
    is_padded = value != value.strip()
    found = ProxyChoice(None, "no variable", variable, no_proxy, "", ignored, has_blank, is_padded)
    if is_this_machine(host):
        return found._replace(reason="this machine")
    if not variable:
        return found
    port = port_of(parts)
    if (entry := _match(entries, host, port)) is not None:
        return found._replace(reason="left out", entry=entry.text)
    return found._replace(reason="named", proxy=_parse(variable, environ[variable]))


def _variables(scheme: str, environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return the variables that may name the proxy, in the order in which they count."""
    is_cgi = scheme == "http" and "REQUEST_METHOD" in environ
    upper = () if is_cgi else (f"{scheme.upper()}_PROXY",)
    return f"{scheme}_proxy", *upper, "all_proxy", "ALL_PROXY"


def _first_set(environ: Mapping[str, str], names: Sequence[str]) -> str:
    """Return the first name that has a value; an empty one counts as none, as for curl."""
    return next((name for name in names if environ.get(name, "").strip()), "")


def _parse(variable: str, value: str) -> Proxy:
    """Return the proxy that a variable names. No error has the value: it may hold a password."""
    scheme, rest = _split_scheme(value.strip())
    if scheme not in get_args(Scheme):
        schemes = ", ".join(get_args(Scheme))
        raise _wrong(variable, Phrase("its scheme is none of {schemes}", schemes=schemes))
    authority = re.split("[/?#]", rest, maxsplit=1)[0]
    if "@" in rest and "@" not in authority:
        raise _wrong(variable, Phrase("in a password / ? # are written %2F %3F %23"))
    credentials, at, place = authority.rpartition("@")
    match = re.fullmatch(_PLACE, place, re.ASCII | re.IGNORECASE)
    if match is None:
        raise _wrong(variable, Phrase("there is no HOST:PORT in it"))
    host = match[1].strip("[]").replace("%25", "%")
    port = int(match[2] or (443 if scheme == "https" else _USUAL_PORT))
    if not 0 < port <= _HIGHEST_PORT:
        raise _wrong(variable, Phrase("its port is not from 1 to {highest}", highest=_HIGHEST_PORT))
    if match[1].startswith("[") and address(host) is None:
        raise _wrong(variable, Phrase("what is in its brackets is no IPv6 address"))
    proxy = Proxy(cast("Scheme", scheme), host, port, variable)
    return _with_credentials(proxy, credentials) if at else proxy


def _split_scheme(value: str) -> tuple[str, str]:
    """Return the scheme, and what follows. GNOME writes `socks://` and means SOCKS 5."""
    scheme, separator, rest = value.partition("://")
    if not separator:
        return "http", value
    scheme = scheme.lower()
    return ("socks5" if scheme == "socks" else scheme), rest


def _with_credentials(proxy: Proxy, credentials: str) -> Proxy:
    user, _, password = (
        unquote(part, errors="surrogateescape") for part in credentials.partition(":")
    )
    if re.search("[\0-\x1f\x7f]", user + password):
        why = Phrase("a control character is in its user name or password")
        raise _wrong(proxy.variable, why)
    if not user and not password:
        return proxy
    if proxy.is_socks and not _fits_socks(user, password):
        why = Phrase(
            "SOCKS takes user names and passwords of up to {count} bytes", count=_LONGEST_FOR_SOCKS
        )
        raise _wrong(proxy.variable, why)
    return proxy._replace(user=user, password=password)


_LONGEST_FOR_SOCKS = 255


def _fits_socks(user: str, password: str) -> bool:
    """Return whether SOCKS can carry them (RFC 1929, 2)."""
    sent = (text.encode("utf-8", "surrogateescape") for text in (user, password))
    return all(len(text) <= _LONGEST_FOR_SOCKS for text in sent)


def _wrong(variable: str, why: Phrase) -> ConfigError:
    return ConfigError(
        Phrase("{variable} names no usable proxy", variable=variable),
        why,
        Phrase(
            "It is written http://HOST:PORT or socks5://HOST:PORT. "
            "Correct it, or: unset {variable}",
            variable=variable,
        ),
    )


class _Entry(NamedTuple):
    """An entry of NO_PROXY: a domain or a block of addresses, or all hosts if it has neither."""

    text: str
    domain: str = ""
    network: Network | None = None
    port: int | None = None
    is_unknown: bool = False


_BRACKETED = r"\[([^\[\]]+)\](/\d+)?(?::(\d+))?"
_NAME = r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*"


def _parse_entry(text: str) -> _Entry:
    host, port = text, None
    if match := re.fullmatch(_BRACKETED, text):
        host, port = match[1] + (match[2] or ""), match[3]
    elif text.count(":") == 1:
        host, _, port = text.partition(":")
    unknown = _Entry(text, is_unknown=True)
    if port is not None and not re.fullmatch("[0-9]{1,5}", port):
        return unknown
    number = None if port is None else int(port)
    if host == "*":
        return _Entry(text, port=number)
    try:
        return _Entry(text, network=_network(host), port=number)
    except ValueError:
        pass  # a name, or nonsense
    domain = host.lower().removeprefix("*").strip(".")
    if not re.fullmatch(_NAME, domain) or domain.replace(".", "").isdigit():
        return unknown
    return _Entry(text, domain=domain, port=number)


def _network(text: str) -> Network:
    """Return a block of addresses; a single one is a block too.

    Raises:
        ValueError: it is none.
    """
    found = ipaddress.ip_network(text.partition("%")[0] if "/" not in text else text, strict=False)
    mapped = getattr(found.network_address, "ipv4_mapped", None)
    bits_before = 96
    if mapped is None or found.prefixlen < bits_before:
        return found
    return ipaddress.ip_network((mapped, found.prefixlen - bits_before))


def _match(entries: Sequence[_Entry], host: str, port: int) -> _Entry | None:
    """Return the first entry that has a host."""
    name, number = host.lower().removesuffix("."), address(host)
    for entry in entries:
        if entry.is_unknown or entry.port not in (None, port):
            continue
        if entry.network is not None:
            if number is not None and number in entry.network:
                return entry
        elif not entry.domain or name == entry.domain or name.endswith(f".{entry.domain}"):
            return entry
    return None
