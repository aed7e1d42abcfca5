"""Chains and revocation as pyhanko-certvalidator judges them: offline, in a context made anew for each question.

It takes a third of a second to import, so `crypto` and `holdings` do that when they need it. Nothing is fetched.
"""

from __future__ import annotations

from collections.abc import Coroutine, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
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
from pyhanko_certvalidator.revinfo.archival import OCSPContainer

from tte.validation.dropped import crl_is_silent, ocsp_is_silent
from tte.validation.holdings import Holdings, Revocation, Usage
from tte.validation.steps import BoundedRegistry
from tte.validation.trust import Trust, trust_manager

T = TypeVar("T")

_SIGNER_ONLY = RevocationCheckingPolicy(RevocationCheckingRule.CRL_OR_OCSP_REQUIRED, RevocationCheckingRule.NO_CHECK)


def constraints(usage: Usage) -> KeyUsageConstraints:
    """pyHanko takes an absent key usage for none, where RFC 5280 §4.2.1.3 takes it for any: so none is demanded."""
    return KeyUsageConstraints(key_usage=set(), extd_key_usage=set(usage.purposes) or None)


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
        certificate_registry=BoundedRegistry.build(holdings.certificates, cert_fetcher=None),
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


def issued(holdings: Holdings) -> Iterator[datetime]:
    """When each piece of revocation information was issued."""
    yield from (crl["tbs_cert_list"]["this_update"].native for crl in holdings.crls)
    for one in holdings.ocsps:
        yield from (time for each in OCSPContainer.load_multi(one) if (time := each.issuance_date))


def looked_up(
    certificate: x509.Certificate,
    usage: Usage,
    trust: Trust,
    at: datetime,
    holdings: Holdings,
    others: tuple[x509.Certificate, ...],
) -> Revocation:
    """What this revocation information says about a chain at one time."""
    for policy in (REQUIRE_REVINFO, _SIGNER_ONLY):  # a missing CRL of the root must not hide a revoked signer
        judged = context(trust, at, holdings, policy)
        judged.certificate_registry.register_multiple(others)
        paths = judged.path_builder.async_build_paths_lazy(certificate)
        result = run(validate_cert_usage(certificate, judged, constraints(usage), paths))
        if result.revo_details is not None:
            return Revocation.REVOKED
        if result.success_result is not None:
            if policy is not REQUIRE_REVINFO:
                return Revocation.UNKNOWN
            heard = _heard(holdings, result.success_result.iter_certs(include_root=False))
            if heard == holdings:
                return Revocation.GOOD
            return looked_up(certificate, usage, trust, at, heard, others)
    return Revocation.UNKNOWN


def _heard(holdings: Holdings, path: Iterable[x509.Certificate]) -> Holdings:
    """Without what is silent about a certificate of the path only because it had expired by then."""
    path = list(path)
    return Holdings(
        holdings.certificates,
        tuple(crl for crl in holdings.crls if not any(crl_is_silent(crl, one) for one in path)),
        tuple(one for one in holdings.ocsps if not any(ocsp_is_silent(one, each) for each in path)),
    )
