"""What validation says of a file (EN 319 102-1), in facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tte.model.documents import Level


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
    """A certificate of a chain. `serial` is hexadecimal, `key` such as rsa-2048; `reasons` is what was wrong. `dn` and
    `issuer_dn` are the whole names, `usages` the key's (RFC 5280 §4.2.1.3), `signed_with` how its issuer signed it.
    """

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
    dn: str = ""
    issuer_dn: str = ""
    usages: tuple[str, ...] = ()
    signed_with: str = ""


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
    """What a full report says besides; gathered only when it is asked for. The chain begins with the signer.
    `said_reason` and `said_location` are the signer's own words, for people.
    """

    chain: tuple[CertificateFact, ...] = ()
    time_stamps: tuple[TimeStampFact, ...] = ()
    algorithms: tuple[AlgorithmFact, ...] = ()
    permissions: tuple[PermissionFact, ...] = ()
    said_reason: str = ""
    said_location: str = ""


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
