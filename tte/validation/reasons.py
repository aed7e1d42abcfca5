"""Every reason a report can give, in one place and in two languages: stable sentences, never text from the file."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """Why a file or a signature got its indication. Names are stable; programs may compare them.

    The value is the English sentence, `indonesian` the same for people here.
    """

    indonesian: str

    def __new__(cls, english: str, indonesian: str = "") -> Reason:
        member = str.__new__(cls, english)
        member._value_ = english
        member.indonesian = indonesian
        return member

    # the file
    TOO_LARGE = (
        "The file is larger than 64 MB and was not judged.",
        "Berkas lebih besar dari 64 MB dan tidak diperiksa.",
    )
    TOO_MANY_SIGNATURES = (
        "The file holds more than 64 signature dictionaries and was not judged.",
        "Berkas memuat lebih dari 64 tanda tangan dan tidak diperiksa.",
    )
    TOO_MANY_REVISIONS = (
        "The file holds more than 64 revisions and was not judged.",
        "Berkas memuat lebih dari 64 revisi dan tidak diperiksa.",
    )
    TOO_COMPLEX = (
        "The file is nested too deeply or unpacks to too much and was not judged.",
        "Susunan berkas terlalu dalam atau terlalu besar bila dibuka dan tidak diperiksa.",
    )
    NOT_A_PDF = "The file does not begin as a PDF.", "Berkas tidak diawali sebagai PDF."
    UNREADABLE = "The structure of the file cannot be read.", "Susunan berkas tidak dapat dibaca."
    ENCRYPTED = "The file is encrypted and was not judged.", "Berkas terkunci sandi dan tidak diperiksa."
    DAMAGED = (
        "The cross-references of the file are damaged, so what was added to it later cannot be judged.",
        "Daftar rujukan di dalam berkas rusak, sehingga tambahan sesudahnya tidak dapat dinilai.",
    )
    BLANKS = (
        "Blanks follow the signed part; nobody reads them.",
        "Sesudah bagian yang ditandatangani hanya ada spasi kosong; tidak ada yang membacanya.",
    )
    NO_SIGNATURE = "The file holds no signature.", "Berkas tidak memuat tanda tangan."
    ONLY_TIME_STAMPS = (
        "The file holds document time-stamps and no signature.",
        "Berkas memuat stempel waktu dokumen, tetapi tidak memuat tanda tangan.",
    )
    STRIPPED = (
        "The file holds a signature that its form no longer shows: it was removed or hidden.",
        "Berkas memuat tanda tangan yang tidak lagi ditampilkan: tanda tangan itu dihapus atau disembunyikan.",
    )
    STRAY = (
        "The file speaks of a signature that cannot be found in its form.",
        "Berkas menyebut tanda tangan yang tidak ditemukan di dalam formulirnya.",
    )
    SHARED = "Two form fields show the same signature.", "Dua isian formulir menampilkan tanda tangan yang sama."

    # bytes of one signature (safety.md 7.3, validation.md B1 to B7)
    NOT_INDIRECT = "The signature is not an object of its own.", "Tanda tangan bukan objek tersendiri."
    NOT_AT_OFFSET = (
        "The signature does not stand where the cross-reference table says.",
        "Tanda tangan tidak berada di tempat yang disebut daftar rujukan.",
    )
    BAD_DICTIONARY = (
        "The signature dictionary is not clear, or has the same key twice.",
        "Data tanda tangan tidak jelas, atau memuat kunci yang sama dua kali.",
    )
    BAD_BYTE_RANGE = (
        "The byte range is not four numbers that begin at 0, in order and inside the file.",
        "Rentang bita yang ditandatangani bukan empat angka yang berurutan di dalam berkas.",
    )
    BAD_GAP = (
        "The bytes left out of the signature are not exactly its value.",
        "Bita yang tidak ikut ditandatangani bukan tepat nilai tanda tangan.",
    )
    OUTSIDE = (
        "The signature dictionary does not lie inside the signed bytes.",
        "Data tanda tangan tidak berada di dalam bagian yang ditandatangani.",
    )
    BAD_PADDING = (
        "The place of the signature value holds more than the value and zeros.",
        "Tempat nilai tanda tangan memuat lebih dari nilai itu dan angka nol.",
    )
    TWO_READINGS = (
        "Two readers see two different signatures in the same bytes.",
        "Dua pembaca melihat dua tanda tangan berbeda pada bita yang sama.",
    )
    NO_END = (
        "The signed bytes do not end as a PDF ends.",
        "Bagian yang ditandatangani tidak berakhir seperti akhir sebuah PDF.",
    )
    CROSSING = (
        "The signed ranges of two signatures do not lie one inside the other.",
        "Rentang dua tanda tangan tidak saling memuat.",
    )
    TRAILING = (
        "Bytes were added after the signed part that no reader should use.",
        "Sesudah bagian yang ditandatangani ditambahkan bita yang tidak semestinya ada.",
    )
    DESCRIPTION = (
        "The description of the file (title, author, dates) was rewritten after signing; its pages were not.",
        "Keterangan berkas (judul, pembuat, tanggal) ditulis ulang sesudah ditandatangani; halamannya tidak.",
    )
    CHANGED = "The document was changed after it was signed.", "Dokumen diubah sesudah ditandatangani."
    CHANGED_PAGES = (
        "After signing, pages or what they show were changed.",
        "Sesudah ditandatangani, halaman atau isinya diubah.",
    )
    CHANGED_ANNOTATIONS = (
        "After signing, annotations were added, removed or changed.",
        "Sesudah ditandatangani, anotasi ditambah, dihapus, atau diubah.",
    )
    CHANGED_FIELDS = (
        "After signing, form fields were added, filled or changed.",
        "Sesudah ditandatangani, isian formulir ditambah, diisi, atau diubah.",
    )
    CHANGED_CATALOG = (
        "After signing, actions or settings of the document were changed.",
        "Sesudah ditandatangani, tindakan atau pengaturan dokumen diubah.",
    )
    CHANGED_STORE = (
        "After signing, the store of long-term validation data took over other parts of the file.",
        "Sesudah ditandatangani, penyimpan data jangka panjang mengambil alih bagian lain berkas.",
    )
    CHANGED_OBJECTS = (
        "After signing, objects were replaced or freed that the document uses.",
        "Sesudah ditandatangani, objek yang dipakai dokumen diganti atau dihapus.",
    )
    CHANGED_STRUCTURE = (
        "After signing, the description of the document's structure (tags) was changed.",
        "Sesudah ditandatangani, keterangan susunan dokumen diubah.",
    )
    FORBIDDEN = (
        "After signing, a signature was added although the first one forbids any change.",
        "Sesudah ditandatangani, ditambahkan tanda tangan, padahal yang pertama melarang perubahan apa pun.",
    )
    VISIBLE_LATER = (
        "A signature that was added later shows something on a page; whether it hides something is not known.",
        "Tanda tangan yang ditambahkan kemudian tampak di halaman; tidak diketahui apakah menutupi sesuatu.",
    )
    VISIBLE_APART = (
        "A signature that was added later shows its mark on a page, apart from all that stood there.",
        "Tanda tangan yang ditambahkan kemudian tampak di halaman, terpisah dari semua isi yang sudah ada.",
    )
    SIGNED_LATER = "Another signature was added later.", "Kemudian ditambahkan tanda tangan lain."
    LONG_TERM_DATA = (
        "Long-term validation data was added later.",
        "Kemudian ditambahkan data pembuktian jangka panjang.",
    )

    TWO_VERDICTS = (
        "Two readers do not agree about the signature value.",
        "Dua pembaca tidak sependapat tentang nilai tanda tangan.",
    )

    # the signature itself
    BAD_CMS = "The signature value cannot be read.", "Nilai tanda tangan tidak dapat dibaca."
    UNSUPPORTED_KIND = (
        "This kind of signature is not supported and was not judged.",
        "Jenis tanda tangan ini tidak didukung dan tidak diperiksa.",
    )
    UNSUPPORTED_ALGORITHM = (
        "The algorithm of the signature is not supported.",
        "Algoritma tanda tangan ini tidak didukung.",
    )
    HASH = (
        "The signed bytes are not those that were signed.",
        "Bita yang ditandatangani bukan yang semula ditandatangani.",
    )
    VALUE = (
        "The signature value does not verify with the certificate in it.",
        "Nilai tanda tangan tidak cocok dengan sertifikat di dalamnya.",
    )
    SUBSTITUTED = (
        "The certificate in the signature is not the one that the signer named.",
        "Sertifikat di dalam tanda tangan bukan yang disebut penanda tangan.",
    )
    NO_CERTIFICATE = (
        "The certificate of the signer is not in the signature, or is another one.",
        "Sertifikat penanda tangan tidak ada di dalam tanda tangan, atau sertifikat lain.",
    )
    TIME_STAMP_BROKEN = "The time-stamp of the signature is broken.", "Stempel waktu tanda tangan rusak."
    DOCUMENT_TIME_STAMP_BROKEN = "A document time-stamp is broken.", "Stempel waktu dokumen rusak."

    # trust
    NO_CHAIN = (
        "The certificate leads to no authority that is trusted here.",
        "Rangkaian sertifikat tidak sampai ke penerbit yang dipercaya di sini.",
    )
    CHAIN = "The chain of certificates does not hold.", "Rangkaian sertifikat tidak dapat dibuktikan."
    KEY_USAGE = "The certificate is not meant for signing documents.", "Sertifikat bukan untuk menandatangani dokumen."
    WEAK = (
        "The signature or a certificate uses an algorithm or key that is too weak.",
        "Tanda tangan atau sertifikat memakai algoritma atau kunci yang terlalu lemah.",
    )
    EXPIRED = (
        "The certificate had expired, and no time-stamp proves that the signature is older.",
        "Masa berlaku sertifikat habis, dan tidak ada stempel waktu yang membuktikan tanda tangan lebih tua.",
    )
    NOT_YET_VALID = "The certificate was not yet valid.", "Sertifikat belum berlaku."
    REVOKED = "The certificate was revoked.", "Sertifikat sudah dicabut."
    REVOCATION_NOT_CHECKED = (
        "Revocation was not checked: the file holds no complete revocation information.",
        "Pencabutan tidak diperiksa: berkas tidak memuat keterangan pencabutan yang lengkap.",
    )
    REVOCATION_CHECKED = (
        "Revocation was checked with the information in the file.",
        "Pencabutan diperiksa dengan keterangan di dalam berkas.",
    )
    EXPIRED_SINCE = (
        "The certificate has expired since; a time-stamp proves that the signature is older.",
        "Masa berlaku sertifikat habis sesudahnya; stempel waktu membuktikan tanda tangan lebih tua.",
    )

    # level
    TIME_STAMP_UNTRUSTED = (
        "There is a time-stamp that is not trusted here; it proves no time.",
        "Ada stempel waktu yang tidak dipercaya di sini; tidak ada waktu yang terbukti.",
    )
    NOT_BASELINE = (
        "The signature keeps to no PAdES baseline level.",
        "Tanda tangan tidak memenuhi tingkat dasar PAdES mana pun.",
    )


def code_of(sentence: str) -> str:
    """The stable name of a reason in a report; OTHER for one that is not of this room."""
    try:
        return Reason(sentence).name
    except ValueError:
        return "OTHER"


def indonesian(sentence: str) -> str:
    """A reason in a report, in Indonesian; one that is not of this room stays as it is."""
    try:
        return Reason(sentence).indonesian or sentence
    except ValueError:
        return sentence
