"""Whether a certificate is a time-stamping authority's that we believe: its purpose, its validity, its chain."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from tte.errors import Fault, ServiceUnavailable
from tte.services.chain import Anchors, Chain, loaded
from tte.services.reading import reading

_REMEMBERED: Final = 64


class Authorities:
    """Judges each certificate once and remembers for how long its chain holds. May be used by many threads."""

    def __init__(self, anchors: Iterable[bytes]) -> None:
        self._anchors = Anchors(anchors)
        self._lock = threading.Lock()
        self._known: dict[tuple[bytes, tuple[bytes, ...]], Chain] = {}

    def chain(self, certificate: bytes, others: tuple[bytes, ...], *, at: datetime) -> Chain:
        """Its chain at `at`. ServiceUnavailable with fault WRONG_PURPOSE, OUTSIDE_VALIDITY or UNTRUSTED."""
        known = self._known.get((certificate, others))
        if known is not None and known.since <= at <= known.until:
            return known
        with reading("certificate of a time-stamping authority"):
            one = loaded(certificate)
            _check_purpose(one)
            if not one.not_valid_before_utc <= at <= one.not_valid_after_utc:
                raise ServiceUnavailable("the time-stamp's certificate was not valid then", Fault.OUTSIDE_VALIDITY)
        chain = self._anchors.chain(certificate, others, at=at, whose="the time-stamping authority")
        with self._lock:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[certificate, others] = chain
        return chain


def _check_purpose(certificate: x509.Certificate) -> None:
    """RFC 3161 §2.3: time-stamping and nothing else, and critical. RFC 5280 §4.2.1.12 for the key usages."""
    extensions = certificate.extensions
    try:
        purposes = extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except x509.ExtensionNotFound:
        raise _wrong_purpose("does not say that it is for time-stamps") from None
    if [*purposes.value] != [ExtendedKeyUsageOID.TIME_STAMPING] or not purposes.critical:
        raise _wrong_purpose("is not for time-stamps only")
    for extension in extensions:
        value = extension.value
        if isinstance(value, x509.BasicConstraints) and value.ca:
            raise _wrong_purpose("is a CA's")
        if isinstance(value, x509.KeyUsage) and (
            not (value.digital_signature or value.content_commitment) or value.key_cert_sign or value.crl_sign
        ):
            raise _wrong_purpose("is not for signing time-stamps")


def _wrong_purpose(why: str) -> ServiceUnavailable:
    return ServiceUnavailable(f"the time-stamp's certificate {why}", Fault.WRONG_PURPOSE)
