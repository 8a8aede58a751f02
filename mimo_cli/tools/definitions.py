"""Definitions of tools as a script gives them: JSON to tools. Pure."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from mimo_cli.api.protocol.json_text.exact import SINGLE, TwiceError, storable
from mimo_cli.api.protocol.messages import Tool
from mimo_cli.errors import ProtocolError, UsageError
from mimo_cli.named_tuple import NamedTuple
from mimo_cli.phrases import NOTHING, Phrase, verbatim
from mimo_cli.tools import schema_shapes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mimo_cli.api.protocol.messages import Json

LARGEST = 1024 * 1024
"""Bytes of definitions."""

_NAME = r"[A-Za-z0-9_-]{1,128}"
_OURS = ("custom", "function")
"""Types of tools that the caller runs: the service's word, and OpenAI's."""
_SCHEMAS = ("input_schema", "inputSchema", "parameters")
"""What the schema is called: by the service, by MCP, by OpenAI."""
_INNER = ("function", "toolSpec")
"""What a definition within a definition is called: by OpenAI, by Bedrock."""
_LISTS = ("functionDeclarations", "function_declarations")
"""What a list of definitions within one is called: by Gemini."""
_OWN = (
    *("googleSearch", "googleSearchRetrieval", "codeExecution", "urlContext", "googleMaps"),
    *("google_search", "google_search_retrieval", "code_execution", "url_context", "google_maps"),
    *("computerUse", "fileSearch", "enterpriseWebSearch", "retrieval", "cachePoint", "systemTool"),
    *("computer_use", "file_search", "enterprise_web_search"),
)
"""What stands where a tool's definition would, and is run by its service: Gemini's, Bedrock's."""
_ABOUT = ("title", "name", "description")
_KNOWN = {"name", "description", "type", *_INNER, *_SCHEMAS}
_SHOWN = 60


class Definitions(NamedTuple):
    """Tools that are offered; and fields of their definitions that are not sent.

    `bare` are the tools that have such fields, and no schema.
    """

    tools: tuple[Tool, ...]
    unsent: tuple[str, ...] = ()
    bare: tuple[str, ...] = ()


def read(text: str, name: str) -> Definitions:
    """Return the tools that a text defines; `name` is what to call it: a file's name.

    It is an array of definitions, an object with such an array as `tools`, or one definition, each
    in the service's shape, MCP's, OpenAI's, Gemini's or Bedrock's.

    Raises:
        UsageError: it is not JSON, or not a definition.
    """
    entries = _entries(_parsed(text, name), name)
    tools: dict[str, Tool] = {}
    unsent: dict[str, None] = {}
    bare: list[str] = []
    for place, entry in enumerate(entries, 1):
        tool = _tool(entry, _Place(name, place))
        if tool.name in tools:
            raise _wrong(name, Phrase("it defines {tool} twice", tool=tool.name))
        tools[tool.name] = tool
        others = dict.fromkeys(_unsent(entry))
        unsent |= others
        if others and _given_schema(_defining(entry)) is None:
            bare.append(tool.name)
    return Definitions((*tools.values(),), (*unsent,), (*bare,))


def of_request(request: Json) -> tuple[Tool, ...]:
    """Return the tools that a request offers, of whose JSON this is what was kept."""
    raw = request.get("tools")
    return tuple(_kept(raw if isinstance(raw, list) else ()))


def _kept(raw: Iterable[object]) -> Iterator[Tool]:
    for entry in raw:
        match entry:
            case {"name": str(name), "input_schema": dict(schema), "description": str(about)}:
                yield Tool(name, schema, about)
            case {"name": str(name), "input_schema": dict(schema)}:
                yield Tool(name, schema)
            case _:
                pass  # of another version: nothing that could be offered


class _Place(NamedTuple):
    """Where a definition stands: the file, and which one of it, from 1."""

    file: str
    number: int

    def wrong(self, why: Phrase, name: str = "", hint: Phrase = NOTHING) -> UsageError:
        """Return the error for a definition, which is called by its name, if it has one."""
        which = verbatim(name[:_SHOWN]) if name else Phrase("tool {number}", number=self.number)
        return _wrong(self.file, Phrase("{tool}: {why}", tool=which, why=why), hint)


def _wrong(file: str, why: Phrase, hint: Phrase = NOTHING) -> UsageError:
    return UsageError(Phrase("the definitions in {file} are not right", file=file), why, hint)


def _parsed(text: str, name: str) -> Any:
    try:
        return SINGLE.decode(text)
    except json.JSONDecodeError as error:
        template = "it is not JSON (line {line}, column {column}: {problem})"
        where = {"line": error.lineno, "column": error.colno, "problem": error.msg.lower()}
        raise _wrong(name, Phrase(template, **where)) from error
    except RecursionError as error:
        raise _wrong(name, _TOO_DEEP) from error
    except TwiceError as error:
        raise _wrong(name, error.phrase()) from error
    except ValueError as error:
        why = Phrase("it holds a number that JSON does not have, or one that is out of range")
        raise _wrong(name, why) from error


def _entries(value: object, file: str) -> list[Any]:
    return [
        _titled(tool)
        for number, entry in enumerate(_listed(value, file), 1)
        for tool in _declared(entry, _Place(file, number))
    ]


def _declared(entry: object, place: _Place) -> list[Any]:
    """Return the definitions that an entry stands for: where it has no list of some, itself."""
    if not isinstance(entry, dict):
        return [entry]
    if "name" not in entry and (own := next((it for it in _OWN if it in entry), "")):
        raise place.wrong(Phrase("{tool} is another service's own", tool=json.dumps(own)))
    return next((entry[it] for it in _LISTS if isinstance(entry.get(it), list)), [entry])


def _titled(entry: Any) -> Any:
    """Return a definition that is a schema alone (LangChain's) with its title as its name."""
    match entry:
        case {"type": str(kind), "properties": dict(), **others} if kind.lower() == "object":
            schema = {name: it for name, it in entry.items() if name not in _ABOUT}
            known = {name: it for name, it in others.items() if name in _ABOUT[1:]}
            return {"name": entry.get("name", entry.get("title")), **known, "input_schema": schema}
        case _:
            return entry


def _listed(value: object, file: str) -> list[Any]:
    match value:
        case list():
            return value
        case {"tools": list(tools)} | {"functions": list(tools)}:
            return tools
        case {"result": {"tools": list(tools)}} | {"toolConfig": {"tools": list(tools)}}:
            return tools  # what a server of MCP answers, and what Bedrock is asked
        case dict():
            return [value]
        case _:
            raise _wrong(file, Phrase("it is no array of definitions, and no definition"))


def _tool(entry: object, place: _Place) -> Tool:
    if not isinstance(entry, dict):
        raise place.wrong(Phrase("it is no object"))
    inner = _defining(entry)
    name, kind = inner.get("name"), entry.get("type")
    if kind is not None and kind not in _OURS:
        why = Phrase("its type {type} is another service's own", type=json.dumps(kind)[:_SHOWN])
        raise place.wrong(why, name if isinstance(name, str) else "")
    if not isinstance(name, str) or not name:
        raise place.wrong(Phrase("it has no name"))
    if not re.fullmatch(_NAME, name):
        raise place.wrong(Phrase("a name is 1 to 128 of A-Z a-z 0-9 _ -"), name)
    about = inner.get("description")
    if about is not None and not isinstance(about, str):
        raise place.wrong(Phrase("its description is no text"), name)
    return Tool(name, _schema(inner, place, name), about if about and about.strip() else None)


def _defining(entry: Json) -> Json:
    """Return what has the name and the schema: in some shapes an object within the object."""
    return next((entry[name] for name in _INNER if isinstance(entry.get(name), dict)), entry)


def _given_schema(inner: Json) -> object:
    """Return a definition's schema, None where it has none."""
    schema: Any = next((inner[key] for key in _SCHEMAS if inner.get(key) is not None), None)
    is_bedrocks = isinstance(schema, dict) and [*schema] == ["json"]
    return schema["json"] if is_bedrocks else schema


def _schema(inner: Json, place: _Place, name: str) -> Json:
    schema = _given_schema(inner)
    if schema is None and (other := next(filter(_may_be_schema, inner), None)):
        template = "it has no input_schema, and {field} is not known"
        raise place.wrong(Phrase(template, field=json.dumps(other)[:_SHOWN]), name)
    schema = {} if schema is None else schema
    if not isinstance(schema, dict):
        raise place.wrong(Phrase("its input_schema is no object"), name)
    if schema and not schema_shapes.has_keyword(schema):
        raise place.wrong(Phrase("its input_schema has no keyword of JSON Schema"), name, _SHAPE)
    try:
        kept: Json = schema_shapes.plain(storable(schema))
    except ProtocolError as error:
        raise place.wrong(_TOO_DEEP, name) from error
    kind = kept.get("type", "object")
    if kind != "object":
        why = Phrase("its input_schema has the type {type}", type=json.dumps(kind)[:_SHOWN])
        raise place.wrong(why, name)
    return {"type": "object", **kept} if kept else {"type": "object", "properties": {}}


def _may_be_schema(field: str) -> bool:
    """Return whether a field of a definition may be meant as its schema."""
    is_output = field.lower().startswith("output")  # MCP's schema of results
    return bool(re.search(r"schema|param|argument", field, re.IGNORECASE)) and not (
        is_output or field in _KNOWN
    )


def _unsent(entry: Json) -> Iterator[str]:
    inner = _defining(entry)
    yield from (it for it in {**entry, **inner} if it not in _KNOWN)


def told_of_unsent(found: Definitions) -> Phrase:
    """Return what to say of fields that are not sent; nothing if there are none."""
    if not found.unsent:
        return NOTHING
    names = ", ".join(name[:_SHOWN] for name in found.unsent[:_MOST_NAMED])
    return Phrase("of the tools' definitions these are not sent: {fields}", fields=names)


def told_of_bare(found: Definitions) -> Phrase:
    """Return what to say of tools that have other fields, but no schema; nothing without any."""
    if not found.bare:
        return NOTHING
    names = ", ".join(found.bare[:_MOST_NAMED])
    return Phrase("without an input_schema, so without an input: {tools}", tools=names)


_MOST_NAMED = 10
_EXAMPLE = '{"type": "object", "properties": {"city": {"type": "string"}}}'
_SHAPE = Phrase("One that takes a city: {schema}", schema=_EXAMPLE)
_TOO_DEEP = Phrase("it is nested too deeply")
