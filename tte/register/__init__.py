"""What was issued. Lines are added, never changed; the state of a document follows from which lines there are.

A number is *reserved* (its intent is durable before the key is used), then *issued* (its entry and its file are kept in
one transaction). Reserved and not issued is pending, and is listed as such for as long as it takes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from tte.errors import AlreadyIssued, ConfigError
from tte.model import Entry, Intent, SignedDocument

__all__ = ["Register", "open_register"]


class Register(Protocol):
    """The register of one office home. May be used from many threads; open it once in each process.

    Every method raises RegisterError, with what to do, if the database cannot be read or written; what it was to write
    is then written whole or not at all.
    """

    def turn(self) -> AbstractContextManager[None]:
        """Hold other issuers off, here and in other processes, while a chunk is looked up, reserved, signed, recorded.

        Without it two of them with the same rows would each take what the other has reserved for half done.
        """

    def known(self, office: str, template: str, numbers: Sequence[str]) -> Mapping[str, Intent | Entry]:
        """What there is under these numbers: the entry if issued, else the pending intent; absent if neither."""

    def reserve(self, intents: Sequence[Intent]) -> Sequence[AlreadyIssued | None]:
        """Make these intents durable in one transaction; one answer for each, in order.

        None: reserved, now or earlier by the same id for the same record, and not issued yet: it may be signed.
        AlreadyIssued: the number is issued, or belongs to another id or record. Never raised, so one item stops none.
        """

    def record(self, signed: Sequence[SignedDocument], at: datetime) -> Sequence[Entry]:
        """Keep these documents, entries and files, in one transaction; the entries in order.

        Parts that documents share are kept once. Recording the same bytes again returns the earlier entry.
        RegisterError, and nothing is kept, if one was not reserved, was reserved for another record, or is recorded
        with other bytes. ValueError if one has not as many parts of its own as shared ones, or none.
        """

    def find(self, id: str) -> Entry | None:  # noqa: A002  the noun of the model
        """The entry with this public id."""

    def find_number(self, number: str, office: str | None = None) -> Sequence[Entry]:
        """The entries under a number, of all templates and, without `office`, of all offices; oldest first."""

    def find_pdf(self, pdf: bytes) -> Entry | None:
        """The entry of this file: byte for byte what was issued. It is found by the name in its trailer."""

    def pending(self) -> Sequence[Intent]:
        """What was reserved and not issued, oldest first."""

    def read_pdf(self, id: str) -> bytes:  # noqa: A002
        """The file of an entry, checked against its SHA-256. RegisterError if there is none or it is damaged."""

    def count(self) -> int:
        """How many entries there are."""

    def entries(self, after_seq: int = 0) -> Iterator[Entry]:
        """The entries after `after_seq` in order; no transaction stays open between them."""

    def close(self) -> None:
        """Let go of the database. Closing twice is fine; anything else afterwards raises RegisterError."""


def open_register(url: str) -> Register:
    """The register at `sqlite:PATH`, made there if the file does not exist; an older one is migrated.

    ConfigError for another kind of URL. RegisterError if the file is no register, is damaged, cannot be written, has
    lost its guards, or was made by a newer version of this program.
    """
    scheme, _, path = url.partition(":")
    if scheme != "sqlite" or not path:
        raise ConfigError(
            "the register is given as sqlite:PATH", hint='tte.toml: register = "sqlite:var/register.sqlite"'
        )
    from tte.register.sqlite import open_sqlite

    return open_sqlite(path)
