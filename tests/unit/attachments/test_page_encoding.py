"""The encoding of a page: its mark, its header, its `meta`, and what it really is."""

from __future__ import annotations

import pytest

from mimo_cli.attachments.web.page_encoding import decode

TEXTS = {
    "utf-8": "这是一个关于天气的网页。",
    "gb18030": "这是一个关于天气的网页，今天北京的天气很好。",
    "big5": "這是一個關於天氣的網頁",
    "shift_jis": "これは日本の天気のページです",
    "euc-jp": "これは日本の天気のページです",
    "iso-2022-jp": "これは日本の天気のページです",
    "euc-kr": "오늘의 날씨는 맑습니다",
    "windows-1251": "Это страница о погоде",
    "cp1252": "Déjà vu – café",
    "utf-16": "这是一个关于天气的网页。",
    "utf-16-le": "A page about the weather.",
}


@pytest.mark.parametrize("encoding", TEXTS)
@pytest.mark.parametrize("declared", ["right", "none", "default", "wrong", "nonsense"])
def test_a_page_is_read_whatever_is_declared(encoding: str, declared: str) -> None:
    label = {
        "right": encoding,
        "none": "",
        "default": "ISO-8859-1",
        "wrong": "utf-8",
        "nonsense": "x-none",
    }[declared]
    text = f"<p>{TEXTS[encoding]}"
    assert decode(text.encode(encoding), label) == text


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        ("<meta charset=gb2312>", "gb18030"),
        ('<meta http-equiv=content-type content="text/html; charset=GBK">', "gb18030"),
        ("<meta charset='Shift_JIS'>", "cp932"),
        ("<?xml version='1.0' encoding='koi8-r'?>", "koi8-r"),
        ("<meta charset=windows-1252>", "cp1252"),
        ("<meta charset=hz-gb-2312>", "hz"),
    ],
)
def test_a_page_may_say_its_encoding_itself(head: str, encoding: str) -> None:
    words = {"koi8-r": "погода", "cp1252": "naïve – “so”", "cp932": "天気①"}.get(encoding, "天气")
    text = head + words
    assert decode(text.encode(encoding), is_markup=True) == text


@pytest.mark.parametrize(
    "label", ["utf-7", "zip", "rot13", "idna", "punycode", "utf-16", "\0", "é"]
)
def test_an_encoding_that_pages_are_not_in_is_not_believed(label: str) -> None:
    text = "<p>+ADw-script+AD4- and xn--a-ecp"
    assert decode(text.encode(), label) == text
    assert decode("<p>ä".encode(), label) == "<p>ä"


def test_a_broken_piece_does_not_cost_the_page() -> None:
    body = ("天气很好。" * 50).encode() + b"\xff" + "好".encode()
    assert decode(body) == "天气很好。" * 50 + "\N{REPLACEMENT CHARACTER}好"
    assert decode(b"\x81\x8d" + b"abc", "utf-8") == "\N{REPLACEMENT CHARACTER}" * 2 + "abc"


def test_a_mark_counts_before_all_else() -> None:
    assert decode(b"\xef\xbb\xbf\xe5\xa4\xa9", "gb18030") == "天"


def test_what_is_no_text_is_none() -> None:
    assert decode(bytes(range(256)) * 20) is None
