"""How much text there is in the parts of a page."""

from __future__ import annotations

import re

from bs4 import Tag

_CJK = "[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff]"


def weigh(words: str) -> int:
    """Return how much text it is in Latin letters: one character of Chinese counts as three."""
    return len(words) + 2 * len(re.findall(_CJK, words))


class Weights:
    """What each element weighs with all that is in it, found in one walk over a tree."""

    def __init__(self, whole: Tag) -> None:
        self._of: dict[int, int] = {}
        for it in reversed(list(whole.descendants)):  # what is in an element before itself
            own = self.of(it) if isinstance(it, Tag) else weigh(str(it).strip())
            if it.parent is not None:
                self._of[id(it.parent)] = self.of(it.parent) + own

    def of(self, it: Tag) -> int:
        """Return the weight of an element."""
        return self._of.get(id(it), 0)
