"""Addresses instead of files: of media, which the service fetches, of pages, and of files here."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import SplitResult, unquote, urlsplit

from mimo_cli.api.keys import mask_all
from mimo_cli.api.protocol.messages import Media, UrlSource
from mimo_cli.errors import UsageError
from mimo_cli.phrases import NOTHING, Phrase

if TYPE_CHECKING:
    from mimo_cli.api.protocol.messages import MediaKind

_KINDS: dict[MediaKind, str] = {
    "image": "png jpg jpeg jpe jfif gif webp bmp",
    "audio": "mp3 wav wave flac m4a m4b ogg oga opus",
    "video": "mp4 m4v mov qt avi wmv 3gp",
}
_BY_ENDING = {ending: kind for kind, endings in _KINDS.items() for ending in endings.split()}
_NOT_TAKEN = {
    "HEIC": "heic heif hif",
    "AVIF": "avif",
    "TIFF": "tif tiff",
    "JPEG 2000": "jp2 j2k jpf jpx",
    "AAC": "aac",
    "AIFF": "aif aiff",
    "AMR": "amr",
    "WMA": "wma",
    "WebM": "webm",
    "Matroska": "mkv",
    "MPEG": "mpg mpeg",
    "Ogg film": "ogv",
    "Flash film": "flv",
}
"""What the service does not take; at an address it cannot be made into something else first."""
_NOT_TAKEN_BY_ENDING = {
    ending: label for label, endings in _NOT_TAKEN.items() for ending in endings.split()
}
_MADE_BY_EXTRA = ("HEIC", "AVIF", "TIFF", "JPEG 2000")
_RECORDINGS = ("AAC", "AIFF", "AMR", "WMA")
_DOWNLOAD = Phrase("Download it, and attach the file.")

_SCHEME = re.compile(r"(?:(image|audio|video):)?([a-zA-Z][a-zA-Z0-9+.-]*):", re.ASCII)
_MISTYPED = (
    r"(?i)(?:https?(?::/{0,3}|/{1,3})(?P<rest>[^/\s].*)"  # https:/a.org, https//a.org
    r"|www\.[\w-]+\.[\w.-]+(?:[:/?#].*)?"
    r"|[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|edu|gov|io|dev|cn)(?:[/?#].*)?)"
)
"""How an address of the Web is named that is none."""
_FETCHED = ("http", "https")
_LONGEST = 8192
_SHOWN = 200


class PageUrl(NamedTuple):
    """The address of a page, or of a text."""

    url: str


class FilePath(NamedTuple):
    """A file that was named by its address."""

    path: str


def read(named: str) -> Media | PageUrl | FilePath | None:
    """Return what an address stands for; None for what is none, but a file's name.

    Raises:
        UsageError: it is an address of something that cannot be attached.
    """
    match = _SCHEME.match(named)
    if match is None:
        return None
    kind, scheme = match[1], match[2].lower()
    address = named[len(kind) + 1 :] if kind else named
    if scheme in _FETCHED and address[len(scheme) :].startswith("://"):
        return _of_web(address, kind)
    if scheme == "data" and "," in address:
        why = Phrase("a data: URL holds the file itself")
        hint = Phrase("Save what is in it as a file, and attach that.")
        raise UsageError(Phrase("data: URLs are not attached"), why, hint)
    if scheme == "file" and not kind:
        return _local(address)
    return None


def misnamed(named: str) -> UsageError | None:
    """Return what is wrong with the name of a file that is not there, if it was to be an address.

    `image:photo.png` may be a file's name; and `ftp://…`, as far as the system goes.
    """
    kind, _, rest = named.partition(":")
    what = Phrase("cannot attach {name}", name=_cut(named))
    if re.match(r"(?:(?:image|audio|video):)?[a-zA-Z][a-zA-Z0-9+.-]*://", named, re.ASCII):
        if kind in _KINDS:
            return UsageError(what, Phrase("only https:// addresses are fetched"), _DOWNLOAD)
        meant = _meant(named.partition("://")[2])
        return UsageError(what, Phrase("only https:// addresses are fetched"), meant or _DOWNLOAD)
    if (found := re.fullmatch(_MISTYPED, named)) and (meant := _meant(found["rest"] or named)):
        return UsageError(what, Phrase("there is no such file"), meant)
    if kind in _KINDS:
        why = Phrase("{kind}: is for an https:// address", kind=kind)
        hint = Phrase("A file is named alone: {file}", file=_cut(rest)) if rest else NOTHING
        return UsageError(what, why, hint)
    return None


def _meant(rest: str) -> Phrase:
    """Return the question whether a page was meant; nothing where there is no host."""
    if not re.match(r"[\w-]+(?:\.[\w-]+)+(?:[:/?#]|\Z)", rest) or re.search(r"\s", rest):
        return NOTHING
    return Phrase("Did you mean https://{rest}?", rest=_cut(rest))


def refusal(address: str) -> Phrase | None:
    """Return what an address of media is that a service elsewhere cannot reach; None if it can.

    A name that has to be looked up may be one of this network, too; that is not known here.
    """
    from mimo_cli.attachments.web import addresses  # few attach what is elsewhere

    return addresses.refusal_of_host(urlsplit(address).hostname or "")


def _of_web(address: str, kind: str | None) -> Media | PageUrl:
    """Return the media that has an address, or the page.

    Raises:
        UsageError: there is something wrong with it.
    """
    parts = _split(address)
    if parts.username is not None or parts.password is not None:
        why = Phrase("it holds a user name or a password, which would be sent and kept")
        raise UsageError(Phrase("the address is not attached"), why, Phrase("Leave them out."))
    _, dot, ending = unquote(parts.path).rpartition("/")[2].rpartition(".")
    found = kind or (_BY_ENDING.get(ending.lower()) if dot else None)
    if found is None:
        if dot and (label := _NOT_TAKEN_BY_ENDING.get(ending.lower())):
            raise _not_taken(address, label)
        return PageUrl(address)
    name = parts._replace(fragment="").geturl()
    return Media(_checked(found), UrlSource(name), name=_short(parts))


def _not_taken(address: str, label: str) -> UsageError:
    if label in _MADE_BY_EXTRA:
        hint = Phrase(
            "Download it, and attach the file: the extra `images` makes a JPEG or PNG of it."
        )
    elif label in _RECORDINGS:
        hint = Phrase("Download it, and attach an MP3 that is made of it, by ffmpeg say.")
    else:
        hint = Phrase("Download it, and attach an MP4 that is made of it, by ffmpeg say.")
    what = Phrase("cannot attach {name}", name=_cut(address))
    return UsageError(what, Phrase("the service takes no {format}", format=label), hint)


def _checked(kind: str) -> MediaKind:
    return next(known for known in _KINDS if known == kind)


def _split(address: str) -> SplitResult:
    what = Phrase("{address} is no address", address=_cut(address))
    if len(address) > _LONGEST:
        raise UsageError(what, Phrase("it is longer than {count:,} characters", count=_LONGEST))
    if odd := re.search(r"[\s\x00-\x1f\x7f\\]", address):
        raise UsageError(what, Phrase("it holds {sign!r}", sign=odd[0]))
    try:
        parts = urlsplit(address)
    except ValueError as error:
        why = Phrase("its host holds a sign that no host's name has")
        if "[" in address:
            why = Phrase("what is in its brackets is no IPv6 address")
        raise UsageError(what, why) from error
    try:
        parts.port  # noqa: B018 - it is read, and refused, here
    except ValueError as error:
        why = Phrase("its port is not from 1 to {highest}", highest=65535)
        raise UsageError(what, why) from error
    if not parts.hostname:
        raise UsageError(what, Phrase("it names no host"))
    return parts


def _short(parts: SplitResult) -> str:
    """Return what media at an address are called: the end of its path, else its host."""
    return unquote(parts.path).rstrip("/").rpartition("/")[2] or parts.hostname or ""


def _cut(address: str) -> str:
    if len(address) <= _SHOWN:
        return address
    return f"{mask_all(address)[:_SHOWN]}\u2026"  # before a key is cut in two


def _local(address: str) -> FilePath:
    """Return the file that a `file:` URL names.

    Raises:
        UsageError: it is on another machine.
    """
    path = address[len("file:") :]
    if path.startswith("//"):
        host, slash, rest = path[2:].partition("/")
        if host.lower() not in ("", "localhost"):
            why = Phrase("it is on another machine: {host}", host=host)
            raise UsageError(Phrase("{address} cannot be read", address=_cut(address)), why)
        path = slash + rest
    return FilePath(unquote(path, errors="surrogateescape"))
