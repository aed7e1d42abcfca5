"""Keys on a SoftHSM token, through the suite that plug-in authors use."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tte.backends.ephemeral import ALGORITHMS
from tte.backends.process import ProcessKey
from tte.errors import KeyRefused
from tte.key import Key
from tte.testing.keys import Asked, Opening, PinKeySuite, opened
from tte.testing.pki import TestCa
from tte.testing.softhsm import SoftHsm

AT = datetime(2026, 8, 17, 3, tzinfo=UTC)
DAY = timedelta(days=1)

Kept = Callable[..., Opening]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    """A token that is made for the module, and on it a key of each algorithm, made when first asked for."""
    hsm = SoftHsm.make(tmp_path_factory.mktemp("softhsm") / "hsm")
    token = hsm.make_token("uji-coba", "kenari-benar")
    ca = TestCa(since=AT - DAY)
    made: dict[str, bytes] = {}

    def opening(algorithm: str, access: str = "") -> Opening:
        if algorithm not in made:
            made[algorithm] = token.make_key(algorithm, ca=ca, valid_from=AT - DAY, algorithm=algorithm)
        return Opening(
            uri=token.uri(algorithm, access=access),
            at=AT,
            pinned=made[algorithm],
            pin=token.pin,
            wrong_pin="kenari-keliru",
        )

    with hsm.in_use():
        yield opening


class TestPkcs11(PinKeySuite):
    """In this process, where a token is open once at a time: each test has a key of its own, and closes it."""

    @pytest.fixture(scope="class", params=ALGORITHMS)
    @classmethod
    def opening(cls, request: pytest.FixtureRequest, kept: Kept) -> Opening:
        return kept(request.param)

    @pytest.fixture
    def key(self, opening: Opening) -> Iterator[Key]:
        key = opened(opening)
        yield key
        key.close()

    def test_the_same_key_opens_again(self, key: Key, opening: Opening) -> None:
        """Not beside itself: see `tte.backends.pkcs11`. In another process it does (below)."""
        unasked = Asked(opening.pin)
        with pytest.raises(KeyRefused, match="already") as refusal:
            opened(opening, unasked)
        assert "process" in refusal.value.hint
        assert not unasked.times
        key.close()
        again = opened(opening)
        assert again.identity == key.identity
        again.close()


class TestPkcs11WithSessions(TestPkcs11):
    @pytest.fixture(scope="class", params=["rsa-2048", "ecdsa-p256"])
    @classmethod
    def opening(cls, request: pytest.FixtureRequest, kept: Kept) -> Opening:
        return kept(request.param, "&sessions=4")


@pytest.mark.usefixtures("in_a_process_of_its_own")
class TestPkcs11InAProcess(PinKeySuite):
    @pytest.fixture(scope="class", params=["rsa-2048", "ecdsa-p256"])
    @classmethod
    def opening(cls, request: pytest.FixtureRequest, kept: Kept) -> Opening:
        return kept(request.param)

    def test_it_is_in_another_process(self, key: Key) -> None:
        assert isinstance(key, ProcessKey)
