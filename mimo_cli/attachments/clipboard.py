"""The picture or the text on the clipboard, by a program that reads it: never what is a password.

Password managers mark what they copy: KDE's hint on Linux, the types of nspasteboard.org on macOS.
A program that takes the clipboard over between two calls of ours is seen by a second look.
"""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote, urlsplit

from mimo_cli.common_phrases import first_of
from mimo_cli.errors import UsageError
from mimo_cli.input import clipboards, file_bytes, programs
from mimo_cli.input.clipboards import Program
from mimo_cli.phrases import NOTHING, CommandLine, Phrase, counted, reason, verbatim

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mimo_cli.input.programs import Means

VARIABLES = frozenset(
    {
        *("DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "XDG_RUNTIME_DIR"),
        "DBUS_SESSION_BUS_ADDRESS",
    }
)
"""Variables that say where the clipboard is."""

_SECONDS = 2.0
_MOST_TYPES = 64 * 1024

_PICTURES = {
    "image/png": ".png",
    "public.png": ".png",
    "image/jpeg": ".jpg",
    "public.jpeg": ".jpg",
    "image/gif": ".gif",
    "com.compuserve.gif": ".gif",
    "image/webp": ".webp",
    "org.webmproject.webp": ".webp",
    "image/bmp": ".bmp",
    "com.microsoft.bmp": ".bmp",
    "image/tiff": ".tiff",
    "public.tiff": ".png",  # as which the script below gives it
    "image/heic": ".heic",
    "image/avif": ".avif",
}
"""Types of pictures, the best first, and how a file of each ends."""
_TEXTS = (
    *("text/plain;charset=utf-8", "utf8_string", "public.utf8-plain-text"),
    *("text/plain", "string"),
)
_LATIN_1_TYPE = "string"  # as X11's conventions say
_RICH_TEXTS = frozenset({"text/rtf", "text/richtext", "application/rtf", "public.rtf"})
_FILES = (
    *("text/uri-list", "x-special/gnome-copied-files", "x-special/mate-copied-files"),
    "public.file-url",
)
_NAMED = 3
_EMPTY = (b"nothing is copied", b"no selection", b"target targets not available")
"""What wl-paste and xclip say, in small letters, where nothing is on the clipboard."""
_HINT = "x-kde-passwordmanagerhint"
_NO_SECRET = b"public"
_CONCEALED = frozenset(
    {
        *("org.nspasteboard.concealedtype", "application/x-nspasteboard-concealed-type"),
        "com.agilebits.onepassword",
    }
)
_SCRIPT = """\
ObjC.import("AppKit");
function run(argv) {
  const board = $.NSPasteboard.generalPasteboard;
  if (argv.length === 0) return ObjC.deepUnwrap(board.types).join("\\n");
  let data = board.dataForType(argv[0]);
  if (argv[0] === "public.tiff" && !data.isNil()) {
    const PNG = 4, picture = $.NSBitmapImageRep.imageRepWithData(data);
    data = picture.representationUsingTypeProperties(PNG, $());
  }
  return data.isNil() ? "" : data.base64EncodedStringWithOptions(0).js;
}
"""
"""What osascript runs: it lists the types, or gives the data of one, in base64."""


LATIN_1 = "latin-1"


class Content(NamedTuple):
    """What was on the clipboard: a picture, whose file would have the `suffix`, or a `text`.

    That has an `encoding` if its type says so; UTF-8 it may be called, and not be.
    """

    data: bytes = b""
    suffix: str = ""
    text: bytes = b""
    encoding: str = ""


class _Board(NamedTuple):
    """A way to a clipboard: the commands that list the types and give one, which stands behind.

    Without types there is a picture, or nothing.
    """

    program: Program
    types: tuple[str, ...]
    data: tuple[str, ...]
    is_base64: bool = False

    @property
    def name(self) -> str:
        """The program's name."""
        return self.program.command[0]


_XCLIP = ("xclip", "-selection", "clipboard", "-o", "-t")
_OSASCRIPT = ("osascript", "-l", "JavaScript", "-e", _SCRIPT)
_BOARDS = (
    _Board(
        Program("WAYLAND_DISPLAY", ("wl-paste",)),
        ("wl-paste", "--list-types"),
        ("wl-paste", "--no-newline", "--type"),
    ),
    _Board(Program("DISPLAY", ("xclip",), is_here=False), (*_XCLIP, "TARGETS"), _XCLIP),
    _Board(Program("", ("osascript",)), _OSASCRIPT, _OSASCRIPT, is_base64=True),
    _Board(Program("", ("pngpaste",)), (), ("pngpaste", "-")),
)


class _FailedError(Exception):
    """A program did not do what was wanted; `is_empty`: there was nothing on the clipboard."""

    def __init__(self, why: Phrase, *, is_empty: bool = False) -> None:
        super().__init__(why)
        self.why = why
        self.is_empty = is_empty


def read(means: Means, largest_picture: int, *, is_remote: bool) -> Content:
    """Return what is on the clipboard, a picture if there is one; it may have so many bytes.

    `is_remote`: whoever is logged in sits elsewhere.

    Raises:
        UsageError: nothing is, or something else; it is marked as a password, or is too large;
            there is no program that reads it.
        Interrupted: a signal came.
    """
    there = clipboards.usable([it.program for it in _BOARDS], means.environ, is_elsewhere=is_remote)
    if not there:
        raise _unreachable(is_remote=is_remote)
    problem: _FailedError | None = None
    for board in _BOARDS:
        if board.program in there:
            try:
                return _content(board, means, largest_picture)
            except _FailedError as error:
                problem = error if error.is_empty else problem or error
    if problem is not None and problem.is_empty:
        raise _empty()
    why = NOTHING if problem is None else problem.why
    raise UsageError(Phrase("the clipboard is empty, or cannot be read"), why)


def _content(board: _Board, means: Means, largest_picture: int) -> Content:
    types = _types(board, means)
    _refuse_password(board, types, means)
    found = _picture_or_text(board, types, means, largest_picture)
    _refuse_password(board, _types(board, means), means)
    return found


def _types(board: _Board, means: Means) -> dict[str, str]:
    """Return the types that can be had, in small letters, each with the letters that it has."""
    if not board.types:
        return {"image/png": ""}
    try:
        printed = _print(board, board.types, means, _MOST_TYPES)
    except programs.ExcessError as error:
        raise _FailedError(_said(board, Phrase("it lists far too many types"))) from error
    lines = (it.strip() for it in printed.decode("utf-8", "replace").split("\n"))
    return {it.lower().replace("; ", ";"): it for it in lines if it}


def _refuse_password(board: _Board, types: Mapping[str, str], means: Means) -> None:
    """Refuse what a password manager has marked, or may have.

    Raises:
        UsageError: it has.
    """
    is_secret = not types.keys().isdisjoint(_CONCEALED)
    if _HINT in types and not is_secret:
        try:
            hint = _data(board, types[_HINT], means, _MOST_TYPES)
        except _FailedError:
            hint = b""
        is_secret = hint.strip().lower() != _NO_SECRET
    if is_secret:
        why = Phrase("it is marked as a password")
        hint_text = Phrase("Nothing was sent. Copy something else, and try again.")
        raise UsageError(Phrase("the clipboard is not attached"), why, hint_text)


def _picture_or_text(
    board: _Board, types: Mapping[str, str], means: Means, largest_picture: int
) -> Content:
    """Return the picture; but the text where the picture only shows it, as offices offer it.

    Raises:
        UsageError: there is none of the two.
    """
    picture = next((it for it in _PICTURES if it in types), None)
    text = next((it for it in _TEXTS if it in types), None)
    if picture is not None and (text is None or types.keys().isdisjoint(_RICH_TEXTS)):
        return Content(_data(board, types[picture], means, largest_picture), _PICTURES[picture])
    if picture is None:
        _refuse_files(board, types, means)
    if text is None:
        raise _of_no_kind(types)
    data = _data(board, types[text], means, file_bytes.LARGEST_TEXT)
    if not data.strip() and picture is not None:
        return Content(_data(board, types[picture], means, largest_picture), _PICTURES[picture])
    return Content(text=data, encoding=LATIN_1 if text == _LATIN_1_TYPE else "")


def _of_no_kind(types: Mapping[str, str]) -> UsageError:
    if not types:
        return _empty()
    named = ", ".join([*types.values()][:5])
    what = Phrase("there is neither a picture nor a text on the clipboard")
    return UsageError(what, Phrase("it has {types}", types=named))


def _empty() -> UsageError:
    return UsageError(Phrase("the clipboard is empty"), NOTHING, Phrase("Copy something first."))


def _refuse_files(board: _Board, types: Mapping[str, str], means: Means) -> None:
    """Refuse files that were copied as such: their names alone would be there as a text.

    Raises:
        UsageError: they were.
    """
    listed = next((types[it] for it in _FILES if it in types), None)
    if listed is None:
        return
    lines = _data(board, listed, means, _MOST_TYPES).decode("utf-8", "replace").split("\n")
    names = [unquote(urlsplit(it.strip()).path) for it in lines if it.startswith("file:")]
    if names:
        why = counted(
            len(names),
            "a file was copied, and there is nothing of it but its name: {files}",
            "{count:,} files were copied, and there is nothing of them but their names: {files}",
            files=first_of(names, _NAMED),
        )
        one, more = "Attach the file itself, by that name.", "Attach the files themselves, by name."
        what = Phrase("the clipboard is not attached")
        raise UsageError(what, why, counted(len(names), one, more))


def _data(board: _Board, kind: str, means: Means, most: int) -> bytes:
    """Return what the clipboard has of a type.

    Raises:
        UsageError: it is too large.
        _FailedError: the program does not give it.
    """
    command = (*board.data, kind) if board.types else board.data
    most_printed = most * 4 // 3 + 8 if board.is_base64 else most
    try:
        printed = _print(board, command, means, most_printed)
        return base64.b64decode(printed) if board.is_base64 else printed
    except programs.ExcessError as error:
        why = Phrase("more than {count:,} MB", count=most // 1024 // 1024)
        hint = Phrase("Save it as a file, and send a part of that.")
        raise UsageError(Phrase("what is on the clipboard is too large"), why, hint) from error
    except binascii.Error as error:
        raise _FailedError(_said(board, Phrase("what it prints is not base64"))) from error


def _print(board: _Board, command: tuple[str, ...], means: Means, most: int) -> bytes:
    """Return what a command prints.

    Raises:
        ExcessError: that is more.
        _FailedError: it cannot be started, hangs, or fails.
    """
    try:
        done = programs.run(command, means, seconds=_SECONDS, most=most)
    except OSError as error:
        raise _FailedError(_said(board, reason(error))) from error
    except programs.LateError as error:
        why = Phrase("it did not answer within {seconds:g} seconds", seconds=_SECONDS)
        raise _FailedError(_said(board, why)) from error
    if done.code != 0:
        code = Phrase("it ended with code {code}", code=done.code)
        why = _said(board, verbatim(done.complaint) if done.complaint else code)
        said = done.last_words.lower()
        raise _FailedError(why, is_empty=any(it in said for it in _EMPTY))
    return done.output


def _said(board: _Board, why: Phrase) -> Phrase:
    return Phrase("{program}: {why}", program=board.name, why=why)


def _unreachable(*, is_remote: bool) -> UsageError:
    what = Phrase("the clipboard cannot be read")
    if is_remote:
        why = Phrase("it is on the machine from which you are logged in")
        hint = Phrase(
            "Copy the file here: {command}. A text can be pasted into the terminal.",
            command=CommandLine("scp FILE HOST:"),
        )
        return UsageError(what, why, hint)
    why = Phrase("there is no program for it, or no screen")
    hint = Phrase("wl-paste (of wl-clipboard) reads it on Wayland, xclip on X11.")
    return UsageError(what, why, hint)
