from __future__ import annotations

import time
import tomllib
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.bulk import some

from mimo_cli.config.toml.toml_text import (
    DEEPEST,
    MOST,
    MOST_LINES,
    find_excess,
    find_odd_sign,
    positions,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

DEEP = f"it is nested deeper than {DEEPEST} levels"
MANY = f"it has more than {MOST:,} keys and values"
LONG = f"it has more than {MOST_LINES:,} lines"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", ""),
        ("a = 1\n" * MOST, ""),
        ("a = 1\n" * (MOST + 1), MANY),
        ("[t]\n" * (MOST + 1), MANY),
        ("a = [" + "1," * MOST + "]", MANY),
        ("a.b.c.d.e = 1\n" * MOST, MANY),
        ("." * DEEPEST, ""),
        ("a." * (DEEPEST + 1) + "a = 1", DEEP),
        ("[" + "a . " * (DEEPEST + 1) + "a]", DEEP),
        ("a.a = 1\n" * (DEEPEST + 1), ""),
        ("a = " + "[" * DEEPEST + "]" * DEEPEST, ""),
        ("a = " + "[" * (DEEPEST + 1), DEEP),
        ("a = " + "{a = [" * DEEPEST, DEEP),
        ("a = [\n" * (DEEPEST + 1), DEEP),
        ("#\n" * MOST_LINES, ""),
        ("#\n" * (MOST_LINES + 1), LONG),
        # What is in texts and comments does not count, in whatever quotes, closed or not.
        *(
            (f"a = {quote}{'[[,.={' * MOST}{end}", "")
            for quote in ('"', "'", '"""', "'''", "#", '"""\n\\"""', "'''\n''")
            for end in ("", quote[:3])
        ),
        (f"a = '''{'[,' * MOST}'''\nb = {'[' * (DEEPEST + 1)}", DEEP),
        (f'a = """{"[," * MOST}"""""\nb = {"[" * (DEEPEST + 1)}', DEEP),
        ('a = "\\"[[["\n' * 100, ""),
        ('a = """' + "x\n" * 100_000 + '"""', ""),
    ],
)
def test_a_text_that_holds_too_much_is_told_before_it_is_parsed(text: str, why: str) -> None:
    assert find_excess(text) == why


@pytest.mark.slow
@pytest.mark.untraced
@pytest.mark.parametrize(
    "text",
    [
        *('"""' + '\\"""' * 60_000, '"' * 250_000, "'" * 250_000, "\\" * 250_000, '"\\' * 125_000),
        *("'''\n''" * 40_000, '"""\\\n' * 50_000, "#" * 250_000, "a" * 250_000, " \n" * 125_000),
        *("[" * 250_000, "." * 250_000, '"a".' * 60_000, '"""' + "\\" * 249_999, "x='" * 80_000),
    ],
)
def test_any_text_takes_linear_time(text: str) -> None:
    started = time.process_time()
    find_excess(text)
    positions(text)
    assert time.process_time() - started < 2


NAMES = st.sampled_from(["a", "b-c", "d_e", "1", "true"])
KEYS = NAMES | st.sampled_from(['"a.b"', "'c\"d'", '"\\u00e9"', '"\\U0001F600"', '"\\\\U"', '""'])
VALUES = st.sampled_from(
    [
        *("1", "-1.5e3", "true", '"x = 1"', "'y'", '"""\nb = 2\n[c]\n"""', "'''\na = 1\n''''"),
        *("[1, 2]", "[\n  1, # a = 3\n  [2]\n]", "[{a = 1}]", "1979-05-27 07:32:00", "{}"),
        *('{a = 1, b-c = {d_e = "}"}}', '"\\"#"'),
    ]
)


@st.composite
def documents(draw: st.DrawFn) -> str:
    """Texts of which many are TOML."""
    lines = []
    for _ in range(draw(st.integers(0, 6))):
        dot = draw(st.sampled_from([".", " . "]))
        key = dot.join(draw(st.lists(KEYS, min_size=1, max_size=3)))
        indent = draw(st.sampled_from(["", "  ", "\t"]))
        kind = draw(st.integers(0, 3))
        if kind == 0:
            lines.append(f"{indent}[{key}]  # a table")
        elif kind == 1:
            lines.append(draw(st.sampled_from(["", "# a = 1", "#[b]"])))
        else:
            lines.append(f"{indent}{key} = {draw(VALUES)}")
    return draw(st.sampled_from(["\n", "\r\n"])).join(lines)


def leaves(table: dict[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, value in table.items():
        yield (*path, name)
        if isinstance(value, dict):
            yield from leaves(value, (*path, name))


@settings(deadline=None, derandomize=True, max_examples=some(150))
@given(documents())
def test_every_key_is_found_with_its_value(text: str) -> None:
    try:
        content = tomllib.loads(text)
    except ValueError:
        positions(text)
        return
    found = positions(text)
    assert set(leaves(content)) == set(found)
    lines = text.split("\n")
    for path, (line, column) in found.items():
        value: Any = content
        for name in path:
            value = value[name]
        rest = "\n".join([lines[line - 1][column - 1 :], *lines[line:]])
        if column > 1:  # where it says that there is a value, there is this one
            assert any(is_value(rest[:end], value) for end in range(1, len(rest) + 1))
        else:
            assert isinstance(value, dict)


def is_value(text: str, value: Any) -> bool:
    try:
        return bool(tomllib.loads(f"a = {text}") == {"a": value})
    except ValueError:
        return False


# Signs that are not TOML's


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('model ＝ "x"', ((1, 7), "＝", "=")),
        ("a = 1\nmodel = “x”\n", ((2, 9), "“", '"')),
        ("model = ‘x’", ((1, 9), "‘", "'")),
        ("【profiles.x】", ((1, 1), "【", "[")),
        ("［profiles.x］", ((1, 1), "［", "[")),
        ("a\u3000= 1", ((1, 2), "\u3000", "a space")),
        ('stop = ["a"，"b"]', ((1, 12), "，", ",")),
        ("“model” = 1", ((1, 1), "“", '"')),
        ('s = """\n“ok”＝\n"""\nx ＝ 1', ((4, 3), "＝", "=")),
        ("t ＝ '“'", ((1, 3), "＝", "=")),
        ("a = \u22121", ((1, 5), "\u2212", "-")),
        ('a = "“x”" # ＝\n', None),
        ("a b", None),
        ("", None),
    ],
)
def test_a_sign_that_is_none_of_tomls_is_found(
    text: str, expected: tuple[tuple[int, int], str, str] | None
) -> None:
    assert find_odd_sign(text) == expected


@settings(derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(alphabet="“”‘’＝，［］　ab\"'=#\n[]{}., ", max_size=40))
def test_what_is_toml_has_no_odd_sign(text: str) -> None:
    try:
        tomllib.loads(text)
    except ValueError:
        return
    assert find_odd_sign(text) is None
