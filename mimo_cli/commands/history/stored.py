"""`mimo history`: the conversations that are kept, listed, searched, exported and deleted."""

from __future__ import annotations

import re
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mimo_cli import files
from mimo_cli.commands import questions
from mimo_cli.config import load, paths
from mimo_cli.conversation import export as form
from mimo_cli.errors import LocalIOError, UsageError
from mimo_cli.history.search.query import wanted as searched
from mimo_cli.history.store import Entry, History
from mimo_cli.output.sanitize import one_line, sanitize
from mimo_cli.output.stream import use_color
from mimo_cli.text import decoding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from mimo_cli.conversation.turns import Conversation
    from mimo_cli.environment import Environment
    from mimo_cli.history.store import Found

_SHOWN = 20
_TITLE, _MODEL = 200, 40
_MARKS = {True: "", False: "(no answer) ", None: "(damaged) "}
_BOLD, _RESET = "\x1b[1m", "\x1b[0m"
_HOUR = 3600
_UNITS = {"h": 1, "d": 24, "w": 7 * 24, "m": 30 * 24, "y": 365 * 24}
_AGE = re.compile(r"([1-9][0-9]{0,5})([hdwmy])")


def opened(environment: Environment) -> closing[History]:
    """The history, for a `with`."""
    folder = paths.data(environment.environ)
    return closing(History(folder, now=environment.clock.now, notice=environment.console().warn))


def listing(environment: Environment, *, limit: int | None, everything: bool, json: bool) -> int:
    """Lists conversations, newest first: as a table on a terminal, else with tabs, or as JSON."""
    if everything and limit is not None:
        raise UsageError("-n and --all cannot go together")
    count = None if everything else limit or _SHOWN
    with opened(environment) as history:
        entries = history.listing(None if count is None else count + 1)
    shown = entries[:count]
    if json:
        environment.stdout.write(form.line([_entry(entry) for entry in shown]))
    elif environment.stdout.is_terminal and shown:
        from mimo_cli.output import columns as listing
        from mimo_cli.screen import tty

        now = environment.clock.now()
        rows = [_texts(entry, listing.age(now - entry.updated)) for entry in shown]
        columns, _ = tty.size(environment.stdout.descriptor, environment.environ)
        environment.stdout.write(listing.table(rows, columns, flexible=1))
    else:
        environment.stdout.write(_tabbed(_texts(entry, form.iso(entry.updated)) for entry in shown))
    console = environment.console()
    if not shown:
        console.info("the history is empty")
    elif len(entries) > len(shown):
        console.info(f"these are the newest {len(shown)}; all of them: mimo history --all")
    return 0


def search(environment: Environment, words: Sequence[str], *, limit: int, json: bool) -> int:
    """Prints the turns that hold all the words, newest first.

    Raises:
        UsageError: there is nothing in them that is searched for.
    """
    text = decoding.check_words(" ".join(words), decoding.TextFormat(remedy="locale"), "the text")
    if not searched(text).phrases:
        why = "letters and digits of any script are searched for, and nothing else"
        raise UsageError("there is no word to search for", why)
    with opened(environment) as history:
        results = history.search(text, limit)
    if json:
        environment.stdout.write(form.line([_found(result) for result in results]))
    elif environment.stdout.is_terminal:
        from mimo_cli.output import columns as listing

        bold = _bold(environment)
        for result in results:
            snippet = listing.found(result.snippet, result.matches, bold)
            environment.stdout.write(f"{result.conversation}  {_titled(result)}\n    {snippet}\n")
    else:
        rows = ((it.conversation, _titled(it), one_line(it.snippet)) for it in results)
        environment.stdout.write(_tabbed(rows))
    if not results:
        environment.console().info("nothing was found")
    return 0


def export(
    environment: Environment,
    reference: str | None,
    *,
    everything: bool,
    wanted: str,
    output: str | None,
) -> int:
    """Writes one conversation, or all of them, to stdout or a file."""
    if (reference is None) is not everything:
        raise UsageError("export what?", "it is one conversation, or --all", "See: mimo history")
    if wanted not in form.FORMATS:
        why = f"it is one of {', '.join(form.FORMATS)}"
        raise UsageError(f"--format cannot be {wanted!r}", why)
    with opened(environment) as history:
        ids = (
            [entry.id for entry in history.listing()]
            if reference is None
            else [history.find(reference)]
        )
        with closing(history.every(ids)) as conversations:  # also when nobody reads them any more
            parts = _exported(conversations, wanted, as_list=everything)
            if output in (None, "-"):
                is_terminal = environment.stdout.is_terminal
                for part in parts:
                    environment.stdout.write(sanitize(part, terminal=True) if is_terminal else part)
            else:
                _write_file(Path(str(output)), "".join(parts))
    return 0


class Choice(NamedTuple):
    """What is to be deleted: some conversations, those not used for so long, or all."""

    references: Sequence[str] = ()
    older_than: str | None = None
    everything: bool = False


def delete(environment: Environment, choice: Choice, *, yes: bool) -> int:
    """Deletes conversations for good, after asking."""
    if [bool(choice.references), choice.older_than is not None, choice.everything].count(True) != 1:
        raise UsageError("delete what?", "it is some IDs, --older-than or --all, one of them")
    seconds = None if choice.older_than is None else age("--older-than", choice.older_than)
    console = environment.console()
    with opened(environment) as history:
        ids = list(dict.fromkeys(history.find(reference) for reference in choice.references))
        entries = history.all_that_is_told() if choice.everything else history.listing(emptied=True)
        chosen = _chosen(entries or [], ids, seconds, environment.clock.now())
        # What cannot be listed goes too.
        is_all = choice.everything and (entries is None or history.has_losses)
        if not chosen and not is_all:
            console.info("there is nothing to delete")
        elif not yes and not _agreed(environment, "all that is kept" if is_all else _of(chosen)):
            console.info("nothing was deleted")
        else:
            count = _deleted(history, ids, seconds)
            if count is None:
                console.info(f"{history.path} was damaged: it is removed, with all that was in it")
            else:
                console.info(f"{_counted(count)} deleted")
    return 0


def _chosen(
    entries: Sequence[Entry], ids: Sequence[str], seconds: float | None, now: float
) -> list[Entry]:
    """Of the conversations those with the ids, those not used for so long, or all."""
    if ids:
        listed = {entry.id: entry for entry in entries}
        return [listed.get(id_) or Entry(id_, "", "", 0, now) for id_ in ids]
    return [entry for entry in entries if seconds is None or entry.updated < now - seconds]


def _deleted(history: History, ids: Sequence[str], seconds: float | None) -> int | None:
    if ids:
        return history.delete(ids)
    return history.delete_all() if seconds is None else history.delete_older(seconds)


def path(environment: Environment) -> int:
    """Prints where the file is, whether it exists or not."""
    with opened(environment) as history:
        file = str(history.path)
    # A script needs it as it is.
    environment.stdout.write(f"{sanitize(file) if environment.stdout.is_terminal else file}\n")
    return 0


def age(option: str, text: str) -> float:
    """A length of time as people write it, in seconds.

    Raises:
        UsageError: it is none.
    """
    match = _AGE.fullmatch(text.strip().lower())
    if match is None:
        why = "it is a number and h, d, w, m (30 days) or y, such as 30d"
        raise UsageError(f"{option} cannot be {text!r}", why)
    return float(int(match[1]) * _UNITS[match[2]] * _HOUR)


def _write_file(path: Path, text: str) -> None:
    try:
        files.write_whole(path, text.encode("utf-8", "replace"), new_mode=0o600)
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise LocalIOError(f"cannot write {path}", why) from error


def _exported(
    conversations: Iterable[Conversation], wanted: str, *, as_list: bool
) -> Iterator[str]:
    """The texts of conversations, one after the other."""
    before = "["
    for conversation in conversations:
        text = form.line(form.as_json(conversation))
        if wanted == "markdown":
            yield ("\n" if before == ",\n" else "") + sanitize(
                form.markdown(conversation), terminal=False
            )
        else:
            yield before + text.rstrip("\n") if as_list and wanted == "json" else text
        before = ",\n"
    if as_list and wanted == "json":
        yield "[]\n" if before == "[" else "]\n"


def _of(chosen: Sequence[Entry]) -> str:
    return f"“{_titled(chosen[0])}”" if len(chosen) == 1 else _counted(len(chosen))


def _agreed(environment: Environment, what: str) -> bool:
    """Whether the user says yes.

    Raises:
        UsageError: there is nobody to ask.
    """
    ask = questions.confirm(environment)
    if ask is None:
        hint = "Add --yes to delete without being asked."
        raise UsageError("nothing was deleted", "there is nobody to ask", hint)
    return ask(f"Delete {what} for good?")


def _counted(count: int) -> str:
    return "1 conversation" if count == 1 else f"{count:,} conversations"


def _titled(entry: Entry | Found) -> str:
    return one_line(entry.title, _TITLE) or form.UNTITLED


def _texts(entry: Entry, when: str) -> tuple[str, ...]:
    title = _MARKS[entry.answered] + _titled(entry)
    return (entry.id, title, one_line(entry.model, _MODEL), str(entry.turns), when)


def _tabbed(rows: Iterable[Sequence[str]]) -> str:
    return "".join("\t".join(row) + "\n" for row in rows)


def _entry(entry: Entry) -> dict[str, object]:
    return {"schema": form.SCHEMA, **entry._asdict(), "updated": form.iso(entry.updated)}


def _found(result: Found) -> dict[str, object]:
    return {"schema": form.SCHEMA, **result._asdict(), "when": form.iso(result.when)}


def _bold(environment: Environment) -> Callable[[str], str]:
    """Puts a text in bold, where there are colours."""
    chosen = load.load(environment, {}).settings
    color = use_color(chosen.color, environment.environ, environment.stdout)
    return lambda text: f"{_BOLD}{text}{_RESET}" if color and text else text
