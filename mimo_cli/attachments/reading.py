"""What `-f`, stdin and `/file` name, read into attachments: told by its first bytes."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from mimo_cli.api.protocol.messages import FileSource, Media
from mimo_cli.attachments import web_address
from mimo_cli.attachments.attachment import ANY_FILM, TextFile
from mimo_cli.errors import UsageError
from mimo_cli.input import compose, file_bytes
from mimo_cli.phrases import Phrase
from mimo_cli.text import decoding

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mimo_cli.attachments.attachment import Attachment, Film
    from mimo_cli.attachments.line_range import LineRange
    from mimo_cli.media.formats import Format
    from mimo_cli.text.decoding import TextFormat


class Reader(NamedTuple):
    """How what is named becomes attachments: texts by `form`, films as `film` says.

    `tell` is called with what a user has to know of one: that a picture was made smaller, say.
    `environ` has the proxies through which pages are fetched.
    """

    form: TextFormat
    tell: Callable[[Phrase], None]
    environ: Mapping[str, str]
    film: Film = ANY_FILM

    def read(self, named: str) -> Attachment:
        """Return what a file's name, or an address, stands for.

        Raises:
            UsageError: it cannot be read, is empty or too large, or nothing that can be sent.
            MimoError: a page cannot be fetched.
        """
        match web_address.read(named):
            case Media() as media:
                return self._as_film(media)
            case web_address.PageUrl(url):
                return self._page(url)
            case web_address.FilePath(path):
                return self.read_file(path)
            case None:
                return self.read_file(named)

    def _page(self, url: str) -> TextFile:
        from mimo_cli.attachments import pages  # few read pages

        page = pages.fetch(url, environ=self.environ)
        for remark in page.remarks:
            self.tell(remark)
        return TextFile(page.url, page.text)

    def read_file(self, path: str) -> Attachment:
        """Return what is in a file, or some lines of it (`file.py:10-40`).

        Raises:
            UsageError: as `read`; it has no such lines.
        """
        if ":" in path and not os.path.lexists(path):
            from mimo_cli.attachments import line_range  # few names have one

            found = line_range.split(path)
            if found is not None and os.path.lexists(found[0]):
                return self._lines(path, *found)
        return self.attachment(file_bytes.read(path, self.limit), path)

    def _lines(self, named: str, path: str, lines: LineRange) -> Attachment:
        from mimo_cli.attachments import line_range

        it = self.attachment(file_bytes.read(path, self.limit), path)
        if isinstance(it, TextFile):
            return TextFile(named, line_range.cut(it.text, lines, named))
        why = Phrase("{file} is no text, which alone has lines", file=path)
        raise UsageError(Phrase("cannot read {file}", file=named), why)

    def attachment(self, data: bytes, name: str) -> Attachment:
        """Return what bytes are that have a name.

        Raises:
            UsageError: they are nothing that can be sent.
        """
        if file_bytes.is_plain(data):
            return TextFile(name, compose.decode_file(data, name, self.form))
        from mimo_cli.attachments import convertible
        from mimo_cli.media import formats

        head = data[: file_bytes.HEAD]
        known = formats.recognize(head, name)
        if known is not None or convertible.recognize(head):
            return self._media(data, known, name)
        self._refuse_foreign(head, name)
        return TextFile(name, compose.decode_file(data, name, self.form))

    def _media(self, data: bytes, known: Format | None, name: str) -> Media:
        """Return a file as it is sent, which tells what was done to it; `known` as in `pictures`.

        Raises:
            UsageError: it is too large, or broken.
        """
        from mimo_cli.attachments import pictures
        from mimo_cli.media import limits, measuring

        shown = decoding.file_name(name)
        prepared = pictures.prepare(data, shown, known)
        if prepared.note:
            self.tell(Phrase("{file}: {remark}", file=shown, remark=prepared.note))
        media = measuring.make(prepared.data, prepared.format, prepared.name)
        limits.check(media)
        return self._as_film(media)

    def limit(self, head: bytes, size: int, name: str) -> int:
        """Return how many bytes are taken of what begins so (a `file_bytes.Limit`).

        Raises:
            UsageError: it is larger, or of a kind that is not taken.
        """
        if file_bytes.is_plain(head):
            return file_bytes.text_limit(head, size, name)
        from mimo_cli.attachments import convertible, pictures
        from mimo_cli.media import formats, limits

        known = formats.recognize(head, name)
        if known is None and not convertible.recognize(head):
            self._refuse_foreign(head, name)
            return file_bytes.text_limit(head, size, name)
        largest = pictures.largest_file(head, known)
        if size > largest:
            limits.check(_unread(known, size, name))
        return largest

    def _refuse_foreign(self, head: bytes, name: str) -> None:
        """Refuse what is known, and nothing that can be sent.

        Raises:
            UsageError: it is, and nobody wants it as a text in spite of that.
        """
        from mimo_cli.media import formats

        if not self.form.lossy and (found := formats.foreign(head, name)):
            what = Phrase("{file} cannot be attached", file=name)
            raise UsageError(what, Phrase("it is {kind}", kind=found.what), found.advice)

    def _as_film(self, media: Media) -> Media:
        if media.kind != "video":
            return media
        fps, media_resolution = self.film
        return media._replace(fps=fps, media_resolution=media_resolution)


def is_media(path: str) -> bool:
    """Return whether a file can be read, and is a picture, a recording or a film."""
    head = file_bytes.read_head(path)
    if file_bytes.is_plain(head):
        return False
    from mimo_cli.attachments import convertible
    from mimo_cli.media import formats

    return formats.recognize(head, path) is not None or convertible.recognize(head) is not None


def _unread(known: Format | None, size: int, name: str) -> Media:
    """Return what would be too large, for the error; `known` None is a picture of another kind."""
    source = FileSource("image" if known is None else known.media_type, size, sha256="")
    return Media("image" if known is None else known.kind, source, name=decoding.file_name(name))
