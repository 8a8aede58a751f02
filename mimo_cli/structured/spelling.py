"""Values that Python writes as JSON has them, where a library's message shows some. Pure.

Bare numbers, true, false and null are what they were: nothing can be told of those beforehand.
"""

from __future__ import annotations

from typing import Any

from mimo_cli.structured.json_text import text_of


class _Text(str):
    __slots__ = ()

    def __repr__(self) -> str:
        return text_of(self, indent=False)


class _Array(list[Any]):
    def __repr__(self) -> str:
        return text_of(self, indent=False)


class _Object(dict[str, Any]):
    def __repr__(self) -> str:
        return text_of(self, indent=False)


def as_json(value: Any) -> Any:
    """Return a value that is equal, whose texts, arrays and objects Python writes as JSON."""
    match value:
        case str():
            return _Text(value)
        case list():
            return _Array(map(as_json, value))
        case dict():
            return _Object({_Text(name): as_json(it) for name, it in value.items()})
        case _:
            return value
