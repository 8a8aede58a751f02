"""HTML as readable text, in its process too; and HTML that is made to cost."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from support.interrupting import interrupted_after

from mimo_cli.attachments.web import reader_process
from mimo_cli.attachments.web.html.soup import parse
from mimo_cli.attachments.web.readable import Readable, read
from mimo_cli.attachments.web.reader_process import Cost, TooCostlyError

URL = "https://example.org/docs/page.html"
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such limit")
LONG = "These words are the page. " * 10


def text(html: str) -> str:
    return read(html, URL).text


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<dl><dt>a<a class=headerlink href=#a>¶</a><dd>b</dl>", "a\n:   b"),
        ("<div>Listing 1<a href=#l>¶</a></div>", "Listing 1"),
        ("<h2>A<a class=hash-link href=#a>\u200b</a></h2>", "## A"),
        (
            "<h3>F<a>#</a></h3>See <a href=/issues>#</a>1",
            "### F#\n\nSee [#](https://example.org/issues)1",
        ),
        ("<ol><li>a<li value=7>b<li>c</ol>", "1. a\n7. b\n8. c"),
        ("<ol reversed><li>a<li>b</ol>", "2. a\n1. b"),
        ("<ol reversed start=9><li>a<li>b</ol>", "9. a\n8. b"),
        ("<ol type=a start=26><li>a<li>b</ol>", "z. a\naa. b"),
        ("<ol style='list-style-type: upper-roman' start=4><li>a<li>b</ol>", "IV. a\nV. b"),
        ("<ol type=A start=0><li>a<li type=1>b<li type=i>c</ol>", "0. a\n1. b\nii. c"),
        ("<ol start=99999999999><li data-mark=9>a</ol><li data-mark=9>b", "1. a\n\n- b"),
        (
            "<ol><div><li>a</li><li>b</li></div><ul><li>c</ul><li>d</ol>",
            "1. a\n2. b\n\n- c\n\n3. d",
        ),
        ("<listing>a\n  b</listing><xmp>c\n  d</xmp>", "```\na\n  b\n```\n\n```\nc\n  d\n```"),
        ("<xmp>c\n  <b>d</b>&lt;<!-- e --></xmp>", "```\nc\n  <b>d</b>&lt;<!-- e -->\n```"),
        ("<xmp>c", "```\nc\n```"),
        ("<p>a <b x='c'", "a <b x='c'"),
        ("<p>a</p", "a</p"),
        ("<p>a<!-- <b c", "a<!-- <b c"),
        ("<menu><li>a<li>b</menu>", "- a\n- b"),
        ("<center>a</center><center>b</center>", "a\n\nb"),
        ("<ruby>a<rt>b</rt></ruby> <ruby>c<rp>(</rp><rt>d</rt><rp>)</rp></ruby>", "a(b) c(d)"),
        ("<ruby>a<rt>b<rt></ruby>", "a(b)"),
        ("a <img src=x> b <i><svg></svg></i> c <!-- d --> e", "a b c e"),
        ("<pre>a <b hidden>b</b>\n  c</pre>", "```\na\n  c\n```"),
        ("<h1>A</h1><p>b</p><h2>C</h2>d", "# A\n\nb\n\n## C\n\nd"),
        ("<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>", "- a\n  - b\n- c"),
        ("<ol start=3><li>a<li>b</ol>", "3. a\n4. b"),
        ("<p>a<p>b<div>c</div>", "a\n\nb\n\nc"),
        ("<dl><dt>a<dd>b<dt>c<dd>d</dl>", "a\n:   b\n\nc\n:   d"),
        ("<b>a</b> <i>b</i> <code>c_d*</code> e_f*", "**a** *b* `c_d*` e_f*"),
        ("a<br>b<hr>c", "a  \nb\n\n---\n\nc"),
        ("<blockquote>a</blockquote>", "> a"),
        ("<a href=x.html>a</a>", "[a](https://example.org/docs/x.html)"),
        ("<a href='//b.org/?c&amp;d'>a</a>", "[a](https://b.org/?c&d)"),
        ("<a href=#x>a</a>, <a href=javascript:x()>b</a>, <a>c</a>", "a, b, c"),
        ("<a href=http://[bad>a</a>", "a"),
        ("<base href=/other/><a href=x>a</a>", "[a](https://example.org/other/x)"),
        ("<h2>A <a class=headerlink href=https://b.org>¶</a></h2>", "## A"),
        ("<img src=a.png alt='A  cat'><img src=b.png>c", "![A cat]c"),
        ("<pre><code class=language-python>a\n  b</code></pre>", "```python\na\n  b\n```"),
        ("<div class='highlight-sh notranslate'><pre>a</pre></div>", "```sh\na\n```"),
        ("<pre>a</pre>", "```\na\n```"),
        (
            "<table><tr><th>a<th>b<tr><td>1<td>2</table>",
            "| a | b |\n| --- | --- |\n| 1 | 2 |",
        ),
        (
            "2<sup>10</sup> x<sub>1</sub><sup>2</sup> m<sup>-1</sup> H<sub>2</sub>O",
            "2^10 x_1^2 m^-1 H_2O",
        ),
        (
            "log<sub>2</sub>8 2<sup>3</sup>4 <span>a<sub>1</sub></span>b x<sub>i</sub><var>y</var>",
            "log_(2)8 2^(3)4 a_(1)b x_(i)y",
        ),
        (
            "H<sub>2</sub>SO<sub>4</sub> CO<sub>2</sub>e x<sub>1</sub><b>y</b>",
            "H_2SO_4 CO_(2)e x_1**y**",
        ),
        ("x<sub>1</sub><sup>st</sup> 2<sup>3</sup>, 2<sup>3</sup><i>x</i>", "x_(1)st 2^3, 2^3*x*"),
        (
            "2<sup>2n</sup> a<sub>2n</sub> x<sub>ij</sub> y<sup>1.5</sup>",
            "2^(2n) a_(2n) x_(ij) y^1.5",
        ),
        ("Ca<sup>2+</sup> x<sup>−k</sup> f<sup>′</sup> y<sup>1.5</sup>", "Ca^(2+) x^−k f^′ y^1.5"),
        ("4<sup>1</sup>⁄<sub>2</sub> or <sup>3</sup>/<sub>4</sub> in", "4 1/2 or 3/4 in"),
        ("4<span><sup>1</sup>&frasl;<sub>2</sub></span>", "4 1/2"),
        ("4 <sup>1</sup><span>⁄</span><sub>2</sub>, x<sup>1</sup>/<sub>2</sub>", "4 1/2, x^1/_2"),
        ("<pre>4<sup>1</sup>⁄<sub>2</sub></pre>", "```\n4 1/2\n```"),
        ("a<sup>n + 1</sup> b<sub></sub><sup> </sup>", "a^(n + 1) b"),
        ("<code>a<sup>2</sup></code><pre>b<sup>2</sup></pre>", "`a^2`\n\n```\nb^2\n```"),
        ("a<sup><a href=#n1>[1]</a></sup> b<sup><a href=#n2>2</a></sup>", "a[1] b[2]"),
        ("a<a href=#n1><sup>1</sup></a> the 1<sup>st</sup>", "a[1] the 1st"),
        ("<h2>A</h2><span class=mw-editsection>[<a href=x>edit</a>]</span>", "## A"),
        (
            "<div id=p-lang-btn>60 languages</div><li class='x interlanguage-link'>Deutsch</li>a",
            "a",
        ),
        ("<nav>menu</nav><style>s</style><script>t</script>a<noscript>u</noscript>", "a"),
        ("<p hidden>a</p><p aria-hidden=true>b</p><p style='color:red;display: none'>c</p>d", "d"),
        ("<header>a</header><p>b</p><aside>c</aside><footer>d</footer>", "b"),
        (f"around<main>{LONG.strip()}<aside>note</aside></main>around", f"{LONG.strip()}\n\nnote"),
        (f"around<div role=main>{LONG}</div>around", LONG.strip()),
        (f"around<article>{LONG}</article>around", LONG.strip()),
        ("<article>a</article><article>b</article>", "a\n\nb"),
        ("<main>short</main>all", "short\n\nall"),
        ("<!-- a --><?b?><![CDATA[c]]><p>d", "d"),
        ("a<!-->b<!--->c<!-- d --!>e<!---->f<!----!>g", "abcefg"),
        ("a<!-- b -- > c -->d<!-- e -- f -->g<!-- <!-- h -->i", "adgi"),
        ("a<script>'<!-->'</script>b<style>/*<!--*/</style>c<title>d", "# d\n\nabc"),
        ("a<b title='<!-- x'>b</b><!-- c -->d", "a**b**d"),
        ("a<script>b", "a"),
        ("&lt;a&gt; &#x5929; &#xD800; &", "<a> 天 \N{REPLACEMENT CHARACTER} &"),
        ("&bogus; &amp;c; &copy; &x", "&bogus; &c; © &x"),
        (
            "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'><!ENTITY y 'z'>]><p>&x;&y;",
            "&x;&y;",
        ),
        ("<!DOCTYPE a [<p>b", "b"),
        ("", ""),
        ("just words", "just words"),
        ("page.html", "page.html"),
    ],
)
def test_what_a_page_says_is_kept_as_markdown(html: str, expected: str) -> None:
    assert text(html) == expected


@pytest.mark.parametrize(
    ("html", "title", "begin"),
    [
        ("<title> A \n b </title><p>c", "A b", "# A b\n\nc"),
        ("<title>A</title><h1>B</h1>c", "A", "# B\n\nc"),
        ("<h1>B</h1>c", "B", "# B\n\nc"),
        ("<title>A</title>", "A", ""),
        (f"<title>{'a' * 1000}</title><p>c", "a" * 300, "# aaa"),
    ],
)
def test_the_title_stands_above_the_text(html: str, title: str, begin: str) -> None:
    found = read(html, URL)
    assert found.title == title
    assert found.text.startswith(begin)


@pytest.mark.parametrize(
    ("html", "is_scripted"),
    [
        ("<script>a</script><p>Loading", True),
        ("<p>Loading", False),
        (f"<script>a</script><p>{LONG}", False),
        ("<script src=a></script><p>正在加载", True),
        (f"<script src=a></script><p>{'天' * 70}", False),
        (f"<script src=a></script><main>{'天' * 70}</main>around", False),
        (
            "<script src=a></script><p>We have moved to another street. Our new door is green.",
            False,
        ),
        (f"<script>{'a' * 9000}</script><p>We have moved. Our new door is the one in green.", True),
        ("<script type=math/tex>x^2</script><p>is it.", False),
    ],
)
def test_a_page_that_is_all_scripts_is_told(html: str, *, is_scripted: bool) -> None:
    assert read(html, URL).is_scripted is is_scripted


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=60, deadline=None)
@example("<title><?<p>")
@given(
    st.lists(
        st.sampled_from(
            [
                *(
                    "<p>",
                    "</p>",
                    "<li>",
                    "<ul>",
                    "</ul>",
                    "<table>",
                    "<td colspan=x>",
                    "<tr>",
                    "</td>",
                ),
                *("<a href=>", "</a>", "<pre>", "<main>", "<!--", "-->", "<![CDATA[", "<?", "</"),
                *(
                    "<math>",
                    "</math>",
                    "<math alttext=x>",
                    "<msup>",
                    "<mroot>",
                    "<msubsup>",
                    "<mi>",
                ),
                *("<sup>", "</sup>", "<sub>", "<br>", "<div class=line>", "<span class=katex>"),
                *("<script type=math/tex>", "</script>", "<td class=ln>1", "<td rowspan=2>"),
                *("<th colspan=3>", "<caption>", "<tbody>", "<table role=none>", "</table>", "1"),
                *("<ol start=-x>", "&#", "\0", "x", " ", "<img alt>", "<title>", "<base href=[>"),
            ]
        )
    ).map("".join)
)
def test_no_page_is_too_broken_to_be_read(html: str) -> None:
    assert isinstance(read(html, URL), Readable)


def test_a_page_is_read_in_a_process_that_knows_no_secret(tmp_path: Path) -> None:
    (tmp_path / "bs4.py").write_text("raise SystemExit(1)")
    before = Path.cwd()
    os.chdir(tmp_path)  # what lies there is not imported
    try:
        found = reader_process.read("<title>天</title><p>a", URL, Cost(), {"MIMO_API_KEY": "x"})
    finally:
        os.chdir(before)
    assert found == Readable("天", "# 天\n\na", is_scripted=False)


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 100_000 + "x",
        "<ul><li>" * 1_000 + "x",
        "<blockquote>" * 20_000 + "x",
        "<table><tr><td>" * 1_000 + "x",
        f"<p title='{'a' * 10_000_000}'>x",
        "<b x=1><p>" * 2_000 + "x",
    ],
    ids=["divisions", "lists", "quotes", "tables", "attribute", "unclosed"],
)
def test_a_page_that_is_deep_or_wide_is_read_all_the_same(html: str) -> None:
    found = reader_process.read(html, URL, Cost(), {})
    assert found.text.rstrip("*| -\n").endswith("x")


@pytest.mark.parametrize(
    ("html", "cost"),
    [
        ("<!--" * 1_000_000, Cost(seconds=0.5)),
        pytest.param("<p>a" * 40_000, Cost(memory=68 << 20), marks=LINUX),
        (f"<a href=https://b.org/{'a' * 10_000_000}>b</a>", Cost()),
    ],
    ids=["time", "memory", "text"],
)
@pytest.mark.untraced
def test_a_page_that_takes_too_much_is_given_up(html: str, cost: Cost) -> None:
    with pytest.raises(TooCostlyError):
        reader_process.read(html, URL, cost, {})


@pytest.mark.parametrize(
    "html",
    [
        "<p>" + "<i></i> " * 6_000,
        "Line of text <a name=p></a><br>\n" * 3_000,
        "<h2>" + "<button class=copy>a</button>x" * 3_000,
        "<header>" * 150 + "<h2>a</h2>" + "<a>b</a> c " * 1_500,
        "<xmp x='" * 100_000,
        "<a x='>'" * 12_000,
    ],
    ids=["icons", "anchors", "buttons", "headers", "unclosed", "quoted"],
)
@pytest.mark.untraced
def test_many_that_are_gone_in_one_parent_take_no_square_of_their_number(html: str) -> None:
    started = time.process_time()
    read(html, URL)
    assert time.process_time() - started < 3


def test_a_child_is_found_wherever_it_stands() -> None:
    whole = parse("<p>" + "<i></i>" * 9).p
    assert whole is not None
    children = list(whole.children)
    for at in (8, 0, 4, 5, 3, 8, 7, 0):
        assert whole.index(children[at]) == at
    children[8].extract()
    assert whole.index(children[7]) == 7
    with pytest.raises(ValueError, match="i"):
        whole.index(children[8])


def test_reading_can_be_interrupted() -> None:
    started = time.monotonic()
    with interrupted_after(0.7):
        reader_process.read("<!--" * 2_500_000, URL, Cost(), {})
    assert time.monotonic() - started < Cost().seconds / 2


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (
            (
                "<table><tr><th>Input</th><th>Output</th></tr>"
                "<tr><td><pre>3 4\n</pre></td><td><pre>7\n</pre></td></tr></table>"
            ),
            "| Input | Output |\n| --- | --- |\n| `3 4` | `7` |",
        ),
        (
            (
                "<table><tr><th>#</th><th>Item</th><th>Count</th></tr>"
                "<tr><td class='line-number'>1</td><td>Bolt</td><td>3</td></tr></table>"
            ),
            "| # | Item | Count |\n| --- | --- | --- |\n| 1 | Bolt | 3 |",
        ),
        (
            (
                "<table class='highlighttable'><caption>Listing 3</caption><tr><td class='linenos'>"
                "<pre>1</pre></td><td class='code'><pre>sort(x)</pre></td></tr></table>"
            ),
            "Listing 3\n\n```\nsort(x)\n```",
        ),
        (
            "<div class='katex'><p>A word.</p><p>Where <math><mi>x</mi></math> is one.</p></div>",
            "A word.\n\nWhere $x$ is one.",
        ),
        (
            (
                "<p class='katex'><span><math><mi>a</mi></math></span> and "
                "<span><math><mi>b</mi></math></span></p>"
            ),
            "$a$ and $b$",
        ),
        (
            "<p class=katex><b>Law 3.</b> <span><math><mi>x</mi></math></span></p>",
            "**Law 3.** $x$",
        ),
        (
            "<table><tr><th>a<th>b<tr><td>c<td class=katex><math><mi>x</mi></math></table>",
            "| a | b |\n| --- | --- |\n| c | $x$ |",
        ),
        (
            "<div class=MathJax>A <script type='math/tex'>x</script> and more.</div>",
            "A $x$ and more.",
        ),
        (
            "<table><tr><td>a.c<td class=lineno>7<tr><td>b.c<td class=lineno>9</table>",
            "| a.c | 7 |\n| --- | --- |\n| b.c | 9 |",
        ),
        (
            "<table><tr><td class=linenumber>5<td>Shall I<tr><td class=linenumber>10<td>x</table>",
            "| 5 | Shall I |\n| --- | --- |\n| 10 | x |",
        ),
        (
            "<pre>main.c:<span class=line-number>12</span>: error</pre>",
            "```\nmain.c:12: error\n```",
        ),
        (
            "<script type='math/tex'>x</script><div class='MathJax_CHTML'><p>A word.</p></div>",
            "$x$\n\nA word.",
        ),
    ],
)
def test_what_only_looks_like_numbers_of_lines_or_a_formulas_copy_is_kept(
    html: str, expected: str
) -> None:
    assert read(html, "https://example.org/").text == expected
