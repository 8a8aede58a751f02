"""A loopback server that speaks the Messages API as Xiaomi's service does, with no model behind it.

For `mimo demo`, `mimo simulate`, the tests, and anybody who wants to test a script without a key:

    with Simulator(faults=[Fault.http(503, times=2), Fault.cut(at=300)]) as simulator:
        ...  # point a client at simulator.base_url with simulator.key

`answers` lists the questions that select a form of answer, `protocol.tokens` says how tokens are
counted.
"""

from __future__ import annotations

from mimo_cli.simulator.answers import INTRODUCED, INTRODUCTION
from mimo_cli.simulator.behaviour import MAX_BODY
from mimo_cli.simulator.dialects.by_name import DIALECTS
from mimo_cli.simulator.faults import Fault
from mimo_cli.simulator.protocol.message_events import (
    PING,
    Answer,
    TextBlock,
    ThinkingBlock,
    TokenCounts,
    ToolUseBlock,
    error_event,
    event,
    stream_events,
)
from mimo_cli.simulator.protocol.models_page import ServedModels
from mimo_cli.simulator.protocol.responses import Framing
from mimo_cli.simulator.protocol.tokens import tokenise
from mimo_cli.simulator.simulator import DEFAULT_KEY, RecordedRequest, Simulator
from mimo_cli.simulator.tool_calls import CallForm, ToolCall

__all__ = [
    "DEFAULT_KEY",
    "DIALECTS",
    "INTRODUCED",
    "INTRODUCTION",
    "MAX_BODY",
    "PING",
    "Answer",
    "CallForm",
    "Fault",
    "Framing",
    "RecordedRequest",
    "ServedModels",
    "Simulator",
    "TextBlock",
    "ThinkingBlock",
    "TokenCounts",
    "ToolCall",
    "ToolUseBlock",
    "error_event",
    "event",
    "stream_events",
    "tokenise",
]
