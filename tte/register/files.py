"""A file as the register keeps it: what many files share is laid out, named and hashed once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from tte.model import SignedDocument
from tte.register.parts import encoded

if TYPE_CHECKING:
    from hashlib import _Hash

_KINDS = 128
"""How many kinds of files are kept ready. A kind costs its frame, some 50 KB."""


@dataclass(frozen=True, slots=True, eq=False)
class Shared:
    """Shared parts: laid out, under their name, and the SHA-256 of a file as far as the first of them goes."""

    sha256: bytes
    column: bytes
    begun: _Hash


@lru_cache(_KINDS)
def shared_of(parts: tuple[bytes, ...]) -> Shared:
    """Shared parts made ready."""
    column = encoded(parts)
    return Shared(hashlib.sha256(column).digest(), column, hashlib.sha256(parts[0]))


@dataclass(frozen=True, slots=True)
class File:
    """A signed document's file: its SHA-256, what it shares and its own parts."""

    sha256: bytes
    shared: Shared
    own: tuple[bytes, ...]


def file_of(signed: SignedDocument) -> File:
    """The file made ready to be kept. ValueError if it has no parts, or not as many of its own as shared ones."""
    if not signed.shared:
        raise ValueError("a file has at least one part")
    rest = signed.rest
    shared = shared_of(signed.shared)
    whole = shared.begun.copy()
    whole.update(rest)
    return File(whole.digest(), shared, signed.own)
