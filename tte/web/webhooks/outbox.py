"""The outbox: made from the log by a cursor, and handed out for sending under a lease."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Final

import orjson

from tte.batches import Progress, progress_of
from tte.errors import NoSuchBatch
from tte.http.telling import DELAYS
from tte.log import Change
from tte.model import State
from tte.people.events import new_id
from tte.people.rows import ClientRow
from tte.register import Register
from tte.register.batches import Batches
from tte.register.logbook import LogLine
from tte.register.rows import Before, Keeping, Rows
from tte.web.submitted import Submitted
from tte.web.webhooks.rows import FAILED, LOG, WAITING, Cursor, Delivery, Webhook

EVENTS: Final = ("document.issued", "document.replaced", "document.revoked", "batch.ended")
LINES: Final = 1000
TOGETHER: Final = 20
LEASE: Final = timedelta(minutes=5)


class Outbox:
    """The outbox beside one register."""

    def __init__(self, register: Register, batches: Batches, keeping: Keeping) -> None:
        self._register, self._batches, self._keeping = register, batches, keeping

    def gather(self, at: datetime) -> bool:
        """Take up what came since the last time; whether there may be more. Nothing while there are no webhooks."""
        with self._keeping.reading() as rows:
            hooks, cursor = rows.all(Webhook), rows.one(Cursor, name=LOG)
            batches = rows.all(Submitted, told=False) if hooks else []
        if cursor is None or not hooks:
            return False
        lines = list(islice(self._register.log.lines(cursor.line), LINES))
        events = [event for line in lines if (event := _event_of(line))]
        ended = [one for one in batches if self._ended(one)]
        if not lines and not ended:
            return False
        with self._keeping.change() as rows:
            if rows.get(Cursor, name=LOG) != cursor:
                return True  # another process has told of these
            hooks = rows.all(Webhook)
            ids = iter(sorted(f"msg_{new_id(at)}" for _ in range((len(events) + len(ended)) * len(hooks))))
            for what, office, told in events:
                _note(rows, hooks, what, office, told, at, ids)
            for batch in ended:
                if rows.one(Submitted, id=batch.id, told=False) is None:
                    continue
                body = _body("batch.ended", at, _of_batch(progress_of(self._batches, batch.id)))
                _note(rows, hooks, "batch.ended", batch.office, body, at, ids)
                rows.put(replace(batch, told=True))
            rows.put(Cursor(LOG, cursor.line + len(lines)))
        return len(lines) == LINES

    def _ended(self, batch: Submitted) -> bool:
        try:
            return progress_of(self._batches, batch.id).over
        except NoSuchBatch:
            return False

    def due(self, at: datetime) -> Mapping[Webhook, Sequence[Delivery]]:
        """What is to be sent now, by webhook; nobody else gets it before the lease ends."""
        found: dict[Webhook, Sequence[Delivery]] = {}
        with self._keeping.reading() as rows:
            if not rows.count(Delivery, state=WAITING, due=Before(at)):
                return found
        with self._keeping.change() as rows:
            for hook in rows.all(Webhook):
                if not _lives(rows, hook, at):
                    continue
                some = rows.all(Delivery, most=TOGETHER, webhook=hook.id, state=WAITING, due=Before(at))
                for one in some:
                    rows.put(replace(one, due=at + LEASE))
                if some:
                    found[hook] = some
        return found

    def settle(
        self, hook: Webhook, taken: Iterable[Delivery], left: Sequence[Delivery], trouble: str, at: datetime
    ) -> None:
        """What was taken is forgotten. Of what is `left` the first was tried and not taken: it waits longer each time
        and fails in the end; the others wait as long as it does.
        """
        with self._keeping.change() as rows:
            for one in taken:
                rows.drop(Delivery, id=one.id)
            now = rows.one(Webhook, id=hook.id)
            if now is None:
                return
            if now.trouble != (trouble or None):
                rows.put(replace(now, trouble=trouble or None))
            if not left:
                return
            tried = left[0].attempts
            again = at + DELAYS[min(tried, len(DELAYS) - 1)]
            over = tried >= len(DELAYS)
            rows.put(replace(left[0], attempts=tried + 1, due=again, state=FAILED if over else WAITING))
            for one in left[1:]:
                rows.put(replace(one, due=again))


def begin(rows: Rows, register: Register) -> None:
    """Set the cursor for the first webhook there is: what was before is not told."""
    if rows.one(Cursor, name=LOG) is None or not rows.count(Webhook):
        rows.put(Cursor(LOG, register.log.edge().size))


def _lives(rows: Rows, hook: Webhook, at: datetime) -> bool:
    """Whether its application still has a key."""
    client = rows.one(ClientRow, id=hook.client)
    return client is not None and client.disabled is None and at < client.until


def _note(
    rows: Rows, hooks: Sequence[Webhook], event: str, office: str, body: bytes, at: datetime, ids: Iterator[str]
) -> None:
    """A row for each webhook that wants to hear of it; ids rise, so events go out in their order if all is well."""
    for hook in hooks:
        if hook.wants(event, office):
            rows.add(Delivery(next(ids), hook.id, body, at, at))


def _event_of(line: LogLine) -> tuple[str, str, bytes] | None:
    """The event that a line of the log is, its office, and what is told of it: never what a document says."""
    if line.opening is None or not line.opening.name:
        return None
    kind = Change.parse(line.entry).kind
    event = {
        State.ISSUED: "document.issued",
        State.REPLACED: "document.replaced",
        State.REVOKED: "document.revoked",
    }.get(kind.state)
    if event is None or (kind.state is State.ISSUED and kind.prev is State.ISSUED):  # raised to a level
        return None
    said = {"id": line.opening.name, "template": kind.template, "state": kind.state.value}
    return event, kind.office.split()[0], _body(event, kind.at, said)


def _of_batch(progress: Progress) -> dict[str, Any]:
    names = ("id", "template", "state", "rows", "done", "issued", "earlier", "refused", "held")
    return {name: getattr(progress, name) for name in names}


def _body(event: str, at: datetime, said: Mapping[str, Any]) -> bytes:
    return orjson.dumps({"type": event, "timestamp": at, "data": said})
