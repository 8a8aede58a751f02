"""What the controls of a page show, and the parts that are shown only sometimes."""

from __future__ import annotations

import pytest

from mimo_cli.attachments.web.readable import read


def text(html: str) -> str:
    return read(html, "https://example.org").text


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<h2 class=accordion-header><button>What is it?</button></h2>a", "## What is it?\n\na"),
        ("<dl><dt><button>a</button><dd>b</dl>", "a\n:   b"),
        ("<details><summary><button>a</button></summary>b</details>", "a\n\nb"),
        ("<div role=heading><button>a</button></div><p>b", "a\n\nb"),
        (
            "<table><tr><th><button>a</button><th>b<tr><td>1<td>2</table>",
            "| a | b |\n| --- | --- |\n| 1 | 2 |",
        ),
        ("<button role=tab>a</button><button role=tab>b</button><div>c</div>", "a b\n\nc"),
        ("<button aria-expanded=false>a</button><div>b</div>", "a\n\nb"),
        ("<button class=accordion>a</button><div>b</div>", "a\n\nb"),
        ("Press <button>Save</button> now.", "Press Save now."),
        ("<h2>A <b>b</b> <button id=copy-path>Copy</button></h2>c", "## A **b**\n\nc"),
        ("<h2>1. <button>How do I copy?</button></h2>c", "## 1. How do I copy?\n\nc"),
        ("<p>a</p><button>Subscribe</button>", "a"),
        (
            (
                "<div class=faq-item><button class='faq-question'>Is it free?</button>"
                "<div class=faq-answer>Yes.</div></div>"
            ),
            "Is it free?\n\nYes.",
        ),
        (
            (
                "<div class=h><button class='accordion-button collapsed' data-bs-toggle=collapse>"
                "A</button></div><div class=collapse>b</div>"
            ),
            "A\n\nb",
        ),
        ("<button data-toggle=collapse data-target=#x>A</button><div id=x>b</div>", "A\n\nb"),
        ("<button aria-controls=x>A</button><div hidden>b</div>c", "A\n\nc"),
        ("<button data-toggle=collapse class=navbar-toggler>A</button><div>b</div>", "b"),
        ("<button class=theme-toggle>Dark</button><div>b</div>", "b"),
        ("<button class=copy-toggle>Copy</button><div>b</div>", "b"),
        ("<button class=toggle>A</button>", ""),
        ("<button class=toggle>A</button><ul><li><a>b</a></ul>", "- b"),
        ("Press <button aria-expanded=false>A</button> now", "Press A now"),
        ("<div><div><div><div><button class=toggle>A</button></div></div></div></div><p>b", "b"),
        ("<h2>Install <button class='copy-btn'>Copy</button></h2>a", "## Install\n\na"),
        ("<h2>Install<button>Copy link</button> it</h2>a", "## Install it\n\na"),
        ("<h2>Files: <button>How do I copy them?</button></h2>", "## Files: How do I copy them?"),
        ("<pre><button>Copy</button>a</pre>", "```\na\n```"),
        ("<h2></h2><h3><svg></svg></h3>a", "a"),
    ],
)
def test_words_on_a_button_are_read_where_they_are_the_pages(html: str, expected: str) -> None:
    assert text(html) == expected


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (
            "<ul><li><input type=checkbox checked disabled> a<li><input type=checkbox> b</ul>",
            "- [x] a\n- [ ] b",
        ),
        (
            "<ul><li><p><input type=checkbox checked>a<li><label><input type=checkbox>b</ul>",
            "- [x] a\n- [ ] b",
        ),
        (
            (
                "<table><tr><th>a<th>b<tr><td>1<td><input type=checkbox checked>"
                "<tr><td>2<td><input type=checkbox></table>"
            ),
            "| a | b |\n| --- | --- |\n| 1 | [x] |\n| 2 | [ ] |",
        ),
        ("<p><input type=radio>a</p><p><input type=radio checked>b</p>", "( ) a\n\n(x) b"),
        ("<label>a</label><input type=checkbox checked>", "a [x]"),
        ("<p>a<input type=checkbox class=margin-toggle><span>b</span></p>", "ab"),
        ("<p>a<label for=x></label><input type=checkbox id=x><span>b</span></p>", "ab"),
        ("<div><input type=radio checked><input type=radio><div>a</div></div>", "a"),
        ("<input value='a b' readonly>", "a b"),
        ("<input type=submit value=a><input type=hidden value=b><input type=password value=c>", ""),
        ("a <select><option>1<option selected>2</select> b", "a 2 b"),
        ("<select><option>1<option>2</select>", "1"),
        ("<select multiple><option selected>1<option>2<option selected label=3></select>", "1, 3"),
        ("<select size=3><option>1<option>2</select>a", "a"),
        ("<p>a</p><textarea readonly>b &lt;c&gt;</textarea>", "a\n\nb <c>"),
        ("<textarea>a\n  <b>c</b></textarea>", "```\na\n  <b>c</b>\n```"),
        ("<textarea style='display:none'>a</textarea><textarea></textarea>b", "b"),
        ("<datalist><option>a</datalist>b", "b"),
    ],
)
def test_what_is_ticked_chosen_or_typed_is_read(html: str, expected: str) -> None:
    assert text(html) == expected


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<dialog open><p>a</dialog><dialog>b</dialog>", "a"),
        ("<object data=x.pdf><p>a</p></object>", "a"),
        ("<template>a</template>b", "b"),
        (
            (
                "<x-y><template shadowrootmode=open><style>s</style><p>a</p><slot></slot>"
                "<slot name=n>no</slot><slot name=m>c</slot></template>"
                "<p slot=n>b</p>light<template shadowrootmode=open>d</template></x-y>"
            ),
            "a\n\nlight\n\nb\n\nc",
        ),
    ],
)
def test_what_is_shown_in_the_place_of_something_is_read(html: str, expected: str) -> None:
    assert text(html) == expected


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<a href=x.html><strong aria-hidden=true>1.</strong> A</a>", None),
        ("It was <span aria-hidden=true>Bob</span>.", "It was ."),
        ("<h2><span aria-hidden=true>2.1</span><span> A</span></h2>", "## 2.1 A"),
        ("<h2><span aria-hidden=true><b>IV.</b></span> A</h2>", "## **IV.** A"),
        ("<p>a</p><b aria-hidden=true>1.</b> A", "a\n\n**1.** A"),
        ("<p>A<b aria-hidden=true> • </b>B <b aria-hidden=true>/</b> C</p>", "A B C"),
        ("<p><b aria-hidden=true>|</b>A<u>B</u><b aria-hidden=true>|</b><u>C</u></p>", "AB C"),
        ("<b aria-hidden=true>2</b><div>b</div>", "b"),
        ("<h2><b aria-hidden=true>3.</b> <a>A</a></h2>", "## **3.** A"),
        ("<h2>A <span aria-hidden=true>2</span> b</h2>", "## A b"),
        ("<p>By Bob <span aria-hidden=true>★★★☆ 3/5</span></p>", "By Bob ★★★☆ 3/5"),
        ("<b aria-hidden=true class='icon home'>home</b>a", "a"),
        ("<b aria-hidden=true>\ue001</b>a", "a"),
        ("<b aria-hidden=true>Home</b><b>Home</b>", "**Home**"),
        ("<a><span aria-hidden=true>W</span>Direct link</a>", "Direct link"),
        (
            (
                "<span><span aria-hidden=true>$<b>10</b></span>"
                "<span><span class=a-offscreen>$10</span></span></span>"
            ),
            "$10",
        ),
        ("<span><b class=sr-only>1</b><b aria-hidden=true>1.</b> A</span>", "**1** A"),
        ("<i aria-hidden=true class=material-icons>home</i>a", "a"),
        ("<p><span aria-hidden=true>***</span><span class=sr-only>3 of 5</span>", "3 of 5"),
        ("<div aria-hidden=true>a closed part</div>b", "b"),
    ],
)
def test_what_is_seen_but_not_read_out_is_read(html: str, expected: str | None) -> None:
    assert text(html) == (expected or "[**1.** A](https://example.org/x.html)")
