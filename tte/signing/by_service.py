"""Signing by a service that takes whole documents and gives them back signed. It cannot be asked twice about the same.

Before a document is sent, the register is told so; what it is told survives whatever happens then. If no answer comes,
nobody knows whether the document was signed: it is not sent again, a person finds out and says so (`reconcile`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal, Protocol

from tte.errors import DraftSpent, KeyRefused, KeyUnavailable, OutcomeUnknown, SelfValidationFailed, TteError
from tte.key import Identity
from tte.model import Document, Intent, Prepared, SignedDocument
from tte.pades.whole import WholeDraft, prepare_whole
from tte.signing.protocol import Awaited, Draft
from tte.signing.returned import keep_returned, level_of_returned
from tte.validation import Trust


class SigningService(Protocol):
    """A service that signs whole documents for one person, open for signing. One caller at a time."""

    @property
    def identity(self) -> Identity:
        """Whose signature it gives; fixed for as long as it is open."""

    @property
    def at_once(self) -> int:
        """How many documents it takes in one request."""

    def sign(self, pdfs: Sequence[bytes]) -> Sequence[bytes]:
        """Send these files, in one request and once; what came back for each, in order, not judged.

        OutcomeUnknown if they were sent and no answer came that can be used. Any other TteError: surely nothing was
        signed.
        """

    def close(self) -> None:
        """Forget what opens the service; `sign` then raises KeyUnavailable. Closing twice is fine."""


class Dispatches(Protocol):
    """The register, as far as sending goes. Each call is durable when it returns, or raises RegisterError."""

    def dispatch(self, ids: Sequence[str], at: datetime) -> None:
        """The reserved documents with these ids are now being sent."""

    def dispatch_ended(self, ids: Sequence[str], state: Literal["refused", "released"], at: datetime) -> None:
        """Nothing came of sending them, for sure: `refused` by the service, or `released` by a person who found out."""

    def dispatched(self) -> Sequence[Intent]:
        """What was sent and neither ended nor recorded: it may be signed."""


class DocumentSigning:
    """Signing by such a service, which stays its opener's to close.

    `trust` is what the signed files must pass. `now` gives the present. `returned`: the folder, made at need, where
    files go that came back and did not pass; a person may find that one of them is right after all (`reconcile`).
    """

    def __init__(
        self,
        service: SigningService,
        *,
        trust: Trust,
        dispatches: Dispatches,
        now: Callable[[], datetime],
        returned: Path,
    ) -> None:
        self._service, self._trust, self._dispatches, self._now = service, trust, dispatches, now
        self._returned = returned
        self._closed = False

    def close(self) -> None:
        """Send nothing more."""
        self._closed = True

    @property
    def identity(self) -> Identity:
        return self._service.identity

    def prepare(self, document: Document, at: datetime) -> WholeDraft:
        return prepare_whole(document, self.identity, at)

    def resume(self, intent: Intent, prepared: Prepared) -> Draft:
        raise KeyRefused("this document goes to a signing service", hint="issue the same rows again")

    def begin(self, drafts: Sequence[Draft]) -> Awaited:
        """Nothing is sent before it is awaited, and then request by request.

        KeyUnavailable after `close`, KeyRefused for a draft prepared for another identity, DraftSpent for one used up
        or given twice, OutcomeUnknown for one that was sent earlier. When awaited, from the service: KeyUnavailable,
        KeyRefused, OutcomeUnknown; and SelfValidationFailed for what came back and may not be recorded (see
        `returned`); its hint says where that file is. Then nothing more is sent, and what was signed before has been
        given.
        """
        identity = self.identity
        ours = [draft for draft in drafts if isinstance(draft, WholeDraft) and draft.identity == identity]
        if len(ours) != len(drafts):
            raise KeyRefused("a draft was prepared for another key", hint="prepare it again for this one")
        if any(draft.spent for draft in ours) or len({id(draft) for draft in ours}) != len(ours):
            raise DraftSpent("a draft was given to be signed a second time")
        if not ours:
            return list
        sent = {intent.id for intent in self._dispatches.dispatched()}
        if any(draft.document.id in sent for draft in ours):
            raise OutcomeUnknown(
                "a document was sent earlier and may be signed; it is not sent again",
                hint="tte register pending lists it; settle it with tte register reconcile",
            )
        return lambda: self._signed(ours)

    def _signed(self, drafts: Sequence[WholeDraft]) -> Iterator[SignedDocument]:
        size = self._service.at_once
        for start in range(0, len(drafts), size):
            yield from self._request(drafts[start : start + size])

    def _request(self, drafts: Sequence[WholeDraft]) -> Iterator[SignedDocument]:
        """One request. What is good of the answer is given, then what is wrong with it is raised."""
        if self._closed:
            raise KeyUnavailable("the signing service is closed", hint="open it again")
        ids = [draft.document.id for draft in drafts]
        self._dispatches.dispatch(ids, self._now())
        try:
            answers = self._service.sign([draft.document.pdf for draft in drafts])
        except OutcomeUnknown:
            raise
        except TteError:
            self._dispatches.dispatch_ended(ids, "refused", self._now())
            raise
        wrong: SelfValidationFailed | None = None
        for draft, pdf in zip(drafts, answers, strict=True):
            try:
                level = level_of_returned(pdf, draft.digest, draft.identity.certificate, self._trust, self._now())
            except SelfValidationFailed as why:
                why.hint = f"{why.hint}; {keep_returned(self._returned, draft.document.id, pdf)}"
                wrong = wrong or why
            else:
                yield draft.complete(pdf, level)
        if wrong:
            raise wrong
