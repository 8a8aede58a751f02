"""What the pages under docs/ say is so: their tables are the code's, their links lead somewhere."""

from __future__ import annotations

import importlib
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.folders import ROOT
from support.harness import mimo

import mimo_cli
from mimo_cli import errors
from mimo_cli.api.protocol.messages import (
    BlockStart,
    InputJsonDelta,
    MessageStart,
    Reply,
    Retrying,
    Silence,
    TextDelta,
    ThinkingDelta,
    ToolUse,
    Usage,
)
from mimo_cli.config import audit
from mimo_cli.config.layers import Source
from mimo_cli.config.schema import ASKED, KEYS
from mimo_cli.config.tables.templates import read_template
from mimo_cli.config.toml import toml_file
from mimo_cli.output import json_output
from mimo_cli.output.output_stream import Output
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from collections.abc import Iterable

DOCS = ROOT / "docs"
PAGES = {str(file.relative_to(ROOT)): file.read_text("utf-8") for file in DOCS.rglob("*.md")}
for other in ("CONTRIBUTING.md", "SECURITY.md"):
    PAGES[other] = (ROOT / other).read_text("utf-8")
CODE = re.compile(r"^(```|~~~).*?^\1$", re.MULTILINE | re.DOTALL)


def page(name: str) -> str:
    return PAGES[f"docs/{name}.md"]


def make_tables(script: Path, *args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, script, *args], capture_output=True, text=True, timeout=20, check=False
    )


def test_the_tables_are_made_from_the_code_as_it_is() -> None:
    result = make_tables(DOCS / "tables.py", "--check")
    assert (result.returncode, result.stderr) == (0, "")


def test_a_table_that_differs_is_named_and_written_anew(tmp_path: Path) -> None:
    (tmp_path / "tables.py").write_bytes((DOCS / "tables.py").read_bytes())
    inner = tmp_path / "inner"
    inner.mkdir()
    copy = inner / "settings.md"
    copy.write_text(page("settings").replace("| `model` |", "| `mode` |"))

    result = make_tables(tmp_path / "tables.py", "--check")
    assert (result.returncode, result.stderr) == (1, "inner/settings.md is not up to date\n")
    result = make_tables(tmp_path / "tables.py")
    assert (result.returncode, result.stderr) == (0, "inner/settings.md written\n")
    assert copy.read_text() == page("settings")

    copy.write_text("<!-- no such table -->\n<!-- end -->\n")
    assert make_tables(tmp_path / "tables.py").returncode == 1


def test_every_setting_is_listed_with_its_variable() -> None:
    listed = re.findall(r"^\| `(\w+)` \| `(MIMO_\w+)` \| ", page("settings"), re.MULTILINE)
    assert listed == [(key.name, key.variable) for key in KEYS]


def test_what_a_project_may_set_is_told_whole() -> None:
    _, _, section = page("settings").partition("\n## A project's own file\n")
    told, _, _ = section.partition("and nothing that names a server")
    assert re.findall(r"`(\w+)`", told.partition("it may set")[2]) == list(ASKED)


def test_every_exit_code_is_listed_with_its_name_in_json() -> None:
    kinds = [
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, errors.MimoError)
    ]
    listed = re.findall(r"^\| (\d+) \| `(\w+)` \| \S", page("exit-codes"), re.MULTILINE)
    ends = [(str(128 + number), "interrupted") for number in (2, 15, 1, 3)]
    expected = [(str(it.exit_code), it.code) for it in kinds]
    assert sorted(listed) == sorted([*expected, *ends, ("141", "reader_gone")])


def rows_of(text: str, head: str) -> list[str]:
    """What stands in code font in the first column of the table with that head."""
    _, _, table = text.partition(f"\n| {head} |")
    table = table.partition("\n\n")[0]
    cells = re.findall(r"^\| (`[^|]*`) \| ", table, re.MULTILINE)
    return [name for cell in cells for name in re.findall(r"`([^`]+)`", cell)]


def test_every_field_of_the_json_object_is_explained() -> None:
    error = errors.UsageError(Phrase("no"))
    result = json_output.result(Reply(), error, model="m")
    assert rows_of(page("exit-codes"), "field") == list(result)
    assert rows_of(page("exit-codes"), "field of `error`") == list(result["error"])


def test_every_kind_of_json_line_is_explained(capfd: pytest.CaptureFixture[str]) -> None:
    view = json_output.JsonLinesView(Output(1, "stdout", None))
    events = (
        MessageStart("id", "model", Usage()),
        ThinkingDelta(0, "hm"),
        TextDelta(1, "a"),
        BlockStart(2, ToolUse("t", "n", {})),
        InputJsonDelta(2, "{}"),
        Silence(45.0, 90.0),
        Retrying(Phrase("lost"), 0.5, 1),
    )
    view.show(events)
    repair = json_output.repair(1, [{"path": "a", "message": "is no number"}])
    Output(1, "stdout", None).write(json_output.to_line(repair))
    lines = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    kinds = [it["type"] for it in lines]
    assert rows_of(page("exit-codes"), "`type` | fields") == [*kinds, "result"]
    for line in lines:
        told = re.search(rf"^\| `{line['type']}` \| (.*) \|$", page("exit-codes"), re.MULTILINE)
        assert told is not None
        assert {f"`{name}`" for name in line if name not in ("schema", "type")} <= {
            *re.findall(r"`\w+`", told[1])
        }


def test_every_option_it_names_exists() -> None:
    known = page("options") + mimo("--help", environ={}).out
    elsewhere = {  # of other programs
        *("--schemafile", "--input-file-type"),
        *("--check", "--clone", "--recursive", "--staged", "--tags"),
    }
    written = {
        f"{name}: {option}"
        for name, text in PAGES.items()
        if not name.startswith("docs/decisions/") and name != "CONTRIBUTING.md"
        for option in re.findall(r"(?<![\w-])--[a-z][a-z-]+", text)
        if option not in elsewhere and option not in known
    }
    assert written == set()


def test_every_command_it_names_exists() -> None:
    known = set(re.findall(r"^## `mimo ([^`]+)`$", page("options"), re.MULTILINE))
    groups = {name.partition(" ")[0] for name in known if " " in name}
    written = {
        (first, second)
        for name, text in PAGES.items()
        if name != "docs/options.md"
        for code in [*re.findall(r"`([^`\n]+)`", text), *re.findall(r"^    .*", text, re.MULTILINE)]
        for first, second in re.findall(r"(?<![\w/.-])mimo ([a-z]+)(?: ([a-z]+))?", code)
    }
    assert len(written) > 20
    meant = {("what", "is")}  # a question without a command
    odd = {(first, second) for first, second in written - meant if first not in known}
    odd |= {it for it in written if it[0] in groups and it[1] and " ".join(it) not in known}
    assert odd == set()


def anchors(text: str) -> set[str]:
    """The names of a page's headings, as the hosts of repositories make them."""
    heads = re.findall(r"^#+ (.*)$", CODE.sub("", text), re.MULTILINE)
    plain = (re.sub(r"[^\w\- ]", "", head.lower()) for head in heads)
    return {head.replace(" ", "-") for head in plain}


@pytest.mark.parametrize("name", PAGES)
def test_every_link_leads_somewhere(name: str) -> None:
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", CODE.sub("", PAGES[name])):
        file, _, anchor = target.partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        there = (ROOT / name).parent / file if file else ROOT / name
        if not there.exists() or (anchor and anchor not in anchors(there.read_text("utf-8"))):
            broken.append(target)
    assert broken == []


def test_every_page_is_in_a_list_of_pages() -> None:
    for index in ("docs/README.md", "docs/decisions/README.md"):
        folder = (ROOT / index).parent
        listed = set(re.findall(r"\]\(([^)#]+\.md)\)", PAGES[index]))
        there = {it.name for it in folder.glob("*.md")} - {"README.md"}
        assert there - listed == set()


def prompts() -> str:
    (text,) = re.findall(r"^```toml\n(.*?)^```", page("prompts"), re.MULTILINE | re.DOTALL)
    assert isinstance(text, str)
    return text


def test_its_prompts_are_right_and_have_the_fields_it_gives_them(tmp_path: Path) -> None:
    source = Source("docs", toml_file.parse_text(prompts(), tmp_path))
    assert (audit.find_unknown(source), audit.check_source(source)) == ([], ())
    fields = {name: read_template(name, source).fields for name in source.content["prompts"]}
    assert fields == {"review": (), "commit": (), "translate": ("language",)}


def test_its_example_of_a_prompt_runs(tmp_path: Path) -> None:
    words = "mimo ask --prompt translate --set language=French"
    assert f"    {words} < letter.md\n" in page("prompts")
    file = tmp_path / "config.toml"
    file.write_text(prompts())
    file.chmod(0o600)
    args = [*words.split()[1:], "--dry-run"]
    result = mimo(*args, environ={"MIMO_CONFIG": str(file)}, stdin=b"Dear friend")
    assert (result.code, result.err) == (0, "")
    assert "Translate into French. Keep the formatting" in result.out


def test_its_examples_of_a_configuration_are_right(tmp_path: Path) -> None:
    texts = re.findall(r"^```toml\n(.*?)^```", page("settings"), re.MULTILINE | re.DOTALL)
    assert texts
    for text in texts:
        source = Source("docs", toml_file.parse_text(text, tmp_path))
        assert (audit.find_unknown(source), audit.check_source(source)) == ([], ())


# ---- Names and files

PACKAGE = Path(mimo_cli.__file__).parent
INNER = {it.stem for it in PACKAGE.iterdir()}
"""What the package has at its root: where a name may begin that leaves out `mimo_cli.`."""
FILES = (".db", ".toml", ".py", ".md", ".txt", ".yml", ".json")


def spans(name: str) -> list[str]:
    return re.findall(r"`([^`\n]+)`", CODE.sub("", PAGES[name]))


def names(text: Iterable[str]) -> set[str]:
    """The dotted names among pieces of code that are to be found in the package."""
    dotted = (it.removeprefix("mimo_cli.") for it in text if re.fullmatch(r"[a-z_]\w*(\.\w+)+", it))
    return {it for it in dotted if it.partition(".")[0] in INNER and not it.endswith(FILES)}


def find(name: str) -> object:
    """What a dotted name stands for in the package: a module, or something in one."""
    parts = name.split(".")
    found: object = mimo_cli
    for place, part in enumerate(parts, 1):
        if not hasattr(found, part):
            found = importlib.import_module(".".join(["mimo_cli", *parts[:place]]))
        else:
            found = getattr(found, part)
    return found


EXPLAINED = [name for name in PAGES if "decisions/" in name or "architecture" in name]


@pytest.mark.parametrize("name", [*EXPLAINED, "CONTRIBUTING.md"])
def test_every_name_it_speaks_of_is_in_the_code(name: str) -> None:
    for dotted in sorted(names(spans(name))):
        assert find(dotted) is not None


def test_the_walks_name_what_they_pass() -> None:
    assert len(names(spans("docs/architecture.md"))) > 70
    with pytest.raises(ImportError):
        find("api.client.Server")
    assert names(["mimo_cli.a.b", "history.db", "rich.text.Text", "api.client"]) == {"api.client"}


@pytest.mark.parametrize("name", [*EXPLAINED, "CONTRIBUTING.md"])
def test_every_file_it_speaks_of_is_there(name: str) -> None:
    written = (it for it in spans(name) if re.fullmatch(r"[\w./-]*\w/|[\w./-]+\.(?:py|md|yml)", it))
    missing = [it for it in written if not any((top / it).exists() for top in (ROOT, PACKAGE))]
    tests = {it.name for it in (ROOT / "tests").rglob("test_*.py")}  # in whichever folder
    assert set(missing) - tests - {"share/"} == set()


def test_every_folder_and_every_module_at_the_root_has_its_place_in_the_tree() -> None:
    (tree,) = re.findall(r"^mimo_cli/\n((?:  .*\n)+)", page("architecture"), re.MULTILINE)
    named = re.findall(r"[a-z_]+(?:/|\.py)", tree)
    assert [name for name in named if not [*PACKAGE.rglob(name.removesuffix("/"))]] == []
    there = [it for it in PACKAGE.iterdir() if it.is_dir() or it.suffix == ".py"]
    missing = {it.name + "/" * it.is_dir() for it in there} - set(named)
    assert {name for name in missing if not name.startswith("__")} == set()


def test_every_folder_of_tests_has_its_place_in_the_tree() -> None:
    (tree,) = re.findall(r"^tests/\n((?:  .*\n)+)", page("architecture"), re.MULTILINE)
    named = set(re.findall(r"\b([a-z]+)/ ", tree)) - {"every"}
    there = {it.name for it in (ROOT / "tests").iterdir() if it.is_dir()}
    assert {name for name in there if not name.startswith("__")} == named


def test_every_package_within_a_layer_is_in_the_tree() -> None:
    (tree,) = re.findall(r"^mimo_cli/\n((?:  .*\n)+)", page("architecture"), re.MULTILINE)
    for name in ("history", "config", "api"):
        inner = {it.parent.name for it in (PACKAGE / name).rglob("*/__init__.py")}
        assert {it for it in inner if f" {it}/ " not in tree} == set()


def test_every_value_in_the_picture_is_a_class_or_a_type_of_the_package() -> None:
    _, picture, _ = page("architecture").split("```\n", 2)
    sources = [it.read_text("utf-8") for it in PACKAGE.rglob("*.py")]
    drawn = set(re.findall(r"\b[A-Z]\w+", picture)) - {"TLS", "SQLite"}
    assert len(drawn) > 15
    missing = {
        name
        for name in drawn
        if not any(re.search(rf"^(?:class )?{name}\b", text, re.MULTILINE) for text in sources)
    }
    assert missing == set()
