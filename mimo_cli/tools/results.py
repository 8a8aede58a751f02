"""What tools answered, as a script gives it: each result with the id of its call.

An id may be any text, also one with `=` in it: the longest that waits for a result is meant.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from mimo_cli.api.keys import mask_all
from mimo_cli.api.protocol.messages import ToolResult
from mimo_cli.common_phrases import listed
from mimo_cli.errors import UsageError
from mimo_cli.named_tuple import NamedTuple
from mimo_cli.phrases import Phrase, counted
from mimo_cli.tools.call_text import call_text

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Sequence

    from mimo_cli.api.protocol.messages import ToolUse

Kind = Literal["result", "file", "error"]

_OPTIONS: dict[Kind, str] = {
    "result": "--tool-result",
    "file": "--tool-result-file",
    "error": "--tool-error",
}
_FORMS: dict[Kind, str] = {"result": "ID=TEXT", "file": "ID=FILE", "error": "ID=TEXT"}
_SHOWN = 120
_NONE = Phrase("nothing waits for a result")
_NO_NAME = Phrase("its name is empty")


class Given(NamedTuple):
    """A result as it was given: by which option, and its value, `ID=…`."""

    kind: Kind
    value: str

    @property
    def option(self) -> str:
        """The option's name."""
        return _OPTIONS[self.kind]

    def ids(self) -> list[str]:
        """Return what its id can be, the longest first: what is before each `=`."""
        places = [place for place, char in enumerate(self.value) if char == "="]
        return [self.value[:place] for place in reversed(places)]


def check_form(given: Iterable[Given]) -> None:
    """Refuse what names no id.

    Raises:
        UsageError: one does not.
    """
    for it in given:
        if "=" not in it.value:
            form = _FORMS[it.kind]
            shown = mask_all(it.value)[:_SHOWN]
            what = Phrase("{option} cannot be {value}", option=it.option, value=shown)
            raise UsageError(what, Phrase("it is {form}", form=form))


def answers(
    given: Sequence[Given], pending: Sequence[ToolUse], read: Callable[[str], str]
) -> tuple[ToolResult, ...]:
    """Return the results of the calls that wait for them, in the order of the calls.

    `read` gives the text of a file, and is called when everything else is right.

    Raises:
        UsageError: an id is not one that waits, or is given twice; a call is left without a result;
            a file cannot be read.
    """
    waiting = {call.id: call for call in pending}
    found: dict[str, tuple[Given, str]] = {}
    for it in given:
        id_, text = _split(it, waiting)
        if id_ not in waiting:
            raise _unknown(id_, pending)
        if id_ in found:
            raise UsageError(Phrase("{id} has more than one result", id=mask_all(id_)[:_SHOWN]))
        if it.kind == "file" and not text:
            raise UsageError(Phrase("{option} needs a file", option=it.option), _NO_NAME)
        found[id_] = (it, text)
    if missing := [call for id_, call in waiting.items() if id_ not in found]:
        what = counted(len(missing), "a call has no result", "{count} calls have no result")
        hint = Phrase("Give each one: --tool-result ID=TEXT, or --tool-error ID=TEXT if it failed.")
        raise UsageError(what, told(missing), hint)
    return tuple(_result(id_, *found[id_], read) for id_ in waiting)


def name_all(given: Iterable[Given], calls: Iterable[ToolUse]) -> bool:
    """Return whether each result is for one of these calls."""
    known = {call.id for call in calls}
    return all(not known.isdisjoint(it.ids()) for it in given)


def _split(it: Given, known: Container[str]) -> tuple[str, str]:
    """Return a result's id, the first that can be one where none is known, and the rest."""
    ids = it.ids()
    id_ = next((one for one in ids if one in known), ids[-1])
    return id_, it.value[len(id_) + 1 :]


def _result(id_: str, it: Given, text: str, read: Callable[[str], str]) -> ToolResult:
    if it.kind == "file":
        text = read(text)
    return ToolResult(id_, text, is_error=it.kind == "error")


def _unknown(id_: str, pending: Sequence[ToolUse]) -> UsageError:
    what = Phrase("no call {id} waits for a result", id=mask_all(id_)[:_SHOWN])
    if not pending:
        return UsageError(_NONE, Phrase("the last answer of the conversation calls no tool"))
    return UsageError(what, Phrase("these do: {calls}", calls=told(pending)))


def told(calls: Iterable[ToolUse]) -> Phrase:
    """Return calls in words, each with its id. One at least."""
    return listed(f"{call.id} ({_short(call_text(call))})" for call in calls)


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
