"""The key, the server and the model: whether they fit. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli import catalog
from mimo_cli.api.endpoint import mask, parse_key
from mimo_cli.checkup.check import Check, failed
from mimo_cli.errors import AuthError, ConfigError

if TYPE_CHECKING:
    from mimo_cli.api.endpoint import Endpoint
    from mimo_cli.checkup.check import Subject

_CORRECT = "Run: mimo config set base_url URL"
_DEFAULT = "the default"


def key(subject: Subject) -> Check:
    """Which key wins, and where it comes from."""
    endpoint = subject.endpoint
    source = subject.settings.origins.get("api_key", "")
    if subject.settings.api_key is None:
        if endpoint is not None and endpoint.is_loopback:
            return Check("key", "ok", "none, which is right for a server on this machine")
        advice = "Run: mimo config set api_key   (or set MIMO_API_KEY)"
        return Check("key", "failed", "none is set", advice)
    try:
        shown = mask(parse_key(subject.settings.api_key, source))
    except AuthError as error:
        return failed("key", error, "Run: mimo config set api_key")
    beaten = ""
    if subject.content.get("api_key") and not source.startswith("file"):
        beaten = ", which wins over that in the file"
    return Check("key", "ok", f"{shown} from {source}{beaten}")


def server(subject: Subject) -> Check:
    """The base URL, and whether the key is of the family that goes with it."""
    source = subject.settings.origins.get("base_url", _DEFAULT)
    try:
        endpoint = subject.parsed_endpoint()
    except ConfigError as error:
        return Check("server", "failed", f"{error.message} ({source})", error.hint or _CORRECT)
    text = f"{endpoint.base_url} ({_kind(endpoint)}; {source})"
    if mismatch := endpoint.family_mismatch():
        return Check("server", "failed", f"{text}: the key is of the other family", mismatch)
    return Check("server", "ok", text)


def _kind(endpoint: Endpoint) -> str:
    if endpoint.bills_per_token:
        return "MiMo, pay as you go"
    if endpoint.is_mimo:
        return "MiMo, Token Plan"
    return "this machine" if endpoint.is_loopback else "not Xiaomi's"


def model(subject: Subject) -> Check:
    """Whether the model is known, and still served."""
    name = subject.settings.model
    text = f"{name} ({subject.settings.origins.get('model', _DEFAULT)})"
    endpoint = subject.endpoint
    is_mimo = endpoint is None or endpoint.is_mimo
    known = catalog.find(name)
    if known is None and is_mimo:
        names = catalog.nearest(name) or tuple(entry.id for entry in catalog.current())
        advice = f"Did you mean {' or '.join(names)}? mimo models lists them."
        return Check("model", "warning", f"{text} is not in the catalogue", advice)
    if known is None:
        return Check("model", "ok", f"{text}; the catalogue knows Xiaomi's own alone")
    if known.retired:
        retired = f"{text} was retired on {known.retired}"
        advice = f"Run: mimo config set model {known.replacement}"
        # Another server may have it all the same.
        return Check("model", "failed" if is_mimo else "warning", retired, advice)
    return Check("model", "ok", f"{text}, current as of {catalog.CHECKED}")
