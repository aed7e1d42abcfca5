"""Keys that wait for the next request with the same passphrase, and for nobody else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.esc_wire.world import World
from tte.errors import KeyUnavailable, PinRefused
from tte.key import Key
from tte.web.opened import OpenKeys

A, B = b"a" * 32, b"b" * 32


@pytest.fixture
def keys(world: World) -> Iterator[OpenKeys]:
    with OpenKeys(world.home, keep_s=60) as keys:
        yield keys


def signs(key: Key) -> bool:
    try:
        return len(key.sign([bytes(32)])) == 1
    except KeyUnavailable:
        return False


def test_a_key_waits_for_the_same_passphrase_only(keys: OpenKeys, world: World) -> None:
    with keys.lent("kadis", world.passphrase, A) as (_, first):
        assert signs(first)
    with keys.lent("kadis", world.passphrase, A) as (_, again):
        assert again is first
        assert signs(again)
    with pytest.raises(PinRefused), keys.lent("kadis", "salah", B):
        pass


def test_two_requests_at_once_have_a_key_each(keys: OpenKeys, world: World) -> None:
    with (
        keys.lent("kadis", world.passphrase, A) as (_, one),
        keys.lent("kadis", world.passphrase, A) as (_, other),
    ):
        assert one is not other


def test_a_key_with_which_something_went_wrong_does_not_wait(keys: OpenKeys, world: World) -> None:
    with pytest.raises(RuntimeError), keys.lent("kadis", world.passphrase, A) as (_, key):
        raise RuntimeError
    assert not signs(key)


def test_what_waits_is_closed_with_the_block_and_without_a_time_at_once(world: World) -> None:
    with OpenKeys(world.home, keep_s=60) as keys, keys.lent("kadis", world.passphrase, A) as (_, waits):
        pass
    with OpenKeys(world.home, keep_s=0) as keys:
        with keys.lent("kadis", world.passphrase, A) as (_, ended):
            pass
        assert not signs(ended)
    assert not signs(waits)


def test_what_waits_too_long_is_closed(world: World) -> None:
    with OpenKeys(world.home, keep_s=0.5) as keys:
        with keys.lent("kadis", world.passphrase, A) as (_, key):
            pass
        for waiting in tuple(keys._waiting.values()):
            waiting.timer.join(60)
        assert not keys._waiting
        assert not signs(key)


def test_the_passphrase_does_not_stay_with_what_waits(keys: OpenKeys, world: World) -> None:
    with keys.lent("kadis", world.passphrase, A):
        pass
    (waiting,) = keys._waiting.values()
    assert world.passphrase not in repr(waiting)
