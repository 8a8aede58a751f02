"""The manual page: made from the commands, right roff, and readable without any."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys

import pytest
import roff
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.folders import ROOT

from mimo_cli import __version__
from mimo_cli.shell import kept_files, page_text

PAGE = kept_files.read("mimo.1")
PLAIN = page_text.to_text(PAGE, lambda text, indent: indent + text)


def test_the_page_is_made_from_the_commands_as_they_are() -> None:
    result = subprocess.run(
        [sys.executable, ROOT / "docs/man_page.py", "--check"],
        capture_output=True, text=True, timeout=20, check=False,
    )  # fmt: skip
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.parametrize(
    "lint", [["groff", "-ww", "-Tutf8", "-man", "-z"], ["mandoc", "-T", "lint"]]
)
def test_no_lint_has_anything_to_say(lint: list[str]) -> None:
    program = shutil.which(lint[0])
    if program is None:
        pytest.skip(f"{lint[0]} is not installed")
    result = subprocess.run(
        [program, *lint[1:], kept_files.path(kept_files.PAGE)],
        capture_output=True, text=True, timeout=20, check=False,
    )  # fmt: skip
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def test_the_page_has_its_sections_and_is_of_this_version() -> None:
    assert re.findall(r"^\.SH (.*)$", PAGE, re.MULTILINE) == [
        *("NAME", "SYNOPSIS", "DESCRIPTION", "COMMANDS", "OPTIONS", "ENVIRONMENT", "FILES"),
        *("EXIT STATUS", "EXAMPLES", "SEE ALSO"),
    ]
    assert re.search(rf'^\.TH MIMO 1 20\d\d-\d\d-\d\d "mimo {__version__}"', PAGE, re.MULTILINE)
    assert kept_files.read("mimo-cli.1") == ".so man1/mimo.1\n"


def test_the_page_is_ascii_in_short_lines() -> None:
    assert PAGE.isascii()
    assert max(map(len, PAGE.splitlines())) <= 80


@pytest.mark.parametrize(
    "words",
    [
        "-m, --model ID",
        "  mimo history export",
        "Your own text: Xiaomi's MiMo".removeprefix("Your own text: "),
        "    MIMO_PROFILE",
        "    141",
        """    eval "$(mimo completions bash)" """.rstrip(),
        "mimo doctor --json | jq '.checks[] | select(.state == \"failed\")'",
    ],
)
def test_what_is_on_the_page_is_in_its_plain_text(words: str) -> None:
    assert words in PLAIN


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"])))
def test_a_text_means_nothing_to_roff_and_is_read_back(text: str) -> None:
    escaped = roff.escape(text)
    assert escaped[:1] not in ("'", ".") or not escaped
    assert page_text.plain(escaped) == text


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1))
def test_lines_of_an_example_are_read_back_however_long(text: str) -> None:
    lines = list(roff.literal(text))
    assert max(map(len, lines)) <= 80
    assert page_text.to_text("\n".join(lines), lambda words, _: words).strip() == text


def test_prose_is_wrapped_in_the_source_and_in_the_text() -> None:
    words = "Send `mimo ask -x` and .dotted 'quoted' back\\slash words. " * 5
    page = "\n".join([*roff.heading("NAME"), *roff.paragraphs([roff.prose(words), "more"])])
    text = page_text.to_text(page, lambda text, indent: indent + text)
    plain = words.replace("`", "").strip()
    assert text == f"NAME\n    {plain}\n\n    more\n"
