"""The CMS of one identity with two holes: the digest of the document and the signature value.

Everything else in it is the same for every document, so pyHanko makes it once for each identity (and, for ECDSA, whose
values differ in length, once for each length) and it is cut where the two stand. The cuts are not guessed at: the CMS
is made for several digests and values, and whatever differs between them must be exactly the two holes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile
from typing import Final

from tte.key import Identity
from tte.pades import cms

_TRIALS: Final = (0x00, 0xFF, 0x5A)
"""Bytes that trial digests and values are made of: the first two differ in every bit, the third checks the cut."""


@dataclass(frozen=True, slots=True)
class Stencil:
    """`attributes` around the document's digest; `around` the digest and the value in /Contents, in hex digits."""

    attributes: tuple[bytes, bytes]
    around: tuple[bytes, bytes, bytes]


@lru_cache(maxsize=256)
def stencil(identity: Identity, signature_length: int, size: int) -> Stencil:
    """The stencil for values of this length, filled up with zeros to `size` bytes: the digits of /Contents, no `<>`."""
    trials = [_trial(identity, byte, signature_length) for byte in _TRIALS]
    (one, made), (other, remade), _ = trials
    digest_size = identity.algorithm.hash.digest_size
    place = _difference(one, other, digest_size)
    attributes = one[:place], one[place + digest_size :]
    first = _difference(made, remade, digest_size)
    second = _difference(made[first + digest_size :], remade[first + digest_size :], signature_length)
    second += first + digest_size
    found = Stencil(
        attributes,
        (
            made[:first].hex().encode(),
            made[first + digest_size : second].hex().encode(),
            made[second + signature_length :].hex().encode() + b"00" * (size - len(made)),
        ),
    )
    for byte, (attributes_der, content) in zip(_TRIALS, trials, strict=True):
        digest, value = bytes([byte]) * digest_size, bytes([byte]) * signature_length
        before, between, after = found.around
        again = b"".join((before, digest.hex().encode(), between, value.hex().encode(), after))
        if bytes.fromhex(again.decode()) != content + bytes(size - len(content)):
            raise AssertionError("the CMS of this identity changes in other places than digest and value")
        if found.attributes[0] + digest + found.attributes[1] != attributes_der:
            raise AssertionError("the signed attributes of this identity change in other places than the digest")
    return found


@lru_cache(maxsize=64)
def longest(identity: Identity) -> int:
    """How many bytes the CMS takes at most for this identity."""
    return len(_trial(identity, 0, cms.longest_signature(identity))[1])


def _trial(identity: Identity, byte: int, signature_length: int) -> tuple[bytes, bytes]:
    attributes = cms.signed_attributes(identity, bytes([byte]) * identity.algorithm.hash.digest_size)
    return attributes, cms.signed_data(identity, attributes, bytes([byte]) * signature_length)


def _difference(one: bytes, other: bytes, length: int) -> int:
    """Where two that differ in a run of `length` bytes begin to."""
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=True)))
    if any(one[place] == other[place] for place in range(same, same + length)):
        raise AssertionError("the hole is not where it was expected")
    return same
