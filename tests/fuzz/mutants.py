"""Alters a signed file, mostly where its signature does not protect it: tokens, objects, tables, ends, values."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from itertools import pairwise

from tests.fuzz import values

Mutation = Callable[[bytes, random.Random], bytes]

_GAP = re.compile(rb"/ByteRange\s*\[\s*0\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s*\]")
_TOKEN = re.compile(rb"/[^\s()<>\[\]{}/%]*|[+-]?\d+(?:\.\d+)?|<<|>>|\[|\]|%%EOF|\(|\)|[A-Za-z]+")
_OBJECT = re.compile(rb"\d+ \d+ obj\b.*?endobj\s?", re.DOTALL)
_ROW = re.compile(rb"\d{10} \d{5} [nf]")
_TRAILER = re.compile(rb"trailer\s*<<.*?>>\s*startxref", re.DOTALL)
_TRAILER_KEY = re.compile(rb"/(Prev|Size|Root|Info|ID|XRefStm|Encrypt|Index|W|Type) ?")
_STARTXREF = re.compile(rb"(startxref\s+)(\d+)")
_EOF = re.compile(rb"%%EOF\s*")
_WORDS = (
    *(
        b"obj",
        b"endobj",
        b"stream",
        b"endstream",
        b"xref",
        b"trailer",
        b"startxref",
        b"null",
        b"true",
        b"R",
        b"n",
        b"f",
    ),
    *(b"%%EOF", b"<<", b">>", b"[", b"]", b"(", b")", b"<", b">", b"%", b"\n", b"\r", b"\0", b" ", b"#", b"\\"),
    *(b"/V", b"/Fields", b"/Kids", b"/Contents", b"/ByteRange", b"/Annots", b"/Pages", b"/Root", b"/AcroForm", b"/XFA"),
    *(b"/Prev", b"/XRefStm", b"/Size", b"/Type", b"/FT", b"/T", b"/AP", b"/Sig", b"/Length", b"/Filter", b"/ObjStm"),
    *(b"0", b"1", b"-1", b"65535", b"65536", b"2147483648", b"4294967296", b"99999999999999999999", b"0.5", b"1 0 R"),
)


def spans(pdf: bytes) -> list[tuple[int, int, int]]:
    """Each byte range that is plausible: where the gap begins and ends, and where the signed bytes end."""
    found = []
    for hit in _GAP.finditer(pdf):
        a, b, c = (int(number) for number in hit.groups())
        if 0 < a < b < b + c <= len(pdf):
            found.append((a, b, b + c))
    return sorted(found, key=lambda one: one[2])


def place(pdf: bytes, rng: random.Random) -> int:
    """Somewhere: after the first signature's bytes, in a gap, at the ends of lines that matter, or anywhere."""
    ranges = spans(pdf)
    if ranges:
        first = ranges[0][2]
        roll = rng.random()
        if roll < 0.4 and first < len(pdf):
            return rng.randrange(first, len(pdf))
        if roll < 0.7:
            a, b, _ = rng.choice(ranges)
            return a + min(int(rng.expovariate(1 / 700)), b - a - 1)
        if roll < 0.85:
            a, b, end = rng.choice(ranges)
            return max(0, min(len(pdf) - 1, rng.choice((a, b, end)) + rng.randrange(-40, 40)))
    return rng.randrange(len(pdf))


def _replace(pdf: bytes, start: int, end: int, new: bytes) -> bytes:
    return pdf[:start] + new + pdf[end:]


def _byte(pdf: bytes, rng: random.Random) -> bytes:
    at = place(pdf, rng)
    old = pdf[at]
    return _replace(
        pdf, at, at + 1, bytes([rng.choice((old ^ (1 << rng.randrange(8)), rng.randrange(256), 0x20, 0x30))])
    )


def _cut(pdf: bytes, rng: random.Random) -> bytes:
    at = place(pdf, rng)
    return _replace(pdf, at, at + 1 + int(rng.expovariate(1 / 8)), b"")


def _insert(pdf: bytes, rng: random.Random) -> bytes:
    at = place(pdf, rng)
    return _replace(pdf, at, at, b" ".join(rng.choices(_WORDS, k=rng.randrange(1, 4))))


def _repeat(pdf: bytes, rng: random.Random) -> bytes:
    at, other = place(pdf, rng), place(pdf, rng)
    return _replace(pdf, other, other, pdf[at : at + 1 + int(rng.expovariate(1 / 60))])


def _token(pdf: bytes, rng: random.Random) -> bytes:
    near = place(pdf, rng)
    tokens = list(_TOKEN.finditer(pdf, max(0, near - 60), near + 300))
    if len(tokens) < 2:
        return _byte(pdf, rng)
    one, two = rng.sample(tokens, 2)
    new = rng.choice((b"", one[0] * 2, one[0] + b" " + one[0], two[0], rng.choice(_WORDS), _other_number(one[0], rng)))
    return _replace(pdf, one.start(), one.end(), new)


def _other_number(text: bytes, rng: random.Random) -> bytes:
    if not text.isdigit():
        return text.swapcase()
    changed = max(0, int(text[:18]) + rng.choice((-100, -1, 1, 2, 10, 256, 65536)))
    return b"%0*d" % (len(text), changed) if rng.random() < 0.7 else b"%d" % changed


def _of(pattern: re.Pattern[bytes], pdf: bytes, rng: random.Random) -> re.Match[bytes] | None:
    found = list(pattern.finditer(pdf))
    return rng.choice(found) if found else None


def _object(pdf: bytes, rng: random.Random) -> bytes:
    """An object taken out, put in twice, at the end, in another's place, or blanked with its length kept."""
    found = list(_OBJECT.finditer(pdf))
    if len(found) < 2:
        return _cut(pdf, rng)
    one, two = rng.sample(found, 2)
    match rng.randrange(6):
        case 0:
            return _replace(pdf, one.start(), one.end(), b"")
        case 1:
            return _replace(pdf, one.end(), one.end(), one[0])
        case 2:
            return pdf + one[0]
        case 3:
            return _replace(pdf, two.start(), two.start(), one[0])
        case 4:
            return _replace(pdf, one.start(), one.end(), b" " * len(one[0]))
    last = pdf.rfind(b"startxref")
    return _replace(pdf, last, last, one[0])


def _row(pdf: bytes, rng: random.Random) -> bytes:
    """A row of a table that points elsewhere, is free or used, or has another generation."""
    one, two = _of(_ROW, pdf, rng), _of(_ROW, pdf, rng)
    if not one or not two:
        return _token(pdf, rng)
    old = one[0]
    offset, generation = int(old[:10]), int(old[11:16])
    new = rng.choice(
        (
            two[0],
            b"%010d %05d %b" % (max(0, offset + rng.choice((-1, 1, 2, 7))), generation, old[-1:]),
            b"%010d %05d %b" % (offset, generation, b"f" if old.endswith(b"n") else b"n"),
            b"%010d %05d %b" % (offset, min(generation + 1, 65535), old[-1:]),
            b"",
            old + b" \n" + old,
        )
    )
    return _replace(pdf, one.start(), one.end(), new)


def _trailer(pdf: bytes, rng: random.Random) -> bytes:
    """A key of a trailer renamed, doubled, or with another number."""
    one = _of(_TRAILER, pdf, rng)
    hits = list(_TRAILER_KEY.finditer(pdf, one.start(), one.end())) if one else list(_TRAILER_KEY.finditer(pdf))
    if not hits:
        return _token(pdf, rng)
    hit = rng.choice(hits)
    match rng.randrange(4):
        case 0:
            return _replace(pdf, hit.start(), hit.end(), b"/Q%b " % hit[1][1:])
        case 1:
            return _replace(pdf, hit.start(), hit.start(), b"/%b %b " % (hit[1], rng.choice(_WORDS[-10:])))
        case 2:
            return _replace(pdf, hit.end(), hit.end(), b"%d" % rng.randrange(10))
    return _replace(pdf, hit.start(), hit.end(), b"/%b " % rng.choice((b"Prev", b"Size", b"Root", b"XRefStm")))


def _startxref(pdf: bytes, rng: random.Random) -> bytes:
    one = _of(_STARTXREF, pdf, rng)
    if not one:
        return _cut(pdf, rng)
    others = [hit.start() for hit in re.finditer(rb"xref|\d+ \d+ obj", pdf)]
    to = rng.choice((int(one[2]) + rng.choice((-2, -1, 1, 2)), rng.choice(others), 0, len(pdf)))
    return _replace(pdf, one.start(2), one.end(2), b"%d" % max(0, to))


def _revisions(pdf: bytes, rng: random.Random) -> bytes:
    """Whole revisions cut off, repeated, exchanged, or the file ended in a revision."""
    ends = [hit.end() for hit in _EOF.finditer(pdf)]
    if not ends:
        return _cut(pdf, rng)
    edges = [0, *ends]
    parts = [pdf[a:b] for a, b in pairwise(edges)]
    which = rng.randrange(len(parts))
    match rng.randrange(5):
        case 0:
            parts = parts[: which + 1]
        case 1:
            parts.append(parts[which])
        case 2:
            del parts[which]
        case 3:
            rng.shuffle(parts)
        case _:
            parts[which] = parts[which][: rng.randrange(1 + len(parts[which]))]
    return b"".join(parts)


def _value(pdf: bytes, rng: random.Random) -> bytes:
    """The value of a signature with its ASN.1 altered, in the same room."""
    ranges = spans(pdf)
    if not ranges:
        return _byte(pdf, rng)
    a, b, _ = rng.choice(ranges)
    try:
        old = bytes.fromhex(pdf[a + 1 : b - 1].decode("ascii"))
    except ValueError:
        return _byte(pdf, rng)
    new = values.altered(old, rng)
    return pdf[: a + 1] + new.ljust(len(old), b"\0")[: len(old)].hex().encode() + pdf[b - 1 :]


def _hex(pdf: bytes, rng: random.Random) -> bytes:
    """The digits of a value in other letters, with blanks, shifted, or as another kind of string."""
    ranges = spans(pdf)
    if not ranges:
        return _byte(pdf, rng)
    a, b, _ = rng.choice(ranges)
    digits = pdf[a + 1 : b - 1]
    at = rng.randrange(len(digits) + 1)
    match rng.randrange(6):
        case 0:
            new = digits.swapcase()
        case 1:
            new = digits[:at] + rng.choice((b" ", b"\n", b"\0")) + digits[at + 1 :]
        case 2:
            new = digits[1:] + b"0"
        case 3:
            new = digits[:-2] + rng.choice((b"01", b"20", b"0)", b"> "))
        case 4:
            return pdf[:a] + b"(" + digits + b")" + pdf[b:]
        case _:
            new = digits[:at].swapcase() + digits[at:]
    return pdf[: a + 1] + new + pdf[b - 1 :]


MUTATIONS: dict[str, tuple[int, Mutation]] = {
    # how often, and how
    "byte": (6, _byte),
    "cut": (3, _cut),
    "insert": (4, _insert),
    "repeat": (3, _repeat),
    "token": (8, _token),
    "object": (6, _object),
    "row": (6, _row),
    "trailer": (5, _trailer),
    "startxref": (3, _startxref),
    "revisions": (3, _revisions),
    "value": (12, _value),
    "hex": (3, _hex),
}


def altered(pdf: bytes, rng: random.Random) -> tuple[str, bytes]:
    """The file altered once, now and then up to three times, and how."""
    names = []
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        [name] = rng.choices(list(MUTATIONS), [weight for weight, _ in MUTATIONS.values()])
        names.append(name)
        pdf = MUTATIONS[name][1](pdf, rng) or b"%PDF-1.7\n"
    return "+".join(sorted(set(names))), pdf
