"""The nouns. Plain, frozen, importing nothing but each other; every room speaks in them.

A *record* is what the registry knows of one event, a *document* the PDF made from it, an *entry* the line the register
keeps about it. Times are aware UTC datetimes. Nothing here does I/O.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from itertools import chain

import orjson

from tte.errors import Problem
from tte.frame import Frame, Words, name_of, named

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


@dataclass(frozen=True, slots=True)
class Document:
    """A record set on paper: a PDF/A-2b file with one empty signature field. `id` is public and unguessable.

    Documents of one kind share their `frame`; `words` are the operators of the page's text and QR code.
    """

    id: str
    record: Record
    frame: Frame
    words: Words

    @classmethod
    def known_by(cls, intent: Intent) -> Document:
        """The document that was reserved as `intent`, of which only this is left; it has no file."""
        record = Record.known_by(intent.template, intent.number, intent.record_digest)
        return cls(intent.id, record, _NO_FRAME, Words((b"",), ()))

    @property
    def pdf(self) -> bytes:
        """The file as it is before signing."""
        words = bytes(self.words)
        return self.frame.filled(words, name_of(self.id) if self.id else named(words))


class State(StrEnum):
    """What a document is in the register. Its number goes through them in this order, or ends VOID."""

    RESERVED = "RESERVED"
    PREPARED = "PREPARED"
    SIGNED = "SIGNED"
    ISSUED = "ISSUED"
    VOID = "VOID"
    REPLACED = "REPLACED"
    REVOKED = "REVOKED"


_NO_FRAME = Frame(b"", {}, 0, 0)


class Level(StrEnum):
    """PAdES baseline levels, EN 319 142-1 §6."""

    B_B = "B-B"
    B_T = "B-T"
    B_LT = "B-LT"
    B_LTA = "B-LTA"

    def reaches(self, other: Level) -> bool:
        """Whether this level has all that `other` has."""
        order = tuple(Level)
        return order.index(self) >= order.index(other)


@dataclass(frozen=True, slots=True)
class SignedDocument:
    """A document with a signature at some baseline level.

    The file is made of parts by turns: `shared`, the same in every document of its kind and key and kept once, and
    `own`. The first is shared; both may be empty in places. A file of which nothing is shared has one part of its own.
    `verified` are a digest and the signature value that was verified over it with the signing certificate.
    """

    document: Document
    shared: tuple[bytes, ...]
    own: tuple[bytes, ...]
    level: Level
    verified: tuple[bytes, bytes] = (b"", b"")
    _rest: list[bytes] = field(default_factory=list, init=False, repr=False, compare=False)

    @property
    def pdf(self) -> bytes:
        """The file."""
        return joined(self.shared, self.own)

    @property
    def rest(self) -> bytes:
        """The file after its first shared part; joined once."""
        if not self._rest:
            self._rest.append(joined((b"", *self.shared[1:]), self.own))
        return self._rest[0]


def joined(shared: Sequence[bytes], own: Sequence[bytes]) -> bytes:
    """The file that these parts make by turns, a shared one first. ValueError unless there are as many of each."""
    return b"".join(chain.from_iterable(zip(shared, own, strict=True)))


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file ready to be signed, in parts by turns as a signed one: the own part number `hole` is empty and will be the
    signature, or `hole` is None and the file goes to a signing service as it is.

    `certificate_sha256`: whose signature it waits for.
    """

    certificate_sha256: bytes
    shared: tuple[bytes, ...]
    own: tuple[bytes, ...]
    hole: int | None


@dataclass(frozen=True, slots=True)
class Replaces:
    """The id of the entry that a new document is to replace, and why."""

    id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Intent:
    """What is about to be signed, kept before the key is used: which record, which number, which digest, when.

    `sent`: it went to a signing service that signs whole documents, and no answer is known; it may be signed there.
    `prepared` is what will be signed; an intent that is read from the register is without it (`Register.prepared`).
    """

    office: str
    template: str
    template_sha256: bytes
    number: str
    id: str
    record_digest: bytes
    digest: bytes
    at: datetime
    sent: bool = False
    replaces: Replaces | None = None
    prepared: Prepared | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Goal:
    """The level a document is to reach, and the one below which it is not delivered, as its key profile said."""

    profile: str
    level: Level
    minimum: Level


@dataclass(frozen=True, slots=True)
class Ending:
    """That an issued document is in force no longer: since when, and why, in the words of who ended it.

    `by` is the id of the document that took its place, where one did: then it is REPLACED, else REVOKED.
    """

    at: datetime
    reason: str
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """What the register says of an issued document, as it stands; the lines it follows from are never changed.

    `level` and `pdf_sha256` are those of its present file, `at` is when it was issued. `goal` is None if B-B is all it
    is to reach. `until`: up to this time the newest proof in a file at B-LTA can be relied on; None if that is unknown.
    `certificate_sha256` is that of the certificate it was signed with; empty for what was issued before it was noted.
    `ended` is None while it is in force.
    """

    seq: int
    office: str
    template: str
    number: str
    id: str
    record_digest: bytes
    pdf_sha256: bytes
    level: Level
    at: datetime
    goal: Goal | None = None
    until: datetime | None = None
    certificate_sha256: bytes = b""
    ended: Ending | None = None

    @property
    def state(self) -> State:
        """ISSUED while it is in force, then REPLACED or REVOKED."""
        if self.ended is None:
            return State.ISSUED
        return State.REVOKED if self.ended.by is None else State.REPLACED

    @property
    def minimum(self) -> Level:
        """The level below which this document is not delivered."""
        return self.goal.minimum if self.goal else Level.B_B

    @property
    def held(self) -> bool:
        """Whether it is held back from delivery."""
        return not self.level.reaches(self.minimum)

    @property
    def below_goal(self) -> bool:
        """Whether its level is still to be raised."""
        return self.goal is not None and not self.level.reaches(self.goal.level)


@dataclass(frozen=True, slots=True)
class Raised:
    """The file of the entry `id` at a higher level, or renewed at B-LTA, made from the file with SHA-256 `former`."""

    id: str
    former: bytes
    pdf: bytes
    level: Level
    until: datetime | None = None


class Indication(StrEnum):
    """EN 319 102-1 §5.1.3."""

    TOTAL_PASSED = "TOTAL-PASSED"
    INDETERMINATE = "INDETERMINATE"
    TOTAL_FAILED = "TOTAL-FAILED"


class Integrity(StrEnum):
    """What the bytes of a file are worth, whatever the trust: `ok` says that nobody changed what was signed."""

    OK = "ok"
    MODIFIED = "modified"
    BROKEN = "broken"
    UNSIGNED = "unsigned"
    ERROR = "error"


class Added(StrEnum):
    """What a later revision adds or changes, as far as it can be told; UNKNOWN stands for all that cannot."""

    LONG_TERM_DATA = "long-term data"
    SIGNATURE = "signature"
    FORM_FIELD = "form field"
    ANNOTATION = "annotation"
    VISIBLE = "visible"
    METADATA = "metadata"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class LaterRevision:
    """The bytes from `start` to before `end`, which were added after the first signature. Nothing found: no `adds`."""

    start: int
    end: int
    adds: tuple[Added, ...]


class SubIndication(StrEnum):
    """EN 319 102-1 table 5, as far as used, and NO_SIGNATURE, which is ours: there was nothing to judge."""

    FORMAT_FAILURE = "FORMAT_FAILURE"
    HASH_FAILURE = "HASH_FAILURE"
    SIG_CRYPTO_FAILURE = "SIG_CRYPTO_FAILURE"
    REVOKED = "REVOKED"
    SIG_CONSTRAINTS_FAILURE = "SIG_CONSTRAINTS_FAILURE"
    CHAIN_CONSTRAINTS_FAILURE = "CHAIN_CONSTRAINTS_FAILURE"
    CERTIFICATE_CHAIN_GENERAL_FAILURE = "CERTIFICATE_CHAIN_GENERAL_FAILURE"
    CRYPTO_CONSTRAINTS_FAILURE = "CRYPTO_CONSTRAINTS_FAILURE"
    NO_SIGNING_CERTIFICATE_FOUND = "NO_SIGNING_CERTIFICATE_FOUND"
    NO_CERTIFICATE_CHAIN_FOUND = "NO_CERTIFICATE_CHAIN_FOUND"
    OUT_OF_BOUNDS_NO_POE = "OUT_OF_BOUNDS_NO_POE"
    NOT_YET_VALID = "NOT_YET_VALID"
    REVOKED_NO_POE = "REVOKED_NO_POE"
    TRY_LATER = "TRY_LATER"
    NO_SIGNATURE = "NO_SIGNATURE"


class Form(StrEnum):
    """How a signature is put into the file, by its /SubFilter (ISO 32000-2 §12.8.3, EN 319 142-1 §6.3)."""

    PADES = "PAdES"
    PKCS7_DETACHED = "PKCS#7 detached"
    PKCS7_SHA1 = "adbe.pkcs7.sha1"
    X509_RSA_SHA1 = "adbe.x509.rsa_sha1"
    OTHER = "other"


class TimeProof(StrEnum):
    """Where the best-signature-time comes from (EN 319 102-1 §5.5.4). VALIDATION: nothing shows that it is older."""

    VALIDATION = "validation"
    SIGNATURE_TIME_STAMP = "signature time-stamp"
    DOCUMENT_TIME_STAMP = "document time-stamp"


class RevocationState(StrEnum):
    """What is known of a certificate at the best-signature-time. An anchor is believed, so nobody is asked about it."""

    GOOD = "good"
    REVOKED = "revoked"
    UNKNOWN = "unknown"
    ANCHOR = "anchor"


@dataclass(frozen=True, slots=True)
class RevocationFact:
    """One certificate's revocation. `source` is OCSP or CRL, both from the DSS of the file; empty if none was believed.

    `sha256` is that of the whole OCSP response or CRL, DER.
    """

    state: RevocationState
    source: str = ""
    this_update: datetime | None = None
    next_update: datetime | None = None
    revoked_at: datetime | None = None
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class CertificateFact:
    """A certificate of a chain. `serial` is hexadecimal, `key` such as rsa-2048; `reasons` is what was wrong."""

    subject: str
    issuer: str
    serial: str
    begins: datetime
    ends: datetime
    sha256: str
    key: str
    anchor: bool
    revocation: RevocationFact
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TimeStampFact:
    """A time-stamp: its `proof` says of which kind. `reason` is why it is not trusted; empty if it is.

    `signed_to`: how many of the file's first bytes it stands for; 0 of a signature's own, which is for the signature.
    """

    proof: TimeProof
    at: datetime
    authority: str
    trusted: bool
    reason: str
    certificate_sha256: str
    signed_to: int = 0


@dataclass(frozen=True, slots=True)
class AlgorithmFact:
    """An algorithm that was used, and what the policy says of it (`tte.validation.policy`).

    `use` is digest, signature, key or time-stamp. `weak` is refused. `until`: the policy has it no longer from then on.
    """

    use: str
    name: str
    weak: bool
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class PermissionFact:
    """What the signer declared may be changed later: `method` is DocMDP, FieldMDP or Lock (ISO 32000-2 §12.8.2).

    `level` is 1 (nothing), 2 (forms, signatures), 3 (annotations too) or None; `action` All, Include, Exclude or empty.
    """

    method: str
    level: int | None
    action: str = ""
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Details:
    """What a full report says besides; gathered only when it is asked for. The chain begins with the signer."""

    chain: tuple[CertificateFact, ...] = ()
    time_stamps: tuple[TimeStampFact, ...] = ()
    algorithms: tuple[AlgorithmFact, ...] = ()
    permissions: tuple[PermissionFact, ...] = ()


@dataclass(frozen=True, slots=True)
class SignatureReport:
    """What is known of one signature.

    `covers_file` is true if the signature covers every byte of the file but its own value. `claimed_at` is what the
    signer says (/M); nothing proves it below B-T. `chain` are subjects, signing certificate first, anchor last.
    `signed_to` is how many of the file's first bytes it stands for; 0 if its bytes are not in order. `best_time` is the
    best-signature-time (EN 319 102-1 §5.5.4), None where it was not looked for. `psre`: the chain ends at an anchor
    that the trust names as an Indonesian PSrE's (*tersertifikasi*, PP 71/2019 art. 60).
    """

    field: str
    indication: Indication
    sub_indication: SubIndication | None
    level: Level | None
    signer: str
    issuer: str
    certificate_sha256: str
    algorithm: str
    claimed_at: datetime | None
    covers_file: bool
    certified: bool
    chain: tuple[str, ...]
    reasons: tuple[str, ...]
    form: Form = Form.OTHER
    signed_to: int = 0
    best_time: datetime | None = None
    time_proof: TimeProof = TimeProof.VALIDATION
    psre: bool = False
    details: Details | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """A validation report (EN 319 102-1). The file has its worst signature's verdict, or what the file itself earns.

    `size` is the file's, in bytes. `later` are the revisions after the first signature, in order. `time_stamps` are the
    document time-stamps, oldest first, in a report with details.
    """

    indication: Indication
    sub_indication: SubIndication | None
    signatures: tuple[SignatureReport, ...]
    reasons: tuple[str, ...]
    pdf_sha256: str
    at: datetime
    integrity: Integrity = Integrity.ERROR
    size: int = 0
    later: tuple[LaterRevision, ...] = ()
    time_stamps: tuple[TimeStampFact, ...] = ()
