"""What `/periksa` says of a PDF that it judges by itself. Those in `f_` are said by the script."""

from __future__ import annotations

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "pdf_h": ("Berkas PDF", "PDF file"),
    "pdf_choose": ("Pilih berkas", "Choose the file"),
    "pdf_here": ("Periksa tanpa mengunggah", "Check without uploading"),
    "pdf_upload": ("Unggah untuk pemeriksaan lengkap", "Upload for the full check"),
    "f_busy": ("Sedang diperiksa…", "Checking…"),
    "f_in_force": (
        "Tanda tangan dan segel sah, dan dokumen berlaku menurut daftar status kantor.",
        "Signature and seal are valid, and the document is in force by the office's status list.",
    ),
    "f_old": (
        "Tanda tangan dan segel sah. Statusnya menurut daftar yang sudah lama.",
        "Signature and seal are valid. The status is by an old list.",
    ),
    "f_valid": (
        "Tanda tangan sah; berlaku atau tidaknya belum diperiksa.",
        "The signature is valid; whether the document is in force has not been checked.",
    ),
    "f_withdrawn": (
        "Tanda tangan sah, tetapi dokumen ini sudah dicabut.",
        "The signature is valid, but this document has been withdrawn.",
    ),
    "f_replaced": (
        "Tanda tangan sah, tetapi dokumen ini sudah diganti dengan yang baru.",
        "The signature is valid, but this document has been replaced by a newer one.",
    ),
    "f_review": (
        "Tanda tangan sah. Dokumen ini sedang ditinjau.",
        "The signature is valid. This document is under review.",
    ),
    "f_specimen": ("Contoh, bukan dokumen.", "A specimen, not a document."),
    "f_altered": (
        "DIUBAH: isi berkas ini bukan yang ditandatangani. Jangan diterima.",
        "ALTERED: what is in this file is not what was signed. Do not accept it.",
    ),
    "f_invalid": (
        "TIDAK SAH: tanda tangan ini bukan dari sertifikat yang disebutnya. Jangan diterima.",
        "NOT VALID: this signature is not by the certificate that it names. Do not accept it.",
    ),
    "f_unsure": (
        "TIDAK DAPAT DIPASTIKAN di sini. Unggah untuk pemeriksaan lengkap.",
        "CANNOT BE DETERMINED here. Upload it for the full check.",
    ),
    "f_later": ("Ada yang ditambahkan sesudah tanda tangan.", "Something was added after the signature."),
    "f_several": ("Ada lebih dari satu tanda tangan.", "There is more than one signature."),
    "f_stamped": ("Tanda tangannya memuat stempel waktu.", "The signature holds a time-stamp."),
    "f_unsigned": ("Tidak ada tanda tangan yang terbaca.", "No signature could be read."),
    "f_not_pdf": ("Ini bukan berkas PDF.", "This is no PDF file."),
    "f_large": ("Berkas terlalu besar untuk diperiksa di sini.", "The file is too large to be checked here."),
    "f_chain": (
        "Sertifikatnya tidak sampai ke otoritas yang dipercaya kantor ini.",
        "Its certificates do not lead to an authority that this office trusts.",
    ),
    "f_period": (
        "Sertifikatnya tidak berlaku pada tanggal tanda tangan atau hari ini.",
        "Its certificates are not valid on the day of the signature or today.",
    ),
    "f_no_anchors": (
        "Daftar otoritas belum ada di perangkat ini. Sambungkan ke internet, lalu coba lagi.",
        "The list of authorities is not on this device yet. Connect and try again.",
    ),
    "f_official": (
        "Tanda tangannya sah, tetapi bukan oleh pejabat kantor ini menurut daftarnya.",
        "The signature holds, but is not by an official of this office by its list.",
    ),
    "f_seal": (
        "Segel di halaman bukan segel berkas ini, atau tidak dapat dipercaya.",
        "The seal on the page is not this file's, or cannot be believed.",
    ),
    "f_layout": (
        "Berkas ini tidak disusun seperti dokumen kantor ini.",
        "This file is not laid out as documents of this office are.",
    ),
    "f_note": (
        "Pencabutan sertifikat tidak diperiksa di sini. Waktu tanda tangan menurut penandatangan.",
        "Whether a certificate was revoked is not checked here. The time of signing is as the signer says.",
    ),
    "f_question": (
        "Apakah data ini sama dengan yang terbaca di halaman PDF?",
        "Is this the same as what the pages of the PDF say?",
    ),
    "f_is_other": (
        "Jangan diterima: segel ini bukan milik halaman ini.",
        "Do not accept it: this seal does not belong to these pages.",
    ),
    "f_signer": ("Ditandatangani oleh", "Signed by"),
    "f_at": ("Waktu tanda tangan", "Time of signing"),
}
