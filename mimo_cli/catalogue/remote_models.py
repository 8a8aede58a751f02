"""What servers said they have, kept for a day in the cache folder.

One JSON file for each host, and beside them `models.txt`: the ids of the newest list, one a line,
for shell completion, which reads it without starting Python.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mimo_cli.api.model_list import ListedModel
from mimo_cli.config import paths
from mimo_cli.files import own_file, reading

if TYPE_CHECKING:
    from pathlib import Path

    from mimo_cli.api.endpoint import Endpoint

LIFETIME = 24 * 60 * 60.0
"""Seconds."""

IDS_FILE = "models.txt"
_LARGEST = 64 * 1024 * 1024
_INERT = re.compile(r"[A-Za-z0-9._:/@+-]{1,200}")
_MOST_IDS = 1000


@dataclass(frozen=True, slots=True)
class Listing:
    """The models that a server has at `url`, as it said at `fetched` (seconds since 1970)."""

    url: str
    fetched: float
    models: tuple[ListedModel, ...]


def load(folder: Path, endpoint: Endpoint, now: float) -> Listing | None:
    """Return what this server said within the last day; None if that is not known."""
    listing = last(folder, endpoint)
    return listing if listing and 0 <= now - listing.fetched < LIFETIME else None


def last(folder: Path, endpoint: Endpoint) -> Listing | None:
    """Return what this server said last, however long ago; None if that is not known."""
    try:
        file = _file(folder, endpoint)
        if not own_file.is_own(file):  # in a folder that is everybody's it may be anybody's
            return None
        listing = _decode(json.loads(reading.read(file, _LARGEST)))
    except (OSError, ValueError, RecursionError):
        return None  # it can be fetched again, and is then written anew
    return listing if listing and listing.url == endpoint.models_url else None


def save(folder: Path, endpoint: Endpoint, listing: Listing) -> None:
    """Keep a list, readable by nobody but the user.

    Raises:
        OSError: it cannot be written.
    """
    paths.make(folder)
    content = {
        "url": listing.url,
        "fetched": listing.fetched,
        "models": [model._asdict() for model in listing.models],
    }
    own_file.write_ours(_file(folder, endpoint), json.dumps(content).encode())
    ids = [model.id for model in listing.models if _INERT.fullmatch(model.id)]
    lines = "".join(f"{model_id}\n" for model_id in ids[:_MOST_IDS])
    own_file.write_ours(folder / IDS_FILE, lines.encode())


def _file(folder: Path, endpoint: Endpoint) -> Path:
    return folder / f"models-{re.sub('[^a-z0-9.-]', '_', endpoint.host)[:100]}.json"


def _decode(content: Any) -> Listing | None:
    """Return the list in a file, None if that is not one: the file may be anybody's."""
    match content:
        case {"url": str(url), "fetched": float(fetched), "models": [*entries]}:
            models = tuple(ListedModel(**entry) for entry in entries if _is_model(entry))
            return Listing(url, fetched, models) if len(models) == len(entries) else None
        case _:
            return None


def _is_model(entry: Any) -> bool:
    return (
        isinstance(entry, dict)
        and entry.keys() == set(ListedModel._fields)
        and all(isinstance(value, str) for value in entry.values())
    )
