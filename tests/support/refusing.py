"""Runs a command on a system that refuses it some calls, as file systems without them do.

The kernel itself refuses (seccomp), for this process and its children alone. Exit code 77 where it
cannot be told to.

    python refusing.py locks,memory -- COMMAND
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
import sys

PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, FILTER = 38, 22, 2
LOAD, EQUAL, LEAST, ALL_BITS, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06  # ld abs, jeq, jge, jset, ret
ALLOW, ERRNO = 0x7FFF_0000, 0x0005_0000
NUMBER = 0  # where in `struct seccomp_data` the call's number is
SKIPPED = 77
PAGE = 4096  # bytes

FCNTL_LOCKS = (6, 7, 37, 38)  # F_SETLK, F_SETLKW, and of open file descriptions
WRITABLE, SHARED = 2, 1  # of mmap

CALLS = {
    "x86_64": {"fcntl": 72, "mmap": 9, "pwrite64": 18, "pread64": 17, "link": 86, "linkat": 265},
    "aarch64": {"fcntl": 25, "mmap": 222, "pwrite64": 68, "pread64": 67, "linkat": 37},
}


def argument(at: int) -> int:
    """Where the lower half of a call's argument is."""
    return 16 + 8 * at


def statement(code: int, value: int, if_so: int = 0, if_not: int = 0) -> bytes:
    return struct.pack("HBBI", code, if_so, if_not, value)


def refused(call: int, error: int, *conditions: bytes) -> list[bytes]:
    """Statements that refuse a call; conditions come in pairs: what is looked at, and the test."""
    end = [statement(RETURN, ERRNO | error)]
    tests = [statement(LOAD, NUMBER), statement(EQUAL, call), *conditions]
    patched = []
    for at, test in enumerate(tests):
        code, if_so, _, value = struct.unpack("HBBI", test)
        left = len(tests) - at - 1 + len(end)
        patched.append(test if code == LOAD else statement(code, value, if_so, left))
    return patched + end


def program(wanted: set[str], calls: dict[str, int]) -> bytes:
    """The filter, as BPF."""
    parts: list[bytes] = []
    if "locks" in wanted:
        for lock in FCNTL_LOCKS:
            test = (statement(LOAD, argument(1)), statement(EQUAL, lock))
            parts += refused(calls["fcntl"], errno.ENOLCK, *test)
    if "memory" in wanted:
        shared = (statement(LOAD, argument(3)), statement(ALL_BITS, SHARED))
        written = (statement(LOAD, argument(2)), statement(ALL_BITS, WRITABLE))
        parts += refused(calls["mmap"], errno.ENODEV, *shared, *written)
    if "quota" in wanted:
        parts += refused(calls["pwrite64"], errno.EDQUOT)
    if "sectors" in wanted:  # those behind a file's first page
        behind = (statement(LOAD, argument(3)), statement(LEAST, PAGE))
        parts += refused(calls["pread64"], errno.EIO, *behind)
    if "links" in wanted:
        for name in {"link", "linkat"} & calls.keys():
            parts += refused(calls[name], errno.EPERM)
    return b"".join([*parts, statement(RETURN, ALLOW)])


def main() -> None:
    """Refuses, and becomes the command."""
    wanted, command = set(sys.argv[1].split(",")), sys.argv[3:]
    calls = CALLS.get(platform.machine())
    if sys.platform != "linux" or calls is None:
        raise SystemExit(SKIPPED)
    code = program(wanted, calls)
    buffer = ctypes.create_string_buffer(code, len(code))
    filter_ = struct.pack("HxxxxxxP", len(code) // 8, ctypes.addressof(buffer))
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if libc.prctl(PR_SET_SECCOMP, FILTER, ctypes.c_char_p(filter_), 0, 0):
        raise SystemExit(SKIPPED)
    os.execv(command[0], command)  # noqa: S606 - what the test gives


if __name__ == "__main__":
    main()
