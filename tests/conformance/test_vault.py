"""Keys in a transit engine, through the suite that plug-in authors use. The server is a real OpenBao."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.remote_keys import AT, certify
from tte.backends.new_key import SIGNS_AS
from tte.backends.process import ProcessKey
from tte.key import Key
from tte.testing.keys import Opening, PinKeySuite
from tte.testing.openbao import OpenBao

Kept = Callable[[str], Opening]


@pytest.fixture(scope="module")
def bao(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenBao]:
    with OpenBao(tmp_path_factory.mktemp("openbao")) as running:
        yield running


@pytest.fixture(scope="module")
def kept(bao: OpenBao, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """A key in the engine for each algorithm, with its certificate beside it, made when first asked for."""
    home = tmp_path_factory.mktemp("home")
    made: dict[str, Opening] = {}

    def opening(algorithm: str) -> Opening:
        if algorithm not in made:
            pinned = certify(home / f"{algorithm}.pem", bao.make(algorithm, algorithm))
            made[algorithm] = Opening(
                bao.uri(algorithm, f"{algorithm}.pem"),
                at=AT,
                home=home,
                pinned=pinned,
                pin=bao.token(algorithm),
                wrong_pin="s.kenariKeliru",
            )
        return made[algorithm]

    return opening


class TestVault(PinKeySuite):
    @pytest.fixture(scope="class", params=SIGNS_AS)
    @classmethod
    def opening(cls, request: pytest.FixtureRequest, kept: Kept) -> Opening:
        return kept(request.param)


@pytest.mark.usefixtures("in_a_process_of_its_own")
class TestVaultInAProcess(PinKeySuite):
    @pytest.fixture(scope="class", params=["rsa-2048", "ecdsa-p256"])
    @classmethod
    def opening(cls, request: pytest.FixtureRequest, kept: Kept) -> Opening:
        return kept(request.param)

    def test_it_is_in_another_process(self, key: Key) -> None:
        assert isinstance(key, ProcessKey)
