"""The `csc` backend against a double that speaks both versions of the API, through the suite plug-in authors use.

The suite counts how often the PIN is asked for; the access token, another secret, is answered beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from tte.backends import open_key
from tte.backends.process import ProcessKey, open_key_process
from tte.key import Key, SecretSource
from tte.testing.csc import Csc
from tte.testing.csc_rules import Rules
from tte.testing.keys import KeySuite, Opening, PinKeySuite

AT = datetime(2026, 8, 17, 3, tzinfo=UTC)
TOKEN = "tanda-masuk-7135"
OpenKey = Callable[..., Key]


def with_token(opens: OpenKey) -> OpenKey:
    """Opens keys as `opens` does, the access token being at hand."""

    def open_with_token(
        uri: str, secrets: SecretSource, *, pinned: bytes | None, at: datetime, home: Path = Path()
    ) -> Key:
        def ask(source: str) -> str:
            return TOKEN if source == "env:CSC_TOKEN" else secrets(source)

        return opens(uri, ask, pinned=pinned, at=at, home=home)

    return open_with_token


@pytest.fixture(scope="class")
def token_at_hand() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tte.testing.keys.open_key", with_token(open_key))
        yield


@pytest.fixture(scope="class")
def in_a_process_of_its_own() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tte.testing.keys.open_key", with_token(open_key_process))
        yield


def opening(service: Csc) -> Opening:
    return Opening(
        uri=service.uri("token-source=env:CSC_TOKEN&pin-source=env:CSC_PIN"),
        at=AT,
        pinned=service.certificate.public_bytes(Encoding.DER),
        pin="kenari-benar",
        wrong_pin="kenari-keliru",
    )


def rules(api: str, algorithm: str, **different: object) -> Rules:
    return Rules(api=api, algorithm=algorithm, pin="kenari-benar", token=TOKEN, **different)  # type: ignore[arg-type]


@pytest.mark.usefixtures("token_at_hand")
class TestCsc(PinKeySuite):
    """Both versions, each algorithm; batches of 50 are cut into authorisations of at most 20."""

    @pytest.fixture(
        scope="class",
        params=[rules(api, algorithm, most=20) for api in ("v1", "v2") for algorithm in ("rsa-2048", "ecdsa-p256")]
        + [rules("v2", "ecdsa-p384"), rules("v1", "ecdsa-p384", p1363=True), rules("v2", "ecdsa-p256", most=1)],
        ids=lambda given: f"{given.api}-{given.algorithm}-{given.most}",
    )
    @classmethod
    def opening(cls, request: pytest.FixtureRequest) -> Iterator[Opening]:
        with Csc(request.param, at=AT) as service:
            yield opening(service)


@pytest.mark.usefixtures("in_a_process_of_its_own")
class TestCscInAProcess(PinKeySuite):
    @pytest.fixture(scope="class", params=["v1", "v2"])
    @classmethod
    def opening(cls, request: pytest.FixtureRequest) -> Iterator[Opening]:
        with Csc(rules(request.param, "ecdsa-p256"), at=AT) as service:
            yield opening(service)

    def test_it_is_in_another_process(self, key: Key) -> None:
        assert isinstance(key, ProcessKey)


class TestCscWithoutPin(KeySuite):
    """A credential that its service authorises by itself (1.0.4.0: implicit), for a client it knows by other means."""

    @pytest.fixture(scope="class")
    @classmethod
    def opening(cls) -> Iterator[Opening]:
        with Csc(Rules(api="v1", mode="implicit"), at=AT) as service:
            yield Opening(uri=service.uri("api=v1"), at=AT)
