"""Time-stamps: each way in which an authority can lie has its fault."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import cms, tsp
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from tests.certomancer_pki import certomancer_pki
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
    trickled_headers,
)
from tests.time_stamping import AT, DIGEST, HONEST, HOUR, INTERMEDIATE, POLICY, ROOT, TSA, Stamps, fault_of
from tests.trust_services import Holder, Tsa, attribute, crl, der, integer, oid, root, sequence, tlv
from tte.errors import Fault, ServiceUnavailable
from tte.http import Http
from tte.services import Revocations, TimeStamps
from tte.services.der import only


def test_an_honest_time_stamp_holds(stamps: Stamps, server: TrustServer) -> None:
    stamp = stamps(serves(HONEST)).stamp(DIGEST, "sha256")
    assert (stamp.at, stamp.certificate, stamp.until) == (AT, TSA.der, TSA.certificate.not_valid_after_utc)
    token = cms.ContentInfo.load(stamp.token, strict=True)
    assert (
        token["content"]["encap_content_info"]["content"].parsed["message_imprint"]["hashed_message"].native == DIGEST
    )
    (asked,) = server.asked
    request = tsp.TimeStampReq.load(asked.body, strict=True)
    assert (request["cert_req"].native, request["nonce"].native > 0) == (True, True)


def test_each_request_has_a_nonce_of_its_own(stamps: Stamps, server: TrustServer) -> None:
    client = stamps(HTML, serves(HONEST))
    client.stamp(DIGEST, "sha256")
    client.stamp(DIGEST, "sha256")
    nonces = {tsp.TimeStampReq.load(one.body)["nonce"].native for one in server.asked}
    assert len(nonces) == len(server.asked) == 4


@pytest.mark.parametrize(
    "changes",
    [
        {"ess_v1": True},
        {"status": 1},
        {"digest": "sha384"},
        {"accuracy": sequence(integer(1))},
        {"holder": INTERMEDIATE.tsa(), "carries": None},
        {"holder": ROOT.tsa(usage=["content_commitment"])},
    ],
)
def test_what_the_standards_allow_holds(stamps: Stamps, changes: dict[str, Any]) -> None:
    tsa = replace(HONEST, **changes)
    if "carries" in changes:
        tsa = replace(tsa, carries=[INTERMEDIATE.der, tsa.holder.der])
    stamp = stamps(serves(tsa)).stamp(hashlib.sha384(b"akta").digest(), "sha384")
    assert stamp.certificate == tsa.holder.der


@pytest.mark.parametrize("pss", [False, True])
def test_rsa_holds(stamps: Stamps, pss: bool) -> None:
    holder = ROOT.tsa(private=rsa.generate_private_key(65537, 2048))
    stamps(serves(replace(HONEST, holder=holder, pss=pss))).stamp(DIGEST, "sha256")


def test_an_authority_may_be_an_anchor_itself(stamps: Stamps) -> None:
    stamps(serves(HONEST), anchors=[TSA.der]).stamp(DIGEST, "sha256")


def test_but_not_beyond_its_validity(stamps: Stamps) -> None:
    old = ROOT.tsa(valid=(AT - 9 * HOUR, AT - HOUR))
    assert fault_of(stamps(serves(replace(HONEST, holder=old)), anchors=[old.der])) is Fault.OUTSIDE_VALIDITY


@pytest.mark.parametrize(
    "written",
    [
        b"",
        b"\x30",
        b"\x30\x80\x00\x00",
        b"\x30\x81\x03\x02\x01\x01",
        b"\x30\x82\x00\x80" + bytes(128),
        b"\x30\x85\x00\x00\x00\x00\x03\x02\x01\x01",
        b"\x30\x04\x02\x01\x01",
        b"\x30\x03\x02\x01\x01\x00",
        b"\x31\x03\x02\x01\x01",
    ],
)
def test_what_is_not_der_is_not_read(written: bytes) -> None:
    """Nothing, no length, an indefinite, a longer than needed, a cut-off one, one with something after, another tag."""
    with pytest.raises((ValueError, IndexError)):
        only(written, 0x30).parts().rest()
    assert only(b"\x30\x03\x02\x01\x07", 0x30).parts().take(0x02).number() == 7


def one_bit_less(value: bytes) -> bytes:
    return value[:-1] + bytes([value[-1] ^ 1])


STRANGER = root(AT)
LIES: Mapping[str, tuple[Tsa | Callable[[bytes], bytes], Fault]] = {
    "rejection": (replace(HONEST, status=2, failure=2, token_too=False), Fault.REJECTED),
    "a rejection with a token": (replace(HONEST, status=2), Fault.REJECTED),
    "waiting": (replace(HONEST, status=3, token_too=False), Fault.REJECTED),
    "a status that there is not": (replace(HONEST, status=77), Fault.REJECTED),
    "granted without a token": (replace(HONEST, token_too=False), Fault.NO_ANSWER),
    "nothing": (lambda _: b"", Fault.NO_ANSWER),
    "garbage": (lambda _: bytes(range(256)), Fault.NO_ANSWER),
    "the token only": (HONEST.token, Fault.NO_ANSWER),
    "something after it": (lambda request: HONEST(request) + b"\0", Fault.NO_ANSWER),
    "half of it": (lambda request: HONEST(request)[:400], Fault.NO_ANSWER),
    "the request": (lambda request: request, Fault.NO_ANSWER),
    "nested a thousand times": (lambda _: nested(1000), Fault.NO_ANSWER),
    "wrong nonce": (replace(HONEST, nonce=lambda nonce: nonce + 1), Fault.WRONG_NONCE),
    "no nonce": (replace(HONEST, nonce=lambda _: None), Fault.WRONG_NONCE),
    "wrong imprint": (replace(HONEST, imprint=one_bit_less), Fault.WRONG_IMPRINT),
    "short imprint": (replace(HONEST, imprint=lambda imprint: imprint[:-1]), Fault.WRONG_IMPRINT),
    "an hour ahead": (replace(HONEST, now=lambda: AT + HOUR), Fault.WRONG_TIME),
    "an hour behind": (replace(HONEST, now=lambda: AT - HOUR), Fault.WRONG_TIME),
    "right to the hour": (replace(HONEST, accuracy=sequence(integer(3600))), Fault.WRONG_TIME),
    "a broken signature": (replace(HONEST, signature=one_bit_less), Fault.WRONG_SIGNATURE),
    "no signature": (replace(HONEST, signature=lambda _: b""), Fault.WRONG_SIGNATURE),
    "a signature by another key": (
        replace(HONEST, holder=Holder(TSA.certificate, STRANGER.private)),
        Fault.WRONG_SIGNATURE,
    ),
    "another certificate named": (replace(HONEST, names=ROOT.tsa().der), Fault.WRONG_SIGNATURE),
    "another one named and carried": (
        replace(HONEST, names=ROOT.der, carries=[TSA.der, ROOT.der]),
        Fault.WRONG_SIGNATURE,
    ),
    "another serial number": (replace(HONEST, serial=4711), Fault.WRONG_SIGNATURE),
    "no certificate": (replace(HONEST, carries=[]), Fault.WRONG_SIGNATURE),
    "a weak key": (
        replace(HONEST, holder=ROOT.tsa(private=rsa.generate_private_key(65537, 1024))),  # noqa: S505
        Fault.WRONG_SIGNATURE,
    ),
    "an attribute twice": (
        replace(HONEST, extra=[attribute(oid("1.2.840.113549.1.9.3"), oid("1.2.840.113549.1.7.1"))]),
        Fault.WRONG_SIGNATURE,
    ),
    "version 2": (replace(HONEST, version=2), Fault.NO_ANSWER),
    "two signers": (replace(HONEST, more_signers=1), Fault.NO_ANSWER),
    "many certificates": (replace(HONEST, carries=[TSA.der, *[ROOT.der] * 50]), Fault.NO_ANSWER),
    "an unknown critical extension": (
        replace(HONEST, extensions=tlv(0xA1, sequence(oid("1.2.3"), b"\x01\x01\xff", tlv(0x04, b"?")))),
        Fault.NO_ANSWER,
    ),
    "no purpose": (replace(HONEST, holder=ROOT.issue("Bukan TSA")), Fault.WRONG_PURPOSE),
    "another purpose": (
        replace(HONEST, holder=ROOT.tsa(purposes=[ExtendedKeyUsageOID.CODE_SIGNING])),
        Fault.WRONG_PURPOSE,
    ),
    "another purpose too": (
        replace(
            HONEST, holder=ROOT.tsa(purposes=[ExtendedKeyUsageOID.TIME_STAMPING, ExtendedKeyUsageOID.OCSP_SIGNING])
        ),
        Fault.WRONG_PURPOSE,
    ),
    "a purpose that is not critical": (replace(HONEST, holder=ROOT.tsa(purposes_critical=False)), Fault.WRONG_PURPOSE),
    "a key not for signing": (replace(HONEST, holder=ROOT.tsa(usage=[])), Fault.WRONG_PURPOSE),
    "a CA": (replace(HONEST, holder=ROOT.tsa(is_ca=True)), Fault.WRONG_PURPOSE),
    "an untrusted chain": (
        replace(HONEST, holder=STRANGER.tsa(), carries=None),
        Fault.UNTRUSTED,
    ),
    "an untrusted chain with our root in it": (
        replace(HONEST, holder=(stranger := STRANGER.tsa()), carries=[stranger.der, STRANGER.der, ROOT.der]),
        Fault.UNTRUSTED,
    ),
    "a chain with a hole": (replace(HONEST, holder=INTERMEDIATE.tsa()), Fault.UNTRUSTED),
    "an expired certificate": (
        replace(HONEST, holder=ROOT.tsa(valid=(AT - 9 * HOUR, AT - HOUR))),
        Fault.OUTSIDE_VALIDITY,
    ),
    "a certificate of tomorrow": (
        replace(HONEST, holder=ROOT.tsa(valid=(AT + 9 * HOUR, AT + 99 * HOUR))),
        Fault.OUTSIDE_VALIDITY,
    ),
    "an expired issuer": (
        replace(
            HONEST,
            holder=(
                below := (
                    old := ROOT.issue(
                        "Uji Coba TSA CA lama", usage=["key_cert_sign"], is_ca=True, valid=(AT - 9 * HOUR, AT - HOUR)
                    )
                ).tsa(valid=(AT - 9 * HOUR, AT + HOUR))
            ),
            carries=[below.der, old.der],
        ),
        Fault.OUTSIDE_VALIDITY,
    ),
}


def nested(depth: int) -> bytes:
    inner = b""
    for _ in range(depth):
        inner = sequence(inner)
    return inner


@pytest.mark.parametrize("name", LIES)
def test_each_lie_has_its_fault(stamps: Stamps, name: str) -> None:
    way, fault = LIES[name]
    assert fault_of(stamps(serves(way))) is fault


def test_no_byte_of_an_answer_can_be_changed_to_any_effect(stamps: Stamps) -> None:
    """What nobody signs (versions, the order of things) may be changed, but to no other time or certificate."""
    places = itertools.count(-1)

    def flipped(request: bytes) -> bytes:
        answer, place = bytearray(HONEST(request)), next(places)
        if place >= 0:
            answer[place] ^= 0x04
        return bytes(answer)

    client = stamps(serves(flipped), failures=10_000)
    honest = client.stamp(DIGEST, "sha256")
    for _ in range(len(honest.token) + 9):
        try:
            stamp = client.stamp(DIGEST, "sha256")
        except ServiceUnavailable:
            continue
        assert replace(stamp, token=honest.token) == honest


def test_another_policy_than_asked_for_is_refused(stamps: Stamps, server: TrustServer) -> None:
    assert fault_of(stamps(serves(HONEST), policy="1.2.3.4")) is Fault.WRONG_POLICY
    assert tsp.TimeStampReq.load(server.asked[0].body)["req_policy"].dotted == "1.2.3.4"
    stamps(serves(HONEST), policy=POLICY).stamp(DIGEST, "sha256")


@pytest.mark.parametrize(
    ("way", "fault"),
    [
        (HTML, Fault.NO_ANSWER),
        (answers(500, b"aduh"), Fault.STATUS),
        (answers(204), Fault.STATUS),
        (flood, Fault.TOO_LARGE),
        (reset, Fault.BROKE_OFF),
        (breaks_off, Fault.BROKE_OFF),
        (redirect("http://127.0.0.1:1/"), Fault.NOT_ALLOWED),
    ],
)
def test_each_failure_of_http_has_its_fault(stamps: Stamps, way: Behaviour, fault: Fault) -> None:
    assert fault_of(stamps(way)) is fault


@pytest.mark.parametrize("way", [hang, trickle, trickled_headers])
def test_whoever_is_slow_is_given_up(stamps: Stamps, way: Behaviour) -> None:
    hasty = Http(hosts=None, private=True, seconds=0.1)
    assert fault_of(stamps(way, http=hasty)) is Fault.TIMED_OUT
    hasty.close()


def test_a_time_within_the_tolerance_holds(stamps: Stamps) -> None:
    ahead = serves(replace(HONEST, now=lambda: AT + timedelta(seconds=5)))
    assert stamps(ahead).stamp(DIGEST, "sha256").at == AT + timedelta(seconds=5)
    assert fault_of(stamps(ahead, tolerance=timedelta(seconds=4))) is Fault.WRONG_TIME


def test_a_chain_is_judged_at_each_time_stamp(stamps: Stamps) -> None:
    """What is remembered of an authority does not outlive its certificate."""
    now = AT
    holder = ROOT.tsa(valid=(AT - HOUR, AT + HOUR))
    client = stamps(serves(Tsa(holder, lambda: now)), now=lambda: now)
    client.stamp(DIGEST, "sha256")
    now = AT + 2 * HOUR
    assert fault_of(client) is Fault.OUTSIDE_VALIDITY


def test_certificates_that_all_sign_each_other_are_not_followed_for_ever(stamps: Stamps) -> None:
    """With each more there are that many times more ways; certvalidator alone would take years for these."""
    evil = root(AT, "Jahat")
    loop = [evil.issue("Jahat", usage=["key_cert_sign"], is_ca=True, private=evil.private).der for _ in range(14)]
    holder = evil.tsa()
    tsa = replace(HONEST, holder=holder, carries=[holder.der, *loop])
    assert fault_of(stamps(serves(tsa))) is Fault.UNTRUSTED


def test_the_way_that_leads_to_an_anchor_is_found_among_others(stamps: Stamps) -> None:
    """The authority's issuer is certified twice: by a root that is gone, and by ours."""
    gone = root(AT, "Uji Coba Root CA lama")
    private = INTERMEDIATE.private
    options: dict[str, Any] = {"usage": ["key_cert_sign"], "is_ca": True, "private": private}
    twice = [by.issue("Uji Coba TSA CA", **options) for by in (gone, ROOT)]
    holder = twice[0].tsa()
    for carried in (twice, twice[::-1]):
        tsa = replace(HONEST, holder=holder, carries=[holder.der, gone.der, *(one.der for one in carried)])
        stamps(serves(tsa)).stamp(DIGEST, "sha256")


def test_a_digest_of_another_length_is_not_sent(stamps: Stamps, server: TrustServer) -> None:
    for digest, name in ((DIGEST[:-1], "sha256"), (DIGEST, "sha384"), (DIGEST[:20], "sha1")):
        with pytest.raises(ValueError, match="imprint"):
            stamps(serves(HONEST)).stamp(digest, name)
    assert server.asked == []


# Revoked authorities.


def test_a_revoked_authority_is_refused(stamps: Stamps, server: TrustServer, http: Http) -> None:
    holder = ROOT.tsa(crl_at=[server.url("/crl")])
    revoked = {holder.certificate.serial_number: AT - HOUR}
    server.on("/crl", answers(200, crl(ROOT, AT, revoked=revoked)))
    revocations = Revocations(http=http, anchors=[ROOT.der], now=lambda: AT)
    assert fault_of(stamps(serves(replace(HONEST, holder=holder)), revocations=revocations)) is Fault.REVOKED


def test_one_of_which_nothing_can_be_learned_is_not(stamps: Stamps, server: TrustServer, http: Http) -> None:
    holder = ROOT.tsa(crl_at=[server.url("/crl")])
    revocations = Revocations(http=http, anchors=[ROOT.der], now=lambda: AT)
    stamps(serves(replace(HONEST, holder=holder)), revocations=revocations).stamp(DIGEST, "sha256")
    assert server.count("/crl") == 1


# Another's software.


def test_certomancer_gives_time_stamps(tmp_path: Path, http: Http) -> None:
    with certomancer_pki(tmp_path, at=AT) as pki:
        anchors = [der(pki.anchor)]
        revocations = Revocations(http=http, anchors=anchors, now=lambda: AT)
        client = TimeStamps([pki.tsa_url], http=http, anchors=anchors, now=lambda: AT, revocations=revocations)
        with ThreadPoolExecutor(8) as pool:
            digests = [hashlib.sha256(b"%d" % place).digest() for place in range(16)]
            given = [*pool.map(lambda digest: client.stamp(digest, "sha256"), digests)]
    assert {one.at for one in given} == {AT}
    assert len({one.token for one in given}) == 16
    assert pki.anchor.public_bytes(Encoding.DER) not in {one.certificate for one in given}
