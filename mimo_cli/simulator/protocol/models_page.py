"""The list of models, in the shapes and pages that servers give it in. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import parse_qs

from mimo_cli.catalogue import models
from mimo_cli.simulator.protocol.message_events import encode_json


@dataclass(frozen=True, slots=True)
class ServedModels:
    """What `GET /v1/models` answers.

    Attributes:
        shape: MiMo's (and OpenAI's), or Anthropic's.
        ids: What is listed; None for the catalogue's current models.
        page: How many models a page has, in Anthropic's shape; None puts all on one.
    """

    shape: Literal["openai", "anthropic"] = "openai"
    ids: tuple[str, ...] | None = None
    page: int | None = None

    def body(self, query: str) -> bytes:
        """Return the body of the reply to a request with this query."""
        ids = self.ids
        if ids is None:
            ids = tuple(model.id for model in models.current())
        if self.shape == "openai":
            entries = [{"id": one, "object": "model", "owned_by": "xiaomi"} for one in ids]
            return encode_json({"object": "list", "data": entries})
        return encode_json(self._page(ids, parse_qs(query).get("after_id", [""])[0]))

    def _page(self, ids: tuple[str, ...], after: str) -> dict[str, Any]:
        start = ids.index(after) + 1 if after in ids else 0
        end = len(ids) if self.page is None else start + self.page
        shown = ids[start:end]
        return {
            "data": [{"type": "model", "id": one, "display_name": one.title()} for one in shown],
            "has_more": end < len(ids),
            "first_id": shown[0] if shown else None,
            "last_id": shown[-1] if shown else None,
        }
