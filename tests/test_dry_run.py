from __future__ import annotations

import json
import re
import shlex

import pytest

from mimo_cli.api.encode import encode
from mimo_cli.api.endpoint import DEFAULT_BASE_URL, Auth, Endpoint
from mimo_cli.api.messages import Message, Request
from mimo_cli.commands import dry_run

CANARY = "sk-CANARY-0123456789"
ENDPOINT = Endpoint(DEFAULT_BASE_URL, CANARY, "environment MIMO_API_KEY")
REQUEST = Request("m", (Message("user", 'it\'s "new" é $HOME `x` \\ \x1b[31m\x7f\u202e'),))


def test_the_request_is_shown_with_its_key_masked() -> None:
    request = Request("m", (Message("user", "hé\x1b[2J"),), stream=False)
    assert dry_run.text(request, ENDPOINT, form="") == (
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
    text = dry_run.text(REQUEST, ENDPOINT, form="curl")
    assert text.isascii()
    assert text.replace("\n", "").isprintable()
    match = re.fullmatch(r"(.*?) <<'JSON'\n(.*)\nJSON\n", text, re.DOTALL)
    assert match is not None
    assert shlex.split(match[1].replace("\\\n", " ")) == [
        "curl",
        "--no-buffer",
        "https://api.xiaomimimo.com/anthropic/v1/messages",
        "-H",
        "content-type: application/json",
        "-H",
        "api-key: $MIMO_API_KEY",
        "--data-binary",
        "@-",
    ]
    assert json.loads(match[2]) == encode(REQUEST)
    assert '-H "api-key: $MIMO_API_KEY"' in text  # where the shell fills it in


def test_a_key_from_the_file_is_read_from_there_by_the_shell() -> None:
    endpoint = Endpoint(ENDPOINT.base_url, ENDPOINT.key, "file config.toml")
    text = dry_run.text(REQUEST, endpoint, form="curl")
    assert '-H "api-key: $(mimo config get --reveal api_key)"' in text


def test_a_request_that_is_not_streamed_needs_no_buffer_option() -> None:
    request = Request("m", (), stream=False)
    assert dry_run.text(request, ENDPOINT, form="curl").startswith("curl https://")


@pytest.mark.parametrize("form", ["", "curl"])
@pytest.mark.parametrize("auth", ["api-key", "bearer", "x-api-key"])
@pytest.mark.parametrize("key", [CANARY, "short", None])
def test_the_key_is_never_shown(form: str, auth: Auth, key: str | None) -> None:
    text = dry_run.text(REQUEST, Endpoint("http://localhost", key, auth=auth), form=form)
    names = [name for name in ("api-key", "authorization") if f"{name}: " in text.lower()]
    assert bool(names) is (key is not None)
    assert key is None or key not in text
    assert ("anthropic-version: 2023-06-01" in text) is (auth == "x-api-key" and key is not None)
