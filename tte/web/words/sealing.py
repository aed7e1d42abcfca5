"""What the pages say that read a seal, besides the verdict. Those in `s_` are said by the script."""

from __future__ import annotations

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "periksa": ("Periksa kode QR", "Check a QR code"),
    "periksa_h": ("Periksa kertas atau berkas", "Check a paper or a file"),
    "periksa_paper": ("Kode QR di kertas", "QR code on paper"),
    "periksa_app": ("Periksa Dokumen Dukcapil", "Check Dukcapil documents"),
    "periksa_short": ("Periksa", "Check"),
    "periksa_p": (
        "Dibaca di perangkat ini. Tidak ada yang dikirim, kecuali berkas yang Anda unggah sendiri.",
        "Read on this device. Nothing is sent, but for a file that you upload yourself.",
    ),
    "periksa_camera": ("Pindai dengan kamera", "Scan with the camera"),
    "periksa_photo": ("Foto kode QR", "Photo of the QR code"),
    "periksa_paste": ("Tempel isi kode QR", "Paste what the QR code says"),
    "periksa_paste_hint": (
        "Teks utuh yang dimulai https:// dan memuat tanda #.",
        "The whole text, which begins with https:// and has a #.",
    ),
    "periksa_do": ("Periksa", "Check"),
    "periksa_live": ("Arahkan kamera ke kode QR", "Point the camera at the QR code"),
    "periksa_type": ("Kode tidak terbaca? Ketik kode dokumen", "Not readable? Type the document's code"),
    "periksa_no_script": (
        "Halaman ini perlu JavaScript. Tanpa itu, ketik kode dokumen.",
        "This page needs JavaScript. Without it, type the document's code.",
    ),
    "qr_seal": ("Segel pada kode QR", "Seal in the QR code"),
    "qr_seal_agrees": ("Sesuai dengan berkas ini", "Agrees with this file"),
    "qr_seal_differs": ("BERBEDA dari berkas ini: tanyakan kepada kantor", "DIFFERS from this file: ask the office"),
    "qr_seal_unread": ("Kuncinya tidak dikenal di sini", "Its key is not known here"),
    "qr_seal_p": (
        "Kode QR di halaman memuat segel kantor. Segel itu harus milik berkas ini dan dibuat pada hari yang sama.",
        "The QR code on the page holds the office's seal. It must be of this file and made on the same day.",
    ),
    "seal_register": ("Lihat catatan kantor tentang dokumen ini", "See what the office's register says of it"),
    "seal_h": ("Menurut segel", "By the seal"),
    "s_question": (
        "Apakah data ini sama dengan yang tercetak di kertas?",
        "Is this the same as what is printed on the paper?",
    ),
    "s_same": ("Ya, semua sama", "Yes, all the same"),
    "s_differs": ("Tidak, ada yang berbeda", "No, something differs"),
    "s_is_same": ("Segel asli, dokumen berlaku, isinya sama", "Seal genuine, document in force, content the same"),
    "s_is_same_but": (
        "Isinya sama. Apakah dokumen masih berlaku belum dapat dipastikan di sini.",
        "The content is the same. Whether the document is in force cannot be determined here.",
    ),
    "s_is_other": (
        "Jangan diterima: kode ini bukan milik kertas ini.",
        "Do not accept it: this code does not belong to this paper.",
    ),
    "s_no_list": (
        "Daftar kunci kantor tidak dapat diambil: segel belum dapat diperiksa. Sambungkan ke internet, lalu coba lagi.",
        "The office's key list cannot be had, so the seal cannot be checked yet. Connect and try again.",
    ),
    "s_status_at": ("Status per {at}", "Status as of {at}"),
    "s_no_status": ("Status belum diketahui", "Status not known"),
    "s_nik": ("Ketik NIK ke-{n} dari kertas", "Type NIK {n} from the paper"),
    "s_nik_fits": ("Angka cek cocok", "The check fits"),
    "s_nik_not": ("Angka cek tidak cocok: NIK ini berbeda", "The check does not fit: this NIK differs"),
    "s_field": ("isian {n}", "field {n}"),
    "s_no_qr": (
        "Tidak ada kode QR yang terbaca di foto itu. Foto lagi dari dekat, atau ketik kode dokumen.",
        "No QR code could be read in that photo. Take it again from nearer, or type the document's code.",
    ),
    "s_no_detector": (
        "Peramban ini tidak dapat membaca kode QR. Pindai dengan kamera ponsel, tempel isinya, atau ketik kodenya.",
        "This browser cannot read QR codes. Scan with the phone's camera, paste the text, or type the document's code.",
    ),
    "s_no_scanner": (
        "Pembaca kode QR tidak dapat diambil. Sambungkan ke internet, lalu coba lagi.",
        "The reader of QR codes cannot be had. Connect and try again.",
    ),
    "s_reading": ("Sedang dibaca…", "Reading…"),
    "s_stop": ("Hentikan kamera", "Stop the camera"),
    "s_no_camera": ("Kamera tidak dapat dibuka. Pakai foto.", "The camera cannot be opened. Use a photo."),
    "s_offline": ("Siap tanpa internet", "Ready without internet"),
}
