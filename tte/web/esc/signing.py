"""Signs PDFs that an application sent, with an official's key: opened by what he typed there, in a process of its own.

The order: the try is counted and the key opened, where none waits; the files signed (`sign_uploads`) and kept; noted;
and then told.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from time import time_ns

from cryptography import x509

from tte.errors import OffThePage, TteError
from tte.key import Identity
from tte.office.truth import common_name
from tte.register import Register
from tte.uploads import Mark, UploadDraft, prepare_upload
from tte.web.esc.answers import GONE, Refused
from tte.web.esc.asked import Upload
from tte.web.esc.codes import Codes
from tte.web.esc.keeping import Keeping, Kept
from tte.web.esc.properties import Wish
from tte.web.esc.refusing import refusal
from tte.web.opened import OpenKeys
from tte.web.service import Service
from tte.web.upload_signing import sign_uploads

_MORE = 64 * 1024
"""Bytes that a signature may add, about."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be signed for whom. `passphrase` is None for a key whose secret lies on this machine.

    `only_kept`: who asks had no answer and wants that of the first time, and no new signature.
    """

    application: str
    profile: str
    office: str
    files: Sequence[tuple[Upload, Wish]]
    passphrase: str | None = field(repr=False)
    code: str = field(default="", repr=False)
    request_id: str = ""
    only_kept: bool = False


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
        key = self._key(order)
        if not order.only_kept:
            return self._keeping.once(key, lambda: self._sign(order, allowed))
        found = self._keeping.again(key)
        if found is None:
            raise Refused("Permintaan ini tidak dikenal, atau berkasnya sudah tidak disimpan", GONE, "", 404)
        return found

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
            if not self._keeping.make_room(sum(upload.size + _MORE for upload, _ in order.files)):
                raise Refused("Tempat sementara untuk dokumen penuh; dokumen belum ditandatangani, coba lagi nanti")
            allowed()
            with ExitStack() as stack:
                typed, trying = order.passphrase is not None, self._codes.tried
                if typed:
                    self._codes.check_not_locked(order.profile)
                mark = self._codes.mark(order.passphrase or "")
                lent = self._keys.lent(
                    order.profile,
                    order.passphrase,
                    mark,
                    partial(trying, order.profile, order.office) if typed else nullcontext,
                )
                profile, key = stack.enter_context(lent)
                made = sign_uploads(
                    self._service,
                    self._register,
                    profile,
                    key,
                    [partial(self._draft, upload, wish) for upload, wish in order.files],
                    lambda one: self._keeping.put(order.application, one.write, told=" ".join(one.draft.findings)),
                )
        except TteError as why:
            raise refusal(why) from why
        self._codes.signed(order.profile, order.office, order.application, len(made))
        return made

    def _draft(self, upload: Upload, wish: Wish, identity: Identity, room: int) -> UploadDraft:
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
            room=room,
            strict=self._strict,
        )
        try:
            return made(placing=wish.placing)
        except OffThePage:
            if wish.corners is None:
                raise
            return made(placing=wish.corners)


def _digest(content: bytes | Path) -> bytes:
    if isinstance(content, bytes):
        return hashlib.sha256(content).digest()
    with content.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()
