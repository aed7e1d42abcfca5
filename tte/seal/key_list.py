"""The key list of an office: which keys seal for it, since when and until when. Signed by its root, which is offline.

A reader pins roots, each for one office; so no root can speak for another office, and everything else follows from the
list.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from tte.seal import cose
from tte.seal.cbor import Malformed, decode, encode

TYP: Final = "application/tte-keys+cose"
_MOST_BYTES: Final = 65536


class Use(StrEnum):
    """What a key may sign: seals, or status lists."""

    SEAL = "seal"
    STATUS = "status"


class KeyState(StrEnum):
    """What is known of a key. What a test key seals is a specimen."""

    OK = "ok"
    COMPROMISED = "compromised"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Root:
    """What a reader pins: the key that signs the list of one office. `xy` is its point, 64 bytes."""

    office: int
    xy: bytes


@dataclass(frozen=True, slots=True)
class SealKey:
    """One key of an office. `since` and `until` are the first and the last day of issue, as days since 1970-01-01."""

    kid: bytes
    use: Use
    xy: bytes
    since: int
    until: int
    state: KeyState = KeyState.OK


@dataclass(frozen=True, slots=True)
class KeyList:
    """`seq` grows with each list; `made` and `renewed_by` are seconds since 1970-01-01; `hosts` the office's own."""

    office: int
    name: str
    seq: int
    made: int
    renewed_by: int
    hosts: tuple[str, ...]
    keys: tuple[SealKey, ...]


def write_key_list(keys: KeyList, root: EllipticCurvePrivateKey) -> bytes:
    """The list as it is published."""
    said = {
        "office": keys.office,
        "name": keys.name,
        "seq": keys.seq,
        "made": keys.made,
        "renewed_by": keys.renewed_by,
        "hosts": list(keys.hosts),
        "keys": [
            {
                "kid": key.kid,
                "use": str(key.use),
                "xy": key.xy,
                "from": key.since,
                "until": key.until,
                "state": key.state,
            }
            for key in keys.keys
        ],
    }
    return cose.write(encode(said), root, typ=TYP)


def read_key_list(message: bytes, root: Root, *, seen: int = 0) -> KeyList:
    """The list, if that office's root signed it and it is not older than the one with `seq` = `seen`.

    Malformed for anything else: of another kind or office, rolled back, not in the one encoding, damaged.
    """
    if len(message) > _MOST_BYTES:
        raise Malformed("a key list of more than 64 KiB")
    opened = cose.open_message(message)
    if opened.typ != TYP or not opened.signed_by(root.xy, b""):
        raise Malformed("no key list signed by this office's root")
    keys = _key_list(decode(opened.payload))
    if keys.office != root.office:
        raise Malformed("the key list of another office")
    if keys.seq < seen:
        raise Malformed("a key list older than one seen before")
    return keys


def _key_list(said: object) -> KeyList:
    match said:
        case {
            "office": int() as office,
            "name": str() as name,
            "seq": int() as seq,
            "made": int() as made,
            "renewed_by": int() as renewed_by,
            "hosts": list() as hosts,
            "keys": list() as keys,
        }:
            if not hosts or not all(isinstance(host, str) for host in hosts):
                raise Malformed("a key list without hosts")
            return KeyList(office, name, seq, made, renewed_by, tuple(hosts), tuple(map(_key, keys)))
    raise Malformed("a key list that lacks something")


def _key(said: object) -> SealKey:
    match said:
        case {
            "kid": bytes() as kid,
            "use": str() as use,
            "xy": bytes() as xy,
            "from": int() as since,
            "until": int() as until,
            "state": str() as state,
        } if len(kid) == 8 and len(xy) == 64:
            try:
                return SealKey(kid, Use(use), xy, since, until, KeyState(state))
            except ValueError:
                raise Malformed("a key of an unknown use or state") from None
    raise Malformed("a key that lacks something")
