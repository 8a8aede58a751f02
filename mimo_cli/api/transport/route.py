"""The way that requests for a URL take: directly or through a proxy, and with what TLS."""

from __future__ import annotations

import errno
import ssl
from typing import TYPE_CHECKING

import certifi

from mimo_cli import __version__
from mimo_cli.errors import ConfigError
from mimo_cli.named_tuple import NamedTuple
from mimo_cli.phrases import Phrase, reason, verbatim

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mimo_cli.api.transport.proxies.proxy_url import Proxy


USER_AGENT = f"mimo-chat-cli/{__version__}"
"""What we call ourselves, to servers and proxies."""


class Route(NamedTuple):
    """How requests for a URL go: through `proxy` or directly, and with what TLS to which.

    `forwards` is whether the proxy gets the requests themselves.
    """

    proxy: Proxy | None
    tls: ssl.SSLContext | None
    proxy_tls: ssl.SSLContext | None
    forwards: bool


def route(url: str, proxy: Proxy | None, environ: Mapping[str, str]) -> Route:
    """Prepare the way for a URL. Where no TLS is needed, no certificates are loaded: 15 ms.

    Raises:
        ConfigError: a certificate file is not usable.
    """
    is_secured = proxy is not None and proxy.is_secured
    tls = tls_context(environ) if is_secured or not is_plain(url) else None
    return Route(
        proxy,
        None if is_plain(url) else tls,
        tls if is_secured else None,
        is_forwarded(url, proxy),
    )


def is_plain(url: str) -> bool:
    """Return whether a URL is one of http, without TLS."""
    return url.startswith("http:")


def is_forwarded(url: str, proxy: Proxy | None) -> bool:
    """Return whether requests for a URL are given to the proxy, and not sent through it."""
    return is_plain(url) and proxy is not None and not proxy.is_socks


def tls_context(environ: Mapping[str, str]) -> ssl.SSLContext:
    """Return the context that https connections are made with.

    Raises:
        ConfigError: a certificate file is not usable.
    """
    variable = next((name for name in _CERTIFICATES if environ.get(name)), "")
    place = environ.get(variable, "")
    try:
        if variable == "SSL_CERT_DIR":
            _check_folders(place)
            return ssl.create_default_context(capath=place)
        return ssl.create_default_context(cafile=place or certifi.where())
    except OSError as error:
        where = f"{variable}={place}" if variable else certifi.where()
        hint = (
            Phrase("Correct {variable}, or: unset {variable}", variable=variable)
            if variable
            else Phrase("Install it again.")
        )
        raise ConfigError(
            Phrase("the TLS certificates cannot be loaded"),
            Phrase("{file}: {problem}", file=where, problem=_reason(error)),
            hint,
        ) from error


_CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR")
"""OpenSSL's variables, in the order in which they count."""


def _check_folders(places: str) -> None:
    """Look whether one of the folders is there; OpenSSL would trust nobody, and say nothing.

    Raises:
        FileNotFoundError: none is.
    """
    import os
    from pathlib import Path

    if not any(Path(place).is_dir() for place in places.split(os.pathsep)):
        raise FileNotFoundError(errno.ENOENT, Phrase("no such folder"))


def _reason(error: OSError) -> Phrase:
    if not isinstance(error, ssl.SSLError):
        return reason(error)
    if error.reason:  # its text has OpenSSL's name and Python's line besides
        return verbatim(error.reason.lower().replace("_", " "))
    return Phrase("no certificates")
