"""The values a text can be filled with: those of the record, and those the page knows without it."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from tte.model import Imprint, Office, Official
from tte.template.text import Names

PREVIEW: Final = Imprint(
    office=Office(
        code="9971",
        name="Dinas Kependudukan dan Pencatatan Sipil",
        region="Kabupaten Contoh",
        address="Jalan Melati Nomor 1, Contoh Kota 00000 · Telepon (0000) 123456 · dukcapil.contoh.example",
        town="Contoh Kota",
        base_url="https://tte.contoh.example",
    ),
    official=Official(
        name="Dra. WULAN SEKAR ARUM, M.Si.",
        nip="197903122005012004",
        title=("Kepala Dinas Kependudukan", "dan Pencatatan Sipil", "Kabupaten Contoh"),
    ),
    signer="Dra. WULAN SEKAR ARUM, M.Si.",
    issuer="CA Contoh",
    certified=False,
    specimen=True,
)
"""A fictional office and official, to look at a template with."""


WIDEST_ID: Final = "w" * 26
"""An id to measure with: every id is as long and none is wider, so what has room for it has room for all."""


def page_names(imprint: Imprint, public_id: str) -> Names:
    """What is the same on every page of an office; `document.id` is "" on a page that is not for signing."""
    office, official = imprint.office, imprint.official
    return {
        "office.code": office.code,
        "office.name": office.name,
        "office.region": office.region,
        "office.address": office.address,
        "office.town": office.town,
        "office.host": host(office.base_url),
        "official.name": official.name,
        "official.nip": official.nip,
        "official.title": "\n".join(official.title),
        "official.title_line": " ".join(official.title),
        "signature.signer": imprint.signer,
        "signature.issuer": imprint.issuer,
        "signature.certified": imprint.certified,
        "document.id": public_id,
    }


def host(base_url: str) -> str:
    """What a person types to get there: `tte.contoh.example`."""
    return urlsplit(base_url).netloc or base_url
