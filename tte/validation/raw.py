"""Our own check of the bytes around a signature, before any library is asked (safety.md 7.3; validation.md B1 to B5).

It answers one question: is what a signature covers exactly what it seems to cover? Works on bytes and one offset, knows
nothing of cryptography, and refuses what it does not understand.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from tte.model import Pdf
from tte.validation import syntax
from tte.validation.reasons import Reason
from tte.validation.syntax import NotPdf, Span

MAX_CMS = 4 * 1024 * 1024
_MAX_DER_DEPTH = 64

_BYTE_RANGE_KEY = re.compile(
    rb"/" + b"".join(b"(?:%c|#%02X|#%02x)" % (letter, letter, letter) for letter in b"ByteRange")
)
_BYTE_RANGE = re.compile(rb"\[\s*(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s*\]")
_HEX_DIGITS = re.compile(rb"(?:[0-9a-f]+|[0-9A-F]+)")
_NO_VALUE = re.compile(rb"null|<[\x00\t\n\x0c\r 0]*>|\(\)")
_EOF = re.compile(rb"%%EOF[\x00\t\n\x0c\r ]{0,4096}\Z")
_NOT_BLANK = re.compile(rb"[^\x00\t\n\x0c\r ]")
_END = re.compile(rb"startxref[ ]*(?:\r\n|\r|\n)[ ]*\d{1,10}[ ]*(?:\r\n|\r|\n)%%EOF(?:\r\n|\r|\n)?\Z")


class Unsound(ValueError):
    """The bytes of a signature are not in order; carries the reason. Stays inside the validation room."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class RawSignature:
    """A signature dictionary as its bytes say it.

    `span` is the dictionary with `<<` and `>>`; `gap` the bytes left out, `<` and `>` included; `end` where the signed
    bytes end; `cms` the signature value without its padding, `contents` with it.
    """

    span: Span
    gap: Span
    end: int
    cms: bytes
    contents: bytes

    @property
    def byte_range(self) -> tuple[int, int, int, int]:
        """The four numbers of /ByteRange."""
        return 0, self.gap.start, self.gap.end, self.end - self.gap.end


def find_byte_ranges(pdf: Pdf, most: int) -> list[int]:
    """Where the key /ByteRange stands in the raw bytes, in any spelling; at most `most` + 1 places."""
    found: list[int] = []
    for hit in _BYTE_RANGE_KEY.finditer(pdf):
        found.append(hit.start())
        if len(found) > most:
            break
    return found


def read_signature(pdf: Pdf, offset: int, *, number: int, generation: int, in_field: bool = False) -> RawSignature:
    """The signature dictionary that stands at `offset` as object `number` `generation`; Unsound if any clause fails.

    With `in_field` that object is the form field, and the dictionary is the value of its /V. Blanks may stand before
    the object, as some writers count them.

    The clauses: it is an uncompressed object at its cross-reference offset; no key twice; /ByteRange is four direct
    integers `[0 a b c]`; bytes a to b are one hex string and the value of this very /Contents; the dictionary lies in
    the signed bytes around it; after the DER value come only zeros; the signed bytes end as a PDF ends, if anything
    but blanks follows them.
    """
    found = read_dictionary(pdf, offset, number, generation)
    if in_field:
        found = _value_of_field(pdf, found)
    gap, end = _ranges(pdf, found)
    value = found.values.get(b"Contents")
    if value is None or _NO_VALUE.fullmatch(pdf, value.start, value.end):
        raise Unsound(Reason.BAD_CMS)
    if value != gap:
        raise Unsound(Reason.BAD_GAP)
    if not (0 < offset < gap.start and gap.end < found.span.end <= end):
        raise Unsound(Reason.OUTSIDE)
    contents = _hex_string(pdf, gap)
    length = length_of_der(contents)
    if contents.count(0, length) != len(contents) - length:
        raise Unsound(Reason.BAD_PADDING)
    if _NOT_BLANK.search(pdf, end) and not ends_a_revision(pdf, end):
        raise Unsound(Reason.NO_END)
    return RawSignature(found.span, gap, end, contents[:length], contents)


def read_dictionary(pdf: Pdf, offset: int, number: int, generation: int) -> syntax.Dictionary:
    """The dictionary that is object `number` `generation` and stands at `offset`.

    Unsound: NOT_AT_OFFSET if that object does not; BAD_DICTIONARY if it is none, or has a key twice at any depth.
    """
    found = _NOT_BLANK.search(pdf, offset) if 0 <= offset < len(pdf) else None
    if found is None or pdf[offset - 1 : offset].isdigit():
        raise Unsound(Reason.NOT_AT_OFFSET)
    try:
        stated_number, stated_generation, begin = syntax.object_header(pdf, found.start())
    except NotPdf as why:
        raise Unsound(Reason.NOT_AT_OFFSET) from why
    if (stated_number, stated_generation) != (number, generation):
        raise Unsound(Reason.NOT_AT_OFFSET)
    try:
        dictionary = syntax.dictionary(pdf, begin)
    except NotPdf as why:
        raise Unsound(Reason.BAD_DICTIONARY) from why
    end = syntax.skip_blank(pdf, dictionary.span.end)
    if pdf[end : end + 6] != b"endobj":
        raise Unsound(Reason.BAD_DICTIONARY)
    return dictionary


def _value_of_field(pdf: Pdf, field: syntax.Dictionary) -> syntax.Dictionary:
    try:
        return syntax.dictionary(pdf, field.values[b"V"].start)
    except (KeyError, NotPdf) as why:
        raise Unsound(Reason.BAD_DICTIONARY) from why


def _ranges(pdf: Pdf, found: syntax.Dictionary) -> tuple[Span, int]:
    where = found.values.get(b"ByteRange")
    numbers = _BYTE_RANGE.fullmatch(pdf, where.start, where.end) if where else None
    if not numbers:
        raise Unsound(Reason.BAD_BYTE_RANGE)
    zero, a, b, c = map(int, numbers.groups())
    if zero != 0 or not 0 < a < b - 1 or c <= 0 or b + c > len(pdf):
        raise Unsound(Reason.BAD_BYTE_RANGE)
    return Span(a, b), b + c


def _hex_string(pdf: Pdf, gap: Span) -> bytes:
    """The bytes of the hex string in `gap`: digits of one case only, an even number of them, no blanks."""
    digits = pdf[gap.start + 1 : gap.end - 1]
    framed = pdf[gap.start : gap.start + 1] == b"<" and pdf[gap.end - 1 : gap.end] == b">"
    if not framed or len(digits) % 2 or not _HEX_DIGITS.fullmatch(digits):
        raise Unsound(Reason.BAD_GAP)
    if len(digits) > 2 * MAX_CMS:
        raise Unsound(Reason.BAD_CMS)
    return bytes.fromhex(digits.decode("ascii"))


def length_of_der(value: bytes) -> int:
    """How many bytes the first ASN.1 value takes, of BER's indefinite length too; Unsound if it does not end."""
    at, open_values = 0, 0
    while True:
        if value[at : at + 2] == b"\x00\x00" and open_values:
            at, open_values = at + 2, open_values - 1
        else:
            at, indefinite = _header_and_length(value, at)
            open_values += indefinite
        if open_values > _MAX_DER_DEPTH or at > len(value):
            raise Unsound(Reason.BAD_CMS)
        if not open_values:
            return at


def _header_and_length(value: bytes, at: int) -> tuple[int, bool]:
    """Past the value at `at`; or, if its length is indefinite, past its header and True."""
    head = value[at : at + 2]
    if len(head) < 2 or head[0] & 0x1F == 0x1F or head[0] == 0:
        raise Unsound(Reason.BAD_CMS)
    at += 2
    if head[1] == 0x80:
        if not head[0] & 0x20:
            raise Unsound(Reason.BAD_CMS)
        return at, True
    if head[1] < 0x80:
        return at + head[1], False
    size = head[1] & 0x7F
    if size > 4 or at + size > len(value):
        raise Unsound(Reason.BAD_CMS)
    return at + size + int.from_bytes(value[at : at + size], "big"), False


def ends_as_pdf(pdf: Pdf, end: int) -> bool:
    """Whether the bytes up to `end` end with startxref, a number, %%EOF and at most one line end (B5, B7)."""
    return _END.search(pdf[max(0, end - 64) : end]) is not None


def ends_a_revision(pdf: Pdf, end: int) -> bool:
    """Whether the bytes up to `end` end with %%EOF and blanks."""
    return _EOF.search(pdf[max(0, end - 4200) : end]) is not None


def ranges_nest(signatures: Sequence[RawSignature]) -> bool:
    """Whether each signature, in the order of their ends, lies whole in the first signed range of the next."""
    ordered = sorted(signatures, key=lambda found: found.end)
    return all(earlier.end <= later.span.start for earlier, later in pairwise(ordered))
