"""Texts for the tests of live Markdown: the corpus, and strategies that make worse ones."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from mimo_cli.markdown.blocks import Parser
from mimo_cli.markdown.engine import Engine
from mimo_cli.markdown.styled_rows import row_text
from support.folders import CORPUS

if TYPE_CHECKING:
    from mimo_cli.markdown.styled_rows import Row

EXAMPLES: list[str] = json.loads((CORPUS / "commonmark.json").read_text(encoding="utf-8"))
ANSWERS = {path.stem: path.read_text(encoding="utf-8") for path in (CORPUS / "answers").iterdir()}

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"

quick = settings(
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

_WORDS = [
    *"`*_-+#>|~[]()<\\a\n\n\n\t ",
    *(
        "1.",
        "10) ",
        "- ",
        "* ",
        "+ ",
        "> ",
        "# ",
        "## ",
        "\n##",
        "字",
        "    ",
        "\n\n",
        "\n\n",
        "***",
        "---",
        "===",
    ),
    *(
        "```",
        "```py\n",
        "~~~",
        "\n```\n",
        "\n```md\n",
        "\n```sh\n",
        "| a | b |\n",
        "|--|:-:|\n",
        "| 1 | 2 | 3 |\n",
        "`` ` ``",
    ),
    *(
        "b c",
        "中文，",
        "\u3000\u3000",
        "\n\u3000",
        "「字」",
        FAMILY,
        "\u2764\ufe0f",
        "e\u0301",
        "![",
        "](u)",
        '[l](u "t")',
        "**b**",
    ),
    *("**「", "」**", "**“", "”**", "：**", "*（", "）*", "~~《", "한", "，", "。"),
    *("<br>", "<br/>\n", "<sub>2</sub>", '<img src="a*b">', "<!--", "-->", "> [!NOTE]\n"),
    *("<pre>", "</pre>", "\n<script>\n", "\n</script>\n"),
    *("[^1]: ", "\n[^1]: ", "\n[^2]:\n", "\n\n    b", "a\tb", "\n字\tb\t", "\n##\u3000"),
    *("3*4=12，", "*.py和", "苹果*2", "第1", "章", "2**10", "ก", "ำ", "한국"),
    *("$$", "$", "\n$$\n", "\n\\[\n", "\\]", "\n\\begin{a}", "\\end{a}", "x^2_1 ", "\\\\"),
    *("[a](b) ", "[a](", "[a", "![![", "`a`](b)](b)", "[`a]` ", "]<b c='", "<![CDATA[", "<a "),
    *("*a ", "a *", "_a ", "1*2*3*4字", "「「", "““", "(((", "\\(a", "字|", "\u200d", "&amp"),
    *("&amp;", "&#10;", "&#x1b;", "/*", "*/", '"""', "- [ ] ", "- [x] t", "<b>", "\r", "\x1b[2J"),
]

fragments = st.lists(st.sampled_from(_WORDS), max_size=30).map("".join)
examples = st.lists(st.sampled_from(EXAMPLES), min_size=1, max_size=3).map("".join)


def _inside(text: str, container: str) -> str:
    first, rest = {"": ("", ""), ">": ("> ", "> "), "-": ("- ", "  "), "1": ("7. ", "   ")}[
        container
    ]
    return first + text.replace("\n", "\n" + rest)


texts = st.builds(_inside, fragments | examples, st.sampled_from(["", "", ">", "-", "1"]))
"""Markdown of any kind, some of it inside of a container."""

chunk_sizes = st.lists(st.sampled_from([1, 1, 2, 3, 5, 8, 30]), min_size=1, max_size=12)
"""How a text is cut: these sizes, again and again."""


def chunks(text: str, sizes: list[int]) -> list[str]:
    """The text in pieces."""
    pieces = []
    at = turn = 0
    while at < len(text):
        size = sizes[turn % len(sizes)]
        pieces.append(text[at : at + size])
        at, turn = at + size, turn + 1
    return pieces


def oneshot(text: str, columns: int, *, math: bool = True) -> list[Row]:
    """The rows of a text that comes whole."""
    engine = Engine(columns, math=math)
    engine.feed(text)
    return engine.finish()


def streamed(text: str, columns: int, sizes: list[int], paints: list[bool]) -> list[Row]:
    """The rows of a text that comes in pieces, painted now and then."""
    engine = Engine(columns)
    rows: list[Row] = []
    for turn, piece in enumerate(chunks(text, sizes)):
        engine.feed(piece)
        if paints[turn % len(paints)]:
            rows += engine.commit()
            engine.live()
    return rows + engine.finish()


def early(engine: Engine, text: str, sizes: list[int], columns: int | None = None) -> list[Row]:
    """The rows that are out before a text ends that comes in pieces; `finish` gives the others.

    With `columns` the terminal is said to be that wide after each piece.
    """
    rows: list[Row] = []
    for piece in chunks(text, sizes):
        engine.feed(piece)
        rows += engine.commit()
        if columns is not None:
            engine.resize(columns)
    return rows


def work(text: str, size: int, most: int | None = None) -> tuple[int, int]:
    """How many characters are parsed for the first half of a text, and for all of it.

    It comes in pieces, with so many live rows wanted after each.
    """
    engine = Engine(80, highlight=False)
    half = 0
    for number, piece in enumerate(pieces := chunks(text, [size])):
        engine.feed(piece)
        engine.commit()
        engine.live(most)
        if number == len(pieces) // 2:
            half = engine.parsed
    engine.finish()
    return half, engine.parsed


def shown(text: str, columns: int = 80, *, math: bool = True) -> list[str]:
    """The rows without their styles."""
    return [row_text(row) for row in oneshot(text, columns, math=math)]


def marked(text: str) -> str:
    """The rows of a text, with brackets around what is strong, emphasised, struck."""
    tokens = Parser().parse_inline(text)
    marks = {
        f"{kind}_{end}": mark
        for kind, pair in (("strong", "⟦⟧"), ("em", "⟨⟩"), ("s", "⦃⦄"))
        for end, mark in zip(("open", "close"), pair, strict=True)
    }
    return "".join(marks.get(token.type, token.content) for token in tokens)
