"""The station where drafts become signed documents. The rest of the pipeline cannot tell who signs.

The key is used on one line of this file.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from tte.errors import DraftSpent, KeyRefused, SignatureMismatch
from tte.key import Identity, Key
from tte.model import SignedDocument
from tte.pades import Draft


class Signing(Protocol):
    """Signs drafts, many at once."""

    @property
    def identity(self) -> Identity:
        """Whose signature it gives: what drafts are prepared for."""

    def sign(self, drafts: Sequence[Draft]) -> Sequence[SignedDocument]:
        """Every draft signed, in order, or an error and nothing released."""


class KeySigning:
    """Signing by a key that sees digests only. The key stays its opener's to close."""

    def __init__(self, key: Key) -> None:
        self._key = key

    @property
    def identity(self) -> Identity:
        return self._key.identity

    def sign(self, drafts: Sequence[Draft]) -> Sequence[SignedDocument]:
        """One call of the key for all drafts.

        Before the key is used: KeyRefused for a draft prepared for another identity, DraftSpent for one used up or
        given twice. From the key: KeyUnavailable, KeyRefused. After it: SignatureMismatch, and nothing is released.
        """
        if not drafts:
            return []
        identity = self.identity
        if any(draft.identity != identity for draft in drafts):
            raise KeyRefused("a draft was prepared for another key", hint="prepare it again for this one")
        if any(draft.spent for draft in drafts) or len({id(draft) for draft in drafts}) != len(drafts):
            raise DraftSpent("a draft was given to be signed a second time")
        signatures = self._key.sign([draft.digest for draft in drafts])
        if len(signatures) != len(drafts):
            raise SignatureMismatch(f"{len(drafts)} digests went to the key and {len(signatures)} signatures came back")
        return [draft.complete(signature) for draft, signature in zip(drafts, signatures, strict=True)]
