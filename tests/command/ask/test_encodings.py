"""Texts in other encodings than UTF-8: recognised, read when named, never nonsense in silence."""

from __future__ import annotations

import codecs
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from support.harness import Terminal, asked, environ_for, hint_of, mimo

from mimo_cli.errors import UsageError
from mimo_cli.simulator import Fault, Simulator
from mimo_cli.text import charsets, decoding
from mimo_cli.text.text_format import TextFormat

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SENTENCES = {
    "gb18030": [
        *("你好", "中文", "联通", "测试", "谢谢", "请帮我翻译这段话", "今天北京的天气怎么样？"),
        *("人工智能是计算机科学的一个分支。", "会议纪要\n1. 讨论了预算\n2. 下周三再开会\n"),
        *("严禁烟火", "魑魅魍魉是什么意思", "name,城市\nx,上海\n", "这家公司的股票跌了百分之五。"),
        *("価格は五元", "“引号”——破折号……", "繁體中文也可以用這個編碼"),
    ],
    "big5": [
        *("你好", "中文", "許功蓋", "測試", "謝謝", "請幫我翻譯這段話", "今天臺北的天氣怎麼樣？"),
        *("人工智慧是電腦科學的一個分支。", "會議記錄\n1. 討論了預算\n", "「引號」與標點"),
    ],
    "shift_jis": [
        *("こんにちは", "日本語", "テスト", "ありがとう", "表示", "この文章を要約してください。"),
        *("東京の天気はどうですか", "明日の会議について", "ソフトウェア", "id,名前\n1,山田\n"),
    ],
    "cp932": ["①番目の項目です。", "㈱山田商事の会議"],
    "euc-jp": [
        *("こんにちは", "日本語", "テスト", "ありがとう", "この文章を要約してください。"),
        *("東京の天気はどうですか", "明日の会議について"),
    ],
    "euc-kr": [
        *("안녕하세요", "한국어", "감사합니다", "테스트", "이 글을 요약해 주세요."),
        *("오늘 서울 날씨가 어떻습니까?", "파일을 읽을 수 없습니다", "id,이름\n1,김철수\n"),
    ],
    "windows-1251": [
        *("Привет", "Привет, мир!", "тест", "Какая сегодня погода в Москве?"),
        *("Это текст на русском языке.", "Имя;Город\nИван;Казань\n"),
    ],
    "koi8-r": [
        *("Привет", "Привет, мир!", "тест", "Какая сегодня погода в Москве?"),
        "Это текст на русском языке.",
    ],
    "windows-1252": [
        *("café", "naïve", "Straße", "Grüße aus Köln", "Größe: 5 €", "Übermäßig", "Ærø", "25 °C"),
        *("El niño comió mañana", "C'est déjà l’été", "“quoted” — text", "São Paulo é ótima"),
        "à la carte",
    ],
    "utf-16": ["你好", "hello", "Привет", "a"],
    "utf-16le": ["hello, world", "你好，世界\n", "Привет, мир"],
    "utf-16be": ["hello, world", "你好，世界\n", "Привет, мир"],
    "utf-32": ["你好"],
}
ALL = [(name, text) for name, texts in SENTENCES.items() for text in texts]
LONG = [name for name in SENTENCES if not name.startswith(("utf", "cp"))]
PROPERTY = settings(
    deadline=None,
    derandomize=True,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow],
)


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    with Simulator(answer="Yes.") as running:
        yield running


# Which encodings are likely


@pytest.mark.parametrize(("encoding", "text"), ALL)
def test_the_encoding_of_a_sentence_is_the_first_that_is_named(encoding: str, text: str) -> None:
    assert charsets.likely(text.encode(encoding))[0] == encoding


@PROPERTY
@given(st.sampled_from(LONG), st.data())
def test_a_longer_text_is_recognised_wherever_it_is_cut(encoding: str, data: st.DataObject) -> None:
    sentences = st.lists(st.sampled_from(SENTENCES[encoding]), min_size=4, max_size=12)
    text = data.draw(st.sampled_from("\n ,")).join(data.draw(sentences))
    assume(not text.isascii())
    assert charsets.likely(text.encode(encoding))[0] == encoding


@pytest.mark.slow
@pytest.mark.untraced
@pytest.mark.parametrize("encoding", LONG)
def test_of_a_large_file_the_beginning_counts(encoding: str) -> None:
    text = "x" + "\n".join(SENTENCES[encoding])
    data = text.encode(encoding) * (70_000 // len(text))
    assert charsets.likely(data)[0] == encoding


@PROPERTY
@given(st.binary(max_size=60))
def test_bytes_are_text_in_every_encoding_that_is_named(data: bytes) -> None:
    for name in charsets.likely(data):
        assert data.decode(name) is not None


@pytest.mark.parametrize(
    "data",
    [b"", b"abc", b"\xff", b"abc\xff", b"\0\0\0\0", b"a\0b", bytes(range(256))],
)
def test_what_is_no_text_is_of_no_encoding(data: bytes) -> None:
    assert charsets.likely(data) == ()


@pytest.mark.slow
def test_iconv_knows_every_name() -> None:
    if shutil.which("iconv") is None:
        pytest.skip("there is no iconv")
    for encoding, text in ALL:
        name = charsets.likely(text.encode(encoding))[0].upper()
        command = ["iconv", "-f", name, "-t", "UTF-8"]
        made = subprocess.run(command, input=text.encode(encoding), capture_output=True, check=True)
        assert made.stdout.decode() == text


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
        (b"\xff\xd8\xff\xe0", "a JPEG picture"),
        (b"RIFF....WEBPVP8 ", "a WebP picture"),
        (b"RIFF....WAVEfmt ", "a WAV recording"),
        (b"\0\0\0\x20ftypisom", "a film, a recording or a picture (MP4, HEIC)"),
        (b"%PDF-1.7\n", "a PDF document"),
        (b"PK\3\4", "a ZIP archive, or an office document"),
        (b"text", ""),
    ],
)
def test_a_file_that_is_no_text_is_called_what_it_is(data: bytes, kind: str) -> None:
    assert charsets.kind_of_file(data) == kind


@pytest.mark.parametrize(
    ("text", "encoding", "other", "is_others"),
    [
        ("校校", "gbk", "gbk", True),
        ("你好", "utf-8", "gbk", False),
        ("Grüße", "utf-8", "latin-1", False),
        ("Привет", "utf-8", "koi8-r", False),
    ],
)
def test_of_two_readings_the_one_that_makes_sense_is_meant(
    text: str, encoding: str, other: str, is_others: bool
) -> None:
    assert charsets.is_rather(text.encode(encoding), other) is is_others


def test_two_characters_of_gbk_that_are_utf8_too_are_what_was_meant() -> None:
    common = "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能"
    both = [char for char in common if _is_utf8(char.encode("gbk"))]
    assert both
    assert all(charsets.is_rather(char.encode("gbk"), "gbk") for char in both)


def _is_utf8(data: bytes) -> bool:
    try:
        return bool(data.decode())
    except UnicodeDecodeError:
        return False


# What may pass for UTF-8

DISGUISED = [
    ("utf-16le", "你好世界", "byte 0x16 at offset 4"),
    ("utf-16be", "你好世界", "byte 0x16 at offset 5"),
    ("utf-16le", "的中文文件\x0c", "a NUL byte at offset 11"),
    ("utf-16le", "一言，说明一下\n", "a NUL byte at offset 0"),
    ("utf-16be", "一言，说明一下\n", "a NUL byte at offset 1"),
    ("utf-32le", "你好世界", "a NUL byte at offset 2"),
    ("utf-32be", "hello", "a NUL byte at offset 0"),
    ("iso-2022-jp", "日本語のテキスト\n今日は\n", "byte 0x1B at offset 0"),
    ("iso-2022-jp", "price: 五円", "byte 0x1B at offset 7"),
    ("iso-2022-jp-2", "中文简体字", "byte 0x1B at offset 0"),
    ("iso-2022-jp-3", "見出し①\n", "byte 0x1B at offset 0"),
    ("iso-2022-jp-2004", "見出し①\n", "byte 0x1B at offset 0"),
    ("iso-2022-jp-ext", "片仮名 ｶﾀｶﾅ\n", "byte 0x1B at offset 0"),
    ("iso-2022-kr", "한국어\n", "byte 0x1B at offset 0"),
    ("hz", "hello 你好世界\n", "byte 0x7E at offset 6"),
]


@pytest.mark.untraced
@pytest.mark.slow
@pytest.mark.parametrize(("encoding", "text", "where"), DISGUISED)
def test_bytes_that_may_pass_for_utf8_are_no_nonsense(
    encoding: str, text: str, where: str, simulator: Simulator, tmp_path: Path
) -> None:
    data = text.encode(encoding)
    file = tmp_path / "f.txt"
    file.write_bytes(data)
    environ = environ_for(simulator)
    hint = f"It is probably {encoding}: add --encoding {encoding} "
    for args in (["ask"], ["ask", "-f", str(file), "x"], ["ask", "-s", f"@{file}", "x"]):
        result = mimo(*args, environ=environ, stdin=data if args == ["ask"] else b"")
        assert (result.code, simulator.connections) == (2, 0)
        assert where in result.err.splitlines()[0]
        assert hint in result.err
    assert mimo("ask", "--encoding", encoding, environ=environ, stdin=data).code == 0
    assert asked(simulator) == text
    assert mimo("ask", "--lossy", environ=environ, stdin=data).code == 0


SENTENCE = {
    "iso-2022-jp": "会議の議事録です。これは長い文章です。\n",
    "iso-2022-jp-2": "丂丄は珍しい文字です。\n",
    "iso-2022-kr": "회의록입니다\n",
    "hz": "己所不欲勿施於人你好世界今天天气\n",
}
PART = 64 * 1024


@pytest.mark.slow
@pytest.mark.untraced
@pytest.mark.parametrize("before", ["", "x", "xy", "~~" * (PART // 2) + "y", "plain\n" * PART])
@pytest.mark.parametrize("encoding", SENTENCE)
def test_a_long_text_is_recognised_wherever_it_is_cut(encoding: str, before: str) -> None:
    begin = before if encoding == "hz" else before.replace("~", "-")
    middle = (SENTENCE[encoding].replace("\n", "") * 3000).encode(encoding)
    data = begin.encode() + middle
    assert charsets.likely(data)[0] == encoding
    with pytest.raises(UsageError) as caught:
        decoding.decode(data, "it", TextFormat(remedy="option"))
    assert f"at offset {len(begin)}" in caught.value.why
    assert f"--encoding {encoding} " in hint_of(caught.value)


def test_a_part_that_is_cut_within_a_character_is_recognised() -> None:
    for size in range(PART - 8, PART + 1):
        data = b"x" * size + "議事録".encode("iso-2022-jp")
        assert charsets.likely(data) == ("iso-2022-jp",)


CHINESE = [
    (b"\x1b$)A\x0e<rLeWV\x0f\n", "iso-2022-cn"),
    (b"\x1b$)A\x0e71\x1b$)G|UGs\x0f\n", "iso-2022-cn"),
    (b"English first " * 9000 + b"\x1b$)A\x0eVPND\n", "iso-2022-cn"),
    (b"\x1b$)G\x0e|UGs", "iso-2022-cn"),
    (b"\x1b$)E\x0e\x2a\x21\x0f", "iso-2022-cn-ext"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("data", "name"), CHINESE)
def test_what_python_cannot_read_is_to_be_converted(
    data: bytes, name: str, simulator: Simulator, tmp_path: Path
) -> None:
    file = tmp_path / "f.txt"
    file.write_bytes(data)
    environ = environ_for(simulator)
    iconv = f"iconv -f {name.upper()} -t UTF-8"
    for command in ("ask", "chat"):
        for args, stdin in (([], data), (["-f", str(file), "x"], b"")):
            result = mimo(command, *args, environ=environ, stdin=stdin)
            hint = f"  It is probably {name}: save it as UTF-8 ({iconv} converts it).\n"
            assert (result.code, result.err.endswith(hint)) == (2, True)
            assert simulator.connections == 0


def test_iconv_reads_what_it_has_another_name_for() -> None:
    if shutil.which("iconv") is None:
        pytest.skip("there is no iconv")
    for encoding, text, _ in DISGUISED:
        if encoding in ("iso-2022-jp-3", "iso-2022-jp-2004", "iso-2022-jp-ext"):
            command = ["iconv", "-f", charsets.iconv_name(encoding), "-t", "UTF-8"]
            data = text.encode(encoding)
            made = subprocess.run(command, input=data, capture_output=True, check=True)
            assert made.stdout.decode() == text


ODD = (
    *("\x1b[31m", "\x1b[0m", "\x1b(B", "\x1b(0", "\x1b)0", "\x1b$", "\x1b$<5>", "\x1b]0;t\x07"),
    *("~{a,b}", "~{", "~}", "~/", "~", "$x =~ /a~{2}/", "a ~{ b }", "\\cite~{x}", "\n", "\x1b"),
    *("the", "quick", "fox", " ", "=", "中文", "é", "\x0e", "\x0f", "\x1b$)", "\x1b$(", "-", "9"),
)


@PROPERTY
@given(st.lists(st.sampled_from(ODD), max_size=30).map("".join))
def test_texts_with_escapes_and_tildes_are_still_sent(text: str) -> None:
    form = TextFormat()
    assert decoding.decode(text.encode(), "it", form) == text


@pytest.mark.parametrize("encoding", ["utf-16le", "utf-16be"])
def test_lines_of_utf16_without_a_mark_are_refused_too(encoding: str, simulator: Simulator) -> None:
    data = "你好世界\n你好世界\n".encode(encoding)
    result = mimo("chat", environ=environ_for(simulator), stdin=data)
    assert (result.code, simulator.connections) == (2, 0)
    assert result.err == (
        f"mimo: messages on stdin cannot be {encoding}: each line is one\n"
        f"  Convert them: iconv -f {encoding.upper()} -t UTF-8\n"
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    "data",
    [
        b"use ~{a,b}~} and ~{x,y}",
        b"~{VPND~ is no text of HZ's",
        b"\x01\x02prompt\x01\x02 $ ls\n",
        b"\x1b[31mred\x1b[0m\x1b(B",
        b"\x1b$<5> of terminfo",
        "\x06 确认".encode(),
        b"\x16`O",
        b"ab\x16N",
    ],
)
def test_odd_texts_are_sent_as_they_are(data: bytes, simulator: Simulator) -> None:
    result = mimo("ask", environ=environ_for(simulator), stdin=data)
    assert (result.code, asked(simulator)) == (0, data.decode())


@PROPERTY
@given(st.text(st.characters(max_codepoint=0x7E), min_size=8, max_size=400))
def test_ascii_with_control_characters_is_hardly_ever_something_else(text: str) -> None:
    assert charsets.likely(text.replace("\0", " ").encode()) == ()


# What is said of it, wherever a file is read


GBK = "请帮我翻译这段话".encode("gbk")
ICONV = "iconv -f GB18030 -t UTF-8"


def test_each_place_gives_advice_that_can_be_followed_there(
    simulator: Simulator, tmp_path: Path
) -> None:
    file = tmp_path / "f.txt"
    file.write_bytes(GBK)
    config = tmp_path / "config.toml"
    config.write_text(f"system = '@{file}'\n")
    config.chmod(0o600)
    environ = environ_for(simulator, MIMO_CONFIG=str(tmp_path / "none.toml"))
    what = f"mimo: {file} is not utf-8 text: byte 0xC7 at offset 0\n"
    probably = "  It is probably gb18030: "
    option = f"{probably}add --encoding gb18030 (or --lossy, which replaces what is no text).\n"
    convert = f"{probably}save it as UTF-8 ({ICONV} converts it).\n"
    for args in (["ask", "-f", str(file), "x"], ["ask", "-s", f"@{file}", "x"]):
        assert mimo(*args, environ=environ).err == what + option
    for args in (["chat", "-f", str(file), "x"], ["chat", "-s", f"@{file}", "x"]):
        assert mimo(*args, environ=environ).err == what + option
    assert mimo("ask", environ=environ, stdin=GBK).err == what.replace(str(file), "stdin") + option
    lines = mimo("chat", environ=environ, stdin=GBK + b"\n")
    assert lines.err == what.replace(str(file), "line 1 of stdin") + option
    assert mimo("config", "set", "system", f"@{file}", environ=environ).err == what + convert
    stdin = mimo("config", "set", "system", environ=environ, stdin=GBK)
    assert stdin.err == what.replace(str(file), "stdin") + convert
    kept = mimo("ask", "x", environ={**environ, "MIMO_CONFIG": str(config)})
    assert (kept.code, kept.err.splitlines()[1] + "\n") == (3, convert)
    assert simulator.connections == 0


@pytest.mark.slow
def test_in_a_chat_the_hint_is_for_a_chat(simulator: Simulator, tmp_path: Path) -> None:
    file = tmp_path / "f.txt"
    file.write_bytes(GBK)
    environ = environ_for(simulator, LC_ALL="C.UTF-8")
    hint = f"It is probably gb18030: {ICONV} converts it, or begin with: mimo chat --encoding gb"
    with Terminal("chat", environ=environ, columns=300) as terminal:
        terminal.wait_for("thinking on")
        for command in (f"/file {file}", f"/system @{file}"):
            terminal.type(f"\x15{command}\r")
            terminal.wait_for(f"{hint}18030.\n› {command}")
            assert "--lossy" not in terminal.text
    with Terminal("chat", "--encoding", "gb18030", environ=environ, columns=300) as terminal:
        terminal.wait_for("thinking on")
        terminal.type(f"/file {file}\r")
        terminal.wait_for("tokens)\n›")
        terminal.type(f"/system @{file}\r")
        terminal.wait_for("the system prompt is set\n›")
        terminal.type("what?\r")
        terminal.wait_for("Yes.")
    assert "请帮我翻译这段话" in asked(simulator)
    assert simulator.requests[-1].json["system"] == "请帮我翻译这段话"


@pytest.mark.untraced
@pytest.mark.slow
@pytest.mark.parametrize(("encoding", "text"), ALL)
def test_what_is_named_is_read(encoding: str, text: str, simulator: Simulator) -> None:
    data = text.encode(encoding)
    result = mimo("ask", "--encoding", encoding, environ=environ_for(simulator), stdin=data)
    assert (result.code, result.err, asked(simulator)) == (0, "", text)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_utf16_with_its_mark_needs_no_name(encoding: str, simulator: Simulator) -> None:
    data = "你好\n".encode(encoding)
    result = mimo("ask", environ=environ_for(simulator), stdin=data)
    assert (result.code, result.err, asked(simulator)) == (0, "", "你好\n")
    half = mimo("ask", environ=environ_for(simulator), stdin=data[:-1])
    assert (half.code, half.err.startswith(f"mimo: stdin is not {encoding} text: ")) == (2, True)


@pytest.mark.parametrize("command", ["ask", "chat"])
@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("klingon", "unknown encoding 'klingon'\n"),
        ("", "unknown encoding ''\n"),
        ("gb18031", "unknown encoding 'gb18031'\n  Did you mean gb18030?\n"),
        ("base64", "encoding 'base64' is not for text\n"),
        ("rot13", "encoding 'rot13' is not for text\n"),
        ("zlib", "encoding 'zlib' is not for text\n"),
        ("undefined", "unknown encoding 'undefined'\n"),
    ],
)
def test_what_is_no_encoding_of_text_is_refused(
    simulator: Simulator, command: str, name: str, message: str
) -> None:
    result = mimo(command, "--encoding", name, "hi", environ=environ_for(simulator))
    assert (result.code, result.err) == (2, f"mimo: {message}")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("encoding", "data", "is_said"),
    [
        ("gb18030", "你好".encode(), True),
        ("latin-1", "café".encode(), True),
        ("utf-16", b"plain", False),
        ("utf-16", b"text", True),
        ("cp037", b"plain", True),
        ("gb18030", b"plain", False),
        ("gb18030", "你好".encode("gb18030"), False),
        ("utf-7", "é".encode("utf-7"), False),
        ("iso2022_jp", "日本".encode("iso2022_jp"), False),
        ("utf-8-sig", "你好".encode(), False),
        ("UTF8", codecs.BOM_UTF8 + "你好".encode(), False),
    ],
)
def test_utf8_that_is_read_as_something_else_is_said(
    simulator: Simulator, encoding: str, data: bytes, is_said: bool
) -> None:
    result = mimo("ask", "--encoding", encoding, environ=environ_for(simulator), stdin=data)
    said = f"mimo: stdin is UTF-8, and was read as {encoding}, as --encoding says\n"
    assert (said in result.err) is is_said


@pytest.mark.parametrize(
    ("data", "hint"),
    [
        ("中文" * 10 + "\ud800", "It is UTF-8 but for 3 pieces: --lossy replaces them."),
        ("中文" * 10 + "\udce4", "It is UTF-8 but for one piece: --lossy replaces them."),
    ],
)
def test_utf8_that_is_damaged_is_called_so(data: str, hint: str) -> None:
    form = TextFormat(remedy="option")
    errors = "surrogatepass" if "\ud800" in data else "surrogateescape"
    with pytest.raises(UsageError) as caught:
        decoding.decode(data.encode("utf-8", errors), "x", form)
    assert caught.value.hint == hint


def test_an_archive_is_called_one_and_no_encoding_is_spoken_of(
    simulator: Simulator, tmp_path: Path
) -> None:
    file = tmp_path / "photos.zip"
    file.write_bytes(b"PK\3\4\x14\0\0\0")
    for args in (["ask", "-f", str(file), "what is this?"], ["chat", "-f", str(file), "what?"]):
        result = mimo(*args, environ=environ_for(simulator))
        assert result.code == 2
        assert result.err == (
            f"mimo: {file} cannot be attached: it is an archive, or compressed\n"
            "  Unpack it, and attach the files that are in it.\n"
        )


@pytest.mark.parametrize("command", ["ask", "chat"])
def test_a_file_without_a_name_is_refused(simulator: Simulator, command: str) -> None:
    result = mimo(command, "-f", "", "x", environ=environ_for(simulator))
    assert (result.code, result.err) == (2, "mimo: --file needs a name: it is empty\n")


# What a server says


SAID = "余额不足，请充值后再试"


def body_of(form: str, text: str) -> str:
    return {
        "json": '{"error": {"code": "402", "message": "%s"}}',
        "event": 'data: {"error": {"code": "402", "message": "%s"}}\n\n',
        "page": "<html><head><title>%s</title></head></html>",
        "text": "%s",
    }[form] % text


@pytest.mark.untraced
@pytest.mark.slow
@pytest.mark.parametrize("form", ["json", "event", "page", "text"])
@pytest.mark.parametrize(
    ("encoding", "charset", "text"),
    [
        ("gbk", "gbk", SAID),
        ("gbk", '"GB2312"', SAID),
        ("gbk", "x-unknown", SAID),
        ("gbk", "base64", SAID),
        ("gbk", "utf-8", SAID),
        ("gbk", "iso-8859-1", SAID),
        ("gbk", "", SAID),
        ("utf-8", "gbk", SAID),
        ("utf-8", "iso-8859-1", SAID),
        ("big5", "big5", "餘額不足，請稍後再試"),
        ("shift_jis", "Shift_JIS", "残高が不足しています"),
        ("euc-kr", "euc-kr", "잔액이 부족합니다"),
        ("latin-1", "iso-8859-1", "Réessayez plus tard, le crédit est épuisé"),
        ("utf-16", "utf-16", SAID),
    ],
)
def test_an_error_body_is_read_by_its_charset(
    form: str, encoding: str, charset: str, text: str
) -> None:
    kind = {"page": "text/html", "text": "text/plain"}.get(form, "application/json")
    header = f"{kind}; charset={charset}" if charset else kind
    fault = Fault(
        status=402,
        headers=(("Content-Type", header),),
        body=body_of(form, text).encode(encoding),
        times=None,
    )
    with Simulator(faults=[fault]) as simulator:
        result = mimo("ask", "hi", environ=environ_for(simulator))
    assert result.code == 6
    assert text in result.err


def test_an_error_with_status_200_and_a_whole_answer_are_read_so_too() -> None:
    headers = (("Content-Type", "application/json; charset=gbk"),)
    answer = (
        '{"type": "message", "role": "assistant", "model": "m", "stop_reason": "end_turn",'
        ' "content": [{"type": "text", "text": "你好，世界"}]}'
    )
    bodies = [body_of("json", SAID), answer]
    faults = [Fault(status=200, headers=headers, body=body.encode("gbk")) for body in bodies]
    with Simulator(faults=faults) as simulator:
        refused = mimo("ask", "hi", environ=environ_for(simulator))
        answered = mimo("ask", "--no-stream", "hi", environ=environ_for(simulator))
    assert (refused.code, SAID in refused.err) == (6, True)
    assert answered.out == "你好，世界\n"


# Names of files


@pytest.mark.slow
@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("my notes.txt", "my notes.txt"),
        ("it's here.txt", "it's here.txt"),
        ("“my notes.txt”", "my notes.txt"),
        ("「笔记.txt」", "笔记.txt"),
        ("'my notes.txt'", "my notes.txt"),
        ("my\\ notes.txt", "my notes.txt"),
        ("“quoted”.txt", "“quoted”.txt"),
    ],
)
def test_a_file_needs_no_quotes_where_it_is_there(
    tmp_path: Path, simulator: Simulator, typed: str, name: str
) -> None:
    file = tmp_path / name
    file.write_text("inside\n")
    sign, rest = ("", typed) if typed[0] not in "“「'" or "”." in typed else (typed[0], typed[1:])
    environ = environ_for(simulator)
    line = f"/file {sign}{tmp_path}/{rest}\nwhat?\n"
    result = mimo("chat", environ=environ, stdin=line.encode())
    assert result.code == 0
    assert f'<file name="{file}">\ninside\n' in asked(simulator)


def test_several_files_are_still_several(tmp_path: Path, simulator: Simulator) -> None:
    for name in ("a", "b"):
        (tmp_path / name).write_text(f"in {name}\n")
    line = f"/file {tmp_path}/a {tmp_path}/b\nwhat?\n"
    mimo("chat", environ=environ_for(simulator), stdin=line.encode())
    assert "in a" in asked(simulator)
    assert "in b" in asked(simulator)
    missing = mimo("chat", environ=environ_for(simulator), stdin=b"/file no such\n")
    assert "cannot read no: no such file" in missing.err
