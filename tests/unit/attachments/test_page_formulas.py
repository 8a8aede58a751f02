"""Formulas of pages, in each of the ways that sites have them, as TeX."""

from __future__ import annotations

import pytest

from mimo_cli.attachments.web.readable import read

NOTE = r"<annotation encoding='application/x-tex'>\frac{x}{2}</annotation>"
MATHML = f"<math><semantics><mfrac><mi>x</mi><mn>2</mn></mfrac>{NOTE}</semantics></math>"
ALT = r"{\displaystyle O(n^{2})}"


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        pytest.param(
            f"a <span class=mwe-math-element><span style='display: none'><math alttext='{ALT}'>"
            f"<mi>O</mi></math></span><img aria-hidden=true alt='{ALT}' "
            "class=mwe-math-fallback-image-inline></span> b",
            "a $O(n^{2})$ b",
            id="MediaWiki",
        ),
        pytest.param(
            f"<dl><dd><span class=mwe-math-element><span style='display: none'>"
            f"<math display=block alttext='{ALT}'><mi>O</mi></math></span></span></dl>",
            ":   $$O(n^{2})$$",
            id="MediaWiki, displayed",
        ),
        pytest.param(
            f"a <img class=mwe-math-fallback-image-inline aria-hidden=true alt='{ALT}'>",
            "a $O(n^{2})$",
            id="MediaWiki, a picture alone",
        ),
        pytest.param(
            "a <span class=MathJax_Preview>x</span><span class=MathJax>x</span>"
            "<script type='math/tex'>x<2 \\& y</script> b",
            r"a $x<2 \& y$ b",
            id="MathJax 2",
        ),
        pytest.param(
            "a<div class=MathJax_Display>x</div>"
            "<script type='math/tex; mode=display'>x^2</script>b",
            "a\n\n$$x^2$$\n\nb",
            id="MathJax 2, displayed",
        ),
        pytest.param(
            f"a <mjx-container><svg></svg><mjx-assistive-mml>{MATHML}</mjx-assistive-mml>"
            "</mjx-container> b",
            r"a $\frac{x}{2}$ b",
            id="MathJax 3",
        ),
        pytest.param(
            f"<mjx-container display=true><mjx-math aria-hidden=true>x</mjx-math>{MATHML}"
            "</mjx-container>",
            r"$$\frac{x}{2}$$",
            id="MathJax 3, displayed",
        ),
        pytest.param(
            f"a <span class=katex><span class=katex-mathml>{MATHML}</span>"
            "<span class=katex-html aria-hidden=true>x2</span></span> b",
            r"a $\frac{x}{2}$ b",
            id="KaTeX",
        ),
        pytest.param(
            f"<span class=katex-display><span class=katex><span class=katex-mathml>{MATHML}</span>"
            "<span class=katex-html aria-hidden=true>x2</span></span></span>",
            r"$$\frac{x}{2}$$",
            id="KaTeX, displayed",
        ),
        pytest.param(
            "a <span class=katex><span class=katex-html aria-hidden=true>x2</span></span>",
            "a x2",
            id="KaTeX for the eye alone",
        ),
        pytest.param(MATHML * 2, r"$\frac{x}{2}$ $\frac{x}{2}$", id="one beside another"),
        pytest.param(
            "<table><tr><td></td><td><math display=block alttext='x'></math></td><td>(1)</table>",
            "$$x$$\n\n(1)",
            id="LaTeXML's numbered ones",
        ),
        pytest.param("<img src=x alt='x^2' eeimg=1>", "$x^2$", id="Zhihu"),
        pytest.param("<span class=ztext-math data-tex='x^2'>x2</span>", "$x^2$", id="Zhihu, later"),
        pytest.param("<img class=latex alt='x^2' src=y>", "$x^2$", id="WordPress"),
        pytest.param("<img src='https://latex.codecogs.com/x' alt=x>", "$x$", id="CodeCogs"),
        pytest.param("<img src='https://b.org/x' alt='a cat'>", "![a cat]", id="no formula"),
        pytest.param("<math alttext='a long equation'><mi>x</mi></math>", "$x$", id="words for it"),
        pytest.param(
            r"<math alttext='{\textstyle a}+{b}'></math>", r"${\textstyle a}+{b}$", id="a"
        ),
        pytest.param("a<math></math>b", "ab", id="nothing in it"),
        pytest.param(
            "a <mjx-container jax=CHTML><mjx-math data-latex='x^2' aria-hidden=true><mjx-mi>"
            "</mjx-mi></mjx-math></mjx-container> b",
            "a $x^2$ b",
            id="MathJax 4",
        ),
        pytest.param(
            "<mjx-container jax=SVG display=true><svg><g data-mml-node=math data-latex='x^2'>"
            "</g></svg></mjx-container>",
            "$$x^2$$",
            id="MathJax 4, as a picture",
        ),
        pytest.param(
            "<mjx-container><mjx-math><mjx-mi data-latex=x><mjx-c></mjx-c></mjx-mi>"
            "<mjx-mrow><mjx-mo data-latex='='></mjx-mo><mjx-mn data-latex=1></mjx-mn></mjx-mrow>"
            "</mjx-math></mjx-container>",
            "$x = 1$",
            id="MathJax 4, part by part",
        ),
        pytest.param(
            "a <mjx-container><mjx-math><mjx-mi data-latex=x></mjx-mi><mjx-mn></mjx-mn>"
            "</mjx-math></mjx-container> b",
            "a [formula] b",
            id="MathJax, some parts",
        ),
        pytest.param(
            "a <mjx-container><svg><g data-mml-node=math></g></svg></mjx-container> b",
            "a [formula] b",
            id="MathJax, no source",
        ),
        pytest.param(
            "a <mjx-container aria-label='x squared'><svg></svg></mjx-container> b",
            "a [formula: x squared] b",
            id="MathJax, in words",
        ),
        pytest.param(
            "a <span class=MathJax>z</span><script type='math/mml'><math><mi>z</mi></math>"
            "</script> b",
            "a $z$ b",
            id="MathJax 2, MathML",
        ),
        pytest.param("a <script type='math/asciimath'>a/b</script> b", "a `a/b` b", id="AsciiMath"),
        pytest.param(
            "a <span class=MathJax data-mathml='<math><msup><mi>x</mi><mn>2</mn></msup></math>'>"
            "<nobr aria-hidden=true>x2</nobr></span> b",
            "a $x^2$ b",
            id="MathJax 2, MathML in an attribute",
        ),
        pytest.param(
            "<script type='math/tex; mode=display'>% <![CDATA[\na < b %]]></script>",
            "$$a < b$$",
            id="kramdown",
        ),
        pytest.param(
            "a <span class=katex><span class='katex-html foo' aria-hidden=true>E=m</span></span>",
            "a E=m",
            id="KaTeX for the eye alone, with another class",
        ),
        pytest.param(
            "a <span class=katex><span class=katex-html aria-hidden=true>x"
            "<span class=msupsub>2</span></span></span>",
            "a [formula, as it is drawn: x2]",
            id="KaTeX for the eye alone, built",
        ),
        pytest.param(
            "a <img src='https://latex.codecogs.com/svg.latex?\\inline%20E=mc^2+1'> b",
            "a $E=mc^2+1$ b",
            id="CodeCogs without words",
        ),
        pytest.param(
            "<img src='https://latex.codecogs.com/gif.latex?%5Cdpi%7B110%7D%20x' alt=equation>",
            "$x$",
            id="CodeCogs with a word",
        ),
        pytest.param(
            "<img src='https://render.githubusercontent.com/render/math?math=e%5E%7Bi%7D+%2B1'>",
            "$e^{i} +1$",
            id="GitHub's pictures",
        ),
        pytest.param(
            "<img data-src='https://i.upmath.me/svg/x%5E2' src='data:,'>", "$x^2$", id="upmath"
        ),
        pytest.param(
            "a <img class=latex src=y> b <img class=tex title='x^2' src=z>",
            "a [formula] b $x^2$",
            id="pictures without a source",
        ),
        pytest.param(
            r"<amp-mathml data-formula='\[x^2\]'></amp-mathml> <span data-latex='y'></span>",
            "$x^2$ $y$",
            id="written by a script",
        ),
        pytest.param(
            "<mjx-container>words <math><mi>x</mi></math></mjx-container>",
            "words $x$",
            id="a container with words",
        ),
        pytest.param(
            "<span class=katex><span class=katex-mathml>words<math><mi>x</mi></math></span>"
            "<span class=katex-html aria-hidden=true>x</span></span>",
            "words$x$",
            id="KaTeX with words",
        ),
        pytest.param("<script type=math/mml>page.html</script>", "$page.html$", id="no MathML"),
        *(
            pytest.param(f"<img src='https://{it}x%5E2'>", "$x^2$", id=it)
            for it in (
                "math.now.sh?from=",
                "math.vercel.app/?from=",
                "www.sciweavers.org/tex2img.php?bc=White&eq=",
                "private.codecogs.com/gif.latex?",
                "tex.z-dn.net/?f=",
            )
        ),
        pytest.param(
            "a <math><apply><plus></plus><ci>x</ci><cn>1</cn></apply></math> b",
            "a [formula] b",
            id="content MathML",
        ),
        pytest.param(
            "<math><semantics><apply><plus></plus><ci>x</ci><cn>1</cn></apply>"
            "<annotation-xml encoding='MathML-Presentation'><mrow><mi>x</mi><mo>+</mo><mn>1</mn>"
            "</mrow></annotation-xml></semantics></math>",
            "$x+1$",
            id="content MathML with what is seen",
        ),
        pytest.param(
            "<math><semantics><mi>x</mi><annotation-xml encoding='MathML-Content'><ci>x</ci>"
            "</annotation-xml></semantics></math>",
            "$x$",
            id="MathML with what is meant",
        ),
        pytest.param(
            "<math><semantics><apply><ci>x</ci></apply><annotation encoding='application/x-tex'>y"
            "</annotation></semantics></math>",
            "$y$",
            id="content MathML with TeX",
        ),
        pytest.param(
            "<math alttext='x of one'><apply><ci>x</ci></apply></math>", "$x of one$", id="words"
        ),
        pytest.param(
            "a <mjx-container><mjx-math><mjx-mfrac><mjx-mi data-latex=a></mjx-mi>"
            "<mjx-mi data-latex=b></mjx-mi></mjx-mfrac></mjx-math></mjx-container> b",
            "a [formula] b",
            id="MathJax 4, parts of a fraction",
        ),
        pytest.param(
            "a <mjx-container><svg><g data-mml-node=msup><g data-latex=a></g>"
            "<g data-latex=b></g></g></svg></mjx-container> b",
            "a [formula] b",
            id="MathJax 4, parts of a power",
        ),
        pytest.param("a <math></math> b <img src=x> c", "a b c", id="no spaces are left"),
        pytest.param("<script type=math/tex></script>b", "b", id="no source"),
    ],
)
def test_a_formula_is_sent_once_and_as_tex(html: str, expected: str) -> None:
    assert read(html, "https://example.org").text == expected


@pytest.mark.parametrize(
    ("mathml", "expected"),
    [
        ("<mfrac><mn>1</mn><mn>2</mn></mfrac>", r"\frac{1}{2}"),
        ("<msup><mi>x</mi><mn>2</mn></msup>", "x^2"),
        ("<msup><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mn>10</mn></msup>", "{a+b}^{10}"),
        ("<msub><mi>a</mi><mrow><mi>i</mi><mi>j</mi></mrow></msub>", "a_{ij}"),
        ("<msubsup><mi>x</mi><mn>1</mn><mn>2</mn></msubsup>", "x_1^2"),
        ("<munderover><mo>∑</mo><mn>1</mn><mi>n</mi></munderover><mi>i</mi>", "∑_1^ni"),
        ("<msqrt><mi>x</mi><mo>+</mo><mn>1</mn></msqrt>", r"\sqrt{x+1}"),
        ("<mroot><mi>x</mi><mn>3</mn></mroot>", r"\sqrt[3]{x}"),
        (
            "<mi>f</mi><mo>\N{FUNCTION APPLICATION}</mo><mfenced><mi>x</mi><mi>y</mi></mfenced>",
            "f(x,y)",
        ),
        ("<mtable><mtr><mtd>1</mtd><mtd>2</mtd></mtr><mtr><mtd>3</mtd></mtr></mtable>", "1, 2; 3"),
        ("<mi>a</mi><mspace></mspace><mtext> b  c </mtext><mphantom>d</mphantom>", "a b c"),
        ("<semantics><mi>a</mi><annotation encoding=x>b</annotation></semantics>", "a"),
        ("<m:mi>a</m:mi><mi></mi>", "a"),
        ("words", "words"),
        (
            "<mo>(</mo><mfrac linethickness=0><mi>n</mi><mi>k</mi></mfrac><mo>)</mo>",
            r"\binom{n}{k}",
        ),
        (
            "<mo>[</mo><mfrac linethickness=0.0pt><mi>n</mi><mi>k</mi></mfrac><mo>]</mo>",
            r"[\genfrac{}{}{0pt}{}{n}{k}]",
        ),
        ("<mn>1</mn><mfrac linethickness=2px><mi>a</mi><mi>b</mi></mfrac>", r"1\frac{a}{b}"),
        (
            (
                "<mmultiscripts><mi>U</mi><mprescripts></mprescripts><mn>92</mn><mn>238</mn>"
                "</mmultiscripts>"
            ),
            "{}_{92}^{238}U",
        ),
        (
            (
                "<mmultiscripts><mi>C</mi><mn>2</mn><none></none><mprescripts></mprescripts>"
                "<mn>4</mn><none></none></mmultiscripts>"
            ),
            "{}_4C_2",
        ),
        (
            (
                "<mmultiscripts><mi>R</mi><mi>i</mi><none></none><none></none><mi>j</mi>"
                "</mmultiscripts>"
            ),
            "R_i{}^j",
        ),
        ("<mn>2</mn><mo>&InvisibleTimes;</mo><mn>3</mn>", r"2\cdot 3"),
        ("<mn>2</mn><mo>&InvisibleTimes;</mo><mi>x</mi>", "2x"),
        ("<msub><mi>a</mi><mrow><mn>1</mn><mo>&#x2063;</mo><mn>2</mn></mrow></msub>", "a_{1,2}"),
        ("<mn>1</mn><mo>&#x2064;</mo><mfrac><mn>1</mn><mn>2</mn></mfrac>", r"1+\frac{1}{2}"),
        ("<mi>sin</mi><mo>&#x2061;</mo><mi>x</mi>", "sin x"),
        ("<mi>a</mi><mi>sin</mi><mn>3</mn>", "a sin 3"),
        ("<mn>2</mn><mn>3</mn>", "2 3"),
        ("<msup><mi>x</mi><mn>2</mn></msup><mn>3</mn>", "x^2 3"),
        ("<msup><mrow><mi>a</mi><mi>b</mi></mrow><mn>2</mn></msup>", "{ab}^2"),
        ("<menclose notation=radical><mn>5</mn></menclose>", r"\sqrt{5}"),
        ("<menclose><mn>5</mn></menclose>", r"\enclose{longdiv}{5}"),
        ("<menclose notation='box updiagonalstrike'><mn>5</mn></menclose>", r"\cancel{\boxed{5}}"),
        ("<mtext>if </mtext><mi>x</mi><mtext>&nbsp;is $5</mtext>", r"if x is \$5"),
        ("<mover><mi>x</mi><mo>¯</mo></mover>", r"\overline{x}"),
        ("<mover><mi>x</mi><mo>\u02c9</mo></mover>", r"\bar{x}"),
        ("<munder><mi>x</mi><mo>\u2015</mo></munder>", r"\underline{x}"),
        ("<mover><mo>=</mo><mtext>def</mtext></mover>", r"\overset{def}{=}"),
        ("<mover><mi>x</mi></mover>", "x"),
        ("<munder><mi>lim</mi><mi>n</mi></munder><mi>x</mi>", "lim_nx"),
        (
            "<munder><munder><mi>a</mi><mo>⏟</mo></munder><mtext>sum</mtext></munder>",
            r"\underbrace{a}_{sum}",
        ),
        ("<mfenced open=[ separators=';'><mi>a</mi><mi>b</mi><mi>c</mi></mfenced>", "[a;b;c)"),
        ("<mfenced separators=''><mi>a</mi><mi>b</mi></mfenced>", "(ab)"),
        ("<maction selection=2><mi>a</mi><mi>b</mi></maction>", "b"),
        ("<mtable><mlabeledtr><mtd>(1)</mtd><mtd>a</mtd></mlabeledtr></mtable>", r"a \tag{1}"),
        ("<ms>a</ms><mglyph alt=b></mglyph>", '"a"b'),
        ("<mfrac><mi>a</mi></mfrac>", "a"),
        ("<mrow>words<mi>x</mi></mrow>", "words x"),
    ],
)
def test_plain_mathml_is_written_in_one_line(mathml: str, expected: str) -> None:
    assert read(f"<math>{mathml}</math>", "https://example.org").text == f"${expected}$"


def test_the_prefix_of_a_namespace_is_no_matter() -> None:
    html = "<mml:math><mml:msup><mml:mi>x</mml:mi><mml:mn>2</mml:mn></mml:msup></mml:math>"
    assert read(html, "https://example.org").text == "$x^2$"
