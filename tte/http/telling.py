"""Telling another machine of something until it has taken it: how often, and signed as Standard Webhooks are.

Signatures are those of standardwebhooks.com: HMAC-SHA256 over id, time and body.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Final

PREFIX: Final = "whsec_"
DELAYS: Final = tuple(
    timedelta(seconds=seconds) for seconds in (5, 30, 120, 600, 1800, 3600, 3 * 3600, 6 * 3600, 12 * 3600, 24 * 3600)
)
"""How long after each failed try there is another: two days in all. Then it has failed."""


def signature(secret: str, id_: str, at: datetime, body: bytes) -> str:
    """The value of `webhook-signature`. `secret` is as it was shown: `whsec_` and base64."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    said = b"%s.%d.%s" % (id_.encode(), int(at.timestamp()), body)
    return "v1," + base64.b64encode(hmac.digest(key, said, hashlib.sha256)).decode()


def signed_headers(secret: str, id_: str, at: datetime, body: bytes) -> dict[str, str]:
    """The headers of a webhook whose body is JSON."""
    return {
        "Content-Type": "application/json",
        "webhook-id": id_,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": signature(secret, id_, at, body),
    }
