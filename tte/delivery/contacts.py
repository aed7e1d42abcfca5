"""Where a citizen wants to be told: by e-mail, WhatsApp or SMS."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

_MAIL: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){1,8}")
_PHONE: Final = re.compile(r"\+[1-9][0-9]{7,14}")


class Channel(StrEnum):
    EMAIL = "email"
    WHATSAPP = "whatsapp"
    SMS = "sms"


@dataclass(frozen=True, slots=True)
class Contact:
    """One place to be told at. `address` is a mail address, or a telephone number as `+62…` (ITU-T E.164)."""

    channel: Channel
    address: str = field(repr=False)

    @classmethod
    def of(cls, channel: str, typed: str) -> Contact | None:
        """What was typed, in one form; None if it is no address of this channel."""
        if channel not in {*Channel}:
            return None
        address = typed.strip()
        if channel == Channel.EMAIL:
            return cls(Channel.EMAIL, address) if len(address) <= 254 and _MAIL.fullmatch(address) else None
        digits = re.sub(r"[\s().-]", "", address)
        if digits.startswith("0"):
            digits = "+62" + digits[1:]
        elif digits.startswith("62"):
            digits = "+" + digits
        return cls(Channel(channel), digits) if _PHONE.fullmatch(digits) else None
