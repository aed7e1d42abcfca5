"""Before a key signs, a service is asked whether its certificate is revoked; what is not answered stops nobody."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tests.signed_pdfs import NOW
from tests.trust_world import World
from tte.augmentation import Reached
from tte.errors import CertificateRevoked, ConfigError
from tte.key import Identity
from tte.model import Entry, Goal, Level
from tte.office.levels import check_not_revoked, profile_by_profile
from tte.office.settings import Profile


@pytest.fixture
def world() -> World:
    return World()


def check(world: World, *, chain: bool = True) -> None:
    identity = Identity.of(world.signer.certificate, (world.authority.certificate,) if chain else ())
    check_not_revoked(identity, cast("Any", world))


def test_a_good_certificate_may_sign(world: World) -> None:
    check(world)
    assert len(world.asked) == 1


def test_a_revoked_certificate_may_not(world: World) -> None:
    world.revoked[world.signer.der] = NOW - timedelta(hours=1)
    with pytest.raises(CertificateRevoked, match="nothing was signed"):
        check(world)


def test_a_service_that_does_not_answer_stops_nobody(world: World) -> None:
    world.revoked[world.signer.der] = NOW - timedelta(hours=1)
    world.down |= {"ocsp", "crl"}
    check(world)


def test_nobody_is_asked_about_a_certificate_whose_issuer_is_not_at_hand(world: World) -> None:
    check(world, chain=False)
    check_not_revoked(Identity.of(world.root.certificate), cast("Any", world))
    assert world.asked == []


def test_each_profile_is_listed_by_itself_and_one_that_is_gone_is_not_listed_whole() -> None:
    """Entries are asked for one after the other, also those that nobody can raise."""
    given: list[str] = []

    def listed(name: str | None) -> Iterator[Entry]:
        for number in range(3):
            for profile in ("ada", "lama") if name is None else (name,):
                given.append(f"{name} {number}")
                yield cast("Any", SimpleNamespace(goal=Goal(profile, Level.B_LTA, Level.B_T), number=number))

    def profile_of(name: str) -> Profile:
        if name == "lama":
            raise ConfigError("no such profile")
        return cast("Profile", SimpleNamespace(tsa=("https://tsa.example",)))

    reached = profile_by_profile(
        listed,
        profile_of,
        lambda _: nullcontext(cast("Any", None)),
        lambda _, entries: (Reached(entry) for entry in entries),
    )
    told = [next(reached).why for _ in range(4)]
    assert [type(why) for why in told] == [type(None)] * 3 + [ConfigError]
    assert given[6:] == ["ada 0", "ada 1", "ada 2", "lama 0"]
    assert len(list(reached)) == 2
