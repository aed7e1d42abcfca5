"""What `tte doctor` says of the walls of this machine: each that is there, and each that is not."""

from __future__ import annotations

import pytest

from tte.cli.doctor import machine
from tte.cli.doctor.finding import State
from tte.sandbox import Protection, Sandbox
from tte.sandbox.attempts import Attempt


def names_of_bad() -> set[str]:
    return {finding.check for finding in machine.walls() if finding.state is not State.PASS}


def test_each_protection_is_named_and_none_is_missing_here() -> None:
    named = {finding.check for finding in machine.walls()}
    assert named == {f"sandbox-{protection}" for protection in Protection} | {"sandbox-attempts"}
    assert names_of_bad() == set()


@pytest.mark.parametrize("missing", Protection)
def test_a_protection_that_a_machine_does_not_give_is_named(
    monkeypatch: pytest.MonkeyPatch, missing: Protection
) -> None:
    given = {protection: protection is not missing for protection in Protection}
    monkeypatch.setattr(Sandbox, "protections", property(lambda _: given))
    assert names_of_bad() == {f"sandbox-{missing}"}


def test_an_attempt_that_succeeds_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Sandbox, "attempts", lambda _: {Attempt.SEND_UDP})
    assert names_of_bad() == {"sandbox-attempts"}
    assert "send-udp" in next(one.what.english for one in machine.walls() if one.check == "sandbox-attempts")


@pytest.mark.parametrize(("wall", "left"), [("landlock", set()), ("seccomp", {Attempt.STAT_FILE, Attempt.LIFT_LIMITS})])
def test_where_a_wall_is_really_missing_the_sandbox_says_so_and_what_is_left(wall: str, left: set[Attempt]) -> None:
    with Sandbox(job=f"tests.sandbox_walls_off:without_{wall}") as sandbox:
        assert [protection for protection, given in sandbox.protections.items() if not given] == [Protection(wall)]
        assert sandbox.attempts() == left
