"""The short form of a schema: `name, age int, tags [str], bio: in one line`. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mimo_cli.api.protocol.messages import Json


def read(text: str) -> Json:
    """Return the JSON Schema of a short form: an object, all of whose fields are required.

    Raises:
        UsageError: it is none.
    """
    raise NotImplementedError
