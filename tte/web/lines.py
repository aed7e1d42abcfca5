"""Lines of the journal on their way out: whoever writes one never waits for whoever reads them.

A pipe that nobody empties would stop every request otherwise. What finds no place is dropped, and counted in a line.
"""

from __future__ import annotations

import json
import logging
from queue import Full, Queue
from threading import Lock, Thread
from typing import Final, TextIO

MOST: Final = 10_000
"""Lines that may wait."""
_END_S: Final = 2.0


class Lines(logging.Handler):
    """Writes to a stream from a thread of its own."""

    def __init__(self, stream: TextIO, *, most: int = MOST) -> None:
        super().__init__()
        self._stream, self._waiting = stream, Queue[str | None](most)
        self._count, self._dropped = Lock(), 0
        self._thread = Thread(target=self._go_on, name="journal", daemon=True)
        self._thread.start()

    @property
    def dropped(self) -> int:
        """Lines that found no place and were not told of yet."""
        return self._dropped

    def emit(self, record: logging.LogRecord) -> None:
        """Hand a line over, or drop it."""
        try:
            self._waiting.put_nowait(self.format(record))
        except Full:
            with self._count:
                self._dropped += 1
        except Exception:  # what cannot be written as a line is no reason to stop
            self.handleError(record)

    def close(self) -> None:
        """Write what waits, for a moment at most: the program ends even if nobody reads."""
        try:
            self._waiting.put(None, timeout=_END_S)
            self._thread.join(_END_S)
        except Full:
            pass
        super().close()

    def _go_on(self) -> None:
        while (line := self._waiting.get()) is not None:
            with self._count:
                dropped, self._dropped = self._dropped, 0
            more = json.dumps({"event": "lines dropped", "count": dropped, "level": "warning"})
            try:
                self._stream.write(f"{line}\n{more}\n" if dropped else f"{line}\n")
                self._stream.flush()
            except (OSError, ValueError):  # nobody is there to read; nor to be told
                continue
