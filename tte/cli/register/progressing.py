"""How far a long reading is, told on a terminal only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tte.cli.console import err

Told = Callable[[str, int], None]


@contextmanager
def progress() -> Iterator[Told]:
    """What is read, and how many of it so far."""
    if not err.is_terminal:
        yield lambda _, __: None
        return
    with err.status("…") as status:
        yield lambda what, count: status.update(f"{count} {what}")
