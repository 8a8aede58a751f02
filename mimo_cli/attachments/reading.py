"""What `-f`, stdin and `/file` name, read into attachments: told by its first bytes."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, NamedTuple

from mimo_cli.api.protocol.messages import FileSource, Media
from mimo_cli.attachments import web_address
from mimo_cli.attachments.attachment import ANY_FILM, TextFile
from mimo_cli.common_phrases import file_size
from mimo_cli.errors import UsageError
from mimo_cli.input import file_bytes, file_reading
from mimo_cli.input.file_names import file_name
from mimo_cli.input.watch import NOBODY, Step
from mimo_cli.phrases import Phrase
from mimo_cli.text.text_format import TextFormat

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from mimo_cli.attachments.attachment import Attachment, Film
    from mimo_cli.attachments.line_range import LineRange
    from mimo_cli.attachments.loaders import Loader
    from mimo_cli.input.programs import Means
    from mimo_cli.input.watch import Watch
    from mimo_cli.media.formats import Format
    from mimo_cli.signals import Signals

CLIPBOARD = "clipboard:"
"""What stands for the clipboard where a file's name is wanted."""

_CLIPBOARD_NAME = "clipboard"


class Helpers(NamedTuple):
    """How other programs help: to read the clipboard, and files that are not sent as they are.

    `signals` end them. `find_loader` returns the command that the user named for the first of some
    types that has one; None where there are none at all. No program gets one of the `keys`, which
    are called for when one is run.
    """

    signals: Signals
    find_loader: Callable[[Sequence[str]], tuple[str, ...] | None] | None = None
    keys: Callable[[], tuple[str, ...]] = tuple


class Reader(NamedTuple):
    """How what is named becomes attachments: texts by `form`, films as `film` says.

    `tell` is called with what a user has to know of one: that a picture was made smaller, say.
    `environ` has the proxies through which pages are fetched. Without `helpers` no other program is
    run. `watch` is who sees how long it takes.
    """

    form: TextFormat
    tell: Callable[[Phrase], None]
    environ: Mapping[str, str]
    film: Film = ANY_FILM
    helpers: Helpers | None = None
    watch: Watch = NOBODY

    def read(self, named: str) -> Attachment:
        """Return what a file's name, an address, or `clipboard:` stands for.

        Raises:
            UsageError: it cannot be read, is empty or too large, or nothing that can be sent.
            MimoError: a page cannot be fetched.
        """
        if named == CLIPBOARD and self.helpers is not None:
            return self.clipboard(self.helpers)
        match web_address.read(named):
            case Media() as media:
                return self._as_film(media)
            case web_address.PageUrl(url):
                return self._page(url)
            case web_address.FilePath(path):
                return self.read_file(path)
            case None:
                error = web_address.misnamed(named)
                if error is not None and not os.path.lexists(named):
                    raise error
                return self.read_file(named)

    def _page(self, url: str) -> TextFile:
        from mimo_cli.attachments import pages  # few read pages

        signals = None if self.helpers is None else self.helpers.signals
        page = pages.fetch(url, environ=self.environ, signals=signals, watch=self.watch)
        for remark in page.remarks:
            self.tell(remark)
        return TextFile(page.url, page.text)

    def read_file(self, path: str) -> Attachment:
        """Return what is in a file, or some lines of it (`file.py:10-40`).

        Raises:
            UsageError: as `read`; it has no such lines.
        """
        if ":" in path:
            from mimo_cli.attachments import line_range  # few names have one

            file, lines = line_range.of_file(path, os.path.lexists)
            if lines is not None:
                return self._lines(path, file, lines)
        loader = self._loader(file_reading.read_head(path), path)
        if loader is not None and self.helpers is not None:
            return self._load(self.helpers, loader, path)
        return self.attachment(file_reading.read(path, self.limit), path)

    def clipboard(self, helpers: Helpers) -> Attachment:
        """Return what is on the clipboard.

        Raises:
            UsageError: as `read`; there is no program that reads it, or it is a password.
        """
        from mimo_cli.attachments import clipboard, pictures
        from mimo_cli.input import clipboards
        from mimo_cli.media import formats

        largest_picture = pictures.largest_file(b"", formats.PNG)
        means = self._means_for(helpers, clipboard.VARIABLES)
        is_remote = clipboards.is_remote(self.environ)
        found = clipboard.read(means, largest_picture, is_remote=is_remote)
        if found.suffix:
            return self.attachment(found.data, f"{_CLIPBOARD_NAME}{found.suffix}")
        is_latin = found.encoding == clipboard.LATIN_1
        form = TextFormat("latin-1") if is_latin else _form_for(found.text, self.form)
        return TextFile(
            _CLIPBOARD_NAME, file_reading.decode_file(found.text, _CLIPBOARD_NAME, form)
        )

    def means(self) -> Means:
        """Return what git is run with, whether or not other programs help."""
        from mimo_cli.signals import Signals

        return self._means(self.helpers or Helpers(Signals()))

    def _means(self, helpers: Helpers) -> Means:
        from mimo_cli.input import programs

        return programs.Means(
            programs.without_secrets(self.environ, *helpers.keys()), helpers.signals
        )

    @contextlib.contextmanager
    def _loading(self, helpers: Helpers, loader: Loader, name: str) -> Iterator[Means]:
        """Show that a program reads a file, while it does."""
        shown = os.path.basename(file_name(name))  # noqa: PTH119 - any name will do
        what = Phrase("reading {file} with {program}", file=shown, program=loader.program)
        with self.watch.row() as show:
            yield self._means_for(helpers)._replace(tick=Step(show, what).tick)

    def _means_for(self, helpers: Helpers, variables: Collection[str] = ()) -> Means:
        from mimo_cli.input import programs

        environ = programs.passed_on(self.environ, helpers.keys(), variables)
        return programs.Means(environ, helpers.signals)

    def _lines(self, named: str, path: str, lines: LineRange) -> Attachment:
        from mimo_cli.attachments import line_range

        head = file_reading.read_head(path)
        loader = self._loader(head, path)
        if loader is not None and self.helpers is not None:
            return self._load(self.helpers, loader, path, lines, named)
        if self._is_long_text(head, path):
            from mimo_cli.attachments import long_text

            return TextFile(named, long_text.read(path, lines, named, self.form))
        it = self.attachment(file_reading.read(path, self.limit), path)
        if isinstance(it, TextFile):
            return TextFile(named, line_range.cut(it.text, lines, named))
        why = Phrase("{file} is no text, which alone has lines", file=path)
        raise UsageError(Phrase("cannot read {file}", file=named), why)

    def _is_long_text(self, head: bytes, path: str) -> bool:
        """Return whether a file that we read, and that begins so, is a text too long to be sent.

        Raises:
            UsageError: it is of a kind that is not taken.
        """
        if not head or os.stat(path).st_size <= file_bytes.LARGEST_TEXT:  # noqa: PTH116 - a text
            return False
        if file_bytes.is_plain(head):
            return True
        if begins_media(head, path):
            return False
        self.refuse_foreign(head, path)
        return True

    def attachment(self, data: bytes, name: str) -> Attachment:
        """Return what bytes are that have a name.

        Raises:
            UsageError: they are nothing that can be sent.
        """
        loader = self._loader(data[: file_bytes.HEAD], name)
        if loader is not None and self.helpers is not None:
            from mimo_cli.attachments import loaders

            with self._loading(self.helpers, loader, name) as means:
                printed = loaders.load_bytes(loader, data, name, means, self.watch.left())
            return self._loaded(printed, loader, name)
        if file_bytes.is_plain(data):
            return TextFile(name, file_reading.decode_file(data, name, self.form))
        from mimo_cli.attachments import convertible
        from mimo_cli.media import formats

        known = formats.recognize(data, name)
        if known is not None or convertible.recognize(data[: file_bytes.HEAD]):
            return self._media(data, known, name)
        self.refuse_foreign(data, name)
        return TextFile(name, file_reading.decode_file(data, name, self.form))

    def has_loader(self, head: bytes, name: str) -> bool:
        """Return whether another program reads a file that begins so."""
        return self._loader(head, name) is not None

    def _loader(self, head: bytes, name: str) -> Loader | None:
        """Return what reads a file that begins so, None where we do."""
        helpers = self.helpers
        if helpers is None:
            return None
        if helpers.find_loader is None and file_bytes.is_plain(head) and not _is_called_pdf(name):
            return None
        from mimo_cli.attachments import loaders  # not for texts, where no loader is named

        return loaders.find(head, name, helpers.find_loader)

    def _load(
        self,
        helpers: Helpers,
        loader: Loader,
        path: str,
        lines: LineRange | None = None,
        named: str = "",
    ) -> TextFile:
        """Return what a loader prints of a file on disk, as `_loaded` does."""
        from mimo_cli.attachments import loaders

        with self._loading(helpers, loader, path) as means:
            printed = loaders.load(loader, path, path, means, self.watch.left())
        return self._loaded(printed, loader, path, lines, named)

    def _loaded(
        self,
        printed: bytes,
        loader: Loader,
        name: str,
        lines: LineRange | None = None,
        named: str = "",
    ) -> TextFile:
        """Return what a loader printed of a file, or some lines of it, `named` so; tell that.

        Raises:
            UsageError: it is no text.
        """
        from mimo_cli.attachments import loaders
        from mimo_cli.catalogue import token_estimate

        of_file = Phrase("what {program} prints of {file}", program=loader.program, file=name)
        decoded = file_reading.decode_file(printed, of_file, _form_for(printed, self.form))
        text, pages = loaders.without_page_ends(decoded)
        if lines is not None:
            from mimo_cli.attachments import line_range

            text = line_range.cut(text, lines, named)
        remark = loaders.remark(loader, pages, lines, token_estimate.tokens(text))
        self.tell(Phrase("{file}: {remark}", file=file_name(name), remark=remark))
        return TextFile(named or name, text)

    def _media(self, data: bytes, known: Format | None, name: str) -> Media:
        """Return a file as it is sent, which tells what was done to it; `known` as in `pictures`.

        Raises:
            UsageError: it is too large, or broken.
        """
        from mimo_cli.attachments import pictures
        from mimo_cli.media import limits, measuring

        shown = file_name(name)
        prepared = pictures.prepare(data, shown, known)
        if prepared.note:
            self.tell(Phrase("{file}: {remark}", file=shown, remark=prepared.note))
        media = measuring.make(prepared.data, prepared.format, shown)
        limits.check(media, has_extra=pictures.has_extra())
        return self._as_film(media)

    def limit(self, read: file_bytes.Read) -> int:
        """Return how many bytes are taken of what begins so (a `file_bytes.Limit`).

        Raises:
            UsageError: it is larger, or of a kind that is not taken.
        """
        head, size, name, is_whole = read
        if self.has_loader(head, name):
            return _limit_for_loader(size, name)
        if file_bytes.is_plain(head):
            return file_bytes.text_limit(read)
        from mimo_cli.attachments import convertible, pictures
        from mimo_cli.media import formats, limits

        known = formats.recognize(head, name)
        if known is None and not convertible.recognize(head):
            self.refuse_foreign(head, name)
            return file_bytes.text_limit(read)
        largest = pictures.largest_file(head, known)
        if size > largest:
            unread, has_extra = _unread(known, size, name), pictures.has_extra()
            limits.check(unread, has_extra=has_extra, is_whole=is_whole)
        return largest

    def refuse_foreign(self, data: bytes, name: str) -> None:
        """Refuse what is known, by its first bytes at least, and nothing that can be sent.

        Raises:
            UsageError: it is, and nobody wants it as a text in spite of that.
        """
        from mimo_cli.media import formats

        if self.form.lossy or not (found := formats.foreign(data, name)):
            return
        hint = found.advice
        if self.helpers is not None:
            from mimo_cli.attachments import loaders

            hint = loaders.advice(data[: file_bytes.HEAD], name) or hint
        what = Phrase("{file} cannot be attached", file=name)
        raise UsageError(what, Phrase("it is {kind}", kind=found.what), hint)

    def _as_film(self, media: Media) -> Media:
        if media.kind != "video":
            return media
        fps, media_resolution = self.film
        return media._replace(fps=fps, media_resolution=media_resolution)


def _form_for(printed: bytes, form: TextFormat) -> TextFormat:
    """Return how a text that no file has is read: as the UTF-8 that it mostly is, else by `form`.

    That is what files are in; what other programs print is not.
    """
    try:
        printed.decode()
    except UnicodeDecodeError:
        return form
    return form._replace(encoding="utf-8")


def _is_called_pdf(name: str) -> bool:
    """Return whether what looks like a text may be a PDF behind something else."""
    return name.lower().endswith(".pdf")


def is_media(path: str) -> bool:
    """Return whether a file can be read, and is a picture, a recording or a film."""
    head = file_reading.read_head(path)
    return not file_bytes.is_plain(head) and begins_media(head, path)


def begins_media(head: bytes, name: str) -> bool:
    """Return whether first bytes that are no text are those of a picture, a recording or a film."""
    from mimo_cli.attachments import convertible
    from mimo_cli.media import formats

    return formats.recognize(head, name) is not None or convertible.recognize(head) is not None


def _limit_for_loader(size: int, name: str) -> int:
    """Return how many bytes are taken of what is in no file that a program could read itself.

    Raises:
        UsageError: it has more.
    """
    from mimo_cli.media import limits

    if size > limits.LARGEST_FILE:
        why = Phrase("more than {size}", size=file_size(limits.LARGEST_FILE))
        hint = Phrase("Save it as a file, and name that.")
        raise UsageError(Phrase("{name} is too large", name=name), why, hint)
    return limits.LARGEST_FILE


def _unread(known: Format | None, size: int, name: str) -> Media:
    """Return what would be too large, for the error; `known` None is a picture of another kind."""
    source = FileSource("image" if known is None else known.media_type, size, sha256="")
    return Media("image" if known is None else known.kind, source, name=file_name(name))
