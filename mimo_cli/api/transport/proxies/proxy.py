"""Which proxy a request goes through, by the customary variables. Pure.

The rules are curl's (its manual page, "Environment", and CURLOPT_NOPROXY(3)) with three additions:
this machine is never reached through a proxy, `HTTP_PROXY` in upper case counts, except in a CGI
script, where the other side's `Proxy:` header would set it, and NO_PROXY may hold ports, brackets
and `*.` before a domain.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from mimo_cli.api.hosts import is_this_machine, port_of
from mimo_cli.named_tuple import NamedTuple
from mimo_cli.phrases import NOTHING, Phrase

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mimo_cli.api.transport.proxies.proxy_url import Oddity, Proxy

Reason = Literal["named", "no variable", "this machine", "left out"]
"""A variable names a proxy; none does; the host is this machine; NO_PROXY has the host."""


class ProxyChoice(NamedTuple):
    """The proxy for a URL or None, and why.

    `variable` is the one that applies to the URL, empty if none is set. `entry` is what of the
    variable `no_proxy` has the host, `ignored` what in it is not understood. `has_blank` is
    whether a variable of white space alone stands before it, which curl takes for a proxy, and
    `oddities` is what in its value curl does not take.
    """

    proxy: Proxy | None
    reason: Reason
    variable: str = ""
    no_proxy: str = ""
    entry: str = ""
    ignored: tuple[str, ...] = ()
    has_blank: bool = False
    oddities: tuple[Oddity, ...] = ()

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


def choose_proxy(url: str, environ: Mapping[str, str]) -> ProxyChoice:
    """Choose the proxy for a URL.

    Raises:
        ConfigError: the variable that applies names none.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    no_proxy = _first_set(environ, ("no_proxy", "NO_PROXY"))
    names = _variables(parts.scheme, environ)
    variable = _first_set(environ, names)
    before = names[: names.index(variable)] if variable else names
    has_blank = any(map(environ.get, before))
    found = ProxyChoice(None, "no variable", variable, no_proxy, has_blank=has_blank)
    entry = ""
    if no_proxy:
        from mimo_cli.api.transport.proxies import no_proxy as rules  # few set it

        entries = rules.parse(environ[no_proxy])
        found = found._replace(
            ignored=tuple(rules.shown(it.text) for it in entries if it.is_unknown)
        )
        entry = rules.match(entries, host, port_of(parts))
    if is_this_machine(host):
        return found._replace(reason="this machine")
    if not variable:
        return found
    if entry:
        return found._replace(reason="left out", entry=entry)
    from mimo_cli.api.transport.proxies import proxy_url  # few have one

    value = environ[variable]
    proxy = proxy_url.parse(variable, value)
    return found._replace(reason="named", proxy=proxy, oddities=proxy_url.oddities(value))


def find_secrets(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return what lets us in at the proxies that the variables name, as somebody may repeat it."""
    values = {value for name in _ALL if "@" in (value := environ.get(name, ""))}
    if not values:
        return ()
    from mimo_cli.api.transport.proxies import proxy_url  # few have one

    return tuple({secret for value in values for secret in proxy_url.secrets(value)})


_LOWER = ("http_proxy", "https_proxy", "all_proxy")
_ALL = (*_LOWER, *map(str.upper, _LOWER))


def _variables(scheme: str, environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return the variables that may name the proxy, in the order in which they count."""
    is_cgi = scheme == "http" and "REQUEST_METHOD" in environ
    upper = () if is_cgi else (f"{scheme.upper()}_PROXY",)
    return f"{scheme}_proxy", *upper, "all_proxy", "ALL_PROXY"


def _first_set(environ: Mapping[str, str], names: Sequence[str]) -> str:
    """Return the first name that has a value; an empty one counts as none, as for curl."""
    return next((name for name in names if environ.get(name, "").strip()), "")
