"""What goes wrong with TLS, as errors for people. Pure but for the clock."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from mimo_cli.advice import Action
from mimo_cli.api.transport.http_errors import through
from mimo_cli.errors import ALWAYS, NetworkError

if TYPE_CHECKING:
    from mimo_cli.advice import Advice
    from mimo_cli.api.transport.proxy import Proxy


def cannot_connect(where: str, why: str) -> NetworkError:
    """Say that nothing answers at `where`."""
    return NetworkError(f"cannot connect to {where}", why, Action.CHECK_NETWORK)


def of(error: Exception, where: str, proxy: Proxy | None) -> NetworkError | None:
    """Return what an error of TLS means; None if it is another."""
    for cause in causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return _certificate_error(cause, where, proxy)
        if isinstance(cause, ssl.SSLEOFError):
            return _closed_during_tls(f"{where}{through(proxy)}")
        if isinstance(cause, ssl.SSLError):
            return _no_tls(cause, f"{where}{through(proxy)}")
    return None


def proxys_certificate(error: Exception, check: str) -> str | Advice:
    """Return what to do about a proxy's certificate; empty if that is not what is wrong.

    `check` says where the proxy is named.
    """
    for cause in causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            if cause.verify_code == _WRONG_HOST:
                return check
            return _certificate_error(cause, "", None, who="proxy").hint
    return ""


def causes(error: BaseException | None) -> list[BaseException]:
    """Return an error, and what it came from."""
    found: list[BaseException] = []
    while error is not None:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found


def _closed_during_tls(where: str) -> NetworkError:
    closed = cannot_connect(where, "the connection was closed before TLS stood")
    closed.retry_limit = ALWAYS
    return closed


_NO_TLS = ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "PACKET_LENGTH_TOO_LONG")
"""What OpenSSL calls bytes that are no record of TLS, by its version and the bytes."""


def _no_tls(error: ssl.SSLError, where: str) -> NetworkError:
    what, why = f"no TLS with {where}", error.reason or str(error)
    if error.reason in _NO_TLS:
        hint = "Does this port speak plain http? Then base_url begins with http://"
        return NetworkError(what, "it does not answer in TLS", hint)
    return NetworkError(what, why, "Check base_url: does this port speak https?")


_EXPIRED, _NOT_YET_VALID, _WRONG_HOST = 10, 9, 62
"""OpenSSL's verification codes (X509_V_ERR_…)."""


def _certificate_error(
    error: ssl.SSLCertVerificationError, where: str, proxy: Proxy | None, who: str = "server"
) -> NetworkError:
    what, why = f"the certificate of {where} is not trusted", error.verify_message
    if error.verify_code in (_EXPIRED, _NOT_YET_VALID):
        now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
        return NetworkError(what, why, f"It is {now} here: is your clock right?")
    if error.verify_code == _WRONG_HOST:
        return NetworkError(what, why, "Check base_url, or whether this network wants a login.")
    hint = f"If you trust this {who}, name its CA in SSL_CERT_FILE."
    if proxy is not None:
        hint = f"If proxy {proxy.where} opens TLS and you trust it, name its CA in SSL_CERT_FILE."
    return NetworkError(what, why, hint)
