"""What a verdict means, for people: Indonesian and English, the same on the command line and on every page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tte.seal.claims import Claim
from tte.seal.reading import Verdict

PASSED, IN_DOUBT, FAILED = "TOTAL-PASSED", "INDETERMINATE", "TOTAL-FAILED"
"""EN 319 102-1 §5.1.3."""

INDICATIONS: Final[Mapping[Verdict, str]] = {
    **dict.fromkeys(Verdict, IN_DOUBT),
    **dict.fromkeys((Verdict.GENUINE, Verdict.GENUINE_STATUS_OLD, Verdict.GENUINE_STATUS_UNKNOWN), PASSED),
    **dict.fromkeys((Verdict.FORGED, Verdict.FOREIGN_HOST, Verdict.OUT_OF_PERIOD), FAILED),
    **dict.fromkeys((Verdict.WITHDRAWN, Verdict.REPLACED), FAILED),
}
"""What an automated reader may take a verdict for. PASSED says nothing yet of the paper it stands on."""

SAID: Final[Mapping[Verdict, tuple[str, str]]] = {
    Verdict.NATIONAL: (
        "Ini kode QR nasional Dukcapil, bukan segel kantor ini. Periksa dengan aplikasi IKD.",
        "This is Dukcapil's national QR code, not a seal of this office. Check it with the IKD app.",
    ),
    Verdict.NOT_A_SEAL: (
        "Kode ini bukan segel dokumen. Jangan percaya halaman yang ditujunya.",
        "This code is not the seal of a document. Do not believe the page that it leads to.",
    ),
    Verdict.UNSEALED: (
        "Dokumen ini terbit tanpa segel. Tanyakan kepada kantor dengan kode di bawah QR.",
        "This document was issued without a seal. Ask the office, with the code below the QR code.",
    ),
    Verdict.UNREADABLE: (
        "Segel tidak terbaca utuh. Pindai lagi, atau ketik kode di bawah QR.",
        "The seal could not be read in full. Scan it again, or type the code below it.",
    ),
    Verdict.NEWER: (
        "Segel ini dari versi yang lebih baru. Perbarui pembacanya.",
        "This seal is of a newer version. Bring the reader up to date.",
    ),
    Verdict.UNKNOWN_KEY: (
        "Kunci segel ini tidak dikenal: tidak dapat dipastikan.",
        "The key of this seal is not known: it cannot be determined.",
    ),
    Verdict.FORGED: ("Segel palsu, atau isinya diubah.", "The seal is forged, or what it says was altered."),
    Verdict.FOREIGN_HOST: (
        "Alamat di kode ini bukan milik kantor penerbit. Jangan diterima.",
        "The address in this code is not the office's. Do not accept it.",
    ),
    Verdict.KEY_COMPROMISED: (
        "Kunci segel ini pernah jatuh ke tangan lain. Hanya daftar kantor yang dapat memastikan.",
        "The key of this seal fell into other hands. Only the office's register can tell.",
    ),
    Verdict.OUT_OF_PERIOD: (
        "Tanggal terbit di luar masa berlaku kuncinya. Jangan diterima.",
        "The day of issue is outside the key's period. Do not accept it.",
    ),
    Verdict.SPECIMEN: ("Contoh, bukan dokumen.", "A specimen, not a document."),
    Verdict.WITHDRAWN: ("Dokumen ini sudah dicabut.", "This document has been withdrawn."),
    Verdict.UNDER_REVIEW: ("Dokumen ini sedang ditinjau.", "This document is under review."),
    Verdict.REPLACED: (
        "Dokumen ini sudah diganti dengan yang baru.",
        "This document has been replaced by a newer one.",
    ),
    Verdict.GENUINE_STATUS_UNKNOWN: (
        "Segel asli. Belum diketahui apakah dokumen masih berlaku. Cocokkan isinya dengan kertas.",
        "The seal is genuine. Whether the document is still in force is not known. Compare it with the paper.",
    ),
    Verdict.GENUINE_STATUS_OLD: (
        "Segel asli. Status menurut daftar yang sudah lama. Cocokkan isinya dengan kertas.",
        "The seal is genuine. Its status is by an old list. Compare what it says with the paper.",
    ),
    Verdict.GENUINE: (
        "Segel asli dan dokumen berlaku. Sekarang cocokkan isinya dengan kertas.",
        "The seal is genuine and the document in force. Now compare what it says with the paper.",
    ),
}

NAMES: Final[Mapping[int, tuple[str, str]]] = {
    Claim.OFFICE: ("Kantor", "Office"),
    Claim.KIND: ("Jenis", "Kind"),
    Claim.NUMBER: ("Nomor", "Number"),
    Claim.ISSUED: ("Disegel tanggal", "Sealed on"),
    Claim.NAME: ("Nama", "Name"),
    Claim.BORN: ("Tanggal lahir", "Born"),
    Claim.CHECKS: ("Angka cek NIK", "NIK checks"),
    Claim.PLACE: ("Desa/kelurahan", "Village"),
    Claim.TO_PLACE: ("Desa/kelurahan tujuan", "Village moved to"),
    Claim.COUNT: ("Jumlah baris", "Rows"),
    Claim.NAME2: ("Nama kedua", "Second name"),
    Claim.EVENT: ("Tanggal peristiwa", "Day of the event"),
    Claim.SEX: ("Jenis kelamin", "Sex"),
    Claim.DATED: ("Tanggal terbit tercetak", "Date of issue as printed"),
    Claim.UNTIL: ("Berlaku sampai", "Valid until"),
    Claim.COUNTRY: ("Negara atau kewarganegaraan", "Country or citizenship"),
    Claim.DEED: ("Nomor akta", "Number of the deed"),
}
"""What a fact is called; one without a name is shown as “isian N”."""

DAYS: Final = frozenset((Claim.ISSUED, Claim.BORN, Claim.EVENT, Claim.DATED, Claim.UNTIL))
"""Facts that are days."""
