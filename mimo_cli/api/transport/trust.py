"""The certificates that are trusted, and the TLS that connections are made with."""

from __future__ import annotations

import errno
import os
import ssl
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import certifi

from mimo_cli.errors import ConfigError
from mimo_cli.named_tuple import NamedTuple
from mimo_cli.phrases import Phrase, reason, verbatim

if TYPE_CHECKING:
    from collections.abc import Mapping

CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR")
"""OpenSSL's variables. What both name is trusted."""
_OF_OTHERS = ("CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE")
"""Those of curl and of Python's requests, which are not read: each has rules of its own."""
_KEY_LOG = "SSLKEYLOGFILE"


class Flaw(NamedTuple):
    """A variable that could not be followed, and was done without; `told` says so."""

    variable: str
    told: Phrase

    @property
    def is_of_certificates(self) -> bool:
        """Whether there are certificates that are not trusted for it."""
        return self.variable in CERTIFICATES


class Trust(NamedTuple):
    """What connections with TLS are made with, and what of the variables was of no use for it."""

    context: ssl.SSLContext
    flaws: tuple[Flaw, ...]


def trust(environ: Mapping[str, str]) -> Trust:
    """Return what https connections are made with.

    Raises:
        ConfigError: none of the certificates that are to be trusted can be loaded.
    """
    context = _context()
    flaws = _load(context, environ)
    return Trust(context, (*flaws, *_log_keys(context, environ.get(_KEY_LOG, ""))))


def unread_variable(environ: Mapping[str, str]) -> str:
    """Return a variable of others that names certificates, where no variable that we read does."""
    if any(map(environ.get, CERTIFICATES)):
        return ""
    return next((name for name in _OF_OTHERS if environ.get(name)), "")


def _context() -> ssl.SSLContext:
    """Do what `ssl.create_default_context` does, but for certificates and SSLKEYLOGFILE.

    That raises the same for a log that cannot be opened as for certificates.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if sys.version_info >= (3, 13):
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN | ssl.VERIFY_X509_STRICT
    return context


def _load(context: ssl.SSLContext, environ: Mapping[str, str]) -> tuple[Flaw, ...]:
    """Load the certificates, as OpenSSL does: those that are there, of both variables.

    Raises:
        ConfigError: none are.
    """
    named = [(name, environ[name]) for name in CERTIFICATES if environ.get(name)]
    if not named:
        _load_our_own(context)
        return ()
    failed = [
        (name, place, problem)
        for name, place in named
        if (problem := _load_from(context, name, place)) is not None
    ]
    if len(failed) == len(named):
        variable, place, problem = failed[0]
        hint = Phrase("Correct {variable}, or: unset {variable}", variable=variable)
        raise _cannot_be_loaded(f"{variable}={place}", problem, hint) from problem
    template = "{variable}={file} is of no use: {problem}"
    return tuple(
        Flaw(name, Phrase(template, variable=name, file=place, problem=_reason(problem)))
        for name, place, problem in failed
    )


def _load_our_own(context: ssl.SSLContext) -> None:
    try:
        context.load_verify_locations(cafile=certifi.where())
    except OSError as error:
        raise _cannot_be_loaded(certifi.where(), error, Phrase("Install it again.")) from error


def _load_from(context: ssl.SSLContext, variable: str, place: str) -> OSError | None:
    """Load what a variable names, and return what went wrong."""
    try:
        if variable == "SSL_CERT_DIR":
            _check_folders(place)
            context.load_verify_locations(capath=place)
        else:
            context.load_verify_locations(cafile=place)
    except OSError as error:
        return error
    return None


def _check_folders(places: str) -> None:
    """Look whether one of the folders is there; OpenSSL would trust nobody, and say nothing.

    Raises:
        FileNotFoundError: none is.
    """
    if not any(Path(place).is_dir() for place in places.split(os.pathsep)):
        raise FileNotFoundError(errno.ENOENT, Phrase("no such folder"))


def _log_keys(context: ssl.SSLContext, place: str) -> tuple[Flaw, ...]:
    """Have the keys of TLS written to a file, as OpenSSL's programs do; without one where not.

    The file is opened by us at first, which does not wait for the reader of a FIFO.
    """
    if not place:
        return ()
    try:
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NONBLOCK | os.O_CLOEXEC
        held = os.open(place, flags, 0o600)
        try:
            context.keylog_filename = place
        finally:
            os.close(held)
    except OSError as error:
        template = "{variable}={file} is of no use: {problem}"
        told = Phrase(template, variable=_KEY_LOG, file=place, problem=_reason(error))
        return (Flaw(_KEY_LOG, told),)
    return ()


def _cannot_be_loaded(file: str, error: OSError, hint: Phrase) -> ConfigError:
    why = Phrase("{file}: {problem}", file=file, problem=_reason(error))
    return ConfigError(Phrase("the TLS certificates cannot be loaded"), why, hint)


def _reason(error: OSError) -> Phrase:
    if not isinstance(error, ssl.SSLError):
        return reason(error)
    if error.reason:  # its text has OpenSSL's name and Python's line besides
        return verbatim(error.reason.lower().replace("_", " "))
    return Phrase("no certificates")
