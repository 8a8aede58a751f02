"""Whether a schema is right, and whether a value fits it: asked of a process that can be stopped.

A pattern may take for ever (`(a+)+$`), a schema may lead to itself, and jsonschema fetches what a
schema refers to unless it is kept from it (`validator_process`, which alone imports it).
"""

from __future__ import annotations

import json
import signal
from typing import TYPE_CHECKING, Any

from mimo_cli.common_phrases import file_size, listed
from mimo_cli.errors import UsageError
from mimo_cli.input import own_process, programs
from mimo_cli.named_tuple import NamedTuple
from mimo_cli.phrases import NOTHING, Phrase, verbatim
from mimo_cli.structured import short_form

if TYPE_CHECKING:
    from mimo_cli.api.protocol.messages import Json

MOST_MISFITS = 10
OUT_OF_MEMORY = 3
"""The exit code of the process that has no memory left."""

_OLDER = (
    "https://json-schema.org/draft/2019-09/schema",
    "http://json-schema.org/draft-07/schema# (and -06, -04, -03)",
)
_SERVER = "mimo_cli.structured.validator_process"
_MOST_PRINTED = 256 * 1024  # bytes: ten misfits, or one problem, and then some
_TOO_LONG = (-getattr(signal, "SIGALRM", 0), -getattr(signal, "SIGXCPU", 0))


class Misfit(NamedTuple):
    """Why a value does not fit: where, as `tags[2].name` ("" is the whole of it), and in what.

    Both are data, in English, with words of the schema and of the value: to be made inert before
    they are shown. A message has at most 200 characters.
    """

    path: str
    message: str


class UnknownKeyword(NamedTuple):
    """A name in a schema that is no keyword and asks for nothing; and the one that is `meant`.

    Where it is a keyword of another draft, `draft` is that: "07".
    """

    name: str
    meant: str = ""
    draft: str = ""

    def phrase(self) -> Phrase:
        """Return it in words."""
        if self.draft:
            return Phrase("{name} (of draft {draft})", name=self.name, draft=self.draft)
        if not self.meant:
            return verbatim(self.name)
        return Phrase("{name} (did you mean {meant}?)", name=self.name, meant=self.meant)


class Cost(NamedTuple):
    """What one check may take: seconds once it is ready, and with its start; bytes."""

    seconds: float = 2.0
    in_all: float = 20.0
    memory: int = 512 << 20


OF_A_VALUE = Cost()
OF_A_SCHEMA = Cost(seconds=10.0)
"""It is the user's own, of thousands of fields perhaps: each takes half a millisecond."""


class UncheckableError(Exception):
    """It cannot be told whether a value fits: that takes too long or too much, as `why` says."""

    def __init__(self, why: Phrase) -> None:
        super().__init__(why)
        self.why = why


def check_schema(
    schema: Json, means: programs.Means, cost: Cost = OF_A_SCHEMA
) -> tuple[UnknownKeyword, ...]:
    """Refuse a schema that is not right; return what of it is passed over. Nothing is ever fetched.

    `means` are the program's own environment, of which the process gets next to nothing, and the
    signals that end it; `tick` is called meanwhile.

    Raises:
        UsageError: it is not right, or cannot be checked in time.
        LocalIOError: the process cannot be started.
        Interrupted: a signal came.
    """
    try:
        found = _ask({"schema": schema}, means, cost)
    except UncheckableError as error:
        raise UsageError(Phrase("the schema cannot be checked"), error.why) from error
    if problem := found["problem"]:
        why = _why(problem["kind"], problem["text"], problem.get("at", ""))
        raise UsageError(Phrase("the schema is not right"), why, _hint(problem))
    return tuple(UnknownKeyword(*it) for it in found["unknown"])


def check_value(
    schema: Json, value: Any, means: programs.Means, cost: Cost = OF_A_VALUE
) -> tuple[Misfit, ...]:
    """Return in what a value does not fit a schema that was checked: at most ten, () if it does.

    `value` is one that `json_text.held_by` gives; `means` as for `check_schema`.

    Raises:
        UncheckableError: it cannot be told.
        LocalIOError: the process cannot be started.
        Interrupted: a signal came.
    """
    found = _ask({"schema": schema, "value": value}, means, cost)
    if found is None:
        raise UncheckableError(Phrase("the schema leads to itself without an end"))
    return tuple(Misfit(path, message) for path, message in found)


def _ask(question: Json, means: programs.Means, cost: Cost) -> Any:
    """Return what the process answers.

    Raises:
        UncheckableError: it takes too long or too much, or fails.
        LocalIOError: it cannot be started.
    """
    what = Phrase("cannot check JSON by its schema")
    text = json.dumps({**question, "cost": cost})
    try:
        done = own_process.run(_SERVER, text, means, what, seconds=cost.in_all, most=_MOST_PRINTED)
    except programs.LateError as error:
        raise UncheckableError(_takes_longer(cost.in_all)) from error
    except programs.ExcessError as error:  # pragma: no cover - all that is printed is bounded
        raise UncheckableError(Phrase("what is told of it has no end")) from error
    if done.code in _TOO_LONG:
        raise UncheckableError(_takes_longer(cost.seconds))
    if done.code == OUT_OF_MEMORY:
        most = file_size(cost.memory)
        raise UncheckableError(Phrase("it takes more than {size} of memory", size=most))
    if done.code != 0:
        complaint = verbatim(done.complaint or str(done.code))
        raise UncheckableError(Phrase("checking it failed: {why}", why=complaint))
    return json.loads(done.output)


def _takes_longer(seconds: float) -> Phrase:
    return Phrase("it takes longer than {seconds:g} seconds", seconds=seconds)


def _why(kind: str, text: str, at: str) -> Phrase:
    """Return why a schema is not right, in words."""
    match kind:
        case "invalid":
            return _at(at, text)
        case "nothing":
            return Phrase("nothing in it is a keyword of JSON Schema that values are checked by")
        case "dialect":
            return Phrase('its "$schema" is not known: {uri}', uri=text)
        case "remote":
            template = "a reference leads out of it, and nothing is fetched: {reference}"
            return Phrase(template, reference=text)
        case "nowhere":
            return Phrase("a reference leads nowhere: {reference}", reference=text)
        case "circle":
            return Phrase("a reference leads to itself without an end: {reference}", reference=text)
        case _:
            return verbatim(text)


def _hint(problem: dict[str, str]) -> Phrase:
    """Return what may be done: a schema stands within it, or something else is meant."""
    match problem:
        case {"within": place}:
            return Phrase("A schema stands within it, in {place}: give that alone.", place=place)
        case {"defined": place}:
            template = 'It only defines schemas; what refers to one is missing: "$ref": "{place}"'
            return Phrase(template, place=place)
        case {"type": name}:
            return Phrase("JSON Schema has types in small letters: {name}", name=name)
        case {"meant": name}:
            return Phrase("Did you mean {uri}?", uri=name)
        case {"kind": "dialect"}:
            names = listed(["https://json-schema.org/draft/2020-12/schema", *_OLDER])
            return Phrase("Known are {names}; without one it is the first.", names=names)
        case {"kind": "nothing"}:
            return short_form.SHORT
        case _:
            return NOTHING


def _at(at: str, text: str) -> Phrase:
    return Phrase("at {place}: {problem}", place=at, problem=text) if at else verbatim(text)
