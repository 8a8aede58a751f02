r"""The tokens of a formula in TeX: `\frac`, `{`, white space, `x`."""

from __future__ import annotations

import re

from mimo_cli.markdown.tex.pieces import NotUnderstoodError

_TOKEN = re.compile(r"\\(?:(?:operatorname|tag)\*|[A-Za-z]+|.)|\s+|[^\\\s]", re.DOTALL)
_LENGTH = re.compile(r"\[\s*-?[\d.]+\s*(?:pt|em|ex|mm|cm|in|pc|bp|mu)\s*\]")
_LONGEST_LENGTH = 12
_ROW_END = re.compile(
    r"(?:\s|\\label\s*\{[^{}]*\}|\\(?:nonumber|notag)(?![A-Za-z])"
    r"|\\end\s*\{[^{}]*\}(?:\s*\\right\s*\.)?)*(?:\\\\|$)"
)
_WORD_SIGNS = {"~": " ", "\\,": " ", "\\;": " ", "\\ ": " ", "\\%": "%", "\\&": "&"} | {
    "\\_": "_",
    "\\#": "#",
}


class Tokens:
    """Tokens that are taken from the left; holds those that are left, the next one last."""

    def __init__(self, tex: str) -> None:
        self.tokens: list[str] = _TOKEN.findall(tex)[::-1]

    def peek(self) -> str:
        """Return the next token; "" at the end."""
        return self.tokens[-1] if self.tokens else ""

    def take(self) -> str:
        """Take the next token.

        Raises:
            NotUnderstoodError: there is none.
        """
        if not self.tokens:
            raise NotUnderstoodError
        return self.tokens.pop()

    def peek_sign(self) -> str:
        """Return the next token that is no white space."""
        return next((token for token in reversed(self.tokens) if not token.isspace()), "")

    def skip_spaces(self, unless: str = "\0") -> None:
        """Leave out white space, which means nothing; but not before one of the signs `unless`."""
        if self.peek().isspace() and self.peek_sign() not in [*unless]:
            self.tokens.pop()

    def is_row_end(self) -> bool:
        r"""Return whether nothing but labels and ends of environments is left of a row."""
        return bool(_ROW_END.match("".join(reversed(self.tokens))))

    def skip_length(self) -> None:
        r"""Leave out what may follow the end of a line, `\\*[4pt]`.

        Raises:
            NotUnderstoodError: it is no length.
        """
        if self.peek() == "*":
            self.take()
        if self.peek() != "[":
            return
        ahead = self.tokens[: -_LONGEST_LENGTH - 1 : -1]
        if found := _LENGTH.match("".join(ahead)):
            size = 0
            while size < found.end():
                size += len(self.tokens.pop())
        else:
            raise NotUnderstoodError

    def skip_option(self, letters: str) -> bool:
        """Leave out `[t]`, one of the letters in brackets. Return whether it was there."""
        ahead = self.tokens[:-4:-1]
        if len(ahead) < len("[t]") or ahead[0] + ahead[2] != "[]" or ahead[1] not in [*letters]:
            return False
        del self.tokens[-len(ahead) :]
        return True

    def take_brace(self) -> None:
        """Take the brace that an argument begins with, and white space before it.

        Raises:
            NotUnderstoodError: something else comes.
        """
        self.skip_spaces()
        if self.take() != "{":
            raise NotUnderstoodError

    def words(self) -> str:
        """Read an argument that holds text, not mathematics."""
        self.take_brace()
        words = self.words_before("}")
        self.take()
        return words

    def words_before(self, *ends: str) -> str:
        """Read text up to one of the tokens `ends`, which is left."""
        parts = []
        while self.peek() not in ends:
            part = self.take()
            if part in ("{", "$", "}") or (part[0] == "\\" and part not in _WORD_SIGNS):
                raise NotUnderstoodError
            parts.append(" " if part.isspace() else _WORD_SIGNS.get(part, part))
        return "".join(parts)

    def source(self) -> str:
        """Read an argument as it is written."""
        self.take_brace()
        parts, depth = [], 1
        while depth:
            parts.append(self.take())
            depth += {"{": 1, "}": -1}.get(parts[-1], 0)
        return "".join(parts[:-1])
