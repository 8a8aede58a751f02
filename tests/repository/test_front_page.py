"""What the front page says is so: its recipes run, its picture is what the program draws."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import xml.etree.ElementTree as ET
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from rich.cells import cell_len
from support.folders import ROOT
from support.harness import KEY, PATIENCE, Terminal, environ_for

from mimo_cli.simulator import Fault, Simulator
from mimo_cli.simulator.showcase import QUESTION
from mimo_cli.simulator.tool_calls import ToolCall

if TYPE_CHECKING:
    from collections.abc import Mapping

README = (ROOT / "README.md").read_text("utf-8")
PROGRAM = Path(sys.executable).with_name("mimo")
MOST_LINES = 270
CODE = re.compile(r"^( *)```.*?^\1```$", re.MULTILINE | re.DOTALL)

RECIPES = dict(
    re.findall(r"^### (\d+\. [^\n]*)\n\n```sh\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
)
(SIMULATED,) = re.findall(r"^  ```sh\n(.*?)^  ```$", README, re.MULTILINE | re.DOTALL)
(NODE,) = re.findall(r"^  ```js\n(.*?)^  ```$", README, re.MULTILINE | re.DOTALL)

PYTHON = "```python\nprint('Hello!')\n```"


class Recipe(NamedTuple):
    """What a recipe is run with, and what is to come of it.

    `files` are there before, `left` afterwards; `out` is all of stdout; `asked` are the prompts
    that the server received, in any order.
    """

    out: str = ""
    asked: tuple[str, ...] = ()
    files: Mapping[str, str] = {}
    left: Mapping[str, str] = {}
    answer: str | None = None
    faults: tuple[Fault, ...] = ()


CASES = {
    "1. A message for a commit": Recipe(
        "Add a\n",
        ("write a commit message for this change\n\n<stdin>\ndiff --git a/new.txt b/new.txt",),
        answer="Add a",
    ),
    "2. Why something fails": Recipe(
        "It is missing.\n",
        ("why does this fail, and what is the smallest fix?\n\n<stdin>\n",),
        {"Makefile": "all:\n\tcat missing\n"},
        answer="It is missing.",
    ),
    "3. About files": Recipe(
        "All.\n",
        ('<file name="sort.py">\nsorted\n</file>\n\n<file name="test_sort.py">\nassert\n</file>',),
        {"sort.py": "sorted\n", "test_sort.py": "assert\n"},
        answer="All.",
    ),
    "4. Only the code, into a file": Recipe(
        "Hello!\n",
        left={"greet.py": "print('Hello!')\n"},
        answer=f"```sh\nls\n```\nor\n{PYTHON}\nthere.",
    ),
    "5. A word to decide by": Recipe("97 is a prime\n", answer="Yes."),
    "6. JSON for another program": Recipe("red, green, blue\n48\n", answer="red, green, blue"),
    "7. Line by line through a list": Recipe(
        "",
        ("the mood of this, in one word:   Bad.", "the mood of this, in one word: Too small"),
        {"reviews.txt": "  Bad.\nToo small"},
        {"moods.tsv": "  Bad.\tsad\nToo small\tsad\n"},
        answer="sad",
    ),
    "8. Several files at once": Recipe(
        "",
        ('<file name="a.txt">\nA\n', '<file name="Ann\'s.txt">\nB\n', '<file name="c c.txt">\nC\n'),
        {"a.txt": "A\n", "Ann's.txt": "B\n", "c c.txt": "C\n"},
        {"a.txt.summary": "short\n", "Ann's.txt.summary": "short\n", "c c.txt.summary": "short\n"},
        answer="short",
    ),
    "9. What went wrong, by the exit code": Recipe(
        "only a part came; it is in story.md.partial\n",
        left={"story.md.partial": "Once upon a time"},
        answer="Once upon a time " * 99,
        faults=(Fault(cut_at=12_000),) * 3,
    ),
    "10. A conversation, to go on with and to keep": Recipe(
        "It is one.\nIt is one.\n<id>\twhat is a monad?\twhat is a monad?\nIt is one.\n",
        ("what is a monad?", "and in Rust?"),
        left={"monads.txt": "> what is a monad?\n\nIt is one.\n\n---\n\n> and in Rust?"},
        answer="It is one.",
    ),
    "11. A prompt to use again": Recipe(
        "Bonjour\n",
        ("Translate into French. The translation alone, please.\n\nHello\n",),
        {"letter.md": "Hello\n"},
        answer="Bonjour",
    ),
    "12. A model on your own machine": Recipe("Hi.\n", ("hello",), answer="Hi."),
}


def run(script: str, folder: Path, simulator: Simulator) -> subprocess.CompletedProcess[str]:
    """Runs a script in a folder, as somebody does who has set mimo up for the simulator."""
    if not PROGRAM.exists():
        pytest.skip("the package is not installed here, only on the path")
    config = folder / ".config.toml"
    config.write_text(f'api_key = "{KEY}"\n')
    config.chmod(0o600)
    environ = {
        "PATH": f"{PROGRAM.parent}:{os.environ['PATH']}",
        "HOME": str(folder),
        "MIMO_CONFIG": str(config),
        "MIMO_DATA": str(folder / ".data"),
        "MIMO_BASE_URL": simulator.base_url,
    }
    return subprocess.run(
        ["sh", "-c", script],
        cwd=folder,
        env=environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def prompts(simulator: Simulator) -> list[Any]:
    """What the server was asked each time, last in a conversation."""
    return [request.json["messages"][-1]["content"] for request in simulator.requests]


def test_there_are_twelve_recipes_on_a_page_of_no_more_than_so_many_lines() -> None:
    assert list(RECIPES) == list(CASES)
    assert [name.partition(".")[0] for name in RECIPES] == [str(n) for n in range(1, 13)]
    assert README.count("\n") <= MOST_LINES


@pytest.mark.parametrize("name", CASES)
def test_a_recipe_does_what_it_says(name: str, tmp_path: Path) -> None:
    recipe = CASES[name]
    if (needed := {"6": "jq"}.get(name[0])) and not shutil.which(needed):
        pytest.skip(f"there is no {needed} here")
    for file, text in recipe.files.items():
        (tmp_path / file).write_text(text)
    if name.startswith("1."):
        (tmp_path / "new.txt").write_text("a\n")
        for command in (["git", "init", "-q"], ["git", "add", "new.txt"]):
            subprocess.run(command, cwd=tmp_path, check=True)
    with Simulator(answer=recipe.answer, faults=recipe.faults, keys=()) as simulator:
        # Instead of a server that is not there, and of a model that is not the simulator's.
        stood_in = {"http://localhost:8080": simulator.base_url, "qwen3": "mimo-v2.6-flash"}
        script = RECIPES[name]
        if name.startswith("12."):
            script = "unset MIMO_BASE_URL\n" + script
        for written, meant in stood_in.items():
            script = script.replace(written, meant)
        result = run(script, tmp_path, simulator)
        asked = prompts(simulator)
    out = re.sub(r"^\w{8}\t", "<id>\t", result.stdout, flags=re.MULTILINE)
    assert (result.returncode, out) == (0, recipe.out), result.stderr
    if recipe.asked:
        assert len(asked) == len(recipe.asked)
        assert all(any(part in it for it in asked) for part in recipe.asked)
    for file, text in recipe.left.items():
        assert text in (tmp_path / file).read_text()
    if name.startswith("12."):
        assert KEY not in str(simulator.requests[-1].headers)


def test_a_question_that_fails_ends_the_list_of_the_loop(tmp_path: Path) -> None:
    (tmp_path / "reviews.txt").write_text("one\ntwo\nthree\n")
    refused = (Fault(), Fault(status=400))
    with Simulator(answer="sad", faults=refused, keys=()) as simulator:
        result = run(RECIPES["7. Line by line through a list"], tmp_path, simulator)
    assert result.stderr.startswith("mimo: ")
    assert len(simulator.requests) == 2
    assert (tmp_path / "moods.tsv").read_text() == "one\tsad\n"


def test_its_example_of_a_simulator_runs(simulator: Simulator, tmp_path: Path) -> None:
    assert "--cut 12000" in SIMULATED
    assert "  rm -f server.env\n" in SIMULATED.partition("server.env &")[0]
    (tmp_path / "server.env").write_text(
        "export MIMO_BASE_URL=http://127.0.0.1:9\n"
    )  # the last run's
    result = run(SIMULATED.replace("--cut", "--delay 0 --cut"), tmp_path, simulator)
    assert result.stdout.endswith("exit code 9\n")
    assert result.stdout.startswith("## A simulated answer")
    assert prompts(simulator) == []  # it asked its own


def test_its_example_for_node_runs(tmp_path: Path) -> None:
    if not shutil.which("node"):
        pytest.skip("there is no node here")
    (tmp_path / "ask.js").write_text(NODE)
    with Simulator(keys=()) as simulator:
        result = run("node ask.js", tmp_path, simulator)
    assert (result.returncode, result.stderr) == (0, "")
    assert "You asked: `name three colours`" in result.stdout


@pytest.mark.parametrize(
    ("begin", "files", "asked"),
    [
        ("while IFS=", {"list.txt": " Ann's\nlast"}, ["classify:  Ann's", "classify: last"]),
        ("tr ", {"list.txt": "Ann's\n- last\n"}, ["Ann's", "- last"]),
        ("printf ", {"Ann's.txt": "A\n"}, ['name="Ann\'s.txt"']),
    ],
)
def test_what_the_page_on_scripts_does_with_a_list_runs(
    begin: str, files: Mapping[str, str], asked: list[str], tmp_path: Path
) -> None:
    page = (ROOT / "docs/scripts.md").read_text("utf-8")
    (block,) = (it for it in re.findall(r"(?:^    .*\n)+", page, re.MULTILINE) if begin in it)
    script = next(it for it in re.split(r"(?m)^    (?! )", block) if it.startswith(begin))
    if begin == "while IFS=":
        script = block
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    with Simulator(answer="short", keys=()) as simulator:
        result = run(script, tmp_path, simulator)
        sent = sorted(prompts(simulator))
    assert (result.returncode, result.stderr) == (0, "")
    assert len(sent) == len(asked)
    assert all(part in it for part, it in zip(sorted(asked), sent, strict=True))


def of_scripts(heading: str) -> str:
    """The part of the page on scripts that is under a heading."""
    page = (ROOT / "docs/scripts.md").read_text("utf-8")
    return re.split(r"(?m)^## ", page.partition(f"\n## {heading}\n")[2])[0]


@pytest.mark.parametrize(
    ("language", "is_endless"), [("sh", False), ("python", False), ("sh", True)]
)
def test_the_page_on_scripts_runs_tools(language: str, is_endless: bool, tmp_path: Path) -> None:
    part = of_scripts("Tools that a script runs")
    blocks = dict(re.findall(r"^```(\w+)\n(.*?)^```$", part, re.MULTILINE | re.DOTALL))
    assert len(blocks["sh"].splitlines()) <= 12
    (tmp_path / "tools.json").write_text(blocks["json"])
    (tmp_path / "loop.py").write_text(blocks["python"])
    tool = tmp_path / "run-tool"
    tool.write_text("#!/bin/sh\ngrep -q Paris && exit 1\necho 'rain in Rome, all day'\n")
    tool.chmod(0o755)
    script = blocks["sh"] if language == "sh" else f"{sys.executable} loop.py"
    # The second call's argument is none of the Python function's: the tool fails.
    calls = [ToolCall("weather", {"city": "Rome"}), ToolCall("weather", {"town": "Paris"})]
    with Simulator(calls=calls, endless_calls=is_endless, keys=()) as simulator:
        result = run(script, tmp_path, simulator)
        sent = prompts(simulator)
    assert (result.returncode, result.stderr) == (0, "")
    assert len(sent) == (6 if is_endless else 2)
    first, second = sent[1]
    assert (first["content"], first.get("is_error")) == ("rain in Rome, all day", None)
    assert second["is_error"] is True
    assert is_endless or "rain in Rome, all day" in result.stdout


def test_what_the_page_on_scripts_does_with_a_schema_runs(tmp_path: Path) -> None:
    part = of_scripts("JSON by a schema")
    (script,) = re.findall(r"^```sh\n(.*?)^```$", part, re.MULTILINE | re.DOTALL)
    person = '{"name": "Emma", "age": 20, "tags": [], "bio": "She is handsome and clever."}'
    answers = ["Let me think of one.", person, '```json\n["red", "green", "blue"]\n```']
    with Simulator(answer=lambda _: answers.pop(0), keys=()) as simulator:
        result = run(script, tmp_path, simulator)
    assert (result.returncode, result.stdout) == (0, "red\ngreen\nblue\n"), result.stderr
    assert "asking again (1 of 2)" in result.stderr
    assert (tmp_path / "person.json").read_text() == person + "\n"


@pytest.mark.parametrize("place", ["file", "variable"])
def test_a_model_on_your_own_machine_is_sent_no_key(place: str, tmp_path: Path) -> None:
    script = RECIPES["12. A model on your own machine"]
    if place == "variable":
        script = f"export MIMO_API_KEY={KEY}\n{script}"
    with Simulator(answer="Hi.", keys=()) as simulator:
        script = script.replace("http://localhost:8080", simulator.base_url)
        script = script.replace("qwen3", "mimo-v2.6-flash")
        result = run(f"unset MIMO_BASE_URL\n{script}", tmp_path, simulator)
    assert (result.returncode, result.stdout) == (0, "Hi.\n"), result.stderr
    assert [KEY in str(it.headers) for it in simulator.requests] == [False]


def test_every_link_leads_somewhere_and_none_to_a_registry_of_packages() -> None:
    links = re.findall(r"\]\(([^)\s]+)\)|(?:src|srcset)=\"([^\"]+)\"", CODE.sub("", README))
    here = [it for pair in links for it in pair if it and not it.startswith("https:")]
    assert [it for it in here if not (ROOT / it.partition("#")[0]).exists()] == []
    assert re.findall(r"pypi|pythonhosted|npmjs|crates\.io|rubygems", README) == []


# ---- The picture

SVG = "{http://www.w3.org/2000/svg}"
PICTURES = [ROOT / "docs" / f"picture-{look}.svg" for look in ("dark", "light")]
CELL = 12


def column(text: ET.Element) -> int:
    """Where a text begins, in cells; one glyph may stand in the middle of two."""
    at = float(text.attrib["x"])
    return round((at - CELL * ("text-anchor" in text.attrib)) / CELL)


def rows(picture: Path) -> list[str]:
    """The rows of a picture, those without a word left out."""
    texts = ET.parse(picture).getroot().findall(f".//{SVG}text")  # noqa: S314 - ours
    found = []
    for _, row in groupby(texts, lambda text: text.attrib["y"]):
        line = ""
        for text in row:
            line += " " * (column(text) - cell_len(line)) + (text.text or "")
        found.append(line)
    return found


def test_the_picture_is_drawn_from_the_program_as_it_is() -> None:
    result = subprocess.run(
        [sys.executable, ROOT / "docs" / "picture.py", "--check"],
        stderr=subprocess.PIPE,
        check=False,
    )
    assert result.stderr == b""


def test_the_picture_shows_what_a_terminal_does(simulator: Simulator) -> None:
    environ = environ_for(simulator, MIMO_USAGE="true")
    with Terminal("ask", QUESTION, environ=environ, columns=90, lines=40) as terminal:
        assert terminal.wait() == 0
        seen = [row for row in terminal.text.splitlines() if row]
    prompt, thought, *answer, usage, end = rows(PICTURES[0])
    assert rows(PICTURES[1]) == rows(PICTURES[0])
    assert (prompt, end) == (f"$ mimo ask -u '{QUESTION}'", "$")
    assert (thought, seen[0]) == ("thought for 2 s", "thought for less than a second")
    assert answer == seen[1:-1]
    tokens = re.compile(r"[\d,]+ tokens in · [\d,]+ out")
    assert re.findall(tokens, usage) == re.findall(tokens, seen[-1]) != []


@pytest.mark.parametrize("picture", PICTURES, ids=lambda it: it.stem)
def test_the_picture_loads_nothing_and_gives_each_text_its_cells(picture: Path) -> None:
    source = picture.read_text("utf-8")
    assert re.findall(r"https?:[^\"]*", source) == [SVG.strip("{}")]
    assert not re.search(r"@import|@font-face|url\(|href", source)
    for text in ET.fromstring(source).findall(f".//{SVG}text"):  # noqa: S314 - ours
        cells = cell_len(text.text or "")
        if "text-anchor" in text.attrib:
            assert (cells, len(text.text or "")) == (2, 1)
        else:
            assert (float(text.attrib["textLength"]), text.text) == (CELL * cells, text.text)
            assert len(text.text or "") == cells


def test_the_demo_asks_what_the_picture_shows() -> None:
    with Terminal("demo", environ={"PATH": os.environ["PATH"]}, measured=False) as terminal:
        terminal.wait_for("How far a ball flies")
        terminal.interrupt(signal.SIGINT)
        terminal.wait()
    assert terminal.text.startswith(
        "mimo: no model is asked: a simulator on this machine answers\n"
        f"$ mimo ask -u '{QUESTION}'\n"
        "thought for"
    )
    assert "mimo config init" not in terminal.text
