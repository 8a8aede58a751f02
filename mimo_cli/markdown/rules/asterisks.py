"""Which `*` and `~~` are operators, wildcards or pointers, in a text that holds unspaced script.

There no spaces tell `3*4=12、5*6=30` from `这是*重点*的`, so it is told by what is beside a run and
beside the next or the last run of the same length on the line (its partner). Characters count as
word characters (digits; letters of spaced scripts; unspaced ones, `characters`) or as none.

1. Within a spaced word (`3*4`, `a**b`) a run is an operator, but for two or three of them with a
   partner: around a part of the word (`re**cord**ing`), or behind or before all of it, if that is
   no number beside one (`**2.5**kg`, `GPT**4**代`). A single one may only close (`*re*cord`).
2. Between an unspaced character and a digit or a letter, or behind a bracket, one or three do not
   open if its partner stands between the same kinds (`苹果*2和香蕉*3`), or if a point or another
   operator is between them (`a*长、b*宽`). Nor does one close what a letter begins (`*p和*q`).
3. On a side of an equation a single one between word characters is an operator (`体积=长*宽*高`).
4. Before `.` and a letter, or before `/`, a run is a wildcard, and does not open, if there is no
   partner in the same word (`*.py和*.md`), or if the partner is one too (`**/a和**/b`).
5. Behind a comma a run does not close what is a list (`*a、*b`), nor a single one what began
   behind a word (`价*含税、*号`). A single one before a point refers, and does not open (`名*、`).
6. More than three mask something (`138****1234`), unless there are as many on the other side.

And beyond what the general rule (`emphasis`) has:

7. A run closes between punctuation and a spaced word if what it closes holds unspaced script
   (`**复现:**10轮`).
8. It opens between a spaced word and an opening mark if its partner is behind the closing one, and
   unspaced script between them (`Python**“重点”**`).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple
from unicodedata import category

from mimo_cli.markdown.rules.characters import has_unspaced, is_unspaced

_STRONG, _LONGEST = 2, 3
_REACH = 120
"""Characters within which a partner is looked for."""

_RUNS = {
    mark * length: re.compile(rf"(?<!{mark}){mark}{{{length}}}(?!{mark})".replace("*", r"\*"))
    for mark in "*~"
    for length in range(1, _LONGEST + 1)
}
_PLAIN = re.compile(r"[.$]?\w[\w .,%'$-]*")
_OPERATORS = re.compile("[=+/<>;,\uff0c\u3001\uff1b\u3002]")
_CALCULATION = r"[\w(\uff08][\w()\uff08\uff09.%+\-/*\u00f7\u00d7\u00b7]*"
_EQUATION = re.compile(rf"[=\uff1d]\s*{_CALCULATION}")
_EQUATION_AHEAD = re.compile(rf"{_CALCULATION}+\s*[=\uff1d]")
_EQUALS = "=\uff1d"
_POINTS = ",\uff0c\u3001\uff1b;\uff1a\u3002\uff01\uff1f"
_COMMAS = ",\uff0c\u3001\uff1b;"
_BRACKETS = ")]\uff09\uff3d\u3011"
_SPACED = ("digit", "letter")
_BEFORE = frozenset(_BRACKETS)
_AFTER = frozenset("/.")
_NUMBERS = "\u00b2\u00b3\u00b9\u00bc\u00bd\u00be"


class Run(NamedTuple):
    """A run of marks: the kinds of the characters beside it (`_kind`), and these themselves."""

    start: int
    end: int
    left: str
    right: str
    before: str
    after: str

    @property
    def is_single(self) -> bool:
        """Whether it is one mark."""
        return self.end - self.start == 1

    @property
    def is_within_word(self) -> bool:
        """Whether characters of spaced words are on both sides."""
        return self.left in _SPACED and self.right in _SPACED


def judge(text: str, start: int, end: int, opens: bool, closes: bool) -> tuple[bool, bool]:
    """Return whether a run may open and close, given what the general rule says.

    Args:
        text: of a whole leaf; it holds unspaced script.
        start: where the run begins.
        end: where it ends.
        opens: it may open by the general rule.
        closes: it may close by the general rule.
    """
    run = _run(text, start, end)
    if end - start > _LONGEST:
        masks = bool(run.left and run.right) or not _has_twin(text, run)
        return opens and not masks, closes and not masks
    if _is_plain_strong(run):
        return opens, closes
    if run.is_within_word:
        return _opens_within(text, run), _closes_within(text, run)
    if run.is_single and run.left and run.right and _is_in_equation(text, run):
        return False, False
    opens = _opens(text, run) if opens else _opens_before_mark(text, run)
    closes = _closes(text, run) if closes else _closes_behind_mark(text, run)
    return opens, closes


@lru_cache(maxsize=4_096)
def _kind(character: str) -> str:
    """Return "unspaced", "digit" or "letter" for word characters, "" for others and for none."""
    if not character or (character.isascii() and not character.isalnum()):
        return ""
    of = category(character)
    if of[0] not in "LMN" or (of == "No" and character not in _NUMBERS):
        return ""
    if is_unspaced(character):
        return "unspaced"
    return "digit" if of == "Nd" else "letter"


def _run(text: str, start: int, end: int) -> Run:
    before, after = text[max(0, start - 1) : start], text[end : end + 1]
    return Run(start, end, _kind(before), _kind(after), before, after)


def _next(text: str, run: Run) -> Run | None:
    """Return the next run of the same length on the line."""
    line_end = text.find("\n", run.end, run.end + _REACH)
    end = line_end if line_end >= 0 else run.end + _REACH
    found = _RUNS[text[run.start : run.end]].search(text, run.end, end)
    return _run(text, *found.span()) if found else None


def _last(text: str, run: Run) -> Run | None:
    """Return the last run of the same length on the line, before this one."""
    reach = max(0, run.start - _REACH)
    start = max(reach, text.rfind("\n", reach, run.start))
    marks, at = text[run.start : run.end], run.start
    while (at := text.rfind(marks, start, at)) >= 0:
        if found := _RUNS[marks].match(text, at):
            return _run(text, *found.span())
    return None


def _has_twin(text: str, run: Run) -> bool:
    """Return whether a run of the same length is near, on the line or not."""
    marks = text[run.start : run.end]
    reach = max(0, run.start - _REACH)
    return marks in text[reach : run.start] or marks in text[run.end : run.end + _REACH]


def _is_plain(content: str) -> bool:
    """Return whether a text is words or a number of a spaced script, and no calculation."""
    return bool(_PLAIN.fullmatch(content)) and not has_unspaced(content)


def _is_plain_strong(run: Run) -> bool:
    """Return whether no rule speaks of a run: of most, so their partners are not looked for."""
    is_spaced = run.left in _SPACED or run.right in _SPACED
    is_special = run.before in _BEFORE or run.after in _AFTER
    return run.end - run.start == _STRONG and not (is_spaced or is_special)


def _is_part_of_word(opener: Run, content: str, closer: Run) -> bool:
    sides = opener.before + content + closer.after
    return len(content) > 1 and sides.isalpha()


def _opens_within(text: str, run: Run) -> bool:
    partner = None if run.is_single else _next(text, run)
    if partner is None or run.left == "digit":
        return False
    content = text[run.end : partner.start]
    if " " in content or not _is_plain(content):
        return False
    return not partner.is_within_word or _is_part_of_word(run, content, partner)


def _closes_within(text: str, run: Run) -> bool:
    partner = _last(text, run)
    if partner is None:
        return False
    content = text[partner.end : run.start]
    if not _is_plain(content) or (run.is_single and partner.left):
        return False
    return not partner.is_within_word or _is_part_of_word(partner, content, run)


def _opens(text: str, run: Run) -> bool:
    """Judge a run that is not within a spaced word and may open by the general rule."""
    partner = _next(text, run)
    if partner is None:
        return True
    content = text[run.end : partner.start]
    if run.is_single and run.after in _POINTS:
        return False
    if run.after == "/" or (run.after == "." and _kind(text[run.end + 1 : run.end + 2])):
        return _opens_path(run, content, partner)
    is_factor = run.before in _BEFORE and (run.is_single or run.right == "digit")
    is_mixed = run.end - run.start != _STRONG and run.left != run.right and run.left and run.right
    if is_factor and (partner.before in _BEFORE or _is_factor(run, partner)):
        return False
    if not (is_mixed or is_factor):
        return True
    is_repeated = (partner.left, partner.right) == (run.left, run.right)
    return not (is_repeated or _OPERATORS.search(content))


def _is_factor(run: Run, partner: Run) -> bool:
    """Return whether a run begins and its partner ends what two brackets are multiplied with."""
    return run.right in _SPACED and partner.after in ("(", "\uff08")


def _opens_path(run: Run, content: str, partner: Run) -> bool:
    """Judge a run before `.` or `/`: a wildcard, unless it is closed within the same word."""
    if run.is_single and run.after == ".":
        return " " not in content and _is_plain(content)
    return partner.after != run.after


def _closes(text: str, run: Run) -> bool:
    """Judge a run that is not within a spaced word and may close by the general rule."""
    is_behind_comma = bool(run.before) and run.before in _COMMAS
    partner = _last(text, run)
    if partner is None or not run.right:
        return True
    if run.is_single and is_behind_comma and partner.left:
        return False
    if run.right == "unspaced" or not (is_behind_comma or (run.is_single and run.left)):
        return True
    return partner.right not in _SPACED


def _closes_behind_mark(text: str, run: Run) -> bool:
    if run.left or run.right not in _SPACED or not _is_closing(run.before):
        return False
    partner = _last(text, run)
    if partner is None or partner.is_within_word or partner.after.isspace():
        return False
    return has_unspaced(text[partner.end : run.start])


def _opens_before_mark(text: str, run: Run) -> bool:
    if run.left not in _SPACED or not _is_opening(run.after):
        return False
    partner = _next(text, run)
    if partner is None or not _is_closing(partner.before):
        return False
    return has_unspaced(text[run.end : partner.start])


def _is_opening(character: str) -> bool:
    return bool(character) and (character in "\"'" or category(character) in ("Ps", "Pi"))


def _is_closing(character: str) -> bool:
    return bool(character) and (category(character) in ("Pe", "Pf", "Po"))


def _is_in_equation(text: str, run: Run) -> bool:
    """Return whether nothing but a calculation is between a run and the `=` before or after it."""
    sign = max(text.rfind(equal, max(0, run.start - _REACH), run.start) for equal in _EQUALS)
    if sign >= 0 and _EQUATION.fullmatch(text, sign, run.start):
        return True
    is_between_names = run.left == run.right == "unspaced"
    return is_between_names and bool(_EQUATION_AHEAD.match(text, run.end, run.end + _REACH))
