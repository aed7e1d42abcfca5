"""Whether a certificate has been revoked: by OCSP, else by CRL, fetched once for all who ask, and verified.

What is served over plain HTTP and by whomever is what a certificate's issuer signed, or it is not taken.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final, Generic, TypeVar

from tte.errors import Fault, ServiceUnavailable
from tte.http import Http
from tte.services.address import Address, all_failed
from tte.services.crl import Crl, read_crl
from tte.services.evidence import Evidence, Times
from tte.services.issued import Issued, issued
from tte.services.ocsp import read_ocsp, request
from tte.services.patience import USUAL, Limits
from tte.services.shelf import Shelf

__all__ = ["Evidence", "Revocations"]

_MOST_OCSP: Final = 1_000_000
_MOST_CRL: Final = 20_000_000
"""Bytes of an answer."""
_OCSP: Final = "application/ocsp-request"
_OCSP_ROOM, _CRL_ROOM, _ADDRESS_ROOM = 1024, 16, 256
_OLD: Final = timedelta(seconds=60)
"""An answer that was so old when it came had been made before; the next one is asked for no sooner than that."""

T = TypeVar("T", Evidence, Crl)


@dataclass(frozen=True, slots=True)
class _Held(Generic[T]):
    """An answer, when it was fetched by the clock for rests, and whether it was old when it came."""

    answer: T
    fetched: float
    old: bool


class Revocations:
    """Fetches and keeps what is known of certificates. May be used by many threads at a time.

    An answer is kept until it counts no more (its nextUpdate); however many ask, it is fetched by one. `tolerance` is
    how far a responder's clock may be ahead of ours; `unnamed` how long an OCSP answer counts that does not say it.
    """

    def __init__(
        self,
        *,
        http: Http,
        anchors: Sequence[bytes],
        now: Callable[[], datetime],
        tolerance: timedelta = timedelta(minutes=5),
        unnamed: timedelta = timedelta(minutes=10),
        limit: tuple[int, float] = USUAL.limit,
        failures: int = USUAL.failures,
        rest_s: float = USUAL.rest_s,
        longest_rest_s: float = USUAL.longest_s,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`limit` (so many requests in so many seconds) and the rests after failures are each address's own: `Limits`.

        `clock` gives seconds and never goes back.
        """
        self._http, self._anchors, self._now, self._clock = http, frozenset(anchors), now, clock
        self._tolerance, self._unnamed = tolerance, unnamed
        self._limits = Limits(failures, rest_s, longest_rest_s, limit)
        self._lock = threading.Lock()
        self._addresses: dict[str, Address] = {}
        self._answers: Shelf[tuple[bytes, bytes], _Held[Evidence]] = Shelf(_OCSP_ROOM)
        self._lists: Shelf[tuple[bytes, str], _Held[Crl]] = Shelf(_CRL_ROOM)

    def of(self, certificate: bytes, issuer: bytes, *, fresh_after: datetime | None = None) -> Evidence:
        """What is known of this certificate, by the issuer that signed it; both DER. A revoked one is no error.

        Whether that issuer leads to an anchor is for who built the chain.
        With `fresh_after` it was true at that second or later, unless it says that the certificate is revoked.
        ServiceUnavailable if neither OCSP nor CRL gives a usable answer, with the fault of the first that was asked:
        any of `Http.ask`, `read_ocsp` and `read_crl`; UNTRUSTED if that issuer did not issue it, NOT_ALLOWED for an
        anchor, UNREACHABLE if the certificate does not say whom to ask, RESTING if nobody may be asked now.
        """
        if certificate in self._anchors:
            raise ServiceUnavailable("an anchor is believed, nobody is asked about it", Fault.NOT_ALLOWED, sent=False)
        one = issued(certificate, issuer)
        after = fresh_after and fresh_after.replace(microsecond=0)
        problems: list[ServiceUnavailable] = []
        ways = [partial(self._by_ocsp, one, after)] if one.responders else []
        for ask in (*ways, *(partial(self._by_crl, one, after, url) for url in one.lists)):
            try:
                evidence = ask()
            except ServiceUnavailable as why:
                problems.append(why)
                continue
            if after is None or evidence.at >= after or evidence.revoked_at is not None:
                return evidence
            problems.append(ServiceUnavailable("the answer is older than what it must show", Fault.OUTSIDE_VALIDITY))
        if not problems:
            raise ServiceUnavailable(
                "the certificate names neither an OCSP responder nor a CRL", Fault.UNREACHABLE, sent=False
            )
        raise all_failed(problems)

    def close(self) -> None:
        """Let go of all connections; who still waits gets BROKE_OFF. Closing twice is fine."""
        with self._lock:
            for address in self._addresses.values():
                address.close()
        self._http.close()

    def _by_ocsp(self, one: Issued, after: datetime | None) -> Evidence:
        held = self._answers.get(
            (one.der, one.issuer_der), partial(self._usable, after=after), lambda: self._held(self._fetch_ocsp(one))
        )
        return held.answer

    def _by_crl(self, one: Issued, after: datetime | None, url: str) -> Evidence:
        held = self._lists.get(
            (one.issuer_der, url), partial(self._usable, after=after), lambda: self._held(self._fetch_crl(one, url))
        )
        return held.answer.about(one)

    def _fetch_ocsp(self, one: Issued) -> Evidence:
        problems = []
        for url in one.responders:
            try:
                evidence, responder = self._address(url).post(
                    request(one), _OCSP, lambda answer: read_ocsp(answer, one, self._times()), most=_MOST_OCSP
                )
                self._check_responder(responder, one)
            except ServiceUnavailable as why:
                problems.append(why)
            else:
                return evidence
        raise all_failed(problems)

    def _fetch_crl(self, one: Issued, url: str) -> Crl:
        return self._address(url).get(lambda answer: read_crl(answer, one.issuer, self._times()), most=_MOST_CRL)

    def _check_responder(self, responder: bytes | None, one: Issued) -> None:
        """A responder's certificate that does not excuse itself, and names a CRL, must not be on it (§4.2.2.2.1)."""
        if responder is None:
            return
        delegate = issued(responder, one.issuer_der)
        if delegate.no_check:
            return
        for url in delegate.lists:
            if self._by_crl(delegate, None, url).revoked_at is not None:
                raise ServiceUnavailable("the responder's certificate has been revoked", Fault.REVOKED)

    def _usable(self, held: _Held[T], *, after: datetime | None) -> bool:
        if self._now() > held.answer.until:
            return False
        if after is None or held.answer.at >= after:
            return True
        return held.old and self._clock() - held.fetched < _OLD.total_seconds()

    def _held(self, answer: T) -> _Held[T]:
        return _Held(answer, self._clock(), self._now() - answer.at > _OLD)

    def _times(self) -> Times:
        return Times(self._now(), self._tolerance, self._unnamed)

    def _address(self, url: str) -> Address:
        with self._lock:
            if url not in self._addresses:
                if len(self._addresses) >= _ADDRESS_ROOM:
                    self._addresses.clear()
                self._addresses[url] = Address(url, self._http, self._limits, now=self._now, clock=self._clock)
            return self._addresses[url]
