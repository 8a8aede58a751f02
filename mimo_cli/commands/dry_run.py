"""What `--dry-run` prints: the request as it would be sent, without the key. Pure."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING

from mimo_cli.api.encode import encode
from mimo_cli.api.endpoint import mask
from mimo_cli.terminal.sanitize import sanitize

if TYPE_CHECKING:
    from mimo_cli.api.endpoint import Endpoint
    from mimo_cli.api.messages import Request


def text(request: Request, endpoint: Endpoint, *, form: str) -> str:
    """The request; `form` "curl" makes it a command that can be pasted into a shell."""
    body = json.dumps(encode(request), indent=2, ensure_ascii=form == "curl")
    return _curl(body, request, endpoint) if form == "curl" else _plain(body, endpoint)


def _plain(body: str, endpoint: Endpoint) -> str:
    headers = {"content-type": "application/json", **endpoint.headers()}
    if endpoint.key is not None:
        shown = mask(endpoint.key)
        headers = {name: value.replace(endpoint.key, shown) for name, value in headers.items()}
    lines = [f"POST {endpoint.messages_url}", *(f"{k}: {v}" for k, v in headers.items())]
    return sanitize("\n".join([*lines, "", body, ""]), terminal=True)


def _curl(body: str, request: Request, endpoint: Endpoint) -> str:
    """The shell fills in the key, from where it is kept: it is not in the command itself."""
    headers = {"content-type": "application/json", **endpoint.headers()}
    words = ["curl", "--no-buffer"] if request.stream else ["curl"]
    lines = [f"{' '.join(words)} {shlex.quote(endpoint.messages_url)}"]
    is_variable = endpoint.key_source.startswith("environment")
    key = "$MIMO_API_KEY" if is_variable else "$(mimo config get --reveal api_key)"
    for name, value in headers.items():
        if endpoint.key is not None and endpoint.key in value:
            lines.append(f'-H "{name}: {value.replace(endpoint.key, key)}"')
        else:
            lines.append(f"-H {shlex.quote(f'{name}: {value}')}")
    # A here-document: a long prompt would not fit into an argument. JSON has no line `JSON`.
    lines.append("--data-binary @- <<'JSON'")
    return " \\\n  ".join(lines) + f"\n{body}\nJSON\n"
