from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support import systems
from support.harness import around, asked, environ_for, finish, mimo, process

from mimo_cli.api.timing import Limits
from mimo_cli.environment import Environment
from mimo_cli.input import editor
from mimo_cli.output.output_stream import Output
from mimo_cli.signals import Signals

if TYPE_CHECKING:
    from mimo_cli.simulator import Simulator


def test_words_are_joined_with_spaces(simulator: Simulator) -> None:
    result = mimo("ask", "what", "is", "a", "monad", environ=environ_for(simulator))
    assert (result.code, asked(simulator)) == (0, "what is a monad")


def test_piped_text_alone_is_the_prompt(simulator: Simulator) -> None:
    result = mimo("ask", environ=environ_for(simulator), stdin=b"what is\na monad\n")
    assert (result.code, asked(simulator)) == (0, "what is\na monad\n")


def test_words_come_before_piped_text(simulator: Simulator) -> None:
    result = mimo("ask", "explain", environ=environ_for(simulator), stdin=b"a\nb")
    assert result.code == 0
    assert asked(simulator) == "explain\n\n<stdin>\na\nb\n</stdin>"


def test_a_dash_stands_for_stdin(simulator: Simulator) -> None:
    result = mimo("ask", "explain", "-", environ=environ_for(simulator), stdin=b"text\n")
    assert result.code == 0
    assert asked(simulator) == "explain\n\n<stdin>\ntext\n</stdin>"


def test_files_are_added_in_order_and_named(simulator: Simulator, tmp_path: Path) -> None:
    first, second = tmp_path / "a.py", tmp_path / 'b"&.py'
    first.write_text("a = 1\n")
    second.write_text("b = 2")
    result = mimo(
        "ask", "-f", str(first), "-f", str(second), "which?", environ=environ_for(simulator)
    )
    assert result.code == 0
    assert asked(simulator) == (
        f'which?\n\n<file name="{tmp_path}/a.py">\na = 1\n</file>'
        f'\n\n<file name="{tmp_path}/b&quot;&amp;.py">\nb = 2\n</file>'
    )


def test_a_pipe_that_a_shell_names_is_a_file(simulator: Simulator) -> None:
    reader, writer = os.pipe()
    os.write(writer, b"from a command")
    os.close(writer)
    name = f"/dev/fd/{reader}"
    result = mimo("ask", "-f", name, "explain", environ=environ_for(simulator))
    os.close(reader)
    assert result.code == 0
    assert asked(simulator) == f'explain\n\n<file name="{name}">\nfrom a command\n</file>'


def test_what_follows_two_dashes_is_no_option(simulator: Simulator) -> None:
    result = mimo("ask", "--", "-v", environ=environ_for(simulator))
    assert (result.code, asked(simulator)) == (0, "-v")


def test_no_stdin_ignores_stdin(simulator: Simulator) -> None:
    result = mimo("ask", "--no-stdin", "hi", environ=environ_for(simulator), stdin=b"noise")
    assert (result.code, asked(simulator)) == (0, "hi")


def test_closed_stdin_is_nothing(simulator: Simulator) -> None:
    result = mimo("ask", "hi", environ=environ_for(simulator), stdin=None)
    assert (result.code, asked(simulator)) == (0, "hi")


def test_other_encodings_are_read_when_named(simulator: Simulator) -> None:
    result = mimo(
        "ask",
        "--encoding",
        "utf-16",
        environ=environ_for(simulator),
        stdin="Grüße 你好".encode("utf-16"),
    )
    assert (result.code, asked(simulator)) == (0, "Grüße 你好")


def test_lossy_replaces_what_is_not_text(simulator: Simulator) -> None:
    result = mimo("ask", "--lossy", environ=environ_for(simulator), stdin=b"a\xffb\x00c")
    assert (result.code, asked(simulator)) == (0, "a\ufffdb\ufffdc")


def test_strip_ansi_takes_colours_out(simulator: Simulator) -> None:
    colored = b"\x1b[31mred\x1b[0m \x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\"
    result = mimo("ask", "--strip-ansi", environ=environ_for(simulator), stdin=colored)
    assert (result.code, asked(simulator)) == (0, "red link")


NASTY = [
    "",
    "\x1b[2J",
    "'; DROP TABLE users; --",
    "<script>alert(1)</script>",
    "</stdin>",
    "%s%n%d",
    "\u202eevil\u2066",
    "\U000e0041\U000e0042",
    "Z̮̞̠͙͔ͅa̮̙l̰̫g̗o",
    "田中さんにあげて下さい",
    "👨‍👩‍👧‍👦 🏳️‍🌈 🇨🇳",
    "مرحبا",
    "$(touch /tmp/x) `id` ${HOME}",
    '{"a": "\\u0000"}',
    "\u2028line\u2029",
    "a" * 5000,
]


@pytest.mark.untraced
@pytest.mark.slow
@pytest.mark.parametrize("text", NASTY[1:])
def test_a_nasty_prompt_arrives_as_it_was(simulator: Simulator, text: str) -> None:
    mimo("ask", "--", text, environ=environ_for(simulator))
    assert asked(simulator) == text
    mimo("ask", environ=environ_for(simulator), stdin=text.encode())
    assert asked(simulator) == text


@pytest.mark.parametrize(
    ("args", "stdin", "message"),
    [
        ([], b"", 'mimo: the prompt is empty\n  Try: mimo ask "your question"\n'),
        (["  "], b" \n\t", 'mimo: the prompt is empty\n  Try: mimo ask "your question"\n'),
        (
            [],
            b"abc\xff",
            (
                "mimo: stdin is not utf-8 text: byte 0xFF at offset 3\n"
                "  If it is text, name its --encoding; to send it all the same: --lossy\n"
            ),
        ),
        (
            [],
            b"\x7fELF\x00\x01",
            (
                "mimo: stdin cannot be attached: it is a program\n"
                "  Attach its source, or what another program prints of it.\n"
            ),
        ),
        (
            ["\udcff"],
            b"",
            (
                "mimo: the prompt is not UTF-8 text: byte 0xFF at offset 0\n"
                "  If it is text, name its --encoding; to send it all the same: --lossy\n"
            ),
        ),
        (["--encoding", "klingon", "hi"], b"", "mimo: unknown encoding 'klingon'\n"),
        (["--max-tokens", "0", "hi"], b"", None),
        (["--max-tokens", "-1", "hi"], b"", None),
        (["--max-tokens", "1000000000", "hi"], b"", None),
        (["--max-tokens", "abc", "hi"], b"", None),
        (["--temperature", "nan", "hi"], b"", None),
        (["-t", "1.6", "hi"], b"", None),
        (["--top-p", "0", "hi"], b"", None),
        (["--timeout", "-1", "hi"], b"", None),
        (["--retries", "99", "hi"], b"", None),
        (["--color", "sometimes", "hi"], b"", None),
        (["--json", "--jsonl", "hi"], b"", None),
        (["--json", "-x", "hi"], b"", None),
        (["--system", "a", "--no-system", "hi"], b"", None),
        (["--dry-run=ftp", "hi"], b"", None),
        (["-x0", "hi"], b"", None),
        (["-m", "", "hi"], b"", None),
        (["--stop", "", "hi"], b"", None),
        (["--nonsense", "hi"], b"", None),
        (["--edit"], b"", "mimo: --edit needs a terminal: stdin or stderr is not one\n"),
    ],
)
def test_bad_input_is_refused_before_any_network(
    simulator: Simulator, args: list[str], stdin: bytes, message: str | None
) -> None:
    result = mimo("ask", *args, environ=environ_for(simulator), stdin=stdin)
    text = next((line for line in result.err.splitlines() if line), "")
    assert (result.code, simulator.connections) == (2, 0)
    assert text.startswith("mimo: ")
    assert len(result.err.splitlines()) <= 3
    if message is not None:
        assert result.err == message


def test_an_unknown_option_suggests_one(simulator: Simulator) -> None:
    result = mimo("ask", "--modle", "x", environ=environ_for(simulator))
    assert result.code == 2
    assert "--model" in result.err
    assert "See: mimo ask --help" in result.err


def test_an_unknown_command_suggests_one() -> None:
    result = mimo("aks", environ={})
    assert result.code == 2
    assert result.err == (
        "mimo: there is no command 'aks'\n  To ask it: mimo ask aks, or: mimo ask\n"
    )


@pytest.mark.parametrize("kind", ["missing", "folder", "fifo", "empty", "binary", "unreadable"])
def test_a_file_that_is_no_text_is_refused_by_name(
    simulator: Simulator, tmp_path: Path, kind: str
) -> None:
    path = tmp_path / kind
    match kind:
        case "folder":
            path.mkdir()
        case "fifo":
            os.mkfifo(path)
        case "empty":
            path.touch()
        case "binary":
            path.write_bytes(b"\x89ABC\r\n\x1a\n\x00")
        case "unreadable":
            if os.geteuid() == 0:
                path = Path("/proc/self/mem")
            else:
                path.write_text("secret")
                path.chmod(0)
        case _:
            pass
    result = mimo("ask", "-f", str(path), "hi", environ=environ_for(simulator))
    assert (result.code, simulator.connections) == (2, 0)
    assert str(path) in result.err


@pytest.mark.slow
def test_endless_stdin_is_refused_and_fast(simulator: Simulator) -> None:
    with open("/dev/zero", "rb") as endless:  # noqa: PTH123 - a descriptor is what is wanted
        program = process("ask", environ=environ_for(simulator), stdin=endless.fileno())
        result = finish(program)
    assert (result.code, simulator.connections) == (2, 0)
    assert result.err == ("mimo: stdin is too large: more than 10 MB\n  Send a part of it.\n")


@pytest.mark.slow
@pytest.mark.children_traced
def test_a_slow_producer_is_told_of_and_never_dropped(simulator: Simulator) -> None:
    reader, writer = os.pipe()
    program = process("ask", "explain", environ=environ_for(simulator), stdin=reader)
    os.close(reader)
    assert program.stderr is not None
    notice = program.stderr.readline().decode()
    os.write(writer, b"late text")
    os.close(writer)
    result = finish(program)
    assert notice == ("mimo: waiting for stdin, which is open but silent (--no-stdin ignores it)\n")
    assert result.code == 0
    assert asked(simulator) == "explain\n\n<stdin>\nlate text\n</stdin>"


def test_stdin_that_comes_at_once_gets_no_notice(simulator: Simulator) -> None:
    result = mimo("ask", "hi", environ=environ_for(simulator), stdin=b"x", limits=Limits(stdin=0.0))
    assert (result.code, result.err) == (0, "")


def test_the_default_prompt_is_sent_to_mimo_only(simulator: Simulator) -> None:
    mimo("ask", "hi", environ=environ_for(simulator))
    assert simulator.requests[-1].json["system"].startswith("You are MiMo, an AI assistant")
    mimo("ask", "hi", environ=environ_for(simulator, LANG="zh_CN.UTF-8"))
    assert simulator.requests[-1].json["system"].startswith("你是MiMo")
    mimo("ask", "--no-system", "hi", environ=environ_for(simulator))
    assert "system" not in simulator.requests[-1].json
    mimo("ask", "-m", "llama", "hi", environ=environ_for(simulator))
    assert "system" not in simulator.requests[-1].json


def test_the_system_prompt_can_be_a_text_or_a_file(simulator: Simulator, tmp_path: Path) -> None:
    mimo("ask", "-s", "Be brief.", "hi", environ=environ_for(simulator))
    assert simulator.requests[-1].json["system"] == "Be brief."
    (tmp_path / "system").write_text("From a file.\n")
    mimo("ask", "-s", f"@{tmp_path}/system", "hi", environ=environ_for(simulator))
    assert simulator.requests[-1].json["system"] == "From a file.\n"


def test_every_option_reaches_the_request(simulator: Simulator) -> None:
    result = mimo(
        *("ask", "-m", "mimo-v2.6-flash", "-s", "S", "-t", "0.5", "--top-p", "0.9"),
        *("--max-tokens", "99", "--stop", "END", "--stop", "\n\n", "--no-thinking", "hi"),
        environ=environ_for(simulator),
    )
    assert (result.code, result.err) == (0, "")
    assert simulator.requests[-1].json == {
        "model": "mimo-v2.6-flash",
        "messages": [{"role": "user", "content": "hi"}],
        "system": "S",
        "temperature": 0.5,
        "top_p": 0.9,
        "max_tokens": 99,
        "stop_sequences": ["END", "\n\n"],
        "thinking": {"type": "disabled"},
        "stream": True,
    }


@pytest.mark.slow
def test_the_editor_writes_the_prompt(tmp_path: Path) -> None:
    from support.harness import Terminal

    from mimo_cli.simulator import Simulator

    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\necho " and more" >> "$1"\n')
    editor.chmod(0o755)
    with (
        Simulator() as simulator,
        Terminal(
            "ask", "-e", "echo begun", environ=environ_for(simulator, EDITOR=str(editor))
        ) as terminal,
    ):
        assert terminal.wait() == 0
        assert asked(simulator) == "echo begun and more\n"


def test_bytes_that_are_no_text_reach_the_editor_as_what_stands_for_them() -> None:
    environment = Environment({}, None, Output(None, "output"), Output(None, "stderr"), Signals())
    assert editor.edit("caf\udce9", environment, "true", name="prompt.md") == "caf\ufffd"


@pytest.mark.slow
@pytest.mark.children_traced
def test_an_editor_that_fails_asks_nothing(simulator: Simulator) -> None:
    from support.harness import Terminal

    for command, code in (("false", 2), ("no-such-editor", 3)):
        environ = environ_for(simulator, VISUAL=command)
        with Terminal("ask", "-e", environ=environ) as terminal:
            assert terminal.wait() == code
    assert simulator.connections == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["-", "/dev/stdin", "/dev/fd/0", pytest.param("/proc/self/fd/0", marks=systems.PROC)]
)
def test_stdin_is_attached_by_any_of_its_names(simulator: Simulator, name: str) -> None:
    for stdin in (subprocess.PIPE, "file"):
        with tempfile.TemporaryFile() as file:
            file.write(b"a\nb\n")
            file.seek(0)
            source = file.fileno() if stdin == "file" else subprocess.PIPE
            program = process("ask", "-f", name, "hi", environ=environ_for(simulator), stdin=source)
            result = finish(program, b"a\nb\n" if stdin == subprocess.PIPE else None)
        assert (result.code, result.err) == (0, "")
        assert asked(simulator) == "hi\n\n<stdin>\na\nb\n</stdin>"


@pytest.mark.slow
def test_pipes_that_a_shell_opens_are_attached(simulator: Simulator) -> None:
    script = '"$0" -m mimo_cli ask -f <(echo one) -f <(sleep 0.1; echo two) which < /dev/null'
    environ = {**around(), **environ_for(simulator)}
    done = subprocess.run(
        ["bash", "-c", script, sys.executable], env=environ, capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert re.sub(r"fd/\d+", "fd/N", asked(simulator)) == (
        'which\n\n<file name="/dev/fd/N">\none\n</file>\n\n<file name="/dev/fd/N">\ntwo\n</file>'
    )


def opened(name: str) -> tuple[int, list[int]]:
    """A descriptor of a kind, and those to close."""
    if name == "socket":
        ours, theirs = socket.socketpair()
        theirs.sendall(b"by socket\n")
        theirs.close()
        number = ours.detach()
        return number, [number]
    read, write = os.pipe()
    if name == "empty":
        os.close(write)
        return read, [read]
    return read, [read, write]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "code", "message"),
    [
        ("socket", 0, ""),
        ("empty", 2, "{} is empty"),
        ("silent", 2, "out of time waiting for {}: it did not end within 0.2 s"),
    ],
)
def test_what_is_open_already_is_read_and_not_waited_for_without_an_end(
    simulator: Simulator, kind: str, code: int, message: str
) -> None:
    number, ours = opened(kind)
    name = f"/dev/fd/{number}"
    try:
        arguments = ["ask", "--timeout", "0.2", "-f", name, "hi"]
        result = mimo(*arguments, environ=environ_for(simulator), stdin=None)
    finally:
        for descriptor in ours:
            os.close(descriptor)
    assert (result.code, simulator.connections) == (code, 0 if code else 1)
    if code:
        assert result.err.splitlines()[0] == f"mimo: {message.format(name)}"
    else:
        assert asked(simulator) == f'hi\n\n<file name="{name}">\nby socket\n</file>'


@pytest.mark.slow
def test_a_system_prompt_from_a_pipe_is_waited_for_no_longer_than_an_answer_may_take(
    simulator: Simulator,
) -> None:
    number, ours = opened("silent")
    name = f"/dev/fd/{number}"
    try:
        arguments = ["ask", "--timeout", "0.2", "-s", f"@{name}", "hi"]
        result = mimo(*arguments, environ=environ_for(simulator))
    finally:
        for descriptor in ours:
            os.close(descriptor)
    why = f"cannot read {name}: it did not end within 0.2 seconds"
    assert (result.code, result.err) == (2, f"mimo: {why}\n")
    assert simulator.connections == 0


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("", "--file needs a name: it is empty"),
        ("/dev/fd/999999", "cannot read /dev/fd/999999: no such file or directory"),
        ("/dev/zero", "cannot read /dev/zero: it is not a regular file"),
    ],
)
def test_what_cannot_be_attached_is_refused_in_words(
    simulator: Simulator, name: str, why: str
) -> None:
    for command in ("ask", "chat"):
        result = mimo(command, "-f", name, "hi", environ=environ_for(simulator))
        assert (result.code, result.err.splitlines()[0]) == (2, f"mimo: {why}")
    assert simulator.connections == 0


def test_a_chat_attaches_stdin_to_its_first_words_and_not_without_them(
    simulator: Simulator,
) -> None:
    environ = environ_for(simulator)
    result = mimo("chat", "-f", "/dev/stdin", "hi", environ=environ, stdin=b"a\n")
    assert (result.code, asked(simulator)) == (0, "hi\n\n<stdin>\na\n</stdin>")
    result = mimo("chat", "-f", "-", environ=environ, stdin=b"a\n")
    assert (result.code, len(simulator.requests)) == (2, 1)
    assert result.err.startswith("mimo: stdin cannot be attached: it is where messages come from\n")
