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
    "suket_pindah_datang": "SK pindah datang",
    "suket_pindah_luar_negeri": "SK pindah ke luar negeri",
    "suket_datang_luar_negeri": "SK datang dari luar negeri",
    "suket_tempat_tinggal": "SK tempat tinggal",
    "suket_kelahiran": "SK kelahiran",
    "suket_lahir_mati": "SK lahir mati",
    "suket_pembatalan_perkawinan": "SK pembatalan perkawinan",
    "suket_pembatalan_perceraian": "SK pembatalan perceraian",
    "suket_kematian": "SK kematian",
    "suket_pengangkatan_anak": "SK pengangkatan anak",
    "suket_pelepasan_kewarganegaraan": "SK pelepasan kewarganegaraan",
    "suket_ktp": "SK pengganti tanda identitas",
    "suket_pencatatan_sipil": "SK pencatatan sipil",
}
"""What reports call each kind, by the name of its template; another kind is called by its name."""

_EXCERPTS: Final = {"akta_perkawinan_suami": "akta_perkawinan", "akta_perkawinan_istri": "akta_perkawinan"}
"""Templates that are excerpts of one kind."""

NO_DOCUMENTS: Final = frozenset({"laporan_jumat"})
"""What the register holds and is no population document."""


def kind_of(template: str) -> str:
    """The kind that a template is of."""
    return _EXCERPTS.get(template, template)


def title_of(kind: str) -> str:
    """What reports call a kind."""
    return KINDS.get(kind) or kind.replace("_", " ").capitalize()
