"""The layers that settings come from, and where each value stands. Pure, without any decision."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal

from mimo_cli.errors import ConfigError, MimoError
from mimo_cli.named_tuple import NamedTuple
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from mimo_cli.config.ownership import Distrust
    from mimo_cli.config.schema import Key

OriginKind = Literal[
    "option",
    "prompt",
    "environment",
    "profile",
    "project",
    "file",
    "chat",
    "conversation",
    "default",
]
KeyPath = tuple[str, ...]
"""The names of the tables that a value of a file is in, and its own."""

Position = tuple[int, int]
"""A line and a column of a file, both from 1."""


class Origin(NamedTuple):
    """Where a value came from.

    `name` is that of the option, the variable, the profile, the kept prompt, or the conversation's
    id. What stands in a file has its name and the `path` of its key. `alias` is the short name that
    a model was given by.
    """

    kind: OriginKind
    name: str = ""
    file: str = ""
    path: KeyPath = ()
    alias: str = ""

    def phrase(self) -> Phrase:
        """Return it in words, to stand within a sentence."""
        words = self._phrase()
        if not self.alias:
            return words
        return Phrase("{origin}, alias {name}", origin=words, name=self.alias)

    def _phrase(self) -> Phrase:
        match self.kind:
            case "option":
                return Phrase("option {name}", name=self.name)
            case "prompt":
                return Phrase("prompt {name}, file {file}", name=self.name, file=self.file)
            case "environment":
                return Phrase("environment {name}", name=self.name)
            case "profile":
                return Phrase("profile {name}, file {file}", name=self.name, file=self.file)
            case "project":
                return Phrase("project {file}", file=self.file)
            case "file":
                return Phrase("file {file}", file=self.file)
            case "chat":
                return Phrase("this chat")
            case "conversation":
                return Phrase("conversation {name}", name=self.name)
            case "default":
                return Phrase("default")

    def __str__(self) -> str:
        return str(self.phrase())

    @property
    def identity(self) -> tuple[str, KeyPath]:
        """What two origins have in common that are one place: the file's or variable's name."""
        return self.file or self.name, self.path


DEFAULT = Origin("default")


class Problem(NamedTuple):
    """What is wrong with the configuration, as it is told, and where that stands."""

    error: MimoError
    origin: Origin


def no_position(_path: KeyPath) -> Position | None:
    """Return the position of a key where positions are not known."""
    return None


class Source(NamedTuple):
    """A file as it was read: its name and content.

    `position` finds the line and column of a key, once they are needed. With a `distrust` no
    command that the file names is run.
    """

    name: str
    content: Mapping[str, Any]
    position: Callable[[KeyPath], Position | None] = no_position
    distrust: Distrust | None = None

    def place(self, path: KeyPath) -> Phrase:
        """Return in words where a key stands: the file, the line and the column."""
        return located(Phrase("file {file}", file=self.name), self.position(path))

    def origin(self, path: KeyPath) -> Origin:
        """Return where a value of the user's file stands, whether or not a layer has it."""
        match path:
            case ("profiles", name, _):
                return Origin("profile", name, self.name, path)
            case ("prompts", name, _):
                return Origin("prompt", name, self.name, path)
            case _:
                return Origin("file", "", self.name, path)

    def table(self, *path: str) -> Mapping[str, Any]:
        """Return a table; one that is not there is empty.

        Raises:
            NotTableError: it is no table, or one of those it is in is none.
        """
        content = self.content
        for end, name in enumerate(path, start=1):
            content = content.get(name, {})
            if not isinstance(content, Mapping):
                raise NotTableError(self, path[:end])
        return content

    def tables(self, kind: str) -> dict[str, Mapping[str, Any]]:
        """Return the tables within a table, such as the profiles; what is no table is left out."""
        outer = self.content.get(kind)
        inner = outer.items() if isinstance(outer, Mapping) else ()
        return {name: content for name, content in inner if isinstance(content, Mapping)}


class NotTableError(ConfigError):
    """What stands in a table's place is none. It is not shown: it may be a key."""

    def __init__(self, source: Source, path: KeyPath) -> None:
        super().__init__(
            Phrase("{name} is not a table", name=".".join(path)),
            Phrase("it must be one ({place})", place=source.place(path)),
        )
        self.path = path


class Layer(NamedTuple):
    """One layer of settings: the values in it, by the names of their keys, as they were read.

    A profile and a prompt have their name, what is of a file has its `source`, and the `path` of
    the table it is. `error` is what a wrong value raises.
    """

    values: Mapping[str, Any]
    kind: OriginKind
    source: Source | None = None
    path: KeyPath = ()
    name: str = ""
    error: type[MimoError] = ConfigError

    @property
    def profile(self) -> str:
        """The name of the profile that the layer is; empty if it is none."""
        return self.name if self.kind == "profile" else ""

    @property
    def distrust(self) -> Distrust | None:
        """Why no command of the layer is run; None where it may be."""
        return None if self.source is None else self.source.distrust

    def origin(self, key: Key) -> Origin:
        """Return where the layer's value of a key stands."""
        if self.source is not None:
            return Origin(self.kind, self.name, self.source.name, (*self.path, key.name))
        return Origin(self.kind, key.option if self.kind == "option" else key.variable)

    def place(self, key: Key) -> Phrase:
        """Return in words where the layer's value of a key stands, in a file with its line."""
        words = self.origin(key).phrase()
        if self.source is None:
            return words
        return located(words, self.source.position((*self.path, key.name)))


def located(words: Phrase, position: Position | None) -> Phrase:
    """Return where something stands with its line and column, if they are known."""
    if position is None:
        return words
    line, column = position
    return Phrase("{place}, line {line}, column {column}", place=words, line=line, column=column)


MOST_REMARKS = 5
"""Of one kind about one file: more are counted."""
