"""Which addresses and names pages are fetched from: those of the Internet alone. Pure.

By a table and not by `ipaddress.is_global`, which differs between releases of Python. Sources: the
registries of special-purpose addresses of IANA (RFC 6890), and for what holds an IPv4 address
within one of IPv6 the document named beside it.
"""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING

from mimo_cli.api.hosts import address
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from collections.abc import Mapping

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_HERE = Phrase("an address of this machine")
_PRIVATE = Phrase("an address of a private network")
_LINK = Phrase("an address of this link alone")
_CLOUD = Phrase("an address at which clouds tell their machines secrets")
_MULTICAST = Phrase("a multicast address")
_EXAMPLE = Phrase("an address for examples")
_RESERVED = Phrase("a reserved address")
_FAKE = Phrase("an address that stands for names on this machine alone")
_LOCAL_NAME = Phrase("a name of this machine or network")
_NO_ADDRESS = Phrase("no proper address")


def _networks(table: Mapping[str, Phrase]) -> tuple[tuple[_Network, Phrase], ...]:
    return tuple((ipaddress.ip_network(text), kind) for text, kind in table.items())


_IPV4 = _networks(
    {
        "0.0.0.0/8": _HERE,
        "127.0.0.0/8": _HERE,
        "169.254.169.254/32": _CLOUD,
        "169.254.170.2/32": _CLOUD,
        "168.63.129.16/32": _CLOUD,  # of Azure, and in no registry
        "100.100.100.200/32": _CLOUD,  # of Alibaba
        "169.254.0.0/16": _LINK,
        "10.0.0.0/8": _PRIVATE,
        "100.64.0.0/10": _PRIVATE,  # shared by a provider's customers
        "172.16.0.0/12": _PRIVATE,
        "192.168.0.0/16": _PRIVATE,
        "192.0.2.0/24": _EXAMPLE,
        "198.51.100.0/24": _EXAMPLE,
        "203.0.113.0/24": _EXAMPLE,
        "192.0.0.0/24": _RESERVED,
        "192.88.99.0/24": _RESERVED,  # relays of 6to4
        "198.18.0.0/15": _FAKE,
        "224.0.0.0/4": _MULTICAST,
        "240.0.0.0/4": _RESERVED,
    }
)
_IPV6 = _networks(
    {
        "::/127": _HERE,
        "fe80::/10": _LINK,
        "fd00:ec2::254/128": _CLOUD,
        "fd20:ce::254/128": _CLOUD,
        "fdfe:dcba:9876::/64": _FAKE,
        "fc00::/7": _PRIVATE,
        "fec0::/10": _PRIVATE,
        "64:ff9b:1::/48": _PRIVATE,  # a network's own NAT64, in a form of its own (RFC 8215)
        "2001::/23": _RESERVED,  # Teredo among others
        "2001:db8::/32": _EXAMPLE,
        "3fff::/20": _EXAMPLE,
        "ff00::/8": _MULTICAST,
    }
)
_INTERNET = ipaddress.IPv6Network("2000::/3")
_FAKES = _networks({"198.18.0.0/15": _FAKE, "fdfe:dcba:9876::/64": _FAKE})
"""What Clash and mihomo give out for names, which their proxy then takes back."""

_HOLDING = tuple(
    (ipaddress.IPv6Network(text), shift)
    for text, shift in (
        ("::/96", 0),  # compatible (RFC 4291, 2.5.5.1)
        ("::ffff:0:0/96", 0),  # mapped (RFC 4291, 2.5.5.2)
        ("::ffff:0:0:0/96", 0),  # translated (RFC 7915's predecessor RFC 2765, 2.1)
        ("64:ff9b::/96", 0),  # NAT64 (RFC 6052, 2.1)
        ("2002::/16", 80),  # 6to4 (RFC 3056, 2)
    )
)
"""Where an IPv4 address is within one of IPv6, and how many bits behind it."""
_ISATAP = (0x00005EFE, 0x02005EFE)
"""The upper half of an interface's identifier that holds an IPv4 address (RFC 5214, 6.1)."""
_WORD = 0xFFFF_FFFF

_LOCAL = (
    *("localhost", "local", "localdomain", "internal", "intranet", "private", "corp"),
    *("home", "lan", "home.arpa"),
)
"""Domains that mean other machines in each network (RFC 6761, 6762, 8375; ICANN on "internal")."""
_NUMBER = "[0-9]+|0[xX][0-9a-fA-F]*"


def refusal(found: Address, *, is_literal: bool) -> Phrase | None:
    """Return what an address is that no page is fetched from; None for one of the Internet.

    `is_literal` is whether it was written, and not looked up for a name.
    """
    if getattr(found, "scope_id", None):
        return _LINK
    inner = unwrap(found)
    if not is_literal and any(inner in network for network, _ in _FAKES):
        return None
    table = _IPV4 if isinstance(inner, ipaddress.IPv4Address) else _IPV6
    for network, kind in table:
        if inner in network:
            return kind
    if isinstance(inner, ipaddress.IPv4Address):
        return None
    if inner not in _INTERNET:
        return _RESERVED
    word = int(inner) & _WORD
    if (int(inner) >> 32) & _WORD in _ISATAP:
        return refusal(ipaddress.IPv4Address(word), is_literal=True)
    return None


def is_literal(host: str) -> bool:
    """Return whether a host is an address, and no name."""
    return address(host) is not None


def unwrap(found: Address) -> Address:
    """Return the IPv4 address that one of IPv6 stands for; any other as it is."""
    if isinstance(found, ipaddress.IPv4Address) or int(found) <= 1:
        return found
    for network, shift in _HOLDING:
        if found in network:
            return ipaddress.IPv4Address((int(found) >> shift) & _WORD)
    return found


def refusal_of_host(host: str) -> Phrase | None:
    """Return what a URL's host is that no page is fetched from, as far as it says so itself.

    None for a name of the Internet, whatever it leads to, and for an address of it.
    """
    literal = address(host)
    if literal is not None:
        return refusal(literal, is_literal=True)
    name = host.lower().removesuffix(".")
    last = name.rpartition(".")[2]
    if re.fullmatch(_NUMBER, last) or ":" in name:
        return _NO_ADDRESS
    is_local = "." not in name or any(name == it or name.endswith(f".{it}") for it in _LOCAL)
    return _LOCAL_NAME if is_local else None
