"""What altering files by chance has found, each by its name."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric import ec

from tests.later_revisions import numbers, signed, with_revision
from tests.signed_pdfs import NOW, party, sign, world
from tte.model import Indication, Integrity, Report
from tte.validation import Trust, validate
from tte.validation.reasons import Reason


def judged(pdf: bytes) -> Report:
    return validate(pdf, Trust((world().root.der,)), NOW)


def test_a_key_twice_in_a_later_stream_of_objects_is_a_change() -> None:
    """One reader takes the first /Fields, another the last."""
    pdf, of, free = signed(packed=True), numbers(packed=True).of, numbers(packed=True).free
    form = numbers(packed=True).text("form")
    doubled = form.replace(b"<<", b"<< /Fields [%d 0 R]" % free, 1)
    packed = {of["form"]: doubled, free: b"<< /FT /Tx /T (Teks) /V (Lain) >>"}
    changed = with_revision(pdf, {}, packed=packed, packed_in=free + 1, as_stream=free + 2)
    assert judged(changed).integrity is Integrity.MODIFIED


def test_need_appearances_that_is_neither_true_nor_false_is_a_change() -> None:
    form = numbers().text("form").replace(b"<<", b"<< /NeedAppearances []", 1)
    assert judged(with_revision(signed(), {numbers().of["form"]: form})).integrity is Integrity.MODIFIED


def test_children_of_a_signed_field_that_are_no_list_are_a_change() -> None:
    field = numbers().text("field").replace(b"<<", b"<< /Kids true", 1)
    assert judged(with_revision(signed(), {numbers().of["field"]: field})).integrity is Integrity.MODIFIED


def test_authorities_that_certify_each_other_are_not_followed_for_ever() -> None:
    """Six of them in 40 kB: more ways than a minute could count."""
    key = ec.generate_private_key(ec.SECP256R1())
    tops = [party(f"CA {number}", authority=True, key=key) for number in range(6)]
    mesh = [party(f"CA {a}", tops[b], authority=True, key=key) for a in range(6) for b in range(6) if a != b]
    report = judged(sign(by=party("Orang", tops[0]), issuers=mesh))
    assert report.indication is Indication.INDETERMINATE
    assert report.integrity is Integrity.ERROR
    assert report.reasons == (str(Reason.TOO_COMPLEX),)
