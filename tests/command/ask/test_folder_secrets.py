"""Keys, and the files that they are kept in, in folders and patterns: never sent."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.harness import KEY, PATIENCE, asked, environ_for, mimo, process

from mimo_cli.attachments.folders import FolderReader
from mimo_cli.attachments.reading import Reader
from mimo_cli.config import find_usual_keys
from mimo_cli.input import private_files
from mimo_cli.text.text_format import TextFormat

if TYPE_CHECKING:
    from mimo_cli.simulator import Simulator

OTHER = "sk-other-0123456789"
PEM = "-----BEGIN {}PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n"


def left_out(folder: Path, form: TextFormat | None = None) -> dict[str, str]:
    reader = Reader(form or TextFormat(), lambda _: None, {"MIMO_DATA": "/nonexistent"})
    with FolderReader(reader, (), (KEY,)).listing((str(folder),)) as found:
        taken = found.read(str(folder))
    assert taken is not None
    return {Path(name).name: why for name, why in taken.left_out.items()}


@pytest.mark.parametrize("named", ["{}", "{}/*"])
def test_no_key_that_the_configuration_has_is_sent_in_use_or_not(
    named: str, simulator: Simulator, tmp_path: Path
) -> None:
    folder = tmp_path / "src"
    folder.mkdir()
    config = tmp_path / "config.toml"
    config.write_text(
        f'api_key = "{OTHER}-top"\n[profiles.a]\napi_key = "{OTHER}-a"\n'
        f'[profiles.b]\napi_key = "{OTHER}-b"\n'
    )
    config.chmod(0o600)
    for name in ("top", "a", "b"):
        (folder / f"{name}.txt").write_text(f"key: {OTHER}-{name}\n")
    (folder / "variable.txt").write_text(simulator.key)
    (folder / "kept.txt").write_text("kept\n")
    environ = environ_for(simulator, MIMO_CONFIG=str(config))
    for options in ([], ["-p", "a"]):
        result = mimo("ask", "-f", named.format(folder), *options, environ=environ)
        assert result.code == 0, result.err
        assert asked(simulator) == f'<file name="{folder}/kept.txt">\nkept\n</file>'
        assert "left out: 4 look like keys" in result.err
    lines = f"/file {folder}\none\n".encode()
    mimo("chat", environ=environ, stdin=lines)
    assert OTHER not in asked(simulator)


def test_our_own_files_are_not_sent_whatever_they_are_called(
    simulator: Simulator, tmp_path: Path
) -> None:
    folder = tmp_path / "here"
    folder.mkdir()
    (folder / "settings.ini").write_text("model = 'mimo-v2-flash'\n")
    (folder / "settings.ini").chmod(0o600)
    (folder / "input.history").write_text("+what I asked\n")
    (folder / "the same").hardlink_to(folder / "input.history")
    (folder / "a.txt").write_text("a\n")
    environ = environ_for(simulator, MIMO_CONFIG=f"{folder}/settings.ini", MIMO_DATA=str(folder))
    for named in (f"{folder}", f"{folder}/*"):
        result = mimo("ask", "--no-history", "-f", named, environ=environ)
        assert asked(simulator) == f'<file name="{folder}/a.txt">\na\n</file>'
        assert "3 files of mimo's own (" in result.err
        for name in ("settings.ini", "input.history", "the same"):
            assert f"{folder}/{name}" in result.err
    mimo("ask", "--no-history", "-f", f"{folder}/settings.ini", environ=environ)
    assert "mimo-v2-flash" in asked(simulator)


def test_what_is_kept_beside_them_is_ours_too(simulator: Simulator, tmp_path: Path) -> None:
    folder, cache = tmp_path / "here", tmp_path / "cache"
    for it in (folder, cache):
        it.mkdir()
    for name in ("c[1].toml", "c[1].toml.bak", "c[1].toml.bak.2", "conversations.names"):
        (folder / name).write_text("# old-secret\n")
    (cache / "profiles%x.names").write_text("old-secret\n")
    for it in (folder, cache):
        (it / "a.txt").write_text("a\n")
    places = {"MIMO_DATA": str(folder), "MIMO_CACHE": str(cache)}
    environ = environ_for(simulator, MIMO_CONFIG=f"{folder}/c[1].toml", **places)
    result = mimo("ask", "--no-history", "-f", str(folder), "-f", str(cache), environ=environ)
    assert "old-secret" not in asked(simulator)
    assert (folder / "a.txt").as_posix() in asked(simulator)
    assert "4 files of mimo's own (" in result.err
    assert f"{cache}/profiles%x.names" in result.err


def test_the_usual_configuration_is_ours_too_where_another_is_in_use(tmp_path: Path) -> None:
    usual = tmp_path / "mimo-cli/config.toml"
    usual.parent.mkdir(parents=True)
    usual.write_text('api_key = "DEFKEY-998877"\n')
    other = tmp_path / "other.toml"
    other.write_text("")
    places = {"XDG_CONFIG_HOME": str(tmp_path), "MIMO_CONFIG": str(other)}
    variables = {**places, "MIMO_API_KEY": "sk-12345678"}
    program = process("ask", "--dry-run", "-f", str(usual.parent), "hi", environ=variables)
    out, err = program.communicate(timeout=PATIENCE)
    assert (program.returncode, out) == (2, b"")
    assert b"1 file of mimo's own" in err
    (tmp_path / "copies").mkdir()
    (tmp_path / "copies/backup.txt").write_text(usual.read_text())
    copy = process("ask", "--dry-run", "-f", f"{tmp_path}/copies", "hi", environ=variables)
    out, err = copy.communicate(timeout=PATIENCE)
    assert (copy.returncode, out) == (2, b"")
    assert b"1 looks like a key" in err


@pytest.mark.parametrize(
    "written",
    [
        'api_key = "KEY-998877"',
        "\"api_key\" = 'KEY-998877'",
        'api_key = """KEY-998877"""',
        'api_key = "KEY-\\u003998877"',
        '[profiles]\ndot.api_key = "KEY-998877"',
        '[profiles]\none = { api_key = "KEY-998877" }',
        'x = [\nprofiles.a.api_key = "KEY-998877"',  # no TOML
    ],
)
def test_no_key_of_the_usual_configuration_leaves_in_whatever_form(
    written: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / "mimo-cli").mkdir()
    (tmp_path / "mimo-cli/config.toml").write_text(f"{written}\n")
    assert find_usual_keys({"MIMO_CONFIG": "other.toml"}) == ("KEY-998877",)
    assert find_usual_keys({}) == ()


def test_colours_that_are_taken_out_hide_no_key(simulator: Simulator, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a\n")
    (tmp_path / "b.txt").write_text(f"{simulator.key[:6]}\x1b[31m{simulator.key[6:]}\x1b[0m\n")
    (tmp_path / "c.txt").write_text("-----BEGIN \x1b[1mPRIVATE\x1b[0m KEY\x1b[1m-----\n")
    environ = environ_for(simulator)
    result = mimo("ask", "--strip-ansi", "--no-history", "-f", str(tmp_path), environ=environ)
    assert asked(simulator) == f'<file name="{tmp_path}/a.txt">\na\n</file>'
    assert "left out: 2 look like keys" in result.err


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "utf-16", "utf-32"])
@pytest.mark.parametrize(
    "form",
    [
        TextFormat(),
        TextFormat("utf-16-le"),
        TextFormat("utf-16-be"),
        TextFormat("latin-1"),
        TextFormat(lossy=True),
    ],
)
def test_no_encoding_hides_a_key(encoding: str, form: TextFormat, tmp_path: Path) -> None:
    for name, text in {"a": f"k={KEY}", "b": PEM.format("RSA "), "c": f"\u00e9{KEY}\u00e9"}.items():
        for shift in ("", "x"):
            (tmp_path / f"{name}{shift}").write_bytes((shift + text).encode(encoding) + b"\n\xff")
    (tmp_path / "keep").write_text("kept")  # in UTF-16 two other letters
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(private_files, "may_hold_secret", lambda *_: False)  # the bytes alone
        found = left_out(tmp_path / "*", form)
    assert {found.get(f"{name}{shift}") for name in "abc" for shift in ("", "x")} == {"key"}


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "gb18030", "latin-1", "utf-8"])
def test_no_encoding_hides_the_key_that_a_command_prints(
    encoding: str, simulator: Simulator, tmp_path: Path
) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src/a.txt").write_text(f"some text that is even {KEY} "[-90:].rjust(90))
    (tmp_path / "print").write_text(KEY)
    config = tmp_path / "config.toml"
    config.write_text(f"api_key_command = 'cat {tmp_path}/print'\n")
    config.chmod(0o600)
    environ = {**environ_for(simulator), "MIMO_CONFIG": str(config)}
    del environ["MIMO_API_KEY"]
    options = ("-f", f"{tmp_path}/src", "--encoding", encoding, "--lossy")
    result = mimo("ask", *options, "q", environ=environ)
    assert (result.code, simulator.requests) == (2, []), result.err
    assert f"left out: 1 looks like a key ({tmp_path}/src/a.txt)" in result.err


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        (PEM.format(""), True),
        (PEM.format("OPENSSH "), True),
        ("> " + PEM.format("EC "), True),
        ("+-----BEGIN PGP PRIVATE KEY BLOCK-----\n+\n", True),
        ("# -----BEGIN PGP PRIVATE KEY BLOCK-----\n", True),
        ("---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\n", True),
        ("PuTTY-User-Key-File-3: ssh-ed25519\n", True),
        ("AGE-SECRET-KEY-1QQQ\n", True),
        (base64.b64encode(PEM.format("").encode()).decode(), True),
        ("key: " + base64.b64encode(PEM.format("OPENSSH ").encode()).decode(), True),
        (base64.b64encode(PEM.format("ENCRYPTED ").encode()).decode(), True),
        (base64.b64encode(b"-----BEGIN CERTIFICATE-----\nMIIE\n").decode(), False),
        ("-----BEGIN CERTIFICATE-----\nMIIE\n", False),
        ("-----BEGIN PUBLIC KEY-----\n", False),
        ("a private key", False),
        ("LS0tLS1CRUdJTi", False),
    ],
)
def test_what_looks_like_a_key(text: str, is_one: bool) -> None:
    assert private_files.may_hold_secret(text, ()) is is_one
    assert private_files.may_bytes_hold_secret(text.encode(), ()) is is_one
    assert private_files.may_bytes_hold_secret(text.encode("utf-16"), ()) is (
        is_one and "LS0t" not in text
    )
