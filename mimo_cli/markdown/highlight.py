"""Source code, line by line, in the colours of Pygments, with the state carried across lines.

A line's colours depend on the lines before it alone, so code that streams in and code that is
rendered in one go look the same. Pygments offers no way to stop and resume, so a short loop walks
its rule tables (`_tokens`, stable for many years; the dependency is pinned below 3, and lexers
without such tables are run on each line alone).
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from rich.text import Span, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mimo_cli.markdown.styled_rows import Row

LINE_LIMIT = 4_000
"""Longer lines stay plain: some lexers take quadratic time."""

_PLAIN = frozenset({"", "text", "txt", "plain", "plaintext", "none", "output", "console-output"})
_OPAQUE = ("Token.Comment", "Token.Literal.String")
_LONG = (("/*", "*/"), ("<!--", "-->"), ('"""', '"""'), ("'''", "'''"), ("`", "`"))


class State(NamedTuple):
    """Where a lexer stands between two lines: its stack, or inside a long comment or string."""

    stack: tuple[str, ...] = ("root",)
    closer: str = ""
    role: str = ""


START = State()


class Highlighter:
    """One language."""

    def __init__(self, lexer: Any) -> None:
        self._lexer = lexer
        self._resumes = hasattr(lexer, "_tokens") and _is_plain_regex_lexer(lexer)
        self._long: tuple[tuple[str, str, str], ...] = ()
        if self._resumes:
            self._long = tuple(self._long_tokens())

    def line(self, text: str, state: State) -> tuple[Row, State]:
        """Return one line without its newline as a row, and the state at its end."""
        if len(text) > LINE_LIMIT:
            return _row([("", text)]), state
        try:
            return self._line(text, state)
        except Exception:  # noqa: BLE001 - a lexer's mistake costs the colours, not the answer
            return _row([("", text)]), START

    def _line(self, text: str, state: State) -> tuple[Row, State]:
        if not self._resumes:
            return _row(list(self._lex_alone(text))), state
        head: list[tuple[str, str]] = []
        if state.closer:
            end = text.find(state.closer)
            if end < 0:
                return _row([(state.role, text)]), state
            end += len(state.closer)
            head, text = [(state.role, text[:end])], text[end:]
        tokens, state = self._resume(text, state.stack)
        return _row(head + tokens), state

    def _resume(self, text: str, stack: tuple[str, ...]) -> tuple[list[tuple[str, str]], State]:
        states = list(stack)
        tokens = list(_lex(self._lexer, text + "\n", states))
        for opener, closer, role in self._long:
            at = _unclosed_at(tokens, opener, closer, role)
            if at >= 0:
                states = list(stack)
                tokens = list(_lex(self._lexer, text[:at], states))
                return [*tokens, (role, text[at:])], State(tuple(states), closer, role)
        return tokens, State(tuple(states))

    def _lex_alone(self, text: str) -> Iterator[tuple[str, str]]:
        for _, kind, part in self._lexer.get_tokens_unprocessed(text + "\n"):
            yield _role(kind), part

    def _long_tokens(self) -> Iterator[tuple[str, str, str]]:
        """Yield comments and strings over several lines that this lexer only knows as a whole."""
        for opener, closer in _LONG:
            probe = [opener, "x y", closer]
            whole = [role for role, part in self._lex_alone("\n".join(probe)) if "x y" in part]
            if whole and whole[0].startswith(_OPAQUE):
                states = ["root"]
                first = list(_lex(self._lexer, opener + "\n", states))
                if states == ["root"] and first:
                    yield opener, closer, whole[0]


@lru_cache(maxsize=32)
def highlighter(label: str) -> Highlighter | None:
    """Return the highlighter for a code block's info string, None for an unknown language.

    The first call for a language imports and compiles its lexer: some 5 to 40 ms.
    """
    name = re.split(r"[\s,{}:()]|[^\x00-\x7f]", label.strip().lstrip("{").removeprefix("."))[
        0
    ].lower()
    if name in _PLAIN:
        return None
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        return Highlighter(get_lexer_by_name(name))
    except ClassNotFound:
        return None


def _is_plain_regex_lexer(lexer: Any) -> bool:
    from pygments.lexer import ExtendedRegexLexer, RegexLexer

    return isinstance(lexer, RegexLexer) and not isinstance(lexer, ExtendedRegexLexer)


def _unclosed_at(tokens: list[tuple[str, str]], opener: str, closer: str, kind: str) -> int:
    """Return where a long comment or string begins that the line does not end, or -1."""
    text = "".join(part for _, part in tokens)
    at = text.find(opener)
    start = 0
    for role, part in tokens:
        end = start + len(part)
        while start <= at < end:
            begun = role == kind and at == start and closer not in part[len(opener) :]
            if begun or not role.startswith(_OPAQUE):
                return at
            at = text.find(opener, at + 1)
        start = end
    return -1


def _row(tokens: list[tuple[str, str]]) -> Row:
    """Return tokens as a row. Blanks have no role of their own: nobody would see it."""
    text = "".join(part for _, part in tokens).rstrip("\n")
    spans: list[Span] = []
    at = 0
    for role, part in tokens:
        start, at = at, at + len(part)
        if not (role and part.strip()):
            continue
        if spans and spans[-1].style == role and not text[spans[-1].end : start].strip():
            start = spans.pop().start
        spans.append(Span(start, min(at, len(text)), role))
    return Text(text, spans=spans)


def _lex(lexer: Any, text: str, states: list[str]) -> Iterator[tuple[str, str]]:
    """Lex one line as `RegexLexer.get_tokens_unprocessed` does; leave the stack in `states`."""
    rules = lexer._tokens  # noqa: SLF001 - see the module's docstring
    at = 0
    while at < len(text):
        for match_at, action, target in rules[states[-1]]:
            if match := match_at(text, at):
                yield from _tokens_of(lexer, action, match)
                at = match.end()
                _move(states, target)
                break
        else:
            if text[at] == "\n":
                states[:] = ["root"]
            yield "Token.Error", text[at]
            at += 1


@cache
def _role(kind: Any) -> str:
    """Return the name of a type of token: one object for all rows, which may be many."""
    return str(kind)


def _tokens_of(lexer: Any, action: Any, match: re.Match[str]) -> Iterator[tuple[str, str]]:
    if action is None:
        return
    if isinstance(action, tuple):  # a token type is a tuple of names
        yield _role(action), match[0]
    else:
        for _, kind, part in action(lexer, match):
            yield _role(kind), part


def _move(states: list[str], target: Any) -> None:
    if target is None:
        return
    if isinstance(target, int):
        del states[max(1, len(states) + target) :]
        return
    for name in target if isinstance(target, tuple) else (target,):
        if name == "#pop":
            if len(states) > 1:
                states.pop()
        elif name == "#push":
            states.append(states[-1])
        else:
            states.append(name)
