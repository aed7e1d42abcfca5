"""What a request says: the values of the record that it asks for, where the citizen is to be told, and a remark."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from tte.delivery.contacts import Channel, Contact
from tte.model import Raw


@dataclass(frozen=True, slots=True)
class Content:
    """Personal data throughout: it is only ever kept sealed."""

    values: Mapping[str, Raw] = field(repr=False)
    contacts: tuple[Contact, ...] = ()
    note: str = field(default="", repr=False)

    def packed(self) -> bytes:
        """The same content in the same bytes."""
        contacts = [[one.channel, one.address] for one in self.contacts]
        said = {"values": self.values, "contacts": contacts, "note": self.note}
        return json.dumps(said, ensure_ascii=False, sort_keys=True).encode()

    @classmethod
    def unpacked(cls, kept: bytes) -> Content:
        said = json.loads(kept)
        contacts = tuple(Contact(Channel(channel), address) for channel, address in said["contacts"])
        return cls(said["values"], contacts, said["note"])


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that may be attached, as it is kept: checked, and made anew where that is possible."""

    purpose: str
    type: str
    content: bytes = field(repr=False)
    pages: int = 1
