"""Time-stamps: each way in which an authority can lie, fail or be another has its fault, and the next is asked."""

from __future__ import annotations

import hashlib
import itertools
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
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
    by_turns,
    flood,
    hang,
    redirect,
    reset,
    serves,
    trickle,
    trickled_headers,
    trust_server,
)
from tests.trust_services import Holder, Tsa, attribute, crl, der, integer, oid, root, sequence, tlv
from tte.errors import Fault, ServiceUnavailable
from tte.http import Http
from tte.services import Revocations, TimeStamps
from tte.services.der import only

AT = datetime(2026, 8, 17, 3, tzinfo=UTC)
DIGEST = hashlib.sha256(b"akta").digest()
HOUR = timedelta(hours=1)
POLICY = "1.3.6.1.4.1.99999.1"

ROOT = root(AT)
TSA = ROOT.tsa()
HONEST = Tsa(TSA, lambda: AT)
INTERMEDIATE = ROOT.issue("Uji Coba TSA CA", usage=["key_cert_sign", "crl_sign"], is_ca=True)


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
def stamps(server: TrustServer, http: Http) -> Callable[..., TimeStamps]:
    """The client of an authority for each of these ways to behave, at the paths /0, /1, ….

    In a function, as the tests want different ones.
    """

    def make(*ways: Behaviour, **options: Any) -> TimeStamps:
        addresses = [server.on(f"/{place}", way) for place, way in enumerate(ways)]
        given = {"http": http, "anchors": [ROOT.der], "now": lambda: AT, **options}
        return TimeStamps(addresses, **given)

    return make


Stamps = Callable[..., TimeStamps]


def fault_of(stamps: TimeStamps) -> Fault:
    with pytest.raises(ServiceUnavailable) as refused:
        stamps.stamp(DIGEST, "sha256")
    return refused.value.fault


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


# Whom to ask, and when.


def test_the_next_is_asked_when_one_fails(stamps: Stamps, server: TrustServer) -> None:
    client = stamps(answers(500), HTML, serves(HONEST))
    assert client.stamp(DIGEST, "sha256").certificate == TSA.der
    assert [one.path for one in server.asked] == ["/0", "/1", "/2"]


def test_if_all_fail_it_says_what_each_did(stamps: Stamps) -> None:
    with pytest.raises(ServiceUnavailable, match=r"500.*no time-stamp response") as refused:
        stamps(answers(500), HTML).stamp(DIGEST, "sha256")
    assert refused.value.fault is Fault.STATUS


def test_without_an_authority_there_is_no_time_stamp(stamps: Stamps) -> None:
    assert fault_of(stamps()) is Fault.UNREACHABLE


def test_who_fails_three_times_rests_ever_longer_and_is_tried_alone(stamps: Stamps, server: TrustServer) -> None:
    clock = Clock()
    client = stamps(answers(500), clock=clock, failures=3, rest_s=10, longest_rest_s=30)
    faults = [fault_of(client) for _ in range(5)]
    assert faults == [Fault.STATUS] * 3 + [Fault.RESTING] * 2
    for seconds in (10, 20, 30, 30):
        assert client.wait_s() == seconds
        clock.s += seconds - 1
        assert fault_of(client) is Fault.RESTING
        clock.s += 1
        assert fault_of(client) is Fault.STATUS
    assert server.count("/0") == 7


def test_who_answers_again_is_trusted_with_three_failures_again(stamps: Stamps) -> None:
    clock, down = Clock(), answers(500)
    client = stamps(by_turns(down, down, down, serves(HONEST), down, down, down, down), clock=clock, rest_s=10)
    for _ in range(3):
        fault_of(client)
    clock.s += 10
    client.stamp(DIGEST, "sha256")
    assert [fault_of(client) for _ in range(4)] == [Fault.STATUS] * 3 + [Fault.RESTING]


def test_after_a_rest_one_alone_tries(stamps: Stamps, server: TrustServer, http: Http) -> None:
    clock = Clock()
    hasty = Http(hosts=None, private=True, seconds=0.3)
    client = stamps(by_turns(answers(500), hang), clock=clock, failures=1, rest_s=10, http=hasty)
    fault_of(client)
    clock.s += 10
    with ThreadPoolExecutor(8) as pool:
        faults = [*pool.map(lambda _: fault_of(client), range(8))]
    hasty.close()
    assert sorted(faults) == [Fault.RESTING] * 7 + [Fault.TIMED_OUT]
    assert server.count("/0") == 2


def test_while_one_rests_the_next_is_asked_at_once(stamps: Stamps, server: TrustServer) -> None:
    client = stamps(answers(500), serves(HONEST), failures=1, clock=Clock())
    for _ in range(4):
        client.stamp(DIGEST, "sha256")
    assert (server.count("/0"), server.count("/1")) == (1, 4)


def test_no_more_is_asked_than_an_authority_allows(stamps: Stamps, server: TrustServer) -> None:
    clock = Clock()
    client = stamps(serves(HONEST), limit=(20, 1200), clock=clock)
    for _ in range(20):
        client.stamp(DIGEST, "sha256")
        clock.s += 1
    assert (fault_of(client), client.wait_s()) == (Fault.RESTING, 1180)
    clock.s += 1180
    client.stamp(DIGEST, "sha256")
    assert fault_of(client) is Fault.RESTING
    assert server.count("/0") == 21


def test_the_limit_holds_among_threads(stamps: Stamps, server: TrustServer) -> None:
    client = stamps(serves(HONEST), limit=(5, 60), clock=Clock())

    def ask(_: int) -> Fault | None:
        try:
            client.stamp(DIGEST, "sha256")
        except ServiceUnavailable as why:
            return why.fault
        return None

    with ThreadPoolExecutor(16) as pool:
        assert Counter(pool.map(ask, range(40))) == {None: 5, Fault.RESTING: 35}
    assert server.count("/0") == 5


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("later", ["120", "Mon, 17 Aug 2026 03:02:00 GMT"])
def test_who_says_when_to_come_back_is_left_alone_until_then(
    stamps: Stamps, server: TrustServer, status: int, later: str
) -> None:
    clock = Clock()
    client = stamps(by_turns(answers(status, Retry_After=later), serves(HONEST)), clock=clock)
    assert fault_of(client) is Fault.STATUS
    clock.s += 119
    assert fault_of(client) is Fault.RESTING
    clock.s += 1
    client.stamp(DIGEST, "sha256")
    assert server.count("/0") == 2


@pytest.mark.parametrize("later", ["99999999999999999999", "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_but_not_for_ever(stamps: Stamps, later: str) -> None:
    client = stamps(answers(429, Retry_After=later), clock=Clock(), longest_rest_s=600)
    fault_of(client)
    assert client.wait_s() == 600


@pytest.mark.parametrize("later", ["besok", "-5", "", "Mon, 17 Aug 2020 03:02:00 GMT"])
def test_a_wish_that_cannot_be_read_is_none(stamps: Stamps, later: str) -> None:
    client = stamps(answers(429, Retry_After=later), clock=Clock())
    fault_of(client)
    assert client.wait_s() == 0


# What processes know of each other.


@pytest.fixture
def kept(stamps: Stamps, tmp_path: Path) -> tuple[Clock, Callable[..., TimeStamps]]:
    """Makes clients that keep at one place, and the clock of all."""
    clock = Clock()

    def now() -> datetime:
        return AT + timedelta(seconds=clock.s - 1_000)

    honest = Tsa(TSA, now)
    return clock, lambda *ways, **more: stamps(
        *(ways or (serves(honest),)), now=now, clock=lambda: 0.0, kept=tmp_path / "kept", **more
    )


def test_two_that_keep_together_ask_no_more_than_one(
    kept: tuple[Clock, Callable[..., TimeStamps]], server: TrustServer
) -> None:
    clock, client = kept
    one, other = client(limit=(4, 600)), client(limit=(4, 600))
    for _ in range(2):
        one.stamp(DIGEST, "sha256")
        other.stamp(DIGEST, "sha256")
    assert [fault_of(client) for client in (one, other, client(limit=(4, 600)))] == [Fault.RESTING] * 3
    assert (one.wait_s(), other.wait_s()) == (600, 600)
    clock.s += 599
    assert fault_of(client(limit=(4, 600))) is Fault.RESTING
    clock.s += 1
    client(limit=(4, 600)).stamp(DIGEST, "sha256")
    assert server.count("/0") == 5


def test_the_kept_limit_holds_among_threads_of_several(
    kept: tuple[Clock, Callable[..., TimeStamps]], server: TrustServer
) -> None:
    _, client = kept
    clients = [client(limit=(5, 60)) for _ in range(4)]

    def ask(number: int) -> Fault | None:
        try:
            clients[number % 4].stamp(DIGEST, "sha256")
        except ServiceUnavailable as why:
            return why.fault
        return None

    with ThreadPoolExecutor(16) as pool:
        assert Counter(pool.map(ask, range(40))) == {None: 5, Fault.RESTING: 35}
    assert server.count("/0") == 5


def test_a_rest_and_how_often_there_was_one_is_known_to_the_next(
    kept: tuple[Clock, Callable[..., TimeStamps]], server: TrustServer, tmp_path: Path
) -> None:
    clock, client = kept
    down = answers(500)
    for _ in range(3):
        fault_of(client(down, failures=1, rest_s=10))
    assert server.count("/0") == 1
    clock.s += 10
    assert fault_of(client(down, failures=3, rest_s=10)) is Fault.STATUS
    assert client(down, rest_s=10).wait_s() == 20
    clock.s += 20
    client().stamp(DIGEST, "sha256")
    assert [file.stat().st_size for file in (tmp_path / "kept").iterdir()] == [0]


def test_a_wish_to_be_left_alone_is_known_to_the_next(kept: tuple[Clock, Callable[..., TimeStamps]]) -> None:
    clock, client = kept
    fault_of(client(answers(429, Retry_After="120")))
    clock.s += 119
    assert client().wait_s() == 1
    clock.s += 1
    client().stamp(DIGEST, "sha256")


@pytest.mark.parametrize("step", [-400_000_000, 400_000_000])
def test_a_clock_that_was_set_makes_nobody_wait_for_longer_than_the_limits(
    kept: tuple[Clock, Callable[..., TimeStamps]], step: int
) -> None:
    clock, client = kept
    client(limit=(1, 60)).stamp(DIGEST, "sha256")
    fault_of(client(answers(429, Retry_After="500"), limit=(9, 60)))
    clock.s += step
    assert client(limit=(1, 60), longest_rest_s=300).wait_s() <= 300
    clock.s += 300
    assert client(limit=(1, 60)).wait_s() == 0


@pytest.mark.parametrize(
    "content", [b"{", b"[]", b'{"asked": 5}', b'{"asked": [NaN, "x"]}', b'{"until": 1e999}', b"\xff"]
)
def test_what_is_kept_and_cannot_be_read_costs_no_time_stamp(
    kept: tuple[Clock, Callable[..., TimeStamps]], tmp_path: Path, content: bytes
) -> None:
    _, client = kept
    client(limit=(3, 60)).stamp(DIGEST, "sha256")
    (file,) = (tmp_path / "kept").iterdir()
    file.write_bytes(content)
    assert client(limit=(3, 60)).wait_s() <= 900
    file.write_bytes(b"{")
    client(limit=(3, 60)).stamp(DIGEST, "sha256")


def test_without_a_limit_and_a_rest_nothing_is_kept(
    kept: tuple[Clock, Callable[..., TimeStamps]], tmp_path: Path
) -> None:
    _, client = kept
    client().stamp(DIGEST, "sha256")
    assert not (tmp_path / "kept").exists()


def test_a_folder_that_cannot_be_written_costs_no_time_stamp(stamps: Stamps, tmp_path: Path) -> None:
    (tmp_path / "kept").write_bytes(b"")
    stamps(serves(HONEST), kept=tmp_path / "kept", limit=(3, 60)).stamp(DIGEST, "sha256")


def test_what_is_broken_off_by_closing_is_nobody_s_failure(stamps: Stamps, server: TrustServer, tmp_path: Path) -> None:
    client = stamps(hang, http=Http(hosts=None, private=True), failures=1, kept=tmp_path / "kept")
    with ThreadPoolExecutor(1) as pool:
        asking = pool.submit(fault_of, client)
        while not server.count("/0"):
            time.sleep(0.01)
        client.close()
        assert asking.result() is Fault.BROKE_OFF
    assert fault_of(client) is Fault.BROKE_OFF
    assert (client.wait_s(), (tmp_path / "kept").exists()) == (0, False)


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
