"""What comes back signed is judged before anybody has it: which added bytes are a signature and no more."""

# pyHanko is typed only in part.
# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from functools import cache

import pytest
from asn1crypto import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.validation.dss import DocumentSecurityStore

from tests.esc_double import bsre, now, official, trust
from tests.minimal_pdf import minimal_document
from tte.errors import SelfValidationFailed
from tte.model import Level
from tte.signing.returned import level_of_returned
from tte.validation.added import begins_as, only_a_signature

SENT = minimal_document().pdf
SHA256 = hashlib.sha256(SENT).digest()
Change = Callable[[IncrementalPdfFileWriter], None]


def _level(pdf: bytes) -> Level:
    return level_of_returned(pdf, SHA256, official().der, trust(), now())


@cache
def _signed() -> bytes:
    return bsre().sign(SENT, official(), older=False, at=now())


def _later(pdf: bytes, change: Change) -> bytes:
    """A revision after the signature."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _annotate(writer: IncrementalPdfFileWriter) -> None:
    page = writer.root["/Pages"]["/Kids"][0]
    note = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/FreeText"),
            pdf_name("/Rect"): generic.ArrayObject(map(generic.NumberObject, (50, 50, 300, 300))),
            pdf_name("/Contents"): generic.pdf_string("PALSU"),
        }
    )
    page["/Annots"].append(writer.add_object(note))
    writer.update_container(page["/Annots"])


def _open_action(writer: IncrementalPdfFileWriter) -> None:
    action = {pdf_name("/S"): pdf_name("/JavaScript"), pdf_name("/JS"): generic.pdf_string("app.alert(1)")}
    writer.root[pdf_name("/OpenAction")] = generic.DictionaryObject(action)
    writer.update_root()


def _replace_words(writer: IncrementalPdfFileWriter) -> None:
    words = writer.root["/Pages"]["/Kids"][0].raw_get("/Contents").get_object()[-1]
    words._data = words._encoded_data = b"BT ET"
    writer.mark_update(writer.root["/Pages"]["/Kids"][0].raw_get("/Contents").get_object().raw_get(-1).reference)


def _add_page(writer: IncrementalPdfFileWriter) -> None:
    pages = writer.root["/Pages"]
    pages["/Kids"].append(pages["/Kids"].raw_get(0))
    pages[pdf_name("/Count")] = generic.NumberObject(2)
    writer.update_container(pages["/Kids"])


def test_a_signed_document_has_the_level_that_validation_finds() -> None:
    assert _level(_signed()) is Level.B_T


def test_long_term_data_after_the_signature_may_have_been_added() -> None:
    stream = io.BytesIO(_signed())
    certificates = [bsre().ca.root.certificate, *official().chain]
    DocumentSecurityStore.add_dss(
        stream, None, certs=[_asn1(one.public_bytes(Encoding.DER)) for one in certificates], force_write=True
    )
    assert len(stream.getvalue()) > len(_signed())
    assert _level(stream.getvalue()) is Level.B_T


def _asn1(der: bytes) -> x509.Certificate:
    return x509.Certificate.load(der)


@pytest.mark.parametrize("change", [_annotate, _open_action, _replace_words, _add_page])
def test_more_than_a_signature_is_refused_in_its_revision_and_after_it(change: Change) -> None:
    within = bsre().sign(SENT, official(), older=False, at=now(), change=change)
    assert within.startswith(SENT)
    with pytest.raises(SelfValidationFailed, match="more changed"):
        _level(within)
    before = bsre().sign(_later(SENT, change), official(), older=False, at=now())
    assert before.startswith(SENT)
    with pytest.raises(SelfValidationFailed, match="more changed"):
        _level(before)
    with pytest.raises(SelfValidationFailed, match="TOTAL-FAILED"):
        _level(_later(_signed(), change))


@pytest.mark.parametrize(
    "pdf",
    [
        b"",
        SENT[:-1],
        SENT[1:],
        b" " + SENT,
        SENT.replace(b"contoh", b"CONTOH"),
        SENT,
        SENT + b"%%EOF\n",
        SENT + b"nothing",
        _signed()[:-1] + b"x",
        _signed() + b"more",
        _signed()[:-200],
        SENT + _signed(),
    ],
)
def test_any_other_bytes_are_refused(pdf: bytes) -> None:
    with pytest.raises(SelfValidationFailed):
        _level(pdf)


def test_the_beginning_is_found_by_its_digest_at_the_end_of_a_revision() -> None:
    assert begins_as(_signed(), SHA256) == len(SENT)
    assert begins_as(SENT, SHA256) == len(SENT)
    assert begins_as(_signed(), hashlib.sha256(SENT[:-1]).digest()) == 0
    assert begins_as(_signed(), hashlib.sha256(_signed()).digest()) == len(_signed())
    assert begins_as(b"%%EOF\n" * 100_000, SHA256) == 0


@pytest.mark.parametrize("pdf", [b"", b"%PDF-1.7", SENT[:1000], SENT + b"startxref", b"[" * 100_000])
def test_bytes_that_cannot_be_read_are_no_signature(pdf: bytes) -> None:
    assert not only_a_signature(pdf, 0)
