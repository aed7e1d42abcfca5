"""A PKI with trust services that need no network: a TSA, OCSP and CRLs in this process, and a clock that tests set."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa, utils
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from tests.minimal_pdf import minimal_document
from tests.signed_pdfs import NOW, Party, crl_of, party
from tte.errors import Fault, ServiceUnavailable
from tte.key import Identity
from tte.pades import prepare
from tte.services import Evidence, TimeStamp
from tte.validation import Trust

YEAR = timedelta(days=365)

_ADDRESS = x509.UniformResourceIdentifier("http://psre.example/")
_OCSP = x509.AuthorityInformationAccess([x509.AccessDescription(AuthorityInformationAccessOID.OCSP, _ADDRESS)])
_CRL = x509.CRLDistributionPoints([x509.DistributionPoint([_ADDRESS], None, None, None)])
"""Where to ask about a certificate; without these there are readers that do not look at what is in the file."""


@cache
def _stamping_key(_: str) -> rsa.RSAPrivateKey:
    """pyHanko's TSA has no other kind of key; one of these takes long to make."""
    return rsa.generate_private_key(65537, 2048)


@dataclass
class World:
    """A PKI with a clock; it is its own `Services`.

    The signer's certificate lives for one year, the TSA's for three. `revoked`: since when certificates are. `down`:
    which of tsa, ocsp and crl do not answer. `asked` and `fresh_after` are what was asked for.
    """

    now: datetime = NOW
    root: Party = field(default_factory=lambda: party("Akar Uji", authority=True, ends=NOW + 30 * YEAR))
    revoked: dict[bytes, datetime] = field(default_factory=dict)
    down: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    fresh_after: list[datetime | None] = field(default_factory=list)
    crl_only: bool = False
    checked_responder: bool = False
    stamper_root: Party | None = None
    believed: Party | None = None

    def __post_init__(self) -> None:
        self.authority = party("PSrE Uji", self.root, authority=True, ends=NOW + 20 * YEAR, more=[_CRL])
        self.signer = self.new_signer("Budi Contoh, S.H.", until=NOW + YEAR)
        self.responder = self.new_responder(begins=NOW - YEAR / 4, ends=NOW + 20 * YEAR)
        self.stamper = self.new_stamper("TSA Uji", until=NOW + 3 * YEAR)

    def new_signer(self, name: str, *, until: datetime) -> Party:
        return party(name, self.authority, ends=until, more=[_OCSP, _CRL])

    def new_responder(self, *, begins: datetime, ends: datetime) -> Party:
        unchecked: list[x509.ExtensionType] = [_CRL] if self.checked_responder else [x509.OCSPNoCheck()]
        purposes = [ExtendedKeyUsageOID.OCSP_SIGNING]
        return party("OCSP Uji", self.authority, begins=begins, ends=ends, purposes=purposes, more=unchecked)

    def new_stamper(self, name: str, *, until: datetime) -> Party:
        key = _stamping_key(name)
        purposes = [ExtendedKeyUsageOID.TIME_STAMPING]
        return party(name, self.stamper_root or self.root, key=key, ends=until, purposes=purposes, more=[_CRL])

    @property
    def anchors(self) -> tuple[bytes, ...]:
        return ((self.believed or self.root).der,)

    def believing(self, root: Party) -> World:
        """The same world to somebody with this anchor only."""
        self.believed = root
        return self

    @property
    def trust(self) -> Trust:
        return Trust(self.anchors)

    @property
    def time_stamps(self) -> World:
        return self

    @property
    def revocations(self) -> World:
        return self

    def document(self, *, room: int = 8192, text: str = "KUTIPAN AKTA KELAHIRAN (contoh)") -> bytes:
        """A document just signed by our own path, certified, at B-B."""
        identity = Identity.of(self.signer.certificate, (self.authority.certificate,))
        draft = prepare(minimal_document(text), identity, self.now, room=room)
        assert isinstance(self.signer.key, ec.EllipticCurvePrivateKey)
        return draft.complete(self.signer.key.sign(draft.digest, ec.ECDSA(utils.Prehashed(hashes.SHA256())))).pdf

    def stamp(self, imprint: bytes, digest_name: str) -> TimeStamp:
        self._asked("tsa")
        stamper = DummyTimeStamper(
            tsa_cert=self.stamper.asn1,
            tsa_key=self.stamper.asn1_key,
            certs_to_embed=SimpleCertificateStore(),  # type: ignore[no-untyped-call]
            fixed_dt=self.now,
        )
        token = asyncio.run(stamper.async_timestamp(imprint, digest_name)).dump()
        return TimeStamp(token, self.now, self.stamper.der, self.stamper.certificate.not_valid_after_utc)

    def of(self, certificate: bytes, issuer: bytes, *, fresh_after: datetime | None = None) -> Evidence:
        subject = x509.load_der_x509_certificate(certificate)
        name = subject.subject.rfc4514_string().removeprefix("CN=")
        above = next(one for one in (self.authority, self.root) if one.der == issuer)
        by_ocsp = above is self.authority and certificate != self.responder.der and not self.crl_only
        self.fresh_after.append(fresh_after)
        self._asked(("ocsp " if by_ocsp else "crl ") + name)
        revoked = self.revoked.get(certificate)
        issued = self.now - timedelta(hours=0 if by_ocsp else 1)
        if fresh_after and issued < fresh_after and not revoked:
            raise ServiceUnavailable("nothing newer", Fault.OUTSIDE_VALIDITY)
        until = self.now + timedelta(days=7)
        if not by_ocsp:
            gone = [one for one in self._parties if one.der in self.revoked]
            return Evidence(None, self._crl(above, gone), (), issued, until, revoked)
        response = (
            ocsp.OCSPResponseBuilder()
            .add_response(
                subject,
                above.certificate,
                hashes.SHA1(),  # noqa: S303  as OCSP names certificates, RFC 6960
                ocsp.OCSPCertStatus.REVOKED if revoked else ocsp.OCSPCertStatus.GOOD,
                issued,
                until,
                revoked,
                None,
            )
            .responder_id(ocsp.OCSPResponderEncoding.HASH, self.responder.certificate)
            .certificates([self.responder.certificate])
            .sign(self.responder.key, hashes.SHA256())
        )
        encoded = response.public_bytes(Encoding.DER)
        return Evidence(encoded, None, (self.responder.der,), issued, until, revoked)

    @property
    def _parties(self) -> Sequence[Party]:
        return (self.authority, self.signer, self.responder, self.stamper)

    def _crl(self, issuer: Party, gone: Sequence[Party]) -> bytes:
        return crl_of(issuer, gone, at=self.now, since=min(self.revoked.values(), default=None))

    def _asked(self, what: str) -> None:
        self.asked.append(what)
        if what.split()[0] in self.down:
            raise ServiceUnavailable("out of order, as the test wants it", Fault.UNREACHABLE, sent=False)
