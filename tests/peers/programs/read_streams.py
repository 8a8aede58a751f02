"""Read streams with the vendor's client: `python read_streams.py URL NAME...`, prints JSON.

For each name the final message as an object, or `{"failed": "why"}`. The name is the model asked.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import anthropic


def main() -> None:
    """Ask for each of the streams in turn."""
    url, *names = sys.argv[1:]
    http = anthropic.DefaultHttpxClient(trust_env=False)
    client = anthropic.Anthropic(base_url=url, api_key="none", max_retries=0, http_client=http)
    json.dump({name: _final_message(client, name) for name in names}, sys.stdout)


def _final_message(client: Any, name: str) -> Any:
    question = [{"role": "user", "content": "hi"}]
    try:
        with client.messages.stream(model=name, max_tokens=100, messages=question) as stream:
            return stream.get_final_message().to_dict(mode="json", exclude_none=True)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the answer
        return {"failed": f"{type(error).__name__}: {error}"}


if __name__ == "__main__":
    main()
