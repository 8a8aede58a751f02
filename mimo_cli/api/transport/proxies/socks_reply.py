"""What a SOCKS proxy answers: put right where that is safe, and what a refusal means. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from mimo_cli.api.transport.proxies.proxy_url import Proxy

_BY_PASSWORD = 2
_NO_WAY_IN = 0xFF
_REFUSALS_5 = {
    1: Phrase("it failed, and does not say why"),
    2: Phrase("its rules do not allow that"),
    3: Phrase("it cannot reach the network"),
    4: Phrase("it cannot reach the host"),
    5: Phrase("the host refused the connection"),
    6: Phrase("the way is too long (TTL)"),
    7: Phrase("it does not know what is asked of it"),
    8: Phrase("it does not know this kind of address"),
}
"""RFC 1928, 6."""
_GRANTED_4 = 0x5A
_REFUSALS_4 = {
    0x5B: Phrase("it rejected the request, or failed"),
    0x5C: Phrase("it wants an identd on this machine"),
    0x5D: Phrase("the identd on this machine names another user"),
}


class Lenient:
    """The bytes of a proxy's replies, made such that python-socks takes them as curl does.

    In the reply to a password SOCKS 5 has a version of its own (RFC 1929, 2), for which some
    servers send 5, and in the last one a byte that is reserved, and not always 0.
    """

    def __init__(self, proxy: Proxy) -> None:
        self._is_version_5 = is_version_5(proxy)
        self.heard = b""

    def feed(self, data: bytes) -> bytes:
        """Return the bytes that stand for what came next."""
        start = len(self.heard)
        self.heard += data
        fixed = bytearray(data)
        if self._is_version_5:
            last = _last(self.heard)
            to_password, reserved = last - 2, last + 2
            for at, byte in ((to_password, 1), (reserved, 0)):
                if at > 1 and start <= at < len(self.heard):
                    fixed[at - start] = byte
        return bytes(fixed)


def is_version_5(proxy: Proxy) -> bool:
    """Return whether a proxy is spoken to in SOCKS 5, not 4."""
    return proxy.scheme.startswith("socks5")


def may_begin(proxy: Proxy, heard: bytes) -> bool:
    """Return whether a reply of the proxy's version may begin so."""
    return heard[:1] in (b"", b"\5" if is_version_5(proxy) else b"\0")


def is_let_in(proxy: Proxy, heard: bytes) -> bool:
    """Return whether a proxy of SOCKS 5 wants no password, or has taken ours (RFC 1929, 2)."""
    if not is_version_5(proxy):
        return False
    return heard[:2] == b"\5\0" or (wants_password(proxy, heard) and heard[3:4] == b"\0")


def wants_password(proxy: Proxy, heard: bytes) -> bool:
    """Return whether a proxy has asked for the user name and password."""
    return is_version_5(proxy) and heard[:2] == bytes([5, _BY_PASSWORD])


def refusal(proxy: Proxy, code: int) -> Phrase:
    """Return what it means that a proxy does not connect."""
    known = _REFUSALS_5 if is_version_5(proxy) else _REFUSALS_4
    return known.get(code) or Phrase("it refused, with the code {code}", code=code)


def code_of(proxy: Proxy, heard: bytes) -> int | None:
    """Return the code with which a proxy answers to the name of the server, None before that.

    0 where it has opened the way.
    """
    if not is_version_5(proxy):
        return _refused_4(heard[1]) if heard[:1] == b"\0" and len(heard) > 1 else None
    last = heard[_last(heard) :]
    return last[1] if is_let_in(proxy, heard) and last[:1] == b"\5" and len(last) > 1 else None


def _refused_4(code: int) -> int:
    return 0 if code == _GRANTED_4 else code


def oddity(proxy: Proxy, heard: bytes) -> Phrase:
    """Return what is wrong with replies that do not lead anywhere, and have no code for it."""
    if heard[:1] == b"H":
        return Phrase("it answers in HTTP")
    if heard[:1] in (b"\x15", b"\x16"):
        return Phrase("it answers in TLS")
    if is_version_5(proxy) and heard[:1] == b"\5" and len(heard) > 1:
        if heard[1] == _NO_WAY_IN:
            return Phrase("it takes none of the ways to be let in that were offered")
        if wants_password(proxy, heard) and proxy.user is None:
            return Phrase("it wants a user name and password")
        if wants_password(proxy, heard) and heard[3:4] not in (b"", b"\0"):
            return Phrase("it does not take the user name and password")
        if heard[1] not in (0, _BY_PASSWORD):
            return Phrase("it lets in by a method that is not known here ({code})", code=heard[1])
    return Phrase("its answer is not as SOCKS has it")


def _last(heard: bytes) -> int:
    """Return where the last of the replies of SOCKS 5 begins: behind that to a password, if any."""
    return 4 if heard[1:2] == bytes([_BY_PASSWORD]) else 2
