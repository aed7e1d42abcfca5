"""Every key backend with every algorithm at every level: real documents, each judged by four validators.

Run as a program it writes the table in docs/keys.md, between its two marks, and fails if one cell is not as it must be.
The PKI (CA, CRL, OCSP, TSA) is certomancer over HTTP; every key gets its certificate from that CA.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    load_der_public_key,
    load_pem_private_key,
    load_pem_public_key,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.ades.report import AdESPassed
from pyhanko.sign.validation.status import PdfSignatureStatus

from tests.certomancer_pki import Pki, certomancer_pki
from tests.esc_double import Purse, uri_of
from tests.kms import kms_server
from tests.minimal_pdf import minimal_document
from tests.oracles import ades, poppler
from tests.oracles.eu_dss import EuDss
from tte.backends import open_key
from tte.backends.esc import open_esc
from tte.http import Http
from tte.key import Key, KeyUri
from tte.model import Indication, Intent, Level
from tte.pades import augment
from tte.services import Revocations, Services, TimeStamps
from tte.signing import DocumentSigning, KeySigning
from tte.testing.csc import Csc
from tte.testing.csc_rules import Rules
from tte.testing.esc import EscDouble
from tte.testing.esc_signer import BsreLike, Holder
from tte.testing.openbao import OpenBao
from tte.testing.pki import USAGES, PublicKey, generate
from tte.testing.softhsm import SoftHsm
from tte.validation import Trust, validate

AT = datetime.now(UTC).replace(microsecond=0)
SOON = timedelta(minutes=5)
PIN = "kenari-matriks"
ROOM = 8192
PAGE = Path(__file__).parents[1] / "docs" / "keys.md"
MARKS = "<!-- matrix -->", "<!-- /matrix -->"
ALGORITHMS = ("rsa-2048", "rsa-3072", "rsa-4096", "ecdsa-p256", "ecdsa-p384")
SPECS = {
    "rsa-2048": "RSA_2048",
    "rsa-3072": "RSA_3072",
    "rsa-4096": "RSA_4096",
    "ecdsa-p256": "ECC_NIST_P256",
    "ecdsa-p384": "ECC_NIST_P384",
}
FORMATS = {level: f"PAdES-BASELINE-{level.removeprefix('B-')}" for level in Level}


@dataclass(frozen=True)
class World:
    """A PKI that answers over HTTP, and a folder for what keys need."""

    pki: Pki
    folder: Path
    services: Services

    def certify(self, public: PublicKey, *, stamping: bool = False) -> x509.Certificate:
        """A certificate for signing documents, from the issuing CA; or one for time-stamps, from the root."""
        by, issuer, sample = ("root", self.pki.anchor, self.pki.issuer) if stamping else (
            "interm", self.pki.issuer, self.pki.certificate,
        )  # fmt: skip
        issuing = load_pem_private_key((self.folder / f"{by}.key.pem").read_bytes(), None)
        assert isinstance(issuing, ec.EllipticCurvePrivateKey)
        usages = {"digital_signature"} if stamping else {"digital_signature", "content_commitment"}
        names = [(NameOID.COUNTRY_NAME, "ID"), (NameOID.COMMON_NAME, "TSA Uji" if stamping else "Pejabat Uji Coba")]
        points = sample.extensions.get_extension_for_class(x509.CRLDistributionPoints)
        builder = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(*name) for name in names]))
            .issuer_name(issuer.subject)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(AT - timedelta(days=30))
            .not_valid_after(AT + timedelta(days=365))
            .add_extension(x509.KeyUsage(**{usage: usage in usages for usage in USAGES}), critical=True)
            .add_extension(points.value, critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuing.public_key()), critical=False)
        )
        if stamping:
            builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        return builder.sign(issuing, hashes.SHA256())

    def path(self, public: PublicKey) -> list[x509.Certificate]:
        return [self.certify(public), self.pki.issuer, self.pki.anchor]

    def pem(self, public: PublicKey) -> bytes:
        return b"".join(one.public_bytes(Encoding.PEM) for one in self.path(public))

    @property
    def trust(self) -> Trust:
        return Trust((self.pki.anchor.public_bytes(Encoding.DER),))

    def open(self, uri: str, secret: str = PIN) -> Key:
        return open_key(uri, lambda _: secret, pinned=None, at=AT, home=self.folder)


@contextmanager
def world() -> Iterator[World]:
    with TemporaryDirectory() as name, certomancer_pki(Path(name), at=AT) as pki:
        anchors = (pki.anchor.public_bytes(Encoding.DER),)
        http = Http(hosts=None, private=True)
        revocations = Revocations(http=http, anchors=anchors, now=lambda: AT)
        stamps = TimeStamps([pki.tsa_url], http=http, anchors=anchors, now=lambda: AT, revocations=revocations)
        yield World(pki, Path(name), Services(stamps, revocations, anchors))
        http.close()


def public_of(text: bytes) -> PublicKey:
    held = (load_pem_public_key if text.startswith(b"--") else load_der_public_key)(text)
    assert isinstance(held, PublicKey)
    return held


Signed = tuple[str, str, bytes]
"""A backend, an algorithm and a document signed with it."""


def signed_by(key: Key) -> bytes:
    [signed] = KeySigning(key, room=ROOM).sign([KeySigning(key, room=ROOM).prepare(minimal_document(), AT)])
    key.close()
    return signed.pdf


def by_pkcs12(there: World) -> Iterator[Signed]:
    for algorithm in ALGORITHMS:
        private = generate(algorithm)
        certificate, *issuers = there.path(private.public_key())
        store = pkcs12.serialize_key_and_certificates(
            None, private, certificate, issuers, BestAvailableEncryption(PIN.encode())
        )
        path = there.folder / f"{algorithm}.p12"
        path.write_bytes(store)
        path.chmod(0o600)
        yield "pkcs12", algorithm, signed_by(there.open(f"pkcs12:path={path.name}?pin-source=env:PIN"))


def by_pkcs11(there: World) -> Iterator[Signed]:
    from tte.backends.pkcs11 import make_key, put_certificate

    hsm = SoftHsm.make(there.folder / "hsm")
    with hsm.in_use():
        token = hsm.make_token("matriks", PIN)
        for algorithm in ALGORITHMS:
            uri = KeyUri.parse(token.uri(algorithm))
            new = make_key(uri, lambda _: PIN, algorithm)
            new.close()
            put_certificate(uri, lambda _: PIN, there.pem(public_of(new.public)))
            yield "pkcs11", algorithm, signed_by(there.open(token.uri(algorithm)))


def by_csc(there: World) -> Iterator[Signed]:
    for api in ("v1", "v2"):
        for algorithm in ALGORITHMS:
            rules = Rules(api=api, algorithm=algorithm, pin=PIN, token=PIN)
            with Csc(rules, at=AT, certify=lambda private: there.path(private.public_key())) as service:
                access = "token-source=env:TOKEN&pin-source=env:PIN&private=yes"
                yield f"csc {api}", algorithm, signed_by(there.open(service.uri(access)))


def by_awskms(there: World) -> Iterator[Signed]:
    os.environ.update(AWS_ACCESS_KEY_ID="matriks", AWS_SECRET_ACCESS_KEY="matriks")
    with kms_server() as kms:
        for algorithm, spec in SPECS.items():
            key = kms.make(spec)
            public = public_of(kms.client.get_public_key(KeyId=key)["PublicKey"])
            (there.folder / "kms.pem").write_bytes(there.pem(public))
            yield "awskms", algorithm, signed_by(there.open(kms.uri(key, "kms.pem")))


def by_vault(there: World) -> Iterator[Signed]:
    (there.folder / "bao").mkdir()
    with OpenBao(there.folder / "bao") as bao:
        for algorithm in ALGORITHMS:
            (there.folder / "bao.pem").write_bytes(there.pem(public_of(bao.make(algorithm, algorithm))))
            yield "vault", algorithm, signed_by(there.open(bao.uri(algorithm, "bao.pem"), bao.token(algorithm)))


class _NoNotes:
    """What was sent is noted nowhere: there is no register here."""

    def dispatch(self, ids: Sequence[str], at: datetime) -> None:
        """Nothing to do."""

    def dispatch_ended(self, ids: Sequence[str], state: Literal["refused", "released"], at: datetime) -> None:
        """Nothing to do."""

    def dispatched(self) -> Sequence[Intent]:
        return ()


def by_esc(there: World) -> Iterator[Signed]:
    for algorithm in ("rsa-2048", "ecdsa-p256"):
        private, stamper = generate(algorithm), generate("rsa-2048")
        own, issuer, _ = there.path(private.public_key())
        gateway = BsreLike(AT)
        gateway._stamper = Holder(there.certify(stamper.public_key(), stamping=True), stamper, [])
        double = EscDouble(gateway, Holder(own, private, [issuer]), "9971001708450001", PIN, "dinas", PIN)
        with double.running():
            pinned = [one.public_bytes(Encoding.DER) for one in (own, issuer)]
            service = open_esc(uri_of(double), Purse(double), pinned=pinned, at=AT)
            signing = DocumentSigning(
                service, trust=there.trust, dispatches=_NoNotes(), now=lambda: AT, returned=there.folder
            )
            [signed] = list(signing.begin([signing.prepare(minimal_document(), AT)])())
            service.close()
            yield "esc", algorithm, signed.pdf


BACKENDS = (by_pkcs12, by_pkcs11, by_csc, by_awskms, by_vault, by_esc)


def faults(pdf: bytes, level: Level, there: World, eu_dss: EuDss) -> list[str]:
    """What the four validators have against a document of this level."""
    path = there.folder / "cell.pdf"
    path.write_bytes(pdf)
    said = []
    [ours] = validate(pdf, there.trust, AT + SOON).signatures
    if (ours.indication, ours.level) != (Indication.TOTAL_PASSED, level):
        said.append(f"ours: {ours.indication} {ours.sub_indication} {ours.level}")
    [dss] = eu_dss.validate(path)
    if not (dss.intact and dss.valid and dss.format == FORMATS[level] and dss.undefined_changes == 0):
        said.append(f"EU DSS: {dss}")
    if not poppler.signatures(path)[0].valid:
        said.append("pdfsig: not valid")
    if level is Level.B_LTA:
        judged = ades.judgement(pdf, there.pki.anchor.public_bytes(Encoding.DER), AT + SOON)
        status = judged.api_status
        passed = isinstance(status, PdfSignatureStatus) and status.bottom_line
        if judged.ades_subindic != AdESPassed.OK or not passed:
            said.append(f"pyHanko: {judged.ades_subindic}")
    return said


def cells(there: World, eu_dss: EuDss, backend: str, algorithm: str, pdf: bytes) -> Iterator[tuple[Level, list[str]]]:
    """Every level from the one the document has, and what is wrong with it there."""
    begins = validate(pdf, there.trust, AT + SOON).signatures[0].level or Level.B_B
    for level in Level:
        if level.reaches(begins):
            raised = augment(pdf, level, there.services)
            said = [] if raised.level is level else [f"reached {raised.level}: {raised.stopped}"]
            yield level, said or faults(raised.pdf, level, there, eu_dss)


def main() -> int:
    """Make every cell, print what is wrong, write the table."""
    rows: list[str] = []
    bad = 0
    with world() as there, EuDss() as eu_dss:
        for backend in BACKENDS:
            for name, algorithm, pdf in backend(there):
                found = dict(cells(there, eu_dss, name, algorithm, pdf))
                for level, said in found.items():
                    bad += bool(said)
                    for one in said:
                        print(f"{name} {algorithm} {level}: {one}", file=sys.stderr)
                marks = ["–" if level not in found else "no" if found[level] else "yes" for level in Level]
                rows.append(f"| `{name}` | {algorithm} | {' | '.join(marks)} |")
                print(rows[-1], flush=True)
    table = "\n".join((f"| backend | algorithm | {' | '.join(Level)} |", "|---|---|---|---|---|---|", *rows))
    before, rest = PAGE.read_text().split(MARKS[0])
    _, after = rest.split(MARKS[1])
    PAGE.write_text(f"{before}{MARKS[0]}\n{table}\n{MARKS[1]}{after}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
