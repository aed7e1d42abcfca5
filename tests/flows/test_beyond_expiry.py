"""What is left of a signature when the clock goes on: past the signer's certificate, past the TSA's, past a renewal."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.signed_pdfs import NOW
from tests.trust_world import YEAR, World
from tte.errors import CertificateExpired, CertificateRevoked
from tte.model import Indication, Level, SubIndication
from tte.pades import augment, renew
from tte.pades.augmentation.reading import Store
from tte.pades.augmentation.revisions import with_store
from tte.validation import validate

DAY = timedelta(days=1)
PASSED, OPEN = Indication.TOTAL_PASSED, Indication.INDETERMINATE
Verdict = tuple[Indication, SubIndication | None, Level | None]
NO_POE: Verdict = (OPEN, SubIndication.OUT_OF_BOUNDS_NO_POE, None)
REVOKED: Verdict = (OPEN, SubIndication.REVOKED_NO_POE, None)

SIGNER_EXPIRED = NOW + YEAR + DAY
TSA_EXPIRED = NOW + 3 * YEAR + DAY


def judged(world: World, pdf: bytes, at: datetime) -> Verdict:
    report = validate(pdf, world.trust, at)
    [signature] = report.signatures
    return report.indication, report.sub_indication, signature.level


def raised(world: World, level: Level, *, room: int = 8192) -> bytes:
    found = augment(world.document(room=room), level, world)
    assert found.level is level
    assert found.stopped is None
    return found.pdf


@pytest.mark.parametrize("room", [8192, 0], ids=["signature time-stamp", "document time-stamp"])
@pytest.mark.parametrize(
    ("level", "at", "verdict"),
    [
        (Level.B_B, NOW + DAY, (PASSED, None, Level.B_B)),
        (Level.B_T, NOW + DAY, (PASSED, None, Level.B_T)),
        (Level.B_LT, NOW + DAY, (PASSED, None, Level.B_LT)),
        (Level.B_LTA, NOW + DAY, (PASSED, None, Level.B_LTA)),
        # The signer's certificate has expired. B-T proves when, and nothing shows that it was not revoked before.
        (Level.B_B, SIGNER_EXPIRED, NO_POE),
        (Level.B_T, SIGNER_EXPIRED, NO_POE),
        (Level.B_LT, SIGNER_EXPIRED, (PASSED, None, Level.B_LT)),
        (Level.B_LTA, SIGNER_EXPIRED, (PASSED, None, Level.B_LTA)),
        # The TSA's certificate too: its time-stamps prove nothing any more.
        (Level.B_LT, TSA_EXPIRED, NO_POE),
        (Level.B_LTA, TSA_EXPIRED, NO_POE),
    ],
)
def test_a_level_lasts_as_long_as_its_proofs(level: Level, at: datetime, verdict: Verdict, room: int) -> None:
    world = World()
    assert judged(world, raised(world, level, room=room), at) == verdict


@pytest.mark.parametrize("room", [8192, 0], ids=["signature time-stamp", "document time-stamp"])
def test_a_renewal_in_time_outlasts_the_first_tsa(room: int) -> None:
    world = World()
    pdf = raised(world, Level.B_LTA, room=room)
    world.now = NOW + 2 * YEAR
    world.stamper = world.new_stamper("TSA Kedua", until=NOW + 10 * YEAR)
    found = renew(pdf, world)
    assert (found.level, found.until) == (Level.B_LTA, NOW + 10 * YEAR)
    assert found.pdf.startswith(pdf)
    assert judged(world, found.pdf, NOW + 9 * YEAR) == (PASSED, None, Level.B_LTA)
    assert judged(world, found.pdf, NOW + 10 * YEAR + DAY) == NO_POE


def test_renewals_stand_on_each_other() -> None:
    world = World()
    pdf = raised(world, Level.B_LTA)
    for number in range(1, 5):
        world.now = NOW + 2 * number * YEAR
        world.stamper = world.new_stamper(f"TSA {number}", until=world.now + 3 * YEAR)
        pdf = renew(pdf, world).pdf
    assert judged(world, pdf, NOW + 10 * YEAR) == (PASSED, None, Level.B_LTA)
    assert judged(world, pdf, NOW + 11 * YEAR + DAY) == NO_POE


def test_a_renewal_that_is_too_late_is_refused() -> None:
    world = World()
    pdf = raised(world, Level.B_LTA)
    world.now = TSA_EXPIRED
    world.stamper = world.new_stamper("TSA Kedua", until=NOW + 10 * YEAR)
    with pytest.raises(CertificateExpired, match="too late"):
        renew(pdf, world)


def test_a_time_stamp_over_an_expired_signature_is_refused() -> None:
    world = World()
    pdf = world.document()
    world.now = SIGNER_EXPIRED
    for room in (8192, 0):
        with pytest.raises(CertificateExpired, match="no time-stamp proves"):
            augment(world.document(room=room) if room else pdf, Level.B_LTA, world)


@pytest.mark.parametrize("crl_only", [True, False], ids=["CRL", "OCSP"])
def test_revoked_after_the_time_stamp_is_raised_and_passes(crl_only: bool) -> None:
    world = World(crl_only=crl_only)
    pdf = raised(world, Level.B_T)
    world.now, world.revoked[world.signer.der] = NOW + 5 * DAY, NOW + 3 * DAY
    found = augment(pdf, Level.B_LTA, world)
    assert found.level is Level.B_LTA
    for at in (NOW + 6 * DAY, SIGNER_EXPIRED):
        assert judged(world, found.pdf, at) == (PASSED, None, Level.B_LTA)


@pytest.mark.parametrize("crl_only", [True, False], ids=["CRL", "OCSP"])
def test_revoked_before_the_time_stamp_is_not_raised(crl_only: bool) -> None:
    world = World(crl_only=crl_only)
    pdf = world.document()
    world.now, world.revoked[world.signer.der] = NOW + 5 * DAY, NOW + 3 * DAY
    with pytest.raises(CertificateRevoked):
        augment(pdf, Level.B_LT, world)


def test_revocation_info_that_shows_a_revocation_before_the_time_stamp_is_believed() -> None:
    """Time-stamped three days after the revocation, with revocation info that tells of it."""
    world = World()
    world.now = NOW + 5 * DAY
    stamped = raised(world, Level.B_T)
    world.revoked[world.signer.der] = NOW + 3 * DAY
    told = [world.of(world.signer.der, world.authority.der), world.of(world.authority.der, world.root.der)]
    store = Store(
        (world.root.der,),
        tuple(filter(None, (one.ocsp for one in told))),
        tuple(filter(None, (one.crl for one in told))),
    )
    assert judged(world, with_store(stamped, store), world.now) == REVOKED


def test_a_revoked_tsa_proves_nothing() -> None:
    world = World()
    pdf = raised(world, Level.B_LT)
    world.revoked[world.stamper.der] = NOW - DAY
    gone = world.of(world.stamper.der, world.root.der)
    assert gone.crl
    with_news = with_store(pdf, Store((), (), (gone.crl,)))
    assert judged(world, with_news, NOW + DAY)[2] is not Level.B_LT
    assert judged(world, with_news, SIGNER_EXPIRED) == NO_POE


def test_a_responder_certificate_younger_than_the_time_stamp_is_believed() -> None:
    """A document that waited a week at B-T for its OCSP responder, whose certificates live for a day."""
    world = World()
    pdf = raised(world, Level.B_T)
    world.now = NOW + 7 * DAY
    world.responder = world.new_responder(begins=world.now - DAY / 2, ends=world.now + DAY / 2)
    found = augment(pdf, Level.B_LTA, world)
    assert found.level is Level.B_LTA
    assert judged(world, found.pdf, SIGNER_EXPIRED) == (PASSED, None, Level.B_LTA)
