"""What went wrong, in ESC's words and codes. Always HTTP 400: nothing was handed out, and nobody has to find out
whether something was.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tte.errors import (
    BrokenPdf,
    CertificateExpired,
    CertificateNotYetValid,
    CertificateRevoked,
    ChangesForbidden,
    EncryptionUnknown,
    FieldAsksMore,
    FieldTaken,
    ImageRefused,
    KeyThrottled,
    LevelNotReached,
    LintError,
    NoMoreSignatures,
    NoSuchPage,
    NotAPdf,
    OffThePage,
    PasswordMissing,
    PasswordWrong,
    PinLocked,
    PinRefused,
    ServiceUnavailable,
    TagNotFound,
    TooBig,
    TteError,
    UsageLimitReached,
    WrongCertificate,
)
from tte.web.esc.answers import BAD_PDF, EXPIRED, NO_CERTIFICATE, REVOKED, WRONG_PASSPHRASE, Refused

_ITEXT: Final = "com.itextpdf.text.exceptions.InvalidPdfException: Rebuild failed: "

_SAID: Final[Sequence[tuple[type[TteError], str, int]]] = (
    (PinRefused, "Passphrase anda salah", WRONG_PASSPHRASE),
    (PinLocked, "Passphrase terkunci karena terlalu banyak percobaan", WRONG_PASSPHRASE),
    (CertificateExpired, "Sertifikat user sudah kedaluwarsa", EXPIRED),
    (CertificateNotYetValid, "Sertifikat user belum berlaku", NO_CERTIFICATE),
    (CertificateRevoked, "Sertifikat user sudah dicabut", REVOKED),
    (WrongCertificate, "Sertifikat user tidak sesuai dengan yang terdaftar", NO_CERTIFICATE),
    (UsageLimitReached, "Batas jumlah dokumen yang boleh ditandatangani sudah tercapai", 0),
    (KeyThrottled, "Layanan kunci sedang sibuk; dokumen belum ditandatangani, coba lagi nanti", 0),
    (LevelNotReached, "Penanda waktu tidak dapat diperoleh; dokumen tidak diserahkan, coba lagi nanti", 0),
    (NotAPdf, f"{_ITEXT}PDF header signature not found.", 0),
    (BrokenPdf, f"{_ITEXT}trailer not found.; periksa file PDF", 0),
    (PasswordMissing, "Dokumen PDF dilindungi kata sandi; isi pdfPassword", 0),
    (PasswordWrong, "Kata sandi dokumen PDF salah", 0),
    (EncryptionUnknown, "Dokumen PDF dienkripsi dengan cara yang tidak didukung", 0),
    (ChangesForbidden, "Dokumen PDF tidak mengizinkan penandatanganan; isi pdfPassword dengan kata sandi pemilik", 0),
    (NoMoreSignatures, "Dokumen sudah dikunci oleh penandatangan sebelumnya", 0),
    (FieldTaken, "Nama kolom tanda tangan sudah dipakai", 0),
    (FieldAsksMore, "Kolom tanda tangan meminta syarat yang tidak dapat dipenuhi", 0),
    (NoSuchPage, "Halaman tidak ditemukan dalam dokumen", 0),
    (TagNotFound, "tag_koordinat tidak ditemukan dalam dokumen", 0),
    (OffThePage, "Posisi tanda tangan berada di luar halaman", 0),
    (ImageRefused, "Gambar tanda tangan tidak dapat dibaca; gunakan PNG atau JPEG", 0),
    (TooBig, "Dokumen terlalu besar", 0),
    (ServiceUnavailable, "Layanan penanda waktu atau status sertifikat tidak dapat dihubungi", 0),
)
_PDF: Final = (NotAPdf, BrokenPdf)


def refusal(why: TteError) -> Refused:
    """The business error for one of ours; what it says beyond its kind stays here."""
    if isinstance(why, LintError):
        found = ", ".join(sorted(problem.field for problem in why.problems))
        return Refused(f"Dokumen mengandung hal yang tidak boleh ditandatangani: {found}")
    for kind, text, code in _SAID:
        if isinstance(why, kind):
            return Refused(text, code)
    return Refused("Layanan tanda tangan tidak dapat digunakan; dokumen belum ditandatangani, hubungi admin")


def in_dialect(why: Refused, dialect: str) -> Refused:
    """A PDF that cannot be read has a code of its own only where codes stand apart from the text."""
    if dialect == "older" and not why.code and why.text.startswith(_ITEXT):
        return Refused(why.text, BAD_PDF, why.process, why.status, why.headers)
    return why
