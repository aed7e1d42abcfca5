"""How far the shape of the tables has come, and which may only be added to: known without SQLAlchemy."""

from __future__ import annotations

from collections.abc import Mapping

_FIRST = ("reservation", "entry", "body")
_SHARED = (*_FIRST, "shared")
_LEVELS = (*_SHARED, "goal", "augmentation", "key_use", "dispatch", "dispatch_end")
_ENDINGS = (*_LEVELS, "prepared", "allocation", "void", "replacement", "withdrawal")
_LOG = (*_ENDINGS, "log", "log_tile", "checkpoint", "acknowledgement")

GUARDED: Mapping[str, tuple[str, ...]] = {
    "0001": _FIRST,
    "0002": _SHARED,
    "0003": _LEVELS,
    "0004": _LOG,
    "0005": _LOG,  # what it adds is changed: batches (batch_tables)
    "0006": (*_LOG, "desk_event"),  # all else it adds is changed (people_tables)
    "0007": (*_LOG, "desk_event", "figure"),
    "0008": (*_LOG, "desk_event", "figure"),  # what it adds is changed (api_tables)
    "0009": (*_LOG, "desk_event", "figure", "request_step"),  # all else it adds is changed (request_tables)
    "0010": (*_LOG, "desk_event", "figure", "request_step"),  # what it adds is changed (delivery_tables)
    "0011": (*_LOG, "desk_event", "figure", "request_step"),  # what it adds is changed (people_tables)
}
"""The tables whose rows may only be added, after each migration; every register has those of the first."""

REVISIONS = tuple(GUARDED)
"""The migrations there are, oldest first: known without importing Alembic. A test keeps them equal to the scripts."""
