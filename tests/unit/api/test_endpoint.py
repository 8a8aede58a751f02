from __future__ import annotations

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.harness import hint_of

from mimo_cli.api.base_url import (
    DEFAULT_BASE_URL,
    is_same_owner,
    other_operation,
    parse_base_url,
)
from mimo_cli.api.endpoint import Auth, Endpoint
from mimo_cli.api.hosts import is_loopback, without_zone
from mimo_cli.api.keys import mask, parse_key
from mimo_cli.api.transport.backend import server_name
from mimo_cli.api.transport.proxies.proxy import find_secrets
from mimo_cli.errors import AuthError, ConfigError, MimoError
from mimo_cli.phrases import Phrase

PROPERTY = settings(deadline=None, derandomize=True, max_examples=80)
CANARY = "sk-CANARY-0123456789"
PLAN = "https://token-plan-cn.xiaomimimo.com/anthropic"


@pytest.mark.parametrize(
    ("written", "url"),
    [
        (DEFAULT_BASE_URL, DEFAULT_BASE_URL),
        (f"  {DEFAULT_BASE_URL}/ \n", DEFAULT_BASE_URL),
        (f"{DEFAULT_BASE_URL}/v1/messages", DEFAULT_BASE_URL),
        (f"{DEFAULT_BASE_URL}/v1/messages/", DEFAULT_BASE_URL),
        (f"{DEFAULT_BASE_URL}/v1", DEFAULT_BASE_URL),
        (f"{DEFAULT_BASE_URL}//", DEFAULT_BASE_URL),
        ("api.xiaomimimo.com", DEFAULT_BASE_URL),
        ("https://api.xiaomimimo.com", DEFAULT_BASE_URL),
        ("https://api.xiaomimimo.com/v1", DEFAULT_BASE_URL),
        ("token-plan-cn.xiaomimimo.com/", PLAN),
        ("HTTPS://example.org/X", "https://example.org/X"),
        ("https://example.org:8443/a/v1beta", "https://example.org:8443/a/v1beta"),
        ("localhost:8080", "http://localhost:8080"),
        ("LOCALHOST:8080", "http://LOCALHOST:8080"),
        ("127.0.0.1:8080/v1", "http://127.0.0.1:8080"),
        ("[::1]:8080", "http://[::1]:8080"),
        ("http://[::1]:8080/", "http://[::1]:8080"),
        ("http://127.9.9.9", "http://127.9.9.9"),
        ("http://llm.localhost:1/anthropic", "http://llm.localhost:1/anthropic"),
        ("example.org", "https://example.org"),
        ("https://my_server.example", "https://my_server.example"),
        ("https://[fe80::1%25eth0]:8443/v1", "https://[fe80::1%eth0]:8443"),  # RFC 6874
        ("https://[FE80::1%Eth_0.7]", "https://[FE80::1%Eth_0.7]"),
        ("https://[fe80::1%25]:1", "https://[fe80::1%25]:1"),  # the 25th
        ("https://example.org/v1/chat/completions", "https://example.org"),
        ("https://example.org/api/v1/completions/", "https://example.org/api"),
        ("https://example.org/chat/completions", "https://example.org"),
        ("https://example.org/v1/models", "https://example.org"),
        ("https://example.org/v1/responses", "https://example.org"),
        ("https://example.org/x/v1/messages/count_tokens", "https://example.org/x"),
        ("https://example.org/v1/chat", "https://example.org/v1/chat"),
        ("https://api.xiaomimimo.com/v1/chat/completions", DEFAULT_BASE_URL),
        ("https:/api.xiaomimimo.com", DEFAULT_BASE_URL),
        ("https://api.xiaomimimo.com.", "https://api.xiaomimimo.com./anthropic"),
        ("API.XiaomiMimo.com.:443/v1", "https://API.XiaomiMimo.com.:443/anthropic"),
        ("HTTPS:/example.org/a//b", "https://example.org/a//b"),
        ("http:/localhost:8080/", "http://localhost:8080"),
        ("https://http", "https://http"),  # a name like any other
        ("https://https:8443/anthropic/", "https://https:8443/anthropic"),
        ("https.example//x", "https://https.example//x"),
        *((f"https://{it}", f"https://{it}") for it in ("llm//x", "xps:1//x", "xps//x", "htps/x")),
        ("htps:8443//x", "https://htps:8443//x"),
        ("localhost//x", "http://localhost//x"),
        ("llm/x//y", "https://llm/x//y"),
        *((it, f"https://{it}") for it in ("http:8080", "https:8443/x", "HTTP:80/anthropic")),
        *(
            (f"https://{it}", f"https://{it}")
            for it in (
                *("http/anthropic", "http/v1.1", "http//v1.1/x", "https/gateway.v2/anthropic"),
                *("http:8080//x", "http:80/api.example.com", "https:8443/v2"),
            )
        ),
    ],
)
def test_a_base_url_is_put_right(written: str, url: str) -> None:
    assert parse_base_url(written) == url
    assert parse_base_url(url) == url


@pytest.mark.parametrize(
    ("written", "end"),
    [
        (DEFAULT_BASE_URL, ""),
        ("https://example.org/v1/", ""),
        ("https://example.org/v1/messages", ""),
        (" https://example.org/v1/chat/completions/ ", "/v1/chat/completions"),
        ("https://example.org/chat/completions", "/chat/completions"),
        ("localhost:8080/v1/models", "/v1/models"),
        ("https://example.org/v1/messages/batches", "/v1/messages/batches"),
    ],
)
def test_what_is_dropped_though_it_means_something_else_is_known(written: str, end: str) -> None:
    assert other_operation(written) == end


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("", "base_url is not right: it has no proper host"),
        ("https://", "base_url is not right: it has no proper host"),
        ("https:///anthropic", "base_url is not right: it has no proper host"),
        ("“https://example.org”", "base_url is not right: it has its quotes “ ”"),
        ("「example.org」", "base_url is not right: it has its quotes 「 」"),
        ("ftp://example.org", "base_url is not right: its scheme is 'ftp', not https"),
        ("https://exa mple.org", "base_url is not right: ' ' does not belong in it"),
        ("https://exa\nmple.org", "base_url is not right: '\\n' does not belong in it"),
        *(
            (
                f"https://{host}",
                (
                    f"base_url is not right: a host with {sign!r} in its name "
                    "is written in its xn-- form"
                ),
            )
            for host, sign in (("exämple.org", "ä"), ("小米.cn:1/x", "小"), ("straße.de/ü", "ß"))
        ),
        *(
            (
                f"https://example.org{path}",
                f"base_url is not right: in its path {sign!r} is written {encoded}",
            )
            for path, sign, encoded in (
                *(("/a b", " ", "%20"), ("/ü/x", "ü", "%C3%BC")),
                ("//小", "小", "%E5%B0%8F"),
            )
        ),
        ("https://example.org/a\x7f", "base_url is not right: '\\x7f' does not belong in it"),
        *(
            (written, "base_url is not right: it must not have a query or fragment")
            for written in ("https://example.org?a b", "https://example.org/ü#ü")
        ),
        ("/example.org", "base_url is not right: it has no proper host"),
        ("//example.org", "base_url is not right: there is no scheme before its //"),
        *(
            (written, f"base_url is not right: behind {written[:-12]}: there is no //")
            for written in ("http:example.org", "HTTPS:example.org", "htps:example.org")
        ),
        *(
            (written, "base_url is not right: behind http: there is no //")
            for written in ("http:127.0.0.1:8080", "http:10.0.0.1/v1")
        ),
        *(
            (written, "base_url is not right: what stands before its // is no scheme with a colon")
            for written in ("thps//example.org", "llm//example.org", "llm:/example.org")
        ),
        *(
            (written, "base_url is not right: it does not begin with https://")
            for written in ("<https://example.org>", "://example.org")
        ),
        *(
            (
                f"{sign}https://example.org{sign}",
                f"base_url is not right: it has its quotes {sign} {sign}",
            )
            for sign in ("'", '"', "`")
        ),
        *(
            (f"https://{host}", f"base_url is not right: {host} is no host's name")
            for host in ("$HOST", "${HOST}", "<HOST>")
        ),
        *(
            (written, "base_url is not right: its port is not from 1 to 65535")
            for written in (
                *("https://example.org:0", "https://example.org:99999", "http://x:y", "a.b:c"),
                "https://example.org:-1",
            )
        ),
        ("https://[::1", "base_url is not right: it has no proper host"),
        ("https：//example.org", "base_url is not right: '：' does not belong in it"),
        (
            "https://u@example.org",
            "base_url is not right: it must not hold a user name or password",
        ),
        (
            "https://localhost\\@example.org",
            "base_url is not right: it must not hold a user name or password",
        ),
        ("https://example.org/?a=b", "base_url is not right: it must not have a query or fragment"),
        ("https://example.org/#a", "base_url is not right: it must not have a query or fragment"),
        ("https://256.256.256.256", "base_url is not right: 256.256.256.256 is no IP address"),
        ("http://127.000.000.001:80", "base_url is not right: 127.000.000.001 is no IP address"),
        ("01.2.3.4.", "base_url is not right: 01.2.3.4. is no IP address"),
        ("https://10.0.0.300/anthropic", "base_url is not right: 10.0.0.300 is no IP address"),
        ("https://1.2.3.4.5", "base_url is not right: 1.2.3.4.5 is no IP address"),
        ("https://[v1.x]", "base_url is not right: v1.x is no IP address"),
        *(
            (f"https://{host}", f"base_url is not right: a host's name has no %: {host}")
            for host in ("evil.example%.xiaomimimo.com", "api%2elab.example", "127.0.0.1%2e")
        ),
        *(
            (
                f"https://[{host}]",
                (
                    f"base_url is not right: {host} has a zone (%), "
                    "which goes with an address of the link (fe80::) alone"
                ),
            )
            for host in ("2001:db8::1%.xiaomimimo.com", "fe80::1%25a~b", "::1%lo")
        ),
        *(
            (f"https://{host}", f"base_url is not right: {host} is no host's name")
            for host in ("evil.example;.xiaomimimo.com", "a\\.xiaomimimo.com", "*.xiaomimimo.com")
        ),
        *(
            (written, "base_url is not right: where its host belongs there is a scheme")
            for written in (
                *("https://https://api.xiaomimimo.com/anthropic", "http://https://example.org"),
                *("https:/https://example.org", "https:/https:/example.org", "HTTPS//example.org"),
                *("https//localhost:8080", "https/example.org", "https.//example.org", "https:"),
                *("https://https:/localhost/v1", "https://http/example.org/anthropic"),
                *("https://https:", "https://https://", "http", "https/", "http/v1.1"),
                *("https://http//v1.example.com", "https://http/10.0.0.1:80/x"),
                *("https://http//llm", "https://http/a.xn--p1ai", "http://https/api.x.cn:1"),
                *("htps//example.org", "HTPS//llm", "htp:/llm", "ttps//llm", "hxxps//llm"),
                *("https://htps//llm", "http://htp://localhost", "https://htps:/llm"),
            )
        ),
        ("https://api。xiaomimimo。com", "base_url is not right: '。' does not belong in it"),
        ("https://ａpi.xiaomimimo.com", "base_url is not right: 'ａ' does not belong in it"),
        (
            "https://evil.example\t.xiaomimimo.com",
            "base_url is not right: '\\t' does not belong in it",
        ),
        ("https://[::1]x", "base_url is not right: it has no proper host"),
        ("https://xn--.com", "base_url is not right: xn--.com is no host's name"),
        ("https://a.XN--.com", "base_url is not right: a.XN--.com is no host's name"),
        ("https://xn--\u2764-.com", "base_url is not right: '\u2764' does not belong in it"),
        ("https://a..example", "base_url is not right: a..example is no host's name"),
        ("https://.", "base_url is not right: . is no host's name"),
        (f"https://{'a' * 64}.b", f"base_url is not right: {'a' * 63} is no host's name"),
        (f"https://{'a.' * 127}b", f"base_url is not right: {'a.' * 31}a is no host's name"),
        (f"https://h/{'a' * 9000}", "base_url is not right: it has over 8000 characters"),
    ],
)
def test_a_base_url_that_cannot_be_right_is_refused(written: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_base_url(written)
    assert (caught.value.message, hint_of(caught.value)) == (
        message,
        f"Example: {DEFAULT_BASE_URL}",
    )


@pytest.mark.parametrize(
    "host",
    [
        "example.org",
        "127.0.0.1.example.org",
        "localhost.example.org",
        "0.0.0.0",  # noqa: S104 - an address that must be refused
        "127.1",
        "10.0.0.1",
    ],
)
def test_plain_http_to_another_machine_needs_permission(host: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_base_url(f"http://{host}")
    assert caught.value.message == (
        f"base_url is not safe: plain http to {host} would send the key unencrypted"
    )
    assert parse_base_url(f"http://{host}", allow_http=True) == f"http://{host}"


@PROPERTY
@given(st.text(max_size=40) | st.text("htps:/[].@?#%\\v1messages 0", max_size=40))
def test_any_base_url_is_right_in_the_end_or_refused(text: str) -> None:
    try:
        url = parse_base_url(text)
    except ConfigError:
        return
    assert parse_base_url(url) == url
    assert not url.endswith("/")


HOSTS = st.text("0123456789abfvx-._:[]%~!$&'()*+,;=<>|^`{}\"\\", min_size=1, max_size=24)


@PROPERTY
@given(HOSTS | HOSTS.map("xn--{}.example".format) | HOSTS.map("[{}]".format))
def test_a_request_can_be_made_for_any_base_url_that_is_right(host: str) -> None:
    try:
        url = parse_base_url(f"https://{host}")
    except ConfigError:
        return
    parts = httpx.URL(url)
    server_name(parts.raw_host.decode()).encode("idna")  # as Python's TLS does
    assert parts.netloc.decode().lower().startswith(("[", host[:1].lower(), "%"))


@pytest.mark.parametrize(
    ("host", "name"),
    [("llm.example.", "llm.example"), ("1.2.3.4.", "1.2.3.4"), ("fe80::1%eth0", "fe80::1")],
)
def test_tls_knows_a_host_without_a_dot_at_the_end_and_without_a_zone(host: str, name: str) -> None:
    assert server_name(host) == name


@pytest.mark.parametrize(
    ("authority", "told"),
    [("[fe80::1%eth0]:8080", "[fe80::1]:8080"), ("[::1]:1", "[::1]:1"), ("a.b:1", "a.b:1")],
)
def test_the_zone_of_an_address_is_no_business_of_the_server(authority: str, told: str) -> None:
    assert without_zone(authority) == told


def test_a_name_is_known_whole_to_tls() -> None:
    assert server_name("evil.example%.xiaomimimo.com") == "evil.example%.xiaomimimo.com"


@pytest.mark.parametrize(
    "host",
    [
        *("xiaomimimo.com", "evilxiaomimimo.com", "api.xiaomimimo.com.evil.example"),
        *(
            "api.xiaomimimo.com..",
            "xiaomimimo.com.",
            "[2001:db8::1%.xiaomimimo.com]",
            "evil.example%.xiaomimimo.com",
        ),
    ],
)
def test_who_only_looks_like_mimo_is_another(host: str) -> None:
    endpoint = Endpoint(f"https://{host}", "tp-0123456789")
    assert not endpoint.is_mimo
    assert not endpoint.has_plan
    assert not is_same_owner(f"https://{host}", DEFAULT_BASE_URL)
    assert is_same_owner("https://API.XiaomiMimo.com:443", DEFAULT_BASE_URL)
    assert is_same_owner("https://token-plan-cn.xiaomimimo.com./", DEFAULT_BASE_URL)
    dotted = Endpoint("https://api.xiaomimimo.com.", "tp-0123456789")
    assert (dotted.is_mimo, dotted.bills_per_token) == (True, True)
    assert dotted.family_mismatch()
    assert len(Endpoint("https://token-plan-cn.xiaomimimo.com.").other_regions()) == 2


def test_a_key_of_mimos_on_another_server_is_not_said_to_be_of_the_wrong_family() -> None:
    assert not Endpoint("https://token-plan-proxy.example", "sk-0123456789").family_mismatch()


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost", True),
        ("a.localhost", True),
        ("127.0.0.1", True),
        ("::1", True),
        ("localhost.org", False),
        ("notlocalhost", False),
        ("128.0.0.1", False),
        ("", False),
    ],
)
def test_loopback_is_known(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


@pytest.mark.parametrize(
    ("auth", "headers"),
    [
        ("api-key", {"api-key": CANARY}),
        ("bearer", {"authorization": f"Bearer {CANARY}"}),
        ("x-api-key", {"x-api-key": CANARY, "anthropic-version": "2023-06-01"}),
    ],
)
def test_the_key_goes_into_exactly_one_header(auth: Auth, headers: dict[str, str]) -> None:
    assert Endpoint(DEFAULT_BASE_URL, CANARY, auth=auth).headers() == headers
    assert Endpoint(DEFAULT_BASE_URL, auth=auth).headers() == {}


def test_an_endpoint_knows_its_server_and_hides_its_key() -> None:
    endpoint = Endpoint(DEFAULT_BASE_URL, CANARY, Phrase("file x"))
    assert endpoint.messages_url == f"{DEFAULT_BASE_URL}/v1/messages"
    assert (endpoint.host, endpoint.is_loopback, endpoint.bills_per_token) == (
        "api.xiaomimimo.com",
        False,
        True,
    )
    assert CANARY not in repr(endpoint)


def test_what_lets_in_at_proxies_is_hidden_but_for_words_like_any_other() -> None:
    environ = {
        "http_proxy": "http://u:pw%3B1234@a:1",
        "HTTPS_PROXY": "u:pass@b",
        "all_proxy": "socks5://u:longest%20one@c",
        "ALL_PROXY": "http://u:p/assword@d",  # none that can be used
    }
    endpoint = Endpoint(DEFAULT_BASE_URL, hidden=find_secrets(environ))
    assert endpoint.conceal(
        "PW;1234 PW%3b1234 xpw;1234 pass longest%20one longest+one p/assword"
    ) == ("… … xpw;1234 pass … … p/assword")
    assert endpoint.conceal("Basic dTpwdzsxMjM0, dTpwYXNz, dTpsb25nZXN0IG9uZQ== longest one") == (
        "Basic …, …, … …"
    )
    assert endpoint.conceal("that was longes") == "that was …"
    assert find_secrets({"http_proxy": "http://a:1"}) == ()
    in_latin_1 = find_secrets({"http_proxy": "http://u:abc%e9defgh@a:1"})
    assert Endpoint(DEFAULT_BASE_URL, hidden=in_latin_1).conceal("it is abc%E9defgh") == "it is …"


def test_only_the_pay_as_you_go_host_bills_per_token() -> None:
    assert not Endpoint(PLAN, "tp-x").bills_per_token
    assert not Endpoint("http://[::1]:80").bills_per_token
    assert Endpoint("http://[::1]:80").is_loopback


@pytest.mark.parametrize(
    ("url", "key", "mismatch"),
    [
        (DEFAULT_BASE_URL, "sk-x", False),
        (DEFAULT_BASE_URL, "tp-x", True),
        (PLAN, "tp-x", False),
        (PLAN, "sk-x", True),
        (PLAN, None, False),
        ("http://localhost", "tp-x", False),
    ],
)
def test_a_key_of_the_other_family_is_noticed(url: str, key: str | None, mismatch: bool) -> None:
    assert bool(Endpoint(url, key).family_mismatch()) is mismatch


@pytest.mark.parametrize(
    "pasted",
    [
        CANARY,
        f"  {CANARY}\n",
        f'"{CANARY}"',
        f"' {CANARY} '",
        f"api-key: {CANARY}",
        f"API-KEY:{CANARY}",
        f"x-api-key : {CANARY}",
        f"Authorization: Bearer {CANARY}",
        f'"api-key: {CANARY}"',
        f"\ufeff{CANARY}\u200b",
        f"{CANARY[:5]}\u2060{CANARY[5:]}",
    ],
)
def test_a_key_is_trimmed_as_people_paste_it(pasted: str) -> None:
    assert parse_key(pasted, "your input") == CANARY


@pytest.mark.parametrize(
    ("pasted", "why"),
    [
        (f"\u201c{CANARY}\u201d", "it contains character U+201C at 1"),
        (f"{CANARY} {CANARY}", "it contains character U+0020 at 21"),
        (f"{CANARY}\n{CANARY}", "it contains character U+000A at 21"),
        (f"{CANARY}\x00", "it contains character U+0000 at 21"),
        (f"{CANARY}\udcff", "it contains character U+DCFF at 21"),
        (f"'{CANARY}", "it contains character U+0027 at 1"),
        ("", ""),
        ("''", ""),
        ("api-key:", ""),
    ],
)
def test_a_key_with_what_no_key_has_is_refused_and_not_shown(pasted: str, why: str) -> None:
    with pytest.raises(AuthError) as caught:
        parse_key(pasted, "file config.toml")
    error = caught.value
    assert why in error.why
    assert "file config.toml" in error.message + hint_of(error)
    assert "CANARY" not in f"{error.message} {hint_of(error)} {error!r}"


@PROPERTY
@given(st.text(max_size=30) | st.text("\"' :apikeyBr", max_size=30))
def test_any_key_is_clean_in_the_end_or_refused(text: str) -> None:
    try:
        key = parse_key(text, "x")
    except MimoError:
        return
    assert key.isascii()
    assert key.isprintable()
    assert parse_key(key, "x") == key


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ("sk-0123456789abcd", "sk-…abcd"),
        ("sk-012345678", "sk-…5678"),
        ("sk-01234567", "…"),
        ("", "…"),
    ],
)
def test_a_key_is_masked(key: str, shown: str) -> None:
    assert mask(key) == shown
