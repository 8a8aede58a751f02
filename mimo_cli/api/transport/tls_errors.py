"""What goes wrong with TLS, as errors for people. Pure but for the clock."""

from __future__ import annotations

import re
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


def alert_error(error: Exception, where: Phrase) -> NetworkError | None:
    """Return what it means that the other side ended TLS when it stood here; None if it did not.

    In TLS 1.3 it looks at what we have shown after that (RFC 8446, 4.4.2.4). What is not about us
    may pass.
    """
    for cause in causes(error):
        if isinstance(cause, ssl.SSLError) and (alert := _alert(cause)):
            found = _ended_by(alert, where)
            found.retry_limit = 0 if alert in _ALERTS_ON_US else ALWAYS
            return found
    return None


def is_alert(error: BaseException) -> bool:
    """Return whether an error is what the other side said of TLS before it ended it."""
    return isinstance(error, ssl.SSLError) and _alert(error) != ""


def speaks_tls(error: Exception) -> bool:
    """Return whether the other side has answered in TLS, although that has failed."""
    return any(
        isinstance(cause, ssl.SSLError)
        and not isinstance(cause, ssl.SSLEOFError)
        and cause.reason not in _NO_TLS
        for cause in causes(error)
    )


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
    if alert := _alert(error):
        return _ended_by(alert, where)
    why = openssl_words(error) or Phrase("the handshake failed")
    return NetworkError(what, why, _CHECK_HOST)


def _ended_by(alert: str, where: Phrase) -> NetworkError:
    what = Phrase("no TLS with {where}", where=where)
    words = alert.lower().replace("_", " ")
    why = _ALERTS.get(alert) or Phrase("it ended the TLS handshake: {alert}", alert=words)
    return NetworkError(what, why, _CHECK_HOST)


_CHECK_HOST = SuspectBaseUrl(Phrase("Check base_url: are its host and port right?"))
_WANTS_CERTIFICATE = Phrase("it wants a certificate of yours, and none can be given here")
_ALERTS_ON_US = {
    **dict.fromkeys(
        (
            *("CERTIFICATE_REQUIRED", "NO_CERTIFICATE", "BAD_CERTIFICATE", "UNKNOWN_CA"),
            *("UNSUPPORTED_CERTIFICATE", "CERTIFICATE_REVOKED", "CERTIFICATE_EXPIRED"),
            "CERTIFICATE_UNKNOWN",
        ),
        _WANTS_CERTIFICATE,
    ),
    "HANDSHAKE_FAILURE": Phrase(
        "it takes none of the ways to encrypt that were offered, or it wants a certificate of yours"
    ),
    "INSUFFICIENT_SECURITY": Phrase("it wants a stronger way to encrypt than were offered"),
    "PROTOCOL_VERSION": Phrase("it takes no version of TLS that is known here"),
    "UNRECOGNIZED_NAME": Phrase("it does not know the host's name"),
    "ACCESS_DENIED": Phrase("it denies access"),
    "NO_APPLICATION_PROTOCOL": Phrase("it does not speak HTTP/1.1"),
}
_ALERTS = {**_ALERTS_ON_US, "INTERNAL_ERROR": Phrase("it failed")}
"""What the other side says before it ends TLS (RFC 8446, 6.2; RFC 5246, 7.2.2), by its name.

TLS 1.2 says `handshake_failure` for a certificate that it wants. What is not here is told as it is.
"""


def _alert(error: ssl.SSLError) -> str:
    """Return the name of the alert that the other side sent; empty if it is another error.

    OpenSSL's begin with the version that they stem from. Python does not know some of them: it
    has OpenSSL's words then.
    """
    name = error.reason or (error.strerror or "").rpartition("] ")[2].partition(" (")[0]
    match = re.fullmatch(_ALERT, name.upper().replace(" ", "_"))
    return match[1] if match else ""


_ALERT = "(?:SSLV3|TLSV1|TLSV13)_(?:ALERT_)?([A-Z0-9_]+)"

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
