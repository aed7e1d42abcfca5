"""`tte worker`: issues what was submitted, until it is told to stop."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from threading import Event
from time import sleep
from typing import Annotated

import typer

from tte.batches import Worker
from tte.batches.keys import OpenKeys
from tte.batches.leases import LEASE_S, LONGEST_S
from tte.batches.running import run
from tte.cli.beside import rarely_collect
from tte.cli.console import err, home_of
from tte.cli.exits import Exit
from tte.cli.recover import finish
from tte.cli.stopping import Stopping
from tte.errors import ConfigError
from tte.issuance import Issuer
from tte.office import Home
from tte.register.batches import batches_of


def worker(
    context: typer.Context,
    concurrency: Annotated[
        int, typer.Option("--concurrency", min=1, max=256, metavar="N", help="Chunks at a time: N processes.")
    ] = 1,
    queues: Annotated[
        str | None,
        typer.Option("--queues", metavar="PROFILES", help="Only for these key profiles, with commas; else for all."),
    ] = None,
    until_done: Annotated[
        bool,
        typer.Option("--until-done", help="Stop when all that was submitted is over, instead of waiting for more."),
    ] = False,
    lease_s: Annotated[
        float, typer.Option("--lease", min=1, max=600, metavar="SECONDS", help="How long it may be silent.")
    ] = LEASE_S,
    longest_s: Annotated[
        float,
        typer.Option("--longest", min=1, metavar="SECONDS", help="How long nothing may come of a chunk."),
    ] = LONGEST_S,
) -> None:
    """Issue the rows of submitted batches, chunk by chunk. Any number of workers may run, on any number of machines.

    A worker that is told to stop (SIGTERM, Ctrl-C) finishes its chunk first; told again, it stops at once. One that
    dies is replaced by the others when its lease has ended; one whose key hangs ends itself. A key that refuses its PIN
    is not tried again. When a key is opened, what was interrupted with it is finished first.
    """
    home = home_of(context)
    profiles = _profiles(home, queues)
    signals = (signal.SIGTERM, signal.SIGINT)
    said = "stopping after the chunk that is under way; once more stops at once"
    with Stopping(said, *signals) as stopping:
        if concurrency > 1:
            words = ["--queues", ",".join(sorted(profiles)), "--lease", str(lease_s), "--longest", str(longest_s)]
            _several(home, concurrency, [*words, "--until-done"] if until_done else words, stopping)
        else:
            _one(home, profiles, lease_s, longest_s, stopping.asked, until_done=until_done)


def _profiles(home: Home, queues: str | None) -> set[str]:
    known = home.profile_names()
    if queues is None:
        return {*known}
    wanted = {name.strip() for name in queues.split(",") if name.strip()}
    if not wanted or not wanted <= {*known}:
        unknown = ", ".join(sorted(wanted - {*known})) or "none is named"
        raise ConfigError(f"--queues names key profiles: {unknown}", hint=f"there are: {', '.join(known)}")
    return wanted


def _one(home: Home, profiles: set[str], lease_s: float, longest_s: float, stop: Event, *, until_done: bool) -> None:
    limits = {name: sessions for name in profiles if (sessions := _sessions(home, name)) is not None}
    keys = OpenKeys(partial(_issuer, home), home.template)
    rarely_collect()
    with home.open_register() as register:
        one = Worker(
            batches_of(register),
            keys,
            profiles,
            limits,
            tell=err.print,
            lease_s=lease_s,
            longest_s=longest_s,
            settle=partial(_settle, home),
        )
        try:
            if one.batches.url is None:
                run(one, stop, until_done=until_done)
            else:
                from tte.batches.waking import run_queue

                run_queue(one, stop, until_done=until_done)
        finally:
            keys.close()
    if not one.profiles:
        err.print("no key is left to sign with", style="red")
        raise typer.Exit(Exit.UNAVAILABLE)


def _sessions(home: Home, name: str) -> int | None:
    """How many chunks of a profile may be under way at once. One that cannot be read is told of when it is used."""
    try:
        return home.profile(name).sessions
    except ConfigError:
        return None


@contextmanager
def _issuer(home: Home, profile: str, template: str) -> Iterator[Issuer]:
    with home.issuer(profile, (template,), apart=True) as issuer:
        finish(issuer, as_json=False)
        yield issuer


def _settle(home: Home) -> None:
    """On a connection of its own: a file that was put in the register's place is not seen through an open one."""
    with home.open_to_write():
        pass


def _several(home: Home, count: int, words: list[str], stopping: Stopping) -> None:
    """As many workers, each a process of its own: Python computes on one core in each."""
    command = [sys.executable, "-m", "tte", "--home", str(home.path), "worker", *words]
    running = [subprocess.Popen(command, start_new_session=True) for _ in range(count)]  # noqa: S603  our own program
    stopping.at_once = lambda: _each(running, signal.SIGKILL)
    told = False
    while any(one.poll() is None for one in running):
        if stopping.asked.wait(0.1) and not told:
            told = True
            _each(running, signal.SIGTERM)
        elif told:
            sleep(0.1)
    if worst := max((one.returncode for one in running), key=abs):
        raise typer.Exit(worst if worst > 0 else Exit.UNAVAILABLE)


def _each(running: list[subprocess.Popen[bytes]], number: signal.Signals) -> None:
    for one in running:
        one.send_signal(number)
