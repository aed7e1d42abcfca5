"""Disk and clock of this process, as `machine.c` lets them fail; the process must have been started with it.

The library is made by the machine's C compiler when it is first needed.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from enum import IntEnum
from functools import cache
from pathlib import Path

_SOURCE = Path(__file__).with_name("machine.c")


class Disk(IntEnum):
    """What the disk does from now on. With SYNC_FAILS what was written is lost as well, with SYNC_LIES it is not."""

    WELL = 0
    FULL = 1
    SYNC_FAILS = 2
    SYNC_LIES = 3


def compiler() -> str | None:
    return shutil.which("cc") or shutil.which("gcc")


def built(folder: Path) -> Path:
    """The library, made in this folder."""
    library = folder / "machine.so"
    words = [compiler() or "cc", "-shared", "-fPIC", "-O1", "-w", str(_SOURCE), "-o", str(library), "-ldl"]
    subprocess.run(words, check=True)
    return library


def environment(library: Path) -> Mapping[str, str]:
    """The environment of a process on such a machine."""
    return {**os.environ, "LD_PRELOAD": str(library)}


def again_on_it(folder: Path) -> None:
    """Begin this program anew on such a machine, if it is not on one."""
    if "machine.so" not in os.environ.get("LD_PRELOAD", ""):
        words = [sys.executable, *sys.orig_argv[1:]]
        os.execve(sys.executable, words, environment(built(folder)))  # noqa: S606  our own interpreter


@cache
def _library() -> ctypes.CDLL:
    return ctypes.CDLL(None)


def disk(fault: Disk, files: Path) -> None:
    """Have the disk do this to files whose path begins so."""
    path = ctypes.create_string_buffer(bytes(files), 4096)
    ctypes.memmove((ctypes.c_char * 4096).in_dll(_library(), "tte_files"), path, 4096)
    ctypes.c_int.in_dll(_library(), "tte_fault").value = int(fault)


def fired() -> int:
    """How often that happened."""
    return ctypes.c_int.in_dll(_library(), "tte_fired").value


def step_clock(seconds: int) -> None:
    """The time of day is so many seconds later from now on, or earlier."""
    ctypes.c_long.in_dll(_library(), "tte_clock").value = seconds
