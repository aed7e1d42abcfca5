"""How long a signing certificate still lives, and how loud to say so: 60, 30 and 7 days before its end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from cryptography import x509

from tte.errors import TteError
from tte.key import KeyUri
from tte.office import Home
from tte.office.settings import Profile

LARGEST = 1 << 20


class Urgency(StrEnum):
    """How near the end is."""

    SOON = "soon"
    """60 days or less: there is time to ask for a new certificate."""
    NOW = "now"
    """30 days or less."""
    URGENT = "urgent"
    """7 days or less."""
    EXPIRED = "expired"


WITHIN: Final = {7: Urgency.URGENT, 30: Urgency.NOW, 60: Urgency.SOON}
"""Days before the end, and how loud it is then."""


@dataclass(frozen=True, slots=True)
class Expiry:
    """The end of a certificate. `days`: whole days left, below 0 when it is over. `warning`: None while it is far off.

    A certificate that was made for no longer than the days in question, such as one for trying out, is not warned of.
    """

    at: datetime
    days: int
    warning: Urgency | None

    @classmethod
    def of(cls, certificate: x509.Certificate | bytes, at: datetime) -> Expiry:
        """As it is at a time. `certificate`: DER, if not read yet."""
        if isinstance(certificate, bytes):
            certificate = x509.load_der_x509_certificate(certificate)
        begin, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
        left, life = end - at, end - begin
        near = (urgency for days, urgency in WITHIN.items() if left <= timedelta(days=days) < life)
        return cls(end, left.days, Urgency.EXPIRED if left < timedelta() else next(near, None))


def expiry_of_profile(home: Home, profile: Profile, at: datetime) -> Expiry | None:
    """That of the certificate which the profile pins, or its key URI names as a file; no key is opened.

    None if there is no such file, or it holds no certificate in PEM.
    """
    try:
        named = profile.certificate or KeyUri.parse(profile.uri).which.get("certificate")
        if named is None:
            return None
        with (home.path / named).open("rb") as file:
            return Expiry.of(x509.load_pem_x509_certificate(file.read(LARGEST)), at)
    except (OSError, ValueError, TteError):
        return None
