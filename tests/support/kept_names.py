"""Files of names as the program keeps them, of texts that mean something to a shell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.shell import caches, names

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

HOSTILE = (
    *("$(touch oops)", "`touch oops`", "%n %F{red}x", 'it\'s "so" \\ back\\\\slash: colon:'),
    *("two\nlines \x1b[31mred", "\u202ebidi", "tab\there", "x" * 10_000, "*", "~", "-dash", ":"),
    *("\\", "天气" * 90, "; touch oops", "${HOME}", "[a]{b,c}", "!!", "#", "=ls", "$'\\n'", ""),
)
IDS = tuple(f"{names.ID_FIRST[place]}0000000" for place in range(len(HOSTILE)))
FIRST = 1_700_000_000.0

ODD = b"".join(
    (
        b"$(touch oops)\tid\t1\n",
        b"`touch`s\tid\t1\n",
        b"-2345678\tan option\t1\n",
        b"z0000000 a\ttwo words\t1\n",
        b"*\tall\t1\n\n\t\t\n",
    )
)
"""Lines that the program would not write, and that no shell offers."""
ODD_IDS = ODD + b"abc\tshort\t1\nABCDEFGH\tcapitals\t1\nz00000000\tlong\t1\n10000000\tdigit\t1\n"

PLAIN = {"profiles": ("local", "work-1", "v2.6"), "prompts": ("review", "工作")}


def keep(home: Path) -> Mapping[str, str]:
    """Writes all the files into folders below; the variables that name these."""
    own = home / "config.toml"
    own.touch()
    titled = [
        (id_, title, FIRST - place)
        for place, (id_, title) in enumerate(zip(IDS, HOSTILE, strict=True))
    ]
    folders = {name: home / name for name in ("data", "cache")}
    for folder in folders.values():
        folder.mkdir(exist_ok=True)
    lines = names.to_lines(names.conversations(titled))
    (folders["data"] / caches.CONVERSATIONS).write_bytes(lines + ODD_IDS)
    for kind, plain in PLAIN.items():
        lines = names.to_lines(names.Name(name, HOSTILE[0]) for name in plain)
        (folders["cache"] / caches.file_name(kind, own)).write_bytes(lines + ODD)
    return {
        "MIMO_DATA": str(folders["data"]),
        "MIMO_CACHE": str(folders["cache"]),
        "MIMO_CONFIG": str(own),
        "LANG": "C.UTF-8",
    }
