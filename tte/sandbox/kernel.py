"""The few system calls that Python has no name for, by ctypes. Each says whether it took effect; none raises."""

from __future__ import annotations

import ctypes
import os
from contextlib import suppress

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 1, 4, 38
_CLONE_NEWIPC, _CLONE_NEWUSER, _CLONE_NEWNET = 0x08000000, 0x10000000, 0x40000000
_CAPABILITY_VERSION_3 = 0x20080522
NOBODY = 65534

libc = ctypes.CDLL(None, use_errno=True)


def prctl(option: int, value: int | ctypes.c_void_p, third: int | ctypes.c_void_p | None = 0) -> bool:
    """prctl(2)."""
    long = ctypes.c_ulong
    rest = third if isinstance(third, ctypes.c_void_p) else long(third or 0)
    first = value if isinstance(value, ctypes.c_void_p) else long(value)
    return bool(libc.prctl(option, first, rest, long(0), long(0)) == 0)


def end_with_parent(signal: int) -> bool:
    """This process gets `signal` when the thread that forked it ends."""
    return prctl(_PR_SET_PDEATHSIG, signal)


def keep_memory_private() -> bool:
    """No other process of the same user may look into this one, and it leaves no core file."""
    return prctl(_PR_SET_DUMPABLE, 0)


def no_new_privileges() -> bool:
    """No program started from here gains rights by being started; asked for by Landlock and seccomp."""
    return prctl(_PR_SET_NO_NEW_PRIVS, 1)


def leave_network(*, new_user: bool) -> bool:
    """Into a network without any interface, for good. `new_user`: by a user namespace, which needs no rights."""
    return bool(libc.unshare(_CLONE_NEWNET | _CLONE_NEWIPC | (_CLONE_NEWUSER if new_user else 0)) == 0)


def become_nobody() -> bool:
    """From root to a user without rights. False, and nothing is changed, if this machine does not let us."""
    with suppress(OSError):
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
    return os.getresuid() == (NOBODY, NOBODY, NOBODY)


def drop_capabilities() -> bool:
    """Without any capability, such as those that a new user namespace gives."""
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    nothing = (ctypes.c_uint32 * 6)()
    return bool(libc.capset(ctypes.byref(header), ctypes.byref(nothing)) == 0)
