"""What terminals send for keys beside plain characters: escape sequences, read by their grammar.

prompt_toolkit knows those of xterm as it is by default. Others write Enter with Shift, Ctrl or Alt,
and more, in one of two further encodings, which a terminal, tmux or a program before us may have
turned on; and terminals send what is no key at all: that they got the focus, their answers to
somebody's questions. Here all of that becomes what a plain terminal sends. Pure.

Sources: ECMA-48, section 5; XTerm Control Sequences; https://sw.kovidgoyal.net/kitty/keyboard-protocol
"""

from __future__ import annotations

import re
import sys
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

NEW_LINE = "\n"
"""Enter with another key: Ctrl-J, which puts a new line everywhere."""

WHOLE = re.compile(
    r"\x1b(?:"
    r"\[M[\s\S]{3}"  # the mouse, as X10 has it
    r"|\[\[[@-~]"  # F1 to F5 of the Linux console
    r"|\[[0-9]{1,2}\$"  # a key with Shift, as rxvt has it: no control sequence ends so
    r"|\[(?![M[])[0-?]*[ -/]*[@-~]"  # control sequences (CSI)
    r"|O[0-9;]*[@-~]"  # keys of the number pad, and F1 to F4 (SS3)
    r"|[]PX^_][^\x00-\x1f]*(?:\x07|\x1b\\)"  # strings (OSC, DCS, SOS, PM, APC)
    r")"
)
"""A sequence from its beginning to its end."""

PART = re.compile(
    r"\x1b(?:\[M[\s\S]{0,2}|\[\[|\[[0-?]*[ -/]*|O[0-9;]*|[]PX^_](?:[^\x00-\x1f]+\x1b?)?)?\Z"
)
"""The beginning of one, as far as it has come."""

BROKEN = re.compile(r"\x1b(?:\[\[|\[[0-?]*[ -/]*|O[0-9;]+|[]PX^_][^\x00-\x1f]+)")
"""One that something else came into: nobody's key."""

_ALONE = r"(?=\x1b|\Z)"
_CLEAR = re.compile(
    r"\x1b(?:"
    r"\[20[01]~"  # the marks of a paste
    r"|\[[0-9]+[:;][0-9:;]*[A-Zu~_]"  # keys and answers with more than one parameter
    r"|\[<[0-9]+;[0-9]+;[0-9]+[Mm]"  # the mouse
    r"|\[[?>=][0-9][0-9;]*\$?[a-z]"  # answers
    r"|[]PX^_][^\x00-\x1f]*(?:\x07|\x1b\\)"
    rf"|\[(?:[0-9]+[A-Zu~]|[A-DFHIOZ]){_ALONE}"  # and not [2D plot], [5~10], [A]
    rf"|O[A-DFHP-S]{_ALONE}"  # and not OK
    r")"
)
"""What cannot be meant as text, and comes from terminals."""

_PARAMETERS = re.compile(r"\x1b\[([0-9:;]*)([A-Za-z~])")
_NUMBER_PAD = dict(zip("IXjklmnopqrstuvwxy", "\t=*+,-./0123456789", strict=True))
_NUMBER_PAD["M"] = NEW_LINE  # also what Konsole sends for Shift-Enter
_RXVT = re.compile(r"\x1b(?:\[([0-9]{1,2})([$^@])|([O\[])([a-d]))")
_RXVTS_MODIFIERS = {"$": 2, "^": 5, "@": 6, "[": 2, "O": 5}
_TAB, _ENTER = 9, 13
_KITTYS_NUMBER_PAD = dict(enumerate("0123456789./*-+\r=,", 57399))
_KITTYS_ARROWS = dict(enumerate(("D", "C", "A", "B", "5~", "6~", "H", "F", "2~", "3~"), 57417))
_SHIFT, _ALT, _CONTROL, _META = 1, 2, 4, 32
_OTHERS = 8 | 16  # Super, Hyper: a window manager's
_LOCKS = 64 | 128
_MOST = 64  # with none of the locks
_RELEASED = 3
_DIGITS = 8  # of a number; no code point has more
_WITH_CONTROL = {char: chr(ord(char) & 0x1F) for char in "@abcdefghijklmnopqrstuvwxyz[\\]^_"}
_WITH_CONTROL |= {" ": "\0", "/": "\x1f", "\t": "\t", "\x1b": "\x1b", "\x7f": "\x7f"}


def is_rest(begun: str, read: str) -> bool:
    """Return whether what was read goes on with a sequence that a pause came into.

    A person may have pressed Escape, or a key with Alt, and an input method, tmux or a macro sends
    whole words at once: so only what nobody writes is one.
    """
    return _CLEAR.match(begun + read) is not None


def plain(sequence: str) -> str:
    """Return what a plain terminal sends for the same key; nothing for what is none.

    It may be the sequence itself, or another one, or characters.
    """
    if sequence.startswith("\x1bO") and sequence[2:] in _NUMBER_PAD:
        return _NUMBER_PAD[sequence[2:]]
    if rxvts := _RXVT.fullmatch(sequence):
        return _from_rxvt(*rxvts.groups(""))
    match = _PARAMETERS.fullmatch(sequence)
    if match is None:
        return sequence
    fields = [[*map(_number, field.split(":"))] for field in match[1].split(";")]
    match fields, match[2]:
        case [[code, *others], *more], "u" if code > 1:
            return _by_code(code, others, *more)
        case [[27], modifiers, [code]], "~":
            return _by_code(code, [], modifiers)
        case [[13], _], "~":
            return NEW_LINE
        case [[first], modifiers], final if len(modifiers) > 1 or modifiers[0] > _MOST:
            return _unlocked(first, modifiers, final)
        case _:
            return sequence


def _from_rxvt(number: str, modifier: str, introducer: str, arrow: str) -> str:
    pressed = _RXVTS_MODIFIERS[modifier or introducer]
    if final := arrow.upper() or {"7": "H", "8": "F"}.get(number, ""):
        return f"\x1b[1;{pressed}{final}"
    return f"\x1b[{number};{pressed}~"


def _by_code(
    code: int, others: Sequence[int], modifiers: Sequence[int] = (0,), text: Sequence[int] = ()
) -> str:
    """Return the key of a code point; `others` are the one with Shift, and its place."""
    pressed = _pressed(modifiers)
    code = ord(_KITTYS_NUMBER_PAD.get(code, "\0")) or code
    if code == _ENTER:
        return {None: "", 0: "\r"}.get(pressed, NEW_LINE)
    if pressed is None or pressed & _OTHERS:
        return ""
    if code in _KITTYS_ARROWS:
        return f"\x1b[{_KITTYS_ARROWS[code]}"
    if code == _TAB and pressed & _SHIFT:
        return "\x1b[Z"
    char = _character(code, others, pressed, text)
    return f"\x1b{char}" if char and pressed & (_ALT | _META) else char


def _character(code: int, others: Sequence[int], pressed: int, text: Sequence[int]) -> str:
    if not 0 < code <= sys.maxunicode or unicodedata.category(chr(code)) in ("Co", "Cs"):
        return ""  # a key without a character: a volume, a lock
    if pressed & _CONTROL:
        return _WITH_CONTROL.get(chr(code).lower(), "")
    if any(text):
        return "".join(chr(it) for it in text if ord(" ") <= it <= sys.maxunicode)
    if not pressed & _SHIFT:
        return chr(code)
    return chr(others[0]) if others and 0 < others[0] <= sys.maxunicode else chr(code).upper()


def _unlocked(first: int, modifiers: Sequence[int], final: str) -> str:
    """Return a key without what kitty's protocol adds: locks, and whether it was let go."""
    pressed = _pressed(modifiers)
    if pressed is None:
        return ""
    if pressed:
        return f"\x1b[{first};{1 + pressed}{final}"
    return f"\x1b[{first if final == '~' else ''}{final}"


def _pressed(modifiers: Sequence[int]) -> int | None:
    """Return the modifiers of a key as bits, without the locks; None if it was let go."""
    if modifiers[1:] == [_RELEASED]:
        return None
    return max(0, modifiers[0] - 1) & ~_LOCKS


def _number(text: str) -> int:
    return int(text[:_DIGITS] or "0")
