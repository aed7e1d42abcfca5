"""Which revocation information in a file speaks of a certificate: an OCSP response of its own, a CRL of its issuer."""

# asn1crypto and certvalidator are typed only in part.
# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from asn1crypto import x509

from tte.model import RevocationFact, RevocationState
from tte.validation.crypto import LATE
from tte.validation.holdings import Holdings


def piece_about(one: x509.Certificate, state: RevocationState, best: datetime, held: Holdings) -> RevocationFact:
    """The newest piece that says so of this certificate at `best`, for an answer that was judged before.

    What it says is not judged again: certvalidator does not tell which piece convinced it.
    """
    said = [piece for piece in (*_by_ocsp(one, held), *_by_crl(one, held)) if _says(piece, state, best)]
    return max(said, key=_when, default=RevocationFact(state))


def _says(piece: RevocationFact, state: RevocationState, best: datetime) -> bool:
    gone = piece.revoked_at is not None and piece.revoked_at <= best
    return gone is (state is RevocationState.REVOKED)


def _when(piece: RevocationFact) -> datetime:
    assert piece.this_update is not None  # noqa: S101  every piece below has one
    return piece.this_update


def _fact(source: str, this: datetime, following: datetime | None, gone: datetime | None, der: bytes) -> RevocationFact:
    state = RevocationState.REVOKED if gone else RevocationState.GOOD
    return RevocationFact(state, source, this, following, gone, hashlib.sha256(der).hexdigest())


def _by_ocsp(one: x509.Certificate, held: Holdings) -> Iterator[RevocationFact]:
    if held.ocsps:
        from pyhanko_certvalidator.revinfo.archival import OCSPContainer  # slow to import
    for response in held.ocsps:
        try:
            for each in OCSPContainer.load_multi(response):
                single = each.extract_single_response()
                if single is not None and _names(single["cert_id"], one):
                    status = single["cert_status"]
                    gone = status.chosen["revocation_time"].native if status.name == "revoked" else None
                    this, following = single["this_update"].native, single["next_update"].native
                    yield _fact("OCSP", this, following, gone, response.dump())
        except LATE:
            continue


def _names(stated: Any, one: x509.Certificate) -> bool:
    """RFC 6960 §4.1.1: serial and the issuer's name, hashed."""
    if stated["serial_number"].native != one.serial_number:
        return False
    name = stated["hash_algorithm"]["algorithm"].native
    hashed = hashlib.new(name, one.issuer.dump(), usedforsecurity=False).digest()
    return bool(stated["issuer_name_hash"].native == hashed)


def _by_crl(one: x509.Certificate, held: Holdings) -> Iterator[RevocationFact]:
    for crl in held.crls:
        try:
            listed = crl["tbs_cert_list"]
            if listed["issuer"] != one.issuer:
                continue
            gone = next(
                (
                    each["revocation_date"].native
                    for each in listed["revoked_certificates"] or ()
                    if each["user_certificate"].native == one.serial_number
                ),
                None,
            )
            yield _fact("CRL", listed["this_update"].native, listed["next_update"].native, gone, crl.dump())
        except LATE:
            continue
