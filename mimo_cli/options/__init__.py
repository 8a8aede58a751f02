"""The options of each command, as values. Names and help texts live here, nothing else.

Not `from __future__ import annotations` in these modules: Typer reads the annotations at run time,
and evaluating them from text costs start-up time.
"""

from inspect import Parameter
from typing import Any, Self, dataclass_transform


@dataclass_transform(kw_only_default=True, frozen_default=True)
class Options:
    """Fields with a default, as a frozen dataclass's: to a type checker it is one.

    A dataclass writes and compiles source for each class, which would take a part of every start.
    """

    def __init__(self, **values: Any) -> None:
        vars(self).update(values)

    @classmethod
    def parameters(cls) -> list[Parameter]:
        """Return the fields with their annotations, those of the base classes first."""
        found = {
            name: annotation
            for part in reversed(cls.__mro__)
            for name, annotation in vars(part).get("__annotations__", {}).items()
        }
        return [
            Parameter(name, Parameter.KEYWORD_ONLY, default=getattr(cls, name), annotation=kind)
            for name, kind in found.items()
        ]

    def values(self) -> dict[str, Any]:
        """Return each field's value."""
        return {field.name: getattr(self, field.name) for field in self.parameters()}

    def but(self, **changes: Any) -> Self:
        """Return a copy with other values for some fields."""
        return type(self)(**{**vars(self), **changes})
