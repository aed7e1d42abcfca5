"""An issuer whose certificates can be revoked, and what its services answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.x509.oid import ObjectIdentifier

from tests.hostile_server import (
    answers,
)
from tests.trust_services import Holder, Responder, crl, root
from tte.errors import Fault, ServiceUnavailable
from tte.services import Revocations

AT = datetime(2026, 8, 17, 3, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
ROOT = root(AT)
ISSUER = ROOT.issue("Uji Coba Issuing CA", usage=["key_cert_sign", "crl_sign", "digital_signature"], is_ca=True)
HONEST = Responder(ISSUER, lambda: AT)
GOOD = answers(200, crl(ISSUER, AT))
STRANGER = root(AT, "Uji Coba Issuing CA")
UNKNOWN = x509.UnrecognizedExtension(ObjectIdentifier("1.2.3.4"), b"\x05\x00")


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.s = 1_000.0

    def __call__(self) -> float:
        return self.s


def fault_of(revocations: Revocations, holder: Holder, **options: Any) -> Fault:
    with pytest.raises(ServiceUnavailable) as refused:
        revocations.of(holder.der, ISSUER.der, **options)
    return refused.value.fault
