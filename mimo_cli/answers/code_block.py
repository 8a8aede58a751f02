"""The code that is wanted of an answer (`-x`), or why there is none. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mimo_cli.common_phrases import listed
from mimo_cli.errors import IncompleteError, MimoError, ServerError, UsageError
from mimo_cli.markdown import fences
from mimo_cli.named_tuple import NamedTuple
from mimo_cli.output.sanitize import one_line
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

_NAMED = 12
"""Code blocks whose languages are named, where the one that was wanted is not there."""

DOUBT = Phrase("the block of Markdown may go on: a fence within it looks like the one that ends it")


class Code(NamedTuple):
    """A block that is whole; `is_doubtful`: it may have been meant to go on."""

    text: str
    is_doubtful: bool


def check_selector(selector: str | None) -> None:
    """Refuse what names no block: neither a number from 1 nor a language.

    Raises:
        UsageError: it does not.
    """
    if re.fullmatch(r"-\d+|0+", selector or ""):
        what = Phrase("--extract cannot be {value}", value=selector)
        raise UsageError(what, Phrase("blocks count from 1"))


def extract(text: str, selector: str, *, is_whole: bool) -> Code | MimoError:
    """Return the block of an answer that is wanted, or the error that its lack amounts to.

    Half a script is not for a pipe: where the answer is not, the block has to be whole. The errors
    say that the answer stands on stderr.
    """
    fence = fences.pick(text, selector)
    if fence is None:
        return _lacking(selector, [block.language for block in fences.fences(text)])
    if fence.is_closed or is_whole:
        return Code(fence.code, fence.is_doubtful)
    return IncompleteError(
        Phrase("the code is incomplete"),
        Phrase("the answer (above, on stderr) was cut within it"),
        Phrase("Raise --max-tokens."),
    )


def _lacking(selector: str, languages: Sequence[str]) -> ServerError:
    """Return the error for a block that the answer lacks; `languages` are those of its blocks."""
    what = Phrase("no code block {block}", block=selector) if selector else Phrase("no code block")
    if not languages:
        why = Phrase("the answer (above, on stderr) has none")
        return ServerError(what, why, Phrase("Ask for code."))
    named = languages[:_NAMED]
    names = [one_line(it, 20) if it else Phrase("without a language") for it in named]
    names += ["\u2026"] if len(languages) > _NAMED else []
    why = Phrase(
        "the answer (above, on stderr) has {count}: {languages}",
        count=len(languages),
        languages=listed(names),
    )
    return ServerError(what, why, Phrase("-x takes the first, -x2 or -xpython another."))
