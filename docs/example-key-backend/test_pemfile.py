"""The backend through the suite that every backend of tte goes through: pytest test_pemfile.py"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat

from tte.testing.keys import Opening, PinKeySuite
from tte.testing.pki import TestCa, generate


class TestPemFile(PinKeySuite):
    @pytest.fixture(scope="class", params=["ecdsa-p256", "ecdsa-p384", "rsa-2048"])
    @classmethod
    def opening(cls, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Opening:
        """A key made for the test, its certificate, and a home that holds both."""
        home, now, pin = tmp_path_factory.mktemp("home"), datetime.now(UTC), "kenari-benar"
        private, ca = generate(request.param), TestCa(since=now - timedelta(days=2))
        sealed = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(pin.encode()))
        (home / "key.pem").touch(mode=0o600)
        (home / "key.pem").write_bytes(sealed)
        certificate = ca.certify(
            private, name="Pejabat", valid_from=now - timedelta(days=1), valid_to=now + timedelta(days=1)
        )
        chain = [certificate, *ca.chain]
        (home / "certificate.pem").write_bytes(b"".join(one.public_bytes(Encoding.PEM) for one in chain))
        return Opening(
            uri="pemfile:path=key.pem;certificate=certificate.pem?pin-source=env:PIN",
            at=now,
            home=home,
            pinned=certificate.public_bytes(Encoding.DER),
            pin=pin,
            wrong_pin="kenari-keliru",
        )
