"""The Dockerfile, without a docker engine: its text is read, its build step is run as a script."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from tests.packaging import ROOT, copy_tree, tracked


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


def test_only_the_home_needs_to_be_writable(tmp_path: Path) -> None:
    source, prefix, home = tmp_path / "src", tmp_path / "opt", tmp_path / "srv"
    copy_tree(source)
    subprocess.run(["sh", str(source / ".ci" / "image"), str(source), str(prefix)], check=True, capture_output=True)
    home.mkdir(mode=0o750)
    _make_read_only(prefix)
    command = [str(prefix / "bin" / "tte"), "demo", str(home)]
    if os.geteuid() == 0:  # root may write everywhere: become somebody who may not
        setpriv = shutil.which("setpriv")
        if setpriv is None:
            pytest.fail("setpriv (util-linux) is needed to become an unprivileged user")
        os.chown(home, 10001, 10001)
        for folder in (*tmp_path.parents, tmp_path):
            if folder.is_relative_to("/tmp"):  # noqa: S108 (pytest's own folders, closed to others by default)
                folder.chmod(folder.stat().st_mode | stat.S_IXOTH)
        command = [setpriv, "--reuid=10001", "--regid=10001", "--clear-groups", *command]
    environment = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, cwd=home, env=environment, text=True, capture_output=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("TOTAL-PASSED") == len(tracked("templates/[!_]*/template.toml"))


def _make_read_only(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode & ~0o222)
