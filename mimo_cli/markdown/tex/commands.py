r"""Reads the commands of TeX: `\frac{a}{b}`, `\sqrt[3]{x}`, `\mathbf{x}`, `\text{if}`."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from mimo_cli.markdown.tex import symbols
from mimo_cli.markdown.tex.chemistry import equation
from mimo_cli.markdown.tex.environments import EnvironmentReader
from mimo_cli.markdown.tex.notation import accented, choice, in_alphabet, one_row, ratio, symbol
from mimo_cli.markdown.tex.pieces import NotUnderstoodError, Piece, is_atom
from mimo_cli.markdown.tex.scripts import LOWERED, raised

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_ROOTS = {"": "√", "2": "√", "3": "∛", "4": "∜"}
_ARROWS = {"xrightarrow": "─{}→", "xleftarrow": "←{}─"}
_DIRAC = {"ket": "|{}⟩", "bra": "⟨{}|", "braket": "⟨{}⟩"}


class CommandReader(EnvironmentReader):
    """Reads all of a formula."""

    def command(self, name: str, depth: int) -> list[Piece]:
        """Read what follows a command, and return what it draws.

        Raises:
            NotUnderstoodError: the command is not known.
        """
        if self.alphabet and name in symbols.UNSTYLED:
            raise NotUnderstoodError
        if piece := symbol(name):
            return [piece]
        if name in symbols.IGNORED:
            return []
        if name in symbols.UPRIGHT:
            return self._upright(depth)
        if name in symbols.PLAIN or name in symbols.ALPHABETS:
            outer = self.set_alphabet(name)
            pieces = self.argument(depth)
            self.alphabet = outer
            return self.styled(name, pieces)
        if name in symbols.ACCENTS:
            return [Piece((accented(self.text(depth), name),))]
        if name not in _READERS:
            raise NotUnderstoodError
        return _READERS[name](self, name, depth)

    def styled(self, name: str, pieces: list[Piece]) -> list[Piece]:
        r"""Return pieces in the type of `\mathrm`, say, or of `\mathbf`."""
        if name in symbols.PLAIN:
            return _as_word(pieces)
        return [piece._replace(rows=(in_alphabet(piece.text, name),)) for piece in pieces]

    def _upright(self, depth: int) -> list[Piece]:
        """Read text, and the formulas in it."""
        self.take_brace()
        pieces: list[Piece] = []
        while self.peek() != "}":
            if self.peek() != "$":
                pieces.append(Piece((self.words_before("}", "$"),), "text"))
                continue
            self.take()
            pieces += self.pieces(depth + 1, ("$",))
            self.take()
        self.take()
        return pieces


def _expect_no_option(reader: CommandReader) -> None:
    r"""Raise NotUnderstoodError before `[`: a label below `\xrightarrow`, the place of `\cfrac`."""
    if reader.peek_sign() == "[":
        raise NotUnderstoodError


def _fraction(reader: CommandReader, _name: str, depth: int) -> list[Piece]:
    _expect_no_option(reader)
    return [ratio(reader.argument(depth), reader.argument(depth))]


def _binomial(reader: CommandReader, _name: str, depth: int) -> list[Piece]:
    return [choice(reader.argument(depth), reader.argument(depth))]


def _root(reader: CommandReader, _name: str, depth: int) -> list[Piece]:
    degree = ""
    if reader.peek() == "[":
        reader.take()
        degree = one_row(reader.pieces(depth + 1, ("]",)))
        reader.take()
    sign = _ROOTS.get(degree) or raised(degree) + "√"
    text = reader.text(depth)
    if not text or (sign == "√" and degree not in ("", "2")):
        raise NotUnderstoodError
    return [Piece((sign + (text if is_atom(text) else f"({text})"),), "root")]


def _negated(reader: CommandReader, _name: str, depth: int) -> list[Piece]:
    r"""Read the sign behind `\not`, struck out if Unicode has it so."""
    part = reader.argument(depth)
    if len(part) != 1:
        raise NotUnderstoodError
    sign = part[0].text.strip().replace("|", "\u2223")
    struck = unicodedata.normalize("NFC", f"{sign}\u0338")
    if len(struck) != 1:
        raise NotUnderstoodError
    is_relation = part[0].kind in ("relation", "bar")
    return [Piece((f" {struck} ",), "relation") if is_relation else Piece((struck,))]


def _operator(reader: CommandReader, _name: str, _depth: int) -> list[Piece]:
    return [Piece((reader.words().strip(),), "function")]


def _underset(reader: CommandReader, _name: str, depth: int) -> list[Piece]:
    r"""Read `\underset{x}{\max}` as `\max_x`."""
    low, base = reader.argument(depth), reader.argument(depth)
    if len(base) != 1 or base[0].kind != "function":
        raise NotUnderstoodError
    return [reader.under(base[0], low)]


def _arrow(reader: CommandReader, name: str, depth: int) -> list[Piece]:
    _expect_no_option(reader)
    return [Piece((f" {_ARROWS[name].format(reader.text(depth))} ",), "relation")]


def _dirac(reader: CommandReader, name: str, depth: int) -> list[Piece]:
    return [Piece((_DIRAC[name].format(reader.text(depth)),))]


def _boxed(reader: CommandReader, _name: str, depth: int) -> list[Piece]:
    return [Piece((f"[ {reader.text(depth)} ]",), "colon")]


def _modulus(reader: CommandReader, _name: str, depth: int) -> list[Piece]:
    return [Piece((f" (mod {reader.text(depth)})",), "tag")]


def _tag(reader: CommandReader, name: str, _depth: int) -> list[Piece]:
    """Read the number of an equation, which stands at the end of a row."""
    words = reader.words()
    if not words.strip() or not reader.is_row_end():
        raise NotUnderstoodError
    reader.tags += 1
    return [Piece((f"    {words}" if name == "tag*" else f"    ({words})",), "tag")]


def _label(reader: CommandReader, _name: str, _depth: int) -> list[Piece]:
    reader.words()
    return []


def _coloured(reader: CommandReader, _name: str, depth: int) -> list[Piece]:
    reader.words()
    return reader.argument(depth)


def _chemistry(reader: CommandReader, _name: str, _depth: int) -> list[Piece]:
    return [Piece((equation(reader.source()),), "text")]


def _infix(_reader: CommandReader, name: str, _depth: int) -> list[Piece]:
    return [Piece((name,), "infix")]


def _begin(reader: CommandReader, _name: str, depth: int) -> list[Piece]:
    return reader.environment(depth)


def _left(reader: CommandReader, _name: str, depth: int) -> list[Piece]:
    return reader.fence(depth)


def _middle(reader: CommandReader, _name: str, _depth: int) -> list[Piece]:
    return [Piece((f" {reader.delimiter()} ",), "relation")]


_READERS: Mapping[str, Callable[[CommandReader, str, int], list[Piece]]] = {
    **dict.fromkeys(("frac", "dfrac", "tfrac", "cfrac"), _fraction),
    **dict.fromkeys(("binom", "dbinom", "tbinom"), _binomial),
    **dict.fromkeys(_ARROWS, _arrow),
    **dict.fromkeys(_DIRAC, _dirac),
    **dict.fromkeys(("operatorname", "operatorname*"), _operator),
    **dict.fromkeys(("tag", "tag*"), _tag),
    **dict.fromkeys(("over", "choose"), _infix),
    **dict.fromkeys(("color", "textcolor"), _coloured),
    "sqrt": _root,
    "ce": _chemistry,
    "not": _negated,
    "underset": _underset,
    "boxed": _boxed,
    "pmod": _modulus,
    "label": _label,
    "begin": _begin,
    "left": _left,
    "middle": _middle,
}


def _as_word(pieces: list[Piece]) -> list[Piece]:
    r"""Return upright letters, and digits below them, as one word: `\mathrm{cm}`, `{\rm sin}`."""
    if any(len(piece.rows) > 1 or piece.kind not in ("factor", "text") for piece in pieces):
        return pieces
    text = "".join(piece.text for piece in pieces)
    is_word = all(character.isalpha() or character in LOWERED for character in text)
    if text in symbols.FUNCTIONS:
        return [Piece((text,), "function")]
    return [Piece((text,), "text")] if is_word and text[:1].isalpha() else pieces
