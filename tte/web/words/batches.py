"""Batches of an office."""

from __future__ import annotations

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "batches_h": ("Batch", "Batches"),
    "batches_lead": (
        "Berkas besar dari aplikasi (/v1/batches) atau baris perintah (tte batch). Untuk yang kecil, pakai Impor.",
        "Large files that applications (/v1/batches) or the command line (tte batch) submitted. Small ones: Import.",
    ),
    "batches_none": ("Belum ada batch.", "There are no batches yet."),
    "batch_h": ("Batch {id}", "Batch {id}"),
    "batch_rows": ("{n} dari {of} baris", "{n} of {of} rows"),
    "batch_issued": ("Terbit", "Issued"),
    "batch_earlier": ("Sudah terbit sebelumnya", "Issued before"),
    "batch_refused": ("Ditolak", "Refused"),
    "batch_held": ("Belum boleh diserahkan", "Not yet released"),
    "batch_at": ("Dikirim", "Submitted"),
    "batch_ended": ("Selesai", "Ended"),
    "batch_speed": ("Kecepatan", "Speed"),
    "batch_speed_n": ("{n} baris per detik, sisa sekitar {s} detik", "{n} rows a second, about {s} seconds left"),
    "batch_trouble": ("Menunggu", "It waits"),
    "batch_outcomes": ("Unduh hasil per baris (CSV)", "Download what became of each row (CSV)"),
    "batch_safe": (
        "Aman bila terputus. Batch dilanjutkan dari baris terakhir yang tercatat.",
        "Safe when interrupted. The batch resumes after the last row recorded.",
    ),
    "bs_queued": ("antre", "queued"),
    "bs_running": ("berjalan", "running"),
    "bs_waiting": ("menunggu", "waiting"),
    "bs_done": ("selesai", "done"),
    "bs_cancelled": ("dibatalkan", "cancelled"),
}
