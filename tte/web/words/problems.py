"""What the checks of records and files say, in Indonesian: by the form of the English message, which is made where the
check is. A message that is not listed here is shown as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

_SAID: Final = (
    # Values
    (r"is (?:empty|missing)", "Belum diisi."),
    (r"is missing: there are no rows", "Belum ada satu baris pun."),
    (r"has (\d+) rows and may have (\d+) to (\d+)", "Ada {0} baris; boleh {1} sampai {2}."),
    (r"is a list of rows|is an object with named values", "Bukan daftar baris."),
    (r"has (\d+) letters and may have at most (\d+)", "{0} huruf; paling banyak {1}."),
    (r"has (\d+) letters and may have at least (\d+)", "{0} huruf; paling sedikit {1}."),
    (r"is a whole number in digits", "Tulis bilangan bulat dengan angka."),
    (r"lies outside (-?\d+) to (\d+)", "Harus antara {0} dan {1}."),
    (r"is one of (.+)", "Pilih salah satu: {0}."),
    (
        r"is a number.*|is true or false.*|is a list or an object.*",
        "Harus berupa teks; di JSON tulis dalam tanda kutip.",
    ),
    (r"has (\d+) digits and needs (\d+)", "{0} angka; harus tepat {1} angka."),
    (r"is made of (\d+) digits and nothing else", "Harus {0} angka, tanpa tanda lain."),
    (r"was turned into a rounded number.*", "Dibulatkan oleh lembar kerja. Jadikan kolomnya teks, lalu ketik ulang."),
    (r"ends in 0000.*", "Berakhir 0000, yang tidak pernah terjadi; mungkin dibulatkan oleh lembar kerja."),
    (r"digits 7 to 12 are no date.*", "Angka ke-7 sampai ke-12 bukan tanggal (HHBBTT; perempuan: HH + 40)."),
    (
        r"its digits 7 to 12 .* do not agree with (\w+)",
        "Angka ke-7 sampai ke-12 (HHBBTT; perempuan: HH + 40) tidak cocok dengan {0}.",
    ),
    (
        r"its digits 7 and 8 .* do not agree with (\w+)",
        "Angka ke-7 dan ke-8 (perempuan: tanggal + 40) tidak cocok dengan {0}.",
    ),
    (r"has a day above 40.*", "Tanggalnya di atas 40 seperti NIK perempuan. Apakah ini NIK, bukan nomor KK?"),
    (r"digits 1 to 8 are no date.*", "Angka ke-1 sampai ke-8 bukan tanggal lahir TTTTBBHH."),
    (r"digits 9 to 14 are no month.*", "Angka ke-9 sampai ke-14 bukan bulan pengangkatan TTTTBB setelah lahir."),
    (r"digit 15 is 1.*", "Angka ke-15 adalah 1 untuk laki-laki, 2 untuk perempuan."),
    (r"has another kind of akta in its middle: here it is (.+)", "Kode akta di tengahnya lain; di sini {0}."),
    (
        r"looks like (\S+) and is not.*",
        "Mirip {0}, tetapi tidak tepat. Periksa panjang, huruf besar, dan tanda hubung.",
    ),
    (r"is not of the form (\S+)", "Harus berbentuk {0}."),
    (r"its date is no day of the calendar.*|is no day of the calendar", "Tanggal ini tidak ada di kalender."),
    (r"its running number starts at 0001", "Nomor urut dimulai dari 0001."),
    (r"a number has 3 to 40 characters", "Nomor terdiri atas 3 sampai 40 huruf atau angka."),
    (r"a number is made of.*", "Nomor hanya memuat huruf A–Z, angka, titik, tanda hubung, garis miring, dan spasi."),
    (r"a number needs a digit", "Nomor harus memuat angka."),
    (r"is a NIK or the number of a family card.*", "Ini NIK atau nomor KK, bukan nomor dokumen."),
    (r"is not a date: .*", "Tulis tanggal sebagai HH-BB-TTTT, misalnya 28-02-2026."),
    (r"the year lies outside (\d+) to (\d+)", "Tahunnya harus antara {0} dan {1}."),
    (r"lies in the past", "Tanggal ini sudah lewat."),
    (r"lies in the future", "Tanggal ini di masa depan."),
    (r"lies before (\w+)", "Lebih awal daripada {0}."),
    (r"lies after (\w+)", "Lebih akhir daripada {0}."),
    (r"is the NIK of another row too", "NIK ini juga ada di baris lain."),
    (r"a name needs a letter", "Nama harus memuat huruf."),
    (r"longer than (\d+) letters", "Lebih dari {0} huruf."),
    (r"holds a line break.*", "Memuat pindah baris. Tulis dalam satu baris."),
    (r"holds a tab.*", "Memuat tab. Pakai spasi."),
    (
        r"holds an invisible character that turns.*\((U\+\w+)\).*",
        "Memuat tanda arah tulisan yang tidak terlihat ({0}). Ketik ulang.",
    ),
    (
        r"holds (?:a|an|half) .* \((U\+\w+)\): type the text anew",
        "Memuat tanda yang tidak terlihat atau tidak dikenal ({0}). Ketik ulang.",
    ),
    (
        r"holds a character \((U\+\w+)\) that has no place in a name",
        "Memuat tanda yang bukan bagian nama ({0}). Angka dan huruf selain Latin tidak boleh.",
    ),
    (
        r"holds a character \((U\+\w+)\) that .*",
        "Memuat tanda yang bukan huruf Latin, angka, atau tanda umum ({0}). Ketik ulang.",
    ),
    (r"has a letter that cannot be printed", "Memuat huruf yang tidak dapat dicetak."),
    (r"does not fit on the page", "Tidak muat di halaman. Isi tidak pernah dipotong."),
    (r"is issued already", "Nomor ini sudah terbit. Ajukan penggantian dari dokumennya."),
    (r"there is an open draft of this number", "Sudah ada draf terbuka dengan nomor ini. Ubah atau buang yang itu."),
    (r"a document is replaced by one of the same number", "Pengganti memakai nomor yang sama dengan dokumennya."),
    (r"a reason of 1 to .*", "Tulis alasannya, 1 sampai 1.000 huruf, tanpa nama orang."),
    # Figures
    (r"is not the code of a regency or city.*", "Bukan kode kabupaten/kota, seperti 3171."),
    (r"is another office", "Kantor lain: hanya kantor ini yang dapat diisi di sini."),
    (r"says nothing but office and day", "Belum ada satu angka pun."),
    (r"is missing: .* are given together", "Belum diisi; angka dalam kelompok ini diisi bersama."),
    (r"is 0: nothing can be covered", "Tidak boleh 0: penyebut nol tidak ada cakupannya."),
    (r"is the name of a kind of document.*", "Tulis nama jenis dokumen, seperti akta_kelahiran."),
    (r"holds 16 digits, as a NIK has.*", "Memuat 16 angka seperti NIK. Angka dan masalah tidak menyebut orang."),
    (
        r"this was said before and has been corrected since",
        "Sudah dilaporkan dan kemudian dibetulkan. Bila angka lama berlaku lagi, isi lewat halaman Isi angka.",
    ),
    # What stops nothing
    (r"the region code is not among.*", "Kode wilayahnya tidak ada di daftar sekarang: kode lama, atau salah ketik."),
    (r"an older form of number.*", "Bentuk nomor lama: tidak diperiksa."),
    (r"written otherwise than (\S+)", "Ditulis lain daripada {0}."),
    (r"holds letters beyond A to Z: (.+)", "Memuat huruf di luar A–Z: {0}. Cocokkan dengan dokumen asalnya."),
    # Rows and files
    (r"a column is unknown, and its name is no plain word", "Ada kolom yang tidak dikenal."),
    (r"(?:\d+ more columns are|is) not (?:a field|fields) here.*", "Kolom ini tidak dikenal untuk jenis ini."),
    (
        r"has (\d+) cells where the header has (\d+).*",
        "Ada {0} sel, sedangkan judul kolom {1}. Sel yang memuat koma perlu tanda kutip.",
    ),
    (r"opens a quotation mark that is never closed.*", "Tanda kutip dibuka dan tidak ditutup."),
    (
        r"has text after a closing quotation mark.*",
        "Ada teks setelah tanda kutip penutup. Tanda kutip di dalam sel ditulis dua kali.",
    ),
    (r"is too long: a row.*", "Barisnya terlalu panjang."),
    (r"has a carriage return in the middle.*", "Ada pindah baris di tengah."),
    (r"is empty: each line says where it belongs", "Belum diisi: setiap baris menyebut kelompoknya."),
    (r"more than (\d+) lines belong together", "Lebih dari {0} baris menjadi satu."),
    (r"is not the same in all lines that belong together", "Berbeda di antara baris yang menjadi satu."),
    (r"is in several places of the file.*", "Ada di beberapa tempat dalam berkas. Urutkan berkas menurut kolom ini."),
    (r"line (\d+) beside it could not be read.*", "Baris {0} di sebelahnya tidak terbaca. Perbaiki itu dahulu."),
    (r"has the same key twice", "Memuat nama kolom dua kali."),
    (
        r"holds NaN or Infinity.*|holds a number of more than.*",
        "Memuat bilangan yang tidak dapat dibaca. Tulis dalam tanda kutip.",
    ),
    (r"is nested more deeply.*", "Bersarang terlalu dalam."),
    (r"the file is a workbook, not text", "Ini buku kerja (Excel). Simpan sebagai CSV UTF-8, lalu unggah lagi."),
    (r"the file has more than (\d+) rows", "Lebih dari {0} baris. Bagi menjadi beberapa berkas."),
    (r"the file has no rows", "Berkasnya tidak memuat baris."),
    (r"the file is empty", "Berkasnya kosong."),
    (r"the file (?:is|looks like) (?:UTF-16|UTF-32|not UTF-8).*", "Berkasnya bukan UTF-8. Simpan sebagai CSV UTF-8."),
    (r"the file is tab-separated", "Kolomnya dipisah tab. Simpan sebagai CSV dengan koma atau titik koma."),
    (
        r"the first line .*|column (\d+) has no name.*",
        "Baris pertama harus memuat nama kolom, misalnya nomor_akta,nik,nama.",
    ),
    (r"the header names the column (.+) twice", "Kolom {0} disebut dua kali di baris pertama."),
    (r"the columns of the file are not those of its template; (.+)", "Kolomnya tidak sesuai jenis dokumen ini ({0})."),
    (r"the column (\S+) is missing.*", "Kolom {0} tidak ada."),
    (r"the file looks like JSON, not CSV|the file is a JSON array.*", "Isi berkas tidak sesuai akhiran namanya."),
    (r"the JSON is broken at item (\d+).*", "JSON-nya rusak pada butir {0}."),
    (
        r"the file .*JSON.*|the JSON file .*|the file does not hold.*|the file goes on.*",
        "Berkas JSON-nya tidak dapat dibaca.",
    ),
    (
        r"the lines end in CR only.*|the file holds a NUL.*",
        "Berkasnya bukan teks biasa. Simpan ulang sebagai CSV UTF-8.",
    ),
)
_FORMS: Final = [(re.compile(form, re.DOTALL), said) for form, said in _SAID]
_WORD: Final = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)+")


def in_indonesian(message: str, labels: Mapping[str, str]) -> str:
    """A check's message; the names of fields become their labels."""
    said, parts = _found(message)
    return said.format(*(labels.get(part, part) for part in parts)) if said else message


def in_english(message: str, labels: Mapping[str, str]) -> str:
    """The message as a sentence, the names of fields as their labels."""
    text = _WORD.sub(lambda found: labels.get(found[0], found[0]), message)
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?")) else ".")


@lru_cache(maxsize=1024)
def _found(message: str) -> tuple[str, tuple[str, ...]]:
    for form, said in _FORMS:
        if found := form.fullmatch(message):
            return said, tuple(part or "" for part in found.groups())
    return "", ()
