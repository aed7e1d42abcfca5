"""A key in a process of its own: what crosses between the two, what does not, and how each ends."""

from __future__ import annotations

import hashlib
import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType

import pytest

from tte.backends import open_key, process_wire
from tte.backends.ephemeral import open_key as open_ephemeral
from tte.backends.memory import MemoryKey
from tte.backends.process import ProcessKey, open_key_process
from tte.backends.secrets import secret_source
from tte.errors import ConfigError, KeyRefused, KeyUnavailable, Problem, RegisterError, TteError
from tte.key import Key, KeyUri
from tte.testing.pki import TestCa

AT = datetime(2026, 8, 17, 3, tzinfo=UTC)
DAY = timedelta(days=1)
PIN = "kenari-7714"
KEPT = "pkcs12:path=kunci.p12?pin-source=env:PIN_KUNCI"
EPHEMERAL = "ephemeral:algorithm={};valid-from=2026-08-15"

Opener = Callable[..., ProcessKey]


def unasked(source: str) -> str:
    raise AssertionError("no secret was needed")


def digests(count: int, name: str = "sha256") -> list[bytes]:
    return [hashlib.new(name, str(number).encode()).digest() for number in range(count)]


def environment_of(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/environ").read_bytes()
    except PermissionError:  # not even its owner may look
        return b""


def ends(pid: int) -> bool:
    """Whether that process, of whichever parent, ends. It is waited for, not polled."""
    try:
        watched = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        ending = select.poll()
        ending.register(watched, select.POLLIN)
        return bool(ending.poll(30_000))
    finally:
        os.close(watched)


@pytest.fixture
def opened() -> Iterator[Opener]:
    """Opens keys and closes them after the test."""
    keys: list[Key] = []

    def make(uri: str = EPHEMERAL.format("ecdsa-p256"), **different: object) -> ProcessKey:
        wanted: dict[str, object] = {"secrets": unasked, "pinned": None, "at": AT}
        key = open_key_process(uri, **(wanted | different))  # type: ignore[arg-type]
        keys.append(key)
        assert isinstance(key, ProcessKey)
        return key

    yield make
    for key in keys:
        key.close()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Holds `kunci.p12`, and `lama.p12`, whose certificate expired."""
    home = tmp_path_factory.mktemp("home")
    ca = TestCa(since=AT - 400 * DAY)
    for file, until in (("kunci", AT + DAY), ("lama", AT - DAY)):
        ca.issue_pkcs12(
            home / f"{file}.p12", PIN, algorithm="ecdsa-p256", name="Pejabat",
            valid_from=AT - 9 * DAY, valid_to=until, kdf_rounds=1000,
        )  # fmt: skip
    return home


# A backend that does, for a batch of so many digests, what a backend should not.

PLUGIN = """
import ctypes, os, pathlib, signal, threading
from tte.backends.ephemeral import open_key as open_ephemeral
from tte.errors import KeyRefused, RegisterError
from tte.key import KeyUri

class OwnRefusal(KeyRefused):
    pass

class Odd:
    def __init__(self, fifo):
        self.fifo = fifo
        self.key = open_ephemeral(KeyUri.parse("ephemeral:algorithm=ecdsa-p256;valid-from=2026-08-15"), None)
        self.identity = self.key.identity
        self.close = self.key.close
    def sign(self, digests):
        match len(digests):
            case 2: os.kill(os.getpid(), signal.SIGKILL)
            case 3: raise ValueError("kenari" + "-7714")
            case 4: raise OwnRefusal("not today", hint="try tomorrow")
            case 5: raise RegisterError("kenari" + "-7714")
            case 6: raise KeyRefused(str(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0)))
            case 7:
                os.kill(os.getppid(), signal.SIGUSR1)
                threading.Event().wait()
            case 8:
                pathlib.Path(self.fifo).write_text("signing")
                threading.Event().wait()
            case 9: print("a library that talks")
        return self.key.sign(digests)

def open_key(uri, secrets):
    if "dies" in uri.which:
        os.kill(os.getpid(), signal.SIGKILL)
    return Odd(uri.which.get("fifo"))
"""


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A distribution with the backend `aneh`, found by the import path of this process only."""
    (tmp_path / "odd_backend.py").write_text(PLUGIN, encoding="utf-8")
    info = tmp_path / "odd_backend-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: odd-backend\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text("[tte.backends]\naneh = odd_backend:open_key\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))


# What crosses


@pytest.mark.parametrize(("algorithm", "digest"), [("ecdsa-p256", "sha256"), ("ecdsa-p384", "sha384")])
def test_more_than_a_pipe_holds_is_signed_in_order(opened: Opener, algorithm: str, digest: str) -> None:
    key = opened(EPHEMERAL.format(algorithm))
    batch = digests(10_000, digest)
    signatures = key.sign(batch)
    assert len(signatures) == len(batch)
    assert len({len(signature) for signature in signatures}) > 1
    for number in (0, 1, 4_999, 9_998, 9_999):
        key.identity.verify(batch[number], signatures[number])


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_however_many_threads_sign_the_order_is_kept(opened: Opener, threads: int) -> None:
    key = opened(EPHEMERAL.format("rsa-2048"), threads=threads)
    batch = digests(61)
    for digest, signature in zip(batch, key.sign(batch), strict=True):
        key.identity.verify(digest, signature)


def test_threads_change_nothing_about_a_key_in_memory() -> None:
    key = open_ephemeral(KeyUri.parse(EPHEMERAL.format("ecdsa-p256")), unasked)
    assert isinstance(key, MemoryKey)
    key.threads = 3
    with pytest.raises(KeyRefused, match="digest 20 of 20"):
        key.sign([*digests(19), b"short"])
    assert key.sign([]) == []


@pytest.mark.parametrize(
    ("uri", "pin"),
    [
        (KEPT, "kenari-keliru"),
        (KEPT.replace("kunci", "lama"), PIN),
        (KEPT.replace("kunci", "tidak-ada"), PIN),
        ("pkcs12:pth=a?pin=b", PIN),
        ("pkcs12", PIN),
        ("hantu:path=a", PIN),
        (EPHEMERAL.format("rsa-1024"), PIN),
    ],
)
def test_an_error_says_the_same_as_in_this_process(uri: str, pin: str, home: Path) -> None:
    said = []
    for opener in (open_key, open_key_process):
        with pytest.raises(TteError) as refusal:
            opener(uri, lambda source: pin, pinned=None, at=AT, home=home)
        error = refusal.value
        said.append((type(error), str(error), error.args, error.hint, getattr(error, "problems", ())))
    assert said[0] == said[1]


def test_the_key_asks_for_its_secret_by_the_name_of_its_source(home: Path) -> None:
    asked = []

    def answer(source: str) -> str:
        asked.append(source)
        return PIN

    open_key_process("pkcs12:path=kunci.p12?pin-source=prompt:", answer, pinned=None, at=AT, home=home).close()
    assert asked == ["prompt:"]


def test_an_error_of_the_secret_source_is_the_error(home: Path) -> None:
    ours = KeyUnavailable("there is no PIN today")

    def fail(source: str) -> str:
        raise ours

    with pytest.raises(KeyUnavailable) as refusal:
        open_key_process(KEPT, fail, pinned=None, at=AT, home=home)
    assert refusal.value is ours


@pytest.mark.usefixtures("installed")
def test_a_plug_in_is_found_and_what_it_prints_does_no_harm(opened: Opener) -> None:
    assert len(opened("aneh:").sign(digests(9))) == 9


@pytest.mark.usefixtures("installed")
def test_a_refusal_of_a_plug_in_is_a_refusal_and_the_key_stays_open(opened: Opener) -> None:
    key = opened("aneh:")
    with pytest.raises(KeyRefused, match="not today") as refusal:
        key.sign(digests(4))
    assert type(refusal.value) is KeyRefused
    assert refusal.value.hint == "try tomorrow"
    key.sign(digests(1))


def test_items_come_back_as_they_were() -> None:
    items = [b"", b"satu", bytes(70_000)]
    assert process_wire.unpack(process_wire.pack(items)) == items
    assert process_wire.unpack(b"") == []


@pytest.mark.parametrize("cut", [1, 3, 4, 6])
def test_items_that_end_early_are_no_items(cut: int) -> None:
    with pytest.raises(ValueError, match="end within"):
        process_wire.unpack(process_wire.pack([b"satu"])[:-cut])


def test_problems_cross_with_their_error() -> None:
    error = ConfigError("it cannot be used", [Problem("path", "is missing")], hint="add it")
    again = process_wire.unpack_error(process_wire.pack_error(error))
    assert isinstance(again, ConfigError)
    assert (str(again), again.problems, again.hint) == (str(error), error.problems, error.hint)


@pytest.mark.parametrize("error", [ValueError(PIN), RegisterError(PIN)])
def test_an_error_that_may_not_cross_leaves_its_words_behind(error: Exception) -> None:
    body = process_wire.pack_error(error)
    again = process_wire.unpack_error(body)
    assert type(again) is KeyUnavailable
    assert type(error).__name__ in str(again)
    assert PIN not in f"{body!r} {again!r} {again.hint}"


# What does not cross


def test_the_pin_is_in_no_argument_no_environment_and_no_repr(
    opened: Opener, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIN_KUNCI", PIN)
    monkeypatch.setenv("SOFTHSM2_CONF", "needed")
    key = opened(KEPT, secrets=secret_source(), home=home)
    arguments = Path(f"/proc/{key.pid}/cmdline").read_bytes()
    environment = environment_of(key.pid)
    assert PIN.encode() not in arguments + environment + repr(key).encode()
    assert b"pin-source" not in arguments
    assert not environment or b"SOFTHSM2_CONF=needed" in environment


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("count", [3, 5])
def test_an_error_that_is_not_a_keys_shows_no_words_and_ends_the_process(
    opened: Opener, capfd: pytest.CaptureFixture[str], count: int
) -> None:
    key = opened("aneh:")
    with pytest.raises(KeyUnavailable) as refusal:
        key.sign(digests(count))
    assert PIN not in f"{refusal.value!r} {refusal.value.hint}"
    with pytest.raises(KeyUnavailable, match="exit code 1"):
        key.sign(digests(1))
    trace = capfd.readouterr().err
    assert "odd_backend.py" in trace
    assert PIN not in trace


@pytest.mark.usefixtures("installed")
def test_the_process_leaves_no_core_file_and_lets_nobody_look(opened: Opener) -> None:
    key = opened("aneh:")
    limits = Path(f"/proc/{key.pid}/limits").read_text().splitlines()
    assert next(line for line in limits if line.startswith("Max core file size")).split()[4:6] == ["0", "0"]
    with pytest.raises(KeyRefused, match=r"^0$"):
        key.sign(digests(6))


# How they end


def test_two_keys_are_two_processes(opened: Opener) -> None:
    first, second = opened(), opened()
    assert len({os.getpid(), first.pid, second.pid}) == 3
    first.close()
    assert len(second.sign(digests(2))) == 2


def test_a_closed_key_leaves_no_process(opened: Opener) -> None:
    key = opened()
    key.close()
    assert not Path(f"/proc/{key.pid}").exists()
    assert "closed" in repr(key)
    key.close()


def test_a_key_that_is_not_opened_leaves_no_process(home: Path) -> None:
    children = Path(f"/proc/self/task/{os.getpid()}/children")
    before = children.read_text()
    with pytest.raises(KeyRefused):
        open_key_process(KEPT, lambda source: "kenari-keliru", pinned=None, at=AT, home=home)
    assert children.read_text() == before


def test_a_process_that_was_killed_is_an_unavailable_key(opened: Opener) -> None:
    key = opened()
    os.kill(key.pid, signal.SIGKILL)
    for _ in range(2):
        with pytest.raises(KeyUnavailable, match="signal 9") as refusal:
            key.sign(digests(10_000))
        assert refusal.value.hint
    key.close()


@pytest.mark.usefixtures("installed")
def test_a_process_that_dies_in_a_batch_is_an_unavailable_key(opened: Opener) -> None:
    key = opened("aneh:")
    with pytest.raises(KeyUnavailable, match="signal 9") as refusal:
        key.sign(digests(2))
    assert refusal.value.hint
    assert not Path(f"/proc/{key.pid}").exists()


@pytest.mark.usefixtures("installed")
def test_a_process_that_dies_while_it_opens_is_an_unavailable_key(opened: Opener) -> None:
    with pytest.raises(KeyUnavailable, match="signal 9"):
        opened("aneh:dies=1")


def test_a_process_that_cannot_start_is_an_unavailable_key(opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(KeyUnavailable, match="cannot be started"):
        opened()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_for_the_whole_group_does_not_end_the_key(opened: Opener, number: int) -> None:
    key = opened()
    os.kill(key.pid, number)
    assert len(key.sign(digests(2))) == 2


class Interrupted(BaseException):
    pass


@pytest.mark.usefixtures("installed")
def test_after_a_batch_that_was_broken_off_no_answer_is_taken_for_another(opened: Opener) -> None:
    def interrupt(number: int, frame: FrameType | None) -> None:
        raise Interrupted

    key = opened("aneh:")
    before = signal.signal(signal.SIGUSR1, interrupt)
    try:
        with pytest.raises(Interrupted):
            key.sign(digests(7))
    finally:
        signal.signal(signal.SIGUSR1, before)
    with pytest.raises(KeyUnavailable, match="broken off"):
        key.sign(digests(1))
    assert not Path(f"/proc/{key.pid}").exists()


def test_a_fork_of_the_process_cannot_use_the_key_nor_close_it_for_its_parent(opened: Opener) -> None:
    key = opened()
    fork = os.fork()
    if fork == 0:
        try:
            key.sign(digests(1))
        except KeyUnavailable:
            key.close()
            os._exit(7)
        os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(fork, 0)[1]) == 7
    assert len(key.sign(digests(2))) == 2


PARENT = """
import os, signal, sys
from datetime import datetime
from tte.backends.process import open_key_process

uri, at, count, fork = sys.argv[1:5]
sys.path.append(sys.argv[5])
key = open_key_process(uri, lambda source: "", pinned=None, at=datetime.fromisoformat(at))
if fork == "fork" and os.fork() == 0:
    signal.pause()
print(key.pid, flush=True)
if int(count):
    key.sign([bytes(32)] * int(count))
sys.stdin.read()
"""


def parent(uri: str, count: int = 0, *, fork: bool = False, path: Path = Path()) -> subprocess.Popen[str]:
    words = [sys.executable, "-c", PARENT, uri, AT.isoformat(), str(count), "fork" if fork else "", str(path)]
    return subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def pid_from(issuing: subprocess.Popen[str]) -> int:
    assert issuing.stdout
    return int(issuing.stdout.readline())


def test_the_process_ends_with_its_parent() -> None:
    with parent(EPHEMERAL.format("ecdsa-p256")) as issuing:
        pid = pid_from(issuing)
        issuing.kill()
    assert ends(pid)


def test_a_parent_that_just_ends_is_not_held_up() -> None:
    with parent(EPHEMERAL.format("ecdsa-p256")) as issuing:
        pid = pid_from(issuing)
        assert issuing.stdin
        issuing.stdin.close()
        assert issuing.wait(30) == 0
    assert ends(pid)


@pytest.mark.usefixtures("installed")
def test_the_process_ends_with_its_parent_in_the_middle_of_a_batch(tmp_path: Path) -> None:
    fifo = tmp_path / "signing"
    os.mkfifo(fifo)
    with parent(f"aneh:fifo={fifo}", 8, path=tmp_path) as issuing:
        pid = pid_from(issuing)
        assert fifo.read_text() == "signing"
        issuing.kill()
    assert ends(pid)


def test_the_process_ends_with_its_parent_though_a_fork_holds_the_pipe() -> None:
    issuing = parent(EPHEMERAL.format("ecdsa-p256"), fork=True)
    pid = pid_from(issuing)
    children = Path(f"/proc/{issuing.pid}/task/{issuing.pid}/children").read_text().split()
    (fork,) = {int(child) for child in children} - {pid}
    try:
        issuing.kill()
        issuing.wait()
        assert ends(pid)
    finally:
        os.kill(fork, signal.SIGKILL)
        issuing.communicate()
