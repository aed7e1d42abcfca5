"""A signed PDF, and what it is worth: `validate(pdf, trust, at) -> Report`, for any bytes.

This room shares no code with the one that signs. It never goes to the network, never touches a key, and does not know
the register: a valid signature is not yet a valid document.
"""

from tte.validation.plain import plain_words
from tte.validation.trust import Trust
from tte.validation.verdict import MAX_MAPPED_SIZE, MAX_SIZE, validate

__all__ = ["MAX_MAPPED_SIZE", "MAX_SIZE", "Trust", "plain_words", "validate"]
