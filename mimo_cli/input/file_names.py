"""Names of files as texts, whatever bytes they have."""

from __future__ import annotations

import os
import re
import sys

from mimo_cli.text.decoding import SURROGATE


def file_name(name: str) -> str:
    """Return a file's name as a text, whatever bytes it has: as UTF-8, or in what is likely.

    Python read it by the locale's encoding, which it need not have.
    """
    native = sys.getfilesystemencoding()
    if name.isascii() or (native == "utf-8" and not re.search(SURROGATE, name)):
        return name
    from mimo_cli.text import charsets

    try:
        data = os.fsencode(name)
    except UnicodeEncodeError:  # Python's table of the encoding lacks what the system's has
        return name
    if not re.search(SURROGATE, name):
        return charsets.decode_words(data, native, otherwise=name)
    for encoding in ("utf-8", *charsets.likely(data)):
        if text := charsets.decode(data, encoding):
            return text
    return name.encode("utf-8", "replace").decode()
