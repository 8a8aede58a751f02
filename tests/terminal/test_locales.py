"""Terminals, words and texts where the locale is not UTF-8, and what the locale's variables say."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from support.harness import PATIENCE, Terminal, around, asked, environ_for, finish, mimo, process

from mimo_cli.chat.prompt import encoding_check
from mimo_cli.errors import UsageError
from mimo_cli.output import legacy_encoding
from mimo_cli.simulator import Simulator
from mimo_cli.text import locales

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

EAST = [
    ("zh_CN.gbk", "你好，世界"),
    ("zh_CN.GB18030", "你好，世界𠀀"),
    ("zh_TW.big5", "許功蓋，你好"),
    ("ja_JP.eucjp", "こんにちは、世界"),
    ("ja_JP.SJIS", "表示とソート"),
    ("ko_KR.euckr", "안녕하세요"),
    ("ru_RU.KOI8-R", "Привет, мир"),
]


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    with Simulator(answer="Yes.") as running:
        yield running


def codec(locale: str) -> str:
    return locale.partition(".")[2]


# What the variables say


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, ""),
        ({"LANG": "C"}, ""),
        ({"LANG": "zh_CN"}, ""),
        ({"LANG": "zh_CN.UTF-8"}, ""),
        ({"LANG": "zh_CN.utf8@x"}, ""),
        ({"LANG": "en_US.US-ASCII"}, ""),
        ({"LANG": "zh_CN.klingon"}, ""),
        ({"LANG": "zh_CN.base64"}, ""),
        ({"LANG": "zh_CN.UTF-16"}, ""),
        ({"LANG": "en_US.cp037"}, ""),
        ({"LANG": "zh_CN.gbk"}, "gbk"),
        ({"LANG": "zh_CN.GB2312"}, "gb2312"),
        ({"LANG": "ja_JP.eucJP"}, "euc_jp"),
        ({"LANG": "de_DE.ISO-8859-15@euro"}, "iso8859-15"),
        ({"LANG": "zh_CN.gbk", "LC_CTYPE": "C.UTF-8"}, ""),
        ({"LANG": "C", "LC_CTYPE": "zh_CN.gbk", "LC_ALL": ""}, "gbk"),
        ({"LANG": "C.UTF-8", "LC_CTYPE": "C.UTF-8", "LC_ALL": "zh_CN.gbk"}, "gbk"),
    ],
)
def test_a_terminal_speaks_what_the_locale_names(environ: Mapping[str, str], expected: str) -> None:
    assert locales.charset(environ) == expected


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "ZH_TW"}, "zh"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "en_GB.UTF-8", "LANGUAGE": "zh_CN:en"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LANGUAGE": "en_US"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LANGUAGE": ""}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LANGUAGE": "de:fr"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LANGUAGE": "de:en:zh"}, "en"),
        ({"LANG": "de_DE.UTF-8", "LANGUAGE": "de:zh_Hant:en"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C", "LANGUAGE": "zh"}, "en"),
        ({"LANG": "C", "LANGUAGE": "zh"}, "en"),
        ({"LANG": "C.UTF-8", "LANGUAGE": "zh"}, "en"),
        ({"LANGUAGE": "zh"}, "en"),
        ({"LANG": "en_GB.UTF-8", "LC_MESSAGES": "zh_CN.UTF-8"}, "zh"),
        ({"LC_ALL": "en_GB.UTF-8", "LC_MESSAGES": "zh_CN.UTF-8", "LANG": "zh_CN"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LANGUAGE": "C"}, "en"),
    ],
)
def test_language_counts_as_gettext_has_it(environ: Mapping[str, str], expected: str) -> None:
    assert locales.language(environ) == expected


def test_the_recommended_system_prompt_is_in_the_language_that_is_preferred(
    simulator: Simulator,
) -> None:
    environ = environ_for(simulator, LANG="de_DE.UTF-8", LANGUAGE="de:zh_CN:en")
    assert mimo("ask", "hi", environ=environ).code == 0
    assert simulator.requests[-1].json["system"].startswith("你是MiMo")


# A chat on a terminal


@pytest.mark.parametrize(("locale", "text"), EAST)
def test_what_is_typed_and_what_is_shown_is_in_the_locales_encoding(locale: str, text: str) -> None:
    answer = f"{text} {text}"
    with Simulator(answer=answer) as simulator:
        environ = environ_for(simulator, LC_ALL=locale)
        with Terminal("chat", environ=environ, charset=codec(locale)) as terminal:
            terminal.wait_for("thinking on")
            terminal.type(text)
            terminal.wait_for(f"> {text}")
            terminal.type("\r")
            terminal.wait_for(f"{answer}\n\n>")
            terminal.type("\x04")
            assert terminal.wait() == 0
        assert asked(simulator) == text


@pytest.mark.parametrize("term", ["xterm-256color", "dumb"])
@pytest.mark.parametrize(
    ("locale", "sent", "what", "hint"),
    [
        (
            "C.UTF-8",
            "你好，世界".encode("gbk"),
            "the terminal sent what is not UTF-8: nothing was sent",
            "It is probably gb18030: set the terminal to UTF-8, or say so: LC_ALL=zh_CN.GB18030.",
        ),
        (
            "C",
            "안녕하세요".encode("euc-kr"),
            "the terminal sent what is not UTF-8: nothing was sent",
            "say so: LC_ALL=ko_KR.EUC-KR.",
        ),
        (
            "zh_CN.gbk",
            "你好，世界".encode(),
            "the terminal sent UTF-8, and the locale says gbk: nothing was sent",
            "LC_ALL=C.UTF-8 mimo chat",
        ),
        (
            "de_DE.ISO-8859-1",
            "Grüße".encode(),
            "the terminal sent UTF-8, and the locale says iso8859-1: nothing was sent",
            "LC_ALL=C.UTF-8 mimo chat",
        ),
    ],
)
def test_keys_of_another_encoding_than_the_locales_are_refused(
    locale: str, sent: bytes, what: str, hint: str, simulator: Simulator, *, term: str
) -> None:
    environ = environ_for(simulator, TERM=term, LC_ALL=locale)
    with Terminal("chat", environ=environ, columns=120, charset="latin-1") as terminal:
        terminal.wait_for("Ctrl-D leaves.")
        terminal.wait_for("\n>" if term == "dumb" else "thinking on")
        terminal.type(sent.decode("latin-1"))
        terminal.read()
        terminal.type("\r")
        text = terminal.wait_for(hint)
        assert what in text
    assert simulator.requests == []


@pytest.mark.parametrize(
    ("locale", "more"),
    [
        ("C", {}),
        ("POSIX", {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}),
        ("", {"PYTHONUTF8": "0"}),
        ("C.UTF-8", {"PYTHONUTF8": "1"}),
    ],
)
def test_in_no_locale_everything_is_utf8(
    simulator: Simulator, locale: str, more: dict[str, str]
) -> None:
    environ = environ_for(simulator, LC_ALL=locale, **more)
    with Terminal("chat", "先说", environ=environ, measured=False) as terminal:
        terminal.wait_for("Yes.")
        terminal.wait_for("thinking on")
        terminal.type("你好")
        terminal.wait_for(" 你好")
        terminal.type("\r")
        terminal.wait_for("Yes.\n\n")
        terminal.wait_for(" 你好\n\nthought for less than a second\n\nYes.\n\n")
        terminal.type("\x04")
        assert terminal.wait() == 0
    said = [message["content"] for message in simulator.requests[-1].json["messages"]]
    assert (said[0], said[-1]) == ("先说", "你好")


def test_what_a_terminal_cannot_show_takes_as_many_columns() -> None:
    assert legacy_encoding.encode("你好 › x…", "gbk") == "你好 > x…".encode("gbk")
    assert legacy_encoding.encode("中 🚀 é\u0301\u200d ⠋│—”", "latin-1") == b'?? ?? \xe9 *|-"'
    assert legacy_encoding.encode("ab", "big5") == b"ab"


# Words on the command line


@pytest.fixture(scope="session")
def locale_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a locale in GBK, made for the tests."""
    if shutil.which("localedef") is None:
        pytest.skip("there is no localedef")
    folder = tmp_path_factory.mktemp("locales")
    made = subprocess.run(
        ["localedef", "-c", "-i", "zh_CN", "-f", "GBK", str(folder / "zh_CN.gbk")],
        capture_output=True,
        check=False,
        timeout=60,
    )
    if not (folder / "zh_CN.gbk").is_dir():
        pytest.skip(f"localedef made no locale: {made.stderr.decode(errors='replace')}")
    return folder


def ran(*args: bytes, environ: dict[str, str], stdin: bytes = b"") -> tuple[int, str]:
    """Run the program with words that are bytes; its exit code, and stderr."""
    program = subprocess.run(
        [sys.executable.encode(), b"-m", b"mimo_cli", *args],
        env={**around(measured=True), **environ},
        input=stdin,
        capture_output=True,
        check=False,
        timeout=PATIENCE,
    )
    return program.returncode, program.stderr.decode()


@pytest.mark.children_traced
@pytest.mark.parametrize("is_installed", [True, False])
@pytest.mark.parametrize("encoding", ["gbk", "utf-8"])
def test_words_are_read_by_the_locale_or_as_the_utf8_that_they_are(
    simulator: Simulator, request: pytest.FixtureRequest, encoding: str, is_installed: bool
) -> None:
    environ = environ_for(simulator, LC_ALL="zh_CN.gbk")
    if is_installed:
        environ["LOCPATH"] = str(request.getfixturevalue("locale_path"))
    words = [word.encode(encoding) for word in ("-s", "说中文", "--stop", "。", "联通", "的电话？")]
    assert ran(b"ask", *words, environ=environ) == (0, "")
    assert asked(simulator) == "联通 的电话？"
    sent = simulator.requests[-1].json
    assert (sent["system"], sent["stop_sequences"]) == ("说中文", ["。"])


@pytest.mark.children_traced
def test_a_file_is_found_by_its_bytes_whatever_the_locale(
    simulator: Simulator, tmp_path: Path, locale_path: Path
) -> None:
    for number, encoding in enumerate(("gbk", "utf-8")):
        name = os.fsencode(tmp_path) + b"/" + "文件".encode(encoding)
        with open(name, "wb") as file:  # noqa: PTH123 - its name is bytes
            file.write(b"content %d" % number)
        for more in ({}, {"LOCPATH": str(locale_path)}):
            environ = environ_for(simulator, LC_ALL="zh_CN.gbk", **more)
            code, err = ran(b"ask", b"-f", name, b"-o", name + b".md", b"x", environ=environ)
            assert (code, err) == (0, "")
            assert f'/文件">\ncontent {number}\n' in asked(simulator)
            os.remove(name + b".md")  # noqa: PTH107 - its name is bytes


@pytest.mark.parametrize("command", ["ask", "chat"])
def test_words_that_are_no_text_are_refused_with_what_they_may_be(
    simulator: Simulator, command: str
) -> None:
    environ = environ_for(simulator, LC_ALL="C.UTF-8")
    words = "请翻译这段话".encode("gbk")
    code, err = ran(command.encode(), words, environ=environ)
    assert (code, simulator.connections) == (2, 0)
    assert err == (
        "mimo: the prompt is not UTF-8 text: byte 0xC7 at offset 0\n"
        "  It is probably gb18030: add --encoding gb18030 (or --lossy, which replaces what is no "
        "text).\n"
    )
    assert ran(command.encode(), words, b"--encoding", b"gb18030", environ=environ)[0] == 0
    assert asked(simulator) == "请翻译这段话"
    assert ran(command.encode(), b"caf\xe9 au lait", b"--lossy", environ=environ)[0] == 0
    assert asked(simulator) == "caf\ufffd au lait"


@pytest.mark.children_traced
def test_doctor_says_what_the_terminal_is_sent(simulator: Simulator) -> None:
    environ = environ_for(simulator, LC_ALL="zh_CN.gbk")
    with Terminal("doctor", environ=environ, columns=160, charset="gbk") as terminal:
        terminal.wait()
        assert "LC_ALL=zh_CN.gbk is not UTF-8: gbk is what the terminal is sent" in terminal.text


def test_an_answer_in_a_pipe_is_utf8_all_the_same(simulator: Simulator, locale_path: Path) -> None:
    environ = environ_for(simulator, LC_ALL="zh_CN.gbk", LOCPATH=str(locale_path))
    with Simulator(answer="你好") as other:
        environ["MIMO_BASE_URL"] = other.base_url
        assert finish(process("ask", "hi", environ=environ)).out == "你好\n"


PROBABLY = "  It is probably gb18030: set the terminal to UTF-8, or say so: LC_ALL=zh_CN.GB18030.\n"


@pytest.mark.parametrize(
    ("args", "what"),
    [
        (["ask", "hi", "-s", "你好世界"], "the value of --system"),
        (["ask", "hi", "--stop", "你好世界"], "the value of --stop"),
        (["ask", "hi", "--json", "-m", "你好世界"], "the value of --model"),
        (["chat", "hi", "-r", "你好世界"], "the value of --resume"),
        (["models", "-p", "你好世界"], "the value of --profile"),
        (["config", "set", "system", "你好世界"], "the value"),
        (["config", "set", "aliases.你好世界", "x"], "the name"),
        (["history", "search", "你好世界"], "the text"),
    ],
)
def test_other_values_that_are_no_text_are_refused_with_what_they_may_be(
    simulator: Simulator, tmp_path: Path, args: list[str], what: str
) -> None:
    given = [os.fsdecode(arg.encode("gbk")) for arg in args]
    config = str(tmp_path / "config.toml")
    environ = environ_for(simulator, MIMO_CONFIG=config, MIMO_DATA=str(tmp_path))
    result = mimo(*given, environ=environ)
    first, _, rest = result.err.partition("\n")
    assert (result.code, rest) == (2, PROBABLY)
    assert first.startswith(f"mimo: {what} is not UTF-8 text: byte 0x")
    assert "--json" not in args or result.json["error"]["code"] == "usage"


def test_a_files_name_is_text_in_the_prompt(simulator: Simulator, tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/" + "会议记录.txt".encode("gbk")
    with open(name, "wb") as file:  # noqa: PTH123 - its name is bytes
        file.write(b"inside")
    result = mimo("ask", "-f", os.fsdecode(name), "x", environ=environ_for(simulator))
    assert result.code == 0
    assert '/会议记录.txt">\ninside\n' in asked(simulator)


@pytest.mark.parametrize("args", [[], ["--encoding", "utf-16"]])
def test_lines_of_utf16_are_refused_at_once(simulator: Simulator, args: list[str]) -> None:
    data = "你好\n世界\n".encode("utf-16")
    result = mimo("chat", *args, environ=environ_for(simulator), stdin=data)
    assert (result.code, simulator.connections) == (2, 0)
    assert result.err == (
        "mimo: messages on stdin cannot be utf-16: each line is one\n"
        "  Convert them: iconv -f UTF-16 -t UTF-8\n"
    )


def test_lines_of_a_chat_are_read_by_the_encoding_that_is_named(simulator: Simulator) -> None:
    data = "你好\n世界\n".encode("gbk")
    assert mimo("chat", "--encoding", "gbk", environ=environ_for(simulator), stdin=data).code == 0
    assert asked(simulator) == "世界"


@pytest.mark.parametrize(
    ("text", "charset"),
    [
        ("plain", "gbk"),
        ("你好", ""),
        ("你好", "gbk"),
        ("校校", "gbk"),
        ("🚀 from an editor", "gbk"),
        ("Grüße", "iso8859-1"),
        ("Привет", "koi8-r"),
    ],
)
def test_what_was_typed_rightly_is_taken(text: str, charset: str) -> None:
    encoding_check.check_typed(text, charset)


@pytest.mark.parametrize("charset", ["", "gbk"])
def test_bytes_that_are_no_text_are_refused_beside_any_text(charset: str) -> None:
    with pytest.raises(UsageError, match="the terminal sent what is not "):
        encoding_check.check_typed("🚀 \udcff!", charset)
