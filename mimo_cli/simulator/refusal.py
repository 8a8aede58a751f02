"""What the service says no with, and the simplest reasons for it. Pure."""

from __future__ import annotations

from typing import Any


class Refusal(Exception):  # noqa: N818 - it is the service's answer, not an error of the program
    """The service says no: a status, and the `param` text or the message that tells why."""

    def __init__(self, param: str, status: int = 400, message: str = "") -> None:
        super().__init__(message or param)
        self.param = param
        self.status = status
        self.message = message


def require(condition: bool, param: str) -> None:
    """Refuse what does not fulfil a condition."""
    if not condition:
        raise Refusal(param)


def require_text(owner: dict[str, Any], name: str, where: str = "") -> str:
    """Return the text of a field; refuse another value, and an empty one."""
    value = owner.get(name)
    if not isinstance(value, str) or not value:
        raise Refusal(f"{where}{name} must be a string of at least 1 character")
    return value


def require_number(
    owner: dict[str, Any], name: str, low: float, high: float, where: str = ""
) -> None:
    """Refuse a field that is there and no number within these bounds."""
    value = owner.get(name, low)
    good = isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high
    require(good, f"{where}{name} must be between {low:g} and {high:g}")
