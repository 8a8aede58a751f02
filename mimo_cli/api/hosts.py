"""The hosts that URLs lead to: names, addresses and ports. Pure."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from urllib.parse import SplitResult

_PORTS = {"http": 80, "https": 443}


def port_of(url: SplitResult) -> int:
    """Return the port that a URL leads to; 0 if its scheme has none.

    Raises:
        ValueError: it is written, and is none.
    """
    return url.port or _PORTS.get(url.scheme, 0)


def host_and_port(url: str) -> tuple[str, int]:
    """Return where a connection for a URL goes.

    Raises:
        ValueError: it is no URL.
    """
    parts = urlsplit(url)
    return parts.hostname or "", port_of(parts)


def authority(host: str, port: int) -> str:
    """Write a host and port as they stand in a URL (RFC 3986, 3.2): IPv6 in brackets."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def is_loopback(host: str) -> bool:
    """Return whether a host name is this machine beyond doubt, so that plain http to it is safe."""
    name = host.lower().removesuffix(".")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    found = _written_out(host)
    return found is not None and found.is_loopback


def is_this_machine(host: str) -> bool:
    """Return whether a connection to a host, in whatever form, would end on this machine."""
    found = address(host)
    is_here = found is not None and (found.is_loopback or found.is_unspecified)
    return is_here or is_loopback(host) or host.lower().removesuffix(".") in _HERE


_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def address(host: str) -> _Address | None:
    """Return the address that a host is, None for a name. One of IPv4 within IPv6 is of IPv4."""
    return _written_out(host) or _short_ipv4(host)


def with_plain_zone(host: str) -> str:
    """Return a host or authority with its zone as the system writes it: `%25eth0` is `%eth0`.

    So URLs have it (RFC 6874, 2); `%25` alone is the zone 25, as for curl.
    """
    address, percent, zone = host.partition("%")
    is_escape = zone.startswith("25") and zone[2:3] not in ("", "]")
    return f"{address}{percent}{zone[2:] if is_escape else zone}"


def is_near_scheme(name: str) -> bool:
    """Return whether a name is a scheme of the web's with a slip in it: `htps`, `ttps`, `hxxp`."""
    name = name.lower().removesuffix(".")
    return len(name) > _SHORTEST_SLIP and set(name) <= {*"htpsx"} and ("tp" in name or "xx" in name)


_SHORTEST_SLIP = 2


def is_word_for_scheme(name: str, rest: str) -> bool:
    """Return whether what stands in a URL's beginning is meant as its scheme: `word//`, `word:/`.

    `rest` is what follows. A name with a dot, or with a port, may have such a path.
    """
    is_word = name != "" and "." not in name and not is_loopback(name)
    return is_word and rest.startswith(("//", ":/")) and rest.strip(":/") != ""


def without_zone(authority: str) -> str:
    """Return an authority without the zone of its address: nobody else knows it (RFC 6874, 4)."""
    address, percent, rest = authority.partition("%")
    return f"{address}]{rest.partition(']')[2]}" if percent else authority


def has_misplaced_zone(host: str) -> bool:
    """Return whether an address has a zone where none goes: it tells links apart (RFC 4007, 6).

    Elsewhere it is of no use but to make a host look like another.
    """
    _, percent, zone = host.partition("%")
    if not percent:
        return False
    found = _written_out(host)
    return found is None or not (found.is_link_local and set(zone.lower()) <= NAME_SIGNS)


NAME_SIGNS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-_.")
"""What names of hosts and of network interfaces are made of, in lower case.

`_` is in use, although RFC 952 does not have it.
"""


def is_written_out(host: str) -> bool:
    """Return whether a host is an address in full, none that a look-up has to make out."""
    return _written_out(host) is not None


def _written_out(host: str) -> _Address | None:
    """Return the address that is written in its full form; None for others."""
    try:
        found = ipaddress.ip_address(host)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


_HERE = ("localhost.localdomain", "localhost6", "ip6-localhost", "ip6-loopback")
"""What /etc/hosts calls this machine besides."""

_NUMBER = "0[xX][0-9a-fA-F]{1,8}|[0-9]{1,11}"


def _short_ipv4(host: str) -> ipaddress.IPv4Address | None:
    """Return an address in a form that the system's look-up takes, too: `127.1`, `0x7f000001`."""
    parts = host.removesuffix(".").split(".")
    most, byte = 4, 256
    if len(parts) > most or not parts[-1][:1].isdigit():
        return None
    if not all(re.fullmatch(_NUMBER, part) for part in parts):
        return None
    try:
        *firsts, last = (int(part, _base(part)) for part in parts)
    except ValueError:
        return None  # 8 or 9 in an octal number
    size = byte ** (most - len(firsts))
    if last >= size or any(number >= byte for number in firsts):
        return None
    return ipaddress.IPv4Address(int.from_bytes(bytes(firsts)) * size + last)


def _base(number: str) -> int:
    if number[:2].lower() == "0x":
        return 16
    return 8 if number.startswith("0") else 10
