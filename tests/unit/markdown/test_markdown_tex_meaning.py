"""What is drawn of a formula has its value: read by a parser that takes nothing doubtful."""

from __future__ import annotations

import cmath
import re
from typing import NamedTuple

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from support.bulk import some
from support.markdown_texts import quick

from mimo_cli.markdown.tex.formula import to_rows
from mimo_cli.markdown.tex.pieces import NotUnderstoodError

VALUES = {"a": 1.31, "b": 0.73, "x": 2.17, "q": 1.09, "π": cmath.pi}
PLAIN = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ᵃᵇˣ", "0123456789+-()abx")
RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ᵃᵇˣ"


class Formula(NamedTuple):
    """A formula in TeX, its value, and how strongly it holds together (1 a sum, 4 an atom)."""

    tex: str
    value: complex
    strength: int


def _atom(text: str) -> Formula:
    value = VALUES.get(text.strip("\\ ").replace("pi", "π"), 0) or float(text)
    return Formula(text, value, 4)


def _within(formula: Formula, strength: int, style: int) -> str:
    """A formula in parentheses, if it does not hold together; or in braces, which say nothing."""
    if formula.strength < strength:
        return f"\\left({formula.tex}\\right)" if style % 2 else f"({formula.tex})"
    return f"{{{formula.tex}}}" if style % 3 == 0 else formula.tex


def _sum(one: Formula, other: Formula, style: int) -> Formula:
    sign = "+" if style % 2 else "-"
    value = one.value + other.value if style % 2 else one.value - other.value
    return Formula(f"{_within(one, 1, style)} {sign} {_within(other, 2, style)}", value, 1)


def _product(one: Formula, other: Formula, style: int) -> Formula:
    left, right = _within(one, 2, style), _within(other, 3, style // 2)
    is_apart = re.match(r"\{*(?:\d|\\frac|\^)", right) or style % 4 > 1
    sign = ("\\cdot ", "\\times ")[style % 2] if is_apart else " " if left[-1].isalpha() else ""
    return Formula(f"{left}{sign}{right}", one.value * other.value, 2)


def _fraction(one: Formula, other: Formula, style: int) -> Formula:
    assume(abs(other.value) > 1e-6)
    command = ("\\frac", "\\dfrac")[style % 2]
    return Formula(f"{command}{{{one.tex}}}{{{other.tex}}}", one.value / other.value, 4)


def _power(one: Formula, other: Formula, style: int) -> Formula:
    assume(abs(other.value) < 20 and abs(one.value) > 1e-6)
    base = f"{{{one.tex}}}" if re.search(r"frac|sqrt", one.tex[:6]) else _within(one, 4, style)
    try:
        return Formula(f"{base}^{{{other.tex}}}", one.value**other.value, 3)
    except OverflowError:
        assume(condition=False)
        raise


def _root(one: Formula, other: Formula, style: int) -> Formula:
    del other
    degree = ("", "[3]", "[2]")[style % 3]
    value = complex(one.value) ** (1 / int(degree[1:2] or 2))
    return Formula(f"\\sqrt{degree}{{{one.tex}}}", value, 4)


atoms = st.sampled_from(["a", "b", "x", "q", "\\pi ", "2", "3", "12"]).map(_atom)
formulas = st.recursive(
    atoms,
    lambda inner: st.one_of(
        *(
            st.builds(make, inner, inner, st.integers(0, 11))
            for make in (_sum, _product, _fraction, _power, _root)
        )
    ),
    max_leaves=7,
)


class DoubtfulError(Exception):
    """What is drawn can be read in two ways."""


class Parser:
    """Reads a formula on one line; a root or a divisor goes no further than its first atom."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def take(self, pattern: str) -> str:
        found = re.compile(pattern).match(self.text, self.at)
        self.at = found.end() if found else self.at
        return found[0] if found else ""

    def whole(self) -> complex:
        value = self.sum()
        if self.at < len(self.text):
            raise DoubtfulError(self.text[self.at :])
        return value

    def sum(self) -> complex:
        value = -self.product() if self.take("-") else self.product()
        while sign := self.take(r" ?[+-] ?"):
            other = self.product()
            value = value + other if "+" in sign else value - other
        return value

    def product(self) -> complex:
        value = self.power()
        is_divided = False
        while True:
            if self.take("/"):
                value, is_divided = value / self.power(), True
            elif self.take("·| ?× ?"):
                value, is_divided = value * self.power(), False
            elif re.match(r" ?[\w(√∛]", self.text[self.at :]):
                if is_divided:
                    raise DoubtfulError
                self.take(" ")
                value = value * self.power()
            else:
                return value

    def power(self) -> complex:
        if degree := self.take(rf"[{RAISED}]*[√∛]"):
            value = self.atom() ** (
                1 / int({"√": "2", "∛": "3"}.get(degree) or _plain(degree[:-1]))
            )
            if self.peek() in [*RAISED, "^"] or re.match(r"[\w(]", self.end_of_atom()):
                raise DoubtfulError
            return value
        value = self.atom()
        if raised := self.take(rf"[{RAISED}]+"):
            return value ** Parser(_plain(raised)).whole()
        if self.take(r"\^"):
            exponent = self.atom()
            if re.match(r"[\w(]", self.end_of_atom()):
                raise DoubtfulError
            return value**exponent
        return value

    def end_of_atom(self) -> str:
        """What follows an atom that is no group: nothing may touch it."""
        return "" if self.text[self.at - 1] == ")" else self.peek()

    def atom(self) -> complex:
        if self.take(r"\("):
            value = self.sum()
            if not self.take(r"\)"):
                raise DoubtfulError
            return value
        if number := self.take(r"[0-9]+"):
            return float(number)
        if letter := self.take("[abxqπ]"):
            return VALUES[letter]
        raise DoubtfulError(self.text[self.at :])


def _plain(raised: str) -> str:
    return raised.translate(PLAIN)


@settings(quick, max_examples=some(1500))
@given(formulas)
def test_what_is_drawn_has_the_value_of_the_formula(formula: Formula) -> None:
    try:
        rows = to_rows(formula.tex)
    except NotUnderstoodError:
        return
    try:
        value = Parser(rows[0]).whole()
    except (ZeroDivisionError, OverflowError):
        return
    assert cmath.isclose(value, formula.value, rel_tol=1e-6, abs_tol=1e-9), (formula, rows)


@pytest.mark.parametrize("text", ["1/ab", "√xa", "√x²", "x^qa", "2/3(a)", "x^2a"])
def test_the_parser_takes_nothing_doubtful(text: str) -> None:
    with pytest.raises(DoubtfulError):
        Parser(text).whole()
