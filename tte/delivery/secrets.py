"""What follows from the home's secret: the link and the PIN of a delivery, and the seal on an address.

So the database holds neither link nor PIN, a message that is sent again says the same, and a copy of the database
opens nothing.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from tte.delivery.contacts import Channel, Contact
from tte.delivery.rows import Delivery
from tte.errors import ConfigError
from tte.people.codes import opened, sealed

FILE: Final = "delivery.secret"
DIGITS: Final = 6
_TOKEN: Final = 16


@dataclass(frozen=True, slots=True)
class Secrets:
    """`secret` gives the home's 32 bytes when they are first needed."""

    secret: Callable[[], bytes] = field(repr=False)

    def mark(self, *said: str) -> bytes:
        """32 bytes that stand for what was said, and give nothing of it away."""
        lengths = b"".join(len(one.encode()).to_bytes(8, "big") for one in said)
        return hmac.digest(self.secret(), b"tte delivery " + lengths + "".join(said).encode(), hashlib.sha256)

    def token(self, id_: str, turn: int) -> str:
        """What stands in the link: 128 bits, in 26 letters and digits."""
        return base64.b32encode(self.mark("link", id_, str(turn))[:_TOKEN]).decode().rstrip("=").lower()

    def pin(self, id_: str, turn: int) -> str:
        """Six digits."""
        return f"{int.from_bytes(self.mark('pin', id_, str(turn)), 'big') % 10**DIGITS:0{DIGITS}}"

    def sealed(self, id_: str, contact: Contact) -> bytes:
        """An address as it is kept, bound to its delivery."""
        return sealed(contact.address.encode(), self.secret(), f"delivery {id_} {contact.channel}")

    def contact(self, one: Delivery) -> Contact | None:
        """Where a delivery goes; None once that is forgotten. ConfigError if it was sealed with another secret."""
        if one.address is None:
            return None
        try:
            kept = opened(one.address, self.secret(), f"delivery {one.id} {one.channel}")
        except ConfigError:
            raise ConfigError(
                "the addresses of deliveries were sealed with another secret than this home's",
                hint=f"put back var/{FILE} from its backup",
            ) from None
        return Contact(Channel(one.channel), kept.decode())


def link_digest(token: str) -> bytes:
    """What a link is found by."""
    return hashlib.sha256(b"tte link " + token.encode()).digest()
