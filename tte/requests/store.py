"""The rows of requests and what they say, in one place: who works on requests has one of these."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from tte.errors import WrongState
from tte.people.events import new_id
from tte.register.rows import Keeping, Rows
from tte.requests.content import Attached, Content
from tte.requests.rows import AttachmentRow, Filed, Holder, State, Step
from tte.requests.sealing import Seals

CONTENT, REMARK, ATTACHMENT = "content", "remark", "attachment"


class Store:
    """Requests beside an open register; every method works within the transaction of its caller."""

    def __init__(self, keeping: Keeping, secret: Callable[[], bytes]) -> None:
        self.keeping, self.seals = keeping, Seals(secret)

    def secret_mark(self, number: str, secret: str) -> bytes:
        """What a secret is checked with."""
        return self.seals.mark(b"tracking", number.encode(), secret.encode())

    def say(self, rows: Rows, filed: Filed, content: Content, attached: Sequence[Attached], at: datetime) -> Filed:
        """The request with this content; attachments replace those of the same purpose. Nothing of `filed` is kept."""
        for purpose in {one.purpose for one in attached}:
            rows.drop(AttachmentRow, request=filed.id, purpose=purpose)
        for id_, one in zip(sorted(new_id(at) for _ in attached), attached, strict=True):
            sealed = self.seals.sealed(rows, filed.office, one.content, f"{ATTACHMENT} {filed.id} {id_}")
            rows.add(AttachmentRow(id_, filed.id, one.purpose, one.type, len(one.content), one.pages, sealed))
        sealed = self.seals.sealed(rows, filed.office, content.packed(), f"{CONTENT} {filed.id}")
        return replace(filed, content=sealed)

    def content(self, rows: Rows, filed: Filed) -> Content:
        """What a request says. WrongState once it is forgotten."""
        if filed.content is None:
            raise WrongState("what this request said was deleted when its time was over", filed.state)
        return Content.unpacked(self.seals.opened(rows, filed.office, filed.content, f"{CONTENT} {filed.id}"))

    def remark(self, rows: Rows, filed: Filed) -> str:
        """Why it was returned; "" if it was not."""
        if filed.remark is None:
            return ""
        return self.seals.opened(rows, filed.office, filed.remark, f"{REMARK} {filed.id}").decode()

    def with_remark(self, rows: Rows, filed: Filed, remark: str) -> Filed:
        sealed = self.seals.sealed(rows, filed.office, remark.encode(), f"{REMARK} {filed.id}")
        return replace(filed, remark=sealed)

    def attachment(self, rows: Rows, filed: Filed, row: AttachmentRow) -> bytes:
        """What is in an attachment."""
        return self.seals.opened(rows, filed.office, row.content, f"{ATTACHMENT} {filed.id} {row.id}")

    def move(self, rows: Rows, filed: Filed, state: State, role: Holder, at: datetime) -> Filed:
        """Bring a request to a state, with a line of when and in which role."""
        moved = replace(filed, state=state, changed=at)
        rows.put(moved)
        self.step(rows, filed.id, state, role, at)
        return moved

    def step(self, rows: Rows, request: str, state: State, role: Holder, at: datetime) -> None:
        rows.add(Step(rows.last(Step) + 1, request, at, state, role))
