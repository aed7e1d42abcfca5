"""Which verdict comes out of which report, register state and signer: every combination, and the ones that matter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from tte.errors import RegisterError
from tte.model import (
    Ending,
    Entry,
    Goal,
    Indication,
    Integrity,
    Level,
    Official,
    Pdf,
    Report,
    SignatureReport,
    SubIndication,
    TimeProof,
)
from tte.validation.reasons import Reason
from tte.verdict import (
    NO_REGISTER,
    UNAVAILABLE,
    UNKNOWN,
    Answer,
    Authority,
    Code,
    Found,
    Known,
    Mandate,
    Officials,
    Verdict,
    Why,
    look_up,
    look_within,
    verdict,
    wants_then,
    words,
)
from tte.verdict.sealing import SealFound

ISSUED_AT = datetime(2026, 3, 2, 2, tzinfo=UTC)
NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
DAY = timedelta(days=1)
CERTIFICATE, OTHER = "ab" * 32, "cd" * 32
HEAD = Official("Dra. CONTOH, M.Si.", "197001011990011001", ("Kepala Dinas",))
MANDATE = Mandate(HEAD, "9971", CERTIFICATE, ISSUED_AT - 30 * DAY, ISSUED_AT + 30 * DAY)
LIST = Officials((MANDATE,), listed=True)
ENTRY = Entry(
    1,
    "9971",
    "akta_kelahiran",
    "9971-LU-02032026-0001",
    "id-1",
    b"r" * 32,
    b"p" * 32,
    Level.B_B,
    ISSUED_AT,
    certificate_sha256=bytes.fromhex(CERTIFICATE),
)
REPLACED = replace(ENTRY, ended=Ending(datetime(2026, 9, 2, 20, tzinfo=UTC), "nama salah", "id-2"))
REVOKED = replace(ENTRY, ended=Ending(datetime(2026, 10, 2, 3, tzinfo=UTC), "akta ganda"))
ISSUED = Known(Found.ISSUED, ENTRY, present=True)
PASSED, OPEN, FAILED = Indication.TOTAL_PASSED, Indication.INDETERMINATE, Indication.TOTAL_FAILED
EXPIRED = SubIndication.OUT_OF_BOUNDS_NO_POE


def signature(indication: Indication, sub: SubIndication | None, certificate: str = CERTIFICATE) -> SignatureReport:
    return SignatureReport(
        "Signature",
        indication,
        sub,
        Level.B_B,
        "CONTOH",
        "CA",
        certificate,
        "sha256",
        ISSUED_AT,
        True,
        True,
        ("CONTOH",),
        (),
        signed_to=10,
    )


def report(
    integrity: Integrity = Integrity.OK,
    indication: Indication = PASSED,
    sub: SubIndication | None = None,
    *certificates: str,
) -> Report:
    signatures = tuple(signature(indication, sub, one) for one in certificates or (CERTIFICATE,))
    return Report(indication, sub, signatures, (), "00" * 32, NOW, integrity)


def judged(what: Report, known: Known = ISSUED, officials: Officials = LIST) -> tuple[Code, Why]:
    found = verdict(what, known, officials)
    return found.code, found.reasons[0]


def every_known() -> Iterator[Known]:
    yield from (NO_REGISTER, UNAVAILABLE, UNKNOWN)
    held = replace(ENTRY, goal=Goal("demo", Level.B_LTA, Level.B_T))
    for found, entry in product(
        (Found.ISSUED, Found.EXTENDED, Found.OTHER_BYTES),
        (ENTRY, REPLACED, REVOKED, held, replace(ENTRY, office="9971 SPECIMEN")),
    ):
        yield Known(found, entry, present=True)


def every_official() -> Iterator[Officials]:
    yield LIST
    yield Officials()
    yield Officials((), listed=True)
    yield Officials((replace(MANDATE, office="3171"),), listed=True)
    yield Officials((replace(MANDATE, ends=ISSUED_AT),), listed=True)
    yield Officials((replace(MANDATE, certificate_sha256=OTHER),), listed=True)


def every_report() -> Iterator[Report]:
    for integrity, indication, sub in product(Integrity, Indication, (None, *SubIndication)):
        yield report(integrity, indication, sub)
        yield report(integrity, indication, sub, CERTIFICATE, OTHER)
        yield replace(report(integrity, indication, sub), signatures=())


def test_asli_needs_whole_bytes_a_valid_signature_an_official_and_those_bytes_in_the_register() -> None:
    count = 0
    for what, known, officials in product(every_report(), every_known(), every_official()):
        found = verdict(what, known, officials)
        may_sign = not officials.listed or (officials is LIST and not known.specimen)
        holds = (
            what.integrity is Integrity.OK
            and what.indication is PASSED
            and {one.certificate_sha256 for one in what.signatures} == {CERTIFICATE}
            and known.ours
            and may_sign
        )
        assert found.code.genuine is holds
        assert found.code is not Code.IN_FORCE or known.state == "ISSUED"
        count += 1
    assert count > 10_000


SEALS = {
    None: False,
    SealFound("GENUINE_STATUS_UNKNOWN", "id-1", ()): False,
    SealFound("UNKNOWN_KEY", None, ("nothing that the seal says can be believed",)): False,
    SealFound("FORGED", None, ("nothing that the seal says can be believed",)): True,
    SealFound("GENUINE_STATUS_UNKNOWN", "id-2", ("the seal is that of another document",)): True,
}


def test_a_seal_never_makes_the_word_and_one_that_disagrees_leaves_nothing_acceptable() -> None:
    for known, (seal, against) in product(every_known(), SEALS.items()):
        plain, found = verdict(report(), known, LIST), verdict(report(), known, LIST, seal=seal)
        assert (found.code, found.known) == (plain.code, plain.known)
        assert found.reasons == (*plain.reasons, *([Why.NOTE_SEAL_DISAGREES] if against else []))
        assert found.acceptable in ((None, False) if against else (plain.acceptable,))
        for language in ("id", "en"):
            told = words(found, report(), language=language)
            assert (told.sentence != words(plain, report(), language=language).sentence) is against
    told = words(verdict(report(), ISSUED, LIST, seal=seal), report())
    assert told.do.startswith("Jangan diputuskan dulu.")
    for bad in (report(Integrity.MODIFIED, FAILED), report(Integrity.UNSIGNED, OPEN, SubIndication.NO_SIGNATURE)):
        assert verdict(bad, ISSUED, LIST, seal=seal) == verdict(bad, ISSUED, LIST)


def test_every_combination_has_words_in_both_languages_and_a_thing_to_do() -> None:
    said: set[Why] = set()
    for what, known, officials in product(every_report(), every_known(), every_official()):
        found = verdict(what, known, officials)
        if said.issuperset(found.reasons):
            continue
        said.update(found.reasons)
        for language in ("id", "en"):
            told = words(found, what, language=language)
            assert all((told.title, told.sentence, told.do, told.unproven))
            assert "{" not in told.sentence
            assert len(told.checks) == 5


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        (report(), (Code.IN_FORCE, Why.IN_FORCE)),
        (report(Integrity.MODIFIED, FAILED, SubIndication.HASH_FAILURE), (Code.ALTERED, Why.CHANGED)),
        (report(Integrity.BROKEN, FAILED, SubIndication.HASH_FAILURE), (Code.INVALID, Why.BROKEN)),
        (report(Integrity.UNSIGNED, OPEN, SubIndication.NO_SIGNATURE), (Code.UNSURE, Why.NO_SIGNATURE)),
        (report(Integrity.ERROR, OPEN), (Code.UNSURE, Why.NOT_EXAMINED)),
        (report(Integrity.OK, FAILED, SubIndication.NOT_YET_VALID), (Code.INVALID, Why.SIGNATURE_FAILED)),
        (report(Integrity.OK, FAILED, SubIndication.REVOKED), (Code.INVALID, Why.SIGNER_REVOKED)),
        (report(Integrity.OK, OPEN, EXPIRED), (Code.UNSURE, Why.EXPIRED)),
        (report(Integrity.OK, OPEN, SubIndication.REVOKED_NO_POE), (Code.UNSURE, Why.REVOKED_NO_TIME)),
        (report(Integrity.OK, OPEN, SubIndication.TRY_LATER), (Code.UNSURE, Why.NOT_PROVEN)),
        (report(Integrity.OK, OPEN), (Code.UNSURE, Why.NOT_PROVEN)),
        (report(Integrity.OK, OPEN, SubIndication.NO_SIGNATURE), (Code.UNSURE, Why.NO_SIGNATURE)),
        (
            report(Integrity.OK, OPEN, SubIndication.NO_CERTIFICATE_CHAIN_FOUND),
            (Code.UNSURE, Why.UNKNOWN_AUTHORITY),
        ),
        (report(Integrity.OK, OPEN, SubIndication.CRYPTO_CONSTRAINTS_FAILURE), (Code.UNSURE, Why.WEAK)),
    ],
)
def test_the_bytes_and_the_signature_speak_before_the_register(what: Report, expected: tuple[Code, Why]) -> None:
    assert judged(what) == expected


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (ISSUED, (Code.IN_FORCE, Why.IN_FORCE)),
        (Known(Found.ISSUED, REPLACED), (Code.REPLACED, Why.REPLACED)),
        (Known(Found.ISSUED, REVOKED), (Code.REVOKED, Why.REVOKED)),
        (NO_REGISTER, (Code.UNSURE, Why.NO_REGISTER)),
        (UNAVAILABLE, (Code.UNSURE, Why.REGISTER_UNAVAILABLE)),
        (UNKNOWN, (Code.FOREIGN, Why.OFFICIAL_NOT_RECORDED)),
        (Known(Found.EXTENDED, ENTRY), (Code.UNSURE, Why.EXTENDED)),
        (Known(Found.OTHER_BYTES, ENTRY), (Code.UNSURE, Why.OTHER_BYTES)),
    ],
)
def test_a_valid_signature_is_what_the_register_makes_of_it(known: Known, expected: tuple[Code, Why]) -> None:
    assert judged(report(), known) == expected


@pytest.mark.parametrize("reason", [Reason.ENCRYPTED, Reason.TOO_LARGE, Reason.NOT_A_PDF, Reason.TOO_COMPLEX])
def test_what_could_not_be_examined_cannot_be_determined(reason: Reason) -> None:
    what = replace(report(Integrity.ERROR, FAILED), signatures=(), reasons=(str(reason),))
    assert judged(what, UNKNOWN)[0] is Code.UNSURE


def test_a_stranger_with_a_valid_certificate_never_gives_asli() -> None:
    what = report(Integrity.OK, PASSED, None, OTHER)
    assert judged(what, UNKNOWN) == (Code.FOREIGN, Why.NOT_RECORDED)
    assert judged(what, Known(Found.OTHER_BYTES, ENTRY)) == (Code.FOREIGN, Why.BORROWED_NAME)
    assert judged(what, ISSUED) == (Code.UNSURE, Why.NOT_AUTHORISED)
    assert judged(what, ISSUED, Officials()) == (Code.UNSURE, Why.NOT_AUTHORISED)


def test_an_official_of_another_office_has_no_authority_here() -> None:
    elsewhere = Officials((replace(MANDATE, office="3171"),), listed=True)
    found = verdict(report(), ISSUED, elsewhere)
    assert (found.code, found.reasons[0], found.authority) == (Code.UNSURE, Why.NOT_AUTHORISED, Authority.OTHER_OFFICE)


@pytest.mark.parametrize(
    ("begins", "ends", "covered"),
    [
        (None, None, True),
        (ISSUED_AT, ISSUED_AT + DAY, True),
        (ISSUED_AT + DAY, None, False),
        (None, ISSUED_AT, False),
        (None, NOW - DAY, True),
    ],
    ids=["always", "from that second", "not yet", "no longer", "left since"],
)
def test_authority_is_that_of_the_time_of_issue_not_of_now(
    begins: datetime | None, ends: datetime | None, covered: bool
) -> None:
    found = verdict(report(), ISSUED, Officials((replace(MANDATE, begins=begins, ends=ends),), listed=True))
    assert found.authority is (Authority.AUTHORISED if covered else Authority.OUTSIDE_PERIOD)
    assert found.code is (Code.IN_FORCE if covered else Code.UNSURE)


def test_a_time_stamp_before_the_register_decides_whether_the_signer_was_in_office() -> None:
    officials = Officials((replace(MANDATE, ends=ISSUED_AT - DAY),), listed=True)
    earlier = replace(signature(PASSED, None), best_time=ISSUED_AT - 2 * DAY, time_proof=TimeProof.SIGNATURE_TIME_STAMP)
    assert verdict(replace(report(), signatures=(earlier,)), ISSUED, officials).code is Code.IN_FORCE
    claimed = replace(earlier, time_proof=TimeProof.VALIDATION)
    assert verdict(replace(report(), signatures=(claimed,)), ISSUED, officials).code is Code.UNSURE


def test_two_terms_of_one_certificate_are_two_lines() -> None:
    early, late = replace(MANDATE, ends=ISSUED_AT - DAY), replace(MANDATE, begins=ISSUED_AT - DAY)
    assert verdict(report(), ISSUED, Officials((early, late), listed=True)).mandate == late


def test_without_a_list_the_certificate_that_the_register_noted_may_have_signed() -> None:
    assert judged(report(), ISSUED, Officials()) == (Code.IN_FORCE, Why.IN_FORCE)
    unnoted = Known(Found.ISSUED, replace(ENTRY, certificate_sha256=b""), present=True)
    assert judged(report(), unnoted, Officials()) == (Code.UNSURE, Why.AUTHORITY_UNKNOWN)
    pinned = Officials((replace(MANDATE, begins=None, ends=None),))
    assert judged(report(), unnoted, pinned) == (Code.IN_FORCE, Why.IN_FORCE)


def test_with_a_list_nobody_else_may_sign_whatever_the_register_noted() -> None:
    assert judged(report(), ISSUED, Officials((), listed=True)) == (Code.UNSURE, Why.NOT_AUTHORISED)


def test_one_signature_by_a_stranger_beside_an_officials_is_not_asli() -> None:
    what = report(Integrity.OK, PASSED, None, CERTIFICATE, OTHER)
    assert judged(what) == (Code.UNSURE, Why.NOT_AUTHORISED)


def then(**changed: object) -> Report:
    return replace(report(), at=ISSUED_AT, **changed)  # type: ignore[arg-type]


def test_what_expired_since_is_genuine_because_the_register_shows_that_it_is_older() -> None:
    now = report(Integrity.OK, OPEN, EXPIRED)
    assert wants_then(now, ISSUED)
    found = verdict(now, ISSUED, LIST, then=then())
    assert found.code is Code.IN_FORCE
    assert found.reasons == (Why.IN_FORCE, Why.NOTE_PROVEN_BY_REGISTER)
    assert verdict(now, Known(Found.ISSUED, REVOKED), LIST, then=then()).code is Code.REVOKED


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        then(pdf_sha256="11" * 32),
        replace(then(), at=ISSUED_AT + DAY),
        then(indication=OPEN),
        then(integrity=Integrity.MODIFIED),
        then(signatures=()),
    ],
    ids=["none", "another file", "another time", "not passed", "changed", "unsigned"],
)
def test_a_report_at_the_time_of_issue_counts_only_for_that_file_and_time(wrong: Report | None) -> None:
    assert verdict(report(Integrity.OK, OPEN, EXPIRED), ISSUED, LIST, then=wrong).code is Code.UNSURE


@pytest.mark.parametrize("sub", [sub for sub in SubIndication if sub is not EXPIRED])
def test_nothing_but_expiry_is_healed_by_the_register(sub: SubIndication) -> None:
    now = report(Integrity.OK, OPEN, sub)
    assert not wants_then(now, ISSUED)
    assert verdict(now, ISSUED, LIST, then=then()).code is Code.UNSURE


def test_the_register_proves_no_time_for_bytes_that_it_does_not_have() -> None:
    now = report(Integrity.OK, OPEN, EXPIRED)
    for known in every_known():
        if not known.ours:
            assert not wants_then(now, known)
            assert verdict(now, known, LIST, then=then()).code is Code.UNSURE


def test_a_document_that_is_held_back_says_so() -> None:
    held = Known(Found.ISSUED, replace(ENTRY, goal=Goal("demo", Level.B_LTA, Level.B_T)), present=True)
    found = verdict(report(), held, LIST)
    assert found.reasons == (Why.IN_FORCE, Why.NOTE_HELD)
    assert "belum boleh diserahkan" in words(found, report()).sentence


def test_an_earlier_file_of_a_document_says_that_there_is_a_later_one() -> None:
    assert verdict(report(), Known(Found.ISSUED, ENTRY), LIST).reasons == (Why.IN_FORCE, Why.NOTE_EARLIER_FILE)


def specimen() -> Verdict:
    entry = replace(ENTRY, office="9971 SPECIMEN")
    return verdict(report(), Known(Found.ISSUED, entry, present=True), Officials())


def test_a_specimen_says_so_before_anything_else() -> None:
    found = specimen()
    assert found.specimen
    assert found.title == "SPECIMEN · ASLI DAN BERLAKU"
    told = words(found, report(), language="en")
    assert told.title == "SPECIMEN · GENUINE AND IN FORCE"
    assert "no legal force" in told.sentence
    assert told.do.startswith("For trying out only")


def test_an_official_of_the_office_has_no_authority_for_its_specimens_nor_the_other_way_round() -> None:
    entry = replace(ENTRY, office="9971 SPECIMEN")
    assert judged(report(), Known(Found.ISSUED, entry)) == (Code.UNSURE, Why.NOT_AUTHORISED)
    test_key = Officials((replace(MANDATE, office="9971 SPECIMEN"),), listed=True)
    assert judged(report(), ISSUED, test_key) == (Code.UNSURE, Why.NOT_AUTHORISED)


def test_a_revoked_document_is_not_to_be_accepted_whatever_else_is_wrong() -> None:
    found = verdict(report(Integrity.OK, OPEN, EXPIRED), Known(Found.ISSUED, REVOKED), LIST)
    assert found.reasons == (Why.EXPIRED, Why.NOTE_REVOKED)
    told = words(found, report(Integrity.OK, OPEN, EXPIRED))
    assert "dicabut pada 2 Oktober 2026" in told.sentence
    assert told.do.startswith("Jangan diterima")


def test_since_when_is_said_in_the_day_of_jakarta() -> None:
    found = verdict(report(), Known(Found.ISSUED, REPLACED, present=True), LIST)
    assert "sejak 3 September 2026" in words(found, report()).sentence
    assert "since 3 September 2026" in words(found, report(), language="en").sentence


def test_an_altered_copy_of_ours_says_that_it_is_not_the_file_that_was_issued() -> None:
    changed = report(Integrity.MODIFIED, FAILED, SubIndication.HASH_FAILURE)
    assert judged(changed, Known(Found.EXTENDED, ENTRY)) == (Code.ALTERED, Why.CHANGED_OURS)
    found = verdict(changed, Known(Found.OTHER_BYTES, ENTRY), LIST)
    assert found.reasons == (Why.CHANGED, Why.NOTE_NAMED)
    assert "not the file we issued" in words(found, changed, language="en").sentence


def test_bytes_in_the_register_whose_signature_does_not_hold_are_reported_to_its_keeper() -> None:
    found = verdict(report(Integrity.BROKEN, FAILED, SubIndication.HASH_FAILURE), ISSUED, LIST)
    assert (found.code, found.reasons[1]) == (Code.INVALID, Why.NOTE_REGISTER_DISAGREES)


def test_the_five_checks_are_answered_for_themselves() -> None:
    def answers(what: Report, known: Known) -> str:
        told = words(verdict(what, known, LIST), what)
        return "".join({Answer.YES: "y", Answer.NO: "n", Answer.UNKNOWN: "?"}[check.answer] for check in told.checks)

    assert answers(report(), ISSUED) == "yyyyy"
    assert answers(report(), Known(Found.ISSUED, REVOKED)) == "yyyyn"
    assert answers(report(Integrity.OK, PASSED, None, OTHER), UNKNOWN) == "yynn?"
    assert answers(report(), NO_REGISTER) == "yyy??"
    assert answers(report(Integrity.OK, OPEN, EXPIRED), ISSUED) == "y??yy"
    assert answers(report(Integrity.MODIFIED, FAILED), Known(Found.OTHER_BYTES, ENTRY)) == "nn?n?"
    assert answers(report(Integrity.UNSIGNED, OPEN), UNKNOWN) == "???n?"


class Shelf:
    """A register of these files; a broken one reads none."""

    def __init__(self, *files: bytes, named: bytes = b"", broken: bool = False) -> None:
        self.files, self.named, self.broken = files, named, broken

    def find_pdf(self, pdf: Pdf) -> Entry | None:
        if self.broken:
            raise RegisterError("it cannot be read")
        return ENTRY if pdf in self.files else None

    def find_named(self, pdf: Pdf) -> Entry | None:
        return ENTRY if self.named and self.named in pdf else None


def test_looking_up_asks_for_the_bytes_first_and_for_the_name_then() -> None:
    shelf = Shelf(b"ours-1234", named=b"ours")
    assert look_up(shelf, b"ours-1234", b"p" * 32) == Known(Found.ISSUED, ENTRY, present=True)
    assert look_up(shelf, b"ours-1234", b"q" * 32) == Known(Found.ISSUED, ENTRY)
    assert look_up(shelf, b"ours-9999", b"q" * 32) == Known(Found.OTHER_BYTES, ENTRY)
    assert look_up(shelf, b"theirs", b"q" * 32) == UNKNOWN
    assert look_up(None, b"ours-1234", b"q" * 32) == NO_REGISTER
    assert look_up(Shelf(broken=True), b"ours-1234", b"q" * 32) == UNAVAILABLE


def test_a_file_of_ours_with_something_added_is_found_by_where_its_signatures_end() -> None:
    shelf, longer = Shelf(b"ours-1234", named=b"ours"), b"ours-1234 and more"
    named = look_up(shelf, longer, b"q" * 32)
    assert look_within(shelf, longer, named, [0, 9, 99]).found is Found.EXTENDED
    assert look_within(shelf, longer, named, [4, len(longer)]).found is Found.OTHER_BYTES
    assert look_within(shelf, longer, UNKNOWN, [9]) is UNKNOWN


def test_a_register_answer_without_its_entry_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="do not go together"):
        Known(Found.ISSUED)
    with pytest.raises(ValueError, match="do not go together"):
        Known(Found.UNKNOWN, ENTRY)
