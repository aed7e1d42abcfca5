"""The text of the code: `https://<host>/d/<id>#1<digits>`, and the id in it."""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from typing import Final

LETTERS: Final = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base32 in lower case: none is taken for another."""

_ID: Final = re.compile(r"[0-7][0-9a-hjkmnp-tv-z]{25}")
_DIGITS: Final = str.maketrans(LETTERS, "0123456789abcdefghijklmnopqrstuv")

VERSION: Final = "1"
SEAL: Final = re.compile(
    r"https://(?P<host>[a-z0-9.-]{4,60})/d/(?P<id>[0-7][0-9a-hjkmnp-tv-z]{25})#(?P<version>[1-9])"
    r"(?P<digits>[1-9][0-9]{199,999})",
    re.ASCII,
)
_ADDRESS: Final = re.compile(
    r"https?://(?P<host>[a-z0-9.-]{4,60})(:[0-9]{1,5})?(/[^#\s]{0,200})?/d/[0-9A-Za-z]{26}(?P<fragment>#[\s\S]*)?",
    re.ASCII,
)
_NATIONAL: Final = re.compile(
    r"https?://([a-z0-9-]+\.)*dukcapil\.kemendagri\.go\.id(:[0-9]{1,5})?([/?#].*)?", re.ASCII | re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Parts:
    """A text of the grammar, taken apart. `message` is the COSE_Sign1 of version 1."""

    host: str
    id: str
    version: str
    message: bytes


def parse(text: str) -> Parts | None:
    """Its parts, or None if it is not of the grammar to the letter. Nothing is trimmed, decoded or repaired."""
    found = SEAL.fullmatch(text)
    if found is None:
        return None
    number = int(found["digits"])
    message = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return Parts(found["host"], found["id"], found["version"], message)


def address_of(text: str) -> tuple[str, bool] | None:
    """The host of a text that begins as the address of a document, and whether a fragment follows."""
    found = _ADDRESS.fullmatch(text)
    return (found["host"], found["fragment"] is not None) if found else None


def is_national(text: str) -> bool:
    """Whether it leads to the Ministry's own service, as the codes on documents of the years before 2026 do."""
    return _NATIONAL.fullmatch(text) is not None


def written(host: str, id: str, message: bytes) -> str:  # noqa: A002 (the house's word)
    """The text of the code. The first byte of a message is never 0, so none is lost."""
    return f"https://{host}/d/{id}#{VERSION}{int.from_bytes(message, 'big')}"


def document_id(record_digest: bytes, salt: bytes) -> str:
    """A document's id: a salted commitment to its whole record. `salt` has 16 bytes and is told to nobody.

    HMAC-SHA-256 over "tte-record-1" and `Record.digest()`; of that 16 bytes.
    """
    return id_text(hmac.digest(salt, b"tte-record-1" + record_digest, hashlib.sha256)[:16])


def id_text(id: bytes) -> str:  # noqa: A002
    """16 bytes as 26 letters, big-endian; the first is one of 0 to 7."""
    number = int.from_bytes(id, "big")
    return "".join([LETTERS[number >> shift & 31] for shift in range(125, -1, -5)])


def id_bytes(text: str) -> bytes:
    """The 16 bytes of an id. ValueError if it is none."""
    if not _ID.fullmatch(text):
        raise ValueError("no id of a sealed document")
    return int(text.translate(_DIGITS), 32).to_bytes(16, "big")
