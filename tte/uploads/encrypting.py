"""What a revision adds to an encrypted PDF is encrypted like the rest of it (ISO 32000-2 §7.6), with its own key."""

from __future__ import annotations

import hashlib
import re
from typing import Any, Final

import pikepdf
from cryptography.hazmat.decrepit.ciphers.algorithms import ARC4
from cryptography.hazmat.primitives.ciphers import Cipher as Machine
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7

from tte.errors import ChangesForbidden, EncryptionUnknown

_STRING: Final = re.compile(rb"<<|<[0-9A-Fa-f]*>|\((?:[^\\()]|\\.)*\)", re.DOTALL)
"""A string as qpdf writes it, which has no bracket in it that is not escaped; or the begin of a dictionary."""
_METHODS: Final = ("none", "rc4", "aes", "aesv3")


class FileCipher:
    """The cipher of an open file; see `tte.pades.revision.Cipher`."""

    def __init__(self, key: bytes, strings: str, streams: str) -> None:
        self._key, self._strings, self._streams = key, strings, streams

    def syntax(self, plain: bytes, within: tuple[int, int]) -> bytes:
        def encrypted(found: re.Match[bytes]) -> bytes:
            if found[0] == b"<<":
                return found[0]
            text = self._encrypted(bytes(pikepdf.Object.parse(found[0])), within, self._strings)
            return b"<%b>" % text.hex().encode()

        return _STRING.sub(encrypted, plain)

    def content(self, plain: bytes, within: tuple[int, int]) -> bytes:
        return self._encrypted(plain, within, self._streams)

    def _encrypted(self, plain: bytes, within: tuple[int, int], method: str) -> bytes:
        if method == "none":
            return plain
        key = self._key
        if method != "aesv3":  # a key for each object (algorithm 1)
            number, generation = within
            salt = b"sAlT" if method == "aes" else b""
            own = key + number.to_bytes(3, "little") + generation.to_bytes(2, "little") + salt
            key = hashlib.md5(own, usedforsecurity=False).digest()[: min(len(key) + 5, 16)]
        if method == "rc4":
            return Machine(ARC4(key), None).encryptor().update(plain)
        start = hashlib.sha256(b"%b %d %d %b" % (self._key, *within, plain)).digest()[:16]
        padder, machine = PKCS7(128).padder(), Machine(AES(key), CBC(start)).encryptor()
        return start + machine.update(padder.update(plain) + padder.finalize()) + machine.finalize()


def cipher_of(file: pikepdf.Pdf) -> FileCipher | None:
    """The cipher of a file; None if it is not encrypted.

    EncryptionUnknown for one that we have not; ChangesForbidden if the file was opened with the password for readers,
    and they may neither comment nor fill in.
    """
    if not file.is_encrypted:
        return None
    about: Any = file.encryption
    if not file.owner_password_matched and not (file.allow.modify_annotation or file.allow.modify_form):
        raise ChangesForbidden(
            "whoever encrypted the PDF allowed no signature in it", hint="give its owner's password, or ask its author"
        )
    strings, streams = (about.string_method.name, about.stream_method.name) if about.V >= 4 else ("rc4", "rc4")
    if not {strings, streams} <= set(_METHODS) or not about.encryption_key:
        raise EncryptionUnknown(
            "the PDF is encrypted in a way that is not known here", hint="sign it before encrypting"
        )
    return FileCipher(about.encryption_key, strings, streams)
