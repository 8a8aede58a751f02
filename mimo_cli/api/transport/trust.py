"""The certificates that are trusted, and the TLS that connections are made with."""

from __future__ import annotations

import errno
import os
import re
import select
import shlex
import ssl
import stat
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import certifi

from mimo_cli.errors import ConfigError
from mimo_cli.named_tuple import NamedTuple
from mimo_cli.phrases import NOTHING, CommandLine, Phrase, reason, verbatim

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR")
"""OpenSSL's variables. What both name is trusted."""
_OF_OTHERS = ("CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE")
"""Those of curl and of Python's requests, which are not read: each has rules of its own."""
_KEY_LOG = "SSLKEYLOGFILE"


class Flaw(NamedTuple):
    """A variable that could not be followed, and was done without; `told` says so.

    `advice` is what to do about it, where there is more to say than to correct it.
    """

    variable: str
    told: Phrase
    advice: Phrase = NOTHING

    @property
    def whole(self) -> Phrase:
        """Return the flaw and what to do about it."""
        if not self.advice:
            return self.told
        return Phrase("{problem}. {hint}", problem=self.told, hint=self.advice)

    @property
    def is_of_certificates(self) -> bool:
        """Whether there are certificates that are not trusted for it."""
        return self.variable in CERTIFICATES


class _UnhashedError(OSError):
    """Folders have certificates, and not under the names by which OpenSSL finds them."""

    def __init__(self, folders: Sequence[str]) -> None:
        super().__init__(errno.ENOENT, Phrase("certificates in it have no names to be found by"))
        line = f"openssl rehash {shlex.join(folders)}"
        self.advice = Phrase("Run: {command}", command=CommandLine(line))


class Trust(NamedTuple):
    """What connections with TLS are made with, and what of the variables was of no use for it."""

    context: ssl.SSLContext
    flaws: tuple[Flaw, ...]


def trust(environ: Mapping[str, str], seconds: float) -> Trust:
    """Return what https connections are made with. A pipe is waited for so many `seconds`.

    Raises:
        ConfigError: none of the certificates that are to be trusted can be loaded.
    """
    context = _context()
    flaws = _load(context, environ, seconds)
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


def _load(context: ssl.SSLContext, environ: Mapping[str, str], seconds: float) -> tuple[Flaw, ...]:
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
        if (problem := _load_from(context, name, place, seconds)) is not None
    ]
    if len(failed) == len(named):
        variable, place, problem = failed[0]
        hint = _advice(variable, place, problem) or Phrase(
            "Correct {variable}, or: unset {variable}", variable=variable
        )
        raise _cannot_be_loaded(f"{variable}={place}", problem, hint) from problem
    return tuple(_flaw(*failure) for failure in failed)


def _flaw(variable: str, place: str, problem: OSError) -> Flaw:
    template = "{variable}={file} is of no use: {problem}"
    told = Phrase(template, variable=variable, file=place, problem=_reason(problem))
    return Flaw(variable, told, _advice(variable, place, problem))


def _advice(variable: str, place: str, problem: OSError) -> Phrase:
    """Return what to do about a problem, where there is more to say than to correct it."""
    if isinstance(problem, _UnhashedError):
        return problem.advice
    if variable == "SSL_CERT_FILE" and Path(place).is_dir():
        return Phrase("It is a folder: name it in SSL_CERT_DIR, or a file in it here.")
    if variable == "SSL_CERT_DIR" and Path(place).is_file():
        return Phrase("It is a file: name it in SSL_CERT_FILE, or the folder with it here.")
    return NOTHING


def _load_our_own(context: ssl.SSLContext) -> None:
    try:
        context.load_verify_locations(cafile=certifi.where())
    except OSError as error:
        raise _cannot_be_loaded(certifi.where(), error, Phrase("Install it again.")) from error


def _load_from(
    context: ssl.SSLContext, variable: str, place: str, seconds: float
) -> OSError | None:
    """Load what a variable names, and return what went wrong."""
    try:
        if variable == "SSL_CERT_DIR":
            _check_folders(place)
            context.load_verify_locations(capath=place)
        elif _is_pipe(Path(place).stat().st_mode):
            _load_piped(context, place, seconds)
        else:
            context.load_verify_locations(cafile=place)
    except OSError as error:
        return error
    return None


def _is_pipe(mode: int) -> bool:
    """Return whether opening or reading what has this mode may wait: a terminal does, too."""
    return stat.S_ISFIFO(mode) or stat.S_ISCHR(mode)


_piped: dict[tuple[str, int], bytes | OSError] = {}
"""What came through pipes, by path and number: nothing comes a second time."""


def _load_piped(context: ssl.SSLContext, place: str, seconds: float) -> None:
    """Load what comes through a pipe: `<(cat a b)`. OpenSSL would wait for somebody who writes.

    Raises:
        OSError: it does not end within so many seconds, or is of no use.
    """
    import tempfile  # few name a pipe

    which = (place, Path(place).stat().st_ino)
    if which not in _piped:
        try:
            _piped[which] = _read_piped(place, seconds)
        except OSError as error:
            _piped[which] = error
    if isinstance(found := _piped[which], OSError):
        raise found
    with tempfile.NamedTemporaryFile(suffix=".pem") as file:
        file.write(found)
        file.flush()
        context.load_verify_locations(cafile=file.name)


def _read_piped(place: str, seconds: float) -> bytes:
    end = time.monotonic() + seconds
    data, poll = bytearray(), select.poll()
    from mimo_cli.files.reading import NO_WAITING  # few certificates come through a pipe

    descriptor = os.open(place, NO_WAITING)
    try:
        poll.register(descriptor, select.POLLIN)
        while len(data) <= _LARGEST:
            if not poll.poll(max(end - time.monotonic(), 0.0) * 1000):
                why = Phrase("it has no end within {seconds:g} s", seconds=seconds)
                raise TimeoutError(errno.ETIMEDOUT, why)
            if not (part := os.read(descriptor, _A_READ)):
                return bytes(data)
            data += part
    finally:
        os.close(descriptor)
    raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))


_A_READ, _LARGEST = 65536, 16 * 1024 * 1024
"""Bytes."""
_HASHED = r"[0-9a-f]{8}\.[0-9]+"
"""What OpenSSL looks for in a folder: the digest of a CA's name (X509_LOOKUP_hash_dir(3))."""
_CERTIFICATES_END = (".pem", ".crt", ".cer")
"""What `openssl rehash` looks at."""


def _check_folders(places: str) -> None:
    """Look whether there is something to be found; OpenSSL would trust nobody, and say nothing.

    Raises:
        OSError: there is not.
    """
    folders = [place for place in places.split(os.pathsep) if Path(place).is_dir()]
    if not folders:
        raise FileNotFoundError(errno.ENOENT, Phrase("no such folder"))
    names = {folder: _names(folder) for folder in folders}
    if any(re.fullmatch(_HASHED, name) for found in names.values() for name in found):
        return
    full = [it for it, found in names.items() if any(map(_is_certificate, found))]
    if not full:
        raise FileNotFoundError(errno.ENOENT, Phrase("there are no certificates in it"))
    raise _UnhashedError(full)


def _names(folder: str) -> list[str]:
    """Return the names in a folder; those that are looked for may be in one that shows none."""
    try:
        return [file.name for file in Path(folder).iterdir()]
    except PermissionError:
        return ["00000000.0"]


def _is_certificate(name: str) -> bool:
    return name.lower().endswith(_CERTIFICATES_END)


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
        return (_flaw(_KEY_LOG, place, error),)
    return ()


def _cannot_be_loaded(file: str, error: OSError, hint: Phrase) -> ConfigError:
    why = Phrase("{file}: {problem}", file=file, problem=_reason(error))
    return ConfigError(Phrase("the TLS certificates cannot be loaded"), why, hint)


def _reason(error: OSError) -> Phrase:
    if not isinstance(error, ssl.SSLError):
        return reason(error)
    return openssl_words(error) or Phrase("a certificate in it is damaged")


def openssl_words(error: ssl.SSLError) -> Phrase:
    """Return what OpenSSL calls a problem, nothing if it does not.

    Python's text has a name and a line of C besides.
    """
    return verbatim((error.reason or "").lower().replace("_", " "))
