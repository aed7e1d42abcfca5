"""Chains judged offline: the anchors, the certificates and revocation information that the file itself holds.

Nothing is fetched: revocation information comes from the file's own DSS or not at all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Coroutine, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from threading import Lock
from typing import Any, TypeVar

from asn1crypto import ocsp, x509
from pyhanko.sign.validation.generic_cms import validate_cert_usage
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.policy_decl import (
    REQUIRE_REVINFO,
    CertRevTrustPolicy,
    RevocationCheckingPolicy,
    RevocationCheckingRule,
)
from pyhanko_certvalidator.registry import CertificateRegistry
from pyhanko_certvalidator.revinfo.archival import OCSPContainer

from tte.validation.dropped import crl_is_silent, ocsp_is_silent
from tte.validation.trust import Trust, trust_manager

T = TypeVar("T")

_SIGNER_ONLY = RevocationCheckingPolicy(RevocationCheckingRule.CRL_OR_OCSP_REQUIRED, RevocationCheckingRule.NO_CHECK)
_MOMENTS = 8
"""How many later times revocation is looked at, at most."""
_REMEMBERED = 1024
_found: dict[bytes, Revocation] = {}
_lock = Lock()
"""What was found lately: 32 bytes and a word each."""


@dataclass(frozen=True, slots=True)
class Holdings:
    """What the file's DSS holds (EN 319 142-1 §5.4.2); empty if it has none."""

    certificates: tuple[x509.Certificate, ...] = ()
    crls: tuple[Any, ...] = ()
    ocsps: tuple[Any, ...] = ()


class Revocation(Enum):
    """What the file's own revocation information says about a chain at a time."""

    GOOD = "good"
    REVOKED = "revoked"
    UNKNOWN = "unknown"


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine that never waits, as all of pyHanko's are offline; works inside and outside an event loop."""
    try:
        work.send(None)
    except StopIteration as done:
        result: T = done.value
        return result
    work.close()
    raise RuntimeError("validation tried to wait for something")


def context(trust: Trust, at: datetime, holdings: Holdings, policy: RevocationCheckingPolicy) -> ValidationContext:
    """A fresh context (it learns the certificates of what it judges) over the cached anchors. Never fetches."""
    return ValidationContext(
        trust_manager=trust_manager(trust),
        certificate_registry=CertificateRegistry.build(holdings.certificates, cert_fetcher=None),
        crls=holdings.crls,
        ocsps=[
            _ResponseAt(response.ocsp_response_data, response.index, at)
            for one in holdings.ocsps
            for response in OCSPContainer.load_multi(one)
        ],
        moment=at,
        revinfo_policy=CertRevTrustPolicy(policy, retroactive_revinfo=True),
        allow_fetching=False,
    )


@dataclass(frozen=True)
class _ResponseAt(OCSPContainer):
    """An OCSP response asked about a time before the revocation that it tells of: good (EN 319 102-1 §5.5.4).

    certvalidator takes such a response for no answer at all, and the same in a CRL for a good one.
    """

    moment: datetime | None = None

    def extract_single_response(self) -> ocsp.SingleResponse | None:
        found = super().extract_single_response()
        if found is None or self.moment is None or found["cert_status"].name != "revoked":
            return found
        if found["cert_status"].chosen["revocation_time"].native <= self.moment:
            return found
        good = found.copy()
        good["cert_status"] = ocsp.CertStatus("good", ocsp.StatusGood())
        return good


def revocation(
    certificate: x509.Certificate,
    usage: KeyUsageConstraints,
    *,
    trust: Trust,
    at: datetime,
    now: datetime,
    holdings: Holdings,
    others: Iterable[x509.Certificate] = (),
) -> Revocation:
    """GOOD if the chain holds at `at` and the file shows that no certificate below the anchor was revoked by then.

    REVOKED if the file shows that one had been; UNKNOWN otherwise, also if the chain fails elsewhere. Revocation info
    that was issued later, up to `now`, is looked at with the eyes of its own time too, as a responder's certificate may
    be younger than `at`: a chain that is good later was not revoked before.
    """
    if not (holdings.crls or holdings.ocsps):
        return Revocation.UNKNOWN
    others = tuple(others)
    found = _revocation(certificate, usage, trust, at, holdings, others)
    if found is not Revocation.UNKNOWN or not certificate.not_valid_before <= at <= certificate.not_valid_after:
        return found
    later = {one for one in _issued(holdings) if at < one <= now}
    for moment in sorted(later)[:_MOMENTS]:
        if _revocation(certificate, usage, trust, moment, holdings, others) is Revocation.GOOD:
            return Revocation.GOOD
    return found


def _issued(holdings: Holdings) -> Iterator[datetime]:
    """When each piece of revocation information was issued."""
    yield from (crl["tbs_cert_list"]["this_update"].native for crl in holdings.crls)
    for one in holdings.ocsps:
        yield from (time for each in OCSPContainer.load_multi(one) if (time := each.issuance_date))


def _revocation(
    certificate: x509.Certificate,
    usage: KeyUsageConstraints,
    trust: Trust,
    at: datetime,
    holdings: Holdings,
    others: tuple[x509.Certificate, ...],
) -> Revocation:
    """What was found before for the very same bytes, time and anchors is found again: a batch shares all of them."""
    key = _name(certificate, usage, trust, at, (*holdings.certificates, *holdings.crls, *holdings.ocsps, *others))
    with _lock:
        known = _found.get(key)
    if known is None:
        known = _looked_up(certificate, usage, trust, at, holdings, others)
        with _lock:
            if len(_found) >= _REMEMBERED:
                _found.clear()
            _found[key] = known
    return known


def _name(
    certificate: x509.Certificate, usage: KeyUsageConstraints, trust: Trust, at: datetime, held: Iterable[Any]
) -> bytes:
    """SHA-256 over all that the answer follows from."""
    asked = (sorted(usage.key_usage or ()), sorted(usage.extd_key_usage or ()), at.isoformat())
    whole = hashlib.sha256(repr(asked).encode())
    for der in (certificate.dump(), *trust.anchors, b"", *(one.dump() for one in held)):
        whole.update(len(der).to_bytes(8, "big"))
        whole.update(der)
    return whole.digest()


def _looked_up(
    certificate: x509.Certificate,
    usage: KeyUsageConstraints,
    trust: Trust,
    at: datetime,
    holdings: Holdings,
    others: tuple[x509.Certificate, ...],
) -> Revocation:
    for policy in (REQUIRE_REVINFO, _SIGNER_ONLY):  # a missing CRL of the root must not hide a revoked signer
        judged = context(trust, at, holdings, policy)
        judged.certificate_registry.register_multiple(others)
        paths = judged.path_builder.async_build_paths_lazy(certificate)
        result = run(validate_cert_usage(certificate, judged, usage, paths))
        if result.revo_details is not None:
            return Revocation.REVOKED
        if result.success_result is not None:
            if policy is not REQUIRE_REVINFO:
                return Revocation.UNKNOWN
            heard = _heard(holdings, result.success_result.iter_certs(include_root=False))
            if heard == holdings:
                return Revocation.GOOD
            return _looked_up(certificate, usage, trust, at, heard, others)
    return Revocation.UNKNOWN


def _heard(holdings: Holdings, path: Iterable[x509.Certificate]) -> Holdings:
    """Without what is silent about a certificate of the path only because it had expired by then."""
    path = list(path)
    return Holdings(
        holdings.certificates,
        tuple(crl for crl in holdings.crls if not any(crl_is_silent(crl, one) for one in path)),
        tuple(one for one in holdings.ocsps if not any(ocsp_is_silent(one, each) for each in path)),
    )
