"""The certificates that are trusted: the variables that name them, and what they are worth."""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import ssl
import threading
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from support.checkups import checks_of
from support.folders import CERTIFICATES
from support.harness import KEY, PATIENCE, mimo
from support.proxies import HttpProxy, front, tls

from mimo_cli.api.timing import Limits
from mimo_cli.simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from support.harness import Result


class Server(NamedTuple):
    """A simulator behind TLS, with the certificate for localhost."""

    port: int  # without TLS
    environ: dict[str, str]

    def mimo(self, *args: str, **variables: str) -> Result:
        return mimo(*args, environ={**self.environ, **variables})


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Simulator(keys=(KEY,), answer="Hello.") as simulator:
        port = int(simulator.url.rpartition(":")[2])
        with front(port, "trusted") as secured:
            url = f"https://localhost:{secured.port}"
            environ = {"MIMO_BASE_URL": url, "MIMO_API_KEY": KEY, "MIMO_CONFIG": "/dev/null"}
            yield Server(port, environ)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder as OpenSSL reads it, with the certificate under the digest of its name."""
    shutil.copy(CERTIFICATES / "trusted.pem", tmp_path / f"{DIGEST}.0")
    return tmp_path


DIGEST = "ce275665"  # by: openssl x509 -noout -hash -in tests/certificates/trusted.pem
GOOD, OTHER = (str(CERTIFICATES / f"{name}.pem") for name in ("trusted", "elsewhere"))


def test_what_file_and_folder_name_is_trusted_together(server: Server, folder: Path) -> None:
    both = {"SSL_CERT_FILE": OTHER, "SSL_CERT_DIR": f"/no/such:{folder}"}
    result = server.mimo("ask", "-v", "hi", **both)
    assert (result.code, result.out) == (0, "Hello.\n")
    assert "is of no use" not in result.err
    check = checks_of(server.mimo("doctor", "--json", **both))["certificates"]
    text = f"SSL_CERT_FILE={OTHER} and SSL_CERT_DIR=/no/such:{folder}"
    assert (check.state, check.text) == ("ok", text)


NOT_THERE = [
    ("SSL_CERT_FILE", "/no/such.pem", "no such file or directory"),
    ("SSL_CERT_DIR", "/no/such", "no such folder"),
]


@pytest.mark.parametrize(
    ("variable", "place", "problem"),
    [*NOT_THERE, ("SSL_CERT_FILE", "/dev/null", "no certificate or crl found")],
)
def test_one_that_is_of_no_use_beside_the_other_is_told(
    server: Server, folder: Path, variable: str, place: str, problem: str
) -> None:
    both = {"SSL_CERT_FILE": GOOD, "SSL_CERT_DIR": str(folder), variable: place}
    other = next(f"{name}={value}" for name, value in both.items() if name != variable)
    told = f"{variable}={place} is of no use: {problem}"
    result = server.mimo("ask", "hi", **both)
    assert (result.code, result.out, result.err) == (0, "Hello.\n", "")
    assert f"mimo: {told}\n" in server.mimo("ask", "-v", "hi", **both).err
    check = checks_of(server.mimo("doctor", "--json", **both))["certificates"]
    assert check[1:] == ("warning", f"{other}; {told}", f"Correct {variable}.")


@pytest.mark.parametrize(("variable", "place", "problem"), NOT_THERE)
def test_where_a_certificate_is_not_trusted_that_is_told_without_being_asked(
    server: Server, tmp_path: Path, variable: str, place: str, problem: str
) -> None:
    shutil.copy(OTHER, tmp_path / "11111111.0")
    both = {"SSL_CERT_FILE": OTHER, "SSL_CERT_DIR": str(tmp_path), variable: place}
    hint = (
        "If you trust this server, name its CA in SSL_CERT_FILE. "
        f"{variable}={place} is of no use: {problem}"
    )
    result = server.mimo("ask", "hi", **both, SSLKEYLOGFILE="/no/such/log")
    assert (result.code, result.err.splitlines()[1:]) == (7, [f"  {hint}"])
    check = checks_of(server.mimo("doctor", "--json", **both))["tls"]
    assert (check.state, check.advice) == ("failed", hint)


def test_that_is_told_of_a_proxys_certificate_as_well(server: Server, folder: Path) -> None:
    both = {"SSL_CERT_FILE": "/no/such.pem", "SSL_CERT_DIR": str(folder)}
    with HttpProxy({}, tls=tls("elsewhere")) as proxy:
        more = {
            "MIMO_BASE_URL": "https://a.example",
            "all_proxy": f"https://localhost:{proxy.port}",
        }
        result = server.mimo("ask", "hi", **both, **more)
        check = checks_of(server.mimo("doctor", "--json", **both, **more))["connection"]
    told = "SSL_CERT_FILE=/no/such.pem is of no use: no such file or directory"
    assert result.code == 7
    assert result.err.endswith(f"{told}\n")
    assert check.advice.endswith(told)


@pytest.mark.parametrize("is_first", [False, True])
def test_a_damaged_certificate_among_others_is_told(
    server: Server, tmp_path: Path, is_first: bool
) -> None:
    good = (CERTIFICATES / "trusted.pem").read_text()
    lines = good.splitlines()
    damaged = "\n".join([*lines[:3], "!", *lines[4:], ""])
    (file := tmp_path / "ca.pem").write_text(damaged + good if is_first else good + damaged + good)
    result = server.mimo("ask", "hi", SSL_CERT_FILE=str(file))
    assert result.code == 3
    assert f"SSL_CERT_FILE={file}: a certificate in it is damaged\n" in result.err


def test_where_both_are_of_no_use_the_first_is_named(server: Server) -> None:
    result = server.mimo("ask", "hi", SSL_CERT_FILE="/no/such.pem", SSL_CERT_DIR="/no/such")
    assert (result.code, result.err) == (
        3,
        (
            "mimo: the TLS certificates cannot be loaded: "
            "SSL_CERT_FILE=/no/such.pem: no such file or directory\n"
            "  Correct SSL_CERT_FILE, or: unset SSL_CERT_FILE\n"
        ),
    )


@pytest.mark.parametrize(
    ("variable", "place", "problem", "hint"),
    [
        (
            "SSL_CERT_FILE",
            str(CERTIFICATES),
            "is a directory",
            "It is a folder: name it in SSL_CERT_DIR, or a file in it here.",
        ),
        (
            "SSL_CERT_DIR",
            GOOD,
            "no such folder",
            "It is a file: name it in SSL_CERT_FILE, or the folder with it here.",
        ),
    ],
)
def test_a_folder_for_a_file_and_a_file_for_a_folder_are_told(
    server: Server, variable: str, place: str, problem: str, hint: str
) -> None:
    result = server.mimo("ask", "hi", **{variable: place})
    why = f"the TLS certificates cannot be loaded: {variable}={place}: {problem}"
    assert (result.code, result.err) == (3, f"mimo: {why}\n  {hint}\n")
    check = checks_of(server.mimo("doctor", "--json", **{variable: place}))["certificates"]
    assert check[1:] == ("failed", why, hint)


def test_doctor_loads_certificates_once_for_its_own_checks(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = []
    original = ssl.SSLContext.load_verify_locations

    def load(context: ssl.SSLContext, *args: Any, **names: Any) -> None:
        loaded.append(names)
        original(context, *args, **names)

    monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", load)
    server.mimo("doctor", "--json", SSL_CERT_FILE=GOOD)
    assert loaded == [{"cafile": GOOD}] * 2  # the other is the request's


UNHASHED = "certificates in it have no names to be found by"


@pytest.mark.parametrize("name", ["ca.pem", "CA.CRT", "a b/ca.cer"])
def test_a_folder_whose_names_openssl_does_not_look_for_is_told(
    server: Server, tmp_path: Path, name: str
) -> None:
    file = tmp_path / name
    file.parent.mkdir(exist_ok=True)
    shutil.copy(GOOD, file)
    folder = str(file.parent)
    advice = f"Run: openssl rehash {shlex.quote(folder)}"
    result = server.mimo("ask", "hi", SSL_CERT_DIR=folder)
    assert (result.code, result.err) == (
        3,
        (
            "mimo: the TLS certificates cannot be loaded: "
            f"SSL_CERT_DIR={folder}: {UNHASHED}\n  {advice}\n"
        ),
    )
    check = checks_of(server.mimo("doctor", "--json", SSL_CERT_DIR=folder))["certificates"]
    assert (check.state, check.advice) == ("failed", advice)
    both = {"SSL_CERT_DIR": folder, "SSL_CERT_FILE": OTHER}
    result = server.mimo("ask", "hi", **both)
    told = f"SSL_CERT_DIR={folder} is of no use: {UNHASHED}"
    assert (result.code, result.err.endswith(f"{told}. {advice}\n")) == (7, True)
    found = checks_of(server.mimo("doctor", "--json", **both))
    assert found["certificates"][1:] == ("warning", f"SSL_CERT_FILE={OTHER}; {told}", advice)
    assert found["tls"].advice.endswith(f"{told}. {advice}")


def test_a_folder_without_certificates_is_told(server: Server, tmp_path: Path) -> None:
    (tmp_path / "README").touch()
    result = server.mimo("ask", "hi", SSL_CERT_DIR=f"{tmp_path}:/no/such")
    assert result.code == 3
    assert "there are no certificates in it\n" in result.err


# ---- Pipes


@contextlib.contextmanager
def piped(content: bytes) -> Iterator[str]:
    """What a shell makes of `<(cat FILE)`: a pipe, from which all comes once."""
    reading, writing = os.pipe()
    writer = threading.Thread(target=write_all, args=(writing, content))
    writer.start()
    try:
        yield f"/dev/fd/{reading}"
    finally:
        os.close(reading)
        writer.join(PATIENCE)


def write_all(descriptor: int, content: bytes) -> None:
    with open(descriptor, "wb") as file:
        file.write(content)


@pytest.mark.parametrize("command", [("ask", "hi"), ("doctor", "--json")])
def test_certificates_may_come_through_a_pipe(server: Server, command: tuple[str, ...]) -> None:
    texts = [(CERTIFICATES / f"{name}.pem").read_bytes() for name in ("elsewhere", "trusted")]
    with piped(b"".join([*texts, b"# a remark\n" * 20_000])) as place:  # over what a pipe holds
        result = server.mimo(*command, SSL_CERT_FILE=place)
    if command[0] == "ask":
        assert (result.code, result.out) == (0, "Hello.\n")
        return
    assert {checks_of(result)[it].state for it in ("certificates", "tls", "request")} == {"ok"}


@pytest.mark.parametrize("is_written", [False, True])
def test_a_pipe_that_does_not_end_is_not_waited_for(
    server: Server, tmp_path: Path, is_written: bool
) -> None:
    os.mkfifo(fifo := tmp_path / "fifo")
    environ = {**server.environ, "SSL_CERT_FILE": str(fifo)}
    held = os.open(fifo, os.O_RDWR) if is_written else None
    if held is not None:
        os.write(held, b"-----BEGIN")
    result = mimo("ask", "hi", environ=environ, limits=Limits(connect=0.2))
    if held is not None:
        os.close(held)
    assert (result.code, result.err) == (
        3,
        (
            "mimo: the TLS certificates cannot be loaded: "
            f"SSL_CERT_FILE={fifo}: it has no end within 0.2 s\n"
            "  Correct SSL_CERT_FILE, or: unset SSL_CERT_FILE\n"
        ),
    )


def test_the_limit_in_all_holds_for_a_pipe(server: Server, tmp_path: Path) -> None:
    os.mkfifo(fifo := tmp_path / "fifo")
    result = server.mimo("ask", "--timeout", "1", "hi", SSL_CERT_FILE=str(fifo))
    assert (result.code, "it has no end within 1 s" in result.err) == (3, True)


def test_what_never_ends_is_not_read_to_its_end(server: Server) -> None:
    result = server.mimo("ask", "hi", SSL_CERT_FILE="/dev/zero")
    assert (result.code, "SSL_CERT_FILE=/dev/zero: file too large" in result.err) == (3, True)


def test_plain_http_needs_certificates_for_a_proxy_with_tls_alone(server: Server) -> None:
    more = {"MIMO_BASE_URL": "http://a.example", "MIMO_ALLOW_HTTP": "true", "SSL_CERT_FILE": GOOD}
    open_ = checks_of(server.mimo("doctor", "--offline", "--json", **more, http_proxy="p.q:1"))
    secured = checks_of(
        server.mimo("doctor", "--offline", "--json", **more, http_proxy="https://p.q")
    )
    assert open_["certificates"].text == "not needed for plain http"
    assert secured["certificates"].text == f"SSL_CERT_FILE={GOOD}"


# ---- SSLKEYLOGFILE


def test_the_keys_of_tls_are_logged_where_that_is_wanted(server: Server, tmp_path: Path) -> None:
    log = tmp_path / "keys"
    result = server.mimo("ask", "-v", "hi", SSL_CERT_FILE=GOOD, SSLKEYLOGFILE=str(log))
    assert (result.code, "is of no use" in result.err) == (0, False)
    assert "CLIENT_TRAFFIC_SECRET_0" in log.read_text()
    assert log.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("place", "problem"),
    [
        ("no/such/keys", "no such file or directory"),
        (".", "is a directory"),
        ("fifo", "no such device or address"),  # nobody reads it
    ],
)
def test_a_log_that_cannot_be_opened_is_done_without(
    server: Server, tmp_path: Path, place: str, problem: str
) -> None:
    with contextlib.suppress(FileExistsError):
        os.mkfifo(tmp_path / "fifo")
    variables = {"SSL_CERT_FILE": GOOD, "SSLKEYLOGFILE": str(tmp_path / place)}
    told = f"SSLKEYLOGFILE={tmp_path / place} is of no use: {problem}"
    result = server.mimo("ask", "hi", **variables)
    assert (result.code, result.out, result.err) == (0, "Hello.\n", "")
    assert f"mimo: {told}\n" in server.mimo("ask", "-v", "hi", **variables).err
    check = checks_of(server.mimo("doctor", "--json", **variables))["certificates"]
    text = f"SSL_CERT_FILE={GOOD}; {told}"
    assert check[1:] == ("warning", text, "Correct SSLKEYLOGFILE.")


# ---- Variables of others


@pytest.mark.parametrize("variable", ["CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE"])
def test_a_variable_of_other_programs_is_not_read_and_named(server: Server, variable: str) -> None:
    result = server.mimo("ask", "hi", **{variable: GOOD})
    assert (result.code, result.err.splitlines()[1]) == (
        7,
        (
            "  If you trust this server, name its CA in SSL_CERT_FILE. "
            f'{variable} is not read here: export SSL_CERT_FILE="${variable}"'
        ),
    )
    found = checks_of(server.mimo("doctor", "--json", **{variable: GOOD}))
    assert (
        found["certificates"].text == f"those that came with this program; {variable} is not read"
    )
    assert f"{variable} is not read here" in found["tls"].advice


def test_it_is_not_named_where_ours_is_set(server: Server) -> None:
    result = server.mimo("ask", "hi", CURL_CA_BUNDLE=GOOD, SSL_CERT_FILE=OTHER)
    assert result.err.endswith("  If you trust this server, name its CA in SSL_CERT_FILE.\n")


# ---- A certificate of another name

LOGIN = "  Check base_url, or whether this network wants a login.\n"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_a_host_that_is_not_in_the_certificate_is_told(server: Server, host: str) -> None:
    with front(server.port, "elsewhere") as secured:
        url = f"https://{host}:{secured.port}"
        result = server.mimo("ask", "hi", SSL_CERT_FILE=OTHER, MIMO_BASE_URL=url)
    assert (result.code, "mismatch" in result.err) == (7, True)
    assert result.err.endswith(LOGIN)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_a_proxy_that_is_not_in_its_certificate_is_told(server: Server, host: str) -> None:
    with HttpProxy({}, tls=tls("elsewhere")) as proxy:
        more = {"MIMO_BASE_URL": "https://a.example", "all_proxy": f"https://{host}:{proxy.port}"}
        result = server.mimo("ask", "hi", SSL_CERT_FILE=OTHER, **more)
    assert (result.code, "mismatch" in result.err) == (7, True)
    assert result.err.endswith("  Check all_proxy, which names it, or: unset all_proxy\n")
