from __future__ import annotations

import copy
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mimo_cli.common_phrases import both, chained, dotted, either, file_size, file_size_over, listed
from mimo_cli.phrases import NOTHING, Phrase, counted, reason, rendered, verbatim

if TYPE_CHECKING:
    from collections.abc import Callable

GERMAN = {
    "{what}: {why}": "{what} ({why})",
    "cannot read {file}": "{file} ist nicht zu lesen",
    "{before} or {last}": "{before} oder {last}",
}


def test_a_phrase_is_its_english_text() -> None:
    phrase = Phrase("{count:,} of {name!r}", count=1234, name="a{b}")
    assert phrase == "1,234 of 'a{b}'"
    assert not NOTHING


def test_phrases_within_a_phrase_are_rendered_in_its_language() -> None:
    inner = Phrase("cannot read {file}", file="a.txt")
    phrase = Phrase("{what}: {why}", what=inner, why=verbatim("No such file"))
    assert str(phrase) == "cannot read a.txt: No such file"
    assert phrase.rendered(GERMAN) == "a.txt ist nicht zu lesen (No such file)"
    assert Phrase("unknown").rendered(GERMAN) == "unknown"


def test_other_peoples_braces_are_left_alone() -> None:
    assert verbatim('{"error": {}}').rendered(GERMAN) == '{"error": {}}'


def test_a_secret_is_taken_out_of_the_values_at_any_depth() -> None:
    inner = Phrase("the key {key}", key="sk-1")
    phrase = Phrase("{why} of {count}", why=inner, count=5)
    shown = phrase.with_values(lambda text: text.replace("sk-1", "…"))
    assert shown == "the key … of 5"
    path = Phrase("{path} of {numbers}", path=Path("/sk-1"), numbers=[1])
    assert path.with_values(lambda text: text.replace("sk-1", "…")) == "/… of [1]"
    assert shown.template == phrase.template


@pytest.mark.parametrize(
    ("template", "value", "shown"),
    [
        ("{count:,} x", 12345678, "… x"),
        ("{count:,} of {count:.1f}", 123456789, "…9 of …9"),
        ("{count:04o}", 12345678, "…"),
        ("{name!r:>9}", "a12345678", "'a…'"),
        ("{count:,} x", 87654321, "87,654,321 x"),
    ],
)
def test_a_secret_is_taken_out_of_what_has_a_format(
    template: str, value: object, shown: str
) -> None:
    name = template[1:].partition("!" if "!" in template else ":")[0]
    phrase = Phrase(template, **{name: value})
    concealed = phrase.with_values(lambda text: text.replace("12345678", "…"))
    assert concealed.strip() == shown
    assert concealed.rendered({template: f"[{template}]"}).strip("[ ]") == shown
    assert concealed.with_values(str) == concealed


@pytest.mark.parametrize("broken", ["{wy}", "{why", "why}", "{}", "{0}", "{why.x}", "{why:,}"])
def test_a_broken_translation_is_english(broken: str) -> None:
    phrase = Phrase("no: {why}", why=Phrase("unknown"))
    assert phrase.rendered({"no: {why}": broken, "unknown": "x"}) == "no: x"


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0 files"), (1, "one file"), (1234, "1,234 files")]
)
def test_things_are_counted(count: int, text: str) -> None:
    assert counted(count, "one file", "{count:,} files") == text


def test_what_stands_beside_one_another() -> None:
    assert listed(["a", "b", "c"]) == "a, b, c"
    assert listed(["a", "b"]).rendered({"{before}, {last}": "{before}、{last}"}) == "a、b"
    assert dotted([Phrase("{count} s", count=3), "$0.50"]) == "3 s · $0.50"
    assert chained([Phrase("a key"), "b"]) == "a key; b"


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (OSError(2, "No such file or directory"), "no such file or directory"),
        (OSError(22, Phrase("it is a Folder")), "it is a Folder"),
        (OSError(Phrase("{file} is a link", file="a")), "a is a link"),
        (OSError(), ""),
        (ValueError("embedded null byte"), "embedded null byte"),
    ],
)
def test_why_something_failed_is_the_systems_word_or_our_own(error: Exception, why: str) -> None:
    assert reason(error) == why
    assert isinstance(reason(error), Phrase)


def test_cells_of_lists_may_be_phrases_or_data() -> None:
    assert rendered(Phrase("unknown"), {"unknown": "unbekannt"}) == "unbekannt"
    assert rendered("unknown", {"unknown": "unbekannt"}) == "unknown"


def test_alternatives() -> None:
    assert both(["a", "b", "c"]) == "a and b and c"
    assert either(["a", "b"]).rendered(GERMAN) == "a oder b"
    assert either(["a"]) == "a"


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy])
def test_a_copy_is_a_phrase_with_the_same_values(duplicate: Callable[[Phrase], Phrase]) -> None:
    phrase = Phrase("{a} {{}}", a="{}")
    again = duplicate(phrase)
    assert (again, again.template, dict(again.values)) == (phrase, phrase.template, phrase.values)


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 bytes"),
        (1, "one byte"),
        (1023, "1023 bytes"),
        (1024, "1.0 KB"),
        (1_258_291, "1.2 MB"),
        (1 << 31, "2,048.0 MB"),
    ],
)
def test_a_size_is_in_bytes_or_their_thousands(size: int, words: str) -> None:
    assert file_size(size) == words


@pytest.mark.parametrize(
    ("size", "words"),
    [(1025, "just over 1.0 KB"), (1080, "1.1 KB"), (1 << 20, "1.0 MB")],
)
def test_a_size_over_a_limit_does_not_read_as_the_limit(size: int, words: str) -> None:
    assert file_size_over(size, 1024) == words
