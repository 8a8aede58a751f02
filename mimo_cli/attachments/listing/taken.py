"""What a folder or a pattern stands for, and how that is told. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mimo_cli.api.protocol.messages import Media
from mimo_cli.attachments.listing import left_out
from mimo_cli.catalogue import token_estimate
from mimo_cli.common_phrases import listed
from mimo_cli.phrases import NOTHING, Phrase, counted

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from mimo_cli.attachments.attachment import Attachment
    from mimo_cli.attachments.listing.left_out import LeftOut


class Taken(NamedTuple):
    """What a folder or a pattern stands for; `without_git`: no git could be asked about it.

    `applied` are the exclusions that something was left out by,
    `refusals` why some that are left out cannot be sent, by their names.
    """

    name: str
    files: tuple[Attachment, ...]
    left_out: LeftOut
    without_git: bool = False
    applied: frozenset[str] = frozenset()
    refusals: Mapping[str, Phrase] = {}

    def tell(self, info: Callable[[Phrase], None], detail: Callable[[Phrase], None]) -> None:
        """Tell what was taken, and in counts what was not; each by name as a detail."""
        if self.without_git:
            template = "{name}: git is not installed: all but hidden files were looked at"
            info(Phrase(template, name=self.name))
        info(self._summary())
        for phrase in left_out.one_by_one(self.left_out, self.refusals):
            detail(phrase)

    def _summary(self) -> Phrase:
        files = counted(len(self.files), "1 file", "{count:,} files")
        count = sum(map(_tokens, self.files))
        tokens = token_estimate.in_words(count)
        if not self.left_out:
            template = "{name}: {files}, {tokens}"
            return Phrase(template, name=self.name, files=files, tokens=tokens)
        return Phrase(
            "{name}: {files}, {tokens}; left out: {rest}",
            name=self.name,
            files=files,
            tokens=tokens,
            rest=left_out.summary(self.left_out),
        )


def unused(exclude: Iterable[str], applied: Collection[str]) -> Phrase:
    """Return which of some exclusions left nothing out: mistyped, perhaps; or nothing."""
    left = [it for it in exclude if it not in applied]
    if not left:
        return NOTHING
    return Phrase("nothing was left out by --exclude {patterns}", patterns=listed(left))


def _tokens(it: Attachment) -> int:
    if isinstance(it, Media):
        from mimo_cli.media import tokens  # a folder has texts alone

        return tokens.count(it).count
    return token_estimate.tokens(it.text)
