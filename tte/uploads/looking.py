"""Looks through an upload for what a signer should know: see `Finding`.

Every object is looked at, whether a page leads to it or not, in the spelling that qpdf gives it: `/J#53` is `/JS`. What
only looks like one of these words, in a string for one, is told too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

import pikepdf

from tte.pades.revision import Before
from tte.uploads.findings import Finding
from tte.uploads.form import signed_fields
from tte.uploads.source import Source

_WORDS: Final = {
    Finding.JAVASCRIPT: "JS|JavaScript",
    Finding.ACTIONS: "S /(?:GoTo3DView|GoToE|GoToR|Hide|ImportData|Launch|Named|Rendition|ResetForm|RichMediaExecute"
    "|SetOCGState|SubmitForm|Thread|Trans)",
    Finding.HIDDEN_LAYERS: "OCProperties|OCGs|OC|OCG|OCMD",
    Finding.XFA: "XFA",
    Finding.EXTERNAL_CONTENT: "OPI|Ref <<|Ref [0-9]+",
    Finding.MULTIMEDIA: "RichMedia|RichMediaContent|Movie|Sound|Screen|3D",
    Finding.DRAWN_BY_VIEWER: "NeedAppearances true",
    Finding.FORM: "FT /(?:Tx|Btn|Ch)",
    Finding.EMBEDDED_FILES: "EF|EmbeddedFile|EmbeddedFiles|FileAttachment",
    Finding.LINKS: "URI",
    Finding.ANNOTATIONS: "Subtype /(?:Text|FreeText|Line|Square|Circle|Polygon|PolyLine|Highlight|Underline|Squiggly"
    "|StrikeOut|Stamp|Caret|Ink|Popup|Watermark|Redact)",
}
_SUSPICIOUS: Final = re.compile(
    ("/(?:" + "|".join(f"(?P<{one.name}>{words})" for one, words in _WORDS.items()) + r")(?=[\s/<>\[\]()]|$)").encode()
)
_PROGRAMS: Final = ("/FontFile", "/FontFile2", "/FontFile3")
_LINEARIZED: Final = re.compile(rb"/Linearized\s")


def look(file: pikepdf.Pdf, source: Source, before: Before) -> list[Finding]:
    """What there is in the file, each once, in the order of `Finding`."""
    found = set[Finding]()
    if file.is_encrypted:
        found.add(Finding.ENCRYPTED)
    if _appended_to(file, source, before):
        found.add(Finding.EARLIER_REVISIONS)
    for value in (*file.objects, file.trailer):
        found.update(_in(value))
    return [one for one in Finding if one in found]


def _in(value: Any) -> Iterator[Finding]:
    if isinstance(value, pikepdf.Stream):
        if "/F" in value:
            yield Finding.EXTERNAL_CONTENT
        value = value.stream_dict
    if not isinstance(value, pikepdf.Dictionary | pikepdf.Array):
        return
    text = value.unparse(resolved=True)
    for hit in _SUSPICIOUS.finditer(text):
        yield Finding[hit.lastgroup or ""]
    if b"/BaseFont" in text and isinstance(value, pikepdf.Dictionary) and not _has_program(value):
        yield Finding.FONTS_NOT_EMBEDDED


def _has_program(font: Any) -> bool:
    """The first kind has its program in its descendant, a font of its own; the second draws its glyphs itself."""
    if str(font.get("/Subtype", "")) in {"/Type0", "/Type3", ""}:
        return True
    descriptor = font.get("/FontDescriptor", {})
    return any(isinstance(descriptor.get(key), pikepdf.Stream) for key in _PROGRAMS)


def _appended_to(file: pikepdf.Pdf, source: Source, before: Before) -> bool:
    """Whether there are revisions that no signature covers, but for the validation data that follow one."""
    if "/Prev" not in file.trailer:
        return False
    if before.table < 4096 and _LINEARIZED.search(source.part(0, 1024)):
        return False
    ends = [int(value.ByteRange[2]) + int(value.ByteRange[3]) for value in signed_fields(file) if "/ByteRange" in value]
    rest = source.part(max(ends), source.size) if ends else b"appended"
    return bool(rest.strip()) and b"/DSS" not in rest
