"""What a reason means for a signature or a file: the word for its bytes, and the indication of EN 319 102-1."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from tte.model import Indication, Integrity, SubIndication
from tte.validation.reasons import Reason

_FAILED, _OPEN = Indication.TOTAL_FAILED, Indication.INDETERMINATE
_FORMAT, _HASH = SubIndication.FORMAT_FAILURE, SubIndication.HASH_FAILURE
_MODIFIED, _BROKEN, _ERROR = Integrity.MODIFIED, Integrity.BROKEN, Integrity.ERROR

Meaning = tuple[Integrity, Indication, SubIndication | None]

_NOT_JUDGED = (
    Reason.TOO_LARGE,
    Reason.TOO_MANY_SIGNATURES,
    Reason.TOO_MANY_REVISIONS,
    Reason.TOO_COMPLEX,
    Reason.ENCRYPTED,
    Reason.DAMAGED,
    Reason.UNSUPPORTED_KIND,
)
_ABNORMAL = (
    Reason.NOT_INDIRECT,
    Reason.NOT_AT_OFFSET,
    Reason.BAD_DICTIONARY,
    Reason.BAD_GAP,
    Reason.OUTSIDE,
    Reason.BAD_PADDING,
    Reason.TWO_READINGS,
    Reason.NO_END,
    Reason.SHARED,
    Reason.CROSSING,
)
_CHANGED = (
    Reason.STRIPPED,
    Reason.TRAILING,
    Reason.CHANGED,
    Reason.CHANGED_PAGES,
    Reason.CHANGED_ANNOTATIONS,
    Reason.CHANGED_FIELDS,
    Reason.CHANGED_CATALOG,
    Reason.CHANGED_STORE,
    Reason.CHANGED_OBJECTS,
    Reason.CHANGED_STRUCTURE,
    Reason.FORBIDDEN,
    Reason.TIME_STAMP_BROKEN,
)
_MEANINGS: Final[dict[Reason, Meaning]] = {
    **dict.fromkeys(_NOT_JUDGED, (_ERROR, _OPEN, None)),
    **dict.fromkeys(_ABNORMAL, (_MODIFIED, _FAILED, _FORMAT)),
    **dict.fromkeys(_CHANGED, (_MODIFIED, _FAILED, _HASH)),
    Reason.NOT_A_PDF: (_ERROR, _FAILED, _FORMAT),
    Reason.UNREADABLE: (_ERROR, _FAILED, _FORMAT),
    Reason.STRAY: (_ERROR, _FAILED, _HASH),
    Reason.NO_SIGNATURE: (Integrity.UNSIGNED, _OPEN, SubIndication.NO_SIGNATURE),
    Reason.ONLY_TIME_STAMPS: (Integrity.OK, _OPEN, SubIndication.NO_SIGNATURE),
    Reason.BAD_BYTE_RANGE: (_BROKEN, _FAILED, _FORMAT),
    Reason.BAD_CMS: (_BROKEN, _FAILED, _FORMAT),
    Reason.HASH: (_BROKEN, _FAILED, _HASH),
    Reason.VALUE: (_BROKEN, _FAILED, SubIndication.SIG_CRYPTO_FAILURE),
    Reason.DOCUMENT_TIME_STAMP_BROKEN: (_BROKEN, _FAILED, _HASH),
    Reason.SUBSTITUTED: (_BROKEN, _OPEN, SubIndication.NO_SIGNING_CERTIFICATE_FOUND),
    Reason.NO_CERTIFICATE: (_ERROR, _OPEN, SubIndication.NO_SIGNING_CERTIFICATE_FOUND),
    Reason.UNSUPPORTED_ALGORITHM: (_ERROR, _OPEN, SubIndication.CRYPTO_CONSTRAINTS_FAILURE),
}
_WORST = (_BROKEN, _MODIFIED, _ERROR, Integrity.UNSIGNED, Integrity.OK)


def meaning(reason: Reason) -> Meaning:
    """What a reason about bytes means. One that says nothing against them means that the bytes are in order."""
    return _MEANINGS.get(reason, (Integrity.OK, Indication.INDETERMINATE, None))


def worst(reasons: Iterable[Reason]) -> Integrity:
    """The word for bytes about which all these reasons were found (validation.md 2); OK for none."""
    return min((meaning(reason)[0] for reason in reasons), key=_WORST.index, default=Integrity.OK)


def gravest(reasons: Iterable[Reason]) -> Reason:
    """The reason that decides, of at least one."""
    return min(reasons, key=lambda reason: _WORST.index(meaning(reason)[0]))
