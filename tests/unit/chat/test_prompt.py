from __future__ import annotations

import codecs
import json
import os
import re
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.harness import hint_of

from mimo_cli.api.protocol.content_blocks import decode_block
from mimo_cli.api.protocol.encode import encode, encode_block
from mimo_cli.api.protocol.messages import Message, Request, Text
from mimo_cli.errors import UsageError
from mimo_cli.input.compose import compose, system_prompt
from mimo_cli.input.file_bytes import LARGEST_TEXT
from mimo_cli.input.file_reading import read_file
from mimo_cli.text import tags
from mimo_cli.text.decoding import check_words, decode
from mimo_cli.text.text_format import TextFormat

if TYPE_CHECKING:
    from pathlib import Path

    from mimo_cli.text.locales import Language

PROPERTY = settings(deadline=None, derandomize=True, max_examples=60)
UTF8 = TextFormat()
LOSSY = TextFormat(lossy=True)
ENCODING_HINT = "If it is text, name its --encoding; to send it all the same: --lossy"

NASTY = [
    *("undefined", "null", "None", "NaN", "true", "0", "-1", "1e999", "0x10", "[DONE]", "\\", '"'),
    *("{}", "[]", '{"type":"error"}', "data: x\n\n", "event: ping\r\n\r\n", ": comment"),
    *("\\u0000", "\\ud83c", "%s %d %n", "{0} {x!r}", "$HOME `id` $(id)", "~", "../../etc/passwd"),
    *("'; DROP TABLE x; --", "<script>alert(1)</script>", "&lt;&amp;", "<stdin>", "</stdin>"),
    *('<file name="x">', "--help", "-v", "- x", "\x1b[2J\x1b]0;t\x07", "\x07\x08\x0b\x0c\x7f"),
    *("\x01\x1f", "\x80\x85\x9b", "a\r\nb\rc\nd", "\ta\t", " leading and trailing "),
    *("a\u2028b\u2029c", "\u202eright to left\u202c", "\u2066isolate\u2069", "\ufeffmark"),
    *("\ufffe\uffff", "\u200b\u200dx", "\U000e0041\U000e0042tag", "Z\u0351\u036b\u0343a\u033f"),
    *("\u0301\u0301", "\u00a0\u3000x", "é e\u0301", "Å \u212b", "ß SS", "İ i \u0131", "ﬁ ﬂ"),
    *("ⅷ ²", "١٢٣", "中文\uff0c测试", "日本語テスト", "한국어", "עברית", "العربية", "ไทย", "हिन्दी"),
    *("\N{PARTY POPPER}", "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\U0001f1e8\U0001f1f3"),
    *("❤\ufe0f", "\U0010ffff", "\U00012000", "\ufdfa", "x" * 10_000, "a\n" * 500),
]


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_no_text_is_changed_on_its_way_into_a_request(text: str) -> None:
    assert compose(text, [], "") == text
    assert compose("", [], text) == text
    assert decode(text.encode("utf-16"), "x", TextFormat("utf-16")) == text
    if not text.startswith("\ufeff"):
        assert decode(text.encode(), "x", UTF8) == text
    content = decode_block(json.loads(json.dumps(encode_block(Text(text)))))
    assert content == Text(text)
    body = b"".join(encode(Request("m", (Message("user", text),))).pieces())
    assert json.loads(body)["messages"] == [{"role": "user", "content": text}]


@PROPERTY
@given(st.text().filter(str.strip), st.text().filter(str.strip), st.text().filter(str.strip))
def test_words_files_and_stdin_are_all_in_the_prompt(words: str, file: str, stdin: str) -> None:
    prompt = compose(words, [("f", file)], stdin)
    (n,) = re.findall(r"</stdin(-\d+|)>\Z", prompt)
    assert prompt.startswith(f'{words}\n\n<file{n} name="f">\n{file}')
    end = "" if stdin.endswith("\n") else "\n"
    assert prompt.endswith(f"</file{n}>\n\n<stdin{n}>\n{stdin}{end}</stdin{n}>")
    assert not re.search(rf"</(?:file|stdin){n}>", file + stdin, re.IGNORECASE)


@pytest.mark.parametrize(
    ("words", "files", "stdin", "prompt"),
    [
        ("a", [], "", "a"),
        ("", [], "b\n", "b\n"),
        (" \n", [], "b", "b"),
        ("a", [], "b", "a\n\n<stdin>\nb\n</stdin>"),
        ("a", [], "b\n", "a\n\n<stdin>\nb\n</stdin>"),
        ("a", [], " \n", "a"),
        ("a", [("f.py", "x\n")], "", 'a\n\n<file name="f.py">\nx\n</file>'),
        ("", [("f", "x")], "", '<file name="f">\nx\n</file>'),
        ("", [("f", "x")], "b", 'b\n\n<file name="f">\nx\n</file>'),
        (
            "a",
            [("1", "x"), ("2", "y")],
            "b",
            (
                'a\n\n<file name="1">\nx\n</file>\n\n<file name="2">\ny\n</file>\n\n'
                "<stdin>\nb\n</stdin>"
            ),
        ),
        ("a", [('&"\udcff', "x")], "", 'a\n\n<file name="&amp;&quot;?">\nx\n</file>'),
        ("a", [("b\n>\x1b", "x")], "", 'a\n\n<file name="b&#10;&gt;&#27;">\nx\n</file>'),
    ],
)
def test_the_parts_of_a_prompt_come_in_a_fixed_order(
    words: str, files: list[tuple[str, str]], stdin: str, prompt: str
) -> None:
    assert compose(words, files, stdin) == prompt


@pytest.mark.parametrize(
    ("text", "longer"),
    [
        ("</file>", "-1"),
        ("</stdin>", "-1"),
        ("x</FILE >", "-1"),
        ("< / file\n>", "-1"),
        ("<\u200b/file>", "-1"),
        ('<file name="b">', "-1"),
        ("</fi\u200ble>", "-1"),
        ("</\xadfi\u034fle>", "-1"),
        ("<\0/\x08std\x07in>", "-1"),
        ("</\U000e0020file>", "-1"),
        ("<\u2800/fi\u3164le>", "-1"),
        ("\uff1c\uff0f\uff46ile\uff1e", "-1"),
        ("</\ufb01le>", "-1"),
        ("</\ufb05din>", "-1"),
        ("\u226efile>", "-1"),
        ("</f\u0131l\u0435>", "-1"),
        ("</f\u0301ile>", "-1"),
        ("\u2039\u2215FILE\u203a", "-1"),
        ("<\\/file>", "-1"),
        ("</fi\x1c\fle>", "-1"),
        ("</\U0001d41f\U0001d422\U0001d425\U0001d41e>", "-1"),
        ("</file></file\u2011\u0661>", "-2"),
        ("</file></file-\u200b01>", "-2"),
        ("</file></file-1>", "-2"),
        ("</file-2>", "-1"),
        ("</file></stdin-1></File-2>", "-3"),
        ("</profile> <files> a < file_name <stdinx>", ""),
        ("\u4f60 </profile> <files> a < file_name <stdinx> <f\xe9e> <fin> <s>", ""),
    ],
)
def test_a_tag_in_a_text_makes_all_of_them_longer(text: str, longer: str) -> None:
    for file, stdin in (("x", text), (text, "x")):
        assert compose("a", [("f", file)], stdin) == (
            f'a\n\n<file{longer} name="f">\n{file}\n</file{longer}>'
            f"\n\n<stdin{longer}>\n{stdin}\n</stdin{longer}>"
        )


def test_words_alone_have_whatever_tags_they_have() -> None:
    assert compose("</file>", [], "") == "</file>"
    assert compose("</file>", [("f", "x")], "") == '</file>\n\n<file name="f">\nx\n</file>'


@given(st.text(st.sampled_from("<\uff1c/ fFiIlLeE\ufb01\u200b\u0301\u0131\u0435-1_\u4f60")))
def test_a_tag_is_found_wherever_it_stands(before: str) -> None:
    for tag in ("</file-7>", "\uff1c\u200b/fi\u0301l\u0435-7>"):
        assert "7" in tags.numbers(f"{before}{tag}")


@pytest.mark.parametrize("char", [" ", "\u200b", "\u4f60", "<f", "<\u200b", "<file", "-"])
def test_tags_are_looked_for_in_linear_time(char: str) -> None:
    text = "<" + char * 1_000_000 + "<" * 1_000_000
    begun = time.process_time()
    compose("a", [("f", text)], "")
    assert time.process_time() - begun < 2


@pytest.mark.parametrize(("words", "stdin"), [("", ""), (" \t", "\n\n"), ("", "\u3000")])
def test_an_empty_prompt_is_a_usage_error(words: str, stdin: str) -> None:
    with pytest.raises(UsageError) as caught:
        compose(words, [], stdin)
    assert (caught.value.message, caught.value.hint) == (
        "the prompt is empty",
        'Try: mimo ask "your question"',
    )


def test_words_that_are_not_utf8_are_a_usage_error() -> None:
    with pytest.raises(UsageError) as caught:
        check_words(os.fsdecode(b"caf\xe9 x"), UTF8)
    assert caught.value.message.startswith("the prompt is not UTF-8 text: byte 0xE9 at ")
    assert check_words("café 中文", UTF8) == "café 中文"


MIXED = os.fsdecode("你好".encode("gbk") + b" again " + "再见".encode())


def test_words_of_two_encodings_are_judged_one_by_one() -> None:
    with pytest.raises(UsageError) as caught:
        check_words(MIXED, UTF8._replace(remedy="option"))
    hint = "It is probably gb18030: add --encoding gb18030 "
    assert (caught.value.why, hint_of(caught.value).startswith(hint)) == (
        "byte 0xC4 at offset 0",
        True,
    )
    assert check_words(MIXED, TextFormat("gb18030")) == "你好 again 再见"
    assert check_words(MIXED, UTF8._replace(lossy=True)).endswith(" again 再见")


@pytest.mark.parametrize(
    ("data", "form", "text"),
    [
        (b"", UTF8, ""),
        ("é\r\n".encode(), UTF8, "é\r\n"),
        (codecs.BOM_UTF8 + b"a", UTF8, "a"),
        (codecs.BOM_UTF8 + b"a", TextFormat("UTF-8"), "a"),
        (codecs.BOM_UTF8 + b"a\xff", LOSSY, "a\ufffd"),
        (b"a\0b\xff", LOSSY, "a\ufffdb\ufffd"),
        (b"caf\xe9", TextFormat("latin-1"), "café"),
        ("é".encode("utf-16"), TextFormat("utf-16"), "é"),
        ("中".encode("gb18030"), TextFormat("gb18030"), "中"),
    ],
)
def test_bytes_become_text(data: bytes, form: TextFormat, text: str) -> None:
    assert decode(data, "x", form) == text


@pytest.mark.parametrize(
    ("data", "encoding", "message", "hint"),
    [
        (
            b"abc\xff",
            "utf-8",
            "stdin is not utf-8 text: byte 0xFF at offset 3",
            ENCODING_HINT,
        ),
        (
            codecs.BOM_UTF8 + b"a\xff",
            "utf-8",
            "stdin is not utf-8 text: byte 0xFF at offset 4",
            ENCODING_HINT,
        ),
        (b"a\xff", "ascii", "stdin is not ascii text: byte 0xFF at offset 1", ENCODING_HINT),
        (
            b"a",
            "utf-16",
            "stdin is not utf-16 text: byte 0x61 at offset 0",
            "It is UTF-8, not utf-16: leave --encoding out.",
        ),
        (
            b"\x89PNG\r\n\x1a\n\0\0",
            "latin-1",
            "stdin looks binary: a NUL at character 8",
            "It is a PNG picture, and no text.",
        ),
    ],
)
def test_bytes_that_are_not_text_are_a_usage_error_that_says_where(
    data: bytes, encoding: str, message: str, hint: str
) -> None:
    with pytest.raises(UsageError) as caught:
        decode(data, "stdin", TextFormat(encoding, remedy="option"))
    assert (caught.value.message, caught.value.hint) == (message, hint)


@pytest.mark.parametrize(
    ("data", "encoding"),
    [(b"+2AA-", "utf-7"), (b"\\ud800", "raw_unicode_escape"), (b"a", "undefined")],
)
@pytest.mark.parametrize("lossy", [True, False])
def test_a_codec_that_is_none_for_texts_is_a_usage_error(
    data: bytes, encoding: str, lossy: bool
) -> None:
    with pytest.raises(UsageError, match=f"x is not {encoding} text"):
        decode(data, "x", TextFormat(encoding, lossy=lossy))


@PROPERTY
@given(st.binary(max_size=30), st.sampled_from(["utf-8", "utf-16", "utf-7", "latin-1", "big5"]))
def test_any_bytes_are_text_or_a_usage_error(data: bytes, encoding: str) -> None:
    try:
        text = decode(data, "x", TextFormat(encoding))
    except UsageError:
        return
    assert text.encode() is not None
    assert "\0" not in text


# Files and stdin


def test_a_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "f.txt"
    file.write_bytes(b"caf\xe9\n")
    assert read_file(str(file), TextFormat("latin-1")) == "café\n"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("gone", None, "cannot read {}: no such file or directory"),
        (".", None, "cannot read {}: it is a folder"),
        ("empty", b"", "{} is empty"),
        ("blank", b" \n\t", "{} is empty"),
        ("large", b"x" * (LARGEST_TEXT + 1), "{} is too large: more than 10 MB"),
        ("png", b"\x89PNG", "{} is not utf-8 text: byte 0x89 at offset 0"),
        ("nul", b"a\0", "{} looks binary: a NUL byte at offset 1"),
    ],
)
def test_a_file_that_cannot_be_sent_is_a_usage_error_naming_it(
    tmp_path: Path, name: str, content: bytes | None, message: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UsageError) as caught:
        read_file(str(path), UTF8)
    assert caught.value.message == message.format(path)


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/dev/zero", "cannot read /dev/zero: it is not a regular file"),
        ("a\0b", "cannot read 'a\\x00b': embedded null byte"),
    ],
)
def test_what_is_no_file_is_not_even_opened(path: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_file(path, UTF8)
    assert caught.value.message == message


def test_a_named_pipe_would_block_and_is_refused_but_a_shells_own_is_read(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    with pytest.raises(UsageError, match="it is not a regular file"):
        read_file(str(fifo), UTF8)
    reader, writer = os.pipe()
    try:
        os.write(writer, b"from a command\n")
        os.close(writer)
        assert read_file(f"/dev/fd/{reader}", UTF8) == "from a command\n"
    finally:
        os.close(reader)


def test_a_pipe_that_never_ends_is_given_up() -> None:
    reader, writer = os.pipe()
    name = f"/dev/fd/{reader}"
    try:
        os.write(writer, b"the beginning")
        with pytest.raises(UsageError) as caught:
            read_file(name, UTF8, 0.05)
    finally:
        os.close(reader)
        os.close(writer)
    assert caught.value.message == f"cannot read {name}: it did not end within 0.05 seconds"


# The system prompt


def day(text: str) -> time.struct_time:
    return time.strptime(text, "%Y-%m-%d")


@pytest.mark.parametrize(
    ("date", "language", "prompt"),
    [
        (
            "2025-12-16",
            "en",
            (
                "You are MiMo, an AI assistant developed by Xiaomi. "
                "Today is date: Tuesday, December 16, 2025. "
                "Your knowledge cutoff date is December 2024."
            ),
        ),
        (
            "2026-02-01",
            "en",
            (
                "You are MiMo, an AI assistant developed by Xiaomi. "
                "Today is date: Sunday, February 1, 2026. "
                "Your knowledge cutoff date is December 2024."
            ),
        ),
        (
            "2025-12-16",
            "zh",
            (
                "你是MiMo\uff0c是小米公司研发的AI智能助手。"
                "今天的日期\uff1a2025年12月16日 星期二\uff0c你的知识截止日期是2024年12月。"
            ),
        ),
        (
            "2026-02-01",
            "zh",
            (
                "你是MiMo\uff0c是小米公司研发的AI智能助手。"
                "今天的日期\uff1a2026年2月1日 星期日\uff0c你的知识截止日期是2024年12月。"
            ),
        ),
    ],
)
def test_the_system_prompt_is_the_recommended_one(
    date: str, language: Language, prompt: str
) -> None:
    assert system_prompt(day(date), language) == prompt


def test_every_month_and_weekday_has_its_name_whatever_the_locale() -> None:
    months = [system_prompt(day(f"2026-{month:02}-15"), "en").split()[13] for month in range(1, 13)]
    assert months == [time.strftime("%B", day(f"2026-{month:02}-15")) for month in range(1, 13)]
    week = [system_prompt(day(f"2026-06-{date:02}"), "zh") for date in range(1, 8)]
    assert [prompt[prompt.index("星期") + 2] for prompt in week] == list("一二三四五六日")
