"""What pages say about deliveries: the citizen's page first, then the office's."""

from __future__ import annotations

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    # The citizen
    "collect_title": ("Ambil dokumen", "Fetch your document"),
    "collect_p": (
        "Dokumen Anda sudah jadi. Masukkan PIN atau kuncinya, unduh, lalu cetak di rumah.",
        "Your document is ready. Enter its PIN or key, download it, and print it at home.",
    ),
    "collect_pin": ("PIN atau kunci", "PIN or key"),
    "collect_pin_hint": (
        "Kunci: 12 huruf dan angka pada tanda terima permohonan. PIN: 6 angka dari saluran lain atau dari kantor.",
        "Key: 12 letters and digits on the receipt of your request. PIN: 6 digits from another channel or the office.",
    ),
    "collect_open": ("Buka", "Open"),
    "collect_wrong_h": ("PIN atau tautannya tidak cocok", "The PIN or the link is not right"),
    "collect_wrong_p": (
        "Periksa keduanya, lalu coba lagi. Bila tetap tidak cocok, hubungi kantor; tautan baru dapat dikirim.",
        "Look at both and try again. If it still does not open, ask the office; it can send a new link.",
    ),
    "collect_locked_p": ("Tautan ini dapat dicoba lagi {at}.", "This link can be tried again on {at}."),
    "collect_ready_h": ("Dokumen Anda siap diunduh", "Your document is ready to download"),
    "collect_until": ("Tautan berlaku sampai", "The link is good until"),
    "collect_before": ("Pernah diunduh", "First downloaded"),
    "collect_get": ("Unduh PDF", "Download the PDF"),
    "collect_print_h": ("Cetak di rumah", "Print it at home"),
    "collect_print_1": (
        "Kertas HVS A4 putih polos 80 gram, ukuran sebenarnya (100 %), boleh hitam putih.",
        "Plain white A4 paper of 80 grams, at actual size (100 %); black and white will do.",
    ),
    "collect_print_2": (
        "Tanda tangan elektronik ada di berkas PDF-nya: simpan berkasnya. Cetakan diperiksa dengan memindai kode QR.",
        "The electronic signature is in the PDF file: keep it. A print is checked by scanning its QR code.",
    ),
    "collect_print_3": (
        "Tidak perlu stempel, tanda tangan basah, atau legalisir.",
        "It needs no stamp, no ink signature and no certified copy.",
    ),
    "collect_over_h": ("Tautan ini sudah tidak dapat dipakai", "This link can be used no longer"),
    "collect_late": (
        "Tautan berlaku sampai {on}. Hubungi kantor; tautan baru dapat dikirim.",
        "It was good until {on}. Ask the office; it can send a new one.",
    ),
    "collect_ended": (
        "Dokumennya diganti, dicabut, atau belum boleh diserahkan. Hubungi kantor.",
        "The document was replaced or revoked, or may not be handed over yet. Ask the office.",
    ),
    # The office
    "room_deliveries": ("Kiriman", "Deliveries"),
    "deliveries_lead": (
        "Tautan yang dikirim ke warga. Terkirim berarti diterima saluran; diunduh berarti warga mengambilnya.",
        "Links sent to citizens. Sent means that the channel took it; fetched, that the citizen did.",
    ),
    "deliveries_none": ("Tidak ada kiriman di daftar ini.", "There are no deliveries in this list."),
    "delivery_waiting": ("Menunggu", "Waiting"),
    "delivery_sent": ("Terkirim", "Sent"),
    "delivery_failed": ("Gagal", "Failed"),
    "delivery_stopped": ("Dihentikan", "Stopped"),
    "part_link": ("Tautan", "Link"),
    "part_pin": ("PIN", "PIN"),
    "part_report": ("Laporan", "Report"),
    "delivery_to": ("Ke", "To"),
    "delivery_forgotten": ("alamat sudah dihapus", "address deleted"),
    "delivery_of": ("Dokumen", "Document"),
    "delivery_tries": ("Percobaan", "Tries"),
    "delivery_next": ("Dicoba lagi", "Next try"),
    "delivery_why": ("Kendala", "Trouble"),
    "delivery_fetched": ("Diunduh", "Fetched"),
    "delivery_fetched_n": ("{n} kali, pertama {at}", "{n} times, first on {at}"),
    "delivery_made": ("Dibuat", "Made"),
    "delivery_retry": ("Coba lagi", "Try again"),
    "delivery_retry_p": (
        "Kirim tautan yang sama ke alamat yang sama.",
        "Send the same link to the same address.",
    ),
    "delivery_anew_h": ("Kirim tautan baru", "Send a new link"),
    "delivery_anew_p": (
        "Tautan lama tidak berlaku lagi. Perbaiki alamatnya bila salah.",
        "The old link stops working. Correct the address if it is wrong.",
    ),
    "delivery_channel": ("Saluran", "Channel"),
    "delivery_address": ("Alamat atau nomor", "Address or number"),
    "delivery_pin_new": (
        "Warga kehilangan kuncinya: buka dengan PIN baru, yang tampil di layar berikutnya",
        "The citizen lost the key: let a new PIN open it, which the next page shows",
    ),
    "delivery_why_anew": ("Alasan", "Reason"),
    "delivery_stop": ("Hentikan", "Stop"),
    "delivery_stop_p": (
        "Tautannya tidak membuka apa pun lagi, dan alamatnya dihapus.",
        "Its link opens nothing more, and its address is deleted.",
    ),
    "delivery_send_h": ("Kirim ke warga", "Send to the citizen"),
    "delivery_send_p": (
        "Warga menerima tautan, tanpa dokumen dan tanpa NIK. PIN-nya dikirim lewat saluran kedua, atau Anda sampaikan.",
        "The citizen gets a link, without document or NIK. The PIN goes by a second channel, or you tell it.",
    ),
    "delivery_second": ("PIN lewat (boleh kosong)", "PIN by (may be empty)"),
    "delivery_no_second": ("Saya sampaikan sendiri", "I tell it myself"),
    "delivery_go": ("Kirim tautan", "Send the link"),
    "delivery_pin_h": ("PIN untuk warga", "The PIN for the citizen"),
    "delivery_pin_p": (
        "Sampaikan langsung kepada warga, bukan lewat saluran yang membawa tautannya. Hanya tampil sekarang.",
        "Tell the citizen in person, not by the channel that carries the link. It is shown only now.",
    ),
    "delivery_back": ("Ke daftar kiriman", "To the deliveries"),
    "no_no-contact": (
        "Alamatnya tidak dapat dipakai, atau sama dengan yang lain. Periksa tulisannya.",
        "The address cannot be used, or is the same as the other. Look at the spelling.",
    ),
    "no_delivery-stopped": (
        "Kiriman ke alamat ini sudah dihentikan. Buka kiriman itu di bawah, lalu kirim tautan baru.",
        "The delivery to this address was stopped. Open that delivery below, then send a new link.",
    ),
    "said_delivery_asked": ("Tautan akan dikirim dalam satu menit.", "The link is sent within a minute."),
    "said_delivery_stopped": ("Kiriman dihentikan.", "The delivery was stopped."),
    "att_failed_deliveries": ("{n} kiriman gagal", "{n} deliveries failed"),
    "ev_delivery-asked": ("mengirim tautan ke warga", "sent a link to a citizen"),
    "ev_delivery-retried": ("mencoba kirim lagi", "had a delivery tried again"),
    "ev_delivery-anew": ("mengirim tautan baru", "sent a new link"),
    "ev_delivery-stopped": ("menghentikan kiriman", "stopped a delivery"),
    "trouble_other": ("kendala: {code}", "trouble: {code}"),
    "trouble_unreachable": ("server tidak terjangkau", "the server cannot be reached"),
    "trouble_timed-out": ("server tidak menjawab", "the server did not answer"),
    "trouble_login-refused": ("kata sandi saluran ditolak", "the channel's password was refused"),
    "trouble_no-tls": ("server surat tidak menawarkan TLS", "the mail server offers no TLS"),
    "trouble_tls": ("sertifikat server tidak dipercaya", "the server's certificate is not trusted"),
    "trouble_address": ("alamat tidak dapat dipakai", "the address cannot be used"),
    "trouble_smtp-550": ("alamat tidak dikenal server tujuan", "the address is not known at its server"),
    "trouble_held": ("dokumen belum boleh diserahkan", "the document may not be handed over yet"),
    "trouble_not-in-force": ("dokumen sudah tidak berlaku", "the document is in force no longer"),
    "trouble_no-channel": ("saluran ini belum dipasang", "this channel is not set up"),
}
