"""What of a command line is an option and what a word: a table of cases, and the program."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import systems
from support.bulk import some
from support.harness import Terminal, environ_for, hint_of, mimo

from mimo_cli.cli.arguments import SlipError
from mimo_cli.cli.words import arrange
from mimo_cli.simulator import Simulator

PROPERTY = settings(deadline=None, derandomize=True, max_examples=some(200))
OPTIONS = {
    **dict.fromkeys(("-f", "--file", "-s", "--system", "-m", "--model", "--max-tokens"), True),
    **dict.fromkeys(("-v", "--verbose", "-q", "-c", "--no-thinking"), False),
}
ENVIRON = {
    "MIMO_API_KEY": "sk-simulator",
    "MIMO_CONFIG": os.devnull,
    "MIMO_HISTORY": "false",
    "PATH": os.environ["PATH"],
}


@pytest.mark.parametrize(
    ("line", "options", "words"),
    [
        (["hi"], [], ["hi"]),
        (["what", "is", "it"], [], ["what", "is", "it"]),
        (["-"], [], ["-"]),
        (["- summarize this"], [], ["- summarize this"]),
        (["-5 + 3 = ?"], [], ["-5 + 3 = ?"]),
        (["-5+3"], [], ["-5+3"]),
        (["-1"], [], ["-1"]),
        (["---"], [], ["---"]),
        (["-（附）"], [], ["-（附）"]),
        (["-é"], [], ["-é"]),
        (["--wat is that"], [], ["--wat is that"]),
        (["-v is what?"], [], ["-v is what?"]),
        (["-vq is what?"], [], ["-vq is what?"]),
        (["-s is what?"], [], ["-s is what?"]),
        (["-m\tx"], [], ["-m\tx"]),
        (["--"], [], []),
        (["--", "-v", "--", "-"], [], ["-v", "--", "-"]),
        (["hi", "--", "-v"], [], ["hi", "-v"]),
        (["-v", "hi"], ["-v"], ["hi"]),
        (["hi", "-v"], ["-v"], ["hi"]),
        (["-vq", "hi"], ["-vq"], ["hi"]),
        (["-m", "pro", "hi"], ["-m", "pro"], ["hi"]),
        (["-mpro", "hi"], ["-mpro"], ["hi"]),
        (["-vm", "pro", "hi"], ["-vm", "pro"], ["hi"]),
        (["-m", "-v", "hi"], ["-m", "-v"], ["hi"]),
        (["--max-tokens", "-1", "hi"], ["--max-tokens", "-1"], ["hi"]),
        (["--system", "Be brief.", "hi"], ["--system", "Be brief."], ["hi"]),
        (["--system=Be brief.", "hi"], ["--system=Be brief."], ["hi"]),
        (["-sBe brief.", "hi"], ["-sBe brief."], ["hi"]),
        (["--system=", "hi"], ["--system="], ["hi"]),
        (["--nope", "hi"], ["--nope"], ["hi"]),
        (["--nope=1", "hi"], ["--nope=1"], ["hi"]),
        (["-z", "hi"], ["-z"], ["hi"]),
    ],
)
def test_what_is_an_option_and_what_a_word(
    line: list[str], options: list[str], words: list[str]
) -> None:
    arranged = arrange(line, OPTIONS, lambda _: False)
    assert arranged.args == (*options, "--", *words)


def test_every_file_that_is_attached_as_well_is_named() -> None:
    names = [f"{letter}.txt" for letter in "abcdefgh"]
    remark = arrange(["-f", *names], {"-f": True}, lambda _: True).remarks[0]
    assert [name for name in names[1:] if name not in remark] == []


@pytest.mark.parametrize("name", ["zz.pem", "sub/ID_RSA", "prod.tfstate"])
def test_a_key_behind_another_file_is_not_sent(name: str) -> None:
    with pytest.raises(SlipError, match="is not sent") as raised:
        arrange(["-f", "a.txt", name, "hi"], {"-f": True}, lambda it: it != "hi")
    assert raised.value.hint == f"An -f of its own sends it: -f {name}"
    own = arrange(["-f", "a.txt", "-f", name, "hi"], {"-f": True}, lambda it: it != "hi")
    assert own.args == ("-f", "a.txt", "-f", name, "--", "hi")


FILES = ("a.py", "b.py", "中文.md")


@pytest.mark.parametrize(
    ("line", "options", "words", "remark"),
    [
        (["-f", "a.py", "hi"], ["-f", "a.py"], ["hi"], ""),
        (
            ["-f", "a.py", "b.py", "中文.md", "what is it"],
            ["-f", "a.py", "-f", "b.py", "-f", "中文.md"],
            ["what is it"],
            "attached as well: b.py, 中文.md (a question that is meant stands behind --)",
        ),
        (
            ["-f", "https://a.org/x", "https://b.org", "hi"],
            ["-f", "https://a.org/x", "-f", "https://b.org"],
            ["hi"],
            "attached as well: https://b.org (a question that is meant stands behind --)",
        ),
        (["-f", "a.py", "https://b.org", "hi"], ["-f", "a.py"], ["https://b.org", "hi"], ""),
        (
            ["-f", "https://a.org", "https://b or c"],
            ["-f", "https://a.org"],
            ["https://b or c"],
            "",
        ),
        (["-m", "x", "https://a.org"], ["-m", "x"], ["https://a.org"], ""),
        (
            ["-f", "https://a.org", "--", "https://b.org"],
            ["-f", "https://a.org"],
            ["https://b.org"],
            "",
        ),
        (
            ["--file=a.py", "b.py", "hi"],
            ["--file=a.py", "-f", "b.py"],
            ["hi"],
            "attached as well: b.py (a question that is meant stands behind --)",
        ),
        (
            ["-f", "a.py:1-1", "b.py:2-3", "c.py:1", "q"],
            ["-f", "a.py:1-1", "-f", "b.py:2-3"],
            ["c.py:1", "q"],
            "attached as well: b.py:2-3 (a question that is meant stands behind --)",
        ),
        (["-f", "a.py", "hi", "b.py:7"], ["-f", "a.py"], ["hi", "b.py:7"], "sent as a word"),
        (["-f", "a.py", "--", "b.py"], ["-f", "a.py"], ["b.py"], "sent as a word"),
        (["-f", "a.py", "-v", "b.py"], ["-f", "a.py", "-v"], ["b.py"], "sent as a word"),
        (["-f", "a.py", "hi", "b.py"], ["-f", "a.py"], ["hi", "b.py"], "sent as a word"),
        (
            ["explain", "a.py"],
            [],
            ["explain", "a.py"],
            "a.py: sent as a word; -f a.py adds what is in the file",
        ),
        (["explain a.py"], [], ["explain a.py"], ""),
        (
            ["what", "does", "-v", "mean"],
            ["-v"],
            ["what", "does", "mean"],
            "-v was taken as an option, not as a word; -- before the words makes it one",
        ),
        (["--", "what", "does", "-v", "mean"], [], ["what", "does", "-v", "mean"], ""),
        (["what does", "-v", "mean"], ["-v"], ["what does", "mean"], "-v was taken"),
        (["what", "-v", "it is"], ["-v"], ["what", "it is"], "-v was taken"),
        (["what does", "-v", "it mean"], ["-v"], ["what does", "it mean"], ""),
        (["what", "-v", "--", "it"], ["-v"], ["what", "it"], ""),
        (["what", "is", "-c"], ["-c"], ["what", "is"], "-c was taken as an option, not as a word"),
        (["what", "is", "-m", "pro"], ["-m", "pro"], ["what", "is"], "-m pro was taken"),
        (["what", "is", "-mpro"], ["-mpro"], ["what", "is"], "-mpro was taken"),
        (["what", "is", "--model=pro"], ["--model=pro"], ["what", "is"], "--model=pro was taken"),
        (
            ["what", "-v", "is", "-m", "a b"],
            ["-v", "-m", "a b"],
            ["what", "is"],
            "-v, -m 'a b' were taken as options, not as words; -- before the words makes them w",
        ),
        (["what", "is", "-z"], ["-z"], ["what", "is"], "-z was taken"),
        (["what is it", "-v"], ["-v"], ["what is it"], ""),
        (["what", "is it", "-v"], ["-v"], ["what", "is it"], ""),
        (["explain", "-", "-v"], ["-v"], ["explain", "-"], ""),
        (["-v", "what", "is"], ["-v"], ["what", "is"], ""),
        (["what", "is", "it", "-f", "a.py"], ["-f", "a.py"], ["what", "is", "it"], ""),
        (["hi", "-m", "pro"], ["-m", "pro"], ["hi"], ""),
        (["hi", "-m", "pro", "there"], ["-m", "pro"], ["hi", "there"], "-m pro was taken"),
        (["explain", "-f", "a.py", "please"], ["-f", "a.py"], ["explain", "please"], ""),
    ],
)
def test_what_may_not_have_been_meant_is_told(
    line: list[str], options: list[str], words: list[str], remark: str
) -> None:
    arranged = arrange(line, OPTIONS, FILES.__contains__)
    assert arranged.args == (*options, "--", *words)
    if remark:
        (told,) = arranged.remarks
        assert remark in told
    else:
        assert arranged.remarks == ()


@pytest.mark.parametrize(
    "line",
    [
        ["what", "does", "grep", "-o", "a.py"],
        ["what", "does", "grep", "-oa.py"],
        ["what", "does", "grep", "-vo", "a.py"],
        ["what", "does", "grep", "--output", "a.py"],
        ["what", "does", "grep", "--output=a.py", "mean"],
        ["what does", "-o", "a.py", "mean"],
    ],
)
def test_an_option_that_may_be_a_word_replaces_no_file(line: list[str]) -> None:
    takes_value = {**OPTIONS, "-o": True, "--output": True}
    with pytest.raises(SlipError) as caught:
        arrange(line, takes_value, FILES.__contains__)
    assert "would replace the file a.py: it stands among words" in caught.value.message
    assert hint_of(caught.value).startswith("Quote the question, or put -")
    arranged = arrange(line, takes_value, lambda _: False)
    assert "not as a word" in arranged.remarks[0]


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        "/dev/stdout",
        "/dev/stderr",
        "/dev/fd/1",
        pytest.param("/proc/self/fd/1", marks=systems.PROC),
    ],
)
def test_a_stream_that_goes_to_a_file_is_no_file_to_be_replaced(name: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    command = [sys.executable, "-m", "mimo_cli", "ask", "-q", "what", "does", "it", "-o", name]
    with Simulator(answer="Yes.") as simulator, out.open("w") as file:
        environ = environ_for(simulator)
        print("before", file=file, flush=True)
        done = subprocess.run(
            command, env=environ, stdout=file, stderr=file, timeout=30, check=False
        )
    assert (done.returncode, out.read_text()) == (0, "before\nYes.\n")


@pytest.mark.parametrize("name", ["/dev/null", "pipe"])
def test_a_device_and_a_pipe_are_no_files_to_be_replaced(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe")
    line = ["what", "does", "it", "-o", name]
    assert arrange(line, {"-o": True}, os.path.isfile).args[:2] == ("-o", name)


@pytest.mark.parametrize(
    "line",
    [
        ["-o", "a.py", "what", "is", "it"],
        ["what is it", "-o", "a.py"],
        ["hi", "-o", "a.py"],
        ["-o", "a.py", "--", "what", "is"],
    ],
)
def test_an_option_that_can_be_no_word_replaces_its_file(line: list[str]) -> None:
    arranged = arrange(line, {**OPTIONS, "-o": True}, FILES.__contains__)
    assert (arranged.args[:2], arranged.remarks) == (("-o", "a.py"), ())


def test_what_a_file_holds_is_not_lost_to_a_question_about_an_option(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("do").write_text("dear\n")
    args = ("what", "does", "grep", "-o", "do", "-q")
    environ = {**ENVIRON, "MIMO_BASE_URL": "http://127.0.0.1:9/anthropic"}
    result = mimo("ask", *args, environ=environ)
    why = "it stands among words of the question that nobody quoted"
    hint = "Quote the question, or put -o do before it; behind -- it is words."
    assert (result.code, result.err) == (
        2,
        f"mimo: -o do would replace the file do: {why}\n  {hint}\n",
    )
    assert Path("do").read_text() == "dear\n"
    content, err = asked("what", "does", "grep", "-x")
    assert content == "what does grep"
    assert err.startswith("mimo: --extract was taken as an option, not as a word; ")
    assert asked("what", "does", "grep", "-x", "-q")[1] == ""


def test_where_nothing_is_asked_an_option_may_stand_last() -> None:
    search = {"-n": True}
    assert arrange(["what", "is", "-n", "5"], search, lambda _: False).remarks == ()
    assert arrange(["what", "-n", "5", "is"], search, lambda _: False).remarks != ()


def test_where_no_file_can_be_attached_none_is_spoken_of() -> None:
    assert arrange(["a.py"], {"-v": False}, FILES.__contains__).remarks == ()


@PROPERTY
@given(st.lists(st.sampled_from(["hi", "-v", "-m", "-f", "a.py", "-", "-5", "- x", "-mx"])))
def test_nothing_that_was_typed_is_lost(line: list[str]) -> None:
    args = list(arrange([*line, "end"], OPTIONS, FILES.__contains__).args)
    assert args.count("-f") >= line.count("-f")
    kept = [it for it in args if it not in ("--", "-f")]
    assert sorted(kept) == sorted([*(it for it in line if it != "-f"), "end"])


@pytest.mark.parametrize("args", [["hi", "-m"], ["-m"], ["hi", "-vm"], ["hi", "--model"]])
def test_an_option_without_its_value_is_an_error(args: list[str]) -> None:
    result = mimo("ask", *args, environ=ENVIRON)
    assert result.code == 2
    assert "requires an argument" in result.err


@pytest.mark.parametrize(
    ("args", "what", "hint"),
    [
        (["what", "does", "ls", "-t"], "Option '-t' requires an argument", "-t was taken as an op"),
        (["what", "-v", "is", "-t"], "Option '-t' requires an argument", "-t was taken as an op"),
        (["explain", "tail", "-f"], "Option '-f' requires an argument", "-f was taken as an op"),
        (["explain", "it", "--file"], "Option '--file' requires an a", "--file was taken as an o"),
        (["explain", "tail", "-vf"], "Option '-f' requires an argument", "-vf was taken as an o"),
        (["explain it", "-f"], "Option '-f' requires an argument", "See: mimo ask --help"),
        (["what", "does", "ls", "-Z"], "No such option: -Z", "-Z was taken as an option, not as"),
        (
            ["what", "does", "ls", "-t", "1x"],
            "Invalid value for '--temperature'",
            "-t 1x was taken",
        ),
        (["-t"], "Option '-t' requires an argument", "See: mimo ask --help"),
        (["what", "-Z"], "No such option: -Z", "See: mimo ask --help"),
        (["-Z", "what", "is"], "No such option: -Z", "See: mimo ask --help"),
        (["--temperature", "1x", "what", "is"], "Invalid value for '--te", "See: mimo ask --help"),
    ],
)
def test_a_word_that_is_refused_as_an_option_has_a_way(
    args: list[str], what: str, hint: str
) -> None:
    result = mimo("ask", *args, environ=ENVIRON)
    first, second = result.err.splitlines()
    assert (result.code, first.startswith(f"mimo: {what}")) == (2, True)
    assert second.startswith(f"  {hint}")


def asked(*args: str, cwd: Path | None = None) -> tuple[str, str]:
    result = mimo("ask", "--dry-run", *args, environ=ENVIRON, cwd=cwd)
    assert result.code == 0, result.err
    return json.loads(result.out[result.out.index("{") :])["messages"][0]["content"], result.err


def test_a_question_may_begin_with_a_dash() -> None:
    assert asked("- summarize this")[0] == "- summarize this"
    assert asked("-5 + 3 = ?") == ("-5 + 3 = ?", "")


def test_a_shells_pattern_attaches_every_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("a.py", "b.py"):
        Path(name).write_text(f"# {name}\n")
    content, err = asked("-f", "a.py", "b.py", "which is faster?")
    assert content.count("<file name=") == 2
    assert content.startswith("which is faster?")
    noted, *rows = err.splitlines()
    assert noted == "mimo: attached as well: b.py (a question that is meant stands behind --)"
    assert [row.split()[0] for row in rows] == ["a.py", "b.py", "mimo:"]
    assert asked("-q", "-f", "a.py", "b.py", "hi")[1] == ""


_ASK_IT = "there is no command '{}'\n  To ask it: mimo ask {}"
_OR = "there is no command '{0}'\n  To ask it: mimo ask {0} {1}, or: mimo {2} {1}"


@pytest.mark.parametrize(
    ("args", "err"),
    [
        (
            ["what", "is", "a", "monad"],
            "there is no command 'what'\n  To ask it: mimo ask what is a monad",
        ),
        (
            ["what", "does", "git", "commit", "-m", "mean"],
            ("there is no command 'what'\n  To ask it: mimo ask -- what does git commit -m mean"),
        ),
        (["hi", "-m", "pro"], "there is no command 'hi'\n  To ask it: mimo ask hi -m pro"),
        (["hi", "-vq"], "there is no command 'hi'\n  To ask it: mimo ask hi -vq"),
        (["hi", "-Z"], "there is no command 'hi'\n  To ask it: mimo ask -- hi -Z"),
        (["-Z", "hi"], "No such option: -Z\n  To ask it: mimo ask -- -Z hi"),
        (["what is -v", "-m", "pro"], _ASK_IT.format("what is -v", "'what is -v' -m pro")),
        (["a\nb\x7f\\"], _ASK_IT.format(r"a\nb\x7f\\", r"$'a\nb\x7f\\'")),
        (["it's\ta"], "there is no command \"it's\\ta\"\n  To ask it: mimo ask $'it\\'s\\ta'"),
        (
            ["what is a monad"],
            "there is no command 'what is a monad'\n  To ask it: mimo ask 'what is a monad'",
        ),
        (["modles"], "there is no command 'modles'\n  To ask it: mimo ask modles, or: mimo models"),
        (["-m", "pro", "hi"], "No such option: -m\n  To ask it: mimo ask -m pro hi"),
        (["modles", "pro"], _ASK_IT.format("modles", "modles pro, or: mimo models pro")),
        (["modles", "of", "rome"], _ASK_IT.format("modles", "modles of rome")),
        (["histroy", "search", "x"], _OR.format("histroy", "search x", "history")),
        (["histroy", "of", "x"], _ASK_IT.format("histroy", "histroy of x")),
        (["caht", "hi", "there"], _OR.format("caht", "hi there", "chat")),
        (["doctr", "who"], _ASK_IT.format("doctr", "doctr who")),
        (
            ["doctr", "--offline"],
            (
                "there is no command 'doctr'\n"
                "  To ask it: mimo ask -- doctr --offline, or: mimo doctor --offline"
            ),
        ),
        (["hepl", "ask"], _OR.format("hepl", "ask", "help")),
        (["hepl", "me"], _ASK_IT.format("hepl", "hepl me")),
        (["Models"], "there is no command 'Models'\n  To ask it: mimo ask Models, or: mimo models"),
        (["task", "list"], _ASK_IT.format("task", "task list")),
        (["help", "me", "write", "it"], _ASK_IT.format("me", "help me write it")),
        (["help", "me with -v"], _ASK_IT.format("me with -v", "help 'me with -v'")),
        (["help", "me", "with", "-v"], _ASK_IT.format("me", "-- help me with -v")),
        (
            ["help", "ask", "chat"],
            ("ask has no command 'chat'\n  See: mimo help ask. To ask it: mimo ask help ask chat"),
        ),
        (
            ["help", "config", "set", "x"],
            (
                "config set has no command 'x'\n"
                "  See: mimo help config set. To ask it: mimo ask help config set x"
            ),
        ),
        (["help", "nope"], "there is no command 'nope'\n  They are in: mimo --help"),
        (["help", "show"], "there is no command 'show'\n  See: mimo help history show"),
        (
            ["help", "path"],
            "there is no command 'path'\n  See: mimo help history path or mimo help config path",
        ),
    ],
)
def test_words_without_a_command_were_meant_for_ask(args: list[str], err: str) -> None:
    result = mimo(*args, environ={})
    assert (result.code, result.out, result.err) == (2, "", f"mimo: {err}\n")


def test_piped_text_without_a_command_was_meant_for_ask() -> None:
    result = mimo(environ={}, stdin=b"x")
    assert (result.code, result.out) == (2, "")
    assert result.err == (
        "mimo: there is no command: the piped text was not read\n  To ask it: mimo ask\n"
    )


@pytest.mark.slow
def test_a_bare_mimo_on_a_terminal_prints_the_help() -> None:
    with Terminal(environ=ENVIRON) as terminal:
        assert terminal.wait() == 0
        assert "Commands:" in terminal.text


@pytest.mark.parametrize("args", [["help", "-h"], ["help", "--help"], ["help", "help"]])
def test_help_has_help(args: list[str]) -> None:
    assert mimo(*args, environ={}).out == mimo("help", "help", environ={}).out != ""
    assert mimo("help", "config", "-h", environ={}).out == mimo("config", "-h", environ={}).out


@pytest.mark.parametrize("args", [[], ["help"], ["config"], ["history"]])
def test_words_of_another_encoding_are_told_as_such_without_a_command_too(args: list[str]) -> None:
    word = os.fsdecode("你好吗朋友".encode("gbk"))
    result = mimo(*args, word, environ={})
    what, hint = result.err.splitlines()
    called = "the command" if args in (["config"], ["history"]) else "the prompt"
    assert (result.code, what) == (
        2,
        f"mimo: {called} is not UTF-8 text: byte 0xC4 at offset 0",
    )
    assert "is probably gb18030: " in hint
    shown = mimo("-m", word, environ={}).err
    assert shown.endswith("To ask it: mimo ask -m '你好吗朋友'\n")


@pytest.mark.parametrize("names", [[], ["ask"], ["config", "set"], ["help"]])
def test_help_is_a_command_too(names: list[str]) -> None:
    result, option = mimo("help", *names, environ={}), mimo(*names, "--help", environ={})
    assert (result.code, result.out, result.err) == (0, option.out, "")


# Signs that input methods and word processors make


@pytest.mark.parametrize(
    ("line", "what", "why", "hint"),
    [
        (["——no-thinking", "hi"], "——no-thinking", "— (em dash)", "--no-thinking"),
        (["—no-thinking", "hi"], "—no-thinking", "— (em dash)", "--no-thinking"),
        (["–m", "pro", "hi"], "–m", "– (en dash)", "-m"),
        (["say hi", "–m", "pro"], "–m", "– (en dash)", "-m"),
        (["hi", "－ｑ"], "－ｑ", "－ (fullwidth hyphen-minus)", "-q"),
        (["−v", "hi"], "−v", "− (minus sign)", "-v"),
        (["-\u2011verbose"], "-\u2011verbose", "\u2011 (non-breaking hyphen)", "--verbose"),
        (
            ["--max-tokens＝5", "x"],
            "--max-tokens＝5",
            "＝ (fullwidth equals sign)",
            "--max-tokens=5",
        ),
        (["——max-tokens=5", "x"], "——max-tokens=5", "— (em dash)", "--max-tokens=5"),
    ],
)
def test_an_option_with_another_dash_is_refused(
    line: list[str], what: str, why: str, hint: str
) -> None:
    with pytest.raises(SlipError) as caught:
        arrange(line, OPTIONS, lambda _: False)
    assert caught.value.message == f"{what} is no option: it has {why}"
    assert caught.value.hint == f"Type {hint}; behind -- it is a word of the question."


@pytest.mark.parametrize(
    ("line", "remark"),
    [
        (
            ["what", "does", "–m", "mean"],
            "–m was taken as a word: it has – (en dash), -m would be an option",
        ),
        (["“what", "is it”"], "the question has its quotes “ ”: a shell knows \" and ' alone"),
        (["「何ですか」"], "the question has its quotes 「 」: a shell knows \" and ' alone"),
        (["-s", "“x”", "hi"], "the value of -s has its quotes “ ”: a shell knows \" and ' alone"),
        (["--model=‘x’", "hi"], "the value of --model has its quotes ‘ ’: a shell knows \" and ' "),
    ],
)
def test_what_was_typed_for_a_shells_sign_is_told(line: list[str], remark: str) -> None:
    arranged = arrange(line, OPTIONS, lambda _: False)
    assert arranged.remarks[0].startswith(remark)
    assert [word for word in line if "“" in word and "-s" not in line] == [
        word for word in arranged.args if "“" in word and "-s" not in line
    ]


@pytest.mark.parametrize(
    "line",
    [
        ["—", "x"],
        ["——"],
        ["——他说"],
        ["– m"],
        ["–zz", "x"],
        ["--", "–m", "x"],
        ["a–m"],
        ["“量子”是什么"],
        ["他说“你好”"],
        ["“a”和“b”"],
        ["-s", "「A」と言って", "hi"],
        ["－5℃"],
        ["x＝5"],
        ["it’s"],
    ],
)
def test_what_stands_in_its_place_is_left_alone(line: list[str]) -> None:
    assert arrange(line, OPTIONS, lambda _: False).remarks == ()


def test_quotes_that_part_a_value_are_refused() -> None:
    with pytest.raises(SlipError) as caught:
        arrange(["-s", "“be", "brief”", "hi"], OPTIONS, lambda _: False)
    assert caught.value.message == (
        "the value of -s is “be alone: “ ” are no quotes to the shell, "
        "which made several words of it"
    )


@pytest.mark.parametrize("flags", [[], ["--json"]])
def test_a_slip_of_the_keys_ends_before_the_network(flags: list[str]) -> None:
    environ = {**ENVIRON, "MIMO_BASE_URL": "http://127.0.0.1:9/anthropic"}
    result = mimo("ask", "——no-thinking", "hi", *flags, environ=environ)
    assert (result.code, result.err.splitlines()[0]) == (
        2,
        "mimo: ——no-thinking is no option: it has — (em dash)",
    )
    assert not flags or result.json["error"]["code"] == "usage"


def test_a_wide_at_sign_is_named_wherever_a_system_prompt_is_given(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text('system = "＠f.txt"\n')
    config.chmod(0o600)
    what = "the system prompt is not right: it begins with ＠ (fullwidth commercial at)"
    given = mimo("ask", "--dry-run", "-s", "＠f.txt", "hi", environ=ENVIRON)
    assert (given.code, given.err.splitlines()[0]) == (2, f"mimo: {what}")
    new = {**ENVIRON, "MIMO_CONFIG": str(tmp_path / "new.toml")}
    assert mimo("config", "set", "system", "＠f.txt", environ=new).err.startswith(f"mimo: {what}")
    kept = mimo("ask", "--dry-run", "hi", environ={**ENVIRON, "MIMO_CONFIG": str(config)})
    assert (kept.code, what in kept.err) == (3, True)
    assert "@FILE reads a file" in kept.err


def test_a_value_that_is_kept_with_its_quotes_is_told(tmp_path: Path) -> None:
    environ = {**ENVIRON, "MIMO_CONFIG": str(tmp_path / "config.toml")}
    result = mimo("config", "set", "system", "“be", "brief”", environ=environ)
    assert result.code == 0
    assert "the value has its quotes “ ”: a shell knows" in result.err


@pytest.mark.parametrize(
    ("options", "hint"),
    [
        (["-t", "0．5"], "It has ． (fullwidth full stop): write 0.5"),
        (["--temperature=０。5"], "It has 。 (ideographic full stop): write 0.5"),
        (["--temperature=－0．5"], "It has － (fullwidth hyphen-minus): write -0.5"),
        (["-t", "半"], "See: mimo ask --help"),
    ],
)
def test_a_wide_point_in_a_number_is_named(options: list[str], hint: str) -> None:
    result = mimo("ask", *options, "x", environ={})
    assert result.code == 2
    assert result.err.endswith(f"\n  {hint}\n")
