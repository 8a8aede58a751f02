"""Short names for models: the user's own and the built-in ones. Pure."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from mimo_cli.catalogue import models
from mimo_cli.config.schema import is_text_value
from mimo_cli.config.slips import cut
from mimo_cli.errors import ConfigError
from mimo_cli.phrases import NOTHING, Phrase

if TYPE_CHECKING:
    from mimo_cli.config.layers import Source


def unalias(model: str, source: Source) -> tuple[str, str]:
    """Return the id that a name for a model stands for, and that name if it is an alias, else "".

    The user's own aliases win over the built-in ones. An alias stands for an id, never for another
    alias.

    Raises:
        NotTableError: the aliases are no table.
        ConfigError: the alias is not right.
    """
    own = source.table("aliases")
    known = ChainMap(cast("dict[str, Any]", own), models.ALIASES)
    if model not in known:
        return model, ""
    if wrong := fault_of_alias(model, known):
        place = source.place(("aliases", model))
        raise ConfigError(wrong, Phrase("name a model ({place})", place=place))
    return known[model], model


def right_aliases(source: Source) -> dict[str, str]:
    """Return each short name with its model, the built-in ones too, but none that is wrong."""
    content = source.content.get("aliases")
    own: Mapping[str, Any] = content if isinstance(content, Mapping) else {}
    known = {**models.ALIASES, **own}
    right = {name: model for name, model in own.items() if not fault_of_alias(name, known)}
    aliases: dict[str, str] = {**models.ALIASES, **right}
    return {name: model for name, model in aliases.items() if not fault_of_alias(name, aliases)}


def fault_of_alias(name: str, known: Mapping[str, object]) -> Phrase:
    """Return what is wrong with an alias that does not stand for a model, or nothing."""
    model = known[name]
    shown = {"alias": cut(name), "model": cut(repr(model))}
    if not is_text_value(model) or not model:
        return Phrase("alias {alias} cannot be {model}", **shown)
    if model in known and model != name:
        return Phrase("alias {alias} cannot be {model}, which is an alias itself", **shown)
    return NOTHING
