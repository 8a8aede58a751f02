"""What was typed and may not have been meant: told in a remark, or refused where it would cost.

A remark tells of an option between two words or behind several that nobody quoted, of a word that
names a file, and of quotes that are none to a shell. An error is such an option that would replace
a file, and what input methods make of a dash and of quotes, where that makes words of an option or
of its value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.cli.arguments import FILE, SlipError, has_space, is_page, names_file, read
from mimo_cli.common_phrases import listed
from mimo_cli.named_tuple import NamedTuple
from mimo_cli.phrases import NOTHING, Phrase, counted
from mimo_cli.text import punctuation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from mimo_cli.cli.arguments import Argument

_OUTPUT = ("-o", "--output")
_STDIN = "-"
_SEVERAL = 2  # words
_MOST_LOOKED_AT = 200
"""Words that are compared with the names of files: a pasted text is none."""
_SHOWN = 3


class Found(NamedTuple):
    """What may not have been meant. `of_options` tells of options that may be words."""

    remarks: tuple[Phrase, ...]
    of_options: Phrase
    unfinished: Phrase
    """Tells of those alone that lack their value."""


def find(
    arguments: list[Argument],
    attached: list[str],
    takes_value: Mapping[str, bool],
    is_file: Callable[[str], bool],
) -> Found:
    """Return what to say of a command line; `attached` are the files that stand behind another.

    Raises:
        SlipError: an option, or its value, was typed with signs that make words of it; it may be a
            word, and would replace a file; or a file behind another is one that looks like a key.
    """
    _check_keys(attached)
    unmeant = _find_unmeant(arguments, is_question=takes_value.get(FILE[0], False))
    _check_replaced(unmeant, is_file)
    of_options = _of_options(unmeant)
    remarks = (
        *_of_attached(attached),
        *filter(None, [of_options]),
        *_of_dashes(arguments, takes_value),
        *_of_quotes(arguments),
        *_of_files(arguments, takes_value, is_file),
    )
    return Found(remarks, of_options, _of_options([it for it in unmeant if it.lacks_value]))


def has_unmeant(args: Sequence[str], takes_value: Mapping[str, bool]) -> bool:
    """Return whether a question has words that would be taken for options, or be unknown ones."""
    arguments = list(read(args, takes_value))
    options = [it for it in arguments if it.kind == "option"]
    is_known = all(_is_known(it.name, takes_value) for it in options)
    return not is_known or bool(_find_unmeant(arguments, is_question=True))


def _is_known(name: str, takes_value: Mapping[str, bool]) -> bool:
    is_cluster = not name.startswith("--")
    return name in takes_value or (is_cluster and all(f"-{it}" in takes_value for it in name[1:]))


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
        if private_files.is_like_key(PurePath(name).name) and not is_page(name):
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
        elif (it.name not in FILE or it.lacks_value) and (
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
        and not all(has_space(it.value) for it in beside)
    )


def _is_behind(words: list[Argument], seen: int) -> bool:
    """Return whether what stands behind so many words is behind a whole unquoted question."""
    return seen == len(words) >= _SEVERAL and not any(has_space(it.value) for it in words)


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
    plain = [it.kind == "word" and not has_space(it.value) for it in arguments]
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
    if word.isascii() or has_space(word):
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
    if not takes_value.get(FILE[0]):
        return
    words = [it.value for it in arguments if it.kind == "word" and not has_space(it.value)]
    names = [
        word
        for word in dict.fromkeys(words[:_MOST_LOOKED_AT])
        if word != "-" and names_file(word, is_file)
    ]
    if names:
        import shlex

        template = "{words}: sent as a word; -f {file} adds what is in the file"
        yield Phrase(template, words=_first_of(names), file=shlex.join(names[:1]))


def _first_of(names: list[str]) -> Phrase:
    shown = listed(names[:_SHOWN])
    if len(names) <= _SHOWN:
        return shown
    return Phrase("{names} and {count} more", names=shown, count=len(names) - _SHOWN)
