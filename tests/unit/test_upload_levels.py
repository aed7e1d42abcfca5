"""Uploads raised to B-T, B-LT and B-LTA by the same steps as everything that is signed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests import strangers_pdfs as of
from tests.signed_uploads import BOX, MARK
from tests.trust_world import World
from tte.backends.memory import MemoryKey
from tte.errors import LintError
from tte.key import Identity
from tte.model import Indication, Level
from tte.pades import augment
from tte.uploads import AtTag, prepare_upload
from tte.validation import validate


def signed(world: World, pdf: bytes, *, seen: bool = True, room: int = 8192) -> bytes:
    identity = Identity.of(world.signer.certificate, [world.authority.certificate])
    draft = prepare_upload(pdf, identity, at=world.now, placing=BOX if seen else None, mark=MARK, room=room)
    [value] = MemoryKey(world.signer.key, identity).sign([draft.digest])
    return draft.complete(value)


@pytest.mark.parametrize("level", [Level.B_T, Level.B_LT, Level.B_LTA])
@pytest.mark.parametrize("room", [8192, 0], ids=["room", "no room"])
@pytest.mark.parametrize("make", [of.plain, of.object_streams, of.cropped_and_turned, of.archived, of.with_form])
def test_an_upload_is_raised(make: Callable[[], bytes], room: int, level: Level) -> None:
    world = World()
    before = make()
    found = augment(signed(world, before, room=room), level, world)
    assert (found.level, found.stopped) == (level, None)
    assert found.pdf.startswith(before)
    report = validate(found.pdf, world.trust, world.now)
    assert report.indication is Indication.TOTAL_PASSED
    assert [one.level for one in report.signatures] == [level]


def test_a_raised_upload_is_signed_again_and_raised_again() -> None:
    world = World()
    once = augment(signed(world, of.plain()), Level.B_LTA, world).pdf
    twice = augment(signed(world, once, seen=False), Level.B_LTA, world).pdf
    assert twice.startswith(once)
    report = validate(twice, world.trust, world.now)
    assert report.indication is Indication.TOTAL_PASSED
    assert [one.level for one in report.signatures] == [Level.B_LTA, Level.B_LTA]


@pytest.mark.parametrize("make", [of.hybrid, lambda: of.encrypted(6)])
def test_encrypted_and_hybrid_uploads_stay_at_b_b(make: Callable[[], bytes]) -> None:
    world = World()
    with pytest.raises(LintError):
        augment(signed(world, make()), Level.B_LT, world)


def test_a_tag_goes_with_a_level() -> None:
    world = World()
    identity = Identity.of(world.signer.certificate, [world.authority.certificate])
    draft = prepare_upload(of.plain(), identity, at=world.now, placing=AtTag("#", 60, 60), mark=MARK, room=8192)
    [value] = MemoryKey(world.signer.key, identity).sign([draft.digest])
    found = augment(draft.complete(value), Level.B_LTA, world)
    assert validate(found.pdf, world.trust, world.now).indication is Indication.TOTAL_PASSED
