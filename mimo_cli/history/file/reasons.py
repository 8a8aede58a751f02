"""Why the file cannot be used, and what to do, in words for the user. Loaded when it cannot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.advice import Action
from mimo_cli.history.file import damage, opening, room
from mimo_cli.phrases import Phrase, reason, verbatim

if TYPE_CHECKING:
    from mimo_cli.advice import Advice

_ELSEWHERE = Phrase("MIMO_DATA can name another folder.")
SAVE = Phrase(
    "Move it away, with -wal and -shm: a new one begins. `sqlite3 FILE .recover` may save some."
)
REMOVE = Phrase("mimo history delete removes a conversation; the rest of the file is sound.")
_MAKE_ROOM = Phrase("Make some room; nothing that was in it is lost.")
_BUSY = (Phrase("another process keeps it busy"), Phrase("Try again in a moment."))
_DAMAGED = (Phrase("it is damaged"), SAVE)
_FAILED = (Phrase("the disk does not take it, or does not give it back"), _ELSEWHERE)
_NO_ROOM = (Phrase("the disk is full"), _MAKE_ROOM)
_WHY = {
    opening.BUSY: _BUSY,
    6: _BUSY,
    8: (Phrase("it cannot be written to"), _ELSEWHERE),
    9: (Phrase("it takes too long"), SAVE),
    10: _FAILED,
    damage.CORRUPT: _DAMAGED,
    room.FULL: _NO_ROOM,
    14: (Phrase("it cannot be opened"), _ELSEWHERE),
    15: _BUSY,
    damage.NOT_A_DATABASE: _DAMAGED,
}
"""Why and what to do, by SQLite's code of an error. https://www.sqlite.org/rescode.html"""


def find(error: Exception, cause: Exception) -> tuple[Phrase, Phrase | Advice]:
    """Return why the file cannot be used, and what to do.

    `cause` is what an error comes of, as far as a closer look has shown; else the error itself.
    """
    if isinstance(error, damage.HeaderDamagedError):
        return _DAMAGED[0], Action.BEGIN_HISTORY_ANEW
    if isinstance(error, OSError):
        return _NO_ROOM if room.is_wanted_by(error) else (reason(error), _ELSEWHERE)
    if damage.is_told_by(cause):
        return _DAMAGED
    if isinstance(cause, OSError):
        return _FAILED
    if damage.code(cause) == opening.NO_MEMORY_FILE:
        return _NO_ROOM
    return _WHY.get(damage.code(cause) & damage.PRIMARY, (verbatim(str(cause)), _ELSEWHERE))


def is_known(error: Exception) -> bool:
    """Return whether the code of an error of SQLite says why by itself."""
    return damage.code(error) & damage.PRIMARY in _WHY
