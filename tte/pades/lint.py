"""What a document must be before it is signed: one revision, and nothing in it that could change what is seen.

This is the guard against shadow attacks (content prepared to appear after signing) and against a renderer's mistakes.
That the metadata claim PDF/A-2b is looked for; that the claim is true is for the renderer and its tests to show.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO

import pikepdf

from tte.errors import LintError, Problem
from tte.pades import findings

FIELD = "TandaTangan"
"""The name of the one form field, the signature's."""

UNREADABLE = (
    pikepdf.PdfError,
    pikepdf.PasswordError,
    AttributeError,
    KeyError,
    RecursionError,
    SyntaxError,  # of the metadata's XML
    TypeError,
    ValueError,
)
"""What reading a damaged file can raise: the walk asks of every object what only a sound one can answer."""


def lint(file: bytes) -> None:
    """Return if a file may be signed; else LintError with all its problems. Nothing is changed or repaired."""
    problems = list(_of_bytes(file))
    try:
        with pikepdf.open(BytesIO(file), attempt_recovery=False) as pdf:
            problems += _of_structure(pdf)
    except UNREADABLE as why:
        no_pages = "no pages found" in str(why)  # qpdf says so itself once its limits are set, which validation does
        unreadable = Problem("file", f"cannot be read as a PDF ({type(why).__name__})")
        problems.append(Problem("pages", "there is none") if no_pages else unreadable)
    if problems:
        raise LintError("the document must not be signed", problems, hint="only documents rendered by tte are signed")


def _of_bytes(pdf: bytes) -> Iterator[Problem]:
    """One revision, from the first byte to the last (ISO 32000-1 §7.5)."""
    if not re.match(rb"%PDF-1\.[4-7][\r\n]", pdf):
        yield Problem("file", "does not begin with a PDF 1.4 to 1.7 header")
    if not re.search(rb"%%EOF(\r\n|\r|\n)?\Z", pdf):
        yield Problem("file", "does not end with %%EOF")
    if pdf.count(b"%%EOF") > 1 or pdf.count(b"startxref") > 1:
        yield Problem("file", "has more than one revision")


def _of_structure(pdf: pikepdf.Pdf) -> Iterator[Problem]:
    if pdf.is_encrypted:
        yield Problem("file", "is encrypted")
    for name in ("/Prev", "/XRefStm"):
        if name in pdf.trailer:
            yield Problem("trailer", f"{name}: more than one revision or cross-reference")
    if "/ID" not in pdf.trailer:
        yield Problem("trailer", "has no /ID")
    if not len(pdf.pages):
        yield Problem("pages", "there is none")
    yield from findings.forbidden(pdf)
    yield from findings.fonts(pdf)
    yield from findings.archive(pdf)
    yield from findings.field(pdf, FIELD)
    if pdf.get_warnings():  # asked last: objects are read when they are looked at
        yield Problem("file", "is damaged")
