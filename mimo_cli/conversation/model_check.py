"""What is known of the model that is to be asked, at the server that is to be asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.catalogue import models
from mimo_cli.errors import MimoError
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mimo_cli.advice import Advice
    from mimo_cli.config import Settings
    from mimo_cli.environment import Environment


def warnings(chosen: Settings, environment: Environment) -> Iterator[Phrase | Advice]:
    """Yield what the service would pass over in silence, or refuse."""
    known = models.find(chosen.model)
    if known is None or known.retired:
        from mimo_cli.conversation import listed_models  # not for those whose model is served

        if not listed_models.has(chosen, environment):
            yield from _model_warnings(chosen)
    ignored = [
        name
        for name, value in (("temperature", chosen.temperature), ("top_p", chosen.top_p))
        if value is not None
    ]
    if ignored and chosen.thinking is not False and is_mimo(chosen.model):
        from mimo_cli.advice import TurnThinkingOff  # not for those who set neither
        from mimo_cli.common_phrases import both

        yield TurnThinkingOff(both(ignored))


def _model_warnings(chosen: Settings) -> Iterator[Phrase | Advice]:
    """Yield what is odd about a model, as far as known: elsewhere any name may be right."""
    known, at_mimo = models.find(chosen.model), is_at_mimo(chosen)
    if known is not None:
        from mimo_cli.advice import RetiredModel  # not for those whose model is served

        yield RetiredModel(known.id, known.retired or "", known.replacement or "", at_mimo)
        return
    from mimo_cli.catalogue import suggestions  # not for those whose model is known

    nearest = suggestions.nearest(chosen.model)
    if nearest and (at_mimo or is_mimo(chosen.model.lower())):
        from mimo_cli.common_phrases import either

        yield Phrase(
            "unknown model {model}: did you mean {models}?",
            model=chosen.model,
            models=either(nearest),
        )


def is_at_mimo(chosen: Settings) -> bool:
    """Return whether the server is MiMo's own service; False where the base URL is not usable."""
    try:
        return chosen.server().is_mimo
    except MimoError:  # it is said when it is used
        return False


def is_mimo(model: str) -> bool:
    """Return whether a model is one of Xiaomi's, wherever it is served."""
    return model.startswith("mimo-")
