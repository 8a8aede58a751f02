"""How wide a terminal draws what an answer holds, and which characters lines and marks are made of.

Box-drawing characters and the bullet are East Asian Ambiguous themselves. Where those take two
cells, ASCII is drawn instead: a line of any length can be made of it.
"""

from __future__ import annotations

from typing import NamedTuple


class Glyphs(NamedTuple):
    """What rows are drawn with; `wide`: East Asian Ambiguous characters take two cells."""

    wide: bool = False
    bullet: str = "\u2022"
    bar: str = "\u2502"
    rule: str = "\u2500"
    cross: str = "\u253c"
    code: str = "\u256d\u2500"
    code_end: str = "\u2570\u2500"


NARROW = Glyphs()
WIDE = Glyphs(wide=True, bullet="*", bar="|", rule="-", cross="+", code="+-", code_end="+-")
