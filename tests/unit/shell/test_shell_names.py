from __future__ import annotations

import sqlite3

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.kept_names import HOSTILE

from mimo_cli.history.file import migrations
from mimo_cli.history.rows import create
from mimo_cli.shell import names
from mimo_cli.shell.names import Name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("k3jq8z2m", True),
        ("aaaaaaaa", True),
        ("3kjq8z2m", False),  # they begin with a letter
        ("k3jq8z2", False),
        ("k3jq8z2mm", False),
        ("k3jq8z2i", False),  # too like a 1
        ("K3JQ8Z2M", False),
        ("k3jq8z2\n", False),
        ("", False),
        *((text, False) for text in HOSTILE),
    ],
)
def test_an_id_has_the_form_of_today(text: str, *, expected: bool) -> None:
    assert names.is_id(text) is expected


def test_ids_as_they_are_given_have_that_form() -> None:
    connection = sqlite3.connect(":memory:")
    for statement in migrations.STEPS[0]:
        connection.execute(statement)
    for _ in range(200):
        assert names.is_id(create(connection, "title", 1.0))
    connection.close()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *(("local", True), ("work-1", True), ("v2.6_beta", True), ("_x", True), ("工作", True)),
        *(("-p", False), (".hidden", False), ("", False), ("a b", False), ("a/b", False)),
        *(("a:b", False), ("a=b", False), ("a%b", False), ("x" * 101, False), ("a\u202eb", False)),
        *((text, False) for text in HOSTILE if not text.isalnum() or len(text) > 100),
    ],
)
def test_a_plain_name_is_one_word_that_means_nothing_to_a_shell(
    text: str, *, expected: bool
) -> None:
    assert names.is_plain(text) is expected


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.text(), st.floats(), st.text())
def test_a_line_is_always_one_of_three_cells(about: str, when: float, other: str) -> None:
    lines = names.to_lines([Name("local", about, when), Name("work", other)]).decode()
    rows = [line.split("\t") for line in lines.split("\n")]
    assert [len(row) for row in rows] == [3, 3, 1]
    assert rows[0][0] == "local"
    assert not {char for char in rows[0][1] if char < " " or "\x7f" <= char <= "\x9f"}
    assert len(rows[0][1]) <= 60
    assert rows[0][2].isdecimal()


def test_of_conversations_what_is_damaged_is_not_offered() -> None:
    titled = [
        ("k3jq8z2m", "A title", 5),
        ("$(touch oops)", "A title", 5.0),
        (b"k3jq8z2n", "A title", 5.0),
        ("k3jq8z2p", None, 5.0),
        ("k3jq8z2q", "A title", "soon"),
        ("k3jq8z2r", "Late", 1e300),
    ]
    found = names.conversations(titled)
    assert found == [Name("k3jq8z2m", "A title", 5.0), Name("k3jq8z2r", "Late", 1e300)]
    assert names.to_lines(found) == b"k3jq8z2m\tA title\t5\nk3jq8z2r\tLate\t0\n"


def test_of_a_table_the_plain_names_are_offered_with_what_says_what_they_are() -> None:
    table = {
        "review": {"prompt": "Review {input}", "system": "You review."},
        "system": {"system": "You judge."},
        "odd": {"prompt": 7},
        "no-table": "text",
        "$(x)": {"prompt": "evil"},
    }
    assert names.of_table(table, ("prompt", "system")) == [
        Name("review", "Review {input}"),
        Name("system", "You judge."),
        Name("odd"),
        Name("no-table"),
    ]


def test_no_more_are_offered_than_can_be_looked_through() -> None:
    table: dict[str, object] = {f"n{number}": {} for number in range(500)}
    assert len(names.of_table(table, ())) == names.MOST


def test_what_a_name_stands_for_shows_no_key() -> None:
    (line,) = names.to_lines([Name("k3mq82vw", "why is sk-c7x2q9w4e1r8t5y3")]).splitlines()
    assert line == "k3mq82vw\twhy is sk-…t5y3\t0".encode()
