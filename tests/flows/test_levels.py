"""Levels from the office's side: what an outage of a time-stamp authority does to a batch, and what it does not do."""

from __future__ import annotations

import dataclasses
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from tests.certomancer_pki import Pki, certomancer_pki
from tests.command import Answer
from tests.hostile_server import hang, trust_server
from tests.rows import births as birth_rows
from tests.time_stamp_gate import Gate, time_stamp_gate
from tte.errors import ConfigError, ServiceUnavailable
from tte.issuance import Issued, now
from tte.model import Entry, Indication, Level
from tte.office import Home
from tte.register import Register
from tte.testing.pki import write_pkcs12
from tte.validation import validate

TEMPLATE = "akta_kelahiran"
Tte = Callable[..., Answer]


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pki]:
    with certomancer_pki(tmp_path_factory.mktemp("pki"), at=None) as pki:
        yield pki


@pytest.fixture
def gate(pki: Pki) -> Iterator[Gate]:
    with time_stamp_gate(pki.tsa_url) as gate:
        yield gate


@pytest.fixture
def office(home: Home, pki: Pki, gate: Gate) -> Home:
    """An office whose default key is of that PKI and is to reach B-LTA; nothing leaves below B-T."""
    var = home.path / "var"
    write_pkcs12(
        var / "pejabat.p12",
        "pin",
        private=pki.private,
        certificate=pki.certificate,
        others=[pki.anchor, pki.issuer],
        kdf_rounds=1000,
    )
    (var / "pejabat.pin").touch(mode=0o600)
    (var / "pejabat.pin").write_text("pin", encoding="ascii")
    (home.path / "keys" / "trust" / "uji.pem").write_bytes(pki.anchor.public_bytes(Encoding.PEM))
    profile(home, "pejabat", gate)
    settings = home.path / "tte.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace('"demo"', '"pejabat"'), encoding="utf-8")
    return Home(home.path)


def profile(home: Home, name: str, gate: Gate, *, level: str = "B-LTA", minimum: str = "B-T") -> None:
    official = (home.path / "keys" / "demo.toml").read_text(encoding="utf-8").partition("[official]")[2]
    (home.path / "keys" / f"{name}.toml").write_text(
        f"""
uri = "pkcs12:path=var/pejabat.p12?pin-source=file:var/pejabat.pin"
office = "9971"
test = true
level = "{level}"
minimum = "{minimum}"
tsa = ["{gate.url}"]
services = ["127.0.0.1"]
private_services = true
[official]{official}""",
        encoding="utf-8",
    )


def check(home: Home, level: Level = Level.B_LTA) -> list[Entry]:
    """Every entry has this level, and its file has one signature, which passes at that level."""
    with home.open_register() as register:
        entries = list(register.entries())
        assert [entry.level for entry in entries] == [level] * len(entries)
        for entry in entries:
            report = validate(register.read_pdf(entry.id), home.trust(), now())
            assert report.indication is Indication.TOTAL_PASSED
            assert [signature.level for signature in report.signatures] == [level]
        assert register.pending() == []
        return entries


def raise_pending(home: Home) -> list[ServiceUnavailable | ConfigError | None]:
    with home.open_register() as register:
        return [one.why for one in home.raise_pending(register)]  # type: ignore[misc]


def revive(home: Home, gate: Gate) -> None:
    """The authority is back, and has been left alone for as long as that takes."""
    shutil.rmtree(home.path / "var" / "services", ignore_errors=True)
    gate.revive()


def files(folder: Path) -> list[bytes]:
    return [file.read_bytes() for file in sorted(folder.glob("*.pdf"))]


def test_documents_leave_at_the_level_of_their_profile(office: Home, tte: Tte, births: Path, tmp_path: Path) -> None:
    answer = tte("issue", TEMPLATE, str(births), "--out", str(tmp_path / "out"), "--json")
    assert answer.code == 0, answer.err
    *issued, summary = answer.objects()
    assert {(one["level"], one["held"], one["behind"]) for one in issued} == {("B-LTA", False, None)}
    assert (summary["issued"], summary["held"]) == (3, 0)
    entries = check(office)
    assert len(files(tmp_path / "out")) == 3
    with office.open_register() as register:
        assert sorted(files(tmp_path / "out")) == sorted(register.read_pdf(entry.id) for entry in entries)
    (shown,) = tte("register", "show", issued[0]["number"], "--json").objects()
    assert (shown["level"], shown["goal"], shown["minimum"], shown["held"]) == ("B-LTA", "B-LTA", "B-T", False)
    assert shown["until"] > shown["at"]


def test_an_outage_holds_documents_back_and_loses_none(
    office: Home, tte: Tte, gate: Gate, births: Path, tmp_path: Path
) -> None:
    gate.die()
    out = tmp_path / "out"
    answer = tte("issue", TEMPLATE, str(births), "--out", str(out))
    assert answer.code == 4
    assert answer.out.startswith("3 issued (3 at B-B), 0 issued earlier, 0 refused")
    assert "3 are below the level they are to reach, 3 of them held back" in answer.err
    assert "tte augment --pending" in answer.err
    assert files(out) == []
    exported = tte("register", "export", str(out))
    assert (exported.code, files(out)) == (4, [])
    assert "0 files" in exported.out
    assert "3 of them held back" in exported.err
    assert [one["held"] for one in tte("register", "export", str(out), "--json").objects()] == [True] * 3
    entries = check(office, Level.B_B)
    revive(office, gate)
    assert raise_pending(office) == [None] * 3
    assert [entry.id for entry in check(office)] == [entry.id for entry in entries]
    assert tte("register", "export", str(out)).code == 0
    assert len(files(out)) == 3
    again = tte("issue", TEMPLATE, str(births))
    assert (again.code, again.out[:27]) == (0, "0 issued (3 at B-LTA), 3 is")


def test_issuing_the_same_rows_again_raises_what_was_held(
    office: Home, tte: Tte, gate: Gate, births: Path, tmp_path: Path
) -> None:
    gate.die()
    tte("issue", TEMPLATE, str(births))
    revive(office, gate)
    answer = tte("issue", TEMPLATE, str(births), "--out", str(tmp_path / "out"))
    assert answer.code == 0, answer.err
    assert "3 issued earlier" in answer.out
    assert len(files(tmp_path / "out")) == 3
    check(office)


def test_what_may_leave_below_its_goal_leaves_and_is_written_again_beside_it(
    office: Home, tte: Tte, gate: Gate, births: Path, tmp_path: Path
) -> None:
    profile(office, "pejabat", gate, minimum="B-B")
    gate.die()
    out = tmp_path / "out"
    answer = tte("issue", TEMPLATE, str(births), "--out", str(out))
    assert answer.code == 0
    assert "3 are below the level they are to reach, 0 of them held back" in answer.err
    before = files(out)
    assert len(before) == 3
    revive(office, gate)
    raise_pending(office)
    assert tte("register", "export", str(out)).code == 0
    assert tte("register", "export", str(out)).code == 0
    assert len(files(out)) == 6
    assert set(before) < set(files(out))
    with office.open_register() as register:
        found = [register.find_pdf(pdf) for pdf in files(out)]
    assert sorted(entry.level for entry in found if entry) == [Level.B_LTA] * 6


def test_a_time_stamp_authority_that_dies_in_mid_batch_costs_no_document(office: Home, gate: Gate) -> None:
    """Every document is recorded; when it is back all reach their goal; none is signed twice."""
    gate.left = 15
    with office.issuer("pejabat", (TEMPLATE,)) as issuer:
        asked: list[bytes] = []
        watched = dataclasses.replace(issuer, signing=Watched(issuer.signing, asked), chunk=8)  # type: ignore[arg-type]
        outcomes = [one for one in watched.issue(TEMPLATE, birth_rows(30)) if isinstance(one, Issued)]
        assert len(outcomes) == len(asked) == len(set(asked)) == 30
        assert [outcome.entry for outcome in outcomes] == list(issuer.register.entries())
        reached = [outcome.entry.level for outcome in outcomes]
        assert 0 < reached.count(Level.B_LTA) < 15
        assert reached.count(Level.B_B) >= 15
        assert all(outcome.behind for outcome in outcomes if outcome.entry.below_goal)
        assert not any(outcome.behind for outcome in outcomes if not outcome.entry.below_goal)
        recorded = {outcome.entry.id for outcome in outcomes}
    assert any(isinstance(why, ServiceUnavailable) for why in raise_pending(office))
    revive(office, gate)
    assert set(raise_pending(office)) == {None}
    assert {entry.id for entry in check(office)} == recorded
    assert raise_pending(office) == []


class Watched:
    """A signing station that notes what it is asked to sign."""

    def __init__(self, inner: object, asked: list[bytes]) -> None:
        self.inner, self.asked = inner, asked

    def __getattr__(self, name: str) -> object:
        return getattr(self.inner, name)

    def begin(self, drafts: Sequence[object]) -> object:
        self.asked += [draft.digest for draft in drafts]  # type: ignore[attr-defined]
        return self.inner.begin(drafts)  # type: ignore[attr-defined]


@pytest.mark.parametrize("stamps", [1, 20])
def test_killed_while_it_raises_it_goes_on_where_it_was(
    office: Home, tte: Tte, gate: Gate, tmp_path: Path, stamps: int
) -> None:
    rows = tmp_path / "rows.csv"
    rows.write_text(tte("sample", TEMPLATE, "--count", "24", "--seed", "9").out, encoding="utf-8")
    gate.enough_at = stamps
    command = [sys.executable, "-m", "tte", "--home", str(office.path), "issue", TEMPLATE, str(rows)]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    assert gate.enough.wait(60)
    os.kill(running.pid, signal.SIGKILL)
    running.wait()
    with office.open_register() as register:
        before = list(register.entries())
        assert register.pending() == []
    assert len(before) == 24
    assert Level.B_B in {entry.level for entry in before}
    assert set(raise_pending(office)) == {None}
    assert [entry.id for entry in check(office)] == [entry.id for entry in before]
    answer = tte("issue", TEMPLATE, str(rows))
    assert (answer.code, answer.out.split(";")[0]) == (0, "0 issued (24 at B-LTA), 24 issued earlier, 0 refused")


def test_what_a_profile_is_gone_for_is_named_and_the_rest_goes_on(
    office: Home, tte: Tte, gate: Gate, births: Path
) -> None:
    profile(office, "lama", gate)
    gate.die()
    tte("issue", TEMPLATE, str(births), "--key", "lama")
    with office.open_register() as register:
        old = [entry.id for entry in register.entries()]
    births.write_text(tte("sample", TEMPLATE, "--count", "2", "--seed", "77").out, encoding="utf-8")
    tte("issue", TEMPLATE, str(births))
    (office.path / "keys" / "lama.toml").unlink()
    revive(office, gate)
    with office.open_register() as register:
        reached = {one.entry.id: one for one in office.raise_pending(register)}
    assert len(reached) == 5
    assert all(isinstance(reached[id_].why, ConfigError) and "lama" in str(reached[id_].why) for id_ in old)
    assert {one.entry.level for id_, one in reached.items() if id_ not in old} == {Level.B_LTA}


def test_below_b_lt_a_key_that_is_to_reach_no_more_needs_no_service(
    office: Home, tte: Tte, gate: Gate, births: Path
) -> None:
    assert tte("issue", TEMPLATE, str(births), "--key", "demo").code == 0
    assert gate.served == 0
    assert_all(office, lambda register: [entry.goal for entry in register.entries()] == [None] * 3)


def assert_all(office: Home, holds: Callable[[Register], bool]) -> None:
    with office.open_register() as register:
        assert holds(register)


def test_a_service_that_failed_is_left_alone_by_the_next_process_as_well(
    office: Home, tte: Tte, gate: Gate, births: Path
) -> None:
    gate.die()
    tte("issue", TEMPLATE, str(births))
    gate.revive()
    answer = tte("augment", "--pending")
    assert answer.code == 4
    assert "left alone" in answer.err
    assert gate.served == 0


def test_a_reason_is_told_once_for_all_documents(office: Home, tte: Tte, gate: Gate, births: Path) -> None:
    gate.die()
    tte("issue", TEMPLATE, str(births))
    answer = tte("augment", "--pending")
    (reason,) = (line for line in answer.err.splitlines() if "•" in line)
    assert reason.startswith("  • 3: ")
    with office.open_register() as register:
        assert not any(entry.id in answer.err for entry in register.entries())


def test_an_interrupt_does_not_wait_for_an_authority_that_hangs(
    office: Home, tte: Tte, gate: Gate, births: Path
) -> None:
    gate.die()
    tte("issue", TEMPLATE, str(births))
    shutil.rmtree(office.path / "var" / "services")
    with trust_server() as server:
        at = office.path / "keys" / "pejabat.toml"
        at.write_text(at.read_text(encoding="utf-8").replace(gate.url, server.on("/tsr", hang)), encoding="utf-8")
        running = subprocess.Popen(
            [sys.executable, "-m", "tte", "--home", str(office.path), "augment", "--pending"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        while server.count("/tsr") < 3 and running.poll() is None:
            time.sleep(0.05)
        running.send_signal(signal.SIGINT)
        _, told = running.communicate(timeout=60)
    assert (running.returncode, "interrupted: 0 of 0 raised" in told) == (130, True), told
    assert "run the same command again" in told
    assert not any(file.stat().st_size for file in (office.path / "var").glob("services/*"))
    revive(office, gate)
    profile(office, "pejabat", gate)
    assert raise_pending(office) == [None] * 3
