"""What comes out has the level of the key profile; where the authority is away, the profile says whether less goes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from tests.certomancer_pki import Pki, certomancer_pki
from tests.esc_wire.test_verifying import v1, v2
from tests.esc_wire.world import Client, made
from tests.strangers_pdfs import plain
from tests.time_stamp_gate import Gate, time_stamp_gate
from tte.office import Home
from tte.web import Service


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pki]:
    with certomancer_pki(tmp_path_factory.mktemp("pki"), at=None) as pki:
        yield pki


@contextmanager
def office(home: Home, pki: Pki, gate: Gate, *, minimum: str) -> Iterator[Client]:
    world = made(home)
    profile = home.path / "keys" / "kadis.toml"
    more = f'level = "B-T"\nminimum = "{minimum}"\ntsa = ["{gate.url}"]\nprivate_services = true\n'
    profile.write_text(more + profile.read_text(encoding="utf-8"), encoding="utf-8")
    (home.path / "keys" / "trust" / "uji.pem").write_bytes(pki.anchor.public_bytes(Encoding.PEM))
    with Service(Home(home.path)) as service:
        yield Client(world, service)


def test_a_file_is_time_stamped_and_both_verifications_say_by_whom(home: Home, pki: Pki) -> None:
    with time_stamp_gate(pki.tsa_url) as gate, office(home, pki, gate, minimum="B-T") as esc:
        pdf = plain()
        signed = esc.sign_v1(pdf).content
        assert signed.startswith(pdf)
        (one,) = v2(esc, signed)["signatureInformations"]
        assert one["signatureFormat"] == "PAdES-BASELINE-T"
        assert set(one["timestampInfomation"]) == {"id", "signerName", "timestampDate"}
        found = v1(esc, signed)
        assert found["notes"].startswith("Tanda tangan elektronik valid dan dokumen merupakan dokumen asli")
        (detail,) = found["details"]
        assert detail["info_tsa"]["name"] == one["timestampInfomation"]["signerName"]
        assert detail["signature_document"]["signed_using_tsa"] is True


@pytest.mark.parametrize("minimum", ["B-B", "B-T"])
def test_without_the_authority_a_file_is_below_its_level_or_is_not_handed_out(
    home: Home, pki: Pki, minimum: str, tmp_path: Path
) -> None:
    with time_stamp_gate(pki.tsa_url) as gate, office(home, pki, gate, minimum=minimum) as esc:
        gate.die()
        answer = esc.sign_v1(plain())
        shutil.rmtree(home.path / "var" / "services", ignore_errors=True)
        if minimum == "B-B":
            assert v2(esc, answer.content)["signatureInformations"][0]["signatureFormat"] == "PAdES-BASELINE-B"
        else:
            assert answer.status_code == 400
            assert "Penanda waktu tidak dapat diperoleh" in answer.json()["error"]
