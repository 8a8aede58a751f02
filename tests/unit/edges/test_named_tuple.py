"""Our named tuples beside those of `typing`."""

from __future__ import annotations

import copy
import pickle
import typing
from typing import Any

import pytest

from mimo_cli import named_tuple

# As both are made at run time: type checkers would see two of one kind.
BASES = {"typing": typing.NamedTuple, "ours": vars(named_tuple)["NamedTuple"]}
BODY = '''
class Point(BASE):
    """A place."""

    x: int
    y: "int | None" = None
    name: str = ""

    @property
    def is_flat(self) -> bool:
        return self.y is None

    def moved(self, by: int):
        return self._replace(x=self.x + by)

class Nothing(BASE):
    """It has no fields."""

class Found(BASE):
    """Its fields have the names of a tuple's methods."""

    index: int
    count: int
'''


def defined(base: Any) -> list[Any]:
    names: dict[str, Any] = {"BASE": base, "__name__": __name__}
    exec(BODY, names)  # noqa: S102 - our own text
    return [names[name] for name in ("Point", "Nothing", "Found")]


Point, Nothing, Found = defined(BASES["ours"])  # where pickle looks for them


@pytest.mark.parametrize(
    "act",
    [
        lambda point, *_: [point(1), point(1, 2, "n"), point(y=2, x=1), point(1, name="n")],
        lambda point, nothing, _: [point(1) == (1, None, ""), point(1) != point(2), nothing()],
        lambda point, nothing, _: [repr(point(1, name="n")), repr(nothing()), str([point(2)])],
        lambda point, *_: [point(1).x, point(1).y, point(1)[0], [*point(1)], len(point(1))],
        lambda point, *_: [point(1)._replace(name="n"), point(1).moved(2), point(1).is_flat],
        lambda point, nothing, _: [point(1)._asdict(), nothing()._asdict(), nothing()._replace()],
        lambda point, nothing, _: [point._fields, nothing._fields, point.__match_args__],
        lambda point, nothing, _: [point._field_defaults, nothing._field_defaults],
        lambda point, nothing, _: [point.__doc__, nothing.__doc__, point.__name__],
        lambda point, *_: [hash(point(1)), {point(1): 2}[1, None, ""], max(point(2), point(1))],
        lambda point, *_: [copy.copy(point(1)), copy.deepcopy(point([]))],
        lambda point, *_: [isinstance(point(1), tuple), issubclass(point, tuple), point],
        lambda _, __, found: [found(1, 2), found(1, count=2).index, found._field_defaults],
    ],
)
def test_they_do_the_same(act: Any) -> None:
    theirs, ours = (act(*defined(base)) for base in BASES.values())
    assert [repr(it) for it in ours] == [repr(it) for it in theirs]


@pytest.mark.parametrize(
    "act",
    [
        lambda point, *_: point(),
        lambda point, *_: point(1, 2, "n", 4),
        lambda point, *_: point(1, 2, "n", z=4),
        lambda point, *_: point(1, z=2),
        lambda point, *_: point(1, x=1),
        lambda point, *_: point(y=1),
        lambda point, *_: setattr(point(1), "x", 2),
        lambda point, *_: setattr(point(1), "other", 2),
        lambda point, *_: point(1)[3],
        lambda _, nothing, __: nothing(1),
        lambda _, __, found: found(1),
    ],
)
def test_they_refuse_the_same(act: Any) -> None:
    raised = []
    for base in BASES.values():
        with pytest.raises((TypeError, AttributeError, IndexError)) as error:
            act(*defined(base))
        raised.append(error.type)
    assert raised[0] is raised[1]


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (lambda: Point(1)._replace(x=2, z=3), "Point has no z"),
        (lambda: Point(1, z=2), "Point does not take z"),
        (lambda: Point(y=2), "Point lacks x"),
        (lambda: Nothing(1), "Nothing takes 0 values"),
    ],
)
def test_an_error_names_what_was_wrong(act: Any, said: str) -> None:
    with pytest.raises(TypeError, match=said):
        act()


def test_a_match_takes_them_apart() -> None:
    match Point(1, 2, "n"):
        case Point(x, 2, name=name):
            assert (x, name) == (1, "n")
        case _:
            pytest.fail("it has another form")


def test_they_can_be_pickled() -> None:
    assert pickle.loads(pickle.dumps([Point(1, 2), Nothing()])) == [Point(1, 2), Nothing()]  # noqa: S301 - our own
