"""The files that a folder or a pattern stands for: which are taken, and what is told of the rest.

Who names a folder has not seen each file in it. So what looks like a secret is left out, what is
left out is told, and limits hold that are found before the first file is read.
"""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mimo_cli.attachments import line_range, own_files, web_address
from mimo_cli.attachments.attachment import TextFile
from mimo_cli.attachments.listing import git_files, left_out, patterns, walk
from mimo_cli.attachments.listing.open_folder import NotRegularError, OpenFolder, OwnFileError
from mimo_cli.attachments.listing.selection import Selection, Total
from mimo_cli.attachments.listing.taken import Taken
from mimo_cli.attachments.loaders import OutOfTimeError
from mimo_cli.errors import UsageError
from mimo_cli.input import file_bytes, file_reading, private_files
from mimo_cli.phrases import NOTHING, Phrase, reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mimo_cli.attachments.attachment import Attachment
    from mimo_cli.attachments.listing.left_out import Reason
    from mimo_cli.attachments.listing.patterns import Exclusion, Pattern
    from mimo_cli.attachments.reading import Reader
    from mimo_cli.text.text_format import TextFormat

_CONTROLS = re.compile(rb"[\x00-\x06\x0e-\x1a\x1c-\x1f]")  # no text has them, in whatever encoding
_MARKS_OF_UTF16 = (b"\xff\xfe", b"\xfe\xff")


class FolderReader(NamedTuple):
    """What makes attachments of the files of folders and patterns, with the help of a `reader`.

    `exclude` are the patterns of what is left out, `secrets` texts that no file may hold which was
    not named itself. `waiting` is what goes along: files of folders among it count as well.
    """

    reader: Reader
    exclude: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    waiting: tuple[Attachment, ...] = ()

    @contextlib.contextmanager
    def listing(self, names: Iterable[str]) -> Iterator[Listing]:
        """Yield what folders and patterns among some names stand for: all counted, none read yet.

        What is there under a name is no pattern.

        Raises:
            UsageError: they stand for too much, all together; an exclusion is wrong.
        """
        total = Total()
        for it in self.waiting:
            if isinstance(it, TextFile) and it.is_found:
                total.put(it.name, len(it.text.encode("utf-8", "replace")))
        with contextlib.ExitStack() as folders:
            found = {}
            for name in dict.fromkeys(names):
                listed = self._find(name, total, folders)
                if listed is not None:
                    found[name] = listed
            yield Listing(self, found)

    def _find(self, named: str, total: Total, folders: contextlib.ExitStack) -> _Listed | None:
        found = _parse(named)
        if found is None:
            return None
        base, parts = found
        try:
            spared = own_files.find(self.reader.environ)
            folder = folders.enter_context(OpenFolder(base, spared=spared))
            return self._list(named, base, parts, folder, total)
        except OSError as error:
            if parts is not None and isinstance(error, (FileNotFoundError, NotADirectoryError)):
                raise _no_match(named) from error
            raise UsageError(Phrase("cannot read {file}", file=named), reason(error)) from error

    def exclusions_of(self, path: str) -> set[str]:
        """Return the exclusions that leave a file out all the same that was named.

        Raises:
            UsageError: an exclusion is wrong.
        """
        path, _ = line_range.of_file(path, os.path.lexists)
        parts = tuple(it for it in path.split("/") if it not in ("", "."))
        return {
            it.text
            for it in self._exclusions()
            for end in range(1, len(parts) + 1)
            if it.applies((), parts[:end], is_folder=end < len(parts))
        }

    def _exclusions(self) -> list[Exclusion]:
        return [patterns.exclusion(it, ignores_case=_ignores_case()) for it in self.exclude]

    def _list(
        self,
        named: str,
        base: str,
        parts: tuple[str, ...] | None,
        folder: OpenFolder,
        total: Total,
    ) -> _Listed:
        def selection() -> Selection:
            is_folder = parts is None
            exclusions = self._exclusions()
            return Selection(named, _prefix(base), exclusions, total, texts_alone=is_folder)

        if parts is not None:
            pattern = patterns.compiled(parts, ignores_case=_ignores_case())
            return _by_pattern(named, pattern, folder, selection())
        root = git_files.work_tree(base)
        if root is None:
            return _whole(named, folder, selection())
        try:
            return self._by_git(named, base, root, folder, selection())
        except git_files.GitError as error:
            found = None
            if error.is_missing and not git_files.may_ignore(base, root):
                found = _whole(named, folder, selection())._replace(without_git=True)
            if found is None or found.selection.has_seen(".gitignore"):
                raise _unlisted(named, base, root, error) from error
            return found

    def _by_git(
        self, named: str, base: str, root: Path, folder: OpenFolder, selection: Selection
    ) -> _Listed:
        """Take what git lists, as far as it is there.

        Raises:
            GitError: git lists nothing here.
        """
        with contextlib.closing(git_files.paths(base, root, self.reader.means())) as found:
            for path in found:
                walk.take_named(folder, path, selection)
        return _Listed(named, folder, selection)

    def read_all(self, listed: _Listed) -> Taken:
        """Return what is in files that were listed.

        Raises:
            UsageError: they have grown to too much.
        """
        files: list[Attachment] = []
        selection = listed.selection
        refusals: dict[str, Phrase] = {}
        for it in selection.files:
            name = selection.name(it.path)
            try:
                data = listed.folder.read(it.path, selection.room_for(it.path) + 1)
            except NotRegularError:
                selection.leave_out(it.path, "special")
                continue
            except OwnFileError:
                selection.leave_out(it.path, "own")
                continue
            except OSError:
                selection.leave_out(it.path, "unreadable")
                continue
            selection.count_size(it.path, len(data))  # it has grown since
            try:
                found = self._attachment(data, name, takes_media=listed.takes_media)
            except OutOfTimeError:
                raise
            except UsageError as error:
                refusals[name] = error.why or error.what
                found = "unsendable"
            if isinstance(found, str):
                selection.leave_out(it.path, found)
            else:
                files.append(found)
                selection.count_size(it.path, _size(found, data))  # programs print any number
        applied, left = frozenset(selection.applied), selection.left_out
        return Taken(listed.name, tuple(files), left, listed.without_git, applied, refusals)

    def _attachment(self, data: bytes, name: str, *, takes_media: bool) -> Attachment | Reason:
        """Return what bytes are, or why they are not sent.

        Raises:
            UsageError: they are no folder's text, and cannot be sent.
        """
        if not data.strip():
            return "empty"
        if private_files.may_bytes_hold_secret(data, self.secrets):
            return "key"
        if takes_media and self.reader.has_loader(data[: file_bytes.HEAD], name):
            return self._loaded(data, name)
        form = self.reader.form._replace(tell=None)
        why = None if file_bytes.is_plain(data) else _why_no_text(data, name, form)
        if why == "media" and takes_media:
            return self.reader.attachment(data, name)
        if why is not None:
            return why
        try:
            text = file_reading.decode_file(data, name, form)
        except UsageError:
            return "encoding"
        is_secret = private_files.may_hold_secret(text, self.secrets)
        return "key" if is_secret else TextFile(name, text, is_found=True)

    def _loaded(self, data: bytes, name: str) -> Attachment | Reason:
        """Return the text that another program prints of a file, or why it is not sent.

        Raises:
            UsageError: it prints none that can be sent.
        """
        it = self.reader.attachment(data, name)
        if not isinstance(it, TextFile):
            return it
        is_secret = private_files.may_hold_secret(it.text, self.secrets)
        return "key" if is_secret else it._replace(is_found=True)


class Listing(NamedTuple):
    """What some names stand for that are folders and patterns, to be read."""

    reader: FolderReader
    found: Mapping[str, _Listed]

    def read(self, named: str) -> Taken | None:
        """Return what one of them stands for; None for what is neither folder nor pattern.

        Raises:
            UsageError: that is nothing that may be sent, or too much by now.
        """
        listed = self.found.get(named)
        if listed is None:
            return None
        taken = self.reader.read_all(listed)
        if taken.files:
            return taken
        if listed.takes_media and not taken.left_out:
            raise _no_match(named)
        raise _nothing(taken, is_folder=not listed.takes_media)


class _Listed(NamedTuple):
    name: str
    folder: OpenFolder
    selection: Selection
    takes_media: bool = False
    without_git: bool = False


def _by_pattern(named: str, pattern: Pattern, folder: OpenFolder, selection: Selection) -> _Listed:
    walk.matching(folder, pattern, selection)
    return _Listed(named, folder, selection, takes_media=True)


def _whole(named: str, folder: OpenFolder, selection: Selection) -> _Listed:
    walk.everything(folder, selection)
    return _Listed(named, folder, selection)


def is_folder_or_pattern(named: str) -> bool:
    """Return whether a name stands for files that are not named themselves."""
    return _parse(named) is not None


def _parse(named: str) -> tuple[str, tuple[str, ...] | None] | None:
    """Return a folder and None, or the folder that a pattern begins with and the pattern's parts.

    None for what is neither: a file, an address, or nothing that is there.
    """
    match web_address.read(named):
        case web_address.FilePath(path):
            named = path
        case None:
            pass
        case _:
            return None
    for name in (named, os.path.expanduser(named)):  # noqa: PTH111 - Path drops a last slash
        if os.path.isdir(name):  # noqa: PTH112 - of a name that no file can have, it says no
            return name, None
        if os.path.lexists(name) or line_range.of_file(name, os.path.lexists)[1] is not None:
            return None
    return patterns.parted(name, os.path.isdir) if patterns.is_pattern(name) else None


def _ignores_case() -> bool:
    """Return whether the names of files are mostly the same to the system in capitals."""
    return sys.platform in ("darwin", "win32", "cygwin")


def _prefix(base: str) -> str:
    """Return what stands before the paths within a folder: nothing for the working folder."""
    name = str(Path(base))
    if name == ".":
        return ""
    return name if name.endswith(os.sep) else f"{name}/"


def _why_no_text(data: bytes, name: str, form: TextFormat) -> Reason | None:
    """Return why bytes that do not begin as UTF-8 does are no text; None where they may be one.

    What the encoding would be is not guessed: that takes its time for each.
    """
    from mimo_cli.attachments import convertible
    from mimo_cli.media import foreign, formats

    head = data[: file_bytes.HEAD]
    if formats.recognize(head, name) or convertible.recognize(head):
        return "media"
    if data.startswith(_MARKS_OF_UTF16):
        return None
    known = formats.foreign(head, name)
    if known is foreign.PDF:
        return "document"
    if known or (form.is_utf8 and _CONTROLS.search(head)):
        return "binary"
    return "encoding" if form.is_utf8 and not form.lossy else None


def _size(it: Attachment, data: bytes) -> int:
    """Return how many bytes a file has, or its text, if they are more."""
    return max(len(data), len(it.text.encode()) if isinstance(it, TextFile) else 0)


def _no_match(named: str) -> UsageError:
    return UsageError(Phrase("no file matches {pattern}", pattern=named))


def _nothing(taken: Taken, *, is_folder: bool) -> UsageError:
    """Return the error for what stands for nothing that may be sent."""
    what = Phrase("nothing in {name} may be sent", name=taken.name)
    if taken.left_out:
        why = Phrase("left out: {rest}", rest=left_out.summary(taken.left_out))
        can_be_named = not left_out.SENT_BY_NAME.isdisjoint(taken.left_out.values())
        hint = Phrase("A file's own name sends it.") if can_be_named else _first_refusal(taken)
        return UsageError(what, why, hint)
    if is_folder and git_files.work_tree(taken.name) and _holds_anything(taken.name):
        hint = Phrase("A pattern takes them: {pattern}", pattern=f"'{_prefix(taken.name)}**'")
        return UsageError(what, Phrase("git ignores all of it"), hint)
    return UsageError(what, Phrase("there is no file in it"))


def _unlisted(named: str, base: str, root: Path, error: git_files.GitError) -> UsageError:
    """Return the error for a folder of which nobody knows what git ignores in it."""
    what = Phrase("{name} is not sent", name=named)
    why = Phrase("git does not say what it ignores ({why})", why=error.why)
    pattern = f"'{_prefix(base)}**'"
    if error.is_foreign:
        command = f"git config --global --add safe.directory {shlex.quote(str(root))}"
        template = "If you trust it, run: {command}   (or name its files: {pattern})"
        return UsageError(what, why, Phrase(template, command=command, pattern=pattern))
    return UsageError(what, why, Phrase("A pattern takes all files: {pattern}", pattern=pattern))


def _first_refusal(taken: Taken) -> Phrase:
    """Return why the first file that cannot be sent cannot; nothing where there is none."""
    name, why = next(iter(taken.refusals.items()), ("", NOTHING))
    return Phrase("{file}: {why}", file=name, why=why) if why else NOTHING


def _holds_anything(folder: str) -> bool:
    """Return whether there is anything in a folder."""
    with os.scandir(folder) as entries:
        return any(True for _ in entries)
