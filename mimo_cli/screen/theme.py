"""What each role of a row looks like, and rows as text with SGR sequences.

Markdown uses the terminal's own sixteen colours, which its user has chosen; code uses a Pygments
style. Attributes follow ECMA-48 (SGR), colours beyond sixteen ISO 8613-6 as xterm reads it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mimo_cli.screen.colors import Colors

if TYPE_CHECKING:
    from pygments.style import StyleMeta

    from mimo_cli.markdown.styled_rows import Row, Style

DARK_CODE, LIGHT_CODE = "lightbulb", "friendly"

_BOLD, _DIM, _ITALIC, _UNDERLINE, _STRIKE = "1", "2", "3", "4", "9"
_RED, _GREEN, _YELLOW, _BLUE, _MAGENTA, _CYAN = "31", "32", "33", "34", "35", "36"

_SHARED: dict[str, tuple[str, ...]] = {
    "strong": (_BOLD,),
    "emph": (_ITALIC,),
    "strike": (_STRIKE,),
    "link": (_UNDERLINE,),
    "url": (_DIM,),
    "dim": (_DIM,),
    "line": (_DIM,),
    "bar": (_DIM,),
    "label": (_DIM,),
    "task": (_DIM,),
    "done": (_GREEN,),
    "head": (_BOLD,),
    "thinking": (_DIM,),
    "notice": (_DIM,),
    "warning": (_YELLOW,),
    "error": (_RED,),
}
_DARK = {
    "heading1": (_BOLD, _UNDERLINE, _CYAN),
    "heading2": (_BOLD, _CYAN),
    "heading3": (_BOLD,),
    "heading4": (_BOLD,),
    "heading5": (_BOLD, _DIM),
    "heading6": (_BOLD, _DIM),
    "code": (_YELLOW,),
    "marker": (_CYAN,),
}
_LIGHT = _DARK | {
    "heading1": (_BOLD, _UNDERLINE, _BLUE),
    "heading2": (_BOLD, _BLUE),
    "code": (_MAGENTA,),
    "marker": (_BLUE,),
}

_SIXTEEN = (
    ("Token.Comment", (_DIM,)),
    ("Token.Keyword", (_MAGENTA,)),
    ("Token.Literal.String", (_GREEN,)),
    ("Token.Literal.Number", (_CYAN,)),
    ("Token.Name.Function", (_BLUE,)),
    ("Token.Name.Class", (_BLUE,)),
    ("Token.Name.Builtin", (_CYAN,)),
    ("Token.Name.Decorator", (_CYAN,)),
    ("Token.Name.Tag", (_BLUE,)),
    ("Token.Generic.Deleted", (_RED,)),
    ("Token.Generic.Inserted", (_GREEN,)),
    ("Token.Generic", (_BOLD,)),
)
_CUBE = (0, 95, 135, 175, 215, 255)


class _Look(NamedTuple):
    """SGR parameters: attributes and one colour."""

    attributes: tuple[str, ...]
    color: str

    @property
    def hides_in_spaces(self) -> bool:
        """Whether a space looks as it would without."""
        return _UNDERLINE not in self.attributes and _STRIKE not in self.attributes

    def after(self, before: _Look) -> str:
        """Return the shortest sequence that turns the look before into this one."""
        if self == before:
            return ""
        added = [it for it in self.attributes if it not in before.attributes]
        if len(added) + len(before.attributes) > len(self.attributes) or (
            before.color and not self.color
        ):
            if not (self.attributes or self.color):
                return "\x1b[m"
            added, before = ["0", *self.attributes], _Look((), "")
        color = [self.color] if self.color != before.color else []
        return f"\x1b[{';'.join([*added, *color])}m"


class Theme:
    """What rows look like on one terminal.

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
        self._roles = _SHARED | (_LIGHT if light else _DARK)
        self._code_theme = code_theme or (LIGHT_CODE if light else DARK_CODE)
        self._looks: dict[Style, _Look] = {}
        if code_theme:
            _style(code_theme)

    @property
    def colored(self) -> bool:
        """Whether it shows any colour."""
        return self._colors not in (Colors.PLAIN, Colors.NONE)

    def render(self, row: Row) -> str:
        """Return the row with its SGR sequences; it ends without attributes, as it began."""
        parts: list[str] = []
        now = _Look((), "")
        for text, style in row:
            look = self._looks.get(style)
            if look is None:
                look = self._looks[style] = self._look(style)
            if look != now and not (
                text.isspace() and now.hides_in_spaces and look.hides_in_spaces
            ):
                parts.append(look.after(now))
                now = look
            parts.append(text)
        return "".join(parts) + _Look((), "").after(now)

    def _look(self, style: Style) -> _Look:
        """Return all attributes of the roles, and the innermost colour."""
        if self._colors is Colors.PLAIN:
            return _Look((), "")
        attributes: dict[str, None] = {}
        color = ""
        for role in style:
            for parameter in self._parameters(role):
                if len(parameter) == 1:
                    attributes[parameter] = None
                else:
                    color = parameter
        if self._colors is Colors.NONE:
            color = ""
            if "code" in style:
                attributes[_BOLD] = None
        return _Look((*attributes,), color)

    def _parameters(self, role: str) -> tuple[str, ...]:
        if not role.startswith("Token"):
            return self._roles.get(role, ())
        if self._colors in (Colors.ANSI256, Colors.TRUE):
            return self._code_parameters(role)
        return next((look for name, look in _SIXTEEN if role.startswith(name)), ())

    def _code_parameters(self, role: str) -> tuple[str, ...]:
        from pygments.token import STANDARD_TYPES, string_to_tokentype

        style = _style(self._code_theme)
        kind = string_to_tokentype(role.removeprefix("Token").removeprefix("."))
        while kind not in STANDARD_TYPES:  # a lexer's own type looks like the one it stands under
            kind = kind.parent
        look = style.style_for_token(kind)
        chosen = (look["bold"], look["italic"], look["underline"])
        attributes = [it for it, on in zip((_BOLD, _ITALIC, _UNDERLINE), chosen, strict=True) if on]
        if look["color"] and look["color"] not in _plain_colors(style):
            attributes.append(_sgr_color(look["color"], self._colors))
        return tuple(attributes)


def _style(name: str) -> StyleMeta:
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


def _sgr_color(color: str, colors: Colors) -> str:
    """Return `rrggbb` as SGR parameters: 24-bit, or the nearest of xterm's 256."""
    rgb = [int(color[at : at + 2], 16) for at in (0, 2, 4)]
    if colors is Colors.TRUE:
        return "38;2;{};{};{}".format(*rgb)
    cube = [min(range(6), key=lambda at: abs(_CUBE[at] - part)) for part in rgb]
    grey = max(0, min(23, (sum(rgb) // 3 - 3) // 10))
    far = [abs(part - (8 + 10 * grey)) for part in rgb]
    near = [abs(part - _CUBE[at]) for part, at in zip(rgb, cube, strict=True)]
    index = 232 + grey if sum(far) < sum(near) else 16 + 36 * cube[0] + 6 * cube[1] + cube[2]
    return f"38;5;{index}"
