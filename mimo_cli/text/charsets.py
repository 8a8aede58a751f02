"""What bytes that are no UTF-8 probably are: text in which encoding, or a file of which kind. Pure.

A wrong encoding often decodes without an error: GBK, Big5, EUC-JP and EUC-KR use the same pairs of
bytes. What tells them apart is which characters come out: of a real text most are among the few
hundred that its language uses most, of a wrong reading few are. So a reading is judged by its
characters, each by the bytes it took: a mark between 3 (all of them are common) and far below 0.

The character sets' own order helps too: in GB 2312, Big5, JIS X 0208 and KS X 1001 what is rare
has higher lead bytes than what is not.
"""

from __future__ import annotations

import codecs
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from mimo_cli.phrases import NOTHING, Phrase
from mimo_cli.text import common_characters as common
from mimo_cli.text import disguises

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOOKED_AT = 64 * 1024  # bytes
_LIKELY = 0.6  # the least mark of a reading that is named
_NEAR = 0.8  # below the best one's
_COMMON, _MARK, _USUAL, _ALONE, _RARE, _NONE = 3.0, 2.5, 0.7, 0.5, -2.0, -8.0
_MOST = 3  # that are named
_SHORT = 6  # bytes
_WHOLE_FOR_ONE = 4  # characters of UTF-8 for one that is broken

_KINDS = (
    (b"\x89PNG\r\n", Phrase("a PNG picture")),
    (b"\xff\xd8\xff", Phrase("a JPEG picture")),
    (b"GIF8", Phrase("a GIF picture")),
    (b"BM", Phrase("a BMP picture")),
    (b"%PDF-", Phrase("a PDF document")),
    (b"PK\x03\x04", Phrase("a ZIP archive, or an office document")),
    (b"\xd0\xcf\x11\xe0", Phrase("an old office document")),
    (b"\x1f\x8b", Phrase("compressed (gzip)")),
    (b"\x28\xb5\x2f\xfd", Phrase("compressed (zstd)")),
    (b"\xfd7zXZ\0", Phrase("compressed (xz)")),
    (b"7z\xbc\xaf", Phrase("a 7z archive")),
    (b"\x7fELF", Phrase("a program")),
    (b"SQLite format 3\0", Phrase("a database")),
    (b"ID3", Phrase("an MP3 recording")),
    (b"OggS", Phrase("an Ogg recording")),
    (b"fLaC", Phrase("a FLAC recording")),
)
_OF_RIFF = {
    b"WEBP": Phrase("a WebP picture"),
    b"WAVE": Phrase("a WAV recording"),
    b"AVI ": Phrase("an AVI film"),
}


class _Set(NamedTuple):
    """A character set of pairs of bytes.

    `names` are encodings, each with more characters than the one before. `usual` is what lead bytes
    characters have that are not rare, `kana` whether kana are of its language.
    """

    names: tuple[str, ...]
    common: frozenset[str]
    usual: range
    kana: bool = False


_CHINESE, _JAPANESE = frozenset(common.HANZI), frozenset(common.KANJI)
_SETS = (
    _Set(("gb18030",), _CHINESE, range(0xB0, 0xD8)),
    _Set(("big5", "cp950", "big5hkscs"), _CHINESE, range(0xA4, 0xC7)),
    _Set(("shift_jis", "cp932"), _JAPANESE, range(0x88, 0x98), kana=True),
    _Set(("euc-jp",), _JAPANESE, range(0xB0, 0xD0), kana=True),
    _Set(("euc-kr", "cp949"), frozenset(common.HANGUL), range(0xB0, 0xC9)),
)
_LANGUAGES = {
    "gb18030": "zh_CN",
    **dict.fromkeys(("big5", "cp950", "big5hkscs"), "zh_TW"),
    **dict.fromkeys(("shift_jis", "cp932", "euc-jp"), "ja_JP"),
    **dict.fromkeys(("euc-kr", "cp949"), "ko_KR"),
    **dict.fromkeys(("windows-1251", "koi8-r", "cp866"), "ru_RU"),
    "windows-1252": "en_US",
}
_CYRILLIC = ("windows-1251", "koi8-r", "cp866")


def likely(data: bytes) -> tuple[str, ...]:
    """Return the encodings in which bytes are probably text, the best one first; none is possible.

    They have the names that `iconv` knows too (see `iconv_name`). UTF-8 is not among them. Python
    may not know one (see `is_known`).
    """
    if name := read_mark(data) or disguises.encoding(data):
        return (name,)
    is_whole = len(data) <= _LOOKED_AT
    marks = dict(_marks(data[:_LOOKED_AT], is_whole=is_whole))
    best = max(marks.values(), default=0.0)
    names = sorted(marks, key=lambda name: -marks[name])
    return tuple(it for it in names if marks[it] >= max(_LIKELY, best - _NEAR))[:_MOST]


def is_known(name: str) -> bool:
    """Return whether Python can read an encoding: ISO-2022-CN it cannot."""
    try:
        codecs.lookup(name)
    except LookupError:
        return False
    return True


def iconv_name(name: str) -> str:
    """Return what `iconv` calls one of the likely encodings, or one that has all of it."""
    is_part = name in ("iso-2022-jp-2004", "iso-2022-jp-ext")
    return "ISO-2022-JP-3" if is_part else name.upper()


def locale_of(name: str) -> str:
    """Return a locale in which a terminal speaks one of the likely encodings; empty for UTF-16."""
    language = _LANGUAGES.get(name, "")
    return language and f"{language}.{name.upper()}"


def kind_of_file(data: bytes) -> Phrase:
    """Return what kind of file bytes that are no text are, by the first of them; empty for none."""
    if data[:4] == b"RIFF" and (known := _OF_RIFF.get(data[8:12])):
        return known
    if data[4:8] == b"ftyp":
        return Phrase("a film, a recording or a picture (MP4, HEIC)")
    return next((words for begin, words in _KINDS if data.startswith(begin)), NOTHING)


def count_damage(data: bytes) -> int:
    """Return how many pieces of a text that is UTF-8 for the rest are not; 0 for any other text."""
    text = data.decode("utf-8", "replace")
    lost = text.count("\N{REPLACEMENT CHARACTER}")
    kept = sum(not char.isascii() for char in text) - lost
    return lost if kept > _WHOLE_FOR_ONE * lost else 0


def read_mark(data: bytes) -> str:
    """Return the encoding that a byte-order mark names, empty for none and for UTF-8's."""
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    return "utf-16" if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else ""


def decode_words(data: bytes, other: str, *, otherwise: str) -> str:
    """Return the text of a few words that are UTF-8, or of another encoding; else `otherwise`."""
    usual, local = (decode(data, name, is_whole=True) for name in ("utf-8", other))
    if usual and local:
        return local if is_rather(data, other) else usual
    return usual or local or otherwise


def is_rather(data: bytes, other: str) -> bool:
    """Return whether bytes are rather of another encoding than UTF-8, of which they may be too.

    A few characters may be both: two bytes of GBK can be one of Greek.
    """
    part, is_whole = data[:_LOOKED_AT], len(data) <= _LOOKED_AT
    usual, local = (decode(part, name, is_whole=is_whole) for name in ("utf-8", other))
    if usual is None or local is None:
        return local is not None
    is_east_asian = any(codecs.lookup(other).name in _python_names(it) for it in _SETS)
    if is_east_asian and len(data) <= _SHORT and max(usual, default="") <= "\u07ff":
        return True  # nobody there types two letters of Greek, and some words of theirs are that
    return _plausible(usual, "utf-8") <= _plausible(local, other)


def _plausible(text: str, codec: str) -> float:
    """Return the mark of a reading, whatever language it is in."""
    own = next((it for it in _SETS if codecs.lookup(codec).name in _python_names(it)), None)
    if own is not None:
        return _of_pairs(text, own, codec)
    known = _CHINESE | _JAPANESE | frozenset(common.HANGUL)
    usual = {
        char: _COMMON if char in known or _is_kana(char) or char in common.PUNCTUATION else _USUAL
        for char in {*text}
    }
    if any(ord(char) > 0x7FF for char in text):  # noqa: PLR2004 - what takes three bytes
        return _mean((usual[char], len(char.encode("utf-8", "replace"))) for char in text)
    return max(_of_cyrillic(text), _of_latin(text))


def _python_names(it: _Set) -> set[str]:
    more = {"gbk", "gb2312"} if it.names[0] == "gb18030" else set()
    return {codecs.lookup(name).name for name in (*it.names, *more)}


def _marks(data: bytes, *, is_whole: bool) -> Iterator[tuple[str, float]]:
    for it in _SETS:
        for name in it.names:
            if text := decode(data, name, is_whole=is_whole):
                yield name, _of_pairs(text, it, name)
                break  # what the smaller one has, the larger one has too
    if text := decode(data, "windows-1252", is_whole=is_whole):
        yield "windows-1252", _of_latin(text)
    for name in _CYRILLIC:
        if text := decode(data, name, is_whole=is_whole):
            yield name, _of_cyrillic(text)


def decode(data: bytes, name: str, *, is_whole: bool = True) -> str | None:
    """Return the text, None if it is none, or there is no such encoding of texts.

    One that was cut may end within a character.
    """
    try:
        if is_whole:
            return data.decode(name)
        return codecs.getincrementaldecoder(name)().decode(data)
    except (LookupError, ValueError):
        return None


def _of_pairs(text: str, it: _Set, codec: str) -> float:
    def weigh() -> Iterator[tuple[float, int]]:
        for char, count in Counter(text).items():
            if char.isascii():
                continue
            data = char.encode(codec)
            yield _of_character(char, data[0], it), count * len(data)

    return _mean(weigh())


def _of_character(char: str, lead: int, it: _Set) -> float:
    if char in it.common:
        return _COMMON
    if it.kana and _is_kana(char):
        return _COMMON
    if char in common.PUNCTUATION or "\uff01" <= char <= "\uff5e":
        return _MARK
    if unicodedata.category(char) in ("Cn", "Co", "Cc"):
        return _NONE
    return _USUAL if lead in it.usual else _RARE


def _is_kana(char: str) -> bool:
    return "\u3041" <= char <= "\u30fe"


def _of_cyrillic(text: str) -> float:
    def weigh() -> Iterator[tuple[float, int]]:
        for before, char, after in zip(" " + text, text, text[1:] + " ", strict=False):
            if not char.isascii():
                yield _of_cyrillic_letter(char, before, after), 1

    return _mean(weigh())


def _of_cyrillic_letter(char: str, before: str, after: str) -> float:
    if char in common.TYPOGRAPHY:
        return _ALONE
    if not _is_russian(char):
        return 2 * _RARE
    if any(it.isascii() and it.isalpha() for it in (before, after)):
        return _RARE  # no word is of two scripts
    if not (_is_russian(before) or _is_russian(after)):
        return _ALONE
    if char.isupper() and before.islower():
        return 2 * _RARE  # koi8-r and windows-1251 have the cases the other way about
    is_frequent = char.lower() in common.FREQUENT_CYRILLIC
    return (_COMMON if char.islower() else _MARK) if is_frequent else _USUAL


def _is_russian(char: str) -> bool:
    return "\u0410" <= char <= "\u044f" or char in "Ёё"


def _of_latin(text: str) -> float:
    def weigh() -> Iterator[tuple[float, int]]:
        run = 0
        for before, char, after in zip(" " + text, text, text[1:] + " ", strict=False):
            run = 0 if char.isascii() else run + 1
            if run:
                beside = before.isascii() and before.isalpha(), after.isascii() and after.isalpha()
                yield _of_latin_character(char, run, before, is_in_word=any(beside)), 1

    return _mean(weigh())


def _of_latin_character(char: str, run: int, before: str, *, is_in_word: bool) -> float:
    if run > 2:  # noqa: PLR2004 - no word has three accents side by side
        return _RARE
    if char in common.TYPOGRAPHY:
        return _MARK if run == 1 else _USUAL
    if char.isupper() and before.islower():
        return _RARE
    if char in common.LATIN:
        return _MARK if is_in_word else _USUAL
    return _RARE


def _mean(weighed: Iterator[tuple[float, int]]) -> float:
    total = size = 0.0
    for mark, count in weighed:
        total, size = total + mark * count, size + count
    return total / size if size else _NONE
