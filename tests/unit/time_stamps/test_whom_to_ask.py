"""Which authority is asked for a time-stamp, when, and how often."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.hostile_server import (
    HTML,
    TrustServer,
    answers,
    by_turns,
    hang,
    serves,
)
from tests.time_stamping import DIGEST, HONEST, TSA, Clock, Stamps, fault_of
from tte.errors import Fault, ServiceUnavailable
from tte.http import Http


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
