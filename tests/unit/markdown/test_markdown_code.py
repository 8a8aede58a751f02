"""Code in colours, line by line, against the same code in one piece."""

from __future__ import annotations

from typing import Any

import pytest
from pygments.lexer import RegexLexer, default
from pygments.lexers import get_lexer_by_name
from pygments.token import Keyword, Name, Text
from rich.text import Span

from mimo_cli.markdown.highlight import LINE_LIMIT, START, Highlighter, State, highlighter
from mimo_cli.markdown.styled_rows import row_text

SOURCES = {
    "python": '@deco\ndef f(x: int) -> str:\n    s = """a\nb"""\n    return f"{x!r}"  # c\n',
    "javascript": "/* a\n b */\nconst x = `t ${a + 1}\n more`;\nlet r = /[/*]/.test(a); // c\n",
    "typescript": "/** doc\n * @x\n */\nexport const f = <T,>(a: T): T => a;\n",
    "c": '#include <stdio.h>\n/* a\n b */ int main(void) {\n  printf("/*"); /* c */ return 0;\n}\n',
    "cpp": "/* a\n b */\ntemplate <class T> std::vector<T> f() { return {}; }\n",
    "java": "/**\n * doc\n */\npublic class A { @Override public int f() { return 1; } }\n",
    "go": 'package main\n\n/* a\n*/\nvar s = `raw\nx`\nfunc main() { fmt.Println("x") }\n',
    "rust": "/* a /* n */\n */\nfn main() { let x: Vec<u8> = vec![1]; }\n",
    "css": "/* a\n b */\na:hover { color: #fff; }\n@media (x) { b { c: d } }\n",
    "sql": "-- c\n/* a\n b */\nSELECT a FROM t WHERE x = 'y';\n",
    "bash": 'for f in /tmp/*; do\n  echo "$f" `date`\ndone\n',
    "json": '{\n  "a": [1, 2.5, true],\n  "b": null\n}\n',
    "html": '<!-- a\n b -->\n<div class="x">hi</div>\n',
    "diff": "--- a\n+++ b\n@@ -1 +1 @@\n-x\n+y\n",
    "toml": '[a]\nb = 1\nc = """\nx\n"""\n',
    "console": "$ ls\na b\n$ pwd\n",
}


def by_letter(tokens: Any) -> list[tuple[str, str]]:
    letters = [(letter, str(kind)) for kind, text in tokens for letter in text]
    return [(letter, kind) for letter, kind in letters if not letter.isspace()]


@pytest.mark.slow
@pytest.mark.parametrize("language", sorted(SOURCES))
def test_code_line_by_line_has_the_colours_of_the_whole(language: str) -> None:
    source = SOURCES[language]
    lexer = highlighter(language)
    assert lexer is not None
    state = START
    tokens: list[tuple[str, str]] = []
    for line in source.splitlines():
        row, state = lexer.line(line, state)
        assert row_text(row) == line
        tokens += [(str(span.style), line[span.start : span.end]) for span in row.spans]
    whole = get_lexer_by_name(language).get_tokens_unprocessed(source)
    assert by_letter(tokens) == by_letter((kind, text) for _, kind, text in whole)


@pytest.mark.parametrize("label", ["", "text", "no-such-language", "{.no-such}"])
def test_an_unknown_language_has_no_colours(label: str) -> None:
    assert highlighter(label) is None


@pytest.mark.parametrize(
    "label",
    ["python title=x", "{.python}", "Python,ignore", "py:main.py", "python（示例）", "Python(a)"],
)
def test_a_language_is_found_in_a_longer_label(label: str) -> None:
    lexer = highlighter(label)
    assert lexer is not None
    assert lexer.line("def", START)[0].spans == [Span(0, 3, "Token.Keyword")]


def test_a_very_long_line_stays_plain() -> None:
    lexer = highlighter("python")
    assert lexer is not None
    line = "x = 1; " * LINE_LIMIT
    assert lexer.line(line, START)[0].spans == []


def fail(*_: object) -> None:
    raise ArithmeticError


class Fails(RegexLexer):  # type: ignore[misc] # Pygments has no types
    """A lexer with a mistake in it."""

    tokens = {  # noqa: RUF012 - as Pygments wants it
        "root": [(r"bad", fail), (r"\w+", Name), (r" ", Text)]
    }


class Moves(RegexLexer):  # type: ignore[misc] # Pygments has no types
    """A lexer with every kind of move between its states."""

    tokens = {  # noqa: RUF012 - as Pygments wants it
        "root": [
            (r"in", Keyword, ("a", "#push", "b")),
            (r"again", Keyword, "#push"),
            (r"out", Keyword, "#pop"),
            (r"c", Keyword, "c"),
            (r"\n", Text),
        ],
        "c": [default("#pop")],
        "a": [(r"up", Keyword, "#pop:2"), (r"\n", Text)],
        "b": [(r"\n", Text), (r"down", Keyword, ("#pop", "#pop")), (r"all", Keyword, "#pop:9")],
    }


def test_a_lexer_that_fails_costs_the_colours_and_not_the_line() -> None:
    lexer = Highlighter(Fails())
    row, state = lexer.line("so bad", State(("root", "root")))
    assert (row.plain, row.spans) == ("so bad", [])
    assert state == START


@pytest.mark.parametrize(
    ("line", "stack"),
    [
        ("in", ("root", "a", "a", "b")),
        ("indown", ("root", "a")),
        ("indownup", ("root",)),
        ("inall", ("root",)),
        ("again", ("root", "root")),
        ("out", ("root",)),
        ("againout", ("root",)),
        ("c", ("root",)),
        ("c?", ("root",)),
    ],
)
def test_the_state_at_a_lines_end_is_that_of_the_lexer(line: str, stack: tuple[str, ...]) -> None:
    lexer = Highlighter(Moves())
    row, state = lexer.line(line, START)
    assert row_text(row) == line
    assert state.stack == stack
