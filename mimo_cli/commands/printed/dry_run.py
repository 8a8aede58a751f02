"""What `--dry-run` prints: the request as it would be sent, without the key. Pure."""

from __future__ import annotations

import json
import re
import shlex
from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple

from mimo_cli.api.keys import mask
from mimo_cli.api.protocol.encode import encode
from mimo_cli.common_phrases import file_size
from mimo_cli.config import KeyFromCommand, KeyKnown
from mimo_cli.errors import AuthError
from mimo_cli.output.sanitize import INVISIBLE, sanitize
from mimo_cli.phrases import Phrase, reason
from mimo_cli.text import shell_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mimo_cli.api.endpoint import Endpoint
    from mimo_cli.api.protocol.encode import EncodedFile, EncodedRequest
    from mimo_cli.api.protocol.messages import Request
    from mimo_cli.api.transport.proxies.proxy import ProxyChoice
    from mimo_cli.api.transport.proxies.proxy_url import Oddity
    from mimo_cli.config import KeyDecision

_STAND_IN = "API-KEY"


def shown(
    request: Request, endpoint: Endpoint, *, decision: KeyDecision, terminal: bool = False
) -> str:
    """Return the request with its headers; the key, by its `decision`, and files are left out.

    What nobody sees is escaped as JSON does it: a script gets the request as it is; on a
    `terminal`, what would spoil the screen is left out.
    """
    from_command = isinstance(decision, KeyFromCommand)
    stand_in, headers = _headers(endpoint, from_command=from_command)
    body = json.dumps(encode(request).json_with(_left_out), indent=2, ensure_ascii=False)
    key = "[from api_key_command]" if from_command else mask(endpoint.key or "")
    body = re.sub(INVISIBLE, _escaped, body)
    return sanitize(_plain(body, stand_in, headers, key), terminal=terminal)


def curl_command(
    request: Request,
    endpoint: Endpoint,
    *,
    decision: KeyDecision,
    profile: str = "",
    choice: ProxyChoice | None = None,
    paths: Mapping[str, str] | None = None,
) -> str:
    """Return a command that sends the request, and can be pasted into a shell.

    `decision` says which key is used: a command that would print it is not run. `profile` is the
    one in force. curl goes the way of `choice`. A shell makes the base64 of files from `paths`, by
    their digests.

    Raises:
        AuthError: the command for the key cannot be taken apart.
    """
    stand_in, headers = _headers(endpoint, from_command=isinstance(decision, KeyFromCommand))
    key = _key_in_shell(decision, profile)
    way = _way(endpoint.messages_url, choice)
    body = _body(encode(request), paths or {})
    return _curl(body, request, stand_in, headers, key=key, way=way)


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
        return shlex.join(shell_words.split(command))
    except ValueError as error:  # a quotation mark without its other
        what = Phrase("api_key_command is not right")
        raise AuthError(what, reason(error)) from error


def _headers(endpoint: Endpoint, *, from_command: bool) -> tuple[Endpoint, dict[str, str]]:
    """Return the headers, with a stand-in for the key, which may be a word that is in them."""
    if from_command or endpoint.key is not None:
        endpoint = endpoint._replace(key=_STAND_IN)
    return endpoint, {"content-type": "application/json", **endpoint.headers()}


def _plain(body: str, endpoint: Endpoint, headers: dict[str, str], shown: str) -> str:
    if endpoint.key is not None:
        headers = {name: value.replace(endpoint.key, shown) for name, value in headers.items()}
    lines = [f"POST {endpoint.messages_url}", *(f"{k}: {v}" for k, v in headers.items())]
    return "\n".join([*lines, "", body, ""])


def _escaped(match: re.Match[str]) -> str:
    return json.dumps(match[0])[1:-1]


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
        value, scheme = f"${{{variable}#*:}}", "socks5h:"
    elif variable == "HTTP_PROXY" or choice.has_blank or choice.oddities:
        value, scheme = f"${variable}", ""  # HTTP_PROXY curl knows in lower case alone
    else:
        return _Way()
    if choice.oddities:
        value = f'$(printf %s "{value}" | {_put_right(choice.oddities)})'
    value = f'"{scheme}{value}"'
    return _Way(before=f"{url.partition(':')[0]}_proxy={value} ")


_EDITS: dict[Oddity, tuple[str, ...]] = {
    "padding": ("s/^ *//", "s/ *$//"),
    "odd padding": ("s/^[^!-~]*//", "s/[^!-~]*$//"),
    "path": (r"s%^\([A-Za-z0-9]*:/\)\{0,1\}\(/*[^/?#]*\).*%\1\2%",),
    "blank": ("s/ /%20/g",),
    "at sign": (":a", r"s/@\(.*@\)/%40\1/", "ta"),  # all but the last
    "brackets": (r"s/\[\([0-9.]*\)\]\([^]@]*\)$/\1\2/",),
}
"""What sed does about each."""


def _put_right(oddities: Sequence[Oddity]) -> str:
    """Return what makes in a pipe of a proxy's URL one that curl takes."""
    if tuple(oddities) == ("padding",):
        return "tr -d '[:space:]'"
    edits = " ".join(f"-e '{edit}'" for oddity in oddities for edit in _EDITS[oddity])
    lines_joined = "tr '[:space:]' ' ' | " if "padding" in oddities else ""
    return f"{lines_joined}LC_ALL=C sed {edits}"


class _Body(NamedTuple):
    """Where curl's stdin comes from: commands before a pipe, or a here-document behind it."""

    before: str = ""
    behind: str = ""


def _body(encoded: EncodedRequest, paths: Mapping[str, str]) -> _Body:
    """Return what writes the JSON, in ASCII alone, for a shell.

    Here-documents: a long prompt would not fit into an argument. JSON has no line `JSON`.
    """
    files = encoded.files
    pieces = [f"{it}\nJSON\n" for it in _cut_at_files(encoded)]
    if not files:
        return _Body(behind=pieces[0])
    missing = _missing(files, paths)
    sources = [_source(file, paths, missing) for file in files]
    commands: list[str] = []
    for piece, source in zip_longest(pieces, sources):
        commands.append(f"cat <<'JSON'\n{piece}")
        if source is not None:
            commands.append(f"base64 < {source}\n")
    named = (f": {shlex.quote(_stands_for(name, it))}\n" for name, it in missing.values())
    # A part of a pipe that fails stops none of the others: what cannot be read is found before.
    checks = (_check(source) for source in dict.fromkeys(sources))
    # No string of JSON has a line end in it, and base64 may have many.
    return _Body(before="".join([*named, *checks, "{\n", *commands, "} | tr -d '\\n' | \\\n"]))


def _check(source: str) -> str:
    """Return what stops a list of commands where a file cannot be read, and says so.

    It opens nothing: of a FIFO that would be the only time. A folder could be opened.
    """
    said = f'echo "cannot read" {source} >&2'
    return f"{{ [ -r {source} ] && [ ! -d {source} ] || {{ {said}; false; }}; }} &&\n"


def _cut_at_files(encoded: EncodedRequest) -> list[str]:
    """Return the JSON, cut where the base64 of each file belongs."""
    mark = "FILE"
    body = _with_mark(encoded, mark)
    while body.count(f'"{mark}"') != len(encoded.files):  # it is a text of the request, too
        mark += "S"
        body = _with_mark(encoded, mark)
    return body.replace(f'"{mark}"', '"\0"').split("\0")


def _with_mark(encoded: EncodedRequest, mark: str) -> str:
    return json.dumps(encoded.json_with(lambda _: mark), indent=2)


def _source(
    file: EncodedFile, paths: Mapping[str, str], missing: Mapping[str, tuple[str, EncodedFile]]
) -> str:
    digest = file.source.sha256
    if digest in paths:
        return _quoted(paths[digest])
    return f'"${{{missing[digest][0]}:?}}"'


def _missing(
    files: Sequence[EncodedFile], paths: Mapping[str, str]
) -> dict[str, tuple[str, EncodedFile]]:
    """Return the files that are under no path, by their digests, each with a shell's variable."""
    by_digest = {it.source.sha256: it for it in files if it.source.sha256 not in paths}
    return {
        digest: (f"FILE_{number}", file)
        for number, (digest, file) in enumerate(by_digest.items(), start=1)
    }


def unfound(files: Sequence[EncodedFile], paths: Mapping[str, str]) -> list[Phrase]:
    """Return what has to be done for the curl command, for each file that is under no path."""
    missing = _missing(files, paths)
    template = "{name} is in no file as it is sent: set {variable} to one that has it"
    return [
        Phrase(template, name=it.name or it.kind, variable=name) for name, it in missing.values()
    ]


def _quoted(path: str) -> str:
    """Return a path as a word for a shell, in characters that a terminal can be shown."""
    if path.isprintable():
        return shlex.quote(path)
    octal = "".join(f"\\{byte:03o}" for byte in path.encode("utf-8", "surrogateescape"))
    return f"\"$(printf '{octal}')\""


def _stands_for(variable: str, file: EncodedFile) -> str:
    name = sanitize(file.name or file.kind, terminal=True).replace("\n", " ")
    return f"{variable} is the path of {name}, {file.source.media_type}, {file.source.size} bytes"


def _left_out(file: EncodedFile) -> str:
    return f"<base64 of {file.name or file.kind}, {file_size(file.source.size)}>"


def _curl(
    body: _Body,
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
    lines = [
        f"{body.before}{way.before}curl {words}{way.after} {shlex.quote(endpoint.messages_url)}"
    ]
    secret = ""
    for name, value in headers.items():
        if endpoint.key is not None and endpoint.key in value:
            lines.append("-H @/dev/fd/3")
            secret = f"{name}: {value.replace(endpoint.key, key)}\nKEY\n"
        else:
            lines.append(f"-H {shlex.quote(f'{name}: {value}')}")
    here = [*(["3<<KEY"] if secret else []), *(["<<'JSON'"] if body.behind else [])]
    lines.append(" ".join(["--data-binary @-", *here]))
    return " \\\n  ".join(lines) + f"\n{secret}{body.behind}"
