"""The frame of a document with its signature announced, and how one file is laid out in it in a single pass.

    frame            the document's, with three objects that now speak of the signature: the catalog (/Perms:
                     certified), the form (SigFlags 3), the field (/V)
    signature        N 0 obj << … /M (D:·time·Z) /ByteRange [0 start end ·rest·] /Contents
    gap              <CMS, with ·digest· and ·value·>      from `start` to `end`, the only bytes that are not signed
                     >> endobj
    words            M 0 obj << /Length ·length· >> stream, the page's words by turns, endstream endobj
    table, trailer   /ID [<·name·> <·name·>], startxref ·place·, %%EOF      `rest` is from `end` to here

One revision, and the signature covers every byte but its own value (ISO 32000-1 §12.8.1). `start` and `end` are the
same in every file of the frame. What stands between dots, and the values among the words, are a file's own parts; all
else is shared. The document is certified: no change is permitted after it (§12.8.2.2, DocMDP with P 1) but what
long-term validation adds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Final

import pikepdf
from pikepdf import Dictionary

from tte.frame import STREAM, Frame, Words, ending, stream
from tte.key import Identity
from tte.pades.cms import longest_signature
from tte.pades.lint import lint
from tte.pades.stencil import longest, stencil

_CASES: Final = 256

if TYPE_CHECKING:
    from hashlib import _Hash

_BEFORE_TIME: Final = (
    b"%d 0 obj\n<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached "
    b"/Reference [<< /Type /SigRef /TransformMethod /DocMDP "
    b"/TransformParams << /Type /TransformParams /P 1 /V /1.2 >> >>]\n/M (D:"
)
_BEFORE_REST: Final = b"Z) /ByteRange [0 %d %d "
_BEFORE_CONTENTS: Final = b"] /Contents <"
_AFTER_CONTENTS: Final = b"> >>\nendobj\n"
_TIME_WIDTH, _REST_WIDTH = 14, 6
"""Characters of the time, YYYYMMDDHHMMSS, and of the last number of the /ByteRange, filled up with blanks."""


@dataclass(frozen=True, slots=True)
class Layout:
    """One file but for what /Contents holds: its own parts before the CMS and after it, and the document's digest."""

    before: tuple[bytes, ...]
    after: tuple[bytes, ...]
    digest: bytes


@dataclass(frozen=True, eq=False)
class SignedFrame:
    """What all files of one frame, identity and room for the CMS have in common. `size` is in bytes of CMS.

    `objects` is how each of them begins, as far as the signature dictionary.
    """

    frame: Frame
    identity: Identity
    room: int
    objects: bytes
    size: int
    certificate_sha256: bytes
    _before_time: bytes
    _before_rest: bytes
    _end: int
    _ending: tuple[bytes, bytes, bytes, bytes]
    _hashed: _Hash
    _attributes: tuple[bytes, bytes]
    _shared: dict[tuple[tuple[bytes, ...], int], tuple[bytes, ...]] = field(default_factory=dict, init=False)

    def laid_out(self, words: Words, name: bytes, at: datetime) -> Layout:
        """The file with these words, called `name` in its /ID, with this signing time. ValueError if it is too long."""
        operators, digits = bytes(words), name.hex().encode()
        before, after = stream(self.frame.words)
        length = b"%d" % len(operators)
        body = b"".join((_AFTER_CONTENTS[1:], before, length, STREAM, operators, after))
        place = b"%d" % (self._end + len(body))
        table, apart, start, end = self._ending
        tail = b"".join((body, table, digits, apart, digits, start, place, end))
        rest = b"%-6d" % len(tail)
        if len(rest) > _REST_WIDTH:
            raise ValueError("a page has less than a million bytes of words")
        time = _pdf_time(at)
        hashed = self._hashed.copy()
        hashed.update(b"".join((time, self._before_rest, rest, _BEFORE_CONTENTS[:-1])))
        hashed.update(tail)
        return Layout((b"", time, rest), (length, *words.own, digits, digits, place, b""), hashed.digest())

    def shared(self, words: Words, signature_length: int) -> tuple[bytes, ...]:
        """What stands around the own parts of a file: the very same objects for all files of the same case."""
        found = self._shared.get((words.shared, signature_length))
        if found is None:
            if len(self._shared) >= _CASES:
                self._shared.clear()
            found = self._shared[words.shared, signature_length] = self._parts(words.shared, signature_length)
        return found

    def _parts(self, words: tuple[bytes, ...], signature_length: int) -> tuple[bytes, ...]:
        before, between, behind = stencil(self.identity, signature_length, self.size).around
        opening, closing = stream(self.frame.words)
        table, apart, start, end = self._ending
        *parts, last = (STREAM + words[0], *words[1:])
        return (
            self.objects,
            self._before_time,
            self._before_rest,
            _BEFORE_CONTENTS + before,
            between,
            behind + _AFTER_CONTENTS + opening,
            *parts,
            last + closing + table,
            apart,
            start,
            end,
        )

    def to_sign(self, digest: bytes) -> bytes:
        """What the key signs for a file of this digest: the digest of the DER signed attributes (RFC 5652 §5.4)."""
        before, after = self._attributes
        return hashlib.new(self.identity.algorithm.digest_name, before + digest + after).digest()

    def __reduce__(self) -> tuple[object, ...]:
        """In another process it is made, and linted, again."""
        return signed_frame, (self.frame, self.identity, self.room)


@lru_cache(maxsize=64)
def signed_frame(frame: Frame, identity: Identity, room: int) -> SignedFrame:
    """The frame for signatures of this identity. LintError if what is in it must not be signed.

    Linted once: nothing that a document adds to its frame is more than operators in a stream of their own.
    """
    lint(frame.filled(b"", bytes(16)))
    number = len(frame.offsets) + 2
    objects, offsets = _announced(frame, number)
    before_time = _BEFORE_TIME % number
    size = longest(identity) + room
    before_rest, end = _byte_range(len(objects) + len(before_time), 2 * size + 2)
    places = {**offsets, number: len(objects), frame.words: end + len(_AFTER_CONTENTS) - 1}
    return SignedFrame(
        frame,
        identity,
        room,
        objects,
        size,
        hashlib.sha256(identity.certificate).digest(),
        before_time,
        before_rest,
        end,
        ending(places, frame.root),
        hashlib.new(identity.algorithm.digest_name, objects + before_time),
        stencil(identity, longest_signature(identity), size).attributes,
    )


def _byte_range(before: int, gap: int) -> tuple[bytes, int]:
    """What stands between the time and the last number of the /ByteRange, `before` bytes into the file, and where the
    gap ends. Both numbers in it depend on how long they are: found by trying until they agree with themselves.
    """
    start, found = -1, before
    while start != found:
        start = found
        text = _BEFORE_REST % (start, start + gap)
        found = before + _TIME_WIDTH + len(text) + _REST_WIDTH + len(_BEFORE_CONTENTS) - 1
    return text, start + gap


def _announced(frame: Frame, signature: int) -> tuple[bytes, Mapping[int, int]]:
    """The frame's objects with the three that speak of the signature replaced, and where each object now begins."""
    with pikepdf.open(BytesIO(frame.filled(b"", bytes(16)))) as pdf:
        there = pdf.make_indirect(Dictionary())
        while there.objgen[0] < signature:
            there = pdf.make_indirect(Dictionary())
        form = pdf.Root.AcroForm
        (field,) = form.Fields
        pdf.Root.Perms = Dictionary(DocMDP=there)
        form.SigFlags = 3
        field.V = there
        pdf.Root.AcroForm = form
        changed = {item.objgen[0]: item.unparse(resolved=True) for item in (pdf.Root, form, field)}
    out, offsets = bytearray(), {}
    numbers = sorted(frame.offsets, key=lambda number: frame.offsets[number])
    ends = [*(frame.offsets[number] for number in numbers[1:]), len(frame.objects)]
    out += frame.objects[: frame.offsets[numbers[0]]]
    for number, end in zip(numbers, ends, strict=True):
        offsets[number] = len(out)
        if number in changed:
            out += b"%d 0 obj\n%b\nendobj\n" % (number, changed[number])
        else:
            out += frame.objects[frame.offsets[number] : end]
    return bytes(out), offsets


@lru_cache(maxsize=64)
def _pdf_time(at: datetime) -> bytes:
    return at.strftime("%Y%m%d%H%M%S").rjust(14, "0").encode()
