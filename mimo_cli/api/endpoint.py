"""Where requests go and what key goes with them. Pure."""

from __future__ import annotations

import ipaddress
import re
from typing import Literal, NamedTuple
from urllib.parse import SplitResult, urlsplit

from mimo_cli.errors import AuthError, ConfigError
from mimo_cli.phrases import NOTHING, Phrase, verbatim
from mimo_cli.text import punctuation

Auth = Literal["api-key", "bearer", "x-api-key", "none"]

DEFAULT_BASE_URL = "https://api.xiaomimimo.com/anthropic"
REGIONS = ("cn", "sgp", "ams")
"""Where a Token Plan can be served: China, Singapore, Europe. The plan's page says which."""
CONSOLE = "https://platform.xiaomimimo.com"
_MIMO_DOMAIN = ".xiaomimimo.com"
_PAY_AS_YOU_GO = "api" + _MIMO_DOMAIN
_ANTHROPIC_VERSION = "2023-06-01"
_HTTPS_PORT = 443

SHORTEST_SECRET = 8
"""Characters of a key that is looked for in texts."""


class Endpoint(NamedTuple):
    """A server of the protocol: `base_url` without a slash at the end, and the key for it.

    `key_source` says in words where the key came from; errors name it, never the key.
    """

    base_url: str
    key: str | None = None
    key_source: str = ""
    auth: Auth = "api-key"

    def __repr__(self) -> str:
        """Without the key: a representation ends in tracebacks and logs."""
        return f"Endpoint({self.base_url!r}, auth={self.auth!r})"

    @property
    def messages_url(self) -> str:
        """Where messages are posted."""
        return self.base_url + "/v1/messages"

    @property
    def models_url(self) -> str:
        """Where the server lists its models: MiMo's does so outside the Messages API."""
        if not self.is_mimo:
            return self.base_url + "/v1/models"
        url = urlsplit(self.base_url)
        return f"{url.scheme}://{url.netloc}/v1/models"

    @property
    def host(self) -> str:
        """The host's name, without a port."""
        return urlsplit(self.base_url).hostname or ""

    @property
    def is_loopback(self) -> bool:
        """Whether the server runs on this machine."""
        return is_loopback(self.host)

    @property
    def is_mimo(self) -> bool:
        """Whether this is Xiaomi's own service."""
        return self.host.endswith(_MIMO_DOMAIN)

    @property
    def has_plan(self) -> bool:
        """Whether what is used there belongs to a Token Plan: by its host, or the key's family."""
        is_plans_key = (self.key or "").startswith("tp-")
        return self.is_mimo and (self.host.startswith("token-plan-") or is_plans_key)

    @property
    def bills_per_token(self) -> bool:
        """Whether the catalogue's prices hold: MiMo's own pay-as-you-go host."""
        return self.host == _PAY_AS_YOU_GO

    def headers(self) -> dict[str, str]:
        """The header that carries the key, and what goes with it. Empty without a key."""
        if self.key is None:
            return {}
        match self.auth:
            case "api-key":
                return {"api-key": self.key}
            case "bearer":
                return {"authorization": f"Bearer {self.key}"}
            case "x-api-key":
                return {"x-api-key": self.key, "anthropic-version": _ANTHROPIC_VERSION}
            case "none":
                return {}

    @property
    def secret(self) -> str:
        """The key, where it is long enough to be looked for in a text; else empty.

        A short one (`ollama`, `1`: local servers take anything) is a word like any other.
        """
        return self.key if self.key is not None and len(self.key) >= SHORTEST_SECRET else ""

    def conceal(self, text: str) -> str:
        """Return a text of the server's without the key, should it repeat it in whatever case.

        For errors and names, never for an answer, and never for what is encoded already. A text
        that was cut may end within the key.
        """
        if not self.secret:
            return text
        text = re.sub(re.escape(self.secret), "…", text, flags=re.IGNORECASE)
        low, secret = text.lower(), self.secret.lower()
        sizes = range(len(secret), SHORTEST_SECRET - 1, -1)
        cut = next((size for size in sizes if low.endswith(secret[:size])), 0)
        return f"{text[:-cut]}…" if cut else text

    def family_mismatch(self) -> Phrase:
        """Return what to do if the key is of the other family than the host; else nothing.

        MiMo's two kinds of keys, `sk-` (pay as you go) and `tp-` (Token Plan), have hosts of
        their own, and either host answers 401 to the other's keys.
        """
        key = self.key or ""
        if self.host == _PAY_AS_YOU_GO and key.startswith("tp-"):
            return Phrase(
                "This is a Token Plan key (tp-…) on the pay-as-you-go host. Set base_url to "
                "https://token-plan-cn.xiaomimimo.com/anthropic (or -sgp, -ams: see your plan)."
            )
        if self.host.startswith("token-plan-") and key.startswith("sk-"):
            return Phrase(
                "This is a pay-as-you-go key (sk-…) on a Token Plan host. Set base_url to {url}.",
                url=DEFAULT_BASE_URL,
            )
        return NOTHING

    def other_regions(self) -> tuple[str, ...]:
        """Return the hosts of the Token Plan's other regions, if this is one of its hosts.

        A key works in its own region; the others answer 401 to it (mimo-api.md).
        """
        hosts = tuple(f"token-plan-{region}{_MIMO_DOMAIN}" for region in REGIONS)
        return tuple(host for host in hosts if host != self.host) if self.host in hosts else ()


def is_loopback(host: str) -> bool:
    """Whether a host name is this machine beyond doubt, so that plain http to it is safe."""
    name = host.lower().removesuffix(".")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    found = _written_out(host)
    return found is not None and found.is_loopback


def is_this_machine(host: str) -> bool:
    """Whether a connection to a host would end on this machine, in whatever form it is written."""
    found = address(host)
    is_here = found is not None and (found.is_loopback or found.is_unspecified)
    return is_here or is_loopback(host) or host.lower().removesuffix(".") in _HERE


_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def address(host: str) -> _Address | None:
    """The address that a host is, or None: it is a name. One of IPv4 within IPv6 is of IPv4."""
    return _written_out(host) or _short_ipv4(host)


def _written_out(host: str) -> _Address | None:
    """The same for an address in its full form alone."""
    try:
        found = ipaddress.ip_address(host)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


_HERE = ("localhost.localdomain", "localhost6", "ip6-localhost", "ip6-loopback")
"""What /etc/hosts calls this machine besides."""

_NUMBER = "0[xX][0-9a-fA-F]{1,8}|[0-9]{1,11}"


def _short_ipv4(host: str) -> ipaddress.IPv4Address | None:
    """An address in the forms that the system's look-up takes for one: `127.1`, `0x7f000001`."""
    parts = host.removesuffix(".").split(".")
    most, byte = 4, 256
    if len(parts) > most or not parts[-1][:1].isdigit():
        return None
    if not all(re.fullmatch(_NUMBER, part) for part in parts):
        return None
    try:
        *firsts, last = (int(part, _base(part)) for part in parts)
    except ValueError:
        return None  # 8 or 9 in an octal number
    size = byte ** (most - len(firsts))
    if last >= size or any(number >= byte for number in firsts):
        return None
    return ipaddress.IPv4Address(int.from_bytes(bytes(firsts)) * size + last)


def _base(number: str) -> int:
    if number[:2].lower() == "0x":
        return 16
    return 8 if number.startswith("0") else 10


def same_owner(one: str, other: str) -> bool:
    """Whether a key for one base URL may go to the other: the same origin, or both MiMo's.

    Raises:
        ConfigError: one of them is not a URL.
    """
    first, second = (_origin(parse_base_url(text, allow_http=True)) for text in (one, other))
    return first == second or all(
        scheme == "https" and host.endswith(_MIMO_DOMAIN) and port == _HTTPS_PORT
        for scheme, host, port in (first, second)
    )


def _origin(base_url: str) -> tuple[str, str, int]:
    """Scheme, host and port."""
    url = urlsplit(base_url)
    return (
        url.scheme,
        url.hostname or "",
        url.port or (_HTTPS_PORT if url.scheme == "https" else 80),
    )


_OPERATIONS = (
    *("/v1/messages/count_tokens", "/v1/messages/batches", "/v1/messages"),
    *("/v1/chat/completions", "/v1/completions", "/v1/responses", "/v1/models", "/v1"),
    "/chat/completions",
)
"""What documentation shows at the end of a base URL; a longer one before what it ends with."""


def parse_base_url(text: str, *, allow_http: bool = False) -> str:
    """A base URL as people write it, put right: no slash at the end, no `/v1/messages`.

    Nor what other operations of the server are called, which is what documentation shows.

    Raises:
        ConfigError: not an http URL, or plain http to another machine.
    """
    text = text.strip()
    if quotes := punctuation.around(text):
        raise _not_right(Phrase("it has its quotes {quotes}", quotes=quotes))
    if "://" not in text:
        host = _split(f"https://{text}").hostname or ""
        text = ("http://" if is_loopback(host) else "https://") + text
    url = _split(text)
    if url.scheme == "http" and not allow_http and not is_loopback(url.hostname or ""):
        raise ConfigError(
            Phrase("base_url is not safe"),
            Phrase("plain http to {host} would send the key unencrypted", host=url.hostname),
            Phrase("Use https, or set allow_http = true if you know why."),
        )
    path = url.path.rstrip("/")
    path = path.removesuffix(_operation(path))
    if (url.hostname or "").endswith(_MIMO_DOMAIN) and not path:
        path = "/anthropic"
    return f"{url.scheme}://{url.netloc}{path}"


def other_operation(text: str) -> str:
    """Return the end of a base URL that is dropped although it means something else: `/chat/…`.

    Empty for none, and for what leads to the same: `/v1`, `/v1/messages`.
    """
    end = _operation(urlsplit(text.strip()).path.rstrip("/"))
    return "" if end in ("", "/v1", "/v1/messages") else end


def _operation(path: str) -> str:
    """The operation that a path without slashes at its end ends with; empty for none."""
    return next((it for it in _OPERATIONS if path.endswith(it)), "")


def _split(text: str) -> SplitResult:
    try:
        url = urlsplit(text)
        port_is_valid = url.port is None or url.port > 0
    except ValueError as error:
        raise ConfigError(Phrase("base_url is not a URL"), verbatim(str(error))) from error
    if problem := _url_problem(text, url) if port_is_valid else _NO_HOST:
        raise _not_right(problem)
    return url


_NO_HOST = Phrase("it has no proper host")


def _url_problem(text: str, url: SplitResult) -> Phrase:
    """Return what is wrong with a URL, nothing if it is right."""
    if url.scheme not in ("http", "https"):
        return Phrase("its scheme is {scheme!r}, not https", scheme=url.scheme)
    if not url.hostname or not _is_plain(text):
        return _NO_HOST
    if len(text) > _LONGEST_URL:
        return Phrase("it has over {count} characters", count=_LONGEST_URL)
    if url.username is not None or url.password is not None:
        return Phrase("it must not hold a user name or password")
    if url.query or url.fragment:
        return Phrase("it must not have a query or fragment")
    return _host_problem(url)


def _is_plain(text: str) -> bool:
    """Whether there are ASCII's letters, digits and signs alone."""
    return text.isascii() and text.isprintable() and " " not in text


def _not_right(problem: Phrase) -> ConfigError:
    hint = Phrase("Example: {url}", url=DEFAULT_BASE_URL)
    return ConfigError(Phrase("base_url is not right"), problem, hint)


_LONGEST_URL = 8000
_LONGEST_NAME, _LONGEST_LABEL = 253, 63
"""Characters of a host's name and of each of its parts (RFC 1035, 2.3.4)."""


def _host_problem(url: SplitResult) -> Phrase:
    """Return what is wrong with a URL's host, which no look-up would find; nothing if it is right.

    The parts that make requests and TLS raise errors of their own for such names. Without
    patterns: to compile them would take longer than all else here.
    """
    written = url.hostname or ""
    host = written.removesuffix(".")
    before, bracket, after = url.netloc.rpartition("]")
    if bracket and (not before.startswith("[") or after[:1] not in ("", ":")):
        return _NO_HOST
    dots = 3
    is_number = host.replace(".", "").isdigit()
    if bracket or (is_number and host.count(".") == dots):
        is_right = _written_out(host) is not None  # 010 may be 8 or 10, so it is none
    else:
        is_right = not is_number or address(host) is not None
    if not is_right:
        return Phrase("{host} is no IP address", host=written)
    if bracket or _is_name(host):
        return NOTHING
    return Phrase("{host} is no host's name", host=written[:_LONGEST_LABEL])


def _is_name(name: str) -> bool:
    """Whether the parts of a name are not empty, not too long, and Punycode where they say so."""
    parts = name.split(".")
    return len(name) <= _LONGEST_NAME and all(
        0 < len(part) <= _LONGEST_LABEL and _is_label(part) for part in parts
    )


def _is_label(part: str) -> bool:
    if not part.startswith("xn--"):
        return True
    try:
        return part[4:].encode().decode("punycode") != ""
    except UnicodeError:
        return False


_PREFIX = re.compile(r"^(?:api-key|x-api-key|authorization)\s*:\s*|^bearer\s+", re.IGNORECASE)
_INVISIBLE = dict.fromkeys((*range(0x200B, 0x2010), 0x2060, 0xFEFF))


def parse_key(text: str, source: str) -> str:
    """A key as people paste it, without the white space, quotes and header name around it.

    Raises:
        AuthError: something is in it that no key has. The message names the place, not the key.
    """
    key = text.translate(_INVISIBLE).strip()
    while (match := _PREFIX.match(key)) or (len(key) > 1 and key[0] == key[-1] and key[0] in "\"'"):
        key = key[match.end() :].strip() if match else key[1:-1].strip()
    for position, char in enumerate(key, start=1):
        if not "!" <= char <= "~" or char in "\"'":
            from mimo_cli.advice import SetKeyAgain  # most keys are right

            raise AuthError(
                Phrase("the API key is not right"),
                Phrase(
                    "it contains character U+{code:04X} at {position}",
                    code=ord(char),
                    position=position,
                ),
                SetKeyAgain(source),
            )
    if not key:
        raise AuthError(
            Phrase("the API key is empty"), Phrase("it came from {source}", source=source)
        )
    return key


_KEY = r"\b(?:sk|tp)-[\w-]{12,}"


def is_like_key(text: str) -> bool:
    """Whether there is something in a text that looks like one of MiMo's keys."""
    return re.search(_KEY, text) is not None


def mask_all(text: str) -> str:
    """A text with whatever looks like one of MiMo's keys masked: some stand in odd places."""
    return re.sub(_KEY, lambda match: mask(match.group()), text)


def mask(key: str) -> str:
    """A key as it may be shown: its family and its last four characters, if it is long enough."""
    enough = 12
    return f"{key[:3]}…{key[-4:]}" if len(key) >= enough else "…"
