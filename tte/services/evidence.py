"""What is known of a certificate's revocation, and by what it can be shown to others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from tte.errors import Fault, ServiceUnavailable


@dataclass(frozen=True, slots=True)
class Evidence:
    """An answer that was verified: `ocsp` (DER OCSPResponse) or `crl` (DER CertificateList), the other is None.

    `certificates` are those that came with an OCSP answer, DER, its responder's among them. It was true `at`
    (thisUpdate) and counts `until` (nextUpdate, or what stands for it where there is none). `revoked_at` is None for a
    certificate that is not revoked.
    """

    ocsp: bytes | None
    crl: bytes | None
    certificates: tuple[bytes, ...]
    at: datetime
    until: datetime
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Times:
    """When an answer is read, and how far the clock of who made it may be from ours."""

    now: datetime
    tolerance: timedelta
    unnamed: timedelta
    """How long an OCSP answer counts that does not say it: newer info is always there (RFC 6960 §4.2.2.1)."""

    def check(self, at: datetime, until: datetime, what: str) -> None:
        """ServiceUnavailable with fault OUTSIDE_VALIDITY unless it counts now."""
        if at > self.now + self.tolerance:
            raise ServiceUnavailable(
                f"{what} is from the future", Fault.OUTSIDE_VALIDITY, hint="check the clock of this machine"
            )
        if until < self.now or until < at:
            raise ServiceUnavailable(f"{what} is stale", Fault.OUTSIDE_VALIDITY)
