"""Where requests go and what key goes with them. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from mimo_cli.api.base_url import DEFAULT_BASE_URL, MIMO_DOMAIN, is_mimos
from mimo_cli.api.hosts import is_loopback
from mimo_cli.named_tuple import NamedTuple
from mimo_cli.phrases import NOTHING, Phrase

if TYPE_CHECKING:
    from collections.abc import Iterable

Auth = Literal["api-key", "bearer", "x-api-key", "none"]

REGIONS = ("cn", "sgp", "ams")
"""Where a Token Plan can be served: China, Singapore, Europe. The plan's page says which."""
CONSOLE = "https://platform.xiaomimimo.com"
_PAY_AS_YOU_GO = "api" + MIMO_DOMAIN
_ANTHROPIC_VERSION = "2023-06-01"

SHORTEST_SECRET = 8
"""Characters of a key that is looked for in texts."""
_SHORTEST_HIDDEN = 4
"""Those of a proxy's password, which people choose."""


class KeyWithheld(NamedTuple):
    """A key that there is, and that does not go to the server which is asked.

    `of` says in words where it came from; `host` is whose it is.
    """

    of: Phrase
    host: str

    @property
    def source(self) -> Phrase:
        """Where it came from, in words, and why it is withheld."""
        return Phrase("withheld: the key ({source}) is for {host}", source=self.of, host=self.host)


class Endpoint(NamedTuple):
    """A server of the protocol: `base_url` without a slash at the end, and the key for it.

    `key_source` says in words where the key came from; errors name it, never the key. `withheld`
    is a key that there is for another server, where there is none for this one. `hidden` is what
    else is secret on the way there, as it may be repeated: what lets us in at a proxy.
    """

    base_url: str
    key: str | None = None
    key_source: Phrase = NOTHING
    auth: Auth = "api-key"
    withheld: KeyWithheld | None = None
    hidden: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """Leave the key out: a representation ends in tracebacks and logs."""
        return f"Endpoint({self.base_url!r}, auth={self.auth!r})"

    @property
    def messages_url(self) -> str:
        """Return where messages are posted."""
        return self.base_url + "/v1/messages"

    @property
    def models_url(self) -> str:
        """Return where the server lists its models: MiMo's does so outside the Messages API."""
        if not self.is_mimo:
            return self.base_url + "/v1/models"
        url = urlsplit(self.base_url)
        return f"{url.scheme}://{url.netloc}/v1/models"

    @property
    def host(self) -> str:
        """Return the host's name, without a port."""
        return urlsplit(self.base_url).hostname or ""

    @property
    def _name(self) -> str:
        """The host's name without the dot at its end that it may have: it is the same server."""
        return self.host.removesuffix(".")

    @property
    def is_loopback(self) -> bool:
        """Whether the server runs on this machine."""
        return is_loopback(self.host)

    @property
    def is_mimo(self) -> bool:
        """Whether this is Xiaomi's own service."""
        return is_mimos(self.host)

    @property
    def has_plan(self) -> bool:
        """Whether what is used there belongs to a Token Plan: by its host, or the key's family."""
        is_plans_key = (self.key or "").startswith("tp-")
        return self.is_mimo and (self.host.startswith("token-plan-") or is_plans_key)

    @property
    def bills_per_token(self) -> bool:
        """Whether the catalogue's prices hold: MiMo's own pay-as-you-go host."""
        return self._name == _PAY_AS_YOU_GO

    def headers(self) -> dict[str, str]:
        """Return the header that carries the key, and what goes with it. Empty without a key."""
        if self.key is None:
            return {}
        match self.auth:
            case "api-key":
                return {"api-key": self.key}
            case "bearer":
                return {"authorization": f"Bearer {self.key}"}
            case "x-api-key":
                return {"x-api-key": self.key, "anthropic-version": _ANTHROPIC_VERSION}
            case "none":
                return {}

    @property
    def secret(self) -> str:
        """Return the key, where it is long enough to be looked for in a text; else empty.

        A short one (`ollama`, `1`: local servers take anything) is a word like any other.
        """
        return self.key if self.key is not None and len(self.key) >= SHORTEST_SECRET else ""

    def conceal(self, text: str) -> str:
        """Return a text of the server's without the key and what is `hidden`, in whatever case.

        For errors and names, never for an answer, and never for what is encoded already. A text
        that was cut may end within the key.
        """
        return concealed(text, (self.secret,), self.hidden)

    def family_mismatch(self) -> Phrase:
        """Return what to do if the key is of the other family than the host; else nothing.

        MiMo's two kinds of keys, `sk-` (pay as you go) and `tp-` (Token Plan), have hosts of
        their own, and either host answers 401 to the other's keys.
        """
        key = self.key or ""
        if self._name == _PAY_AS_YOU_GO and key.startswith("tp-"):
            return Phrase(
                "This is a Token Plan key (tp-…) on the pay-as-you-go host. Set base_url to "
                "https://token-plan-cn.xiaomimimo.com/anthropic (or -sgp, -ams: see your plan)."
            )
        if self.is_mimo and self.host.startswith("token-plan-") and key.startswith("sk-"):
            return Phrase(
                "This is a pay-as-you-go key (sk-…) on a Token Plan host. Set base_url to {url}.",
                url=DEFAULT_BASE_URL,
            )
        return NOTHING

    def other_regions(self) -> tuple[str, ...]:
        """Return the hosts of the Token Plan's other regions, if this is one of its hosts.

        A key works in its own region; the others answer 401 to it (mimo-api.md).
        """
        hosts = tuple(f"token-plan-{region}{MIMO_DOMAIN}" for region in REGIONS)
        return tuple(host for host in hosts if host != self._name) if self._name in hosts else ()


def concealed(text: str, keys: Iterable[str], hidden: Iterable[str]) -> str:
    """Return a text without keys, but for short ones, and without what is `hidden`."""
    for key in keys:
        if len(key) >= SHORTEST_SECRET:
            text = _without(key, text, SHORTEST_SECRET)
    return without(hidden, text)


def without(secrets: Iterable[str], text: str) -> str:
    """Return a text without what lets us in at a proxy. One that was cut may end within it."""
    for secret in sorted(secrets, key=len, reverse=True):  # one may be a part of another
        if len(secret) >= _SHORTEST_HIDDEN:
            text = _without(secret, text, _SHORTEST_HIDDEN)
    return text


def _without(secret: str, text: str, least: int) -> str:
    """Return a text without a secret, or at its end the first part of one, of `least` characters.

    A short one is looked for as a word of its own: `pass` is within many.
    """
    pattern = re.escape(secret)
    if len(secret) < SHORTEST_SECRET:
        pattern = rf"(?<!\w){pattern}(?!\w)"
    text = re.sub(pattern, "…", text, flags=re.IGNORECASE)
    low, secret = text.lower(), secret.lower()
    sizes = range(len(secret), least - 1, -1)
    cut = next((size for size in sizes if low.endswith(secret[:size])), 0)
    return f"{text[:-cut]}…" if cut else text
