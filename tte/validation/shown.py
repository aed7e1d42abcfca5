"""A signature whose bytes were examined, as the judgement of chains, times and levels needs it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from tte.model import Pdf
from tte.validation import names
from tte.validation.cms_check import DETACHED
from tte.validation.embedded import Embedded
from tte.validation.examining import Signature
from tte.validation.form_fields import text
from tte.validation.holdings import Holdings
from tte.validation.known_cms import KnownCms, known
from tte.validation.raw import RawSignature, Unsound
from tte.validation.revision import Revision, get
from tte.validation.store import holdings_in


@dataclass(frozen=True, slots=True)
class Shown:
    """A signature that a form field shows now: the field's name, its /SubFilter, its claimed time, its CMS.

    `held` reads the DSS that lies within its signed bytes. `dictionary` is the field, `value` the signature in it.
    """

    field: str
    kind: str
    claimed_at: datetime | None
    embedded: Embedded
    raw: RawSignature
    held: Callable[[], Holdings]
    dictionary: object
    value: object

    @classmethod
    def of(cls, pdf: Pdf, signature: Signature) -> Shown:
        """ValueError, TypeError or KeyError if asn1crypto cannot read what our own reading could."""
        found, raw = signature.shown, signature.raw
        if raw is None:
            raise ValueError("the bytes of the signature are not in order")
        return cls(
            found.name,
            signature.kind,
            names.claimed_time(text(get(found.value, "/M"))),
            Embedded(raw.cms, signature.covered or (), _plain(signature, raw)),
            raw,
            lambda: _held(pdf, raw.end),
            found.field,
            found.value,
        )


def _plain(signature: Signature, raw: RawSignature) -> KnownCms | None:
    """What is known of the CMS of a signature that holds, if nothing in it is unusual."""
    found = known(raw.cms) if signature.fault is None and signature.kind in DETACHED else None
    return found if found is not None and found.is_plain else None


def _held(pdf: Pdf, end: int) -> Holdings:
    """The DSS of a revision; an empty one if it cannot be read by itself."""
    try:
        return holdings_in(Revision(pdf, end))
    except Unsound:
        return Holdings()
