"""What a batch is issued with and what was interrupted is finished with: an `Issuer`, as its parts see it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Protocol

from tte.issuance.levels import RaiseAll
from tte.issuance.self_validation import SelfValidation
from tte.model import Document, Goal, Record, Row
from tte.register import Register
from tte.signing import Signing


class Kind(Protocol):
    """A kind of document: a `Template`, or a kind that is drawn by code, such as a report."""

    @property
    def name(self) -> str: ...
    @property
    def number(self) -> str: ...
    @property
    def sha256(self) -> bytes: ...
    @property
    def gives_numbers(self) -> bool: ...
    def check(self, row: Row) -> Record: ...
    def made_number(self, region: str, day: date, serial: int) -> str: ...


class Prints(Protocol):
    """What makes the documents of a kind: a `Press`, or that of a report."""

    def document(self, record: Record, id: str) -> Document: ...  # noqa: A002  the noun of the model


class Means(Protocol):
    """`Issuer` says what each is."""

    @property
    def office(self) -> str: ...
    @property
    def signing(self) -> Signing: ...
    @property
    def register(self) -> Register: ...
    @property
    def validation(self) -> SelfValidation: ...
    @property
    def now(self) -> Callable[[], datetime]: ...
    @property
    def new_id(self) -> Callable[[], str]: ...
    @property
    def chunk(self) -> int: ...
    @property
    def goal(self) -> Goal | None: ...
    @property
    def raise_all(self) -> RaiseAll | None: ...
    @property
    def per_batch(self) -> int | None: ...
    @property
    def per_day(self) -> int | None: ...
    @property
    def replacing(self) -> str: ...
    @property
    def giving(self) -> bool: ...
    @property
    def region(self) -> str: ...
