"""Folders and patterns behind `-f`: what is sent of them, and what is not."""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest
from support import systems
from support.harness import KEY, PATIENCE, asked, environ_for, mimo

from mimo_cli.attachments import folders, same_file
from mimo_cli.attachments.attachment import TextFile
from mimo_cli.attachments.folders import FolderReader
from mimo_cli.attachments.listing import git_files, walk
from mimo_cli.attachments.listing.open_folder import OpenFolder
from mimo_cli.attachments.listing.selection import Selection, TooMuchError, Total
from mimo_cli.attachments.reading import Reader
from mimo_cli.catalogue import token_estimate
from mimo_cli.errors import UsageError
from mimo_cli.input.programs import Means
from mimo_cli.signals import Signals
from mimo_cli.text.text_format import TextFormat

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mimo_cli.attachments.listing.taken import Taken
    from mimo_cli.simulator import Simulator

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\2\0\0\0"
OURS = {
    "PATH": os.environ["PATH"],
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
}


def write(folder: Path, **files: str | bytes) -> None:
    """Write files; in their names two underscores stand for a slash, and one for a dot."""
    for name, content in files.items():
        path = folder / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


def git(folder: Path, *args: str) -> None:
    environ = {**OURS, "HOME": str(folder)}
    subprocess.run(["git", *args], cwd=folder, check=True, capture_output=True, env=environ)


def read(name: str | Path, *exclude: str, form: TextFormat | None = None, **environ: str) -> Taken:
    reader = Reader(form or TextFormat(), lambda _: None, {**OURS, **environ})
    with FolderReader(reader, exclude, (KEY,)).listing((str(name),)) as found:
        taken = found.read(str(name))
    assert taken is not None
    return taken


def names(taken: Taken, folder: Path) -> list[str]:
    return [os.path.relpath(it.name, folder) for it in taken.files]


def test_a_folder_stands_for_its_texts_in_order_and_tells_what_is_left_out(
    simulator: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, src__b_py="b\n", src__a_py="a\n", src__sub__c_py="c\n", src___env="X=1")
    write(
        tmp_path, src__deploy_pem="k", src__conf=f"key={simulator.key}", src__pic=PNG, src__x="a\0"
    )
    write(tmp_path, src__late_txt=b"caf\xe9", src__none=b" \n")
    write(tmp_path, src__tls="cert\n  -----BEGIN RSA PRIVATE KEY-----\\nMII")
    (tmp_path / "src/link").symlink_to("a.py")
    os.mkfifo(tmp_path / "src/pipe")
    monkeypatch.chdir(tmp_path)
    result = mimo("ask", "-f", "src/", "why?", environ=environ_for(simulator))
    assert result.code == 0
    assert asked(simulator) == (
        'why?\n\n<file name="src/a.py">\na\n</file>\n\n<file name="src/b.py">\nb\n</file>'
        '\n\n<file name="src/sub/c.py">\nc\n</file>'
    )
    assert result.err == (
        "mimo: src/: 3 files, about 0 tokens; left out: 3 look like keys "
        "(src/deploy.pem, src/conf, src/tls), 1 hidden, 1 link, 1 no regular file, "
        "1 picture, recording or film (its own name adds it), 1 not text, "
        "1 in another encoding, 1 empty\n"
    )
    assert simulator.key not in result.err
    result = mimo("ask", "-f", "src", "-v", "why?", environ=environ_for(simulator))
    for line in ("src/.env (hidden)", "src/conf (looks like a key)", "src/late.txt (text in an"):
        assert f"mimo: left out: {line}" in result.err
    result = mimo("ask", "-f", "src", "-q", "why?", environ=environ_for(simulator))
    assert result.err == ""


def test_what_names_itself_is_sent_whatever_it_is(simulator: Simulator, tmp_path: Path) -> None:
    write(tmp_path, _env=f"KEY={simulator.key}")
    result = mimo("ask", "-f", str(tmp_path / ".env"), environ=environ_for(simulator))
    assert (result.code, result.err) == (0, "")
    assert simulator.key in asked(simulator)


@pytest.mark.parametrize("shown", ["src", "src/", "./src//", "../here/src", "link", "~/here/src"])
def test_however_a_folder_is_named_its_files_are_found(
    shown: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path / "here"
    write(here, src__a_py="a")
    (here / "link").symlink_to("src")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(here)
    prefix = os.path.normpath(os.path.expanduser(shown))  # noqa: PTH111
    assert [it.name for it in read(shown).files] == [f"{prefix}/a.py"]


def test_the_working_folder_and_an_address_are_folders_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, a="a", b__c="c")
    monkeypatch.chdir(tmp_path)
    assert [it.name for it in read(".").files] == ["a", "b/c"]
    assert names(read(tmp_path.as_uri()), tmp_path) == ["a", "b/c"]


@pytest.mark.parametrize("name", ["https://example.com/a*.png", "image:https://x.org/?a", "a.py"])
def test_what_is_neither_folder_nor_pattern_is_left_to_others(name: str) -> None:
    reader = FolderReader(Reader(TextFormat(), lambda _: None, {}))
    with reader.listing((name,)) as found:
        assert found.read(name) is None


def test_odd_names_are_names(tmp_path: Path) -> None:
    odd = [b"a\nb", b"\x1b[2J", b"caf\xe9", b"-rf", b'q"<file>', b"a:10"]
    for name in odd:
        (tmp_path / os.fsdecode(name)).write_text("x\n")
    taken = read(tmp_path)
    assert sorted(os.fsencode(os.path.relpath(it.name, tmp_path)) for it in taken.files) == sorted(
        odd
    )
    git(tmp_path, "init")
    assert read(tmp_path).files == taken.files  # git would quote them


def test_a_file_whose_name_ends_like_lines_is_that_file(
    simulator: Simulator, tmp_path: Path
) -> None:
    (tmp_path / "a").write_text("one\ntwo\n")
    environ = environ_for(simulator)
    mimo("ask", "-f", f"{tmp_path}/a:2", environ=environ)
    assert asked(simulator) == f'<file name="{tmp_path}/a:2">\ntwo\n</file>'
    (tmp_path / "a:2").write_text("named so\n")
    mimo("ask", "-f", f"{tmp_path}/a:2", environ=environ)
    assert asked(simulator) == f'<file name="{tmp_path}/a:2">\nnamed so\n</file>'
    result = mimo("ask", "-f", f"{tmp_path}/a:3", environ=environ)
    assert (result.code, result.err) == (
        2,
        f"mimo: cannot read {tmp_path}/a:3: the file has 2 lines\n",
    )
    result = mimo("ask", "-f", f"{tmp_path}/none:3", environ=environ)
    assert result.err == f"mimo: cannot read {tmp_path}/none:3: no such file or directory\n"
    (tmp_path / "p").write_bytes(PNG)
    result = mimo("ask", "-f", f"{tmp_path}/p:1", environ=environ)
    assert (result.code, "is no text, which alone has lines" in result.err) == (2, True)


def test_a_pattern_in_quotes_takes_media_too(simulator: Simulator, tmp_path: Path) -> None:
    write(tmp_path, a__x_py="x\n", a__b__y_py="y\n", a__z_txt="z", a__p_png=PNG, a___h_py="h")
    result = mimo("ask", "-f", f"{tmp_path}/**/*.p*", "why?", environ=environ_for(simulator))
    assert result.code == 0
    picture, text = simulator.requests[-1].json["messages"][-1]["content"]
    assert picture["type"] == "image"
    assert text["text"] == (
        f'why?\n\n<file name="{tmp_path}/a/b/y.py">\ny\n</file>'
        f'\n\n<file name="{tmp_path}/a/x.py">\nx\n</file>'
    )
    assert "3 files, about " in result.err
    assert "left out: 1 hidden" in result.err


def test_media_that_cannot_be_sent_are_left_out_of_a_pattern(tmp_path: Path) -> None:
    write(tmp_path, a_png=PNG[:16] + b"\x7f\xff\xff\xff" * 2 + PNG[24:], a_txt="x")
    taken = read(tmp_path / "a*")
    assert (names(taken, tmp_path), [*taken.left_out.values()]) == (["a.txt"], ["unsendable"])


def test_what_looks_like_a_pattern_may_be_a_file_or_a_folder(
    simulator: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "app/[id]").mkdir(parents=True)
    write(tmp_path, app__i__p_tsx="of i\n")
    (tmp_path / "app/[id]/p.tsx").write_text("one\ntwo\n")
    monkeypatch.chdir(tmp_path)
    environ = environ_for(simulator)
    for named, shown, text in (
        ("app/[id]/p.tsx", "app/[id]/p.tsx", "one\ntwo"),
        ("app/[id]/p.tsx:1", "app/[id]/p.tsx:1", "one"),
        ("app/[id]/*.tsx", "app/[id]/p.tsx", "one\ntwo"),
        ("app/\\[id\\]/*.tsx", "app/[id]/p.tsx", "one\ntwo"),
        ("app/\\[id\\]/p.tsx", "app/[id]/p.tsx", "one\ntwo"),
        ("app/[hi]/*.tsx", "app/i/p.tsx", "of i"),
    ):
        mimo("ask", "-f", named, environ=environ)
        assert asked(simulator) == f'<file name="{shown}">\n{text}\n</file>', named
    (tmp_path / "app/[id]/p.tsx").unlink()
    (tmp_path / "app/[id]").rmdir()
    mimo("ask", "-f", "app/[id]/*.tsx", environ=environ)
    assert asked(simulator) == '<file name="app/i/p.tsx">\nof i\n</file>'
    result = mimo("ask", "-f", "app/[[:odd:]]*", environ=environ)
    assert (result.code, "there is no [:odd:]" in result.err) == (2, True)


def test_what_is_excluded_is_not_sent(simulator: Simulator, tmp_path: Path) -> None:
    write(tmp_path, a_py="a\n", b_log="b", gen__c_py="c", d_py="d")
    options = ["--exclude", "*.log", "--exclude=gen/", "--exclude", "d.py"]
    environ = environ_for(simulator)
    result = mimo("ask", "-f", str(tmp_path), *options, environ=environ)
    assert asked(simulator) == f'<file name="{tmp_path}/a.py">\na\n</file>'
    assert result.err == f"mimo: {tmp_path}: 1 file, about 0 tokens; left out: 3 excluded\n"
    # Also of what a shell has made of a pattern without quotes.
    files = [str(tmp_path / "a.py"), str(tmp_path / "d.py"), str(tmp_path / "gen/c.py")]
    result = mimo("ask", "-f", *files, *options, environ=environ)
    assert asked(simulator) == f'<file name="{tmp_path}/a.py">\na\n</file>'
    assert f"mimo: left out: {tmp_path}/d.py (excluded)\n" in result.err
    result = mimo("ask", "-f", files[0], *options, environ=environ)
    assert "mimo: nothing was left out by --exclude *.log, gen/, d.py\n" in result.err
    lines = [f"{tmp_path}/d.py:1", "--exclude", "*.log", "--exclude", "d.py", "why?"]
    result = mimo("ask", "-f", *lines, environ=environ)
    assert f"mimo: left out: {tmp_path}/d.py:1 (excluded)\n" in result.err
    more = ["--exclude", "*.l?g", "--exclude", "nothing", "--exclude", ".git*"]
    (tmp_path / ".github").touch()
    result = mimo("ask", "-f", str(tmp_path), *options, *more, environ=environ)
    assert result.err.endswith("mimo: nothing was left out by --exclude nothing\n")
    result = mimo("ask", "-f", str(tmp_path), "--exclude", "", environ=environ)
    assert (result.code, result.err) == (2, "mimo: --exclude cannot be '': it names nothing\n")


def test_a_file_that_is_named_and_found_is_sent_once(simulator: Simulator, tmp_path: Path) -> None:
    write(tmp_path, a_py="a\n", b_py="b\n")
    names = [f"{tmp_path}/*.py", str(tmp_path), f"{tmp_path}/a*"]
    mimo("ask", *(it for name in names for it in ("-f", name)), environ=environ_for(simulator))
    assert asked(simulator).count("<file ") == 2


def test_one_file_by_several_names_is_sent_once(
    simulator: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, src__a_py="a\n", src__b_py="a\n", p_png=PNG)
    (tmp_path / "link.py").symlink_to("src/a.py")
    (tmp_path / "hard.py").hardlink_to(tmp_path / "src/a.py")
    monkeypatch.chdir(tmp_path)
    environ = environ_for(simulator)
    of_a = '<file name="src/a.py">\na\n</file>'
    of_b = '<file name="src/b.py">\na\n</file>'
    more = ["./src/a.py", "link.py", "hard.py", str(tmp_path / "src/a.py"), "src/*a.py"]
    for names, sent in (
        (["src", *more], [of_a, of_b]),
        (["src/a.py", "src", *more], [of_a, of_b]),
        (
            ["src/a.py", "src/a.py:1", "./src/a.py:1"],
            [of_a, '<file name="src/a.py:1">\na\n</file>'],
        ),
    ):
        mimo("ask", *(it for name in names for it in ("-f", name)), environ=environ)
        assert asked(simulator) == "\n\n".join(sent)
    mimo("ask", "-f", "p.png", "-f", "./p.png", "-f", "*.png", "?", environ=environ)
    content = simulator.requests[-1].json["messages"][-1]["content"]
    assert [it["type"] for it in content] == ["image", "text"]


def test_one_that_is_named_counts_as_named_where_it_was_found_too(tmp_path: Path) -> None:
    write(tmp_path, a="a")
    found, named = TextFile(f"{tmp_path}/a", "a", is_found=True), TextFile(f"{tmp_path}/a", "a")
    for order in ([found, named], [named, found]):
        assert same_file.once((it.name, it) for it in order) == [named]
    page = TextFile("https://example.com/a", "a")
    assert same_file.once([(page.name, page)] * 2) == [page, page]
    assert same_file.once([("nul\0", page)]) == [page]


def test_a_folder_goes_with_a_chat_s_first_message_and_later_ones(
    simulator: Simulator, tmp_path: Path
) -> None:
    write(tmp_path, a_py="a\n", x_log="x")
    options = ("-f", str(tmp_path), "--exclude", "*.log")
    environ = environ_for(simulator)
    result = mimo("chat", *options, environ=environ, stdin=b"one\n")
    assert asked(simulator) == f'one\n\n<file name="{tmp_path}/a.py">\na\n</file>'
    assert "1 file, about 0 tokens; left out: 1 excluded" in result.err
    lines = f"/file {tmp_path}/\ntwo\n".encode()
    result = mimo("chat", "--exclude", "*.log", environ=environ, stdin=lines)
    assert "nothing was left out" not in result.err
    assert asked(simulator) == f'two\n\n<file name="{tmp_path}/a.py">\na\n</file>'
    assert "1 file, about 0 tokens; left out: 1 excluded" in result.err


@pytest.mark.parametrize("command", [("ask", "hi"), ("chat", "hi"), ("chat",)])
@pytest.mark.parametrize("named", ["src", "src/*"])
def test_the_key_that_a_command_prints_is_not_sent_either(
    command: tuple[str, ...], named: str, simulator: Simulator, tmp_path: Path
) -> None:
    environ = printing(simulator, tmp_path)
    result = mimo(*command, "-f", f"{tmp_path}/{named}", environ=environ, stdin=b"one\n")
    assert result.code == 0
    assert f'<file name="{tmp_path}/src/b">\nkept\n</file>' in asked(simulator)
    assert f"left out: 1 looks like a key ({tmp_path}/src/a)" in result.err
    assert simulator.key not in asked(simulator) + result.err
    assert (tmp_path / "runs").read_text() == "run\n"


def test_what_would_be_sent_is_shown_without_the_key_that_a_command_prints(
    simulator: Simulator, tmp_path: Path
) -> None:
    environ = printing(simulator, tmp_path)
    for form in ("--dry-run", "--dry-run=curl"):
        result = mimo("ask", form, "-f", str(tmp_path / "src"), "hi", environ=environ)
        assert result.code == 0
        assert "kept" in result.out
        assert simulator.key not in result.out + result.err
    mimo("ask", "--dry-run", "-f", str(tmp_path / "src/b"), "hi", environ=environ)
    assert (tmp_path / "runs").read_text() == "run\n" * 2  # not for a file
    (tmp_path / "print").unlink()
    result = mimo("ask", "--dry-run", "-f", str(tmp_path / "src"), "hi", environ=environ)
    assert (result.code, result.out) == (4, "")
    assert "mimo: no API key from sh: it ended with code 1\n" in result.err


def printing(simulator: Simulator, folder: Path) -> dict[str, str]:
    """Variables by which a command prints the key that stands in a file of `src`, and a row."""
    write(folder, src__a=f"k={simulator.key}", src__b="kept\n", print=simulator.key)
    config = folder / "config.toml"
    command = f"sh -c 'echo run >> {folder}/runs; cat {folder}/print'"
    config.write_text(f'api_key_command = "{command}"\n')
    config.chmod(0o600)
    environ = {**environ_for(simulator), "MIMO_CONFIG": str(config)}
    del environ["MIMO_API_KEY"]
    return environ


def test_other_encodings_are_read_as_they_are_named(tmp_path: Path) -> None:
    write(tmp_path, a="é".encode("latin-1"), b="é".encode("utf-16"), c="plain", d=b"\0\1\xff\xfe")
    assert read(tmp_path).left_out == {f"{tmp_path}/a": "encoding", f"{tmp_path}/d": "binary"}
    taken = read(tmp_path, form=TextFormat("latin-1"))
    assert [it.text for it in taken.files if isinstance(it, TextFile)] == ["é", "plain"]
    assert taken.left_out == {f"{tmp_path}/b": "encoding", f"{tmp_path}/d": "encoding"}
    taken = read(tmp_path, form=TextFormat(lossy=True))
    assert taken.left_out == {f"{tmp_path}/d": "binary"}
    write(tmp_path, e=bytes(range(250, 0, -1)))  # random, say, without a null
    assert read(tmp_path).left_out[f"{tmp_path}/e"] == "binary"


# What protects people: limits.


def test_a_large_folder_is_refused_before_a_file_is_read(
    tmp_path: Path, simulator: Simulator
) -> None:
    with (tmp_path / "large.txt").open("wb") as file:
        file.truncate(1024**3)
    begun = time.monotonic()
    result = mimo("ask", "-f", str(tmp_path), environ=environ_for(simulator))
    assert time.monotonic() - begun < 1
    assert (result.code, simulator.requests) == (2, [])
    assert result.err == (
        f"mimo: {tmp_path} is too much: more than 10 MB, of which {tmp_path}/large.txt "
        "has 1,024.0 MB\n"
        "  Name a part of it, or leave some out: --exclude '*.log'\n"
    )


def test_all_that_is_named_counts_together_before_a_file_is_read(
    tmp_path: Path, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder, size in {"a": 6, "b": 5}.items():
        write(tmp_path, **{f"{folder}__large_txt": b"x" * (size * 1024**2)})
    for number in range(300):
        write(tmp_path, **{f"c__{number}": "c", f"d__{number}": "d"})
    read_ones: list[object] = []

    class Watched(OpenFolder):
        def read(self, path: tuple[str, ...], most: int) -> bytes:
            read_ones.append(path)
            return super().read(path, most)

    monkeypatch.setattr(folders, "OpenFolder", Watched)
    environ = environ_for(simulator)
    a, b, c, d = (str(tmp_path / it) for it in "abcd")
    result = mimo("ask", "-f", a, "-f", f"{b}/*", environ=environ)
    too_large = f"{b}/* is too much: more than 10 MB, of which {a}/large.txt has 6.0 MB\n"
    assert (result.code, too_large in result.err) == (2, True)
    result = mimo("ask", "-f", c, "-f", d, environ=environ)
    together = f"{d} is too much: more than 500 files, together with what else was named\n"
    assert (result.code, together in result.err) == (2, True)
    assert read_ones == []
    result = mimo("chat", environ=environ, stdin=f"/file {c}\n/file {d}\none\n".encode())
    assert together in result.err
    result = mimo("ask", "-f", c, "-f", f"{c}/*", environ=environ)  # the same once more
    assert (result.code, asked(simulator).count("<file ")) == (0, 300)


def test_what_grew_counts_with_the_others(tmp_path: Path) -> None:
    write(tmp_path, a=b"a" * 9_000_000, b="b")

    class Growing(OpenFolder):
        def read(self, path: tuple[str, ...], most: int) -> bytes:
            if path == ("b",):
                (tmp_path / "b").write_bytes(b"b" * 2_000_000)
            return super().read(path, most)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(folders, "OpenFolder", Growing)
        with pytest.raises(TooMuchError, match="more than 10 MB"):
            read(tmp_path)


def test_a_token_is_one(tmp_path: Path) -> None:
    told: list[str] = []
    write(tmp_path, a="four")
    read(tmp_path).tell(told.append, told.append)
    write(tmp_path, b="fourfour")
    read(tmp_path).tell(told.append, told.append)
    assert token_estimate.in_words(1_234_567) == "about 1,230,000 tokens"
    assert told == [f"{tmp_path}: 1 file, about 1 token", f"{tmp_path}: 2 files, about 3 tokens"]


def test_names_are_counted_no_further_than_the_limit(tmp_path: Path) -> None:
    write(tmp_path, a="a")
    seen = itertools.count()

    class Named:
        """A file under another name."""

        def __init__(self, entry: os.DirEntry[str], name: str) -> None:
            self.name, self.is_dir, self.stat = name, entry.is_dir, entry.stat

    class Endless(OpenFolder):
        """A folder of more files than can be counted."""

        @contextlib.contextmanager
        def entries(self, path: tuple[str, ...]) -> Iterator[Iterator[os.DirEntry[str]]]:
            with super().entries(path) as found:
                (entry,) = found
                yield (cast("os.DirEntry[str]", Named(entry, f"{it}")) for it in seen)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(folders, "OpenFolder", Endless)
        for name in (tmp_path, tmp_path / "*"):
            with pytest.raises(TooMuchError, match="more than 500 files"):
                read(name)
    assert next(seen) <= 2 * 501


def test_each_folder_is_opened_once_however_deep_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for branch in "xy":
        tmp_path.joinpath(branch, *"d" * 50).mkdir(parents=True)
    opened: list[object] = []
    really = os.open

    def counting(path: str, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        opened.append(path)
        return really(path, flags, mode, dir_fd=dir_fd)

    before = set(os.listdir("/dev/fd"))  # noqa: PTH208
    monkeypatch.setattr(os, "open", counting)
    found_in(tmp_path, by_descriptor=True)
    assert len(opened) <= 2 * 103
    assert set(os.listdir("/dev/fd")) <= before  # noqa: PTH208


def test_what_grows_while_it_is_read_is_refused(tmp_path: Path) -> None:
    class Growing(OpenFolder):
        def read(self, path: tuple[str, ...], most: int) -> bytes:
            with (tmp_path / path[0]).open("ab") as file:
                file.truncate(11 * 1024**2)
            return super().read(path, most)

    write(tmp_path, a="a")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(folders, "OpenFolder", Growing)
        with pytest.raises(TooMuchError, match="more than 10 MB"):
            read(tmp_path)


# What protects people: links, devices, what is swapped.


@pytest.fixture(params=[True, False], ids=["by descriptor", "by name"])
def by_descriptor(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


def found_in(path: Path, *, by_descriptor: bool) -> tuple[list[str], dict[str, str]]:
    selection = Selection("x", "", (), Total(), texts_alone=True)
    with OpenFolder(str(path), by_descriptor=by_descriptor) as folder:
        walk.everything(folder, selection)
    return ["/".join(it.path) for it in selection.files], {**selection.left_out}


def test_links_devices_and_pipes_are_left_out(tmp_path: Path, by_descriptor: bool) -> None:
    write(tmp_path, in__a="a", out__b="b")
    here = tmp_path / "in"
    (here / "file").symlink_to("../out/b")
    (here / "folder").symlink_to("../out")
    (here / "round").symlink_to(".")
    (here / "same").symlink_to("a")
    (here / "gone").symlink_to("nowhere")
    os.mkfifo(here / "pipe")
    with socket.socket(socket.AF_UNIX) as listening:
        with contextlib.chdir(here):
            listening.bind("socket")
        found, left_out = found_in(here, by_descriptor=by_descriptor)
    assert found == ["a"]
    links = dict.fromkeys(("file", "folder", "round", "same", "gone"), "link")
    assert left_out == {**links, "pipe": "special", "socket": "special"}


@systems.PROC
def test_devices_are_never_opened() -> None:
    with pytest.raises(UsageError) as caught:
        read("/dev/null*")
    assert caught.value.why == "left out: 1 no regular file"


def test_what_is_swapped_between_listing_and_reading_is_not_followed(
    tmp_path: Path, by_descriptor: bool
) -> None:
    write(tmp_path, in__a__x="x", in__b="b", in__c="c", in__d="d", out__x="secret")
    here, out = tmp_path / "in", tmp_path / "out"
    with OpenFolder(str(here), by_descriptor=by_descriptor) as folder:
        assert folder.read(("a", "x"), 9) == b"x"
        shutil.rmtree(here / "a")
        (here / "a").symlink_to(out)
        for name in "bcd":
            (here / name).unlink()
        (here / "b").symlink_to(out / "x")
        os.mkfifo(here / "c")
        for path in (("a", "x"), ("b",), ("c",), ("d",)):
            with pytest.raises(OSError):  # noqa: PT011 - which differs
                folder.read(path, 9)
        with pytest.raises(OSError), folder.entries(("a",)):  # noqa: PT011
            pass
        here.rename(tmp_path / "old")
        here.symlink_to(out)
        if by_descriptor:  # what was opened is what was named
            assert sorted(os.listdir(tmp_path / "old")) == ["a", "b", "c"]  # noqa: PTH208
            with folder.entries(()) as entries:
                assert sorted(it.name for it in entries) == ["a", "b", "c"]


def test_what_vanishes_or_is_not_ours_is_left_out_and_told(tmp_path: Path) -> None:
    class Changing(OpenFolder):
        def read(self, path: tuple[str, ...], most: int) -> bytes:
            if path[0] == "a":
                (tmp_path / "a").unlink()
            if path[0] == "b":
                raise PermissionError
            if path[0] == "c":
                (tmp_path / "c").unlink()
                os.mkfifo(tmp_path / "c")
            return super().read(path, most)

    write(tmp_path, a="a", b="b", c="c", d="d")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(folders, "OpenFolder", Changing)
        taken = read(tmp_path)
    assert names(taken, tmp_path) == ["d"]
    assert [*taken.left_out.values()] == ["unreadable", "unreadable", "special"]


def test_folders_that_are_not_ours_other_file_systems_and_depths_are_told(
    tmp_path: Path, by_descriptor: bool
) -> None:
    write(tmp_path, a="a", locked__b="b", other__c="c")
    deep = tmp_path.joinpath(*"d" * 120)
    deep.mkdir(parents=True)

    class Partly(OpenFolder):
        @contextlib.contextmanager
        def entries(self, path: tuple[str, ...]) -> Iterator[Iterator[os.DirEntry[str]]]:
            if path == ("locked",):
                raise PermissionError
            with contextlib.ExitStack() as stack:
                if path == ("other",):
                    self._device = -1
                    stack.callback(setattr, self, "_device", tmp_path.stat().st_dev)
                yield stack.enter_context(super().entries(path))

    selection = Selection("x", "", (), Total(), texts_alone=True)
    with Partly(str(tmp_path), by_descriptor=by_descriptor) as folder:
        walk.everything(folder, selection)
        folder._device = -1  # noqa: SLF001 - as it is on the other one
        walk.take_named(folder, ("other", "c"), selection)
    assert [it.path for it in selection.files] == [("a",)]
    assert selection.left_out == {
        "locked/": "unreadable",
        "other/": "mount",
        "other/c": "mount",
        "d/" * 101: "unreadable",
    }


def test_a_folder_that_cannot_be_opened_is_a_usage_error(tmp_path: Path) -> None:
    def refused(path: str, **_: object) -> OpenFolder:
        raise PermissionError(13, "Permission denied", path)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(folders, "OpenFolder", refused)
        for name in (tmp_path, tmp_path / "*"):
            with pytest.raises(UsageError) as caught:
                read(name)
            assert caught.value.message == f"cannot read {name}: permission denied"


def test_an_empty_folder_says_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nothing in .* may be sent: there is no file in it"):
        read(tmp_path)


# git.


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repo"
    write(folder, a_py="a", new_py="n", _gitignore="*.log\nbuild/\n", x_log="x", build__o="o")
    git(folder, "init")
    git(folder, "add", "a.py")
    return folder


def test_in_a_work_tree_what_git_ignores_is_not_sent(repository: Path) -> None:
    write(repository, sub__b_py="b", sub__x_log="x", gone="g", deploy_key="k", _github__ci_yml="c")
    git(repository, "add", "gone", "deploy.key")
    (repository / "gone").unlink()
    taken = read(repository)
    assert names(taken, repository) == ["a.py", "new.py", "sub/b.py"]
    assert taken.left_out == {
        f"{repository}/.gitignore": "hidden",
        f"{repository}/.github/": "hidden",
        f"{repository}/deploy.key": "key",
    }
    assert names(read(repository / "sub"), repository) == ["sub/b.py"]
    assert names(read(repository / "*.log"), repository) == ["x.log"]


def test_a_folder_that_git_ignores_says_how_its_files_are_sent(repository: Path) -> None:
    with pytest.raises(UsageError) as caught:
        read(repository / "build")
    assert caught.value.why == "git ignores all of it"
    assert caught.value.hint == f"A pattern takes them: '{repository}/build/**'"
    assert names(read(f"{repository}/build/**"), repository) == ["build/o"]


def test_repositories_within_one_are_named_and_worktrees_are_work_trees(
    repository: Path, tmp_path: Path
) -> None:
    write(repository, inner__i_py="i", vendor__v_py="v")
    for name in ("inner", "vendor"):
        git(repository / name, "init")
        git(repository / name, "add", ".")
        commit(repository / name)
    git(repository, "add", "vendor")  # a submodule's entry
    commit(repository)
    taken = read(repository)
    assert names(taken, repository) == ["a.py", "new.py"]
    assert {name for name, why in taken.left_out.items() if why == "repository"} == {
        f"{repository}/inner/",
        f"{repository}/vendor/",
    }
    assert names(read(repository / "vendor"), repository) == ["vendor/v.py"]
    git(repository, "worktree", "add", str(tmp_path / "tree"))
    write(tmp_path / "tree", _gitignore="*.log", y_log="y")
    assert names(read(tmp_path / "tree"), tmp_path / "tree") == ["a.py"]


def commit(folder: Path) -> None:
    git(folder, "-c", "user.name=x", "-c", "user.email=x@y", "commit", "-m", "x")


def test_a_folder_of_repositories_does_not_send_what_they_ignore(
    repository: Path, tmp_path: Path
) -> None:
    write(tmp_path, b="b")
    taken = read(tmp_path)
    assert (names(taken, tmp_path), taken.left_out) == (
        ["b"],
        {f"{repository}/": "repository"},
    )
    assert "repo/x.log" in names(read(tmp_path / "**"), tmp_path)


def test_a_file_with_conflicts_is_there_once(repository: Path) -> None:
    commit(repository)
    git(repository, "checkout", "-b", "other")
    write(repository, a_py="other")
    git(repository, "add", "a.py")
    commit(repository)
    git(repository, "checkout", "-")
    write(repository, a_py="mine")
    git(repository, "add", "a.py")
    commit(repository)
    with pytest.raises(subprocess.CalledProcessError):
        git(repository, "merge", "other")
    assert names(read(repository), repository) == ["a.py", "new.py"]


def test_no_program_that_a_repository_s_configuration_names_is_run(
    repository: Path, tmp_path: Path
) -> None:
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    trap.chmod(0o755)
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    for name in ("post-index-change", "fsmonitor-watchman", "pre-auto-gc", "reference-transaction"):
        shutil.copy(trap, hooks / name)
        shutil.copy(trap, repository / ".git/hooks" / name)
    included = tmp_path / "included"
    included.write_text(f'[core]\n\tfsmonitor = "{trap}"\n\tpager = "{trap}"\n')
    settings = {
        "core.fsmonitor": str(trap),
        "core.hooksPath": str(hooks),
        "core.sshCommand": str(trap),
        "core.editor": str(trap),
        "core.pager": str(trap),
        "core.askPass": str(trap),
        "core.gitProxy": str(trap),
        "core.alternateRefsCommand": str(trap),
        "pager.ls-files": str(trap),
        "alias.ls-files": f"!{trap}",
        "gpg.program": str(trap),
        "credential.helper": f"!{trap}",
        "diff.external": str(trap),
        "diff.x.textconv": str(trap),
        "filter.x.clean": str(trap),
        "filter.x.smudge": str(trap),
        "filter.x.process": str(trap),
        "filter.x.required": "true",
        "uploadpack.packObjectsHook": str(trap),
        "include.path": str(included),
    }
    write(repository, _gitattributes="* filter=x diff=x\n")
    commit(repository)
    for name, value in settings.items():
        git(repository, "config", name, value)
    git(repository, "ls-files", "-co")
    assert (tmp_path / "ran").exists()  # the trap is one
    (tmp_path / "ran").unlink()
    taken = read(repository)
    assert names(taken, repository) == ["a.py", "new.py"]
    assert not (tmp_path / "ran").exists()


def test_what_is_missing_in_a_partial_clone_is_not_fetched(
    repository: Path, tmp_path: Path
) -> None:
    """A .gitignore that is in the index alone would be fetched, by a program of its choice."""
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    trap.chmod(0o755)
    git(repository, "add", ".gitignore")
    commit(repository)
    git(repository, "update-index", "--skip-worktree", ".gitignore")
    (repository / ".gitignore").unlink()
    blob = subprocess.run(
        ["git", "rev-parse", ":.gitignore"], cwd=repository, check=True, capture_output=True
    ).stdout.decode()
    (repository / ".git/objects" / blob[:2] / blob[2:].strip()).unlink()
    for name, value in {
        "core.repositoryFormatVersion": "1",
        "extensions.partialClone": "origin",
        "remote.origin.url": f"{tmp_path}/nowhere.git",
        "remote.origin.promisor": "true",
        "remote.origin.uploadpack": str(trap),
    }.items():
        git(repository, "config", name, value)
    subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=repository, check=False)
    assert (tmp_path / "ran").exists()  # the trap is one
    (tmp_path / "ran").unlink()
    with contextlib.suppress(UsageError):
        read(repository)
    assert not (tmp_path / "ran").exists()


def test_git_is_not_looked_for_in_the_folder_itself(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trap = repository / "git"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    trap.chmod(0o755)
    monkeypatch.chdir(repository)
    taken = read(".", PATH=f".::{os.environ['PATH']}")
    assert [it.name for it in taken.files] == ["a.py", "git", "new.py"]
    assert not (tmp_path / "ran").exists()


def test_variables_of_a_hook_do_not_lead_elsewhere(repository: Path, tmp_path: Path) -> None:
    write(tmp_path / "other", b="b")
    git(tmp_path / "other", "init")
    other = tmp_path / "other/.git"
    taken = read(
        repository,
        GIT_DIR=str(other),
        GIT_WORK_TREE=str(tmp_path / "other"),
        GIT_INDEX_FILE=str(other / "index"),
        GIT_CONFIG_COUNT="1",
        GIT_CONFIG_KEY_0="core.fsmonitor",
        GIT_CONFIG_VALUE_0="true",
        GIT_LITERAL_PATHSPECS="1",
    )
    assert names(taken, repository) == ["a.py", "new.py"]


def fake_git(tmp_path: Path, script: str) -> str:
    """A PATH on which git is a script."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "git").write_text(f"#!/bin/sh\n{script}\n")
    (folder / "git").chmod(0o755)
    return f"{folder}:/usr/bin:/bin"


@pytest.mark.parametrize(
    ("script", "why"),
    [
        (None, "git is not installed"),
        ("echo 'warning: w' >&2; echo 'fatal: it is' >&2; echo more >&2; exit 128", "fatal: it is"),
        ("echo 'warning: beware' >&2; exit 3", "it ended with code 3"),
        ("printf 'a.py\\0'; kill -9 $$", "it ended with code -9"),
        ("head -c 20000 /dev/zero | tr '\\0' x", "what it prints is no list of names"),
        ("touch started; exec 1>&-; sleep 60", "it took longer than 0.3 s"),
        ("printf 'a.py\\0'; sleep 60 & sleep 60", "it took longer than 0.3 s"),
    ],
)
def test_where_git_does_not_say_what_it_ignores_nothing_is_sent(
    script: str | None,
    why: str,
    repository: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = fake_git(tmp_path, script) if script else str(tmp_path)
    monkeypatch.setattr(git_files.paths, "__defaults__", (0.3,))
    with pytest.raises(UsageError) as caught:
        read(repository, PATH=path)
    error = caught.value
    assert error.message == (f"{repository} is not sent: git does not say what it ignores ({why})")
    assert error.hint == f"A pattern takes all files: '{repository}/**'"
    assert "x.log" in names(read(f"{repository}/**", PATH=path), repository)


def test_without_git_a_work_tree_that_ignores_nothing_is_a_folder_and_that_is_told(
    repository: Path, tmp_path: Path
) -> None:
    (repository / ".gitignore").unlink()
    taken = read(repository, PATH=str(tmp_path))
    assert {"a.py", "build/o", "new.py", "x.log"} <= {*names(taken, repository)}
    told: list[str] = []
    taken.tell(told.append, told.append)
    assert told[0] == f"{repository}: git is not installed: all but hidden files were looked at"
    for name in (".gitignore", ".git/info/exclude", "sub/.gitignore"):
        write(repository, sub__b="b")
        kept = (repository / ".git/info/exclude").read_bytes()
        (repository / name).write_text("x.log\n")
        for folder in {repository, (repository / name).parent} - {repository / ".git/info"}:
            with pytest.raises(UsageError, match=r"is not sent: .*git is not installed"):
                read(folder, PATH=str(tmp_path))
        (repository / name).unlink()
        (repository / ".git/info/exclude").write_bytes(kept)


def test_a_broken_repository_and_one_that_says_it_is_bare(repository: Path) -> None:
    git(repository, "config", "core.bare", "true")  # the work tree is where .git is, all the same
    assert names(read(repository), repository) == ["a.py", "new.py"]
    (repository / "sub/.git").mkdir(parents=True)  # none: git looks further up
    write(repository, sub__b_py="b", sub__x_log="x")
    assert names(read(repository / "sub"), repository) == ["sub/b.py"]
    (repository / ".git/HEAD").unlink()
    with pytest.raises(UsageError, match="not a git repository"):
        read(repository)


@pytest.mark.parametrize("place", ["../other", "/", "..", "sub"])
def test_core_worktree_does_not_lead_elsewhere(
    place: str, repository: Path, tmp_path: Path
) -> None:
    write(tmp_path / "other", a_py="o")
    write(repository, sub__b_py="b", sub__x_log="x")
    git(repository, "config", "core.worktree", os.path.join(repository, place))  # noqa: PTH118
    taken = read(repository)
    assert names(taken, repository) == ["a.py", "new.py", "sub/b.py"]
    assert taken.left_out == {f"{repository}/.gitignore": "hidden"}
    assert names(read(repository / "sub"), repository) == ["sub/b.py"]


def test_what_is_not_there_is_not_left_out(repository: Path) -> None:
    write(repository, _hidden="h", a_pem="k")
    git(repository, "add", ".")
    for name in (".hidden", "a.pem"):
        (repository / name).unlink()
    assert read(repository).left_out == {f"{repository}/.gitignore": "hidden"}


@systems.PROC
def test_no_process_of_git_is_left_behind(repository: Path, tmp_path: Path) -> None:
    path = fake_git(tmp_path, f"(echo $$ > {tmp_path}/pid; exec sleep 60) & wait")
    with contextlib.suppress(UsageError, git_files.GitError):
        means = Means({"PATH": path}, Signals())
        [*git_files.paths(str(repository), repository, means, 0.5)]
    group = int((tmp_path / "pid").read_text())
    end = time.monotonic() + PATIENCE
    while living_in(group) and time.monotonic() < end:
        os.sched_yield()  # it was killed, and is about to go
    assert living_in(group) == []


def living_in(group: int) -> list[str]:
    """Processes of a group, but those that have ended and wait to be told of."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, _, its_group = status.read_text().rpartition(")")[2].split()[:3]
            if int(its_group) == group and state not in "ZX":
                found.append(str(status))
    return found


def test_names_of_git_that_lead_out_are_not_looked_for(repository: Path, tmp_path: Path) -> None:
    write(tmp_path, secret="s")
    lines = [
        "../secret",
        f"{tmp_path}/secret",
        "a.py",
        "a//b",
        "./a.py",
        "..",
        ".",
        "",
        "x/../../s",
    ]
    path = fake_git(tmp_path, "printf '" + "".join(f"{it}\\0" for it in lines) + "'")
    assert names(read(repository, PATH=path), repository) == ["a.py"]


def test_git_is_read_only_as_far_as_it_is_needed(repository: Path, tmp_path: Path) -> None:
    write(repository, **{f"f{number}": "f" for number in range(501)})
    script = "i=0; while :; do printf 'f%d\\0' $i; i=$((i+1)); done"
    path = fake_git(tmp_path, script)
    begun = time.monotonic()
    with pytest.raises(TooMuchError, match="more than 500 files"):
        read(repository, PATH=path)
    assert time.monotonic() - begun < git_files.SECONDS


@systems.SUPERUSER
def test_the_repository_of_somebody_else_is_not_sent(repository: Path) -> None:
    for path in (repository, repository / ".git"):
        os.chown(path, 12345, 12345)
    with pytest.raises(UsageError, match="dubious ownership") as caught:
        read(repository)
    hint = str(caught.value.hint)
    assert f"git config --global --add safe.directory {repository} " in hint
    assert f"'{repository}/**'" in hint


def test_a_bare_repository_and_the_inside_of_one_are_folders(
    repository: Path, tmp_path: Path
) -> None:
    git(tmp_path, "clone", "--bare", str(repository), "bare.git")
    assert "HEAD" in names(read(tmp_path / "bare.git"), tmp_path / "bare.git")
    with contextlib.suppress(UsageError):  # git says what it does there
        assert names(read(repository / ".git"), repository / ".git") == []


def test_a_plain_file_does_not_load_what_folders_need(tmp_path: Path) -> None:
    write(tmp_path, a_py="a")
    script = (
        "import sys; from mimo_cli.conversation.intake import named_input;"
        "from mimo_cli.text.text_format import TextFormat;"
        "from mimo_cli.attachments.reading import Reader;"
        f"Reader(TextFormat(), print, {{}}).read({str(tmp_path / 'a.py')!r});"
        "print([it for it in sys.modules if 'attachments.listing' in it or 'folders' in it])"
    )
    found = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True)
    assert found.stdout.decode().strip() == "[]"
