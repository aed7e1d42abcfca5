"""What this process holds in memory stays there: PINs and keys are in no core file, and no other process reads them."""

from __future__ import annotations

import sys
from contextlib import suppress

_PR_SET_DUMPABLE = 4


def keep_to_itself() -> None:
    """No core file from here on (setrlimit(2)), and on Linux no tracing nor reading by others (prctl(2)).

    Children inherit the first and not the second, which ends with execve(2). Whoever is root reads it all the same.
    """
    with suppress(ImportError):  # not on Windows
        import resource

        with suppress(OSError, ValueError):  # a limit that somebody has lowered already
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
