"""The URLs of pages: how they are asked for, and which are refused."""

from __future__ import annotations

import pytest

from mimo_cli.attachments.web import page_url
from mimo_cli.errors import UsageError

FORM = "it is no proper URL"
SIGN = "a space, a backslash or a control character is in it"
LOGIN = "it holds a user name or password"
HERE = "an address of this machine"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://example.org", "https://example.org"),
        (" https://example.org/a#b ", "https://example.org/a"),
        ("HTTPS://Example.ORG:443/A?b=C", "https://example.org/A?b=C"),
        ("https://example.org.:8443/", "https://example.org.:8443/"),
        ("https://example.org/ä?q=ü", "https://example.org/%C3%A4?q=%C3%BC"),
        ("https://münchen.de/", "https://xn--mnchen-3ya.de/"),
        ("https://1.1.1.1/", "https://1.1.1.1/"),
        ("https://[2606:4700:4700::1111]/x", "https://[2606:4700:4700::1111]/x"),
        ("https://example.org/@a", "https://example.org/@a"),
    ],
)
def test_a_url_is_written_out_as_it_is_asked_for(text: str, expected: str) -> None:
    assert page_url.parse(text) == expected


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("http://example.org/x", "plain http is not fetched"),
        ("HTTP://example.org/x", "plain http is not fetched"),
        ("https://a:b@example.org/", LOGIN),
        ("https://a@b@example.org/", LOGIN),
        ("https://localhost@example.org/", LOGIN),
        ("https://example.org\\@localhost/", SIGN),
        ("https://example.org/a b", SIGN),
        ("https://example.org/\x00", SIGN),
        ("https://[::1", FORM),
        ("https://", FORM),
        ("https:///x", FORM),
        ("https://a..org/", FORM),
        ("https://%6cocalhost/", FORM),
        ("https://exa%6dple.org/", FORM),
        ("https://example.org:0/", FORM),
        ("https://example.org:99999/", FORM),
        ("https://\u2460.com/", FORM),
        ("ftp://example.org/", FORM),
        ("https://example.org/" + "a" * 8000, "it has over 8,000 characters"),
        ("https://localhost/", "localhost is a name of this machine or network"),
        ("https://0x7f.1/", f"0x7f.1 is {HERE}"),
        ("https://127\u30020\u30020\u30021/", f"127.0.0.1 is {HERE}"),
        ("https://[::ffff:7f00:1]/", f"::ffff:7f00:1 is {HERE}"),
        ("https://[fe80::1%25eth0]/", "fe80::1%25eth0 is an address of this link alone"),
    ],
)
def test_what_is_no_url_of_a_page_is_refused(text: str, why: str) -> None:
    with pytest.raises(UsageError) as caught:
        page_url.parse(text)
    assert str(caught.value.why) == why


PAGE = "https://example.org/a/b?c#d"


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ("/x", "https://example.org/x"),
        ("x#y", "https://example.org/a/x"),
        ("?q=1", "https://example.org/a/b?q=1"),
        ("//other.org/x", "https://other.org/x"),
        ("https://u:p@other.org/x", "https://other.org/x"),
        ("/a b", "https://example.org/a%20b"),
        ("/ä".encode().decode("latin-1"), "https://example.org/%C3%A4"),
        ("/\xe4", "https://example.org/%C3%A4"),
    ],
)
def test_a_redirect_is_followed_to_another_page(location: str, expected: str) -> None:
    assert page_url.redirected(PAGE, location) == expected


@pytest.mark.parametrize(
    ("location", "why"),
    [
        ("", "it redirects to nowhere"),
        ("http://other.org/", "it redirects to plain http (other.org)"),
        ("ftp://other.org/", "it redirects to ftp:"),
        ("javascript:alert(1)", "it redirects to javascript:"),
        ("https://[bad", "it redirects to what is no URL"),
        ("https://[::1]/", f"it redirects to ::1, {HERE}"),
        ("//127.1/", f"it redirects to 127.1, {HERE}"),
        ("https://router/", "it redirects to router, a name of this machine or network"),
        ("https://a..b/", f"it redirects to https://a..b/: {FORM}"),
        ("https://other.org\\x", f"it redirects to https://other.org\\x: {SIGN}"),
    ],
)
def test_a_redirect_to_what_is_no_page_is_refused(location: str, why: str) -> None:
    with pytest.raises(UsageError) as caught:
        page_url.redirected(PAGE, location)
    assert str(caught.value.what) == "cannot attach https://example.org/a/b"
    assert str(caught.value.why) == why


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://u:secret@example.org/a?token=secret#x", "https://example.org/a"),
        ("https://[bad/a?token=secret", "https://[bad/a"),
        ("https://example.org/" + "a" * 200, "https://example.org/" + "a" * 99 + "…"),
    ],
)
def test_what_may_be_a_secret_is_not_shown(url: str, expected: str) -> None:
    assert page_url.shown(url) == expected
