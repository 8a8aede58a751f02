"""Which key is used, and what server it may go to. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mimo_cli.api.base_url import DEFAULT_BASE_URL
from mimo_cli.api.endpoint import KeyWithheld
from mimo_cli.config.schema import KEY_NAMES, find_key
from mimo_cli.named_tuple import NamedTuple
from mimo_cli.phrases import NOTHING, Phrase

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mimo_cli.config.layers import Layer, Origin
    from mimo_cli.config.ownership import Distrust


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
    if not remarks:
        return key, ()
    from mimo_cli.config.keys import apart

    return key, remarks if apart.is_usable(winners) else ()


def _decide(
    winners: Mapping[str, Winner], layers: Sequence[Layer]
) -> tuple[KeyKnown | KeyFromCommand | KeyRefused | KeyWithheld | NoKey, tuple[Phrase, ...]]:
    """Decide so, whether or not a key is sent."""
    names = [name for name in KEY_NAMES if name in winners]
    if not names:
        return NoKey(), ()
    winner = min(names, key=lambda name: winners[name][1])  # of two in one layer, the key itself
    value, rank = winners[winner]
    decision = _of_layer(winner, value, layers[rank])
    server, server_rank = winners.get("base_url", (DEFAULT_BASE_URL, len(layers)))
    if server_rank in (rank, len(layers)):
        return decision, ()
    from mimo_cli.config.keys import apart  # most keys stand beside their server

    withheld, remarks = apart.judge(decision.source, rank, server, server_rank, layers)
    return withheld or decision, remarks


def _of_layer(name: str, value: str, layer: Layer) -> KeyKnown | KeyFromCommand | KeyRefused:
    origin = layer.origin(find_key(name))
    if name == "api_key":
        return KeyKnown(value, origin)
    if layer.distrust is not None:
        return KeyRefused(layer.distrust, origin)
    return KeyFromCommand(value, origin)


def _of_command(origin: Origin) -> Phrase:
    return Phrase("api_key_command, {origin}", origin=origin.phrase())
