"""The byte check of a signature: for each clause a file that keeps it and one that breaks it (safety.md 7.3)."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tte.validation import raw, syntax
from tte.validation.raw import RawSignature, Unsound
from tte.validation.reasons import Reason
from tte.validation.syntax import NotPdf, Span

CMS = bytes.fromhex("3003020105")
HEAD = b"%PDF-1.7\n"


@dataclass(frozen=True)
class Made:
    """A file around one signature dictionary; every part can be made wrong. `A B C` stand for the right numbers."""

    header: bytes = b"7 0 obj\n"
    before: bytes = b"<< /Type /Sig "
    key: bytes = b"/Contents "
    contents: bytes = b"<" + CMS.hex().encode() + b"0000>"
    after: bytes = b" /ByteRange [0 AAAAAAAAAA BBBBBBBBBB CCCCCCCCCC] >>\nendobj\n"
    end: bytes = b"startxref\n9\n%%EOF\n"
    tail: bytes = b""
    shift: tuple[int, int, int] = (0, 0, 0)
    skip: int = 0

    def build(self) -> bytes:
        first = HEAD + self.header + self.before + self.key
        last = self.after + self.end
        a, b, c = len(first), len(first) + len(self.contents), len(last)
        numbers = dict(zip("ABC", (a + self.shift[0], b + self.shift[1], c + self.shift[2]), strict=True))
        pdf = first + self.contents + last
        for letter, number in numbers.items():
            pdf = pdf.replace(letter.encode() * 10, b"%010d" % number)
        return pdf + self.tail

    def read(self) -> RawSignature:
        return raw.read_signature(self.build(), len(HEAD) + self.skip, number=7, generation=0)


GOOD = Made()


def test_a_sound_signature_is_read_as_it_stands() -> None:
    found = GOOD.read()
    pdf = GOOD.build()
    assert found.cms == CMS
    assert found.contents == CMS + b"\0\0"
    assert pdf[found.gap.start : found.gap.end] == GOOD.contents
    assert found.end == len(pdf)
    assert found.byte_range == (0, found.gap.start, found.gap.end, len(pdf) - found.gap.end)
    assert pdf[found.span.start : found.span.end].startswith(b"<< /Type /Sig")


@pytest.mark.parametrize(
    "made",
    [
        pytest.param(replace(GOOD, contents=GOOD.contents.upper()), id="hex in upper case"),
        pytest.param(replace(GOOD, contents=b"<" + CMS.hex().encode() + b">"), id="no padding"),
        pytest.param(replace(GOOD, contents=b"<30800201050000000000>"), id="BER of indefinite length"),
        pytest.param(replace(GOOD, tail=b"8 0 obj\nnull\nendobj\nstartxref\n9\n%%EOF\n"), id="a later revision"),
        pytest.param(replace(GOOD, end=b"startxref\r\n9\r\n%%EOF\r\n"), id="other line ends"),
        pytest.param(replace(GOOD, end=b"startxref\n9\n%%EOF"), id="no line end at all"),
        pytest.param(replace(GOOD, header=b"7  0\tobj % note\n"), id="other blanks"),
        pytest.param(replace(GOOD, header=b"\r\n 7 0 obj\n"), id="an offset that counts the blanks before"),
        pytest.param(replace(GOOD, end=b"the whole file is signed"), id="an end that is none, and nothing after it"),
        pytest.param(replace(GOOD, end=GOOD.end + b"\n \n", tail=b"8 0 obj"), id="signed blanks, and something after"),
        pytest.param(replace(GOOD, tail=b"\n \0"), id="blanks after it"),
        pytest.param(replace(GOOD, key=b"/#43ontents "), id="a key in another spelling"),
        pytest.param(
            replace(GOOD, before=b"<< /Reason (a \\( (b) >> [ ) /X [<</ByteRange [1 2]>>] "), id="rich values"
        ),
    ],
)
def test_what_is_in_order_is_accepted(made: Made) -> None:
    assert made.read().cms.startswith(b"\x30")


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        pytest.param(replace(GOOD, header=b"8 0 obj\n"), Reason.NOT_AT_OFFSET, id="another object number"),
        pytest.param(replace(GOOD, header=b"7 1 obj\n"), Reason.NOT_AT_OFFSET, id="another generation"),
        pytest.param(replace(GOOD, header=b"17 0 obj\n", skip=1), Reason.NOT_AT_OFFSET, id="offset one byte late"),
        pytest.param(replace(GOOD, header=b"x 7 0 obj\n"), Reason.NOT_AT_OFFSET, id="offset two bytes early"),
        pytest.param(replace(GOOD, header=b"%7 0 obj\n"), Reason.NOT_AT_OFFSET, id="no object"),
        pytest.param(replace(GOOD, before=b"[ /Type /Sig "), Reason.BAD_DICTIONARY, id="no dictionary"),
        pytest.param(replace(GOOD, before=b"<< /Type /Page /Type /Sig "), Reason.BAD_DICTIONARY, id="a key twice"),
        pytest.param(replace(GOOD, before=b"<< /ByteRange [0 1 3 4] "), Reason.BAD_DICTIONARY, id="two byte ranges"),
        pytest.param(replace(GOOD, before=b"<< /Byte#52ange [0] "), Reason.BAD_DICTIONARY, id="two in other spelling"),
        pytest.param(replace(GOOD, before=b"<< /Contents <00> "), Reason.BAD_DICTIONARY, id="two contents"),
        pytest.param(replace(GOOD, before=b"<< /X << /Y 1 /Y 2 >> "), Reason.BAD_DICTIONARY, id="a key twice below"),
        pytest.param(replace(GOOD, before=b"<< /X " + b"[" * 99), Reason.BAD_DICTIONARY, id="nested deeply"),
        pytest.param(
            replace(GOOD, after=GOOD.after.replace(b"endobj", b"stream")), Reason.BAD_DICTIONARY, id="no endobj"
        ),
        pytest.param(
            replace(GOOD, after=GOOD.after.replace(b"/ByteRange", b"/ByteRangf")),
            Reason.BAD_BYTE_RANGE,
            id="no byte range",
        ),
        pytest.param(
            replace(GOOD, after=GOOD.after.replace(b"[0 ", b"[1 ")), Reason.BAD_BYTE_RANGE, id="begins at one"
        ),
        pytest.param(
            replace(GOOD, after=GOOD.after.replace(b"[0 ", b"[-0 ")), Reason.BAD_BYTE_RANGE, id="minus nought"
        ),
        pytest.param(
            replace(GOOD, after=GOOD.after.replace(b"[0 ", b"[0 0 ")), Reason.BAD_BYTE_RANGE, id="five numbers"
        ),
        pytest.param(
            replace(GOOD, after=GOOD.after.replace(b" CCCCCCCCCC", b"")), Reason.BAD_BYTE_RANGE, id="three numbers"
        ),
        pytest.param(
            replace(GOOD, after=GOOD.after.replace(b"CCCCCCCCCC", b"9 0 R")), Reason.BAD_BYTE_RANGE, id="a reference"
        ),
        pytest.param(
            replace(GOOD, after=GOOD.after.replace(b"CCCCCCCCCC", b"CCCCCCCCCC.0")), Reason.BAD_BYTE_RANGE, id="a real"
        ),
        pytest.param(
            replace(GOOD, after=b" /ByteRange null >>\nendobj\n"), Reason.BAD_BYTE_RANGE, id="a null byte range"
        ),
        pytest.param(
            replace(GOOD, after=b" /ByteRange 9 0 R >>\nendobj\n"), Reason.BAD_BYTE_RANGE, id="an indirect byte range"
        ),
        pytest.param(
            replace(GOOD, after=GOOD.after.replace(b"AAAAAAAAAA", b"0")), Reason.BAD_BYTE_RANGE, id="empty first range"
        ),
        pytest.param(
            replace(GOOD, after=GOOD.after.replace(b"CCCCCCCCCC", b"0")), Reason.BAD_BYTE_RANGE, id="empty second range"
        ),
        pytest.param(
            replace(GOOD, after=GOOD.after.replace(b"BBBBBBBBBB", b"AAAAAAAAAA")), Reason.BAD_BYTE_RANGE, id="no gap"
        ),
        pytest.param(replace(GOOD, shift=(0, 0, 1)), Reason.BAD_BYTE_RANGE, id="one byte past the file"),
        pytest.param(replace(GOOD, shift=(-1, 0, 0)), Reason.BAD_GAP, id="gap begins a byte early"),
        pytest.param(replace(GOOD, shift=(1, 0, 0)), Reason.BAD_GAP, id="gap begins a byte late"),
        pytest.param(replace(GOOD, shift=(0, 1, -1)), Reason.BAD_GAP, id="gap ends a byte late"),
        pytest.param(replace(GOOD, shift=(0, -1, 1)), Reason.BAD_GAP, id="gap ends a byte early"),
        pytest.param(
            replace(GOOD, key=b"/Content ", before=b"<< /Contents (a) "), Reason.BAD_GAP, id="another key's gap"
        ),
        pytest.param(replace(GOOD, key=b"/Contents [", after=b"]" + GOOD.after), Reason.BAD_GAP, id="inside an array"),
        pytest.param(replace(GOOD, contents=b"(" + CMS + b")"), Reason.BAD_GAP, id="a literal string"),
        pytest.param(replace(GOOD, contents=b"<3003020105 00>"), Reason.BAD_GAP, id="a blank in the hex"),
        pytest.param(replace(GOOD, contents=b"<300302010500 >"), Reason.BAD_GAP, id="a blank after the hex"),
        pytest.param(replace(GOOD, contents=b"<300302010>"), Reason.BAD_GAP, id="an odd number of digits"),
        pytest.param(replace(GOOD, contents=b"<3003020105aA>"), Reason.BAD_GAP, id="digits of two cases"),
        pytest.param(replace(GOOD, contents=b"<>"), Reason.BAD_CMS, id="nothing"),
        pytest.param(replace(GOOD, contents=b"<300302010501>"), Reason.BAD_PADDING, id="a one after the value"),
        pytest.param(replace(GOOD, contents=b"<3003020105000001>"), Reason.BAD_PADDING, id="a one in the padding"),
        pytest.param(replace(GOOD, contents=b"<0000000000>"), Reason.BAD_CMS, id="only padding"),
        pytest.param(
            replace(GOOD, contents=b"<30050201050000>".replace(b"3005", b"3006")), Reason.BAD_CMS, id="cut short"
        ),
        pytest.param(replace(GOOD, contents=b"<3085010000000000>"), Reason.BAD_CMS, id="a length of five bytes"),
        pytest.param(
            replace(GOOD, contents=b"<" + b"3080" * 70 + b"0000" * 70 + b">"), Reason.BAD_CMS, id="nested BER"
        ),
        pytest.param(replace(GOOD, contents=b"<3080020105>"), Reason.BAD_CMS, id="BER without an end"),
        pytest.param(replace(GOOD, contents=b"<0480020105>"), Reason.BAD_CMS, id="a primitive without a length"),
        pytest.param(replace(GOOD, shift=(0, 0, -3)), Reason.NO_END, id="two bytes fewer signed"),
        pytest.param(replace(GOOD, end=b"startxref\n9\n%EOF\n", tail=b"8"), Reason.NO_END, id="one percent sign"),
        pytest.param(replace(GOOD, end=b"%%EOF\nx\n", tail=b"8"), Reason.NO_END, id="something signed after the end"),
        pytest.param(replace(GOOD, end=b"%%EOF" + b" " * 5000, tail=b"8"), Reason.NO_END, id="5000 blanks signed"),
    ],
)
def test_what_breaks_a_clause_is_refused_for_that_clause(made: Made, reason: Reason) -> None:
    with pytest.raises(Unsound) as refused:
        made.read()
    assert refused.value.reason is reason


def test_a_dictionary_that_ends_outside_the_signed_bytes_is_refused() -> None:
    pdf = GOOD.build()
    inside = pdf.index(b"] >>")
    moved = replace(GOOD, shift=(0, 0, inside - len(pdf)))
    with pytest.raises(Unsound) as refused:
        moved.read()
    assert refused.value.reason is Reason.OUTSIDE


def test_a_byte_range_in_any_spelling_is_found_and_the_search_stops_at_the_limit() -> None:
    spellings = b"/ByteRange /Byte#52ange /#42#79#74#65#52#61#6E#67#65 /#6eo /Byterange"
    assert len(raw.find_byte_ranges(spellings, 9)) == 3
    assert len(raw.find_byte_ranges(spellings * 9, 4)) == 5


def test_a_signature_may_stand_in_its_field() -> None:
    made = replace(GOOD, before=b"<< /FT /Sig /V << /Type /Sig ", after=GOOD.after.replace(b">>", b">> >>"))
    pdf = made.build()
    assert raw.read_signature(pdf, len(HEAD), number=7, generation=0, in_field=True).cms == CMS
    with pytest.raises(Unsound):
        raw.read_signature(pdf, len(HEAD), number=7, generation=0)
    with pytest.raises(Unsound):
        raw.read_signature(GOOD.build(), len(HEAD), number=7, generation=0, in_field=True)


def placed(start: int, gap: int, end: int) -> RawSignature:
    return RawSignature(Span(start, gap + 9), Span(gap, gap + 5), end, b"", b"")


@pytest.mark.parametrize(
    ("signatures", "nest"),
    [
        ([], True),
        ([placed(10, 20, 100)], True),
        ([placed(110, 120, 200), placed(10, 20, 100)], True),
        ([placed(10, 20, 100), placed(99, 120, 200)], False),
        ([placed(10, 20, 100), placed(30, 40, 100)], False),
        ([placed(10, 20, 200), placed(30, 40, 100)], False),
    ],
)
def test_ranges_of_several_signatures_lie_one_inside_the_other(signatures: list[RawSignature], nest: bool) -> None:
    assert raw.ranges_nest(signatures) is nest


@pytest.mark.parametrize(
    "text",
    [
        b"(a(b)c\\)\\\\)",
        b"<41 4>",
        b"12",
        b"-.5",
        b"12 0 R",
        b"/Name#20x",
        b"[1 [2] <</A[3]>>]",
        b"<</A%c\n/B>>",
        b"null",
    ],
)
def test_a_value_ends_where_it_ends(text: bytes) -> None:
    assert syntax.end_of_value(text + b" /X", 0) == len(text)


@pytest.mark.parametrize(
    "text", [b"", b"]", b">>", b"(a", b"<4G>", b"[1", b"<</A>>", b"<<1 2>>", b"nul", b"12x", b"<</A 1"]
)
def test_what_is_no_value_is_refused(text: bytes) -> None:
    with pytest.raises(NotPdf):
        syntax.end_of_value(text, 0)


def test_a_hundred_thousand_brackets_are_refused_without_recursion() -> None:
    for text in (b"[" * 100_000, b"<</A" * 100_000, b"[" + b"1 " * 300_000 + b"]", b"(" * 100_000):
        with pytest.raises(NotPdf):
            syntax.end_of_value(text, 0)


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(text: bytes) -> None:
    for attempt in (syntax.end_of_value, syntax.dictionary, syntax.object_header):
        try:
            attempt(text, 0)
        except NotPdf:
            continue


@given(st.binary(max_size=60))
def test_any_der_has_a_length_inside_it_or_is_refused(value: bytes) -> None:
    try:
        length = raw.length_of_der(value)
    except Unsound:
        return
    assert 0 < length <= len(value)
