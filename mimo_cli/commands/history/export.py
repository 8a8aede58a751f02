"""`mimo history export`: one conversation, or all of them, as Markdown or JSON."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from mimo_cli.commands.history.access import named_or_newest, open_history, refused_value
from mimo_cli.commands.history.attachments import AttachmentFolder
from mimo_cli.common_phrases import listed
from mimo_cli.conversation.shown import export_formats
from mimo_cli.errors import LocalIOError, UsageError
from mimo_cli.files import named_file
from mimo_cli.output.sanitize import sanitize
from mimo_cli.phrases import Phrase, counted, reason

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

    from mimo_cli.conversation.turns import Conversation
    from mimo_cli.environment import Environment
    from mimo_cli.history.store import History


def run(
    environment: Environment,
    reference: str | None,
    *,
    everything: bool,
    wanted: str,
    output: str | None,
    folder: str | None = None,
) -> int:
    """Write the newest conversation or a named one, or all of them, to stdout or a file.

    An `output` of None and `-` is stdout.

    Their pictures, recordings and films go into a `folder`, if one is named.

    Raises:
        UsageError: it is not said what to write, or there is no such conversation or format.
        LocalIOError: the history cannot be read, or a file not be written.
    """
    if reference is not None and everything:
        why = Phrase("it takes one conversation, or --all")
        raise UsageError(Phrase("nothing was exported"), why, Phrase("See: mimo history"))
    if wanted not in export_formats.FORMATS:
        why = Phrase("it is one of {names}", names=listed(export_formats.FORMATS))
        raise UsageError(refused_value("--format", wanted), why)
    with open_history(environment) as history:
        ids = (
            [entry.id for entry in history.listing()]
            if everything
            else [named_or_newest(history, reference)]
        )
        path = None if output in (None, "-") else Path(str(output))
        if path is not None:
            _check(path)  # before files are written that it would have led to
        attached = _folder(folder, history, path)
        found = history.load_each(ids) if attached is None else _one_by_one(history, ids)
        with closing(found) as conversations:  # also when nobody reads them any more
            parts = _texts(conversations, wanted, attached, as_list=everything)
            try:
                _write(environment, path, parts)
            except LocalIOError:
                if attached is not None:
                    attached.undo()
                raise
    if attached is not None:
        environment.console().info(_tell(attached))
    return 0


def _folder(named: str | None, history: History, output: Path | None) -> AttachmentFolder | None:
    if named is None:
        return None
    beside = Path() if output is None else output.parent
    return AttachmentFolder(Path(named), history, beside=beside)


def _one_by_one(history: History, ids: Iterable[str]) -> Generator[Conversation, None, None]:
    """Yield conversations, each as it is when it is taken: files are read in between."""
    for id_ in ids:
        try:
            conversation = history.load(id_)
        except UsageError:
            continue  # it was deleted since its id was read
        yield conversation


def _tell(attached: AttachmentFolder) -> Phrase:
    if not attached.written:
        return Phrase("there are no attachments to write")
    return counted(
        len(attached.written),
        "1 attachment is in {folder}",
        "{count:,} attachments are in {folder}",
        folder=attached.folder,
    )


def _write(environment: Environment, path: Path | None, parts: Iterable[str]) -> None:
    if path is not None:
        _write_file(path, "".join(parts))
        return
    is_terminal = environment.stdout.is_terminal
    for part in parts:
        environment.stdout.write(sanitize(part, terminal=True) if is_terminal else part)


def _check(path: Path) -> None:
    try:
        named_file.check(path)
    except OSError as error:
        raise _cannot_write(path, error) from error


def _cannot_write(path: Path, error: OSError) -> LocalIOError:
    return LocalIOError(Phrase("cannot write {file}", file=path), reason(error))


def _write_file(path: Path, text: str) -> None:
    try:
        named_file.write_whole(path, text.encode("utf-8", "replace"), new_mode=0o600)
    except OSError as error:
        raise _cannot_write(path, error) from error


def _texts(
    conversations: Iterable[Conversation],
    wanted: str,
    attached: AttachmentFolder | None,
    *,
    as_list: bool,
) -> Iterator[str]:
    """Yield the texts of conversations, one after the other, once their files are written."""
    before = "["
    for conversation in conversations:
        if attached is not None:
            attached.write(conversation)
        written = {} if attached is None else attached.written
        text = export_formats.line(export_formats.as_json(conversation, written))
        if wanted == "markdown":
            yield ("\n" if before == ",\n" else "") + sanitize(
                export_formats.markdown(conversation, written), terminal=False
            )
        else:
            yield before + text.rstrip("\n") if as_list and wanted == "json" else text
        before = ",\n"
    if as_list and wanted == "json":
        yield "[]\n" if before == "[" else "]\n"
