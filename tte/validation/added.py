"""What a file that came back signed holds beside the file that was sent: nothing but one signature, out of sight.

A signature covers whatever stands in its revision. So it must be looked at what that revision changes: the page could
have been replaced in it, and both the old bytes and the new signature would be as they should.
"""

from __future__ import annotations

import hashlib
import re

from tte.validation.additions import read_additions
from tte.validation.changes import compare
from tte.validation.examining import examine
from tte.validation.raw import Unsound
from tte.validation.revision import Revision, get, items
from tte.validation.syntax import NotPdf
from tte.validation.verdict import MAX_REVISIONS

_END = re.compile(rb"%%EOF(?:\r\n|\r|\n)")


def begins_as(pdf: bytes, sha256: bytes) -> int:
    """How many of the first bytes are the file with this SHA-256, ended by %%EOF and a line end; 0 if none are."""
    hashed, begun = hashlib.sha256(), 0
    for place, found in enumerate(_END.finditer(pdf)):
        if place == MAX_REVISIONS:
            break
        hashed.update(pdf[begun : found.end()])
        begun = found.end()
        if hashed.digest() == sha256:
            return begun
    return 0


def only_a_signature(pdf: bytes, sent: int) -> bool:
    """Whether what stands after the first `sent` bytes adds an invisible signature, its store of proofs, and no more.

    No page, font, picture or annotation is another than it was. Any bytes give an answer.
    """
    try:
        return _only_a_signature(pdf, sent)
    except (NotPdf, Unsound, ValueError, RuntimeError, TypeError, KeyError, AttributeError, MemoryError):
        return False


def _only_a_signature(pdf: bytes, sent: int) -> bool:
    found = examine(pdf)
    if found.reasons() or not all(_out_of_sight(one.shown.field) for one in found.signatures):
        return False
    signed = [one.shown.ref for one in found.signatures]
    stamps = [one.shown.ref for one in found.signatures if one.is_time_stamp]
    additions = read_additions(pdf, sent, MAX_REVISIONS)
    if not additions or additions[-1].end != len(pdf):
        return False
    old = Revision(pdf, sent)
    for addition in additions:
        new = Revision(pdf, addition.end)
        changes = compare(pdf, addition, old, new, signed=signed, stamps=stamps)
        if addition.is_blank or changes.problems or changes.visible:
            return False
        old = new
    return True


def _out_of_sight(field: object) -> bool:
    """Neither the field nor a widget of it has an area (ISO 32000-1 §12.7.4.5)."""
    widgets = [field, *items(get(field, "/Kids"))]
    boxes = [items(get(one, "/Rect")) for one in widgets if get(one, "/Rect") is not None]
    return bool(boxes) and all(len(box) == 4 and (box[0] == box[2] or box[1] == box[3]) for box in boxes)
