"""Landlock: no file, no TCP port, no signal or abstract socket outside (kernel: Documentation/userspace-api/landlock).

What a kernel's version of it does not know is left out; `abi` says which version there is. UDP is not covered by any.
"""

from __future__ import annotations

import ctypes
import os

from tte.sandbox.kernel import libc

_CREATE_RULESET, _RESTRICT_SELF = 444, 446
_ASK_VERSION = 1
_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 5: 16}
"""How many rights on files there are from this version on; they are numbered from the lowest bit."""


def abi() -> int:
    """The version of Landlock in this kernel; 0 if there is none, or it is off."""
    return max(0, int(libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint(_ASK_VERSION))))


def deny_all() -> bool:
    """Deny everything that this kernel's Landlock can, for this thread and what it forks, for good.

    What is open stays open. Needs `no_new_privileges`.
    """
    version = abi()
    if not version:
        return False
    files = max(bits for since, bits in _FILE_RIGHTS.items() if since <= version)
    attributes = [(1 << files) - 1]
    if version >= 4:
        attributes.append(0b11)  # bind and connect, TCP
    if version >= 6:
        attributes.append(0b11)  # abstract Unix sockets and signals
    attribute = (ctypes.c_uint64 * len(attributes))(*attributes)
    ruleset = libc.syscall(
        _CREATE_RULESET, ctypes.byref(attribute), ctypes.c_size_t(ctypes.sizeof(attribute)), ctypes.c_uint(0)
    )
    if ruleset < 0:
        return False
    try:
        return bool(libc.syscall(_RESTRICT_SELF, ctypes.c_int(ruleset), ctypes.c_uint(0)) == 0)
    finally:
        os.close(ruleset)
