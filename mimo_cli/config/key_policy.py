"""Which key is used, and what server it may go to. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from mimo_cli.api.base_url import DEFAULT_BASE_URL, is_same_owner, parse_base_url
from mimo_cli.api.endpoint import Endpoint, KeyWithheld
from mimo_cli.api.hosts import is_loopback
from mimo_cli.config.schema import find_key
from mimo_cli.errors import ConfigError
from mimo_cli.named_tuple import NamedTuple
from mimo_cli.phrases import NOTHING, Phrase

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mimo_cli.config.layers import Layer, Origin
    from mimo_cli.config.ownership import Distrust

Name = Literal["api_key", "api_key_command"]
_NAMES: tuple[Name, ...] = ("api_key", "api_key_command")
_SERVER = find_key("base_url")


class KeyKnown(NamedTuple):
    """The key itself is set. It is as it was written: not checked, and not stripped."""

    key: str
    origin: Origin

    @property
    def source(self) -> Phrase:
        """Where it came from, in words."""
        return self.origin.phrase()

    def __repr__(self) -> str:
        """Without the key: a representation ends in tracebacks and logs."""
        return f"KeyKnown(origin={self.origin!r})"


class KeyFromCommand(NamedTuple):
    """A command prints the key, which may be run; where that was done already, it is `printed`."""

    command: str
    origin: Origin
    printed: str = ""

    def __repr__(self) -> str:
        """Without the key."""
        return f"KeyFromCommand({self.command!r}, origin={self.origin!r})"

    @property
    def source(self) -> Phrase:
        """Where it came from, in words."""
        return _of_command(self.origin)


class KeyRefused(NamedTuple):
    """A command would print the key, which is not run, for others may have named it."""

    distrust: Distrust
    origin: Origin

    @property
    def source(self) -> Phrase:
        """Where it came from, in words."""
        return _of_command(self.origin)


class NoKey(NamedTuple):
    """No key is set, nor a command for one."""

    source: Phrase = NOTHING


class KeyUnwanted(NamedTuple):
    """No key is sent, for `auth` is none. `otherwise` is what would be done about one."""

    otherwise: KeyKnown | KeyFromCommand | KeyRefused | KeyWithheld | NoKey

    @property
    def source(self) -> Phrase:
        """Where the key came from that is not sent, in words; empty if there is none."""
        return self.otherwise.source


KeyDecision = KeyKnown | KeyFromCommand | KeyRefused | KeyWithheld | NoKey | KeyUnwanted


Winner = tuple[Any, int]
"""A value that is in force, and the number of the layer it came from: the lowest wins."""


def decide(
    winners: Mapping[str, Winner], layers: Sequence[Layer]
) -> tuple[KeyDecision, tuple[Phrase, ...]]:
    """Decide which key is used, and keep it from a server that it was not meant for.

    Return the decision, and what is odd about where the key goes.

    A key is meant for the server that its own layer sees. If a more specific layer names another
    owner's: an option or a variable is the user's decision, and there is a remark; from the server
    of a profile the key is withheld.
    """
    key, remarks = _decide(winners, layers)
    auth, _ = winners.get("auth", ("", 0))
    if auth == "none":
        return KeyUnwanted(key), ()
    return key, remarks if remarks and _is_usable(winners) else ()


def _is_usable(winners: Mapping[str, Winner]) -> bool:
    """Return whether anything will be sent to the server; if not, an error says why."""
    server, _ = winners.get("base_url", (DEFAULT_BASE_URL, 0))
    allow_http, _ = winners.get("allow_http", (False, 0))
    try:
        parse_base_url(server, allow_http=allow_http)
    except ConfigError:
        return False
    return True


def _decide(
    winners: Mapping[str, Winner], layers: Sequence[Layer]
) -> tuple[KeyKnown | KeyFromCommand | KeyRefused | KeyWithheld | NoKey, tuple[Phrase, ...]]:
    """Decide so, whether or not a key is sent."""
    names = [name for name in _NAMES if name in winners]
    if not names:
        return NoKey(), ()
    winner = min(names, key=lambda name: winners[name][1])  # of two in one layer, the key itself
    value, rank = winners[winner]
    decision = _of_layer(winner, value, layers[rank])
    server, server_rank = winners.get("base_url", (DEFAULT_BASE_URL, len(layers)))
    if rank <= server_rank:
        is_pair = server_rank in (rank, len(layers))
        remarks = () if is_pair else _torn_pair(decision.source, server, layers[server_rank:])
        return decision, remarks
    meant = _server_in(layers[rank:])
    host = _host(server)
    if is_same_owner(meant, server):
        return decision, ()
    if layers[server_rank].profile:
        return KeyWithheld(decision.source, _host(meant)), ()
    if is_loopback(host):
        return decision, ()
    remark = Phrase(
        "the key ({source}) is used for {host}, as the {origin} says",
        source=decision.source,
        host=host,
        origin=layers[server_rank].origin(_SERVER).phrase(),
    )
    return decision, (remark,)


def _of_layer(name: Name, value: str, layer: Layer) -> KeyKnown | KeyFromCommand | KeyRefused:
    origin = layer.origin(find_key(name))
    if name == "api_key":
        return KeyKnown(value, origin)
    if layer.distrust is not None:
        return KeyRefused(layer.distrust, origin)
    return KeyFromCommand(value, origin)


def _of_command(origin: Origin) -> Phrase:
    return Phrase("api_key_command, {origin}", origin=origin.phrase())


def _server_in(layers: Sequence[Layer]) -> str:
    """Return the server that the first of some layers sees."""
    urls = (layer.values.get(_SERVER.name) for layer in layers)
    return next((url for url in urls if url and isinstance(url, str)), DEFAULT_BASE_URL)


def _torn_pair(source: Phrase, server: str, layers: Sequence[Layer]) -> tuple[Phrase, ...]:
    """Return a remark if the key wins over one that a profile keeps together with its server.

    Or if it goes, without such a one, to a server that it may not be for. The first of the layers
    is the one that names the server.
    """
    layer, *below = layers
    if not layer.profile:
        return ()
    profile, host = layer.profile, _host(server)
    if any(layer.values.get(name) is not None for name in _NAMES):
        remark = Phrase(
            "the key ({source}) wins over that of profile {profile} for {host}",
            source=source,
            profile=profile,
            host=host,
        )
    elif is_loopback(host) or is_same_owner(_server_in(below), server):
        return ()
    else:
        remark = Phrase(
            "the key ({source}) is used for {host}, as profile {profile} says",
            source=source,
            host=host,
            profile=profile,
        )
    return (remark,)


def _host(url: str) -> str:
    try:
        return Endpoint(parse_base_url(url, allow_http=True)).host
    except ConfigError:
        return url  # the same
