"""Another file of a kind, judged by its likeness to a sample that was validated in full. Cheap, and on its own road.

All that is known here of the kind was read from the bytes of the sample. In another file every byte must be the
sample's, or follow from what the caller knows of the document, or lie in the page's words, which the digest covers; so
whatever pyHanko found in the sample holds for the other file too, once its own signature value is verified.
"""

from __future__ import annotations

import hashlib
from binascii import Error, hexlify, unhexlify
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from tte.model import Indication, Report
from tte.validation.der import SET
from tte.validation.laid_out import END_OF_WORDS, LaidOut
from tte.validation.second_opinion import pyhanko_agrees
from tte.validation.signed_cms import SignedCms
from tte.validation.signer import Signer
from tte.validation.trust import Trust
from tte.validation.unlike import NotPassed, Unlike
from tte.validation.verdict import validate

if TYPE_CHECKING:
    from hashlib import _Hash

__all__ = ["Alike", "Likeness", "NotPassed", "Unlike"]

_STRUCTURE: Final = (
    (b"s", (b"endstream", b"startxref")),
    (b"o", (b"endobj",)),
    (b"O", (b"%%EOF",)),
    (b"y", (b"/ByteRange",)),
)
"""What a reader that repairs files, or a validator, takes for structure wherever it stands, by its rarest letter.

One letter is found ten times faster than a word, and these are rare in the words of a page.
"""


class Alike(NamedTuple):
    """What is the document's own: the digest of the DER signed attributes (RFC 5652 §5.4) and the signature value.

    The value may not have been verified yet; ECDSA is as DER.
    """

    signed_digest: bytes
    signature: bytes


class _Holes(NamedTuple):
    """The gap, with `<` and `>` and what follows it up to the length of the words, for one length of signature value.

    In hex digits: `before`, the digest up to `digest_end`, `between`, the value from `value` to `value_end`, `after`.
    """

    before: bytes
    digest: int
    digest_end: int
    between: bytes
    value: int
    value_end: int
    after: bytes


class Likeness:
    """What all files of the sample's kind have in common: one frame, one identity, one room for the CMS.

    `prefix` is how each begins; `report` the full validation of the sample. For one process; it takes no time to make
    beside the validation. A likeness can be used by many threads.
    """

    __slots__ = (
        "_attributes", "_constant", "_frames", "_hashed", "_laid_out", "_length_at", "_said", "_signer",
        "prefix", "report",
    )  # fmt: skip

    @classmethod
    def of(cls, sample: bytes, trust: Trust, at: datetime) -> Likeness:
        """The likeness of a file that `validate` passes at the time `at`.

        NotPassed, with the report, if it does not. Unlike if it passes but is not one revision with one signature, laid
        out as ours are, by RSA PKCS#1 v1.5 or ECDSA P-256 or P-384 with SHA-256 or SHA-384.
        """
        report = validate(sample, trust, at)
        if report.indication is not Indication.TOTAL_PASSED:
            raise NotPassed(report)
        likeness = cls(LaidOut.of(sample), report)
        found = likeness._laid_out
        if not pyhanko_agrees(found, sample, trust, at):
            raise Unlike("pyHanko does not agree that the sample holds")
        likeness.verify(likeness.check(found.rest, found.name, found.at))
        return likeness

    def __init__(self, sample: LaidOut, report: Report) -> None:
        """Use `of`: this does not validate."""
        if len(report.signatures) != 1 or not report.signatures[0].covers_file:
            raise Unlike("the sample has not one signature over the whole file")
        cms = SignedCms.of(sample.contents)
        self._signer = Signer.of(cms, report.signatures[0].certificate_sha256)
        self.prefix, self.report = sample.prefix, report
        self._laid_out = sample
        self._length_at = sample.gap_end + len(sample.after_gap)
        self._hashed = hashlib.new(self._signer.hash_name, sample.prefix)
        self._constant = cms.constant
        self._attributes = self._signed_attributes(sample.contents, cms)
        self._frames: dict[bytes, _Holes] = {}
        self._said = self._announced(sample.at)

    def check(self, rest: bytes, name: bytes, at: datetime) -> Alike:
        """What `rest` adds of its own, if `prefix + rest` is a file of this kind; else Unlike, and nothing else.

        `name` (16 bytes) must be both halves of its /ID, and `at` (aware) its claimed time to the second, within the
        validity of every certificate in the CMS. All bytes of `rest` are accounted for: as the sample's; as time, name,
        ByteRange, lengths, offsets and message digest that are right, written in the one way the sample writes them; as
        the signature value, which is given back; or as words, which hold no text that a reader might take for the end
        of their stream, and say nothing else about the file.
        """
        sample = self._laid_out
        said, head = self._said
        if at != said:
            _, head = self._said = self._announced(at)
        start, end = sample.gap_start, sample.gap_end
        opening = rest[:start]
        if opening != head + (b"%d" % (len(rest) - end)).ljust(sample.width) + sample.before_gap:
            raise Unlike("the signature dictionary, its time or its ByteRange is not what it must be")
        hashed = self._hashed.copy()
        hashed.update(opening)
        hashed.update(memoryview(rest)[end:])
        digest = hashed.digest()
        holes = self._frames.get(rest[start : start + 16]) or self._learned(rest)
        before, digest_at, digest_end, between, value_at, value_end, after = holes
        if rest[digest_at:digest_end] != hexlify(digest):
            raise Unlike("the message digest is not that of the file")
        if not (
            rest.startswith(before, start)
            and rest.startswith(between, digest_end)
            and rest.startswith(after, value_end)
        ):
            raise Unlike("the CMS, or what follows it, is not the sample's")
        value = _bytes_of(rest[value_at:value_end])
        self._check_words(rest, hexlify(name))
        attributes, following = self._attributes
        signed = attributes.copy()
        signed.update(digest + following)
        return Alike(signed.digest(), value)

    def verify(self, alike: Alike) -> None:
        """Return if the value verifies with the public key of the sample's signing certificate; else Unlike."""
        self._signer.verify(alike.signature, alike.signed_digest)

    def _check_words(self, rest: bytes, name: bytes) -> None:
        """From the length of the words to the end of the file."""
        sample = self._laid_out
        length_at = self._length_at
        length_end = rest.find(b" ", length_at, length_at + 10)
        digits = rest[length_at:length_end]
        if length_end < 0 or not digits.isdigit() or digits != b"%d" % int(digits):
            raise Unlike("the length of the words is not a number")
        start = length_end + len(sample.stream)
        end = start + int(digits)
        closed = end + len(sample.closing)
        table = len(self.prefix) + end + len(END_OF_WORDS)
        if not (rest.startswith(sample.stream, length_end) and rest.startswith(sample.closing, end)):
            raise Unlike("the words, or the cross-reference table after them, do not end where they must")
        if rest[closed:] != b"%b> <%b>] >>\nstartxref\n%d\n%%%%EOF\n" % (name, name, table):
            raise Unlike("the trailer has another name or another place for the table, or is not the end")
        for letter, words in _STRUCTURE:
            if rest.find(letter, start, end) >= 0 and any(rest.find(word, start, end) >= 0 for word in words):
                raise Unlike("the words hold what a reader may take for the structure of the file")

    def _announced(self, at: datetime) -> tuple[datetime, bytes]:
        """This time, and the signature dictionary with it up to the last number of its ByteRange; kept for the next."""
        if at.tzinfo is None:
            raise ValueError("a claimed time is an aware datetime")
        if not self._signer.earliest <= at <= self._signer.latest:
            raise Unlike("the claimed time is outside the validity of the certificates")
        return at, self._laid_out.before_time + _digits(at) + self._laid_out.before_count

    def _learned(self, rest: bytes) -> _Holes:
        """Where the holes are in a CMS as long as this one: it is walked anew and must otherwise be the sample's.

        Only for lengths the key's values can have, so there are few to remember.
        """
        sample = self._laid_out
        start, end = sample.gap_start, sample.gap_end
        if rest[start : start + 1] != b"<" or rest[end - 1 : end] != b">":
            raise Unlike("the ByteRange does not leave out a hex string")
        contents = _bytes_of(rest[start + 1 : end - 1])
        cms = SignedCms.of(contents)
        if cms.constant != self._constant or cms.value.end - cms.value.inside not in self._signer.value_lengths:
            raise Unlike("the CMS differs from the sample's in more than digest and value")
        digest, digest_end, value, value_end = (
            start + 1 + 2 * place for place in (cms.digest.inside, cms.digest.end, cms.value.inside, cms.value.end)
        )
        holes = _Holes(
            rest[start:digest],
            digest,
            digest_end,
            rest[digest_end:value],
            value,
            value_end,
            rest[value_end:end] + sample.after_gap,
        )
        self._frames[rest[start : start + 16]] = holes
        return holes

    def _signed_attributes(self, contents: bytes, cms: SignedCms) -> tuple[_Hash, bytes]:
        """The signed attributes as they are signed, tagged as a SET: hashed up to the digest, and what follows it."""
        start, digest, end = cms.attributes.start, cms.digest, cms.attributes.end
        if digest.end - digest.inside != self._hashed.digest_size:
            raise Unlike("the message digest has not the length of its algorithm")
        return (
            hashlib.new(self._signer.hash_name, bytes([SET]) + contents[start + 1 : digest.inside]),
            contents[digest.end : end],
        )


def _digits(at: datetime) -> bytes:
    at = at.astimezone(UTC)
    return b"%04d%02d%02d%02d%02d%02d" % (at.year, at.month, at.day, at.hour, at.minute, at.second)


def _bytes_of(digits: bytes) -> bytes:
    """What these digits say; Unlike if one is in upper case. The signature does not cover them, so this must."""
    try:
        found = unhexlify(digits)
    except Error:
        raise Unlike("/Contents is not all hex digits") from None
    if hexlify(found) != digits:
        raise Unlike("/Contents has hex digits in upper case")
    return found
