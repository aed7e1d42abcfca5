"""Every sentence of a verdict, Indonesian first, English beside it. `{day}` is since when it is not in force."""

from __future__ import annotations

from typing import Final

from tte.verdict.deciding import Code, Why

Both = tuple[str, str]
"""Indonesian, English."""

FOUND: Final[dict[Why, Both]] = {
    Why.IN_FORCE: (
        "Register mencatat persis berkas ini, pejabat kami menandatanganinya, dan dokumennya masih berlaku.",
        "Our register has exactly this file, an official of ours signed it, and the document is in force.",
    ),
    Why.REPLACED: (
        "Kami memang menerbitkan berkas ini, tetapi sejak {day} ada dokumen baru yang menggantikannya.",
        "We did issue this file, but since {day} a newer document stands in its place.",
    ),
    Why.REVOKED: (
        "Kami memang menerbitkan berkas ini, tetapi dokumennya dicabut pada {day}.",
        "We did issue this file, but the document was revoked on {day}.",
    ),
    Why.NOT_RECORDED: (
        "Berkas ini utuh dan tanda tangannya sah, tetapi register ini tidak mengenalnya.",
        "This file is whole and its signature is valid, but this register does not know it.",
    ),
    Why.OFFICIAL_NOT_RECORDED: (
        "Pejabat yang kami kenal menandatangani berkas ini, tetapi register kami tidak mencatatnya sebagai terbitan.",
        "An official whom we know signed this file, but our register has no record that it was issued.",
    ),
    Why.BORROWED_NAME: (
        "Orang lain menandatangani berkas ini, dengan kode sebuah dokumen kami di dalamnya. Ini bukan berkas kami.",
        "Somebody else signed this file, and it carries the code of a document of ours. It is not our file.",
    ),
    Why.CHANGED: (
        "Sesudah ditandatangani, berkas ini diubah. Yang tampak sekarang belum tentu yang ditandatangani.",
        "This file was changed after it was signed. What it shows now need not be what was signed.",
    ),
    Why.CHANGED_OURS: (
        "Di dalam berkas ini ada berkas yang kami terbitkan, tetapi kemudian ada yang mengubahnya.",
        "This file contains one that we issued, but somebody changed it afterwards.",
    ),
    Why.BROKEN: (
        "Tanda tangan di berkas ini tidak sesuai dengan isinya.",
        "The signature in this file does not fit what the file says.",
    ),
    Why.SIGNER_REVOKED: (
        "Sertifikat elektronik penanda tangan sudah dicabut ketika berkas ini ditandatangani.",
        "The signer's certificate had already been revoked when this file was signed.",
    ),
    Why.SIGNATURE_FAILED: (
        "Tanda tangan di berkas ini tidak memenuhi aturan yang berlaku ketika dibuat.",
        "The signature in this file does not keep to the rules that held when it was made.",
    ),
    Why.NO_SIGNATURE: (
        "Di dalam PDF ini tidak ada tanda tangan elektronik, misalnya karena merupakan hasil pindai atau cetak ulang.",
        "There is no electronic signature in this PDF, perhaps because it is a scan or was printed to PDF again.",
    ),
    Why.NOT_A_PDF: (
        "Berkas ini bukan PDF atau tidak lengkap, jadi tidak ada tanda tangan yang dapat diperiksa.",
        "This file is no PDF or is not complete, so there is no signature to check.",
    ),
    Why.ENCRYPTED: (
        "Berkas ini terkunci sandi, jadi isinya tidak dapat kami baca.",
        "This file is locked with a password, so we cannot read it.",
    ),
    Why.TOO_LARGE: (
        "Berkas ini lebih besar daripada yang kami periksa. Dokumen kami jauh lebih kecil.",
        "This file is larger than what we check. Our documents are far smaller.",
    ),
    Why.NOT_EXAMINED: (
        "Berkas ini tidak dapat diperiksa sampai selesai dengan aman.",
        "This file could not be examined safely to the end.",
    ),
    Why.EXPIRED: (
        "Isi berkas utuh, tetapi masa berlaku sertifikat elektroniknya habis dan tidak ada bukti kapan ditandatangani.",
        "The file is whole, but its certificate has expired and nothing proves when it was signed.",
    ),
    Why.NOT_YET_VALID: (
        "Menurut waktu pemeriksaan, sertifikat elektronik penanda tangan belum mulai berlaku.",
        "By the time of this check, the signer's certificate was not yet valid.",
    ),
    Why.REVOKED_NO_TIME: (
        "Sertifikat elektronik penanda tangan dicabut, dan tidak terbukti bahwa ia menandatangani sebelum itu.",
        "The signer's certificate was revoked, and it is not proven that the signature is older.",
    ),
    Why.UNKNOWN_AUTHORITY: (
        "Isi berkas utuh, tetapi kami tidak mengenal siapa yang menerbitkan sertifikat elektronik penanda tangannya.",
        "The file is whole, but we do not know who issued the signer's certificate.",
    ),
    Why.WEAK: (
        "Tanda tangan ini dibuat dengan cara lama yang dapat ditiru, jadi tidak dapat kami andalkan.",
        "This signature was made in an old way that can be imitated, so we cannot rely on it.",
    ),
    Why.NOT_PROVEN: (
        "Isi berkas utuh, tetapi sebagian syarat tanda tangannya tidak dapat dibuktikan di sini.",
        "The file is whole, but something that its signature needs cannot be proven here.",
    ),
    Why.NO_REGISTER: (
        "Tanda tangan sah dan berkas utuh. Di sini tidak ada register: terbitan kantor atau bukan, tidak diketahui.",
        "The signature is valid, the file whole. There is no register here: who issued it, if in force, is not known.",
    ),
    Why.REGISTER_UNAVAILABLE: (
        "Tanda tangannya sah dan berkas utuh, tetapi register sedang tidak dapat dibaca.",
        "The signature is valid and the file is whole, but the register cannot be read just now.",
    ),
    Why.EXTENDED: (
        "Berkas ini memuat berkas yang kami terbitkan, dan sesuatu yang tidak kami catat. Ini bukan lagi berkas kami.",
        "This file holds one that we issued, and something more that we have no record of. It is no longer our file.",
    ),
    Why.OTHER_BYTES: (
        "Pejabat kami menandatangani berkas ini, tetapi bukan berkas ini yang dicatat register.",
        "An official of ours signed this file, but it is not the file that the register has.",
    ),
    Why.NOT_AUTHORISED: (
        "Register mencatat berkas ini, tetapi penanda tangannya tidak terdaftar sebagai pejabat kantor itu.",
        "The register has this file, but who signed it is not listed as an official of that office.",
    ),
    Why.OUTSIDE_PERIOD: (
        "Register mencatat berkas ini, tetapi pada waktu itu penanda tangannya tidak berwenang untuk kantor tersebut.",
        "The register has this file, but at that time who signed it had no authority for that office.",
    ),
    Why.AUTHORITY_UNKNOWN: (
        "Register mencatat berkas ini, tetapi di sini tidak tercatat siapa yang berwenang menandatanganinya.",
        "The register has this file, but nothing here says who had authority to sign it.",
    ),
}

ADDED: Final[dict[Why, Both]] = {
    Why.NOTE_SPECIMEN: (
        "Ini SPECIMEN: dibuat dengan kunci uji dan tidak mempunyai kekuatan hukum.",
        "This is a SPECIMEN: it was made with a test key and has no legal force.",
    ),
    Why.NOTE_HELD: (
        "Dokumen ini belum boleh diserahkan: bukti jangka panjangnya belum lengkap.",
        "This document is not yet released: its long-term evidence is not complete.",
    ),
    Why.NOTE_EARLIER_FILE: (
        "Kantor menyimpan berkas yang lebih baru dari dokumen yang sama, dengan bukti yang lebih lengkap.",
        "The office has a later file of the same document, with more evidence.",
    ),
    Why.NOTE_PROVEN_BY_REGISTER: (
        "Sertifikat elektroniknya berakhir kemudian; register membuktikan bahwa berkas ini sudah ada sebelum itu.",
        "The certificate has expired since; the register proves that this file is older.",
    ),
    Why.NOTE_NAMED: (
        "Ini bukan berkas yang kami terbitkan; register mengenal sebuah dokumen dengan kode ini.",
        "This is not the file we issued; the register knows a document by this name.",
    ),
    Why.NOTE_REPLACED: (
        "Menurut register, dokumen itu sudah diganti sejak {day}.",
        "By the register, that document was replaced on {day}.",
    ),
    Why.NOTE_REVOKED: (
        "Menurut register, dokumen itu dicabut pada {day}.",
        "By the register, that document was revoked on {day}.",
    ),
    Why.NOTE_REGISTER_DISAGREES: (
        "Register mencatat bita yang sama, padahal tanda tangannya tidak cocok; laporkan kepada pengelola register.",
        "The register has the same bytes although their signature does not hold; tell whoever keeps the register.",
    ),
    Why.NOTE_SEAL_DISAGREES: (
        "Tetapi segel di kode QR-nya TIDAK sesuai dengan berkas ini, padahal keduanya harus mengatakan hal yang sama.",
        "But the seal in its QR code does NOT agree with this file, and the two must say the same.",
    ),
}

_ACCEPT = (
    "Dokumen ini boleh diterima. Cocokkan nama dan nomornya dengan orang yang Anda layani.",
    "You may accept this document. Compare its name and number with the person you serve.",
)
_NEWER = (
    "Jangan pakai berkas ini; minta dokumen yang terbaru kepada pemiliknya.",
    "Do not use this file; ask its owner for the newest document.",
)
_REFUSE = (
    "Jangan diterima. Bila perlu, tanyakan kepada kantor penerbit apakah ada penggantinya.",
    "Do not accept it. If need be, ask the issuing office whether there is another.",
)
_NOT_CIVIL = (
    "Jangan diterima sebagai dokumen kependudukan. Tanyakan isinya kepada penanda tangannya.",
    "Do not accept it as a civil registry document. Ask whoever signed it about what it says.",
)
_OUR_FILE = (
    "Jangan diterima. Minta berkas aslinya kepada pemilik atau kantor penerbit, lalu periksa berkas itu.",
    "Do not accept it. Ask the owner or the issuing office for the original file, and check that one.",
)
_ORIGINAL = (
    "Jangan diputuskan dulu. Minta berkas PDF aslinya, atau pindai kode QR di kertasnya.",
    "Do not decide yet. Ask for the original PDF file, or scan the QR code on the paper.",
)
_ASK_OFFICE = (
    "Jangan diputuskan dulu. Tanyakan kepada kantor penerbit.",
    "Do not decide yet. Ask the issuing office.",
)
_REISSUE = (
    "Jangan diputuskan dulu. Minta kantor penerbit menerbitkannya lagi; dokumen lama tidak batal karena hasil ini.",
    "Do not decide yet. Ask the issuing office to issue it again; an old document is not void because of this result.",
)
_RETRY = (
    "Jangan diputuskan dulu. Coba lagi nanti, atau tanyakan kepada kantor penerbit.",
    "Do not decide yet. Try again later, or ask the issuing office.",
)

DO: Final[dict[Why, Both]] = {
    Why.IN_FORCE: _ACCEPT,
    Why.REPLACED: _NEWER,
    Why.REVOKED: _REFUSE,
    Why.NOT_RECORDED: _NOT_CIVIL,
    Why.OFFICIAL_NOT_RECORDED: (
        "Jangan diterima sebelum kantor penerbit memastikan bahwa dokumen ini memang diterbitkannya.",
        "Do not accept it before the issuing office has confirmed that it issued this document.",
    ),
    Why.BORROWED_NAME: (
        "Jangan diterima, dan laporkan kepada kantor penerbit: berkas ini mungkin tiruan.",
        "Do not accept it, and tell the issuing office: this file may be an imitation.",
    ),
    Why.CHANGED: _OUR_FILE,
    Why.CHANGED_OURS: _OUR_FILE,
    Why.BROKEN: _OUR_FILE,
    Why.SIGNER_REVOKED: _REFUSE,
    Why.SIGNATURE_FAILED: _REFUSE,
    Why.NO_SIGNATURE: _ORIGINAL,
    Why.NOT_A_PDF: _ORIGINAL,
    Why.ENCRYPTED: (
        "Minta berkas tanpa sandi. Dokumen kami tidak pernah dikunci sandi.",
        "Ask for the file without a password. Our documents never have one.",
    ),
    Why.TOO_LARGE: _ORIGINAL,
    Why.NOT_EXAMINED: _ORIGINAL,
    Why.EXPIRED: _REISSUE,
    Why.NOT_YET_VALID: (
        "Periksa jam komputer ini, lalu coba lagi atau tanyakan kepada kantor penerbit.",
        "Look at this computer's clock, then try again or ask the issuing office.",
    ),
    Why.REVOKED_NO_TIME: _ASK_OFFICE,
    Why.UNKNOWN_AUTHORITY: _ASK_OFFICE,
    Why.WEAK: _REISSUE,
    Why.NOT_PROVEN: _ASK_OFFICE,
    Why.NO_REGISTER: (
        "Tanyakan kepada kantor penerbit, atau periksa di layanan resminya.",
        "Ask the issuing office, or check it at the office's own service.",
    ),
    Why.REGISTER_UNAVAILABLE: _RETRY,
    Why.EXTENDED: _ORIGINAL,
    Why.OTHER_BYTES: _ASK_OFFICE,
    Why.NOT_AUTHORISED: _ASK_OFFICE,
    Why.OUTSIDE_PERIOD: _ASK_OFFICE,
    Why.AUTHORITY_UNKNOWN: _ASK_OFFICE,
    Why.NOTE_REVOKED: _REFUSE,
    Why.NOTE_SEAL_DISAGREES: (
        "Jangan diputuskan dulu. Tunjukkan berkas ini kepada kantor penerbit; cetakannya jangan diterima.",
        "Do not decide yet. Show this file to the issuing office; do not accept a print of it.",
    ),
    Why.NOTE_SPECIMEN: (
        "Hanya untuk percobaan. Jangan diterima sebagai dokumen kependudukan.",
        "For trying out only. Do not accept it as a civil registry document.",
    ),
}

_BEARER = (
    "Bahwa pembawa berkas ini adalah orang yang disebut di dalamnya.",
    "That whoever brings this file is the person it names.",
)
_PRINT = ("Bahwa cetakan di kertas sama dengan berkas ini.", "That a print on paper says the same as this file.")
_TRUE = ("Bahwa isinya masih sesuai keadaan sekarang.", "That what it says is still so today.")
_FALSE = ("Bahwa dokumen ini palsu.", "That this document is false.")
_GENUINE = ("Bahwa dokumen ini asli.", "That this document is genuine.")
_WHO = ("Siapa yang berbuat, dan apakah disengaja.", "Who did it, and whether on purpose.")
_NONE = ("Bahwa dokumen aslinya tidak ada.", "That there is no genuine document.")

UNPROVEN: Final[dict[Code, tuple[Both, ...]]] = {
    Code.IN_FORCE: (
        _BEARER,
        _PRINT,
        (
            "Bahwa dokumen ini masih berlaku besok. Periksa lagi ketika dipakai.",
            "That it will be in force tomorrow. Check again when you rely on it.",
        ),
    ),
    Code.REPLACED: (_BEARER, _TRUE, ("Apa isi dokumen penggantinya.", "What the newer document says.")),
    Code.REVOKED: (
        ("Bahwa pembawanya bersalah; ia mungkin belum tahu.", "That its holder did wrong; they may not know."),
        ("Bahwa tidak ada dokumen pengganti.", "That there is no other document in its place."),
    ),
    Code.FOREIGN: (
        (
            "Bahwa isinya benar: tanda tangan hanya menunjukkan penanda tangannya.",
            "That it is true: a signature only shows who signed.",
        ),
        _FALSE,
    ),
    Code.ALTERED: (_WHO, _NONE),
    Code.INVALID: (_WHO, _NONE),
    Code.UNSURE: (_FALSE, _GENUINE),
}

CHECKS: Final[dict[str, Both]] = {
    "whole": ("Isi berkas utuh", "The file is whole"),
    "signature": ("Tanda tangan sah", "The signature is valid"),
    "authority": ("Penanda tangan berwenang", "The signer had authority"),
    "recorded": ("Berkas ini tercatat di register", "This file is in the register"),
    "in_force": ("Dokumen masih berlaku", "The document is in force"),
}
