"""Files that are judged, and how: what the tests of `validate` share. Certificates are thrown away."""

# pyHanko and asn1crypto are typed only in part.
# mypy: disable-error-code="no-untyped-call, no-any-return"

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache

from asn1crypto import cms

from tests import signed_pdfs
from tests.signed_pdfs import NOW, crl_of, gap_of, sign, stamper, with_crl, world
from tte.model import Indication, Report, SubIndication
from tte.validation import Trust, validate
from tte.validation.reasons import Reason

PASSED, OPEN, FAILED = Indication.TOTAL_PASSED, Indication.INDETERMINATE, Indication.TOTAL_FAILED
AFTER = NOW + timedelta(days=1001)


def trust() -> Trust:
    return Trust((world().root.der,))


def judge(pdf: bytes, at: datetime = NOW) -> Report:
    return validate(pdf, trust(), at)


@cache
def plain() -> bytes:
    """A certified B-B file."""
    return sign()


@cache
def approved() -> bytes:
    """A B-B file with an approval signature, which by DocMDP forbids nothing."""
    return sign(certify=False)


@cache
def long_term() -> bytes:
    """The certified file with time-stamp, DSS and document time-stamp."""
    made = world()
    held = with_crl(sign(time_stamper=stamper()), [crl_of(made.root), crl_of(made.authority)], [made.authority])
    return signed_pdfs.with_document_time_stamp(held)


def refused(
    report: Report, sub_indication: SubIndication | None, reason: Reason, indication: Indication = FAILED
) -> None:
    """The report says just this; a reason is given, and no signature in it passes for more than the file."""
    assert (report.indication, report.sub_indication) == (indication, sub_indication)
    assert str(reason) in report.reasons


def rewritten(pdf: bytes, change: Callable[[cms.ContentInfo], None]) -> bytes:
    """The file with another CMS in the same place: what somebody without the key can do."""
    begin, end, _ = gap_of(pdf)
    found = cms.ContentInfo.load(bytes.fromhex(pdf[begin + 1 : end - 1].decode()), strict=False)
    change(found)
    value = found.dump(force=True).hex().encode()
    assert len(value) <= end - begin - 2
    return pdf[: begin + 1] + value.ljust(end - begin - 2, b"0") + pdf[end - 1 :]
