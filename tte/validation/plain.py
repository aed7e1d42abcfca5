"""A report in one sentence for people: what was found, and what to do. About the signature, never the register."""

from __future__ import annotations

from typing import Literal

from tte.model import Indication, Report, SubIndication

Language = Literal["id", "en"]

_Words = tuple[str, str]
"""Indonesian, English."""

_LOOK_UP = (
    "cocokkan dengan register untuk memastikan bahwa kantor memang menerbitkannya",
    "check the register to be sure that the office issued it",
)
_ASK = ("tanyakan kepada kantor penerbit", "ask the issuing office")
_RENEW = ("minta berkas baru ke kantor penerbit", "ask the issuing office for a new file")
_SHUN = (
    "jangan dipakai, dan minta berkas baru ke kantor penerbit",
    "do not use it, and ask the issuing office for a new file",
)
_RETRY = ("coba lagi nanti atau tanyakan kepada kantor penerbit", "try again later or ask the issuing office")
_RELOAD = (
    "unduh ulang atau minta berkas baru ke kantor penerbit",
    "download it again or ask the issuing office for a new file",
)
_SIGNED_FILE = (
    "minta berkas PDF yang bertanda tangan, bukan hasil pindai atau cetakan",
    "ask for the signed PDF file, not a scan or a print",
)
_CLOCK = (
    "periksa jam komputer ini, lalu tanyakan kepada kantor penerbit",
    "check this computer's clock, then ask the issuing office",
)

_PASSED = ("Tanda tangan sah dan berkas utuh", "The signature is valid and the file is intact")
_NOT_JUDGED = (
    "Berkas ini tidak dapat diperiksa di sini dan hasilnya belum dapat dipastikan",
    "This file could not be examined here and the result is not certain",
)
_FOUND: dict[SubIndication, tuple[_Words, _Words]] = {
    SubIndication.FORMAT_FAILURE: (
        (
            "Berkas ini rusak atau tanda tangannya tidak tersusun dengan benar",
            "This file is damaged or its signature is not put together properly",
        ),
        _RELOAD,
    ),
    SubIndication.HASH_FAILURE: (
        ("Isi berkas ini tidak lagi sama dengan yang ditandatangani", "This file is no longer what was signed"),
        _SHUN,
    ),
    SubIndication.SIG_CRYPTO_FAILURE: (
        ("Tanda tangan pada berkas ini tidak sah", "The signature on this file is not valid"),
        _SHUN,
    ),
    SubIndication.REVOKED: (
        (
            "Sertifikat penanda tangan sudah dicabut ketika berkas ini ditandatangani",
            "The signer's certificate was already revoked when this file was signed",
        ),
        _SHUN,
    ),
    SubIndication.SIG_CONSTRAINTS_FAILURE: (
        (
            "Berkas utuh, tetapi tanda tangannya tidak memenuhi syarat untuk dokumen",
            "The file is intact, but its signature does not meet what is asked of documents",
        ),
        _ASK,
    ),
    SubIndication.CHAIN_CONSTRAINTS_FAILURE: (
        (
            "Berkas utuh, tetapi sertifikat penanda tangan bukan untuk menandatangani dokumen",
            "The file is intact, but the signer's certificate is not meant for signing documents",
        ),
        _ASK,
    ),
    SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE: (
        (
            "Berkas utuh, tetapi rangkaian sertifikat penanda tangan tidak dapat dibuktikan",
            "The file is intact, but the signer's chain of certificates does not hold",
        ),
        _ASK,
    ),
    SubIndication.CRYPTO_CONSTRAINTS_FAILURE: (
        (
            "Tanda tangan ini memakai cara yang di sini tidak dianggap aman",
            "This signature uses a method that is not considered safe here",
        ),
        _RENEW,
    ),
    SubIndication.NO_SIGNING_CERTIFICATE_FOUND: (
        (
            "Sertifikat penanda tangan tidak ada di dalam berkas atau tidak cocok",
            "The signer's certificate is missing from the file or is another one",
        ),
        _RENEW,
    ),
    SubIndication.NO_CERTIFICATE_CHAIN_FOUND: (
        (
            "Berkas utuh, tetapi penerbit sertifikat penanda tangan tidak dikenal di sini",
            "The file is intact, but who vouches for the signer is not known here",
        ),
        _ASK,
    ),
    SubIndication.OUT_OF_BOUNDS_NO_POE: (
        (
            "Berkas utuh, tetapi masa berlaku sertifikat habis dan waktu tanda tangan tidak terbukti",
            "The file is intact, but the certificate has expired and nothing proves when it was signed",
        ),
        _ASK,
    ),
    SubIndication.NOT_YET_VALID: (
        (
            "Sertifikat penanda tangan belum berlaku pada waktu itu",
            "The signer's certificate was not yet valid at that time",
        ),
        _CLOCK,
    ),
    SubIndication.REVOKED_NO_POE: (
        (
            "Sertifikat penanda tangan sudah dicabut dan waktu tanda tangan tidak terbukti",
            "The signer's certificate has been revoked and nothing proves when it was signed",
        ),
        _ASK,
    ),
    SubIndication.TRY_LATER: (
        (
            "Keterangan pencabutan sertifikat belum mutakhir",
            "The information on revoked certificates is not recent enough",
        ),
        _RETRY,
    ),
    SubIndication.NO_SIGNATURE: (
        ("Berkas ini tidak memuat tanda tangan elektronik", "This file holds no electronic signature"),
        _SIGNED_FILE,
    ),
}


def plain_words(report: Report, *, language: Language = "id") -> str:
    """One calm sentence on the signature and what to do next, in Indonesian or English.

    It never calls a document genuine: that also needs the register (safety.md 0.2).
    """
    if report.indication is Indication.TOTAL_PASSED:
        found, remedy = _PASSED, _LOOK_UP
    elif report.sub_indication is None:
        found, remedy = _NOT_JUDGED, _ASK
    else:
        found, remedy = _FOUND[report.sub_indication]
    which = 0 if language == "id" else 1
    return f"{found[which]}; {remedy[which]}."
