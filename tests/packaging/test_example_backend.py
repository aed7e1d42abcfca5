"""The example of docs/write-a-key-backend.md, installed from its own distribution and used as its author would."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat

from tests.packaging import ROOT
from tte.office import Home
from tte.testing.pki import TestCa, generate

EXAMPLE = ROOT / "docs" / "example-key-backend"
GUIDE = ROOT / "docs" / "write-a-key-backend.md"
PIN = "kenari-benar"


def _run(installed: Path, *command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """A command in a Python that has the example beside tte, and nothing of this repository's folder."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("TTE_", "PY", "COV_"))}
    environment |= {"PYTHONPATH": str(installed), "TTE_UJI_PIN": PIN, "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run([*map(str, command)], cwd=cwd, env=environment, text=True, capture_output=True)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the example installed into it, from a copy, without network."""
    folder = tmp_path_factory.mktemp("example")
    shutil.copytree(EXAMPLE, folder / "source", ignore=shutil.ignore_patterns("__pycache__"))
    words = ("pip", "install", "-q", "--offline", "--no-deps", "--no-build-isolation", "-p", sys.executable)
    done = subprocess.run(
        [Path(sys.executable).with_name("uv"), *words, "--target", folder / "installed", folder / "source"],
        text=True,
        capture_output=True,
    )
    assert done.returncode == 0, done.stderr
    return folder / "installed"


def test_it_installs_one_module(installed: Path) -> None:
    assert {path.name for path in installed.glob("*.py")} == {"tte_pemfile.py"}
    (points,) = installed.glob("tte_pemfile-*.dist-info/entry_points.txt")
    assert points.read_text(encoding="utf-8").split() == ["[tte.backends]", "pemfile", "=", "tte_pemfile:open_key"]


def test_it_passes_the_suite(installed: Path, tmp_path: Path) -> None:
    shutil.copy(EXAMPLE / "test_pemfile.py", tmp_path)
    quiet = ("-q", "-p", "no:randomly", "-p", "no:xdist", "-p", "no:cacheprovider", "-c", os.devnull)
    done = _run(installed, sys.executable, "-m", "pytest", *quiet, "test_pemfile.py", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed
    assert int(passed[1]) >= 3 * 16
    assert "skipped" not in done.stdout


def test_the_program_signs_with_it(installed: Path, home: Home) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    private, ca = generate("ecdsa-p256"), TestCa(since=now - timedelta(days=2))
    certificate = ca.certify(
        private, name="Pejabat", valid_from=now - timedelta(days=1), valid_to=now + timedelta(days=99)
    )
    key = home.path / "var" / "dinas.pem"
    key.touch(mode=0o600)
    encryption = BestAvailableEncryption(PIN.encode())
    key.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption))
    (home.path / "keys" / "trust" / "ca.pem").write_bytes(ca.anchors_pem)
    (home.path / "dinas-answer.pem").write_bytes(
        b"".join(one.public_bytes(Encoding.PEM) for one in (certificate, *ca.chain))
    )
    text = (home.path / "keys" / "demo.toml").read_text(encoding="utf-8")
    uri = "pemfile:path=var/dinas.pem;certificate=keys/dinas.pem?pin-source=env:TTE_UJI_PIN"
    profile, count = re.subn(r"(?m)^uri .*$", f'uri = "{uri}"', text)
    assert count == 1
    (home.path / "keys" / "pemfile.toml").write_text(profile, encoding="utf-8")
    tte = (sys.executable, "-m", "tte", "--home", ".")
    imported = _run(installed, *tte, "key", "import-certificate", "pemfile", "dinas-answer.pem", cwd=home.path)
    assert imported.returncode == 0, imported.stderr
    done = _run(installed, *tte, "key", "bench", "pemfile", "--count", "20", cwd=home.path)
    assert done.returncode == 0, done.stderr
    made = _run(installed, *tte, "key", "generate", "pemfile", "--subject", "CN=x", "--csr", "x.csr", cwd=home.path)
    assert made.returncode == 2
    assert "make it where it is kept" in made.stderr


def test_the_guide_shows_the_example_as_it_is() -> None:
    guide = GUIDE.read_text(encoding="utf-8")
    shown = re.findall(r"(?ms)^```(?:python|toml)\n(.*?)^```", guide)
    assert shown
    example = "\n".join(file.read_text(encoding="utf-8") for file in EXAMPLE.iterdir() if file.is_file())
    for block in shown:
        assert block in example, block
