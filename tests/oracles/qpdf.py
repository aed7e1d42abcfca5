"""qpdf --check: is the file's structure clean?"""

from __future__ import annotations

import subprocess
from pathlib import Path


def problems(path: Path) -> str:
    """What qpdf warns of; empty if the file is clean."""
    run = subprocess.run(["qpdf", "--check", str(path)], capture_output=True, text=True, encoding="utf-8")
    return "" if run.returncode == 0 else run.stdout + run.stderr
