"""Where rows break, by GB/T 15834, JIS X 4051 and UAX #14."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_texts import quick, shown

from mimo_cli.markdown.line_breaks import units

NEVER_FIRST = "，。、；：？！）》」』】〕”’…·・～〜／％‰℃°々ーっゃョ"
NEVER_LAST = "（《「『【〔“‘￥＄$"


def pieces(text: str, width: int = 80) -> list[str]:
    return [text[start:end] for start, end in units(text, 0, len(text), width)]


@pytest.mark.parametrize("mark", NEVER_FIRST)
def test_no_row_begins_with(mark: str) -> None:
    assert pieces(f"甲{mark}乙") == [f"甲{mark}", "乙"]
    assert pieces(f"1{mark}乙")[0] == f"1{mark}"


@pytest.mark.parametrize("mark", NEVER_LAST)
def test_no_row_ends_with(mark: str) -> None:
    assert pieces(f"甲{mark}乙") == ["甲", f"{mark}乙"]
    assert pieces(f"甲{mark}1") == ["甲", f"{mark}1"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('他说"你好"然后', ["他", "说", '"你', '好"', "然", "后"]),
        ('"甲"和"乙"', ['"甲"', "和", '"乙"']),
        ('说"hello"的', ["说", '"hello"', "的"]),
        ("第12章和第十二章", ["第12", "章", "和", "第十二", "章"]),
        ("第一，次第", ["第一，", "次", "第"]),
        ("约5 GB内存", ["约", "5 GB", "内", "存"]),
        ("at 100 km/h, or 5 m.", ["at", "100 km/h,", "or", "5 m."]),
        ("10 minutes 3 mice", ["10", "minutes", "3", "mice"]),
        ("v2 GB", ["v2 GB"]),
        ("“你好”——他说……", ["“你", "好”", "——", "他", "说……"]),
        ("コーヒーを飲んだ々", ["コー", "ヒー", "を", "飲", "ん", "だ々"]),
        ("きゃっとファイル", ["きゃっ", "と", "ファ", "イ", "ル"]),
        ("共（约50％）和/或", ["共", "（约", "50％）", "和/", "或"]),
        ("abc(中文)def", ["abc", "(中", "文)", "def"]),
        ("价格￥5～￥10", ["价", "格", "￥5～", "￥10"]),
        ("周一·周二", ["周", "一·", "周", "二"]),
        ("한국어 문장", ["한국어", "문장"]),
        ("》开头", ["》", "开", "头"]),
        ("结尾（", ["结", "尾", "（"]),
        ("https://a.example/中", ["https://a.example/", "中"]),
    ],
)
def test_a_text_may_break_between_its_units(text: str, expected: list[str]) -> None:
    assert pieces(text) == expected


def test_a_number_leaves_its_unit_where_there_is_no_room() -> None:
    assert pieces("100 km/h", 8) == ["100 km/h"]
    assert pieces("100 km/h", 7) == ["100", "km/h"]
    assert shown("abcdefgh 5 GB x", 12) == ["abcdefgh", "5 GB x"]


@settings(quick, max_examples=200)
@given(st.text(st.sampled_from("甲乙a1ー，。（）“”《》·～％￥")), st.integers(12, 30))
def test_rows_keep_the_rules(text: str, width: int) -> None:
    rows = shown(f"甲{text}甲", width)
    assert "".join(rows) == f"甲{text}甲"
    for before, after in pairwise(rows):
        assert after[0] not in NEVER_FIRST or before[-1] in NEVER_LAST
        assert before[-1] not in NEVER_LAST or after[0] in NEVER_FIRST
