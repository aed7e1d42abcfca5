"""The validation objects of a report: the file, each certificate, time-stamp, CRL and OCSP response, each once."""

from __future__ import annotations

from base64 import b64encode
from binascii import unhexlify
from contextlib import suppress
from typing import Final

from tte.model import CertificateFact, Report, TimeStampFact
from tte.reports.elements import DS, OWN, Element, add, moment

_KIND: Final = "urn:etsi:019102:validationObject:"
_INDICATION: Final = "urn:etsi:019102:mainindication:"
_SHA256: Final = "http://www.w3.org/2001/04/xmlenc#sha256"


class Objects:
    """Gives each object its id when it is first spoken of, and writes them all at the end."""

    def __init__(self) -> None:
        self._digests: dict[str, tuple[str, str]] = {}
        self._stamps: list[TimeStampFact] = []

    def file(self, report: Report) -> str:
        """The file that was judged."""
        return self._id("D", "signedData", report.pdf_sha256)

    def certificate(self, sha256: str) -> str:
        return self._id("C", "certificate", sha256)

    def revocation(self, one: CertificateFact) -> str:
        """The CRL or OCSP response that was believed; empty if there is none."""
        kind = "OCSPResponse" if one.revocation.source == "OCSP" else "CRL"
        return self._id("R", kind, one.revocation.sha256) if one.revocation.sha256 else ""

    def stamp(self, stamp: TimeStampFact) -> str:
        if stamp not in self._stamps:
            self._stamps.append(stamp)
            self.certificate(stamp.certificate_sha256)
        return f"T-{self._stamps.index(stamp) + 1}"

    def write(self, root: Element) -> None:
        """SignatureValidationObjects."""
        listed = add(root, "SignatureValidationObjects")
        for id_, (kind, sha256) in self._digests.items():
            digest(_begin(listed, id_, kind), sha256)
        for stamp in self._stamps:
            self._write(listed, stamp)

    def _write(self, listed: Element, stamp: TimeStampFact) -> None:
        """The token's digest is not known here, so it is named by its time; its own report says if it is believed."""
        shown = _begin(listed, self.stamp(stamp), "timestamp")
        add(shown, "URI", f"{OWN}time-stamp:{moment(stamp.at)}")
        report = add(listed[-1], "ValidationReport")
        signer = add(report, "SignerInformation")
        add(signer, "SignerCertificate", VOReference=self.certificate(stamp.certificate_sha256))
        add(signer, "Signer", stamp.authority)
        status = add(report, "SignatureValidationStatus")
        add(status, "MainIndication", _INDICATION + ("passed" if stamp.trusted else "indeterminate"))

    def _id(self, letter: str, kind: str, sha256: str) -> str:
        name = f"{letter}-{sha256.upper() if sha256.isalnum() else 0}"
        self._digests.setdefault(name, (kind, sha256))
        return name


def _begin(listed: Element, id_: str, kind: str) -> Element:
    one = add(listed, "ValidationObject", id=id_)
    add(one, "ObjectType", _KIND + kind)
    return add(one, "ValidationObjectRepresentation")


def digest(parent: Element, sha256: str) -> None:
    """DigestAlgAndValue of a SHA-256 in hexadecimal; without a value if it is none."""
    value = b""
    with suppress(ValueError):
        value = unhexlify(sha256)
    made = add(parent, "DigestAlgAndValue")
    add(made, "DigestMethod", space=DS, Algorithm=_SHA256)
    add(made, "DigestValue", b64encode(value).decode(), space=DS)
