from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.harness import around, mimo, server
from support.wire import sent_json

from mimo_cli.api.base_url import DEFAULT_BASE_URL
from mimo_cli.api.endpoint import Auth, Endpoint
from mimo_cli.api.protocol.encode import encode
from mimo_cli.api.protocol.messages import FileSource, Media, Message, Request, Text
from mimo_cli.api.transport.proxies.proxy import choose_proxy
from mimo_cli.attachments import on_disk
from mimo_cli.commands.printed import dry_run
from mimo_cli.config import KeyDecision, KeyKnown, NoKey, Origin
from mimo_cli.simulator import Simulator

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable
    from pathlib import Path

CANARY = "sk-CANARY-0123456789"
ENDPOINT = Endpoint(DEFAULT_BASE_URL, CANARY)
KEY = KeyKnown(CANARY, Origin("environment", "MIMO_API_KEY"))
REQUEST = Request("m", (Message("user", 'it\'s "new" é $HOME `x` \\ \x1b[31m\x7f\u202e'),))


def test_the_request_is_shown_with_its_key_masked() -> None:
    request = Request("m", (Message("user", "hé\x1b[2J"),), stream=False)
    assert dry_run.shown(request, ENDPOINT, decision=KEY) == (
        "POST https://api.xiaomimimo.com/anthropic/v1/messages\n"
        "content-type: application/json\n"
        "api-key: sk-…6789\n"
        "\n"
        "{\n"
        '  "model": "m",\n'
        '  "messages": [\n'
        "    {\n"
        '      "role": "user",\n'
        '      "content": "hé\\u001b[2J"\n'
        "    }\n"
        "  ],\n"
        '  "stream": false\n'
        "}\n"
    )


def test_the_curl_command_is_what_a_shell_can_be_given() -> None:
    text = dry_run.curl_command(REQUEST, ENDPOINT, decision=KEY)
    assert text.isascii()
    assert text.replace("\n", "").isprintable()
    match = re.fullmatch(r"(.*?) 3<<KEY <<'JSON'\n(.*)\nKEY\n(.*)\nJSON\n", text, re.DOTALL)
    assert match is not None
    assert shlex.split(match[1].replace("\\\n", " ")) == [
        *("curl", "--silent", "--show-error", "--no-buffer"),
        "https://api.xiaomimimo.com/anthropic/v1/messages",
        "-H",
        "content-type: application/json",
        "-H",
        "@/dev/fd/3",
        "--data-binary",
        "@-",
    ]
    assert match[2] == "api-key: $MIMO_API_KEY"  # where the shell fills it in
    assert json.loads(match[3]) == sent_json(encode(REQUEST))


def test_without_a_key_the_command_has_one_here_document() -> None:
    text = dry_run.curl_command(REQUEST, Endpoint("http://localhost:1"), decision=NoKey())
    assert "  --data-binary @- <<'JSON'\n{\n" in text
    assert "fd/3" not in text


PADDED = """https_proxy="$(printf %s "{}" | tr -d '[:space:]')" """
BLANK = ('https_proxy="$HTTPS_PROXY" ', "")


@pytest.mark.parametrize(
    ("url", "environ", "before", "after"),
    [
        ("https://h.test", {}, "", ""),
        ("http://localhost", {}, "", ""),
        ("http://localhost", {"http_proxy": "http://p:1"}, "", " --noproxy '*'"),
        ("https://h.test", {"all_proxy": "p:1", "no_proxy": "*.test"}, "", " --noproxy '*'"),
        ("https://h.test", {"HTTPS_PROXY": "http://u:secret@p:1"}, "", ""),
        ("http://h.test", {"HTTP_PROXY": "http://u:secret@p:1"}, 'http_proxy="$HTTP_PROXY" ', ""),
        (
            "https://h.test",
            {"all_proxy": "socks://u:secret@p:1"},
            'https_proxy="socks5h:${all_proxy#*:}" ',
            "",
        ),
        ("https://h.test", {"all_proxy": "socks5h://u:secret@p:1"}, "", ""),
        ("https://h.test", {"https_proxy": " ", "HTTPS_PROXY": "p:1"}, *BLANK),
        ("https://h.test", {"https_proxy": "", "HTTPS_PROXY": "p:1"}, "", ""),
        ("https://h.test", {"https_proxy": "\t"}, "", " --noproxy '*'"),
        ("https://h.test", {"https_proxy": " p:1\n"}, PADDED.format("$https_proxy"), ""),
        (
            "https://h.test",
            {"all_proxy": " socks5://u:secret@p:1"},
            PADDED.replace('"$', '"socks5h:$', 1).format("${all_proxy#*:}"),
            "",
        ),
        ("http://localhost", {"all_proxy": " "}, "", " --noproxy '*'"),
    ],
)
def test_curl_goes_the_way_that_we_would(
    url: str, environ: dict[str, str], before: str, after: str
) -> None:
    endpoint = Endpoint(url, CANARY)
    choice = choose_proxy(endpoint.messages_url, environ)
    request = Request("m", (), stream=False)
    text = dry_run.curl_command(request, endpoint, decision=KEY, choice=choice)
    assert text.startswith(f"{before}curl --silent --show-error{after} {url}/v1/messages ")
    assert "secret" not in text


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("http://us er:p@ s@@p.q:1", "http://us%20er:p%40%20s%40@p.q:1"),
        ("\n us er:secret@p.q:1\t\n", "us%20er:secret@p.q:1"),
        (" u:p@ss@[127.0.0.1]:8080/ ", "u:p%40ss@127.0.0.1:8080/"),
        ("http:/[127.0.0.1]:8080", "http:/127.0.0.1:8080"),
        ("socks5:///u:a b@p.q", "socks5h:///u:a%20b@p.q"),
        ("socks5h://u:%40%20@[::1]", "socks5h://u:%40%20@[::1]"),
        ("http://u:p@ss@127.0.0.1:80/x@y", "http://u:p%40ss@127.0.0.1:80"),
        ("u:p@ss@127.0.0.1:80?x@y", "u:p%40ss@127.0.0.1:80"),
        ("socks5:/u:p@ss@p.q/x@[y]", "socks5h:/u:p%40ss@p.q"),
        ("http:///u:p@[127.0.0.1]#[1.2]@", "http:///u:p@127.0.0.1"),
        ("http://u:[1.2]@[127.0.0.1]:80", "http://u:[1.2]@127.0.0.1:80"),
        ("http://u:[1.2]@[127.0.0.1]", "http://u:[1.2]@127.0.0.1"),
        ("http://u:[1.2]@p.q:80", "http://u:[1.2]@p.q:80"),
        ("http://u:pä@p.q:80\u00a0", "http://u:pä@p.q:80"),
        ("\u3000\n http://u:p@ss@p.q\u2028\t", "http://u:p%40ss@p.q"),
    ],
)
@pytest.mark.parametrize("shell", [it for it in ("sh", "dash", "bash", "zsh") if shutil.which(it)])
def test_a_proxy_is_written_so_that_curl_takes_it(shell: str, written: str, meant: str) -> None:
    endpoint = Endpoint("https://h.test", CANARY)
    choice = choose_proxy(endpoint.messages_url, {"https_proxy": written})
    request = Request("m", (), stream=False)
    text = dry_run.curl_command(request, endpoint, decision=KEY, choice=choice)
    before, _, _ = text.partition("curl ")
    assert "secret" not in before
    command = f"{before}printenv https_proxy"
    environ = {"https_proxy": written, "PATH": os.environ["PATH"]}
    result = subprocess.run([shell, "-c", command], env=environ, capture_output=True, check=True)
    assert result.stdout.decode() == f"{meant}\n"


SHELLS = [shell for shell in ("sh", "dash", "bash", "zsh") if shutil.which(shell)]
ODD_KEY = r"$HOME`id`\n%s!*&;|<>(){}[]~#$(id)\\"


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("auth", ["api-key", "bearer"])
@pytest.mark.parametrize("place", ["environment", "file", "command"])
def test_every_shell_runs_it_and_shows_nobody_the_key(
    shell: str, auth: str, place: str, tmp_path: Path
) -> None:
    (tmp_path / "curl").write_text(
        f'#!/bin/sh\nprintf "%s\\n" "$@" > {tmp_path}/words\nexec {shutil.which("curl")} "$@"\n'
    )
    (tmp_path / "mimo").write_text(f'#!/bin/sh\nexec {sys.executable} -m mimo_cli "$@"\n')
    for name in ("curl", "mimo"):
        (tmp_path / name).chmod(0o755)
    (tmp_path / "key").write_text(ODD_KEY + "\nnot the key\n")
    with Simulator(keys=(ODD_KEY,), answer="Hello.") as simulator:
        environ = {
            **around(),
            "PATH": f"{tmp_path}:{os.environ['PATH']}",
            "MIMO_CONFIG": str(tmp_path / "config.toml"),
            "MIMO_BASE_URL": simulator.base_url,
            "MIMO_AUTH": auth,
            "http_proxy": "http://127.0.0.1:1",
        }
        if place == "environment":
            environ["MIMO_API_KEY"] = ODD_KEY
        elif place == "file":
            custom = {**environ, "MIMO_BASE_URL": ""}
            mimo("config", "set", "base_url", simulator.base_url, environ=custom)
            mimo("config", "set", "api_key", environ=custom, stdin=ODD_KEY.encode())
        else:
            environ["MIMO_API_KEY_COMMAND"] = f"cat '{tmp_path / 'key'}'"
        args = ("ask", "--dry-run=curl", "--no-stream", "-q", "it's $HOME `x` \\ é")
        command = mimo(*args, environ=environ)
        assert ODD_KEY not in command.out
        done = subprocess.run(
            [shell], input=command.out.encode(), env=environ, capture_output=True, check=True
        )
    assert (json.loads(done.stdout)["content"][-1]["text"], done.stderr) == ("Hello.", b"")
    assert ODD_KEY not in (tmp_path / "words").read_text()


def test_a_key_from_the_file_is_read_from_there_by_the_shell() -> None:
    key = KeyKnown(CANARY, Origin("file", "", "config.toml"))
    text = dry_run.curl_command(REQUEST, ENDPOINT, decision=key)
    assert "\napi-key: $(mimo config get --reveal api_key)\nKEY\n" in text


def test_a_request_that_is_not_streamed_needs_no_buffer_option() -> None:
    request = Request("m", (), stream=False)
    assert dry_run.curl_command(request, ENDPOINT, decision=KEY).startswith(
        "curl --silent --show-error https://"
    )


def picture(data: bytes, name: str) -> Media:
    digest = hashlib.sha256(data).hexdigest()
    return Media("image", FileSource("image/png", len(data), digest, data), name=name)


PIXELS = bytes(range(256)) * 1000
LARGE, SMALL = picture(PIXELS, "it's a\n\x1b[31m é.png"), picture(b"\x89PNG", "small.png")
WITH_FILES = Request(
    "m",
    (
        Message("user", (LARGE, SMALL, Text('FILE is "FILES", not this file: \n é'))),
        Message("assistant", "FILE"),
        Message("user", (SMALL, Text("And now?"))),
    ),
    stream=False,
)


def test_the_base64_of_files_is_left_out() -> None:
    text = dry_run.shown(WITH_FILES, ENDPOINT, decision=KEY)
    shown = json.loads(text.partition("\n\n")[2])
    whole = sent_json(encode(WITH_FILES))
    first, second, _ = whole["messages"][0]["content"]
    first["source"]["data"] = "<base64 of it's a\n\x1b[31m é.png, 250.0 KB>"
    second["source"]["data"] = "<base64 of small.png, 4 bytes>"
    whole["messages"][2]["content"][0]["source"]["data"] = "<base64 of small.png, 4 bytes>"
    assert shown == whole
    assert "\x1b" not in text


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize("shell", SHELLS)
def test_curl_sends_files_as_the_program_would(shell: str, tmp_path: Path) -> None:
    bodies: list[bytes] = []

    def answer(connection: socket.socket) -> None:
        head, _, body = heads[-1].partition(b"\r\n\r\n")
        assert b"api-key: " + CANARY.encode() in head
        length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
        if b"100-continue" in head:
            connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        while len(body) < length:
            body += connection.recv(65536)
        bodies.append(body)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    (tmp_path / LARGE.name).write_bytes(PIXELS)
    elsewhere = tmp_path / "other place.png"
    elsewhere.write_bytes(b"\x89PNG")
    files = encode(WITH_FILES).files
    with contextlib.chdir(tmp_path):
        paths = on_disk.paths(files)
    assert [*paths.values()] == [LARGE.name]
    assert dry_run.unfound(files, paths) == [
        "small.png is in no file as it is sent: set FILE_1 to one that has it"
    ]
    with server(answer) as (port, heads):
        endpoint = Endpoint(f"http://127.0.0.1:{port}", CANARY)
        text = dry_run.curl_command(WITH_FILES, endpoint, decision=KEY, paths=paths)
        assert text.isascii()
        assert text.replace("\n", "").isprintable()
        done = subprocess.run(
            [shell],
            input=text.encode(),
            env={**around(), "MIMO_API_KEY": CANARY, "FILE_1": str(elsewhere)},
            cwd=tmp_path,
            capture_output=True,
            check=True,
        )
    assert (done.stdout, done.stderr) == (b"ok", b"")
    assert [json.loads(body) for body in bodies] == [sent_json(encode(WITH_FILES))]


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("is_typed", [False, True])
@pytest.mark.parametrize("given", [None, "", "not there", "."])
def test_curl_sends_nothing_where_a_file_is_not_there(
    shell: str, is_typed: bool, given: str | None, tmp_path: Path
) -> None:
    (tmp_path / LARGE.name).write_bytes(PIXELS)
    with contextlib.chdir(tmp_path):
        paths = on_disk.paths(encode(WITH_FILES).files)
    with server(lambda _: None) as (port, heads):
        endpoint = Endpoint(f"http://127.0.0.1:{port}", CANARY)
        text = dry_run.curl_command(WITH_FILES, endpoint, decision=KEY, paths=paths)
        done = subprocess.run(
            [shell, *(["-i"] if is_typed else [])],
            input=text.encode() + b"echo over\n",
            env={
                **around(),
                "MIMO_API_KEY": CANARY,
                **({} if given is None else {"FILE_1": given}),
            },
            cwd=tmp_path,
            capture_output=True,
            check=False,
            start_new_session=True,
        )
        assert heads == []
    assert b"over" in done.stdout or done.returncode != 0
    assert (given or "FILE_1").encode() in done.stderr


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize("shell", SHELLS)
def test_curl_sends_what_comes_through_a_fifo(shell: str, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    request = Request("m", (Message("user", (picture(b"1234", "gone"),)),))

    def answer(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    script = "import pathlib; pathlib.Path('fifo').write_bytes(b'1234')"
    with (
        server(answer) as (port, _),
        subprocess.Popen([sys.executable, "-c", script], cwd=tmp_path) as writer,
    ):
        endpoint = Endpoint(f"http://127.0.0.1:{port}", CANARY)
        text = dry_run.curl_command(request, endpoint, decision=KEY, paths={})
        done = subprocess.run(
            [shell],
            input=text.encode(),
            env={**around(), "MIMO_API_KEY": CANARY, "FILE_1": "fifo"},
            cwd=tmp_path,
            capture_output=True,
            check=True,
            timeout=20,
        )
    assert (done.stdout, done.stderr, writer.returncode) == (b"ok", b"", 0)


@pytest.mark.parametrize(
    ("name", "data"),
    [("", b"1234"), ("gone", b"1234"), (".", b""), ("\0", b"1234"), ("it", b"1235"), ("it", b"1")],
)
def test_a_file_whose_bytes_are_others_by_now_is_not_taken_for_it(
    name: str, data: bytes, tmp_path: Path
) -> None:
    (tmp_path / "it").write_bytes(b"1234")
    request = Request("m", (Message("user", (picture(data, name),)),))
    with contextlib.chdir(tmp_path):
        assert on_disk.paths(encode(request).files) == {}


@pytest.mark.parametrize("form", [dry_run.shown, dry_run.curl_command])
@pytest.mark.parametrize("auth", ["api-key", "bearer", "x-api-key"])
@pytest.mark.parametrize("key", [CANARY, "short", None])
def test_the_key_is_never_shown(form: Callable[..., str], auth: Auth, key: str | None) -> None:
    endpoint = Endpoint("http://localhost", key, auth=auth)
    decision: KeyDecision = NoKey() if key is None else KEY
    text = form(REQUEST, endpoint, decision=decision)
    names = [name for name in ("api-key", "authorization") if f"{name}: " in text.lower()]
    assert bool(names) is (key is not None)
    assert key is None or key not in text
    assert ("anthropic-version: 2023-06-01" in text) is (auth == "x-api-key" and key is not None)


@given(st.text(st.characters(codec="utf-8"), min_size=1))
def test_a_script_gets_the_characters_that_would_be_sent(text: str) -> None:
    request = Request("m", (Message("user", text),))
    shown = dry_run.shown(request, ENDPOINT, decision=KEY)
    assert json.loads(shown.partition("\n\n")[2]) == sent_json(encode(request))


def test_what_nobody_sees_is_escaped_and_a_terminal_is_not_driven() -> None:
    hidden = "a\xadb\u200bc\x9b2Jd\u202ee\U000e0041f\u2028g"
    request = Request("m", (Message("user", f"{hidden}\u4f60\ufe0f\ufe0f"),))
    for terminal, last in ((False, "\u4f60\ufe0f\ufe0f"), (True, "\u4f60\ufe0f")):
        shown = dry_run.shown(request, ENDPOINT, decision=KEY, terminal=terminal)
        assert r'"a\u00adb\u200bc\u009b2Jd\u202ee\udb40\udc41f\u2028g' + f'{last}"\n' in shown
