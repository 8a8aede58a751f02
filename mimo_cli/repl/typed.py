"""Whether keys were in the encoding that they were read by.

A terminal that speaks another encoding than the locale says, and a paste that is no text, are told
of: nobody asks a question in nonsense.
"""

from __future__ import annotations

import contextlib
import re

from mimo_cli import charsets, decoding
from mimo_cli.errors import UsageError

_FORM = decoding.TextFormat(remedy="locale")
_BYTES = "[\udc80-\udcff]"  # what Python makes of bytes that are none of the encoding


def check(text: str, charset: str) -> None:
    """Refuse what was typed in another encoding than `charset`; that is empty for UTF-8.

    Raises:
        UsageError: it was.
    """
    if text.isascii():
        return
    with contextlib.suppress(UnicodeError):  # in part from elsewhere: the history, an editor
        data = text.encode(charset or "utf-8", "surrogateescape")
        if charset and _is_utf8(data, charset):
            what = f"the terminal sent UTF-8, and the locale says {charset}"
            hint = "Set LC_ALL to one of UTF-8 (LC_ALL=C.UTF-8 mimo chat), or the terminal to it."
            raise UsageError(what, "nothing was sent", hint)
        if re.search(_BYTES, text):
            what = f"the terminal sent what is not {charset or 'UTF-8'}"
            raise UsageError(what, "nothing was sent", decoding.remedy(data, _FORM))


def _is_utf8(data: bytes, charset: str) -> bool:
    try:
        data.decode()
        return not charsets.is_rather(data, charset)
    except UnicodeDecodeError as error:
        return error.encoding != "utf-8"
