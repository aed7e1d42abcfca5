"""docs/deploy/*.service: systemd takes them, and the service works within what they leave it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.confined import allowed
from tests.fit_home import made_fit
from tests.packaging import ROOT
from tests.serving import as_somebody, on_socket, open_folder, until_ready
from tte.office import Home
from tte.sandbox.seccomp import _CALLS

UNITS = sorted((ROOT / "docs" / "deploy").glob("*.service"))
MOST_EXPOSED = 25  # of 100: user and network namespaces are the sandbox's


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_systemd_takes_the_unit_and_calls_it_closed(unit: Path, tmp_path: Path) -> None:
    copy = tmp_path / unit.name
    copy.write_text(unit.read_text(encoding="utf-8").replace("/opt/tte/bin/tte", sys.executable), encoding="utf-8")
    verified = subprocess.run(["systemd-analyze", "verify", str(copy)], capture_output=True, text=True)
    assert (verified.returncode, verified.stderr) == (0, "")
    words = ("security", "--offline=true", f"--threshold={MOST_EXPOSED}", str(copy))
    judged = subprocess.run(["systemd-analyze", *words], capture_output=True, text=True)
    assert judged.returncode == 0, judged.stdout


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_the_unit_leaves_the_sandbox_what_it_needs(unit: Path) -> None:
    text = unit.read_text(encoding="utf-8")
    needed = {"unshare", "landlock_create_ruleset", "landlock_restrict_self", "seccomp", "prctl", "memfd_create"}
    assert needed | {*_CALLS} | {"pidfd_open", "pidfd_send_signal", "clock_adjtime"} <= allowed(text)
    assert "RestrictNamespaces=user net\n" in text
    assert "ProtectClock=yes" not in text  # it would take adjtimex away


def test_both_units_are_closed_alike() -> None:
    closed = {unit.read_text(encoding="utf-8").partition("# What it may not do.")[2] for unit in UNITS}
    assert len(closed) == 1


@pytest.fixture
def reachable(made_home: Path) -> Iterator[Home]:
    """A home where another user than root gets at it."""
    with open_folder() as folder:
        shutil.copytree(made_home, folder / "home")
        yield Home(folder / "home")


def test_a_fit_home_is_served_in_production_within_the_unit(reachable: Home) -> None:
    """Every finding about the machine is in it too: the walls of the sandbox stand within the unit's own."""
    fit, place = made_fit(reachable), reachable.path.parent / "run"
    place.mkdir(mode=0o750)
    before = as_somebody(fit.path, place)
    command = [sys.executable, "-m", "tte", "--home", str(fit.path), "serve", "--production"]
    command += ["--socket", str(place / "serve.sock")]
    unit = ROOT / "docs" / "deploy" / "tte-serve.service"
    running = subprocess.Popen(
        [*before, sys.executable, "-m", "tests.confined", str(unit), *command],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        with on_socket(place / "serve.sock") as client:
            until_ready(client, running)
            answer = client.post("/v1/validations", files={"file": ("a.pdf", b"%PDF-1.7 stranger")})
            assert answer.status_code == 200
    finally:
        running.terminate()
        _, logged = running.communicate(timeout=60)
    lines = [json.loads(line) for line in logged.splitlines() if line.startswith("{")]
    warned = {line["event"].partition(":")[0] for line in lines if line["level"] == "warning"}
    assert warned <= {"swap", "disk"}, logged


def test_a_worker_issues_within_the_unit(reachable: Home, births: Path) -> None:
    unit = ROOT / "docs" / "deploy" / "tte-worker.service"
    tte = [sys.executable, "-m", "tte", "--home", str(reachable.path)]
    subprocess.run([*tte, "batch", "submit", "akta_kelahiran", str(births)], check=True, capture_output=True)
    before = [*as_somebody(reachable.path), sys.executable, "-m", "tests.confined", str(unit)]
    done = subprocess.run([*before, *tte, "worker", "--until-done"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    with reachable.open_register() as register:
        assert register.count() == 3
