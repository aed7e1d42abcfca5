"""The words on the page that stand for values of the model, in both languages, and how times are written."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Final

from tte.model import Added, Indication, State, TimeProof
from tte.verdict.sealing import SealFound

_WIB: Final = timezone(timedelta(hours=7))
_MONTHS: Final = "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember"
HEADS: Final = (
    "",
    "Penanda tangan (signer)",
    "Waktu (time)",
    "Tingkat (level)",
    "Hasil (result)",
    "Cakupan (coverage)",
)
RESULTS: Final = {
    Indication.TOTAL_PASSED: "Sah (valid)",
    Indication.INDETERMINATE: "Belum pasti (open)",
    Indication.TOTAL_FAILED: "Tidak sah (invalid)",
}
PROOFS: Final = {
    TimeProof.SIGNATURE_TIME_STAMP: "paling lambat; stempel waktu (at the latest; time-stamp)",
    TimeProof.DOCUMENT_TIME_STAMP: "paling lambat; stempel waktu dokumen (document time-stamp)",
}
STATES: Final = {
    State.ISSUED: "tercatat, berlaku (recorded, in force)",
    State.REPLACED: "tercatat, sudah diganti (recorded, replaced)",
    State.REVOKED: "tercatat, dicabut (recorded, revoked)",
}
ADDED: Final = {
    Added.LONG_TERM_DATA: "data pembuktian (long-term data)",
    Added.SIGNATURE: "tanda tangan atau stempel waktu (signature or time-stamp)",
    Added.FORM_FIELD: "isian formulir (form field)",
    Added.ANNOTATION: "anotasi (annotation)",
    Added.VISIBLE: "sesuatu yang tampak (something visible)",
    Added.METADATA: "keterangan berkas (metadata)",
    Added.UNKNOWN: "tidak diketahui (unknown)",
}


_SEALED: Final = {
    "nothing that the seal says can be believed": "tidak dapat dipercaya (cannot be believed)",
    "the seal is that of another document": "milik dokumen lain (of another document)",
    "the seal was made on another day than the signature": "dibuat pada hari lain (made on another day)",
    "the seal is not in what was signed": "di luar yang ditandatangani (outside what was signed)",
}


def seal_words(seal: SealFound) -> str:
    """Whether seal and file agree, in one line; of several differences, as many as there is room for."""
    if not seal.differences:
        return "sesuai dengan berkas ini (agrees with this file)"
    if not seal.disagrees:
        return "kuncinya tidak dikenal di sini (its key is not known here)"
    return "; ".join(_SEALED.get(one, one) for one in seal.differences)


def when(at: datetime) -> str:
    """A time as it is in Jakarta, to the second."""
    if not 2 <= at.year <= 9998:
        return at.isoformat()
    here = at.astimezone(_WIB)
    return f"{here.day} {_MONTHS.split()[here.month - 1]} {here.year} {here:%H.%M.%S} WIB"


def day(at: datetime | None) -> str:
    """The same in short; a dash for none."""
    return f"{at.astimezone(_WIB):%d-%m-%Y %H.%M} WIB" if at and 2 <= at.year <= 9998 else "–"
