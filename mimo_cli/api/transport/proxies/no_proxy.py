"""The hosts that are reached without a proxy: what NO_PROXY may hold. Pure."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING, NamedTuple

from mimo_cli.api.hosts import address

if TYPE_CHECKING:
    from collections.abc import Sequence

    Number = ipaddress.IPv4Address | ipaddress.IPv6Address
    Network = ipaddress.IPv4Network | ipaddress.IPv6Network


_BRACKETED = r"\[([^\[\]]+)\](/\d+)?(?::(\d+))?"
_NAME = r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*"


class NoProxyEntry(NamedTuple):
    """An entry of NO_PROXY: a domain or a block of addresses, or all hosts if it has neither."""

    text: str
    domain: str = ""
    network: Network | None = None
    port: int | None = None
    is_unknown: bool = False

    @property
    def has_all(self) -> bool:
        """Whether it stands for all hosts."""
        return not self.domain and self.network is None


def parse(value: str) -> list[NoProxyEntry]:
    """Return the entries of the variable, those that are not understood too.

    All hosts are meant by a star that stands alone, as for curl; in a list it is none of its words.
    """
    found = [_parse_entry(text) for text in re.split(r"[\s,]+", value) if text]
    if len(found) == 1:
        return found
    return [it._replace(is_unknown=it.is_unknown or it.has_all) for it in found]


def shown(text: str) -> str:
    """Return an entry as it is told to people: whoever pastes a proxy's URL there has a password.

    One that has a host has no `@`.
    """
    return re.sub(".*@", "…@", text)


def match(entries: Sequence[NoProxyEntry], host: str, port: int) -> str:
    """Return the first entry that has a host, as it was written; empty if none has."""
    name, number = host.lower().removesuffix("."), address(host)
    return next((it.text for it in entries if _has(it, name, number, port)), "")


def _has(entry: NoProxyEntry, name: str, number: Number | None, port: int) -> bool:
    if entry.is_unknown or entry.port not in (None, port):
        return False
    if entry.network is not None:
        return number is not None and number in entry.network
    return entry.has_all or name == entry.domain or name.endswith(f".{entry.domain}")


def _parse_entry(text: str) -> NoProxyEntry:
    host, port = text, None
    if bracketed := re.fullmatch(_BRACKETED, text):
        host, port = bracketed[1] + (bracketed[2] or ""), bracketed[3]
    elif text.count(":") == 1:
        host, _, port = text.partition(":")
    unknown = NoProxyEntry(text, is_unknown=True)
    if port is not None and not re.fullmatch("[0-9]{1,5}", port):
        return unknown
    number = None if port is None else int(port)
    if host == "*":
        return NoProxyEntry(text, port=number)
    try:
        return NoProxyEntry(text, network=_network(host), port=number)
    except ValueError:
        pass  # a name, or nonsense
    domain = host.lower().removeprefix("*").strip(".")
    if not re.fullmatch(_NAME, domain) or domain.replace(".", "").isdigit():
        return unknown
    return NoProxyEntry(text, domain=domain, port=number)


def _network(text: str) -> Network:
    """Return a block of addresses; a single one is a block too.

    Its size is a number of bits alone: curl knows no masks (255.0.0.0).

    Raises:
        ValueError: it is none.
    """
    _, slash, bits = text.partition("/")
    if slash and not bits.isdigit():
        raise ValueError(text)
    found = ipaddress.ip_network(text if slash else text.partition("%")[0], strict=False)
    mapped = getattr(found.network_address, "ipv4_mapped", None)
    bits_before = 96
    if mapped is None or found.prefixlen < bits_before:
        return found
    return ipaddress.ip_network((mapped, found.prefixlen - bits_before))
