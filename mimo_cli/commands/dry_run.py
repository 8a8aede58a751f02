"""What `--dry-run` prints: the request as it would be sent, without the key. Pure."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING

from mimo_cli.api.encode import encode
from mimo_cli.api.endpoint import mask
from mimo_cli.errors import AuthError
from mimo_cli.terminal.sanitize import sanitize

if TYPE_CHECKING:
    from mimo_cli.api.endpoint import Endpoint
    from mimo_cli.api.messages import Request


_STAND_IN = "API-KEY"


def text(
    request: Request, endpoint: Endpoint, *, form: str, key_command: str = "", profile: str = ""
) -> str:
    """The request; `form` "curl" makes it a command that can be pasted into a shell.

    A `key_command` that would print the key is not run. `profile` is the one in force.
    """
    body = json.dumps(encode(request), indent=2, ensure_ascii=form == "curl")
    if form == "curl":
        if key_command:
            key = f"$({_in_shell(key_command)} | head -n 1)"
        elif endpoint.key_source.startswith("environment"):
            key = "$MIMO_API_KEY"
        else:
            words = f"-p {shlex.quote(profile)} " if profile else ""
            key = f"$(mimo config get {words}--reveal api_key)"
        return _curl(body, request, *_headers(endpoint, key_command), key)
    shown = "[from api_key_command]" if key_command else mask(endpoint.key or "")
    return _plain(body, *_headers(endpoint, key_command), shown)


def _in_shell(key_command: str) -> str:
    """The command so that a shell splits it as we do, and finds nothing else in it."""
    try:
        return shlex.join(shlex.split(key_command))
    except ValueError as error:  # a quotation mark without its other
        raise AuthError("api_key_command is not right", str(error)) from error


def _headers(endpoint: Endpoint, key_command: str) -> tuple[Endpoint, dict[str, str]]:
    """The headers, with a stand-in for the key, which may be a word that is in them anyway."""
    if key_command or endpoint.key is not None:
        endpoint = endpoint._replace(key=_STAND_IN)
    return endpoint, {"content-type": "application/json", **endpoint.headers()}


def _plain(body: str, endpoint: Endpoint, headers: dict[str, str], shown: str) -> str:
    if endpoint.key is not None:
        headers = {name: value.replace(endpoint.key, shown) for name, value in headers.items()}
    lines = [f"POST {endpoint.messages_url}", *(f"{k}: {v}" for k, v in headers.items())]
    return sanitize("\n".join([*lines, "", body, ""]), terminal=True)


def _curl(
    body: str, request: Request, endpoint: Endpoint, headers: dict[str, str], key: str
) -> str:
    """The shell fills in the key, from where it is kept: it is not in the command itself."""
    words = ["curl", "--no-buffer"] if request.stream else ["curl"]
    lines = [f"{' '.join(words)} {shlex.quote(endpoint.messages_url)}"]
    for name, value in headers.items():
        if endpoint.key is not None and endpoint.key in value:
            lines.append(f'-H "{name}: {value.replace(endpoint.key, key)}"')
        else:
            lines.append(f"-H {shlex.quote(f'{name}: {value}')}")
    # A here-document: a long prompt would not fit into an argument. JSON has no line `JSON`.
    lines.append("--data-binary @- <<'JSON'")
    return " \\\n  ".join(lines) + f"\n{body}\nJSON\n"
