"""Tables of pages: columns stay right, and a layout is no table."""

from __future__ import annotations

import pytest

from mimo_cli.attachments.web.html import tables
from mimo_cli.attachments.web.readable import read


def text(html: str) -> str:
    return read(html, "https://example.org").text


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        pytest.param(
            "<table><tr><th>a<th>b<tr><td>|<td><code>c || d</code></table>",
            "| a | b |\n| --- | --- |\n| \\| | `c \\|\\| d` |",
            id="bars",
        ),
        pytest.param(
            "<table><tr><th>a<th>b<th>c<tr><td rowspan=2>1<td>2<td>3<tr><td>4<td>5</table>",
            "| a | b | c |\n| --- | --- | --- |\n| 1 | 2 | 3 |\n|  | 4 | 5 |",
            id="rowspan at the beginning",
        ),
        pytest.param(
            "<table><tr><th>a<th>b<th>c<tr><td>1<td rowspan=2>2<td>3<tr><td>4<td>5</table>",
            "| a | b | c |\n| --- | --- | --- |\n| 1 | 2 | 3 |\n| 4 |  | 5 |",
            id="rowspan between",
        ),
        pytest.param(
            "<table><tr><th>a<th>b<tr><td>1<td rowspan=2>2<tr><td>3<tr><td>4<td>5</table>",
            "| a | b |\n| --- | --- |\n| 1 | 2 |\n| 3 |  |\n| 4 | 5 |",
            id="rowspan at the end",
        ),
        pytest.param(
            "<table><tr><th colspan=2>a<th>b<tr><td>1<td>2<td>3</table>",
            "| a |  | b |\n| --- | --- | --- |\n| 1 | 2 | 3 |",
            id="colspan",
        ),
        pytest.param(
            "<table><tr><th>a<tr><td>1<td>2</table>",
            "| a |  |\n| --- | --- |\n| 1 | 2 |",
            id="a short row",
        ),
        pytest.param(
            "<table><caption>A<thead><tr><th>a<th>b<tbody><tr><td>1<td>2<tbody><tr><td>3<td>4"
            "</table>",
            "A\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n| 3 | 4 |",
            id="two bodies",
        ),
        pytest.param(
            "<table><tr><td><p>a</p></td><td>b<br>c</td></tr><tr><td>1<td>2</table>",
            "| a | b c |\n| --- | --- |\n| 1 | 2 |",
            id="one paragraph in a cell",
        ),
    ],
)
def test_a_table_of_data_keeps_its_columns(html: str, expected: str) -> None:
    assert text(html) == expected


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        pytest.param(
            "<table><tr><td>side</td><td><table><tr><td>a<p>b</p><p>c</p></table></table>",
            "side\n\na\n\nb\n\nc",
            id="a table in a table",
        ),
        pytest.param(
            "<table><tr><td>side</td><td><table><tr><th>a<th>b<tr><td>1<td>2</table></table>",
            "side\n\n| a | b |\n| --- | --- |\n| 1 | 2 |",
            id="data in a layout",
        ),
        pytest.param("<table><tr><td>a<tr><td>b</table>", "a\n\nb", id="one column"),
        pytest.param("<table><tr><td>a<td><ul><li>b<li>c</ul></table>", "a\n\n- b\n- c", id="list"),
        pytest.param(
            "<table><tr><td>a<td><pre>b\n  c</pre></table>", "a\n\n```\nb\n  c\n```", id="code"
        ),
        pytest.param(
            "<table role=presentation><tr><td>a<td>b<tr><td>c<td>d</table>", "a b\n\nc d", id="role"
        ),
        pytest.param(
            "<table role=none><caption>A</caption><tbody><tr><td>a<td>b</table>",
            "A\n\na b",
            id="role, with a caption",
        ),
    ],
)
def test_a_table_for_the_layout_is_what_is_in_it(html: str, expected: str) -> None:
    assert text(html) == expected


def test_spans_cost_no_more_than_so_many_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "_MOST_FILLED", 5)
    found = text("<table>" + "<tr><td colspan=999999999999 rowspan=100>x<td>y" * 10 + "</table>")
    assert found.count("|") == 2 * 10 + 10 + 5 + found.count("---") + 1
