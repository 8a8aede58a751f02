"""Which arguments of a command line are options and which are words of a question.

People type questions without quotes, and with characters that are options elsewhere: `arguments`
has the rules. Files that stand right behind `-f FILE` are attached as well (`-f src/*.py`: the
shell makes words of the second and the further ones), and so are `https://` addresses right behind
one. What may not have been meant is told, or an error (see `slips`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.cli.arguments import FILE, Argument, is_page, names_file, read
from mimo_cli.named_tuple import NamedTuple
from mimo_cli.phrases import NOTHING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from mimo_cli.phrases import Phrase


_MOST_LOOKED_AT = 20  # words: a pasted text has more


class Arranged(NamedTuple):
    """A command line as the parser is given it: options, `--`, words; and what to say of it.

    `hint` is what to do where the parser refuses an option that may be a word.
    """

    args: tuple[str, ...]
    remarks: tuple[Phrase, ...] = ()
    hint: Phrase = NOTHING


def arrange(
    args: Sequence[str], takes_value: Mapping[str, bool], is_file: Callable[[str], bool]
) -> Arranged:
    """Return the options before the words. `takes_value` has each option's name.

    Raises:
        SlipError: an option, or its value, was typed with signs that make words of it; it may be a
            word, and would replace a file; or a file behind another is one that looks like a key.
    """
    arguments, attached = _with_attached(list(read(args, takes_value)), takes_value, is_file)
    options = [arg for it in arguments if it.kind == "option" for arg in it.args]
    words = [it.value for it in arguments if it.kind == "word"]
    if not options and _are_plain(words, is_file):
        return Arranged(("--", *words))
    from mimo_cli.cli import slips  # not for plain words

    found = slips.find(arguments, attached, takes_value, is_file)
    if arguments and arguments[-1].lacks_value:
        return Arranged((*options,), hint=found.unfinished)  # the parser says what is missing
    return Arranged((*options, "--", *words), found.remarks, found.of_options)


def _are_plain(words: Sequence[str], is_file: Callable[[str], bool]) -> bool:
    """Return whether nothing else can have been meant by words alone (see `slips`)."""
    return (
        len(words) <= _MOST_LOOKED_AT
        and all(map(str.isascii, words))
        and not any(names_file(it, is_file) for it in words)
    )


def _with_attached(
    arguments: list[Argument], takes_value: Mapping[str, bool], is_file: Callable[[str], bool]
) -> tuple[list[Argument], list[str]]:
    """Return the arguments with files behind `-f FILE` made options, and those files.

    Pages behind `-f PAGE` likewise.
    """
    found: list[Argument] = []
    names: list[str] = []
    behind, is_behind_page = False, False
    for it in arguments:
        if it.kind == "option":
            behind = it.name in FILE and takes_value.get(it.name, False)
            is_behind_page = behind and is_page(it.value)
        elif (
            behind
            and not it.is_literal
            and (names_file(it.value, is_file) or (is_behind_page and is_page(it.value)))
        ):
            names.append(it.value)
            found.append(Argument("option", (FILE[0], it.value), FILE[0]))
            continue
        else:
            behind = False
        found.append(it)
    return found, names
