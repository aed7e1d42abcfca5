"""Revocation info: fetched once for all who ask, and by the other way if one fails."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.x509 import ocsp

from tests.certomancer_pki import certomancer_pki
from tests.hostile_server import (
    HTML,
    Behaviour,
    TrustServer,
    answers,
    by_turns,
    serves,
)
from tests.revoking import AT, GOOD, HONEST, HOUR, ISSUER, MINUTE, ROOT, STRANGER, Clock, fault_of
from tests.trust_services import Holder, crl, der
from tte.errors import Fault, ServiceUnavailable
from tte.http import Http
from tte.services import Revocations

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
