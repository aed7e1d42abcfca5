"""A file becomes a batch: read to its end first, so that what cannot be read as a whole is never begun."""

from __future__ import annotations

import hashlib
from typing import BinaryIO

from tte.batches.rows import CHUNK, chunks
from tte.errors import IntakeError, UsageLimitReached
from tte.intake import Format, read
from tte.issuance import new_id
from tte.register.batches import MOST_WAITING, Batches, NewBatch
from tte.template import Template

_ID_LETTERS = 13
"""65 random bits: an id names a batch among those of one register, and opens nothing."""


def submit(
    batches: Batches,
    template: Template,
    stream: BinaryIO,
    format_: Format,
    *,
    profile: str,
    priority: int = 0,
    again: bool = False,
    per_batch: int | None = None,
    replacing: str = "",
    giving: bool = False,
    size: int = CHUNK,
    most: int = MOST_WAITING,
) -> str:
    """Keep a file's rows, `size` to a chunk, as a batch to be signed with a key profile; its id.

    The same file, template, profile, `replacing` and `giving` (`Issuer`) are the same batch, for as long as it was not
    cancelled: `again` makes another.
    The stream is seekable and is read from its beginning. IntakeError as from `read`, also for a file without rows;
    UsageLimitReached for one of more than `per_batch` rows; QueueFull if `most` chunks wait.
    """
    digest = hashlib.sha256()
    for part in (
        template.name.encode(),
        template.sha256,
        profile.encode(),
        format_.encode(),
        b"%d" % giving,
        replacing.encode(),
    ):
        digest.update(hashlib.sha256(part).digest())
    stream.seek(0)
    while part := stream.read(1 << 20):
        digest.update(part)
    stream.seek(0)
    rows = list(chunks(read(stream, format_, grouping=template.grouping, fields=template.columns(giving=giving)), size))
    count = sum(size for size, _ in rows)
    if not count:
        raise IntakeError("the file holds no rows")
    if per_batch is not None and count > per_batch:
        raise UsageLimitReached(
            f"the file has {count} rows, and the key may sign {per_batch} documents in one batch",
            hint="split the file",
        )
    new = NewBatch(
        id=new_id()[:_ID_LETTERS],
        digest=digest.digest(),
        template=template.name,
        template_sha256=template.sha256,
        profile=profile,
        priority=priority,
        replacing=replacing,
        giving=giving,
    )
    return batches.submit(new, rows, again=again, most=most)
