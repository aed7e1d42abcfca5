"""The kinds of document that an office can sign electronically: 22 of the official 24 (KTP-el and KIA stay cards)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

KINDS: Final[Mapping[str, str]] = {
    "kartu_keluarga": "Kartu keluarga",
    "biodata_penduduk": "Biodata penduduk",
    "akta_kelahiran": "Akta kelahiran",
    "akta_kematian": "Akta kematian",
    "akta_perkawinan": "Akta perkawinan",
    "akta_perceraian": "Akta perceraian",
    "akta_pengakuan_anak": "Akta pengakuan anak",
    "akta_pengesahan_anak": "Akta pengesahan anak",
    "surat_keterangan_pindah": "SK pindah",
    "surat_keterangan_pindah_datang": "SK pindah datang",
    "surat_keterangan_pindah_luar_negeri": "SK pindah ke luar negeri",
    "surat_keterangan_datang_luar_negeri": "SK datang dari luar negeri",
    "surat_keterangan_tempat_tinggal": "SK tempat tinggal",
    "surat_keterangan_kelahiran": "SK kelahiran",
    "surat_keterangan_lahir_mati": "SK lahir mati",
    "surat_keterangan_pembatalan_perkawinan": "SK pembatalan perkawinan",
    "surat_keterangan_pembatalan_perceraian": "SK pembatalan perceraian",
    "surat_keterangan_kematian": "SK kematian",
    "surat_keterangan_pengangkatan_anak": "SK pengangkatan anak",
    "surat_keterangan_pelepasan_kewarganegaraan": "SK pelepasan kewarganegaraan",
    "suket_ktp": "SK pengganti tanda identitas",
    "surat_keterangan_pencatatan_sipil": "SK pencatatan sipil",
}
"""What reports call each kind, by the name of its template; another kind is called by its name."""

NO_DOCUMENTS: Final = frozenset({"laporan_jumat"})
"""What the register holds and is no population document."""


def title_of(kind: str) -> str:
    """What reports call a kind."""
    return KINDS.get(kind) or kind.replace("_", " ").capitalize()
