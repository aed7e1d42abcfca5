"""What processes that ask the same authorities for time-stamps know of each other."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.hostile_server import (
    TrustServer,
    answers,
    hang,
    serves,
)
from tests.time_stamping import DIGEST, HONEST, Clock, Stamps, fault_of
from tte.errors import Fault, ServiceUnavailable
from tte.http import Http
from tte.services import TimeStamps


def test_two_that_keep_together_ask_no_more_than_one(
    kept: tuple[Clock, Callable[..., TimeStamps]], server: TrustServer
) -> None:
    clock, client = kept
    one, other = client(limit=(4, 600)), client(limit=(4, 600))
    for _ in range(2):
        one.stamp(DIGEST, "sha256")
        other.stamp(DIGEST, "sha256")
    assert [fault_of(client) for client in (one, other, client(limit=(4, 600)))] == [Fault.RESTING] * 3
    assert (one.wait_s(), other.wait_s()) == (600, 600)
    clock.s += 599
    assert fault_of(client(limit=(4, 600))) is Fault.RESTING
    clock.s += 1
    client(limit=(4, 600)).stamp(DIGEST, "sha256")
    assert server.count("/0") == 5


def test_the_kept_limit_holds_among_threads_of_several(
    kept: tuple[Clock, Callable[..., TimeStamps]], server: TrustServer
) -> None:
    _, client = kept
    clients = [client(limit=(5, 60)) for _ in range(4)]

    def ask(number: int) -> Fault | None:
        try:
            clients[number % 4].stamp(DIGEST, "sha256")
        except ServiceUnavailable as why:
            return why.fault
        return None

    with ThreadPoolExecutor(16) as pool:
        assert Counter(pool.map(ask, range(40))) == {None: 5, Fault.RESTING: 35}
    assert server.count("/0") == 5


def test_a_rest_and_how_often_there_was_one_is_known_to_the_next(
    kept: tuple[Clock, Callable[..., TimeStamps]], server: TrustServer, tmp_path: Path
) -> None:
    clock, client = kept
    down = answers(500)
    for _ in range(3):
        fault_of(client(down, failures=1, rest_s=10))
    assert server.count("/0") == 1
    clock.s += 10
    assert fault_of(client(down, failures=3, rest_s=10)) is Fault.STATUS
    assert client(down, rest_s=10).wait_s() == 20
    clock.s += 20
    client().stamp(DIGEST, "sha256")
    assert [file.stat().st_size for file in (tmp_path / "kept").iterdir()] == [0]


def test_a_wish_to_be_left_alone_is_known_to_the_next(kept: tuple[Clock, Callable[..., TimeStamps]]) -> None:
    clock, client = kept
    fault_of(client(answers(429, Retry_After="120")))
    clock.s += 119
    assert client().wait_s() == 1
    clock.s += 1
    client().stamp(DIGEST, "sha256")


@pytest.mark.parametrize("step", [-400_000_000, 400_000_000])
def test_a_clock_that_was_set_makes_nobody_wait_for_longer_than_the_limits(
    kept: tuple[Clock, Callable[..., TimeStamps]], step: int
) -> None:
    clock, client = kept
    client(limit=(1, 60)).stamp(DIGEST, "sha256")
    fault_of(client(answers(429, Retry_After="500"), limit=(9, 60)))
    clock.s += step
    assert client(limit=(1, 60), longest_rest_s=300).wait_s() <= 300
    clock.s += 300
    assert client(limit=(1, 60)).wait_s() == 0


@pytest.mark.parametrize(
    "content", [b"{", b"[]", b'{"asked": 5}', b'{"asked": [NaN, "x"]}', b'{"until": 1e999}', b"\xff"]
)
def test_what_is_kept_and_cannot_be_read_costs_no_time_stamp(
    kept: tuple[Clock, Callable[..., TimeStamps]], tmp_path: Path, content: bytes
) -> None:
    _, client = kept
    client(limit=(3, 60)).stamp(DIGEST, "sha256")
    (file,) = (tmp_path / "kept").iterdir()
    file.write_bytes(content)
    assert client(limit=(3, 60)).wait_s() <= 900
    file.write_bytes(b"{")
    client(limit=(3, 60)).stamp(DIGEST, "sha256")


def test_without_a_limit_and_a_rest_nothing_is_kept(
    kept: tuple[Clock, Callable[..., TimeStamps]], tmp_path: Path
) -> None:
    _, client = kept
    client().stamp(DIGEST, "sha256")
    assert not (tmp_path / "kept").exists()


def test_a_folder_that_cannot_be_written_costs_no_time_stamp(stamps: Stamps, tmp_path: Path) -> None:
    (tmp_path / "kept").write_bytes(b"")
    stamps(serves(HONEST), kept=tmp_path / "kept", limit=(3, 60)).stamp(DIGEST, "sha256")


def test_what_is_broken_off_by_closing_is_nobody_s_failure(stamps: Stamps, server: TrustServer, tmp_path: Path) -> None:
    client = stamps(hang, http=Http(hosts=None, private=True), failures=1, kept=tmp_path / "kept")
    with ThreadPoolExecutor(1) as pool:
        asking = pool.submit(fault_of, client)
        while not server.count("/0"):
            time.sleep(0.01)
        client.close()
        assert asking.result() is Fault.BROKE_OFF
    assert fault_of(client) is Fault.BROKE_OFF
    assert (client.wait_s(), (tmp_path / "kept").exists()) == (0, False)
