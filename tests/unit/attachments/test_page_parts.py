"""Which parts of a page are its text, and what of them is shown."""

from __future__ import annotations

import pytest

from mimo_cli.attachments.web.readable import read

STORY = "The story goes on. " * 60
CARD = "<div class=card><header><h2>One</h2></header><p>a long word</p></div>"


def text(html: str) -> str:
    return read(html, "https://example.org").text


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<section><header><h2>A</h2></header><p>b</p></section>", "## A\n\nb"),
        ("<section><p>a</p><footer>b</footer></section>", "a\n\nb"),
        ("<blockquote><p>a</p><footer>b</footer></blockquote>", "> a\n>\n> b"),
        ("<section><p>a</p><aside>b</aside></section>", "a\n\nb"),
        ("<ul><li><header>a</header><p>b</p></ul>", "- a\n\n  b"),
        ("<details><header>a</header><p>b</p></details>", "a\n\nb"),
        ("<aside class=warning><p>a</p></aside>", "a"),
        ("<div><aside role=note><p>a</p></aside></div>", "a"),
        ("<div><p>a</p><aside>b</aside><p>c</p></div>", "a\n\nb\n\nc"),
        (CARD * 2, "## One\n\na long word\n\n## One\n\na long word"),
        ("<header><h1>A</h1><p>b</p></header><p>c", "# A\n\nb\n\nc"),
        ("<div id=root><header>a</header><p>b</p><footer>c</footer></div>", "b"),
        ("<header><a href=/><h1>A</h1></a></header><p>c", "# A\n\nc"),
        ("<div><p>b</p></div><aside><p>c</p></aside>", "b"),
        (
            "<header><h1>A title</h1><p>Bob<a href=#fn><sup>1</sup></a></p></header><p>c",
            "# A title\n\nBob[1]\n\nc",
        ),
        (
            "<header><h1><a href=/x>My Story</a></h1>by <a href=/bob>Bob</a></header><p>c",
            "# [My Story](https://example.org/x)\n\nby [Bob](https://example.org/bob)\n\nc",
        ),
        (
            "<div><header class=entry-header><h2>My Story</h2>by Bob</header><p>P</p></div>",
            "## My Story\n\nby Bob\n\nP",
        ),
        ("<header><h2>A</h2><a href=/>Home</a> <a href=/b>About</a></header><p>c", "c"),
        ("<header><h2><a href=/>A</a></h2></header><p>c", "c"),
        (
            "<header><h2><a href=/>A</a></h2>is long in words</header><p>c",
            "## [A](https://example.org/)\n\nis long in words\n\nc",
        ),
        (
            (
                "<header><h2>A site with a long name</h2><ul><li><a href=/>Home</a>"
                "<li><a href=/b>News</a></ul></header><p>c"
            ),
            "c",
        ),
        ("<header>a <b>b</b></header><p>c", "c"),
        ("<header>a<header><h2>b</h2></header></header><p>c", "a\n\n## b\n\nc"),
        ("<div><h2>A</h2><aside>b</aside><div>c</div></div>", "## A\n\nb\n\nc"),
        ("<div><p>a</p><aside>b</aside></div>", "a\n\nb"),
        ("<div><p>a</p><aside><a href=/>b</a> <a href=/>c</a></aside></div>", "a"),
        ("<p>a</p><div><aside aria-label='Side note'>b</aside></div>", "a\n\nb"),
        ("<p>a</p><div><aside class=notebook-nav>b</aside></div>", "a"),
        ("<p>a</p><div><aside class=sidebar-info>b</aside></div>", "a"),
        ("<p>a</p><div><aside class=infoBox>b</aside></div>", "a\n\nb"),
        ("<p>a</p><div><aside class=portable-infobox>b</aside></div>", "a\n\nb"),
        ("<p>a</p><footer><section role=doc-endnotes>1. b</section></footer>", "a\n\n1. b"),
        ("<p>a</p><footer>Correction: it was b.</footer>", "a\n\nCorrection: it was b."),
        ("<p>a</p><footer>© 2020 B</footer>", "a"),
    ],
)
def test_what_stands_around_a_part_of_a_page_belongs_to_it(html: str, expected: str) -> None:
    assert text(html) == expected


def test_an_article_beside_a_longer_story_is_not_the_page() -> None:
    teaser = f"<article>{'a teaser ' * 30}</article>"
    story = f"<div><p>{STORY}</p></div>"
    assert STORY.strip() in text(story + teaser)
    links = f"<div><a href=/>{STORY}</a></div>"
    assert STORY.strip() not in text(links + teaser)


def test_one_of_two_mains_is_not_the_page() -> None:
    main = f"<main>{STORY}</main>"
    assert text(main + main).count(STORY.strip()) == 2


@pytest.mark.parametrize(
    "style",
    [
        "backface-visibility: hidden",
        "-webkit-backface-visibility:hidden",
        "--foo-display:none",
        "content-visibility:hidden",
        "animation-name: display; x: none",
        "display: none; display: block",
    ],
)
def test_a_style_that_only_sounds_like_hiding_hides_nothing(style: str) -> None:
    assert text(f"<p style='{style}'>a</p>b") == "a\n\nb"


@pytest.mark.parametrize(
    "style",
    [
        "color:red;display: none",
        "DISPLAY:NONE !important",
        "visibility : hidden",
        "/*;*/ display:none",
    ],
)
def test_what_a_style_hides_is_left_out(style: str) -> None:
    assert text(f"<p style='{style}'>a</p>b") == "b"


def test_what_is_hidden_until_it_is_found_is_read() -> None:
    assert text("<p hidden=until-found>a</p><p hidden>b</p>") == "a"
