"""Let the vendor's client use tools: `python tool_loop.py URL MODEL...`, prints JSON.

A model's name ends with the way to ask: `create` and `stream` are the loop that the client's own
documentation writes out, `runner` and `streaming-runner` its own. For each model it prints the
messages that were read, one for each round.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any, Literal

import anthropic
from anthropic.lib.tools import ToolError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

QUESTION = "What is it like there?"
MAX_TOKENS = 1000


def get_weather(city: str, unit: Literal["C", "F"] = "C", days: list[float] | None = None) -> str:
    """Get the weather in a city.

    Args:
        city: Its name, in the language of the country.
        unit: Of the degrees.
        days: How many days from now.
    """
    if city == "Atlantis":
        raise ToolError("There is no Atlantis.")
    return f"{city}: 18 °{unit}, {days or 'today'}"


def get_time(zone: str) -> str:
    """Get the time in a time zone."""
    return f"It is noon in {zone}."


TOOLS: dict[str, Any] = {
    tool.__name__: anthropic.beta_tool(tool) for tool in (get_weather, get_time)
}


def main() -> None:
    """Ask each of the models in its way."""
    url, *models = sys.argv[1:]
    http = anthropic.DefaultHttpxClient(trust_env=False)
    client = anthropic.Anthropic(base_url=url, api_key="none", max_retries=0, http_client=http)
    found = {
        model: [
            message.to_dict(mode="json")
            for message in WAYS[model.rpartition(".")[2]](client, model)
        ]
        for model in models
    }
    json.dump(found, sys.stdout)


def create(client: Any, **request: Any) -> Any:
    """Ask for an answer in one piece."""
    return client.messages.create(**request)


def stream(client: Any, **request: Any) -> Any:
    """Ask for a streamed answer."""
    with client.messages.stream(**request) as streamed:
        return streamed.get_final_message()


def loop(ask: Callable[..., Any]) -> Callable[[Any, str], Iterator[Any]]:
    """Make the loop that the documentation writes out of a way to ask."""

    def rounds(client: Any, model: str) -> Iterator[Any]:
        messages: list[Any] = [{"role": "user", "content": QUESTION}]
        tools = [tool.to_dict() for tool in TOOLS.values()]
        while True:
            message = ask(
                client, model=model, max_tokens=MAX_TOKENS, messages=messages, tools=tools
            )
            yield message
            calls = [block for block in message.content if block.type == "tool_use"]
            if message.stop_reason != "tool_use":
                return
            messages.append({"role": message.role, "content": message.content})
            messages.append({"role": "user", "content": [result(call) for call in calls]})

    return rounds


def result(call: Any) -> dict[str, Any]:
    """Run a tool, and return what goes back."""
    answered = {"type": "tool_result", "tool_use_id": call.id}
    try:
        return {**answered, "content": TOOLS[call.name].call(call.input)}
    except ToolError as error:
        return {**answered, "content": str(error), "is_error": True}


def runner(client: Any, model: str) -> Iterator[Any]:
    """Let the client run the tools."""
    yield from running(client, model, stream=False)


def streaming_runner(client: Any, model: str) -> Iterator[Any]:
    """Let the client run the tools, and stream the answers."""
    for streamed in running(client, model, stream=True):
        yield streamed.get_final_message()


def running(client: Any, model: str, *, stream: bool) -> Any:
    return client.beta.messages.tool_runner(
        model=model,
        max_tokens=MAX_TOKENS,
        messages=[{"role": "user", "content": QUESTION}],
        tools=[*TOOLS.values()],
        stream=stream,
        thread=False,  # else the server keeps the messages before, which only theirs can
    )


WAYS = {
    "create": loop(create),
    "stream": loop(stream),
    "runner": runner,
    "streaming-runner": streaming_runner,
}


if __name__ == "__main__":
    main()
