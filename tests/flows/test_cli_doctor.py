"""`tte doctor`: what it finds in a home, and that each line says what to do."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.command import Answer
from tests.rows import births
from tte.cli.doctor import home as homes
from tte.cli.doctor.finding import Finding, State
from tte.errors import RegisterError
from tte.issuance import now
from tte.office import Home

Tte = Callable[..., Answer]
OF_THE_MACHINE = {"not-root", "clock-synchronised"}
"""What may fail on the machine that runs the tests."""


def checks(tte: Tte) -> dict[str, dict[str, Any]]:
    return {found["check"]: found for found in tte("doctor", "--json").objects()}


def states(*findings: Finding) -> dict[str, State]:
    return {finding.check: finding.state for finding in findings}


def issue_one(home: Home) -> None:
    with home.issuer("demo", ("akta_kelahiran",)) as issuer:
        list(issuer.issue("akta_kelahiran", births(1)))


@pytest.fixture
def real_home(home: Home) -> Home:
    """A home without anything that is only for trying out; its default key is said not to be a test key."""
    (home.path / "keys" / "trust" / "demo.pem").unlink()
    profile = home.path / "keys" / "demo.toml"
    profile.write_text(re.sub(r"test +=.*", "test = false", profile.read_text(encoding="utf-8")), encoding="utf-8")
    return Home(home.path)


def test_the_demo_home_is_told_what_is_only_for_trying_out(tte: Tte, home: Home) -> None:
    issue_one(home)
    found = checks(tte)
    failed = {name for name, check in found.items() if check["state"] == "fail"}
    assert failed - OF_THE_MACHINE == {"trust-trial", "default-key"}
    assert tte("doctor").code == 1


def test_each_line_is_in_two_languages_and_says_what_to_do_unless_it_is_well(tte: Tte) -> None:
    for check in checks(tte).values():
        assert check["kind"] == "check"
        assert check["message"]
        assert check["message_en"]
        assert (check["hint"] is None) == (check["hint_en"] is None)
        assert check["state"] != "pass" or check["hint"] is None
        assert check["state"] != "fail" or check["hint"]


def test_the_words_for_people_hold_every_line(tte: Tte) -> None:
    told = tte("doctor")
    for check in checks(tte):
        assert re.search(rf"(?m)^(pass|warning|fail|unknown) +{re.escape(check)} ", told.out), check
    assert "otoritas uji coba dipercaya (1 trial authorities are trusted)" in told.out
    assert "→ hapus keys/trust/demo.pem" in told.out


def test_the_sandbox_is_tried_and_holds(tte: Tte) -> None:
    found = {name: check["state"] for name, check in checks(tte).items() if name.startswith("sandbox-")}
    assert found == dict.fromkeys(found, "pass")
    assert {"sandbox-landlock", "sandbox-seccomp", "sandbox-network-namespace", "sandbox-attempts"} <= set(found)


@pytest.mark.parametrize("place", ["demo.p12", "demo.pin", "register.sqlite"])
def test_a_secret_file_that_others_can_read_is_told_with_the_command_that_closes_it(home: Home, place: str) -> None:
    issue_one(home)
    assert states(*homes.files(home))["private-files"] is State.PASS
    file = home.path / "var" / place
    file.chmod(0o640)
    file.parent.chmod(0o750)
    (found,) = [finding for finding in homes.files(home) if finding.check == "private-files"]
    assert found.state is State.FAIL
    assert found.todo
    assert found.todo.indonesian.startswith("chmod go= ")
    assert str(file) in found.todo.indonesian.split()


def test_a_folder_that_others_cannot_enter_closes_what_is_in_it(home: Home) -> None:
    issue_one(home)
    (home.path / "var" / "register.sqlite").chmod(0o666)
    (home.path / "var").chmod(0o700)
    assert states(*homes.files(home))["private-files"] is State.PASS


def test_a_key_file_outside_var_is_looked_at_where_a_profile_names_it(home: Home, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.p12"
    elsewhere.write_bytes(b"")
    elsewhere.chmod(0o604)
    profile = home.path / "keys" / "pkcs12.toml"
    profile.write_text(
        profile.read_text(encoding="utf-8").replace("path=var/dinas.p12", f"path={elsewhere}"), encoding="utf-8"
    )
    (found,) = [finding for finding in homes.files(home) if finding.check == "private-files"]
    assert found.state is State.FAIL
    assert str(elsewhere) in found.what.indonesian


def test_an_anchor_that_others_can_write_is_told(home: Home) -> None:
    (home.path / "keys" / "trust" / "demo.pem").chmod(0o646)
    assert states(*homes.files(home))["settings-files"] is State.FAIL


def test_a_home_without_files_is_not_called_good(tmp_path: Path) -> None:
    assert set(states(*homes.files(Home(tmp_path))).values()) == {State.UNKNOWN}
    assert states(*homes.register(Home(tmp_path), now())) == {"register": State.UNKNOWN}
    assert states(*homes.authorities(Home(tmp_path)))["trust"] is State.FAIL
    assert homes.default_key(Home(tmp_path)).state is State.FAIL


def test_a_register_that_opens_has_its_safe_settings_and_is_not_ahead_of_the_clock(home: Home) -> None:
    issue_one(home)
    good = {"register": State.PASS, "clock-register": State.PASS, "checkpoint": State.PASS}
    good["checkpoint-witness"] = State.UNKNOWN
    assert states(*homes.register(home, now())) == good
    before = states(*homes.register(home, now() - timedelta(days=1)))
    assert before == {**good, "clock-register": State.FAIL}


def test_a_register_that_cannot_be_opened_is_told(home: Home) -> None:
    issue_one(home)
    for file in (home.path / "var").glob("register.sqlite*"):
        file.write_bytes(b"not a database " * 100)
    (found,) = homes.register(home, now())
    assert found.state is State.FAIL
    assert found.todo


def test_a_home_for_real_has_no_trial_authority_and_no_test_key(real_home: Home) -> None:
    assert states(*homes.authorities(real_home))["trust-trial"] is State.PASS
    assert homes.default_key(real_home).state is State.PASS


def test_a_trust_file_that_cannot_be_used_is_told(home: Home) -> None:
    (home.path / "keys" / "trust" / "bad.pem").write_text("no certificate", encoding="utf-8")
    (found,) = homes.authorities(home)
    assert (found.check, found.state) == ("trust", State.FAIL)


def test_a_profile_that_cannot_be_read_stops_nothing(home: Home) -> None:
    (home.path / "keys" / "broken.toml").write_text("uri = [", encoding="utf-8")
    assert states(*homes.files(home))["private-files"] is State.PASS


def test_a_register_that_nobody_may_look_at_is_a_finding_and_a_503_not_a_fault(tte: Tte, home: Home) -> None:
    var = home.path / "var"
    var.rename(home.path / "elsewhere")
    var.symlink_to(var)  # not even root may look there
    with pytest.raises(RegisterError, match="cannot be read"):
        Home(home.path).has_register()
    assert checks(tte)["register"]["state"] == "fail"
