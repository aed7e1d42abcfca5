"""The wheel: what is in it, what is not, and that it works alone."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.packaging import ROOT, copy_tree, tracked

pytestmark = pytest.mark.xdist_group("wheel")
PRIVATE = re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----")


def _run(*command: str | Path, **more: str) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("TTE_", "PYTHON"))}
    done = subprocess.run(
        list(map(str, command)), cwd=more.pop("cwd", str(ROOT)), env=environment | more, text=True, capture_output=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy of the tree with keys lying about that must not get in."""
    folder = tmp_path_factory.mktemp("wheel")
    tree = copy_tree(folder / "tree")
    for stray in ("keys/stray.p12", "templates/akta_kelahiran/stray.key", "tte/var/stray.pem"):
        (tree / stray).parent.mkdir(exist_ok=True)
        (tree / stray).write_bytes(b"-----BEGIN " + b"PRIVATE KEY-----")
    _run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=str(tree))
    (built,) = folder.glob("*.whl")
    return built


def test_it_is_called_tte_signing_and_holds_one_top_level_name(wheel: Path) -> None:
    assert wheel.name.startswith("tte_signing-")
    with zipfile.ZipFile(wheel) as archive:
        tops = {name.split("/")[0] for name in archive.namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"tte"}


def test_nothing_git_ignores_and_no_private_key_is_in_it(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if ".dist-info/" not in name]
        for name in names:
            assert not PRIVATE.search(archive.read(name)), name
    in_tree = [
        name.replace("tte/_starter/keys", "keys").replace("tte/_starter/templates", "templates") for name in names
    ]
    ignored = subprocess.run(
        ["git", "check-ignore", "--no-index", *in_tree], cwd=ROOT, text=True, capture_output=True
    ).stdout
    assert ignored == ""


def test_the_whole_sample_office_is_in_it(wheel: Path) -> None:
    tree = {f"tte/_starter/{name}" for name in tracked("keys", "templates")}
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert {name for name in names if name.startswith(("tte/_starter/keys", "tte/_starter/templates"))} == tree
    assert {"tte/_starter/tte.toml", "tte/rendering/fonts/OFL.txt", "tte/regions/ODbL.txt"} <= names


def test_installed_alone_it_runs_the_demo(wheel: Path, tmp_path: Path) -> None:
    venv = tmp_path / "venv"
    uv = Path(sys.executable).with_name("uv")
    _run(uv, "venv", "-q", "-p", sys.executable, venv)
    _run(uv, "pip", "install", "-q", "-p", venv, "--require-hashes", "-r", ROOT / "requirements.lock")
    _run(uv, "pip", "install", "-q", "-p", venv, "--no-deps", wheel)
    answer = _run(venv / "bin" / "tte", "demo", tmp_path / "demo", cwd=str(tmp_path))
    kinds = len(tracked("templates/[!_]*/template.toml"))
    assert answer.count("TOTAL-PASSED") == kinds
    assert len(list((tmp_path / "demo" / "out").glob("*.pdf"))) == kinds
