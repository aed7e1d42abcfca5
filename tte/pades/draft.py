"""The one-use value between preparing and signing a document."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from tte.errors import DraftSpent
from tte.key import Identity
from tte.model import Document, Level, SignedDocument
from tte.pades import cms
from tte.pades.lint import lint
from tte.pades.revision import Revision, add_signature


class Draft:
    """A document made ready for one signature by one identity, at one time. Made by `prepare`.

    It holds no secret and can be sent to another process. It becomes a signed document once.
    """

    __slots__ = ("_attributes", "_digest", "_document", "_identity", "_revision", "_spent")

    def __init__(self, document: Document, identity: Identity, revision: Revision) -> None:
        self._document = document
        self._identity = identity
        self._revision = revision
        self._attributes = cms.signed_attributes(identity, revision.digest)
        self._digest = hashlib.new(identity.algorithm.digest_name, self._attributes).digest()
        self._spent = False

    @property
    def document(self) -> Document:
        return self._document

    @property
    def identity(self) -> Identity:
        """Whose signature this draft waits for."""
        return self._identity

    @property
    def at(self) -> datetime:
        """The claimed signing time, in /M: aware, UTC, whole seconds."""
        return self._revision.at

    @property
    def digest(self) -> bytes:
        """What the key signs: digest of the DER signed attributes (RFC 5652 §5.4), by the identity's hash."""
        return self._digest

    @property
    def spent(self) -> bool:
        return self._spent

    def complete(self, signature: bytes) -> SignedDocument:
        """The signed document at B-B. `signature` is the value over `digest`; ECDSA as DER.

        SignatureMismatch if it does not verify with the signing certificate: nothing is released, and the draft still
        waits for the right value. DraftSpent the second time.
        """
        if self._spent:
            raise DraftSpent("this draft has become a signed document already", hint="prepare the document again")
        self._identity.verify(self._digest, signature)
        pdf = self._revision.filled(cms.signed_data(self._identity, self._attributes, signature))
        self._spent = True
        return SignedDocument(self._document, pdf, Level.B_B)

    def __repr__(self) -> str:
        return f"<Draft {self._document.id} at {self.at:%Y-%m-%dT%H:%M:%SZ}{' spent' if self._spent else ''}>"


def prepare(document: Document, identity: Identity, at: datetime, *, room: int = 0) -> Draft:
    """A draft of `document` for `identity`, with claimed signing time `at` (aware). LintError if it must not be signed.

    /Contents is as long as the CMS can get and `room` bytes more, for a signature time-stamp added later (EN 319 142-1
    §5.3); without room, B-T is reached by a document time-stamp only. The same arguments give the same bytes and the
    same digest, so that what was reserved before a crash is what is signed after it. `document.pdf` is kept as it is;
    the signature is an incremental update after it.
    """
    if at.tzinfo is None:
        raise ValueError("a signing time is an aware datetime")
    lint(document)
    at = at.astimezone(UTC).replace(microsecond=0)
    return Draft(document, identity, add_signature(document.pdf, identity, at, room=room))
