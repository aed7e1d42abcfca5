"""The CMS of a signature taken to pieces by walking its DER: what differs from document to document, and what does not.

RFC 5652 §5: nothing is searched for; every part is where the structure puts it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from tte.validation import der
from tte.validation.der import FIRST, INTEGER, OCTET_STRING, OID, SECOND, SEQUENCE, SET, Value, value_at, values_in
from tte.validation.unlike import Unlike

_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
_MESSAGE_DIGEST = bytes.fromhex("2a864886f70d010904")
_NOT_BUILT_SO = "the CMS is not built as it should be"


@dataclass(frozen=True, slots=True)
class SignedCms:
    """A SignedData with one signer. `digest` (the value of the messageDigest attribute) and `value` are its holes.

    `constant` is all the rest but the lengths of what `value` lies in: with the lengths of both holes it says every
    byte. `digest_algorithm` and `signature_algorithm` are OIDs as DER contents.
    """

    attributes: Value
    digest: Value
    value: Value
    end: int
    certificates: tuple[bytes, ...]
    digest_algorithm: bytes
    signature_algorithm: bytes
    constant: tuple[bytes, ...]

    @classmethod
    def of(cls, contents: bytes) -> SignedCms:
        """The CMS at the beginning of these bytes; only zeros may follow it. Unlike if it is anything else."""
        outer = value_at(contents, 0, len(contents), SEQUENCE)
        if contents.count(0, outer.end) != len(contents) - outer.end:
            raise Unlike("something else than zeros follows the CMS")
        kind, explicit = _of(contents, outer, (OID, FIRST))
        (signed_data,) = _of(contents, explicit, (SEQUENCE,))
        if der.contents(contents, kind) != _SIGNED_DATA:
            raise Unlike("the CMS is not a SignedData")
        _, _, _, certificates, signers = _of(contents, signed_data, (INTEGER, SET, SEQUENCE, FIRST, SET))
        (signer,) = _of(contents, signers, (SEQUENCE,))
        shape = (INTEGER, SEQUENCE, SEQUENCE, FIRST, SEQUENCE, OCTET_STRING)
        found = values_in(contents, signer)
        if tuple(value.tag for value in found) not in (shape, (*shape, SECOND)):
            raise Unlike(_NOT_BUILT_SO)
        _, _, digest_algorithm, attributes, signature_algorithm, value = found[: len(shape)]
        digest = _message_digest(contents, attributes)
        path = (outer, explicit, signed_data, signers, signer, value)
        holes = [(digest.inside, digest.end), (value.inside, value.end)]
        lengths = [(one.start + 1, one.inside) for one in path]
        return cls(
            attributes,
            digest,
            value,
            outer.end,
            tuple(der.whole(contents, one) for one in values_in(contents, certificates)),
            _oid(contents, digest_algorithm),
            _oid(contents, signature_algorithm),
            _without(contents[: outer.end], [*holes, *lengths]),
        )


def _of(cms: bytes, outer: Value, tags: tuple[int, ...]) -> list[Value]:
    found = values_in(cms, outer)
    if tuple(value.tag for value in found) != tags:
        raise Unlike(_NOT_BUILT_SO)
    return found


def _oid(cms: bytes, algorithm: Value) -> bytes:
    return der.contents(cms, value_at(cms, algorithm.inside, algorithm.end, OID))


def _message_digest(cms: bytes, attributes: Value) -> Value:
    found = []
    for attribute in values_in(cms, attributes):
        kind, values = _of(cms, attribute, (OID, SET))
        if der.contents(cms, kind) == _MESSAGE_DIGEST:
            found += _of(cms, values, (OCTET_STRING,))
    if len(found) != 1:
        raise Unlike("the CMS has not one message digest")
    return found[0]


def _without(cms: bytes, spans: Iterable[tuple[int, int]]) -> tuple[bytes, ...]:
    """The pieces that are left when these spans, which do not cross, are cut out."""
    edges = [(0, 0), *sorted(spans), (len(cms), len(cms))]
    return tuple(cms[before[1] : after[0]] for before, after in pairwise(edges))
