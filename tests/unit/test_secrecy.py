"""No core file and no reading by others: asked of the system, in a process of its own."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tte import cli

ASK = """
import ctypes, resource
from tte.secrecy import keep_to_itself
keep_to_itself()
print(resource.getrlimit(resource.RLIMIT_CORE), ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="prctl is Linux's")
def test_the_system_keeps_the_memory_closed() -> None:
    told = subprocess.run([sys.executable, "-c", ASK], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "(0, 0) 0"


def test_the_command_begins_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    monkeypatch.setattr(cli, "keep_to_itself", lambda: order.append("closed"))
    monkeypatch.setattr(cli, "app", lambda prog_name: order.append("command"))
    cli.main()
    assert order == ["closed", "command"]
