"""A list as it is typed: an array as TOML has it, or one text alone."""

from __future__ import annotations

import tomllib


def split_list(text: str) -> list[str]:
    """Return the texts of an array as TOML and JSON write it; of another text, that alone.

    For what is typed where one text alone is usual, and would be `["one"]` only by mistake.
    """
    if not (text.startswith("[") and text.endswith("]")):
        return [text]
    try:
        content = tomllib.loads(f"it = {text}")
    except (ValueError, RecursionError):  # an integer may be too long for Python to read
        return [text]
    values = content.pop("it")
    is_list = values and not content and all(isinstance(it, str) for it in values)
    return values if is_list else [text]
