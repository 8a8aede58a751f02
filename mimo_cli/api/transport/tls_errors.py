"""What goes wrong with TLS, as errors for people. Pure but for the clock."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

from mimo_cli.advice import Action, NameCa, SuspectBaseUrl
from mimo_cli.api.transport.http_errors import through
from mimo_cli.api.transport.trust import openssl_words, unread_variable
from mimo_cli.errors import ALWAYS, MimoError, NetworkError
from mimo_cli.phrases import NOTHING, Phrase, verbatim

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mimo_cli.api.transport.proxies.proxy_url import Proxy
    from mimo_cli.api.transport.trust import Flaw


_Error = TypeVar("_Error", bound=Exception)


def cannot_connect(where: str, why: Phrase) -> NetworkError:
    """Say that nothing answers at `where`."""
    what = Phrase("cannot connect to {where}", where=where)
    return NetworkError(what, why, Action.CHECK_NETWORK)


def tls_error(error: Exception, where: str, proxy: Proxy | None) -> NetworkError | None:
    """Return what an error of TLS means; None if it is another."""
    for cause in causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return _certificate_error(cause, where, proxy)
        if isinstance(cause, ssl.SSLEOFError):
            return _closed_during_tls(through(where, proxy))
        if isinstance(cause, ssl.SSLError):
            return _no_tls(cause, through(where, proxy))
    return None


def hint_on_proxy_certificate(error: Exception, check: Phrase) -> Phrase | NameCa:
    """Return what to do about a proxy's certificate; nothing if that is not what is wrong.

    `check` says where the proxy is named.
    """
    for cause in causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            if cause.verify_code in _WRONG_NAME:
                return check
            return _hint_on_clock(cause) or NameCa(
                Phrase("If you trust this proxy, name its CA in SSL_CERT_FILE.")
            )
    return NOTHING


def with_variables(error: _Error, environ: Mapping[str, str], flaws: Sequence[Flaw] = ()) -> _Error:
    """Return an error whose hint tells of variables for certificates: one not read, and `flaws`."""
    if isinstance(error, MimoError) and isinstance(error.hint, NameCa):
        told = tuple(flaw.whole for flaw in flaws if flaw.is_of_certificates)
        error.hint = error.hint._replace(unread=unread_variable(environ), flaws=told)
    return error


def causes(error: BaseException | None) -> list[BaseException]:
    """Return an error, and what it came from."""
    found: list[BaseException] = []
    while error is not None:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found


def _closed_during_tls(where: Phrase) -> NetworkError:
    closed = cannot_connect(where, Phrase("the connection was closed before TLS stood"))
    closed.retry_limit = ALWAYS
    return closed


_NO_TLS = ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "PACKET_LENGTH_TOO_LONG")
"""What OpenSSL calls bytes that are no record of TLS, by its version and the bytes."""


def _no_tls(error: ssl.SSLError, where: Phrase) -> NetworkError:
    what = Phrase("no TLS with {where}", where=where)
    if error.reason in _NO_TLS:
        why = Phrase("it does not answer in TLS")
        hint = SuspectBaseUrl(
            Phrase("Does this port speak plain http? Then base_url begins with http://")
        )
        return NetworkError(what, why, hint)
    if alert := next((it for it in _ALERTS if (error.reason or "").endswith(it)), ""):
        hint = SuspectBaseUrl(Phrase("Check base_url: are its host and port right?"))
        return NetworkError(what, _ALERTS[alert], hint)
    hint = SuspectBaseUrl(Phrase("Check base_url: does this port speak https?"))
    why = openssl_words(error) or Phrase("the handshake failed")
    return NetworkError(what, why, hint)


_WANTS_CERTIFICATE = Phrase("it wants a certificate of yours, and none can be given here")
_ALERTS = {
    "HANDSHAKE_FAILURE": Phrase("it takes none of the ways to encrypt that were offered"),
    "PROTOCOL_VERSION": Phrase("it takes no version of TLS that is known here"),
    "UNRECOGNIZED_NAME": Phrase("it does not know the host's name"),
    "CERTIFICATE_REQUIRED": _WANTS_CERTIFICATE,
    "ALERT_BAD_CERTIFICATE": _WANTS_CERTIFICATE,
    "ALERT_UNKNOWN_CA": _WANTS_CERTIFICATE,
    "ALERT_ACCESS_DENIED": Phrase("it denies access"),
    "ALERT_INTERNAL_ERROR": Phrase("it failed"),
}
"""What servers say before they end a handshake (RFC 8446, 6.2), by how OpenSSL's names for it end.

Its beginnings are the versions that it stems from.
"""


_EXPIRED, _NOT_YET_VALID = 10, 9
"""OpenSSL's verification codes (X509_V_ERR_…)."""
_WRONG_NAME = (62, 63, 64)
"""Those for a certificate of another name, mail address or IP address."""


def _certificate_error(
    error: ssl.SSLCertVerificationError, where: str, proxy: Proxy | None
) -> NetworkError:
    what = Phrase("the certificate of {where} is not trusted", where=where)
    return NetworkError(what, verbatim(error.verify_message), _hint_on_certificate(error, proxy))


def _hint_on_certificate(
    error: ssl.SSLCertVerificationError, proxy: Proxy | None
) -> Phrase | SuspectBaseUrl | NameCa:
    if hint := _hint_on_clock(error):
        return hint
    if error.verify_code in _WRONG_NAME:
        return SuspectBaseUrl(Phrase("Check base_url, or whether this network wants a login."))
    if proxy is None:
        return NameCa(Phrase("If you trust this server, name its CA in SSL_CERT_FILE."))
    template = "If proxy {proxy} opens TLS and you trust it, name its CA in SSL_CERT_FILE."
    return NameCa(Phrase(template, proxy=proxy.where))


def _hint_on_clock(error: ssl.SSLCertVerificationError) -> Phrase:
    if error.verify_code not in (_EXPIRED, _NOT_YET_VALID):
        return NOTHING
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    return Phrase("It is {time} here: is your clock right?", time=now)
