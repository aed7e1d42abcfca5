"""Tests of what leaves the repository: wheel, image, text. They work on copies of the tracked tree."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def tracked(*patterns: str) -> list[str]:
    """The files that git tracks and that are there, relative to the root."""
    run = subprocess.run(["git", "ls-files", "-z", *patterns], cwd=ROOT, check=True, capture_output=True, text=True)
    return [name for name in run.stdout.split("\0") if name and (ROOT / name).is_file()]


def copy_tree(target: Path) -> Path:
    """The tracked files as they are now, in a folder of their own."""
    for name in tracked():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, target / name)
    return target
