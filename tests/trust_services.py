"""A TSA, an OCSP responder and CRLs to test against, honest or lying in one thing.

What they answer is made without the code that reads it: DER by hand, and by `cryptography`.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from asn1crypto import tsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID, ObjectIdentifier

USAGES = ("digital_signature", "content_commitment", "key_cert_sign", "crl_sign")
OTHER_USAGES = ("key_encipherment", "data_encipherment", "key_agreement", "encipher_only", "decipher_only")
Private = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


def der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)


@dataclass
class Holder:
    """A certificate and its key."""

    certificate: x509.Certificate
    private: Private

    @property
    def der(self) -> bytes:
        return der(self.certificate)

    @property
    def key_hash(self) -> bytes:
        """By which OCSP names a key (RFC 6960 §4.2.1)."""
        return x509.SubjectKeyIdentifier.from_public_key(self.private.public_key()).digest

    def issue(
        self,
        name: str,
        *,
        valid: tuple[datetime, datetime] | None = None,
        usage: Sequence[str] = ("digital_signature",),
        purposes: Sequence[ObjectIdentifier] = (),
        purposes_critical: bool = True,
        is_ca: bool = False,
        ocsp_at: Sequence[str] = (),
        crl_at: Sequence[str] = (),
        no_check: bool = False,
        private: Private | None = None,
    ) -> Holder:
        """A certificate by this one, for a new key; valid as long as this one if nothing else is said."""
        private = private or ec.generate_private_key(ec.SECP256R1())
        since, until = valid or (self.certificate.not_valid_before_utc, self.certificate.not_valid_after_utc)
        builder = _builder(name, self.certificate.subject, private, since, until, usage, is_ca=is_ca)
        if purposes:
            builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), purposes_critical)
        if ocsp_at:
            responders = [
                x509.AccessDescription(AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier(url))
                for url in ocsp_at
            ]
            builder = builder.add_extension(x509.AuthorityInformationAccess(responders), critical=False)
        if crl_at:
            points = [x509.DistributionPoint([x509.UniformResourceIdentifier(url)], None, None, None) for url in crl_at]
            builder = builder.add_extension(x509.CRLDistributionPoints(points), critical=False)
        if no_check:
            builder = builder.add_extension(x509.OCSPNoCheck(), critical=False)
        return Holder(builder.sign(self.private, hashes.SHA256()), private)

    def tsa(self, name: str = "Uji Coba TSA", **more: object) -> Holder:
        """A time-stamping authority's, as it should be but for `more`."""
        options: dict[str, object] = {"purposes": [ExtendedKeyUsageOID.TIME_STAMPING], **more}
        return self.issue(name, **options)  # type: ignore[arg-type]


def root(at: datetime, name: str = "Uji Coba Root CA") -> Holder:
    """A root, valid for ten years around `at`."""
    private = ec.generate_private_key(ec.SECP256R1())
    since, until = at - timedelta(days=1800), at + timedelta(days=1800)
    usage = ("key_cert_sign", "crl_sign", "digital_signature")
    builder = _builder(name, _name(name), private, since, until, usage, is_ca=True)
    return Holder(builder.sign(private, hashes.SHA256()), private)


def _builder(
    name: str,
    issuer: x509.Name,
    private: Private,
    since: datetime,
    until: datetime,
    usage: Sequence[str],
    *,
    is_ca: bool,
) -> x509.CertificateBuilder:
    usages = {bit: bit in usage for bit in USAGES} | dict.fromkeys(OTHER_USAGES, False)
    return (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .issuer_name(issuer)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(private.public_key()), critical=False)
        .add_extension(x509.KeyUsage(**usages), critical=True)
    )


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def tlv(tag: int, *parts: bytes) -> bytes:
    """DER: a tag, the length and what is in it."""
    content = b"".join(parts)
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content


def sequence(*parts: bytes) -> bytes:
    return tlv(0x30, *parts)


def integer(value: int) -> bytes:
    return tlv(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def oid(dotted: str) -> bytes:
    first, second, *rest = map(int, dotted.split("."))
    content = bytearray()
    for arc in (first * 40 + second, *rest):
        septets = [arc & 0x7F]
        while arc := arc >> 7:
            septets.append(arc & 0x7F | 0x80)
        content += bytes(reversed(septets))
    return tlv(0x06, bytes(content))


SIGNED_DATA, TST_INFO = oid("1.2.840.113549.1.7.2"), oid("1.2.840.113549.1.9.16.1.4")
CONTENT_TYPE, MESSAGE_DIGEST = oid("1.2.840.113549.1.9.3"), oid("1.2.840.113549.1.9.4")
SIGNING_CERTIFICATE, SIGNING_CERTIFICATE_V2 = oid("1.2.840.113549.1.9.16.2.12"), oid("1.2.840.113549.1.9.16.2.47")
DIGESTS = {"sha256": oid("2.16.840.1.101.3.4.2.1"), "sha384": oid("2.16.840.1.101.3.4.2.2")}
ECDSA = {"sha256": oid("1.2.840.10045.4.3.2"), "sha384": oid("1.2.840.10045.4.3.3")}
RSA_PKCS1, RSA_PSS = sequence(oid("1.2.840.113549.1.1.1"), b"\x05\x00"), oid("1.2.840.113549.1.1.10")


@dataclass
class Tsa:
    """A time-stamping authority as small as can be, honest unless told otherwise.

    What may be changed of what was asked is given as a function of it. `names` is the certificate in ESSCertID,
    `serial` is in the signer identifier, `carries` are those that the token holds, all the TSA's own if not given;
    `extra` are more signed attributes.
    """

    holder: Holder
    now: Callable[[], datetime]
    policy: str = "1.3.6.1.4.1.99999.1"
    nonce: Callable[[int], int | None] = lambda nonce: nonce
    imprint: Callable[[bytes], bytes] = lambda imprint: imprint
    signature: Callable[[bytes], bytes] = lambda signature: signature
    version: int = 1
    status: int = 0
    failure: int | None = None
    token_too: bool = True
    digest: str = "sha256"
    pss: bool = False
    ess_v1: bool = False
    names: bytes | None = None
    serial: int | None = None
    carries: Sequence[bytes] | None = None
    extensions: bytes = b""
    accuracy: bytes = b""
    extra: Sequence[bytes] = ()
    more_signers: int = 0
    serials: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def __call__(self, request: bytes) -> bytes:
        """TimeStampResp."""
        text = [tlv(0x03, b"\x07" + (1 << 31 - self.failure).to_bytes(4, "big"))] if self.failure is not None else []
        status = sequence(integer(self.status), *text)
        return sequence(status, self.token(request)) if self.token_too else sequence(status)

    def token(self, request: bytes) -> bytes:
        asked = tsp.TimeStampReq.load(request)
        nonce = self.nonce(asked["nonce"].native)
        imprint = asked["message_imprint"]
        algorithm = sequence(oid(imprint["hash_algorithm"]["algorithm"].dotted))
        stamped = sequence(
            integer(self.version),
            oid(self.policy),
            sequence(algorithm, tlv(0x04, self.imprint(imprint["hashed_message"].native))),
            integer(next(self.serials)),
            tlv(0x18, self.now().strftime("%Y%m%d%H%M%SZ").encode()),
            self.accuracy,
            b"" if nonce is None else integer(nonce),
            self.extensions,
        )
        signer = self._signer(stamped)
        carried = [self.holder.der] if self.carries is None else self.carries
        signed = sequence(
            integer(3),
            tlv(0x31, sequence(DIGESTS[self.digest])),
            sequence(TST_INFO, tlv(0xA0, tlv(0x04, stamped))),
            tlv(0xA0, *carried),
            tlv(0x31, *[signer] * (1 + self.more_signers)),
        )
        return sequence(SIGNED_DATA, tlv(0xA0, signed))

    def _signer(self, stamped: bytes) -> bytes:
        named = self.names or self.holder.der
        attributes = [
            attribute(CONTENT_TYPE, TST_INFO),
            attribute(MESSAGE_DIGEST, tlv(0x04, hashlib.new(self.digest, stamped).digest())),
            self._ess(named),
            *self.extra,
        ]
        content = b"".join(sorted(attributes))
        certificate = self.holder.certificate
        return sequence(
            integer(1),
            sequence(certificate.issuer.public_bytes(), integer(self.serial or certificate.serial_number)),
            sequence(DIGESTS[self.digest]),
            tlv(0xA0, content),
            self._algorithm(),
            tlv(0x04, self.signature(self._sign(tlv(0x31, content)))),
        )

    def _ess(self, named: bytes) -> bytes:
        if self.ess_v1:
            digest = tlv(0x04, hashlib.sha1(named).digest())  # noqa: S324 (ESSCertID of RFC 2634 has no other)
            return attribute(SIGNING_CERTIFICATE, sequence(sequence(sequence(digest))))
        digest = tlv(0x04, hashlib.sha256(named).digest())
        return attribute(SIGNING_CERTIFICATE_V2, sequence(sequence(sequence(digest))))

    def _algorithm(self) -> bytes:
        if isinstance(self.holder.private, ec.EllipticCurvePrivateKey):
            return sequence(ECDSA[self.digest])
        if not self.pss:
            return RSA_PKCS1
        algorithm = sequence(DIGESTS[self.digest])
        mask = sequence(oid("1.2.840.113549.1.1.8"), algorithm)
        return sequence(RSA_PSS, sequence(tlv(0xA0, algorithm), tlv(0xA1, mask), tlv(0xA2, integer(32))))

    def _sign(self, message: bytes) -> bytes:
        algorithm = hashes.SHA384() if self.digest == "sha384" else hashes.SHA256()
        if isinstance(self.holder.private, ec.EllipticCurvePrivateKey):
            return self.holder.private.sign(message, ec.ECDSA(algorithm))
        padded = padding.PSS(padding.MGF1(algorithm), 32) if self.pss else padding.PKCS1v15()
        return self.holder.private.sign(message, padded, algorithm)


def attribute(kind: bytes, value: bytes) -> bytes:
    return sequence(kind, tlv(0x31, value))


@dataclass
class Responder:
    """An OCSP responder for the certificates of one issuer, honest unless told otherwise.

    `signs` is who signs the answers, the issuer itself if not given; its certificate is carried if it is another.
    """

    issuer: Holder
    now: Callable[[], datetime]
    signs: Holder | None = None
    carries: bool = True
    at: timedelta = timedelta()
    lasts: timedelta | None = timedelta(minutes=10)
    status: ocsp.OCSPCertStatus = ocsp.OCSPCertStatus.GOOD
    about: Callable[[int], int] = lambda serial: serial
    by: Holder | None = None
    in_the_name_of: Holder | None = None
    failure: ocsp.OCSPResponseStatus | None = None
    algorithm: hashes.HashAlgorithm = field(default_factory=hashes.SHA256)
    extensions: Sequence[tuple[x509.ExtensionType, bool]] = ()
    revoked: Mapping[int, datetime] = field(default_factory=dict)

    def __call__(self, request: bytes) -> bytes:
        if self.failure is not None:
            return ocsp.OCSPResponseBuilder.build_unsuccessful(self.failure).public_bytes(Encoding.DER)
        asked = ocsp.load_der_ocsp_request(request)
        signs, at = self.signs or self.issuer, self.now() + self.at
        revoked_at = self.revoked.get(asked.serial_number)
        name_hash, key_hash = asked.issuer_name_hash, asked.issuer_key_hash
        if self.in_the_name_of is not None:
            name = self.in_the_name_of.certificate.subject.public_bytes()
            name_hash = hashlib.sha1(name).digest()  # noqa: S324 (as the request has it)
        if self.by is not None:
            key_hash = self.by.key_hash
        builder = (
            ocsp.OCSPResponseBuilder()
            .add_response_by_hash(
                name_hash,
                key_hash,
                self.about(asked.serial_number),
                asked.hash_algorithm,
                ocsp.OCSPCertStatus.REVOKED if revoked_at else self.status,
                at,
                None if self.lasts is None else at + self.lasts,
                revoked_at,
                None,
            )
            .responder_id(ocsp.OCSPResponderEncoding.HASH, signs.certificate)
        )
        if signs is not self.issuer and self.carries:
            builder = builder.certificates([signs.certificate])
        for value, critical in self.extensions:
            builder = builder.add_extension(value, critical)
        return builder.sign(signs.private, self.algorithm).public_bytes(Encoding.DER)


def crl(
    issuer: Holder,
    at: datetime,
    *,
    lasts: timedelta = timedelta(days=1),
    revoked: Mapping[int, datetime] | None = None,
    extensions: Sequence[tuple[x509.ExtensionType, bool]] = (),
    entry_extensions: Sequence[tuple[x509.ExtensionType, bool]] = (),
    signs: Private | None = None,
) -> bytes:
    """A CRL of this issuer, signed by its key unless another is given."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.certificate.subject)
        .last_update(at)
        .next_update(at + lasts)
    )
    for value, critical in extensions:
        builder = builder.add_extension(value, critical)
    for serial, when in (revoked or {}).items():
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(when)
        for value, critical in entry_extensions:
            entry = entry.add_extension(value, critical)
        builder = builder.add_revoked_certificate(entry.build())
    return builder.sign(signs or issuer.private, hashes.SHA256()).public_bytes(Encoding.DER)
