"""What stands between here and the server: proxies, and the certificates that are trusted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.api.transport.proxies.proxy import choose_proxy
from mimo_cli.api.transport.route import is_plain
from mimo_cli.api.transport.trust import CERTIFICATES, unread_variable
from mimo_cli.common_phrases import both, chained
from mimo_cli.doctor.check import Check, failed
from mimo_cli.errors import ConfigError
from mimo_cli.phrases import Phrase, verbatim

if TYPE_CHECKING:
    from mimo_cli.doctor.check import Subject


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


def _is_proxy_secured(subject: Subject) -> bool:
    """Return whether there is a proxy for the server that is asked by TLS."""
    endpoint = subject.endpoint
    try:
        found = endpoint and choose_proxy(endpoint.base_url, subject.environment.environ).proxy
    except ConfigError:
        return False  # told by the check of the proxy
    return bool(found and found.is_secured)


def certificates(subject: Subject) -> Check:
    """Check which certificates are trusted, and whether they can be loaded."""
    endpoint, environ = subject.endpoint, subject.environment.environ
    if endpoint is not None and is_plain(endpoint.base_url) and not _is_proxy_secured(subject):
        return Check("certificates", "ok", Phrase("not needed for plain http"))
    try:
        flaws = subject.trust().flaws
    except ConfigError as error:
        return failed("certificates", error)
    flawed = [flaw.variable for flaw in flaws]
    used = [name for name in CERTIFICATES if environ.get(name) and name not in flawed]
    named = [verbatim(f"{name}={environ[name]}") for name in used]
    text = both(named) if named else Phrase("those that came with this program")
    if unread := unread_variable(environ):
        text = Phrase("{certificates}; {variable} is not read", certificates=text, variable=unread)
    if not flaws:
        return Check("certificates", "ok", text)
    advices = [flaw.advice for flaw in flaws if flaw.advice]
    if corrected := [flaw.variable for flaw in flaws if not flaw.advice]:
        advices.insert(0, Phrase("Correct {variables}.", variables=both(corrected)))
    advice = chained(advices)
    text = chained([text, *(flaw.told for flaw in flaws)])
    return Check("certificates", "warning", text, advice)
