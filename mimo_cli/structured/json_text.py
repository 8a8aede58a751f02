"""The JSON that an answer holds, and JSON as it is written for people and programs. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mimo_cli.structured.strict_json import NoJsonError

    __all__ = ["NoJsonError", "text_of", "value_of"]


def value_of(text: str) -> Any:
    """Return the value of the JSON in an answer: all of it, its one block, or the one in its prose.

    Raises:
        NoJsonError: there is none, more than one, or one that cannot be used.
    """
    raise NotImplementedError


def text_of(value: Any, *, indent: bool) -> str:
    """Return a value as JSON: on one line, or indented by 2; without a newline at its end.

    Letters of all scripts are themselves; what could drive or deceive a terminal is escaped.
    """
    raise NotImplementedError
