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

from mimo_cli.errors import LocalIOError, UsageError
from mimo_cli.input import file_bytes, programs
from mimo_cli.media import type_names
from mimo_cli.phrases import NOTHING, CommandLine, Phrase, counted, reason, verbatim

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from mimo_cli.input.programs import Means, Printed

    Find = Callable[[Sequence[str]], tuple[str, ...] | None]
    """Returns the command for the first of some types that the user named one for."""

BUILT_IN = {"pdf": ("pdftotext", "-layout", "-enc", "UTF-8", "{file}", "-")}
"""Commands by types."""

_EXAMPLES = {"docx": "pandoc -t plain {file}", "odt": "pandoc -t plain {file}"}
_EXAMPLES |= {"epub": "pandoc -t plain {file}", "doc": "antiword {file}"}
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


def load(loader: Loader, path: str, name: str, means: Means) -> bytes:
    """Return what a loader prints of a file; `name` is what to call that.

    Raises:
        UsageError: it cannot be run, fails, takes too long, or prints nothing or too much.
        Interrupted: a signal came.
    """
    program, *arguments = loader.words
    file = str(Path(path).absolute())  # which begins with no dash
    command = [program, *(it.replace(_FILE, file) for it in arguments)]
    what = Phrase("{file} cannot be attached", file=name)
    shown = verbatim(loader.program)
    try:
        printed = programs.run(command, means, seconds=_SECONDS, most=file_bytes.LARGEST_TEXT)
    except OSError as error:
        raise UsageError(what, *_not_started(error, loader)) from error
    except programs.LateError as error:
        late = Phrase("{program} took over {seconds:g} seconds", program=shown, seconds=_SECONDS)
        raise UsageError(what, late, Phrase("Attach a part of it.")) from error
    except programs.ExcessError as error:
        much = Phrase("{program} prints {size}", program=shown, size=file_bytes.more_than_most())
        raise UsageError(what, much, Phrase("Attach a part of it.")) from error
    if printed.code != 0:
        raise UsageError(what, Phrase("{program}: {why}", program=shown, why=_failure(printed)))
    if not printed.output.strip():
        raise UsageError(Phrase("{file} has no text", file=name), *_nothing(loader, name))
    return printed.output


def load_bytes(loader: Loader, data: bytes, name: str, means: Means) -> bytes:
    """Return what a loader prints of what is in no file: a private one is made, and removed.

    Raises:
        LocalIOError: it cannot be made.
        UsageError: as `load`.
    """
    with _as_file(data, loader.type, means) as path:
        return load(loader, str(path), name, means)


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


def without_page_ends(text: str) -> tuple[str, int]:
    """Return a text with an empty line where a page ends, and how many pages it has; 0 for none."""
    return text.replace(_PAGE_END, "\n"), text.count(_PAGE_END)


def remark(loader: Loader, name: str, pages: int, tokens: str) -> Phrase:
    """Return how a file was read."""
    by = Phrase("read by {program}, {count} tokens", program=loader.program, count=tokens)
    if not pages:
        return Phrase("{file}: {read}", file=name, read=by)
    told = counted(pages, "1 page", "{count:,} pages")
    return Phrase("{file}: {pages}, {read}", file=name, pages=told, read=by)


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


def _nothing(loader: Loader, name: str) -> tuple[Phrase, Phrase]:
    """Return why there is no text, and what can be done."""
    if loader.type != "pdf":
        return Phrase("{program} prints nothing", program=loader.program), NOTHING
    why = Phrase("{program} finds none; the pages may be pictures", program=loader.program)
    command = CommandLine(f"pdftoppm -r 100 -png {shlex.quote(name)} page")
    return why, Phrase("Attach them as such: {command} makes them.", command=command)
