"""Patterns, exclusions, and which names of a folder are taken: without any folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimo_cli.attachments.listing import left_out, patterns
from mimo_cli.attachments.listing.left_out import Reason
from mimo_cli.attachments.listing.selection import (
    MOST_BYTES,
    MOST_FILES,
    MOST_FOLDERS,
    MOST_NAMES,
    Selection,
    TooMuchError,
    Total,
)
from mimo_cli.errors import UsageError

if TYPE_CHECKING:
    from mimo_cli.attachments.listing.left_out import LeftOut


def no_folder(_name: str) -> bool:
    return False


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("*.py", "a.py", True),
        ("*.py", "a.PY", False),
        ("*.py", "x/a.py", False),
        ("**/*.py", "a.py", True),
        ("**/*.py", "x/y/a.py", True),
        ("**/x/**/*.py", "x/a.py", True),
        ("**/x/**/*.py", "y/x/z/a.py", True),
        ("**/x/**/*.py", "y/a.py", False),
        ("**", "x/y", True),
        ("x/**", "x/y/z", True),
        ("[ab].py", "b.py", True),
        ("[!a].py", "a.py", False),
        ("?.py", "é.py", True),
        ("d***p/**c.py", "deep/xc.py", True),
        ("[].py", "[].py", True),
        ("[^a].py", "a.py", False),
        ("[[:digit:]]*", "1.py", True),
        ("\\[a\\]*", "[a].py", True),
        ("[a", "[a", True),
        ("caf\u00e9*", "cafe\u0301.txt", True),
        ("a?b", "a\nb", True),
        ("*\udcff", "x\udcff", True),
        ("*a*a*a*a*a*a*a*a*b", "a" * 300, False),
        (f"{'**/' * 30}x", "/".join("a" * 60), False),
    ],
)
def test_a_pattern_matches_paths_part_by_part(pattern: str, path: str, matches: bool) -> None:
    parts = pattern.split("/")
    if parts[-1] == "**":
        parts.append("*")
    found = patterns.compiled(parts, ignores_case=False)
    assert found.matches(path.split("/")) is matches


def test_where_case_does_not_count_it_does_not() -> None:
    found = patterns.compiled(("*.Py",), ignores_case=True)
    assert found.matches(("A.pY",))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("*.py", (".", ("*.py",))),
        ("./*.py", (".", ("*.py",))),
        ("src/**/*.py", ("src", ("**", "*.py"))),
        ("../here//x?/./a", ("../here/", ("x?", "a"))),
        ("/*", ("/", ("*",))),
        ("/a/b*/", ("/a", ("b*",))),
        ("src/**", ("src", ("**", "*"))),
    ],
)
def test_a_pattern_begins_with_a_folder(name: str, expected: tuple[str, tuple[str, ...]]) -> None:
    assert patterns.parted(name, no_folder) == expected


def test_a_pattern_does_not_go_back() -> None:
    with pytest.raises(UsageError, match=r"a/\*/\.\./b cannot be looked for: \.\. can stand"):
        patterns.parted("a/*/../b", no_folder)


@pytest.mark.parametrize(
    ("exclude", "left_out", "kept"),
    [
        ("*.log", ["a.log", "x/y/a.log", "old.log/"], ["log", "a.log.txt"]),
        ("node_modules", ["node_modules/", "x/node_modules/", "node_modules"], ["node_modules2/"]),
        ("build/", ["build/", "x/build/"], ["build"]),
        ("/build", ["build/", "build"], ["x/build"]),
        ("x/*.py", ["x/a.py"], ["a.py", "y/x/a.py", "x/y/a.py"]),
        ("src/x/*.py", ["x/a.py"], ["y/x/a.py"]),
        ("x/**", ["x/a", "x/y/"], ["x/", "y/x/a"]),
        ("**/x/a", ["x/a", "y/x/a"], ["x/b"]),
        ("./x/", ["x/"], ["y/x/", "x"]),
        ("**", ["a", "x/", "x/a"], []),
    ],
)
def test_what_is_excluded_is_left_out_as_by_gitignore(
    exclude: str, left_out: list[str], kept: list[str]
) -> None:
    selection = a_selection(exclude)
    for name in [*left_out, *kept]:
        path = tuple(name.rstrip("/").split("/"))
        assert selection.wants(path, is_folder=name.endswith("/")) is (name in kept), name
    assert selection.left_out == {f"src/{name}": "excluded" for name in left_out}


@pytest.mark.parametrize(
    ("exclude", "why"),
    [
        ("", "it names nothing"),
        ("./", "it names nothing"),
        ("!a", "nothing can be taken back"),
        ("../a", "it is within the folder that is named"),
    ],
)
def test_what_cannot_be_excluded_is_a_usage_error(exclude: str, why: str) -> None:
    with pytest.raises(UsageError) as caught:
        patterns.exclusion(exclude, ignores_case=False)
    assert (caught.value.what, caught.value.why) == (f"--exclude cannot be {exclude!r}", why)


def a_selection(*exclude: str, texts_alone: bool = True) -> Selection:
    exclusions = [patterns.exclusion(it, ignores_case=False) for it in exclude]
    return Selection("src/", "src/", exclusions, Total(), texts_alone=texts_alone)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        (".env", "hidden"),
        (".github", "hidden"),
        ("a.pem", "key"),
        ("A.PEM", "key"),
        ("deploy.key", "key"),
        ("x.p12", "key"),
        ("id_rsa", "key"),
        ("terraform.tfstate", "key"),
        ("terraform.tfstate.backup", "key"),
        (".netrc", "key"),
        (".npmrc", "key"),
        ("credentials.json", "key"),
        ("Credentials", "key"),
        ("photo.PNG", "media"),
        ("film.mp4", "media"),
        ("x.pyc", "binary"),
        ("index.ts", None),
        ("png", None),
        ("a.py", None),
    ],
)
def test_names_tell_what_is_never_sent(name: str, reason: Reason | None) -> None:
    selection = a_selection()
    assert selection.wants(("x", name), is_folder=False) is (reason is None)
    assert selection.left_out == ({f"src/x/{name}": reason} if reason else {})


def test_a_folder_that_is_left_out_is_noted_once_with_all_that_is_in_it() -> None:
    selection = a_selection("gen/")
    for name in (".git/a", ".git/b/c", "x/gen/a", "x/gen/b", "credentials/a.txt", "x/a.py"):
        assert selection.wants_whole(tuple(name.split("/"))) is (name == "x/a.py")
    assert selection.left_out == {
        "src/.git/": "hidden",
        "src/x/gen/": "excluded",
        "src/credentials/": "key",
    }


def test_media_of_a_pattern_are_taken() -> None:
    assert a_selection(texts_alone=False).wants(("a.png",), is_folder=False)
    assert not a_selection(texts_alone=False).wants((".a.png",), is_folder=False)


def test_the_limits_are_found_while_names_come() -> None:
    selection = a_selection()
    for number in range(MOST_FILES):
        selection.add((f"{number}",), 1)
    selection.add(("7",), 1)  # the same once more: git names what is not merged three times
    with pytest.raises(TooMuchError, match="src/ is too much: more than 500 files"):
        selection.add(("x",), 1)
    selection = a_selection()
    selection.add(("b",), MOST_BYTES)
    with pytest.raises(TooMuchError, match="src/ is too much: more than 10 MB"):
        selection.add(("a",), 1)
    assert [it.path for it in selection.files] == [("a",), ("b",)]
    selection = a_selection()
    for _ in range(MOST_NAMES):
        selection.count()
    with pytest.raises(TooMuchError, match="too many names to look through, more than 100,000"):
        selection.count()
    for _ in range(MOST_FOLDERS):
        selection.count_folder()
    with pytest.raises(TooMuchError, match="too many folders to look through, more than 10,000"):
        selection.count_folder()


def test_every_reason_has_its_words() -> None:
    for reason in get_args(Reason):
        one, several = left_out.of_several(reason, 1), left_out.of_several(reason, 2_000)
        assert one.startswith("1 ")
        assert several.startswith("2,000 ")
        assert left_out.of_one(reason)


def test_what_is_left_out_is_told_in_counts_and_keys_by_name() -> None:
    found: LeftOut = {"a": "binary", "b": "binary", ".c": "hidden"}
    found |= {f"{it}.pem": "key" for it in "def"}
    assert left_out.summary(found) == "3 look like keys (d.pem, e.pem, f.pem), 1 hidden, 2 not text"
    found |= {f"{it}.pem": "key" for it in "ghijklm"}
    assert "j.pem, k.pem, l.pem, m.pem)" in left_out.summary(found)
    found["n.pem"] = "key"
    assert "l.pem, m.pem and 1 more)" in left_out.summary(found)
    assert list(left_out.one_by_one(found, {}))[:3] == [
        "left out: a (not text)",
        "left out: b (not text)",
        "left out: .c (hidden)",
    ]


@given(st.lists(st.text(st.characters(blacklist_characters="/\0"), min_size=1), min_size=1))
def test_a_path_matches_itself_where_nothing_in_it_is_wild(parts: list[str]) -> None:
    found = patterns.compiled(
        ["".join(f"\\{it}" if it in "*?[\\" else it for it in part) for part in parts],
        ignores_case=False,
    )
    assert found.matches(parts)
