"""Whether a secret lies where none should."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

_PRIVATE_KEY: Final = re.compile(rb"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----")
_BLOCK: Final = 1 << 20
_OVERLAP: Final = 4096
SHORTEST: Final = 8
"""Shorter secrets are not searched for: their few letters stand everywhere by chance."""


def secrets_in(file: Path, secrets: Sequence[bytes]) -> Iterator[str]:
    """What kinds of secrets are in a file: a private key, or one of these. Nothing if it cannot be read."""
    wanted = [secret for secret in secrets if len(secret) >= SHORTEST]
    kinds: set[str] = set()
    try:
        with file.open("rb") as stream:
            before = b""
            while block := stream.read(_BLOCK):
                whole = before + block
                if _PRIVATE_KEY.search(whole):
                    kinds.add("a private key")
                if any(secret in whole for secret in wanted):
                    kinds.add("a PIN or passphrase of a key profile")
                before = whole[-_OVERLAP:]
    except OSError:
        return
    yield from sorted(kinds)
