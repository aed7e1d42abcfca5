"""Another file of a kind, by its likeness to a sample: what is passed is passed for a reason, and nothing else is."""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache
from pathlib import Path

import pytest
from asn1crypto import cms
from cryptography.hazmat.primitives.serialization import Encoding

from tests import signed_pdfs
from tte.backends.ephemeral import ALGORITHMS
from tte.backends.memory import MemoryKey
from tte.frame import Words, name_of
from tte.key import Identity
from tte.model import Document, Indication, Row
from tte.pades import prepare
from tte.rendering import Press
from tte.samples import sample_rows
from tte.template import PREVIEW, load
from tte.testing.pki import TestCa, generate
from tte.validation import Trust
from tte.validation.laid_out import LaidOut
from tte.validation.likeness import Alike, Likeness, NotPassed, Unlike
from tte.validation.signed_cms import SignedCms

AT = datetime(2026, 8, 17, 3, tzinfo=UTC)
DAY = timedelta(days=1)
CA = TestCa(since=AT - DAY)
TRUST = Trust((CA.root.certificate.public_bytes(Encoding.DER),))
TEMPLATES = Path(__file__).parents[2] / "templates"


@dataclass(frozen=True)
class Issued:
    """A signed file, and what its draft and the key said of it."""

    prefix: bytes
    rest: bytes
    name: bytes
    verified: Alike

    @property
    def pdf(self) -> bytes:
        return self.prefix + self.rest


@cache
def documents(name: str = "akta_kelahiran") -> tuple[Document, ...]:
    """Documents of one frame."""
    template = load(TEMPLATES / name)
    rows = enumerate(sample_rows(name, count=60, seed=7), 1)
    records = [template.check(Row(number, values), today=date(2026, 12, 31)) for number, values in rows]
    press = Press(template, PREVIEW)
    made = [press.document(record, f"{place:026}") for place, record in enumerate(records)]
    return tuple(one for one in made if one.frame is made[0].frame)


@cache
def key_of(algorithm: str, owner: str = "Pejabat Uji Coba") -> MemoryKey:
    private = generate(algorithm)
    certificate = CA.certify(private, name=owner, valid_from=AT - DAY, valid_to=AT + DAY)
    return MemoryKey(private, Identity.of(certificate, CA.chain))


def issued(document: Document, key: MemoryKey, at: datetime = AT, *, room: int = 0) -> Issued:
    draft = prepare(document, key.identity, at, room=room)
    (value,) = key.sign([draft.digest])
    signed = draft.complete(value)
    return Issued(signed.shared[0], signed.rest, name_of(document.id), Alike(draft.digest, value))


def saying(document: Document, words: bytes) -> Document:
    return replace(document, words=Words((words,), ()))


@cache
def likeness_of(algorithm: str) -> Likeness:
    return Likeness.of(issued(documents()[0], key_of(algorithm)).pdf, TRUST, AT)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_other_files_of_the_kind_are_alike_and_give_the_digest_and_value_that_were_verified(algorithm: str) -> None:
    likeness = likeness_of(algorithm)
    for document in documents():
        one = issued(document, key_of(algorithm))
        found = likeness.check(one.rest, one.name, AT)
        assert likeness.prefix == one.prefix
        assert found == one.verified
        likeness.verify(found)


@pytest.mark.parametrize("algorithm", ["ecdsa-p256", "ecdsa-p384"])
def test_ecdsa_values_of_every_length_are_alike(algorithm: str) -> None:
    likeness, key, lengths = likeness_of(algorithm), key_of(algorithm), set()
    for second in range(300):
        at = AT + timedelta(seconds=second)
        one = issued(documents()[second % len(documents())], key, at)
        assert likeness.check(one.rest, one.name, at) == one.verified
        lengths.add(len(one.verified.signature))
    assert len(lengths) > 2


def test_the_walk_leaves_the_same_of_a_cms_whatever_the_length_of_its_value() -> None:
    content = cms.ContentInfo.load(contents(issued(documents()[0], key_of("ecdsa-p256")).rest), strict=False).copy()
    constants = set()
    for length in (8, 70, 127, 128, 129, 255, 256, 300):
        content["content"]["signer_infos"][0]["signature"] = b"\x5a" * length
        der = content.dump(force=True)
        for padding in (b"", bytes(7)):
            walked = SignedCms.of(der + padding)
            assert der[walked.value.inside : walked.value.end] == b"\x5a" * length
            constants.add(walked.constant)
    assert len(constants) == 1


def contents(rest: bytes) -> bytes:
    return bytes.fromhex(rest[slice(*digits_of(rest))].decode())


def digits_of(rest: bytes) -> tuple[int, int]:
    """Where the hex digits of /Contents begin and end."""
    start = rest.index(b"/Contents <") + len(b"/Contents <")
    return start, rest.index(b">", start)


def test_the_claimed_time_may_be_told_in_any_zone() -> None:
    one = issued(documents()[1], key_of("rsa-2048"))
    jakarta = AT.astimezone(timezone(timedelta(hours=7)))
    assert likeness_of("rsa-2048").check(one.rest, one.name, jakarta) == one.verified


def test_a_claimed_time_without_a_zone_is_a_mistake_of_the_caller() -> None:
    one = issued(documents()[1], key_of("rsa-2048"))
    with pytest.raises(ValueError, match="aware"):
        likeness_of("rsa-2048").check(one.rest, one.name, AT.replace(tzinfo=None))


def test_a_sample_that_does_not_pass_is_refused_with_its_report() -> None:
    one = issued(documents()[0], key_of("rsa-2048"))
    with pytest.raises(NotPassed) as refused:
        Likeness.of(one.pdf, Trust(), AT)
    assert refused.value.report.indication is Indication.INDETERMINATE
    with pytest.raises(NotPassed) as refused:
        Likeness.of(one.pdf.replace(b"BT ", b"BT\n", 1), TRUST, AT)
    assert refused.value.report.indication is Indication.TOTAL_FAILED
    with pytest.raises(NotPassed):
        Likeness.of(b"", TRUST, AT)


def test_the_full_report_on_the_sample_is_kept() -> None:
    assert likeness_of("rsa-2048").report.indication is Indication.TOTAL_PASSED


def test_a_valid_file_that_is_laid_out_otherwise_is_no_sample() -> None:
    pdf = signed_pdfs.sign(signed_pdfs.page())
    with pytest.raises(Unlike):
        Likeness.of(pdf, Trust((signed_pdfs.world().root.der,)), signed_pdfs.NOW)


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        (rb"%%EOF\n\Z", b"%%EOF\n\n"),
        (rb"startxref\n\d", b"startxref\n0"),
        (rb"(/ID \[<\w+> <)\w", rb"\1z"),
        (rb"/Size ", b"/Size 1"),
        (rb"0000000\d\d\d 00000 n", b"0000000001 00000 n"),
        (rb"00000 n \ntrailer", b"00000 f \ntrailer"),
        (rb"/M \(D:\d{8}", b"/M (D:20260230"),
        (rb"/M \(D", b"/N (D"),
        (rb"/Type /Sig ", b"/Type /SIg "),
        (rb"/ByteRange \[0 \d", b"/ByteRange [0 0"),
        (rb"(/ByteRange \[0 \d+ \d+ )\d+ *", rb"\g<1>1"),
        (rb"/Contents <\w", b"/Contents <A"),
        (rb"(/Contents <\w+)\w>", rb"\1>"),
        (rb"/Length (\d+) >>\nstream\nBT", rb"/Length 1 >>\nstream\nBT"),
        (rb"endobj\nxref", b"endobj xref"),
    ],
)
def test_a_sample_is_laid_out_so_to_the_byte(was: bytes, becomes: bytes) -> None:
    pdf = issued(documents()[0], key_of("rsa-2048")).pdf
    LaidOut.of(pdf)
    changed, times = re.subn(was, becomes, pdf, count=1)
    assert times == 1
    assert changed != pdf
    with pytest.raises(Unlike):
        LaidOut.of(changed)


def unlike_ones() -> dict[str, Callable[[], tuple[Issued, bytes, datetime]]]:
    key = key_of("ecdsa-p256")
    one, other = documents()[1:3]

    def of(made: Issued, *, name: bytes | None = None, at: datetime = AT) -> tuple[Issued, bytes, datetime]:
        return made, made.name if name is None else name, at

    return {
        "another template": lambda: of(issued(documents("kartu_keluarga")[0], key)),
        "another room": lambda: of(issued(one, key, room=64)),
        "another person": lambda: of(issued(one, key_of("ecdsa-p256", "Pejabat Lain"))),
        "another key of the same person": lambda: of(issued(one, another_key())),
        "another algorithm": lambda: of(issued(one, key_of("ecdsa-p384"))),
        "another id": lambda: of(issued(one, key), name=name_of(other.id)),
        "a short name": lambda: of(issued(one, key), name=b""),
        "another time": lambda: of(issued(one, key), at=AT + timedelta(seconds=1)),
        "another time in the file": lambda: of(issued(one, key, AT + timedelta(seconds=1))),
        "a time before the certificate": lambda: of(issued(one, key, AT - 2 * DAY), at=AT - 2 * DAY),
        "a time after the certificate": lambda: of(issued(one, key, AT + 2 * DAY), at=AT + 2 * DAY),
    }


@cache
def another_key() -> MemoryKey:
    return key_of.__wrapped__("ecdsa-p256")


@pytest.mark.parametrize("what", unlike_ones())
def test_a_file_that_differs_in_kind_name_or_time_is_unlike(what: str) -> None:
    made, name, at = unlike_ones()[what]()
    with pytest.raises(Unlike):
        likeness_of("ecdsa-p256").check(made.rest, name, at)


@pytest.mark.parametrize(
    "text", [b"endstream", b"endobj", b"startxref", b"%%EOF", b"/ByteRange", b"(\nendstream\nendobj\n)"]
)
def test_words_that_a_reader_may_take_for_structure_are_unlike_though_rightly_signed(text: bytes) -> None:
    document = documents()[1]
    one = issued(saying(document, bytes(document.words) + b"\n" + text), key_of("rsa-2048"))
    with pytest.raises(Unlike, match="structure"):
        likeness_of("rsa-2048").check(one.rest, one.name, AT)


@pytest.mark.parametrize("words", [b" ", b"q Q", bytes(range(256)), b"0" * 99_999])
def test_words_of_any_length_are_alike(words: bytes) -> None:
    one = issued(saying(documents()[1], words), key_of("rsa-2048"))
    assert likeness_of("rsa-2048").check(one.rest, one.name, AT) == one.verified


# Mutants. `verdict` is what becomes of one: refused at once, or by its value; everything else fails the test.


def verdict(likeness: Likeness, genuine: Issued, rest: bytes) -> str:
    assert rest != genuine.rest
    try:
        found = likeness.check(rest, genuine.name, AT)
    except Unlike:
        return "unlike"
    assert found != genuine.verified
    with pytest.raises(Unlike):
        likeness.verify(found)
    return "value" if found.signed_digest == genuine.verified.signed_digest else "digest"


def verdicts(algorithm: str, mutants: Callable[[bytes], Iterator[bytes]]) -> list[str]:
    likeness, genuine = likeness_of(algorithm), issued(documents()[1], key_of(algorithm))
    found = [verdict(likeness, genuine, rest) for rest in mutants(genuine.rest) if rest != genuine.rest]
    assert likeness.check(genuine.rest, genuine.name, AT) == genuine.verified  # nothing wrong was learned from mutants
    return found


def flipped(rest: bytes) -> Iterator[bytes]:
    """A random bit in every byte."""
    chance = random.Random(1)
    for place, byte in enumerate(rest):
        yield rest[:place] + bytes([byte ^ (1 << chance.randrange(8))]) + rest[place + 1 :]


def value_places(genuine: Issued) -> range:
    start = genuine.rest.index(genuine.verified.signature.hex().encode())
    return range(start, start + 2 * len(genuine.verified.signature))


BOTH = pytest.mark.parametrize("algorithm", ["rsa-2048", "ecdsa-p256"])


@BOTH
def test_no_bit_can_be_turned_in_any_byte(algorithm: str) -> None:
    found = verdicts(algorithm, flipped)
    places = value_places(issued(documents()[1], key_of(algorithm))) if algorithm == "rsa-2048" else None
    assert len(found) > 8_000
    assert "digest" not in found
    if places:
        assert all(place in places for place, what in enumerate(found) if what == "value")


@BOTH
def test_no_byte_can_be_put_in_taken_out_or_doubled(algorithm: str) -> None:
    def mutants(rest: bytes) -> Iterator[bytes]:
        chance = random.Random(2)
        for place in range(0, len(rest) + 1, 3):
            size = chance.choice((1, 1, 2, 20))
            yield rest[:place] + chance.randbytes(size) + rest[place:]
            yield rest[:place] + rest[place + size :]
            yield rest[:place] + rest[place : place + size] + rest[place:]
            yield rest[:place] + chance.choice((b" ", b"\n", b"0", b"<", b">", b"a", b"\0")) + rest[place:]

    assert set(verdicts(algorithm, mutants)) == {"unlike"}


def test_nothing_can_be_cut_off_or_added() -> None:
    def mutants(rest: bytes) -> Iterator[bytes]:
        yield from (rest[:place] for place in range(len(rest)))
        yield from (rest[place:] for place in range(1, len(rest), 5))
        yield from (rest + more for more in (b"\0", b"\n", b" ", b"%%EOF\n", b"\r\n", rest))

    assert set(verdicts("rsa-2048", mutants)) == {"unlike"}


@BOTH
def test_no_hex_digit_can_be_in_upper_case(algorithm: str) -> None:
    def mutants(rest: bytes) -> Iterator[bytes]:
        start, end = digits_of(rest)
        for place in range(start, end):
            yield rest[:place] + rest[place : place + 1].upper() + rest[place + 1 :]
        yield rest[:start] + rest[start:end].upper() + rest[end:]
        name = rest.rindex(b"/ID [<")
        yield rest[:name] + rest[name:].upper()

    found = verdicts(algorithm, mutants)
    assert len(found) > 200
    assert set(found) == {"unlike"}


@BOTH
def test_no_two_neighbours_can_change_places(algorithm: str) -> None:
    def mutants(rest: bytes) -> Iterator[bytes]:
        for place in range(len(rest) - 1):
            yield rest[:place] + rest[place : place + 2][::-1] + rest[place + 2 :]

    assert set(verdicts(algorithm, mutants)) == {"unlike", "value"}


def resealed(likeness: Likeness, genuine: Issued, rest: bytes, *, count: bool = False) -> bytes:
    """A mutant with its right message digest, and if told so its right ByteRange: as if only the value were wrong.

    Its /Contents lies where the genuine one's does.
    """
    (start, end), hole = digits_of(genuine.rest), hole_of(genuine.rest)
    if count:
        number = re.compile(rb"(/ByteRange \[0 \d+ \d+ )(\d+ *)")
        rest = number.sub(lambda found: found[1] + (b"%d" % (len(rest) - end - 1)).ljust(len(found[2])), rest, count=1)
    digest = hashlib.sha256(likeness.prefix + rest[: start - 1] + rest[end + 1 :]).hexdigest().encode()
    return rest[: hole.start] + digest + rest[hole.stop :]


def hole_of(rest: bytes) -> slice:
    digest = SignedCms.of(contents(rest)).digest
    start, _ = digits_of(rest)
    return slice(start + 2 * digest.inside, start + 2 * digest.end)


@BOTH
def test_whatever_is_signed_but_the_words_has_one_spelling_though_the_digest_be_right(algorithm: str) -> None:
    likeness, genuine = likeness_of(algorithm), issued(documents()[1], key_of(algorithm))
    rest, words = genuine.rest, bytes(documents()[1].words)
    start, end = digits_of(rest)
    inside = range(rest.index(words), rest.index(words) + len(words))
    for place, mutant in enumerate(flipped(rest)):
        if start - 1 <= place <= end:
            continue  # not signed: the digest is right anyhow
        wanted = "digest" if place in inside else "unlike"
        assert verdict(likeness, genuine, resealed(likeness, genuine, mutant)) == wanted, place


@BOTH
def test_words_longer_or_shorter_than_they_say_are_unlike_though_digest_and_byte_range_be_right(algorithm: str) -> None:
    likeness, genuine = likeness_of(algorithm), issued(documents()[1], key_of(algorithm))
    rest = genuine.rest
    for place in range(digits_of(rest)[1] + 1, len(rest) + 1, 2):
        for mutant in (rest[:place] + b"0" + rest[place:], rest[:place] + rest[place + 1 :]):
            if mutant != rest:
                assert verdict(likeness, genuine, resealed(likeness, genuine, mutant, count=True)) == "unlike", place


def test_a_length_is_written_in_one_way_though_the_digest_be_right() -> None:
    likeness, genuine = likeness_of("rsa-2048"), issued(documents()[1], key_of("rsa-2048"))
    rest, length = genuine.rest, b"%d" % len(bytes(documents()[1].words))
    others: Sequence[bytes] = (
        b"0" + length, b"+" + length, b" " + length, length + b" ", length[:1] + b"_" + length[1:], b"-1", b"", b"x",
        b"9" * 9, b"9" * 40, length + b".", b"5 0 R",
    )  # fmt: skip
    for other in others:
        mutant = rest.replace(b"<< /Length %b >>" % length, b"<< /Length %b >>" % other)
        assert verdict(likeness, genuine, resealed(likeness, genuine, mutant, count=True)) == "unlike", other


@pytest.mark.parametrize("length", [*range(73), 100])
def test_another_length_of_value_never_passes_for_the_genuine_one(length: int) -> None:
    likeness, genuine = likeness_of("ecdsa-p256"), issued(documents()[1], key_of("ecdsa-p256"))
    start, end = digits_of(genuine.rest)
    content = cms.ContentInfo.load(contents(genuine.rest), strict=False).copy()
    content["content"]["signer_infos"][0]["signature"] = (genuine.verified.signature + bytes(100))[:length]
    digits = content.dump(force=True).hex().encode().ljust(end - start, b"0")
    mutant = genuine.rest[:start] + digits + genuine.rest[end:]
    if mutant != genuine.rest:
        assert verdict(likeness, genuine, mutant) == ("value" if 8 <= length <= 72 else "unlike")


def test_rubbish_is_unlike() -> None:
    likeness, name = likeness_of("rsa-2048"), bytes(16)
    chance = random.Random(3)
    for rest in (b"", b"\0", b"<", chance.randbytes(5000), b"0" * 9000, likeness.prefix):
        with pytest.raises(Unlike):
            likeness.check(rest, name, AT)
