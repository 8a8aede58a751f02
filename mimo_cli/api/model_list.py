"""The list of models that a server gives, page by page.

MiMo's service, like OpenAI's, gives `{"object": "list", "data": [{"id"}]}`. Anthropic's gives
`{"data": [{"type": "model", "id", "display_name"}], "has_more", "last_id"}`, in pages. What other
servers give is one of the two.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode

from mimo_cli.api.protocol import fields
from mimo_cli.api.protocol.json_text.reader import parse
from mimo_cli.api.protocol.surrogates import join_surrogates
from mimo_cli.api.replies import embedded_json, error_body
from mimo_cli.api.response import Response
from mimo_cli.errors import ProtocolError
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from mimo_cli.api.client import Client
    from mimo_cli.api.endpoint import Endpoint

LARGEST_PAGE = 1024 * 1024
"""Bytes."""

MOST_PAGES = 50


class ListedModel(NamedTuple):
    """One model of a server's list, as the server calls it; `name` may be empty."""

    id: str
    name: str = ""


class Page(NamedTuple):
    """One page of a list. `after` is the id that the next page is asked with, None at the end."""

    models: tuple[ListedModel, ...]
    after: str | None = None


def fetch_models(client: Client, endpoint: Endpoint) -> tuple[ListedModel, ...]:
    """Return the models that the server has, in its order, each once.

    Raises:
        MimoError: the server cannot be asked, refuses, or gives no list of models.
    """
    found: dict[str, ListedModel] = {}
    after: str | None = None
    for _ in range(MOST_PAGES):
        body = client.fetch(page_url(endpoint, after), LARGEST_PAGE)
        page = decode_page(body, endpoint)
        new = {model.id: model for model in page.models if model.id not in found}
        found |= new
        if page.after is None:
            return tuple(found.values())
        if not new:  # it does not know of pages
            return tuple(found.values())
        after = page.after
    raise _no_list(Phrase("it has over {count} pages", count=MOST_PAGES))


def page_url(endpoint: Endpoint, after: str | None) -> str:
    """Return where the page after a model is, or with None the first."""
    if after is None:
        return endpoint.models_url
    return f"{endpoint.models_url}?{urlencode({'after_id': after}, errors='replace')}"


def decode_page(body: bytes, endpoint: Endpoint) -> Page:
    """Read a page of either shape.

    Raises:
        MimoError: it is an error object instead, or no list of models.
    """
    text = body.decode("utf-8-sig", "replace")
    if not text.strip():
        raise _no_list(Phrase("the reply is empty"))
    content = embedded_json.parse(text.encode())
    if content is None:
        content = _json(text, endpoint)
    if error_body.is_error(content):
        from mimo_cli.api.replies import failures  # an answer looks at the list without it
        from mimo_cli.api.replies.hints import Asked

        reply = Response(200, {}, text.encode())
        error = failures.from_body(reply, content, Asked(endpoint, None))
        error.conceal(endpoint.conceal)
        raise error
    data = _entries(content)
    models = tuple(model for entry in data if (model := _model(entry)) is not None)
    if data and not models:
        raise _no_list(Phrase("no model in it has an id"))
    shown = tuple(ListedModel(*map(endpoint.conceal, model)) for model in models)
    more = fields.mapping(content)
    if more.get("has_more") is not True or not models:
        return Page(shown)
    return Page(shown, fields.word(more.get("last_id")) or models[-1].id)


def _json(text: str, endpoint: Endpoint) -> Any:
    """Return the JSON of a text.

    Raises:
        ProtocolError: it is none.
    """
    try:
        return parse(text)
    except ProtocolError as error:
        words = endpoint.conceal(text.strip().splitlines()[0])[:_SHOWN]
        if not words.isprintable() or "\N{REPLACEMENT CHARACTER}" in words:
            raise _no_list(Phrase("it is no text")) from error
        why = Phrase("it is not valid JSON, and begins: {words}", words=words)
        raise _no_list(why) from error


_SHOWN = 60
"""Characters of what came in the place of a list."""

_LISTS = ("data", "models", "list", "items", "result", "results", "modelSummaries")
"""Anthropic's and OpenAI's, Ollama's and Gemini's, gateways', Bedrock's."""
_WRAPPERS = ("data", "result", "response")
_IDS = ("id", "model", "name", "model_name", "modelId", "model_id")


def _entries(content: object) -> list[Any]:
    """Return the entries of a list: at one of several names, in a gateway's wrapper, or itself.

    Raises:
        ProtocolError: there is none.
    """
    if isinstance(content, list):
        return content
    body = fields.mapping(content)
    for name in _LISTS:
        if isinstance(body.get(name), list):
            found: list[Any] = body[name]
            return found
    for name in _WRAPPERS:
        if isinstance(body.get(name), dict):
            return _entries(body[name])
    if "data" in body and body["data"] is None:
        return []
    raise _no_list(Phrase("it has no field data with a list"))


def _model(entry: object) -> ListedModel | None:
    """Return a model of a list; None for one without a name to ask for it by."""
    if isinstance(entry, str) and entry:
        return ListedModel(join_surrogates(entry))
    model = fields.mapping(entry)
    names = (fields.word(model.get(name)) for name in _IDS)
    model_id = next((name for name in names if name), None)
    if model_id is None:
        return None
    return ListedModel(model_id, fields.word(model.get("display_name")) or "")


def _no_list(why: Phrase) -> ProtocolError:
    return ProtocolError(Phrase("this is not a list of models"), why, Phrase("Check base_url."))
