"""The official's pages: the list, the authorisation, the signature and how it went; withdrawals."""

from __future__ import annotations

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "sign_h": ("{n} dokumen untuk ditandatangani", "{n} documents to sign"),
    "sign_none_h": ("Tanda tangan", "Signing"),
    "sign_lead": (
        "Semua sudah diperiksa orang kedua. Tidak ada yang Anda buat atau periksa sendiri.",
        "A second person has checked them all. You drafted or checked none of them.",
    ),
    "step_review": ("Tinjau", "Review"),
    "step_authorise": ("Sahkan", "Authorise"),
    "step_done": ("Selesai", "Done"),
    "must_h": (
        "Buka {n} dokumen yang dipilih acak sebelum mengesahkan",
        "Open {n} documents, chosen at random, before you authorise",
    ),
    "must_n": ("{n} dari {of} sudah dibuka", "{n} of {of} are opened"),
    "must_next": ("Buka yang berikutnya", "Open the next one"),
    "must_left": (
        "Masih {n} dokumen yang wajib dibuka sebelum mengesahkan.",
        "{n} more documents must be opened before you authorise.",
    ),
    "must_open": ("wajib dibuka", "must be opened"),
    "was_opened": ("sudah dibuka", "opened"),
    "pick_all": ("Pilih semua", "Choose all"),
    "picked": ("dipilih", "chosen"),
    "picked_none": ("Pilih sekurang-kurangnya satu dokumen.", "Choose at least one document."),
    "to_authorise": ("Lanjut mengesahkan", "Continue to authorise"),
    "only_first": (
        "Ditampilkan {n} yang tertua; paling banyak sekian dapat disahkan sekali.",
        "The oldest {n} are shown; no more can be authorised at once.",
    ),
    "review_h": ("Tinjau dokumen", "Review the document"),
    "drafted_by": ("Dibuat oleh", "Drafted by"),
    "read_it": ("Sudah saya baca", "I have read it"),
    "content": ("Isi", "Content"),
    "replaces": ("Mengganti dokumen", "Replaces document"),
    "authorise_h": ("Sahkan {n} dokumen", "Authorise {n} documents"),
    "authorise_p": (
        "Izin ini hanya untuk {n} dokumen di daftar, dan habis dalam 10 menit.",
        "This authorisation covers only the {n} documents listed, and ends in 10 minutes.",
    ),
    "key_h": ("Kunci", "Key"),
    "passphrase": ("Passphrase sertifikat", "Passphrase of the certificate"),
    "passphrase_hint": (
        "Dipakai sekali lalu dilupakan. Tidak disimpan, tidak dicatat.",
        "Used once, then forgotten. Not stored, not logged.",
    ),
    "sign_n": ("Tanda tangani {n} dokumen", "Sign {n} documents"),
    "sign_cancel": ("Batalkan, jangan tandatangani apa pun", "Cancel, sign nothing"),
    "listed": ("Daftar dokumen", "The documents"),
    "signing_h": ("Sedang ditandatangani", "Being signed"),
    "signing_p": (
        "Halaman ini menyegarkan dirinya. Bila ditutup, penandatanganan tetap berjalan.",
        "This page refreshes itself. Signing goes on if you close it.",
    ),
    "signing_n": ("{n} dari {of}", "{n} of {of}"),
    "refresh": ("Segarkan", "Refresh"),
    "signed_h": ("{n} dokumen terbit", "{n} documents issued"),
    "signed_p": (
        "Tercatat di register. Yang ditolak dikembalikan kepada pembuatnya.",
        "They stand in the register. What was refused went back to who drafted it.",
    ),
    "signed_refused": ("{n} ditolak", "{n} refused"),
    "stopped_h": ("Belum semuanya ditandatangani", "Not all of them were signed"),
    "stopped_p": (
        "{n} dari {of} terbit. Sisanya tetap terperiksa dan menunggu pengesahan lagi; tidak ada yang hilang.",
        "{n} of {of} were issued. The rest stay checked and wait for another authorisation; nothing was lost.",
    ),
    "passphrase_wrong": (
        "Passphrase tidak cocok. Tidak ada yang ditandatangani. Setelah lima kali salah, terkunci 15 menit.",
        "The passphrase does not match. Nothing was signed. After five wrong ones it locks for 15 minutes.",
    ),
    "passphrase_again": ("Ketik passphrase lagi", "Type the passphrase again"),
    "not_begun": (
        "Belum ada yang ditandatangani dengan izin ini.",
        "Nothing was signed with this authorisation yet.",
    ),
    "key_away": (
        "Kuncinya tidak dapat dipakai sekarang. Tidak ada yang hilang; coba lagi atau hubungi admin.",
        "The key cannot be used now. Nothing was lost; try again or tell the admin.",
    ),
    "said_must_more": (
        "Dokumen ini wajib dibuka dulu. Setelah itu, pilih lagi.",
        "This document must be opened first. Then choose again.",
    ),
    "to_documents": ("Lihat dokumen", "See the documents"),
    "to_list": ("Kembali ke daftar", "Back to the list"),
    "withdrawals_h": ("Pencabutan yang menunggu Anda", "Withdrawals that wait for you"),
    "withdraw": ("Cabut dokumen ini", "Withdraw this document"),
    "said_withdrawn": ("Dokumen dicabut.", "The document was withdrawn."),
}
