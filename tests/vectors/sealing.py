"""A signature into a hand-made file, right or wrong in one place, and bytes replaced in a finished one."""

# pyHanko is typed only in part.
# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Callable, Sequence
from functools import cache

from pyhanko.sign import signers
from pyhanko.sign.timestamps import DummyTimeStamper

from tests.signed_pdfs import Party, signer_of, stamper, world
from tests.vectors.writing import PLACE, Objects, objects, written

Value = Callable[[Sequence[bytes]], bytes]
"""The signature value (DER) over these pieces of the file."""
Stated = Callable[[int, int, int], bytes]
"""The text of the byte range, when the gap is from a to b and c bytes follow."""


def by(
    who: Party | None = None,
    *,
    digest: str = "sha256",
    pades: bool = True,
    pss: bool = False,
    time_stamper: DummyTimeStamper | None = None,
    issuers: Sequence[Party] | None = None,
) -> Value:
    """A CMS by `who`, else by the world's signer, made by pyHanko."""

    def value(parts: Sequence[bytes]) -> bytes:
        made = signer_of(who or world().signer, (world().authority,) if issuers is None else issuers)
        made = signers.SimpleSigner(made.signing_cert, made.signing_key, made.cert_registry, prefer_pss=pss)
        hashed = hashlib.new(digest, b"".join(parts)).digest()
        work = made.async_sign(hashed, digest, use_pades=pades, timestamper=time_stamper)
        return bytes(asyncio.run(work).dump())

    return value


def time_stamp(parts: Sequence[bytes]) -> bytes:
    """A document time-stamp by the world's authority."""
    return bytes(asyncio.run(stamper().async_timestamp(hashlib.sha256(b"".join(parts)).digest(), "sha256")).dump())


def honest(a: int, b: int, c: int) -> bytes:
    return b"[0 %d %d %d]" % (a, b, c)


def seal(
    pdf: bytes,
    value: Value | None = None,
    *,
    stated: Stated = honest,
    covers: Callable[[int, int, int], Sequence[tuple[int, int]]] = lambda a, b, c: [(0, a), (b, c)],
) -> bytes:
    """Fill the last place for a byte range and a value: the byte range as `stated`, the value over what it `covers`."""
    a, b = list(re.finditer(rb"<0{4000,}>", pdf))[-1].span()
    c = len(pdf) - b
    place = pdf.rfind(PLACE)
    if place >= 0:
        text = stated(a, b, c).ljust(len(PLACE))
        if len(text) > len(PLACE):
            raise ValueError("no room for this byte range")
        pdf = pdf[:place] + text + pdf[place + len(PLACE) :]
    made = (value or by())([pdf[start : start + length] for start, length in covers(a, b, c)])
    return pdf[: a + 1] + made.hex().encode().ljust(b - a - 2, b"0") + pdf[b - 1 :]


def sealed(changed: Objects | None = None, value: Value | None = None, *, permission: int | None = None) -> bytes:
    """The hand-made file with these objects in it, signed."""
    return seal(written(objects(changed, permission=permission)), value)


@cache
def plain() -> bytes:
    """The hand-made file with one approval signature, in order in every way."""
    return sealed()


@cache
def certified() -> bytes:
    """The same, certified: nothing may change (P=1)."""
    return sealed(permission=1)


def patched(pdf: bytes, old: bytes, new: bytes, *, fit: bool = True) -> bytes:
    """`old`, which must be there once, replaced; filled up with blanks to the same length if it is to `fit`."""
    if pdf.count(old) != 1:
        raise ValueError(f"{pdf.count(old)} times in the file: {old[:40]!r}")
    if fit and len(new) > len(old):
        raise ValueError("longer than what it replaces")
    return pdf.replace(old, new.ljust(len(old)) if fit else new)


def gap(pdf: bytes, which: int = -1) -> tuple[int, int]:
    """Where the value of a signature begins and ends, `<` and `>` included."""
    found = list(re.finditer(rb"<[0-9a-fA-F]{4000,}>", pdf))[which]
    return found.span()


def with_value(pdf: bytes, digits: bytes, which: int = -1) -> bytes:
    """Other digits, or what is not digits, where the value of a signature stands; filled up with zeros."""
    start, end = gap(pdf, which)
    if len(digits) > end - start - 2:
        raise ValueError("no room for this value")
    return pdf[: start + 1] + digits.ljust(end - start - 2, b"0") + pdf[end - 1 :]


def digits(pdf: bytes, which: int = -1) -> bytes:
    """The digits of a signature value, padding and all."""
    start, end = gap(pdf, which)
    return pdf[start + 1 : end - 1]
