"""Loaders: programs that print the text of files which are sent as no others, as a PDF's.

A user's configuration names them by the types of files; one for PDF is built in. They are run
without a shell and without our key.
"""

from __future__ import annotations

import contextlib
import shlex
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mimo_cli.catalogue import token_estimate
from mimo_cli.common_phrases import chained, listed
from mimo_cli.errors import LocalIOError, UsageError
from mimo_cli.input import file_bytes, programs
from mimo_cli.media import type_names
from mimo_cli.phrases import NOTHING, CommandLine, Phrase, counted, reason, verbatim

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from mimo_cli.attachments.line_range import LineRange
    from mimo_cli.input.programs import Means, Printed

    Find = Callable[[Sequence[str]], tuple[str, ...] | None]
    """Returns the command for the first of some types that the user named one for."""

BUILT_IN = {"pdf": ("pdftotext", "-layout", "-enc", "UTF-8", "{file}", "-")}
"""Commands by types."""

_EXAMPLES = {it: f"pandoc -f {it} -t plain {{file}}" for it in ("docx", "odt", "epub")}
_EXAMPLES |= {"xlsx": "xlsx2csv -a {file}", "doc": "antiword {file}"}
_EXAMPLES |= {"xls": "xls2csv {file}", "ppt": "catppt {file}"}
_FILE = "{file}"
_PAGE_END = "\f"
_SECONDS = 60.0
_LONGEST = 200  # characters of what a program says


class Loader(NamedTuple):
    """A command with a place for a file, and the type that it is for."""

    words: tuple[str, ...]
    type: str

    @property
    def program(self) -> str:
        """The program's name."""
        return self.words[0].rpartition("/")[2]


def find(head: bytes, name: str, own: Find | None) -> Loader | None:
    """Return the loader for what begins so: the user's `own`, or the one that is built in."""
    if not head:
        return None
    types = type_names.find(head, name)
    words = None if own is None else own(types)
    if types and words is not None:
        return Loader(words, types[0])
    return next((Loader(BUILT_IN[it], it) for it in types if it in BUILT_IN), None)


def advice(head: bytes, name: str) -> Phrase:
    """Return how a loader could be had for what has none; nothing where no program is known."""
    for kind in type_names.find(head, name):
        if kind in _EXAMPLES:
            command = CommandLine(f'mimo config set loaders.{kind} "{_EXAMPLES[kind]}"')
            return Phrase("A program can take its text: {command}", command=command)
    return NOTHING


class OutOfTimeError(UsageError):
    """There is no time left for any program."""


def load(loader: Loader, path: str, name: str, means: Means, left: float | None = None) -> bytes:
    """Return what a loader prints of a file; `name` is what to call that.

    `left` seconds are there for this and whatever else is to be read; None is no limit.

    Raises:
        UsageError: it cannot be run, fails, takes too long, or prints nothing or too much.
        OutOfTimeError: there is no time left.
        Interrupted: a signal came.
    """
    program, *arguments = loader.words
    file = str(Path(path).absolute())  # which begins with no dash
    command = [program, *(it.replace(_FILE, file) for it in arguments)]
    what = Phrase("{file} cannot be attached", file=name)
    shown = verbatim(loader.program)
    is_short = left is not None and left < _SECONDS
    seconds = left if left is not None and is_short else _SECONDS
    try:
        printed = programs.run(command, means, seconds=seconds, most=file_bytes.LARGEST_TEXT)
    except OSError as error:
        raise UsageError(what, *_not_started(error, loader)) from error
    except programs.LateError as error:
        if is_short:
            raise _out_of_time(name, loader) from error
        late = Phrase("{program} took over {seconds:g} seconds", program=shown, seconds=_SECONDS)
        raise UsageError(what, late, Phrase("Attach a part of it.")) from error
    except programs.ExcessError as error:
        much = Phrase("{program} prints {size}", program=shown, size=file_bytes.more_than_most())
        raise UsageError(what, much, Phrase("Attach a part of it.")) from error
    if printed.code != 0:
        why = Phrase("{program}: {why}", program=shown, why=_failure(printed))
        raise UsageError(what, why, _mending(loader, printed, name))
    if not printed.output.strip():
        raise UsageError(Phrase("{file} has no text", file=name), *_nothing(loader, printed, name))
    return printed.output


def load_bytes(
    loader: Loader, data: bytes, name: str, means: Means, left: float | None = None
) -> bytes:
    """Return what a loader prints of what is in no file: a private one is made, and removed.

    Raises:
        LocalIOError: it cannot be made.
        UsageError: as `load`.
    """
    with _as_file(data, loader.type, means) as path:
        return load(loader, str(path), name, means, left)


@contextlib.contextmanager
def _as_file(data: bytes, kind: str, means: Means) -> Iterator[Path]:
    means.signals.catch()  # or one that comes now would leave the file behind
    folder: Path | None = None
    try:
        try:
            with means.signals.held():
                place = means.environ.get("TMPDIR") or None
                folder = Path(tempfile.mkdtemp(prefix="mimo-", dir=place))
            path = folder / f"file.{kind}"
            path.write_bytes(data)
        except OSError as error:
            hint = Phrase("TMPDIR can name another folder.")
            what = Phrase("cannot make a file for a program to read")
            raise LocalIOError(what, reason(error), hint) from error
        yield path
    finally:
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)


class Pages(NamedTuple):
    """How many pages a text has, 0 where it tells no ends of any, and how many are `blank`."""

    total: int
    blank: int

    @property
    def remark(self) -> Phrase:
        """What to know of the blank ones; nothing where there is none."""
        if not self.blank:
            return NOTHING
        template = "{count:,} of {all:,} pages have no text: they may be pictures"
        one = "1 of {all:,} pages has no text: it may be a picture"
        return counted(self.blank, one, template, all=self.total)


def without_page_ends(text: str) -> tuple[str, Pages]:
    """Return a text with an empty line where a page ends, and what is known of its pages."""
    pages = text.split(_PAGE_END)[:-1]
    return text.replace(_PAGE_END, "\n"), Pages(
        len(pages), sum(not it or it.isspace() for it in pages)
    )


def remark(loader: Loader, pages: Pages, lines: LineRange | None, size: int) -> Phrase:
    """Return how a file was read, of which so many tokens are sent: some lines, or all of it."""
    facts = [counted(pages.total, "1 page", "{count:,} pages")] if pages.total else []
    facts += [] if lines is None else [_named(lines)]
    facts.append(Phrase("read by {program}", program=loader.program))
    facts.append(token_estimate.in_words(size))
    told = listed(facts)
    return chained([told, pages.remark]) if pages.remark and lines is None else told


def _named(lines: LineRange) -> Phrase:
    first, last = lines.first or 1, lines.last
    if first == last:
        return Phrase("line {number} of its text", number=first)
    if last is None:
        return Phrase("lines {first}- of its text", first=first)
    return Phrase("lines {first}-{last} of its text", first=first, last=last)


def _not_started(error: OSError, loader: Loader) -> tuple[Phrase, Phrase]:
    """Return why a program cannot be started, and what can be done."""
    if not isinstance(error, FileNotFoundError):
        return Phrase("{program}: {why}", program=loader.program, why=reason(error)), NOTHING
    if loader.words != BUILT_IN["pdf"]:
        why = Phrase("{program}, which reads it, is not installed", program=loader.program)
        return why, Phrase("mimo config get loaders.{type} shows the command.", type=loader.type)
    why = Phrase("it is a PDF document, and {program} is not installed", program=loader.program)
    hint = Phrase(
        "That is in poppler: {debian} (or dnf, pacman; brew install poppler).",
        debian=CommandLine("apt install poppler-utils"),
    )
    return why, hint


def _failure(printed: Printed) -> Phrase:
    """Return how a program failed, in its own words if it has some."""
    if said := printed.complaint:
        return verbatim(said if len(said) <= _LONGEST else f"{said[:_LONGEST]}…")
    if printed.code < 0:
        return Phrase("it was ended by signal {number}", number=-printed.code)
    return Phrase("it ended with code {code}", code=printed.code)


def _out_of_time(name: str, loader: Loader) -> OutOfTimeError:
    what = Phrase("out of time reading {file} with {program}", file=name, program=loader.program)
    return OutOfTimeError(what, NOTHING, Phrase("Give it longer: --timeout SECONDS"))


def _mending(loader: Loader, printed: Printed, name: str) -> Phrase:
    """Return what can be done about a file that a program cannot open; nothing if that is unknown.

    Source: pdftotext's manual, where 1 is an error opening a PDF file.
    """
    if loader.words != BUILT_IN["pdf"] or printed.code != 1:
        return NOTHING
    file = shlex.quote(name)
    if b"password" in printed.last_words.lower():
        command = CommandLine(f"qpdf --decrypt --password=PASSWORD {file} open.pdf")
        return Phrase("With its password a copy without one can be had: {command}", command=command)
    command = CommandLine(f"qpdf {file} whole.pdf")
    return Phrase("Is it whole? What can be mended of it: {command}", command=command)


def _nothing(loader: Loader, printed: Printed, name: str) -> tuple[Phrase, Phrase]:
    """Return why there is no text, and what can be done."""
    told = Phrase("{program} prints nothing", program=loader.program)
    if printed.complaint:
        told = Phrase("{nothing}, but says: {complaint}", nothing=told, complaint=_failure(printed))
    if loader.type != "pdf":
        return told, NOTHING
    why = Phrase("{program} finds none; the pages may be pictures", program=loader.program)
    command = CommandLine(f"pdftoppm -r 100 -png {shlex.quote(name)} page")
    hint = Phrase("Attach them as such: {command} makes them.", command=command)
    return told if printed.complaint else why, hint
