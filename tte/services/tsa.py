"""Time-stamps from time-stamping authorities (RFC 3161), verified before anybody sees them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Final

from tte.errors import Fault, ServiceUnavailable
from tte.http import Http
from tte.services.address import Address, all_failed
from tte.services.authority import Authorities
from tte.services.chain import loaded
from tte.services.patience import USUAL, Limits
from tte.services.question import Question
from tte.services.revocation import Revocations
from tte.services.token import read_token

_MOST: Final = 64 * 1024
"""Bytes of an answer; a token with a chain of RSA-4096 has 8,000."""
_QUERY: Final = "application/timestamp-query"


@dataclass(frozen=True, slots=True)
class TimeStamp:
    """A time-stamp that holds. `token` is the DER of its ContentInfo, `at` its genTime.

    `certificate` is the TSA's, DER, and `until` the end of its validity: then the time-stamp needs another over it.
    """

    token: bytes
    at: datetime
    certificate: bytes
    until: datetime


class TimeStamps:
    """Asks the first of its authorities that can be asked and answers well. May be used by many threads at a time.

    `tolerance` is how far an authority's time may be from ours. An authority's clock is within a second of UTC
    (EN 319 421), so this is about our own: 60 s is more than a machine with any time service is off, and too little to
    matter for when something was signed; a clock that is off by an hour or a time zone is found. `revocations`: refuse
    an authority that is known to be revoked. Whether that can be learned is not asked for here: a time-stamp without
    revocation info is what level B-T is.
    """

    def __init__(
        self,
        addresses: Sequence[str],
        *,
        http: Http,
        anchors: Sequence[bytes],
        now: Callable[[], datetime],
        policy: str | None = None,
        revocations: Revocations | None = None,
        tolerance: timedelta = timedelta(seconds=60),
        limit: tuple[int, float] = USUAL.limit,
        failures: int = USUAL.failures,
        rest_s: float = USUAL.rest_s,
        longest_rest_s: float = USUAL.longest_s,
        clock: Callable[[], float] = time.monotonic,
        kept: Path | None = None,
    ) -> None:
        """`limit` (so many requests in so many seconds) and the rests after failures are each address's own: `Limits`.

        `clock` gives seconds and never goes back. With `kept`, a folder, a limit and the rests hold for all who keep
        them there, in other processes too; those without a limit do not count towards one.
        """
        self._http, self._now, self._policy = http, now, policy
        self._tolerance, self._revocations = tolerance, revocations
        self._authorities = Authorities(anchors)

        limits = Limits(failures, rest_s, longest_rest_s, limit)
        self._addresses = tuple(Address(url, http, limits, now=now, clock=clock, kept=kept) for url in addresses)

    @property
    def now(self) -> datetime:
        """The time by our own clock."""
        return self._now()

    def stamp(self, imprint: bytes, digest_name: str) -> TimeStamp:
        """A time-stamp over this digest, which is of algorithm `digest_name` (sha256, sha384 or sha512).

        ServiceUnavailable with the fault of the first authority that was asked, if none gave one: any of `Http.ask`
        and of `Fault`; RESTING if none was asked.
        """
        problems = []
        for address in self._addresses:
            try:
                return self._ask(address, Question.new(imprint, digest_name, self._policy))
            except ServiceUnavailable as why:
                problems.append(why)
        if not problems:
            raise ServiceUnavailable("no time-stamping authority is named", Fault.UNREACHABLE, sent=False)
        raise all_failed(problems)

    def wait_s(self) -> float:
        """How long no authority can be asked, from now; 0 if one can."""
        return min((address.wait_s() for address in self._addresses), default=0)

    def close(self) -> None:
        """Let go of all connections; who still waits gets BROKE_OFF. Closing twice is fine."""
        for address in self._addresses:
            address.close()
        self._http.close()

    def _ask(self, address: Address, question: Question) -> TimeStamp:
        asked = self._now()
        return address.post(question.der(), _QUERY, lambda answer: self._read(answer, question, asked), most=_MOST)

    def _read(self, answer: bytes, question: Question, asked: datetime) -> TimeStamp:
        token = read_token(answer, question, earliest=asked - self._tolerance, latest=self._now() + self._tolerance)
        chain = self._authorities.chain(token.certificate, token.others, at=token.at)
        self._check_revoked(chain.certificates)
        return TimeStamp(token.der, token.at, token.certificate, loaded(token.certificate).not_valid_after_utc)

    def _check_revoked(self, chain: Sequence[bytes]) -> None:
        if self._revocations is None:
            return
        for certificate, issuer in pairwise(chain):
            try:
                revoked_at = self._revocations.of(certificate, issuer).revoked_at
            except ServiceUnavailable:
                continue
            if revoked_at is not None:
                raise ServiceUnavailable("the authority's certificate or its issuer's has been revoked", Fault.REVOKED)
