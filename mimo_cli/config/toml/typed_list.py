"""A list as it is typed: an array as TOML has it, or one text alone."""

from __future__ import annotations

import json
import shlex
import tomllib
from typing import TYPE_CHECKING

from mimo_cli.config.not_allowed import not_allowed_error
from mimo_cli.errors import UsageError
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from mimo_cli.config.schema import Key


def split_list(key: Key, text: str, place: Phrase, *, in_shell: bool = False) -> list[str]:
    """Return the texts of an array as TOML and JSON write it; of another text, that alone.

    For what is typed where one text alone is usual, and would be `["one"]` only by mistake;
    `in_shell`: behind a command there, which takes the quotes away.

    Raises:
        UsageError: it begins as an array, and is none of texts.
    """
    if not text.startswith("["):
        return [text]
    texts = _read_array(text)
    if texts is None:
        wanted = Phrase("texts in quotes: {example}", example='["one", "two"]')
        error = not_allowed_error(key, text, place, UsageError, wanted)
        alone = json.dumps([text], ensure_ascii=False)
        typed = shlex.quote(alone) if in_shell else alone
        error.hint = Phrase("That text alone is written {array}", array=typed)
        raise error
    return texts


def _read_array(text: str) -> list[str] | None:
    try:
        content = tomllib.loads(f"it = {text}")
    except (ValueError, RecursionError):  # an integer may be too long for Python to read
        return None
    values = content.pop("it")
    is_list = not content and all(isinstance(it, str) for it in values)
    return values if is_list else None
