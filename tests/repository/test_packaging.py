"""What is built and released: wheel, metadata and changelog, and the workflows that check them."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from email.parser import Parser

import pytest
from support.folders import ROOT

from mimo_cli import __version__

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
CHANGELOG = (ROOT / "CHANGELOG.md").read_text("utf-8")
WORKFLOWS = {it.name: it.read_text("utf-8") for it in (ROOT / ".github/workflows").glob("*.yml")}
FORMS = {it.name: it.read_text("utf-8") for it in (ROOT / ".github/ISSUE_TEMPLATE").glob("*.yml")}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, capture_output=True, check=True, timeout=60)
    (file,) = folder.glob("*.whl")
    assert file.name == f"mimo_chat_cli-{__version__}-py3-none-any.whl"
    return zipfile.ZipFile(file)


def test_the_wheel_says_that_the_package_is_typed(wheel: zipfile.ZipFile) -> None:
    assert "mimo_cli/py.typed" in wheel.namelist()
    assert "Typing :: Typed" in PROJECT["classifiers"]


def test_the_wheel_has_the_package_whole_the_completions_and_nothing_else(
    wheel: zipfile.ZipFile,
) -> None:
    files = {str(it.relative_to(ROOT)) for it in (ROOT / "mimo_cli").rglob("*.py")}
    shared = {"bash-completion/completions/mimo", "zsh/site-functions/_mimo"}
    shared |= {"fish/vendor_completions.d/mimo.fish", "man/man1/mimo.1", "man/man1/mimo-cli.1"}
    printed = {"mimo.bash", "_mimo", "mimo.fish", "mimo.1", "mimo-cli.1"}
    schemas = {str(it.relative_to(ROOT)) for it in (ROOT / "mimo_cli").rglob("*.json")}
    named = f"mimo_chat_cli-{__version__}"
    about = {"METADATA", "WHEEL", "entry_points.txt", "licenses/LICENSE", "RECORD"}
    assert set(wheel.namelist()) == {
        *files,
        *schemas,
        "mimo_cli/py.typed",
        *(f"mimo_cli/shell/{name}" for name in printed),
        *(f"{named}.data/data/share/{name}" for name in shared),
        *(f"{named}.dist-info/{name}" for name in about),
    }


def test_the_wheel_tells_who_it_is(wheel: zipfile.ZipFile) -> None:
    text = wheel.read(f"mimo_chat_cli-{__version__}.dist-info/METADATA").decode()
    about = Parser().parsestr(text)
    assert (about["Name"], about["Version"]) == ("mimo-chat-cli", __version__)
    assert (about["License-Expression"], about["Requires-Python"]) == ("MIT", ">=3.11")
    assert about.get_all("Project-URL") == [f"{name}, {url}" for name, url in URLS.items()]


URLS: dict[str, str] = PROJECT["urls"]


def test_every_address_of_the_project_is_one() -> None:
    assert URLS
    assert [url for url in URLS.values() if not re.fullmatch(r"https://[\w.-]+(/\S*)?", url)] == []


def test_the_changelog_has_the_version_with_its_date_below_what_is_not_released() -> None:
    heads = re.findall(r"^## (.*)$", CHANGELOG, re.MULTILINE)
    assert heads[0] == "[Unreleased]"
    released = [re.fullmatch(r"\[(\d+\.\d+\.\d+)\] - 20\d\d-\d\d-\d\d", head) for head in heads[1:]]
    assert None not in released
    assert released[0] is not None
    assert released[0][1] == __version__


def test_the_tests_run_on_every_python_that_the_metadata_names() -> None:
    named = {
        it.rpartition(" ")[2]
        for it in PROJECT["classifiers"]
        if re.fullmatch(r"Programming Language :: Python :: 3\.\d+", it)
    }
    (matrix,) = re.findall(r"^ +python: \[(.*)\]$", WORKFLOWS["tests.yml"], re.MULTILINE)
    assert set(re.findall(r"[\d.]+", matrix)) == named
    assert PROJECT["requires-python"] == f">={min(named, key=lambda it: int(it.split('.')[1]))}"


def test_a_system_that_was_never_tried_does_not_hold_up_a_release() -> None:
    text = WORKFLOWS["tests.yml"]
    assert "continue-on-error: ${{ matrix.system == 'macos-latest' }}" in text
    assert "macos-latest" in re.findall(r"^ +system: \[(.*)\]$", text, re.MULTILINE)[0].split(", ")


def test_actions_are_pinned_by_their_major_version_and_may_only_read() -> None:
    for text in WORKFLOWS.values():
        used = re.findall(r"uses: (\S+)", text)
        ours = [it for it in used if it.startswith("./")]
        assert [it for it in used if not re.fullmatch(r"actions/[\w-]+@v\d+", it)] == ours
        assert [it for it in ours if not (ROOT / it).is_file()] == []
        assert "\npermissions:\n  contents: read\n" in text


def test_what_the_workflows_make_is_in_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    runs = (re.findall(r"run: make ([\w-]+)", text) for text in WORKFLOWS.values())
    targets = {name for found in runs for name in found}
    assert targets >= {"ci", "test-peers"}
    written = {name for name in targets if re.search(rf"^{name}:", makefile, re.MULTILINE)}
    assert targets == written


@pytest.mark.parametrize("name", sorted(set(FORMS) - {"config.yml"}))
def test_every_form_asks_for_what_the_doctor_says(name: str) -> None:
    fields = FORMS[name].split("  - type: ")
    (doctor,) = (it for it in fields if "id: doctor" in it)
    assert "label: mimo doctor --json" in doctor
    assert "render: json" in doctor
    assert name == "idea.yml" or "required: true" in doctor
