"""What a simulator answers with, and what it remembers from one request to the next."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mimo_cli.simulator.protocol.models_page import ServedModels
from mimo_cli.simulator.protocol.responses import Framing
from mimo_cli.simulator.protocol.tokens import PrefixCache

if TYPE_CHECKING:
    from collections.abc import Callable

    from mimo_cli.simulator.dialects.dialect import Dialect
    from mimo_cli.simulator.tool_calls import CallForm, ToolCall

MAX_BODY = 256 * 1024 * 1024
"""The largest request body that is taken, in bytes. No limit of the service is known."""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What the answers are made of; see `Simulator` for what each field means."""

    answers: tuple[str, ...] | Callable[[dict[str, Any]], str] = ()
    thinking: str | None = None
    deltas: int | None = None
    delta_chars: int | None = None
    keys: tuple[str, ...] = ()
    models: ServedModels = field(default_factory=ServedModels)
    framing: Framing = Framing.CHUNKED
    dialects: tuple[Dialect, ...] = ()
    max_body: int = MAX_BODY
    calls: tuple[ToolCall, ...] = ()
    calls_as: CallForm = "blocks"
    endless_calls: bool = False

    @property
    def is_built_in(self) -> bool:
        """Whether nothing was given that an answer is made of."""
        return self.answers == () and self.deltas is None and not self.calls


@dataclass(slots=True)
class Memory:
    """What the service remembers from one request to the next."""

    cache: PrefixCache = field(default_factory=PrefixCache)
    issued: set[str] = field(default_factory=set)
    answered: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def count_answer(self) -> int:
        """Return how many of the given answers were taken before this one."""
        with self.lock:
            self.answered += 1
            return self.answered - 1
