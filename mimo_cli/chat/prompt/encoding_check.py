"""Whether keys were in the encoding that they were read by.

A terminal that speaks another encoding than the locale says, and a paste that is no text, are told
of: nobody asks a question in nonsense.
"""

from __future__ import annotations

import re

from mimo_cli.errors import UsageError
from mimo_cli.phrases import Phrase
from mimo_cli.text import charsets, encoding_remedy
from mimo_cli.text.text_format import TextFormat

_NOTHING_SENT = Phrase("nothing was sent")
_FORM = TextFormat(remedy="locale")
_ESCAPED = "[\udc80-\udcff]"  # what Python makes of bytes that are none of the encoding


def check_typed(text: str, charset: str) -> None:
    """Refuse what was typed in another encoding than `charset`; that is empty for UTF-8.

    Raises:
        UsageError: it was.
    """
    if text.isascii():
        return
    data, is_all_typed = _sent_bytes(text, charset)
    if charset and is_all_typed and _is_utf8(data, charset):
        what = Phrase("the terminal sent UTF-8, and the locale says {charset}", charset=charset)
        hint = Phrase(
            "Set LC_ALL to one of UTF-8 (LC_ALL=C.UTF-8 mimo chat), or the terminal to it."
        )
        raise UsageError(what, _NOTHING_SENT, hint)
    if re.search(_ESCAPED, text):
        what = Phrase("the terminal sent what is not {charset}", charset=charset or "UTF-8")
        raise UsageError(what, _NOTHING_SENT, encoding_remedy.remedy(data, _FORM))


def _sent_bytes(text: str, charset: str) -> tuple[bytes, bool]:
    """Return what a terminal sent for a text, and whether it can have sent all of it.

    What came from the history or an editor need not be of its encoding.
    """
    try:
        return text.encode(charset or "utf-8", "surrogateescape"), True
    except UnicodeEncodeError:
        sent = "".join(re.findall(f"{_ESCAPED}+", text))
        return sent.encode("utf-8", "surrogateescape"), False


def _is_utf8(data: bytes, charset: str) -> bool:
    return charsets.decode(data, "utf-8") is not None and not charsets.is_rather(data, charset)
