"""Looking for secrets in whatever a program has left behind: as they are, and in the ways that programs write them."""

from __future__ import annotations

import html
import json
import os
from base64 import b64encode
from collections.abc import Iterator, Mapping
from pathlib import Path
from threading import Event, Thread
from types import TracebackType
from typing import Self
from urllib.parse import quote, quote_plus


def ways(secret: str) -> set[bytes]:
    """What is looked for: itself, in base64 at each of the three places, in hex, in URLs, pages and JSON."""
    raw = secret.encode()
    found = {raw, raw[::-1], raw.hex().encode(), raw.hex().upper().encode(), secret.encode("utf-16-le")}
    found |= {text.encode() for text in (quote(secret, safe=""), quote_plus(secret), html.escape(secret), repr(secret))}
    found.add(json.dumps(secret)[1:-1].encode())
    for before in range(3):
        packed = b64encode(bytes(before) + raw + bytes(2))
        sure = packed[-(-before * 4 // 3) : (before + len(raw)) * 4 // 3]  # letters that neighbours do not change
        found |= {sure, sure.translate(bytes.maketrans(b"+/", b"-_"))}
    return found


def hits(secrets: Mapping[str, str], places: Mapping[str, bytes]) -> list[str]:
    """`what in where` for each secret that stands somewhere; never the secret."""
    wanted = {what: ways(secret) for what, secret in secrets.items()}
    return [
        f"{what} in {where}"
        for where, content in places.items()
        for what, forms in wanted.items()
        if any(form in content for form in forms)
    ]


def files(folder: Path) -> dict[str, bytes]:
    """Every file below a folder by its path."""
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


class Watching:
    """For the length of a block: what anybody may read of this process and those it starts, again and again."""

    def __init__(self, pid: int | None = None) -> None:
        self.pid, self.seen = pid or os.getpid(), dict[str, bytes]()
        self._over, self._thread = Event(), Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, why: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(0.005):
            for pid in (self.pid, *children(self.pid)):
                for name in ("environ", "cmdline"):
                    try:
                        content = Path(f"/proc/{pid}/{name}").read_bytes()
                    except OSError:  # it has ended meanwhile
                        continue
                    before = self.seen.get(f"{pid}/{name}", b"")
                    if content not in before:
                        self.seen[f"{pid}/{name}"] = before + b"\n" + content


def children(pid: int) -> Iterator[int]:
    """The processes that this one has started, and those that they have."""
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found = task.read_text(encoding="ascii").split()
        except OSError:
            continue
        for one in map(int, found):
            yield one
            yield from children(one)
