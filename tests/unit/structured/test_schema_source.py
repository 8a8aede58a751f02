"""What a user may name as a schema."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from mimo_cli.errors import UsageError
from mimo_cli.structured import schema_source

if TYPE_CHECKING:
    from pathlib import Path

SCHEMA = {"type": "object", "properties": {"a": {"type": "string"}}}
TEXT = '{"type": "object", "properties": {"a": {"type": "string"}}}'
NOT_RIGHT = "the schema is not right"
TWICE = '{"a": 1, "a": 2}'


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "s.json").write_text(TEXT)
    (tmp_path / "marked").write_bytes(b"\xef\xbb\xbf" + TEXT.encode() + b"\n")
    (tmp_path / "a b").write_text(TEXT)
    (tmp_path / "天.json").write_text(TEXT)
    (tmp_path / "wide.json").write_bytes(TEXT.encode("utf-16"))
    (tmp_path / "list.json").write_text("[]")
    (tmp_path / "true").write_text("true")
    (tmp_path / "short").write_text("name, age int")
    (tmp_path / "broken.json").write_text('{\n  "a": 1,\n}')
    (tmp_path / "twice.json").write_text(TWICE)
    (tmp_path / "nan.json").write_text('{"const": NaN}')
    (tmp_path / "latin.json").write_bytes(b'{"title": "\xe9"}')
    (tmp_path / "empty.json").write_text(" \n")
    (tmp_path / "large.json").write_bytes(b"{" + b" " * schema_source.LARGEST)
    (tmp_path / "folder").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize(
    "what",
    [
        *(TEXT, f"\n {TEXT} ", f"\ufeff{TEXT}", "s.json", "@s.json", "./s.json", "@~/s.json"),
        *("~/s.json", "marked", "a b", "@a b", "天.json", "./folder/../s.json", "wide.json"),
    ],
)
def test_json_schema_is_a_text_or_a_file(what: str) -> None:
    assert schema_source.read(what).schema == SCHEMA


@pytest.mark.parametrize(
    ("what", "names"),
    [
        ("name, age int", ["name", "age"]),
        ("folder str", ["folder"]),
        ("folder, short", ["folder", "short"]),
        ("url: such as https://x.org/", ["url"]),
        ("a: 1/2, b", ["a", "b"]),
        ("a\nb.json", ["a", "b.json"]),
        ("\ufeffa", ["a"]),
        ("x" * 5000, ["x" * 5000]),
    ],
)
def test_all_else_is_the_short_form(what: str, names: list[str]) -> None:
    assert list(schema_source.read(what).schema["properties"]) == names


def test_a_schema_comes_through_a_pipe() -> None:
    reading, writing = os.pipe()
    os.write(writing, TEXT.encode())
    os.close(writing)
    try:
        assert schema_source.read(f"/dev/fd/{reading}").schema == SCHEMA
    finally:
        os.close(reading)


@pytest.mark.parametrize("what", ["[name, age int]", "{name, age int}", "[str]", "{ name: str }"])
def test_what_was_meant_as_the_short_form_is_told_what_that_is(what: str) -> None:
    with pytest.raises(UsageError) as caught:
        schema_source.read(what)
    assert str(caught.value.hint).startswith("The short form is: name, age int")


@pytest.mark.parametrize(
    ("what", "told"),
    [
        ("none.json", "cannot read none.json: there is no such file"),
        ("@none", "cannot read none: there is no such file"),
        ("./none", "cannot read ./none: there is no such file"),
        ("folder/none", "cannot read folder/none: there is no such file"),
        ("my folder/none.json", "cannot read my folder/none.json: there is no such file"),
        ("./folder", "cannot read ./folder: it is a folder"),
        ("@folder", "cannot read folder: it is a folder"),
        ("folder", "cannot read folder: it is a folder"),
        (".", "cannot read .: it is a folder"),
        *[
            (it, f"{NOT_RIGHT}: it is an address, and nothing is fetched")
            for it in (
                *("https://x.org/s.json", "http://k:geheim@x.org", "HTTPS://X.ORG/a b, c int"),
                *("@https://x.org/s.json", "file:///s.json", " https://x.org/s "),
            )
        ],
        ("@", f"{NOT_RIGHT}: @ stands there without a file's name"),
        ("\uff20s.json", f"{NOT_RIGHT}: it begins with \uff20 (fullwidth commercial at)"),
        ("a/\0", "cannot read 'a/\\x00': embedded null byte"),
        ("", f"{NOT_RIGHT}: it is empty"),
        (" \n", f"{NOT_RIGHT}: it is empty"),
        ("[]", f"{NOT_RIGHT}: it is no JSON object"),
        ("false", f"{NOT_RIGHT}: it is no JSON object"),
        ('{"a": 1', f"{NOT_RIGHT}: it is not valid JSON (line 1, column 8: expecting ',' delim"),
        (TEXT + "}", f"{NOT_RIGHT}: it is not valid JSON (line 1, column 60: extra data)"),
        (TWICE, f'{NOT_RIGHT}: the name "a" stands twice in one object'),
        ('{"a":' * 5000, f"{NOT_RIGHT}: it is nested deeper than 100 levels"),
        ('{"a":' * 100 + "1" + "}" * 100, f"{NOT_RIGHT}: it is nested deeper than 100 levels"),
        ('{"a": "\udcff"}', "the schema is not UTF-8 text"),
        ("\udcff", "the schema is not UTF-8 text"),
        ("list.json", "cannot use list.json as a schema: it is no JSON object"),
        ("@true", "cannot use true as a schema: it is no JSON object"),
        ("short", "cannot use short as a schema: it is not valid JSON (line 1, column 1: exp"),
        (
            "broken.json",
            "cannot use broken.json as a schema: it is not valid JSON (line 3, column 1",
        ),
        ("twice.json", 'cannot use twice.json as a schema: the name "a" stands twice in one obj'),
        ("nan.json", "cannot use nan.json as a schema: JSON has no number NaN"),
        ("latin.json", "latin.json is not utf-8 text: byte 0xE9 at offset 11"),
        ("empty.json", "empty.json is empty"),
        ("large.json", "large.json is too large: it has just over 1.0 MB; a schema has 1.0 MB at"),
        ("name strng", f"{NOT_RIGHT}: name has the unknown type strng"),
    ],
)
def test_what_is_no_schema_is_told(what: str, told: str) -> None:
    with pytest.raises(UsageError) as caught:
        schema_source.read(what)
    assert caught.value.message.startswith(told)


def test_a_field_with_the_name_of_a_folder_is_told_how_to_be_written() -> None:
    with pytest.raises(UsageError) as caught:
        schema_source.read("folder")
    assert caught.value.hint == "A field of that name is: folder str"
    with pytest.raises(UsageError) as caught:
        schema_source.read("./folder")
    assert caught.value.hint == ""


def test_a_half_of_a_character_is_none() -> None:
    assert schema_source.read('{"title": "\\ud800"}').schema == {
        "title": "\N{REPLACEMENT CHARACTER}"
    }
