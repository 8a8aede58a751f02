"""What each role of a row looks like, and rows as text with SGR sequences, by rich.

Markdown uses the terminal's own sixteen colours, which its user has chosen; code uses a Pygments
style, or rich's colours for code where there are no more than sixteen. Backgrounds are left alone.

What is to be read has a contrast of 4.5 or more (WCAG 2.2, 1.4.3) on black and on white in the
usual palettes. So there is no blue or red on dark, and no green, yellow or cyan on light; faint is
`dim` on dark, and grey on light, where many terminals make too little of `dim`.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from rich.color import Color, ColorSystem, blend_rgb
from rich.color_triplet import ColorTriplet
from rich.style import Style
from rich.theme import Theme as Roles

from mimo_cli.screen.colors import Colors

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pygments.style import StyleMeta
    from rich.text import Span

    from mimo_cli.markdown.styled_rows import Row

DARK_CODE, LIGHT_CODE = "lightbulb", "default"

_SHARED = {
    "strong": "bold",
    "emph": "italic",
    "strike": "strike",
    "link": "underline",
    "line": "dim",
    "bar": "dim",
    "source": "none",
    "head": "bold",
}
_FAINT = ("dim", "label", "task", "thinking", "notice")
_DARK = dict.fromkeys(_FAINT, "dim") | {
    "heading1": "bold underline cyan",
    "heading2": "bold cyan",
    "heading3": "bold",
    "heading4": "bold italic",
    "heading5": "bold dim",
    "heading6": "bold dim",
    "url": "cyan",
    "code": "yellow",
    "marker": "cyan",
    "done": "green",
    "alert.note": "cyan",
    "alert.tip": "green",
    "alert.important": "bright_magenta",
    "alert.warning": "yellow",
    "alert.caution": "bright_red",
}
_LIGHT = (
    _DARK
    | dict.fromkeys(_FAINT, "bright_black")
    | {
        "heading1": "bold underline blue",
        "heading2": "bold blue",
        "heading5": "bold bright_black",
        "heading6": "bold bright_black",
        "url": "blue",
        "code": "magenta",
        "marker": "blue",
        "done": "blue",
        "alert.note": "blue",
        "alert.tip": "blue",
        "alert.important": "magenta",
        "alert.warning": "red",
        "alert.caution": "red",
    }
)
_LEGIBLE = {"green": "magenta", "cyan": "blue", "yellow": "red", "dim": "bright_black"}
"""What takes the place of a look of rich's on a light background."""

_BLACK = ColorTriplet(0, 0, 0)
_MOST_LUMINANCE = 0.17
"""Of what is to be read on light: a contrast of 4.5 on #fafafa."""

_LINEAR = 0.04045
"""Up to this part of full light, sRGB is linear."""

_PLAIN = Style.null()
_DEPTHS = {Colors.ANSI256: ColorSystem.EIGHT_BIT, Colors.TRUE: ColorSystem.TRUECOLOR}


class Theme:
    """Turns rows into text for one terminal.

    Args:
        colors: what the terminal can show.
        light: its background is light.
        code_theme: a style of Pygments; one that suits the background if empty.

    Raises:
        ValueError: Pygments knows no such style.
    """

    def __init__(
        self, colors: Colors = Colors.ANSI256, *, light: bool = False, code_theme: str = ""
    ) -> None:
        self._colors = colors
        self._light = light
        self._darkens = light and not code_theme
        self._code_theme = code_theme or (LIGHT_CODE if light else DARK_CODE)
        self._looks: dict[tuple[str, ...], Style] = {}
        self.roles = _roles(colors, light=light)
        if code_theme:
            _pygments_style(code_theme)

    @property
    def colored(self) -> bool:
        """Whether it shows any colour."""
        return self._colors not in (Colors.PLAIN, Colors.NONE)

    def render(self, row: Row) -> str:
        """Return the row with its SGR sequences; it ends without attributes, as it began."""
        if self._colors is Colors.PLAIN or not row.spans:
            return row.plain
        parts: list[str] = []
        text, look = "", _PLAIN
        for part, roles in _runs(row):
            style = self._looks.get(roles)
            if style is None:
                style = self._combine(roles)
            if style != look:
                parts.append(look.render(text))
                text, look = "", style
            text += part
        return "".join([*parts, look.render(text)])

    def _combine(self, roles: tuple[str, ...]) -> Style:
        """Return the looks of roles, one over the other."""
        looks = [self._look(role) for role in roles]
        style = self._looks[roles] = Style.combine(looks) if looks else _PLAIN
        return style

    def _look(self, role: str) -> Style:
        """Return what a role looks like; what one of code does is found out when it is met."""
        looks = self.roles.styles
        if role not in looks:
            is_code = self.colored and role.startswith("Token")
            looks[role] = self._code_look(role) if is_code else _PLAIN
        return looks[role]

    def _code_look(self, role: str) -> Style:
        """Return what a token of Pygments looks like, in no more colours than there are."""
        from pygments.token import string_to_tokentype

        kind = string_to_tokentype(role.removeprefix("Token").removeprefix("."))
        if self._colors is Colors.ANSI16:
            return _look_in_sixteen(kind, light=self._light)
        style, depth = _pygments_style(self._code_theme), _DEPTHS[self._colors]
        return _look_in_style(kind, style, depth, darkens=self._darkens)


def _runs(row: Row) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the text of a row, cut where spans begin and end, each piece with its roles.

    `Text.render` does the same for spans in any order, in three times the time.
    """
    text, spans = row.plain, row.spans
    edges = sorted({0, len(text), *(span.start for span in spans), *(span.end for span in spans)})
    coming = len(spans)
    covering: list[Span] = []
    for start, end in pairwise(edges):
        covering = [span for span in covering if span.end > start]
        while coming and spans[-coming].start <= start:
            covering.append(spans[-coming])
            coming -= 1
        yield text[start:end], tuple([str(span.style) for span in covering])


def _roles(colors: Colors, *, light: bool) -> Roles:
    """Return the looks of all roles but those of code."""
    grey = light and colors is not Colors.NONE
    roles = Roles(_SHARED | (_LIGHT if grey else _DARK), inherit=False)
    if colors is Colors.NONE:
        colorless = {name: look.without_color for name, look in roles.styles.items()}
        return Roles(colorless | {"code": "bold"}, inherit=False)
    return roles


def _look_in_sixteen(kind: Any, *, light: bool) -> Style:
    """Return what rich makes of a type of token where there are sixteen colours."""
    from rich.syntax import ANSI_DARK, ANSI_LIGHT, ANSISyntaxTheme

    look = ANSISyntaxTheme(ANSI_LIGHT if light else ANSI_DARK).get_style_for_token(kind)
    if light:
        words = (_LEGIBLE.get(word, word) for word in str(look).split())
        return Style.parse(" ".join(words))
    return look


def _look_in_style(kind: Any, style: StyleMeta, depth: ColorSystem, *, darkens: bool) -> Style:
    """Return what a style of Pygments makes of a type of token; `darkens`: to be read on light.

    A `Style` keeps the codes of the first depth that it is rendered in, and rich shares styles, so
    the colour is made one of this depth before.
    """
    from pygments.token import STANDARD_TYPES, Comment, String

    if kind in String.Doc and style.style_for_token(kind) == style.style_for_token(Comment):
        kind = String  # what is said in a doc string is no aside
    while kind not in STANDARD_TYPES:  # a lexer's own type looks like the one it stands under
        kind = kind.parent
    look = style.style_for_token(kind)
    color = None
    if look["color"] and look["color"] not in _plain_colors(style):
        color = Color.parse(f"#{look['color']}").downgrade(depth)
        if darkens:
            color = _legible_on_light(color, depth)
    attributes = {name: look[name] or None for name in ("bold", "italic", "underline")}
    return Style(color=color, **attributes)


def _legible_on_light(color: Color, depth: ColorSystem) -> Color:
    """Return the colour, darkened as far as it has to be."""
    whole, parts = color.get_truecolor(), 0
    while _luminance(color.get_truecolor()) > _MOST_LUMINANCE:
        parts += 1
        darker = blend_rgb(whole, _BLACK, parts / 20)
        color = Color.from_triplet(darker).downgrade(depth)
    return color


def _luminance(color: ColorTriplet) -> float:
    """Return the relative luminance of an sRGB colour, 0 to 1 (WCAG 2.2)."""
    red, green, blue = (
        part / 12.92 if part <= _LINEAR else ((part + 0.055) / 1.055) ** 2.4
        for part in color.normalized
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _pygments_style(name: str) -> StyleMeta:
    from pygments.styles import get_style_by_name
    from pygments.util import ClassNotFound

    try:
        return get_style_by_name(name)
    except ClassNotFound as error:
        raise ValueError(f"unknown code theme: {name}") from error


def _plain_colors(style: StyleMeta) -> set[str]:
    """Return the colour of ordinary text: left to the terminal, whose background is its own."""
    from pygments.token import Name, Token

    return {style.style_for_token(kind)["color"] for kind in (Token, Name)}
