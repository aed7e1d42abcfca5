"""Files read back: what was prepared, and the present file of an entry, made again from its parts and checked."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from sqlalchemy import Connection, select

from tte.errors import RegisterError
from tte.frame import name_of
from tte.model import Prepared, joined
from tte.register.faults import damaged
from tte.register.parts import decoded
from tte.register.raising import later_file
from tte.register.tables import augmentation, body, entry, prepared, reservation, shared


def prepared_under(connection: Connection, id_: str) -> Prepared | None:
    """What was prepared under a reservation. RegisterError if it is damaged."""
    wanted = (
        select(prepared.c.certificate, prepared.c.hole, prepared.c.own, shared.c.parts)
        .select_from(reservation.join(prepared).outerjoin(shared, shared.c.sha256 == prepared.c.shared))
        .where(reservation.c.name == name_of(id_), reservation.c.id == id_)
    )
    line = connection.execute(wanted).first()
    if line is None:
        return None
    return Prepared(line.certificate, _parts(line.parts), _parts(line.own), line.hole)


def read_file(connection: Connection, id_: str) -> bytes:
    """The present file of an entry. RegisterError if there is none or it is damaged."""
    model = shared.alias("model")
    wanted = (
        select(shared.c.parts, body.c.own, entry.c.pdf_sha256, prepared.c.hole, prepared.c.own.label("around"))
        .add_columns(augmentation.c.own.label("later"), model.c.parts.label("model"))
        .add_columns(augmentation.c.pdf_sha256.label("later_sha256"))
        .select_from(
            reservation.join(entry, entry.c.reservation == reservation.c.seq)
            .outerjoin(body)
            .outerjoin(shared, shared.c.sha256 == body.c.shared)
            .outerjoin(prepared, prepared.c.reservation == reservation.c.seq)
            .outerjoin(augmentation, augmentation.c.entry == entry.c.seq)
            .outerjoin(model, model.c.sha256 == augmentation.c.shared)
        )
        .where(reservation.c.name == name_of(id_), reservation.c.id == id_)
        .order_by(augmentation.c.step)
    )
    steps = connection.execute(wanted).all()
    if not steps:
        raise RegisterError("the register has no document with this id")
    first = steps[0]
    own = _filled(first.around, first.hole, first.own) if first.hole is not None else _parts(first.own)
    pdf, sha256 = _joined(_parts(first.parts), own), first.pdf_sha256
    for step in steps:
        if step.later_sha256 is not None:
            pdf, sha256 = later_file(pdf, step.later, step.model), step.later_sha256
    if hashlib.sha256(pdf).digest() != sha256:
        raise damaged()
    return pdf


def _filled(around: object, hole: int, filling: object) -> Sequence[bytes]:
    """The own parts of a file, from those of the prepared one and what fills its hole."""
    own = [*_parts(around)]
    if not isinstance(filling, bytes) or not 0 <= hole < len(own) or own[hole]:
        raise damaged()
    own[hole] = filling
    return own


def _parts(column: object) -> tuple[bytes, ...]:
    if not isinstance(column, bytes):  # a row is gone, or holds text
        raise damaged()
    return decoded(column)


def _joined(shared_parts: Sequence[bytes], own_parts: Sequence[bytes]) -> bytes:
    try:
        return joined(shared_parts, own_parts)
    except ValueError as why:
        raise damaged() from why
