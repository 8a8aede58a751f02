"""What terminals send for keys, for what is no key, and for a paste."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from prompt_toolkit.input.ansi_escape_sequences import ANSI_SEQUENCES
from prompt_toolkit.keys import Keys
from support.bulk import some
from support.markdown_texts import chunks
from support.prompting import said, user

from mimo_cli.chat.prompt.keys import key_sequences
from mimo_cli.chat.prompt.keys.key_parser import KeyParser

if TYPE_CHECKING:
    from prompt_toolkit.key_binding.key_processor import KeyPress

PASTE, PASTED, CTRL_C = "\x1b[200~", "\x1b[201~", "\x03"

NEW_LINES = {
    "Alt-Enter": "\x1b\r",
    "Ctrl-J": "\n",
    "Alt-Enter, where the terminal sends a line feed": "\x1b\n",
    # XTerm with modifyOtherKeys 1 or 2, tmux with extended-keys: CSI 27 ; modifiers ; 13 ~
    **{f"modifyOtherKeys, {n}": f"\x1b[27;{n};13~" for n in range(2, 17)},
    # kitty, foot, WezTerm, Ghostty, iTerm2 with CSI u, XTerm with formatOtherKeys: CSI 13 ; n u
    **{f"CSI u, {n}": f"\x1b[13;{n}u" for n in range(2, 17)},
    "kitty, with Num Lock": "\x1b[13;130u",
    "kitty, held down": "\x1b[13;2:2u",
    "kitty, the number pad's Enter with Shift": "\x1b[57414;2u",
    "CSI u, where the base key is given": "\x1b[13::13;2u",
    # by hand, in the configuration of Windows Terminal, Alacritty, VS Code
    **{f"CSI 13 ~, {n}": f"\x1b[13;{n}~" for n in range(2, 9)},
    "Konsole's Shift-Enter": "\x1bOM",
}

NOTHING = {
    "the focus came": "\x1b[I",
    "the focus went": "\x1b[O",
    "the end of a paste that was none": PASTED,
    "where the cursor is": "\x1b[24;80R",
    "what the terminal is": "\x1b[?62;22c\x1b[>41;354;0c",
    "which modes it has": "\x1b[?2004;1$y\x1b[?2026;2$y",
    "kitty's flags": "\x1b[?0u",
    "its name (DCS)": "\x1bP>|WezTerm 20240203\x1b\\",
    "a capability (DCS)": "\x1bP1+r4d73=1b5d\x1b\\",
    "its colours (OSC)": "\x1b]11;rgb:1e1e/1e1e/2e2e\x1b\\\x1b]10;rgb:ffff/ffff/ffff\x07",
    "a clipboard (OSC 52)": "\x1b]52;c;aGVsbG8=\x07",
    "a picture's answer (APC)": "\x1b_Gi=1;OK\x1b\\",
    "PM and SOS": "\x1b^no\x1b\\\x1bXno\x1b\\",
    "the mouse, as XTerm has it": "\x1b[<0;10;20M\x1b[<0;10;20m\x1b[<64;10;20M",
    "the mouse, as urxvt has it": "\x1b[96;14;13M",
    "the mouse, as X10 has it": "\x1b[M !!\x1b[M\x60\u00e9A",
    "win32-input-mode": "\x1b[65;30;97;1;0;1_",
    "a key let go": "\x1b[97;1:3u\x1b[1;1:3A\x1b[13;1:3u\x1b[3;1:3~",
    "Shift, a lock, a volume, alone": "\x1b[57441;2u\x1b[57358u\x1b[57438u",
    "Super and a letter": "\x1b[97;9u",
    "Ctrl and a digit": "\x1b[1;5u\x1b[1;6v\x1b[49;5u\x1b[27;5;49~",
    "function keys": "\x1bOP\x1b[15~\x1b[24;5~\x1b[34~\x1b[1;2P\x1b[57376u\x1b[[A",
    "what nobody has defined": "\x1b[999;999z\x1b[=1;2x\x1bO5Z\x1b[!p\x1b[ q\x1b[9999999999u",
    "Ctrl-Space": "\x00\x1b[32;5u\x1b[27;5;32~",
    "colours in what was pasted": "\x1b[31m\x1b[0m\x1b[38;5;1m",
    "a sequence in a sequence": "\x1b[12\x1b[I",
}

TYPED = {
    "\x1b[97u": "a",
    "\x1b[97;2u": "A",
    "\x1b[97:65;2u": "A",
    "\x1b[97;65u": "a",  # Caps Lock, as one that the terminal does not apply
    "\x1b[50:34;2u": '"',
    "\x1b[97;;97u": "a",
    "\x1b[97;2;65u": "A",
    "\x1b[229u": "\u00e5",
    "\x1b[20320u": "\u4f60",
    "\x1b[32;2u": " ",  # Shift-Space
    "\x1b[27;2;32~": " ",
    "\x1b[27;2;65~": "A",
    "\x1b[57400u": "1",  # the number pad's
    "\x1b[57411u": "*",
    "\x1bOq": "1",
    "\x1bOj": "*",
}

KEYS = {
    "\x1b[13u": [Keys.ControlM],
    "\x1b[57414u": [Keys.ControlM],
    "\x1b[13;65u": [Keys.ControlM],  # Caps Lock
    "\x1b[9u": [Keys.ControlI],
    "\x1b[9;2u": [Keys.BackTab],
    "\x1b[27;2;9~": [Keys.BackTab],
    "\x1b[27u": [Keys.Escape],
    "\x1b[127u": [Keys.ControlH],
    "\x1b[127;2u": [Keys.ControlH],
    "\x1b[127;5u": [Keys.ControlH],
    "\x1b[127;3u": [Keys.Escape, Keys.ControlH],
    "\x1b[99;5u": [Keys.ControlC],
    "\x1b[27;5;99~": [Keys.ControlC],
    "\x1b[99;133u": [Keys.ControlC],  # Num Lock
    "\x1b[114;6u": [Keys.ControlR],
    "\x1b[102;3u": [Keys.Escape, "f"],
    "\x1b[27;3;102~": [Keys.Escape, "f"],
    "\x1b[102;33u": [Keys.Escape, "f"],  # kitty's Meta
    "\x1b[47;5u": [Keys.ControlUnderscore],
    "\x1b[57419u": [Keys.Up],
    "\x1b[57426u": [Keys.Delete],
    "\x1b[1;129A": [Keys.Up],
    "\x1b[1;1:1A": [Keys.Up],
    "\x1b[3;1:2~": [Keys.Delete],
    "\x1b[1;5:1C": [Keys.ControlRight],
    "\x1b[1;133D": [Keys.ControlLeft],
    "\x1b[A": [Keys.Up],
    "\x1bOA": [Keys.Up],
    "\x1b[1;3C": [Keys.Escape, Keys.Right],
    "\x1b\x1b[C": [Keys.Escape, Keys.Right],  # rxvt, iTerm2
    "\x1b\x1b": [Keys.Escape, Keys.Escape],
    "\x1bf": [Keys.Escape, "f"],
    "\x1b[7$": [Keys.ShiftHome],  # rxvt
    "\x1b[8^": [Keys.ControlEnd],
    "\x1b[3@": [Keys.ControlShiftDelete],
    "\x1b[a": [Keys.ShiftUp],
    "\x1bOc": [Keys.ControlRight],
    "\x1b[": [],  # broken off
    "\x1b[1": [],
    "\x1b]11;rgb": [],
}


BY_HAND = tuple(f"\x1b{letter}" for letter in "OPX]^_")
"""Where a person presses two keys; a terminal sends such a beginning at once."""


class Keyboard:
    """What comes of reads and of pauses, by a clock of its own."""

    def __init__(self, *, vi: bool = False) -> None:
        self.taken: list[KeyPress] = []
        self._now = 0.0
        self._parser = KeyParser(self.taken.append, lambda: self._now, vi=vi)

    def send(self, *reads: str | float) -> list[Keys | str]:
        """Return the keys that come of what is read, or of seconds in which nothing is."""
        before = len(self.taken)
        for it in reads:
            if isinstance(it, str):
                self._parser.feed(it)
            else:
                self._parser.flush()
                self._now += it
        return [
            press.data if press.key == Keys.BracketedPaste else press.key
            for press in self.taken[before:]
            if press.key != Keys.Ignore
        ]


def keys_of(*reads: str) -> list[KeyPress]:
    """What comes of some reads and a pause."""
    keyboard = Keyboard()
    keyboard.send(*reads, 0.0)
    return keyboard.taken


@pytest.mark.slow
@pytest.mark.parametrize("vi", [False, True])
def test_enter_with_another_key_is_a_new_line_in_every_encoding(vi: bool) -> None:
    keys = [*NEW_LINES.values()]
    if vi:
        keys.remove("\x1b\n")  # Escape, and then a new line
    assert said("a" + "b".join(keys) + "c\r", vi=vi) == "a" + "\nb" * (len(keys) - 1) + "\nc"


def test_what_is_no_key_types_nothing() -> None:
    assert said("a" + "b".join(NOTHING.values()) + "c\r") == "a" + "b" * (len(NOTHING) - 1) + "c"


@pytest.mark.slow
def test_no_key_that_prompt_toolkit_knows_types_its_sequence() -> None:
    ends = ("\r", "\x03", "\x04", "\x1b[200~", "\x1a", "\x11", "\x16", "\x18")
    keys = [it for it in ANSI_SEQUENCES if len(it) > 1 and it not in ends]
    with user() as somebody:
        message = somebody.say("".join(f"{key}\x05" for key in keys) + "x\r")
    assert set(message) <= {"x", "\n"}


def test_characters_in_further_encodings_are_typed() -> None:
    assert said("".join(TYPED) + "\r") == "".join(TYPED.values())


@pytest.mark.parametrize("sequence", KEYS)
def test_a_key_is_the_same_in_every_encoding(sequence: str) -> None:
    assert [press.key for press in keys_of(sequence)] == KEYS[sequence]


@pytest.mark.parametrize("sequence", [*NEW_LINES.values(), *NOTHING.values(), *TYPED, *KEYS])
def test_a_sequence_may_come_in_two_reads(sequence: str) -> None:
    whole = keys_of(sequence)
    cuts = (it for it in range(1, len(sequence)) if sequence[it - 1 : it + 1] not in BY_HAND)
    for parts in ((sequence[:cut], sequence[cut:]) for cut in cuts):
        assert keys_of(*parts) == whole, ascii(parts)


SINGLE = key_sequences.WHOLE.findall(
    "".join([*NEW_LINES.values(), *NOTHING.values(), *TYPED, *KEYS])
)


@pytest.mark.parametrize("vi", [False, True])
@pytest.mark.parametrize("seconds", [0.0, 0.9])
def test_a_pause_in_a_sequence_makes_no_keys_of_its_parts(seconds: float, vi: bool) -> None:
    for sequence in SINGLE:
        whole = Keyboard().send(sequence, 0.0)
        for cut in range(2, len(sequence)):
            if cut == 2 and not key_sequences.is_rest(sequence[:2], sequence[2:]):
                continue  # a letter with Alt, and then what a person may have typed
            if vi and sequence.startswith("\x1bO") and len(sequence) == 3:
                continue  # two keys, as a person presses them there, and then one
            keys = Keyboard(vi=vi).send(sequence[:cut], seconds, sequence[cut:], 0.0)
            begun = [Keys.Escape, sequence[1]] if vi and cut == 2 and sequence[1] != "[" else []
            assert keys == begun + whole, ascii(sequence[:cut])


@pytest.mark.parametrize(
    ("read", "keys"),
    [
        ("[13;2ucd", [Keys.ControlJ, "c", "d"]),
        ("[200~pasted" + PASTED, ["pasted"]),
        ("]11;rgb:ff/ff/ff\x07a", ["a"]),
        ("P>|WezTerm\x1b\\a", ["a"]),
        ("_Gi=1;OK\x1b\\", []),
        ("[?62;22c", []),
        ("[24;80Ra", ["a"]),
        ("[<0;10;20Ma", ["a"]),
        ("[<0;10;20m", []),
        ("[3~", [Keys.Delete]),
        ("[27u", [Keys.Escape]),
        ("[1;5D", [Keys.ControlLeft]),
        ("[A", [Keys.Up]),
        ("[A\x1b[A", [Keys.Up, Keys.Up]),
        ("[Z", [Keys.BackTab]),
        ("[I", []),
        ("[O", []),
        ("OB", [Keys.Down]),
        ("OS", [Keys.F4]),  # which nothing is bound to
    ],
)
@pytest.mark.parametrize("vi", [False, True])
def test_the_rest_of_a_sequence_may_come_after_escape_was_one(
    read: str, keys: list[Keys | str], vi: bool
) -> None:
    assert Keyboard(vi=vi).send("\x1b", 0.5, read, 0.0) == [Keys.Escape, *keys]


TEXTS = (
    *("OK", "ON", "Ok", "OZ", "OM", "OA, then", "OP!", "Ok, do it", "O2", "O"),
    *("[", "[1]", "[1", "[0] = 1", "[1, 2]", "[link](x)", "[x] task", "[A]", "[Home]", "[Mon]"),
    *("[2D plot]", "[5~10]", "[13u]", "[[A]]", "[<3m", "[1]\u4f60\u597d", "[0;1]", "[I think]"),
    *("P", "P1 is the bug", "P0 bug in X", "P!", "_Ga=b", "_", "]0;a", "]", "^_^", "X11", "\\"),
)
"""What a person types, and could be, or begin, the rest of a sequence."""


@pytest.mark.parametrize("vi", [False, True])
@pytest.mark.parametrize("seconds", [0.0, 0.4, 0.9])
def test_what_a_person_types_after_escape_is_text(seconds: float, vi: bool) -> None:
    for text in TEXTS:
        keys = Keyboard(vi=vi).send("\x1b", seconds, text, 0.1, "+", "\r", 0.0)
        assert keys == [Keys.Escape, *text, "+", Keys.ControlM], text


def test_escape_does_not_wait_for_words_but_for_a_key() -> None:
    keyboard = Keyboard()
    keyboard.send("\x1b", 0.4, "foo")
    assert [press.key for press in keyboard.taken] == [Keys.Escape, Keys.Ignore, *"foo"]
    for key in ("f", "\r", "\x1b[C"):
        alone = Keyboard()
        alone.send("\x1b", 0.4, key)
        assert Keys.Ignore not in [press.key for press in alone.taken]


@pytest.mark.parametrize("text", ["OK", "Ok, do it", "P1 is the bug", "_Ga=b", "]0;a", "X11"])
def test_what_comes_right_after_escape_is_text_if_it_has_no_end(text: str) -> None:
    assert Keyboard().send("\x1b", text, 0.1, "+") == [Keys.Escape, *text, "+"]


@pytest.mark.parametrize("begun", [*BY_HAND, "\x1b["])
def test_a_letter_with_alt_that_nothing_goes_on_with_is_nothing(begun: str) -> None:
    for text in ("\r", "bar", "Bcd", "1", "K", "\u4f60", "\x7f"):
        assert Keyboard().send(begun, 0.3, text, 0.0) == Keyboard().send(text, 0.0), text
    assert Keyboard().send("\x1bO", "\r") == [Keys.ControlM]


@pytest.mark.parametrize("begun", ["\x1b[", "\x1b[1", "\x1b]11;rgb", "\x1bP", "\x1bO5", "\x1b]"])
def test_what_has_no_end_is_swallowed_and_keys_are_keys(begun: str) -> None:
    keyboard = Keyboard()
    assert keyboard.send(begun, 1.5) == []
    assert keyboard.send("h", 0.1, "i", "\r") == ["h", "i", Keys.ControlM]


def test_a_string_whose_end_never_comes_takes_no_more_than_a_seconds_keys() -> None:
    typed = [key for letter in "abcdefgh" for key in (letter, 0.2)]
    assert Keyboard().send("\x1b]11;rgb:ff", 0.3, *typed) == [*"efgh"]


def test_escape_and_a_letter_one_after_the_other_are_keys_of_vi() -> None:
    for letter in "OPX":
        keys = [press.key for press in keys_of("\x1b", letter, "h", "e", "y")]
        assert keys == [Keys.Escape, letter, *"hey"]
        assert Keyboard(vi=True).send(f"\x1b{letter}", 0.1, "h", "e") == [
            Keys.Escape,
            letter,
            *"he",
        ]


@pytest.mark.parametrize(
    ("broken", "typed"),
    [
        ("\x1b[12\x03", [Keys.ControlC]),
        ("\x1b[12é", ["é"]),
        ("\x1b]0;a title\r", [Keys.ControlM]),
        ("\x1bPabc\x03", [Keys.ControlC]),
        ("\x1bO5\r", [Keys.ControlM]),
        ("\x1b[[\r", [Keys.ControlM]),
        ("\x1b]0;a title\x1b[A", [Keys.Up]),
    ],
)
def test_a_key_that_comes_into_a_sequence_ends_it(broken: str, typed: list[Keys | str]) -> None:
    assert [press.key for press in keys_of(broken)] == typed


@settings(max_examples=some(150), suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.sampled_from(["\x1b", "[", "]", "O", "P", "M", ";", ":", "1", "13", "u", "~", "A", "é"])
        | st.characters()
    ).map("".join),
    st.lists(st.integers(1, 9), min_size=1),
)
def test_any_bytes_are_taken_and_never_hold_up_what_comes_after(
    text: str, sizes: list[int]
) -> None:
    taken: list[KeyPress] = []
    now = 0.0
    parser = KeyParser(taken.append, lambda: now)
    for piece in chunks(text.replace(PASTE, ""), sizes):
        parser.feed(piece)
    parser.flush()
    now = 1.5
    taken.clear()
    parser.feed("ok\r")
    pressed = [press.key for press in taken if press.key != Keys.Ignore]
    assert pressed == ["o", "k", Keys.ControlM]


@settings(max_examples=some(150), suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.sampled_from([PASTED, "\r", "a", "\x1b[2", "\x03"])).map("".join),
    st.lists(st.integers(1, 9), min_size=1),
)
def test_however_a_paste_is_cut_it_is_one(text: str, sizes: list[int]) -> None:
    pasted = [(press.key, press.data) for press in keys_of(PASTE, *chunks(text + PASTED, sizes))]
    while PASTED in text:  # also one that comes about when another is taken out
        text = text.replace(PASTED, "")
    assert pasted == ([(Keys.BracketedPaste, text)] if text else [])


@settings(max_examples=some(150), suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.sampled_from(["\r", "a", "\x1b[2", "\x1b[20", "1~", "\n"])).map("".join),
    st.lists(st.integers(1, 9), min_size=1),
)
def test_a_paste_that_stalls_shows_what_came(text: str, sizes: list[int]) -> None:
    taken: list[KeyPress] = []
    parser = KeyParser(taken.append, lambda: 0.0)
    while PASTED in text:  # also one that comes about when another is taken out
        text = text.replace(PASTED, "")
    for piece in (PASTE, *chunks(text + PASTED, sizes)):
        parser.feed(piece)
        parser.flush()
    parser.feed("ok\r")
    pasted = [press.data for press in taken if press.key == Keys.BracketedPaste]
    assert "".join(pasted) == text
    assert [press.key for press in taken[len(pasted) :]] == ["o", "k", Keys.ControlM]


@pytest.mark.slow
def test_ctrl_c_ends_a_paste_whose_end_never_comes() -> None:
    with user() as somebody:
        keys = (PASTE + "one\rtwo", ("two", "three\r"), ("three", CTRL_C), ("\u203a", "four\r"))
        assert somebody.say(*keys) == "four"
        assert "one" in somebody.screen.received


def test_ctrl_c_in_a_paste_that_comes_at_once_is_pasted() -> None:
    assert said(PASTE, ("\u203a", "a"), ("a", CTRL_C + PASTED), ("^C", "b\r")) == "a\x03b"


LOST = 2.5


@pytest.mark.parametrize(
    "key",
    {
        "\x7f": Keys.ControlH,
        "\r": Keys.ControlM,
        "\x04": Keys.ControlD,
        "\x1b[D": Keys.Left,
        "\x1b[D\x1b[D": Keys.Left,  # held down
        "\x1bf": "f",
        "Z": "Z",
        "\u4f60": "\u4f60",
    }.items(),
)
def test_a_key_alone_is_one_again_when_the_end_of_a_paste_is_lost(key: tuple[str, Keys]) -> None:
    sequence, pressed = key
    keyboard = Keyboard()
    assert keyboard.send(PASTE + "lost", 0.1) == ["lost"]
    assert keyboard.send(LOST, sequence)[-1] == pressed
    assert keyboard.send("\x1b[C", "a") == [Keys.Right, "a"]


def test_what_an_input_method_commits_is_text_and_enter_after_it_sends() -> None:
    keyboard = Keyboard()
    assert keyboard.send(PASTE + "lost\r", LOST) == ["lost"]
    assert keyboard.send("\u4f60\u597d", 0.2, "\r") == ["\r\u4f60\u597d", Keys.ControlM]


@pytest.mark.parametrize(
    ("late", "text"),
    [
        (("rest\r", "\r", PASTED), "rest\r\r"),
        (("two words\rand", 0.5, "\r", 0.5, "x" + PASTED), "two words\rand\rx"),
        ((PASTED,), ""),
        (("\x1b[20", 0.1, "1~"), ""),
        (("\x1b[201", LOST, "~"), ""),
    ],
)
def test_the_rest_of_a_paste_may_be_late(late: tuple[str | float, ...], text: str) -> None:
    keyboard = Keyboard()
    keyboard.send(PASTE + "begun", LOST)
    pasted = keyboard.send(*late, 0.1)
    assert "".join(map(str, pasted)) == text
    assert keyboard.send("o", "\r") == ["o", Keys.ControlM]
