"""Which key is used, and what server it may go to. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mimo_cli.api.base_url import DEFAULT_BASE_URL, parse_base_url, same_owner
from mimo_cli.api.endpoint import Endpoint
from mimo_cli.api.hosts import is_loopback
from mimo_cli.config.schema import find
from mimo_cli.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mimo_cli.config.resolve import Place

Found = tuple[Any, int]
"""A value, and the number of the place it came from: the lower one wins."""

_KEY_NAMES = ("api_key", "api_key_command")
_SERVER = find("base_url")


def settle(
    found: dict[str, Found], origins: dict[str, str], places: Sequence[Place]
) -> tuple[str, ...]:
    """Settles which key is used, and keeps it from a server that it was not meant for.

    A key is meant for the server that its own place sees. If a more specific place names another
    owner's: an option or a variable is the user's decision, and there is a remark; from the server
    of a profile the key is withheld.
    """
    remarks = _settled(found, origins, places)
    auth, _ = found.get("auth", ("", 0))
    is_sent = bool(remarks) and auth != "none" and _is_usable(found)
    return remarks if is_sent else ()  # a key that is not sent goes nowhere


def _is_usable(found: dict[str, Found]) -> bool:
    """Whether anything will be sent to the server that is named; if not, an error says why."""
    server, _ = found.get("base_url", (DEFAULT_BASE_URL, 0))
    allow_http, _ = found.get("allow_http", (False, 0))
    try:
        parse_base_url(server, allow_http=allow_http)
    except ConfigError:
        return False
    return True


def _settled(
    found: dict[str, Found], origins: dict[str, str], places: Sequence[Place]
) -> tuple[str, ...]:
    """Do so, whether or not a key is sent."""
    ranks = {name: found[name][1] for name in _KEY_NAMES if name in found}
    if not ranks:
        return ()
    winner = min(ranks, key=lambda name: ranks[name])  # of two in one place, the key itself
    rank, words = ranks[winner], origins[winner]
    if winner != "api_key":
        words = f"{winner}, {words}"
        found.pop("api_key", None)
        origins["api_key"] = words
    server, server_rank = found.get("base_url", (DEFAULT_BASE_URL, len(places)))
    if rank <= server_rank:
        is_pair = server_rank in (rank, len(places))
        return () if is_pair else _torn_pair(words, server, places[server_rank:])
    meant = next(
        (url for place in places[rank:] if (url := place.value(_SERVER))), DEFAULT_BASE_URL
    )
    host = _host(server)
    if is_same_owner(str(meant), server):
        return ()
    if not places[server_rank].profile:
        remark = f"the key ({words}) is used for {host}, as the {origins['base_url']} says"
        return () if is_loopback(host) else (remark,)
    for name in ranks:
        found.pop(name, None)
        origins.pop(name, None)
    origins["api_key"] = f"withheld: the key ({words}) is for {_host(str(meant))}"
    return ()


def _torn_pair(words: str, server: str, places: Sequence[Place]) -> tuple[str, ...]:
    """A remark if the key wins over one that a profile keeps together with its server.

    Or if it goes, without such a one, to a server that it may not be for. The first of the places
    is the one that names the server.
    """
    place, *below = places
    if not place.profile:
        return ()
    has_key = any(place.value(find(name)) is not None for name in _KEY_NAMES)
    where = _host(server)
    if not has_key:
        usual = next((url for it in below if (url := it.value(_SERVER))), DEFAULT_BASE_URL)
        if is_loopback(where) or is_same_owner(str(usual), server):
            return ()
        return (f"the key ({words}) is used for {where}, as profile {place.profile} says",)
    return (f"the key ({words}) wins over that of profile {place.profile} for {where}",)


def is_same_owner(one: str, other: str) -> bool:
    """Whether a key for one base URL may go to the other, whatever is written there."""
    try:
        return same_owner(one, other)
    except ConfigError:
        return False  # what is no URL is nobody's; it is refused when it is used


def _host(url: str) -> str:
    try:
        return Endpoint(parse_base_url(url, allow_http=True)).host
    except ConfigError:
        return url  # the same
