"""`pkcs11:token=dinas-3171;object=sign-2026?module-path=/…/module.so&pin-source=file:…`: a key on an HSM, card or TPM.

RFC 7512; a PKCS#11 module of the vendor's does the work. The private half never leaves the token. A login counts for
the whole process, so a process has one key of a token open, and another one is refused: each official's key belongs in
a process of its own (`tte.backends.process`). A wrong PIN is tried once, also by a key that finds its token again.
"""

from __future__ import annotations

from tte.backends.pkcs11.address import Address
from tte.backends.pkcs11.key import TokenKey
from tte.backends.pkcs11.login import Login
from tte.backends.pkcs11.making import make_key, put_certificate
from tte.key import Key, KeyUri, SecretSource

__all__ = ["make_key", "open_key", "put_certificate"]


def open_key(uri: KeyUri, secrets: SecretSource) -> Key:
    """The key on the token, with the certificate of the same CKA_ID and its issuers, or those in the file beside it.

    ConfigError if the URI or the module cannot be used; DeviceRemoved if the token is not there; PinRefused, PinLocked;
    KeyNotFound for no key or several; KeyRefused if this process is logged in to the token already, or the key is not
    for signing, or has no certificate; KeyUnavailable if the module or the token fails. The PIN is asked for when the
    token has been found and nothing else stands in the way.
    """
    login = Login(Address.of(uri), secrets)
    try:
        return TokenKey(login)
    except BaseException:
        login.close()
        raise
