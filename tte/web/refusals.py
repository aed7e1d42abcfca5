"""Requests that are not answered: the one table of why, with the HTTP status and the words in two languages.

For programs they are problem details (RFC 9457), for people a page; both carry the request's id and nothing of the
request.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from tte.errors import Problem


class Cause(Enum):
    """Why: a stable code, the status, and what to say in Indonesian and English."""

    def __init__(self, code: str, status: int, indonesian: tuple[str, str], english: tuple[str, str]) -> None:
        self.code, self.status = code, status
        self._said = {"id": indonesian, "en": english}

    def title(self, language: str) -> str:
        return self._said[language][0]

    def what_to_do(self, language: str) -> str:
        return self._said[language][1]

    BAD_REQUEST = (
        "bad-request",
        400,
        ("Permintaan tidak dapat dibaca", "Muat ulang halamannya, lalu coba lagi."),
        ("The request cannot be read", "Load the page again and retry."),
    )
    UNKNOWN_HOST = (
        "unknown-host",
        400,
        ("Alamat ini bukan alamat kami", "Buka alamat resmi yang tercetak di sebelah kode QR."),
        ("This is not our address", "Open the official address printed beside the QR code."),
    )
    SESSION_OVER = (
        "session-over",
        401,
        ("Sesi sudah ditutup", "Masuk lagi. Yang Anda ketik tadi belum disimpan."),
        ("The session is over", "Sign in again. What you have just typed was not kept."),
    )
    CROSS_SITE = (
        "cross-site",
        403,
        ("Permintaan ini datang dari situs lain", "Buka halaman kami langsung, lalu isi lagi."),
        ("This request came from another site", "Open our page itself and fill it in again."),
    )
    NOT_FOUND = (
        "not-found",
        404,
        ("Halaman ini tidak ada", "Periksa alamatnya, atau mulai dari halaman depan."),
        ("There is no such page", "Look at the address again, or begin at the front page."),
    )
    METHOD = (
        "method-not-allowed",
        405,
        ("Cara ini tidak tersedia di alamat ini", "Mulai dari halaman depan."),
        ("This address does not take that method", "Begin at the front page."),
    )
    TOO_SLOW = (
        "request-timeout",
        408,
        ("Pengiriman terlalu lama", "Coba lagi dengan sambungan yang lebih baik; berkas Anda belum diperiksa."),
        ("Sending took too long", "Try again over a better connection; your file was not examined."),
    )
    RECEIPT_GONE = (
        "result-gone",
        410,
        (
            "Hasil ini sudah tidak dapat dibuka",
            "Hasil hanya disimpan di halaman Anda, 15 menit. Periksa berkasnya lagi.",
        ),
        ("This result can no longer be opened", "It is kept in your page only, for 15 minutes. Check the file again."),
    )
    TOO_LARGE = (
        "too-large",
        413,
        ("Berkas ini lebih dari 10 MB", "Dokumen kami tidak pernah sebesar itu. Periksa apakah berkasnya benar."),
        ("This file is over 10 MB", "Our documents are never that big. See whether it is the right file."),
    )
    TOO_LARGE_REQUEST = (
        "request-too-large",
        413,
        ("Lampirannya terlalu besar", "Kecilkan fotonya atau kurangi lampirannya, lalu kirim lagi."),
        ("The attachments are too large", "Make the photos smaller or attach fewer files, then send again."),
    )
    MEDIA_TYPE = (
        "unsupported-media-type",
        415,
        ("Cara pengiriman ini tidak dikenal", "Kirim multipart/form-data dengan isian `file`, atau application/pdf."),
        ("This way of sending is not known", "Send multipart/form-data with the field `file`, or application/pdf."),
    )
    NO_FILE = (
        "no-file",
        422,
        ("Tidak ada berkas yang dikirim", "Pilih satu berkas PDF, lalu kirim lagi."),
        ("No file was sent", "Choose one PDF file, then send again."),
    )
    TOO_MANY_FILES = (
        "too-many-files",
        422,
        ("Lampirannya terlalu banyak atau tidak dapat dibaca", "Kurangi lampirannya, lalu kirim lagi."),
        ("There are too many attachments, or they cannot be read", "Attach fewer files, then send again."),
    )
    TOO_MANY = (
        "too-many-requests",
        429,
        ("Terlalu banyak permintaan dari sambungan ini", "Tunggu sebentar, lalu coba lagi."),
        ("Too many requests from this connection", "Wait a little, then try again."),
    )
    FAULT = (
        "fault",
        500,
        ("Ada yang salah pada kami", "Ini bukan karena berkas Anda. Coba lagi; bila terulang, sebutkan kode di bawah."),
        ("Something went wrong on our side", "It was not your file. Try again; if it recurs, tell us the code below."),
    )
    BUSY = (
        "busy",
        503,
        ("Sedang ramai", "Coba lagi sebentar lagi; berkas Anda belum diterima."),
        ("We are busy", "Try again in a moment; your file was not taken."),
    )
    NO_KEY = (
        "no-key",
        401,
        ("Kunci aplikasi tidak ada atau tidak berlaku", "Kirim Authorization: Bearer tte_…; minta kunci ke admin."),
        ("There is no key of an application, or it is not valid", "Send Authorization: Bearer tte_…; ask your admin."),
    )
    NOT_ALLOWED = (
        "not-allowed",
        403,
        ("Kunci ini tidak boleh melakukannya", "Minta admin kantor Anda memberi hak itu kepada aplikasinya."),
        ("This key may not do that", "Ask your office's admin to give the application that right."),
    )
    CONFLICT = (
        "conflict",
        409,
        ("Ini bertentangan dengan yang sudah ada", "Baca lagi keadaannya, lalu putuskan."),
        ("This is at odds with what is there already", "Read how it stands now, then decide."),
    )
    INVALID = (
        "invalid",
        422,
        ("Isinya belum benar", "Perbaiki yang disebut, lalu kirim lagi."),
        ("The content is not right", "Correct what is named, then send again."),
    )
    KEY_AWAY = (
        "key-unavailable",
        503,
        ("Kunci tanda tangan sedang tidak dapat dipakai", "Coba lagi nanti; bila terulang, beri tahu admin kantor."),
        ("The signing key cannot be used just now", "Try again later; if it recurs, tell your office's admin."),
    )
    REGISTER_AWAY = (
        "register-unavailable",
        503,
        ("Register kami sedang tidak dapat dibaca", "Coba lagi beberapa menit lagi. Jangan diputuskan dulu."),
        ("Our register cannot be read just now", "Try again in some minutes. Do not decide yet."),
    )


@dataclass  # not frozen: an exception is given its traceback
class Refusal(Exception):
    """Raised by a route, or answered by a gate before one."""

    cause: Cause
    retry_after_s: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    close: bool = False
    """Whether the connection is closed: something was sent that nobody will read."""
    code: str = ""
    """A nearer word than the cause's, for programs."""
    said: str = ""
    """What happened here, in place of the cause's general advice; it repeats nothing that was sent."""
    problems: Sequence[Problem] = ()

    @classmethod
    def of_status(cls, status: int) -> Refusal:
        """For what the framework refuses by itself."""
        return cls(next((cause for cause in Cause if cause.status == status), Cause.BAD_REQUEST))


def problem(refusal: Refusal, language: str, request_id: str) -> dict[str, object]:
    """The refusal as problem details."""
    cause = refusal.cause
    told: dict[str, object] = {
        "type": f"urn:tte:problem:{refusal.code or cause.code}",
        "title": cause.title(language),
        "status": cause.status,
        "detail": refusal.said or cause.what_to_do(language),
        "instance": f"urn:tte:request:{request_id}",
    }
    if refusal.problems:
        told["problems"] = [{"field": one.field, "message": one.message} for one in refusal.problems]
    return told
