"""The tables of people and of the desk. Unlike the register's lines, these rows are changed; only `desk_event` grows.

A draft holds a person's data until it is issued or discarded; then `values` is set to nothing. Passwords, tokens and
codes stand here as what they are checked with, never as themselves; a TOTP seed only encrypted.
"""

from __future__ import annotations

from sqlalchemy import Column, Date, Index, Integer, LargeBinary, String, Table, Text, UniqueConstraint

from tte.register.tables import UtcTime, metadata

_ID = String(26)

person = Table(
    "person",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("login", String(64), nullable=False),
    Column("name", String(200), nullable=False),
    Column("password", String(200), nullable=True),
    Column("seed", LargeBinary, nullable=True),
    Column("step", Integer, nullable=False),
    Column("created", UtcTime, nullable=False),
    Column("last_seen", UtcTime, nullable=True),
    Column("disabled", UtcTime, nullable=True),
    UniqueConstraint("login", name="uq_person_login"),
)
"""`step` is the last time step a code was taken for (RFC 6238); no code of it or an earlier one is taken again."""

role = Table(
    "person_role",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("person", _ID, nullable=False),
    Column("role", String(20), nullable=False),
    Column("office", String(4), nullable=False),
    Column("begins", UtcTime, nullable=False),
    Column("until", UtcTime, nullable=True),
    Column("capacity", String(8), nullable=True),
    Column("profile", String(64), nullable=True),
    Column("proposed_by", _ID, nullable=False),
    Column("confirmed_by", _ID, nullable=True),
    Index("ix_person_role_person", "person"),
)
"""`office` is a code of four digits, or `*` for all. Without `confirmed_by` it gives no right yet."""

tries = Table(
    "person_tries",
    metadata,
    Column("person", String(64), primary_key=True),
    Column("what", String(12), primary_key=True),
    Column("wrong", Integer, nullable=False),
    Column("locks", Integer, nullable=False),
    Column("until", UtcTime, nullable=True),
    Column("untold", Integer, nullable=False),
)

recovery = Table(
    "person_recovery",
    metadata,
    Column("sha256", LargeBinary(32), primary_key=True),
    Column("person", _ID, nullable=False),
    Index("ix_person_recovery_person", "person"),
)

outside = Table(
    "person_outside",
    metadata,
    Column("sha256", LargeBinary(32), primary_key=True),
    Column("person", _ID, nullable=False),
    Column("made", UtcTime, nullable=False),
    Index("ix_person_outside_person", "person"),
)
"""Who signs in with an identity of another service: `sha256` is over its issuer and subject (OpenID Connect)."""

session = Table(
    "person_session",
    metadata,
    Column("sha256", LargeBinary(32), primary_key=True),
    Column("person", _ID, nullable=False),
    Column("begun", UtcTime, nullable=False),
    Column("seen", UtcTime, nullable=False),
    Column("proven", UtcTime, nullable=True),
    Index("ix_person_session_person", "person"),
)
"""`proven`: when the second factor was last shown in it; None while the person has none yet."""

client = Table(
    "api_client",
    metadata,
    Column("id", String(12), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("office", String(4), nullable=False),
    Column("actions", Text, nullable=False),
    Column("sha256", LargeBinary(32), nullable=False),
    Column("made_by", _ID, nullable=False),
    Column("made", UtcTime, nullable=False),
    Column("until", UtcTime, nullable=False),
    Column("last_used", Date, nullable=True),
    Column("disabled", UtcTime, nullable=True),
    Column("confirmed_by", _ID, nullable=True),
)
"""Without `confirmed_by`, who is not `made_by`, its key is worth nothing yet."""

key = Table(
    "office_key",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("office", String(4), nullable=False),
    Column("profile", String(64), nullable=False),
    Column("digest", LargeBinary(32), nullable=False),
    Column("begins", UtcTime, nullable=False),
    Column("until", UtcTime, nullable=True),
    Column("proposed_by", _ID, nullable=False),
    Column("confirmed_by", _ID, nullable=True),
    Index("ix_office_key_profile", "profile"),
)
"""`digest` is that of the key profile and its certificate, as they were when it was proposed."""

draft = Table(
    "desk_draft",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("office", String(4), nullable=False),
    Column("kind", String(10), nullable=False),
    Column("template", String(64), nullable=False),
    Column("number", String(128), nullable=False),
    Column("values", LargeBinary, nullable=True),
    Column("digest", LargeBinary(32), nullable=False),
    Column("document", String(64), nullable=True),
    Column("reason", String(1000), nullable=True),
    Column("state", String(10), nullable=False),
    Column("creator", _ID, nullable=False),
    Column("created", UtcTime, nullable=False),
    Column("changed", UtcTime, nullable=False),
    Column("verifier", _ID, nullable=True),
    Column("remark", String(1000), nullable=True),
    Column("authorisation", _ID, nullable=True),
    Column("outcome", String(64), nullable=True),
    Column("issued", String(64), nullable=True),
    Index("ix_desk_draft_state", "office", "state", "id"),
    Index("ix_desk_draft_number", "office", "template", "number"),
    Index("ix_desk_draft_authorisation", "authorisation"),
)
"""`document` is the one that is to be replaced or withdrawn, `issued` the one that came of it."""

authorisation = Table(
    "desk_authorisation",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("office", String(4), nullable=False),
    Column("person", _ID, nullable=False),
    Column("profile", String(64), nullable=False),
    Column("count", Integer, nullable=False),
    Column("root", LargeBinary(32), nullable=False),
    Column("items", Text, nullable=False),
    Column("made", UtcTime, nullable=False),
    Column("until", UtcTime, nullable=False),
    Column("used", UtcTime, nullable=True),
    Column("ended", UtcTime, nullable=True),
    Column("issued", Integer, nullable=False),
    Column("refused", Integer, nullable=False),
)

event = Table(
    "desk_event",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcTime, nullable=False),
    Column("what", String(32), nullable=False),
    Column("person", _ID, nullable=False),
    Column("office", String(4), nullable=False),
    Column("draft", _ID, nullable=True),
    Column("document", String(64), nullable=True),
    Column("subject", _ID, nullable=True),
    Column("code", String(64), nullable=True),
    Column("count", Integer, nullable=True),
    Column("reason", String(1000), nullable=True),
    Index("ix_desk_event_draft", "draft"),
    Index("ix_desk_event_document", "document"),
)
"""Who did what when. Ids and codes only. `count`: how many it concerned. `subject`: a person or an authorisation.
`reason`: why an auditor looked into a document."""
