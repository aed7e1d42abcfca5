"""Signed files that wait for their download: so long, and so many bytes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from tte.web.esc.keeping import Keeping, Kept

BEGIN = datetime(2026, 11, 24, 3, tzinfo=UTC)


class Clock:
    at = BEGIN

    def __call__(self) -> datetime:
        return self.at


def kept(keeping: Keeping, size: int, key: bytes = b"") -> Kept:
    (one,) = keeping.once(key or size.to_bytes(4), lambda: [keeping.put("siak", lambda file: file.write(bytes(size)))])
    return one


def test_files_go_when_their_time_is_over_and_the_oldest_when_there_are_too_many(tmp_path: Path) -> None:
    clock = Clock()
    keeping = Keeping(tmp_path, keep=timedelta(minutes=15), now=clock, most=1000)
    first, second = kept(keeping, 400), kept(keeping, 401)
    assert not keeping.make_room(400)  # both may be on their way
    clock.at += timedelta(minutes=2)
    assert keeping.make_room(400)
    assert (first.path.exists(), second.path.exists()) == (False, True)
    assert keeping.take(first.id, "siak") is None
    assert keeping.again((400).to_bytes(4)) is None
    assert keeping.again((401).to_bytes(4)) == [second]
    assert not keeping.make_room(1001)
    clock.at += timedelta(minutes=14)
    keeping.tidy()
    assert list(tmp_path.iterdir()) == []
    assert keeping.again((401).to_bytes(4)) is None
