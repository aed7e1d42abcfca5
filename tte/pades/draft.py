"""The one-use value between preparing and signing a document."""

from __future__ import annotations

from datetime import UTC, datetime

from tte.errors import DraftSpent
from tte.frame import name_of
from tte.key import Identity
from tte.model import Document, Level, Prepared, SignedDocument
from tte.pades.cms import longest_signature
from tte.pades.signed_frame import SignedFrame, signed_frame


class Draft:
    """A document made ready for one signature by one identity, at one time. Made by `prepare`.

    It holds no secret and can be sent to another process. It becomes a signed document once.
    """

    __slots__ = ("_at", "_digest", "_document", "_frame", "_layout", "_spent")

    def __init__(self, document: Document, frame: SignedFrame, at: datetime) -> None:
        self._document, self._frame, self._at = document, frame, at
        self._layout = frame.laid_out(document.words, name_of(document.id), at)
        self._digest = frame.to_sign(self._layout.digest)
        self._spent = False

    @property
    def document(self) -> Document:
        return self._document

    @property
    def identity(self) -> Identity:
        """Whose signature this draft waits for."""
        return self._frame.identity

    @property
    def at(self) -> datetime:
        """The claimed signing time, in /M: aware, UTC, whole seconds."""
        return self._at

    @property
    def digest(self) -> bytes:
        """What the key signs: digest of the DER signed attributes (RFC 5652 §5.4), by the identity's hash."""
        return self._digest

    @property
    def prepared(self) -> Prepared:
        """The file as it waits for its signature: what is kept before the key is used."""
        frame, layout = self._frame, self._layout
        return Prepared(
            frame.certificate_sha256,
            frame.shared(self._document.words, longest_signature(frame.identity)),
            (*layout.before, layout.digest.hex().encode(), b"", *layout.after),
            len(layout.before) + 1,
        )

    @property
    def spent(self) -> bool:
        return self._spent

    def complete(self, signature: bytes, *, verify: bool = True) -> SignedDocument:
        """The signed document at B-B. `signature` is the value over `digest`; ECDSA as DER.

        Without `verify` it is for who verifies the finished bytes before anything else is done with them; `verified` of
        the document is empty.

        SignatureMismatch if it does not verify with the signing certificate: nothing is released, and the draft still
        waits for the right value. DraftSpent the second time.
        """
        if self._spent:
            raise DraftSpent("this draft has become a signed document already", hint="prepare the document again")
        frame, layout = self._frame, self._layout
        if verify:
            frame.identity.verify(self._digest, signature)
        self._spent = True
        return SignedDocument(
            self._document,
            frame.shared(self._document.words, len(signature)),
            (*layout.before, layout.digest.hex().encode(), signature.hex().encode(), *layout.after),
            Level.B_B,
            (self._digest, signature) if verify else (b"", b""),
        )

    def __repr__(self) -> str:
        return f"<Draft {self._document.id} at {self._at:%Y-%m-%dT%H:%M:%SZ}{' spent' if self._spent else ''}>"


def prepare(document: Document, identity: Identity, at: datetime, *, room: int = 0) -> Draft:
    """A draft of `document` for `identity`, with claimed signing time `at` (aware). LintError if it must not be signed.

    /Contents is as long as the CMS can get and `room` bytes more, for a signature time-stamp added later (EN 319 142-1
    §5.3); without room, B-T is reached by a document time-stamp only. The same arguments give the same bytes and the
    same digest, so that what was reserved before a crash is what is signed after it. The frame is linted when it is
    first met.
    """
    if at.tzinfo is None:
        raise ValueError("a signing time is an aware datetime")
    return Draft(document, signed_frame(document.frame, identity, room), _whole(at))


def _whole(at: datetime) -> datetime:
    if at.tzinfo is UTC and not at.microsecond:
        return at
    return at.astimezone(UTC).replace(microsecond=0)
