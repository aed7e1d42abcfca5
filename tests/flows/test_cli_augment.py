"""`tte augment`: files of anybody, and what waits in the register, with trust services over HTTP."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.serialization import Encoding

from tests.certomancer_pki import Pki, certomancer_pki
from tests.command import Answer
from tests.hostile_server import hang, trust_server
from tests.minimal_pdf import minimal_document, minimal_pdf
from tests.time_stamp_gate import Gate, time_stamp_gate
from tte.key import Identity
from tte.model import Indication, Level
from tte.office import Home
from tte.pades import prepare
from tte.testing.pki import write_pkcs12
from tte.validation import Trust, validate

Tte = Callable[..., Answer]


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pki]:
    with certomancer_pki(tmp_path_factory.mktemp("pki"), at=datetime.now(UTC).replace(microsecond=0)) as pki:
        yield pki


@pytest.fixture
def gate(pki: Pki) -> Iterator[Gate]:
    with time_stamp_gate(pki.tsa_url) as gate:
        yield gate


@pytest.fixture
def office(home: Home, pki: Pki, gate: Gate) -> Home:
    """An office with a profile that names trust services, and whose key is not there."""
    (home.path / "keys" / "trust" / "uji.pem").write_bytes(pki.anchor.public_bytes(Encoding.PEM))
    official = (home.path / "keys" / "demo.toml").read_text(encoding="utf-8").partition("[official]")[2]
    (home.path / "keys" / "pejabat.toml").write_text(
        f"""
uri = "pkcs12:path=var/pejabat.p12?pin-source=env:TTE_NOT_SET"
office = "9971"
test = true
level = "B-LTA"
tsa = ["{gate.url}"]
services = ["127.0.0.1"]
private_services = true
[official]{official}""",
        encoding="utf-8",
    )
    return home


@pytest.fixture
def file(pki: Pki, tmp_path: Path) -> Path:
    identity = Identity.of(pki.certificate, (pki.issuer,))
    draft = prepare(minimal_document(), identity, datetime.now(UTC), room=8192)
    assert isinstance(pki.private, ec.EllipticCurvePrivateKey)
    signature = pki.private.sign(draft.digest, ec.ECDSA(utils.Prehashed(hashes.SHA256())))
    path = tmp_path / "akta.pdf"
    path.write_bytes(draft.complete(signature).pdf)
    return path


def level_of(path: Path, pki: Pki) -> Level | None:
    report = validate(path.read_bytes(), Trust((pki.anchor.public_bytes(Encoding.DER),)), datetime.now(UTC))
    assert report.indication is Indication.TOTAL_PASSED
    return report.signatures[0].level


@pytest.mark.usefixtures("office")
@pytest.mark.parametrize("level", ["B-T", "B-LT", "B-LTA"])
def test_a_file_is_raised_beside_itself(tte: Tte, file: Path, pki: Pki, level: str) -> None:
    before = file.read_bytes()
    answer = tte("augment", str(file), "--level", level, "--key", "pejabat")
    assert answer.code == 0, answer.err
    assert f"{file}: {level}, in " in answer.out
    assert level_of(file.with_name(f"akta-{level}.pdf"), pki) == level
    assert file.read_bytes() == before


@pytest.mark.usefixtures("office")
def test_a_raised_file_is_raised_further_under_a_new_name(tte: Tte, file: Path, pki: Pki, tmp_path: Path) -> None:
    assert tte("augment", str(file), "--level", "B-T", "--key", "pejabat").code == 0
    out = tmp_path / "out"
    (told,) = tte("augment", str(tmp_path / "akta-B-T.pdf"), "--key", "pejabat", "-o", str(out), "--json").objects()
    assert (told["kind"], told["level"], told["indication"]) == ("augmented", "B-LTA", "TOTAL-PASSED")
    assert told["written"] == str(out / "akta-B-LTA.pdf")
    assert told["stopped"] is None
    assert told["until"].startswith("2045-01-01")
    assert level_of(out / "akta-B-LTA.pdf", pki) is Level.B_LTA


@pytest.mark.usefixtures("office")
def test_no_file_is_overwritten_and_no_service_asked_for_nothing(tte: Tte, file: Path, gate: Gate) -> None:
    target = file.with_name("akta-B-LTA.pdf")
    target.write_bytes(b"mine")
    answer = tte("augment", str(file), "--key", "pejabat")
    assert answer.code == 1
    assert "is there" in answer.err
    assert target.read_bytes() == b"mine"
    assert gate.served == 0


@pytest.mark.usefixtures("office")
def test_what_has_the_level_is_left_as_it_is(tte: Tte, file: Path, gate: Gate) -> None:
    tte("augment", str(file), "--level", "B-T", "--key", "pejabat")
    served = gate.served
    (told,) = tte(
        "augment", str(file.with_name("akta-B-T.pdf")), "--level", "B-B", "--key", "pejabat", "--json"
    ).objects()
    assert (told["written"], told["level"]) == (None, "B-T")
    assert gate.served == served


@pytest.mark.usefixtures("office")
def test_an_outage_is_told_and_may_be_waited_out(tte: Tte, file: Path, gate: Gate, pki: Pki) -> None:
    gate.left = 1
    answer = tte("augment", str(file), "--key", "pejabat")
    assert answer.code == 4
    assert "got no farther" in answer.err
    reached = file.with_name("akta-B-LT.pdf")
    assert level_of(reached, pki) is Level.B_LT
    gate.revive()
    assert tte("augment", str(reached), "--key", "pejabat").code == 0
    assert level_of(file.with_name("akta-B-LTA.pdf"), pki) is Level.B_LTA


@pytest.mark.usefixtures("office")
def test_the_same_command_goes_on_from_what_was_reached(tte: Tte, file: Path, gate: Gate, pki: Pki) -> None:
    """One time-stamp is bought before the outage and one after it; a third run finds nothing to do."""
    gate.left = 1
    assert tte("augment", str(file), "--key", "pejabat").code == 4
    (stuck,) = tte("augment", str(file), "--key", "pejabat", "--json").objects()
    assert (stuck["level"], stuck["written"], stuck["from"]) == ("B-LT", None, str(file.with_name("akta-B-LT.pdf")))
    gate.revive()
    assert tte("augment", str(file), "--key", "pejabat").code == 0
    assert level_of(file.with_name("akta-B-LTA.pdf"), pki) is Level.B_LTA
    answer = tte("augment", str(file), "--key", "pejabat")
    assert (answer.code, f"in {file.with_name('akta-B-LTA.pdf')}" in answer.out) == (0, True)
    assert gate.served == 2


@pytest.mark.usefixtures("office")
@pytest.mark.parametrize("name", ["akta-B-T.pdf", "akta-raised.pdf"])
def test_another_document_under_a_name_that_may_be_needed_is_told_before_anybody_is_asked(
    tte: Tte, file: Path, gate: Gate, name: str
) -> None:
    other = bytearray(file.read_bytes())
    other[20] ^= 1
    file.with_name(name).write_bytes(other)
    answer = tte("augment", str(file), "--key", "pejabat", "--json")
    assert answer.code == 1
    assert "is there with other content" in answer.objects()[0]["message"]
    assert gate.served == 0


@pytest.mark.usefixtures("office")
def test_many_files_are_told_in_order(tte: Tte, file: Path, tmp_path: Path) -> None:
    copies = [tmp_path / f"salinan-{number}.pdf" for number in range(11)]
    for copy in copies:
        copy.write_bytes(file.read_bytes())
    answer = tte("augment", *map(str, copies), "--level", "B-T", "--key", "pejabat", "--json")
    assert (answer.code, answer.err) == (0, "")
    assert [(one["file"], one["level"]) for one in answer.objects()] == [(str(copy), "B-T") for copy in copies]


def test_an_interrupt_lets_go_of_an_authority_that_hangs(office: Home, tte: Tte, file: Path, gate: Gate) -> None:
    profile = office.path / "keys" / "pejabat.toml"
    with trust_server() as server:
        profile.write_text(profile.read_text(encoding="utf-8").replace(gate.url, server.on("/tsr", hang)))
        running = subprocess.Popen(
            [sys.executable, "-m", "tte", "--home", str(office.path), "augment", str(file), "--key", "pejabat"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        while not server.count("/tsr") and running.poll() is None:
            time.sleep(0.05)
        running.send_signal(signal.SIGINT)
        _, told = running.communicate(timeout=60)
    assert running.returncode == 130, told
    assert "when we closed" in told
    assert "interrupted: 0 of 1 files" in told


@pytest.mark.usefixtures("office")
def test_what_is_no_file_is_told_as_json_too(tte: Tte, tmp_path: Path) -> None:
    answer = tte("augment", str(tmp_path / "nowhere.pdf"), str(tmp_path), "--key", "pejabat", "--json")
    assert answer.code == 2
    assert [(one["kind"], one["code"]) for one in answer.objects()] == [("not-raised", "unreadable")] * 2
    assert ["no such file" in one["message"] for one in answer.objects()] == [True, False]
    assert "folder" in answer.objects()[1]["message"]


@pytest.mark.usefixtures("office")
def test_a_file_that_cannot_be_raised_is_told_and_the_others_go_on(tte: Tte, file: Path, tmp_path: Path) -> None:
    unsigned = tmp_path / "polos.pdf"
    unsigned.write_bytes(minimal_pdf())
    answer = tte("augment", str(unsigned), str(file), "--key", "pejabat", "--json")
    assert answer.code == 1
    refused, raised = answer.objects()
    assert (refused["kind"], refused["code"]) == ("not-raised", "lint")
    assert raised["level"] == "B-LTA"
    assert tte("augment", str(tmp_path / "nowhere.pdf"), "--key", "pejabat").code == 2


@pytest.mark.usefixtures("office")
def test_a_level_that_validation_does_not_find_is_not_in_a_name(tte: Tte, file: Path, office: Home) -> None:
    """Text added after signing: time-stamps can be added to it, and make it no better."""
    from tests.signed_pdfs import changed, draw_over

    file.write_bytes(changed(file.read_bytes(), draw_over))
    answer = tte("augment", str(file), "--level", "B-T", "--key", "pejabat", "--json")
    (told,) = answer.objects()
    assert (told["level"], told["indication"]) == (None, "TOTAL-FAILED")
    assert answer.code == 1
    assert not file.with_name("akta-B-T.pdf").exists()


def test_it_wants_files_or_the_register(tte: Tte, file: Path, office: Home) -> None:
    assert tte("augment").code == 2
    assert tte("augment", str(file), "--pending").code == 2
    assert tte("augment", "--pending", "--renew").code == 2
    assert tte("augment", "--pending").code == 2
    assert not office.has_register()


def test_what_waits_in_the_register_is_raised_and_renewed(
    tte: Tte, office: Home, pki: Pki, gate: Gate, births: Path
) -> None:
    write_pkcs12(
        office.path / "var" / "pejabat.p12",
        "pin",
        private=pki.private,
        certificate=pki.certificate,
        others=[pki.anchor, pki.issuer],
        kdf_rounds=1000,
    )
    pin = office.path / "var" / "pejabat.pin"
    pin.touch(mode=0o600)
    pin.write_text("pin", encoding="ascii")
    profile = office.path / "keys" / "pejabat.toml"
    profile.write_text(profile.read_text(encoding="utf-8").replace("env:TTE_NOT_SET", "file:var/pejabat.pin"))
    gate.die()
    tte("issue", "akta_kelahiran", str(births), "--key", "pejabat")
    answer = tte("augment", "--pending")
    assert answer.code == 4
    assert "0 of 3 raised" in answer.out
    gate.revive()
    shutil.rmtree(office.path / "var" / "services")  # as if it had been left alone for long enough
    answer = tte("augment", "--pending", "--json")
    assert answer.code == 0, answer.err
    assert {(one["kind"], one["level"], one["behind"]) for one in answer.objects()} == {("raised", "B-LTA", None)}
    before = {one["pdf_sha256"] for one in answer.objects()}
    assert "0 of 0 renewed" in tte("augment", "--renew").out
    answer = tte("augment", "--renew", "--before", "36500", "--json")
    assert answer.code == 0, answer.err
    renewed = answer.objects()
    assert {one["level"] for one in renewed} == {"B-LTA"}
    assert not before & {one["pdf_sha256"] for one in renewed}
    assert len(renewed) == 3
