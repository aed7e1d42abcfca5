"""The verifier's room."""

from __future__ import annotations

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "checks_p": (
        "{n} menunggu orang kedua, yang tertua dahulu.",
        "{n} wait for a second person, the oldest first.",
    ),
    "checks_none": ("Tidak ada yang menunggu pemeriksaan.", "Nothing waits to be checked."),
    "own_draft": ("buatan Anda: diperiksa orang lain", "made by you: somebody else checks it"),
    "own_draft_p": (
        "Anda yang membuat draf ini, maka orang lain yang memeriksanya.",
        "You made this draft, so somebody else checks it.",
    ),
    "checks_back": ("Antrean", "Queue"),
    "made_by_at": ("dibuat {by}, {at}", "made by {by}, {at}"),
    "said_approved": (
        "Disetujui, dan menunggu tanda tangan. Ini yang berikutnya.",
        "Approved, and waits for a signature. This is the next one.",
    ),
    "said_sent_back": ("Dikembalikan ke pembuatnya. Ini yang berikutnya.", "Sent back. This is the next one."),
    "papers_h": ("Bandingkan dengan berkas asalnya", "Compare with the papers it came from"),
    "withdraw_h": ("Usulan pencabutan", "A proposal to withdraw"),
    "withdraw_p": (
        "Bila disetujui dan dilaksanakan pejabat, dokumen ini tidak berlaku lagi, untuk selamanya.",
        "Once approved and carried out by an official, this document is in force no longer, for good.",
    ),
    "replace_h": ("Menggantikan dokumen yang sudah terbit", "It replaces an issued document"),
    "document_h": ("Dokumennya", "The document"),
    "document_day": ("Terbit", "Issued"),
    "document_signer": ("Ditandatangani oleh", "Signed by"),
    "stands": ("Keadaan dokumen", "State of the document"),
    "stands_ISSUED": ("berlaku", "in force"),
    "stands_REPLACED": ("sudah diganti", "replaced"),
    "stands_REVOKED": ("sudah dicabut", "revoked"),
    "return_h": ("Kembalikan ke pembuatnya", "Send it back"),
    "remark": ("Catatan untuk pembuatnya", "Remark for who made it"),
    "remark_hint": ("Apa yang harus diperbaiki. Tanpa nama orang.", "What is to be mended. Name nobody."),
    "remark_wrong": ("Tulis catatan, 1 sampai 1.000 huruf.", "Write a remark of 1 to 1,000 letters."),
    "compared": (
        "Saya sudah membandingkan isi ini dengan berkas asalnya.",
        "I have compared this with the papers it came from.",
    ),
    "compared_withdraw": (
        "Saya sudah memeriksa alasan dan dokumennya.",
        "I have looked at the reason and at the document.",
    ),
    "compared_wrong": (
        "Centang dahulu bahwa Anda sudah membandingkannya.",
        "Tick first that you have compared it.",
    ),
    "approve": ("Setujui", "Approve"),
    "send_back": ("Kembalikan", "Send back"),
    "unprintable": (
        "Halamannya tidak dapat dibuat dari isi ini, maka tidak dapat disetujui. Kembalikan ke pembuatnya.",
        "No page can be made of this, so it cannot be approved. Send it back.",
    ),
    "checked_already": ("Draf ini sudah tidak menunggu pemeriksaan.", "This draft waits for no check any more."),
}
