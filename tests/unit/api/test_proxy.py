"""Which proxy counts, by the variables: the rules of curl, and where we differ from it."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from support.harness import hint_of

from mimo_cli.api.transport.proxies.proxy import ProxyChoice, choose_proxy
from mimo_cli.api.transport.proxies.proxy_url import Proxy
from mimo_cli.errors import ConfigError

HTTPS = "https://api.example.com/v1/messages"
HTTP = "http://api.example.com/v1/messages"
A, B, C = (f"http://{name}.proxy:1" for name in "abc")


def place(url: str, **environ: str) -> str | None:
    """The variable and the host of the proxy that is chosen."""
    proxy = choose_proxy(url, environ).proxy
    return proxy and f"{proxy.variable} {proxy.host}"


# ---- The variable that counts: curl(1), "Environment"


@pytest.mark.parametrize(
    ("url", "environ", "expected"),
    [
        (HTTPS, {}, None),
        (HTTPS, {"https_proxy": A}, "https_proxy a.proxy"),
        (HTTPS, {"HTTPS_PROXY": A}, "HTTPS_PROXY a.proxy"),
        (HTTPS, {"https_proxy": A, "HTTPS_PROXY": B}, "https_proxy a.proxy"),
        (HTTPS, {"https_proxy": A, "all_proxy": B}, "https_proxy a.proxy"),
        (HTTPS, {"HTTPS_PROXY": A, "all_proxy": B}, "HTTPS_PROXY a.proxy"),
        (HTTPS, {"http_proxy": A}, None),
        (HTTPS, {"http_proxy": A, "all_proxy": B}, "all_proxy b.proxy"),
        (HTTPS, {"all_proxy": A, "ALL_PROXY": B}, "all_proxy a.proxy"),
        (HTTPS, {"ALL_PROXY": B}, "ALL_PROXY b.proxy"),
        (HTTP, {"https_proxy": A}, None),
        (HTTP, {"http_proxy": A, "https_proxy": B, "all_proxy": C}, "http_proxy a.proxy"),
        # an empty variable counts as unset: the next one is looked at
        (HTTPS, {"https_proxy": "", "HTTPS_PROXY": A}, "HTTPS_PROXY a.proxy"),
        (HTTPS, {"https_proxy": "", "all_proxy": A}, "all_proxy a.proxy"),
        (HTTPS, {"https_proxy": " ", "ALL_PROXY": ""}, None),
        (HTTPS, {"all_proxy": A, "no_proxy": "", "NO_PROXY": "example.com"}, None),
        # only here: curl takes http_proxy in lower case alone, we do where nobody else can set it
        (HTTP, {"HTTP_PROXY": A}, "HTTP_PROXY a.proxy"),
        (HTTP, {"HTTP_PROXY": A, "REQUEST_METHOD": "GET"}, None),
        (HTTP, {"HTTP_PROXY": A, "REQUEST_METHOD": "", "all_proxy": B}, "all_proxy b.proxy"),
        (HTTP, {"http_proxy": A, "REQUEST_METHOD": "GET"}, "http_proxy a.proxy"),
        (HTTPS, {"HTTPS_PROXY": A, "REQUEST_METHOD": "GET"}, "HTTPS_PROXY a.proxy"),
    ],
)
def test_the_variable_of_the_scheme_counts_before_that_for_all(
    url: str, environ: dict[str, str], expected: str | None
) -> None:
    assert place(url, **environ) == expected


@pytest.mark.parametrize(
    "environ",
    [
        {"https_proxy": A, "http_proxy": "nonsense://x", "all_proxy": "nonsense://y"},
        {"https_proxy": A, "HTTPS_PROXY": "://", "ALL_PROXY": "http://u:p@"},
        {"http_proxy": "nonsense://x"},
        {"https_proxy": "nonsense://x", "no_proxy": "example.com"},
        {"https_proxy": "nonsense://x", "no_proxy": "*"},
    ],
)
def test_a_variable_that_does_not_count_may_hold_anything(environ: dict[str, str]) -> None:
    assert place(HTTPS, **environ) in ("https_proxy a.proxy", None)


# ---- NO_PROXY: CURLOPT_NOPROXY(3)


@pytest.mark.parametrize(
    ("url", "no_proxy", "entry"),
    [
        ("https://ample.com", "ample.com", "ample.com"),
        ("https://ample.com:80", "ample.com", "ample.com"),
        ("https://www.ample.com", "ample.com", "ample.com"),
        ("https://www.example.com", "ample.com", ""),
        ("https://ample.com.org", "ample.com", ""),
        ("https://ample.com", ".ample.com", ".ample.com"),
        ("https://www.ample.com", ".ample.com", ".ample.com"),
        ("https://nonample.com", ".ample.com", ""),
        ("https://AMPLE.com", "ample.COM", "ample.COM"),
        ("https://ample.com.", "ample.com", "ample.com"),
        ("https://ample.com", "ample.com.", "ample.com."),
        ("https://a.b", "*", "*"),
        ("https://a.b", " * ", "*"),
        ("https://a.b", "x.y,a.b", "a.b"),
        ("https://a.b", "x.y a.b", "a.b"),
        ("https://a.b", " ,, x.y ,\ta.b,", "a.b"),
        ("https://a.b", "", ""),
        ("https://com", "example.com", ""),
        # addresses and blocks of them
        ("https://192.168.0.1", "192.168.0.1", "192.168.0.1"),
        ("https://10.1.2.3:80", "10.0.0.0/8:80", "10.0.0.0/8:80"),
        ("https://192.168.0.1", "192.168.0.0/16", "192.168.0.0/16"),
        ("https://192.169.0.1", "192.168.0.0/16", ""),
        ("https://192.168.0.1", "192.168.7.9/16", "192.168.7.9/16"),
        ("https://10.1.2.3", "10.0.0.0/8", "10.0.0.0/8"),
        ("https://10.1.2.3", "::/0", ""),
        ("https://[fe80::1]", "fe80::/10", "fe80::/10"),
        ("https://[fec0::1]", "fe80::/10", ""),
        ("https://[2001:db8::1]", "2001:DB8:0::1", "2001:DB8:0::1"),
        ("https://[2001:db8::1]", "[2001:db8::1]", "[2001:db8::1]"),
        ("https://[2001:db8::1]", "[2001:db8::]/32", "[2001:db8::]/32"),
        ("https://[::ffff:10.0.0.1]", "10.0.0.0/8", "10.0.0.0/8"),
        ("https://10.0.0.1", "::ffff:10.0.0.0/104", "::ffff:10.0.0.0/104"),
        ("https://10.1", "10.0.0.1", "10.0.0.1"),
        # only here: ports, brackets with ports, and a star before a domain
        ("https://a.b", "a.b:443", "a.b:443"),
        ("https://a.b:8443", "a.b:443", ""),
        ("http://a.b", "a.b:80", "a.b:80"),
        ("https://x.a.b:8443", "a.b:8443", "a.b:8443"),
        ("https://10.0.0.1:8080", "10.0.0.1:8080", "10.0.0.1:8080"),
        ("https://[2001:db8::1]:8080", "x.y,[2001:db8::1]:8080", "[2001:db8::1]:8080"),
        ("https://[2001:db8::1]:8081", "x.y,[2001:db8::1]:8080", ""),
        ("https://a.b", "*:443", "*:443"),
        ("https://x.a.b", "*.a.b", "*.a.b"),
    ],
)
def test_no_proxy_leaves_out_names_addresses_and_blocks(
    url: str, no_proxy: str, entry: str
) -> None:
    choice = choose_proxy(url, {"all_proxy": A, "no_proxy": no_proxy})
    assert (choice.entry, choice.ignored) == (entry, ())
    assert (choice.proxy is None, choice.reason) == (
        (True, "left out") if entry else (False, "named")
    )


@pytest.mark.parametrize(
    "entry",
    [
        *("<local>", "192.168.", "10.*", "a*b.c", "https://a.b", "10.0.0.0/99", "168.0.1"),
        *("10.0.0.0/255.0.0.0", "10.0.0.0/0.255.255.255", "10.0.0.0/"),
        *("a.b:port", "a.b:", "[::1", "a..b", "-:-", "fe80:::1", "例え.jp", "a.b:999999", "/", "."),
    ],
)
def test_what_no_proxy_holds_that_is_not_understood_is_ignored_and_known(entry: str) -> None:
    choice = choose_proxy(HTTPS, {"all_proxy": A, "NO_PROXY": f"x.y,{entry},api.example.com"})
    assert choice == ProxyChoice(
        None, "left out", "all_proxy", "NO_PROXY", "api.example.com", (entry,)
    )
    assert choice.remarks() == (
        "proxy: none: NO_PROXY has api.example.com",
        f"NO_PROXY: not understood, and ignored: {entry}",
    )
    assert choose_proxy(HTTPS, {"NO_PROXY": entry}).ignored == (entry,)


def test_a_password_that_got_into_no_proxy_is_not_told() -> None:
    value = "user:secret@foo,http://u:secret@p.q:1/"
    choice = choose_proxy(HTTPS, {"all_proxy": A, "NO_PROXY": value})
    assert choice.ignored == ("…@foo", "…@p.q:1/")
    assert not any("secret" in remark for remark in choice.remarks())


@pytest.mark.parametrize("entry", ["*", "*:443"])
def test_a_star_in_a_list_is_not_understood_as_curl_does_not(entry: str) -> None:
    choice = choose_proxy(HTTPS, {"all_proxy": A, "NO_PROXY": f"x.y,{entry}"})
    assert (choice.reason, choice.ignored) == ("named", (entry,))


# ---- This machine


@pytest.mark.parametrize(
    "host",
    [
        *("localhost", "LOCALHOST", "localhost.", "a.localhost", "127.0.0.1", "127.9.9.9", "[::1]"),
        *("[::ffff:127.0.0.1]", "[::]", "127.1", "0x7f000001", "2130706433", "0177.1", "0"),
    ],
)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_this_machine_is_never_reached_through_a_proxy(scheme: str, host: str) -> None:
    url = f"{scheme}://{host}:8080"
    environ = {"http_proxy": A, "https_proxy": A, "all_proxy": "nonsense://x"}
    assert choose_proxy(url, environ) == ProxyChoice(None, "this machine", f"{scheme}_proxy")


@pytest.mark.parametrize("host", ["localhost.org", "128.0.0.1", "127.0.0.1.org", "notlocalhost"])
def test_other_machines_are(host: str) -> None:
    assert choose_proxy(f"http://{host}", {"http_proxy": A}).reason == "named"


# ---- What a variable holds


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("http://p.q:3128", Proxy("http", "p.q", 3128, "")),
        ("p.q:3128", Proxy("http", "p.q", 3128, "")),
        ("p.q", Proxy("http", "p.q", 1080, "")),  # the usual port is curl's
        ("https://p.q", Proxy("https", "p.q", 443, "")),
        ("HTTP://p.q:1/", Proxy("http", "p.q", 1, "")),
        (" http://p.q:1/path?x#y ", Proxy("http", "p.q", 1, "")),
        ("socks5://127.0.0.1:7891", Proxy("socks5", "127.0.0.1", 7891, "")),
        ("socks5h://p.q", Proxy("socks5h", "p.q", 1080, "")),
        ("socks4://p.q", Proxy("socks4", "p.q", 1080, "")),
        ("socks4a://p.q", Proxy("socks4a", "p.q", 1080, "")),
        ("socks://127.0.0.1:7891/", Proxy("socks5", "127.0.0.1", 7891, "")),  # GNOME's
        ("http://[::1]:3128", Proxy("http", "::1", 3128, "")),
        ("http:/p.q:3128", Proxy("http", "p.q", 3128, "")),  # as curl takes it
        ("HTTP:///u:p@p.q:3128", Proxy("http", "p.q", 3128, "", "u", "p")),
        ("socks:/p.q", Proxy("socks5", "p.q", 1080, "")),
        ("http://p.q:003128", Proxy("http", "p.q", 3128, "")),
        ("http://[127.0.0.1]:3128", Proxy("http", "127.0.0.1", 3128, "")),
        ("[fe80::1%25eth0]:3128", Proxy("http", "fe80::1%eth0", 3128, "")),
        ("http://u:p@p.q:1", Proxy("http", "p.q", 1, "", "u", "p")),
        ("u:p@p.q:1", Proxy("http", "p.q", 1, "", "u", "p")),
        ("http://u@p.q:1", Proxy("http", "p.q", 1, "", "u", "")),
        ("http://:p@p.q:1", Proxy("http", "p.q", 1, "", "", "p")),
        ("http://@p.q:1", Proxy("http", "p.q", 1, "")),
        ("http://u%40x:p%3A%2F%25@p.q:1", Proxy("http", "p.q", 1, "", "u@x", "p:/%")),
        ("http://u:p@ss:w@p.q:1", Proxy("http", "p.q", 1, "", "u", "p@ss:w")),
        ("socks5://u:p%20w@p.q:1", Proxy("socks5", "p.q", 1, "", "u", "p w")),
        ("socks5://u:p%C3%A9%FF@p.q:1", Proxy("socks5", "p.q", 1, "", "u", "pé\udcff")),
        ("socks5://u@p.q:1", Proxy("socks5", "p.q", 1, "", "u", "")),
        ("socks5://:p@p.q:1", Proxy("socks5", "p.q", 1, "", "", "p")),
        ("http:3128", Proxy("http", "http", 3128, "")),  # names like any other
        ("socks5://socks5:1080/", Proxy("socks5", "socks5", 1080, "")),
        *((it, Proxy("http", it, 1080, "")) for it in ("http", "https", "socks5", "SOCKS")),
        ("http://[::1%25lo]:7", Proxy("http", "::1", 7, "")),  # a zone of this machine's
        ("socks5://[::1%lo]:7", Proxy("socks5", "::1", 7, "")),
        ("http://proxy//x", Proxy("http", "proxy", 1080, "")),
        ("proxy:3128//", Proxy("http", "proxy", 3128, "")),
        ("p.q//", Proxy("http", "p.q", 1080, "")),
        ("http://p.q:1/a.pac.d", Proxy("http", "p.q", 1, "")),
    ],
)
def test_a_variable_names_a_proxy(value: str, expected: Proxy) -> None:
    found = choose_proxy(HTTPS, {"all_proxy": value}).proxy
    assert found == expected._replace(variable="all_proxy")


def test_a_proxy_knows_what_the_rest_has_to_know() -> None:
    proxy = Proxy("socks4", "::1", 1080, "all_proxy", "me", "secret")
    assert (proxy.where, proxy.is_socks, proxy.looks_up_names) == ("[::1]:1080", True, False)
    assert Proxy("socks4a", "p", 1, "").looks_up_names
    assert not Proxy("https", "p", 1, "").is_socks
    assert proxy.basic_credentials == "bWU6c2VjcmV0"
    assert Proxy("http", "p", 1, "", "Aladdin", "open sesame").basic_credentials == (
        "QWxhZGRpbjpvcGVuIHNlc2FtZQ=="  # RFC 7617, 2
    )
    assert Proxy("http", "p", 1, "").basic_credentials == ""
    assert "secret" not in f"{proxy!r} {proxy} {(proxy,)}"


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("ftp://u:secret@p.q:1", "its scheme is none of http, https, socks4"),
        ("socks6://u:secret@p.q:1", "its scheme is none of http, https, socks4"),
        ("://u:secret@p.q", "its scheme is none of http, https, socks4"),
        ("u:secret@", "there is no HOST:PORT in it"),
        ("/", "there is no HOST:PORT in it"),
        ("http://", "there is no HOST:PORT in it"),
        ("http://p.q:secret", "there is no HOST:PORT in it"),
        ("p.q:1:u:secret", "there is no HOST:PORT in it"),
        ("ftp:///u:secret@p.q", "its scheme is none of http, https, socks4"),
        ("http://p q:1", "there is no HOST:PORT in it"),
        ("http://p.q:１", "there is no HOST:PORT in it"),
        ("http://[::1", "there is no HOST:PORT in it"),
        ("http://::1", "there is no HOST:PORT in it"),
        ("http://[2001:db8::1%.p.q]:3", "what is in its brackets is no IPv6 address"),
        ("http://[1:2]:3", "what is in its brackets is no IPv6 address"),
        ("http://p.q:0", "its port is not from 1 to 65535"),
        ("http://p.q:65536", "its port is not from 1 to 65535"),
        ("http://u:sec/ret@p.q:1", "in a password / ? # are written %2F %3F %23"),
        ("http://u:sec#ret@p.q:1", "in a password / ? # are written %2F %3F %23"),
        ("http://u:sec?ret@p.q:1", "in a password / ? # are written %2F %3F %23"),
        ("http://u:secret%0d%0aX: y@p.q:1", "a control character is in its user name or password"),
        *(
            (value, "where its host belongs there is a scheme")
            for value in (
                *("http//p.q:1", "HTTP//u:secret@p.q:1", "https//p.q", "socks5//p.q:1"),
                *("http://http://p.q:1", "http://https://u:secret@p.q", "http:/http:/p.q:1"),
                *("socks5://http://p.q:1", "http://socks5h://p.q:1", "http://http//p.q:1"),
                *("htp//p.q:1", "htps:/p.q:1", "http://htps//p.q:1", "https:///hxxp://p.q"),
            )
        ),
        ("sock5//u:secret@p.q:1", "what stands before its // is no scheme with a colon"),
        ("proxy:/p.q:1", "what stands before its // is no scheme with a colon"),
        ("http:p.q:1", "there is no HOST:PORT in it"),
        ("http://wpad.p.q/secret.pac", "it leads to a PAC file, which is not read"),
        ("http://p.q:1/wpad.dat?secret", "it leads to a PAC file, which is not read"),
        ("pac+http://p.q:1/x.PAC", "it leads to a PAC file, which is not read"),
        ("file:///etc/secret.pac", "it leads to a PAC file, which is not read"),
        ("'http://u:secret@p.q:1'", "it has its quotes"),
        ('"p.q:1"', "it has its quotes"),
        ("\u201chttp://p.q:1\u201d", "it has its quotes"),
        ("3128", "there is a port in it, and no host"),
        ("http://3128/", "there is a port in it, and no host"),
        ("//p.q:1", "there is no HOST:PORT in it"),
        (f"socks5://{'secret' * 50}:p@p.q:1", "SOCKS takes user names and passwords of up to 255"),
        (f"socks5://u:secret{'%C3%A9' * 125}@p.q:1", "SOCKS takes user names and passwords of up"),
        (f"socks5://u:{'secret' * 50}@p.q:1", "SOCKS takes user names and passwords of up to 255"),
    ],
)
def test_what_names_no_proxy_is_refused_without_repeating_it(value: str, why: str) -> None:
    with pytest.raises(ConfigError) as caught:
        choose_proxy(HTTPS, {"HTTPS_PROXY": value, "ALL_PROXY": "other://x"})
    error = caught.value
    assert error.message.startswith(f"HTTPS_PROXY names no usable proxy: {why}")
    assert hint_of(error) == (
        "It is written http://HOST:PORT or socks5://HOST:PORT. Correct it, or: unset HTTPS_PROXY"
    )
    assert not any(word in str(error) for word in ("secret", "ret@", "p.q", "ALL_PROXY"))


# ---- What is told


@pytest.mark.parametrize(
    ("url", "environ", "said"),
    [
        (HTTPS, {}, "none"),
        ("http://localhost", {}, "none"),
        (HTTPS, {"http_proxy": A}, "none"),
        (
            HTTPS,
            {"https_proxy": f"u:secret@{A[7:]}"},
            "through the HTTP proxy a.proxy:1 (https_proxy)",
        ),
        (HTTPS, {"ALL_PROXY": "socks5://[::1]:1"}, "through the SOCKS proxy [::1]:1 (ALL_PROXY)"),
        (HTTPS, {"ALL_PROXY": A, "no_proxy": ".com"}, "none: no_proxy has .com"),
        (
            "http://[::1]",
            {"http_proxy": A},
            "none: this machine needs none (http_proxy is not used)",
        ),
    ],
)
def test_a_choice_says_why(url: str, environ: dict[str, str], said: str) -> None:
    choice = choose_proxy(url, environ)
    assert choice.description == said
    assert choice.remarks() == ((f"proxy: {said}",) if choice.variable else ())


VALUES = st.text(max_size=40) | st.from_regex(
    r"\A((http|socks5|socks4)://)?([a-z%0-9:@]{0,8}@)?[\[\]a-z0-9.:]{0,9}(:[0-9]{0,6})?[/?#]?\Z"
)
NAMES = st.sampled_from(
    [*("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy"), "NO_PROXY"]
)
HOSTS = st.sampled_from(["api.example.com", "10.0.0.1", "[fe80::1]", "127.0.0.1", "a..b", "0x"])


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(NAMES, VALUES), st.sampled_from(["http", "https"]), HOSTS)
@example({"NO_PROXY": "1" * 5000}, "http", "10.0.0.1")
@example({"NO_PROXY": f"a:{'1' * 5000}"}, "http", "10.0.0.1")
def test_whatever_the_variables_hold_there_is_a_proxy_or_none_or_an_error(
    environ: dict[str, str], scheme: str, host: str
) -> None:
    with contextlib.suppress(ConfigError):
        choice = choose_proxy(f"{scheme}://{host}:1", environ)
        assert (choice.proxy is not None) == (choice.reason == "named")
        assert choice.description
