"""What augmentation asks of trust services; `tte.services` reaches them over HTTP. All raise ServiceUnavailable."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class TimeStamp(Protocol):
    """A time-stamp token that was verified: DER, the time it proves, the authority's certificate and its end."""

    @property
    def token(self) -> bytes: ...
    @property
    def at(self) -> datetime: ...


class TimeStamps(Protocol):
    """Time-stamp authorities (RFC 3161), and the clock that their answers are held against."""

    @property
    def now(self) -> datetime: ...

    def stamp(self, imprint: bytes, digest_name: str) -> TimeStamp:
        """A time-stamp for a digest made by this hash, such as sha256."""
        ...


class Evidence(Protocol):
    """Verified revocation info about one certificate: OCSP response or CRL, DER, and certificates it needs."""

    @property
    def ocsp(self) -> bytes | None: ...
    @property
    def crl(self) -> bytes | None: ...
    @property
    def certificates(self) -> tuple[bytes, ...]: ...
    @property
    def revoked_at(self) -> datetime | None: ...


class Revocations(Protocol):
    """OCSP responders and CRLs."""

    def of(self, certificate: bytes, issuer: bytes, *, fresh_after: datetime | None = None) -> Evidence:
        """What is known of a certificate, DER, from its issuer; issued after a time where that is asked for."""
        ...


class Services(Protocol):
    """Who is asked, and whose word is believed: `anchors` are DER certificates."""

    @property
    def time_stamps(self) -> TimeStamps: ...
    @property
    def revocations(self) -> Revocations: ...
    @property
    def anchors(self) -> tuple[bytes, ...]: ...
