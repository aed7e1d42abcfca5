"""Signs uploads with a key that is open: the one way for all routes that do, ESC's and `/v1/signatures`.

The order: the certificate is not revoked; every file is prepared; the count is allowed; the key signs all at once; each
is raised to the profile's level; and only then given away, or not if that would be less than the profile hands out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, BinaryIO, TypeVar

from tte.errors import LevelNotReached, LintError, UsageLimitReached
from tte.issuance.allowance import Allowance
from tte.key import Identity, Key
from tte.model import Level
from tte.office import Profile
from tte.office.levels import check_not_revoked
from tte.register import Register
from tte.uploads import UploadDraft
from tte.web.service import Service

if TYPE_CHECKING:
    from tte.services import Services

T = TypeVar("T")

Prepare = Callable[[Identity, int], UploadDraft]
"""A draft for an identity, with so many bytes left in it for time-stamps."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A signed file that nobody has yet; `write` writes it, once."""

    draft: UploadDraft
    level: Level
    write: Callable[[BinaryIO], object]


def sign_uploads(
    service: Service,
    register: Register | None,
    profile: Profile,
    key: Key,
    prepares: Sequence[Prepare],
    give: Callable[[Signed], T],
) -> list[T]:
    """What `give` makes of each signed file, in order: all of them or an error.

    UsageLimitReached if the profile's limits do not allow all; what a day has left and is too little is used up by
    asking, as by a batch. LevelNotReached, and what `prepare_upload` and keys raise.
    """
    service.home.trust_for(key.identity)
    with ExitStack() as stack:
        services = stack.enter_context(service.home.services(profile)) if profile.level is not Level.B_B else None
        if services and profile.level.reaches(Level.B_LT):
            check_not_revoked(key.identity, services)
        room = profile.tsa_room if services else 0
        drafts = [stack.enter_context(prepare(key.identity, room)) for prepare in prepares]
        _allow(service, register, profile, key.identity, len(drafts))
        values = key.sign([draft.digest for draft in drafts])
        return [give(_raised(profile, services, *one)) for one in zip(drafts, values, strict=True)]


def _allow(service: Service, register: Register | None, profile: Profile, identity: Identity, count: int) -> None:
    if register is not None and (profile.per_batch is None or count <= profile.per_batch):
        allowance = Allowance(register, profile.per_batch, profile.per_day)
        if allowance.take(count, identity, service.now()) == count:
            return
    raise UsageLimitReached("the key has signed as many documents as its profile allows")


def _raised(profile: Profile, services: Services | None, draft: UploadDraft, value: bytes) -> Signed:
    """Raised as far as the services answer and the file lets it."""
    if services is None:
        return Signed(draft, Level.B_B, partial(draft.write, value))
    from tte.pades.augmentation import augment

    pdf, level = draft.complete(value), Level.B_B
    with suppress(LintError):  # an encrypted or hybrid file stays at B-B
        raised = augment(pdf, profile.level, services)
        pdf, level = raised.pdf, raised.level
    if not level.reaches(profile.minimum):
        raise LevelNotReached(f"the file would stay at {level}, below the least level that the profile hands out")
    return Signed(draft, level, lambda file: file.write(pdf))
