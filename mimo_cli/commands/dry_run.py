"""What `--dry-run` prints: the request as it would be sent, without the key. Pure."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING, NamedTuple

from mimo_cli.api.keys import mask
from mimo_cli.api.protocol.encode import encode
from mimo_cli.config import KeyFromCommand, KeyKnown
from mimo_cli.errors import AuthError
from mimo_cli.output.sanitize import sanitize
from mimo_cli.phrases import Phrase, verbatim

if TYPE_CHECKING:
    from mimo_cli.api.endpoint import Endpoint
    from mimo_cli.api.protocol.messages import Request
    from mimo_cli.api.transport.proxies.proxy import ProxyChoice
    from mimo_cli.config import KeyDecision

_STAND_IN = "API-KEY"


def text(
    request: Request,
    endpoint: Endpoint,
    *,
    form: str,
    decision: KeyDecision,
    profile: str = "",
    choice: ProxyChoice | None = None,
) -> str:
    """Return the request; `form` "curl" makes it a command that can be pasted into a shell.

    `decision` says which key is used: a command that would print it is not run. `profile` is the
    one in force. curl goes the way of `choice`.

    Raises:
        AuthError: the command for the key cannot be taken apart.
    """
    body = json.dumps(encode(request).json, indent=2, ensure_ascii=form == "curl")
    from_command = isinstance(decision, KeyFromCommand)
    stand_in, headers = _headers(endpoint, from_command=from_command)
    if form == "curl":
        key = _key_in_shell(decision, profile)
        way = _way(endpoint.messages_url, choice)
        return _curl(body, request, stand_in, headers, key=key, way=way)
    shown = "[from api_key_command]" if from_command else mask(endpoint.key or "")
    return _plain(body, stand_in, headers, shown)


def _key_in_shell(decision: KeyDecision, profile: str) -> str:
    """Return what a shell puts the key for."""
    match decision:
        case KeyFromCommand(command):
            return f"$({_in_shell(command)} | head -n 1)"
        case KeyKnown(_, origin) if origin.kind == "environment":
            return f"${origin.name}"
        case _:
            words = f"-p {shlex.quote(profile)} " if profile else ""
            return f"$(mimo config get {words}--reveal api_key)"


def _in_shell(command: str) -> str:
    """Return the command so that a shell splits it as we do, and finds nothing else in it."""
    try:
        return shlex.join(shlex.split(command))
    except ValueError as error:  # a quotation mark without its other
        what = Phrase("api_key_command is not right")
        raise AuthError(what, verbatim(str(error))) from error


def _headers(endpoint: Endpoint, *, from_command: bool) -> tuple[Endpoint, dict[str, str]]:
    """Return the headers, with a stand-in for the key, which may be a word that is in them."""
    if from_command or endpoint.key is not None:
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
    """Return the command. A shell fills in the key from where it is kept: it is not in it.

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
