"""Our report of a file as ESC's two verifications tell it, vendor's spelling and all.

What a report does not know is null. `lastSignature` is false, as it always was.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final

from tte.model import (
    CertificateFact,
    Details,
    Form,
    Indication,
    Integrity,
    Level,
    Report,
    SignatureReport,
    SubIndication,
    TimeStampFact,
)

_WIB: Final = timezone(timedelta(hours=7))
_BYTES_FAILED: Final = frozenset(
    {SubIndication.HASH_FAILURE, SubIndication.SIG_CRYPTO_FAILURE, SubIndication.FORMAT_FAILURE}
)
_CHANGED: Final = "Konten Dokumen mengalami perubahan oleh pihak yang tidak berhak"
_GOOD: Final = "Tanda tangan elektronik valid dan dokumen merupakan dokumen asli sejak ditandatangani"
_NO_TSA: Final = "Dokumen asli dan valid, tetapi dokumen tidak menggunakan waktu TSA"
_UNTRUSTED: Final = "Dokumen asli, tetapi sertifikat yang digunakan tidak dapat dipastikan terpercaya"
_UNSIGNED: Final = "Dokumen tidak memiliki tandatangan elektronik"


def answer_v1(report: Report, name: str) -> dict[str, Any]:
    """Of `POST /api/sign/verify`."""
    signatures = report.signatures
    if not signatures:
        return {"nama_dokumen": name, "jumlah_signature": 0, "notes": None, "details": [], "summary": None}
    valid = report.indication is Indication.TOTAL_PASSED
    return {
        "nama_dokumen": name,
        "jumlah_signature": len(signatures),
        "notes": _notes(report),
        "details": [_detail(one, report) for one in signatures],
        "summary": "DOCUMENT VALID !!!" if valid else "DOCUMENT NOT VALID !!!",
    }


def answer_v2(report: Report) -> dict[str, Any]:
    """Of `POST /api/v2/verify/pdf`."""
    signatures = report.signatures
    if not signatures:
        conclusion = "NO_SIGNATURE"
    elif report.indication is Indication.TOTAL_PASSED:
        conclusion = "VALID"
    else:
        conclusion = "INVALID" if report.indication is Indication.TOTAL_FAILED else "INDETERMINATE"
    return {
        "conclusion": conclusion,
        "description": _notes(report) if signatures else _UNSIGNED,
        "signatureCount": len(signatures),
        "signatureInformations": [_information(one, report) for one in signatures],
    }


def _notes(report: Report) -> str:
    if report.integrity in (Integrity.MODIFIED, Integrity.BROKEN) or not all(_whole(one) for one in report.signatures):
        return _CHANGED
    if report.indication is not Indication.TOTAL_PASSED:
        return _UNTRUSTED
    return _GOOD if all(_stamp(one) for one in report.signatures) else _NO_TSA


def _whole(one: SignatureReport) -> bool:
    """Whether nobody changed what was signed."""
    return one.sub_indication not in _BYTES_FAILED


def _stamp(one: SignatureReport) -> TimeStampFact | None:
    stamps = _details(one).time_stamps
    return stamps[0] if stamps else None


def _details(one: SignatureReport) -> Details:
    return one.details or Details()


def _trusted(one: SignatureReport) -> bool:
    chain = _details(one).chain
    return bool(chain) and chain[-1].anchor


def _detail(one: SignatureReport, report: Report) -> dict[str, Any]:
    details, stamp = _details(one), _stamp(one)
    first = details.chain[0] if details.chain else None
    return {
        "info_tsa": {"name": stamp and stamp.authority, "tsa_cert_validity": None},
        "signature_field": one.field,
        "info_signer": {
            "issuer_dn": first.issuer_dn if first else _cn(one.issuer),
            "signer_name": one.signer,
            "signer_cert_validity": first and f"{_local(first.begins)} to {_local(first.ends)}",
            "signer_dn": first.dn if first else _cn(one.signer),
            "cert_user_certified": _trusted(one),
        },
        "signature_document": {
            "signed_using_tsa": stamp is not None,
            "reason": details.said_reason or None,
            "document_integrity": _whole(one) and report.integrity is not Integrity.MODIFIED,
            "signature_value": None,
            "signed_in": _local(stamp.at if stamp else one.claimed_at),
            "location": details.said_location or None,
            "hash_value": None,
        },
    }


def _information(one: SignatureReport, report: Report) -> dict[str, Any]:
    details, stamp = _details(one), _stamp(one)
    signed_at = _utc(one.claimed_at or (stamp.at if stamp else None))
    return {
        "id": f"S-{one.certificate_sha256[:32].upper()}{one.signed_to:X}",
        "signatureFormat": _format(one, stamp),
        "signerName": one.signer,
        "signatureDate": signed_at,
        "fieldName": one.field,
        "reason": details.said_reason,
        "location": details.said_location,
        "certLevelCode": 0,
        "signatureAlgorithm": None,
        "digestAlgorithm": None,
        "timestampInfomation": stamp
        and {
            "id": f"T-{stamp.certificate_sha256[:32].upper()}",
            "signerName": stamp.authority,
            "timestampDate": _utc(stamp.at),
        },
        "certificateDetails": list(_certificates(details)),
        "integrityValid": _whole(one),
        "certificateTrusted": _trusted(one),
        "lastSignature": False,
        "ltv": one.level is not None and one.level.reaches(Level.B_LT),
        "modified": report.integrity in (Integrity.MODIFIED, Integrity.BROKEN),
    }


def _certificates(details: Details) -> Iterator[dict[str, Any]]:
    for one in details.chain:
        yield {
            "id": f"C-{one.sha256.upper()}",
            "commonName": one.subject,
            "issuerName": one.issuer_dn or _cn(one.issuer),
            "serialNumber": str(int(one.serial, 16)) if one.serial else "",
            "notAfterDate": _utc(one.ends),
            "notBeforeDate": _utc(one.begins),
            "signatureAlgoritm": one.signed_with or None,
            "keyUsages": list(_usages(one)),
        }


def _usages(one: CertificateFact) -> Iterator[str]:
    """As EU DSS writes them."""
    for usage in one.usages:
        head, *rest = usage.split("_")
        yield head + "".join(word.capitalize() for word in rest)


def _format(one: SignatureReport, stamp: TimeStampFact | None) -> str:
    if one.level is not None:
        return f"PAdES-BASELINE-{one.level.value.removeprefix('B-')}"
    if one.form is Form.PADES:
        return "PAdES-BASELINE-T" if stamp else "PAdES-BASELINE-B"
    return "PKCS7-T" if stamp else "PKCS7-B"


def _cn(name: str) -> str:
    return name if "=" in name else f"CN={name}"


def _utc(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat(timespec="milliseconds") if at else None


def _local(at: datetime | None) -> str | None:
    """Jakarta time with hundredths, as v1 writes it."""
    if at is None:
        return None
    here = at.astimezone(_WIB)
    return f"{here:%Y-%m-%d %H:%M:%S}.{here.microsecond // 10_000:02d}"
