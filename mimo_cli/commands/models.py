"""`mimo models`: the models that are known, and those that the server has."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from mimo_cli.catalogue import models, suggestions
from mimo_cli.common_phrases import either
from mimo_cli.config import (
    KeyFromCommand,
    KeyRefused,
    Source,
    paths,
    read_source,
    right_aliases,
    unalias,
)
from mimo_cli.errors import Interrupted, MimoError, UsageError
from mimo_cli.output import json_output, models_table
from mimo_cli.output.models_table import ModelRow
from mimo_cli.phrases import Phrase, reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mimo_cli.api.endpoint import Endpoint
    from mimo_cli.catalogue.remote_models import Listing
    from mimo_cli.config import Settings
    from mimo_cli.environment import Environment
    from mimo_cli.options.models import ModelsOptions
    from mimo_cli.output.console import Console

_ISO = "%Y-%m-%dT%H:%M:%SZ"
_SECONDS = 30.0
"""How long the server may take, all pages together."""


def run(environment: Environment, options: ModelsOptions) -> int:
    """Show the list, or one model.

    Raises:
        MimoError: the model is not known, or the server gives no list. With `--json` the object is
            written all the same.
        Interrupted: a signal came. The same.
    """
    try:
        if options.json:
            environment.signals.catch()  # from here on the object is what there is to keep
        listing = _listing(environment, options) if options.remote or options.refresh else None
        entries = _entries(options, listing, _source(environment, options))
        content = as_object(entries, listing) if options.json else {}
    except (MimoError, Interrupted) as error:
        if options.json:
            if isinstance(error, MimoError):
                error.conceal(environment.conceal)
            with environment.signals.held():
                environment.stdout.write(json_output.to_line(as_object(error=error)))
        raise
    if options.json:
        with environment.signals.held():
            environment.stdout.write(json_output.to_line(content))
    elif options.model_id is not None:
        environment.stdout.write(_details(environment, entries[0]))
    elif environment.stdout.is_terminal:
        _show_table(environment, options, entries)
    else:
        environment.stdout.write(models_table.lines(entries))
    return 0


def _source(environment: Environment, options: ModelsOptions) -> Source:
    """Return the user's file, for its aliases. The catalogue can be looked at without it."""
    try:
        return read_source(paths.config_file(environment.environ))
    except MimoError as error:
        console = environment.console(quiet=options.quiet)
        console.warn(Phrase("{problem}. Your aliases are left out.", problem=error.message))
        return Source("", {})


def _entries(options: ModelsOptions, listing: Listing | None, source: Source) -> list[ModelRow]:
    known = [ModelRow(model.id, model) for model in models.MODELS]
    entries = known if listing is None else _join(listing)
    entries = _with_aliases(entries, source, is_remote=listing is not None)
    if options.model_id is None:
        return entries if options.every else [entry for entry in entries if _is_shown(entry)]
    wanted, _ = unalias(options.model_id, source)
    found = [entry for entry in entries if entry.id == wanted]
    if not found:
        raise _unknown(wanted, is_remote=listing is not None)
    return found


def _unknown(model: str, *, is_remote: bool) -> UsageError:
    why = Phrase("it is not in the catalogue")
    if is_remote:
        why = Phrase("it is not in the catalogue and the server's list")
    hint = Phrase("mimo models --all lists all that are known.")
    if names := suggestions.nearest(model):
        hint = Phrase("Did you mean {names}?", names=either(names))
    return UsageError(Phrase("unknown model {model}", model=model), why, hint)


def _with_aliases(
    entries: Sequence[ModelRow], source: Source, *, is_remote: bool
) -> list[ModelRow]:
    """Return the models with their short names, and after them what only aliases name."""
    names: dict[str, list[str]] = {}
    for alias, model in right_aliases(source).items():  # a wrong one is told where it is used
        names.setdefault(model, []).append(alias)
    ids = {entry.id for entry in entries}
    listed = False if is_remote else None
    others = [ModelRow(model, listed=listed) for model in names if model not in ids]
    return [entry._replace(aliases=tuple(names.get(entry.id, ()))) for entry in (*entries, *others)]


def _is_shown(entry: ModelRow) -> bool:
    """Return whether a model is shown without `--all`: the server has it, or it is current."""
    if entry.listed is None:
        return entry.known is None or not entry.known.retired
    return entry.listed


def _join(listing: Listing) -> list[ModelRow]:
    """Return what the server has, in its order, and after it the catalogue's others."""
    listed = [
        ModelRow(model.id, models.find(model.id), model.name, listed=True)
        for model in listing.models
    ]
    ids = {entry.id for entry in listed}
    others = [ModelRow(model.id, model, listed=False) for model in models.MODELS]
    return listed + [entry for entry in others if entry.id not in ids]


def _listing(environment: Environment, options: ModelsOptions) -> Listing:
    """Return what the server has: as it said within the last day, else as it says now."""
    from mimo_cli.api.transport.proxies.proxy import find_secrets
    from mimo_cli.catalogue import remote_models
    from mimo_cli.conversation import prepare

    resolved, console = prepare.load(environment, options)
    hidden = find_secrets(environment.environ)
    endpoint = resolved.endpoint()._replace(hidden=hidden)
    console.conceal = endpoint.conceal
    folder = paths.cache(environment.environ)
    kept = (
        None if options.refresh else remote_models.load(folder, endpoint, environment.clock.now())
    )
    if kept is not None:
        date = _date(kept.fetched, "%Y-%m-%d %H:%M UTC")
        template = "as {host} said on {date} (--refresh asks again)"
        console.info(Phrase(template, host=endpoint.host, date=date))
        return kept
    if endpoint.is_mimo or isinstance(resolved.key, KeyFromCommand | KeyRefused):
        endpoint = prepare.endpoint(resolved, environment)
        console.conceal = endpoint.conceal
    listing = _fetch(environment, resolved.settings, endpoint, console)
    if not listing.models:
        console.info(Phrase("{host} lists no models", host=endpoint.host))
        return listing
    try:
        remote_models.save(folder, endpoint, listing)
    except OSError as error:
        template = "the list cannot be kept in {folder}: {why}"
        console.warn(Phrase(template, folder=folder, why=reason(error)))
    return listing


def _fetch(
    environment: Environment, chosen: Settings, endpoint: Endpoint, console: Console
) -> Listing:
    from mimo_cli.api.client import Client
    from mimo_cli.api.model_list import fetch_models
    from mimo_cli.catalogue.remote_models import Listing

    console.debug(Phrase("asking {url}", url=endpoint.models_url))
    seconds = chosen.timeout or environment.limits.total or _SECONDS
    with Client(
        endpoint,
        limits=environment.limits._replace(total=seconds),
        retries=chosen.retries,
        clock=environment.clock,
        note=console.debug,
        environ=environment.environ,
    ) as client:
        return Listing(endpoint.models_url, environment.clock.now(), fetch_models(client, endpoint))


def _show_table(
    environment: Environment, options: ModelsOptions, entries: Sequence[ModelRow]
) -> None:
    screen = environment.screen_of(environment.stdout)
    if not entries or screen is None:
        return
    shown = models_table.table(entries, screen, environment.translations)
    environment.stdout.write(shown.text)
    if environment.stderr.is_terminal and not options.quiet:
        for text in models_table.footers(shown):
            environment.console().line(text)


def _details(environment: Environment, entry: ModelRow) -> str:
    screen = environment.screen_of(environment.stdout)
    if screen is not None:
        return models_table.details_table(entry, screen, environment.translations)
    return "".join(f"{name}\t{value}\n" for name, value in models_table.details(entry))


def as_object(
    entries: Sequence[ModelRow] = (),
    listing: Listing | None = None,
    *,
    error: MimoError | Interrupted | None = None,
) -> dict[str, Any]:
    """Return what `--json` is: the models, or why there are none."""
    return {
        "schema": json_output.SCHEMA,
        "checked": models.CHECKED,
        "server": listing and {"url": listing.url, "fetched": _date(listing.fetched, _ISO)},
        "models": [models_table.as_json(entry) for entry in entries],
        "error": None if error is None else json_output.failure(error),
    }


def _date(seconds: float, form: str) -> str:
    return time.strftime(form, time.gmtime(seconds))
