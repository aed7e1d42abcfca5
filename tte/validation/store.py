"""What the DSS of a revision holds (EN 319 142-1 §5.4.2), for chains that are judged offline."""

# asn1crypto is typed only in part.
# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

import pikepdf
from asn1crypto import crl, ocsp, x509

from tte.validation.holdings import Holdings
from tte.validation.kept import Kept
from tte.validation.revision import Revision, get, items

T = TypeVar("T")

_MOST = 2000
_MOST_BYTES = 16 * 1024 * 1024


def holdings_in(revision: Revision) -> Holdings:
    """The certificates, CRLs and OCSP responses that can be read; those that cannot are left out."""
    return Holdings(
        tuple(_read(_streams(revision, "/Certs"), x509.Certificate, "tbs_certificate")),
        tuple(_read(_streams(revision, "/CRLs"), crl.CertificateList, "tbs_cert_list")),
        tuple(_read(_streams(revision, "/OCSPs"), ocsp.OCSPResponse, "response_status")),
    )


def certificates_in(revision: Revision) -> list[bytes]:
    """The certificates as they stand, DER."""
    return list(_streams(revision, "/Certs"))


def _streams(revision: Revision, key: str) -> Iterator[bytes]:
    left = _MOST_BYTES
    for one in items(get(get(revision.root, "/DSS"), key))[:_MOST]:
        if isinstance(one, pikepdf.Stream):
            try:
                found = one.read_bytes()
            except pikepdf.PdfError:
                continue
            left -= len(found)
            if left < 0:
                return
            yield found


_MOST_KEPT = 64 * 1024
_kept: Kept[tuple[str, bytes], Any] = Kept(512)
"""What was read lately: all files of a batch hold the same certificates and answers."""


def _read(values: Iterator[bytes], kind: type[T], part: str) -> Iterator[T]:
    for value in values:
        found: T | None = _kept.get((part, value))
        if found is None:
            try:
                found = kind.load(value)  # type: ignore[attr-defined]
                found[part].native  # type: ignore[index]  # noqa: B018  asn1crypto parses late: fail here
            except (ValueError, TypeError, KeyError):
                continue
            if len(value) <= _MOST_KEPT:
                _kept.put((part, value), found)
        yield found
