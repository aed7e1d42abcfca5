"""What the pipeline knows of whoever signs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Protocol

from tte.key import Identity
from tte.model import Document, Intent, Prepared, SignedDocument

Awaited = Callable[[], Iterable[SignedDocument]]
"""Call it for the signed documents, in the order of the drafts; it waits for them, and raises what went wrong.

Whatever it gave before it raised is signed, and is to be kept.
"""


class Draft(Protocol):
    """A document made ready for one signature, as the pipeline sees it: it goes to the `Signing` that prepared it."""

    @property
    def document(self) -> Document: ...
    @property
    def identity(self) -> Identity:
        """Whose signature it waits for."""

    @property
    def at(self) -> datetime:
        """For when it was prepared."""

    @property
    def digest(self) -> bytes:
        """What is reserved, and then signed or sent: the same document, prepared again, has the same."""

    @property
    def prepared(self) -> Prepared:
        """The file as it waits to be signed: what is kept before the key is used."""

    @property
    def spent(self) -> bool:
        """Whether it has become a signed document."""


class Signing(Protocol):
    """Signs drafts, many at once."""

    @property
    def identity(self) -> Identity:
        """Whose signature it gives: what drafts are prepared for."""

    def prepare(self, document: Document, at: datetime) -> Draft:
        """A draft of `document` with claimed signing time `at`; LintError if it must not be signed. No key is used."""

    def resume(self, intent: Intent, prepared: Prepared) -> Draft:
        """The draft that was reserved as `intent` and became no document. KeyRefused if it cannot be made again."""

    def begin(self, drafts: Sequence[Draft]) -> Awaited:
        """Start to sign; every draft signed in the end, or an error after those that are."""
