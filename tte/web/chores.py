"""What the service does by itself, once a minute: what a killed signing left half said is put right."""

from __future__ import annotations

from contextlib import suppress
from threading import Event, Thread
from typing import Final

import structlog

from tte.errors import TteError
from tte.web.service import Service

EVERY_S: Final = 60.0


class Chores:
    """To be used as a block: a thread that ends with it. What goes wrong is noted, and tried again the next time."""

    def __init__(self, service: Service, *, every_s: float = EVERY_S) -> None:
        self._service, self._every_s, self._stop = service, every_s, Event()
        self._thread = Thread(target=self._run, name="chores", daemon=True)
        self._log = structlog.get_logger("tte.web")

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(timeout=5)

    def do(self) -> None:
        """All of it, once."""
        for chore in self._service.chores:
            try:
                chore()
            except (TteError, OSError) as why:  # it keeps none of the others from being done
                self._log.error("chores", error=type(why).__name__)
        if not self._service.home.has_register():
            return
        settled = self._service.desk().signing.settle(self._service.now())
        if settled:
            self._log.warning("settled", drafts=settled)

    def _run(self) -> None:
        while not self._stop.wait(self._every_s):
            try:
                self.do()
            except (TteError, OSError) as why:
                with suppress(ValueError):  # the stream may be closed when the process ends
                    self._log.error("chores", error=type(why).__name__)
