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
| second and later variation selectors,   |                     |              |
| more than eight combining marks a base  |                     |              |
| lone surrogates                         | U+FFFD              | U+FFFD       |

Pipes get the controls replaced too, because a pipe ends in a terminal sooner or later.
"""

from __future__ import annotations

import re

MAX_MARKS = 8
"""Combining marks a terminal gets for one base character."""

_BIDI = r"\u202a-\u202e\u2066-\u2069"
_HIDDEN = r"\U000e0000-\U000e007f\u2061-\u2064\u115f\u1160\u3164\uffa0"
_SELECTORS = r"\ufe00-\ufe0f\U000e0100-\U000e01ef"
_MARKS = (
    r"\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u06d6-\u06dc"
    r"\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
)

_FOR_PIPE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
# What many runs never need is left to the module's own cache: compiling all takes 2 ms.
_FOR_TERMINAL = rf"\r\n|[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029{_BIDI}\ud800-\udfff]"
_INVISIBLE = rf"[{_HIDDEN}]+"
_ATTACHED = rf"[{_SELECTORS}{_MARKS}]{{2,}}"
_SELECTOR = rf"[{_SELECTORS}]"
_ATTACHED_AT_END = rf"[{_SELECTORS}{_MARKS}]+\Z"
_SUSPECT_INPUT = rf"[\x1b{_BIDI}\U000e0000-\U000e007f]"
_ANSI = (
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]"  # control sequences: colours, cursor
    r"|[\]PX^_][^\x07\x1b\n]*(?:\x07|\x1b\\)?"  # strings: titles, links
    r"|[ -/]*[0-~])"  # the short ones
)


class Sanitizer:
    """Sanitises one text that arrives in pieces."""

    def __init__(self, *, terminal: bool) -> None:
        self._terminal = terminal
        self._carriage_return = ""
        self._attached = ""  # the marks that the text so far ends in, which count for the next
        self.hidden = 0
        """How many invisible characters there were (a terminal does not get them)."""

    def feed(self, text: str) -> str:
        """`text`, inert. A carriage return at its end waits for what comes next."""
        if not self._terminal:
            return self._for_pipe(text)
        text = self._carriage_return + text
        self._carriage_return = ""
        if text.endswith("\r"):
            text, self._carriage_return = text[:-1], "\r"
        if not text.isascii() or self._attached:
            text = self._without_invisible(text)
        return re.sub(_FOR_TERMINAL, _visible, text)

    def close(self) -> str:
        """What was held back."""
        held, self._carriage_return = self._carriage_return, ""
        return re.sub(_FOR_TERMINAL, _visible, held)

    def _for_pipe(self, text: str) -> str:
        if not text.isascii() or self._attached:
            self._without_invisible(text)
        return _FOR_PIPE.sub(_visible, text)

    def _without_invisible(self, text: str) -> str:
        if not text:
            return text
        known = len(self._attached)
        text = re.sub(_INVISIBLE, self._dropped, self._attached + text)
        text = re.sub(_ATTACHED, self._thinned, text)
        end = re.search(_ATTACHED_AT_END, text)
        self._attached = end.group() if end else ""
        return text[known:]

    def _thinned(self, run: re.Match[str]) -> str:
        kept: list[str] = []
        left = {True: 1, False: MAX_MARKS}  # how many more variation selectors, and marks
        for char in run.group():
            is_selector = bool(re.match(_SELECTOR, char))
            if left[is_selector]:
                left[is_selector] -= 1
                kept.append(char)
        self.hidden += len(run.group()) - len(kept)
        return "".join(kept)

    def _dropped(self, run: re.Match[str]) -> str:
        self.hidden += len(run.group())
        return ""


def sanitize(text: str, *, terminal: bool = True) -> str:
    """A whole text, inert."""
    sanitizer = Sanitizer(terminal=terminal)
    return sanitizer.feed(text) + sanitizer.close()


def one_line(text: str, limit: int = 500) -> str:
    """A text from outside as part of a message: inert, on one line, at most `limit` characters."""
    line = " ".join(sanitize(text[: 4 * limit]).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def strip_ansi(text: str) -> str:
    """A text without the escape sequences of coloured output (`git log --color`, say)."""
    return re.sub(_ANSI, "", text)


def count_suspect(text: str) -> int:
    """How many characters of an input a person would not see: escapes, overrides, tags."""
    return len(re.findall(_SUSPECT_INPUT, text))


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
