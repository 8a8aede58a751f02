"""Addresses in the place of files: media that the service fetches, and files of this machine."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.bulk import some

from mimo_cli.api.protocol.messages import Media, UrlSource
from mimo_cli.attachments import web_address
from mimo_cli.attachments.web_address import FilePath, PageUrl
from mimo_cli.errors import UsageError


@pytest.mark.parametrize(
    ("named", "kind", "url", "name"),
    [
        ("https://x.org/a/photo.png", "image", None, "photo.png"),
        ("HTTPS://X.org/PHOTO.JPEG", "image", "https://X.org/PHOTO.JPEG", "PHOTO.JPEG"),
        ("http://x.org/a.webp?size=2&x=.mp4#top", "image", "http://x.org/a.webp?size=2&x=.mp4", ""),
        ("https://x.org/a%20b%2EMP3", "audio", None, "a b.MP3"),
        ("https://x.org:8443/f.mov", "video", None, "f.mov"),
        ("https://x.org/r.ogg;v=1?x", None, None, ""),
        ("https://x.org/page.html", None, None, ""),
        ("https://x.org/png", None, None, ""),
        ("image:https://x.org/show?id=7", "image", "https://x.org/show?id=7", "show"),
        ("video:https://x.org/", "video", "https://x.org/", "x.org"),
        ("audio:http://x.org/a.png", "audio", "http://x.org/a.png", "a.png"),
    ],
)
def test_an_address_of_media_is_a_block_of_its_kind(
    named: str, kind: str | None, url: str | None, name: str
) -> None:
    if kind is None:
        assert web_address.read(named) == PageUrl(named)
        return
    media = web_address.read(named)
    assert isinstance(media, Media)
    assert isinstance(media.source, UrlSource)
    assert (media.kind, media.source.url) == (kind, url or named)
    assert media.name == name or not name


@pytest.mark.parametrize(
    "named",
    [
        *("photo.png", "./https:/x.png", "a:b.png", "image:photo.png", "C:photo.png", "-", "data:"),
        *("ftp://x.org/a.png", "https:x.png", "photo.png?https://x.org", "data: a table", ""),
    ],
)
def test_what_is_no_address_is_a_files_name(named: str) -> None:
    assert web_address.read(named) is None


@pytest.mark.parametrize(
    ("named", "why", "hint"),
    [
        ("image:f/a.png", "image: is for an https:// address", "A file is named alone: f/a.png"),
        ("video:", "video: is for an https:// address", ""),
        ("ftp://x.org/a", "only https:// addresses are fetched", "Did you mean https://x.org/a?"),
        ("www.x.org/a", "there is no such file", "Did you mean https://www.x.org/a?"),
        ("docs.x.org/a/b.html?c#d", "there is no such file", "Did you mean https://docs.x.org/a/b"),
        ("example.com", "there is no such file", "Did you mean https://example.com?"),
        ("https:/x.org/a", "there is no such file", "Did you mean https://x.org/a?"),
        ("https:x.org", "there is no such file", "Did you mean https://x.org?"),
        ("HTTPS//x.org", "there is no such file", "Did you mean https://x.org?"),
        ("http:/x.org", "there is no such file", "Did you mean https://x.org?"),
        ("image:ftp://x.org/a.png", "only https:// addresses are fetched", "Download it, and"),
        ("s3://x/a.png", "only https:// addresses are fetched", "Download it, and"),
    ],
)
def test_what_was_to_be_an_address_is_told_from_a_files_name(
    named: str, why: str, hint: str
) -> None:
    error = web_address.misnamed(named)
    assert error is not None
    assert error.why == why
    assert str(error.hint).startswith(hint)
    assert bool(error.hint) is bool(hint)


@pytest.mark.parametrize(
    ("named", "why"),
    [
        ("https://[::1/a", "what is in its brackets is no IPv6 address"),
        ("https://x\uff1a80/a", "its host holds a sign that no host's name has"),
        ("https://x.org:y/a", "its port is not from 1 to 65535"),
        ("https://x.org:99999/a", "its port is not from 1 to 65535"),
    ],
)
def test_what_is_wrong_with_an_address_is_told_in_our_words(named: str, why: str) -> None:
    with pytest.raises(UsageError) as caught:
        web_address.read(named)
    assert caught.value.message == f"{named} is no address: {why}"


@pytest.mark.parametrize("named", ["a.png", "a:b.png", "C:photo.png", "C:/photo.png", "", ":"])
def test_a_files_name_is_not_taken_for_an_address(named: str) -> None:
    assert web_address.misnamed(named) is None


@pytest.mark.parametrize(
    ("named", "path"),
    [
        ("file:///pics/my%20photo.png", "/pics/my photo.png"),
        ("file://localhost/pics/a%23b.png", "/pics/a#b.png"),
        ("FILE:///pics/%FF.png", "/pics/\udcff.png"),
        ("file:/pics/a.png", "/pics/a.png"),
    ],
)
def test_an_address_of_a_file_here_is_its_path(named: str, path: str) -> None:
    assert web_address.read(named) == FilePath(path)


@pytest.mark.parametrize(
    ("named", "why"),
    [
        ("https://me:secret@x.org/a.png", "user name or a password"),
        ("https://me@x.org/a.png", "user name or a password"),
        ("https:///a.png", "no host"),
        ("https://x.org:port/a.png", "ort"),
        ("https://[::1/a.png", "IPv6"),
        ("https://x.org/a b.png", "it holds ' '"),
        ("https://x.org/a\x1b.png", r"it holds '\\x1b'"),
        ("https://x.org\\@evil.org/a.png", r"it holds '\\\\'"),
        (f"https://x.org/{'a' * 9000}.png", "longer than 8,192"),
        ("data:image/png;base64,AAAA", "holds the file itself"),
        ("https://x.org/a.heic?x=1", "the service takes no HEIC"),
        ("https://x.org/a.TIFF", "the service takes no TIFF"),
        ("https://x.org/a.webm", "the service takes no WebM"),
        ("https://x.org/a.aac", "the service takes no AAC"),
        ("file://server/share/a.png", "another machine"),
    ],
)
def test_an_address_that_cannot_be_attached_says_why(named: str, why: str) -> None:
    with pytest.raises(UsageError, match=why) as caught:
        web_address.read(named)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "host",
    [
        *("localhost", "LOCALHOST.", "a.localhost", "nas", "nas.local", "wiki.internal"),
        *("127.0.0.1", "127.1", "2130706433", "0x7f.1", "0177.0.0.1", "0.0", "0"),
        *("10.1.2.3", "192.168.1.1", "169.254.169.254", "100.64.0.1", "224.0.0.1"),
        *("[::1]", "[fe80::1%25eth0]", "[fd00::1]", "[::ffff:10.0.0.1]", "[2002:a00:1::]"),
    ],
)
def test_this_machine_and_its_network_are_known_in_every_form(host: str) -> None:
    assert web_address.refusal(f"http://{host}/a.png")


@pytest.mark.parametrize("host", ["x.org", "8.8.8.8", "[2606:4700::1]"])
def test_the_world_is_not_taken_for_it(host: str) -> None:
    assert not web_address.refusal(f"http://{host}/a.png")


@given(st.text(alphabet="https:/image%.@#?[]0x\\ \x00é", max_size=40))
@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=some(300))
def test_no_address_is_more_than_refused(text: str) -> None:
    for named in (text, f"https://{text}", f"image:http://{text}", f"file:{text}"):
        try:
            found = web_address.read(named)
        except UsageError:
            continue
        if isinstance(found, Media) and isinstance(found.source, UrlSource):
            assert web_address.refusal(found.source.url) is None or found.source.url
