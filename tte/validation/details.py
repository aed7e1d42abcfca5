"""All that a full report says of a signature beside its verdict. It tells what was judged and changes nothing of it.

Gathered only when it is asked for: it looks at every certificate again. What cannot be read is left out. Names come
through `names.shown`; how much is told is bounded, so that a report fits through the wall of the sandbox.
"""

# asn1crypto is typed only in part.
# mypy: disable-error-code="no-untyped-call, no-any-return"

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice

from asn1crypto import keys, x509

from tte.model import (
    AlgorithmFact,
    CertificateFact,
    Details,
    PermissionFact,
    RevocationFact,
    RevocationState,
    TimeProof,
    TimeStampFact,
)
from tte.validation import algorithms, crypto, names, policy
from tte.validation.crypto import LATE, Facts, TimeStamp
from tte.validation.form_fields import text
from tte.validation.holdings import Holdings, Revocation, revocation
from tte.validation.pieces import piece_about
from tte.validation.reasons import Reason
from tte.validation.revision import get, items, name_of
from tte.validation.shown import Shown
from tte.validation.trust import Trust

_MOST_CERTIFICATES = 6
_MOST_FIELDS = 8
_TRANSFORMS = {"/DocMDP": "DocMDP", "/FieldMDP": "FieldMDP"}
_ACTIONS = {"/All": "All", "/Include": "Include", "/Exclude": "Exclude"}


def details(
    shown: Shown, facts: Facts | None, best: datetime, *, trust: Trust, now: datetime, holdings: Holdings
) -> Details:
    """What is known of a signature; `best` is its best-signature-time. Less if a part cannot be read."""
    chain: tuple[CertificateFact, ...] = ()
    stamps: tuple[TimeStampFact, ...] = ()
    if facts is not None:
        try:
            chain = tuple(_chain(facts, best, trust, now, holdings))
            if facts.time_stamp is not None:
                stamps = (stamp_fact(facts.time_stamp, TimeProof.SIGNATURE_TIME_STAMP),)
        except LATE:
            pass
    said = [names.shown(text(get(shown.value, key))) for key in ("/Reason", "/Location")]
    return Details(chain, stamps, tuple(_algorithms(shown, facts)), tuple(_permissions(shown)), *said)


def stamp_fact(stamp: TimeStamp, proof: TimeProof, signed_to: int = 0) -> TimeStampFact:
    """A time-stamp, with the reason for which it proves no time."""
    reason = "" if stamp.trusted else str(Reason.TIME_STAMP_UNTRUSTED if stamp.intact else Reason.TIME_STAMP_BROKEN)
    return TimeStampFact(
        proof,
        stamp.at,
        names.common_name(stamp.certificate.subject),
        stamp.intact and stamp.trusted,
        reason,
        stamp.certificate.sha256.hex(),
        signed_to,
    )


def _chain(facts: Facts, best: datetime, trust: Trust, now: datetime, held: Holdings) -> Iterator[CertificateFact]:
    """The signing certificate, then its issuers. Of a chain that does not hold only the first: the rest could name an
    authority that has nothing to do with it.
    """
    path = [facts.certificate]
    if facts.path is not None and facts.problem in (None, "OUT_OF_BOUNDS_NO_POE"):
        path = list(reversed(list(facts.path.iter_certs(include_root=True)))) or path
    whole = path[-1].dump() in trust.anchors
    states = _states(path, facts, best, trust, now, held)
    for place, (one, state) in islice(enumerate(zip(path, states, strict=True)), _MOST_CERTIFICATES):
        wrong = list(_wrong(one, best, state))
        if not whole:
            wrong.append(Reason.NO_CHAIN)
        if place == 0 and facts.problem in ("CHAIN_CONSTRAINTS_FAILURE", "SIG_CONSTRAINTS_FAILURE"):
            wrong.append(Reason.KEY_USAGE)
        yield CertificateFact(
            names.common_name(one.subject),
            names.common_name(one.issuer),
            f"{one.serial_number:x}"[:80],
            one.not_valid_before,
            one.not_valid_after,
            one.sha256.hex(),
            _key(one.public_key).name,
            state is RevocationState.ANCHOR,
            _revocation(one, state, best, held),
            tuple(str(reason) for reason in wrong),
            names.whole(one.subject),
            names.whole(one.issuer),
            tuple(sorted(one.key_usage_value.native)) if one.key_usage_value else (),
            _how_signed(one),
        )


def _wrong(one: x509.Certificate, best: datetime, state: RevocationState) -> Iterator[Reason]:
    if state is RevocationState.ANCHOR:  # believed by itself (decision 16)
        return
    if best < one.not_valid_before:
        yield Reason.NOT_YET_VALID
    if best > one.not_valid_after:
        yield Reason.EXPIRED
    if state is RevocationState.REVOKED:
        yield Reason.REVOKED
    if _key(one.public_key).weak or _signed_with(one).weak:
        yield Reason.WEAK


def _states(
    path: Sequence[x509.Certificate], facts: Facts, best: datetime, trust: Trust, now: datetime, held: Holdings
) -> list[RevocationState]:
    """From the anchor down: an answer about a chain is about its first certificate, if none above is revoked."""
    states: list[RevocationState] = []
    for one in reversed(path):
        if one.dump() in trust.anchors:
            states.append(RevocationState.ANCHOR)
        elif RevocationState.REVOKED in states:
            states.append(RevocationState.UNKNOWN)
        else:
            found = revocation(
                one, crypto.SIGNING, trust=trust, at=best, now=now, holdings=held, others=(*facts.others, *path[1:])
            )
            states.append(_STATES[found])
    return states[::-1]


_STATES = {
    Revocation.GOOD: RevocationState.GOOD,
    Revocation.REVOKED: RevocationState.REVOKED,
    Revocation.UNKNOWN: RevocationState.UNKNOWN,
}


def _revocation(one: x509.Certificate, state: RevocationState, best: datetime, held: Holdings) -> RevocationFact:
    if state not in (RevocationState.GOOD, RevocationState.REVOKED):
        return RevocationFact(state)
    return piece_about(one, state, best, held)


def _key(key: keys.PublicKeyInfo) -> AlgorithmFact:
    family = key.algorithm
    return policy.of_key("key", names.shown(family), 0 if family.startswith("ed") else key.bit_size)


def _signed_with(one: x509.Certificate) -> AlgorithmFact:
    try:
        name = one["signature_algorithm"].hash_algo
    except ValueError:
        name = "other"
    return policy.of_hash("certificate", names.shown(name))


def _how_signed(one: x509.Certificate) -> str:
    """As EU DSS says it: RSA with SHA256."""
    try:
        signed = one["signature_algorithm"]
        family = {"rsassa_pkcs1v15": "RSA", "rsassa_pss": "RSASSA-PSS"}.get(
            signed.signature_algo, signed.signature_algo
        )
        return names.shown(f"{family.upper()} with {signed.hash_algo.upper()}")
    except ValueError:
        return ""


def _algorithms(shown: Shown, facts: Facts | None) -> Iterator[AlgorithmFact]:
    info = shown.embedded.signer_info
    try:
        yield policy.of_hash("digest", algorithms.hash_named(info["digest_algorithm"]["algorithm"].dotted))
        yield AlgorithmFact("signature", names.shown(info["signature_algorithm"].signature_algo), False)
    except LATE:
        yield AlgorithmFact("signature", "other", False)
    if facts is not None:
        try:
            yield _key(facts.certificate.public_key)
        except LATE:
            return


def _permissions(shown: Shown) -> Iterator[PermissionFact]:
    """What the signature's references and its field's lock declare, as it stands; it was judged elsewhere."""
    for reference in islice(items(get(shown.value, "/Reference")), _MOST_FIELDS):
        method = _TRANSFORMS.get(name_of(get(reference, "/TransformMethod")))
        if method:
            yield _permission(method, get(reference, "/TransformParams"))
    lock = get(shown.dictionary, "/Lock")
    if lock is not None:
        yield _permission("Lock", lock)


def _permission(method: str, parameters: object) -> PermissionFact:
    level = get(parameters, "/P")
    stated = level if isinstance(level, int) and level in (1, 2, 3) else None
    if method == "DocMDP" and stated is None:
        stated = 2  # ISO 32000-2 table 257: the default
    fields: Iterable[object] = islice(items(get(parameters, "/Fields")), _MOST_FIELDS)
    return PermissionFact(
        method,
        int(stated) if stated is not None else None,
        _ACTIONS.get(name_of(get(parameters, "/Action")), ""),
        tuple(names.shown(text(one)) for one in fields),
    )
