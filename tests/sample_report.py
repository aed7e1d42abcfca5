"""A report that is the same every time, with every kind of fact in it; and one full of what strangers call things."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tte.model import (
    Added,
    AlgorithmFact,
    CertificateFact,
    Details,
    Entry,
    Form,
    Indication,
    Integrity,
    LaterRevision,
    Level,
    PermissionFact,
    Report,
    RevocationFact,
    RevocationState,
    SignatureReport,
    SubIndication,
    TimeProof,
    TimeStampFact,
)
from tte.validation.reasons import Reason
from tte.verdict import Found, Known, Officials, Verdict, verdict

AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
_DAY = timedelta(days=1)

_ANCHOR = CertificateFact(
    "Akar Uji",
    "Akar Uji",
    "1",
    AT - 900 * _DAY,
    AT + 900 * _DAY,
    "a" * 64,
    "rsa-4096",
    True,
    RevocationFact(RevocationState.ANCHOR),
)
_REVOKED = RevocationFact(RevocationState.REVOKED, "CRL", AT, AT + 7 * _DAY, AT - _DAY, "d" * 64)
_SIGNER = CertificateFact(
    "Budi Contoh, S.H.",
    "PSrE Uji",
    "2a",
    AT - 90 * _DAY,
    AT + 90 * _DAY,
    "c" * 64,
    "rsa-2048",
    False,
    RevocationFact(RevocationState.GOOD, "OCSP", AT, AT + _DAY, None, "e" * 64),
)
_STAMP = TimeStampFact(TimeProof.SIGNATURE_TIME_STAMP, AT - timedelta(hours=1), "TSA Uji", True, "", "f" * 64)

SIGNATURE = SignatureReport(
    field="TandaTangan",
    indication=Indication.TOTAL_PASSED,
    sub_indication=None,
    level=Level.B_LTA,
    signer="Budi Contoh, S.H.",
    issuer="PSrE Uji",
    certificate_sha256="c" * 64,
    algorithm="rsa-pkcs1v15-sha256",
    claimed_at=AT - timedelta(hours=2),
    covers_file=False,
    certified=True,
    chain=("Budi Contoh, S.H.", "PSrE Uji", "Akar Uji"),
    reasons=(str(Reason.REVOCATION_CHECKED), str(Reason.LONG_TERM_DATA)),
    form=Form.PADES,
    signed_to=12_248,
    best_time=AT - timedelta(hours=1),
    time_proof=TimeProof.SIGNATURE_TIME_STAMP,
    psre=True,
    details=Details(
        (_SIGNER, replace(_SIGNER, subject="PSrE Uji", issuer="Akar Uji", sha256="b" * 64), _ANCHOR),
        (_STAMP,),
        (
            AlgorithmFact("digest", "sha256", False),
            AlgorithmFact("signature", "rsassa_pkcs1v15", False),
            AlgorithmFact("key", "rsa-2048", False, datetime(2029, 1, 1, tzinfo=UTC)),
        ),
        (PermissionFact("DocMDP", 1), PermissionFact("Lock", None, "Include", ("Nama", "Nomor"))),
    ),
)
REVOKED = replace(
    SIGNATURE,
    field="Kedua",
    indication=Indication.INDETERMINATE,
    sub_indication=SubIndication.REVOKED_NO_POE,
    level=None,
    reasons=(str(Reason.REVOKED), str(Reason.TIME_STAMP_UNTRUSTED)),
    best_time=AT,
    time_proof=TimeProof.VALIDATION,
    psre=False,
    details=Details((replace(_SIGNER, revocation=_REVOKED, reasons=(str(Reason.REVOKED),)), _ANCHOR)),
)
REPORT = Report(
    Indication.TOTAL_PASSED,
    None,
    (SIGNATURE,),
    (),
    "0123456789abcdef" * 4,
    AT,
    Integrity.OK,
    25_030,
    (LaterRevision(12_248, 22_144, (Added.LONG_TERM_DATA,)), LaterRevision(22_144, 25_030, (Added.SIGNATURE,))),
    (replace(_STAMP, proof=TimeProof.DOCUMENT_TIME_STAMP, at=AT, signed_to=22_144),),
)
WITH_REVOKED = replace(
    REPORT,
    indication=Indication.INDETERMINATE,
    sub_indication=SubIndication.REVOKED_NO_POE,
    signatures=(SIGNATURE, REVOKED),
    reasons=(str(Reason.REVOKED),),
)
NASTY = (
    "</vr:Signer><x/>&amp;]]>",
    "(a) Tj ET /Evil Do\x00\n",
    "\u202egnp.exe\u2066 שלום مرحبا",
    "W" * 10_000,
    "\ud800 \ufffe 😀 漢字 e\u0301",
    "",
)


def hostile(text: str, signatures: int = 64) -> Report:
    """The report with this text wherever a stranger's text can stand."""
    one = replace(
        SIGNATURE,
        signer=text,
        issuer=text,
        field=text,
        algorithm=text,
        chain=(text,) * 5,
        reasons=(text,),
        details=Details(
            (replace(_SIGNER, subject=text, issuer=text, key=text, reasons=(text,)), _ANCHOR),
            (replace(_STAMP, authority=text, reason=text),),
            (AlgorithmFact("key", text, True),),
            (PermissionFact("FieldMDP", None, "All", (text, text)),),
        ),
    )
    return replace(REPORT, signatures=(one,) * signatures, reasons=(text,) * 20)


def known(report: Report) -> Known:
    """A register that issued this very file."""
    entry = Entry(
        12,
        "3171",
        "akta_kelahiran",
        "3171-LU-24112026-0001",
        "contoh",
        b"1" * 32,
        bytes.fromhex(report.pdf_sha256),
        Level.B_LTA,
        AT - 2 * _DAY,
        certificate_sha256=bytes.fromhex("c" * 64),
    )
    return Known(Found.ISSUED, entry, True)


def decided(report: Report) -> Verdict:
    return verdict(report, known(report), Officials())
