"""The list of models that a server gives, page by page.

MiMo's service, like OpenAI's, gives `{"object": "list", "data": [{"id"}]}`. Anthropic's gives
`{"data": [{"type": "model", "id", "display_name"}], "has_more", "last_id"}`, in pages. What other
servers give is one of the two.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlencode

from mimo_cli.api import failures
from mimo_cli.api.decode import parse
from mimo_cli.errors import ProtocolError

if TYPE_CHECKING:
    from mimo_cli.api.client import Client
    from mimo_cli.api.endpoint import Endpoint

LARGEST_PAGE = 1024 * 1024
"""Bytes."""

MOST_PAGES = 50


class Listed(NamedTuple):
    """One model of a server's list, as the server calls it; `name` may be empty."""

    id: str
    name: str = ""


class Page(NamedTuple):
    """One page of a list. `after` is the id that the next page is asked with, None at the end."""

    models: tuple[Listed, ...]
    after: str | None = None


def listed(client: Client, endpoint: Endpoint) -> tuple[Listed, ...]:
    """The models that the server has, in its order, each once.

    Raises:
        MimoError: the server cannot be asked, refuses, or gives no list of models.
    """
    found: dict[str, Listed] = {}
    after: str | None = None
    for _ in range(MOST_PAGES):
        body = client.fetch(page_url(endpoint, after), LARGEST_PAGE)
        page = decode_page(body, endpoint)
        new = {model.id: model for model in page.models if model.id not in found}
        found |= new
        if page.after is None:
            return tuple(found.values())
        if not new:
            raise _no_list("it says that there is more, and gives the same again")
        after = page.after
    raise _no_list(f"it has over {MOST_PAGES} pages")


def page_url(endpoint: Endpoint, after: str | None) -> str:
    """Where the page after a model is, or with None the first."""
    if after is None:
        return endpoint.models_url
    return f"{endpoint.models_url}?{urlencode({'after_id': after}, errors='replace')}"


def decode_page(body: bytes, endpoint: Endpoint) -> Page:
    """A page of either shape.

    Raises:
        MimoError: it is an error object instead, or no list of models.
    """
    text = endpoint.conceal(body.decode("utf-8-sig", "replace"))
    content = parse(text)
    if failures.is_error_body(content):
        reply = failures.Response(200, {}, text.encode())
        raise failures.from_body(reply, content, endpoint, None)
    data = content.get("data") if isinstance(content, dict) else None
    if not isinstance(data, list):
        raise _no_list("it has no field data with a list")
    models = tuple(map(_model, data))
    if not content.get("has_more") or not models:
        return Page(models)
    last = content.get("last_id")
    return Page(models, last if isinstance(last, str) and last else models[-1].id)


def _model(entry: object) -> Listed:
    model_id = entry.get("id") if isinstance(entry, dict) else None
    if not isinstance(entry, dict) or not isinstance(model_id, str) or not model_id:
        raise _no_list("a model in it has no id")
    name = entry.get("display_name")
    return Listed(model_id, name if isinstance(name, str) else "")


def _no_list(why: str) -> ProtocolError:
    return ProtocolError("this is not a list of models", why, "Check base_url.")
