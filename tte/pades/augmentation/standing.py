"""Which baseline level a signed file has, by what is in it and what that leads to (EN 319 142-1 §6).

The same question `tte.validation` answers by its own means; tests hold the two together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from tte.model import Level
from tte.pades.augmentation import chains
from tte.pades.augmentation.chains import Chain, chain_of
from tte.pades.augmentation.evidence import is_responder, needs_no_check, ocsp_certificates, shown_good
from tte.pades.augmentation.reading import Reading, Signature, Store, read_store
from tte.pades.augmentation.signed_data import Stamp


@dataclass(frozen=True, slots=True)
class Proof:
    """A time-stamp of an authority that is trusted: it proves that something existed `at` this time."""

    at: datetime
    chain: Chain
    end: int
    """Where what it covers ends in the file; 0 for the time-stamp of a signature, which covers its value."""


@dataclass(frozen=True)
class Standing:
    """Where a file stands, for those who believe `anchors`."""

    reading: Reading
    anchors: tuple[bytes, ...]

    @cached_property
    def level(self) -> Level:
        """The level that all its signatures have."""
        return min(map(self.level_of, self.reading.signatures), key=tuple(Level).index)

    @property
    def until(self) -> datetime | None:
        """Up to when the newest proof of time can be relied on; None if there is none."""
        newest = max(self.all_proofs, key=lambda proof: proof.at, default=None)
        return chains.until(newest.chain) if newest else None

    def level_of(self, signature: Signature) -> Level:
        proofs = self.proofs(signature)
        if not proofs:
            return Level.B_B
        best = min(proofs, key=lambda proof: proof.at)
        if not self._complete(self.reading.store, signature, best):
            return Level.B_T
        ends = {proof.end for proof in proofs if proof.end}
        stores = (read_store(self.reading.pdf[:end]) for end in sorted(ends, reverse=True))
        return Level.B_LTA if any(self._complete(store, signature, best) for store in stores) else Level.B_LT

    def proofs(self, signature: Signature) -> Sequence[Proof]:
        """The proofs of time that cover a signature."""
        later = [proof for proof in self._document_proofs if proof.end > signature.end]
        own = (self._proof(stamp) for stamp in signature.stamps)
        return [*(proof for proof in own if proof), *later]

    @property
    def all_proofs(self) -> Sequence[Proof]:
        """Every proof of time in the file, each once."""
        return list(dict.fromkeys(proof for one in self.reading.signatures for proof in self.proofs(one)))

    @cached_property
    def known(self) -> tuple[bytes, ...]:
        """Every certificate in the file."""
        store = self.reading.store
        inside = (one for response in store.ocsps for one in ocsp_certificates(response))
        return tuple(dict.fromkeys((*self.reading.certificates, *store.certificates, *inside)))

    def chain(self, certificate: bytes) -> Chain | None:
        """From this certificate to an anchor, over what the file knows."""
        return chain_of(certificate, self.known, self.anchors)

    @cached_property
    def _document_proofs(self) -> Sequence[Proof]:
        found = (self._proof(one.stamp, one.end) for one in self.reading.stamps)
        return [proof for proof in found if proof]

    def _proof(self, stamp: Stamp, end: int = 0) -> Proof | None:
        chain = self.chain(stamp.certificate)
        if chain is None or not chains.may_stamp(stamp.certificate) or not chains.valid_at(chain, stamp.at):
            return None
        return Proof(stamp.at, chain, end)

    def _complete(self, store: Store, signature: Signature, best: Proof) -> bool:
        """Whether a store shows of all that is relied on that it was not revoked at the proven time."""
        chain = self.chain(signature.signed.certificate)
        return chain is not None and all(complete(store, one, best.at) for one in (chain, best.chain))


def complete(store: Store, chain: Chain, at: datetime) -> bool:
    """Whether a store shows that nothing in a chain below its anchor was revoked at that time."""
    return all(
        shown_good(store, certificate, issuer, at)
        and all(shown_good(store, one, issuer, at) for one in unchecked_responders(store.ocsps, issuer))
        for certificate, issuer in chains.links(chain)
    )


def unchecked_responders(responses: Sequence[bytes], issuer: bytes) -> Sequence[bytes]:
    """Responders of this issuer whose own revocation has to be known too."""
    found = dict.fromkeys(one for response in responses for one in ocsp_certificates(response))
    return [one for one in found if is_responder(one) and not needs_no_check(one) and chains.issued(one, issuer)]
