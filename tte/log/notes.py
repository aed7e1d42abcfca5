"""Signed notes (C2SP signed-note): a text and the signatures of one or more Ed25519 keys (RFC 8032) under it.

Read strictly: what is not exactly as the specification writes it is refused, so a note has one form only. Signatures of
keys that are not known are passed over, as the specification asks; one of a known key that fails refuses the note.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from tte.errors import LogError

ED25519 = b"\x01"
MOST_SIGNATURES = 64
LARGEST_NOTE = 1 << 19
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_VKEY = re.compile(r"([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)")


@dataclass(frozen=True, slots=True)
class NoteKey:
    """A public key that notes are verified with, under its name; `point` is its 32 bytes (RFC 8032 §5.1.2)."""

    name: str
    point: bytes

    def __post_init__(self) -> None:
        check_name(self.name)
        if len(self.point) != 32:
            raise LogError("a key for notes is not an Ed25519 key")

    @property
    def id(self) -> bytes:
        """Four bytes that tell it from other keys of its name."""
        return sha256(self.name.encode() + b"\n" + ED25519 + self.point).digest()[:4]

    @property
    def vkey(self) -> str:
        """The key as one line, to be given to whoever is to verify."""
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(ED25519 + self.point).decode()}"

    @classmethod
    def parse(cls, vkey: str) -> NoteKey:
        """The key that `vkey` wrote. LogError if it is not one, of another kind, or its id does not match."""
        match = _VKEY.fullmatch(vkey)
        content = unbase64(match[3]) if match else b""
        if match is None or content[:1] != ED25519 or len(content) != 33:
            raise LogError("this is no Ed25519 verifier key of a log")
        key = cls(match[1], content[1:])
        if key.id.hex() != match[2]:
            raise LogError("the verifier key's id does not belong to its name and key")
        return key


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One signature line: whose it says it is, and its bytes, which are not verified yet."""

    name: str
    id: bytes
    value: bytes

    @property
    def line(self) -> str:
        return f"\u2014 {self.name} {base64.b64encode(self.id + self.value).decode()}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A text, which ends in a newline, and its signatures. Nothing in it counts before `verified`."""

    text: str
    signatures: tuple[NoteSignature, ...]

    @classmethod
    def parse(cls, content: bytes) -> Note:
        """LogError if these bytes are no signed note."""
        if len(content) > LARGEST_NOTE:
            raise LogError("a signed note is too long")
        try:
            whole = content.decode()
        except UnicodeDecodeError:
            whole = "\x00"
        text, blank, rest = whole.rpartition("\n\n")
        lines = rest.split("\n")
        if _CONTROL.search(whole) or not blank or not text or lines.pop() or not 0 < len(lines) <= MOST_SIGNATURES:
            raise LogError("this is no signed note")
        return cls(text + "\n", tuple(map(_signature, lines)))

    @property
    def content(self) -> bytes:
        """The note as it is written down."""
        return (self.text + "\n" + "".join(one.line for one in self.signatures)).encode()

    def verified(self, keys: Iterable[NoteKey]) -> frozenset[NoteKey]:
        """Which of `keys` signed this text. LogError if none did, or if the signature of one of them fails."""
        known = {(key.name, key.id): key for key in keys}
        signed: set[NoteKey] = set()
        for one in self.signatures:
            key = known.get((one.name, one.id))
            if key is not None:
                if not _holds(key, one.value, self.text.encode()):
                    raise LogError(f"the signature of {one.name} under a note is not valid")
                signed.add(key)
        if not signed:
            raise LogError("a note is signed by no key that is known")
        return frozenset(signed)


class LogKey:
    """The private key of a log, under its name: it signs notes and nothing else."""

    def __init__(self, name: str, private: Ed25519PrivateKey) -> None:
        self._private = private
        self.public = NoteKey(name, private.public_key().public_bytes_raw())

    def sign(self, text: str) -> NoteSignature:
        """The signature of a text, which must end in a newline."""
        _check_text(text)
        return NoteSignature(self.public.name, self.public.id, self._private.sign(text.encode()))


def signed(text: str, keys: Sequence[LogKey]) -> Note:
    """A note with the signatures of all these keys, in order."""
    if not 0 < len(keys) <= MOST_SIGNATURES:
        raise LogError("a note needs a signature")
    return Note(text, tuple(key.sign(text) for key in keys))


def check_name(name: str) -> None:
    """LogError if a key cannot have this name: it is empty, or has a space or `+` in it."""
    if not name or "+" in name or any(char.isspace() or char < " " for char in name):
        raise LogError("a key for notes has no usable name: it is empty, or has a space or + in it")


def unbase64(text: str) -> bytes:
    """Standard base64 in the one form it can have (RFC 4648 §4, §3.5); b"" if it is not."""
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
    return content if base64.b64encode(content).decode() == text else b""


def _check_text(text: str) -> None:
    if not text.endswith("\n") or _CONTROL.search(text):
        raise LogError("the text of a note must end in a newline and have no other control characters")


def _signature(line: str) -> NoteSignature:
    mark, *parts = line.split(" ")
    content = unbase64(parts[1]) if mark == "\u2014" and len(parts) == 2 else b""
    if len(content) < 5:
        raise LogError("a signature line of a note is malformed")
    check_name(parts[0])
    return NoteSignature(parts[0], content[:4], content[4:])


def _holds(key: NoteKey, value: bytes, text: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key.point).verify(value, text)
    except InvalidSignature:
        return False
    return True
