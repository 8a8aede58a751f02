"""`typing.NamedTuple`, for what every start defines. Pure.

A plain question defines 80 named tuples. `typing` compiles each annotation that is a text, and
gives each class six methods of its own: 0.3 MB of such a question's peak memory, which is held to
1.2 times that of a script of ten lines (tests/benchmarks). Here annotations are left alone, and one
base has the methods. Type checkers see `typing`'s own. Where nobody counts, that is right.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any, NamedTuple, Self

    __all__ = ["NamedTuple"]
else:
    from collections import _tuplegetter  # reads a field, and is written in C

    class NamedTuple(tuple):
        """A tuple whose members have names: the annotations of its class, in their order."""

        __slots__ = ()

        def __init_subclass__(cls) -> None:
            fields = tuple(cls.__annotations__)
            cls._field_defaults = {it: vars(cls)[it] for it in fields if it in vars(cls)}
            cls._fields = cls.__match_args__ = fields
            for place, name in enumerate(fields):
                setattr(cls, name, _tuplegetter(place, None))

        def __new__(cls, /, *values: Any, **named: Any) -> Self:
            """Make a tuple; each value is given by its place or by its name, or has a default."""
            if named or len(values) != len(cls._fields):
                values += tuple(_rest(cls, cls._fields[len(values) :], named))
            if len(values) != len(cls._fields):
                raise TypeError(f"{cls.__name__} takes {len(cls._fields)} values")
            return tuple.__new__(cls, values)

        def __setattr__(self, name: str, _: object) -> None:
            raise AttributeError(f"{type(self).__name__}.{name} cannot be set")

        def _replace(self, /, **changes: Any) -> Self:
            made = tuple.__new__(type(self), map(changes.pop, self._fields, self))
            if changes:
                raise TypeError(f"{type(self).__name__} has no {', '.join(changes)}")
            return made

        def _asdict(self) -> dict[str, Any]:
            return dict(zip(self._fields, self, strict=True))

        def __repr__(self) -> str:
            values = ", ".join(f"{name}={value!r}" for name, value in self._asdict().items())
            return f"{type(self).__name__}({values})"

        def __getnewargs__(self) -> tuple[Any, ...]:
            return tuple(self)

    def _rest(cls: type[NamedTuple], fields: tuple[str, ...], named: dict[str, Any]) -> list[Any]:
        """Return the values of fields that were not given by their place."""
        known = {**cls._field_defaults, **named}
        if odd := named.keys() - set(fields):
            raise TypeError(f"{cls.__name__} does not take {', '.join(odd)}")
        if missing := [name for name in fields if name not in known]:
            raise TypeError(f"{cls.__name__} lacks {', '.join(missing)}")
        return [known[name] for name in fields]
