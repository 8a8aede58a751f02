"""`loaders.TYPE`: commands for types of files, set, shown and taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.harness import mimo

if TYPE_CHECKING:
    from pathlib import Path

BUILT_IN = "pdftotext -layout -enc UTF-8 '{file}' -"


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {"MIMO_CONFIG": str(tmp_path / "config.toml")}


@pytest.mark.parametrize(
    "words", [["pandoc -t plain {file}"], ["--", "pandoc", "-t", "plain", "{file}"]]
)
def test_a_command_is_kept_as_its_words(
    words: list[str], environ: dict[str, str], tmp_path: Path
) -> None:
    result = mimo("config", "set", "loaders.docx", *words, environ=environ)
    assert (result.code, "loaders.docx is set in" in result.err) == (0, True)
    text = (tmp_path / "config.toml").read_text()
    assert text == '[loaders]\ndocx = ["pandoc", "-t", "plain", "{file}"]\n'
    shown = mimo("config", "get", "loaders.docx", environ=environ).out
    assert shown == "pandoc -t plain '{file}'\n"
    again = mimo("config", "set", "loaders.docx", shown.strip(), environ=environ)
    assert (again.code, (tmp_path / "config.toml").read_text()) == (0, text)
    assert mimo("config", "unset", "loaders.docx", environ=environ).code == 0
    assert "docx" not in (tmp_path / "config.toml").read_text()


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["cat"], "it does not say where the file goes (mimo config set loaders.md)"),
        (["{file}"], "it names no program"),
        (["cat '{file}"], "a quotation mark lacks its other"),
        ([" "], "it names no program"),
    ],
)
def test_what_is_no_command_is_refused(
    words: list[str], why: str, environ: dict[str, str], tmp_path: Path
) -> None:
    result = mimo("config", "set", "loaders.md", *words, environ=environ)
    assert (result.code, f"loaders.md is not right: {why}" in result.err) == (2, True), result.err
    assert not (tmp_path / "config.toml").exists()


def test_a_list_has_them_with_their_places(environ: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(
        '[loaders]\nmd = ["cat", "{file}"]\ntxt = "cat"\npdf = ["my", "{file}"]\n'
    )
    (tmp_path / "config.toml").chmod(0o600)
    result = mimo("config", "list", environ=environ)
    place = f"file {tmp_path}/config.toml"
    assert result.code == 3
    assert f"loaders.md\tcat '{{file}}'\t{place}\t\n" in result.out
    assert f"loaders.pdf\tmy '{{file}}'\t{place}\t{BUILT_IN}\n" in result.out
    assert "loaders.txt" not in result.out
    assert result.err == (
        "mimo: loaders.txt is not right: it does not say where the file goes "
        f"({place}, line 3, column 7)\n  {{file}} stands for it.\n"
    )
    assert "unknown setting" not in result.err


def test_what_is_built_in_is_shown(environ: dict[str, str]) -> None:
    assert mimo("config", "get", "loaders.pdf", environ=environ).out == f"{BUILT_IN}\n"
    assert f"loaders.pdf\t{BUILT_IN}\tdefault\t{BUILT_IN}\n" in (
        mimo("config", "list", environ=environ).out
    )


def test_the_table_alone_is_no_setting(environ: dict[str, str]) -> None:
    result = mimo("config", "set", "loaders", "x", environ=environ)
    assert (result.code, "it is written loaders.TYPE" in result.err) == (2, True)
