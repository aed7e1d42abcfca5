"""Runs a command as a systemd unit says: only its system calls, no memory that is written and run, no new privileges.

    python -m tests.confined UNIT COMMAND …

systemd says which calls `@system-service` is, libseccomp which numbers they have. The unit's namespaces, folders and
user are not made.
"""

from __future__ import annotations

import ctypes
import errno
import os
import re
import subprocess
import sys
from pathlib import Path

_NEW_PRIVILEGES, _WRITE_EXECUTE = 38, 65
_ALLOW, _FAIL = 0x7FFF0000, 0x00050000 | errno.EPERM


def allowed(unit: str) -> set[str]:
    """The system calls that the unit lets through, by name."""
    found = re.search(r"(?m)^SystemCallFilter=(.*)$", unit)
    assert found
    return set().union(*(_members(word) for word in ("@default", *found[1].split())))


def _members(word: str) -> set[str]:
    if not word.startswith("@"):
        return {word}
    done = subprocess.run(["systemd-analyze", "syscall-filter", word], capture_output=True, text=True, check=True)
    lines = [line.strip() for line in done.stdout.splitlines() if line.startswith("    ")]
    return set().union(*(_members(line) for line in lines if not line.startswith("#")))


def confine(unit: str) -> None:
    """This process, and all that it starts, from here on."""
    seccomp, libc = ctypes.CDLL("libseccomp.so.2"), ctypes.CDLL(None, use_errno=True)
    seccomp.seccomp_init.restype = ctypes.c_void_p
    assert libc.prctl(_NEW_PRIVILEGES, 1, 0, 0, 0) == 0
    if libc.prctl(_WRITE_EXECUTE, 1, 0, 0, 0):  # Linux 6.3
        print("no PR_SET_MDWE here", file=sys.stderr)
    rules = ctypes.c_void_p(seccomp.seccomp_init(_FAIL))
    for name in allowed(unit):
        number = seccomp.seccomp_syscall_resolve_name(name.encode())
        if number >= 0:
            assert seccomp.seccomp_rule_add(rules, _ALLOW, number, 0) == 0
    assert seccomp.seccomp_load(rules) == 0


if __name__ == "__main__":
    confine(Path(sys.argv[1]).read_text(encoding="utf-8"))
    os.execv(sys.argv[2], sys.argv[2:])  # noqa: S606
