"""A document made ready for a service that signs whole files: it is sent as it is and comes back with a revision added.

Nothing of the signature is made here. What came back is judged elsewhere, before `complete` is asked for it.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from functools import lru_cache

from tte.errors import DraftSpent
from tte.frame import Frame
from tte.key import Identity
from tte.model import Document, Level, Prepared, SignedDocument
from tte.pades.lint import lint


class WholeDraft:
    """A document waiting to be sent, once, to a service that signs for one identity. Made by `prepare_whole`.

    It has what a `Draft` has: `digest` is the SHA-256 of the file that is sent, so the reservation says which file.
    """

    __slots__ = ("_at", "_digest", "_document", "_identity", "_spent")

    def __init__(self, document: Document, identity: Identity, at: datetime) -> None:
        self._document, self._identity, self._at = document, identity, at
        self._digest = hashlib.sha256(document.pdf).digest()
        self._spent = False

    @property
    def document(self) -> Document:
        return self._document

    @property
    def identity(self) -> Identity:
        return self._identity

    @property
    def at(self) -> datetime:
        """When it was prepared: aware, UTC. The signing time that the file will claim is the service's own."""
        return self._at

    @property
    def digest(self) -> bytes:
        return self._digest

    @property
    def prepared(self) -> Prepared:
        """The file as it is sent."""
        common = self._document.frame.objects
        rest = self._document.pdf[len(common) :]
        return Prepared(hashlib.sha256(self._identity.certificate).digest(), (common,), (rest,), None)

    @property
    def spent(self) -> bool:
        return self._spent

    def complete(self, pdf: bytes, level: Level) -> SignedDocument:
        """The signed document: `pdf`, judged to be this draft's own file with a signature added that has `level`.

        ValueError if it does not begin as the file that was sent. DraftSpent the second time.
        """
        if self._spent:
            raise DraftSpent("this draft has become a signed document already", hint="prepare the document again")
        common = self._document.frame.objects
        if not pdf.startswith(common):
            raise ValueError("another file than was sent")
        self._spent = True
        return SignedDocument(self._document, (common,), (pdf[len(common) :],), level)

    def __repr__(self) -> str:
        return f"<WholeDraft {self._document.id}{' spent' if self._spent else ''}>"


def prepare_whole(document: Document, identity: Identity, at: datetime) -> WholeDraft:
    """A draft of `document` to be sent as it is. LintError if it must not be signed; `at` is aware.

    The same document gives the same file and digest. Its own empty signature field stays empty: a service adds one.
    """
    if at.tzinfo is None:
        raise ValueError("a signing time is an aware datetime")
    _lint(document.frame)
    return WholeDraft(document, identity, at.astimezone(UTC))


@lru_cache(maxsize=64)
def _lint(frame: Frame) -> None:
    """Once for each frame: what a document adds to it is operators in a stream of their own."""
    lint(frame.filled(b"", bytes(16)))
