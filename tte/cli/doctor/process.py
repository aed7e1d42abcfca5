"""What this very process may do, and what of it could get onto a disk."""

from __future__ import annotations

import ctypes
import os
import resource

from tte.cli.doctor.finding import Finding, Words

_PR_GET_DUMPABLE = 3


def unprivileged() -> Finding:
    """Whether it runs as another user than root."""
    return Finding.of(
        "not-root",
        os.geteuid() != 0,
        Words("berjalan bukan sebagai root", "runs as another user than root")
        if os.geteuid()
        else Words("berjalan sebagai root", "runs as root"),
        Words(
            "jalankan sebagai pengguna tersendiri (docs/deploy/tte-serve.service)",
            "run it as a user of its own (docs/deploy/tte-serve.service)",
        ),
    )


def core_dumps() -> Finding:
    """Whether the kernel would write this process's memory into a file when it dies (core(5))."""
    none = resource.getrlimit(resource.RLIMIT_CORE)[0] == 0 and not ctypes.CDLL(None).prctl(
        _PR_GET_DUMPABLE, 0, 0, 0, 0
    )
    return Finding.of(
        "core-dumps",
        none,
        Words("memori tidak ditulis ke berkas core", "memory is not written into core files")
        if none
        else Words("memori dapat ditulis ke berkas core", "memory may be written into core files"),
        Words("ulimit -c 0; LimitCORE=0", "set the limit of core files to 0"),
    )
