"""The tables of citizens' requests. Rows are changed; only `request_step`, which names nobody, grows.

What a citizen says and sends stands here sealed with the key of the office (`tte.requests.sealing`), and is set to
nothing when its time is over. A tracking secret stands here only as what it is checked with.
"""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, LargeBinary, String, Table, UniqueConstraint

from tte.register.tables import UtcTime, metadata

_ID = String(26)

request = Table(
    "request",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("office", String(4), nullable=False),
    Column("kind", String(64), nullable=False),
    Column("number", String(16), nullable=False),
    Column("secret", LargeBinary(32), nullable=False),
    Column("repeat", LargeBinary(32), nullable=False),
    Column("client", String(12), nullable=True),
    Column("state", String(16), nullable=False),
    Column("content", LargeBinary, nullable=True),
    Column("remark", LargeBinary, nullable=True),
    Column("draft", _ID, nullable=True),
    Column("document", String(64), nullable=True),
    Column("made", UtcTime, nullable=False),
    Column("changed", UtcTime, nullable=False),
    Column("forgotten", UtcTime, nullable=True),
    UniqueConstraint("number", name="uq_request_number"),
    UniqueConstraint("repeat", name="uq_request_repeat"),
    Index("ix_request_state", "office", "state", "id"),
    Index("ix_request_draft", "draft"),
    Index("ix_request_document", "document"),
)
"""`repeat` is what a form or call that is sent twice is known by. `client`: the application that filed it.
`forgotten`: when content, remark and attachments were deleted.
"""

step = Table(
    "request_step",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("request", _ID, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("state", String(16), nullable=False),
    Column("role", String(16), nullable=False),
    Index("ix_request_step_request", "request"),
)
"""When a request came to a state, and in which role somebody brought it there: never who."""

attachment = Table(
    "request_attachment",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("request", _ID, nullable=False),
    Column("purpose", String(32), nullable=False),
    Column("type", String(4), nullable=False),
    Column("size", Integer, nullable=False),
    Column("pages", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Index("ix_request_attachment_request", "request"),
)

office_key = Table(
    "request_key",
    metadata,
    Column("office", String(4), primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
    Column("made", UtcTime, nullable=False),
)
"""The key of an office, sealed with the home's secret."""
