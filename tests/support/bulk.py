"""How much of what is tried in bulk a run tries: a part in `make test`, all in `make test-bulk`.

For tests that draw their cases by the thousand, where each part finds what breaks at large; not
for what was written down case by case, because it once was wrong.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")
ALL = "MIMO_TEST_ALL"
"""The variable that asks for all of it."""
PART = 5


def some(count: int) -> int:
    """As many of so many cases as this run tries."""
    return count if os.environ.get(ALL) else max(1, count // PART)


def part(cases: Sequence[T], turn: int = 0) -> list[T]:
    """Those of some cases that this run tries: each fifth turn has the same."""
    return [*cases] if os.environ.get(ALL) else [*cases[turn % PART :: PART]]
