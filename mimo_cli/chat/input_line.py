"""What a line typed into the chat is: a message, or a command with its argument. Pure."""

from __future__ import annotations

import re
import unicodedata
from difflib import get_close_matches
from typing import TYPE_CHECKING, Literal, NamedTuple

from mimo_cli.chat.commands import options
from mimo_cli.errors import UsageError
from mimo_cli.phrases import NOTHING, Phrase
from mimo_cli.text import punctuation

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_SLASHES = ("/", "\N{FULLWIDTH SOLIDUS}")
_COMMA = "\N{IDEOGRAPHIC COMMA}"  # what Chinese input methods give for the key of the slash
SLASHES = (*_SLASHES, _COMMA)
"""What the key of the slash gives."""

TAKING_WORDS = frozenset(["set", "thinking"])
"""Commands whose arguments are of words that have no slash."""
_BLANK_ROWS = re.compile(r"\A(?:[^\S\n]*\n)+")
_ALIKE, _SLIP = 0.5, 0.75
"""How like a command a word is that may be meant so, and that is taken for a slip of it."""
_LEAST_BEGUN = 2  # letters by which a command is told to be begun, whatever stands behind it
_AFTER_A_PATH = ",.:;?!)]}>\"'\N{IDEOGRAPHIC FULL STOP}\N{IDEOGRAPHIC COMMA}》」』】\u2019\u201d"
"""What ends a sentence, or a part of one, and no path."""
_FAREWELLS = {"exit", "quit", "exit()", "quit()", "q", ":q", "bye", "退出"}
"""What may be meant to leave, if nothing else stands in the line."""
_YES = {"", "y", "yes", "/exit", "/quit", "是", "是的"}
_NO = {"n", "no", "否", "不", "不是"}

_IN_CHINESE = {
    "帮助": "help",
    "新建": "new",
    "模型": "model",
    "文件": "file",
    "重试": "retry",
    "撤销": "undo",
    "编辑": "edit",
    "继续": "continue",
    "系统": "system",
    "设置": "set",
    "思考": "thinking",
    "提示": "prompt",
    "恢复": "resume",
    "粘贴": "paste",
    "分支": "fork",
    "复制": "copy",
    "保存": "save",
    "历史": "history",
    "标题": "title",
    "导出": "export",
    "退出": "exit",
}


class TypedMessage(NamedTuple):
    """Words for the model."""

    text: str


class Call(NamedTuple):
    """A command, by its whole name, and what stands after it."""

    name: str
    argument: str


class Farewell(NamedTuple):
    """Words by which other programs are left: that they are meant so has to be asked."""

    text: str


class UntimelyError(UsageError):
    """A command that is right at another time: editing it would not help."""


class NoCommandError(UsageError):
    """A word behind a slash that is no command, or may be several: `meant` were, probably."""

    meant: tuple[Call, ...] = ()


def parse(
    line: str, names: Sequence[str], exists: Callable[[str], bool], *, by_hand: bool = True
) -> TypedMessage | Call | Farewell:
    """Return what a line is. `exists` tells whether something has that path.

    `by_hand`: a person types, who may mean to leave by `exit` or `quit` alone, and asks by `?`.

    `//` begins a message with a slash. A path is a message; where a person typed nothing else, only
    that of what is there: it may be two commands. A sign may stand behind it (`/etc/hosts:`). A
    message is also what begins with a slash, but not with a word (`/* a comment */`). A unique
    start of a command is enough. An input method may have made the slash and the name wide, or a
    `、` of the slash. A message keeps the indentation of its first row.

    Raises:
        NoCommandError: there is no such command; the message names the nearest.
    """
    text = _BLANK_ROWS.sub("", line).rstrip()
    rest = text.lstrip()
    if rest.startswith(_SLASHES) and rest[1:2] in SLASHES:
        return TypedMessage(text[: -len(rest)] + rest[1:])
    bare = punctuation.to_plain(rest).lower() if by_hand else ""
    if bare == "?":
        return Call("help", "")
    if bare in _FAREWELLS:
        return Farewell(text)
    word = (rest.split(maxsplit=1) or [""])[0]
    slash, name = fold_command(word)[:1], _name_behind_slash(word)
    argument = rest[len(word) :].strip()
    if slash != "/" and not (slash == _COMMA and _fitting(name, names)):
        return TypedMessage(text)
    if name in ("", "?") and not argument:
        return Call("help", "")
    if name in names or (_is_name(name, names) and not _is_there(word, exists)):
        return _whole_call(Call(name, argument), fold_command(word)[1:], names)
    if by_hand and not argument and _is_doubtful(name) and not _is_there(word, exists):
        why = Phrase("nor a file or folder of that name")
        raise _unknown(Call(name, argument), fold_command(word)[1:], names, why)
    return TypedMessage(text)


def read_leave(answer: str) -> Literal["leave", "send", "stay"]:
    """Return what is done after words that may be meant to leave: as was answered when asked.

    To leave is to say yes, or what leaves, once more; a no sends the words. Else neither was meant.
    """
    plain = fold_command(punctuation.to_plain(answer.strip())).lower()
    if plain.startswith(_COMMA):
        plain = f"/{plain[1:]}"
    if plain in _YES or plain in _FAREWELLS:
        return "leave"
    return "send" if plain in _NO else "stay"


def find_command(line: str, names: Sequence[str], exists: Callable[[str], bool]) -> str | None:
    """Return the command that a line begins with by its whole name, if it is no path."""
    word = (line.split(maxsplit=1) or [""])[0]
    name = _name_behind_slash(word)
    is_meant = word.startswith(SLASHES) and name in names and not _is_there(word, exists)
    return name if is_meant else None


def fold_command(text: str) -> str:
    """Return a text whose first word is in plain letters, if it begins with a slash of any kind."""
    if not text.startswith(SLASHES):
        return text
    word = text.split(maxsplit=1)[0]
    return punctuation.to_plain(word) + text[len(word) :]


def _name_behind_slash(word: str) -> str:
    return fold_command(word)[1:].lower()


def keyword(argument: str) -> str:
    """Return an argument that has to be one of some words, in small and plain letters."""
    return punctuation.to_plain(argument.strip()).lower()


def escape(message: str) -> str:
    """Return a message as it has to be typed: one with a slash at its beginning takes two."""
    rest = message.lstrip()
    if rest.startswith(SLASHES):
        return f"{message[: -len(rest)]}/{rest}"
    return message


def goes_on_with_no_slash(text: str) -> bool:
    """Return whether a slash behind a command begins another: it is no part of an argument.

    So where it is a word alone, or the argument is one of words, and not of a file's name or JSON.
    """
    words = text.split()
    if not words or not begins_command(words[0]) or words[0][1:].startswith(SLASHES):
        return False
    takes_words = _name_behind_slash(words[0]) in TAKING_WORDS and not any(
        sign in text for sign in "@{\uff20\n"
    )
    return len(words) == 1 or takes_words


def begins_command(text: str) -> bool:
    """Return whether a text begins with a slash, as an input method may have made it."""
    return text.startswith(SLASHES)


def _is_there(word: str, exists: Callable[[str], bool]) -> bool:
    """Return whether a word is a path of something, also if wide or with a sign behind it."""
    forms = (word, fold_command(word))
    return any(exists(path) for form in forms for path in (form, form.rstrip(_AFTER_A_PATH)))


def _is_doubtful(word: str) -> bool:
    """Return whether a word behind a slash has the form of a path: it may be two commands."""
    first, slash, _ = word.partition("/")
    return bool(slash) and first[:1].isalpha()


def _is_name(word: str, names: Sequence[str]) -> bool:
    """Return whether a word behind a slash is meant as a command's name, and not as a path."""
    first, slash, _ = word.partition("/")
    return first in names if slash else word[:1].isalpha()


def _fitting(name: str, names: Sequence[str]) -> list[str]:
    """Return the name, or else those that begin so."""
    if name in names:
        return [name]
    return [known for known in names if name and known.startswith(name)]


def _whole_call(call: Call, typed: str, names: Sequence[str]) -> Call:
    fitting = _fitting(call.name, names)
    if len(fitting) == 1:
        return call._replace(name=fitting[0])
    if not fitting:
        raise _unknown(call, typed, names)
    several = ", ".join(f"/{known}" for known in fitting)
    what = Phrase("/{name} may be {commands}", name=call.name, commands=several)
    error = NoCommandError(what, hint=Phrase("A few more letters will do."))
    is_begun = len(call.name) >= _LEAST_BEGUN
    options_meant = options.meant(call.argument)
    error.meant = tuple(
        call._replace(name=known)
        for known in fitting
        if (options_meant if known == "set" else is_begun)
    )
    raise error


def _unknown(call: Call, typed: str, names: Sequence[str], why: Phrase = NOTHING) -> NoCommandError:
    """Return the error that a word behind a slash amounts to.

    It has the word as it was typed, and whole: part of a key would be no longer told from others.
    """
    hint = Phrase("/help lists all; // begins a message with a slash.")
    meant = _meant(call, names)
    if meant is None:  # `/todo`, say, is no slip of `/undo`
        alike = [] if "/" in call.name else get_close_matches(call.name, names, 1, _ALIKE)
        for like in alike:
            hint = Phrase("Did you mean /{name}? {hint}", name=like, hint=hint)
    else:
        option = options.meant(meant.argument) if meant.name == "set" else ""
        command = f"set {option}" if option else meant.name
        hint = Phrase("Did you mean /{name}? {hint}", name=command, hint=hint)
    error = NoCommandError(Phrase("there is no command /{name}", name=typed), why, hint)
    error.meant = () if meant is None else (meant,)
    return error


def _meant(call: Call, names: Sequence[str]) -> Call | None:
    """Return what was probably meant, if there is any: a command, or an option of `/set`.

    Of what has the form of a path, only one that is written out is: `/continue/usage`.
    """
    first, slash, behind = call.name.partition("/")
    argument = f"{behind} {call.argument}".strip()
    if first in _IN_CHINESE:
        return Call(_IN_CHINESE[first], argument)
    if slash:
        return Call(first, argument) if first in names else None
    decomposed = unicodedata.normalize("NFKD", first)
    plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    option = options.nearest(plain)
    alike = get_close_matches(plain, names, cutoff=_ALIKE)
    commands = [it for it in alike if _is_slip(plain, it)]
    if option and (
        plain in option or get_close_matches(plain, [option, *commands], n=1) == [option]
    ):
        return Call("set", f"{option} {argument}".strip())
    return Call(commands[0], argument) if commands else None


def _is_slip(word: str, name: str) -> bool:
    """Return whether a word is a name with a slip: one letter or two are wrong or swapped."""
    is_like = word[:1] == name[:1] and bool(get_close_matches(word, [name], cutoff=_SLIP))
    return is_like or sorted(word) == sorted(name)
