r"""One formula in TeX to Unicode, or to nothing where it is not understood whole.

Meaning comes first. A fraction keeps its parentheses (`\frac{a+b}{2c}` is `(a+b)/(2c)`, before a
factor `(1/2)mv²`), so do roots of more than a letter or a number (`√(x²)`) and scripts that have no
characters of their own (`e^(iπ)`); rows of `aligned` and `cases` stay rows. Braces are no more than
TeX draws them: `{1+\frac{a}{b}}c` is `1+(a/b)c`. A command that is not known, a brace that is
missing or a `2^32`, which TeX reads as 2³2, are reasons to leave the formula as it is.
"""

from __future__ import annotations

from mimo_cli.markdown.tex.commands import CommandReader
from mimo_cli.markdown.tex.pieces import NotUnderstoodError


def to_rows(tex: str, *, wide: bool = False) -> list[str]:
    """Return the rows of a formula, which stands without the marks that begin and end it.

    `wide` is explained at `cell_width`.

    Raises:
        NotUnderstoodError: not all of it is understood.
    """
    reader = CommandReader(tex, wide=wide)
    rows = reader.rows(0)
    if reader.tokens or not any(rows):
        raise NotUnderstoodError
    return [row.rstrip() for row in rows]
