"""The `tte` command with an `esc:` key profile: issue, an answer that is lost, pending, reconcile, issue again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from tests.command import Answer
from tests.esc_double import NAME, Purse, bsre, official, running, uri_of
from tte.office import Home
from tte.testing.esc import EscDouble, Mischief

PROFILE = """
uri         = "{uri}"
certificate = "keys/kadis.pem"
office      = "9971"
test        = true

[official]
name  = "{name}"
nip   = "197903122005012004"
title = ["Kepala Dinas"]
"""


@pytest.fixture
def esc(home: Home, monkeypatch: pytest.MonkeyPatch) -> Iterator[EscDouble]:
    """A double, and a profile `kadis` of the home that reaches it."""
    with running() as double:
        for name, secret in Purse(double).held.items():
            monkeypatch.setenv(f"ESC_{name}", secret)
        keys = home.path / "keys"
        uri = uri_of(double, more="&at-once=1").replace("env:", "env:ESC_")
        (keys / "kadis.toml").write_text(PROFILE.format(uri=uri, name=NAME), encoding="utf-8")
        chain = (official().certificate, *official().chain)
        (keys / "kadis.pem").write_bytes(b"".join(one.public_bytes(Encoding.PEM) for one in chain))
        (keys / "trust" / "bsre.pem").write_bytes(bsre().ca.anchors_pem)
        yield double


def test_a_file_is_issued_in_two_runs_with_a_person_between_them(
    esc: EscDouble, tte: Callable[..., Answer], births: Path, tmp_path: Path
) -> None:
    words = ("issue", "akta_kelahiran", str(births), "--key", "kadis", "--out", str(tmp_path / "out"))
    esc.plan.extend([None, Mischief.LOST])
    broken = tte(*words)
    assert broken.code == 4
    assert "1 issued" in broken.out
    pending = tte("register", "pending", "--json")
    (sent,) = [line for line in pending.objects() if line["sent"]]
    file = tmp_path / "dari-esc.pdf"
    file.write_bytes(esc.signed[1])
    assert tte("register", "reconcile", sent["number"], "--file", str(file)).code == 2  # with another key profile
    settled = tte("register", "reconcile", sent["number"], "--file", str(file), "--key", "kadis")
    assert settled.code == 0
    again = tte(*words)
    assert again.code == 0
    assert "1 issued" in again.out
    assert esc.sign_requests == 3
    assert tte("verify", *map(str, sorted((tmp_path / "out").glob("*.pdf")))).code == 0
    said = "".join(answer.out + answer.err for answer in (broken, pending, settled, again))
    assert not [secret for secret in Purse(esc).held.values() if secret in said]


def test_a_check_asks_the_service_and_signs_nothing(esc: EscDouble, tte: Callable[..., Answer]) -> None:
    answer = tte("key", "check", "kadis")
    assert answer.code == 0
    assert "the passphrase was not tried" in answer.out
    assert esc.sign_requests == 0
    esc.status = "EXPIRED"
    assert tte("key", "check", "kadis").code == 4
