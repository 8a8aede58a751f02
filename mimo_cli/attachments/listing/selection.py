"""Which of the names in a folder are taken, and how many may be. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.common_phrases import file_size
from mimo_cli.errors import UsageError
from mimo_cli.input import private_files
from mimo_cli.named_tuple import NamedTuple
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mimo_cli.attachments.listing.left_out import LeftOut, Reason
    from mimo_cli.attachments.listing.patterns import Exclusion

MOST_FILES = 500
MOST_BYTES = 10 * 1024 * 1024
MOST_NAMES = 100_000
"""Names that are looked at, folders and those that are left out included."""
MOST_FOLDERS = 10_000
"""Folders that are looked into."""

_MEDIA = frozenset(
    {
        *("png", "jpg", "jpeg", "jpe", "jfif", "gif", "webp", "bmp", "heic", "heif", "avif"),
        *("tif", "tiff", "jp2", "psd", "mp3", "wav", "wave", "flac", "m4a", "m4b", "ogg", "oga"),
        *("opus", "aac", "wma", "mp4", "m4v", "mov", "avi", "wmv", "3gp", "mkv", "webm"),
    }
)
_BINARY = frozenset(
    {
        *("pyc", "pyo", "so", "o", "dylib", "dll", "exe", "class", "jar", "wasm", "whl", "deb"),
        *("zip", "gz", "tgz", "bz2", "xz", "zst", "7z", "rar", "tar", "rpm", "iso", "ico"),
        *("woff", "woff2", "ttf", "otf", "eot", "docx", "xlsx", "pptx", "odt", "ods", "odp"),
        *("sqlite", "sqlite3", "parquet", "npy", "npz"),
    }
)
"""Endings of what is never a text: neither opened nor counted against the limits."""

Path = tuple[str, ...]
"""The parts of a path within a folder."""


class Found(NamedTuple):
    """A file within a folder, of so many bytes when it was found."""

    path: Path
    size: int


class TooMuchError(UsageError):
    """A folder, or a pattern, stands for more than can be sent."""


class Total:
    """What several folders and patterns stand for together, each file once by its name."""

    def __init__(self) -> None:
        self.size = 0
        self._sizes: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._sizes)

    def put(self, name: str, size: int) -> None:
        """Count a file, or what it has grown to."""
        self.size += size - self._sizes.get(name, 0)
        self._sizes[name] = size

    def room_for(self, name: str) -> int:
        """Return of how many bytes a file may be."""
        return MOST_BYTES - self.size + self._sizes.get(name, 0)

    @property
    def largest(self) -> tuple[str, int]:
        """The largest file's name and size."""
        return max(self._sizes.items(), key=lambda it: it[1])


class Selection:
    """What is taken of names that come one by one, and what is left out.

    `shown` is what the user called the folder or the pattern, `prefix` what stands before the paths
    within it in a name. `texts_alone`: what is no text by its ending is left out. `total` is what
    others have taken, too.
    """

    def __init__(
        self,
        shown: str,
        prefix: str,
        exclusions: Sequence[Exclusion],
        total: Total,
        *,
        texts_alone: bool,
    ) -> None:
        self._total = total
        self.left_out: LeftOut = {}
        self.applied: set[str] = set()
        """The exclusions that something was left out by."""
        self._shown = shown
        self._prefix = prefix
        self._base = tuple(it for it in prefix.split("/") if it not in ("", "."))
        self._exclusions = exclusions
        self._texts_alone = texts_alone
        self._found: dict[Path, Found] = {}
        self._folders: dict[Path, bool] = {}
        self._seen = 0
        self._entered = 0

    @property
    def files(self) -> list[Found]:
        """What was taken, in the order of the names."""
        return [self._found[path] for path in sorted(self._found)]

    def name(self, path: Path) -> str:
        """Return what a file within the folder is called."""
        return self._prefix + "/".join(path)

    def count(self) -> None:
        """Count a name that is looked at.

        Raises:
            TooMuchError: it is one too many.
        """
        self._seen += 1
        if self._seen > MOST_NAMES:
            why = "too many names to look through, more than {count:,}"
            raise self._too_much(Phrase(why, count=MOST_NAMES))

    def count_folder(self) -> None:
        """Count a folder that is looked into.

        Raises:
            TooMuchError: it is one too many.
        """
        self._entered += 1
        if self._entered > MOST_FOLDERS:
            why = "too many folders to look through, more than {count:,}"
            raise self._too_much(Phrase(why, count=MOST_FOLDERS))

    def wants(self, path: Path, *, is_folder: bool) -> bool:
        """Return whether the last part of a path may be sent; note why, if it may not."""
        reason = self._reason(path, is_folder=is_folder)
        if reason is not None:
            self.leave_out(path, reason, is_folder=is_folder)
        return reason is None

    def has_seen(self, name: str) -> bool:
        """Return whether something that was left out has a name, in whatever folder."""
        return any(it.rpartition("/")[2] == name for it in self.left_out)

    def wants_whole(self, path: Path) -> bool:
        """Return whether a file and all the folders on the way to it may be sent."""
        if not all(self._wants_folder(path[:end]) for end in range(1, len(path))):
            return False
        return self.wants(path, is_folder=False)

    def _wants_folder(self, path: Path) -> bool:
        if path not in self._folders:
            self._folders[path] = self.wants(path, is_folder=True)
        return self._folders[path]

    def leave_out(self, path: Path, reason: Reason, *, is_folder: bool = False) -> None:
        """Note that something is not sent."""
        self.left_out[self.name(path) + ("/" if is_folder else "")] = reason

    def add(self, path: Path, size: int) -> None:
        """Take a file.

        Raises:
            TooMuchError: it is one too many, or too large together with the others.
        """
        if path in self._found:
            return
        self._found[path] = Found(path, size)
        self.count_size(path, size)
        if len(self._total) > MOST_FILES:
            template = "more than {count:,} files"
            if len(self._total) > len(self._found):
                template = "more than {count:,} files, together with what else was named"
            raise self._too_much(Phrase(template, count=MOST_FILES))

    def room_for(self, path: Path) -> int:
        """Return of how many bytes a file may be."""
        return self._total.room_for(self.name(path))

    def count_size(self, path: Path, size: int) -> None:
        """Count a file's bytes, or as many as it has by now.

        Raises:
            TooMuchError: all files together have more than may be sent.
        """
        self._total.put(self.name(path), size)
        if self._total.size > MOST_BYTES:
            name, largest = self._total.largest
            template = "more than {limit} MB, of which {file} has {size}"
            limit, shown = MOST_BYTES // 1024 // 1024, file_size(largest)
            raise self._too_much(Phrase(template, limit=limit, file=name, size=shown))

    def _too_much(self, why: Phrase) -> TooMuchError:
        what = Phrase("{name} is too much", name=self._shown)
        template = "Name a part of it, or leave some out: --exclude {example}"
        return TooMuchError(what, why, Phrase(template, example="'*.log'"))

    def _reason(self, path: Path, *, is_folder: bool) -> Reason | None:
        name = path[-1]
        excluded = [
            it for it in self._exclusions if it.applies(self._base, path, is_folder=is_folder)
        ]
        self.applied.update(it.text for it in excluded)
        if private_files.is_like_key(name):
            return "key"
        if private_files.is_hidden((name,)):
            return "hidden"
        if excluded:
            return "excluded"
        if is_folder or not self._texts_alone:
            return None
        _, dot, ending = name.lower().rpartition(".")
        if dot and ending in _MEDIA:
            return "media"
        if dot and ending == "pdf":
            return "document"
        return "binary" if dot and ending in _BINARY else None
