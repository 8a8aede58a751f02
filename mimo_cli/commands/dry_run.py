"""What `--dry-run` prints: the request as it would be sent, without the key. Pure."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING, NamedTuple

from mimo_cli.api.keys import mask
from mimo_cli.api.protocol.encode import encode
from mimo_cli.errors import AuthError
from mimo_cli.output.sanitize import sanitize

if TYPE_CHECKING:
    from mimo_cli.api.endpoint import Endpoint
    from mimo_cli.api.protocol.messages import Request
    from mimo_cli.api.transport.proxy import ProxyChoice


_STAND_IN = "API-KEY"


def text(
    request: Request,
    endpoint: Endpoint,
    *,
    form: str,
    key_command: str = "",
    profile: str = "",
    choice: ProxyChoice | None = None,
) -> str:
    """The request; `form` "curl" makes it a command that can be pasted into a shell.

    A `key_command` that would print the key is not run. `profile` is the one in force. curl goes
    the way of `choice`.
    """
    body = json.dumps(encode(request).json, indent=2, ensure_ascii=form == "curl")
    if form == "curl":
        if key_command:
            key = f"$({_in_shell(key_command)} | head -n 1)"
        elif endpoint.key_source.startswith("environment"):
            key = "$MIMO_API_KEY"
        else:
            words = f"-p {shlex.quote(profile)} " if profile else ""
            key = f"$(mimo config get {words}--reveal api_key)"
        way = _way(endpoint.messages_url, choice)
        return _curl(body, request, *_headers(endpoint, key_command), key=key, way=way)
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


class _Way(NamedTuple):
    """What comes before `curl` and after it, so that it goes the way that we would."""

    before: str = ""
    after: str = ""


def _way(url: str, choice: ProxyChoice | None) -> _Way:
    """Say only what curl would not do by itself (curl(1), "Environment").

    The proxy stays in a variable: its password is neither shown nor a word of the command.
    """
    if choice is None or not (choice.variable or choice.has_blank):
        return _Way()
    if choice.proxy is None:
        return _Way(after=" --noproxy '*'")
    variable = choice.variable
    if choice.proxy.scheme == "socks5":  # curl would look names up here, and take socks for SOCKS 4
        value, scheme = f"${{{variable}#*://}}", "socks5h://"
    elif variable == "HTTP_PROXY" or choice.has_blank or choice.is_padded:
        value, scheme = f"${variable}", ""  # HTTP_PROXY curl knows in lower case alone
    else:
        return _Way()
    if choice.is_padded:
        value = f"$(printf %s \"{value}\" | tr -d '[:space:]')"
    value = f'"{scheme}{value}"'
    return _Way(before=f"{url.partition(':')[0]}_proxy={value} ")


def _curl(
    body: str,
    request: Request,
    endpoint: Endpoint,
    headers: dict[str, str],
    *,
    key: str,
    way: _Way,
) -> str:
    """The shell fills in the key, from where it is kept: it is not in the command itself.

    It goes by a here-document of its own, for everybody can see the arguments of a command (ps).
    """
    words = "--silent --show-error --no-buffer" if request.stream else "--silent --show-error"
    lines = [f"{way.before}curl {words}{way.after} {shlex.quote(endpoint.messages_url)}"]
    secret = ""
    for name, value in headers.items():
        if endpoint.key is not None and endpoint.key in value:
            lines.append("-H @/dev/fd/3")
            secret = f"{name}: {value.replace(endpoint.key, key)}\nKEY\n"
        else:
            lines.append(f"-H {shlex.quote(f'{name}: {value}')}")
    # A here-document: a long prompt would not fit into an argument. JSON has no line `JSON`.
    lines.append(f"--data-binary @- {'3<<KEY ' if secret else ''}<<'JSON'")
    return " \\\n  ".join(lines) + f"\n{secret}{body}\nJSON\n"
