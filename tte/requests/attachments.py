"""Files that citizens attach: which are taken, decided by what is in them; each is examined in a confined process.

Taken are PDF, JPEG and PNG within the home's limits. What is kept of a picture is drawn anew (`confined`).
"""

from __future__ import annotations

import json
import re
import struct
import subprocess
import sys
from collections.abc import Sequence
from typing import Any, Final

from tte.errors import AttachmentRefused
from tte.office.settings import RequestSettings
from tte.requests.content import Attached
from tte.requests.unfit import Unfit
from tte.sandbox import Limits
from tte.sandbox.turns import Turns

_START: Final = "import sys; sys.path[:] = sys.argv[1:]; from tte.requests.confined import serve; serve()"
_WALL_S: Final = 70.0
"""For a machine that is busy; what the process may compute is bounded by `confined`."""
_MAGIC: Final = ((b"%PDF-", "pdf"), (b"\xff\xd8\xff", "jpeg"), (b"\x89PNG\r\n\x1a\n", "png"))
_END: Final = re.compile(rb"%%EOF[\s]*\Z")
_ZIP: Final = b"PK\x05\x06"
_TAIL: Final = 66_000
"""A ZIP is found from its end, which 64 KiB of comment may follow (APPNOTE 4.3.16). A PDF ends with its mark."""


def kind_of(content: bytes, purpose: str = "") -> str:
    """pdf, jpeg or png by the first bytes. AttachmentRefused for anything else, and for what is two things at once."""
    kind = next((name for magic, name in _MAGIC if content.startswith(magic)), None)
    if kind is None:
        raise AttachmentRefused(Unfit.WRONG_TYPE if content else Unfit.EMPTY, purpose)
    if kind == "pdf" and (not _END.search(content[-64:]) or _ZIP in content[-_TAIL:]):
        raise AttachmentRefused(Unfit.TWO_TYPES, purpose)
    return kind


class Attachments:
    """Examines files, so many at once as there are processors; and draws pages for the office, which waits for no
    stranger's file. May be used from many threads.
    """

    def __init__(self, settings: RequestSettings) -> None:
        self._settings = settings
        self._turns, self._drawing = Turns(Limits(waiting=16)), Turns(Limits(waiting=16))

    def taken(self, files: Sequence[tuple[str, bytes]]) -> Sequence[Attached]:
        """Files by their purpose, as they may be kept. AttachmentRefused for the first that may not; Busy."""
        most, each = self._settings.attachments, self._settings.attachment_mb << 20
        if len(files) > most:
            raise AttachmentRefused(Unfit.TOO_MANY)
        for purpose, content in files:
            if len(content) > each:
                raise AttachmentRefused(Unfit.TOO_LARGE, purpose)
        if sum(len(content) for _, content in files) > self._settings.together_mb << 20:
            raise AttachmentRefused(Unfit.TOO_LARGE_TOGETHER)
        if not files:
            return ()
        kinds = [kind_of(content, purpose) for purpose, content in files]
        found = self._confined(
            self._turns, "take", [content for _, content in files], kinds, [purpose for purpose, _ in files]
        )
        return [
            Attached(purpose, "pdf" if kind == "pdf" else "jpeg", content, _pages(said))
            for (purpose, _), kind, (said, content) in zip(files, kinds, found, strict=True)
        ]

    def drawn(self, kind: str, content: bytes, page: int) -> bytes:
        """A page of an attachment as JPEG. AttachmentRefused if it cannot be drawn; Busy."""
        if kind != "pdf":
            return content
        ((_, picture),) = self._confined(self._drawing, "draw", [content], [kind], [""], page)
        return picture

    def _confined(
        self,
        turns: Turns,
        do: str,
        files: Sequence[bytes],
        kinds: Sequence[str],
        purposes: Sequence[str],
        page: int = 0,
    ) -> Sequence[tuple[dict[str, Any], bytes]]:
        head = json.dumps({"do": do, "sizes": [len(one) for one in files], "kinds": [*kinds], "page": page}).encode()
        asked = b"".join((struct.pack(">I", len(head)), head, *files))
        with turns.one():
            try:
                ended = subprocess.run(  # noqa: S603  our own program
                    [sys.executable, "-c", _START, *sys.path],
                    input=asked,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    timeout=_WALL_S,
                    env={},
                    check=False,
                )
            except subprocess.TimeoutExpired:
                raise AttachmentRefused(Unfit.TOO_COSTLY) from None
        if ended.returncode:
            raise AttachmentRefused(Unfit.TOO_COSTLY)
        return _unpacked(ended.stdout, purposes)


def _unpacked(answer: bytes, purposes: Sequence[str]) -> Sequence[tuple[dict[str, Any], bytes]]:
    """What the process says of each file. It may have been taken over: what is not as it must be is not believed."""
    try:
        (size,) = struct.unpack(">I", answer[:4])
        said, rest = json.loads(answer[4 : 4 + size]), answer[4 + size :]
        found = []
        for one, purpose in zip(said, purposes, strict=True):
            if "unfit" in one:
                raise AttachmentRefused(Unfit(one["unfit"]), purpose)
            content, rest = rest[: one["size"]], rest[one["size"] :]
            if len(content) != one["size"]:
                raise ValueError
            found.append((one, content))
    except (struct.error, ValueError, KeyError, TypeError):
        raise AttachmentRefused(Unfit.DAMAGED) from None
    return found


def _pages(said: dict[str, Any]) -> int:
    return min(max(int(said.get("pages", 1)), 1), 1000)
