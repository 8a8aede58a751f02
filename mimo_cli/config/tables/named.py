"""A profile or a kept prompt, by its name. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mimo_cli.config.slips import cut, nearest
from mimo_cli.errors import MimoError, UsageError
from mimo_cli.phrases import NOTHING, Phrase

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mimo_cli.config.layers import Source


def find_table(
    source: Source,
    kind: str,
    name: str,
    error: type[MimoError] = UsageError,
    place: Phrase = NOTHING,
) -> Mapping[str, Any]:
    """Return the profile or prompt of that name; `kind` is the name of the table they are in.

    `place` says in words where the name stands, if that is not plain to see.

    Raises:
        MimoError: of the class `error`: there is none; the message names the nearest.
        NotTableError: it is no table.
    """
    known = source.table(kind)
    if name not in known:
        shown = cut(name)
        if kind == "profiles":
            what = Phrase("unknown profile {name!r}", name=shown)
        else:
            what = Phrase("unknown prompt {name!r}", name=shown)
        raise error(what, place, nearest(name, known) or _there_are(kind, known))
    return source.table(kind, name)


def _there_are(kind: str, known: Mapping[str, object]) -> Phrase:
    if known:
        return Phrase("There are: {names}.", names=", ".join(known))
    if kind == "profiles":
        return Phrase("There are none yet. One is made by: mimo config init -p NAME")
    return Phrase("There are none yet. One is made by: mimo config set prompts.NAME.prompt TEXT")
