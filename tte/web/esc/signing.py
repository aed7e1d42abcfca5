"""Signs PDFs that an application sent, with an official's key: opened by what he typed there, in a process of its own.

The order: the try is counted, the key opened, the files
prepared, the count allowed, and then signed; raised to the profile's level; kept; noted; and then told.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from contextlib import ExitStack, nullcontext, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from time import time_ns
from typing import TYPE_CHECKING

from cryptography import x509

from tte.errors import LintError, OffThePage, TteError, UsageLimitReached
from tte.issuance.allowance import Allowance
from tte.key import Identity
from tte.model import Level
from tte.office import Profile
from tte.office.levels import check_not_revoked
from tte.office.truth import common_name
from tte.register import Register
from tte.uploads import Mark, UploadDraft, prepare_upload
from tte.web.esc.asked import Upload
from tte.web.esc.codes import Codes
from tte.web.esc.keeping import Keeping, Kept
from tte.web.esc.properties import Wish
from tte.web.esc.refusing import below_minimum, refusal
from tte.web.opened import OpenKeys
from tte.web.service import Service

if TYPE_CHECKING:
    from tte.services import Services


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be signed for whom. `passphrase` is None for a key whose secret lies on this machine."""

    application: str
    profile: str
    office: str
    files: Sequence[tuple[Upload, Wish]]
    passphrase: str | None = field(repr=False)
    code: str = field(default="", repr=False)
    request_id: str = ""


class Signing:
    """For one home beside its open register."""

    def __init__(self, service: Service, register: Register, codes: Codes, keeping: Keeping, keys: OpenKeys) -> None:
        self._service, self._register, self._codes, self._keeping = service, register, codes, keeping
        self._keys = keys
        self._strict = service.home.settings.esc.strict

    def signed(self, order: Order, allowed: Callable[[], None]) -> Sequence[Kept]:
        """The signed files, in order; those of the same order that was signed some minutes ago. `allowed` raises if it
        may not be, and uses up a code. Refused, with nothing told; then at most a signature was made that nobody gets.
        """
        return self._keeping.once(self._key(order), lambda: self._sign(order, allowed))

    def _key(self, order: Order) -> bytes:
        """What makes an order the same: who asks, whose key, what was typed, each byte and wish, the request's id."""
        made = hashlib.sha256()
        secret = self._codes.mark(f"{order.passphrase}\0{order.code}").hex()
        for part in (order.application, order.profile, secret, order.request_id):
            made.update(f"{len(part)}:{part}".encode())
        for upload, wish in order.files:
            made.update(_digest(upload.content) + hashlib.sha256(f"{wish!r}{wish.password}".encode()).digest())
        return made.digest()

    def _sign(self, order: Order, allowed: Callable[[], None]) -> Sequence[Kept]:
        try:
            self._service.windows().need_in_use(order.profile)
            allowed()
            home = self._service.home
            with ExitStack() as stack:
                trying = (
                    self._codes.tried(order.profile, order.office) if order.passphrase is not None else nullcontext()
                )
                with trying:
                    mark = self._codes.mark(order.passphrase or "")
                    profile, key = stack.enter_context(self._keys.lent(order.profile, order.passphrase, mark))
                home.trust_for(key.identity)
                services = stack.enter_context(home.services(profile)) if profile.level is not Level.B_B else None
                if services and profile.level.reaches(Level.B_LT):
                    check_not_revoked(key.identity, services)
                drafts = [
                    stack.enter_context(self._draft(upload, wish, key.identity, profile))
                    for upload, wish in order.files
                ]
                self._allow(profile, key.identity, len(drafts))
                values = key.sign([draft.digest for draft in drafts])
                made = [
                    self._kept(order, profile, services, draft, value)
                    for draft, value in zip(drafts, values, strict=True)
                ]
        except TteError as why:
            raise refusal(why) from why
        self._codes.signed(order.profile, order.office, order.application, len(made))
        return made

    def _draft(self, upload: Upload, wish: Wish, identity: Identity, profile: Profile) -> UploadDraft:
        at = self._service.now()
        mark = wish.mark
        if mark == Mark():
            signer = common_name(x509.load_der_x509_certificate(identity.certificate).subject)
            mark = Mark(lines=("Ditandatangani secara elektronik oleh", signer))
        made = partial(
            prepare_upload,
            upload.content,
            identity,
            at=at,
            mark=mark,
            reason=wish.reason,
            location=wish.location,
            contact=wish.contact,
            field_name=f"sig_{time_ns() // 1_000_000}",
            password=wish.password,
            room=0 if profile.level is Level.B_B else profile.tsa_room,
            strict=self._strict,
        )
        try:
            return made(placing=wish.placing)
        except OffThePage:
            if wish.corners is None:
                raise
            return made(placing=wish.corners)

    def _allow(self, profile: Profile, identity: Identity, count: int) -> None:
        """All of them or none; what a day has left and is too little for all is used up by asking, as by a batch."""
        if profile.per_batch is None or count <= profile.per_batch:
            allowance = Allowance(self._register, profile.per_batch, profile.per_day)
            if allowance.take(count, identity, self._service.now()) == count:
                return
        raise UsageLimitReached("the key has signed as many documents as its profile allows")

    def _kept(
        self, order: Order, profile: Profile, services: Services | None, draft: UploadDraft, value: bytes
    ) -> Kept:
        told = " ".join(draft.findings)
        if services is None:
            return self._keeping.put(order.application, partial(draft.write, value), told=told)
        from tte.pades.augmentation import augment

        pdf, level = draft.complete(value), Level.B_B
        with suppress(LintError):  # an encrypted or hybrid file stays at B-B
            raised = augment(pdf, profile.level, services)
            pdf, level = raised.pdf, raised.level
        if not level.reaches(profile.minimum):
            raise below_minimum()
        return self._keeping.put(order.application, lambda file: file.write(pdf), told=told)


def _digest(content: bytes | Path) -> bytes:
    if isinstance(content, bytes):
        return hashlib.sha256(content).digest()
    with content.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()
