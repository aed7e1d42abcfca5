"""The Dockerfile, without a docker engine: its text is read, its build step is run as a script."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.packaging import ROOT, copy_tree, tracked
from tests.serving import as_somebody, free_port, open_folder, until_ready

pytestmark = [pytest.mark.xdist_group("image"), pytest.mark.timeout(900)]  # pip installs some eighty packages


def _instructions() -> list[tuple[str, str]]:
    """(instruction, words) for each instruction, continued lines joined, comments left out."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(line.split(maxsplit=1)[0], line.split(maxsplit=1)[1]) for line in lines]


def test_it_is_read_and_runs_as_nobody_in_particular() -> None:
    instructions = _instructions()
    assert instructions[0][0] == "FROM"
    last = max(n for n, (word, _) in enumerate(instructions) if word == "FROM")
    final = instructions[last:]
    users = [words for word, words in final if word == "USER"]
    assert users
    assert users[-1].split(":")[0] not in {"0", "root"}
    after_user = final[final.index(("USER", users[-1])) :]
    assert not [word for word, _ in after_user if word in {"RUN", "COPY", "ADD"}]
    assert ("ENTRYPOINT", '["tte"]') in final
    assert any(word == "COPY" and words.startswith("--from=build /opt/tte ") for word, words in final)


def test_its_build_step_is_the_script_that_is_tested_here() -> None:
    assert ("RUN", "sh /src/.ci/image /src /opt/tte") in _instructions()


def test_it_serves_unless_told_otherwise_and_says_whether_it_is_well() -> None:
    said = dict(_instructions())
    assert json.loads(said["CMD"])[:1] == ["serve"]
    assert "/healthz" in said["HEALTHCHECK"]
    assert said["EXPOSE"] == json.loads(said["CMD"])[-1]


@pytest.fixture(scope="module")
def image() -> Iterator[Path]:
    """What the build step makes, read-only."""
    with open_folder() as folder:
        source, prefix = folder / "src", folder / "opt"
        copy_tree(source)
        step = ["sh", str(source / ".ci" / "image"), str(source), str(prefix)]
        subprocess.run(step, check=True, capture_output=True)
        _make_read_only(prefix)
        yield prefix


@pytest.fixture
def volume() -> Iterator[Path]:
    """An empty home, which belongs to uid 10001."""
    with open_folder() as folder:
        home = folder / "srv"
        home.mkdir(mode=0o750)
        as_somebody(home)
        yield home


def _as_in_the_container(home: Path, image: Path) -> tuple[list[str], dict[str, str]]:
    """What stands before a command there, and its environment."""
    before = ["setpriv", "--reuid=10001", "--regid=10001", "--clear-groups"] if os.geteuid() == 0 else []
    path = f"{image / 'bin'}:/usr/bin:/bin"
    return before, {"PATH": path, "HOME": "/nonexistent", "PYTHONDONTWRITEBYTECODE": "1", "TTE_HOME": str(home)}


def test_only_the_home_needs_to_be_writable(image: Path, volume: Path) -> None:
    before, environment = _as_in_the_container(volume, image)
    command = [*before, str(image / "bin" / "tte"), "demo", str(volume)]
    done = subprocess.run(command, cwd=volume, env=environment, text=True, capture_output=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("TOTAL-PASSED") == len(tracked("templates/[!_]*/template.toml"))


def test_the_service_starts_on_an_empty_volume_and_the_health_check_sees_it(image: Path, volume: Path) -> None:
    before, environment = _as_in_the_container(volume, image)
    said, port = dict(_instructions()), str(free_port())
    words = [port if word == said["EXPOSE"] else word for word in json.loads(said["CMD"])]
    check = json.loads(said["HEALTHCHECK"].partition("CMD ")[2].replace(said["EXPOSE"], port))
    command = [*before, str(image / "bin" / "tte"), *words]
    running = subprocess.Popen(command, cwd=volume, env=environment, stderr=subprocess.DEVNULL)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers={"host": "localhost"}) as client:
            until_ready(client, running, "/healthz")  # the sandbox needs a Python that uid 10001 can read
            assert client.get("/").status_code == 200
            files = {"file": ("a.pdf", b"%PDF-1.7 stranger")}
            assert client.post("/v1/validations", files=files).status_code == 200
        health = [*before, str(image / "bin" / check[0]), *check[1:]]
        assert subprocess.run(health, env=environment).returncode == 0
    finally:
        running.terminate()
        running.wait(timeout=60)
    assert subprocess.run(health, env=environment, capture_output=True).returncode != 0


def _make_read_only(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode & ~0o222)
