"""Drafts: their states, the list, the form, the file of many, and the picture of the page."""

from __future__ import annotations

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "state_draft": ("menunggu pemeriksaan", "waits to be checked"),
    "state_checked": ("menunggu tanda tangan", "waits for a signature"),
    "state_returned": ("dikembalikan", "sent back"),
    "state_signing": ("sedang ditandatangani", "being signed"),
    "state_issued": ("terbit", "issued"),
    "state_withdrawn": ("dicabut", "withdrawn"),
    "state_discarded": ("dibuang", "discarded"),
    "kind_replace": ("pengganti", "replacement"),
    "kind_withdraw": ("pencabutan", "withdrawal"),
    "choose_one": ("Pilih", "Choose"),
    "about": ("Tentang", "About"),
    "document_kind": ("Jenis dokumen", "Kind of document"),
    "made_by": ("Dibuat oleh", "Made by"),
    "state": ("Keadaan", "State"),
    "since": ("Sejak", "Since"),
    "waiting": ("menunggu", "waits"),
    "ago_minutes": ("{n} menit", "{n} min"),
    "ago_hours": ("{n} jam", "{n} h"),
    "ago_days": ("{n} hari", "{n} days"),
    "sheet": ("Halaman yang akan terbit", "The page as it will be"),
    "sheet_alt": (
        "Pratinjau halaman nomor {number}, bertanda SPECIMEN, belum ditandatangani",
        "Preview of the page with number {number}, marked SPECIMEN, not signed",
    ),
    "sheet_none": (
        "Belum ada gambar halaman: isian belum lengkap, atau ada yang tidak muat.",
        "There is no picture of the page yet: something is missing, or does not fit.",
    ),
}
