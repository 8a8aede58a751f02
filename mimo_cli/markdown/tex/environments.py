r"""Reads what has rows: `\begin{cases}`, matrices, `\left(…\right)` around them."""

from __future__ import annotations

import re

from mimo_cli.markdown.tex import symbols
from mimo_cli.markdown.tex.pieces import NotUnderstoodError, Piece
from mimo_cli.markdown.tex.reader import Reader
from mimo_cli.markdown.tex.tables import BRACKETS, aligned, columns, fenced, matrix

_ALIGNED = frozenset(
    [
        "aligned",
        "align",
        "alignat",
        "alignedat",
        "split",
        "eqnarray",
        "gathered",
        "gather",
        "multline",
        "flalign",
    ]
)
_PLAIN = frozenset(("equation", "displaymath", "math"))
_CASES = frozenset(("cases", "dcases"))
_WITH_COLUMNS = frozenset(("array", "alignat", "alignedat"))
_DELIMITERS = frozenset("()[]{}⟨⟩⌊⌋⌈⌉|‖/.<>")
_WITH_PLACE = frozenset(("aligned", "alignedat", "gathered", "split", "array"))
_OPTION = re.compile(r"\[[lcrtb|]+\]")
_LONGEST_OPTION = 20
_COLUMN = re.compile("[lcr]")
_COLUMNS = re.compile(r"\|?[lcr](?:\|?[lcr])*\|?")


class EnvironmentReader(Reader):
    """Reads environments, and brackets that grow."""

    def rows(self, depth: int, end: str = "", apart: str = "   ") -> list[str]:
        """Read lines of cells up to the end of an environment, or of all; align the cells.

        `apart` stands between a pair of columns and the next.
        """
        table = self.table(depth, end)
        if max(map(len, table)) == 1:
            return [row for cells in table for row in cells[0]]
        lines = [[_stripped(rows) for rows in cells] for cells in table]
        widths = columns(lines, wide=self.wide)
        return [row for cells in lines for row in aligned(cells, widths, apart, wide=self.wide)]

    def table(self, depth: int, end: str) -> list[list[tuple[str, ...]]]:
        """Read lines of cells: for each cell its rows."""
        table: list[list[tuple[str, ...]]] = [[]]
        ends = ("&", "\\\\", end) if end else ("\\\\",)
        carried: list[Piece] = []
        while True:
            pieces = carried + self.pieces(depth, ends)
            part, carried = self.peek(), []
            while part == "&" and len(pieces) > 1 and pieces[-1].kind == "space":
                carried.insert(0, pieces.pop())  # else it would be lost with the padding
            table[-1].append(self.joined(pieces))
            if part == "\\\\":
                self.take()
                self.skip_length()
                table.append([])
            elif part == "&" and end:
                self.take()
            else:
                break
        if len(table) > 1 and not any(any(cell) for cell in table[-1]):
            del table[-1]
        return table

    def environment(self, depth: int) -> list[Piece]:
        r"""Read what stands between `\begin{name}` and `\end{name}`, and that."""
        full = self.words()
        name = full.removesuffix("*")
        self._skip_option(full)
        spec = self.words().replace(" ", "") if name in _WITH_COLUMNS else ""
        pieces = self._environment(name, spec, depth)
        if self.take() != "\\end" or self.words().removesuffix("*") != name:
            raise NotUnderstoodError
        return pieces

    def _skip_option(self, name: str) -> None:
        """Leave out where an environment stands, or its cells: `aligned[t]`, `pmatrix*[r]`.

        Raises:
            NotUnderstoodError: columns follow, `bmatrix[cc|c]`, which it does not take.
        """
        if name in _WITH_PLACE and self.skip_option("tbc"):
            return
        if name[-1:] == "*" and name[:-1] in BRACKETS and self.skip_option("lcr"):
            return
        if _OPTION.match("".join(self.tokens[: -_LONGEST_OPTION - 1 : -1])):
            raise NotUnderstoodError

    def _environment(self, name: str, spec: str, depth: int) -> list[Piece]:
        if name in _ALIGNED | _PLAIN:
            apart = " " if name == "eqnarray" else "   "
            return [Piece(tuple(self.rows(depth + 1, "\\end", apart)), "rows")]
        if name not in _CASES and name not in BRACKETS:
            raise NotUnderstoodError
        tags = self.tags
        texts = _texts(self.table(depth + 1, "\\end"))
        if self.tags > tags:
            raise NotUnderstoodError
        if name in _CASES:
            return [Piece(tuple(fenced(matrix(texts, wide=self.wide), "{", "")), "rows")]
        if (name != "array" or len(_COLUMN.findall(spec)) > 1) and _has_gaps(texts):
            raise NotUnderstoodError  # a cell would be read as two
        left, right = BRACKETS[name]
        rows = matrix(texts, _bars(spec) if name == "array" else "", wide=self.wide)
        if not left:
            return [Piece(tuple(rows), "rows")]
        return [Piece(tuple(fenced(rows, left, right, wide=self.wide)), "matrix")]

    def fence(self, depth: int) -> list[Piece]:
        r"""Read from `\left` to `\right`: brackets around pieces, or high ones around rows."""
        left, tags = self.delimiter(), self.tags
        inner = self.pieces(depth + 1, ("\\right",))
        self.take()
        right = self.delimiter()
        if right and self.tags > tags:
            raise NotUnderstoodError
        if any(len(piece.rows) > 1 for piece in inner):
            rows = [row.lstrip() if not left else row for row in self.joined(inner)]
            kind = "matrix" if right else "rows"
            return [Piece(tuple(fenced(rows, left, right, wide=self.wide)), kind)]
        opener = [Piece((left,), "open")] if left else []
        if not right:
            return opener + inner
        return [*opener, *inner, self.scripts(Piece((right,), "close"), depth)]

    def delimiter(self) -> str:
        r"""Read what follows `\left` or `\right`; `.` is none."""
        self.skip_spaces()
        part = self.take()
        tables = (symbols.OPENING, symbols.CLOSING, symbols.BARS)
        sign = next((table[part[1:]] for table in tables if part[1:] in table), part)
        if sign not in _DELIMITERS:
            raise NotUnderstoodError
        return {".": "", "<": "⟨", ">": "⟩"}.get(sign, sign)


def _stripped(rows: tuple[str, ...]) -> tuple[str, ...]:
    return (rows[0].rstrip(),) if len(rows) == 1 else rows


def _texts(table: list[list[tuple[str, ...]]]) -> list[list[str]]:
    return [[Piece(cell).text.rstrip() for cell in cells] for cells in table]


def _has_gaps(table: list[list[str]]) -> bool:
    """Return whether a cell has a space within as wide as that between columns."""
    return any("  " in cell.strip() for cells in table for cell in cells)


def _bars(spec: str) -> str:
    r"""Return for `cc|c` where bars stand: `"  |"`.

    Raises:
        NotUnderstoodError: the columns say more than that.
    """
    if not _COLUMNS.fullmatch(spec):
        raise NotUnderstoodError
    bars = re.sub(r"(?<!\|)(?=[lcr])", " ", spec)
    return re.sub("[lcr]", "", bars)
