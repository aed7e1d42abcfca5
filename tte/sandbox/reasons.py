"""Why a file got no verdict from the sandbox, in Indonesian and English. Stable, never text from the file."""

from __future__ import annotations

from enum import StrEnum


def _said(indonesian: str, english: str) -> str:
    return f"tidak dapat dipastikan: {indonesian} (could not be determined: {english})"


class Undetermined(StrEnum):
    """Reasons of an INDETERMINATE report that no validation made. Names are stable; programs may compare them."""

    TOO_LARGE = _said("berkas ini terlalu besar untuk diperiksa", "the file is larger than may be examined")
    TIME = _said("pemeriksaan berkas ini melampaui batas waktu", "examining the file took longer than allowed")
    PROCESSOR = _said("berkas ini memerlukan terlalu banyak perhitungan", "the file needs more computing than allowed")
    MEMORY = _said("berkas ini memerlukan terlalu banyak memori", "the file needs more memory than allowed")
    CRASHED = _said("pemeriksaan berkas ini terhenti", "the examination of the file broke down")
    GARBAGE = _said("hasil pemeriksaan tidak dapat dibaca", "the examination gave no answer that can be used")
    INCOMPLETE = _said(
        "pemeriksa memerlukan sesuatu yang tidak tersedia baginya; laporkan kepada pengelola",
        "the examination needed something it may not reach; tell whoever runs this service",
    )
    UNAVAILABLE = _said(
        "pemeriksa tidak dapat dijalankan; coba lagi nanti", "the examination cannot be run here now; try again later"
    )
