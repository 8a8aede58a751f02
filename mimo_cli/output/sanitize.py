"""Untrusted text to inert text, at the last moment before it is shown.

Everything that comes from a server, a model or a file may hold codes that drive a terminal. Each
such code point is replaced by something visible (never deleted, so that a sequence split over two
deltas or nested in another cannot re-form):

| class                                   | terminal            | pipe or file |
|-----------------------------------------|---------------------|--------------|
| newline, tab                            | kept                | kept         |
| carriage return before a newline        | newline             | kept         |
| other carriage returns                  | `^M`                | kept         |
| other C0 controls, DEL                  | `^[`, `^?`          | the same     |
| C1 controls                             | `<U+009B>`          | the same     |
| line and paragraph separator            | newline             | kept         |
| bidirectional overrides                 | `<U+202E>`          | kept         |
| tags, invisible operators, fillers,     | dropped and counted | counted      |
| zero width spaces, soft hyphens, and    |                     |              |
| all else that has no look of its own;   |                     |              |
| second and later variation selectors,   |                     |              |
| more than eight combining marks a base  |                     |              |
| joiners, marks of direction             | kept                | kept         |
| lone surrogates                         | U+FFFD              | U+FFFD       |

Pipes get the controls replaced too, because a pipe ends in a terminal sooner or later.
"""

from __future__ import annotations

import re
from functools import cache

MAX_MARKS = 8
"""Combining marks a terminal gets for one base character."""

_BIDI = r"\u202a-\u202e\u2066-\u2069"
# What Unicode calls Default_Ignorable_Code_Point (DerivedCoreProperties.txt), but for joiners,
# marks of direction, the bidirectional and what combines; and the annotation characters.
_HIDDEN = (
    r"\u00ad\u061c\u115f\u1160\u180e\u200b\u2060-\u2065\u206a-\u206f\u3164\ufeff\uffa0"
    r"\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    r"\U000e0000-\U000e00ff\U000e01f0-\U000e0fff"
)
INVISIBLE = rf"[\x7f-\x9f\u2028\u2029{_BIDI}{_HIDDEN}\ud800-\udfff]"
"""What a terminal does not get wherever it is, but for what JSON escapes: a pattern."""

_JOINERS = frozenset("\u200c\u200d\u200e\u200f")
_SELECTOR = r"[\ufe00-\ufe0f\U000e0100-\U000e01ef]"
# All that may be a mark, a selector or a joiner: neither letter, digit nor space, and outside of
# the blocks of symbols and punctuation. What really is one, the character's category tells.
_ATTACHED = (
    r"[^\w\s\x00-\u02ff\u2000-\u200b\u2010-\u20cf\u2100-\u2bff\u3000-\u3020\ufe10-\ufe1f"
    r"\ufe30-\uffff\U0001f000-\U0001faff]"
)

_FOR_PIPE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
# What many runs never need is left to the module's own cache: compiling all takes 2 ms.
_FOR_TERMINAL = rf"\r\n|[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029{_BIDI}\ud800-\udfff]"
# No white space: a tab or a form feed is at home in a text.
_SUSPECT_INPUT = rf"[\x00-\x08\x0e-\x1f\x7f-\x9f{_BIDI}\U000e0000-\U000e007f]"


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    """Return what is looked for in a text that is not ASCII.

    Invisible characters, a run of what is attached, one that is long, a second selector in one.
    """
    return (
        re.compile(rf"[{_HIDDEN}]+"),
        re.compile(rf"{_ATTACHED}+"),
        re.compile(rf"{_ATTACHED}{{{MAX_MARKS + 1},}}"),
        re.compile(rf"{_SELECTOR}{_ATTACHED}*{_SELECTOR}{_ATTACHED}*"),
    )


class Sanitizer:
    """Makes one text inert that arrives in pieces."""

    def __init__(self, *, terminal: bool) -> None:
        self._terminal = terminal
        self._carriage_return = ""
        self._run: _Run | None = None  # what the text so far ends in, which counts for the next
        self.hidden = 0
        """How many invisible characters there were (a terminal does not get them)."""

    def feed(self, text: str) -> str:
        """Return `text`, inert. A carriage return at its end waits for what comes next."""
        if not self._terminal:
            return self._for_pipe(text)
        text = self._carriage_return + text
        self._carriage_return = ""
        if text.endswith("\r"):
            text, self._carriage_return = text[:-1], "\r"
        text = self._without_invisible(text)
        return re.sub(_FOR_TERMINAL, _visible, text)

    def close(self) -> str:
        """Return what was held back."""
        held, self._carriage_return = self._carriage_return, ""
        return re.sub(_FOR_TERMINAL, _visible, held) if held else ""

    def _for_pipe(self, text: str) -> str:
        self._without_invisible(text)
        return _FOR_PIPE.sub(_visible, text)

    def _without_invisible(self, text: str) -> str:
        if text.isascii():
            if text:
                self._run = None
            return text
        invisible, attached, long_run, selector_again = _patterns()
        text = invisible.sub(self._drop, text)
        if not text:
            return text
        run, self._run = self._run, None
        first = attached.search(text)
        if first is None:
            return text
        begun = ""
        if run is not None and first.start() == 0:
            begun, text = self._keep(run, first.group()), text[first.end() :]
        if text:
            text = long_run.sub(self._thin, text)
            text = selector_again.sub(self._thin, text)
            run = _run_at_end(text)
        self._run = run
        return begun + text

    def _thin(self, match: re.Match[str]) -> str:
        return self._keep(_Run(), match.group())

    def _keep(self, run: _Run, text: str) -> str:
        """Return what of a text goes on a base that has such a run already."""
        kept = "".join(filter(run.takes, text))
        self.hidden += len(text) - len(kept)
        return kept

    def _drop(self, match: re.Match[str]) -> str:
        self.hidden += len(match.group())
        return ""


class _Run:
    """What is attached to one base character so far."""

    __slots__ = ("_marks", "_selectors")

    def __init__(self) -> None:
        self._marks = 0
        self._selectors = 0

    def takes(self, char: str) -> bool:
        """Return whether a character still counts; a base begins anew."""
        if char in _JOINERS:
            return True
        if "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef":
            self._selectors += 1
            return self._selectors == 1
        if not _is_mark(char):
            self._marks = self._selectors = 0
            return True
        self._marks += 1
        return self._marks <= MAX_MARKS


def _run_at_end(text: str) -> _Run | None:
    """Return the run that a text ends in, None if that is a base."""
    start = len(text)
    while start and _is_attached(text[start - 1]):
        start -= 1
    if start == len(text):
        return None
    run = _Run()
    for char in text[start:]:
        run.takes(char)
    return run


def _is_attached(char: str) -> bool:
    if char.isalnum() or char.isspace():
        return False
    return char in _JOINERS or _is_mark(char)  # a selector is a mark, too


def _is_mark(char: str) -> bool:
    import unicodedata  # not for those who read English

    return unicodedata.category(char) in ("Mn", "Me")


def sanitize(text: str, *, terminal: bool = True) -> str:
    """Return a whole text, inert."""
    if text.isascii() and text.isprintable():
        return text  # as most are: the patterns take time and memory to compile
    sanitizer = Sanitizer(terminal=terminal)
    return sanitizer.feed(text) + sanitizer.close()


def one_line(text: str, limit: int = 500) -> str:
    """Return a text from outside as part of a message: inert, one line of `limit` characters."""
    line = " ".join(sanitize(text[: 4 * limit]).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def count_suspect(text: str) -> int:
    """Return how many characters of an input a person would not see: controls, overrides, tags."""
    return 0 if text.isprintable() and text.isascii() else len(re.findall(_SUSPECT_INPUT, text))


def _visible(match: re.Match[str]) -> str:
    found = match.group()
    code = ord(found[0])
    if found == "\r\n" or code in (0x2028, 0x2029):
        return "\n"
    if code < 0x20 or code == 0x7F:
        return "^" + chr(code ^ 0x40)
    if 0xD800 <= code <= 0xDFFF:
        return "\N{REPLACEMENT CHARACTER}"
    return f"<U+{code:04X}>"
