"""An authority for time-stamps to test with, and clients of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from tests.trust_services import Tsa, root
from tte.errors import Fault, ServiceUnavailable
from tte.services import TimeStamps

AT = datetime(2026, 8, 17, 3, tzinfo=UTC)
DIGEST = hashlib.sha256(b"akta").digest()
HOUR = timedelta(hours=1)
POLICY = "1.3.6.1.4.1.99999.1"

ROOT = root(AT)
TSA = ROOT.tsa()
HONEST = Tsa(TSA, lambda: AT)
INTERMEDIATE = ROOT.issue("Uji Coba TSA CA", usage=["key_cert_sign", "crl_sign"], is_ca=True)

Stamps = Callable[..., TimeStamps]


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.s = 1_000.0

    def __call__(self) -> float:
        return self.s


def fault_of(stamps: TimeStamps) -> Fault:
    with pytest.raises(ServiceUnavailable) as refused:
        stamps.stamp(DIGEST, "sha256")
    return refused.value.fault
