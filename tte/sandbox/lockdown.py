"""Which protections are put around the examination of a file, and in which order. None is required: each says if it is.

The mother process (`zygote`) gives up network, files and rights once, when it has loaded all it needs; each child then
gives up the rest, with limits of its own.
"""

from __future__ import annotations

import os
import resource
import signal
from enum import StrEnum

from tte.sandbox import kernel, landlock, seccomp
from tte.sandbox.limits import Limits


class Protection(StrEnum):
    """What stands between a hostile file and this machine. Names are stable."""

    NO_NEW_PRIVILEGES = "no-new-privileges"
    PRIVATE_MEMORY = "private-memory"
    LANDLOCK = "landlock"
    NETWORK_NAMESPACE = "network-namespace"
    UNPRIVILEGED = "unprivileged"
    SECCOMP = "seccomp"


def lock_mother() -> dict[Protection, bool]:
    """What the mother process gives up for good, once everything is loaded."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    root = os.geteuid() == 0
    alone = kernel.leave_network(new_user=False) if root else False
    nobody = kernel.become_nobody() if root else True
    alone = alone or kernel.leave_network(new_user=True)
    dropped = kernel.drop_capabilities()
    return {
        Protection.NO_NEW_PRIVILEGES: kernel.no_new_privileges(),
        Protection.PRIVATE_MEMORY: kernel.keep_memory_private(),
        Protection.LANDLOCK: landlock.deny_all(),
        Protection.NETWORK_NAMESPACE: alone,
        Protection.UNPRIVILEGED: nobody and dropped,
    }


def lock_waiting() -> None:
    """What takes a while, in a child that has no file yet: a domain of its own. It ends with the mother."""
    kernel.end_with_parent(signal.SIGKILL)
    landlock.deny_all()


def lock_child(limits: Limits) -> None:
    """The rest, in a child that has its file: limits, and no system call but those of computing. Last comes last."""
    signal.alarm(int(limits.wall_s) + 2)  # if whoever should end us is gone; seccomp keeps it from being called off
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_s, limits.cpu_s + 1))
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    resource.setrlimit(resource.RLIMIT_NOFILE, (5, 5))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    seccomp.only_compute()


def seccomp_works() -> bool:
    """Whether a filter can be set: tried in a process that then ends."""
    child = os.fork()
    if child == 0:
        os._exit(0 if seccomp.only_compute() else 1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
