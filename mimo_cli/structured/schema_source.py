"""What `--schema` names: JSON Schema, as a text or in a file, or the short form of one."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from mimo_cli.common_phrases import file_size, file_size_over
from mimo_cli.errors import UsageError
from mimo_cli.input import file_bytes, file_reading
from mimo_cli.input.file_names import file_name
from mimo_cli.named_tuple import NamedTuple
from mimo_cli.phrases import NOTHING, Phrase
from mimo_cli.structured import short_form, strict_json
from mimo_cli.text import decoding, punctuation
from mimo_cli.text.text_format import TextFormat

if TYPE_CHECKING:
    from mimo_cli.api.protocol.messages import Json

LARGEST = 1024 * 1024
"""Bytes of a schema's file."""

_MARK = "\ufeff"
_WHAT = Phrase("the schema is not right")
_WORD_END = r"[\s,:\uff0c\uff1a]"


class Source(NamedTuple):
    """A schema; of its short form the fields that may be a part of a description: `doubtful`."""

    schema: Json
    doubtful: tuple[str, ...] = ()


def read(what: str) -> Source:
    """Return the schema that is meant. Whether it is a right one, `validation.check_schema` tells.

    `{…` is JSON Schema, `@FILE` and the name of a file that is there are that file, all else is the
    short form. The name of a folder is refused: that a field was meant by it is not likely. An
    address is refused too: nothing is fetched.

    Raises:
        UsageError: the file cannot be read or holds no JSON object; the text is none of these.
    """
    if what.startswith(punctuation.AT):
        sign = punctuation.describe(punctuation.AT)
        hint = Phrase("@FILE reads a file.")
        raise UsageError(_WHAT, Phrase("it begins with {sign}", sign=sign), hint)
    if what.startswith("@"):
        return Source(_in_file(os.path.expanduser(what[1:])))  # noqa: PTH111 - any name will do
    bare = what.strip().lstrip(_MARK)
    if bare.startswith("{"):
        return Source(_schema(decoding.check_words(bare, TextFormat(), Phrase("the schema"))))
    if _is_there(what):
        return Source(_in_file(what))
    if _names_file(bare) or _is_address(bare):
        return Source(_in_file(os.path.expanduser(bare)))  # noqa: PTH111 - same
    if bare.startswith("[") or bare in ("true", "false"):
        hint = NOTHING if _is_json(bare) else short_form.SHORT
        raise UsageError(_WHAT, Phrase("it is no JSON object"), hint)
    if not bare:
        raise UsageError(_WHAT, Phrase("it is empty"))
    words = decoding.check_words(bare, TextFormat(), Phrase("the schema"))
    return Source(short_form.read(words), short_form.behind_descriptions(words))


def _is_there(name: str) -> bool:
    return "\0" not in name and os.path.exists(name)  # noqa: PTH110 - a text, and any will do


def _is_address(text: str) -> bool:
    return bool(re.match(r"[a-z][a-z0-9+.-]*://", text, re.IGNORECASE))


def _names_file(text: str) -> bool:
    """Return whether a text looks like a file's name; a slash in a description is none."""
    is_line = len(text.splitlines()) == 1
    return is_line and (text.endswith(".json") or "/" in re.split(_WORD_END, text, maxsplit=1)[0])


def _in_file(path: str) -> Json:
    if not path:
        raise UsageError(_WHAT, Phrase("@ stands there without a file's name"))
    name = file_name(path)
    unread = Phrase("cannot read {file}", file=name)
    if "\0" not in path and not os.path.lexists(path):
        if _is_address(path):
            hint = Phrase("A schema is a file, JSON Schema, or its short form.")
            raise UsageError(_WHAT, Phrase("it is an address, and nothing is fetched"), hint)
        hint = Phrase("A schema is a file, JSON Schema, or fields: name, age int, tags [str]")
        raise UsageError(unread, Phrase("there is no such file"), hint)
    if "\0" not in path and os.path.isdir(path):  # noqa: PTH112 - any name will do
        field = Phrase("A field of that name is: {name} str", name=path)
        hint = field if path.isidentifier() else NOTHING
        raise UsageError(unread, Phrase("it is a folder"), hint)
    data = file_reading.read(path, _limit)
    return of_file(file_reading.decode_file(data, name, TextFormat()), name)


def of_file(text: str, name: str) -> Json:
    """Return the schema in the text of a file.

    Raises:
        UsageError: it holds no JSON object.
    """
    return _schema(text.lstrip(_MARK), Phrase("cannot use {file} as a schema", file=name))


def _limit(read: file_bytes.Read) -> int:
    if read.size > LARGEST:
        largest = file_size(LARGEST)
        why = Phrase(
            "it has {size}; a schema has {largest} at most",
            size=file_size_over(read.size, LARGEST),
            largest=largest,
        )
        raise UsageError(Phrase("{name} is too large", name=read.name), why)
    return LARGEST


def _schema(text: str, what: Phrase = _WHAT) -> Json:
    from mimo_cli.api.protocol.json_text import exact

    try:
        schema = strict_json.read(text)
    except strict_json.NoJsonError as error:
        raise UsageError(what, error.why, _hint(text)) from error
    if not isinstance(schema, dict):
        raise UsageError(what, Phrase("it is no JSON object"))
    return exact.storable(schema)


def _is_json(text: str) -> bool:
    try:
        strict_json.read(text)
    except strict_json.NoJsonError:
        return False
    return True


def _hint(text: str) -> Phrase:
    """Return what may be meant by a text, or a file, that holds no JSON."""
    if re.match(r"\s*\{\s*\w", text):
        return short_form.SHORT
    if text.lstrip().startswith(("{", "[")):
        return NOTHING
    return Phrase("A file holds JSON Schema; the short form is given as it is.")
