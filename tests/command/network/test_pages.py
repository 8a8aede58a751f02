"""Pages, fetched from sites on loopback that pass for ones of the Internet."""

from __future__ import annotations

import gzip
import os
import signal
import socket
import threading
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.folders import CERTIFICATES
from support.harness import PATIENCE
from support.proxies import HttpProxy, Listener, SocksProxy
from support.websites import ADDRESS, HOST, OTHER, TRUSTED, Site, page, reply

from mimo_cli.advice import Action
from mimo_cli.api.timing import Clock
from mimo_cli.attachments import pages
from mimo_cli.attachments.pages import Limits, fetch
from mimo_cli.errors import MimoError, NetworkError, ServerError, UsageError
from mimo_cli.input.watch import Watch
from mimo_cli.phrases import NOTHING

if TYPE_CHECKING:
    from collections.abc import Callable

    from mimo_cli.attachments.web.page_text import Page

URL = f"https://{HOST}"
HERE = "an address of this machine"
PLAIN = "text/plain"
WORDS = page("words", PLAIN)
GZIP = gzip.compress(b"words " * 99, mtime=0)


def get(site: Site, path: str = "/", limits: Limits = pages.LIMITS, **environ: str) -> Page:
    return fetch(URL + path, environ={**TRUSTED, **environ}, limits=limits, reach=site.reach)


def fails(site: Site, path: str = "/", limits: Limits = pages.LIMITS, **environ: str) -> MimoError:
    with pytest.raises(MimoError) as caught:
        get(site, path, limits, **environ)
    return caught.value


# ---- What is asked


def test_a_page_is_fetched_from_the_address_that_was_checked_and_nothing_goes_along() -> None:
    with Site({"/a?b=c": WORDS}) as site:
        found = get(site, "/a?b=c#d")
    assert found == (f"{URL}/a?b=c", "", "words", PLAIN, 5, ())
    assert (site.asked, site.connected) == ([HOST], [ADDRESS])
    names = [line.partition(b":")[0].lower() for line in site.heads[0].split(b"\r\n")[1:-2]]
    assert sorted(names) == [b"accept", b"accept-encoding", b"host", b"user-agent"]


def test_a_name_is_looked_up_once_and_what_it_leads_to_later_is_not_connected_to() -> None:
    answers = [[ADDRESS], ["127.0.0.1"]]

    class Rebinding(Site):
        def look_up(self, host: str, port: int) -> list[tuple[int, tuple[object, ...]]]:
            self.asked.append(host)
            return [(socket.AF_INET, (it, port)) for it in answers.pop(0)]

    with Rebinding({"/": WORDS}) as site:
        assert get(site).text == "words"
        assert site.connected == [ADDRESS]
        assert str(fails(site).why) == f"{HOST} has {HERE}"
        assert site.connected == [ADDRESS]


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.0.1", "169.254.169.254", "100.64.0.1"),
        *("0.0.0.0", "224.0.0.1", "::1", "::ffff:127.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1"),  # noqa: S104 - is refused
        *("2002:7f00:1::", "fe80::1", "fc00::1", "fec0::1", "2001:0:1::1"),
    ],
)
def test_a_name_that_leads_into_a_private_network_is_refused(address: str) -> None:
    with Site({"/": WORDS}, names={HOST: [address]}) as site:
        error = fails(site)
    assert isinstance(error, UsageError)
    assert str(error.what) == f"cannot attach {URL}/"
    assert str(error.why).startswith(f"{HOST} has a")
    assert "Only pages of the Internet are fetched" in str(error.hint)
    assert (site.connected, site.heads) == ([], [])


def test_of_several_addresses_those_of_the_internet_alone_are_tried() -> None:
    names = {HOST: ["127.0.0.1", "192.168.0.1", ADDRESS, "::1"]}
    with Site({"/": WORDS}, names=names) as site:
        assert get(site).text == "words"
    assert site.connected == [ADDRESS]


@pytest.mark.parametrize("address", ["198.18.0.5", "fdfe:dcba:9876::5"])
def test_the_made_up_addresses_of_a_proxy_on_this_machine_pass(address: str) -> None:
    with Site({"/": WORDS}, names={HOST: [address]}) as site:
        assert get(site).text == "words"
    assert site.connected == [address]


def test_a_literal_that_is_not_of_the_internet_is_refused_before_anything_is_asked() -> None:
    with Site({}) as site, pytest.raises(UsageError):
        fetch("https://198.18.0.5/", environ={}, reach=site.reach)
    assert (site.asked, site.connected) == ([], [])


# ---- Redirects


def test_redirects_are_followed_and_each_is_checked_anew() -> None:
    paths = {
        "/": reply(301, f"Location: https://u:p@{OTHER}/next?q#f"),
        "/next?q": reply(307, "Location: /end"),
        "/end": WORDS,
    }
    with Site(paths) as site:
        found = get(site)
    assert (found.url, found.text) == (f"https://{OTHER}/end", "words")
    assert site.asked == [HOST, OTHER, OTHER]
    assert not any(b"authorization" in head.lower() for head in site.heads)


@pytest.mark.parametrize(
    ("location", "why"),
    [
        ("https://127.0.0.1/", f"it redirects to 127.0.0.1, {HERE}"),
        ("https://localhost:8443/", "it redirects to localhost, a name of this machine or network"),
        (f"http://{HOST}/", f"it redirects to plain http ({HOST})"),
        ("file:///etc/passwd", "it redirects to file:"),
        ("/", "it redirects to itself"),
    ],
)
def test_a_redirect_to_what_may_not_be_fetched_is_refused(location: str, why: str) -> None:
    with Site({"/": reply(302, f"Location: {location}")}) as site:
        error = fails(site)
    assert (type(error), str(error.why)) == (UsageError, why)
    assert len(site.heads) == 1


def test_a_redirect_to_a_name_of_a_private_network_is_refused() -> None:
    names = {HOST: [ADDRESS], OTHER: ["10.1.2.3"]}
    with Site({"/": reply(302, f"Location: https://{OTHER}/")}, names=names) as site:
        error = fails(site)
    assert str(error.what) == f"cannot attach {URL}/"
    problem = f"{OTHER} has an address of a private network"
    assert str(error.why) == f"it redirects to https://{OTHER}/: {problem}"
    assert site.connected == [ADDRESS]


@pytest.mark.parametrize(
    ("answer", "exit_code", "problem"),
    [
        (reply(404), 2, "there is no such page"),
        (reply(500), 7, "the site answers with status 500"),
        (page(b"%PDF-1.7", PLAIN), 2, "it is a PDF document"),
        (page(GZIP[:-4], PLAIN, "Content-Encoding: gzip"), 8, "the reply broke off: what is"),
        (reply(302, "Location: http://a.org/"), 2, "it redirects to plain http (a.org)"),
        (reply(200, "Content-Length: 9") + b"abc", 8, "connection lost: "),
    ],
)
def test_behind_a_redirect_both_addresses_are_named(
    answer: bytes, exit_code: int, problem: str
) -> None:
    paths = {"/": reply(302, f"Location: https://{OTHER}/b"), "/b": answer}
    with Site(paths) as site:
        error = fails(site)
    assert (error.exit_code, str(error.what)) == (exit_code, f"cannot attach {URL}/")
    assert str(error.why).startswith(f"it redirects to https://{OTHER}/b: {problem}")


def test_what_is_asked_and_what_comes_is_told_to_who_wants_to_know() -> None:
    told: list[str] = []
    paths = {"/a?key=1": reply(302, f"Location: https://{OTHER}/b"), "/b": WORDS}
    with Site(paths) as site:
        watch = Watch(detail=lambda it: told.append(str(it)))
        fetch(f"{URL}/a?key=1#x", environ=TRUSTED, reach=site.reach, watch=watch)
    assert told == [
        f"fetching {URL}/a?key=1",
        "connected to 127.0.0.1",
        "status 302, no type, 0 bytes",
        f"status 302: to https://{OTHER}/b",
        f"fetching https://{OTHER}/b",
        "connected to 127.0.0.1",
        "status 200, text/plain, 5 bytes",
    ]


def test_the_proxy_is_told_to_who_wants_to_know() -> None:
    told: list[str] = []
    with Site({"/": WORDS}) as site, HttpProxy({HOST: site.port}) as proxy:
        environ = {**TRUSTED, "HTTPS_PROXY": f"http://127.0.0.1:{proxy.port}"}
        fetch(URL, environ=environ, watch=Watch(detail=lambda it: told.append(str(it))))
    assert told[1] == f"connected to 127.0.0.1, proxy 127.0.0.1:{proxy.port}"


@pytest.mark.parametrize("left", [0.0, 0.3])
def test_the_time_for_all_that_is_read_is_a_pages_too(left: float) -> None:
    with Site({"/": silent}) as site, pytest.raises(NetworkError) as caught:
        fetch(URL, environ=TRUSTED, reach=site.reach, watch=Watch(left=lambda: left))
    assert str(caught.value.message) == f"cannot fetch {URL}: out of time"
    assert caught.value.hint == Action.LONGER_TIMEOUT


def test_the_time_for_all_that_is_read_is_for_the_reading_too() -> None:
    left = iter([60.0, 0.2])
    with Site({"/": page("<!--" * 1_000_000)}) as site, pytest.raises(NetworkError) as caught:
        fetch(URL, environ=TRUSTED, reach=site.reach, watch=Watch(left=lambda: next(left)))
    assert str(caught.value.why) == "out of time"


def test_five_redirects_are_followed_and_no_more() -> None:
    paths = {f"/{n}": reply(302, f"Location: /{n + 1}") for n in range(6)}
    with Site({**paths, "/6": WORDS}) as site:
        assert get(site, "/1").text == "words"
        why = "it redirects in a circle, or on and on (6 addresses)"
        assert str(fails(site, "/0").why) == why
    assert site.paths == [*(f"/{n}" for n in range(1, 7)), *(f"/{n}" for n in range(6))]


# ---- What comes


@pytest.mark.parametrize(
    ("answer", "kind", "why"),
    [
        (reply(204), UsageError, "it has no content"),
        (reply(304), UsageError, "it has no content"),
        (reply(300), UsageError, "the site answers with status 300"),
        (reply(206, "Content-Type: text/plain"), UsageError, "the site answers with status 206"),
        (reply(401), UsageError, "it wants a login"),
        (reply(403), UsageError, "the site refuses it, perhaps to programs"),
        (reply(404), UsageError, "there is no such page"),
        (reply(418), UsageError, "the site answers with status 418"),
        (reply(429), NetworkError, "the site has had too many requests"),
        (reply(500), NetworkError, "the site answers with status 500"),
        (reply(503), NetworkError, "the site is overloaded, or lets no programs in"),
        (page(b"%PDF-1.7", "application/pdf"), UsageError, "it is a PDF document"),
        (page(b"%PDF-1.7", PLAIN), UsageError, "it is a PDF document"),
        (page(b"x", "image/png"), UsageError, "it is a picture"),
        (page(b"x", "application/wasm"), UsageError, "it is application/wasm"),
        (page(bytes(range(256)), "application/octet-stream"), UsageError, "it is no text"),
        (page(b"a\0b", PLAIN), UsageError, "it is no text"),
        (page(" \n", PLAIN), UsageError, "there is no text in it"),
        (page("<p>"), UsageError, "there is no text in it"),
        (
            page("<div id=app></div><script src=app.js></script>"),
            UsageError,
            "it has no text but what its scripts make",
        ),
        (
            page("x", PLAIN, "Content-Encoding: br"),
            UsageError,
            "it is compressed by br, unasked",
        ),
        (
            reply(200, "Content-Type: text/plain", "Content-Length: 9") + b"short",
            ServerError,
            f"{HOST}:443 closed it",
        ),
    ],
)
def test_what_is_no_page_is_said_in_words(answer: bytes, kind: type[MimoError], why: str) -> None:
    with Site({"/": answer}) as site:
        error = fails(site)
    assert isinstance(error, kind)
    assert str(error.why) == why
    assert error.hint != NOTHING
    assert "base_url" not in str(error.hint)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (page(b"x", "image/webp"), "image"),
        (page(b"x", "audio/x-wav; a=b"), "audio"),
        (page(b"x", "video/mp4"), "video"),
        (page(b"\x89PNG\r\n\x1a\n" + bytes(20), PLAIN), "image"),
    ],
)
def test_media_are_named_by_the_words_that_attach_them(answer: bytes, kind: str) -> None:
    with Site({"/": answer}) as site:
        assert str(fails(site).hint) == f"The service fetches it by its address: {kind}:{URL}/"


@pytest.mark.parametrize(
    ("answer", "kind", "text"),
    [
        (page("<title>T</title><p>a<p>b"), "text/html", "# T\n\na\n\nb"),
        (page("<!DOCTYPE html><p>a", ""), "text/html", "a"),
        (page("<html><p>a", "application/octet-stream"), "text/html", "a"),
        (page("<html><p>a", PLAIN), PLAIN, "<html><p>a"),
        (page('{"a": 1}', "application/json"), "application/json", '{"a": 1}'),
        (page("BMW and ID3 are words", PLAIN), PLAIN, "BMW and ID3 are words"),
        (page("<a/>", "application/atom+xml"), "application/atom+xml", "<a/>"),
        (page("天".encode("gb18030"), "text/html; charset=GB2312"), "text/html", "天"),
        (page(gzip.compress(b"ab", mtime=0), PLAIN, "Content-Encoding: gzip"), PLAIN, "ab"),
        (page(zlib.compress(b"ab"), PLAIN, "Content-Encoding: deflate"), PLAIN, "ab"),
        (page(GZIP + b"garbage", PLAIN, "Content-Encoding: gzip"), PLAIN, "words " * 99),
        (page(GZIP + bytes(9), PLAIN, "Content-Encoding: gzip"), PLAIN, "words " * 99),
        (page(GZIP + GZIP, PLAIN, "Content-Encoding: x-gzip"), PLAIN, "words " * 198),
        (page("ab", PLAIN, "Content-Encoding: none"), PLAIN, "ab"),
        (page("ab", PLAIN, "Content-Encoding: UTF-8"), PLAIN, "ab"),
        (page(GZIP, PLAIN, "Content-Encoding: identity, gzip"), PLAIN, "words " * 99),
        (
            reply(200, "Content-Type: text/plain", "Content-Length: 2") + b"ab and more",
            PLAIN,
            "ab",
        ),
    ],
)
def test_a_text_is_what_its_type_and_its_bytes_say(answer: bytes, kind: str, text: str) -> None:
    with Site({"/": answer}) as site:
        found = get(site)
    assert (found.media_type, found.text) == (kind, text)


def chunked(data: bytes) -> bytes:
    head = reply(200, "Content-Type: text/plain", "Transfer-Encoding: chunked")
    return head[:-2] + b"Content-Encoding: gzip\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(data), data)


def closed(data: bytes, encoding: str = "gzip") -> bytes:
    return reply(200, "Content-Type: text/plain", f"Content-Encoding: {encoding}") + data


NOISE = bytes(it * it % 251 for it in range(3000))


@pytest.mark.parametrize(
    "answer",
    [
        page(GZIP[:-1], PLAIN, "Content-Encoding: gzip"),
        page(GZIP[:-9], PLAIN, "Content-Encoding: gzip"),
        page(GZIP[:12], PLAIN, "Content-Encoding: gzip"),
        page(GZIP + GZIP[:-8], PLAIN, "Content-Encoding: gzip"),
        page(zlib.compress(NOISE)[:-4], PLAIN, "Content-Encoding: deflate"),
        page(zlib.compress(NOISE, wbits=-15)[:-9], PLAIN, "Content-Encoding: deflate"),
        chunked(GZIP[:-4]),
        closed(GZIP[:-4]),
        closed(zlib.compress(NOISE)[:-1], "deflate"),
    ],
)
def test_what_is_compressed_and_broke_off_is_no_page(answer: bytes) -> None:
    with Site({"/": answer}) as site:
        error = fails(site)
    assert (error.exit_code, str(error.what)) == (8, "the reply broke off")
    assert "Try again later" in str(error.hint)


@pytest.mark.parametrize(
    ("data", "encoding", "why"),
    [
        (GZIP[:-8] + b"no crc32", "gzip", "its checksum is wrong"),
        (GZIP[:-4] + b"size", "gzip", "its checksum is wrong"),
        (zlib.compress(b"words")[:-4] + b"sum!", "deflate", "its checksum is wrong"),
        (GZIP[:10] + b"\xff" + GZIP[11:], "gzip", "invalid block type"),
    ],
)
def test_what_is_compressed_and_damaged_says_so(data: bytes, encoding: str, why: str) -> None:
    with Site({"/": page(data, PLAIN, f"Content-Encoding: {encoding}")}) as site:
        error = fails(site)
    assert error.exit_code == 8
    assert why in str(error.why)


@pytest.mark.parametrize(
    ("encoding", "why"),
    [
        ("br", "it is compressed by br, unasked"),
        ("gzip, zstd", "it is compressed by zstd, unasked"),
        ("gzip, gzip", "it is compressed more than once (gzip, gzip)"),
        ("none, deflate, gzip", "it is compressed more than once (deflate, gzip)"),
    ],
)
def test_what_is_compressed_otherwise_is_said(encoding: str, why: str) -> None:
    with Site({"/": page(b"x", PLAIN, f"Content-Encoding: {encoding}")}) as site:
        assert str(fails(site).why) == why


def test_a_page_of_scripts_is_told_of() -> None:
    with Site({"/": page("<script>x</script><p>Loading…")}) as site:
        found = get(site)
    assert found.text == "Loading…"
    assert [str(it) for it in found.remarks] == [
        f"{URL}/ has hardly any text but what its scripts make: open it in a browser and save it"
    ]


# ---- What takes too much


def silent(connection: socket.socket) -> None:
    """Waits until the client goes."""
    connection.recv(1)


def send(*pieces: bytes, times: int = 1) -> Callable[[socket.socket], None]:
    def answer(connection: socket.socket) -> None:
        head, *others = pieces
        connection.sendall(head)
        for _ in range(times):
            for it in others:
                connection.sendall(it)

    return answer


def bomb() -> Callable[[socket.socket], None]:
    """1 GB of zeros, compressed."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    first = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    more = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    head = reply(200, "Content-Type: text/plain", "Content-Encoding: gzip")
    return send(head + first, more, times=1000)


@pytest.mark.parametrize(
    "answer",
    [
        reply(200, "Content-Type: text/plain", "Content-Length: 10000001"),
        send(reply(200, "Content-Type: text/plain"), b"a" * 100_000, times=101),
        bomb(),
    ],
    ids=["said", "sent", "unpacked"],
)
def test_what_is_larger_than_10_mb_is_refused(
    answer: bytes | Callable[[socket.socket], None],
) -> None:
    with Site({"/": answer}) as site:
        assert str(fails(site).why) == "it is larger than 10 MB"
        assert site.gone.wait(PATIENCE)


def test_10_mb_are_taken() -> None:
    with Site({"/": page(b"a" * 10_000_000, PLAIN)}) as site:
        assert get(site).size == 10_000_000


@pytest.mark.parametrize("first", [b"HTTP/1.1 200 ", reply(200, "Content-Type: text/plain")])
def test_a_site_that_drips_is_left_in_time(first: bytes) -> None:
    over = threading.Event()

    def drip(connection: socket.socket) -> None:
        connection.sendall(first)
        while not over.wait(0.02):
            connection.sendall(b"a")

    with Site({"/": drip}) as site:
        error = fails(site, limits=Limits(seconds=0.3))
        assert site.gone.wait(PATIENCE)
        over.set()
    assert isinstance(error, NetworkError)
    assert str(error.why) == f"{HOST} took over 0.3 s"


def test_the_limit_is_for_all_redirects_together() -> None:
    with Site({"/": reply(302, "Location: /next"), "/next": silent}) as site:
        clock = Clock(monotonic=lambda: 19.8 if site.heads else 0.0)
        with pytest.raises(NetworkError) as caught:
            fetch(URL, environ=TRUSTED, clock=clock, reach=site.reach)
    assert str(caught.value.what) == f"cannot attach {URL}"
    assert str(caught.value.why) == f"it redirects to {URL}/next: {HOST} took over 20 s"


# ---- The way


@pytest.mark.parametrize(
    ("certificate", "trusted", "why"),
    [("elsewhere", "elsewhere", "not valid for"), ("service", "trusted", "self-signed")],
)
def test_a_site_has_to_prove_its_name(certificate: str, trusted: str, why: str) -> None:
    with Site({"/": WORDS}, certificate=certificate) as site:
        error = fails(site, SSL_CERT_FILE=str(CERTIFICATES / f"{trusted}.pem"))
    assert type(error) is NetworkError
    assert why in str(error.why)
    assert site.heads == []


def test_a_site_that_says_nothing_in_tls_is_left_in_time() -> None:
    with Listener() as mute, Site({}) as site:
        site.port = mute.port
        error = fails(site, limits=Limits(seconds=0.3))
        assert mute.gone.wait(PATIENCE)
    assert str(error.why) == f"{HOST} took over 0.3 s"


def test_an_http_proxy_leads_there_and_is_told_the_name() -> None:
    with Site({"/": WORDS}) as site, HttpProxy({HOST: site.port}) as proxy:
        found = get(site, HTTPS_PROXY=f"http://127.0.0.1:{proxy.port}")
    assert found.text == "words"
    assert (proxy.asked, site.asked) == ([f"{HOST}:443"], [])


def test_a_redirect_to_an_address_of_this_machine_is_refused_through_a_proxy_too() -> None:
    paths = {"/": reply(302, "Location: https://2130706433/")}
    with Site(paths) as site, HttpProxy({HOST: site.port}) as proxy:
        error = fails(site, HTTPS_PROXY=f"http://127.0.0.1:{proxy.port}")
    assert str(error.why) == f"it redirects to 2130706433, {HERE}"
    assert proxy.asked == [f"{HOST}:443"]


def test_what_a_proxy_of_socks_4_has_to_be_told_is_checked() -> None:
    names = {HOST: ["10.0.0.1"]}
    with Site({"/": WORDS}, names=names) as site, SocksProxy({}) as proxy:
        error = fails(site, ALL_PROXY=f"socks4://127.0.0.1:{proxy.port}")
    assert str(error.why) == f"{HOST} has an address of a private network"
    assert proxy.asked == []


def test_a_proxy_that_refuses_is_named() -> None:
    refusal = b"HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n"
    with Site({}) as site, HttpProxy({}, refusal=refusal) as proxy:
        error = fails(site, HTTPS_PROXY=f"http://127.0.0.1:{proxy.port}")
    assert str(error.what) == f"proxy 127.0.0.1:{proxy.port} did not connect to {HOST}:443"
    assert error.hint == "Check what the proxy allows. HTTPS_PROXY names it."


class Plain(Listener):
    """Speaks no TLS."""

    def handle(self, connection: socket.socket) -> None:
        connection.recv(1000)  # words before those could come with the proxy's answer, as its own
        connection.sendall(b"220 no TLS here\r\n")
        while connection.recv(1000):  # a connection that is closed unread is reset
            pass


def test_no_advice_on_a_page_names_the_base_url() -> None:
    with Site({}) as site, Plain() as plain, HttpProxy({HOST: plain.port}) as proxy:
        error = fails(site, HTTPS_PROXY=f"http://127.0.0.1:{proxy.port}")
    assert str(error.what).startswith(f"no TLS with {HOST}:443")
    assert str(error.hint).startswith("Check the address and the network.")


def test_a_fetch_can_be_interrupted_whatever_the_site_does() -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        with Site({"/": silent}) as site:
            came = threading.Thread(target=lambda: alarm(site))
            came.start()
            with pytest.raises(KeyboardInterrupt):
                get(site)
            assert site.gone.wait(PATIENCE)
            came.join()
    finally:
        signal.signal(signal.SIGALRM, before)


def alarm(site: Site) -> None:
    """Sends this process a signal once a site is connected to."""
    assert site.came.wait(PATIENCE)
    os.kill(os.getpid(), signal.SIGALRM)


def test_no_thread_and_no_file_is_left() -> None:
    with Site({"/": WORDS}) as site:
        get(site)
        before = len(list(Path("/dev/fd").iterdir()))
        for _ in range(5):
            get(site)
        assert site.gone.wait(PATIENCE)
    assert len(list(Path("/dev/fd").iterdir())) <= before + 1
