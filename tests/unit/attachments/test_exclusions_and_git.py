"""`--exclude` leaves out what a line of `.gitignore` does: git itself is asked."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.bulk import some

from mimo_cli.attachments.listing import patterns
from mimo_cli.errors import UsageError

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="there is no git")

FILES = (
    *("apple", "banana.txt", "!bang", "#hash", "sp ace", "end ", "1num", "foo[1]", "star*", "a-b"),
    *("build/b", "src/build/c", "src/a.c", "src/gen/x/h.c", "back\\slash", "]", "^", "Z", "z.log"),
)
EVERYTHING = sorted({Path(*Path(it).parts[:end]) for it in FILES for end in (1, 2, 3, 4)})
OURS = {"PATH": os.environ["PATH"], "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1"}


class Repository:
    """A work tree with those files, in which git says what a pattern ignores."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in FILES:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        self._git("init", "-q")

    def ignored(self, pattern: str) -> set[str]:
        (self.folder / ".git/info/exclude").write_text(f"{pattern}\n")
        asked = "".join(f"{it}\0" for it in EVERYTHING)
        found = self._git("check-ignore", "--no-index", "-z", "--stdin", asked=asked)
        return {*found.split("\0")} - {""}

    def _git(self, *args: str, asked: str = "") -> str:
        environ = {**OURS, "HOME": str(self.folder)}
        command = ["git", *args]
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=environ,
            input=asked.encode(),
            capture_output=True,
            check=False,
        )
        assert done.returncode in (0, 1), done.stderr  # 1: none is ignored
        return done.stdout.decode()

    def excluded(self, pattern: str) -> set[str]:
        """Return what we leave out of them; what is in a folder that is left out is, too."""
        it = patterns.exclusion(pattern, ignores_case=False)
        found: set[str] = set()
        for path in EVERYTHING:
            is_folder = (self.folder / path).is_dir()
            is_inside = any(str(parent) in found for parent in path.parents)
            if is_inside or it.applies((), path.parts, is_folder=is_folder):
                found.add(str(path))
        return found


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    return Repository(tmp_path_factory.mktemp("ignored"))


@pytest.mark.parametrize(
    "pattern",
    [
        *(
            "*",
            "**",
            "a*",
            "*a*",
            "?pple",
            "[!a]*",
            "[^a]*",
            "[^!a]*",
            "[!^a]*",
            "[a-c]*",
            "[c-a]*",
        ),
        *("[]]", "[^]]*", "[!]]", "[]-a]", "[a-]*", "[-a]*", "[\\]]", "[\\^]", "[a\\-b]*", "[[]*"),
        *(
            "[[:alpha:]]*",
            "[[:digit:][:upper:]]*",
            "[^[:alnum:]]*",
            "[[:space:]]*",
            "*[[:punct:]]*",
        ),
        *("[:alpha:]*", "[[:alpha]*", "[[:xdigit:]b-]*", "foo\\[1\\]", "foo[[]1]", "foo\\[*"),
        *("star\\*", "star[*]", "back\\\\slash", "back\\slash", "\\apple", "\\!bang", "\\#hash"),
        *(
            "[#]hash",
            "[!]bang",
            "[!]*",
            "apple ",
            "apple   ",
            "end\\ ",
            "end\\  ",
            "end ",
            "sp ace",
        ),
        *("sp\\ ace", "end\\\\ ", " apple", "build", "build/", "/build", "/build/", "src/build"),
        *("**/build", "build/**", "src/**", "src/**/", "src/*", "src/**/h.c", "**/gen/**", "/**"),
        *("s**c/a.c", "src/*.c", "*.c", "src/gen/", "src\\/a.c", "*/a.c", "*/*/x", "/*.log", "***"),
        *("^", "\\^", "z.LOG", "[a-z]*.log", "[!-~]*", "a[-]b", "a[+--]b", "\\*", "\\?*"),
    ],
)
def test_what_is_excluded_is_what_git_ignores(pattern: str, repository: Repository) -> None:
    try:
        found = repository.excluded(pattern)
    except UsageError:
        found = set()  # it is told; git takes it in silence
    assert found == repository.ignored(pattern)


@settings(max_examples=some(150), deadline=None)
@given(pattern=st.text(st.sampled_from("abcpz1*?[]!^-\\/ #.:["), min_size=1, max_size=9))
def test_any_pattern_is_understood_as_git_does_or_refused(
    pattern: str, repository: Repository
) -> None:
    steps = pattern.strip(" ").removeprefix("/").removesuffix("/").replace("\\", "").split("/")
    if {"", ".", ".."} & {*steps}:
        return  # `./a`, `a//b` and `a//` are `a`, `a/b` and `a/` here
    try:
        found = repository.excluded(pattern)
    except UsageError:
        is_over_folders = "[" in pattern and "/" in pattern  # a bracket with a slash in it
        assert is_over_folders or not repository.ignored(pattern)
    else:
        assert found == repository.ignored(pattern)


@pytest.mark.parametrize(
    ("pattern", "why", "hint"),
    [
        ("a[b", "a [ lacks its ]", "A bracket itself: \\["),
        ("[!]", "a [ lacks its ]", "A bracket itself: \\["),
        ("[a/b]", "a [ lacks its ]", "A bracket itself: \\["),
        ("a\\", "nothing stands behind its backslash", ""),
        ("#a", "it is a remark", "A name that begins so: \\#a"),
        ("!a", "nothing can be taken back", "Name the file itself. A name that begins so: \\!a"),
        ("[[:odd:]]", "there is no [:odd:]", None),
        (" ", "it names nothing", ""),
    ],
)
def test_what_is_not_understood_is_a_usage_error(pattern: str, why: str, hint: str | None) -> None:
    with pytest.raises(UsageError) as caught:
        patterns.exclusion(pattern, ignores_case=False)
    assert caught.value.why == why
    assert hint in (None, caught.value.hint)
