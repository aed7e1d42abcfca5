"""Says that a signing certificate ends soon, louder as it comes nearer."""

from __future__ import annotations

from rich.text import Text

from tte.cli.console import err
from tte.issuance import now
from tte.office.expiry import Expiry, Urgency

STYLES = {Urgency.SOON: "yellow", Urgency.NOW: "bold yellow", Urgency.URGENT: "bold red", Urgency.EXPIRED: "bold red"}


def warn_of_expiry(certificate: bytes) -> None:
    """One line on standard error if the certificate (DER) ends within 60 days; nothing else."""
    expiry = Expiry.of(certificate, now())
    if expiry.warning is not None:
        err.print(Text.assemble(("peringatan (warning):", STYLES[expiry.warning]), f" {in_words(expiry)}"))


def in_words(expiry: Expiry) -> str:
    """What a person is told, in Indonesian and in English; "" if there is nothing to warn of."""
    day = f"{expiry.at:%d-%m-%Y}"
    ends = f"sertifikat penanda tangan berakhir {expiry.days} hari lagi, {day}"
    in_english = f"the signing certificate ends in {expiry.days} days"
    match expiry.warning:
        case None:
            return ""
        case Urgency.SOON:
            return f"{ends}; mintalah yang baru ({in_english}; ask for a new one)"
        case Urgency.NOW:
            return f"{ends}; mintalah yang baru sekarang juga ({in_english}; ask for a new one now)"
        case Urgency.URGENT:
            return (
                f"SEGERA: {ends}; sesudah itu tidak ada yang dapat ditandatangani "
                f"(URGENT: {in_english}; after that nothing can be signed)"
            )
        case Urgency.EXPIRED:
            return f"sertifikat penanda tangan sudah berakhir {day} (the signing certificate has expired)"
