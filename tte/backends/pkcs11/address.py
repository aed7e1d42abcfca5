"""What a `pkcs11:` URI says (RFC 7512 §2.3): which token, which key on it, and through which module it is reached.

Checked before anything is loaded or asked. What stands after `?` is never echoed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from tte.backends.access import whole
from tte.backends.attributes import require
from tte.errors import ConfigError
from tte.key import KeyUri

TOKEN = ("token", "serial", "slot-id")
KEY = ("object", "id")
MOST_SESSIONS = 64


@dataclass(frozen=True, slots=True)
class Address:
    """Where a key is. What is None does not matter; `token` or `serial` or `slot_id`, and `label` or `id`, is given."""

    token: str | None
    serial: str | None
    slot_id: int | None
    label: str | None
    id: bytes | None
    certificate: Path | None
    sessions: int
    module: Path = field(repr=False)
    pin_source: str = field(repr=False)

    @classmethod
    def of(cls, uri: KeyUri) -> Address:
        """The address in `uri`; ConfigError if it names no token, no key or no module."""
        require(
            uri,
            which_optional={*TOKEN, *KEY, "certificate"},
            access={"module-path", "pin-source"},
            access_optional={"sessions"},
        )
        which = uri.which
        for names in (TOKEN, KEY):
            if not any(which.get(name) for name in names):
                raise ConfigError(f"pkcs11: needs one of {', '.join(names)} before ?", hint="see docs/keys/pkcs11.md")
        module = Path(uri.access["module-path"])
        if not module.is_absolute():
            raise ConfigError("pkcs11: module-path is the whole path of the module, from /")
        return cls(
            token=which.get("token"),
            serial=which.get("serial"),
            slot_id=_slot_id(which.get("slot-id")),
            label=which.get("object"),
            id=_octets(which["id"]) if which.get("id") else None,
            certificate=Path(which["certificate"]) if "certificate" in which else None,
            sessions=whole(uri, "sessions", usual=1, most=MOST_SESSIONS),
            module=module,
            pin_source=uri.access["pin-source"],
        )

    @property
    def token_name(self) -> str:
        """The token, in words for an error."""
        if self.token is not None:
            return f"the token {self.token}"
        return f"the token {self.serial}" if self.serial is not None else f"the token in slot {self.slot_id}"

    @property
    def key_name(self) -> str:
        """The key, in words for an error."""
        if self.label is not None:
            return f"the key {self.label}"
        return f"the key with id {(self.id or b'').hex()}"


def _slot_id(text: str | None) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 20):
        raise ConfigError("pkcs11: slot-id is a whole number")
    return int(text)


def _octets(text: str) -> bytes:
    """CKA_ID is any bytes, percent-encoded; `KeyUri` keeps those that are no UTF-8 as PEP 383 does."""
    return text.encode("utf-8", "surrogateescape")
