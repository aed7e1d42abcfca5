"""OCSP: an answer is verified, or refused by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from tests.hostile_server import (
    HTML,
    Behaviour,
    TrustServer,
    answers,
    breaks_off,
    flood,
    hang,
    redirect,
    reset,
    serves,
    trickle,
)
from tests.revoking import AT, GOOD, HONEST, HOUR, ISSUER, MINUTE, ROOT, STRANGER, UNKNOWN, fault_of
from tests.trust_services import Holder, crl
from tte.errors import Fault
from tte.http import Http
from tte.services import Revocations


def delegate(**changes: Any) -> Holder:
    options = {"purposes": [ExtendedKeyUsageOID.OCSP_SIGNING], "no_check": True, **changes}
    return ISSUER.issue("Uji Coba OCSP", **options)


def test_a_good_answer_says_until_when(revocations: Revocations, server: TrustServer, by_ocsp: Holder) -> None:
    server.on("/ocsp", serves(HONEST))
    evidence = revocations.of(by_ocsp.der, ISSUER.der)
    assert (evidence.crl, evidence.certificates, evidence.revoked_at) == (None, (), None)
    assert (evidence.at, evidence.until) == (AT, AT + 10 * MINUTE)
    response = ocsp.load_der_ocsp_response(evidence.ocsp or b"")
    assert response.serial_number == by_ocsp.certificate.serial_number
    (asked,) = server.asked
    assert (asked.method, [*ocsp.load_der_ocsp_request(asked.body).extensions]) == ("POST", [])


def test_a_responder_of_the_issuers_comes_with_its_certificate(
    revocations: Revocations, server: TrustServer, by_ocsp: Holder
) -> None:
    signs = delegate()
    server.on("/ocsp", serves(replace(HONEST, signs=signs)))
    assert revocations.of(by_ocsp.der, ISSUER.der).certificates == (signs.der,)


def test_revoked_is_an_answer(revocations: Revocations, server: TrustServer, by_ocsp: Holder) -> None:
    revoked = {by_ocsp.certificate.serial_number: AT - HOUR}
    server.on("/ocsp", serves(replace(HONEST, revoked=revoked)))
    assert revocations.of(by_ocsp.der, ISSUER.der).revoked_at == AT - HOUR


def test_an_answer_without_an_end_counts_for_a_while(
    revocations: Revocations, server: TrustServer, by_ocsp: Holder
) -> None:
    server.on("/ocsp", serves(replace(HONEST, lasts=None)))
    assert revocations.of(by_ocsp.der, ISSUER.der).until == AT + 10 * MINUTE


def one_bit_less(value: bytes) -> bytes:
    return value[:-1] + bytes([value[-1] ^ 1])


LYING_RESPONDERS: Mapping[str, tuple[Callable[[bytes], bytes], Fault]] = {
    "try later": (replace(HONEST, failure=ocsp.OCSPResponseStatus.TRY_LATER), Fault.REJECTED),
    "unauthorized": (replace(HONEST, failure=ocsp.OCSPResponseStatus.UNAUTHORIZED), Fault.REJECTED),
    "unknown": (replace(HONEST, status=ocsp.OCSPCertStatus.UNKNOWN), Fault.REJECTED),
    "garbage": (lambda _: bytes(range(256)), Fault.NO_ANSWER),
    "nothing": (lambda _: b"", Fault.NO_ANSWER),
    "something after it": (lambda request: HONEST(request) + b"\0", Fault.NO_ANSWER),
    "half of it": (lambda request: HONEST(request)[:100], Fault.NO_ANSWER),
    "the request": (lambda request: request, Fault.NO_ANSWER),
    "a CRL": (lambda _: crl(ISSUER, AT), Fault.NO_ANSWER),
    "about another certificate": (replace(HONEST, about=lambda serial: serial + 1), Fault.NO_ANSWER),
    "about another key's": (replace(HONEST, by=STRANGER), Fault.NO_ANSWER),
    "about another issuer's": (replace(HONEST, in_the_name_of=ROOT), Fault.NO_ANSWER),
    "an unknown critical extension": (replace(HONEST, extensions=[(UNKNOWN, True)]), Fault.NO_ANSWER),
    "stale": (replace(HONEST, at=-HOUR), Fault.OUTSIDE_VALIDITY),
    "stale without an end": (replace(HONEST, at=-HOUR, lasts=None), Fault.OUTSIDE_VALIDITY),
    "from the future": (replace(HONEST, at=HOUR), Fault.OUTSIDE_VALIDITY),
    "by a stranger": (replace(HONEST, signs=STRANGER), Fault.UNTRUSTED),
    "by a stranger who hides": (replace(HONEST, signs=STRANGER, carries=False), Fault.WRONG_SIGNATURE),
    "by a stranger's responder": (
        replace(HONEST, signs=STRANGER.issue("OCSP", purposes=[ExtendedKeyUsageOID.OCSP_SIGNING])),
        Fault.UNTRUSTED,
    ),
    "by another key in the issuer's name": (
        lambda request: replace(HONEST, signs=STRANGER, carries=False)(request).replace(
            STRANGER.key_hash, ISSUER.key_hash
        ),
        Fault.WRONG_SIGNATURE,
    ),
    "by a subscriber": (replace(HONEST, signs=delegate(purposes=[])), Fault.WRONG_PURPOSE),
    "by a TSA": (
        replace(HONEST, signs=delegate(purposes=[ExtendedKeyUsageOID.TIME_STAMPING])),
        Fault.WRONG_PURPOSE,
    ),
    "for any purpose": (
        replace(HONEST, signs=delegate(purposes=[ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE])),
        Fault.WRONG_PURPOSE,
    ),
    "by a key not for signing": (replace(HONEST, signs=delegate(usage=[])), Fault.WRONG_PURPOSE),
    "by an expired responder": (
        replace(HONEST, signs=delegate(valid=(AT - 9 * HOUR, AT - HOUR))),
        Fault.OUTSIDE_VALIDITY,
    ),
    "with a broken signature": (lambda request: one_bit_less(HONEST(request)), Fault.WRONG_SIGNATURE),
    "with a weak hash": (replace(HONEST, algorithm=hashes.SHA224()), Fault.WRONG_SIGNATURE),
}


@pytest.mark.parametrize("name", LYING_RESPONDERS)
def test_each_lie_of_a_responder_has_its_fault(
    revocations: Revocations, server: TrustServer, by_ocsp: Holder, name: str
) -> None:
    way, fault = LYING_RESPONDERS[name]
    server.on("/ocsp", serves(way))
    assert fault_of(revocations, by_ocsp) is fault


@pytest.mark.parametrize(
    ("way", "fault"),
    [
        (HTML, Fault.NO_ANSWER),
        (answers(500), Fault.STATUS),
        (flood, Fault.TOO_LARGE),
        (answers(200, bytes(1_000_001)), Fault.TOO_LARGE),
        (reset, Fault.BROKE_OFF),
        (breaks_off, Fault.BROKE_OFF),
        (redirect("http://127.0.0.1:1/"), Fault.NOT_ALLOWED),
    ],
)
@pytest.mark.parametrize("path", ["/ocsp", "/crl"])
def test_each_failure_of_http_has_its_fault(
    revocations: Revocations,
    server: TrustServer,
    by_ocsp: Holder,
    by_crl: Holder,
    way: Behaviour,
    fault: Fault,
    path: str,
) -> None:
    server.on(path, way)
    if fault is Fault.TOO_LARGE and path == "/crl":
        way, fault = answers(200, bytes(1_000_001)), Fault.NO_ANSWER  # a CRL may be that long, but this is none
        server.on(path, way)
    assert fault_of(revocations, by_ocsp if path == "/ocsp" else by_crl) is fault


def test_a_crl_has_an_end(revocations: Revocations, server: TrustServer, by_crl: Holder) -> None:
    server.on("/crl", flood)
    assert fault_of(revocations, by_crl) is Fault.TOO_LARGE


@pytest.mark.parametrize("way", [hang, trickle])
def test_whoever_is_slow_is_given_up(server: TrustServer, by_both: Holder, way: Behaviour) -> None:
    server.on("/ocsp", way)
    server.on("/crl", way)
    hasty = Http(hosts=None, private=True, seconds=0.1)
    assert fault_of(Revocations(http=hasty, anchors=[], now=lambda: AT), by_both) is Fault.TIMED_OUT
    hasty.close()


# A responder's own certificate.


def test_a_responder_that_does_not_excuse_itself_must_not_be_revoked(
    revocations: Revocations, server: TrustServer, by_ocsp: Holder
) -> None:
    signs = delegate(no_check=False, crl_at=[server.url("/crl")])
    server.on("/ocsp", serves(replace(HONEST, signs=signs)))
    server.on("/crl", answers(200, crl(ISSUER, AT, revoked={signs.certificate.serial_number: AT - HOUR})))
    assert fault_of(revocations, by_ocsp) is Fault.REVOKED
    assert server.count("/crl") == 1


def test_and_is_believed_when_it_is_not(revocations: Revocations, server: TrustServer, by_ocsp: Holder) -> None:
    signs = delegate(no_check=False, crl_at=[server.url("/crl")])
    server.on("/ocsp", serves(replace(HONEST, signs=signs)))
    server.on("/crl", GOOD)
    assert revocations.of(by_ocsp.der, ISSUER.der).ocsp
