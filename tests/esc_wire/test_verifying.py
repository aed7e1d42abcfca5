"""Verification by v1 and v2: esc-api.md 1.4 and 1.7, every key as it is spelt there."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.esc_wire.world import Client, b64
from tests.rows import births
from tests.strangers_pdfs import plain
from tte.issuance import Issued


def v1(esc: Client, pdf: bytes, field: str = "signed_file") -> dict[str, Any]:
    answer = esc("POST", "/api/sign/verify", files={field: ("signed.pdf", pdf, "application/pdf")})
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def v2(esc: Client, pdf: bytes, *, listed: bool = False) -> dict[str, Any]:
    answer = esc.v2("verify/pdf", file=[b64(pdf)] if listed else b64(pdf))
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


@pytest.fixture(scope="module")
def signed(esc: Client) -> bytes:
    return esc.sign_v1(plain(), {"reason": "Disetujui", "location": "Contoh Kota"}).content


def test_v1_tells_a_signature(esc: Client, signed: bytes) -> None:
    found = v1(esc, signed)
    assert list(found) == ["nama_dokumen", "jumlah_signature", "notes", "details", "summary"]
    assert (found["nama_dokumen"], found["jumlah_signature"]) == ("signed.pdf", 1)
    assert found["summary"] == "DOCUMENT VALID !!!"
    assert found["notes"] == "Dokumen asli dan valid, tetapi dokumen tidak menggunakan waktu TSA"
    (one,) = found["details"]
    assert set(one) == {"info_tsa", "signature_field", "info_signer", "signature_document"}
    assert one["signature_field"].startswith("sig_")
    assert one["info_tsa"] == {"name": None, "tsa_cert_validity": None}
    signer, document = one["info_signer"], one["signature_document"]
    assert signer["issuer_dn"] == "C=ID,O=Uji Coba TTE,CN=Uji Coba TTE Issuing CA"
    assert signer["cert_user_certified"] is True
    assert signer["signer_dn"].endswith(f"CN={signer['signer_name']}")
    time = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d\d"
    assert re.fullmatch(f"{time} to {time}", signer["signer_cert_validity"])
    assert re.fullmatch(time, document["signed_in"])
    assert document == {
        "signed_using_tsa": False,
        "reason": "Disetujui",
        "document_integrity": True,
        "signature_value": None,
        "signed_in": document["signed_in"],
        "location": "Contoh Kota",
        "hash_value": None,
    }


def test_v1_tells_of_a_file_without_signature_and_takes_another_field(esc: Client, pdf: bytes) -> None:
    empty: dict[str, Any] = {"jumlah_signature": 0, "notes": None, "details": [], "summary": None}
    assert v1(esc, pdf, "file") == {"nama_dokumen": "signed.pdf", **empty}


def test_v1_tells_of_a_changed_file(esc: Client, signed: bytes) -> None:
    found = v1(esc, signed.replace(b"Surat keterangan", b"Surat kETERANGAN").replace(b"ReportLab", b"Reportlab"))
    assert found["summary"] == "DOCUMENT NOT VALID !!!"
    assert found["notes"] == "Konten Dokumen mengalami perubahan oleh pihak yang tidak berhak"
    assert found["details"][0]["signature_document"]["document_integrity"] is False


def test_v2_tells_a_signature_with_the_vendors_spelling(esc: Client, signed: bytes) -> None:
    for listed in (False, True):
        found = v2(esc, signed, listed=listed)
        assert (found["conclusion"], found["signatureCount"]) == ("VALID", 1)
        (one,) = found["signatureInformations"]
        assert set(one) == {
            "id",
            "signatureFormat",
            "signerName",
            "signatureDate",
            "fieldName",
            "reason",
            "location",
            "certLevelCode",
            "signatureAlgorithm",
            "digestAlgorithm",
            "timestampInfomation",
            "certificateDetails",
            "integrityValid",
            "certificateTrusted",
            "lastSignature",
            "ltv",
            "modified",
        }
        assert (one["signatureFormat"], one["reason"], one["location"]) == (
            "PAdES-BASELINE-B",
            "Disetujui",
            "Contoh Kota",
        )
        assert (one["integrityValid"], one["certificateTrusted"]) == (True, True)
        assert (one["ltv"], one["lastSignature"], one["certLevelCode"]) == (False, False, 0)
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", one["signatureDate"])
        certificate = one["certificateDetails"][0]
        assert certificate["serialNumber"].isdecimal()
        assert certificate["signatureAlgoritm"] == "ECDSA with SHA256"
        assert {"digitalSignature", "nonRepudiation"} & set(certificate["keyUsages"])
        assert {"id", "commonName", "issuerName", "notAfterDate", "notBeforeDate"} < set(certificate)


def test_v2_tells_of_a_file_without_signature(esc: Client, pdf: bytes) -> None:
    assert v2(esc, pdf) == {
        "conclusion": "NO_SIGNATURE",
        "description": "Dokumen tidak memiliki tandatangan elektronik",
        "signatureCount": 0,
        "signatureInformations": [],
    }


def test_v2_tells_of_a_changed_file(esc: Client, signed: bytes) -> None:
    found = v2(esc, signed.replace(b"ReportLab", b"Reportlab"))
    assert found["conclusion"] == "INVALID"
    assert found["signatureInformations"][0]["integrityValid"] is False


def test_what_the_register_has_withdrawn_is_not_valid_though_its_signature_is(esc: Client) -> None:
    home = esc.world.home
    with home.issuer("demo", ("akta_kelahiran",)) as issuer:
        (issued,) = issuer.issue("akta_kelahiran", births(1))
        assert isinstance(issued, Issued)
        entry, pdf = issued.entry, issuer.register.read_pdf(issued.entry.id)
        assert v2(esc, pdf)["conclusion"] == "VALID"
        issuer.register.revoke(entry.id, "akta ganda", esc.service.now())
    found = v2(esc, pdf)
    assert found["conclusion"] == "INVALID"
    assert "dicabut" in found["description"].lower()
    assert v1(esc, pdf)["summary"] == "DOCUMENT NOT VALID !!!"
