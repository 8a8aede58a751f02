"""The key, the server and the model: whether they fit."""

from __future__ import annotations

import shlex
import shutil
from typing import TYPE_CHECKING

from mimo_cli.api.endpoint import KeyWithheld
from mimo_cli.api.keys import mask, parse_key
from mimo_cli.catalogue import models, suggestions
from mimo_cli.common_phrases import chained, either
from mimo_cli.config import (
    KeyFromCommand,
    KeyKnown,
    KeyRefused,
    KeyUnwanted,
    NoKey,
    split_command,
)
from mimo_cli.conversation import listed_models, prepare
from mimo_cli.doctor.check import Check, failed
from mimo_cli.errors import AuthError, ConfigError, MimoError
from mimo_cli.output.command_terms import in_command_terms
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from mimo_cli.api.endpoint import Endpoint
    from mimo_cli.config import Origin
    from mimo_cli.doctor.check import Subject

_CORRECT = Phrase("Run: mimo config set base_url URL")
_KEY_COMMAND = Phrase("Run: mimo config set api_key_command COMMAND")
_SET_KEY = Phrase("Run: mimo config set api_key   (or set MIMO_API_KEY)")


def key(subject: Subject) -> Check:
    """Check which key wins, and where it comes from."""
    match subject.resolved.key:
        case KeyUnwanted():
            origin = subject.resolved.origin("auth").phrase()
            return Check("key", "ok", Phrase("none is sent (auth, {origin})", origin=origin))
        case KeyRefused(distrust):
            text = Phrase("api_key_command is not run: {why}", why=distrust.why)
            return Check("key", "failed", text, distrust.advice)
        case KeyFromCommand(command) as decision:
            return _check_command(command, decision.source, subject)
        case KeyKnown(key, origin):
            return _check_key(key, origin, subject)
        case KeyWithheld() as withheld:
            return _check_withheld(withheld, subject)
        case NoKey():
            if _is_local(subject):
                text = Phrase("none, which is right for a server on this machine")
                return Check("key", "ok", text)
            return Check("key", "failed", Phrase("none is set"), _SET_KEY)


def _check_key(key: str, origin: Origin, subject: Subject) -> Check:
    source = origin.phrase()
    try:
        shown = mask(parse_key(key, source))
    except AuthError as error:
        return failed("key", error, Phrase("Run: mimo config set api_key"))
    text = Phrase("{key} from {source}", key=shown, source=source)
    if subject.configuration.source.content.get("api_key") and origin.kind != "file":
        text = Phrase(
            "{key} from {source}, which wins over that in the file", key=shown, source=source
        )
    return _with_remarks(text, subject)


def _check_command(command: str, source: Phrase, subject: Subject) -> Check:
    """Check a key that a command prints. It is not run for this: it may ask for a passphrase."""
    try:
        program = split_command(command, source)[0]
    except AuthError as error:
        return failed("key", error, _KEY_COMMAND)
    if shutil.which(program, path=subject.environment.environ.get("PATH")) is None:
        why = Phrase(
            "there is no program {program} to run ({source})", program=program, source=source
        )
        return Check("key", "failed", why, _KEY_COMMAND)
    return _with_remarks(Phrase("from {source}", source=source), subject)


def _check_withheld(withheld: KeyWithheld, subject: Subject) -> Check:
    words = withheld.source
    if _is_local(subject):
        text = Phrase(
            "none, which is right for a server on this machine; {withheld}", withheld=words
        )
        return Check("key", "ok", text)
    advice = Phrase(
        "Run: mimo config set -p {profile} api_key   (or … auth none)",
        profile=shlex.quote(subject.settings.profile),
    )
    return Check("key", "failed", words, advice)


def _is_local(subject: Subject) -> bool:
    endpoint = subject.endpoint
    return endpoint is not None and endpoint.is_loopback


def _with_remarks(text: Phrase, subject: Subject) -> Check:
    """Return a key that is there, with what is odd about where it goes."""
    remarks = subject.resolved.remarks
    if not remarks:
        return Check("key", "ok", text)
    advice = Phrase("If that is not what you want: give that server a profile with its own key.")
    return Check("key", "warning", chained([text, *remarks]), advice)


def server(subject: Subject) -> Check:
    """Check the base URL, and whether the key is of the family that goes with it."""
    try:
        endpoint = subject.parsed_endpoint()
    except ConfigError as error:
        return Check("server", "failed", error.message, in_command_terms(error.hint) or _CORRECT)
    shown = {
        "url": endpoint.base_url,
        "kind": _kind(endpoint),
        "origin": _origin("base_url", subject),
    }
    if mismatch := endpoint.family_mismatch():
        text = Phrase("{url} ({kind}; {origin}): the key is of the other family", **shown)
        return Check("server", "failed", text, mismatch)
    return Check("server", "ok", Phrase("{url} ({kind}; {origin})", **shown))


def _origin(name: str, subject: Subject) -> Phrase:
    """Return where a setting came from, to stand in brackets."""
    origin = subject.resolved.origin(name)
    return Phrase("the default") if origin.kind == "default" else origin.phrase()


def _kind(endpoint: Endpoint) -> Phrase:
    if endpoint.bills_per_token:
        return Phrase("MiMo, pay as you go")
    if endpoint.is_mimo:
        return Phrase("MiMo, Token Plan")
    return Phrase("this machine") if endpoint.is_loopback else Phrase("not Xiaomi's")


def system(subject: Subject) -> Check:
    """Check the system prompt: whether it can be read."""
    origin = subject.resolved.origin("system")
    try:
        text = prepare.system_prompt(subject.resolved, subject.environment)
    except MimoError as error:
        advice = Phrase("Correct it where it is set: a text, or @ and a file.")
        return failed("system", error, advice)
    if text is None:
        return Check("system", "ok", Phrase("no system prompt"))
    if origin.kind == "default":
        told = Phrase("{count:,} characters (MiMo recommends it)", count=len(text))
    else:
        told = Phrase("{count:,} characters ({origin})", count=len(text), origin=origin.phrase())
    return Check("system", "ok", told)


def model(subject: Subject) -> Check:
    """Check whether the model is known, and still served."""
    name = subject.settings.model
    shown = Phrase("{model} ({origin})", model=name, origin=_origin("model", subject))
    endpoint = subject.endpoint
    is_mimo = endpoint is None or endpoint.is_mimo
    known = models.find(name)
    if (known is None or known.retired) and listed_models.has(
        subject.settings, subject.environment
    ):
        text = Phrase("{model}; the server listed it within the last day", model=shown)
        return Check("model", "ok", text)
    if known is None and is_mimo:
        names = suggestions.nearest(name) or tuple(entry.id for entry in models.current())
        text = Phrase("{model} is not in the catalogue", model=shown)
        advice = Phrase("Did you mean {names}? mimo models lists them.", names=either(names))
        return Check("model", "warning", text, advice)
    if known is None:
        text = Phrase("{model}; the catalogue knows Xiaomi's own alone", model=shown)
        return Check("model", "ok", text)
    if known.retired:
        values = {"model": shown, "date": known.retired}
        advice = Phrase(
            "Its replacement is {model}: mimo config set model, or -m", model=known.replacement
        )
        if is_mimo:
            text = Phrase("{model} was retired on {date}", **values)
            return Check("model", "failed", text, advice)
        text = Phrase("{model} was retired on {date} by Xiaomi; this server may have it", **values)
        return Check("model", "warning", text, advice)
    text = Phrase("{model}, current as of {date}", model=shown, date=models.CHECKED)
    return Check("model", "ok", text)
