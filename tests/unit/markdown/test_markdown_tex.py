r"""TeX as Unicode: what is understood keeps its meaning, and all else stays as it is written."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.bulk import some
from support.markdown_texts import oneshot, quick, shown, streamed

from mimo_cli.markdown.tex.delimiters import display_rows, inline_text, understood_rows
from mimo_cli.markdown.tex.formula import to_rows
from mimo_cli.markdown.tex.pieces import NotUnderstoodError
from mimo_cli.markdown.tex.signs import is_expression

UNDERSTOOD = r"""
x^2 + y^2 = z^2 -> x² + y² = z²
x^{n+1} -> xⁿ⁺¹
x_{n+1} -> xₙ₊₁
x_i^2 -> xᵢ²
x_b^2 -> x_(b)²
x^{q} -> x^q
x^{a^b} -> x^(aᵇ)
2^{32} -> 2³²
\frac{a+b}{c} -> (a+b)/c
\frac{-b \pm \sqrt{b^2-4ac}}{2a} -> (-b ± √(b²-4ac))/(2a)
\frac{-b\pm r}{2a} -> (-b ± r)/(2a)
\frac{1}{2}mv^2 -> (1/2)mv²
2\frac{1}{3} -> 2 1/3
x = -2\frac{1}{3} + 1 -> x = -2 1/3 + 1
2\frac{1}{2}\text{ km} -> 2 1/2 km
2\frac{a}{2} -> 2(a/2)
\frac{n}{2}! -> (n/2)!
{n!}! -> (n!)!
{ab}! + x_1! -> (ab)! + x₁!
\sqrt{n}! -> (√n)!
\frac{a:b}{c} -> (a:b)/c
{x^2}^{3} -> (x²)³
{x^{-1}}^{2} -> (x⁻¹)²
\mathrm{x^2}^3 -> (x²)³
{a_1}_2 -> (a₁)₂
x² + 1 -> x² + 1
(\sqrt[10]{2}) -> (¹⁰√2)
2\sqrt[3]{2} -> 2∛2
\phi\varphi\epsilon\varepsilon -> ϕφϵε
\boldsymbol{\beta} + \mathbf{\Sigma} + \bm{\phi\omega} -> 𝛃 + 𝚺 + 𝛟𝛚
\frac{a}{b}\frac{c}{d} -> (a/b)(c/d)
a/\frac{b}{c} -> a/(b/c)
x \div \frac{a}{b} -> x ÷ (a/b)
\frac{a}{b} + c -> a/b + c
\frac{1}{1+\frac{1}{x}} -> 1/(1+1/x)
\frac{1}{ab} -> 1/(ab)
\frac{1}{x(a+b)} -> 1/(x(a+b))
\frac{f(x+1)}{2} -> f(x+1)/2
\frac{f(a)+g(b)}{2} -> (f(a)+g(b))/2
\frac{(a)(b)}{(a)(b)} -> (a)(b)/((a)(b))
\left(\frac{a}{b}\right)^2 -> (a/b)²
{\frac{a}{b}}^2 -> (a/b)²
{ab}^2 -> (ab)²
\frac{dy}{dx} = \frac{\partial f}{\partial x} -> dy/dx = ∂f/∂x
\frac{1}{dx} -> 1/(dx)
\text{速度} = \frac{\text{路程}}{\text{时间}} -> 速度 = 路程/时间
\sum_{i=1}^{n} a_i \leq \sqrt{n} -> ∑ᵢ₌₁ⁿ aᵢ ≤ √n
\int_0^1 x\,dx -> ∫₀¹ x dx
\lim_{x \to 0} \sin x -> lim_(x→0) sin x
\sin^2\theta + \cos^2\theta = 1 -> sin² θ + cos² θ = 1
2\sin x\cos x -> 2 sin x cos x
\sin\frac{x}{2} -> sin (x/2)
O(n \log n) -> O(n log n)
\sqrt[3]{x+1} + \sqrt[n]{2} -> ∛(x+1) + ⁿ√2
\sqrt{2}x -> √(2)x
\sqrt{12} -> √12
\sqrt{x}^2 -> (√x)²
e^{i\pi} + 1 = 0 -> e^(iπ) + 1 = 0
f'(x) + f'' -> f′(x) + f′′
90^\circ, A^T, A^* -> 90°, Aᵀ, A^*
\Rightarrow x = \pm 2 -> ⇒ x = ±2
n! = n \cdot (n-1)! -> n! = n·(n-1)!
a \equiv b \pmod{n} -> a ≡ b (mod n)
x \in \{1, 2\} -> x ∈ {1, 2}
|x| \le \|y\| -> |x| ≤ ‖y‖
\mathbb{R}^n \to \mathbf{v} -> ℝⁿ → 𝐯
\mathcal{L} \in \mathcal{A} -> ℒ ∈ 𝒜
\vec{F} = m\hat{x} -> F⃗ = mx̂
\overline{A} -> A̅
\boxed{42} -> [ 42 ]
E = mc^2 \tag{1} -> E = mc²    (1)
E = mc^2\tag*{A} -> E = mc²    A
w = \begin{bmatrix} w_1 & w_2 \end{bmatrix}^T -> w = [ w₁  w₂ ]ᵀ
\begin{pmatrix} 1 & 2 \end{pmatrix}_1^T x -> ( 1  2 )₁ᵀ x
\begin{vmatrix} a & b \end{vmatrix}^{*} + \begin{Bmatrix} a \end{Bmatrix}_1 -> │ a  b │^* + { a }₁
\begin{Vmatrix} a \end{Vmatrix}^2 -> ║ a ║²
f = \begin{cases} a \end{cases}. -> f = { a.
a_n = 2 \quad n \ge 1 -> aₙ = 2  n ≥ 1
a_n = 2\qquad n, \quad m \quad\text{ if } -> aₙ = 2    n,  m  if
a \quad \Rightarrow \quad b \; c \;\; d \! e -> a  ⇒  b c  d e
x_{i \quad j} + \frac{a \quad b}{c} -> x_(i  j) + (a  b)/c
2 \quad \pmod{5} -> 2  (mod 5)
{\rm CO}_2 + \rm{CO}_2 -> CO₂ + CO₂
{\rm H}_2{\rm O} + {\rm H_2SO_4} -> H₂O + H₂SO₄
{\rm sin}^2 x + {\rm sin}x + \mathrm{cos}x -> sin² x + sin x + cos x
{\bf v}_1 + {\cal L} + {\tt a} + {\sf b} + {\it c} -> 𝐯₁ + ℒ + a + b + c
\frac{{\rm d}y}{{\rm d}x} + \frac{1}{\mathrm{min}} -> dy/dx + 1/min
e^{x'} + (e^x)' + f^{\prime\prime} + x_{y'} -> e^(x′) + (eˣ)′ + f′′ + x_(y′)
(\bmod m) + x^{a \bmod b} -> (mod m) + x^(a mod b)
\ce{0.5O2 + 2.5 O2} -> 0.5O₂ + 2.5O₂
\ce{Fe0.95O + La1.5Sr0.5O4 + YBa2Cu3O6.9} -> Fe₀.₉₅O + La₁.₅Sr₀.₅O₄ + YBa₂Cu₃O₆.₉
\ce{YBa2Cu3O_{6.9} + KCl.MgCl2.6H2O} -> YBa₂Cu₃O₆.₉ + KCl·MgCl₂·6H₂O
\ce{CuSO4.5H2O + CaSO4.0.5H2O + CaSO4*1/2H2O} -> CuSO₄·5H₂O + CaSO₄·0.5H₂O + CaSO₄·1/2H₂O
\ce{A ->[H2SO4] B ->[Ni] C ->[HNO3/heat] D} -> A ─H₂SO₄→ B ─Ni→ C ─HNO₃/heat→ D
x^{2\,3} + x^{2~3} + T_{1\ 1} + a_{11\,12}^2 -> x^(2 3) + x^(2 3) + T_(1 1) + a_(11 12)²
\sigma_{(1\ 2)} + x_{i,\, j} + e^{i\,\pi} + x^{\,n\,} -> σ_((1 2)) + x_(i, j) + e^(i π) + xⁿ
\underset{x\;y}{\max} f + \lim_{x\,\to\,0} x -> max_(x y) f + lim_(x → 0) x
{\bf a} \mathrm{b} + \mathbf{a}\text{b} + \mathrm{d\mathbf{x}} -> 𝐚 b + 𝐚b + d𝐱
{\bf \mathbf{a}} + \mathbf{{\bf a} x} -> 𝐚 + 𝐚 𝐱
(.5) + b\,. -> (.5) + b.
10\% -> 10%
x \text{ if } y -> x if y
\mathrm{H_2O} + \int f\mathrm{d}x -> H₂O + ∫ fdx
\lim\limits_{n\to\infty} a_n -> lim_(n→∞) aₙ
P(A \mid B) -> P(A | B)
\left. x^2 \right|_0^1 -> x²|₀¹
{1+\frac{a}{b}}c -> 1+(a/b)c
\mathrm{1+\frac{a}{b}}c -> 1+(a/b)c
\mathbf{\frac{a}{b}}c -> (𝐚/𝐛)c
\frac{1}{2}\|w\|^2 -> (1/2)‖w‖²
|\frac{1}{2}| + \frac{1}{2}|x| -> |1/2| + (1/2)|x|
\sqrt{a}(b+c) + \sqrt{2}|x| -> √(a)(b+c) + √(2)|x|
\sqrt[n]{a}b -> ⁿ√(a)b
\sqrt[3]{2}x + \sqrt[2]{y} -> ∛(2)x + √y
\sqrt{x^2} + \sqrt{2^3} + \sqrt{x_1} -> √(x²) + √(2³) + √x₁
a:\frac{b}{c} -> a:(b/c)
a \cdot \frac{-b}{c} -> a·(-b/c)
x^{q}y + x_by + x^{q}(y) + F_X(x) -> x^q y + x_b y + x^q (y) + F_X(x)
n^{\log_b a} + e^{\ln x} -> n^(log_b a) + e^(ln x)
x_{\text{max pooling}} -> x_(max pooling)
\overline{A}\overline{B} -> A̅ B̅
\partial_x u + \nabla^2 u + \partial_\mu F -> ∂ₓ u + ∇² u + ∂_μ F
\frac{\partial^2 u}{\partial x\,\partial y} -> ∂²u/∂x∂y
\frac{\Delta y}{\Delta x} + \frac{\partial L}{\partial w_{ij}} -> Δy/Δx + ∂L/∂wᵢⱼ
G\frac{m_1 m_2}{r^2} -> G(m₁m₂/r²)
\frac{1}{2^n} + \frac{|x|}{|y|} + \frac{1}{\det(A)} -> 1/2ⁿ + |x|/|y| + 1/det(A)
\frac{\text{distance}}{\text{time}} -> distance/time
\binom{n}{k} = {n \choose k} -> (n choose k) = (n choose k)
{a \over b} -> a/b
x \not= y, A \not\subset B, a \not\mid b -> x ≠ y, A ⊄ B, a ∤ b
a\ b~c\,d -> a b c d
\alpha*x -> α*x
2 \pi r + A \lambda I -> 2 π r + A λ I
f \circ g, f \ast g -> f∘g, f ∗ g
x_1 \cdots x_n -> x₁ ⋯ xₙ
\sigma / \sqrt{n} -> σ/√n
5\,\mathrm{cm}^2 + \mathrm{SO_4}^{2-} -> 5 cm² + SO₄²⁻
\mathrm{tr}A -> tr A
{}^{14}_{6}\mathrm{C} + 25\,^\circ\mathrm{C} -> ¹⁴₆C + 25 °C
\text{if $x > 0$} -> if x > 0
\operatorname*{argmax}_x f -> argmaxₓ f
\underset{x \in S}{\max} f -> max_(x∈S) f
A \xrightarrow{f} B -> A ─f→ B
\langle a | b \rangle + \ket{\psi} -> ⟨a | b⟩ + |ψ⟩
\left| \frac{a}{b} \right| -> |a/b|
\mathfrak{g} + \mathring{a} -> 𝔤 + å
\textcolor{red}{x} + \color{red}{y} -> x + y
\begin{equation} E = mc^2 \label{e} \end{equation} -> E = mc²
a \mod n -> a mod n
\frac{\prod(x+1)}{2} + \frac{\int(x)}{y} -> (∏(x+1))/2 + (∫(x))/y
n!=n(n-1) -> n! =n(n-1)
\frac{(-1)^n x^{2n+1}}{(2n+1)!} -> (-1)ⁿx²ⁿ⁺¹/(2n+1)!
\frac{2 3}{x} + \frac{ab c}{n} -> (2 3)/x + abc/n
\frac{net sum}{n} -> (net sum)/n
\frac{\sigma}{\sqrt{n}}c + \frac{\pi}{180^\circ} -> (σ/√n)c + π/180°
\ce{2H2 + O2 -> 2H2O} -> 2H₂ + O₂ → 2H₂O
\ce{SO4^2- + Ba^{2+} -> BaSO4 v} -> SO₄²⁻ + Ba²⁺ → BaSO₄ ↓
\ce{CaCO3 ->[heat] CaO + CO2 ^} -> CaCO₃ ─heat→ CaO + CO₂ ↑
\ce{CuSO4*5H2O (s) <=> Na+ + e-} -> CuSO₄·5H₂O(s) ⇌ Na⁺ + e⁻
\ce{Al2(SO4)_3 + 1/2 O2} -> Al₂(SO₄)₃ + 1/2O₂
"""

ROWS = [
    (
        r"f(x) = \begin{cases} x^2 & x > 0 \\ -x & \text{else} \end{cases}",
        ["f(x) = ⎰ x²  x > 0", "       ⎱ -x  else"],
    ),
    (r"\begin{cases} a \\ b \\ c \\ \end{cases}", ["⎧ a", "⎨ b", "⎩ c"]),
    (r"\begin{aligned} a &= b + c \\ &= d \end{aligned}", ["a = b + c", "  = d"]),
    (
        r"\begin{align*} (a+b)^2 &= c \\[4pt] &\ge 0 \end{align*}",
        ["(a+b)² = c", "       ≥ 0"],
    ),
    (r"A = \begin{pmatrix} 1 & 2 \\ 3 & 10 \end{pmatrix}", ["A = ⎛ 1  2  ⎞", "    ⎝ 3  10 ⎠"]),
    (r"\begin{bmatrix} a \\ b \\ c \end{bmatrix} x", ["⎡ a ⎤", "⎢ b ⎥ x", "⎣ c ⎦"]),
    (r"\begin{vmatrix} a & b \end{vmatrix}", ["│ a  b │"]),
    (r"\begin{array}{cc} a & b \\ c \end{array}", ["a  b", "c"]),
    ("a \\\\ b", ["a", "b"]),
    (
        r"\left[\begin{array}{cc|c} 1 & 2 & 3 \\ 4 & 5 & 6 \end{array}\right]",
        ["⎡ 1  2 │ 3 ⎤", "⎣ 4  5 │ 6 ⎦"],
    ),
    (
        r"\left\{ \begin{array}{l} x + y = 5 \\ x - y = 1 \end{array} \right.",
        ["⎰ x + y = 5", "⎱ x - y = 1"],
    ),
    (
        r"2\begin{pmatrix} a \\ b \end{pmatrix}^T + \frac{1}{2}\begin{Vmatrix} c \end{Vmatrix}",
        ["2⎛ a ⎞ᵀ + (1/2)║ c ║", " ⎝ b ⎠"],
    ),
    (r"\begin{Bmatrix} a \\ b \\ c \end{Bmatrix}", ["⎧ a ⎫", "⎨ b ⎬", "⎩ c ⎭"]),
    (r"f = \begin{cases} a \\ b \end{cases}.", ["f = ⎰ a", "    ⎱ b."]),
    (
        r"\begin{equation*} \begin{split} a &= b \\ &= c \end{split} \end{equation*}",
        ["a = b", "  = c"],
    ),
    (
        r"\begin{aligned} A &= \begin{pmatrix} 1 \\ 2 \end{pmatrix} \\ &= x \end{aligned}",
        ["A = ⎛ 1 ⎞", "    ⎝ 2 ⎠", "  = x"],
    ),
    (r"\begin{align} a &= b & c &= d \\ e & & f \end{align}", ["a = b   c = d", "e       f"]),
    (r"\begin{eqnarray} a &=& b \\ &=& c \end{eqnarray}", ["a = b", "  = c"]),
    (r"\begin{gather} a \\ b = c \end{gather}", ["a", "b = c"]),
    (r"\begin{aligned}[t] a &= b \\* c &= d \end{aligned}", ["a = b", "c = d"]),
    (r"\begin{gathered}[b] a \\*[4pt] b \\[1in] c \end{gathered}", ["a", "b", "c"]),
    (r"\begin{pmatrix*}[r] 1 \\ -2 \end{pmatrix*}_1^T", ["⎛ 1  ⎞ᵀ", "⎝ -2 ⎠₁"]),
    (r"\begin{array}[t]{cc} a & b \end{array}", ["a  b"]),
    (
        r"\begin{aligned} a &= 2 & \quad n \\ b \quad & n \end{aligned}",
        ["a = 2     n", "b   n"],
    ),
    (r"\begin{cases} 2 & \qquad n \\ 3 & m \end{cases}", ["⎰ 2      n", "⎱ 3  m"]),
    (r"\quad x = 1", ["  x = 1"]),
    (
        r"\left\{\begin{array}{l} x, \quad x > 0 \\ 1 \end{array}\right.",
        ["⎰ x,  x > 0", "⎱ 1"],
    ),
    (r"\begin{pmatrix} a \, b & \quad c \end{pmatrix}", ["( a b    c )"]),
    (r"x = \begin{aligned} a + b \end{aligned}.", ["x = a + b."]),
    (
        r"\begin{align} a &= b \tag{1} \label{a} \\ c &= d \tag*{A} \end{align}",
        ["a = b    (1)", "c = d    A"],
    ),
    (
        r"\left\{\begin{aligned} a \tag{1} \\ b \tag{2} \end{aligned} \right.",
        ["⎰ a    (1)", "⎱ b    (2)"],
    ),
    (r"a \tag{1} \\ b \tag{2}\nonumber", ["a    (1)", "b    (2)"]),
]

NOT_UNDERSTOOD = [
    r"\foo{x}",
    "{x",
    "x}",
    "2^32",
    "x_12",
    "x^a^b",
    "x_",
    r"\frac{a}",
    r"\sqrt[q+1]{x}",
    r"\hat{ab}",
    r"\overline{AB}",
    r"\overline{\overline{A}}",
    r"\underline{\overline{A}}",
    r"\mathbb{\alpha}",
    r"2\sqrt[10]{2}",
    r"2{\sqrt[10]{2}+1}",
    r"x\,\sqrt[n]{2}\cdot\sqrt[n]{2}",
    r"\frac{1}{2}\cdot\sqrt[n]{2}",
    "x²^3",
    "x^2²",
    r"x^2\,^3",
    r"{\sin^2}^3",
    r"2\frac{1}{2}x",
    r"2\frac{1}{2}!",
    r"a2\frac{1}{2}",
    r"\mathcal{x}",
    "10^-3",
    r"\begin{cases} a \\ b \end{cases} + c",
    r"\begin{aligned} a \\ b \end{aligned} c",
    r"\begin{array}{c@{x}c} a & b \end{array}",
    r"\begin{array}{c} a \\ \hline b \end{array}",
    r"\left\langle\begin{array}{c} a \\ b \end{array}\right.",
    r"\left( x",
    r"\ce{H2O + x}",
    r"\ce{A ->[\Delta] B}",
    r"\ce{H2O",
    r"x^{2\,.5}",
    r"2~.5",
    r"\begin{matrix} a \quad b & c \\ d & e \end{matrix}",
    r"\begin{pmatrix} 1 \quad 2 \\ 3 \quad 4 \end{pmatrix}",
    r"\begin{array}{cc} a \qquad b & c \end{array}",
    r"\begin{bmatrix} a \; \; b & c \end{bmatrix}",
    r"\bf a \rm b",
    r"\bf a \mathrm{b}",
    r"\mathbf{a\mathrm{b}}",
    r"\bf \mathbb{R}",
    r"\bf a + \text{b}",
    r"{\bf x_{\text{max}}}",
    r"\mathbf{\frac{a}{\mathcal{B}}}",
    r"\mathbf{a {\rm b}}",
    r"\mathbf{\sin x}",
    r"\bf a \tag{1}",
    r"2\begin{matrix} a+b \end{matrix}",
    r"-\begin{matrix} a+b \end{matrix}",
    r"a - \begin{aligned} b+c \end{aligned}",
    r"\frac12\begin{array}{c} a+b \end{array}",
    r"2{\begin{smallmatrix} a+b \end{smallmatrix}}",
    r"\sin \begin{matrix} a+b \end{matrix}",
    r"a/\begin{matrix} a+b \end{matrix}",
    r"a \tag{1} = b",
    r"\tag{1} a",
    r"a \tag{}",
    r"a \tag*{ }",
    r"a \tag{1} \tag{2}",
    r"{a \tag{1}} b",
    r"\frac{a \tag{1}}{b}",
    r"\begin{aligned} a \tag{1} &= b \end{aligned}",
    r"\begin{pmatrix} a \tag{1} \\ b \end{pmatrix}",
    r"\begin{cases} a \tag{1} \\ b \end{cases}",
    r"\left( a \tag{1} \right)",
    r"\left(\begin{aligned} a \tag{1} \\ b \end{aligned}\right)",
    r"\begin{aligned} a \tag{1} \end{aligned} + b",
    r"\ce{.5 O2}",
    r"\ce{A + .5B}",
    r"\ce{1/2.5O}",
    r"\ce{H2O .5 O2}",
    r"\ce{A(.5B)}",
    r"\left x \right)",
    r"\not\alpha",
    r"\not{ab}",
    r"x{}^2",
    r"{}^{q}x",
    r"{a \over b \over c}",
    r"{\over b}",
    r"\binom{n}{}",
    r"\underset{x}{y}",
    r"\text{a $x",
    r"\sqrt" * 5000,
    r"\text{a \foo}",
    r"\begin{foo} a \end{foo}",
    r"\begin{cases} a",
    r"\frac{\begin{cases} a \\ b \end{cases}}{2}",
    "a & b",
    r"e^{\begin{pmatrix} 1 & 0 \\ 0 & 1 \end{pmatrix}}",
    r"\sum_{\begin{matrix} i \\ j \end{matrix}} x",
    r"x_{\begin{smallmatrix} i \\ j \end{smallmatrix}}^2",
    r"x^{\begin{cases} a \\ b \end{cases}}",
    r"x^{\begin{aligned} a \\ b \end{aligned}}",
    r"x^{\begin{array}{c} a \\ b \end{array}}",
    r"\underset{\begin{matrix} i \\ j \end{matrix}}{\max} x",
    r"A \xrightarrow[below]{above} B",
    r"\cfrac[l]{1}{2}",
    r"\begin{array}{cc} a & b \end{array}^T",
    r"\begin{cases} a & b \end{cases}'",
    r"\begin{bmatrix}[cc|c] 1 & 2 & 3 \end{bmatrix}",
    r"\begin{gathered} a \\[.5\baselineskip] c \end{gathered}",
    r"\sqrt[n']{x}",
    r"\ce{La2.5Sr0.5O4}",
    r"\rm" * 5000,
    "50% of",
    "{" * 100 + "x" + "}" * 100,
    "",
]


@pytest.mark.parametrize("line", UNDERSTOOD.strip().split("\n"))
def test_tex_becomes_unicode_where_its_meaning_is_kept(line: str) -> None:
    tex, _, expected = line.rpartition(" -> ")
    assert to_rows(tex) == [expected]


@pytest.mark.parametrize(("tex", "rows"), ROWS)
def test_rows_stay_rows(tex: str, rows: list[str]) -> None:
    assert to_rows(tex) == rows


@pytest.mark.parametrize("tex", NOT_UNDERSTOOD)
def test_what_is_not_understood_whole_stays_as_it_is(tex: str) -> None:
    with pytest.raises(NotUnderstoodError):
        to_rows(tex)
    assert inline_text(f"\\({tex}\\)", "", "") == ""
    assert display_rows(f"$${tex}$$") == ()


@settings(quick, max_examples=some(300))
@given(
    st.lists(
        st.sampled_from(
            [
                *("\\frac", "\\sqrt", "\\alpha ", "\\sum", "\\text{a}", "\\begin{cases}"),
                *("\\left(", "\\right)", "{x}", "\\,", "\\le", "}", "\\\\", "\\end{cases}"),
                *"x2+=()[]{}^_&' |",
            ]
        ),
        max_size=25,
    ).map("".join)
)
def test_any_text_is_understood_or_not(tex: str) -> None:
    try:
        rows = to_rows(tex)
    except NotUnderstoodError:
        return
    letters = [letter for letter in "".join(rows) if letter in "x2α∑√≤"]
    assert len(letters) >= tex.count("\\alpha") + tex.count("\\sqrt")
    assert not any("\\" in row or row != row.rstrip() for row in rows)


TOKENS = [
    *("\\frac", "\\sqrt", "\\begin{bmatrix}", "\\end{bmatrix}^T", "\\begin{pmatrix*}[r]"),
    *("\\begin{cases}", "\\end{cases}", "\\begin{aligned}[t]", "\\end{aligned}", "\\\\*"),
    *(
        "\\begin{array}{c|c}",
        "\\end{array}",
        "\\\\[4pt]",
        "\\quad ",
        "\\;",
        "\\!",
        "\\rm ",
        "\\bf ",
    ),
    *("\\mathrm", "\\mathbf", "\\text", "\\left(", "\\right)", "\\left.", "\\right|", "\\over "),
    *("\\tag", "\\ce", "\\not", "\\underset", "\\hat", "\\bmod ", "\\pmod", "\\xrightarrow"),
    *("\\sum", "\\sin ", "\\limits", "\\color", "\\boxed", "\\ket", "\\binom", "\\middle|"),
    *("\\circ ", "\\operatorname", *"&&[]{}{}^_'!x2+=()|,.: $\\\n", "°", "²", "′", "中"),
]


@settings(quick, max_examples=some(1500))
@given(st.lists(st.sampled_from(TOKENS), max_size=12).map("".join), st.sampled_from(TOKENS[2:9]))
def test_no_tokens_make_the_reader_fail(tex: str, opener: str) -> None:
    end = opener.partition("[")[0].replace("begin", "end")
    for text in (tex, f"{opener}{tex}{end}^T"):
        with suppress(NotUnderstoodError):
            to_rows(text)


@pytest.mark.parametrize("fault", [ValueError, IndexError, KeyError, RecursionError])
def test_a_fault_of_the_reader_leaves_the_formula_as_it_is(fault: type[Exception]) -> None:
    def read(tex: str, *, wide: bool) -> list[str]:
        raise fault(tex, wide)

    assert understood_rows("x", read=read) == []


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("so $x^2$ is", "so x² is"),
        ("\\(*a*\\) \\[*b*\\]", "(a) [b]"),
        ("\\[*b*\\]", "[b]"),
        ("$AB=$ __, $.5$, $|x|$, $-1$", "AB= __, .5, |x|, -1"),
        ("H$_2$O, CO$_2$, SO$_4^{2-}$", "H₂O, CO₂, SO₄²⁻"),
        ("30$^\\circ$C, 30 $^\\circ$C", "30°C, 30 °C"),
        ("10$^{-3}$ m$^2$, $^{14}$C", "10⁻³ m², ¹⁴C"),
        ("水H$_2$O，5m$^2$。", "水H₂O，5m²。"),
        ("x$^*$ and $_1$ a $^W$", "x$^*$ and $_1$ a $^W$"),
        ("so \\begin{equation}E = mc^2\\end{equation}", "so E = mc²"),
        ("质量$m$(单位)，区间$[0,1)$", "质量m(单位)，区间[0,1)"),
        ("$n$, $O(n)$ and $xy$", "n, O(n) and xy"),
        ("三角形 $ABC$ 中", "三角形 ABC 中"),
        ("\\(a_1\\) \\[b\\] $$c$$ x", "a₁ [b] c x"),
        ("$HOME/$USER", "$HOME/$USER"),
        ("$PATH$x", "$PATH$x"),
        ("US$x$", "US$x$"),
        ("$5, or 5$", "$5, or 5$"),
        ("the $n$th of $k$s, $x$y", "the nth of ks, $x$y"),
        ("$a \\% b$", "a % b"),
        ("$5 and $10", "$5 and $10"),
        ("$foobar$", "$foobar$"),
        ("$价格$", "$价格$"),
        ("$\\text{a $x^2$ b}$", "a x² b"),
        ("$a^2 \\text{if $x^2$, $y^{2}$}$ $b^2$", "a² if x², y² b²"),
        ("$\\foo \\text{a $x^2$ b}$ $b^2$", "$\\foo \\text{a $x^2$ b}$ b²"),
        ("$\\text{a {b} $x^2$ b}$", "$\\text{a {b} $x^2$ b}$"),
        ("$5 \\text{a $x^2$ b", "$5 \\text{a x² b"),
        ("$\\foo$ and $x_12$", "$\\foo$ and $x_12$"),
        ("`$x^2$`", "$x^2$"),
        ("$\\begin{cases} a \\\\ b \\end{cases}$", "$\\begin{cases} a \\\\ b \\end{cases}$"),
    ],
)
def test_a_formula_within_a_line(text: str, row: str) -> None:
    assert shown(text) == [row]


DOLLARS = r"""
kill $$ 和 echo $$
Use $$ for the pid; $$ never changes
for f in $$files; do echo $$f; done
In make, write $$HOME and $$PATH instead of $HOME
Yelp: Joe's ($$) and Ann's ($$) are near
Yelp: Joe's ($$) vs ($$)
人均 $$-$$$，很值
人均 $$/$$
$$5 和 $$6
$$5和$$6
Postgres: $$ body $$ or
$$ 和 echo $$
$$ body $$
so $$ a_1 * b^2 * c $$ is
$$a$$b$$
$user_name$ and $$user_name$$
${a} or ${b}+${c}, ${x}/${y}
$(ls)/$(id), ($5)$ and $6
In LaTeX use $...$ or $$...$$.
$PATH$, $HOME$, $USER$, $DATE$, $ID$
print "$_1$x" $_
[a-z]$|[0-9]$ and $.a.$.b
"""

BRACKETS = r"""
arr\[0\]
list\[i\]
f\(x\)
f\(x+1\)
\[1\] 张三
\[4, 5\]
x \[4, 5\] y
• \[x\] 完成
\(see below for more\)
\[Note: some words here\]
\[TOC\]
\[a-z\]+
x \[a-z0-9\]+
grep '\(foo\|bar\)'
s/\([a-z]*\)/x/
\[y/N\] and \[n-1\], \[C++\], \(C++\)
Press \[CTRL+C\] with \[n=5\] or \[x<y\], \[a_b\]
\[^1\] and \[^a-z\]+
\[user_name\] 12 \[12:30 - 13:00\]
\(e.g. a-b\), \(ABC\), \(5\)
\(a|b\), \(a|b|\)
test \( -f a -o -f b \)
[ \( a -eq b \) ]
if [ \( a = b \) ]; then
find . \( -x -y \) -print
find / \( -x a -a -y b \)
grep '\(a-b\)'
sed -e 's/\(a+b\)/x/'
用 expr \( 1 + 2 \) 计算
"""


@pytest.mark.parametrize("text", DOLLARS.strip().split("\n"))
def test_dollars_without_mathematics_between_them_stay(text: str) -> None:
    assert shown(text) == [text]


@pytest.mark.parametrize("text", BRACKETS.strip().split("\n"))
def test_brackets_that_were_escaped_stay_brackets(text: str) -> None:
    plain = text.replace("\\", "")
    assert shown(text) == [plain]


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("- \\[x\\] 完成", " • [x] 完成"),
        ("sed 's/\\(a\\)\\(b\\)/\\2\\1/'", "sed 's/(a)(b)/\\2\\1/'"),
        ("其中 \\(n\\) 是，\\(f(x)\\)、\\(a, b\\)", "其中 n 是，f(x)、a, b"),
        ("so \\(2 + 3\\) and \\(\\|x\\|\\)", "so 2 + 3 and ‖x‖"),
        ("so \\(a<b\\), \\[ x=1 \\]!", "so a<b, x=1!"),
        ("so $$x^2$$, $$a+b$$.", "so x², a+b."),
        ("so \\(n-1\\), \\[ a*b*c \\]", "so n-1, a*b*c"),
        ("expr \\( 1 + 2 \\) \\* 3", "expr ( 1 + 2 ) * 3"),
        ("\\+\\(c-d\\)", "+(c-d)"),
        ("\\(x^2\\) \\* 2", "x² * 2"),
        ("We find \\( x = 2 \\), if \\( n = 2 \\)", "We find x = 2, if n = 2"),
        ("1\\. \\*设 \\(a+b\\)", "1. *设 a+b"),
        ("find \\( x = 2 \\)", "find x = 2"),
        ("if \\( n = 2 \\) then \\(P(A|B)\\)", "if n = 2 then P(A|B)"),
        ("`sed` 和 \\(a+b\\)，使用 sed。设 \\(c-d\\)", "sed 和 a+b，使用 sed。设 c-d"),
    ],
)
def test_brackets_around_mathematics_are_marks(text: str, row: str) -> None:
    assert shown(text) == [row]


@pytest.mark.parametrize("text", ["a or b", "the", "if", "x at y"])
def test_words_are_no_expression(text: str) -> None:
    assert not is_expression(text)


def test_a_display_formula_is_drawn_when_it_is_whole() -> None:
    text = "$$\nx^2 \\\\\n\\frac{a}{b}\n$$.\n\n- \\[ y_1 \\]\n\n$$\\foo$$\n"
    assert shown(text) == ["  x²", "  a/b.", "", " •   y₁", "", "$$\\foo$$"]
    assert shown(text, math=False)[:4] == ["$$", "x^2 \\\\", "\\frac{a}{b}", "$$."]
    assert shown("$$\nx^2") == ["$$", "x^2"]
    assert streamed(text, 80, [4], [True]) == oneshot(text, 80)


def test_a_very_long_formula_stays_as_it_is() -> None:
    text = "$$\n" + "x^2 +\n" * 60 + "1\n$$\n"
    assert shown(text)[:2] == ["$$", "x^2 +"]
    assert streamed(text, 80, [30], [True]) == oneshot(text, 80)
