"""No document is recorded that our own validation does not pass.

The first document of a kind, and one in so many after it, is validated in full, by pyHanko and by our own reading of
its bytes. Every other one is compared with the first, byte by byte: what is not the same must follow from what is known
of the document. Its digests are computed again from the finished bytes, and the signature value that stands in them is
verified with the certificate: here, once, and by nothing that the writer knows. What a service gave
back that signs whole documents was validated in full, each of them, when it came (`tte.signing.returned`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tte.errors import SelfValidationFailed, SignatureMismatch
from tte.frame import name_of
from tte.model import SignedDocument, SubIndication
from tte.pades.whole import WholeDraft
from tte.signing import Draft, KeySigning, Signing
from tte.validation import Trust
from tte.validation.likeness import Likeness, NotPassed, Unlike

_NOT_YET = (b"", b"")
_KINDS = 64
"""How many kinds are remembered."""


def unverified(signing: Signing) -> Signing:
    """What gives documents that nobody has verified, where there is such a thing: they are verified once, here."""
    return signing.unverified() if isinstance(signing, KeySigning) else signing


class SelfValidation:
    """Validates what was just signed. `every`: one document in so many is validated in full; 1 for all of them."""

    def __init__(self, trust: Trust, every: int) -> None:
        self._trust, self._every = trust, every
        self._known: dict[bytes, Likeness] = {}
        self._since = 0

    def check(self, drafts: Sequence[Draft], signed: Sequence[SignedDocument], at: datetime) -> None:
        """Return if every one of them may be recorded; else SelfValidationFailed, and none may."""
        for draft, document in zip(drafts, signed, strict=True):
            if isinstance(draft, WholeDraft):
                continue
            likeness = self._known.get(document.shared[0])
            self._since += 1
            if likeness is None or self._since >= self._every:
                self._in_full(document, at)
            else:
                _compare(likeness, draft, document)

    def _in_full(self, document: SignedDocument, at: datetime) -> None:
        """Validate by all means; the document is then what others of its kind are compared with."""
        try:
            likeness = Likeness.of(document.pdf, self._trust, at)
        except NotPassed as why:
            if document.verified == _NOT_YET and why.report.sub_indication is SubIndication.SIG_CRYPTO_FAILURE:
                raise _mismatch() from why
            found = " ".join(filter(None, (why.report.indication, why.report.sub_indication)))
            raise SelfValidationFailed(
                f"a document just signed is {found} in our own validation; it was not recorded",
                hint="; ".join(why.report.reasons) or "tte key check says whether keys/trust holds the key's issuer",
            ) from why
        except Unlike as why:
            raise _not_like_others(why) from why
        if len(self._known) >= _KINDS:
            self._known.clear()
        self._known[document.shared[0]] = likeness
        self._since = 0


def _compare(likeness: Likeness, draft: Draft, document: SignedDocument) -> None:
    """The file, not what was meant to be in it: what it says was signed must be what was verified."""
    try:
        found = likeness.check(document.rest, name_of(draft.document.id), draft.at)
        if found.signed_digest != draft.digest:
            raise Unlike("it does not say what was reserved")
    except Unlike as why:
        raise _not_like_others(why) from why
    if found == document.verified:
        return
    try:
        likeness.verify(found)
    except Unlike as why:
        raise _mismatch() if document.verified == _NOT_YET else _not_like_others(why) from why


def _mismatch() -> SignatureMismatch:
    return SignatureMismatch("a signature value does not verify with the signing certificate; it was not recorded")


def _not_like_others(why: Unlike) -> SelfValidationFailed:
    return SelfValidationFailed(
        f"a document just signed is not laid out as it must be ({why}); it was not recorded",
        hint="stop issuing and report this: it is a fault of the program or of the machine",
    )
