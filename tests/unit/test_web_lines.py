"""The journal's way out: a pipe that nobody empties stops nobody."""

from __future__ import annotations

import json
import logging
import os
from typing import Any

from tte.web.lines import Lines


def test_a_pipe_that_nobody_empties_blocks_nobody_and_what_was_dropped_is_counted() -> None:
    reader, writer = os.pipe()
    with os.fdopen(writer, "w", encoding="utf-8") as stream, os.fdopen(reader, encoding="utf-8") as read:
        lines = Lines(stream, most=100)
        log = logging.Logger("t")
        log.addHandler(lines)
        for number in range(5000):  # a pipe holds 64 KiB
            log.info(json.dumps({"number": number, "text": "x" * 200}))
        assert lines.dropped > 0
        found: list[dict[str, Any]] = []
        while not any("count" in one for one in found):
            found.append(json.loads(read.readline()))
        log.info(json.dumps({"number": -1}))
        while found[-1].get("number") != -1:
            found.append(json.loads(read.readline()))
        lines.close()
    numbers = [one["number"] for one in found if "number" in one]
    dropped = sum(one["count"] for one in found if "count" in one)
    assert len(numbers) + dropped == 5001
    assert numbers[:-1] == sorted(numbers[:-1])


def test_a_stream_that_is_closed_stops_nobody_either() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    stream = os.fdopen(writer, "w", encoding="utf-8")
    lines = Lines(stream)
    log = logging.Logger("t")
    log.addHandler(lines)
    for _ in range(3):
        log.info("{}")
    lines.close()
