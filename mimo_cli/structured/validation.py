"""Whether a schema is right, and whether a value fits it: asked of a process that can be stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mimo_cli.named_tuple import NamedTuple

if TYPE_CHECKING:
    from mimo_cli.api.protocol.messages import Json
    from mimo_cli.input.programs import Means
    from mimo_cli.phrases import Phrase


class Misfit(NamedTuple):
    """Why a value does not fit: where, as `tags[2].name` ("" is the whole of it), and in what.

    Both are data, in English, with words of the schema and of the value: to be made inert before
    they are shown. A message has at most 200 characters.
    """

    path: str
    message: str


class UncheckableError(Exception):
    """It cannot be told whether a value fits: that takes too long, or too much. `why` says which."""

    def __init__(self, why: Phrase) -> None:
        super().__init__(why)
        self.why = why


def check_schema(schema: Json, means: Means) -> None:
    """Refuse a schema that is not right. Nothing is ever fetched.

    `means` are the program's own environment, of which the process gets next to nothing, and the
    signals that end it; `tick` is called meanwhile.

    Raises:
        UsageError: it is not right ("--schema is not right: …"), or cannot be checked in time.
        LocalIOError: the process cannot be started.
        Interrupted: a signal came.
    """
    raise NotImplementedError


def check_value(schema: Json, value: Any, means: Means) -> tuple[Misfit, ...]:
    """Return in what a value does not fit a schema that was checked: at most ten, () if it does.

    `value` is one that `json_text.value_of` gives; `means` as for `check_schema`.

    Raises:
        UncheckableError: it cannot be told.
        LocalIOError: the process cannot be started.
        Interrupted: a signal came.
    """
    raise NotImplementedError
