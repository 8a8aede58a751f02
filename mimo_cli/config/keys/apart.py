"""A key whose server is named in another place than it: where it may go, what is odd. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mimo_cli.api.base_url import DEFAULT_BASE_URL, is_same_owner, parse_base_url
from mimo_cli.api.endpoint import Endpoint, KeyWithheld
from mimo_cli.api.hosts import is_loopback
from mimo_cli.config.schema import KEY_NAMES, find_key
from mimo_cli.errors import ConfigError
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mimo_cli.config.layers import Layer

_SERVER = find_key("base_url")


def judge(
    source: Phrase, rank: int, server: str, server_rank: int, layers: Sequence[Layer]
) -> tuple[KeyWithheld | None, tuple[Phrase, ...]]:
    """Return what keeps a key of one layer from the server of another, or what is odd about it.

    `source` says in words where the key came from; the ranks are the numbers of the two layers.
    """
    if rank < server_rank:
        return None, _torn_pair(source, server, layers[server_rank:])
    meant = _server_in(layers[rank:])
    host = _host(server)
    if is_same_owner(meant, server):
        return None, ()
    if layers[server_rank].profile:
        return KeyWithheld(source, _host(meant)), ()
    if is_loopback(host):
        return None, ()
    remark = Phrase(
        "the key ({source}) is used for {host}, as the {origin} says",
        source=source,
        host=host,
        origin=layers[server_rank].origin(_SERVER).phrase(),
    )
    return None, (remark,)


def is_usable(winners: Mapping[str, tuple[Any, int]]) -> bool:
    """Return whether anything will be sent to the server; if not, an error says why."""
    server, _ = winners.get("base_url", (DEFAULT_BASE_URL, 0))
    allow_http, _ = winners.get("allow_http", (False, 0))
    try:
        parse_base_url(server, allow_http=allow_http)
    except ConfigError:
        return False
    return True


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
    if any(layer.values.get(name) is not None for name in KEY_NAMES):
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
