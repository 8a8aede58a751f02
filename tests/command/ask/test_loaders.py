"""Files that a program reads: a PDF, and what the configuration names a command for."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from support import media_files, systems
from support.fake_programs import FakePrograms
from support.harness import KEY, Result, asked, environ_for, mimo

from mimo_cli.attachments import loaders
from mimo_cli.input.programs import Means
from mimo_cli.signals import Signals
from mimo_cli.simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\nall of it"
DOCX = b"PK\3\4\x14\0\0\0\0\0" + bytes(20) + b"[Content_Types].xml" + bytes(20) + b"word/"
PRINTS = """printf '%s\\n' "$@" > {trace}; printf 'one\\f\\ntwo\\n\\f'"""


class Desk:
    """A simulator to ask, a folder with files, and programs."""

    def __init__(self, folder: Path, simulator: Simulator) -> None:
        self.programs = FakePrograms(folder)
        self.simulator = simulator
        self.folder = folder / "here"
        self.folder.mkdir()
        self.config = folder / "config.toml"
        self.trace = folder / "trace"
        self.temporary = folder / "tmp"
        self.temporary.mkdir()

    def add(self, name: str, script: str = PRINTS) -> None:
        self.programs.add(name, script.format(trace=self.trace))

    def configure(self, text: str) -> None:
        self.config.write_text(text)
        self.config.chmod(0o600)

    def ask(self, *words: str, stdin: bytes | None = None, **variables: str) -> Result:
        environ = environ_for(
            self.simulator,
            **{
                "PATH": self.programs.path,
                "MIMO_CONFIG": str(self.config),
                "TMPDIR": str(self.temporary),
                **variables,
            },
        )
        return mimo("ask", *words, environ=environ, stdin=stdin, cwd=self.folder)

    @property
    def arguments(self) -> list[str]:
        """What the program was given."""
        return self.trace.read_text().splitlines()


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    with Simulator(answer="ok") as simulator:
        desk = Desk(tmp_path, simulator)
        monkeypatch.chdir(desk.folder)
        yield desk


# PDF


@pytest.mark.parametrize("name", ["a.pdf", "noname", "./-dash.pdf", "two words.txt", "grüße.PDF"])
def test_a_pdf_is_sent_as_its_text_whatever_it_is_called(name: str, desk: Desk) -> None:
    (desk.folder / name).write_bytes(PDF)
    desk.add("pdftotext")
    result = desk.ask("-f", name, "sum it up")
    assert (result.code, result.err) == (
        0,
        f"mimo: {name}: 2 pages, read by pdftotext, about 2 tokens\n",
    )
    assert asked(desk.simulator) == (f'sum it up\n\n<file name="{name}">\none\n\ntwo\n\n</file>')
    path = str(desk.folder / name)
    assert desk.arguments == ["-layout", "-enc", "UTF-8", path, "-"]


@pytest.mark.parametrize(
    ("before", "name"),
    [
        (b"\n\r\n  ", "a"),
        (b"\xef\xbb\xbf", "a"),
        (b"HTTP/1.1 200 OK\r\ncontent-type: application/pdf\r\n\r\n", "a"),
        (b"a mail, and then\n", "a.PDF"),
        (b"\0" * 1000, "a"),
    ],
)
@pytest.mark.parametrize("rest", [PDF, b"%PDF-1.3 of letters alone"])
def test_a_pdf_may_begin_behind_what_readers_skip(
    rest: bytes, before: bytes, name: str, desk: Desk
) -> None:
    if before.startswith(b"HTTP") and rest != PDF:
        name = "a.pdf"
    (desk.folder / name).write_bytes(before + rest)
    desk.add("pdftotext")
    result = desk.ask("-f", name, "hi")
    assert (result.code, desk.trace.exists()) == (0, True), result.err


@pytest.mark.parametrize("text", [b"a text on %PDF-1.7", b"HTTP/1.1 has %PDF-1.7", b"x" * 1100])
def test_a_text_on_pdf_is_none(text: bytes, desk: Desk) -> None:
    (desk.folder / "a.txt").write_bytes(text)
    (desk.folder / "long.pdf").write_bytes(b"x" * 1100 + b"%PDF-1.7")
    desk.add("pdftotext")
    assert desk.ask("-f", "a.txt", "-f", "long.pdf", "hi").code == 0
    assert not desk.trace.exists()


def test_what_is_only_named_so_is_no_pdf(desk: Desk) -> None:
    (desk.folder / "a.pdf").write_text("a text")
    desk.add("pdftotext")
    assert desk.ask("-f", "a.pdf", "hi").code == 0
    assert (desk.trace.exists(), "a text" in asked(desk.simulator)) == (False, True)


def test_a_pdf_that_is_piped_is_a_file_for_so_long(desk: Desk) -> None:
    desk.add("pdftotext", 'cat "$4"; printf %s "$4" > {trace}')
    assert desk.ask("sum it up", stdin=PDF).code == 2  # what it printed is no text
    desk.add("pdftotext", 'tail -c 9 "$4"; printf %s "$4" > {trace}')
    result = desk.ask("sum it up", stdin=PDF)
    assert (result.code, result.err) == (0, "mimo: stdin: read by pdftotext, about 2 tokens\n")
    document = '<file name="stdin">\nall of it\n</file>'
    assert asked(desk.simulator) == f"sum it up\n\n{document}"
    assert desk.ask(stdin=PDF).code == 0
    assert asked(desk.simulator) == document  # and no question, whatever it says
    (desk.folder / "a.txt").write_text("first")
    assert desk.ask("-f", "a.txt", stdin=PDF).code == 0
    assert asked(desk.simulator) == f'<file name="a.txt">\nfirst\n</file>\n\n{document}'
    assert desk.arguments[0].startswith(f"{desk.temporary}/mimo-")
    assert desk.arguments[0].endswith("/file.pdf")
    assert list(desk.temporary.iterdir()) == []


def test_so_is_one_behind_a_file_descriptor(desk: Desk) -> None:
    desk.add("pdftotext", 'tail -c 9 "$4"')
    read, write = os.pipe()
    os.write(write, PDF)
    os.close(write)
    try:
        assert desk.ask("-f", f"/dev/fd/{read}", "sum it up").code == 0
    finally:
        os.close(read)
    assert "all of it" in asked(desk.simulator)


def test_where_there_is_no_place_for_it_that_is_said(desk: Desk) -> None:
    desk.add("pdftotext")
    result = desk.ask("hi", stdin=PDF, TMPDIR=str(desk.folder / "missing"))
    assert result.code == 12
    assert result.err.startswith("mimo: cannot make a file for a program to read: no such file")


def test_a_large_one_is_not_read_by_us(desk: Desk) -> None:
    with (desk.folder / "a.pdf").open("wb") as file:
        file.write(PDF)
        file.truncate(300_000_000)
    desk.add("pdftotext")
    assert desk.ask("-f", "a.pdf", "hi").code == 0


@pytest.mark.parametrize(
    ("script", "why"),
    [
        (
            "echo 'Error: odd' >&2; printf 'Error: no\\033[31m xref\\n' >&2; exit 1",
            "a.pdf cannot be attached: pdftotext: Error: no",
        ),
        ("exit 3", "a.pdf cannot be attached: pdftotext: it ended with code 3\n"),
        ("kill -11 $$", "a.pdf cannot be attached: pdftotext: it was ended by signal 11\n"),
        (
            "printf '\\f\\f\\n'",
            "a.pdf has no text: pdftotext finds none; the pages may be pictures\n  Attach them",
        ),
        (
            "head -c 11000000 /dev/zero",
            "a.pdf cannot be attached: pdftotext prints more than 10 MB\n  Attach a part of it.\n",
        ),
        ("printf '\\377\\376\\000'", "what pdftotext prints of a.pdf is not utf-16 text"),
        ("printf 'a\\000b'", "what pdftotext prints of a.pdf looks binary: a NUL byte at"),
        (
            "echo 'Command Line Error: Incorrect password' >&2; exit 1",
            (
                "a.pdf cannot be attached: pdftotext: Command Line Error: Incorrect password\n"
                "  With its password a copy without one can be had: "
                "qpdf --decrypt --password=PASSWORD a.pdf open.pdf\n"
            ),
        ),
        (
            "echo 'Syntax Error: odd' >&2; exit 1",
            (
                "a.pdf cannot be attached: pdftotext: Syntax Error: odd\n"
                "  Is it whole? What can be mended of it: qpdf a.pdf whole.pdf\n"
            ),
        ),
        (
            "echo 'Syntax Error: odd' >&2",
            "a.pdf has no text: pdftotext prints nothing, but says: Syntax Error: odd\n  Attach",
        ),
    ],
)
def test_a_program_that_fails_is_told_and_nothing_is_sent(
    script: str, why: str, desk: Desk
) -> None:
    (desk.folder / "a.pdf").write_bytes(PDF)
    desk.add("pdftotext", script)
    result = desk.ask("-f", "a.pdf", "hi")
    assert result.code == 2
    assert result.err.startswith(f"mimo: {why}")
    assert ("\033" in result.err, desk.simulator.connections) == (False, 0)


def test_where_pdftotext_is_missing_it_says_what_to_install(desk: Desk) -> None:
    (desk.folder / "a.pdf").write_bytes(PDF)
    result = desk.ask("-f", "a.pdf", "hi", PATH=str(desk.programs.folder))
    assert result.code == 2
    assert result.err == (
        "mimo: a.pdf cannot be attached: it is a PDF document, and pdftotext is not installed\n"
        "  That is in poppler: apt install poppler-utils (or dnf, pacman; brew install poppler).\n"
    )


def test_no_program_gets_the_key(desk: Desk) -> None:
    (desk.folder / "a.pdf").write_bytes(PDF)
    desk.configure(f'api_key = "{KEY}"\n')
    desk.add("pdftotext", "env > {trace}; echo text")
    lc_mine, other = f"x{KEY}", f"Bearer {KEY}"
    desk.ask("-f", "a.pdf", "hi", OTHER=other, LC_X=lc_mine, TZ="UTC", MIMO_API_KEY="")
    text = desk.trace.read_text()
    assert ("TZ=UTC" in text, KEY in text, "MIMO_" in text) == (True, False, False)


def test_no_program_gets_a_key_that_only_a_command_would_print(desk: Desk) -> None:
    (desk.folder / "a.pdf").write_bytes(PDF)
    desk.configure(f"api_key_command = \"sh -c 'printf %s {desk.simulator.key}'\"\n")
    desk.add("pdftotext", "env > {trace}; echo text")
    secrets = {"WORK_KEY": desk.simulator.key, "PGPASSWORD": "hush", "MIMO_API_KEY": ""}
    result = desk.ask("-f", "a.pdf", "hi", stdin=None, LC_ALL="C.UTF-8", **secrets)
    assert result.code == 0, result.err
    variables = {it.partition("=")[0] for it in desk.trace.read_text().splitlines()}
    assert {"PATH", "LC_ALL", "TMPDIR"} <= variables
    assert variables.isdisjoint(secrets)
    assert desk.simulator.key not in desk.trace.read_text()


def test_a_short_key_takes_no_variable_from_a_program(desk: Desk) -> None:
    """A server of one's own may want any: `x` is in a PATH easily."""
    (desk.folder / "a.pdf").write_bytes(PDF)
    desk.add("pdftotext", "env > {trace}; echo text")
    desk.ask("-f", "a.pdf", "hi", MIMO_API_KEY="i")
    assert "PATH=" in desk.trace.read_text()


# The user's own


def test_a_command_reads_its_type_without_a_shell(desk: Desk) -> None:
    desk.configure('[loaders]\ndocx = ["tool", "--in={file}", "$HOME; `x` {file}"]\n')
    desk.add("tool")
    (desk.folder / "r.docx").write_bytes(DOCX)
    assert desk.ask("-f", "r.docx", "hi").code == 0
    path = str(desk.folder / "r.docx")
    assert desk.arguments == [f"--in={path}", f"$HOME; `x` {path}"]
    assert "one\n\ntwo" in asked(desk.simulator)


@pytest.mark.parametrize(
    ("loader", "name", "data"),
    [
        ('pdf = ["tool", "{file}"]', "a.pdf", PDF),
        ('".PDF" = ["tool", "{file}"]', "a", PDF),
        ("pdf = \"tool '{file}'\"", "a", PDF),
        ('ipynb = ["tool", "{file}"]', "a.ipynb", b"{}"),
        ('png = ["tool", "{file}"]', "a.png", media_files.png()),
        ('mp3 = ["tool", "{file}"]', "noname", media_files.mp3()),
        ('djvu = ["tool", "{file}"]', "a.djvu", b"AT&TFORM\0\1\2\3DJVM"),
        ('cbz = ["tool", "{file}"]', "a.cbz", b"PK\3\4\x14\0\0\0\0\0" + bytes(30)),
    ],
)
def test_the_first_bytes_tell_the_type_and_then_the_name(
    loader: str, name: str, data: bytes, desk: Desk
) -> None:
    desk.configure(f"[loaders]\n{loader}\n")
    desk.add("tool")
    (desk.folder / name).write_bytes(data)
    result = desk.ask("-f", name, "hi")
    assert (result.code, desk.arguments) == (0, [str(desk.folder / name)]), result.err


@pytest.mark.parametrize("name", ["a.txt", "a.docx", "a", "missing.md", "empty.md"])
def test_other_files_stay_what_they_are(name: str, desk: Desk) -> None:
    desk.configure('[loaders]\ndocx = ["tool", "{file}"]\nmd = ["tool", "{file}"]\n')
    desk.add("tool")
    if not name.startswith("missing"):
        (desk.folder / name).write_text("" if name.startswith("empty") else "text")
    code = 2 if name.endswith(".md") else 0
    assert (desk.ask("-f", name, "hi").code, desk.trace.exists()) == (code, False)


def test_a_program_with_a_place_is_looked_for_from_the_configuration(desk: Desk) -> None:
    """And not from the working folder: a clone could have one there."""
    desk.configure('[loaders]\nmd = ["tools/it", "{file}"]\n')
    (desk.folder / "a.md").write_text("text")
    for folder, says in ((desk.folder, "theirs"), (desk.config.parent, "mine")):
        (folder / "tools").mkdir()
        (folder / "tools/it").write_text(f"#!/bin/sh\necho {says}\n")
        (folder / "tools/it").chmod(0o755)
    assert desk.ask("-f", "a.md", "hi").code == 0
    assert "\nmine\n" in asked(desk.simulator)


def test_a_dot_in_path_finds_no_program_in_the_working_folder(desk: Desk) -> None:
    (desk.folder / "a.pdf").write_bytes(PDF)
    (desk.folder / "pdftotext").write_text(f"#!/bin/sh\ntouch {desk.trace}\n")
    (desk.folder / "pdftotext").chmod(0o755)
    path = f".::{desk.programs.folder}"
    result = desk.ask("-f", "a.pdf", "hi", PATH=path)
    assert (result.code, desk.trace.exists()) == (2, False)
    assert "it is a PDF document, and pdftotext is not installed" in result.err


def test_a_pattern_takes_what_is_read_by_programs_and_a_folder_texts_alone(desk: Desk) -> None:
    desk.configure('[loaders]\nmd = ["tool", "{file}"]\n')
    (desk.folder / "docs").mkdir()
    for name, data in (("a.pdf", PDF), ("b.md", b"b"), ("c.docx", DOCX), ("d.pdf", PDF + b"KEY")):
        (desk.folder / "docs" / name).write_bytes(data)
    desk.add("pdftotext", f'grep -aq KEY "$4" && echo {desk.simulator.key}-and-more || echo pdf')
    desk.add("tool", "echo md")
    result = desk.ask("-f", "docs/*", "hi")
    assert result.code == 0
    assert asked(desk.simulator) == (
        'hi\n\n<file name="docs/a.pdf">\npdf\n</file>\n\n<file name="docs/b.md">\nmd\n</file>'
    )
    assert "docs/*: 2 files" in result.err
    assert desk.ask("-f", "docs", "hi").code == 0
    assert asked(desk.simulator) == 'hi\n\n<file name="docs/b.md">\nb\n</file>'


def test_what_a_pattern_leaves_out_has_its_reason(desk: Desk) -> None:
    for name, data in (("a.pdf", PDF), ("b.pdf", PDF + b"BAD")):
        (desk.folder / name).write_bytes(data)
    desk.add("pdftotext", 'grep -aq BAD "$4" && echo odd >&2 && exit 1; echo text')
    result = desk.ask("-v", "-f", "*.pdf", "hi")
    assert result.code == 0
    assert "left out: b.pdf (pdftotext: odd)" in result.err
    desk.add("pdftotext", "echo odd >&2; exit 1")
    result = desk.ask("-f", "*.pdf", "hi")
    assert (result.code, result.err) == (
        2,
        (
            "mimo: nothing in *.pdf may be sent: left out: 2 that cannot be sent\n"
            "  a.pdf: pdftotext: odd\n"
        ),
    )


def test_what_programs_print_counts_as_files_do(desk: Desk) -> None:
    for name in ("a.pdf", "b.pdf"):
        (desk.folder / name).write_bytes(PDF)
    desk.add("pdftotext", "head -c 6000000 /dev/zero | tr '\\0' x")
    result = desk.ask("-f", "*.pdf", "hi")
    assert (result.code, desk.simulator.connections) == (2, 0)
    assert result.err.rpartition("mimo: ")[2].startswith("*.pdf is too much: more than 10 MB, of")


def test_a_folder_says_that_the_names_of_pdfs_add_them(desk: Desk) -> None:
    (desk.folder / "a.pdf").write_bytes(PDF)
    (desk.folder / "noname").write_bytes(PDF)
    desk.add("pdftotext")
    result = desk.ask("-f", ".", "hi")
    assert (result.code, result.err) == (
        2,
        (
            "mimo: nothing in . may be sent: left out: "
            "2 PDF documents (their own names add them)\n  A file's own name sends it.\n"
        ),
    )


def test_lines_of_what_a_program_prints_can_be_named(desk: Desk) -> None:
    (desk.folder / "a.pdf").write_bytes(PDF)
    desk.add("pdftotext", "printf '1111111\\n222\\n\\f333\\n\\f'")
    result = desk.ask("-f", "a.pdf:2-3", "hi")
    assert (result.code, result.err) == (
        0,
        "mimo: a.pdf: 2 pages, lines 2-3 of its text, read by pdftotext, about 1 token\n",
    )
    assert asked(desk.simulator) == 'hi\n\n<file name="a.pdf:2-3">\n222\n\n</file>'
    assert ": 2 pages, line 1 of its text, read" in desk.ask("-f", "a.pdf:1", "hi").err
    assert ": 2 pages, lines 2- of its text, read" in desk.ask("-f", "a.pdf:2-", "hi").err
    assert desk.ask("-f", "a.pdf:9", "hi").code == 2


@pytest.mark.parametrize(
    ("printed", "remark"),
    [
        ("one\\f \\n\\ftwo\\f\\f", "; 2 of 4 pages have no text: they may be pictures"),
        ("one\\f\\f", "; 1 of 2 pages has no text: it may be a picture"),
        ("one\\n\\n", ""),
    ],
)
def test_pages_without_text_are_told(printed: str, remark: str, desk: Desk) -> None:
    (desk.folder / "a.pdf").write_bytes(PDF)
    desk.add("pdftotext", f"printf '{printed}'")
    result = desk.ask("-f", "a.pdf", "hi")
    assert (result.code, result.err.rpartition("token")[2].removeprefix("s")) == (0, f"{remark}\n")


def test_what_a_program_prints_is_utf_8_whatever_files_are_in(desk: Desk) -> None:
    desk.configure('[loaders]\nmd = ["tool", "{file}"]\n')
    desk.add("pdftotext", "printf 'Gr\\303\\274\\303\\237e'")
    desk.add("tool", "printf '\\304\\343\\272\\303'")
    for name, data in (("a.pdf", PDF), ("b.md", b"x"), ("c.txt", "你好".encode("gbk"))):
        (desk.folder / name).write_bytes(data)
    named = [it for name in ("a.pdf", "b.md", "c.txt") for it in ("-f", name)]
    assert desk.ask("--encoding", "gbk", *named, "hi").code == 0
    assert ("Grüße" in asked(desk.simulator), asked(desk.simulator).count("你好")) == (True, 2)


def test_what_a_users_program_says_is_told(desk: Desk) -> None:
    desk.configure('[loaders]\nmd = ["tool", "{file}"]\n')
    (desk.folder / "a.md").write_text("text")
    desk.add("tool", "echo 'no such font' >&2")
    err = desk.ask("-f", "a.md", "hi").err
    assert err == "mimo: a.md has no text: tool prints nothing, but says: no such font\n"
    desk.add("tool", "echo 'no password' >&2; exit 1")
    err = desk.ask("-f", "a.md", "hi").err
    assert err == "mimo: a.md cannot be attached: tool: no password\n"


def test_a_projects_file_names_no_program(desk: Desk) -> None:
    (desk.folder / ".git").mkdir()
    (desk.folder / "a.md").write_text("text")
    desk.add("tool")
    (desk.folder / ".mimo.toml").write_text('[loaders]\nmd = ["tool", "{file}"]\n')
    result = desk.ask("-f", "a.md", "hi")
    assert (result.code, desk.trace.exists()) == (0, False)
    assert "loaders is ignored in" in result.err
    assert "a project's file may only set model" in result.err


@systems.SUPERUSER
def test_another_users_file_names_no_program(desk: Desk) -> None:
    desk.configure('[loaders]\nmd = ["tool", "{file}"]\n')
    os.chown(desk.config, 12345, 12345)
    desk.add("tool")
    (desk.folder / "a.md").write_text("text")
    result = desk.ask("-f", "a.md", "hi")
    assert (result.code, desk.trace.exists()) == (3, False)
    assert f"mimo: loaders.md is not run: {desk.config} belongs to another user" in result.err


@pytest.mark.parametrize(
    ("table", "why"),
    [
        ("[loaders]\nmd = 3", "loaders.md cannot be 3: it must be a list of texts that is not"),
        ("[loaders]\nmd = []", "loaders.md is not right: it names no program"),
        ('[loaders]\nmd = ["{file}"]', "loaders.md is not right: it names no program"),
        ('[loaders]\nmd = ["cat"]', "loaders.md is not right: it does not say where the file"),
        (
            '[loaders]\nmd = "cat \'{file}"',
            "loaders.md is not right: a quotation mark lacks its other",
        ),
        ("loaders = 3", "loaders is not a table"),
    ],
)
def test_a_command_that_is_wrong_is_told_with_its_place(table: str, why: str, desk: Desk) -> None:
    desk.configure(f"{table}\n")
    (desk.folder / "a.md").write_text("text")
    result = desk.ask("-f", "a.md", "hi")
    assert result.code == 3
    assert result.err.startswith(f"mimo: {why}")
    assert f"(file {desk.config}, line " in result.err


def test_a_program_that_is_missing_says_where_it_is_named(desk: Desk) -> None:
    desk.configure('[loaders]\nmd = ["no-such", "{file}"]\n')
    (desk.folder / "a.md").write_text("text")
    result = desk.ask("-f", "a.md", "hi")
    assert result.code == 2
    assert result.err == (
        "mimo: a.md cannot be attached: no-such, which reads it, is not installed\n"
        "  mimo config get loaders.md shows the command.\n"
    )


def test_what_no_loader_is_for_says_how_one_is_named(desk: Desk) -> None:
    (desk.folder / "r.docx").write_bytes(DOCX)
    result = desk.ask("-f", "r.docx", "hi")
    assert result.code == 2
    assert result.err == (
        "mimo: r.docx cannot be attached: it is a Word document\n"
        "  A program can take its text: "
        'mimo config set loaders.docx "pandoc -f docx -t plain {file}"\n'
    )


def test_a_program_has_no_more_time_than_is_left(desk: Desk) -> None:
    tool = desk.programs.add("tool", "exec sleep 60")
    loader = loaders.Loader((str(tool), "{file}"), "md")
    means = Means({"PATH": desk.programs.path}, Signals())
    with pytest.raises(loaders.OutOfTimeError) as error:
        loaders.load(loader, "a.md", "a.md", means, left=0.2)
    assert error.value.message == "out of time reading a.md with tool"


def test_all_programs_together_have_the_time_that_was_named(desk: Desk) -> None:
    """By a pattern too: what is late then is not left out, but ends it."""
    for name in ("a.pdf", "b.pdf"):
        (desk.folder / name).write_bytes(PDF)
    desk.add("pdftotext", "exec sleep 60")
    result = desk.ask("--timeout", "0.5", "-f", "*.pdf", "hi")
    assert (result.code, result.err) == (
        2,
        "mimo: out of time reading a.pdf with pdftotext\n  Give it longer: --timeout SECONDS\n",
    )
