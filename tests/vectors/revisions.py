"""Where signed bytes end and what follows (safety.md 7.3 clauses 4, 5, 7; B5, B7, T1 to T5)."""

from __future__ import annotations

import hashlib
import re

from cryptography.hazmat.decrepit.ciphers.algorithms import ARC4
from cryptography.hazmat.primitives.ciphers import Cipher

from tests.vectors.contents import two
from tests.vectors.sealing import certified, patched, plain, seal
from tests.vectors.vector import Vector, broken, modified, ok, unsure
from tests.vectors.writing import (
    CATALOG,
    EMPTY,
    FIELD,
    FORM,
    PAGE,
    SIGNATURE,
    SPARE,
    WORDS,
    appended,
    catalog,
    field,
    objects,
    page,
    signature,
    words,
    written,
)
from tte.validation.reasons import Reason

_TAIL = modified(Reason.TRAILING, Reason.CHANGED)
_OTHER = words(b"KUTIPAN LAIN (palsu)")
_ENCRYPT = b"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <" + b"00" * 32 + b"> /U <" + b"00" * 32 + b"> >>"


def after(pdf: bytes, *rest: bytes) -> bytes:
    return b"".join((pdf, *rest))


def _bad_startxref(by: int, style: str = "table") -> bytes:
    made = appended(plain(), {SPARE: b"<< /Type /DSS >>", CATALOG: catalog(b"/DSS 9 0 R")}, style=style)
    start = int(made[made.rindex(b"startxref") + 9 :].split()[0])
    return made[: made.rindex(b"startxref")] + b"startxref\n%d\n%%%%EOF\n" % (start + by)


def _saved_again(pdf: bytes) -> bytes:
    """A revision that changes nothing and says that the file holds one object."""
    before = int(pdf[pdf.rindex(b"startxref") + 9 :].split()[0])
    table = b"xref\n0 1\n0000000000 65535 f \ntrailer\n<< /Size 1 /Root 1 0 R /Prev %d >>\n" % before
    return after(pdf, table, b"startxref\n%d\n%%%%EOF\n" % len(pdf))


def _stored(pdf: bytes) -> bytes:
    return appended(pdf, {SPARE: b"<< /Type /DSS >>", CATALOG: catalog(b"/DSS 9 0 R")})


def _encrypted() -> bytes:
    """Opens with the empty password; the signature dictionary has no /Type, so readers differ over its value."""
    padding = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")
    key = hashlib.md5(padding + bytes(32) + (-4).to_bytes(4, "little", signed=True) + b"\xab" * 16).digest()[:5]  # noqa: S324  ISO 32000-1 algorithm 2
    user = Cipher(ARC4(key), None).encryptor().update(padding)
    trailer = b"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <%b> /U <%b> >>" % (b"00" * 32, user.hex().encode())
    things = objects({SIGNATURE: patched(signature(), b"/Type /Sig", b"")})
    return seal(written(things, trailer=trailer))


def _unlisted() -> bytes:
    """An object of an added revision that its table does not list."""
    made = appended(plain(), {SPARE: b"<< /Type /DSS >>", CATALOG: catalog(b"/DSS 9 0 R"), WORDS: _OTHER})
    return plain() + re.sub(rb"\n4 1\n\d{10} 00000 n \n", b"\n", made[len(plain()) :], count=1)


def _skipping() -> bytes:
    """The last revision leaves the one before out of the chain: an earlier state comes back."""
    before = int(plain()[plain().rindex(b"startxref") + 9 :].split()[0])
    middle = appended(plain(), {WORDS: _OTHER})
    return appended(middle, {SPARE: b"<< >>"}, previous=before)


def _two_orders() -> bytes:
    """Two signatures whose ranges both go to the end, each leaving out only its own value."""
    things = objects(
        {
            FORM: b"<< /Fields [7 0 R 11 0 R] /SigFlags 3 >>",
            PAGE: page(b"7 0 R 11 0 R"),
            SPARE + 2: field(b"Signature2", SPARE),
            SPARE: signature(),
        }
    )
    once = seal(written(things))
    a = once.index(EMPTY)
    b = a + len(EMPTY)
    return seal(re.sub(rb"\[0 \*[^\]]*\]", (b"[0 %d %d %d]" % (a, b, len(once) - b)).ljust(36), once))


def _ends(cut: bytes) -> bytes:
    made = written(objects())
    end = made.rindex(cut)
    return seal(
        made,
        stated=lambda a, b, c: b"[0 %d %d %d]" % (a, b, end - b),
        covers=lambda a, b, c: [(0, a), (b, end - b)],
    )


def _loop() -> bytes:
    made = appended(plain(), {SPARE: b"<< >>"}, previous=10**9)
    start = int(made[made.rindex(b"startxref") + 9 :].split()[0])
    return patched(made, b"/Prev 1000000000", b"/Prev %d" % start)


def _many(count: int) -> bytes:
    pdf = plain()
    for _ in range(count):
        pdf = appended(pdf, {SPARE: b"<< >>"})
    return pdf


def _inner(pdf: bytes) -> bytes:
    """The second byte range begins after the first signature's bytes."""
    places = list(re.finditer(rb"/ByteRange \[0 (\d+) (\d+) (\d+)\]( *)", pdf))
    a, b, c = (int(number) for number in places[1].groups()[:3])
    start = len(plain())
    text = (b"/ByteRange [%d %d %d %d]" % (start, a - start, b, c)).ljust(places[1].end() - places[1].start())
    return pdf[: places[1].start()] + text + pdf[places[1].end() :]


VECTORS = [
    Vector("tail_blank_lines_ok", lambda: after(plain(), b"\n\r\n  \n"), ok()),
    Vector("tail_second_eof_ok", lambda: after(plain(), b"%%EOF\n"), ok()),
    Vector("tail_junk_modified", lambda: after(plain(), b"junk"), _TAIL),
    Vector("tail_comment_modified", lambda: after(plain(), b"% halo\n"), _TAIL),
    Vector("tail_nul_bytes_many_modified", lambda: after(plain(), b"\0" * 100_000), _TAIL),
    Vector("tail_zip_modified", lambda: after(plain(), b"PK\x05\x06" + bytes(18)), _TAIL),
    Vector("tail_html_modified", lambda: after(plain(), b"<html><script>1</script></html>"), _TAIL),
    Vector("tail_object_without_table_modified", lambda: after(plain(), b"4 0 obj\n", _OTHER, b"\nendobj\n"), _TAIL),
    Vector("tail_object_and_eof_modified", lambda: after(plain(), b"4 0 obj\n", _OTHER, b"\nendobj\n%%EOF\n"), _TAIL),
    Vector(
        "tail_object_and_copied_trailer_modified",
        lambda: after(plain(), b"4 0 obj\n", _OTHER, b"\nendobj\n", plain()[plain().rindex(b"trailer") :]),
        _TAIL,
    ),
    Vector("tail_old_startxref_again_modified", lambda: after(plain(), plain()[plain().rindex(b"startxref") :]), _TAIL),
    Vector("tail_startxref_on_the_blank_before_ok", lambda: _bad_startxref(-1), ok()),
    Vector("tail_startxref_one_high_modified", lambda: _bad_startxref(1), _TAIL),
    Vector("tail_startxref_one_high_on_a_stream_modified", lambda: _bad_startxref(1, "stream"), _TAIL),
    Vector(
        "tail_startxref_in_signed_part_modified",
        lambda: _bad_startxref(-500),
        modified(Reason.TRAILING, Reason.CHANGED),
    ),
    Vector("tail_size_too_small_between_ok", lambda: _stored(_saved_again(plain())), ok()),
    Vector("tail_size_too_small_at_end_modified", lambda: _saved_again(plain()), _TAIL),
    Vector("tail_object_not_in_table_modified", _unlisted, _TAIL),
    Vector("tail_revision_skipped_modified", _skipping, _TAIL),
    Vector("tail_prev_loop_error", _loop, unsure(Reason.DAMAGED)),
    Vector(
        "tail_whole_second_file_modified",
        lambda: after(plain(), written(objects({WORDS: _OTHER, FIELD: b"null", SIGNATURE: b"null"}))),
        modified(Reason.STRIPPED, Reason.TRAILING, Reason.CHANGED),
    ),
    Vector("end_before_eof_modified", lambda: _ends(b"%%EOF"), broken(Reason.NO_END)),
    Vector("end_before_startxref_modified", lambda: _ends(b"startxref"), broken(Reason.NO_END)),
    Vector("end_before_table_modified", lambda: _ends(b"xref\n0 1"), broken(Reason.NO_END)),
    Vector("ranges_crossing_broken", _two_orders, broken(Reason.CROSSING)),
    Vector("ranges_second_leaves_out_first_broken", lambda: _inner(two()), broken()),
    Vector("header_not_at_start_error", lambda: b"junk\n" + plain(), broken(Reason.NOT_A_PDF)),
    Vector("header_after_html_error", lambda: b"<html></html>\n" + plain(), broken(Reason.NOT_A_PDF)),
    Vector("encrypted_error", lambda: seal(written(objects(), trailer=_ENCRYPT)), unsure(Reason.ENCRYPTED)),
    Vector("encrypted_with_no_password_error", _encrypted, unsure(Reason.ENCRYPTED)),
    Vector(
        "encrypted_later_error",
        lambda: appended(plain(), {SPARE: b"<< >>"}, trailer=_ENCRYPT),
        unsure(Reason.ENCRYPTED),
    ),
    Vector("revisions_too_many_error", lambda: _many(70), unsure(Reason.TOO_MANY_REVISIONS)),
    Vector("certified_nothing_after_ok", certified, ok()),
]
