"""From document to signed document, B-B: what is written, that it is always the same, and when it is refused."""

from __future__ import annotations

import asyncio
import hashlib
import pickle
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from asn1crypto import cms, x509
from cryptography import x509 as pyca
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from tests.minimal_pdf import minimal_document
from tests.oracles import poppler
from tte.backends.ephemeral import ALGORITHMS
from tte.backends.memory import MemoryKey
from tte.errors import DraftSpent, LintError, SignatureMismatch
from tte.key import Identity
from tte.model import Document, Level
from tte.pades import Draft, prepare
from tte.testing.pki import TestCa, generate

AT = datetime(2026, 8, 17, 3, tzinfo=UTC)
DAY = timedelta(days=1)

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


@pytest.fixture(scope="session", params=[False, True], ids=["xref-table", "xref-stream"])
def document(request: pytest.FixtureRequest) -> Document:
    return minimal_document(xref_stream=request.param)


def completed(draft: Draft, key: MemoryKey) -> bytes:
    (signature,) = key.sign([draft.digest])
    return draft.complete(signature).pdf


def content_info(pdf: bytes) -> cms.ContentInfo:
    return cms.ContentInfo.load(bytes(PdfFileReader(BytesIO(pdf)).embedded_signatures[0].pkcs7_content))


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_pyhanko_and_poppler_call_it_valid_whole_and_certified(
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
    found = re.search(rb"/ByteRange \[0 (\d+) (\d+) (\d+)\]", pdf)
    assert found
    start, end, rest = map(int, found.groups())
    assert end + rest == len(pdf)
    return start, end


def test_the_cms_holds_the_signing_certificate_and_its_chain(key: MemoryKey, ca: TestCa, document: Document) -> None:
    certificates = content_info(completed(prepare(document, key.identity, AT), key))["content"]["certificates"]
    subjects = {pyca.load_der_x509_certificate(one.chosen.dump()).subject for one in certificates}
    signing = pyca.load_der_x509_certificate(key.identity.certificate)
    assert subjects == {signing.subject, ca.issuing.certificate.subject}


@pytest.mark.parametrize("algorithm", ["rsa-2048", "ecdsa-p256", "ecdsa-p384"])
def test_contents_has_no_more_room_than_the_longest_value_needs(keys: Keys, document: Document, algorithm: str) -> None:
    key = keys(algorithm)
    pdf = completed(prepare(document, key.identity, AT), key)
    start, end = gap(pdf)
    assert len(content_info(pdf).dump()) <= (end - start - 2) // 2 <= len(content_info(pdf).dump()) + 9


def test_every_length_of_an_ecdsa_value_fits(key: MemoryKey, document: Document) -> None:
    values, files = set(), set()
    for second in range(64):
        draft = prepare(document, key.identity, AT + timedelta(seconds=second))
        (signature,) = key.sign([draft.digest])
        values.add(len(signature))
        files.add(len(draft.complete(signature).pdf))
    assert len(values) > 1
    assert len(files) == 1


def test_room_is_left_when_asked_for(key: MemoryKey, document: Document) -> None:
    (start, end), (near, far) = (
        gap(completed(prepare(document, key.identity, AT, room=room), key)) for room in (0, 5000)
    )
    assert (far - near) - (end - start) == 2 * 5000


def test_the_document_stays_as_it_was_under_the_signature(key: MemoryKey, document: Document) -> None:
    pdf = completed(prepare(document, key.identity, AT), key)
    assert pdf.startswith(document.pdf)
    with pikepdf.open(BytesIO(document.pdf)) as before, pikepdf.open(BytesIO(pdf)) as after:
        assert after.Root.Metadata.read_bytes() == before.Root.Metadata.read_bytes()
        assert after.pages[0].Annots[0].AP.N.read_bytes() == before.pages[0].Annots[0].AP.N.read_bytes()
        assert after.trailer.ID[0] == before.trailer.ID[0]
        assert after.trailer.ID[1] != before.trailer.ID[1]


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
    assert arrived.digest == draft.digest
    completed(arrived, key)


def test_a_naive_time_is_refused(key: MemoryKey, document: Document) -> None:
    with pytest.raises(ValueError, match="aware"):
        prepare(document, key.identity, AT.replace(tzinfo=None))


def test_a_signed_document_is_not_signed_again(key: MemoryKey, document: Document) -> None:
    pdf = completed(prepare(document, key.identity, AT), key)
    with pytest.raises(LintError):
        prepare(Document(document.id, document.record, pdf), key.identity, AT)


def test_a_file_that_only_pyhanko_finds_damaged_is_refused(key: MemoryKey) -> None:
    document = minimal_document()
    second = re.search(rb"/ID \[<\w+>(<\w+>)\]", document.pdf)
    assert second
    pdf = document.pdf.replace(second[0], second[0].replace(second[1], b" " * len(second[1])))
    with pytest.raises(LintError, match="cannot be updated"):
        prepare(Document(document.id, document.record, pdf), key.identity, AT)


def test_no_draft_shows_what_is_in_the_document(key: MemoryKey, document: Document) -> None:
    assert "SITI" not in repr(prepare(document, key.identity, AT))
