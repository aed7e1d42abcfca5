"""The key backends that need nothing but this machine, through the suite that plug-in authors use."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from tte.backends.ephemeral import ALGORITHMS
from tte.backends.process import ProcessKey
from tte.key import Key
from tte.testing.keys import KeySuite, Opening, PinKeySuite
from tte.testing.pki import TestCa

AT = datetime(2026, 8, 17, 3, tzinfo=UTC)

Kept = Callable[[str], Opening]


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """A PKCS#12 file for each algorithm, made when first asked for: an RSA key is made once in a session."""
    home = tmp_path_factory.mktemp("home")
    ca = TestCa(since=AT - timedelta(days=1))
    made: dict[str, Opening] = {}

    def make(algorithm: str) -> Opening:
        certificate = ca.issue_pkcs12(
            home / f"{algorithm}.p12",
            "kenari-benar",
            algorithm=algorithm,
            name="Pejabat Uji Coba",
            valid_from=AT - timedelta(days=1),
            valid_to=AT + timedelta(days=1),
            kdf_rounds=1000,
        )
        return Opening(
            uri=f"pkcs12:path={algorithm}.p12?pin-source=env:PIN",
            at=AT,
            home=home,
            pinned=certificate.public_bytes(Encoding.DER),
            pin="kenari-benar",
            wrong_pin="kenari-keliru",
        )

    def opening(algorithm: str) -> Opening:
        if algorithm not in made:
            made[algorithm] = make(algorithm)
        return made[algorithm]

    return opening


class TestPkcs12(PinKeySuite):
    @pytest.fixture(scope="class", params=ALGORITHMS)
    @classmethod
    def opening(cls, request: pytest.FixtureRequest, kept: Kept) -> Opening:
        return kept(request.param)


class TestEphemeral(KeySuite):
    @pytest.fixture(scope="class", params=ALGORITHMS)
    @classmethod
    def opening(cls, request: pytest.FixtureRequest) -> Opening:
        return Opening(f"ephemeral:algorithm={request.param};valid-from=2026-08-15", at=AT, home=Path("/nowhere"))


@pytest.mark.usefixtures("in_a_process_of_its_own")
class TestPkcs12InAProcess(PinKeySuite):
    @pytest.fixture(scope="class", params=["rsa-2048", "ecdsa-p384"])
    @classmethod
    def opening(cls, request: pytest.FixtureRequest, kept: Kept) -> Opening:
        return kept(request.param)

    def test_it_is_in_another_process(self, key: Key) -> None:
        assert isinstance(key, ProcessKey)


@pytest.mark.usefixtures("in_a_process_of_its_own")
class TestEphemeralInAProcess(KeySuite):
    @pytest.fixture(scope="class")
    @classmethod
    def opening(cls) -> Opening:
        return Opening("ephemeral:algorithm=ecdsa-p256;valid-from=2026-08-15", at=AT, home=Path("/nowhere"))

    def test_it_is_in_another_process(self, key: Key) -> None:
        assert isinstance(key, ProcessKey)
