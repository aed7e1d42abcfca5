"""Vectors for readers of seals in any language: texts and lists, each with the answer it must get.

`python -m tests.vectors_seal` writes vectors.json beside this file. Every key here follows from a public label, so
anybody can make it: for tests only. All signatures are deterministic, so the file is the same on each machine.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, derive_private_key

from tte.seal import (
    KeyList,
    KeyState,
    Root,
    SealKey,
    State,
    StatusList,
    Use,
    Verdict,
    document_id,
    id_bytes,
    kid_of,
    read_key_list,
    read_status_list,
    write_key_list,
    write_status_list,
    xy_of,
)
from tte.seal.cbor import encode
from tte.seal.cose import protected_header, signature, to_be_signed
from tte.seal.cose import write as signed_list
from tte.seal.text import written

FILE: Final = Path(__file__).with_name("vectors.json")
_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
HOST: Final = "dukcapil.kab-contoh.go.id"
OFFICE: Final = 9971
TODAY: Final = 20781
NOW: Final = TODAY * 86400 + 12 * 3600
"""2026-11-24, at noon."""
PERIOD: Final = TODAY // 32
_DAY: Final = 86400


def key(label: str) -> EllipticCurvePrivateKey:
    """The key of a label: SHA-256("TTE TEST ONLY " + label) mod (n-1) + 1."""
    secret = int.from_bytes(hashlib.sha256(b"TTE TEST ONLY " + label.encode()).digest(), "big") % (_ORDER - 1) + 1
    return derive_private_key(secret, SECP256R1())


ROOT, SEAL, OLD, LEAKED, SAMPLE, STATUS, STRANGER = map(
    key, ("root", "seal", "old seal", "leaked seal", "specimen seal", "status", "stranger")
)


def _entry(one: EllipticCurvePrivateKey, use: Use, since: int, until: int, state: KeyState = KeyState.OK) -> SealKey:
    return SealKey(kid_of(one.public_key()), use, xy_of(one.public_key()), since, until, state)


PINNED: Final = Root(OFFICE, xy_of(ROOT.public_key()))
KEYS: Final = KeyList(
    office=OFFICE,
    name="Dinas Dukcapil Kabupaten Contoh",
    seq=7,
    made=NOW - 3600,
    renewed_by=NOW + 400 * _DAY,
    hosts=(HOST, "arsip.kab-contoh.go.id"),
    keys=(
        _entry(SEAL, Use.SEAL, 20454, 20818),
        _entry(OLD, Use.SEAL, 20089, 20453),
        _entry(LEAKED, Use.SEAL, 20454, 20818, KeyState.COMPROMISED),
        _entry(SAMPLE, Use.SEAL, 20454, 20818, KeyState.TEST),
        _entry(STATUS, Use.STATUS, 20454, 20818),
    ),
)
KEYS_MESSAGE: Final = write_key_list(KEYS, ROOT)


def _id(label: str) -> str:
    digest = hashlib.sha256(b"TTE TEST ONLY record " + label.encode()).digest()
    return document_id(digest, hashlib.sha256(b"TTE TEST ONLY salt").digest()[:16])


ID, ANOTHER, WITHDRAWN, REVIEWED, REPLACED = map(_id, ("birth", "another", "withdrawn", "reviewed", "replaced"))
ENDED: Final = {State.WITHDRAWN: [WITHDRAWN, _id("x")], State.UNDER_REVIEW: [REVIEWED], State.REPLACED: [REPLACED]}
STATUS_MESSAGE: Final = write_status_list(OFFICE, PERIOD, NOW - 3600, NOW + _DAY, ENDED, STATUS)
OLD_PERIOD: Final = 20400 // 32
OLD_STATUS_MESSAGE: Final = write_status_list(OFFICE, OLD_PERIOD, NOW - 3600, NOW + _DAY, {}, STATUS)

Claims = dict[Any, Any]
BIRTH: Final[Claims] = {
    1: OFFICE,
    2: 1,
    3: "9971-LU-24112026-0012",
    4: TODAY,
    6: "SITI NURHALIZA BINTI ABDUL RAHMAN",
    7: 20759,
    8: bytes([36]),
    12: "NURUL HIDAYATI",
}
FAMILY: Final[Claims] = {
    1: OFFICE,
    2: 10,
    3: "9971012411260012",
    4: TODAY,
    6: "MUHAMMAD RIZKY FIRMANSYAH",
    8: bytes([3, 14, 15, 92, 65, 35]),
    9: "CONTOH KIDUL",
    11: 6,
}
MOVE: Final[Claims] = {
    1: OFFICE,
    2: 20,
    3: "SKPWNI/9971/24112026/0070",
    4: TODAY,
    6: "MUHAMMAD RIZKY FIRMANSYAH",
    8: bytes([3, 14]),
    9: "CONTOH KIDUL",
    10: "SUKA MAJU",
    11: 4,
}


RESIDENCE: Final[Claims] = {
    1: OFFICE,
    2: 24,
    3: "SKTT/9971/24112026/0003",
    4: TODAY,
    6: "HANS PETER MÜLLER",
    7: 3650,
    8: bytes([77]),
    9: "CONTOH KIDUL",
    16: TODAY + 300,
    17: "JERMAN",
}
ADOPTION: Final[Claims] = BIRTH | {2: 36, 3: "472.1/0112/2026", 13: TODAY - 20, 18: "9971-LU-24112016-0012"}

DOTLESS, KELVIN, CYRILLIC, WIDE = "\u0131", "\u212a", "\u0430", "\uff44"
"""Letters that are taken for i, k, a and d, or become them when somebody changes their case or normalises."""


def message(
    claims: Claims | None = None,
    *,
    by: EllipticCurvePrivateKey = SEAL,
    kid: bytes | None = None,
    id: str = ID,  # noqa: A002 (the house's word)
    aad: bytes | None = None,
    payload: bytes | None = None,
    protected: bytes | None = None,
) -> bytes:
    """A COSE_Sign1 with whatever is asked for, in order or not; really signed."""
    payload = encode(BIRTH if claims is None else claims) if payload is None else payload
    protected = protected_header(kid or kid_of(by.public_key())) if protected is None else protected
    value = signature(by, to_be_signed(protected, b"tte1" + id_bytes(id) if aad is None else aad, payload))
    return encode([protected, {}, payload, value])


def text(claims: Claims | None = None, *, host: str = HOST, id: str = ID, **more: Any) -> str:  # noqa: A002
    return written(host, id, message(claims, id=id, **more))


@dataclass(frozen=True)
class Vector:
    """`name` ends in the verdict. `now` where it is not NOW."""

    name: str
    text: str
    verdict: Verdict
    now: int = NOW


def vectors() -> Iterator[Vector]:
    """Every case."""
    for name, said, verdict in _cases():
        yield Vector(f"{name}-{verdict}", said, verdict)
    for name, later in (("status-list-past-its-time", 2 * _DAY), ("key-list-past-its-time", 401 * _DAY)):
        old = Verdict.GENUINE_STATUS_OLD
        yield Vector(f"{name}-{old}", text(), old, NOW + later)


def _cases() -> Iterator[tuple[str, str, Verdict]]:
    yield from _good()
    yield from _false()
    yield from _in_doubt()
    yield from _other_texts()
    yield from _not_in_order()


def _good() -> Iterator[tuple[str, str, Verdict]]:
    for name, said in (
        ("birth", text()),
        ("with-tag-18", written(HOST, ID, b"\xd2" + message())),
        ("family-card", text(FAMILY)),
        ("moving-letter", text(MOVE)),
        ("residence-of-a-foreigner-until-a-day", text(RESIDENCE)),
        ("adoption-that-names-a-deed", text(ADOPTION)),
        ("born-before-1970", text(BIRTH | {7: -13881})),
        ("only-what-every-seal-has", text({label: BIRTH[label] for label in (1, 2, 3, 4)} | {3: "9" * 60})),
        ("claim-77-that-nobody-knows", text(BIRTH | {77: "ISIAN BARU"})),
        ("second-host-of-the-office", text(host="arsip.kab-contoh.go.id")),
        ("last-years-key-last-years-document", text(BIRTH | {4: 20400}, by=OLD)),
        ("issued-tomorrow-in-the-east", text(BIRTH | {4: TODAY + 1})),
    ):
        yield name, said, Verdict.GENUINE


_LOOKALIKES: Final = {
    "a-dotless-i": HOST.replace("i", DOTLESS, 1),
    "a-cyrillic-a": HOST.replace("a", CYRILLIC, 1),
}


def _false() -> Iterator[tuple[str, str, Verdict]]:
    for name, said in (
        ("name-altered", written(HOST, ID, message().replace(b"SITI", b"SATI"))),
        ("id-of-another-document", written(HOST, ANOTHER, message())),
        ("signed-without-its-id", text(aad=b"")),
        ("strangers-key-under-an-official-kid", text(by=STRANGER, kid=kid_of(SEAL.public_key()))),
        ("signature-all-zero", written(HOST, ID, message()[:-64] + bytes(64))),
        ("official-key-speaks-for-another-office", text(BIRTH | {1: 3173})),
    ):
        yield name, said, Verdict.FORGED
    yield "lookalike-host", text(host="dukcapil-kab-contoh.com"), Verdict.FOREIGN_HOST
    for name, host in _LOOKALIKES.items():
        punycode = host.encode("idna").decode()
        yield f"host-with-{name}-in-punycode", text(host=punycode), Verdict.FOREIGN_HOST
    yield "host-that-only-begins-as-the-offices", text(host=f"{HOST}.example"), Verdict.FOREIGN_HOST
    yield "retired-key-new-date", text(by=OLD), Verdict.OUT_OF_PERIOD
    yield "issued-in-three-days", text(BIRTH | {4: TODAY + 3}), Verdict.OUT_OF_PERIOD
    yield "withdrawn", text(id=WITHDRAWN), Verdict.WITHDRAWN
    yield "replaced", text(id=REPLACED), Verdict.REPLACED


def _in_doubt() -> Iterator[tuple[str, str, Verdict]]:
    yield "strangers-key", text(by=STRANGER), Verdict.UNKNOWN_KEY
    yield "status-key-used-for-a-seal", text(by=STATUS), Verdict.UNKNOWN_KEY
    yield "compromised-key", text(by=LEAKED), Verdict.KEY_COMPROMISED
    yield "specimen", text(by=SAMPLE), Verdict.SPECIMEN
    yield "under-review", text(id=REVIEWED), Verdict.UNDER_REVIEW
    yield "no-status-list-of-those-days", text(BIRTH | {4: 20500}), Verdict.GENUINE_STATUS_UNKNOWN
    yield "next-version", text().replace("#1", "#2"), Verdict.NEWER


def _other_texts() -> Iterator[tuple[str, str, Verdict]]:
    good = text()
    yield "cut-in-the-number", good[:-20], Verdict.UNREADABLE
    yield "cut-after-three-digits", good[: good.index("#") + 4], Verdict.UNREADABLE
    yield "cut-before-the-fragment", good.split("#")[0], Verdict.UNSEALED
    yield "document-without-a-seal", f"https://{HOST}/d/{'w' * 26}", Verdict.UNSEALED
    yield "address-at-an-unknown-host", f"https://dukcapil-kab-contoh.com/d/{ID}", Verdict.NOT_A_SEAL
    national = "https://layananonline.dukcapil.kemendagri.go.id/Terpusat/Pindai/KAB_0b9d"
    yield "national-code", national, Verdict.NATIONAL
    yield "national-lookalike", national.replace("kemendagri.go.id", "kemendagri.go.id.example"), Verdict.NOT_A_SEAL
    for name, host in {**_LOOKALIKES, "a-wide-d": HOST.replace("d", WIDE, 1)}.items():
        yield f"seal-at-a-host-with-{name}", good.replace(HOST, host), Verdict.NOT_A_SEAL
        yield f"address-at-a-host-with-{name}", f"https://{host}/d/{ID}", Verdict.NOT_A_SEAL
    ministry = "dukcapil.kemendagri.go.id"
    for name, said in (
        ("with-a-dotless-i", f"https://{ministry.replace('i', DOTLESS)}/x"),
        ("with-a-kelvin-sign", f"https://{ministry.replace('k', KELVIN)}/x"),
        ("with-a-cyrillic-a", f"https://{ministry.replace('a', CYRILLIC)}/x"),
        ("in-punycode", f"https://{ministry.replace('i', DOTLESS).encode('idna').decode()}/x"),
        ("as-a-user-name", f"https://{ministry}@jahat.example/"),
        ("as-a-user-name-with-a-password", f"https://{ministry}:443@jahat.example/"),
        ("before-a-backslash", f"https://jahat.example\\.{ministry}/"),
        ("with-a-hyphen-for-a-dot", f"https://dukcapil-{ministry[9:]}/x"),
    ):
        yield f"national-{name}", said, Verdict.NOT_A_SEAL
    yield "national-with-a-port", f"https://layanan.{ministry}:443/x", Verdict.NATIONAL
    yield "other-address", "https://contoh.example/", Verdict.NOT_A_SEAL
    yield "other-code", "WIFI:S:kantor;T:WPA;P:rahasia;;", Verdict.NOT_A_SEAL
    yield "nothing", "", Verdict.NOT_A_SEAL


def _not_in_order() -> Iterator[tuple[str, str, Verdict]]:
    good, claims = text(), encode(BIRTH)
    head, office, kind = claims[:1], claims[1:5], claims[5:7]  # 1: uint16, 2: small
    kid = kid_of(SEAL.public_key())
    for name, said in (
        ("byte-after-the-end", written(HOST, ID, message() + b"\0")),
        ("id-in-capitals", good.replace(ID, ID.upper())),
        ("not-https", good.replace("https", "http")),
        ("newline-after-it", good + "\n"),
        ("arabic-digit", good[:-1] + "\u0661"),
        ("claims-not-in-order", text(payload=head + kind + office + claims[7:])),
        ("claim-twice", text(payload=bytes([head[0] + 1]) + office + office + claims[5:])),
        ("number-missing", text({label: fact for label, fact in BIRTH.items() if label != 3})),
        ("float-in-claims", text(payload=encode(BIRTH | {77: True})[:-1] + b"\xf9\x00\x00")),
        ("true-as-a-claim", text(BIRTH | {77: True})),
        ("list-as-a-claim", text(BIRTH | {77: [1]})),
        ("longer-form-of-a-number", text(payload=head + office + b"\x02\x18\x01" + claims[7:])),
        ("negative-office", text(BIRTH | {1: -1})),
        ("empty-name", text(BIRTH | {6: ""})),
        ("name-of-121-letters", text(BIRTH | {6: "A" * 121})),
        ("name-as-a-number", text(BIRTH | {6: 7})),
        ("claim-0", text(BIRTH | {0: 7})),
        ("claim-256", text(BIRTH | {256: 7})),
        ("text-as-a-label", text({**BIRTH, "x": 7})),
        ("other-algorithm", text(protected=encode({1: -35, 4: kid}))),
        ("without-kid", text(protected=encode({1: -7}))),
        ("critical-header", text(protected=encode({1: -7, 2: [99], 4: kid, 99: 1}))),
        ("type-of-a-list", text(protected=encode({1: -7, 4: kid, 16: "application/tte-keys+cose"}))),
        ("unprotected-header", written(HOST, ID, message().replace(b"\xa0\x58", b"\xa1\x05\x01\x58", 1))),
        ("open-length", written(HOST, ID, b"\x9f" + message()[1:] + b"\xff")),
        ("five-parts", written(HOST, ID, b"\x85" + message()[1:] + b"\0")),
    ):
        yield name, said, Verdict.UNREADABLE


@dataclass(frozen=True)
class RefusedList:
    """A key list or status list that no reader may take; `seen` is the highest `seq` of a key list seen before."""

    name: str
    kind: str
    message: bytes
    seen: int = 0


def refused_lists() -> Iterator[RefusedList]:
    """Names end in REFUSED."""
    for name, kind, said, seen in (*_refused_key_lists(), *_refused_status_lists()):
        yield RefusedList(f"{kind}-{name}-REFUSED", kind, said, seen)


def _refused_key_lists() -> Iterator[tuple[str, str, bytes, int]]:
    typ = "application/tte-keys+cose"
    yield "signed-by-a-stranger", "keys", write_key_list(KEYS, STRANGER), 0
    yield "of-another-office", "keys", write_key_list(replace(KEYS, office=3173), ROOT), 0
    yield "older-than-one-seen", "keys", KEYS_MESSAGE, 8
    yield "of-another-kind", "keys", STATUS_MESSAGE, 0
    yield "signed-by-the-root-as-status", "keys", signed_list(encode({}), ROOT, typ="application/tte-status+cose"), 0
    yield "cut-short", "keys", KEYS_MESSAGE[:-1], 0
    yield "empty", "keys", b"", 0
    yield "without-hosts", "keys", write_key_list(replace(KEYS, hosts=()), ROOT), 0
    yield "that-is-a-list", "keys", signed_list(encode([1, 2]), ROOT, typ=typ), 0
    yield "of-a-short-point", "keys", write_key_list(replace(KEYS, keys=(replace(KEYS.keys[0], xy=b"\4"),)), ROOT), 0


def _refused_status_lists() -> Iterator[tuple[str, str, bytes, int]]:
    typ = "application/tte-status+cose"
    said = {"office": OFFICE, "period": PERIOD, "made": NOW, "until": NOW + _DAY}
    two = sorted((hashlib.sha256(one.encode()).digest()[:8] for one in (ID, ANOTHER)), reverse=True)
    for name, made in (
        ("signed-by-a-seal-key", write_status_list(OFFICE, PERIOD, NOW, NOW + _DAY, ENDED, SEAL)),
        ("signed-by-a-stranger", write_status_list(OFFICE, PERIOD, NOW, NOW + _DAY, ENDED, STRANGER)),
        ("of-another-period", write_status_list(OFFICE, PERIOD + 1, NOW, NOW + _DAY, ENDED, STATUS)),
        ("of-another-office", write_status_list(3173, PERIOD, NOW, NOW + _DAY, ENDED, STATUS)),
        ("of-half-a-mark", signed_list(encode(said | {"ended": {1: bytes(9)}}), STATUS, typ=typ)),
        ("not-in-order", signed_list(encode(said | {"ended": {1: b"".join(two)}}), STATUS, typ=typ)),
        ("of-a-mark-twice", signed_list(encode(said | {"ended": {1: bytes(16)}}), STATUS, typ=typ)),
        ("of-an-unknown-state", signed_list(encode(said | {"ended": {4: bytes(8)}}), STATUS, typ=typ)),
        ("without-ended", signed_list(encode(said), STATUS, typ=typ)),
        ("cut-short", STATUS_MESSAGE[:-1]),
    ):
        yield name, "status", made, 0


def lists() -> tuple[list[KeyList], Mapping[tuple[int, int], StatusList]]:
    """What a reader of the vectors has at hand."""
    keys = read_key_list(KEYS_MESSAGE, PINNED)
    status = {
        (OFFICE, period): read_status_list(said, keys, period)
        for period, said in ((PERIOD, STATUS_MESSAGE), (OLD_PERIOD, OLD_STATUS_MESSAGE))
    }
    return [keys], status
