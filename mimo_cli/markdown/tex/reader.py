r"""Reads the parts of a formula, with their scripts: `x_i^2`, `{ab}^n`, `f'`."""

from __future__ import annotations

from mimo_cli.markdown.tex import symbols
from mimo_cli.markdown.tex.joining import compact, joined
from mimo_cli.markdown.tex.notation import choice, one_row, ratio, scripted, scripts
from mimo_cli.markdown.tex.pieces import NotUnderstoodError, Piece
from mimo_cli.markdown.tex.scripts import PRIME, lowered, raised
from mimo_cli.markdown.tex.tokens import Tokens

_DEEPEST = 80
_KINDS = {
    **dict.fromkeys("([", "open"),
    **dict.fromkeys(")]!", "close"),
    **dict.fromkeys("=<>≤≥≠≈≡→⇒∈", "relation"),
    **dict.fromkeys("+-*±×÷\u2212", "binary"),
    **dict.fromkeys("/·∘", "tight"),
    **dict.fromkeys(",;.，。；、", "mark"),  # noqa: RUF001 - Chinese punctuation
    **dict.fromkeys(":：", "colon"),  # noqa: RUF001 - Chinese punctuation
    "|": "bar",
}


class Reader(Tokens):
    """Reads pieces from the left."""

    def __init__(self, tex: str, *, wide: bool) -> None:
        super().__init__(tex)
        self.wide = wide
        self.is_apart = False  # whether a factor and a space stand before what is read
        self.tags = 0  # how many numbers of equations were read
        self.alphabet = ""  # the alphabet that all is in: mathbf, by a command or a switch
        self.switch = ""  # the type that all is in up to the end of the group

    def command(self, name: str, depth: int) -> list[Piece]:
        """Read what follows a command, and return what it draws."""
        raise NotImplementedError

    def styled(self, name: str, pieces: list[Piece]) -> list[Piece]:
        r"""Return pieces in another type: `mathrm`, `mathbf`."""
        raise NotImplementedError

    def set_alphabet(self, name: str) -> str:
        """Note the type that begins, and return the alphabet that it ends.

        Raises:
            NotUnderstoodError: it is another type within an alphabet.
        """
        outer = self.alphabet
        if outer and name != outer:
            raise NotUnderstoodError
        self.alphabet = name if name in symbols.ALPHABETS else ""
        return outer

    def joined(self, pieces: list[Piece]) -> tuple[str, ...]:
        """Return the rows of pieces beside each other."""
        return joined(pieces, wide=self.wide)

    def pieces(self, depth: int, ends: tuple[str, ...]) -> list[Piece]:
        """Read pieces up to one of the tokens `ends`, which is left, or to the end of all."""
        found: list[Piece] = []
        while self.tokens and self.peek() not in ends:
            if self.peek() in symbols.SWITCHES:
                found += self._switched(depth + 1, ends)
                continue
            self.is_apart = _is_apart(found)
            found += self.scripted_part(depth + 1)
        return self._infix(found)

    def _switched(self, depth: int, ends: tuple[str, ...]) -> list[Piece]:
        r"""Read `\rm` and what it holds for, all up to the end: `{\rm CO}_2`."""
        if depth > _DEEPEST:
            raise NotUnderstoodError
        outer, self.switch = self.switch, symbols.SWITCHES[self.take()]
        alphabet = self.set_alphabet(self.switch)
        self.skip_spaces()
        pieces = self.styled(self.switch, self.pieces(depth, ends))
        self.switch, self.alphabet = outer, alphabet
        return pieces

    def _infix(self, pieces: list[Piece]) -> list[Piece]:
        r"""Return pieces with `a \over b` or `n \choose k` as one."""
        signs = [at for at, piece in enumerate(pieces) if piece.kind == "infix"]
        if not signs:
            return pieces
        if len(signs) > 1:
            raise NotUnderstoodError
        above, below = pieces[: signs[0]], pieces[signs[0] + 1 :]
        return [choice(above, below) if pieces[signs[0]].text == "choose" else ratio(above, below)]

    def scripted_part(self, depth: int) -> list[Piece]:
        """Read one part and the scripts and primes that follow it."""
        is_group = self.peek() == "{"
        inner = [] if self.peek() in ("^", "_") else self.part(depth)
        if not (inner or is_group or self.peek() in ("^", "_")):
            return []
        if len(inner) == 1 and inner[0].kind == "space":
            return inner
        self.skip_limits()
        sign = self.peek_sign()
        if not inner:
            return [self._prescript(depth)] if sign in ("^", "_") else []
        if sign in ("^", "_", "'") or (sign == "!" and is_group):
            return [self.scripts(self._base(inner), depth)]
        return inner

    def _base(self, pieces: list[Piece]) -> Piece:
        """Return what gets a script: the closing bracket, or all that stood in braces."""
        return pieces[0] if len(pieces) == 1 else Piece(self.joined(pieces))

    def scripts(self, base: Piece, depth: int) -> Piece:
        """Read the scripts and primes that follow a piece, and return it with them."""
        low, high, primes = self._scripts(depth)
        if base.kind == "matrix" and not primes:
            return self._scripted_matrix(base.rows, low, high)
        if not (low or high or primes):
            return base
        if base.kind == "rows":
            raise NotUnderstoodError
        text = scripted(base, low=low, high=high) + PRIME * primes + scripts(low, high)
        kinds = {"function": "function", "close": "close", "bar": "close", "mark": "mark"}
        return Piece((text,), kinds.get(base.kind, "factor"))

    def under(self, base: Piece, low: list[Piece]) -> Piece:
        """Return a name with what stands below it."""
        text = one_row(compact(low, widest=0))
        return Piece((base.text + scripts(text, ""),), base.kind)

    def _scripts(self, depth: int) -> tuple[str, str, int]:
        low = high = ""
        primes = 0
        while True:
            self.skip_limits()
            sign = self.peek_sign()
            if sign not in ("^", "_", "'"):
                return low, high, primes
            self.skip_spaces()
            self.take()
            if sign == "'":
                primes += 1
            elif sign == "^" and not high:
                high = self.script(depth)
            elif sign == "_" and not low:
                low = self.script(depth)
            else:
                raise NotUnderstoodError

    def _scripted_matrix(self, rows: tuple[str, ...], low: str, high: str) -> Piece:
        """Return a matrix with scripts behind its first and its last row, or its only one."""
        if len(rows) == 1:
            return Piece((rows[0] + scripts(low, high),), "matrix")
        ends = [scripts("", high), *[""] * (len(rows) - 2), scripts(low, "")]
        return Piece(tuple(row + end for row, end in zip(rows, ends, strict=True)), "matrix")

    def _prescript(self, depth: int) -> Piece:
        """Read scripts that stand before their letter, or a degree sign."""
        low, high, primes = self._scripts(depth)
        if high == "∘" and not low and not primes:
            return Piece(("°",))
        text = raised(high) + lowered(low)
        if primes or len(text) != len(high + low):
            raise NotUnderstoodError
        return Piece((text,), "prescript")

    def skip_limits(self) -> None:
        r"""Leave out `\limits`, which says where the scripts stand."""
        while self.peek() in ("\\limits", "\\nolimits"):
            self.take()

    def script(self, depth: int) -> str:
        """Read what is raised or lowered; `2^10` and `10^-3` without braces are doubtful."""
        self.skip_spaces()
        is_doubtful = self.peek().isdecimal() or self.peek() in ("+", "-")
        text = one_row(compact(self.argument(depth), widest=0))
        if (is_doubtful and self.peek().isdecimal()) or not text:
            raise NotUnderstoodError
        return text

    def argument(self, depth: int) -> list[Piece]:
        """Read the argument of a command: what is in braces, or one part."""
        self.skip_spaces()
        if self.peek() in ("", "}", "&", "^", "_"):
            raise NotUnderstoodError
        if self.peek().isdecimal():
            return [Piece((self.take(),))]
        return self.part(depth)

    def text(self, depth: int) -> str:
        """Read the argument of a command as text."""
        return one_row(self.argument(depth))

    def group(self, depth: int) -> list[Piece]:
        """Read what stands in braces, and the braces."""
        self.take()
        pieces = self.pieces(depth + 1, ("}",))
        if self.take() != "}":
            raise NotUnderstoodError
        return self.styled(self.switch, pieces) if self.switch else pieces

    def part(self, depth: int) -> list[Piece]:
        """Read one part without its scripts; what is in braces may be several pieces."""
        if depth > _DEEPEST:
            raise NotUnderstoodError
        if self.peek() == "{":
            return self.group(depth)
        is_apart, self.is_apart = self.is_apart, False
        part = self.take()
        if part.isspace() or part == "~":
            return [Piece((" " if part == "~" else "",), "space")]
        if part[0] == "\\":
            name = part[1:]
            is_letter = is_apart and name in symbols.LETTERS and name not in symbols.PREFIXES
            if name.rstrip("*").isalpha() and not is_letter:
                self.skip_spaces(unless="+-=<>")
            return self.command(name, depth + 1)
        if part in "^_&$#%`}":
            raise NotUnderstoodError
        if part.isdecimal() and part.isascii():
            return [Piece((self._number(part),))]
        return [Piece((part,), _KINDS.get(part, "factor"))]

    def _number(self, first: str) -> str:
        digits = [first]
        while True:
            is_point = self.peek() == "." and "." not in digits and len(self.tokens) > 1
            if is_point and _is_digit(self.tokens[-2]):
                digits.append(self.take())
            elif not _is_digit(self.peek()):
                return "".join(digits)
            digits.append(self.take())


def _is_digit(token: str) -> bool:
    return token.isascii() and token.isdecimal()


def _is_apart(pieces: list[Piece]) -> bool:
    is_spaced = len(pieces) > 1 and pieces[-1].kind == "space"
    return is_spaced and pieces[-2].kind in ("factor", "close", "fraction", "root")
