"""The project's own file: where it is found, and how little it may do."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

import pytest
from support.folders import ROOT
from support.harness import environ_for, finish, mimo, process

from mimo_cli.config import project_file
from mimo_cli.config.schema import ASKED
from mimo_cli.input import private_files

if TYPE_CHECKING:
    from mimo_cli.simulator import Simulator


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A repository, and a folder in it."""
    root = tmp_path / "home" / "clone"
    (root / "src" / "deep").mkdir(parents=True)
    (root / ".git").mkdir()
    return root


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {"MIMO_CONFIG": str(tmp_path / "config.toml"), "HOME": str(tmp_path / "home")}


# Where


def test_the_nearest_file_up_to_the_root_of_the_repository_counts(clone: Path) -> None:
    deep, home = clone / "src" / "deep", str(clone.parent)
    (clone.parent / ".mimo.toml").touch()
    assert project_file.find_file(deep, home) is None
    (clone / ".mimo.toml").touch()
    assert project_file.find_file(deep, home) == clone / ".mimo.toml"
    (clone / "src" / ".mimo.toml").touch()
    assert project_file.find_file(deep, home) == clone / "src" / ".mimo.toml"
    assert project_file.find_file(clone, home) == clone / ".mimo.toml"


def test_a_work_tree_is_a_repository_too(clone: Path) -> None:
    (clone / ".git").rmdir()
    (clone / ".git").write_text("gitdir: elsewhere\n")
    (clone / ".mimo.toml").touch()
    assert project_file.find_file(clone / "src", "") == clone / ".mimo.toml"


def test_outside_of_a_repository_only_the_working_folder_counts(clone: Path) -> None:
    (clone / ".git").rmdir()
    (clone / ".mimo.toml").touch()
    assert project_file.find_file(clone / "src", "") is None
    assert project_file.find_file(clone, "") == clone / ".mimo.toml"


def test_nothing_above_the_home_folder_counts(tmp_path: Path) -> None:
    folder = tmp_path / "home" / "notes"
    folder.mkdir(parents=True)
    (tmp_path / ".git").mkdir()
    (tmp_path / ".mimo.toml").touch()
    assert project_file.find_file(folder, str(tmp_path)) == tmp_path / ".mimo.toml"
    assert project_file.find_file(folder, str(tmp_path / "home")) is None


# What


def test_it_sets_what_is_asked_and_that_is_told(
    simulator: Simulator, clone: Path, tmp_path: Path
) -> None:
    file = clone / ".mimo.toml"
    file.write_text('model = "flash"\nsystem = "@prompts/s.md"\nmax_tokens = 5\nstop = ["x"]\n')
    (clone / "prompts").mkdir()
    (clone / "prompts" / "s.md").write_text("Be a pirate.")
    config = tmp_path / "config.toml"
    config.write_text('model = "m"\nretries = 0\n[profiles.w]\nmodel = "w"\nmax_tokens = 9\n')
    config.chmod(0o600)
    environ = environ_for(simulator, MIMO_CONFIG=str(config))
    args = ("ask", "--dry-run", "hi")
    shown = mimo(*args, environ=environ, cwd=clone / "src")
    assert (shown.code, shown.err) == (0, "")
    assert '"model": "mimo-v2.6-flash"' in shown.out
    assert '"system": "Be a pirate."' in shown.out
    assert '"max_tokens": 5' in shown.out
    loud = mimo("ask", "-v", "hi", environ=environ, cwd=clone)
    assert f"mimo: project: {file}\n" in loud.err
    listed = mimo("config", "list", environ=environ, cwd=clone).out.splitlines()
    alias = "mimo-v2.6-flash\tproject {}, alias flash\tmimo-v2.6-pro"
    assert "model\t" + alias.format(file) in listed
    assert f"max_tokens\t5\tproject {file}\t" in listed
    assert f"retries\t0\tfile {config}\t2" in listed
    variable = mimo(*args, environ={**environ, "MIMO_MODEL": "e"}, cwd=clone)
    assert '"model": "e"' in variable.out
    profile = mimo("ask", "-p", "w", "--dry-run", "hi", environ=environ, cwd=clone)
    assert '"model": "w"' in profile.out
    config.write_text('default_profile = "w"\n' + config.read_text())
    fallback = mimo(*args, environ=environ, cwd=clone)
    assert '"max_tokens": 5' in fallback.out


@pytest.mark.slow
@pytest.mark.parametrize(
    "line",
    [
        'base_url = "https://evil.example"',
        'api_key = "sk-x"',
        'api_key_command = "touch ran"',
        'editor = "touch ran"',
        "allow_http = true",
        'auth = "bearer"',
        'default_profile = "w"',
        'timeout = "not even a number"',
        '[aliases]\npro = "other"',
        '[profiles.w]\nbase_url = "https://evil.example"',
        '[prompts.p]\nprompt = "x"',
    ],
)
def test_it_names_no_server_key_or_command(environ: dict[str, str], clone: Path, line: str) -> None:
    plain = mimo("ask", "--dry-run", "-m", "pro", "hi", environ=environ)
    (clone / ".mimo.toml").write_text(line + "\n")
    result = mimo("ask", "--dry-run", "-m", "pro", "hi", environ=environ, cwd=clone)
    assert (result.code, result.out) == (plain.code, plain.out)
    name = line.strip("[").replace(".", " ").replace("]", " ").split()[0]
    assert result.err.startswith(
        f"mimo: warning: {name} is ignored in {clone}/.mimo.toml, line 1, column "
    )
    assert result.err.endswith(f": a project's file may only set {', '.join(ASKED)}\n")


def test_a_key_nobody_knows_is_remarked_on_with_the_nearest(
    environ: dict[str, str], clone: Path
) -> None:
    (clone / ".mimo.toml").write_text('modle = "x"\n')
    result = mimo("ask", "--dry-run", "hi", environ=environ, cwd=clone)
    assert result.code == 0
    assert result.err == (
        f"mimo: warning: unknown setting 'modle' in {clone}/.mimo.toml, line 1, column 9. "
        "Did you mean model?\n"
    )


@pytest.mark.parametrize(
    "name",
    [".git/config", ".env", "src/.env", "./.env", "link", "keys/server.PEM", "id_ed25519"],
)
def test_no_hidden_file_and_no_key_of_the_project_is_sent(
    environ: dict[str, str], clone: Path, name: str
) -> None:
    (clone / "keys").mkdir()
    for place in (".git/config", ".env", "src/.env", "keys/server.PEM", "id_ed25519"):
        (clone / place).write_text("the secret")
    (clone / "link").symlink_to(".env")
    (clone / ".mimo.toml").write_text(f'system = "@{name}"\n')
    result = mimo("ask", "--dry-run", "hi", environ=environ, cwd=clone)
    assert (result.code, result.out) == (3, "")
    where = f"(project {clone}/.mimo.toml, line 1, column 10)"
    why = f"@{name} is hidden, or named like a key {where}"
    assert result.err.startswith(f"mimo: system is refused: {why}\n")


@pytest.mark.parametrize(
    "name",
    [
        ".github/copilot.md",
        ".prompts/x.md",
        ".prompts/x.PROMPT",
        "prompts/id_cards.md",
        "prompts/credentials-policy.md",
        "prompts/Credentials.txt",
        ".prompt.md",
    ],
)
def test_a_text_that_is_only_called_so_is_sent(
    environ: dict[str, str], clone: Path, name: str
) -> None:
    (clone / name).parent.mkdir(exist_ok=True)
    (clone / name).write_text("Never print a line with -----BEGIN PRIVATE KEY----- in it.\n")
    (clone / ".mimo.toml").write_text(f'system = "@{name}"\n')
    result = mimo("ask", "--dry-run", "hi", environ=environ, cwd=clone)
    assert (result.code, "Never print a line" in result.out) == (0, True)


@pytest.mark.parametrize(
    "name",
    [
        *(".git/a.md", ".GIT/a.md", ".ssh/a.txt", "a/.aws/x.md", ".env.md", ".envs/x.txt"),
        *(".prompts/x", ".prompts/x.json", ".netrc.txt", "credentials", "credentials.json"),
        *("id_rsa", "id_rsa.pub", "a.md/server.key", "id_.md/id_rsa", ".md"),
    ],
)
def test_a_place_for_secrets_holds_no_authors_text(name: str) -> None:
    assert not private_files.is_authors(PurePath(name))


KEY = "-----BEGIN PRIVATE KEY-----"


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        (f"{KEY}\nMIIE\n", True),
        (f"a\r\n  {KEY} \r\nMIIE", True),
        ("x\n-----BEGIN OPENSSH PRIVATE KEY-----\nb3", True),
        ("-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nlQ", True),
        (f'{{"private_key": "{KEY}\\nMIIEvQIBADANBgkqhkiG9w0"}}', True),
        (f"never send {KEY} to anyone", False),
        (f"`{KEY}`", False),
        ("-----BEGIN PUBLIC KEY-----\nMIIE\n", False),
        ("a PRIVATE KEY", False),
    ],
)
def test_a_private_key_is_more_than_a_word_on_one(text: str, *, is_one: bool) -> None:
    assert private_files.holds_key(text) == is_one


def test_no_private_key_of_the_project_is_sent(environ: dict[str, str], clone: Path) -> None:
    (clone / "notes").write_text("-----BEGIN PRIVATE KEY-----\nMIIE\n")
    (clone / ".mimo.toml").write_text('system = "@notes"\n')
    result = mimo("ask", "--dry-run", "hi", environ=environ, cwd=clone)
    assert (result.code, result.out) == (3, "")
    start = f"mimo: system is refused: there is a private key in {clone}/notes (project {clone}/"
    assert result.err.startswith(start)
    assert "MIIE" not in result.err


@pytest.mark.parametrize(
    "name",
    [
        "/etc/passwd",
        "../../secret",
        "src/../../../secret",
        "src/../a",
        "out",
        "out/secret",
        "dir/secret",
        "a\\u0000b",
        "",
    ],
)
def test_no_file_outside_of_the_project_is_sent(
    environ: dict[str, str], clone: Path, tmp_path: Path, name: str
) -> None:
    (tmp_path / "secret").write_text("the secret")
    (clone / "out").symlink_to(tmp_path / "secret")
    (clone / "dir").symlink_to(tmp_path)
    (clone / ".mimo.toml").write_text(f'system = "@{name}"\n')
    result = mimo("ask", "--dry-run", "hi", environ=environ, cwd=clone)
    assert result.code in (2, 3)
    assert result.out == ""
    assert "the secret" not in result.err
    if name:
        assert result.err.startswith("mimo: system is refused: @")
        assert f"(project {clone}/.mimo.toml, line 1, column 10)" in result.err


@pytest.mark.parametrize(
    ("text", "place"),
    [("model = \n", "line 1, column 9"), ("top_p = 5\n", "line 1, column 9")],
)
def test_a_file_that_is_not_right_is_an_error_that_says_where(
    environ: dict[str, str], clone: Path, text: str, place: str
) -> None:
    (clone / ".mimo.toml").write_text(text)
    result = mimo("ask", "--dry-run", "hi", environ=environ, cwd=clone)
    assert result.code == 3
    assert f"{clone}/.mimo.toml" in result.err
    assert place in result.err


def test_what_is_not_the_projects_own_file_is_ignored(
    environ: dict[str, str], clone: Path, tmp_path: Path
) -> None:
    file = clone / ".mimo.toml"

    def ignored() -> str:
        result = mimo("ask", "--dry-run", "-m", "m", "hi", environ=environ, cwd=clone)
        assert result.code == 0
        return result.err

    warning = f"mimo: warning: {file} is ignored: {{}}\n"
    os.mkfifo(file)
    assert ignored() == warning.format("it is not a regular file")
    file.unlink()
    (tmp_path / "secret").write_text('model = "x"')
    file.symlink_to(tmp_path / "secret")
    assert ignored() == warning.format("it is a link to a file outside of its folder")
    file.unlink()
    file.symlink_to(tmp_path / "gone")
    assert ignored() == warning.format("no such file or directory")
    file.unlink()
    (clone / "real.toml").write_text('model = "x"')
    file.symlink_to("real.toml")
    assert ignored() == ""


def test_a_file_of_another_user_is_ignored(environ: dict[str, str], clone: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can make such a file")
    file = clone / ".mimo.toml"
    file.write_text('model = "x"\n')
    os.chown(file, 12345, 12345)
    result = mimo("ask", "--dry-run", "hi", environ=environ, cwd=clone)
    assert result.err == f"mimo: warning: {file} is ignored: it belongs to another user\n"
    assert '"mimo-v2.6-pro"' in result.out


@pytest.mark.slow
def test_the_process_looks_in_its_working_folder(environ: dict[str, str], clone: Path) -> None:
    (clone / ".mimo.toml").write_text('model = "x"\n')
    before = Path.cwd()
    os.chdir(clone)
    try:
        program = process("config", "get", "model", environ=environ)
    finally:
        os.chdir(before)
    assert finish(program).out == "x\n"


def test_a_working_folder_that_was_deleted_does_no_harm(
    environ: dict[str, str], tmp_path: Path
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    command = 'cd "$1" && rmdir "$1" && exec "$2" -m mimo_cli config get model'
    done = subprocess.run(
        ["sh", "-c", command, "sh", str(gone), sys.executable],
        env={**environ, "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "mimo-v2.6-pro\n", "")
