"""Each document's id and seal, where the office has a seal key (docs/seal.md).

Both follow from what the register keeps: the same record, reserved at the same time, has the same id, and the same id
the same seal, to the last byte. So an interrupted issue that is taken up again sets the page that was reserved.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from tte.errors import DoesNotFit, KeyRefused, SelfValidationFailed
from tte.model import Record, Replaces
from tte.rendering import TooLong, version_of
from tte.seal import Claim, Malformed, SealWriter, document_id, id_bytes
from tte.seal.claims import Fact
from tte.seal.cose import Faulty
from tte.template import Sealed, last_day

EVERY: Final = 64
"""Of so many seals one is verified with the public key, which takes three times as long as making it."""

EPOCH: Final = date(1970, 1, 1).toordinal()


def day_of(at: datetime) -> int:
    """The day of issue in a seal: days since 1970-01-01, in Indonesia's east."""
    return last_day(at).toordinal() - EPOCH


class Sealing:
    """Seals with one key, which may be used from the day `since` to `until`. `secret` is what salts are made from.

    For one process. It refuses to be pickled: the key stays where it was opened.
    """

    def __init__(self, writer: SealWriter, *, since: int, until: int, secret: bytes) -> None:
        self._writer, self._since, self._until, self._secret = writer, since, until, secret
        self._made = 0

    def id(self, record: Record, at: datetime, replaces: Replaces | None) -> str:
        """The id of a document that is to be issued: a salted commitment to its record."""
        return document_id(record.digest(), self.salt(record, at, replaces))

    def salt(self, record: Record, at: datetime, replaces: Replaces | None) -> bytes:
        """The salt of that commitment: told to who may check that the record is the one that was committed to."""
        said = b"tte-salt-1%b%d %b" % (record.digest(), int(at.timestamp()), (replaces.id if replaces else "").encode())
        return hmac.digest(self._secret, said, hashlib.sha256)[:16]

    def seal(self, template: Sealed, record: Record, id: str, at: datetime) -> str:  # noqa: A002 (the house's word)
        """The text of the code; "" for an id that was reserved before there was a seal.

        What weighs least is left out if a code cannot hold all. Each signature is made twice and compared; the first
        seal, and one in EVERY after it, is read back and verified too: SelfValidationFailed. DoesNotFit for a record
        that cannot be sealed at all, KeyRefused on a day outside the key's period.
        """
        try:
            id_bytes(id)
        except ValueError:
            return ""
        day = day_of(at)
        if not self._since <= day <= self._until:
            raise KeyRefused("the seal key may not be used on this day", hint="tte seal key makes the next one")
        try:
            text, facts = self._fitting({Claim.ISSUED.value: day, **template.facts(record)}, id)
            sound = self._made % EVERY or self._writer.wrote(text, id, facts)
        except Faulty:
            sound = False
        if not sound:
            raise SelfValidationFailed(
                "a seal just made does not verify; nothing was signed",
                hint="stop issuing and report this: it is a fault of the program or of the machine",
            )
        self._made += 1
        return text

    def _fitting(self, facts: dict[int, Fact], id: str) -> tuple[str, Mapping[int, Fact]]:  # noqa: A002
        while True:
            try:
                text = self._writer.write(id, facts)
                version_of(text)
            except (Malformed, TooLong):
                if facts.keys() <= _NEEDED:
                    raise DoesNotFit("the number is too long for a seal", hint="correct the number") from None
                facts.popitem()
            else:
                return text, facts

    def __reduce__(self) -> str:
        raise TypeError("a seal key stays in its process")


_NEEDED: Final = frozenset((Claim.KIND, Claim.NUMBER, Claim.ISSUED))
