"""Revocation info: verified or refused by name, fetched once for all who ask, by the other way if one fails."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, ObjectIdentifier

from tests.certomancer_pki import certomancer_pki
from tests.hostile_server import (
    HTML,
    Behaviour,
    TrustServer,
    answers,
    breaks_off,
    by_turns,
    flood,
    hang,
    redirect,
    reset,
    serves,
    trickle,
    trust_server,
)
from tests.trust_services import Holder, Responder, crl, der, root
from tte.errors import Fault, ServiceUnavailable
from tte.http import Http
from tte.services import Revocations

AT = datetime(2026, 8, 17, 3, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
ROOT = root(AT)
ISSUER = ROOT.issue("Uji Coba Issuing CA", usage=["key_cert_sign", "crl_sign", "digital_signature"], is_ca=True)
HONEST = Responder(ISSUER, lambda: AT)
GOOD = answers(200, crl(ISSUER, AT))
STRANGER = root(AT, "Uji Coba Issuing CA")


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.s = 1_000.0

    def __call__(self) -> float:
        return self.s


@pytest.fixture
def server() -> Iterator[TrustServer]:
    with trust_server() as server:
        yield server


@pytest.fixture
def http() -> Iterator[Http]:
    http = Http(hosts=["127.0.0.1"], private=True, seconds=5)
    yield http
    http.close()


@pytest.fixture
def revocations(http: Http) -> Revocations:
    return Revocations(http=http, anchors=[ROOT.der], now=lambda: AT)


@pytest.fixture
def by_ocsp(server: TrustServer) -> Holder:
    """A certificate that names the OCSP responder at /ocsp."""
    return ISSUER.issue("Pejabat", ocsp_at=[server.url("/ocsp")])


@pytest.fixture
def by_crl(server: TrustServer) -> Holder:
    """A certificate that names the CRL at /crl."""
    return ISSUER.issue("Pejabat", crl_at=[server.url("/crl")])


@pytest.fixture
def by_both(server: TrustServer) -> Holder:
    return ISSUER.issue("Pejabat", ocsp_at=[server.url("/ocsp")], crl_at=[server.url("/crl")])


def fault_of(revocations: Revocations, holder: Holder, **options: Any) -> Fault:
    with pytest.raises(ServiceUnavailable) as refused:
        revocations.of(holder.der, ISSUER.der, **options)
    return refused.value.fault


# OCSP.


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


UNKNOWN = x509.UnrecognizedExtension(ObjectIdentifier("1.2.3.4"), b"\x05\x00")
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


# CRL.


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


# One way and the other.


@pytest.mark.parametrize("way", [answers(500), HTML, serves(replace(HONEST, status=ocsp.OCSPCertStatus.UNKNOWN))])
def test_without_ocsp_the_crl_is_read(
    revocations: Revocations, server: TrustServer, by_both: Holder, way: Behaviour
) -> None:
    server.on("/ocsp", way)
    server.on("/crl", GOOD)
    assert revocations.of(by_both.der, ISSUER.der).crl


def test_with_ocsp_it_is_not(revocations: Revocations, server: TrustServer, by_both: Holder) -> None:
    server.on("/ocsp", serves(HONEST))
    assert revocations.of(by_both.der, ISSUER.der).ocsp
    assert server.count("/crl") == 0


def test_the_second_responder_and_the_second_list_are_asked(revocations: Revocations, server: TrustServer) -> None:
    two = ISSUER.issue("Pejabat", ocsp_at=[server.url("/ocsp"), server.url("/ocsp2")])
    server.on("/ocsp2", serves(HONEST))
    assert revocations.of(two.der, ISSUER.der).ocsp
    lists = ISSUER.issue("Pejabat", crl_at=[server.url("/crl"), server.url("/crl2")])
    server.on("/crl2", GOOD)
    assert revocations.of(lists.der, ISSUER.der).crl


def test_if_all_fail_it_says_what_each_did(revocations: Revocations, server: TrustServer, by_both: Holder) -> None:
    server.on("/ocsp", answers(500))
    with pytest.raises(ServiceUnavailable, match=r"500.*404") as refused:
        revocations.of(by_both.der, ISSUER.der)
    assert refused.value.fault is Fault.STATUS


def test_who_names_nobody_cannot_be_asked_about(revocations: Revocations) -> None:
    assert fault_of(revocations, ISSUER.issue("Pejabat")) is Fault.UNREACHABLE
    elsewhere = ISSUER.issue("Pejabat", crl_at=["ldap://127.0.0.1/cn=crl", "file:///etc/passwd"])
    assert fault_of(revocations, elsewhere) is Fault.UNREACHABLE


def test_a_host_that_is_not_allowed_is_not_asked(server: TrustServer, by_both: Holder) -> None:
    http = Http(hosts=["ocsp.example"], private=True)
    assert fault_of(Revocations(http=http, anchors=[], now=lambda: AT), by_both) is Fault.NOT_ALLOWED
    assert server.connections == 0
    http.close()


def test_an_anchor_is_not_asked_about(revocations: Revocations) -> None:
    with pytest.raises(ServiceUnavailable) as refused:
        revocations.of(ROOT.der, ROOT.der)
    assert refused.value.fault is Fault.NOT_ALLOWED


@pytest.mark.parametrize("issuer", [ROOT.der, STRANGER.der, b"garbage"])
def test_only_who_issued_it_is_believed(
    revocations: Revocations, server: TrustServer, by_ocsp: Holder, issuer: bytes
) -> None:
    with pytest.raises(ServiceUnavailable) as refused:
        revocations.of(by_ocsp.der, issuer)
    assert (refused.value.fault, refused.value.sent, server.connections) == (Fault.UNTRUSTED, False, 0)


# Once for all.


def test_a_hundred_who_ask_at_once_ask_once(revocations: Revocations, server: TrustServer, by_both: Holder) -> None:
    ready = threading.Barrier(100)

    def ask(_: int) -> bytes | None:
        ready.wait(10)
        return revocations.of(by_both.der, ISSUER.der).ocsp

    server.on("/ocsp", serves(HONEST))
    with ThreadPoolExecutor(100) as pool:
        assert len({*pool.map(ask, range(100))}) == 1
    assert len(server.asked) == 1


def test_one_failure_is_told_to_all_who_waited(http: Http, server: TrustServer, by_ocsp: Holder) -> None:
    revocations = Revocations(http=http, anchors=[], now=lambda: AT, failures=1, clock=Clock())
    ready = threading.Barrier(20)

    def ask(_: int) -> Fault:
        ready.wait(10)
        return fault_of(revocations, by_ocsp)

    server.on("/ocsp", answers(500))
    with ThreadPoolExecutor(20) as pool:
        faults = {*pool.map(ask, range(20))}
    assert Fault.STATUS in faults
    assert faults <= {Fault.STATUS, Fault.RESTING}  # whoever came when it was over
    assert server.count("/ocsp") == 1


def test_a_list_serves_all_certificates_of_its_issuer(revocations: Revocations, server: TrustServer) -> None:
    holders = [ISSUER.issue(f"Pejabat {place}", crl_at=[server.url("/crl")]) for place in range(5)]
    revoked = {holders[3].certificate.serial_number: AT - HOUR}
    server.on("/crl", answers(200, crl(ISSUER, AT, revoked=revoked)))
    found = [revocations.of(holder.der, ISSUER.der).revoked_at for holder in holders]
    assert found == [None, None, None, AT - HOUR, None]
    assert server.count("/crl") == 1


@pytest.mark.parametrize("kind", ["ocsp", "crl"])
def test_an_answer_is_kept_until_it_counts_no_more(
    http: Http, server: TrustServer, by_ocsp: Holder, by_crl: Holder, kind: str
) -> None:
    now = AT
    revocations = Revocations(http=http, anchors=[], now=lambda: now)
    server.on("/ocsp", serves(replace(HONEST, now=lambda: now)))
    server.on("/crl", lambda *asked: answers(200, crl(ISSUER, now, lasts=10 * MINUTE))(*asked))
    holder = by_ocsp if kind == "ocsp" else by_crl
    for passed, fetched in ((0, 1), (5, 1), (10, 1), (11, 2), (20, 2), (22, 3)):
        now = AT + passed * MINUTE
        assert revocations.of(holder.der, ISSUER.der).until >= now
        assert server.count(f"/{kind}") == fetched


def test_a_failure_is_not_kept(revocations: Revocations, server: TrustServer, by_ocsp: Holder) -> None:
    server.on("/ocsp", by_turns(answers(500), serves(HONEST)))
    assert fault_of(revocations, by_ocsp) is Fault.STATUS
    assert revocations.of(by_ocsp.der, ISSUER.der).ocsp


def test_but_who_fails_again_and_again_is_left_alone(http: Http, server: TrustServer, by_ocsp: Holder) -> None:
    clock = Clock()
    revocations = Revocations(http=http, anchors=[], now=lambda: AT, failures=2, rest_s=10, clock=clock)
    server.on("/ocsp", by_turns(answers(500), answers(500), serves(HONEST)))
    assert [fault_of(revocations, by_ocsp) for _ in range(4)] == [Fault.STATUS] * 2 + [Fault.RESTING] * 2
    clock.s += 10
    assert revocations.of(by_ocsp.der, ISSUER.der).ocsp
    assert server.count("/ocsp") == 3


# Newer than what it must show.


def test_an_answer_that_is_too_old_is_fetched_again(http: Http, server: TrustServer, by_ocsp: Holder) -> None:
    now = AT
    revocations = Revocations(http=http, anchors=[], now=lambda: now)
    server.on("/ocsp", serves(replace(HONEST, now=lambda: now)))
    revocations.of(by_ocsp.der, ISSUER.der)
    for passed in (30, 31):
        now = AT + timedelta(seconds=passed, microseconds=7)
        assert revocations.of(by_ocsp.der, ISSUER.der, fresh_after=now).at == AT + timedelta(seconds=passed)
    revocations.of(by_ocsp.der, ISSUER.der, fresh_after=AT)
    assert server.count("/ocsp") == 3


def test_one_that_was_made_before_is_not_asked_for_over_and_over(
    http: Http, server: TrustServer, by_ocsp: Holder
) -> None:
    clock = Clock()
    revocations = Revocations(http=http, anchors=[], now=lambda: AT, clock=clock)
    server.on("/ocsp", serves(replace(HONEST, at=-5 * MINUTE)))
    for _ in range(5):
        assert fault_of(revocations, by_ocsp, fresh_after=AT - MINUTE) is Fault.OUTSIDE_VALIDITY
    assert revocations.of(by_ocsp.der, ISSUER.der).at == AT - 5 * MINUTE
    assert server.count("/ocsp") == 1
    clock.s += 60
    assert fault_of(revocations, by_ocsp, fresh_after=AT - MINUTE) is Fault.OUTSIDE_VALIDITY
    assert server.count("/ocsp") == 2


def test_a_newer_list_stands_in_for_an_old_answer(
    revocations: Revocations, server: TrustServer, by_both: Holder
) -> None:
    server.on("/ocsp", serves(replace(HONEST, at=-5 * MINUTE)))
    server.on("/crl", GOOD)
    assert revocations.of(by_both.der, ISSUER.der, fresh_after=AT - MINUTE).crl


def test_what_was_revoked_before_is_revoked(revocations: Revocations, server: TrustServer, by_ocsp: Holder) -> None:
    revoked = {by_ocsp.certificate.serial_number: AT - HOUR}
    server.on("/ocsp", serves(replace(HONEST, at=-5 * MINUTE, revoked=revoked)))
    assert revocations.of(by_ocsp.der, ISSUER.der, fresh_after=AT).revoked_at == AT - HOUR


# Another's software.


def test_certomancer_is_believed_by_ocsp_and_by_crl(tmp_path: Path, http: Http) -> None:
    with certomancer_pki(tmp_path, at=AT) as pki:
        revocations = Revocations(http=http, anchors=[der(pki.anchor)], now=lambda: AT)
        signer = revocations.of(der(pki.certificate), der(pki.issuer), fresh_after=AT)
        issuer = revocations.of(der(pki.issuer), der(pki.anchor))
    assert signer.ocsp
    assert signer.certificates
    assert issuer.crl
    assert (signer.revoked_at, issuer.revoked_at) == (None, None)
