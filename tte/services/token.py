"""The answer of a time-stamping authority: is it to our question, and stamped now? (RFC 3161 §2.4.2)"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from tte.errors import Fault, ServiceUnavailable
from tte.services import der
from tte.services.der import (
    BIT_STRING,
    BOOLEAN,
    GENERALIZED_TIME,
    INTEGER,
    OCTET_STRING,
    OID,
    SEQUENCE,
    Parts,
    Value,
)
from tte.services.question import Question
from tte.services.reading import no_answer, reading
from tte.services.signature import hash_of
from tte.services.signed import read_signed

_GRANTED: Final = (0, 1)
_REASONS: Final = {
    0: "it does not know the digest algorithm",
    2: "it does not take such a request",
    5: "it could not read the request",
    14: "its clock is not available",
    15: "it does not stamp under that policy",
    16: "it does not know an extension",
    17: "it has not what was asked for",
    25: "it is out of order",
}
"""The bits of PKIFailureInfo. What a TSA says in its own words is not repeated."""
_TIME: Final = re.compile(rb"(\d{14})(?:\.(\d{1,6})\d*)?Z")
_TST_INFO: Final = der.oid("1.2.840.113549.1.9.16.1.4")


@dataclass(frozen=True, slots=True)
class Token:
    """A token that answers the question, its signature verified with the certificate that it names.

    `others` are the further certificates in it, as they came: nobody has looked at them.
    """

    der: bytes
    at: datetime
    certificate: bytes
    others: tuple[bytes, ...]


def read_token(answer: bytes, question: Question, *, earliest: datetime, latest: datetime) -> Token:
    """The token in a TimeStampResp, if it is stamped between these times.

    ServiceUnavailable with fault NO_ANSWER, REJECTED, WRONG_IMPRINT, WRONG_NONCE, WRONG_POLICY, WRONG_TIME or
    WRONG_SIGNATURE.
    """
    with reading("time-stamp response"):
        token = _granted(der.only(answer, SEQUENCE).parts())
        signed = read_signed(token, _TST_INFO)
        at = _check(der.only(signed.content, SEQUENCE).parts(), question, earliest, latest)
        certificate = signed.verified()
        return Token(token, at, certificate, tuple(one for one in signed.certificates if one != certificate))


def _granted(response: Parts) -> bytes:
    about = response.take(SEQUENCE).parts()
    status = about.take(INTEGER).number()
    about.maybe(SEQUENCE)
    failure = about.maybe(BIT_STRING)
    about.end()
    token = response.maybe(SEQUENCE)
    response.end()
    if status not in _GRANTED:
        why = ", ".join(text for bit, text in _REASONS.items() if failure and _is_set(failure, bit))
        raise ServiceUnavailable(f"the time-stamp was refused: {why or 'no reason given'}", Fault.REJECTED)
    if token is None:
        raise no_answer("the time-stamp was granted, but there is none")
    return token.whole


def _is_set(bits: Value, bit: int) -> bool:
    place = 1 + bit // 8
    return place < len(bits.content) and bool(bits.content[place] & 0x80 >> bit % 8)


def _check(info: Parts, question: Question, earliest: datetime, latest: datetime) -> datetime:
    """The time of a TSTInfo that answers the question."""
    version, policy = info.take(INTEGER).number(), info.take(OID).content
    imprint = info.take(SEQUENCE).parts()
    hash_name, imprinted = hash_of(imprint.take(SEQUENCE)), imprint.take(OCTET_STRING).content
    imprint.end()
    info.take(INTEGER)
    at = _time(info.take(GENERALIZED_TIME).content)
    vague = _accuracy(info.maybe(SEQUENCE))
    info.maybe(BOOLEAN)
    nonce = info.maybe(INTEGER)
    info.maybe(0xA0)
    extensions = info.maybe(0xA1)
    info.end()
    if version != 1 or (extensions and any(_is_critical(one) for one in extensions.parts().rest())):
        raise no_answer("the time-stamp is of a kind that we do not know")
    if (hash_name, imprinted) != (question.digest_name, question.imprint):
        raise ServiceUnavailable("the time-stamp is for something else", Fault.WRONG_IMPRINT)
    if nonce is None or nonce.number() != question.nonce:
        raise ServiceUnavailable("the time-stamp answers another request", Fault.WRONG_NONCE)
    if question.policy is not None and policy != der.oid(question.policy):
        raise ServiceUnavailable("the time-stamp is under another policy than asked for", Fault.WRONG_POLICY)
    if not earliest <= at <= latest or not timedelta(0) <= vague <= latest - earliest:
        raise ServiceUnavailable(
            "the time-stamp's time is not ours", Fault.WRONG_TIME, hint="check the clock of this machine"
        )
    return at


def _time(text: bytes) -> datetime:
    found = _TIME.fullmatch(text)
    if found is None:
        raise ValueError("a time that is not DER")
    whole, fraction = found[1].decode(), (found[2] or b"0").decode()
    return datetime.strptime(whole, "%Y%m%d%H%M%S").replace(tzinfo=UTC, microsecond=int(fraction.ljust(6, "0")))


def _accuracy(value: Value | None) -> timedelta:
    if value is None:
        return timedelta(0)
    parts = value.parts()
    seconds, millis, micros = (parts.maybe(tag) for tag in (INTEGER, 0x80, 0x81))
    parts.end()
    return timedelta(
        seconds=seconds.number() if seconds else 0,
        milliseconds=millis.number() if millis else 0,
        microseconds=micros.number() if micros else 0,
    )


def _is_critical(extension: Value) -> bool:
    parts = extension.parts()
    parts.take(OID)
    critical = parts.maybe(BOOLEAN)
    return critical is not None and critical.content != b"\0"
