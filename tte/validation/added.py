"""What a file that came back signed holds beside the file that was sent: nothing but one signature, out of sight.

A signature covers whatever stands in its revision. So it must be looked at what that revision changes: the page could
have been replaced in it, and both the old bytes and the new signature would be as they should.
"""

# pyHanko is typed only in part; what comes back is checked where it is used.
# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

import hashlib
import re

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.sign.diff_analysis import (
    DEFAULT_DIFF_POLICY,
    DiffResult,
    FormUpdatingRule,
    SigFieldCreationRule,
    SigFieldModificationRule,
    StandardDiffPolicy,
)

from tte.validation import opening, tail
from tte.validation.crypto import LATE
from tte.validation.opening import Shown, Spoiled, entry
from tte.validation.verdict import MAX_REVISIONS

_POLICY = StandardDiffPolicy(
    global_rules=DEFAULT_DIFF_POLICY.global_rules,
    form_rule=FormUpdatingRule(
        [SigFieldCreationRule(), SigFieldModificationRule()], {"/Fields", "/DR", "/DA", "/SigFlags"}
    ),
)
"""pyHanko's own, without the filling of forms; /SigFlags may appear: there was no signature before."""

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

    The bytes by our own reading (`tail`), their meaning by pyHanko's difference policy: no page, font, picture or
    annotation is another than it was. Any bytes give an answer.
    """
    try:
        reader = opening.open_strictly(pdf)
        changes = _POLICY.review_file(reader, 0)
        return (
            tail.accounted_for(pdf, sent, reader, 0)
            and isinstance(changes, DiffResult)
            and all(_out_of_sight(one) for one in opening.shown_signatures(pdf, reader))
        )
    except (PdfReadError, RecursionError, *LATE):
        return False


def _out_of_sight(signature: Shown | Spoiled) -> bool:
    """Its field has no area (ISO 32000-1 §12.7.4.5)."""
    box = entry(signature.embedded.sig_field, "/Rect") if isinstance(signature, Shown) else None
    if not isinstance(box, generic.ArrayObject) or len(box) != 4:
        return False
    left, bottom, right, top = (float(number) for number in box)
    return left == right or bottom == top
