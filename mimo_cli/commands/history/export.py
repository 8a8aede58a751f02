"""`mimo history export`: one conversation, or all of them, as Markdown or JSON."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from mimo_cli import files
from mimo_cli.commands.history.access import open_history, refused_value
from mimo_cli.conversation import export_formats
from mimo_cli.errors import LocalIOError, UsageError
from mimo_cli.output.sanitize import sanitize
from mimo_cli.phrases import Phrase, listed, reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mimo_cli.conversation.turns import Conversation
    from mimo_cli.environment import Environment


def run(
    environment: Environment,
    reference: str | None,
    *,
    everything: bool,
    wanted: str,
    output: str | None,
) -> int:
    """Write one conversation, or all of them, to stdout or a file (None and `-` are stdout).

    Raises:
        UsageError: it is not said what to write, or there is no such conversation or format.
        LocalIOError: the history cannot be read, or the file not be written.
    """
    if (reference is None) is not everything:
        why = Phrase("it is one conversation, or --all")
        raise UsageError(Phrase("export what?"), why, Phrase("See: mimo history"))
    if wanted not in export_formats.FORMATS:
        why = Phrase("it is one of {names}", names=listed(export_formats.FORMATS))
        raise UsageError(refused_value("--format", wanted), why)
    with open_history(environment) as history:
        ids = (
            [entry.id for entry in history.listing()]
            if reference is None
            else [history.find(reference)]
        )
        with closing(
            history.load_each(ids)
        ) as conversations:  # also when nobody reads them any more
            parts = _texts(conversations, wanted, as_list=everything)
            if output in (None, "-"):
                is_terminal = environment.stdout.is_terminal
                for part in parts:
                    environment.stdout.write(sanitize(part, terminal=True) if is_terminal else part)
            else:
                _write_file(Path(str(output)), "".join(parts))
    return 0


def _write_file(path: Path, text: str) -> None:
    try:
        files.write_whole(path, text.encode("utf-8", "replace"), new_mode=0o600)
    except OSError as error:
        raise LocalIOError(Phrase("cannot write {file}", file=path), reason(error)) from error


def _texts(conversations: Iterable[Conversation], wanted: str, *, as_list: bool) -> Iterator[str]:
    """Yield the texts of conversations, one after the other."""
    before = "["
    for conversation in conversations:
        text = export_formats.line(export_formats.as_json(conversation))
        if wanted == "markdown":
            yield ("\n" if before == ",\n" else "") + sanitize(
                export_formats.markdown(conversation), terminal=False
            )
        else:
            yield before + text.rstrip("\n") if as_list and wanted == "json" else text
        before = ",\n"
    if as_list and wanted == "json":
        yield "[]\n" if before == "[" else "]\n"
