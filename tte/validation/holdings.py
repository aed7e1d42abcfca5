"""Chains judged offline: the anchors, the certificates and revocation information that the file itself holds.

Nothing is fetched: revocation information comes from the file's own DSS or not at all.
"""

from __future__ import annotations

from collections.abc import Coroutine, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, TypeVar

from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError
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

from tte.validation.trust import Trust, trust_manager

T = TypeVar("T")

_SIGNER_ONLY = RevocationCheckingPolicy(RevocationCheckingRule.CRL_OR_OCSP_REQUIRED, RevocationCheckingRule.NO_CHECK)


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
        ocsps=holdings.ocsps,
        moment=at,
        revinfo_policy=CertRevTrustPolicy(policy, retroactive_revinfo=True),
        allow_fetching=False,
    )


def read_holdings(reader: PdfFileReader) -> Holdings:
    """The certificates, CRLs and OCSP responses in the DSS of the current revision."""
    try:
        store = DocumentSecurityStore.read_dss(reader)
    except NoDSSFoundError:
        return Holdings()
    found = store.as_validation_context({"trust_roots": [], "allow_fetching": False, "revocation_mode": "soft-fail"})
    manager = found.revinfo_manager
    certificates = tuple(store.load_certs())
    return Holdings(certificates, tuple(manager.crls), tuple(manager.ocsps))


def revocation(
    certificate: x509.Certificate,
    usage: KeyUsageConstraints,
    *,
    trust: Trust,
    at: datetime,
    holdings: Holdings,
    others: Iterable[x509.Certificate] = (),
) -> Revocation:
    """GOOD if the chain holds at `at` and the file shows that no certificate below the anchor was revoked.

    REVOKED if the file shows that one had been revoked by then; UNKNOWN otherwise, also if the chain fails elsewhere.
    """
    if not (holdings.crls or holdings.ocsps):
        return Revocation.UNKNOWN
    for policy in (REQUIRE_REVINFO, _SIGNER_ONLY):  # a missing CRL of the root must not hide a revoked signer
        judged = context(trust, at, holdings, policy)
        judged.certificate_registry.register_multiple(others)
        paths = judged.path_builder.async_build_paths_lazy(certificate)
        result = run(validate_cert_usage(certificate, judged, usage, paths))
        if result.revo_details is not None:
            return Revocation.REVOKED
        if result.success_result is not None:
            return Revocation.GOOD if policy is REQUIRE_REVINFO else Revocation.UNKNOWN
    return Revocation.UNKNOWN
