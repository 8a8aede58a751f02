"""The program and the terminal, as `mimo doctor` sees them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.checkups import Check, install, offline
from support.harness import Terminal


@pytest.mark.slow
def test_another_mimo_on_the_path_is_said(home: dict[str, str], tmp_path: Path) -> None:
    ours = Path(home["PATH"])
    other = install(tmp_path / "other", "require('@mimo-ai/cli')")
    again = tmp_path / "link"
    again.symlink_to(ours)
    first = offline({**home, "PATH": f"{ours}:{again}:{other.parent}:/no/such/folder"})
    last = offline({**home, "PATH": f"{other.parent}:{ours}"})
    none = offline({**home, "PATH": ""})
    assert first["program"] == Check(
        "program",
        "warning",
        f"{ours}/mimo wins over {other}",
        "Nothing, if that is meant; mimo-cli is always this program.",
    )
    assert last["program"] == Check(
        "program",
        "warning",
        f"mimo starts another program: {other}",
        "mimo-cli always starts this one. Or put its folder first in PATH.",
    )
    assert (none["program"].state, none["program"].text) == ("warning", "mimo is not on the PATH")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("shell", "place"),
    [
        ("/usr/bin/fish", ".config/fish/completions/mimo.fish"),
        ("bash", ".local/share/bash-completion/completions/mimo"),
        ("zsh", "shared/zsh/site-functions/_mimo"),
        ("PREFIX/bin/bash", "share/bash-completion/completions/mimo"),
    ],
)
def test_completions_are_found_where_shells_look(
    shell: str, place: str, home: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / ".zfunc" / "_mimo").unlink()
    environ = {
        **home,
        "SHELL": shell.replace("PREFIX", str(tmp_path)),
        "XDG_DATA_DIRS": f"/no/such/folder:{tmp_path}/shared",
    }
    missing = offline(environ)["completion"]
    assert missing.state == "warning"
    assert missing.text.startswith("not found for ")
    script = tmp_path / place
    script.parent.mkdir(parents=True, exist_ok=True)
    script.touch()
    name = Path(shell).name
    assert offline(environ)["completion"] == Check("completion", "ok", f"for {name}: {script}")


def test_completions_in_the_shells_own_file_are_found(home: dict[str, str]) -> None:
    home["SHELL"] = "/no/bin/bash"
    home["XDG_DATA_DIRS"] = "/no/such/folder"
    (Path(home["HOME"]) / ".bashrc").write_text(". ~/mimo/completions/mimo.bash\n")
    assert offline(home)["completion"] == Check("completion", "ok", "for bash: in ~/.bashrc")
    home["SHELL"] = "/bin/tcsh"
    assert offline(home)["completion"].state == "skipped"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("variables", "text"),
    [
        ({"NO_COLOR": "1"}, "none (NO_COLOR=1)"),
        ({"NO_COLOR": "", "FORCE_COLOR": "1"}, "16 (FORCE_COLOR=1)"),
        ({"FORCE_COLOR": "1", "COLORTERM": "truecolor"}, "24 bits (FORCE_COLOR=1)"),
        ({"FORCE_COLOR": "0"}, "none (stdout is no terminal)"),
        ({"MIMO_COLOR": "always"}, "16 (color is always: environment MIMO_COLOR)"),
    ],
)
def test_colours_are_explained(variables: dict[str, str], text: str, home: dict[str, str]) -> None:
    assert offline({**home, **variables})["color"].text == text


@pytest.mark.slow
@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        (
            {"TERM": "xterm-256color", "LC_ALL": "C"},
            {
                "terminal": "100 columns, 50 rows, TERM is xterm-256color",
                "color": "256 (TERM=xterm-256color)",
                "text": "LC_ALL=C is not UTF-8; output is UTF-8 all the same; "
                "中 and 🚀 are taken to be 2 columns wide",
            },
        ),
        (
            {"TERM": "dumb", "NO_COLOR": "1", "LC_ALL": "POSIX"},
            {
                "terminal": "100 columns, 50 rows, TERM is dumb: nothing is drawn live",
                "color": "none (NO_COLOR=1)",
                "text": "LC_ALL=POSIX is not UTF-8; output is UTF-8 all the same; "
                "中 and 🚀 are taken to be 2 columns wide",
            },
        ),
    ],
)
def test_on_a_terminal_its_size_and_locale_are_shown(
    variables: dict[str, str], expected: dict[str, str], home: dict[str, str]
) -> None:
    with Terminal(
        "doctor", "--json", "--offline", environ={**home, **variables}, columns=100, lines=50
    ) as terminal:
        assert terminal.wait() == 0
        content = json.loads(terminal.received)
    found = {one["name"]: one["text"] for one in content["checks"]}
    assert {name: found[name] for name in expected} == expected


def test_off_a_terminal_the_locale_does_not_matter(home: dict[str, str]) -> None:
    for variables, text in (
        ({"LANG": ""}, "no locale is set"),
        ({"LANG": "C"}, "LANG=C is not UTF-8"),
    ):
        check = offline({**home, **variables})["text"]
        assert check == Check("text", "ok", f"{text}; output is UTF-8 all the same")


@pytest.mark.slow
def test_on_a_narrow_terminal_texts_are_broken_and_commands_are_not(home: dict[str, str]) -> None:
    del home["MIMO_API_KEY"]
    with Terminal("doctor", "--offline", environ=home, columns=66, lines=60) as terminal:
        assert terminal.wait() == 1
        assert (
            "are taken\n"
            "                       to be 2 columns wide\n"
            "failed   key           none is set\n"
            "                       Run: mimo config set api_key (or set\n"
            "                       MIMO_API_KEY)\n"
        ) in terminal.text
    assert b"\x1b[91mfailed\x1b[0m   key" in terminal.received
