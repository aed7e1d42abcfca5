"""Signing by a key that sees digests only.

The key is used on one line of this file.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from datetime import datetime
from threading import Event

from tte import pades
from tte.errors import DraftSpent, KeyRefused, KeyUnavailable, SignatureMismatch
from tte.key import Identity, Key
from tte.model import Document, Intent, Prepared, SignedDocument
from tte.signing.protocol import Draft

_OURS = (pades.Draft, pades.ResumedDraft)


class KeySigning:
    """Signing by a key that sees digests only. The key stays its opener's to close.

    `beside`: the key works in a process or device of its own, so it signs while the caller goes on; what is begun
    meanwhile waits for its turn, for a key has one caller at a time. `room`: bytes left in each signature for a
    time-stamp.
    """

    def __init__(self, key: Key, *, beside: bool = False, room: int = 0) -> None:
        self.key = key
        self.beside = beside
        self.room = room
        self._caller = ThreadPoolExecutor(1, "key")
        self._closed = Event()
        self._verifies = True

    def close(self) -> None:
        """Begin nothing more; what is with the key is waited for."""
        self._closed.set()
        self._caller.shutdown(cancel_futures=True)

    def unverified(self) -> KeySigning:
        """The same key, its documents not verified when they are given: only for the self-validation of the pipeline,
        which verifies each of them from its finished bytes before it is recorded.
        """
        other = copy(self)
        other._verifies = False
        return other

    @property
    def identity(self) -> Identity:
        return self.key.identity

    def prepare(self, document: Document, at: datetime) -> pades.Draft:
        return pades.prepare(document, self.identity, at, room=self.room)

    def resume(self, intent: Intent, prepared: Prepared) -> pades.ResumedDraft:
        return pades.resume(intent, prepared, self.identity)

    def begin(self, drafts: Sequence[Draft]) -> Callable[[], Sequence[SignedDocument]]:
        """One call of the key for all drafts.

        Before the key is used: KeyUnavailable after `close`, KeyRefused for a draft prepared for another identity,
        DraftSpent for one used up or given twice. When awaited, from the key: KeyUnavailable, KeyRefused; after it:
        SignatureMismatch, and nothing is released.
        """
        identity = self.identity
        ours = [draft for draft in drafts if isinstance(draft, _OURS) and draft.identity == identity]
        if len(ours) != len(drafts):
            raise KeyRefused("a draft was prepared for another key", hint="prepare it again for this one")
        if any(draft.spent for draft in ours) or len({id(draft) for draft in ours}) != len(ours):
            raise DraftSpent("a draft was given to be signed a second time")
        if not ours:
            return list
        if self._closed.is_set():
            raise KeyUnavailable("the key is closed", hint="open it again")
        digests = [draft.digest for draft in ours]
        if not self.beside:
            return lambda: self._completed(ours, self._sign(digests))
        signatures = self._caller.submit(self._sign, digests)
        return lambda: self._completed(ours, signatures.result())

    def sign(self, drafts: Sequence[Draft]) -> Sequence[SignedDocument]:
        """Begin and wait."""
        return self.begin(drafts)()

    def _sign(self, digests: Sequence[bytes]) -> Sequence[bytes]:
        return self.key.sign(digests)  # the only use of the key

    def _completed(
        self, drafts: Sequence[pades.Draft | pades.ResumedDraft], signatures: Sequence[bytes]
    ) -> Sequence[SignedDocument]:
        if len(signatures) != len(drafts):
            raise SignatureMismatch(f"{len(drafts)} digests went to the key and {len(signatures)} signatures came back")
        return [
            draft.complete(signature, verify=self._verifies)
            if isinstance(draft, pades.Draft)
            else draft.complete(signature)
            for draft, signature in zip(drafts, signatures, strict=True)
        ]
