"""What `--schema` names: JSON Schema, as a text or in a file, or the short form of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mimo_cli.api.protocol.messages import Json


def read(what: str) -> Json:
    """Return the schema that is meant. Whether it is a right one, `validation.check_schema` tells.

    `{…` is JSON Schema, `@FILE` and the name of a file that is there are that file, all else is the
    short form.

    Raises:
        UsageError: the file cannot be read or holds no JSON object; the text is none of these.
    """
    raise NotImplementedError
