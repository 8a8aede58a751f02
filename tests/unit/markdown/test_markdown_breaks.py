"""Where rows break, by GB/T 15834, JIS X 4051 and UAX #14."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.bulk import some
from support.markdown_texts import quick, shown

from mimo_cli.markdown.line_breaks import units

NEVER_FIRST = "，。、；：？！）》」』】〕”’…‥⋯·・～〜／％‰℃°々ーっゃョｯﾞｰ‼⁉²\u3000"
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
        ("第12章和第十二章", ["第12章", "和", "第十二章"]),
        ("第 12 章、第3-5节", ["第 12 章、", "第3-5节"]),
        ("第一、二条，第N次", ["第一、二条，", "第N次"]),
        ("第一百二十三条规定", ["第一百二十三条", "规", "定"]),
        ("第三季度的第5%", ["第三季度", "的", "第5%"]),
        ("共3个，1.5亿人", ["共", "3个，", "1.5亿人"]),
        ("2024年10月1日", ["2024年", "10月", "1日"]),
        ("走5 公里，20多年", ["走", "5 公里，", "20多年"]),
        ("25℃、25 ℃和50 ‰", ["25℃、", "25 ℃", "和", "50 ‰"]),
        ("¥100和$ 100，€ 5、5 €", ["¥100", "和", "$ 100，", "€ 5、", "5 €"]),
        ("说⋯⋯吧……。”好", ["说⋯⋯", "吧……。”", "好"]),
        ("甲 ，乙 ）。丙", ["甲 ，", "乙 ）。", "丙"]),
        ("Oui ! Non ?", ["Oui !", "Non ?"]),
        ("a :b", ["a", ":b"]),
        ("破折——号", ["破", "折", "——", "号"]),
        ("重要[^1]。后[1,2]，", ["重", "要[^1]。", "后[1,2]，"]),
        ("「甲」「乙」（丙）", ["「甲」", "「乙」", "（丙）"]),
        ("<ruby>漢字<rt>かんじ</rt></ruby>を", ["<ruby>漢字<rt>かんじ</rt></ruby>", "を"]),
        ("ｱｲｯﾀﾞー", ["ｱ", "ｲｯ", "ﾀﾞー"]),
        ("甲\u3000乙", ["甲\u3000", "乙"]),
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


def test_an_ordinal_leaves_what_it_counts_where_there_is_no_room() -> None:
    assert pieces("第一百二十三章", 14) == ["第一百二十三章"]
    assert pieces("第一百二十三章", 13) == [*"第一百二十三章"]
    assert pieces("第 12 章", 7) == ["第", "12", "章"]
    assert shown("甲乙丙丁第12章", 14) == ["甲乙丙丁", "第12章"]


LONG_WORDS = [
    (
        "คำว่าสำคัญใช้เวลาและน้ำใจเรียน",
        "คำ|ว่า|สำ|คัญ|ใช้|เว|ลา|และ|น้ำ|ใจ|เรีย|น",
    ),
    ("ແມ່ນສຳຄັນຫຼາຍສຳລັບເຮົາ", "ແມ່|ນ|ສຳ|ຄັນ|ຫຼາ|ຍ|ສຳ|ລັບ|ເຮົາ"),
    ("សំខាន់ណាស់ស្ត្រីគ្នា", "សំ|ខា|ន់|ណា|ស់|ស្ត្រី|គ្នា"),
    ("အရေးကြီးတယ်ကျွန်တော်သတ္တိ", "အ|ရေး|ကြီး|တယ်|ကျွန်|တော်|သ|တ္တိ"),
    ("대한민국헌법재판소", "대|한|민|국|헌|법|재|판|소"),
    (
        "🎉🇨🇳🇯🇵👨\u200d👩\u200d👧❤\ufe0f1\ufe0f\u20e3👍🏽",
        "🎉|🇨🇳|🇯🇵|👨\u200d👩\u200d👧|❤\ufe0f|1\ufe0f\u20e3|👍🏽",
    ),
    ("ใช้Python:เขียน", "ใช้|Python:|เขีย|น"),
    ("Überlänge", "Überlänge"),
    ("https://a.example/é/b", "https://a.example/é/b"),
]


@pytest.mark.parametrize(("word", "parts"), LONG_WORDS)
def test_a_word_wider_than_a_row_breaks_between_syllables_and_emoji(word: str, parts: str) -> None:
    assert pieces(word, 6) == parts.split("|")
    assert pieces(word, 80) == [word]
    assert shown(f"ab {word}", 40) == [f"ab {word}"]
    assert "".join(shown(word, 12)) == word


@pytest.mark.untraced
@pytest.mark.parametrize("text", ["「" * 60_000, "“" * 60_000, "a" + "(" * 30_000])
def test_marks_that_open_without_end_take_linear_time(text: str) -> None:
    started = time.process_time()
    assert "".join(pieces(text)) == text
    assert time.process_time() - started < 1


@settings(quick, max_examples=some(200))
@given(st.text(st.sampled_from("甲乙a1ー，。（）“”《》·～％￥")), st.integers(12, 30))
def test_rows_keep_the_rules(text: str, width: int) -> None:
    rows = shown(f"甲{text}甲", width)
    assert "".join(rows) == f"甲{text}甲"
    for before, after in pairwise(rows):
        assert after[0] not in NEVER_FIRST or before[-1] in NEVER_LAST
        assert before[-1] not in NEVER_LAST or after[0] in NEVER_FIRST
