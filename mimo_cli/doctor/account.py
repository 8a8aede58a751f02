"""The key, the server and the model: whether they fit."""

from __future__ import annotations

import shlex
import shutil
from typing import TYPE_CHECKING

from mimo_cli.api.keys import mask, parse_key
from mimo_cli.catalogue import models
from mimo_cli.config import key_command
from mimo_cli.conversation import model_check, prepare
from mimo_cli.doctor.check import Check, failed
from mimo_cli.errors import AuthError, ConfigError, MimoError
from mimo_cli.output.command_terms import in_command_terms

if TYPE_CHECKING:
    from mimo_cli.api.endpoint import Endpoint
    from mimo_cli.doctor.check import Subject

_CORRECT = "Run: mimo config set base_url URL"
_KEY_COMMAND = "Run: mimo config set api_key_command COMMAND"
_DEFAULT = "the default"


def key(subject: Subject) -> Check:
    """Which key wins, and where it comes from."""
    chosen = subject.settings
    source = chosen.origins.get("api_key", "")
    if chosen.auth == "none":
        return Check("key", "ok", f"none is sent (auth, {chosen.origins['auth']})")
    if refusal := chosen.key_refusal:
        text = f"api_key_command is not run: {refusal.why}"
        return Check("key", "failed", text, refusal.advice)
    if chosen.key_command:
        return _from_command(chosen.key_command, source, subject)
    if chosen.api_key is None:
        return _no_key(source, subject)
    try:
        shown = mask(parse_key(chosen.api_key, source))
    except AuthError as error:
        return failed("key", error, "Run: mimo config set api_key")
    beaten = ""
    if subject.source.content.get("api_key") and not source.startswith("file"):
        beaten = ", which wins over that in the file"
    text = f"{shown} from {source}{beaten}"
    return _warned(text, subject)


def _from_command(command: str, source: str, subject: Subject) -> Check:
    """A key that a command prints. It is not run for this: it may ask for a passphrase."""
    try:
        program = key_command.words(command, source)[0]
    except AuthError as error:
        return failed("key", error, _KEY_COMMAND)
    if shutil.which(program, path=subject.environment.environ.get("PATH")) is None:
        why = f"there is no program {program} to run ({source})"
        return Check("key", "failed", why, _KEY_COMMAND)
    return _warned("from " + source, subject)


def _no_key(source: str, subject: Subject) -> Check:
    """`source` says why a key that there is does not go to this server."""
    endpoint = subject.endpoint
    if endpoint is not None and endpoint.is_loopback:
        why = f"; {source}" if source else ""
        return Check("key", "ok", f"none, which is right for a server on this machine{why}")
    if source:
        profile = shlex.quote(subject.settings.default_profile)
        advice = f"Run: mimo config set -p {profile} api_key   (or … auth none)"
        return Check("key", "failed", source, advice)
    return Check(
        "key", "failed", "none is set", "Run: mimo config set api_key   (or set MIMO_API_KEY)"
    )


def _warned(text: str, subject: Subject) -> Check:
    """A key that is there, with what is odd about where it goes."""
    if not subject.settings.remarks:
        return Check("key", "ok", text)
    remarks = "; ".join(subject.settings.remarks)
    advice = "If that is not what you want: give that server a profile with its own key."
    return Check("key", "warning", f"{text}; {remarks}", advice)


def server(subject: Subject) -> Check:
    """The base URL, and whether the key is of the family that goes with it."""
    source = subject.settings.origins.get("base_url", _DEFAULT)
    try:
        endpoint = subject.parsed_endpoint()
    except ConfigError as error:
        return Check(
            "server",
            "failed",
            f"{error.message} ({source})",
            in_command_terms(error.hint) or _CORRECT,
        )
    text = f"{endpoint.base_url} ({_kind(endpoint)}; {source})"
    if mismatch := endpoint.family_mismatch():
        return Check("server", "failed", f"{text}: the key is of the other family", mismatch)
    return Check("server", "ok", text)


def _kind(endpoint: Endpoint) -> str:
    if endpoint.bills_per_token:
        return "MiMo, pay as you go"
    if endpoint.is_mimo:
        return "MiMo, Token Plan"
    return "this machine" if endpoint.is_loopback else "not Xiaomi's"


def system(subject: Subject) -> Check:
    """The system prompt: whether it can be read."""
    chosen = subject.settings
    try:
        text = prepare.system_prompt(chosen, subject.environment)
    except MimoError as error:
        return failed("system", error, "Correct it where it is set: a text, or @ and a file.")
    if text is None:
        return Check("system", "ok", "no system prompt")
    size = f"{len(text):,} characters"
    return Check("system", "ok", f"{size} ({chosen.origins.get('system', 'MiMo recommends it')})")


def model(subject: Subject) -> Check:
    """Whether the model is known, and still served."""
    name = subject.settings.model
    text = f"{name} ({subject.settings.origins.get('model', _DEFAULT)})"
    endpoint = subject.endpoint
    is_mimo = endpoint is None or endpoint.is_mimo
    known = models.find(name)
    if (known is None or known.retired) and model_check.is_listed(
        subject.settings, subject.environment
    ):
        return Check("model", "ok", f"{text}; the server listed it within the last day")
    if known is None and is_mimo:
        names = models.nearest(name) or tuple(entry.id for entry in models.current())
        advice = f"Did you mean {' or '.join(names)}? mimo models lists them."
        return Check("model", "warning", f"{text} is not in the catalogue", advice)
    if known is None:
        return Check("model", "ok", f"{text}; the catalogue knows Xiaomi's own alone")
    if known.retired:
        retired = f"{text} was retired on {known.retired}"
        advice = f"Its replacement is {known.replacement}: mimo config set model, or -m"
        if is_mimo:
            return Check("model", "failed", retired, advice)
        return Check("model", "warning", f"{retired} by Xiaomi; this server may have it", advice)
    return Check("model", "ok", f"{text}, current as of {models.CHECKED}")
