"""From document to signed document, B-B: what is written, that it is always the same, and when it is refused."""

from __future__ import annotations

import asyncio
import hashlib
import pickle
import re
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from io import BytesIO
from pathlib import Path
from random import Random

import pikepdf
import pytest
from asn1crypto import cms, x509
from cryptography import x509 as pyca
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from tests.minimal_pdf import frame_of, minimal_document, minimal_pdf, objects_of
from tests.oracles import poppler, qpdf
from tte.backends.ephemeral import ALGORITHMS
from tte.backends.memory import MemoryKey
from tte.errors import DraftSpent, LintError, SignatureMismatch
from tte.frame import Words
from tte.key import Identity
from tte.model import Document, Level, joined
from tte.pades import Draft, prepare
from tte.pades.cms import longest_signature, signed_attributes, signed_data
from tte.pades.stencil import longest, stencil
from tte.rendering import render
from tte.template import PREVIEW, load
from tte.testing.pki import TestCa, generate

AT = datetime(2026, 8, 17, 3, tzinfo=UTC)
DAY = timedelta(days=1)
TEMPLATES = Path(__file__).parents[2] / "templates"

Keys = Callable[[str], MemoryKey]


@pytest.fixture(scope="session")
def ca() -> TestCa:
    return TestCa(since=AT - DAY)


@pytest.fixture(scope="session")
def keys(ca: TestCa) -> Keys:
    made: dict[str, MemoryKey] = {}

    def key(algorithm: str) -> MemoryKey:
        if algorithm not in made:
            private = generate(algorithm)
            certificate = ca.certify(private, name="Pejabat Uji Coba", valid_from=AT - DAY, valid_to=AT + DAY)
            made[algorithm] = MemoryKey(private, Identity.of(certificate, ca.chain))
        return made[algorithm]

    return key


@pytest.fixture(scope="session")
def key(keys: Keys) -> MemoryKey:
    return keys("ecdsa-p256")


@pytest.fixture(scope="session", params=["minimal", "suket_ktp", "kartu_keluarga"])
def document(request: pytest.FixtureRequest) -> Document:
    """A file that others wrote, and two of ours."""
    return minimal_document() if request.param == "minimal" else rendered(request.param)


def rendered(name: str) -> Document:
    template = load(TEMPLATES / name)
    record = template.check(template.sample, today=date(2026, 12, 31))
    return render(record, template, "7k3m9qxt2r8c5v6w4abcdefgh2", PREVIEW)


def completed(draft: Draft, key: MemoryKey) -> bytes:
    (signature,) = key.sign([draft.digest])
    return draft.complete(signature).pdf


def content_info(pdf: bytes) -> cms.ContentInfo:
    return cms.ContentInfo.load(bytes(PdfFileReader(BytesIO(pdf)).embedded_signatures[0].pkcs7_content))


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_pyhanko_poppler_and_qpdf_call_it_valid_whole_and_certified(
    keys: Keys, ca: TestCa, document: Document, algorithm: str, tmp_path: Path
) -> None:
    key = keys(algorithm)
    pdf = completed(prepare(document, key.identity, AT), key)
    (signature,) = PdfFileReader(BytesIO(pdf)).embedded_signatures
    anchor = x509.Certificate.load(ca.root.certificate.public_bytes(Encoding.DER))
    context = ValidationContext(trust_roots=[anchor], moment=AT, allow_fetching=False)
    status = asyncio.run(async_validate_pdf_signature(signature, context))
    assert status.bottom_line
    assert status.docmdp_ok
    assert status.coverage is not None
    assert status.coverage.name == "ENTIRE_FILE"
    assert signature.docmdp_level is MDPPerm.NO_CHANGES
    (tmp_path / "signed.pdf").write_bytes(pdf)
    assert poppler.signatures(tmp_path / "signed.pdf") == [poppler.PdfsigSignature(valid=True, whole_document=True)]
    assert qpdf.problems(tmp_path / "signed.pdf") == ""


def test_the_signature_dictionary_holds_what_pades_asks_and_no_more(key: MemoryKey, document: Document) -> None:
    pdf = completed(prepare(document, key.identity, AT), key)
    with pikepdf.open(BytesIO(pdf)) as opened:
        dictionary = opened.Root.AcroForm.Fields[0].V
        assert sorted(dictionary.keys()) == [
            "/ByteRange", "/Contents", "/Filter", "/M", "/Reference", "/SubFilter", "/Type",
        ]  # fmt: skip
        assert dictionary.SubFilter == "/ETSI.CAdES.detached"
        assert str(dictionary.M) == "D:20260817030000Z"
        assert dictionary.Reference[0].TransformParams.P == 1
        assert opened.Root.Perms.DocMDP.objgen == dictionary.objgen
    assert pdf.count(b"/ByteRange") == 1
    assert pdf.count(b"/Contents <") == 1


def test_the_signed_attributes_are_those_of_baseline_b(key: MemoryKey, document: Document) -> None:
    draft = prepare(document, key.identity, AT)
    pdf = completed(draft, key)
    (signer,) = content_info(pdf)["content"]["signer_infos"]
    attributes = {attribute["type"].native: attribute["values"] for attribute in signer["signed_attrs"]}
    assert set(attributes) == {"content_type", "message_digest", "signing_certificate_v2"}
    assert attributes["content_type"][0].native == "data"
    start, end = gap(pdf)
    assert attributes["message_digest"][0].native == hashlib.sha256(pdf[:start] + pdf[end:]).digest()
    reference = attributes["signing_certificate_v2"][0]["certs"][0]
    assert reference["cert_hash"].native == hashlib.sha256(key.identity.certificate).digest()
    assert hashlib.sha256(signer["signed_attrs"].untag().dump()).digest() == draft.digest
    assert not signer["unsigned_attrs"].native


def gap(pdf: bytes) -> tuple[int, int]:
    (found,) = re.findall(rb"/ByteRange \[0 (\d+) (\d+) (\d+) *\]", pdf)
    start, end, rest = map(int, found)
    assert end + rest == len(pdf)
    assert (pdf[start : start + 1], pdf[end - 1 : end]) == (b"<", b">")
    return start, end


def test_the_cms_holds_the_signing_certificate_and_its_chain(key: MemoryKey, ca: TestCa, document: Document) -> None:
    certificates = content_info(completed(prepare(document, key.identity, AT), key))["content"]["certificates"]
    subjects = {pyca.load_der_x509_certificate(one.chosen.dump()).subject for one in certificates}
    signing = pyca.load_der_x509_certificate(key.identity.certificate)
    assert subjects == {signing.subject, ca.issuing.certificate.subject}


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_contents_has_no_more_room_than_the_longest_value_needs(keys: Keys, document: Document, algorithm: str) -> None:
    key = keys(algorithm)
    draft = prepare(document, key.identity, AT)
    (signature,) = key.sign([draft.digest])
    pdf = draft.complete(signature).pdf
    start, end = gap(pdf)
    longest_value = {"rsa-2048": 256, "rsa-3072": 384, "rsa-4096": 512, "ecdsa-p256": 72, "ecdsa-p384": 104}[algorithm]
    content = content_info(pdf).dump()
    assert (end - start - 2) // 2 == len(content) + longest_value - len(signature)
    assert bytes.fromhex(pdf[start + 1 : end - 1].decode()) == content.ljust((end - start - 2) // 2, b"\0")


@pytest.mark.parametrize("algorithm", ["ecdsa-p256", "ecdsa-p384"])
def test_every_length_of_an_ecdsa_value_fits(keys: Keys, document: Document, algorithm: str) -> None:
    key = keys(algorithm)
    values, files = set(), set()
    for second in range(64):
        draft = prepare(document, key.identity, AT + timedelta(seconds=second))
        (signature,) = key.sign([draft.digest])
        pdf = draft.complete(signature).pdf
        assert content_info(pdf)["content"]["signer_infos"][0]["signature"].native == signature
        values.add(len(signature))
        files.add(len(pdf))
    assert len(values) > 1
    assert len(files) == 1


def test_room_is_left_when_asked_for(key: MemoryKey, document: Document) -> None:
    (start, end), (near, far) = (
        gap(completed(prepare(document, key.identity, AT, room=room), key)) for room in (0, 5000)
    )
    assert (far - near) - (end - start) == 2 * 5000


def test_every_object_stays_as_it_was_but_the_three_that_announce_the_signature(
    key: MemoryKey, document: Document
) -> None:
    signed = completed(prepare(document, key.identity, AT), key)
    before, after = objects_of(document.pdf), objects_of(signed)
    with pikepdf.open(BytesIO(document.pdf)) as file:
        form = file.Root.AcroForm
        root, form_at, field = (each.objgen[0] for each in (file.Root, form, form.Fields[0]))
    (added,) = after.keys() - before.keys()
    assert {number for number in before if before[number] != after[number]} <= {root, form_at, field}
    with pikepdf.open(BytesIO(document.pdf)) as old, pikepdf.open(BytesIO(signed)) as new:
        signature = new.get_object(added, 0)
        assert sorted(signature.keys())[:3] == ["/ByteRange", "/Contents", "/Filter"]
        assert entries(new, root) == {**entries(old, root), "/Perms": b"[ << /DocMDP %d 0 R >> ]" % added}
        assert entries(new, form_at) == {**entries(old, form_at), "/SigFlags": b"[ 3 ]"}
        assert entries(new, field) == {**entries(old, field), "/V": b"[ %d 0 R ]" % added}
        assert new.trailer.Size == old.trailer.Size + 1


def entries(pdf: pikepdf.Pdf, number: int) -> Mapping[str, bytes]:
    """Each entry of a dictionary as it is written, in an array of its own."""
    return {key: pikepdf.Array([value]).unparse() for key, value in pdf.get_object(number, 0).items()}


def test_it_is_one_revision_named_by_its_id(key: MemoryKey, document: Document) -> None:
    pdf = completed(prepare(document, key.identity, AT), key)
    assert [pdf.count(part) for part in (b"%%EOF", b"startxref", b"trailer", b"/Prev")] == [1, 1, 1, 0]
    name = hashlib.sha256(document.id.encode()).digest()[:16]
    with pikepdf.open(BytesIO(pdf)) as after, pikepdf.open(BytesIO(document.pdf)) as before:
        assert [bytes(part) for part in after.trailer.ID] == [bytes(part) for part in before.trailer.ID] == [name, name]


def test_the_page_looks_the_same_with_and_without_the_signature(key: MemoryKey, document: Document) -> None:
    assert picture(completed(prepare(document, key.identity, AT), key)) == picture(document.pdf)


def picture(pdf: bytes) -> bytes:
    """The page in colour, without the file's name in it."""
    return subprocess.run(["pdftoppm", "-r", "60", "-"], input=pdf, capture_output=True, check=True).stdout


def test_what_is_shared_is_the_same_in_all_files_of_a_frame_and_identity(keys: Keys, document: Document) -> None:
    """And what is a document's own is little, so that registers can keep the rest once."""
    key = keys("rsa-2048")
    blank = Words(document.words.shared, tuple(b"" for _ in document.words.own))
    other = replace(document, id="0" * 26, words=blank)
    drafts = [prepare(each, key.identity, AT + age) for each, age in ((document, 0 * DAY), (other, DAY))]
    one, two = (
        draft.complete(value) for draft, value in zip(drafts, key.sign([d.digest for d in drafts]), strict=True)
    )
    assert one.shared is two.shared
    assert one.own != two.own
    assert sum(map(len, one.own)) < sum(map(len, document.words.own)) + 700
    assert one.pdf == one.shared[0] + one.rest == joined(one.shared, one.own)
    assert one.verified[0] == drafts[0].digest


def test_the_same_document_identity_and_time_give_the_same_draft(key: MemoryKey, document: Document) -> None:
    one, other = (prepare(document, key.identity, AT) for _ in range(2))
    assert one.digest == other.digest
    (signature,) = key.sign([one.digest])
    assert one.complete(signature) == other.complete(signature)


def test_the_same_moment_in_another_zone_gives_the_same_draft(key: MemoryKey, document: Document) -> None:
    jakarta = AT.astimezone(timezone(timedelta(hours=7))) + timedelta(microseconds=5)
    draft = prepare(document, key.identity, jakarta)
    assert draft.digest == prepare(document, key.identity, AT).digest
    assert draft.at == AT


@pytest.mark.parametrize("change", ["text", "identity", "time"])
def test_another_document_identity_or_time_gives_another_digest(keys: Keys, change: str) -> None:
    document, identity, at = minimal_document(), keys("ecdsa-p256").identity, AT
    before = prepare(document, identity, at).digest
    if change == "text":
        document = minimal_document("LAIN")
    elif change == "identity":
        identity = Identity.of(
            TestCa(since=AT).certify(generate("ecdsa-p256"), name="Lain", valid_from=AT, valid_to=AT + DAY)
        )
    else:
        at += timedelta(seconds=1)
    assert prepare(document, identity, at).digest != before


def test_a_draft_becomes_one_signed_document(key: MemoryKey, document: Document) -> None:
    draft = prepare(document, key.identity, AT)
    (signature,) = key.sign([draft.digest])
    signed = draft.complete(signature)
    assert (signed.document, signed.level) == (document, Level.B_B)
    assert draft.spent
    with pytest.raises(DraftSpent):
        draft.complete(signature)


def test_a_value_that_does_not_verify_releases_nothing_and_the_right_one_still_may(
    key: MemoryKey, document: Document
) -> None:
    draft = prepare(document, key.identity, AT)
    right, wrong = key.sign([draft.digest, bytes(32)])
    for bad in (wrong, b"", right[:-1], right + b"\0", bytes(len(right))):
        with pytest.raises(SignatureMismatch):
            draft.complete(bad)
    assert not draft.spent
    draft.complete(right)


def test_a_draft_travels_between_processes(key: MemoryKey, document: Document) -> None:
    draft = prepare(document, key.identity, AT)
    arrived = pickle.loads(pickle.dumps(draft))  # noqa: S301 made on this line
    assert (arrived.digest, arrived.identity, arrived.at) == (draft.digest, draft.identity, draft.at)
    (signature,) = key.sign([draft.digest])
    assert arrived.complete(signature).pdf == draft.complete(signature).pdf


def test_a_naive_time_is_refused(key: MemoryKey, document: Document) -> None:
    with pytest.raises(ValueError, match="aware"):
        prepare(document, key.identity, AT.replace(tzinfo=None))


def test_a_signed_document_is_not_signed_again(key: MemoryKey, document: Document) -> None:
    signed = minimal_document()
    frame = frame_of(completed(prepare(signed, key.identity, AT), key))
    with pytest.raises(LintError, match="certification"):
        prepare(replace(signed, frame=frame), key.identity, AT)


def test_a_frame_that_must_not_be_signed_is_refused_whatever_its_words(key: MemoryKey) -> None:
    out = BytesIO()
    with pikepdf.open(BytesIO(minimal_pdf())) as pdf:
        pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
        pdf.save(out)
    bad = replace(minimal_document(), frame=frame_of(out.getvalue()))
    for document in (bad, replace(bad, words=Words((b"",), ()))):
        with pytest.raises(LintError, match="OpenAction"):
            prepare(document, key.identity, AT)


def test_a_preview_is_not_signed(key: MemoryKey) -> None:
    template = load(TEMPLATES / "suket_ktp")
    record = template.check(template.sample, today=date(2026, 12, 31))
    with pytest.raises(LintError, match="only field"):
        prepare(render(record, template, None, PREVIEW), key.identity, AT)


def test_more_words_than_the_byte_range_has_digits_for_are_refused(key: MemoryKey) -> None:
    document = minimal_document()
    for size in (999_000, 1_000_000):
        long = replace(document, words=Words((b" " * size,), ()))
        if size < 1_000_000:
            gap(completed(prepare(long, key.identity, AT), key))
        else:
            with pytest.raises(ValueError, match="less than a million"):
                prepare(long, key.identity, AT)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_the_stencil_gives_the_same_cms_as_asn1crypto_for_any_digest_and_value(keys: Keys, algorithm: str) -> None:
    identity, rng = keys(algorithm).identity, Random(algorithm)
    whole = longest_signature(identity)
    lengths = [whole] if algorithm.startswith("rsa") else [*range(8, whole - 8, 9), *range(whole - 8, whole + 1)]
    for length in lengths:
        size = longest(identity) + rng.randrange(50)
        cut = stencil(identity, length, size)
        for _ in range(3 if len(lengths) > 1 else 40):
            digest, value = rng.randbytes(identity.algorithm.hash.digest_size), rng.randbytes(length)
            attributes = signed_attributes(identity, digest)
            assert cut.attributes[0] + digest + cut.attributes[1] == attributes
            before, between, after = cut.around
            made = before + digest.hex().encode() + between + value.hex().encode() + after
            assert made == signed_data(identity, attributes, value).ljust(size, b"\0").hex().encode()


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_what_is_released_holds_the_cms_that_asn1crypto_makes(keys: Keys, document: Document, algorithm: str) -> None:
    key = keys(algorithm)
    draft = prepare(document, key.identity, AT, room=100)
    (signature,) = key.sign([draft.digest])
    pdf = draft.complete(signature).pdf
    start, end = gap(pdf)
    digest = hashlib.new(key.identity.algorithm.digest_name, pdf[:start] + pdf[end:]).digest()
    attributes = signed_attributes(key.identity, digest)
    assert hashlib.new(key.identity.algorithm.digest_name, attributes).digest() == draft.digest
    assert content_info(pdf).dump() == signed_data(key.identity, attributes, signature)
    content = bytes.fromhex(pdf[start + 1 : end - 1].decode())
    assert not content[len(content_info(pdf).dump()) :].strip(b"\0")


def test_no_draft_shows_what_is_in_the_document(key: MemoryKey, document: Document) -> None:
    assert "SITI" not in repr(prepare(document, key.identity, AT))
