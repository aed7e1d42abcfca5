"""What may stand after a signed revision: whole revisions, every byte accounted for (validation.md T1, T2).

pyHanko compares what the cross-reference tables lead to. Bytes that no table leads to are invisible to it, and a reader
that repairs may see them; so each object found in the added bytes must be the one its revision's table means, and the
reverse. What the objects change is not judged here.
"""

# pyHanko is typed only in part; what comes back is checked where it is used.
# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

import re

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.xref import ObjStreamRef

from tte.validation import raw, syntax
from tte.validation.syntax import NotPdf

_STREAM = re.compile(rb"stream(?:\r\n|\n)")
_END_OF_STREAM = re.compile(rb"(?:\r\n|\r|\n)?endstream(?=[\x00\t\n\x0c\r ])")
_TABLE = re.compile(
    rb"xref[ ]*(?:\r\n|\r|\n)(?:\d{1,10} \d{1,6}[ ]*(?:\r\n|\r|\n)(?:\d{10} \d{5} [nf](?: \r| \n|\r\n))*)*"
)
_START = re.compile(rb"startxref[ ]*(?:\r\n|\r|\n)[ ]*(\d{1,10})[ ]*(?:\r\n|\r|\n)%%EOF(?:\r\n|\r|\n)?")
_COMMENT = re.compile(rb"%(?!%EOF)[\x20-\x7e]{0,80}(?:\r\n|\r|\n)")
_BLANK = re.compile(rb"[\x00\t\n\x0c\r ]*+")


def accounted_for(pdf: bytes, end: int, reader: PdfFileReader, revision: int) -> bool:
    """Whether the bytes after `end` are exactly the revisions after `revision`, nothing in between or after.

    `end` is where the signed bytes of a signature in `revision` (from 0) end.
    """
    at = end
    for later in range(revision + 1, reader.xrefs.total_revisions):
        try:
            at = _revision(pdf, at, reader, later)
        except NotPdf:
            return False
    return at == len(pdf) and raw.ends_as_pdf(pdf, at)


def _revision(pdf: bytes, at: int, reader: PdfFileReader, revision: int) -> int:
    """Where the revision that begins at `at` ends; NotPdf if its bytes and its cross-reference table do not agree."""
    begun, objects, section = at, {}, 0
    while not (start := _START.match(pdf, at)):
        if blank := _blank(pdf, at):
            at = blank
        elif (table := _TABLE.match(pdf, at)) and not section:
            section, at = at, _trailer(pdf, table.end())
        else:
            number, generation, _ = syntax.object_header(pdf, at)
            if (number, generation) in objects:
                raise NotPdf("the same object twice in one revision")
            objects[number, generation] = at
            at = _object(pdf, at, reader)
    info = reader.xrefs.get_xref_container_info(revision)
    if info.stream_ref is not None:
        section = objects.get((info.stream_ref.idnum, info.stream_ref.generation), 0)
    if not begun <= section == int(start[1]) == info.declared_startxref:
        raise NotPdf("the revision does not end in its own cross-reference section")
    if objects != _listed(reader, revision, set(objects)):
        raise NotPdf("objects and cross-reference section do not agree")
    return start.end()


def _blank(pdf: bytes, at: int) -> int | None:
    """Past white space or one short comment, or None if neither stands at `at`."""
    found = _COMMENT.match(pdf, at) or _BLANK.match(pdf, at)
    return found.end() if found and found.end() > at else None


def _trailer(pdf: bytes, at: int) -> int:
    if pdf[at : at + 7] != b"trailer":
        raise NotPdf("a table without a trailer")
    return syntax.dictionary(pdf, syntax.skip_blank(pdf, at + 7)).span.end


def _object(pdf: bytes, at: int, reader: PdfFileReader) -> int:
    _, _, begin = syntax.object_header(pdf, at)
    end = syntax.skip_blank(pdf, syntax.end_of_value(pdf, begin))
    if stream := _STREAM.match(pdf, end):
        length = syntax.dictionary(pdf, begin).values.get(b"Length")
        if length is None:
            raise NotPdf("a stream without a length")
        past = stream.end() + _length(pdf[length.start : length.end], reader)
        found = _END_OF_STREAM.match(pdf, past)
        if not found:
            raise NotPdf("a stream that does not end where it says")
        end = syntax.skip_blank(pdf, found.end())
    if pdf[end : end + 6] != b"endobj":
        raise NotPdf("an object that does not end")
    return end + 6


def _length(value: bytes, reader: PdfFileReader) -> int:
    if value.isdigit():
        return int(value)
    number, generation, _ = value.split()
    length = generic.IndirectObject(int(number), int(generation), reader).get_object()
    if not isinstance(length, int) or length < 0:
        raise NotPdf("a stream without a length")
    return length


def _listed(reader: PdfFileReader, revision: int, standing: set[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """The objects a revision's section says stand in the file; object streams it uses must be in `standing`."""
    listed: dict[tuple[int, int], int] = {}
    for reference in reader.xrefs.explicit_refs_in_revision(revision):
        place = reader.xrefs.get_historical_ref(reference, revision)
        if isinstance(place, ObjStreamRef):
            if (place.obj_stream_id, 0) not in standing:
                raise NotPdf("an object stream of another revision")
        elif place is None:
            raise NotPdf("a revision that frees objects")
        else:
            listed[reference.idnum, reference.generation] = place
    stream = reader.xrefs.get_xref_container_info(revision).stream_ref
    if stream is not None and (key := (stream.idnum, stream.generation)) in standing:
        listed.setdefault(key, reader.xrefs.get_startxref_for_revision(revision))
    return listed
