"""Whether what a peer made is what all were asked for; asked once for each peer, before anything is timed."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Final

import pymupdf
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel

from bench.peers.programs import run

if TYPE_CHECKING:
    from pathlib import Path

    from bench.peers.record import Record

_PADES: Final = "/ETSI.CAdES.detached"


class Unfit(Exception):
    """A file is not what was asked for; the message says why."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What kind of signature a fit file has, who found it valid, and what another says against it."""

    signature: str
    valid_by: tuple[str, ...]
    objections: tuple[str, ...]


def judge_page(pdf: bytes, record: Record) -> None:
    """Unfit unless every value of the record is on the first page and two fonts are embedded."""
    with pymupdf.open(stream=pdf, filetype="pdf") as opened:
        words = " ".join(opened[0].get_text().split())
        fonts = [font for font in opened.get_page_fonts(0) if font[1] == "ttf"]
    if missing := [value for value in record.values if value not in words]:
        raise Unfit(f"{len(missing)} of {len(record.values)} values are not on the page")
    if len(fonts) < 2:
        raise Unfit(f"{len(fonts)} fonts embedded")


def judge_signature(pdf: bytes, file: Path) -> Finding:
    """Unfit if neither pyHanko nor pdfsig finds one valid signature over all of it; `file` is written for pdfsig."""
    kind, valid_by, objections = "not read by pyHanko", [], []
    try:
        kind = _ask_pyhanko(pdf)
        valid_by.append("pyhanko")
    except Exception as why:  # an odd file may raise anything
        objections.append(f"pyhanko: {type(why).__name__}: {why}")
    if shutil.which("pdfsig") is not None:
        try:
            _ask_pdfsig(pdf, file)
            valid_by.append("pdfsig")
        except Unfit as why:
            objections.append(f"pdfsig: {why}")
    if not valid_by:
        raise Unfit("; ".join(objections))
    return Finding(kind, tuple(valid_by), tuple(objections))


def _ask_pyhanko(pdf: bytes) -> str:
    """The kind of the only signature."""
    signatures = PdfFileReader(BytesIO(pdf), strict=False).embedded_regular_signatures
    if len(signatures) != 1:
        raise Unfit(f"{len(signatures)} signatures")
    found = signatures[0]
    status = validate_pdf_signature(found, skip_diff=True)
    if not (status.intact and status.valid):
        raise Unfit("the signature is invalid")
    if status.coverage != SignatureCoverageLevel.ENTIRE_FILE:
        raise Unfit(f"the signature covers {status.coverage}, not the file")
    if found.sig_object.get("/SubFilter") != _PADES:
        return "plain CMS"
    attributes = {attribute["type"].native for attribute in found.signer_info["signed_attrs"]}
    faults = [] if "signing_certificate_v2" in attributes else ["no signing-certificate-v2"]
    faults += ["has signing-time"] if "signing_time" in attributes else []
    return f"PAdES by name only: {', '.join(faults)}" if faults else "PAdES B-B"


def _ask_pdfsig(pdf: bytes, file: Path) -> None:
    """Unfit unless pdfsig is content."""
    file.write_bytes(pdf)
    said = run("pdfsig", "-nocert", file, accept=(0, 1, 2))
    if "Signature is Valid." not in said or "Total document signed" not in said:
        raise Unfit(said.replace(str(file), "file").strip().splitlines()[-1] if said.strip() else "it says nothing")
