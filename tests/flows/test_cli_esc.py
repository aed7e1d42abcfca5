"""The `tte` command with an `esc:` key profile: issue, an answer that is lost, pending, reconcile, issue again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from tests.command import Answer
from tests.esc_double import NAME, Purse, bsre, official, running, uri_of
from tests.minimal_pdf import minimal_document
from tte.errors import PinRefused
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


def test_a_refused_passphrase_waits_for_the_word_of_a_person(
    esc: EscDouble, tte: Callable[..., Answer], births: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("issue", "akta_kelahiran", str(births), "--key", "kadis", "--out", str(tmp_path / "out"))
    monkeypatch.setenv("ESC_PIN", "keliru")
    refused = tte(*words)
    assert refused.code == 4
    assert "tte key check kadis --pin-corrected" in refused.err
    monkeypatch.setenv("ESC_PIN", esc.passphrase)
    for again in (tte(*words), tte("key", "check", "kadis"), tte(*words)):
        assert again.code == 4
        assert "was not tried again" in again.err
        assert "tte key check kadis --pin-corrected" in again.err
    assert (esc.wrong_passphrases, esc.sign_requests) == (1, 1)
    assert tte("key", "check", "kadis", "--pin-corrected").code == 0
    assert tte(*words).code == 0
    assert tte("key", "check", "kadis").code == 0


def test_the_word_of_a_person_is_for_esc_only(tte: Callable[..., Answer]) -> None:
    answer = tte("key", "check", "demo", "--pin-corrected")
    assert answer.code == 2
    assert "for esc: only" in answer.err


def test_what_makes_or_measures_keys_says_that_this_is_none(
    esc: EscDouble, tte: Callable[..., Answer], tmp_path: Path
) -> None:
    request = tmp_path / "x.csr"
    for words in (
        ("generate", "kadis", "--subject", "CN=X", "--csr", str(request)),
        ("bench", "kadis"),
        ("import-certificate", "kadis", str(tmp_path / "x.pem")),
    ):
        answer = tte("key", *words)
        assert answer.code == 2
        assert "signs whole documents" in answer.err
    assert not request.exists()


def test_a_file_that_failed_our_judgement_is_kept_where_the_message_says(
    esc: EscDouble, home: Home, tte: Callable[..., Answer], births: Path, tmp_path: Path
) -> None:
    words = ("issue", "akta_kelahiran", str(births), "--key", "kadis", "--out", str(tmp_path / "out"))
    esc.plan.extend([Mischief.OTHER_CERTIFICATE])
    failed = tte(*words)
    assert failed.code != 0
    (kept,) = (home.path / "var" / "returned").iterdir()
    assert str(kept) in failed.err
    assert kept.read_bytes() == esc.signed[0]
    (sent,) = [line for line in tte("register", "pending", "--json").objects() if line["sent"]]
    assert kept.stem == sent["id"]
    again = tte("register", "reconcile", sent["id"], "--file", str(kept), "--key", "kadis")
    assert again.code == 1  # still another's signature


def test_who_types_the_passphrase_lifts_the_note_with_the_first_document_not_before(
    esc: EscDouble, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(PinRefused), home.open_service("kadis"):
        raise PinRefused("refused while it was open")
    path = home.path / "keys" / "kadis.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("pin-source=env:ESC_PIN", "pin-source=prompt:"), "utf-8")
    monkeypatch.setattr("getpass.getpass", lambda _: esc.passphrase)
    attended = Home(home.path, interactive=True)
    notes = home.path / "var" / "keys"
    with attended.open_service("kadis"):
        pass
    assert [*notes.glob("*.refused")]
    with attended.open_service("kadis") as (_, service):
        service.sign([minimal_document().pdf])
    assert not [*notes.glob("*.refused")]
