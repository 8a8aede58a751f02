"""What stands between here and the server: proxies, and the certificates that are trusted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mimo_cli.api.transport.proxies.proxy import choose_proxy
from mimo_cli.api.transport.route import tls_context
from mimo_cli.doctor.check import Check, failed
from mimo_cli.errors import ConfigError
from mimo_cli.phrases import Phrase, verbatim

if TYPE_CHECKING:
    from mimo_cli.doctor.check import Subject

_CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR")


def proxy(subject: Subject) -> Check:
    """Check which proxy is in force for the server, by which variable, or why none is."""
    endpoint = subject.endpoint
    if endpoint is None:
        return Check("proxy", "skipped", Phrase("there is no server to reach"))
    try:
        choice = choose_proxy(endpoint.base_url, subject.environment.environ)
    except ConfigError as error:
        return failed("proxy", error)
    if not choice.ignored:
        return Check("proxy", "ok", choice.description)
    text = Phrase("{proxy}; {ignored}", proxy=choice.description, ignored=choice.ignored_words)
    advice = Phrase("Correct {variable}.", variable=choice.no_proxy)
    return Check("proxy", "warning" if choice.proxy else "ok", text, advice)


def certificates(subject: Subject) -> Check:
    """Check which certificates are trusted, and whether they can be loaded."""
    endpoint, environ = subject.endpoint, subject.environment.environ
    if endpoint is not None and endpoint.base_url.startswith("http:"):
        return Check("certificates", "ok", Phrase("not needed for plain http"))
    name = next((name for name in _CERTIFICATES if environ.get(name)), None)
    if name is not None and not Path(environ[name]).exists():
        text = Phrase("{variable}={file} is not there", variable=name, file=environ[name])
        advice = Phrase("Correct it, or: unset {variable}", variable=name)
        return Check("certificates", "failed", text, advice)
    try:
        tls_context(environ)
    except ConfigError as error:
        return failed("certificates", error)
    if name is None:
        return Check("certificates", "ok", Phrase("those that came with this program"))
    return Check("certificates", "ok", verbatim(f"{name}={environ[name]}"))
