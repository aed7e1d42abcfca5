"""A result that its reader carries himself: what was found, signed by this process, good for some minutes.

So a report can be downloaded, or read in the other language, although neither file nor result is kept here. The
verdict is made anew from it, with the register as it stands then. It ends with the process that signed it.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
import zlib
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, Final

import orjson

from tte.model import Report
from tte.sandbox.packing import Garbage, pack, unpack
from tte.verdict import Examined, Found, Known, verdict
from tte.verdict.sealing import SealFound
from tte.web.service import Service

GOOD_FOR: Final = timedelta(minutes=15)
LONGEST: Final = 200_000
_DIGEST: Final = "sha256"
_SIZE: Final = 32


class Receipts:
    """Signs and reads them with a key of its own, which nobody else has."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(_SIZE)

    def give(self, one: Examined, at: datetime) -> str:
        """The receipt, as text for a form."""
        known = one.verdict.known
        content = {
            "until": int((at + GOOD_FOR).timestamp()),
            "file": one.file,
            "report": pack(one.report).decode(),
            "then": None if one.then is None else pack(one.then).decode(),
            "found": known.found,
            "id": known.entry and known.entry.id,
            "present": known.present,
            "seal": one.seal and asdict(one.seal),
        }
        packed = zlib.compress(orjson.dumps(content), 6)
        return base64.urlsafe_b64encode(hmac.digest(self._key, packed, _DIGEST) + packed).decode()

    def read(self, text: str, service: Service) -> Examined | None:
        """What it says, judged with the register as it stands; None if it is not ours or too old. RegisterError."""
        content = self._content(text)
        if content is None or service.now().timestamp() > content["until"]:
            return None
        try:
            report, then = _report(content["report"]), _report(content["then"])
        except Garbage:
            return None
        entry = service.find(content["id"]) if content["id"] else None
        if report is None or (content["id"] and entry is None):
            return None
        known = Known(Found(content["found"]), entry, content["present"])
        said = content["seal"]
        seal = said and SealFound(said["verdict"], said["id"], tuple(said["differences"]))
        found = verdict(report, known, service.officials, then=then, seal=seal or None)
        return Examined(content["file"], report, found, then, seal)

    def _content(self, text: str) -> dict[str, Any] | None:
        try:
            signed = base64.b64decode(text.encode("ascii")[:LONGEST], altchars=b"-_", validate=True)
        except (binascii.Error, UnicodeEncodeError, ValueError):
            return None
        digest, packed = signed[:_SIZE], signed[_SIZE:]
        if not hmac.compare_digest(digest, hmac.digest(self._key, packed, _DIGEST)):
            return None
        found: dict[str, Any] = orjson.loads(zlib.decompress(packed))
        return found


def _report(text: str | None) -> Report | None:
    return None if text is None else unpack(text.encode())
