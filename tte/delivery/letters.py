"""What messages say. Never a document, a number of a person or a family, or a name: office, kind, link, what opens it.

Indonesian first, English below. A short form for SMS and WhatsApp says the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

FREE: Final = (
    "Layanan ini gratis. Jangan beri PIN atau kunci kepada siapa pun.",
    "This service is free of charge. Give PIN and key to nobody.",
)


@dataclass(frozen=True, slots=True)
class Letter:
    """One message for one address. `id` stays the same however often it is handed over, so that who gets it twice can
    know. `values` are for gateways that have texts of their own; `pdf` is a report with its file name.
    """

    id: str
    to: str = field(repr=False)
    subject: str
    text: str = field(repr=False)
    short: str = field(repr=False)
    template: str
    values: Mapping[str, str] = field(repr=False)
    pdf: tuple[str, bytes] | None = field(default=None, repr=False)


def link_letter(id_: str, to: str, *, office: str, kind: str, link: str, days: int, by_key: bool) -> Letter:
    """The link to a document. `by_key`: the key of the request opens it; else a PIN does."""
    indonesian = (
        "Untuk membukanya perlu kunci 12 huruf dan angka pada tanda terima permohonan Anda."
        if by_key
        else "Untuk membukanya perlu PIN 6 angka, yang dikirim lewat saluran lain atau diberitahukan kantor."
    )
    english = (
        "It asks for the key of 12 letters and digits on the receipt of your request."
        if by_key
        else "It asks for a PIN of 6 digits, which comes another way or from the office."
    )
    text = (
        f"{kind} Anda dari {office} sudah jadi.\n\n"
        f"Unduh di sini, paling lama {days} hari:\n{link}\n\n"
        f"{indonesian}\n"
        f"Cetak sendiri di kertas HVS A4 80 gram. {FREE[0]}\n\n"
        "--\n\n"
        f"Your document ({kind}) from {office} is ready.\n"
        f"Download it from the address above within {days} days. {english}\n"
        f"Print it yourself on plain white A4 paper. {FREE[1]}\n"
    )
    asks = "kunci pada tanda terima" if by_key else "PIN"
    short = f"{kind} dari {office} sudah jadi. Unduh dalam {days} hari: {link} (perlu {asks}). Gratis."
    values = {"office": office, "kind": kind, "link": link, "days": str(days), "opens": "key" if by_key else "pin"}
    subject = "Dokumen Anda sudah jadi / Your document is ready"
    return Letter(id_, to, subject, text, short, "document-link", values)


def pin_letter(id_: str, to: str, *, office: str, pin: str) -> Letter:
    """The PIN, without the link and without the kind."""
    text = (
        f"PIN untuk membuka dokumen Anda dari {office}: {pin}\n\n"
        f"Tautannya dikirim lewat saluran lain. {FREE[0]}\n\n"
        "--\n\n"
        f"The PIN that opens your document from {office}: {pin}\n"
        f"The link comes another way. {FREE[1]}\n"
    )
    short = f"PIN dokumen Anda dari {office}: {pin}. Tautannya lewat saluran lain. Jangan beri siapa pun."
    return Letter(id_, to, "PIN dokumen Anda / Your PIN", text, short, "document-pin", {"office": office, "pin": pin})


def report_letter(id_: str, to: str, *, number: str, office: str, link: str, pdf: bytes) -> Letter:
    """A Friday report, attached."""
    text = (
        f"Terlampir Laporan Jumat {number}, ditandatangani secara elektronik oleh {office}.\n"
        f"Periksa keasliannya di {link}\n\n"
        "--\n\n"
        f"Attached is the Friday report {number}, signed electronically by {office}. Check it at the address above.\n"
    )
    name = f"laporan-jumat-{number.replace('/', '-').lower()}.pdf"
    return Letter(
        id_,
        to,
        f"Laporan Jumat {number}",
        text,
        text,
        "friday-report",
        {"number": number, "office": office},
        (name, pdf),
    )
