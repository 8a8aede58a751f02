from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mimo_cli.markdown.fences import Fence, fences, pick


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("no code", [], id="none"),
        pytest.param("", [], id="nothing"),
        pytest.param("```\na\nb\n```", [Fence("", "a\nb")], id="one"),
        pytest.param("```Python title=x\na\n```\n", [Fence("python", "a")], id="language"),
        pytest.param("~~~sh\n```\n~~~", [Fence("sh", "```")], id="tildes"),
        pytest.param("````\n```\nx\n```\n````", [Fence("", "```\nx\n```")], id="a longer fence"),
        pytest.param("```\na\n`````", [Fence("", "a")], id="a longer end"),
        pytest.param("```\na\n``` x\n```", [Fence("", "a\n``` x")], id="an end has no words"),
        pytest.param("``\na\n``", [], id="two are not enough"),
        pytest.param("```a`b\n```\nx\n```", [Fence("", "x")], id="inline code is no fence"),
        pytest.param("~~~a`b\nx\n~~~", [Fence("a`b", "x")], id="after tildes it may stand"),
        pytest.param("```\n```", [Fence("", "")], id="empty"),
        pytest.param(
            "```py\na\nb", [Fence("py", "a\nb", is_closed=False)], id="the text ends within"
        ),
        pytest.param(
            "```py", [Fence("py", "", is_closed=False)], id="the text ends with the fence"
        ),
        pytest.param("```python（示例）\na\n```", [Fence("python", "a")], id="wide brackets"),
        pytest.param("```python(x)\na\n```", [Fence("python", "a")], id="brackets"),
        pytest.param("```文本\na\n```", [Fence("文本", "a")], id="another script"),
        pytest.param("```{.python}\na\n```", [Fence("{.python}", "a")], id="braces"),
        pytest.param("```\r\na\r\n```\r\n", [Fence("", "a")], id="CRLF"),
        pytest.param(
            "```a\n1\n```\ntext\n~~~b\n2\n~~~", [Fence("a", "1"), Fence("b", "2")], id="two"
        ),
        pytest.param("- x\n\n  ```py\n  a\n    b\n  ```", [Fence("py", "a\n  b")], id="in a list"),
        pytest.param("    ```\n    a\n    ```", [Fence("", "a")], id="deep"),
        pytest.param("  ```\n a\nb\n  ```", [Fence("", "a\nb")], id="lines with less indentation"),
        pytest.param(
            "  ```\n> a\n\t> b\n  ```", [Fence("", "> a\n> b")], id="code may begin with >"
        ),
        pytest.param("> ```\n> a\n>\n>  b\n> ```", [Fence("", "a\n\n b")], id="in a quote"),
        pytest.param("> > ```\n> > a\n> > ```", [Fence("", "a")], id="in two quotes"),
        pytest.param(">```\n>a\n>```", [Fence("", "a")], id="in a quote without spaces"),
        pytest.param(
            "```\n  a  \n\n\tb\n```", [Fence("", "  a  \n\n\tb")], id="white space is kept"
        ),
    ],
)
def test_fenced_blocks_are_found(text: str, found: list[Fence]) -> None:
    assert fences(text) == found


PLAN = """```markdown
# Plan
```sh
ls
```
~~~text
```
~~~
> ```md
> ```py
> x
> ```
> ```
Done
```
After
```sh
pwd
```
"""


def test_a_block_of_markdown_holds_fences_of_the_same_length() -> None:
    plan = PLAN.partition("\n")[2].partition("\n```\nAfter")[0]
    assert fences(PLAN.replace("> ", "")) == [
        Fence("markdown", plan.replace("> ", "")),
        Fence("sh", "pwd"),
    ]
    listed = "".join(f"  {line}\n" for line in PLAN.replace("> ", "").split("\n"))
    assert fences("- x\n" + listed)[0] == Fence("markdown", plan.replace("> ", ""))


@pytest.mark.parametrize(
    ("text", "doubts"),
    [
        ("```md\na\n```\nb\n```\nc\n```", [True, False]),
        ("```md\na\n```\nb\n```sh\nc\n```", [False, False]),
        ("```md\na\n```\nb", [False]),
        ("```\na\n```\nb\n```\nc\n```", [False, False]),
        ("````md\n```\na\n```\n````\nb", [False]),
    ],
)
def test_where_a_block_of_markdown_ends_may_be_doubtful(text: str, doubts: list[bool]) -> None:
    assert [fence.is_doubtful for fence in fences(text)] == doubts


def test_other_code_holds_no_blocks() -> None:
    assert fences("```text\n```sh\na\n```\n```")[0] == Fence("text", "```sh\na")


TWO = "```sh\nls\n```\n```Python\n1\n```\n```python\n2\n```"


@pytest.mark.parametrize(
    ("selector", "code"),
    [
        ("", "ls"),
        ("1", "ls"),
        ("2", "1"),
        ("3", "2"),
        ("03", "2"),
        ("0", None),
        ("4", None),
        ("python", "1"),
        ("PYTHON", "1"),
        ("sh", "ls"),
        ("bash", "ls"),
        ("py", "1"),
        ("rust", None),
        ("-1", None),
        ("²", None),
    ],
)
def test_a_block_is_picked_by_number_or_language(selector: str, code: str | None) -> None:
    fence = pick(TWO, selector)
    assert (fence and fence.code) == code


def test_there_is_nothing_to_pick_without_code() -> None:
    assert [pick("text", selector) for selector in ("", "1", "py")] == [None, None, None]


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [" " * 200_000 + "x", "> " * 100_000, "`" * 200_000, "```" + "`x" * 50_000, "```\n" * 50_000],
)
def test_a_strange_text_takes_linear_time(text: str) -> None:
    started = time.process_time()
    fences(text)
    assert time.process_time() - started < 1


@settings(deadline=None, derandomize=True)
@given(
    st.text(st.characters(exclude_characters="`\r\n", exclude_categories=["Cs"])), st.integers(0, 5)
)
def test_any_line_of_code_comes_out_as_it_went_in(line: str, indent: int) -> None:
    space = " " * indent
    fence = pick(f"{space}```\n{space}{line}\n{space}```", "1")
    assert fence == Fence("", line)
