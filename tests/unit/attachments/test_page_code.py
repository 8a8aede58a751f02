"""Blocks of code of pages: all lines as they stand, no numbers, and the language."""

from __future__ import annotations

import pytest

from mimo_cli.attachments.web.readable import read

LINES = "def f(x):\n    return x"
BLOCK = f"```python\n{LINES}\n```"


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        pytest.param(
            "<figure class='highlight python'><table><tr><td class=gutter><pre>"
            "<span class=line>1</span><br><span class=line>2</span><br></pre></td>"
            "<td class=code><pre><span class=line><b>def</b> f(x):</span><br>"
            "<span class=line>    return x</span><br></pre></table></figure>",
            BLOCK,
            id="Hexo",
        ),
        pytest.param(
            "<div class='highlight-python notranslate'><div class=highlight>"
            "<table class=highlighttable><tr><td class=linenos><div class=linenodiv>"
            f"<pre>1\n2</pre></div></td><td class=code><div><pre><span></span>{LINES}\n</pre>"
            "</div></table></div></div>",
            BLOCK,
            id="Pygments",
        ),
        pytest.param(
            "<div class='language-python highlighter-rouge'><div class=highlight>"
            "<pre class=highlight><code><table class=rouge-table><tbody><tr>"
            "<td class='rouge-gutter gl'><pre class=lineno>1\n2\n</pre></td>"
            f"<td class=rouge-code><pre>{LINES}\n</pre></td></tr></tbody></table></code></pre>"
            "</div></div>",
            BLOCK,
            id="Rouge",
        ),
        pytest.param(
            "<table class=highlight data-tagsearch-lang=Python><tr><td class=blob-num "
            "data-line-number=1></td><td class='blob-code js-file-line'><b>def</b> f(x):</td></tr>"
            "<tr><td class=blob-num data-line-number=2></td><td>    return x</td></tr></table>",
            BLOCK,
            id="GitHub",
        ),
        pytest.param(
            "<div class=chroma><table class=lntable><tr><td class=lntd><pre><code>"
            "<span class=lnt>1\n</span><span class=lnt>2\n</span></code></pre></td><td class=lntd>"
            f"<pre><code class=language-python data-lang=python>{LINES}</code></pre></table></div>",
            BLOCK,
            id="Chroma",
        ),
        pytest.param(
            "<div class='syntaxhighlighter python'><table><tr><td class=gutter>"
            "<div class='line number1'>1</div><div class='line number2'>2</div></td><td class=code>"
            "<div class=container><div class=line><code>def f(x):</code></div>"
            "<div class=line><code>\N{NO-BREAK SPACE}   </code><code>return x</code></div></div>"
            "</table></div>",
            BLOCK,
            id="SyntaxHighlighter",
        ),
        pytest.param(
            f"<table><tr><td><pre>1\n2</pre></td><td><pre class=lang-python>{LINES}</pre></table>",
            BLOCK,
            id="numbers without a name",
        ),
        pytest.param(
            "<pre class=language-python><span class=linenos>1</span>def f(x):\n"
            "<span class=linenos>2</span>    return x</pre>",
            BLOCK,
            id="numbers within",
        ),
        pytest.param(
            "<pre class='brush: python; toolbar: false'>def f(x):<br>    return x</pre>",
            BLOCK,
            id="line breaks",
        ),
        pytest.param(
            "<pre><code class='hljs python'><div class=line>def f(x):</div>"
            "<div class=line>    return x</div></code></pre>",
            BLOCK,
            id="divisions",
        ),
        pytest.param(
            f"<pre class='sourceCode python'>{LINES}</pre>".replace("\n", "\r\n"), BLOCK, id="CRLF"
        ),
        pytest.param(
            "<pre><div class=line>a</div><div class=line></div><div class=line>b</div>c</pre>",
            "```\na\n\nb\nc\n```",
            id="an empty line",
        ),
        pytest.param(
            "<pre>0<span class=line>a</span>\n<span class=line>b</span></pre>",
            "```\n0\na\nb\n```",
            id="lines that have their ends",
        ),
        pytest.param("<pre>```\na\n```</pre>", "````\n```\na\n```\n````", id="a fence within"),
        pytest.param("<pre> \n </pre>a", "a", id="nothing in it"),
        pytest.param(
            "<pre>2<sup>10</sup> A<sub>i</sub> <img alt='a  b'><img>\n2<sup>3</sup>4</pre>",
            "```\n2^10 A_i ![a b]\n2^(3)4\n```",
            id="high, low, and a picture",
        ),
        pytest.param(
            "<table><tr><th>a<th>b<tr><td>x<td><pre>if y:\n    z</pre></table>",
            "| a | b |\n| --- | --- |\n| x | `if y:`<br>`    z` |",
            id="far in, in a cell of data",
        ),
        pytest.param(
            "<table><tr><th>a<th>b<tr><td>x<td><pre>if y:\n\t\tz\t1</pre></table>",
            "| a | b |\n| --- | --- |\n| x | `if y:`<br>`\t\tz\t1` |",
            id="far in by tabs, in a cell of data",
        ),
        pytest.param(
            "<table><tr><th>a<th>b<tr><td>x<td><code style='white-space: pre'>if y:\n    z</code>"
            "</table>",
            "| a | b |\n| --- | --- |\n| x | `if y:`<br>`    z` |",
            id="far in by a style, in a cell of data",
        ),
        pytest.param(
            "<table><tr><th>a<th>b<tr><td>x<td><code>if  y:<br>\n &nbsp; z</code></table>",
            "| a | b |\n| --- | --- |\n| x | `if y:`<br>`  z` |",
            id="with line breaks, in a cell of data",
        ),
        pytest.param(
            "<code style='display:block; white-space:pre-wrap'>a\n  b</code>",
            "```\na\n  b\n```",
            id="a block by its style",
        ),
        pytest.param(
            "<code style='white-space:pre'>a  b</code> <code style='color:red'>a\nb</code>",
            "`a b` `a\nb`",
            id="in a line, with a style",
        ),
        pytest.param(
            "<table><tr><th>a<tr><td>x<td><pre>b `c`\n\n|</pre></table>",
            "| a |  |\n| --- | --- |\n| x | `` b `c` ``<br><br>`\\|` |",
            id="in a cell of data",
        ),
        pytest.param(
            "<table><tr><td class=gutter></td><td>words</td></tr><tr><td>a<td>b</table>",
            "|  | words |\n| --- | --- |\n| a | b |",
            id="a gutter of a layout",
        ),
        pytest.param(
            "<table><tr><td class=ln>1<td></table>", "| 1 |  |\n| --- | --- |", id="no code in it"
        ),
        pytest.param(
            "<table><tr><td><pre></pre><td><pre>a</pre></table>", "```\na\n```", id="none counted"
        ),
    ],
)
def test_code_keeps_its_lines_and_loses_their_numbers(html: str, expected: str) -> None:
    assert read(html, "https://example.org").text == expected


@pytest.mark.parametrize(
    ("around", "own", "language"),
    [
        ("", "lang-py s-code-block", "py"),
        ("", "language-objective-c", "objective-c"),
        ("highlight highlight-source-shell notranslate", "", "shell"),
        ("mw-highlight mw-highlight-lang-python mw-content-ltr", "", "python"),
        ("language-bash codeBlockContainer", "prism-code", "bash"),
        ("", "brush:c++", "c++"),
        ("", "highlight", ""),
        ("highlight-default notranslate", "", ""),
        ("highlight chroma", "", ""),
        ("a-language-b", "", ""),
    ],
)
def test_the_language_of_code_is_in_its_classes(around: str, own: str, language: str) -> None:
    html = f"<div class='{around}'><pre class='{own}'>a</pre></div>"
    assert read(html, "https://example.org").text == f"```{language}\na\n```"


def test_code_in_tables_within_one_another_is_sent_once() -> None:
    html = "<table><tr><td class=ln>1<td>" * 20 + "code"
    assert read(html, "https://example.org").text.count("code") == 1
