"""The commands of TeX that stand for characters, by how they are spaced."""

# ruff: noqa: RUF001, SIM905 - signs of mathematics, many in a line
from __future__ import annotations


def _pairs(text: str) -> dict[str, str]:
    words = text.split()
    return dict(zip(words[::2], words[1::2], strict=True))


LETTERS = _pairs(
    """
    alpha α beta β gamma γ delta δ epsilon ϵ varepsilon ε zeta ζ eta η theta θ vartheta ϑ iota ι
    kappa κ lambda λ mu μ nu ν xi ξ pi π varpi ϖ rho ρ varrho ϱ sigma σ varsigma ς tau τ upsilon υ
    phi ϕ varphi φ chi χ psi ψ omega ω Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Upsilon Υ
    Phi Φ Psi Ψ Omega Ω infty ∞ partial ∂ nabla ∇ hbar ℏ ell ℓ Re ℜ Im ℑ aleph ℵ emptyset ∅
    varnothing ∅ forall ∀ exists ∃ nexists ∄ neg ¬ lnot ¬ angle ∠ triangle △ square □ degree °
    prime ′ ldots … dots … cdots ⋯ vdots ⋮ ddots ⋱ dotsc … dotsb ⋯ top ⊤ bot ⊥
    dagger † ddagger ‡ clubsuit ♣ diamondsuit ♢ heartsuit ♡ spadesuit ♠ checkmark ✓
    imath ı jmath ȷ complement ∁ therefore ∴ because ∵ Box □ blacksquare ■ backslash \\ % %
    $ $ # # & & _ _ AA Å diamond ⋄
    """
)
"""What stands for itself."""

OPENING = _pairs("{ { lbrace { langle ⟨ lfloor ⌊ lceil ⌈ lvert | lVert ‖ lbrack [")
CLOSING = _pairs("} } rbrace } rangle ⟩ rfloor ⌋ rceil ⌉ rvert | rVert ‖ rbrack ]")
BARS = _pairs("| ‖ vert | Vert ‖")
PREFIXES = frozenset(
    """
    partial nabla Delta forall exists nexists neg lnot angle triangle therefore because Box
    """.split()
)
"""Letters that belong to what follows: no space stands behind them."""

BINARY = _pairs(
    """
    pm ± mp ∓ times × div ÷ cup ∪ cap ∩ setminus ∖ oplus ⊕ ominus ⊖ otimes ⊗ odot ⊙ land ∧ wedge ∧
    lor ∨ vee ∨ sqcup ⊔ sqcap ⊓ uplus ⊎ bmod mod mod mod star ⋆ ast ∗ ltimes ⋉ rtimes ⋊
    """
)
"""Operators with a space on both sides, unless they are signs of what follows."""

TIGHT = _pairs("cdot · centerdot · slash / circ ∘ bullet •")
"""Operators without spaces."""

RELATIONS = _pairs(
    """
    leq ≤ le ≤ leqslant ≤ geq ≥ ge ≥ geqslant ≥ neq ≠ ne ≠ lt < gt > ll ≪ gg ≫ equiv ≡ approx ≈
    sim ∼ simeq ≃ cong ≅ propto ∝ doteq ≐ in ∈ notin ∉ ni ∋ subset ⊂ supset ⊃ subseteq ⊆ supseteq ⊇
    subsetneq ⊊ supsetneq ⊋ nsubseteq ⊈ to → rightarrow → gets ← leftarrow ← leftrightarrow ↔
    Rightarrow ⇒ implies ⇒ Leftarrow ⇐ impliedby ⇐ Leftrightarrow ⇔ iff ⇔ longrightarrow ⟶
    longleftarrow ⟵ Longrightarrow ⟹ Longleftrightarrow ⟺ longleftrightarrow ⟷ mapsto ↦
    longmapsto ⟼ uparrow ↑ downarrow ↓ Uparrow ⇑ Downarrow ⇓ hookrightarrow ↪ rightharpoonup ⇀
    rightleftharpoons ⇌ perp ⊥ parallel ∥ nparallel ∦ mid |
    nmid ∤ models ⊨ vdash ⊢ dashv ⊣ prec ≺ succ ≻
    preceq ⪯ succeq ⪰ colon : coloneqq ≔ triangleq ≜ asymp ≍ lesssim ≲ gtrsim ≳ leadsto ⇝
    nearrow ↗ searrow ↘ trianglelefteq ⊴ bowtie ⋈ nRightarrow ⇏ nrightarrow ↛ nleq ≰ ngeq ≱
    """
)
"""Signs with a space on both sides."""

FUNCTIONS = frozenset(
    """
    sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh coth log ln lg exp lim limsup liminf
    max min sup inf det dim ker deg gcd lcm arg hom Pr
    """.split()
)
"""Names that are written out."""

BIG = _pairs(
    """
    sum ∑ prod ∏ coprod ∐ int ∫ iint ∬ iiint ∭ oint ∮ bigcup ⋃ bigcap ⋂ bigoplus ⨁ bigotimes ⨂
    bigvee ⋁ bigwedge ⋀
    """
)
"""Operators whose bounds are their scripts."""

SPACES = {",": " ", ";": " ", ":": " ", " ": " ", "quad": "  ", "qquad": "    "}
"""Spaces that are asked for; white space in the source is one of no width."""

IGNORED = frozenset(
    """
    big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr displaystyle
    textstyle scriptstyle limits nolimits nonumber notag !
    """.split()
)
ACCENTS = {
    "hat": "\u0302",
    "widehat": "\u0302",
    "bar": "\u0304",
    "tilde": "\u0303",
    "widetilde": "\u0303",
    "dot": "\u0307",
    "ddot": "\u0308",
    "vec": "\u20d7",
    "check": "\u030c",
    "mathring": "\u030a",
    "overline": "\u0305",
    "underline": "\u0332",
}
UPRIGHT = frozenset("text textrm textbf textit textsf texttt textnormal mbox".split())
"""Commands whose argument is text, and may hold formulas between `$`."""

PLAIN = frozenset("mathrm mathit mathsf mathtt mathnormal".split())
"""Commands whose argument is mathematics in another type, which is not shown."""

SWITCHES = {
    "\\rm": "mathrm",
    "\\it": "mathit",
    "\\sf": "mathsf",
    "\\tt": "mathtt",
    "\\bf": "mathbf",
    "\\cal": "mathcal",
}
"""Commands of old that hold up to the end of their group, and those that took their place."""

UNSTYLED = FUNCTIONS.union(
    UPRIGHT,
    PLAIN,
    "operatorname operatorname* ce tag tag* mod bmod pmod choose binom dbinom tbinom".split(),
)
"""What has a type of its own within an alphabet."""

_BOLD = {65: 0x1D400, 97: 0x1D41A, 48: 0x1D7CE, 0x391: 0x1D6A8, 0x3B1: 0x1D6C2}
_BOLD_SIGNS = dict(zip("∇∂ϵϑϕϱϖ", "𝛁𝛛𝛜𝛝𝛟𝛠𝛡", strict=True))
_DOUBLE_SIGNS = dict(zip("CHNPQRZ", "ℂℍℕℙℚℝℤ", strict=True))
_DOUBLE = {65: 0x1D538, 97: 0x1D552, 48: 0x1D7D8}
_SCRIPT = {65: 0x1D49C}
_FRAKTUR = {65: 0x1D504, 97: 0x1D51E}
ALPHABETS = {
    "mathbf": (_BOLD_SIGNS, _BOLD),
    "boldsymbol": (_BOLD_SIGNS, _BOLD),
    "bm": (_BOLD_SIGNS, _BOLD),
    "pmb": (_BOLD_SIGNS, _BOLD),
    "mathds": (_DOUBLE_SIGNS, _DOUBLE),
    "mathfrak": (dict(zip("CHIRZ", "ℭℌℑℜℨ", strict=True)), _FRAKTUR),
    "mathbb": (_DOUBLE_SIGNS, _DOUBLE),
    "mathcal": (dict(zip("BEFHILMR", "ℬℰℱℋℐℒℳℛ", strict=True)), _SCRIPT),
    "mathscr": (dict(zip("BEFHILMR", "ℬℰℱℋℐℒℳℛ", strict=True)), _SCRIPT),
}
"""Alphabets: characters of their own, and where in Unicode A, a and 0 of the others are."""
