"""The second factor: six digits of an app (TOTP, RFC 6238) and ten recovery codes for when the phone is gone.

The seed must be had to check a code, so it is kept encrypted (AES-256-GCM, NIST SP 800-38D) with a secret of the home,
bound to its person: a copy of the database holds none.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from datetime import datetime
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tte.errors import ConfigError

if TYPE_CHECKING:
    from pyotp import TOTP

STEP_S: Final = 30
RECOVERIES: Final = 10
_NONCE: Final = 12


def new_seed() -> bytes:
    """160 random bits (RFC 4226 §4, R6)."""
    return secrets.token_bytes(20)


def sealed(seed: bytes, secret: bytes, person: str) -> bytes:
    """The seed as it is kept."""
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(secret).encrypt(nonce, seed, person.encode())


def opened(kept: bytes, secret: bytes, person: str) -> bytes:
    """The seed again. ConfigError if it was sealed with another secret, or for somebody else."""
    try:
        return AESGCM(secret).decrypt(kept[:_NONCE], kept[_NONCE:], person.encode())
    except InvalidTag:
        raise ConfigError(
            "the second factors were sealed with another secret than this home's",
            hint="put back var/people.secret from its backup; or have each person's second factor made anew",
        ) from None


def address(seed: bytes, login: str, issuer: str) -> str:
    """What an app reads from a QR code: otpauth://…; a secret like the seed."""
    return _totp(seed).provisioning_uri(name=login, issuer_name=issuer)


def step_of(seed: bytes, code: str, at: datetime, *, after: int) -> int | None:
    """The time step whose code this is: the present one or a neighbour, and later than `after`; None if it is none."""
    now = int(at.timestamp()) // STEP_S
    digits = "".join(code.split())
    found = None
    for step in (now - 1, now, now + 1):  # all three, whichever it is
        wanted = _totp(seed).generate_otp(step)
        if hmac.compare_digest(wanted.encode(), digits.encode("utf-8", "replace")) and step > after:
            found = step
    return found


def new_recovery_codes() -> tuple[str, ...]:
    """Ten codes of 80 random bits each, in groups of four letters and digits."""
    texts = (base64.b32encode(secrets.token_bytes(10)).decode("ascii").lower() for _ in range(RECOVERIES))
    return tuple("-".join(text[at : at + 4] for at in range(0, 16, 4)) for text in texts)


def recovery_sha256(code: str) -> bytes:
    """What a recovery code is kept as: 80 random bits need no slow function."""
    letters = "".join(letter for letter in code.lower() if letter.isalnum())
    return hashlib.sha256(b"tte recovery " + letters.encode()).digest()


def _totp(seed: bytes) -> TOTP:
    try:
        from pyotp import TOTP
    except ImportError:
        raise ConfigError("second factors need pyotp", hint="pip install tte-signing[web]") from None
    return TOTP(base64.b32encode(seed).decode("ascii"), interval=STEP_S)
