"""What is kept for applications: which idempotency keys were used, which batches they submitted, and their webhooks.

Rows are changed. No personal data: digests, ids, codes, and addresses of machines. A webhook's secret is sealed.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, LargeBinary, String, Table

from tte.register.tables import UtcTime, metadata

_ID = String(26)

request = Table(
    "api_request",
    metadata,
    Column("key", LargeBinary(32), primary_key=True),
    Column("content", LargeBinary(32), nullable=False),
    Column("at", UtcTime, nullable=False),
)
"""`key` is the SHA-256 of a client and an idempotency key, `content` of what was asked for with it."""

batch = Table(
    "api_batch",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("client", String(12), nullable=False),
    Column("office", String(4), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("told", Boolean, nullable=False),
    Index("ix_api_batch_told", "told"),
)
"""`told`: its end was noted for the webhooks."""

webhook = Table(
    "webhook",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("client", String(12), nullable=False),
    Column("office", String(4), nullable=False),
    Column("url", String(500), nullable=False),
    Column("events", String(200), nullable=False),
    Column("secret", LargeBinary, nullable=False),
    Column("made", UtcTime, nullable=False),
    Column("trouble", String(40), nullable=True),
    Index("ix_webhook_client", "client"),
)

delivery = Table(
    "webhook_delivery",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("webhook", _ID, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("made", UtcTime, nullable=False),
    Column("due", UtcTime, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("state", String(10), nullable=False),
    Index("ix_webhook_delivery_due", "webhook", "state", "due"),
)
"""The outbox. `state` is waiting, done or failed. The body is made once and never changed."""

cursor = Table(
    "webhook_cursor",
    metadata,
    Column("name", String(8), primary_key=True),
    Column("line", Integer, nullable=False),
)
"""Up to which line of the log (that one not included) the outbox has what there is to tell."""
