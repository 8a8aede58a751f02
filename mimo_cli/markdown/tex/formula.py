r"""One formula in TeX to Unicode, or to nothing where it is not understood whole.

Meaning comes first. A fraction keeps its parentheses (`\frac{a+b}{2c}` is `(a+b)/(2c)`, before a
factor `(1/2)mv²`), so do roots and scripts that have no characters of their own (`e^(iπ)`); rows of
`aligned` and `cases` stay rows. A command that is not known, a brace that is missing or a `2^32`,
which TeX reads as 2³2, are reasons to leave the formula as it is.
"""

from __future__ import annotations

import re

from mimo_cli.markdown.tex import symbols
from mimo_cli.markdown.tex.notation import (
    accented,
    in_alphabet,
    is_product,
    scripted,
    scripts,
    symbol,
)
from mimo_cli.markdown.tex.pieces import (
    BRACKETS,
    NotUnderstoodError,
    Piece,
    aligned,
    braced,
    is_atom,
    joined,
    matrix,
)
from mimo_cli.markdown.tex.scripts import raised
from mimo_cli.text.widths import cell_width

_TOKEN = re.compile(r"\\(?:[A-Za-z]+\*?|.)|\s+|[^\\\s]", re.DOTALL)
_NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)?")
_DIFFERENTIAL = re.compile(r"[d∂][^\W\d_][²³ⁿ]?")
_ROOTS = {"": "√", "3": "∛", "4": "∜"}
_ALIGNED = frozenset({"aligned", "align", "alignat", "split", "eqnarray", "gathered", "gather"})
_DEEPEST = 40


def to_rows(tex: str, *, wide: bool = False) -> list[str]:
    """Return the rows of a formula, which stands without the marks that begin and end it.

    `wide` is explained at `cell_width`.

    Raises:
        NotUnderstoodError: not all of it is understood.
    """
    reader = _Reader(_TOKEN.findall(tex), wide=wide)
    rows = reader.rows(0)
    if reader.tokens or not any(rows):
        raise NotUnderstoodError
    return [row.rstrip() for row in rows]


class _Reader:
    """Reads tokens from the left; holds those that are left, the next one last."""

    def __init__(self, tokens: list[str], *, wide: bool) -> None:
        self.tokens = tokens[::-1]
        self.wide = wide

    def width(self, text: str) -> int:
        return cell_width(text, wide=self.wide)

    def joined(self, pieces: list[Piece]) -> tuple[str, ...]:
        return joined(pieces, wide=self.wide)

    def peek(self) -> str:
        return self.tokens[-1] if self.tokens else ""

    def take(self) -> str:
        if not self.tokens:
            raise NotUnderstoodError
        return self.tokens.pop()

    def skip_spaces(self, unless: str = "\0") -> None:
        """Leave out white space, which means nothing; but not before one of the signs `unless`."""
        at = len(self.tokens)
        while at and self.tokens[at - 1].isspace():
            at -= 1
        if not at or self.tokens[at - 1] not in unless:
            del self.tokens[at:]

    def rows(self, depth: int, end: str = "") -> list[str]:
        """Read lines of cells up to the end of an environment, or of all; align the cells."""
        table = self.table(depth, end)
        columns = max(map(len, table))
        if columns == 1:
            return [row for cells in table for row in cells[0]]
        texts = [[Piece(cell).text for cell in cells] for cells in table]
        widths = [
            max((self.width(cells[at].strip()) for cells in texts if at < len(cells)), default=0)
            for at in range(columns)
        ]
        return [aligned(cells, widths, wide=self.wide).rstrip() for cells in texts]

    def cases(self, depth: int) -> list[str]:
        """Read the lines of `cases`, with a brace before them."""
        table = self.table(depth, "\\end")
        texts = [[Piece(cell).text.strip() for cell in cells] for cells in table]
        width = max(self.width(cells[0]) for cells in texts)
        lines = [
            cells[0] + " " * (width - self.width(cells[0])) + "  " + "  ".join(cells[1:])
            for cells in texts
        ]
        return braced([line.rstrip() for line in lines])

    def table(self, depth: int, end: str) -> list[list[tuple[str, ...]]]:
        """Read lines of cells: for each cell its rows."""
        table: list[list[tuple[str, ...]]] = [[]]
        while True:
            table[-1].append(
                self.joined(self.pieces(depth, ("&", "\\\\", end) if end else ("\\\\",)))
            )
            part = self.peek()
            if part == "\\\\":
                self.take()
                self._skip_length()
                table.append([])
            elif part == "&" and end:
                self.take()
            else:
                break
        if len(table) > 1 and not any(any(cell) for cell in table[-1]):
            del table[-1]
        return table

    def _skip_length(self) -> None:
        """Leave out the `[4pt]` that may follow the end of a line."""
        if self.peek() == "[" and "]" in self.tokens:
            at = len(self.tokens) - 1 - self.tokens[::-1].index("]")
            if re.fullmatch(r"\[-?[\d.]+(?:pt|em|ex|mm|cm)", "".join(self.tokens[at + 1 :][::-1])):
                del self.tokens[at:]

    def pieces(self, depth: int, ends: tuple[str, ...]) -> list[Piece]:
        """Read pieces up to one of the tokens `ends`, which is left, or to the end of all."""
        if depth > _DEEPEST:
            raise NotUnderstoodError
        found: list[Piece] = []
        while self.tokens and self.peek() not in ends:
            if self.peek() in ("}", "&", "\\right}"):
                raise NotUnderstoodError
            if piece := self.piece(depth + 1):
                found.append(self.scripts(piece, depth + 1))
        return found

    def scripts(self, base: Piece, depth: int) -> Piece:
        """Read the scripts and primes that follow a piece."""
        low = high = ""
        primes = 0
        while True:
            self.skip_limits()
            ahead = next((part for part in reversed(self.tokens) if not part.isspace()), "")
            if ahead not in ("^", "_", "'"):
                break
            self.skip_spaces()
            self.take()
            if ahead == "'":
                primes += 1
            elif ahead == "^" and not high:
                high = self.script(depth)
            elif ahead == "_" and not low:
                low = self.script(depth)
            else:
                raise NotUnderstoodError
        if not (low or high or primes):
            return base
        text = scripted(base)
        kind = base.kind if base.kind in ("function", "close", "mark") else "factor"
        return Piece((text + "′" * primes + scripts(low, high),), kind)  # noqa: RUF001 - a prime

    def skip_limits(self) -> None:
        while self.peek() in ("\\limits", "\\nolimits"):
            self.take()

    def script(self, depth: int) -> str:
        """Read what is raised or lowered; a number of two digits without braces is doubtful."""
        self.skip_spaces()
        is_digit = self.peek().isdecimal()
        text = self.argument(depth).replace(" ", "")
        if (is_digit and self.peek().isdecimal()) or not text:
            raise NotUnderstoodError
        return text

    def argument(self, depth: int) -> str:
        """Read the argument of a command: what is in braces, or one part."""
        self.skip_spaces()
        if self.peek() == "{":
            return Piece(self.joined(self.group(depth))).text
        if self.peek() in ("", "}", "&", "^", "_"):
            raise NotUnderstoodError
        part = self.peek()
        piece = Piece((self.take(),)) if part.isdecimal() else self.piece(depth)
        return piece.text.strip() if piece else ""

    def group(self, depth: int) -> list[Piece]:
        self.take()
        pieces = self.pieces(depth + 1, ("}",))
        if self.take() != "}":
            raise NotUnderstoodError
        return pieces

    def words(self) -> str:
        """Read the argument of a command that holds text, not mathematics."""
        self.skip_spaces()
        if self.take() != "{":
            raise NotUnderstoodError
        parts = []
        while (part := self.take()) != "}":
            if part in ("{", "$") or (part[0] == "\\" and part[1:] not in ("%", "&", "_", "#")):
                raise NotUnderstoodError
            parts.append(" " if part.isspace() else part[-1:])
        return "".join(parts)

    def piece(self, depth: int) -> Piece | None:
        """Read one piece without its scripts; None for what is not drawn."""
        part = self.take()
        if part.isspace() or part == "~":
            return Piece((" ",), "space")
        if part[0] == "\\":
            return self.command(part[1:], depth)
        if part == "{":
            self.tokens.append(part)
            inner = self.group(depth)
            if len(inner) == 1:
                return inner[0]
            return Piece(self.joined(inner)) if inner else None
        if part.isdecimal() and part.isascii():
            while self.peek() in tuple("0123456789.") and _NUMBER.match(part + self.peek() + "0"):
                part += self.take()
            return Piece((part,))
        kinds = {"open": "([", "close": ")]!", "relation": "=<>", "binary": "+-", "mark": ",;:./*|"}
        kind = next((name for name, signs in kinds.items() if part in signs), "factor")
        if part in "^_&$#%`":
            raise NotUnderstoodError
        return Piece((part,), kind)

    def command(self, name: str, depth: int) -> Piece | None:
        if name.isalpha() or name.endswith("*"):
            self.skip_spaces(unless="+-=<>")
        if piece := symbol(name):
            return piece
        if name in symbols.IGNORED:
            if name in ("left", "right", "middle") and self.peek() == ".":
                self.take()
            return None
        if name in ("frac", "dfrac", "tfrac", "cfrac"):
            return self.fraction(depth)
        if name == "sqrt":
            return self.root(depth)
        if name in symbols.UPRIGHT:
            return Piece((self.words(),), "function" if name == "operatorname" else "text")
        if name in symbols.PLAIN:
            return Piece((self.argument(depth),))
        if name in symbols.ALPHABETS:
            return Piece((in_alphabet(self.argument(depth), name),))
        if name in symbols.ACCENTS:
            return Piece((accented(self.argument(depth), name),))
        return self.rarer_command(name, depth)

    def rarer_command(self, name: str, depth: int) -> Piece | None:
        match name:
            case "begin":
                return self.environment(depth)
            case "boxed":
                return Piece((f"[ {self.argument(depth)} ]",), "mark")
            case "pmod":
                return Piece((f" (mod {self.argument(depth)})",), "mark")
            case "tag":
                return Piece((f"  ({self.words()})",), "mark")
            case "label":
                self.words()
                return None
            case _:
                raise NotUnderstoodError

    def fraction(self, depth: int) -> Piece:
        above, below = self.argument(depth), self.argument(depth)
        if not (above and below):
            raise NotUnderstoodError
        is_derivative = above[0] in "d∂" and _DIFFERENTIAL.fullmatch(below)
        above = above if is_product(above) else f"({above})"
        below = below if is_derivative or is_atom(below) else f"({below})"
        return Piece((f"{above}/{below}",), "fraction")

    def root(self, depth: int) -> Piece:
        degree = ""
        if self.peek() == "[":
            self.take()
            degree = Piece(self.joined(self.pieces(depth + 1, ("]",)))).text.strip()
            self.take()
        sign = _ROOTS.get(degree) or raised(degree) + "√"
        text = self.argument(depth)
        if not text or (degree and sign == "√"):
            raise NotUnderstoodError
        return Piece((sign + (text if is_atom(text) else f"({text})"),), "root")

    def environment(self, depth: int) -> Piece:
        name = self.words().removesuffix("*")
        if name in ("array", "alignat"):
            self.words()
        if name in _ALIGNED:
            rows = self.rows(depth + 1, "\\end")
        elif name == "cases":
            rows = self.cases(depth + 1)
        elif name in BRACKETS:
            rows = matrix(self.table(depth + 1, "\\end"), name, wide=self.wide)
        else:
            raise NotUnderstoodError
        if self.take() != "\\end" or self.words().removesuffix("*") != name:
            raise NotUnderstoodError
        return Piece(tuple(rows))
