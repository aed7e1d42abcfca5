"""What the registry says, before and after checking, and what a page says besides."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import orjson

from tte.errors import Problem

Scalar = str | int | date
Value = Scalar | tuple[Mapping[str, Scalar], ...]
"""What a field of a record holds; a tuple of mappings is a table, such as the members of a family."""

Raw = str | int | float | bool | None | list["Raw"] | dict[str, "Raw"]
"""What a file can hold before checking: the values of JSON."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of an office's file, not checked yet. `number` is where a person finds it: the line or item, from 1."""

    number: int
    values: Mapping[str, Raw]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A line that could not be read as a row; the rest of the file can."""

    number: int
    problem: Problem


@dataclass(frozen=True, slots=True)
class Record:
    """What the registry says, checked against a template. `warnings` are for people and stop nothing."""

    template: str
    number: str
    values: Mapping[str, Value]
    warnings: tuple[Problem, ...] = ()
    _digest: list[bytes] = field(default_factory=list, init=False, repr=False, compare=False)

    @classmethod
    def known_by(cls, template: str, number: str, digest: bytes) -> Record:
        """A record of which only this is left, as the register keeps it; `values` is empty."""
        record = cls(template, number, {})
        record._digest.append(digest)
        return record

    def digest(self) -> bytes:
        """SHA-256 over template, number and values in one canonical form (RFC 8259, names in order): equal records,
        equal digests.
        """
        if not self._digest:
            text = orjson.dumps([self.template, self.number, self.values], dict, orjson.OPT_SORT_KEYS)
            self._digest.append(hashlib.sha256(text).digest())
        return self._digest[0]


@dataclass(frozen=True, slots=True)
class Official:
    """The person whose signature stands on the page: name with titles, NIP of 18 digits, lines of the office title."""

    name: str
    nip: str
    title: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Office:
    """Who issues, as the letterhead says it. `code` is the region code without dots, such as 3171."""

    code: str
    name: str
    region: str
    address: str
    town: str
    base_url: str


@dataclass(frozen=True, slots=True)
class Imprint:
    """All that the page says about who signs it, besides the record.

    `signer` and `issuer` are the common names in the signing certificate. `certified` is true only where an Indonesian
    PSrE issued the certificate (PP 71/2019 art. 60). `specimen` puts SPECIMEN on the page.
    """

    office: Office
    official: Official
    signer: str
    issuer: str
    certified: bool
    specimen: bool
