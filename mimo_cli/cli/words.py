"""Which arguments of a command line are options and which are words of a question.

People type questions without quotes, and with characters that are options elsewhere. The rules:

1. What stands behind `--` is words; a lone `-` is one (it stands for stdin).
2. What begins with a dash is an option where it has an option's form: `--name`, `--name=value`, or
   `-` and letters of which the first is an option's. What holds white space has it only as
   `--name=value` and as a value that is attached to its letter (`-sBe brief.`).
3. An option that takes a value takes the next argument, whatever that is.
4. Everything else is a word: `-5 + 3`, `- summarize`, `---`, and a dash
   before a letter of another alphabet.

Files that stand right behind `-f FILE` are attached as well (`-f src/*.py`: the shell makes words
of the second and the further ones), and so are `https://` addresses right behind one. What may not
have been meant is told in a remark: an option between two words or behind several that nobody
quoted, a word that names a file, quotes that are none to a shell. It is an error where it costs
something: such an option that would replace a file, and what input methods make of a dash and of
quotes, where that makes words of an option or of its value.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from mimo_cli.errors import UsageError
from mimo_cli.named_tuple import NamedTuple
from mimo_cli.phrases import NOTHING, Phrase, counted, listed
from mimo_cli.text import punctuation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

_FILE = ("-f", "--file")
_OUTPUT = ("-o", "--output")
_STDIN = "-"
_SEVERAL = 2  # words
_MOST_LOOKED_AT = 200
"""Words that are compared with the names of files: a pasted text is none."""

_LONG = r"--[a-zA-Z][\w-]*"
_LETTER = r"-[a-zA-Z]"  # patterns are compiled when they are met: few lines need one
_SHOWN = 3


class SlipError(UsageError):
    """What was typed is not what was meant, and it would cost something to take it so."""


class MisdirectedError(UsageError):
    """Words or piped text came without a command."""


class Argument(NamedTuple):
    """One option with its value, or one word. `name` is the option's, as it was typed."""

    kind: Literal["option", "word"]
    args: tuple[str, ...]
    name: str = ""
    is_literal: bool = False  # behind `--`
    lacks_value: bool = False

    @property
    def value(self) -> str:
        """Return the option's value, or the word."""
        if self.kind == "word" or len(self.args) > 1:
            return self.args[-1]
        attached = self.args[0].removeprefix(self.name)
        return attached.removeprefix("=") if self.name.startswith("--") else attached


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
    _check_keys(attached)
    options = [arg for it in arguments if it.kind == "option" for arg in it.args]
    words = [it.value for it in arguments if it.kind == "word"]
    unmeant = _find_unmeant(arguments, is_question=takes_value.get(_FILE[0], False))
    _check_replaced(unmeant, is_file)
    of_options = _of_options(unmeant)
    remarks = (
        *_of_attached(attached),
        *filter(None, [of_options]),
        *_of_dashes(arguments, takes_value),
        *_of_quotes(arguments),
        *_of_files(arguments, takes_value, is_file),
    )
    if arguments and arguments[-1].lacks_value:
        hint = _of_options([it for it in unmeant if it.lacks_value])
        return Arranged((*options,), hint=hint)  # the parser says so, if nothing stands behind it
    return Arranged((*options, "--", *words), remarks, of_options)


def read(args: Sequence[str], takes_value: Mapping[str, bool]) -> Iterator[Argument]:
    """Return the arguments one by one, each option with its value."""
    rest = list(args)
    while rest:
        arg = rest.pop(0)
        if arg == "--":
            yield from (Argument("word", (word,), is_literal=True) for word in rest)
            return
        name, wants_next = _option(arg, takes_value)
        if not name:
            yield Argument("word", (arg,))
        elif wants_next and rest:
            yield Argument("option", (arg, rest.pop(0)), name)
        else:
            yield Argument("option", (arg,), name, lacks_value=wants_next)


def has_unmeant(args: Sequence[str], takes_value: Mapping[str, bool]) -> bool:
    """Return whether a question has words that would be taken for options, or be unknown ones."""
    arguments = list(read(args, takes_value))
    options = [it for it in arguments if it.kind == "option"]
    is_known = all(_is_known(it.name, takes_value) for it in options)
    return not is_known or bool(_find_unmeant(arguments, is_question=True))


def _is_known(name: str, takes_value: Mapping[str, bool]) -> bool:
    is_cluster = not name.startswith("--")
    return name in takes_value or (is_cluster and all(f"-{it}" in takes_value for it in name[1:]))


def _option(arg: str, takes_value: Mapping[str, bool]) -> tuple[str, bool]:
    """Return the option that an argument is, "" for none, and whether its value is the next one."""
    if arg.startswith("--"):
        name, equals, _ = arg.partition("=")
        if name in takes_value:
            return name, takes_value[name] and not equals
        return (name, False) if re.fullmatch(_LONG, name) and not _has_space(arg) else ("", False)
    if not arg.startswith("-") or not re.match(_LETTER, arg):
        return "", False
    for place, letter in enumerate(arg[1:], 1):
        name, attached = f"-{letter}", arg[place + 1 :]
        if takes_value.get(name):
            is_text = _has_space(arg[: place + 2])
            return ("", False) if is_text else (name, not attached)
        if name not in takes_value:
            break
    return ("", False) if _has_space(arg) else (arg, False)


def _has_space(text: str) -> bool:
    return any(char.isspace() for char in text)


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
            behind = it.name in _FILE and takes_value.get(it.name, False)
            is_behind_page = behind and _is_page(it.value)
        elif (
            behind
            and not it.is_literal
            and (_names_file(it.value, is_file) or (is_behind_page and _is_page(it.value)))
        ):
            names.append(it.value)
            found.append(Argument("option", (_FILE[0], it.value), _FILE[0]))
            continue
        else:
            behind = False
        found.append(it)
    return found, names


def _is_page(word: str) -> bool:
    return word[:8].lower() == "https://" and not _has_space(word)


def _of_attached(names: list[str]) -> Iterator[Phrase]:
    if names:
        template = "attached as well: {files} (a question that is meant stands behind --)"
        yield Phrase(template, files=listed(names))


def _check_keys(names: list[str]) -> None:
    """Refuse a file that a pattern of the shell's may have named, and whose name is like a key's.

    Raises:
        SlipError: there is one.
    """
    if not names:
        return
    import shlex  # few lines have files
    from pathlib import PurePath

    from mimo_cli.input import private_files

    for name in names:
        if private_files.is_like_key(PurePath(name).name) and not _is_page(name):
            what = Phrase("{file} is not sent", file=name)
            why = Phrase("it is named like a key, and stands behind another file")
            command = Phrase("-f {file}", file=shlex.quote(name))
            raise SlipError(
                what, why, Phrase("An -f of its own sends it: {command}", command=command)
            )


def _of_options(unmeant: list[Argument]) -> Phrase:
    if not unmeant:
        return NOTHING
    import shlex  # few lines need it

    return counted(
        len(unmeant),
        "{options} was taken as an option, not as a word; -- before the words makes it one",
        "{options} were taken as options, not as words; -- before the words makes them words",
        options=listed(shlex.join(it.args).removesuffix("=") for it in unmeant),
    )


def _find_unmeant(arguments: list[Argument], *, is_question: bool) -> list[Argument]:
    """Return options that may be words: between two (`what does -v mean`), or behind several."""
    words = [it for it in arguments if it.kind == "word" and it.value != _STDIN]
    seen = 0
    found: list[Argument] = []
    for it in arguments:
        if it.kind == "word":
            seen += it.value != _STDIN
        elif (it.name not in _FILE or it.lacks_value) and (
            _is_between(words, seen) or (is_question and _is_behind(words, seen))
        ):
            found.append(it)
    return found


def _is_between(words: list[Argument], seen: int) -> bool:
    """Return whether what stands behind so many words is between two that are not both quoted."""
    beside = words[seen - 1 : seen + 1] if seen else []
    return (
        len(beside) == _SEVERAL
        and not beside[1].is_literal
        and not all(_has_space(it.value) for it in beside)
    )


def _is_behind(words: list[Argument], seen: int) -> bool:
    """Return whether what stands behind so many words is behind a whole unquoted question."""
    return seen == len(words) >= _SEVERAL and not any(_has_space(it.value) for it in words)


def _check_replaced(unmeant: list[Argument], is_file: Callable[[str], bool]) -> None:
    """Refuse an option that may be a word and would replace a file: `what does grep -o do`."""
    for it in unmeant:
        if it.name in _OUTPUT and is_file(it.value):
            import shlex

            from mimo_cli.output.output_file import is_stream

            if is_stream(it.value):
                continue  # redirected to a file, which is written to where it stands
            shown = shlex.join(it.args)
            why = Phrase("it stands among words of the question that nobody quoted")
            template = "Quote the question, or put {option} before it; behind -- it is words."
            hint = Phrase(template, option=shown)
            what = Phrase("{option} would replace the file {file}", option=shown, file=it.value)
            raise SlipError(what, why, hint)


def _of_dashes(arguments: list[Argument], takes_value: Mapping[str, bool]) -> Iterator[Phrase]:
    """Yield remarks on words that would be options, had they plain dashes and equals signs."""
    plain = [it.kind == "word" and not _has_space(it.value) for it in arguments]
    for place, it in enumerate(arguments):
        if it.is_literal or it.kind != "word" or not (meant := _find_meant(it.value, takes_value)):
            continue
        odd = next(char for char in it.value if char in punctuation.DASHES + punctuation.EQUALS)
        sign = punctuation.describe(odd)
        if place and plain[place - 1] and plain[place + 1 : place + 2] == [True]:
            template = "{word} was taken as a word: it has {sign}, {option} would be an option"
            yield Phrase(template, word=it.value, sign=sign, option=meant)
            continue
        hint = Phrase("Type {option}; behind -- it is a word of the question.", option=meant)
        what = Phrase("{word} is no option", word=it.value)
        raise SlipError(what, Phrase("it has {sign}", sign=sign), hint)


def _find_meant(word: str, takes_value: Mapping[str, bool]) -> str:
    """Return the option that a word is with plain signs, "" for none and for one that is plain."""
    if word.isascii() or _has_space(word):
        return ""
    rest = word.lstrip("-" + punctuation.DASHES)
    if rest == word:
        return ""
    name, equals, value = punctuation.to_plain(rest).partition("=")
    meant = f"--{name}" if len(name) > 1 else f"-{name}"
    is_slip = rest[: len(name) + 1] != f"{name}=" or not word.startswith(meant)
    return meant + equals + value if is_slip and meant in takes_value else ""


def _of_quotes(arguments: list[Argument]) -> Iterator[Phrase]:
    """Yield remarks on quotes that are none to a shell, around all words or an option's value."""
    words = [it.value for it in arguments if it.kind == "word" and not it.is_literal]
    for it in arguments:
        quotes = (
            punctuation.opening_quotes(it.value)
            if it.kind == "option" and not it.lacks_value
            else None
        )
        if quotes is None:
            continue
        if punctuation.enclosing_quotes(it.value):
            template = "the value of {option} has its quotes {quotes}: a shell knows \" and ' alone"
            yield Phrase(template, option=it.name, quotes=quotes)
        elif quotes.closing not in it.value[1:] and any(
            word.endswith(quotes.closing) for word in words
        ):
            template = "{quotes} are no quotes to the shell, which made several words of it"
            raise SlipError(
                Phrase("the value of {option} is {value} alone", option=it.name, value=it.value),
                Phrase(template, quotes=quotes),
                Phrase("Quote it with \" or '."),
            )
    if quotes := punctuation.enclosing_quotes(" ".join(words)):
        template = "the question has its quotes {quotes}: a shell knows \" and ' alone"
        yield Phrase(template, quotes=quotes)


def _of_files(
    arguments: list[Argument], takes_value: Mapping[str, bool], is_file: Callable[[str], bool]
) -> Iterator[Phrase]:
    """Yield a remark on words that name files, where files can be attached."""
    if not takes_value.get(_FILE[0]):
        return
    words = [it.value for it in arguments if it.kind == "word" and not _has_space(it.value)]
    names = [
        word
        for word in dict.fromkeys(words[:_MOST_LOOKED_AT])
        if word != "-" and _names_file(word, is_file)
    ]
    if names:
        import shlex

        template = "{words}: sent as a word; -f {file} adds what is in the file"
        yield Phrase(template, words=_first_of(names), file=shlex.join(names[:1]))


def _names_file(word: str, is_file: Callable[[str], bool]) -> bool:
    """Return whether a word names a file, or some lines of one."""
    if is_file(word):
        return True
    _, colon, end = word.rpartition(":")
    if not colon or end.strip("0123456789-"):
        return False
    from mimo_cli.attachments import line_range  # few words end so

    found = line_range.split(word)
    return found is not None and is_file(found[0])


def _first_of(names: list[str]) -> Phrase:
    shown = listed(names[:_SHOWN])
    if len(names) <= _SHOWN:
        return shown
    return Phrase("{names} and {count} more", names=shown, count=len(names) - _SHOWN)
