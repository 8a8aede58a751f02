"""The way that requests for a URL take: directly or through a proxy, and with what TLS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli import __version__
from mimo_cli.named_tuple import NamedTuple

if TYPE_CHECKING:
    import ssl
    from collections.abc import Mapping

    from mimo_cli.api.transport.proxies.proxy_url import Proxy
    from mimo_cli.api.transport.trust import Flaw
    from mimo_cli.phrases import Phrase


USER_AGENT = f"mimo-chat-cli/{__version__}"
"""What we call ourselves, to servers and proxies."""


class Route(NamedTuple):
    """How requests for a URL go: through `proxy` or directly, and with what TLS to which.

    `forwards` is whether the proxy gets the requests themselves. `flaws` are of the variables that
    say what is trusted.
    """

    proxy: Proxy | None
    tls: ssl.SSLContext | None
    proxy_tls: ssl.SSLContext | None
    forwards: bool
    flaws: tuple[Flaw, ...] = ()

    def remarks(self) -> tuple[Phrase, ...]:
        """Return what somebody wants to know who asked for details."""
        return tuple(flaw.told for flaw in self.flaws)


def route(url: str, proxy: Proxy | None, environ: Mapping[str, str], seconds: float) -> Route:
    """Prepare the way for a URL. Where no TLS is needed, no certificates are loaded: 15 ms.

    So many `seconds` may pass until they have come, where they come through a pipe.

    Raises:
        ConfigError: a certificate file is not usable.
    """
    is_secured = proxy is not None and proxy.is_secured
    forwards = is_forwarded(url, proxy)
    if is_plain(url) and not is_secured:
        return Route(proxy, None, None, forwards)
    from mimo_cli.api.transport.trust import trust

    tls, flaws = trust(environ, seconds)
    own = None if is_plain(url) else tls
    return Route(proxy, own, tls if is_secured else None, forwards, flaws)


def is_plain(url: str) -> bool:
    """Return whether a URL is one of http, without TLS."""
    return url.startswith("http:")


def is_forwarded(url: str, proxy: Proxy | None) -> bool:
    """Return whether requests for a URL are given to the proxy, and not sent through it."""
    return is_plain(url) and proxy is not None and not proxy.is_socks
