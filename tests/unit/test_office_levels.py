"""Before a key signs, a service is asked whether its certificate is revoked; what is not answered stops nobody."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

import pytest

from tests.signed_pdfs import NOW
from tests.trust_world import World
from tte.errors import CertificateRevoked
from tte.key import Identity
from tte.office.levels import check_not_revoked


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
