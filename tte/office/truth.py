"""A page says of its signer what the certificate says: checked when a key is opened, before the first row."""

from __future__ import annotations

from cryptography import x509
from cryptography.x509.oid import NameOID

from tte.errors import KeyRefused
from tte.key import Identity
from tte.model import Office
from tte.office.settings import Profile

PSRE_ROOTS = frozenset({"Root CA Indonesia DS G1"})
"""Common names of the roots under which Indonesian PSrE issue (PP 71/2019). Their fingerprints could not be compared
with the authority's own; the office does that when it puts the root into keys/trust/.
"""


def check_profile(profile: Profile, office: Office, identity: Identity) -> None:
    """KeyRefused if the profile claims another signer, or another issuer, than the certificate has.

    A test key may claim any signer: its pages say SPECIMEN.
    """
    certificate = x509.load_der_x509_certificate(identity.certificate)
    if not profile.test and not _same(common_name(certificate.subject), profile.official.name, office.name):
        raise KeyRefused(
            "the certificate is in another name than the official of the profile",
            hint="write the name as it stands in the certificate into [official] name; titles may be added to it",
        )
    if profile.psre and not PSRE_ROOTS & {common_name(issuer) for issuer in _issuers(identity)}:
        raise KeyRefused(
            "the profile names a PSrE, but the certificate does not come from one",
            hint="remove psre: the page then says that the signature is tidak tersertifikasi",
        )


def common_name(name: x509.Name) -> str:
    """The common name, or the whole name where there is none."""
    found = name.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(found[0].value) if found else name.rfc4514_string()


def _issuers(identity: Identity) -> list[x509.Name]:
    return [x509.load_der_x509_certificate(der).issuer for der in (identity.certificate, *identity.chain)]


def _same(certified: str, *claimed: str) -> bool:
    """True if every word in the certificate's name is in one of the claimed ones, whatever titles stand around it."""
    wanted = set(_words(certified))
    return any(wanted and wanted <= set(_words(claim)) for claim in claimed)


def _words(name: str) -> list[str]:
    return "".join(letter if letter.isalnum() else " " for letter in name.casefold()).split()
