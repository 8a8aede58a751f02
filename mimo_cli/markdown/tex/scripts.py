"""Text raised and lowered, in Unicode: x² and H₂O."""

from __future__ import annotations

_PLAIN = "0123456789+-=()\u2212"
_RAISED = str.maketrans(
    _PLAIN + "abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVWαβγδεθιφχ\u2032",  # noqa: RUF001 - Greek
    "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾⁻ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵅᵝᵞᵟᵋᶿᶥᵠᵡ\u2032",
)
_LOWERED = str.maketrans(
    _PLAIN + "aehijklmnoprstuvxβγρφχ",  # noqa: RUF001 - Greek
    "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎₋" + "ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ",
)
PRIME = "\u2032"
RAISED = "".join(chr(code) for code in sorted(set(_RAISED.values()))).replace(PRIME, "")
LOWERED = "".join(chr(code) for code in sorted(set(_LOWERED.values())))


def raised(text: str) -> str:
    """Return a text as a superscript; "" where Unicode has not all of its characters.

    A prime behind a letter is one of them only with that letter's size: that of `e^{x'}`.
    """
    return "" if PRIME in text.lstrip(PRIME) else _translated(text, _RAISED)


def lowered(text: str) -> str:
    """Return a text as a subscript; "" where Unicode has not all of its characters."""
    return _translated(text, _LOWERED)


def _translated(text: str, table: dict[int, int]) -> str:
    return text.translate(table) if all(ord(character) in table for character in text) else ""
