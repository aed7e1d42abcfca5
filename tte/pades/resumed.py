"""A draft made again from what the register kept of it, when the one before it never became a document.

The same bytes are signed under the same number and id, with no need of the template, the row or the program that set
them. Only the CMS is made anew around its digest, for the same identity, and must be the same.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from tte.errors import DraftSpent, KeyRefused
from tte.key import Identity
from tte.model import Document, Intent, Level, Prepared, SignedDocument, joined
from tte.pades.cms import longest_signature
from tte.pades.stencil import stencil

_OPENS, _CLOSES = b"<", b">"


class ResumedDraft:
    """What `Draft` is, but that its document's words and record are no longer known. Made by `resume`."""

    __slots__ = ("_around", "_at", "_digest", "_document", "_identity", "_prepared", "_size", "_spent")

    def __init__(self, intent: Intent, prepared: Prepared, identity: Identity) -> None:
        self._document = Document.known_by(intent)
        self._identity, self._at, self._prepared = identity, intent.at, prepared
        self._spent = False
        self._size, self._around, digest = _laid_out(prepared, identity)
        before, after = stencil(identity, longest_signature(identity), self._size).attributes
        self._digest = hashlib.new(identity.algorithm.digest_name, before + digest + after).digest()
        if self._digest != intent.digest:
            raise _not_again()

    @property
    def document(self) -> Document:
        return self._document

    @property
    def identity(self) -> Identity:
        return self._identity

    @property
    def at(self) -> datetime:
        return self._at

    @property
    def digest(self) -> bytes:
        return self._digest

    @property
    def prepared(self) -> Prepared:
        return self._prepared

    @property
    def spent(self) -> bool:
        return self._spent

    def complete(self, signature: bytes) -> SignedDocument:
        """The signed document at B-B; SignatureMismatch and DraftSpent as `Draft.complete`."""
        if self._spent:
            raise DraftSpent("this draft has become a signed document already", hint="prepare the document again")
        self._identity.verify(self._digest, signature)
        self._spent = True
        hole = self._prepared.hole or 0
        before, between, behind = stencil(self._identity, len(signature), self._size).around
        opening, closing = self._around
        shared, own = [*self._prepared.shared], [*self._prepared.own]
        shared[hole - 1 : hole + 2] = opening + before, between, behind + closing
        own[hole] = signature.hex().encode()
        return SignedDocument(self._document, tuple(shared), tuple(own), Level.B_B, (self._digest, signature))

    def __repr__(self) -> str:
        return f"<ResumedDraft {self._document.id}{' spent' if self._spent else ''}>"


def resume(intent: Intent, prepared: Prepared, identity: Identity) -> ResumedDraft:
    """The draft that was reserved as `intent`, to be signed by `identity`.

    KeyRefused if it was prepared for another certificate, went to a signing service, or is not what was reserved.
    """
    if prepared.certificate_sha256 != hashlib.sha256(identity.certificate).digest():
        raise KeyRefused(
            "this document was prepared for another certificate",
            hint="open the key it was prepared for, or make it void: tte register recover --void REASON",
        )
    if prepared.hole is None:
        raise KeyRefused("this document goes to a signing service", hint="issue the same rows again")
    return ResumedDraft(intent, prepared, identity)


def _laid_out(prepared: Prepared, identity: Identity) -> tuple[int, tuple[bytes, bytes], bytes]:
    """The size of /Contents in bytes, what stands around its digits in the shared parts, and the document's digest.

    KeyRefused unless they are laid out as `signed_frame` lays out a file of this identity.
    """
    hole, length = prepared.hole or 0, longest_signature(identity)
    if not 2 <= hole < len(prepared.shared) - 1 or len(prepared.own) != len(prepared.shared):
        raise _not_again()
    opening, between, closing = prepared.shared[hole - 1 : hole + 2]
    start, end = opening.rfind(_OPENS) + 1, closing.find(_CLOSES)
    digits = prepared.own[hole - 1]
    size = (len(opening) - start + len(digits) + len(between) + 2 * length + end) // 2
    around = opening[:start], closing[end:]
    if start == 0 or end < 0 or (opening[start:], between, closing[:end]) != stencil(identity, length, size).around:
        raise _not_again()
    before = joined((*prepared.shared[: hole - 1], around[0][:-1]), (*prepared.own[: hole - 1], b""))
    after = joined((around[1][1:], *prepared.shared[hole + 2 :]), prepared.own[hole + 1 :])
    digest = hashlib.new(identity.algorithm.digest_name, before + after).digest()
    if digest.hex().encode() != digits:
        raise _not_again()
    return size, around, digest


def _not_again() -> KeyRefused:
    return KeyRefused(
        "what the register kept of this document cannot be signed again as it was",
        hint="make it void and issue its row again: tte register recover --void REASON",
    )
