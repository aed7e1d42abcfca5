"""CRLs: a list is verified, or refused by name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from cryptography import x509

from tests.hostile_server import (
    TrustServer,
    answers,
)
from tests.revoking import AT, GOOD, HOUR, ISSUER, ROOT, STRANGER, UNKNOWN, fault_of
from tests.trust_services import Holder, crl
from tte.errors import Fault, ServiceUnavailable
from tte.http import Http
from tte.services import Revocations


def test_a_crl_shows_that_a_certificate_is_good(revocations: Revocations, server: TrustServer, by_crl: Holder) -> None:
    server.on("/crl", GOOD)
    evidence = revocations.of(by_crl.der, ISSUER.der)
    assert (evidence.ocsp, evidence.crl, evidence.certificates) == (None, crl_of(server), ())
    assert (evidence.at, evidence.until, evidence.revoked_at) == (AT, AT + timedelta(days=1), None)


def crl_of(server: TrustServer) -> bytes:
    http = Http(hosts=None, private=True)
    found = http.get(server.url("/crl"), most=10_000).body
    http.close()
    return found


def test_a_crl_shows_that_a_certificate_is_revoked(
    revocations: Revocations, server: TrustServer, by_crl: Holder
) -> None:
    revoked = {by_crl.certificate.serial_number: AT - HOUR, 4711: AT}
    reason = [(x509.CRLReason(x509.ReasonFlags.key_compromise), False)]
    server.on("/crl", answers(200, crl(ISSUER, AT, revoked=revoked, entry_extensions=reason)))
    assert revocations.of(by_crl.der, ISSUER.der).revoked_at == AT - HOUR


def scope(**changes: Any) -> tuple[x509.ExtensionType, bool]:
    options = {
        "full_name": None,
        "relative_name": None,
        "only_contains_user_certs": False,
        "only_contains_ca_certs": False,
        "only_some_reasons": None,
        "indirect_crl": False,
        "only_contains_attribute_certs": False,
        **changes,
    }
    return x509.IssuingDistributionPoint(**options), True


def named(url: str) -> list[x509.GeneralName]:
    return [x509.UniformResourceIdentifier(url)]


LYING_LISTS: Mapping[str, tuple[bytes, Fault]] = {
    "garbage": (bytes(range(256)), Fault.NO_ANSWER),
    "nothing": (b"", Fault.NO_ANSWER),
    "something after it": (crl(ISSUER, AT) + b"\0", Fault.NO_ANSWER),
    "stale": (crl(ISSUER, AT - 48 * HOUR), Fault.OUTSIDE_VALIDITY),
    "from the future": (crl(ISSUER, AT + HOUR), Fault.OUTSIDE_VALIDITY),
    "by another issuer": (crl(ROOT, AT), Fault.UNTRUSTED),
    "by another key": (crl(ISSUER, AT, signs=STRANGER.private), Fault.WRONG_SIGNATURE),
    "by another issuer of that name": (crl(STRANGER, AT), Fault.WRONG_SIGNATURE),
    "a delta": (crl(ISSUER, AT, extensions=[(x509.DeltaCRLIndicator(1), True)]), Fault.NO_ANSWER),
    "an unknown critical extension": (crl(ISSUER, AT, extensions=[(UNKNOWN, True)]), Fault.NO_ANSWER),
    "indirect": (crl(ISSUER, AT, extensions=[scope(indirect_crl=True)]), Fault.NO_ANSWER),
    "some reasons": (
        crl(ISSUER, AT, extensions=[scope(only_some_reasons=frozenset({x509.ReasonFlags.key_compromise}))]),
        Fault.NO_ANSWER,
    ),
    "CA certificates": (crl(ISSUER, AT, extensions=[scope(only_contains_ca_certs=True)]), Fault.NO_ANSWER),
    "attribute certificates": (
        crl(ISSUER, AT, extensions=[scope(only_contains_attribute_certs=True)]),
        Fault.NO_ANSWER,
    ),
    "another part": (crl(ISSUER, AT, extensions=[scope(full_name=named("http://x.example/2.crl"))]), Fault.NO_ANSWER),
}


@pytest.mark.parametrize("name", LYING_LISTS)
def test_each_lie_of_a_list_has_its_fault(
    revocations: Revocations, server: TrustServer, by_crl: Holder, name: str
) -> None:
    content, fault = LYING_LISTS[name]
    server.on("/crl", answers(200, content))
    assert fault_of(revocations, by_crl) is fault


def test_an_entry_that_says_more_than_we_know_is_not_read(
    revocations: Revocations, server: TrustServer, by_crl: Holder
) -> None:
    revoked = {by_crl.certificate.serial_number: AT - HOUR}
    server.on("/crl", answers(200, crl(ISSUER, AT, revoked=revoked, entry_extensions=[(UNKNOWN, True)])))
    assert fault_of(revocations, by_crl) is Fault.NO_ANSWER


def test_the_part_that_a_certificate_names_is_read(
    revocations: Revocations, server: TrustServer, by_crl: Holder
) -> None:
    part = scope(full_name=named(server.url("/crl")), only_contains_user_certs=True)
    server.on("/crl", answers(200, crl(ISSUER, AT, extensions=[part])))
    assert revocations.of(by_crl.der, ISSUER.der).crl


def test_an_issuer_that_may_not_sign_lists_has_none(revocations: Revocations, server: TrustServer) -> None:
    issuer = ROOT.issue("Uji Coba CA tanpa CRL", usage=["key_cert_sign"], is_ca=True)
    holder = issuer.issue("Pejabat", crl_at=[server.url("/crl")])
    server.on("/crl", answers(200, crl(issuer, AT)))
    with pytest.raises(ServiceUnavailable) as refused:
        revocations.of(holder.der, issuer.der)
    assert refused.value.fault is Fault.WRONG_PURPOSE
