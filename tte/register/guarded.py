"""How far the shape of the tables has come, and which may only be added to: known without SQLAlchemy."""

from __future__ import annotations

from collections.abc import Mapping

GUARDED: Mapping[str, tuple[str, ...]] = {
    "0001": ("reservation", "entry", "body"),
    "0002": ("reservation", "entry", "body", "shared"),
    "0003": (
        "reservation",
        "entry",
        "body",
        "shared",
        "goal",
        "augmentation",
        "key_use",
        "dispatch",
        "dispatch_end",
    ),
    "0004": (
        "reservation",
        "entry",
        "body",
        "shared",
        "goal",
        "augmentation",
        "key_use",
        "dispatch",
        "dispatch_end",
        "prepared",
        "allocation",
        "void",
        "replacement",
        "withdrawal",
        "log",
        "log_tile",
        "checkpoint",
        "acknowledgement",
    ),
}
GUARDED = {**GUARDED, "0005": GUARDED["0004"]}  # what it adds is changed: batches (batch_tables)
GUARDED = {**GUARDED, "0006": (*GUARDED["0005"], "desk_event")}  # all else it adds is changed (people_tables)
"""The tables whose rows may only be added, after each migration; every register has those of the first."""

REVISIONS = tuple(GUARDED)
"""The migrations there are, oldest first: known without importing Alembic. A test keeps them equal to the scripts."""
