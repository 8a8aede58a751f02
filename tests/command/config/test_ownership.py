"""What another user can write names no command that we run."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

import pytest
from support import systems
from support.harness import Terminal, asked, environ_for, mimo

from mimo_cli.config import ownership
from mimo_cli.simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OTHER = 12345


class Place(NamedTuple):
    """A configuration with a command that leaves a trace, and a server to ask."""

    file: Path
    trace: Path
    environ: dict[str, str]
    simulator: Simulator

    def write(self, text: str) -> None:
        self.file.write_text(text.replace("COMMAND", f"touch {self.trace}"))
        self.file.chmod(0o600)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with Simulator() as simulator:
        file = tmp_path / "config.toml"
        environ = environ_for(simulator, MIMO_CONFIG=str(file))
        environ["MIMO_CACHE"] = str(tmp_path / "cache")
        del environ["MIMO_API_KEY"]
        found = Place(file, tmp_path / "trace", environ, simulator)
        found.write('api_key_command = "COMMAND"\n')
        yield found


def theirs(place: Place) -> tuple[str, str]:
    """Give the file to another user; the warning, and why."""
    os.chown(place.file, OTHER, OTHER)
    why = f"{place.file} belongs to another user ({OTHER})"
    end = "who decides by it where your key goes. No command in it is run."
    return f"mimo: warning: {why}, {end}\n", why


@systems.SUPERUSER
@pytest.mark.parametrize(
    "command", [("ask", "hi"), ("chat",), ("models", "--remote"), ("ask", "--json", "hi")]
)
def test_the_key_command_of_another_users_file_is_not_run(
    place: Place, command: tuple[str, ...]
) -> None:
    warning, why = theirs(place)
    result = mimo(*command, environ=place.environ, stdin=b"hi\n")
    assert result.code == 4
    assert result.err == (
        f"{warning}mimo: api_key_command is not run: {why}\n"
        f"  If you trust it, use a copy of your own: cp {place.file} MINE; "
        "export MIMO_CONFIG=MINE\n"
    )
    assert (place.trace.exists(), place.simulator.connections) == (False, 0)


@systems.SUPERUSER
@pytest.mark.parametrize(
    "text",
    [
        'default_profile = "work"\n[profiles.work]\napi_key_command = "COMMAND"\n',
        'api_key = "sk-0123456789"\n[profiles.work]\napi_key_command = "COMMAND"\n',
    ],
)
def test_nor_is_that_of_a_profile_nor_another_key_taken_instead(place: Place, text: str) -> None:
    place.write(text)
    theirs(place)
    result = mimo("ask", "-p", "work", "hi", environ=place.environ)
    assert (result.code, "api_key_command is not run" in result.err) == (4, True)
    assert (place.trace.exists(), place.simulator.connections) == (False, 0)


@systems.SUPERUSER
def test_the_rest_of_it_is_read_with_a_warning(place: Place) -> None:
    place.write('api_key_command = "COMMAND"\nmodel = "mimo-v2.6-flash"\n')
    warning, _ = theirs(place)
    environ = {**place.environ, "MIMO_API_KEY": place.simulator.key}
    result = mimo("ask", "hi", environ=environ)
    assert (result.code, result.err) == (0, warning)
    assert place.simulator.requests[-1].json["model"] == "mimo-v2.6-flash"
    # The user's own environment may name a command.
    del environ["MIMO_API_KEY"]
    result = mimo("ask", "hi", environ={**environ, "MIMO_API_KEY_COMMAND": "echo sk-0123456789"})
    assert "api_key_command is not run" not in result.err
    assert not place.trace.exists()


@systems.SUPERUSER
def test_a_request_that_is_only_shown_does_not_hold_the_command(place: Place) -> None:
    theirs(place)
    result = mimo("ask", "--dry-run=curl", "hi", environ=place.environ)
    assert (result.code, str(place.trace) in result.out) == (0, False)


@systems.SUPERUSER
def test_doctor_says_so(place: Place) -> None:
    _, why = theirs(place)
    result = mimo("doctor", "--json", environ=place.environ)
    checks = {check["name"]: check for check in result.json["checks"]}
    shown = f"{place.file} (mode 0600): {why}; no command in it is run"
    assert (checks["config"]["state"], checks["config"]["text"]) == ("warning", shown)
    text = f"api_key_command is not run: {why}"
    assert (checks["key"]["state"], checks["key"]["text"]) == ("failed", text)
    assert checks["request"]["state"] == "failed"
    assert (place.trace.exists(), place.simulator.requests) == (False, [])


@systems.SUPERUSER
def test_root_may_write_it_and_under_sudo_who_is_behind_it(place: Place) -> None:
    theirs(place)
    result = mimo("ask", "hi", environ={**place.environ, "SUDO_UID": str(OTHER)})
    assert place.trace.exists()
    assert "belongs to another user" not in result.err


@pytest.mark.parametrize(
    ("mode", "why"),
    [
        (0o602, "everybody can change {}"),
        (0o666, "everybody can change {}"),
        (0o644, ""),
        (0o400, ""),
    ],
)
def test_nor_one_of_a_file_that_everybody_can_change(place: Place, mode: int, why: str) -> None:
    place.file.chmod(mode)
    result = mimo("ask", "hi", environ=place.environ)
    refusal = f"mimo: api_key_command is not run: {why.format(place.file)}\n"
    assert (refusal in result.err, place.trace.exists()) == (bool(why), not why)
    if why:
        assert f"  Look at it, then run: chmod 600 {place.file}\n" in result.err


@systems.SUPERUSER
def test_a_group_of_others_is_not_trusted_and_ones_own_is(place: Place) -> None:
    place.file.chmod(0o660)
    assert ownership.find_distrust(place.file) is None  # the group root, which nobody else is in
    os.chown(place.file, 0, OTHER)
    place.file.chmod(0o660)
    distrust = ownership.find_distrust(place.file)
    assert distrust is not None
    assert distrust.why == f"others of its group can change {place.file}"


@systems.SUPERUSER
def test_another_users_link_in_a_shared_folder_is_not_trusted(place: Place, tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o1777)
    link = shared / "config.toml"
    link.symlink_to(place.file)
    assert ownership.find_distrust(link) is None
    os.chown(link, OTHER, OTHER, follow_symlinks=False)
    result = mimo("ask", "hi", environ={**place.environ, "MIMO_CONFIG": str(link)})
    assert (result.code, place.trace.exists()) == (4, False)
    assert "it is another user's link in a folder that is everybody's" in result.err


@pytest.mark.slow
@systems.SUPERUSER
def test_an_editor_that_another_user_names_is_not_run(place: Place) -> None:
    place.write('editor = "COMMAND"\n')
    theirs(place)
    environ = {**place.environ, "MIMO_API_KEY": place.simulator.key, "EDITOR": "perl -pi -e s/h/H/"}
    with Terminal("ask", "-e", "hi", environ=environ) as terminal:
        assert terminal.wait() == 0
    assert not place.trace.exists()
    assert asked(place.simulator) == "Hi"


@systems.SUPERUSER
def test_a_projects_file_names_no_command_whoever_it_belongs_to(
    place: Place, tmp_path: Path
) -> None:
    place.file.unlink()
    project = tmp_path / ".mimo.toml"
    project.write_text(f'api_key_command = "touch {place.trace}"\neditor = "touch {place.trace}"\n')
    for owner in (0, OTHER):
        os.chown(project, owner, owner)
        project.chmod(0o666)
        result = mimo("ask", "hi", environ=place.environ, cwd=tmp_path)
        assert "is ignored" in result.err
    assert not place.trace.exists()


def test_a_shell_that_gives_the_configuration_through_a_pipe_is_the_user(tmp_path: Path) -> None:
    read, write = os.pipe()
    os.write(write, b'model = "mimo-v2.6-flash"\n')
    os.close(write)
    try:
        environ = {"MIMO_CONFIG": f"/dev/fd/{read}", "MIMO_CACHE": str(tmp_path)}
        result = mimo("config", "get", "model", environ=environ)
    finally:
        os.close(read)
    assert (result.out, result.err) == ("mimo-v2.6-flash\n", "")
