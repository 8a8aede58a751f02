"""The short form of a schema, and what is wrong with one."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mimo_cli.errors import UsageError
from mimo_cli.structured import short_form

if TYPE_CHECKING:
    from mimo_cli.api.protocol.messages import Json

STRING, INTEGER = {"type": "string"}, {"type": "integer"}


def array(items: Json) -> Json:
    return {"type": "array", "items": items}


@pytest.mark.parametrize(
    ("text", "properties"),
    [
        ("name", {"name": STRING}),
        (
            "name, age int, tags [str], bio: in one line",
            {
                "name": STRING,
                "age": INTEGER,
                "tags": array(STRING),
                "bio": {**STRING, "description": "in one line"},
            },
        ),
        (" a  float ,b bool : ", {"a": {"type": "number"}, "b": {"type": "boolean"}}),
        ("a string, b integer", {"a": STRING, "b": INTEGER}),
        ("a number, b boolean", {"a": {"type": "number"}, "b": {"type": "boolean"}}),
        ("a [[int]], b[str], c []", {"a": array(array(INTEGER)), "b": array(STRING), "c": None}),
        ("a [ [ int ] ]", {"a": array(array(INTEGER))}),
        ("a: x: y", {"a": {**STRING, "description": "x: y"}}),
        ("a:", {"a": STRING}),
        ("a int: one, b: two", {"a": None, "b": {**STRING, "description": "two"}}),
        (
            "a int: one, or more\n\nb\n",
            {"a": {**INTEGER, "description": "one, or more"}, "b": STRING},
        ),
        ("a, b int,\nc: x, y", {"a": STRING, "b": INTEGER, "c": None}),
        (
            "name: str, age: int, tags: [str]",
            {"name": STRING, "age": INTEGER, "tags": array(STRING)},
        ),
        ("a:float\nb: []", {"a": {"type": "number"}, "b": array(STRING)}),
        ("a int: str", {"a": {**INTEGER, "description": "str"}}),
        ("a: int or so", {"a": {**INTEGER, "description": "or so"}}),
        (
            "a: str,\nb: x,\nc: int，\n",
            {"a": STRING, "b": {**STRING, "description": "x"}, "c": INTEGER},
        ),
        ("名字、年龄 int；标签 [str]", {"名字": STRING, "年龄": INTEGER, "标签": array(STRING)}),
        (
            "\"name\", 'age' int, `x`: y, “名” [str], 「b」",
            {"name": None, "age": INTEGER, "x": None, "名": array(STRING), "b": None},
        ),
        ("हिन्दी, a_b-c.d$1", {"हिन्दी": STRING, "a_b-c.d$1": STRING}),
        ("a\r\nb", {"a": STRING, "b": STRING}),
        ("名字，年龄 int，简介：一句话", {"名字": STRING, "年龄": INTEGER, "简介": None}),
        ("naïve-key$ int, $ref, 1", {"naïve-key$": INTEGER, "$ref": STRING, "1": STRING}),
    ],
)
def test_fields_are_properties(text: str, properties: dict[str, Any]) -> None:
    schema = short_form.read(text)
    found = schema["properties"]
    assert list(found) == list(properties)
    for name, expected in properties.items():
        if expected is not None:
            assert found[name] == expected
    assert schema["required"] == list(properties)
    assert (schema["type"], schema["additionalProperties"]) == ("object", False)


@pytest.mark.parametrize(
    ("text", "type_", "description"),
    [
        ("int 1-5", "int", "1-5"),
        ("int (years)", "int", "(years)"),
        ("int(years)", "int", "(years)"),
        ("int == 5", "int", "== 5"),
        ("int (x = 5)", "int", "(x = 5)"),
        ("where x = 5", "str", "where x = 5"),
        ("int  # years", "int", "years"),
        ("int // years", "int", "years"),
        ("int #", "int", ""),
        ("string;", "str", ""),
        ("string ;", "str", ""),
        ("string; # the name", "str", "the name"),
        ("integer from 1 to 5", "int", "from 1 to 5"),
        ("boolean, if it is so", "bool", "if it is so"),
        ("str: the name", "str", "the name"),
        ("int；岁", "int", "；岁"),
        ("number 1-5", "float", "1-5"),
        ("number (kg)", "float", "(kg)"),
        ("number >= 0", "float", ">= 0"),
        ("number（kg）", "float", "（kg）"),
        ("string 'x'", "str", "'x'"),
        ("string1", "str", "string1"),
        ("number, in kg", "float", "in kg"),
        ("string.", "str", ""),
        ("[str] up to 5", "[str]", "up to 5"),
        ("[ str ] (up to 5)", "[str]", "(up to 5)"),
        ("[[int]];", "[[int]]", ""),
        ("[] of words", "[str]", "of words"),
        ("string of pearls", "str", "string of pearls"),
        ("number of items", "str", "number of items"),
        ("string-like", "str", "string-like"),
        ("int-like thing", "str", "int-like thing"),
        ("interesting facts", "str", "interesting facts"),
        ("integers", "str", "integers"),
        ("listed things", "str", "listed things"),
        ("object of desire", "str", "object of desire"),
        ("map of the town", "str", "map of the town"),
        ("a list of str", "str", "a list of str"),
        ("optional, in one line", "str", "optional, in one line"),
        ("none of these", "str", "none of these"),
        ("date", "str", "date"),
    ],
)
def test_a_description_that_begins_with_a_type_has_it(
    text: str, type_: str, description: str
) -> None:
    found = short_form.read(f"a: {text}\nb")["properties"]["a"]
    assert found == {**of(type_), **({"description": description} if description else {})}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("bio: short, friendly, age int", ("friendly",)),
        ("bio: short, friendly, warm, a, b: c", ("friendly", "warm", "a")),
        ("bio str: short, friendly", ("friendly",)),
        ("简介：短，好", ("好",)),
        ("name, bio: short", ()),
        ("bio: str, friendly", ()),
        ("bio: str (short), friendly", ("friendly",)),
        ("bio: short, age int, name", ()),
        ("bio: short, friendly\nage int", ()),
        ("bio: short, friendly\n", ("friendly",)),
        ("a, b, c", ()),
    ],
)
def test_fields_that_may_be_a_part_of_a_description(text: str, names: tuple[str, ...]) -> None:
    assert short_form.behind_descriptions(text) == names
    assert set(names) <= set(short_form.read(text)["properties"])


def test_what_stands_behind_the_colon_describes_a_field() -> None:
    found = short_form.read("简介：一句话， 短\nb: c")["properties"]
    assert found["简介"] == {**STRING, "description": "一句话， 短"}


@pytest.mark.parametrize(
    ("text", "why", "hint"),
    [
        ("a strng", "a has the unknown type strng", "Did you mean string? A type is"),
        ("a Int", "a has the unknown type Int", "Did you mean int? A type is"),
        (
            "a map",
            "a has the unknown type map",
            "A type is one of str, int, float, bool; [str] is a list.",
        ),
        ("a list[str]", "a has the unknown type list[str]", "A list is [str]."),
        ("a: List[Int]", "a has the unknown type List[Int]", "A list is [int]."),
        ("a str[]", "a has the unknown type str[]", "A list is [str]."),
        ("a: Array<string>", "a has the unknown type Array<string>", "A list is [string]."),
        ("a: Int", "a has the unknown type Int", "Did you mean int? A type is"),
        ("a: Int 1-5", "a has the unknown type Int", "Did you mean int? A type is"),
        ("a: String (x)", "a has the unknown type String", "Did you mean string? A type is"),
        ("a: list[str] up to 5", "a has the unknown type list[str]", "A list is [str]."),
        ("a: str[] or so", "a has the unknown type str[]", "A list is [str]."),
        ("a: list of str", "a has the unknown type list of str", "A list is [str]."),
        ("a: Array of numbers", "a has the unknown type Array of numbers", "A list is [number]."),
        ("a: list", "a has the unknown type list", "A type is one of"),
        ("a: list of things", "a has the unknown type list", "A type is one of"),
        ("a: dict", "a has the unknown type dict", "A type is one of"),
        ("a: datetime (UTC)", "a has the unknown type datetime", "A type is one of"),
        ("a: object;", "a has the unknown type object", "A type is one of"),
        ("a: [foo]", "a has the unknown type foo", "A type is one of"),
        ("a: [foo] up to 5", "a has the unknown type foo", "A type is one of"),
        ("a: [see below", "the brackets of a do not match", "The short form is"),
        ("a: [[str] up", "the brackets of a do not match", "The short form is"),
        *[
            (f"a: {text}", "a may be left out or be null: every field is required", "A JSON Schema")
            for text in (
                *("int?", "int ?", "[str]?", "str[]?", "Optional[int]", "optional str", "str?;"),
                *("int | None", "int|null", "string | undefined;", "null | string", "[str] | null"),
                *("int or None", "String or null"),
            )
        ],
        *[
            (f"a: {text}", "a has more than one type", "A JSON Schema")
            for text in ("int | str", "int/float", "int or string", "[int] | int", "Union[int]")
        ],
        *[
            (text, "a has a default: every field is required", "A JSON Schema can have one.")
            for text in (
                *('a: str = "x"', 'a: str="x"', "a: int =5", "a: [str] = []", "a: bool=true"),
                *("a: string = x", "a str = x", "a int=5", "a = x", "a: list[str] = []", "a =x"),
            )
        ],
        ("a: str; b: int;", "behind a stands another field, without a comma", "The short form is"),
        ("a: [str", "the brackets of a do not match", "The short form is"),
        (
            "a=str",
            "the name a=str has = (equals sign) in it",
            "A name has letters, digits, _ - . and $",
        ),
        ("a? int", "the name a? has ? (question mark) in it", "All fields are required"),
        ('"a b" int', "the name a b has space in it", "A name has letters"),
        ("a; b", "the name a; has ; (semicolon) in it", "A name has letters"),
        ('"a', 'the name "a has " (quotation mark) in it', "A name has letters"),
        ("first name", "first has the unknown type name", "A type is"),
        ("a [zzz]", "a has the unknown type zzz", "A type is"),
        ("a, b, a int", "the field a stands there twice", "The short form is: name, age int"),
        ("a,, b", "a field is empty", "The short form is"),
        ("a,", "a field is empty", "The short form is"),
        ("", "a field is empty", "The short form is"),
        ("a\n, b", "a field is empty", "The short form is"),
        (": x", "a field is empty", "The short form is"),
        ("a\n: x", "a field is empty", "The short form is"),
        ("a [str", "the brackets of a do not match", "The short form is"),
        ("a str]", "the brackets of a do not match", "The short form is"),
        ("a [str] [int]", "the brackets of a do not match", "The short form is"),
        ("a [str]]", "the brackets of a do not match", "The short form is"),
        ("[str]", "[str] has no name before its type", "The short form is"),
        ("a " + "[" * 50 + "]" * 50, "a has too many lists in lists", "The short form is"),
        ("a: " + "[" * 100_000 + "x", "the brackets of a do not match", "The short form is"),
        ("a: [" + " " * 100_000 + "x", "the brackets of a do not match", "The short form is"),
        ("(a), b", "the name (a) has ( (left parenthesis) in it", "A name has letters"),
        ("a " + "[" * 100_000, "the brackets of a do not match", "The short form is"),
        ("x" * 99 + " y", "x" * 59 + "… has the unknown type y", "A type is"),
    ],
)
def test_what_is_none_is_told(text: str, why: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        short_form.read(text)
    assert caught.value.message == f"the schema is not right: {why}"
    assert str(caught.value.hint).startswith(hint)


NAMES = st.text(st.characters(categories=["L", "N"]) | st.sampled_from("_-.$"), min_size=1)
TYPES = st.recursive(
    st.sampled_from(["str", "int", "float", "bool"]), lambda it: it.map("[{}]".format), max_leaves=3
)
WORDS = st.text(st.characters(exclude_categories=["Z", "C"])).map(
    lambda it: it.strip().rstrip(",\uff0c\u3001\uff1b")
)


def of(type_: str) -> Json:
    if type_.startswith("["):
        return array(of(type_[1:-1]))
    names = {"str": "string", "int": "integer", "float": "number", "bool": "boolean"}
    return {"type": names[type_]}


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=60, deadline=None)
@given(st.lists(st.tuples(NAMES, TYPES, WORDS), min_size=1, max_size=5, unique_by=lambda it: it[0]))
def test_what_is_written_is_read(fields: list[tuple[str, str, str]]) -> None:
    lines = [f"{name} {type_}" + f": {words}" * bool(words) for name, type_, words in fields]
    expected = {
        name: {**of(type_), **({"description": words} if words else {})}
        for name, type_, words in fields
    }
    has_commas = any({*",\uff0c\u3001\uff1b"} & {*words} for *_, words in fields)
    if len(lines) > 1 or not has_commas:
        assert short_form.read("\n".join([*lines, ""]) + "\n")["properties"] == expected
    if not has_commas:
        assert short_form.read(", ".join(lines))["properties"] == expected


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=60, deadline=None)
@given(st.lists(st.sampled_from([*"ab,:[] \n\t，：;", "int"])).map("".join))
def test_a_text_is_a_schema_or_told_to_be_none(text: str) -> None:
    with contextlib.suppress(UsageError):
        assert short_form.read(text)["properties"]
