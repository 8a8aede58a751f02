"""What is piped into a chat: a picture, recording or film, or else lines, as they come."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from mimo_cli.api.protocol.messages import Media
from mimo_cli.conversation.intake import first_look
from mimo_cli.conversation.intake.piped_input import tell_of_another
from mimo_cli.input import file_bytes, stdin, stdin_parts
from mimo_cli.phrases import NOTHING
from mimo_cli.text import decoding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mimo_cli.conversation.intake.piped_input import Intake


def media_or_lines(intake: Intake) -> Media | Iterator[bytes]:
    """Return the picture, recording or film that stdin is, or else its lines, as they come.

    Raises:
        UsageError: it cannot be read, or begins as something that is neither.
    """
    descriptor = intake.environment.stdin
    if descriptor is None:
        return iter(())
    begun = stdin_parts.beginning(descriptor)
    if file_bytes.is_plain(begun):
        return stdin_parts.lines(descriptor, begun)
    from mimo_cli.attachments import reading  # not for words alone

    if reading.begins_media(begun[: file_bytes.HEAD], "stdin"):
        patience = intake.patience(NOTHING, None)
        data = stdin.read(descriptor, patience, size_limit=intake.limit, begun=begun)
        it = intake.reader.attachment(data, "stdin")
        tell_of_another(data, it, intake)
        return it if isinstance(it, Media) else io.BytesIO(data)
    _refuse_binary(begun, intake)
    return stdin_parts.lines(descriptor, begun)


def _refuse_binary(begun: bytes, intake: Intake) -> None:
    """Refuse what has no lines, before the first that looks like one is sent.

    Raises:
        UsageError: it begins as no text does.
    """
    first, end, _ = begun.partition(b"\n")
    first_look.check_lines(first + end, intake.form)
    head = begun[: file_bytes.HEAD]
    intake.reader.refuse_foreign(head, "stdin")
    if first_look.is_binary(head[: head.rfind(b"\n") + 1] or head, intake.form):
        decoding.decode(head, "stdin", intake.form)
