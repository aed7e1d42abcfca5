"""Idempotency keys of applications: the same key means the same request, for ever. Only digests are kept."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

import orjson

from tte.errors import TteError
from tte.register.rows import Keeping


class KeyReused(TteError):
    """An idempotency key was used before, for something else."""

    code = "idempotency-key-reused"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that came with an idempotency key: SHA-256 of who and which key, and of all that was asked for."""

    TABLE: ClassVar[str] = "api_request"
    key: bytes = field(repr=False)
    content: bytes = field(repr=False)
    at: datetime

    @classmethod
    def of(cls, client: str, key: str, content: object, at: datetime) -> Asked:
        """`content` is what JSON can say; the order of its names does not count."""
        said = orjson.dumps(content, option=orjson.OPT_SORT_KEYS)
        return cls(hashlib.sha256(f"{client} {key}".encode()).digest(), hashlib.sha256(said).digest(), at)


def once(keeping: Keeping, wanted: Sequence[Asked]) -> Sequence[KeyReused | None]:
    """Note what is asked, in one transaction, before anything is done for it; KeyReused for each key that stands for
    something else. What stands there already for the same may be done again: it comes to the same.
    """
    if not wanted:
        return []
    keys = tuple({one.key for one in wanted})
    with keeping.reading() as rows:
        known = {one.key: one.content for one in rows.all(Asked, key=keys)}
    if any(one.key not in known for one in wanted):
        with keeping.change() as rows:
            known = {one.key: one.content for one in rows.all(Asked, key=keys)}
            for one in wanted:
                if one.key not in known:
                    known[one.key] = one.content
                    rows.add(one)
    return [
        None if known[one.key] == one.content else KeyReused("this idempotency key was used for another request")
        for one in wanted
    ]
