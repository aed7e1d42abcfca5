"""Running other programs: the only place that starts processes."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

from bench.peers.workshop import NotHere

if TYPE_CHECKING:
    from pathlib import Path


def program(name: str, package: str) -> str:
    """Where a program is; NotHere names the package that would bring it."""
    found = shutil.which(name)
    if found is None:
        raise NotHere(f"no {name} (Debian: {package})")
    return found


def run(*command: str | Path, accept: tuple[int, ...] = (0,)) -> str:
    """What a program says on both outputs; RuntimeError with it if the exit code is not accepted."""
    done = subprocess.run(  # noqa: S603 - no shell, and every argument is ours
        command, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    )
    if done.returncode not in accept:
        raise RuntimeError(f"{command[0]} ended with {done.returncode}: {done.stdout.strip()[-300:]}")
    return done.stdout


def start(*command: str | Path) -> subprocess.Popen[str]:
    """A program that stays and is talked to line by line; it ends when its standard input is closed."""
    return subprocess.Popen(  # noqa: S603 - as above
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, bufsize=1
    )


def ask(process: subprocess.Popen[str], line: str) -> str:
    """Say one line to a started program and return the line it answers; RuntimeError if it has ended."""
    if process.stdin is None:
        raise RuntimeError("the program was not started to be talked to")
    process.stdin.write(line + "\n")
    process.stdin.flush()
    return hear(process)


def hear(process: subprocess.Popen[str]) -> str:
    """The next line of a started program; RuntimeError if it has ended."""
    answer = process.stdout.readline() if process.stdout else ""
    if not answer:
        raise RuntimeError(f"{process.args!r} has ended")
    return answer.rstrip("\n")
