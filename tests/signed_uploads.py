"""Uploads signed by the world's signer, and pyHanko's word on them."""

# pyHanko is typed only in part.
# mypy: disable-error-code="no-untyped-call, no-any-return"

from __future__ import annotations

from io import BytesIO
from typing import Any

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from tests.signed_pdfs import NOW, world
from tte.backends.memory import MemoryKey
from tte.key import Identity
from tte.uploads import Mark, OnPage, UploadDraft, prepare_upload

BOX = OnPage(40, 30, 200, 80)


MARK = Mark(qr="https://tte.contoh.go.id/d/abc", lines=("Ditandatangani secara elektronik oleh", "Budi Contoh, S.H."))


def identity() -> Identity:
    return Identity.of(world().signer.certificate, [world().authority.certificate])


def value(draft: UploadDraft) -> bytes:
    [found] = MemoryKey(world().signer.key, identity()).sign([draft.digest])
    return found


def signed(pdf: bytes, **how: Any) -> bytes:
    draft = prepare_upload(pdf, identity(), at=NOW, **how)
    out = draft.complete(value(draft))
    assert out.startswith(pdf)
    assert len(out) == draft.size
    return out


def by_pyhanko(pdf: bytes, password: str = "") -> list[SignatureCoverageLevel | None]:
    """How much each signature covers; all are whole and what came later is allowed."""
    reader = PdfFileReader(BytesIO(pdf), strict=True)
    if reader.encrypted:
        reader.decrypt(password)
    context = ValidationContext(trust_roots=[world().root.asn1], moment=NOW, allow_fetching=False)
    found = [validate_pdf_signature(one, context) for one in reader.embedded_regular_signatures]
    assert all(one.bottom_line for one in found)
    return [one.coverage for one in found]
