"""A request for a certificate (PKCS #10, RFC 2986), signed by a key whose private half stays where it is."""

from __future__ import annotations

import hashlib

from asn1crypto import core, csr, keys, pem
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.x509.oid import NameOID

from tte.backends.new_key import NewKey
from tte.errors import ConfigError, SignatureMismatch
from tte.key import Algorithm

SIGNED_AS = {
    Algorithm.RSA_SHA256: "sha256_rsa",
    Algorithm.ECDSA_P256: "sha256_ecdsa",
    Algorithm.ECDSA_P384: "sha384_ecdsa",
}

MORE_NAMES = {
    "SERIALNUMBER": NameOID.SERIAL_NUMBER,
    "GN": NameOID.GIVEN_NAME,
    "SN": NameOID.SURNAME,
    "T": NameOID.TITLE,
    "E": NameOID.EMAIL_ADDRESS,
    "ORGANIZATIONIDENTIFIER": NameOID.ORGANIZATION_IDENTIFIER,
}
"""What may stand in a subject besides the names of RFC 4514 §3."""


def read_subject(text: str) -> x509.Name:
    """`CN=…,O=…,C=ID` (RFC 4514): the most particular part first. ConfigError if it is not so, or has no CN."""
    try:
        subject = x509.Name.from_rfc4514_string(text, attr_name_overrides=MORE_NAMES)
    except (ValueError, KeyError):
        subject = x509.Name([])
    if not subject.get_attributes_for_oid(NameOID.COMMON_NAME):
        raise ConfigError(
            "the subject of a request is written like CN=DRA. CONTOH\\, M.SI.,O=KABUPATEN CONTOH,C=ID",
            hint="CN is needed; a comma within a name is written \\,; ask your PSrE what else it wants to see",
        )
    return subject


def signed_request(key: NewKey, subject: x509.Name) -> bytes:
    """The request in PEM, without attributes: what the certificate is good for is the issuer's to say.

    SignatureMismatch if what `key` gives is not its signature: then there is no request.
    """
    information = csr.CertificationRequestInfo(
        {
            "version": "v1",
            "subject": asn1.Name.load(subject.public_bytes()),
            "subject_pk_info": keys.PublicKeyInfo.load(key.public),
            "attributes": [],
        }
    )
    algorithm: dict[str, object] = {"algorithm": SIGNED_AS[key.algorithm]}
    if key.algorithm is Algorithm.RSA_SHA256:
        algorithm["parameters"] = core.Null()
    digest = hashlib.new(key.algorithm.digest_name, information.dump()).digest()
    request: bytes = csr.CertificationRequest(
        {
            "certification_request_info": information,
            "signature_algorithm": algorithm,
            "signature": key.sign(digest),
        }
    ).dump()
    try:
        good = x509.load_der_x509_csr(request).is_signature_valid
    except ValueError:
        good = False
    if not good:
        raise SignatureMismatch("the new key's signature of its request does not verify; there is no request")
    armoured: bytes = pem.armor("CERTIFICATE REQUEST", request)
    return armoured
