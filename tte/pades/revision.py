"""The incremental update that holds the signature dictionary: written once by pyHanko, then filled in place.

The field and its appearance are the renderer's; nothing visible is drawn here. The document is certified: no change is
permitted after it (ISO 32000-1 §12.8.2.2, DocMDP with P 1) but what long-term validation adds.
"""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from pyhanko.pdf_utils.generic import ByteStringObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigMDPSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import SignatureObject

from tte.errors import LintError, Problem
from tte.key import Identity
from tte.pades import cms
from tte.pades.lint import FIELD


@dataclass(frozen=True, slots=True)
class Revision:
    """A PDF complete but for the value of /Contents, which is zeros between `start` ('<') and `end` (after '>').

    `digest` is over every other byte of the file, the /ByteRange.
    """

    pdf: bytes
    start: int
    end: int
    digest: bytes
    at: datetime

    def filled(self, contents: bytes) -> bytes:
        """The PDF with `contents` (DER) in the gap. What is left over stays zeros."""
        digits = contents.hex().encode()
        if len(digits) > self.end - self.start - 2:
            raise ValueError("the CMS is longer than the longest that its identity can have")
        return self.pdf[: self.start + 1] + digits + self.pdf[self.start + 1 + len(digits) :]


def add_signature(pdf: bytes, identity: Identity, at: datetime, *, room: int) -> Revision:
    """`pdf`, linted, with a certifying PAdES signature in its empty field, not signed yet. Deterministic.

    LintError if pyHanko, which reads more strictly than lint, finds the file damaged.
    """
    try:
        return _added(pdf, identity, at, room)
    except (PdfError, LookupError, TypeError, ValueError, zlib.error) as why:
        problem = Problem("file", f"cannot be updated ({type(why).__name__})")
        raise LintError("the document must not be signed", [problem], hint="render it again") from why


def _added(pdf: bytes, identity: Identity, at: datetime, room: int) -> Revision:
    algorithm = identity.algorithm.digest_name
    writer = _Writer(pdf, _second_id(pdf, identity, at))
    embedder = PdfCMSEmbedder().write_cms(FIELD, writer, existing_fields_only=True)
    next(embedder)
    dictionary = SignatureObject(
        timestamp=at, subfilter=SigSeedSubFilter.PADES, bytes_reserved=2 * (cms.longest(identity) + room)
    )
    certifying = SigMDPSetup(md_algorithm=algorithm, certify=True, docmdp_perms=MDPPerm.NO_CHANGES)
    embedder.send(SigObjSetup(sig_placeholder=dictionary, mdp_setup=certifying))
    writer.mark_update(writer.root_ref)  # /Perms is new in it
    output = BytesIO()
    prepared, _ = embedder.send(SigIOSetup(md_algorithm=algorithm, output=output))
    return Revision(
        output.getvalue(), prepared.reserved_region_start, prepared.reserved_region_end, prepared.document_digest, at
    )


def _second_id(pdf: bytes, identity: Identity, at: datetime) -> bytes:
    """The part of the trailer's /ID that names this revision (ISO 32000-1 §14.4), here from all that makes it."""
    state = hashlib.sha256(pdf)
    state.update(identity.certificate)
    state.update(at.isoformat().encode())
    return state.digest()[:16]


class _Writer(IncrementalPdfFileWriter):
    """pyHanko's writer without its two surprises: a random /ID, and metadata rewritten with the time of day.

    The metadata describe the document as it was rendered and are in its PDF/A claim; signing leaves them alone.
    """

    def __init__(self, pdf: bytes, second_id: bytes) -> None:
        super().__init__(BytesIO(pdf))
        self._document_id[1] = ByteStringObject(second_id)

    def _update_meta(self) -> None:
        pass
