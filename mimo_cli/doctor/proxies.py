"""What stands between here and the server: proxies, and the certificates that are trusted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mimo_cli.api.transport.proxy import choose_proxy
from mimo_cli.api.transport.route import tls_context
from mimo_cli.doctor.check import Check, failed
from mimo_cli.errors import ConfigError

if TYPE_CHECKING:
    from mimo_cli.doctor.check import Subject

_CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR")


def proxy(subject: Subject) -> Check:
    """Which proxy is in force for the server, by which variable, or why none is."""
    endpoint = subject.endpoint
    if endpoint is None:
        return Check("proxy", "skipped", "there is no server to reach")
    try:
        choice = choose_proxy(endpoint.base_url, subject.environment.environ)
    except ConfigError as error:
        return failed("proxy", error)
    if not choice.ignored:
        return Check("proxy", "ok", choice.description)
    text, advice = f"{choice.description}; {choice.ignored_words}", f"Correct {choice.no_proxy}."
    return Check("proxy", "warning" if choice.proxy else "ok", text, advice)


def certificates(subject: Subject) -> Check:
    """Which certificates are trusted, and whether they can be loaded."""
    endpoint, environ = subject.endpoint, subject.environment.environ
    if endpoint is not None and endpoint.base_url.startswith("http:"):
        return Check("certificates", "ok", "not needed for plain http")
    name = next((name for name in _CERTIFICATES if environ.get(name)), None)
    if name is not None and not Path(environ[name]).exists():
        text = f"{name}={environ[name]} is not there"
        return Check("certificates", "failed", text, f"Correct it, or: unset {name}")
    try:
        tls_context(environ)
    except ConfigError as error:
        return failed("certificates", error)
    shown = "those that came with this program" if name is None else f"{name}={environ[name]}"
    return Check("certificates", "ok", shown)
