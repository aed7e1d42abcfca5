"""Secrets are read from where a pin-source says, and are never repeated."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tte.backends.secrets import secret_source
from tte.errors import ConfigError, KeyRefused, KeyUnavailable

PIN = "rahasia-8391"


def write(path: Path, content: bytes, mode: int = 0o600) -> Path:
    path.write_bytes(content)
    path.chmod(mode)
    return path


def test_env_reads_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TTE_UJI_PIN", PIN)
    assert secret_source()("env:TTE_UJI_PIN") == PIN


def test_a_missing_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TTE_UJI_PIN", raising=False)
    with pytest.raises(KeyUnavailable, match="TTE_UJI_PIN"):
        secret_source()("env:TTE_UJI_PIN")


def test_an_empty_variable_is_no_pin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TTE_UJI_PIN", "")
    with pytest.raises(KeyUnavailable):
        secret_source()("env:TTE_UJI_PIN")


@pytest.mark.parametrize("ending", [b"", b"\n", b"\r\n"])
def test_file_reads_a_file_without_its_line_ending(tmp_path: Path, ending: bytes) -> None:
    write(tmp_path / "pin", PIN.encode() + ending)
    assert secret_source(base=tmp_path)("file:pin") == PIN


def test_only_one_line_ending_is_dropped(tmp_path: Path) -> None:
    write(tmp_path / "pin", f" {PIN} \n\n".encode())
    assert secret_source(base=tmp_path)("file:pin") == f" {PIN} \n"


def test_a_lone_carriage_return_belongs_to_the_pin(tmp_path: Path) -> None:
    write(tmp_path / "pin", f"{PIN}\r".encode())
    assert secret_source(base=tmp_path)("file:pin") == f"{PIN}\r"


def test_an_absolute_path_is_not_relative_to_the_home(tmp_path: Path) -> None:
    path = write(tmp_path / "pin", PIN.encode())
    assert secret_source(base=Path("/nowhere"))(f"file:{path}") == PIN


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o644])
def test_a_file_of_ours_that_others_can_get_at_is_refused(tmp_path: Path, mode: int) -> None:
    write(tmp_path / "pin", PIN.encode(), mode)
    with pytest.raises(KeyRefused) as refusal:
        secret_source(base=tmp_path)("file:pin")
    assert refusal.value.hint.startswith("chmod 600")
    assert PIN not in str(refusal.value)


def test_a_pipe_is_read() -> None:
    reading, writing = os.pipe()
    os.write(writing, PIN.encode() + b"\n")
    os.close(writing)
    try:
        assert secret_source()(f"file:/dev/fd/{reading}") == PIN
    finally:
        os.close(reading)


@pytest.mark.parametrize("content", [b"", b"\n"])
def test_an_empty_file_is_no_pin(tmp_path: Path, content: bytes) -> None:
    write(tmp_path / "pin", content)
    with pytest.raises(KeyUnavailable):
        secret_source(base=tmp_path)("file:pin")


def test_a_missing_file_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(KeyUnavailable):
        secret_source(base=tmp_path)("file:pin")


def test_a_folder_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(KeyUnavailable):
        secret_source(base=tmp_path)("file:.")


def test_a_file_that_is_not_text_is_refused_without_showing_it(tmp_path: Path) -> None:
    write(tmp_path / "pin", PIN.encode() + b"\xff")
    with pytest.raises(KeyRefused) as refusal:
        secret_source(base=tmp_path)("file:pin")
    assert PIN not in repr(refusal.value)
    assert refusal.value.__context__ is None


def test_a_huge_file_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "pin", bytes((1 << 20) + 1))
    with pytest.raises(KeyRefused):
        secret_source(base=tmp_path)("file:pin")


@pytest.mark.parametrize("source", ["", PIN, "env:", "file:", "prompt", f"prompt:{PIN}", f"https://{PIN}"])
def test_another_source_is_refused_and_not_echoed(source: str) -> None:
    with pytest.raises(ConfigError) as refusal:
        secret_source(interactive=True)(source)
    assert PIN not in f"{refusal.value!r} {refusal.value.hint}"


def test_prompt_is_refused_at_once_where_nobody_can_answer() -> None:
    with pytest.raises(KeyRefused):
        secret_source()("prompt:")


ASK = """
import fcntl, sys, termios
if sys.stdin.isatty():
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
from tte.backends.secrets import secret_source
from tte.errors import KeyRefused
try:
    print("read", len(secret_source(interactive=True)("prompt:")))
except KeyRefused:
    print("refused")
"""


def test_prompt_asks_the_terminal_without_showing_the_answer() -> None:
    ours, theirs = pty.openpty()
    asking = subprocess.Popen([sys.executable, "-c", ASK], stdin=theirs, stdout=theirs, start_new_session=True)
    os.close(theirs)
    shown = b""
    try:
        while b"PIN: " not in shown:
            shown += os.read(ours, 1024)
        os.write(ours, f"{PIN}\n".encode())
        while not re.search(rb"(read|refused).*\n", shown):
            shown += os.read(ours, 1024)
    finally:
        asking.wait()
        os.close(ours)
    assert f"read {len(PIN)}".encode() in shown
    assert PIN.encode() not in shown


def test_prompt_without_a_terminal_is_refused_instead_of_showing_what_is_typed() -> None:
    answer = subprocess.run(
        [sys.executable, "-c", ASK],
        input=f"{PIN}\n",
        capture_output=True,
        text=True,
        check=True,
        start_new_session=True,
    )
    assert answer.stdout == "refused\n"
    assert PIN not in answer.stderr


def test_what_was_typed_elsewhere_answers_prompt_and_nothing_else(tmp_path: Path) -> None:
    asked = secret_source(base=tmp_path, typed=lambda: "kalimat panjang")
    assert asked("prompt:") == "kalimat panjang"
    with pytest.raises(KeyUnavailable):
        asked("file:nothing-here")
    with pytest.raises(KeyUnavailable, match="is empty"):
        secret_source(typed=str)("prompt:")
    assert "typed" not in repr(asked).replace(str(tmp_path), "")
