"""A proxy, and how a variable names it. Pure."""

from __future__ import annotations

import re
from base64 import b64encode
from string import whitespace
from typing import Literal, NamedTuple, cast, get_args
from urllib.parse import quote, quote_plus, unquote

from mimo_cli.api.hosts import (
    address,
    authority,
    has_misplaced_zone,
    is_loopback,
    is_near_scheme,
    is_word_for_scheme,
    with_plain_zone,
)
from mimo_cli.errors import ConfigError
from mimo_cli.phrases import NOTHING, Phrase

Scheme = Literal["http", "https", "socks4", "socks4a", "socks5", "socks5h"]

_USUAL_PORT = 1080  # curl's, but for https
_HIGHEST_PORT = 65535
_LONGEST_FOR_SOCKS = 255
_LONG = 8
_QUOTES = ("'", '"', "\u2018", "\u2019", "\u201c", "\u201d", "\u300c", "\u300e", "`")
_PLACE = r"(\[[0-9a-f:.]+(?:%[a-z0-9_.%-]+)?\]|[a-z0-9_.~-]+)(?::(0{0,9}[0-9]{0,5}))?"


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

    @property
    def secrets(self) -> tuple[str, ...]:
        """Return what lets us in, in the forms in which somebody may repeat it."""
        basic = self.basic_credentials
        data = self.password.encode("utf-8", "surrogateescape")
        forms = (self.password, quote(data, safe=""), quote_plus(data))
        encoded = (basic, basic.rstrip("="), quote(basic.rstrip("="), safe=""))
        return tuple({*forms, *encoded} - {""})

    def __repr__(self) -> str:
        return f"Proxy({self.scheme}://{self.where}, {self.variable})"  # no password


def parse(variable: str, value: str) -> Proxy:
    """Return the proxy that a variable names. No error has the value: it may hold a password.

    Raises:
        ConfigError: it names none.
    """
    scheme, authority, behind = _split(value)
    if value.strip()[:1] in _QUOTES:
        raise _wrong(variable, Phrase("it has its quotes"))
    if _is_pac(behind):
        why = Phrase("it leads to a PAC file, which is not read: name the proxy that it gives")
        raise _wrong(variable, why)
    if scheme not in get_args(Scheme):
        schemes = ", ".join(get_args(Scheme))
        raise _wrong(variable, Phrase("its scheme is none of {schemes}", schemes=schemes))
    if problem := _host_problem(value, authority, behind):
        raise _wrong(variable, problem)
    if "@" in behind and "@" not in authority:
        raise _wrong(variable, Phrase("in a password / ? # are written %2F %3F %23"))
    credentials, at, place = authority.rpartition("@")
    match = re.fullmatch(_PLACE, place, re.ASCII | re.IGNORECASE)
    if match is None:
        raise _wrong(variable, Phrase("there is no HOST:PORT in it"))
    host = with_plain_zone(match[1].strip("[]"))
    port = int(match[2] or (443 if scheme == "https" else _USUAL_PORT))
    if not 0 < port <= _HIGHEST_PORT:
        raise _wrong(variable, Phrase("its port is not from 1 to {highest}", highest=_HIGHEST_PORT))
    if is_loopback(host.partition("%")[0]):
        host = host.partition("%")[0]  # its zone says nothing
    if match[1].startswith("[") and (address(host) is None or has_misplaced_zone(host)):
        raise _wrong(variable, Phrase("what is in its brackets is no IPv6 address"))
    proxy = Proxy(cast("Scheme", scheme), host, port, variable)
    return _with_credentials(proxy, credentials) if at else proxy


def _is_pac(behind: str) -> bool:
    """Return whether what follows the authority is the path of a script that chooses proxies."""
    path = re.split("[?#]", behind, maxsplit=1)[0].lower()
    return path.endswith((".pac", "/wpad.dat"))


def _host_problem(value: str, authority: str, behind: str) -> Phrase:
    """Return what is wrong with what stands where the host belongs; nothing if it may be one."""
    place = authority.rpartition("@")[2]
    name = place.partition(":")[0]
    rest = f"{place[len(name) :]}{behind}"
    is_scheme = name.lower() in (*get_args(Scheme), "socks") or is_near_scheme(name)
    if is_scheme and is_word_for_scheme(name, rest):
        return Phrase("where its host belongs there is a scheme")
    if "://" not in value and is_word_for_scheme(name, rest):
        return Phrase("what stands before its // is no scheme with a colon")
    if re.fullmatch("[0-9]{1,5}", place, re.ASCII):  # an address for curl: 0.0.12.56
        return Phrase("there is a port in it, and no host")
    return NOTHING


def secrets(value: str) -> tuple[str, ...]:
    """Return what lets us in at the proxy that a value names, also as it is written there.

    A short word or number is none that is looked for in texts: it may mean anything in them.
    """
    try:
        proxy = parse("", value)
    except ConfigError:
        return ()  # nobody is told of it
    written = _split(value)[1].rpartition("@")[0].partition(":")[2]
    return tuple(it for it in {*proxy.secrets, written} if len(it) >= _LONG or not _is_common(it))


def _is_common(text: str) -> bool:
    return text.isalpha() or text.isdigit()


def _split(value: str) -> tuple[str, str, str]:
    """Return the scheme, the authority, and what follows that."""
    scheme, rest = _split_scheme(value.strip())
    authority = re.split("[/?#]", rest, maxsplit=1)[0]
    return scheme, authority, rest[len(authority) :]


def _split_scheme(value: str) -> tuple[str, str]:
    """Return the scheme, and what follows. GNOME writes `socks://` and means SOCKS 5.

    One slash or three behind a scheme are as good as two, as for curl.
    """
    scheme, separator, rest = value.partition("://")
    if not separator:
        scheme, separator, rest = value.partition(":/")
        if not separator or scheme.lower() not in (*get_args(Scheme), "socks"):
            return "http", value
    scheme = scheme.lower()
    return ("socks5" if scheme == "socks" else scheme), rest.removeprefix("/")


Oddity = Literal["padding", "odd padding", "path", "blank", "at sign", "brackets"]
"""White space around a value, also such as is none in ASCII, a path that looks like the rest of it,
blanks within it, an `@` in its password, brackets around IPv4.
"""


def oddities(value: str) -> tuple[Oddity, ...]:
    """Return what there is in a usable value that curl takes for a syntax error."""
    _, authority, behind = _split(value)
    credentials, _, place = authority.rpartition("@")
    found: dict[Oddity, bool] = {
        "padding": value != value.strip(),
        "odd padding": value.strip() != value.strip(whitespace),
        "path": not {*"@]"}.isdisjoint(behind),
        "blank": " " in authority,
        "at sign": "@" in credentials,
        "brackets": place.startswith("[") and ":" not in place.partition("]")[0],
    }
    return tuple(name for name, is_there in found.items() if is_there)


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
