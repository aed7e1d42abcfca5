"""What a peer finds when it sets itself up."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bench.peers.artwork import draw_emblem
from bench.peers.identity import Identity, make_identity

if TYPE_CHECKING:
    from pathlib import Path


class NotHere(Exception):
    """A peer needs something that this machine does not have; the message says what."""


@dataclass(frozen=True, slots=True)
class Workshop:
    """A scratch folder, the identity to sign with, an emblem, and the processes that work for a peer.

    `helpers` are ids of running processes whose CPU time counts as the peer's; whoever starts one adds it.
    """

    folder: Path
    identity: Identity
    emblem: Path
    helpers: list[int] = field(default_factory=list)


def make_workshop(folder: Path) -> Workshop:
    """A workshop in an existing folder that the caller removes."""
    emblem = folder / "emblem.png"
    draw_emblem(emblem)
    return Workshop(folder, make_identity(folder), emblem)
