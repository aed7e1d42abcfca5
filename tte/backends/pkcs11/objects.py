"""What lies on a token: the private key that an address means, and the certificates beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pkcs11 import Attribute, CertificateType, ObjectClass, PKCS11Error, Session

from tte.backends.certificate_file import CertificateFile
from tte.backends.chain import issuers_of
from tte.backends.pkcs11.address import Address
from tte.backends.pkcs11.faults import in_our_words
from tte.errors import KeyNotFound, KeyRefused
from tte.key import Identity

IMPORT = "put the certificate on the token (tte key import-certificate), or beside it: certificate=PATH in the URI"


@dataclass(frozen=True, slots=True)
class Lying:
    """A certificate as it lies on the token."""

    label: str
    id: bytes
    certificate: x509.Certificate

    @property
    def value(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)


def find_private_key(session: Session, address: Address) -> Any:
    """The one private key that `address` means.

    KeyNotFound if there is none or several, KeyRefused if it is not for signing.
    """
    with in_our_words():
        found = list(session.get_objects({Attribute.CLASS: ObjectClass.PRIVATE_KEY, **template(address)}))
    if not found:
        raise KeyNotFound(f"{address.token_name} does not hold {address.key_name}", hint="list: pkcs11-tool --login -O")
    if len(found) > 1:
        raise KeyNotFound(
            f"{address.token_name} holds {address.key_name} {len(found)} times", hint="name it by id=%01%02… as well"
        )
    if not attribute(found[0], Attribute.SIGN):
        raise KeyRefused(f"{address.key_name} is not for signing", hint="name another key, or make one")
    return found[0]


def template(address: Address) -> dict[Attribute, Any]:
    """What the objects of the key of `address` have in common."""
    wanted: dict[Attribute, Any] = {}
    if address.label is not None:
        wanted[Attribute.LABEL] = address.label
    if address.id is not None:
        wanted[Attribute.ID] = address.id
    return wanted


def identity_of(session: Session, key: Any, address: Address) -> Identity:
    """The identity of a key on the token: from the file beside it if the address names one, else from the token.

    KeyRefused if it has no certificate, or several. That the certificate is the key's own shows when it signs.
    """
    if address.certificate is not None:
        file = CertificateFile.read(address.certificate)
        return file.identity_of(file.public)
    lying = list(certificates_on(session))
    found = {one.value: one.certificate for one in lying if belongs(one, key)}
    if len(found) != 1:
        how_many = "several certificates" if found else "no certificate"
        hint = "delete those that are out of use, or name one: certificate=PATH" if found else IMPORT
        raise KeyRefused(f"{address.token_name} holds {how_many} for {address.key_name}", hint=hint)
    (certificate,) = found.values()
    return Identity.of(certificate, issuers_of(certificate, [one.certificate for one in lying]))


def belongs(lying: Lying, key: Any) -> bool:
    """Whether it has the id of the key; its label, if the key has no id (PKCS #11 v2.40 §4.6.3)."""
    id_: bytes | None = attribute(key, Attribute.ID)
    label: str | None = attribute(key, Attribute.LABEL)
    return lying.id == id_ if id_ else lying.label == label


def certificates_on(session: Session) -> Iterator[Lying]:
    """Every X.509 certificate on the token that can be read."""
    with in_our_words():
        wanted = {Attribute.CLASS: ObjectClass.CERTIFICATE, Attribute.CERTIFICATE_TYPE: CertificateType.X_509}
        found: list[Any] = list(session.get_objects(wanted))
    for one in found:
        value = attribute(one, Attribute.VALUE)
        try:
            certificate = x509.load_der_x509_certificate(value or b"")
        except ValueError:
            continue
        yield Lying(attribute(one, Attribute.LABEL) or "", attribute(one, Attribute.ID) or b"", certificate)


def attribute(found: Any, name: Attribute) -> Any:
    """The attribute of an object, None if it has none of that name."""
    try:
        return found[name]
    except PKCS11Error:
        return None
