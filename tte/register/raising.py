"""Keeping later files of entries: each as a new row, beside all that were before it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, insert, select

from tte.errors import RegisterError
from tte.frame import name_of
from tte.model import Entry, Level, Raised, State
from tte.register.differences import new_in, packed, unpacked, with_new
from tte.register.faults import damaged
from tte.register.lines import chunks, entry_of, lines
from tte.register.parts import decoded, encoded
from tte.register.steps import Steps, kind
from tte.register.tables import augmentation, entry, reservation, shared

_MODELS, _NEWEST = 4, 64
"""How many models are tried for each file, as many as time-stamp authorities are likely to take turns; and of how many
of the newest files a process that begins takes them.
"""


@dataclass(frozen=True, slots=True)
class Model:
    """What is new in some file, kept for others to be laid against, under the SHA-256 of its column in `shared`."""

    sha256: bytes
    column: bytes
    new: bytes

    @classmethod
    def of(cls, new: bytes) -> Model:
        column = encoded((new,))
        return cls(hashlib.sha256(column).digest(), column, new)


@dataclass(frozen=True, slots=True)
class Later:
    """A later file made ready: its column, laid against a model. Without one it cannot be kept."""

    raised: Raised
    sha256: bytes
    laid: tuple[Model, bytes] | None


class Models:
    """The models in use, the one of last use first."""

    def __init__(self) -> None:
        self._known: tuple[Model, ...] = ()

    def learn(self, connection: Connection) -> None:
        """Begin, where none is known, with those of the newest later files in the register."""
        if self._known:
            return
        last = select(augmentation.c.shared).order_by(augmentation.c.entry.desc(), augmentation.c.step.desc())
        names = [*dict.fromkeys(connection.execute(last.limit(_NEWEST)).scalars())][:_MODELS]
        found = connection.execute(select(shared.c.parts).where(shared.c.sha256.in_(names))).scalars().all()
        self._known = tuple(Model.of(_model(parts)) for parts in found)

    def lay(self, former: bytes, later: bytes) -> tuple[Model, bytes]:
        """What is new in the later file, against the model that suits it best; if none does, it becomes one itself."""
        new = new_in(former, later)
        tried = sorted(((packed(new, one.new), one) for one in self._known), key=lambda laid: len(laid[0]))
        if tried and 4 * len(tried[0][0]) <= 3 * len(packed(new)):
            column, model = tried[0]
        else:
            model = Model.of(new.new)
            column = packed(new, model.new)
        self._known = (model, *(one for one in self._known if one.sha256 != model.sha256))[:_MODELS]
        return model, column


class Standing(NamedTuple):
    """An entry as it stands, how many later files it has, and where its reservation is."""

    entry: Entry
    steps: int
    place: int


def standing(connection: Connection, ids: Sequence[str]) -> Mapping[str, Standing]:
    """The entries with these ids. RegisterError if one is not issued."""
    found = {
        line.id: Standing(entry_of(line), int(line.step or 0), line.place)
        for some in chunks([name_of(id_) for id_ in ids])
        for line in connection.execute(lines().where(reservation.c.name.in_(some), entry.c.seq.is_not(None)))
    }
    if not found.keys() >= {*ids}:
        raise RegisterError("a document was to be raised that was never issued; nothing was kept")
    return found


def fits(now: Entry, raised: Raised, sha256: bytes) -> bool:
    """Whether this is the next file of the entry; not if it is there, or was made from one that is no longer present,
    or the entry is in force no longer. RegisterError if it is at no higher level.
    """
    if now.ended or sha256 == now.pdf_sha256 or raised.former != now.pdf_sha256:
        return False
    before, after = now.level, raised.level
    if not after.reaches(before) or (after is before and after is not Level.B_LTA):
        raise RegisterError(f"a document at {before} was to be raised to {after}; nothing was kept")
    return True


def raise_all(connection: Connection, later: Sequence[Later], at: datetime) -> Sequence[Entry]:
    """Keep those of these files that fit, whose models are there; the entries as they then stand, in order."""
    found = dict(standing(connection, [one.raised.id for one in later]))
    answers = []
    log = Steps()
    for one in later:
        raised = one.raised
        now, steps, place = found[raised.id]
        if fits(now, raised, one.sha256) and one.laid:
            model, own = one.laid
            step = steps + 1
            row = {"entry": now.seq, "step": step, "level": str(raised.level), "pdf_sha256": one.sha256}
            row |= {"until": raised.until, "at": at, "shared": model.sha256, "own": own}
            connection.execute(insert(augmentation), row)
            now = replace(now, level=raised.level, pdf_sha256=one.sha256, until=raised.until)
            found[raised.id] = Standing(now, step, place)
            log.add(
                kind("raise", now.office, now.template, State.ISSUED, State.ISSUED, at), place, now.number, one.sha256
            )
        answers.append(now)
    log.write(connection)
    return answers


def later_file(former: bytes, own: object, parts: object) -> bytes:
    """The file after `former`, from its own column and its model's. RegisterError if one is damaged."""
    if not isinstance(own, bytes):
        raise damaged()
    try:
        return with_new(former, unpacked(own, _model(parts)))
    except ValueError as why:
        raise damaged() from why


def _model(parts: object) -> bytes:
    if not isinstance(parts, bytes):  # a row is gone, or holds text
        raise damaged()
    found = decoded(parts)
    if len(found) != 1:
        raise damaged()
    return found[0]
