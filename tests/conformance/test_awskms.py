"""Keys in AWS KMS, through the suite that plug-in authors use. KMS is moto's, see tests/kms.py."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.kms import Kms, kms_server
from tests.remote_keys import AT, certify
from tte.backends.awskms import SPECS
from tte.backends.process import ProcessKey
from tte.key import Key
from tte.testing.keys import KeySuite, Opening

Kept = Callable[[str], Opening]


@pytest.fixture(scope="module")
def kms() -> Iterator[Kms]:
    with kms_server() as running:
        yield running


@pytest.fixture(scope="module")
def kept(kms: Kms, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """A key in KMS for each algorithm, with its certificate beside it, made when first asked for."""
    home = tmp_path_factory.mktemp("home")
    made: dict[str, Opening] = {}

    def opening(algorithm: str) -> Opening:
        if algorithm not in made:
            arn = kms.make(SPECS[algorithm])
            public = kms.client.get_public_key(KeyId=arn)["PublicKey"]
            pinned = certify(home / f"{algorithm}.pem", public)
            made[algorithm] = Opening(kms.uri(arn, f"{algorithm}.pem"), at=AT, home=home, pinned=pinned)
        return made[algorithm]

    return opening


class TestAwsKms(KeySuite):
    @pytest.fixture(scope="class", params=SPECS)
    @classmethod
    def opening(cls, request: pytest.FixtureRequest, kept: Kept) -> Opening:
        return kept(request.param)


@pytest.mark.usefixtures("in_a_process_of_its_own")
class TestAwsKmsInAProcess(KeySuite):
    @pytest.fixture(scope="class", params=["rsa-2048", "ecdsa-p256"])
    @classmethod
    def opening(cls, request: pytest.FixtureRequest, kept: Kept) -> Opening:
        return kept(request.param)

    def test_it_is_in_another_process(self, key: Key) -> None:
        assert isinstance(key, ProcessKey)
