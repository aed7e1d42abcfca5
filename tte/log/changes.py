"""Entries of the log: one change of one document's state, as canonical JSON (RFC 8785) without personal data.

An entry says of which document it is only by a commitment: SHA-256 of a random salt, the number and the file's SHA-256.
The salt stays in the register. Without it nobody can try out numbers; once it is erased, the entry belongs to nobody
and the tree still stands.
"""

from __future__ import annotations

import json
import re
from binascii import hexlify
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from tte.errors import LogError
from tte.model import State

VERSION = 1
SALT_SIZE = 16
NO_FILE = bytes(32)
"""What stands for the file's SHA-256 as long as there is no signed file."""
_WORD = re.compile(r'[^\x00-\x1f\x7f"\\\ud800-\udfff]{1,128}')
"""What JSON says as it stands (RFC 8785 §3.2.2.2)."""
_TIME = "%Y-%m-%dT%H:%M:%S.%fZ"
_FIELDS = ("doc", "event", "office", "prev", "seq", "state", "template", "ts", "v")


FOLLOWS: Mapping[State, frozenset[State | None]] = {
    State.RESERVED: frozenset({None}),
    State.PREPARED: frozenset({None, State.RESERVED}),
    State.SIGNED: frozenset({State.PREPARED}),
    State.ISSUED: frozenset({State.PREPARED, State.SIGNED, State.ISSUED}),
    State.VOID: frozenset({State.RESERVED, State.PREPARED, State.SIGNED}),
    State.REPLACED: frozenset({State.ISSUED}),
    State.REVOKED: frozenset({State.ISSUED}),
}
"""Which states each may follow. None: the document was not there. ISSUED follows itself when a level is raised.

A writer that makes two steps in one transaction may write the later one only, where this allows it.
"""


def commitment(salt: bytes, number: str, pdf_digest: bytes = NO_FILE) -> bytes:
    """SHA-256(salt || number || SHA-256 of the signed file): `doc` of an entry. One salt is used for one entry only."""
    if len(salt) != SALT_SIZE or len(pdf_digest) != 32:
        raise ValueError("a salt has 16 bytes, and the digest of a file 32")
    return sha256(salt + number.encode() + pdf_digest).digest()


def commitments(salts: bytes, numbers: Sequence[str], pdf_digests: Sequence[bytes]) -> list[bytes]:
    """`commitment` for each of many; their salts stand one after the other."""
    if len(salts) != SALT_SIZE * len(numbers) or any(len(digest) != 32 for digest in {*pdf_digests}):
        raise ValueError("each has a salt of 16 bytes, and the digest of a file 32")
    each = zip(range(0, len(salts), SALT_SIZE), numbers, pdf_digests, strict=True)
    return [sha256(salts[at : at + SALT_SIZE] + number.encode() + digest).digest() for at, number, digest in each]


@dataclass(frozen=True, slots=True)
class Opening:
    """What the register knows about an entry and the log does not: with it a commitment can be tried.

    `name` tells the documents apart that have one number, one after the other.
    """

    salt: bytes
    number: str
    pdf_digest: bytes = NO_FILE
    name: str = ""

    @property
    def commitment(self) -> bytes:
        return commitment(self.salt, self.number, self.pdf_digest)

    def opens(self, doc: bytes) -> bool:
        """Whether `doc` is a commitment to this; False as well if the salt or the digest is damaged."""
        return len(self.salt) == SALT_SIZE and len(self.pdf_digest) == len(NO_FILE) and self.commitment == doc


@dataclass(frozen=True, slots=True)
class Kind:
    """What the entries of one chunk have in common."""

    at: datetime
    event: str
    office: str
    template: str
    state: State
    prev: State | None

    def __post_init__(self) -> None:
        if not all(map(_WORD.fullmatch, (self.event, self.office, self.template))):
            raise LogError(
                "an event, office or template has a name that cannot stand in the log",
                hint="give the template's folder a name of letters, digits, hyphens and underscores",
            )
        if self.at.utcoffset() is None:
            raise LogError("a time in the log needs a time zone")
        if self.prev not in FOLLOWS[self.state]:
            raise LogError(f"{self.state} cannot follow {self.prev or 'nothing'}")

    def entries(self, first: int, commitments: Sequence[bytes]) -> list[bytes]:
        """The entries of these documents, the first with the number `first` in the log (counted from 0)."""
        prev = "null" if self.prev is None else f'"{self.prev}"'
        middle = f'","event":"{self.event}","office":"{self.office}","prev":{prev},"seq":'.encode()
        ts = self.at.astimezone(UTC).strftime(_TIME)
        end = f',"state":"{self.state}","template":"{self.template}","ts":"{ts}","v":{VERSION}}}'.encode()
        return [b'{"doc":"%b%b%d%b' % (hexlify(doc), middle, seq, end) for seq, doc in enumerate(commitments, first)]


@dataclass(frozen=True, slots=True)
class Change:
    """One entry, read."""

    seq: int
    doc: bytes
    kind: Kind

    @classmethod
    def parse(cls, entry: bytes) -> Change:
        """LogError if these are not, byte for byte, the bytes that we would write."""
        try:
            found = json.loads(entry)
            change = _change(found)
        except (ValueError, KeyError, TypeError, RecursionError):
            change = None
        if change is None or change.entry != entry:
            raise LogError("an entry of the log is malformed")
        return change

    @property
    def entry(self) -> bytes:
        """The bytes of the entry."""
        return self.kind.entries(self.seq, [self.doc])[0]


def _change(found: Mapping[str, object]) -> Change | None:
    doc, event, office, prev, seq, state, template, ts, version = (found[field] for field in _FIELDS)
    if not isinstance(seq, int) or isinstance(seq, bool) or seq < 0 or version != VERSION:
        return None
    at = datetime.fromisoformat(str(ts))  # whatever it takes, only our own form is written again as it was
    before = None if prev is None else State(str(prev))
    try:
        kind = Kind(at, str(event), str(office), str(template), State(str(state)), before)
    except LogError:
        return None
    return Change(seq, bytes.fromhex(str(doc)), kind)
