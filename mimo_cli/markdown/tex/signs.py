r"""Whether what stands between marks of a formula is mathematics: `$$` and `\[` have other uses.

`$$` is a shell's process too, and `\[0\]` a bracket that was escaped. So within a line an inside
needs a sign of TeX or has to be an expression; one in brackets shows an operator, or is made of
single letters in `\(...\)`, and no word stands right before it. `\[` displays: on a line of its
own a relation is enough, in the middle of prose it takes a command, a `^` or a `_{`, or white space
inside of both marks (`\[n=5\]` is a bracket there, `\[ n = 5 \]` a formula).
"""

from __future__ import annotations

import re

from mimo_cli.markdown.tex.symbols import FUNCTIONS

_SIGN = r"\\[A-Za-z{},;%&#]|[\^{}]|(?<![A-Za-z]{2})_|_(?![A-Za-z]{2})"
SIGN = re.compile(rf"{_SIGN}|\\\|")
"""A sign of TeX; the `_` of `user_name` is none."""

_BRACKET_SIGN = re.compile(rf"{_SIGN}|^\s*\\?\|")
_CERTAIN = re.compile(r"\\[A-Za-z]|\^")
_CERTAIN_IN_PROSE = re.compile(r"\\[A-Za-z]|(?<=[^\s(\[|])[\^]|_\{")
_EDGE = re.compile(r"^\s*(?:[*/,;:!')\]]|\.\D)|[*/]\s*$")
"""What no formula begins or ends with, but a regex, a path or emphasis does."""
_TEMPLATE = re.compile(r"\{[A-Za-z_][\w.:-]*\}|[({]$")
_OPERATORS = r"+\-*/=<>\u2200-\u22ff"
_ANY_OPERATOR = re.compile(rf"[{_OPERATORS}]")
_OPERATOR = re.compile(rf"[{_OPERATORS}]\s*(?:[^\W_]|[(|\-]\s*\w)")
_RELATION = re.compile(r"[=<>+*\u2200-\u22ff]")
_ABBREVIATION = re.compile(r"[A-Za-z]\.[A-Za-z]")
_EXPRESSION = re.compile(rf"[A-Za-z\u0370-\u03ff0-9\s{_OPERATORS}()\[\]|,.;:'!]+")
_CHARACTERS = re.compile(r"\[\^?(?:\w-\w)+\][*+?]?|[\W_]+")
_ALTERNATIVES = re.compile(r"\w+(?:\|\w*)+")
_TESTS = re.compile(r"(?:^|\s)-(?:o|eq|ne|gt|lt|ge|le)\s|(?:^|\s)-[a-z]\s+\S+\s+-a\s")
_ESCAPED = re.compile(r"(?<!\\)\\[*+?1-9]")
"""A sign that a shell or a regex has behind a backslash; TeX has none of them."""

_COMMAND = re.compile(r"(?<![\w.-])(?:expr|[ef]?grep|sed|g?awk|rg)\s+\S*[^.\u3002;]*$")
_COMMAND_FIRST = re.compile(
    r"[\s$#>]*(?:(?:if|while|until)\s+(?=\[|test))?(?:!\s*)?(?:find\s+[.~/$\"-]|test\s|\[\s+(?!\]))"
)
_RUN = re.compile(r"[A-Za-z]{2,}")
_ENGLISH = frozenset(
    "am an and are as at be by do for go if in is it me my no of on or so to up us we".split()  # noqa: SIM905
)
_PRODUCTS = ("abc", "xyz")
_PAIR = 2
_LONGEST = 4
_NO_POINTS = frozenset("ID OS IP CC DB UI NO OK".split())  # noqa: SIM905


def is_expression(text: str) -> bool:
    """Return whether a text without a sign of TeX is mathematics, not words."""
    if not _EXPRESSION.fullmatch(text) or not any(map(str.isalnum, text)):
        return False
    if _EDGE.search(text) or (text[0] == "|" and text.count("|") % 2):
        return False
    is_closed = sum(map(text.count, "([")) == sum(map(text.count, ")]"))
    return is_closed and all(map(_is_name, _RUN.findall(text)))


def is_dollar_formula(inner: str, after: str) -> bool:
    """Return whether what stands between two single `$` is a formula, not `${a}/${b}`."""
    if _TEMPLATE.match(inner) or after.startswith("{"):
        return False
    if inner.startswith("(") and after.startswith("("):
        return False
    return bool(SIGN.search(inner)) or is_expression(inner)


def is_between_dollars(inner: str, before: str, after: str) -> bool:
    """Return whether what stands between two `$$` within a line is a formula."""
    if touches(before) or touches(after) or "$" in (before, after):
        return False
    if has_open_edge(inner):
        return bool(_CERTAIN.search(inner))
    return inner[0] not in ")],.;:!?" and inner[-1] not in "([" and shows_mathematics(inner)


def has_open_edge(inner: str) -> bool:
    """Return whether white space is at an edge of what stands on one line: it is not drawn."""
    return "\n" not in inner and inner != inner.strip()


def shows_mathematics(inner: str) -> bool:
    """Return whether an inside has a sign of TeX, or is an expression."""
    return bool(SIGN.search(inner)) or is_expression(inner)


def is_displayed(inner: str) -> bool:
    r"""Return whether what stands in `\[...\]` on a line of its own is a formula."""
    if _CHARACTERS.fullmatch(inner):
        return False
    if _BRACKET_SIGN.search(inner):
        return True
    if not is_expression(inner) or _ABBREVIATION.search(inner):
        return False
    return bool(_RELATION.search(inner) and _OPERATOR.search(inner))


def is_command_line(inner: str, before: str, after: str) -> bool:
    r"""Return whether `\(...\)` are brackets of a shell's command or of a regex.

    Args:
        inner: what stands between them; a sign of TeX makes it a formula.
        before: what stands on the line before them.
        after: what stands on the line behind them.
    """
    if _BRACKET_SIGN.search(inner):
        return False
    if _ALTERNATIVES.fullmatch(inner) or _TESTS.search(inner):
        return True
    is_spaced = inner[:1].isspace() and inner[-1:].isspace()
    return bool(
        _ESCAPED.match(after.lstrip(" "))
        or _ESCAPED.fullmatch(before.rstrip(" ")[-2:])
        or _COMMAND.search(before)
        or (is_spaced and _COMMAND_FIRST.match(before))
    )


def is_between_brackets(inner: str, opener: str, before: str, after: str) -> bool:
    r"""Return whether what stands in `\(...\)` or `\[...\]` within a line is a formula."""
    if before == "_" or touches(before) or _CHARACTERS.fullmatch(inner):
        return False
    if opener == "\\[":
        is_apart = inner[:1].isspace() and inner[-1:].isspace()
        return bool(_CERTAIN_IN_PROSE.search(inner)) or (is_apart and is_displayed(inner))
    if _BRACKET_SIGN.search(inner):
        return True
    if not is_expression(inner) or _ABBREVIATION.search(inner):
        return False
    if _ANY_OPERATOR.search(inner):
        return bool(_OPERATOR.search(inner))
    is_letters = any(map(str.isalpha, inner)) and all(
        run in FUNCTIONS for run in _RUN.findall(inner)
    )
    return is_letters and _is_free(before, '(*"') and _is_free(after, ")*\".,;:!?-'")


def _is_free(character: str, others: str) -> bool:
    return not character.isascii() or character.isspace() or character in others


def _is_name(run: str) -> bool:
    if run in FUNCTIONS or (run.isupper() and _is_points(run)):
        return True
    return run in _PRODUCTS or (len(run) == _PAIR and run.islower() and run not in _ENGLISH)


def _is_points(run: str) -> bool:
    """Return whether capitals name points, AB or ABCD, that are near each other in the alphabet."""
    if len(run) == _PAIR:
        return run not in _NO_POINTS
    return len(run) <= _LONGEST and ord(max(run)) - ord(min(run)) <= _LONGEST


def touches(character: str) -> bool:
    """Return whether a character outside of a mark keeps it from being one."""
    return character.isascii() and character.isalnum()
