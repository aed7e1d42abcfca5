"""The steps from B-B to B-LTA: what each changes, what each leaves alone, and what it says of itself."""

from __future__ import annotations

import re
from io import BytesIO

import pikepdf
import pytest
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.fields import SigSeedSubFilter

from tests import signed_pdfs
from tests.minimal_pdf import minimal_pdf
from tests.signed_pdfs import NOW, gap_of, sign
from tests.trust_world import YEAR, World
from tte.errors import CertificateNotYetValid, Fault, LintError, ServiceUnavailable
from tte.model import Indication, Level
from tte.pades import augment, renew
from tte.pades.augmentation import add_document_time_stamp, add_signature_time_stamp, add_validation_data
from tte.pades.augmentation.reading import Store, read
from tte.pades.augmentation.revisions import with_store
from tte.validation import validate

RAISED = [Level.B_T, Level.B_LT, Level.B_LTA]


@pytest.fixture
def world() -> World:
    return World()


def levels(world: World, pdf: bytes) -> list[Level | None]:
    """What our own validation finds; nothing if the file does not pass."""
    report = validate(pdf, world.trust, world.now)
    return [one.level for one in report.signatures] if report.indication is Indication.TOTAL_PASSED else []


def foreign(world: World, pdf: bytes | None = None) -> bytes:
    """A document that somebody else signed, with pyHanko."""
    return sign(pdf, by=world.signer, issuers=[world.authority], at=world.now)


def stored(pdf: bytes) -> list[bytes]:
    store = read(pdf).store
    return [*store.certificates, *store.ocsps, *store.crls]


# The level that is said is the level that is there


@pytest.mark.parametrize("room", [8192, 0])
@pytest.mark.parametrize("level", list(Level))
def test_the_level_that_is_said_is_the_one_that_validation_finds(world: World, level: Level, room: int) -> None:
    found = augment(world.document(room=room), level, world)
    assert found.level is level
    assert found.stopped is None
    assert levels(world, found.pdf) == [level]


@pytest.mark.parametrize("crl_only", [True, False])
@pytest.mark.parametrize("checked_responder", [True, False])
def test_what_is_not_enough_for_a_level_is_not_called_that(crl_only: bool, checked_responder: bool) -> None:
    """Whatever piece a DSS lacks, both our readings of the level agree."""
    world = World(crl_only=crl_only, checked_responder=checked_responder)
    stamped = augment(world.document(), Level.B_T, world).pdf
    whole = read(augment(stamped, Level.B_LT, world).pdf).store
    said = []
    for piece in (*whole.ocsps, *whole.crls):
        ocsps, crls = ([one for one in kind if one != piece] for kind in (whole.ocsps, whole.crls))
        rest = Store(whole.certificates, tuple(ocsps), tuple(crls))
        pdf = add_document_time_stamp(with_store(stamped, rest), world)
        said.append(augment(pdf, Level.B_B, world).level)
        assert levels(world, pdf) == [said[-1]]
    assert Level.B_T in said


def test_the_steps_alone_make_what_augment_makes(world: World) -> None:
    pdf = world.document()
    pdf = add_signature_time_stamp(pdf, world)
    assert levels(world, pdf) == [Level.B_T]
    pdf = add_validation_data(pdf, world)
    assert levels(world, pdf) == [Level.B_LT]
    pdf = add_document_time_stamp(pdf, world)
    assert levels(world, pdf) == [Level.B_LTA]


def test_validation_data_without_a_time_stamp_are_refused(world: World) -> None:
    with pytest.raises(LookupError):
        add_validation_data(world.document(), world)


# Nothing twice


@pytest.mark.parametrize("level", list(Level))
def test_a_level_that_is_there_costs_nothing(world: World, level: Level) -> None:
    found = augment(world.document(), Level.B_LTA, world)
    world.asked.clear()
    assert augment(found.pdf, level, world) == found
    assert world.asked == []


def test_steps_that_have_nothing_to_do_give_the_same_file(world: World) -> None:
    pdf = augment(world.document(), Level.B_LT, world).pdf
    world.asked.clear()
    assert add_signature_time_stamp(pdf, world) == pdf
    assert add_validation_data(pdf, world) == pdf
    assert world.asked == []


def test_no_certificate_or_proof_is_in_a_file_twice(world: World) -> None:
    pdf = augment(world.document(), Level.B_LTA, world).pdf
    world.now += YEAR / 2
    pdf = renew(pdf, world).pdf
    pieces = [*read(pdf).certificates, *stored(pdf)]
    assert len(pieces) == len(set(pieces))
    assert all(pdf.count(piece) == 1 for piece in stored(pdf))


def test_what_is_in_a_dss_stays(world: World) -> None:
    pdf = foreign(world)
    own = signed_pdfs.crl_of(world.root)
    pdf = signed_pdfs.with_crl(pdf, [own], [world.root])
    before = stored(pdf)
    found = augment(pdf, Level.B_LTA, world)
    assert set(before) < set(stored(found.pdf))
    assert levels(world, found.pdf) == [Level.B_LTA]


# What was signed stays


@pytest.mark.parametrize("level", RAISED)
@pytest.mark.parametrize("room", [8192, 0])
def test_no_signed_byte_changes(world: World, level: Level, room: int) -> None:
    before = world.document(room=room)
    after = augment(before, level, world).pdf
    start, gap_end, end = gap_of(before)
    assert after[:start] == before[:start]
    assert after[gap_end:end] == before[gap_end:end]
    if not room:
        assert after.startswith(before)


@pytest.mark.parametrize("level", RAISED)
def test_others_find_nothing_but_long_term_updates(world: World, level: Level) -> None:
    """Certified with P=1: no change is permitted, and to pyHanko there is none that matters."""
    pdf = augment(world.document(room=0), level, world).pdf
    signature = PdfFileReader(BytesIO(pdf)).embedded_regular_signatures[0]
    signature.compute_integrity_info()
    facts = signature.summarise_integrity_info()
    assert facts["docmdp_ok"]
    assert facts["diff_result"].modification_level == ModificationLevel.LTA_UPDATES


@pytest.mark.parametrize("level", RAISED)
def test_it_is_pdf_a_as_before(world: World, level: Level) -> None:
    pdf = augment(world.document(room=0), level, world).pdf
    with pikepdf.open(BytesIO(pdf), attempt_recovery=False) as file:
        assert file.open_metadata().pdfa_status == "2B"
        assert not file.check_pdf_syntax()
        fields = list(file.Root.AcroForm.Fields)
        page = [item.objgen for item in file.pages[0].obj.Annots]
        assert [field.objgen for field in fields] == page
        assert all(int(field.F) & 4 and not int(field.F) & 0b100011 for field in fields)
        assert len({str(field.T) for field in fields}) == len(fields)
    assert re.search(rb"%%EOF\s*\Z", pdf)


# Documents of others


@pytest.mark.parametrize("xref_stream", [False, True], ids=["table", "streams"])
@pytest.mark.parametrize("level", RAISED)
def test_a_document_of_others_is_raised(world: World, level: Level, xref_stream: bool) -> None:
    pdf = foreign(world, minimal_pdf(xref_stream=xref_stream))
    found = augment(pdf, level, world)
    assert (found.level, levels(world, found.pdf)) == (level, [level])
    with pikepdf.open(BytesIO(found.pdf), attempt_recovery=False) as file:
        assert not file.check_pdf_syntax()


def test_a_signature_that_something_covers_gets_a_document_time_stamp(world: World) -> None:
    """A second signature covers the first, so nothing can be put into that one; both reach the level."""
    first = sign(by=world.signer, issuers=[world.authority], certify=False)
    both = sign(first, by=world.signer, issuers=[world.authority], field="Signature2", certify=False)
    found = augment(both, Level.B_LTA, world)
    assert found.level is Level.B_LTA
    assert found.pdf.startswith(both)
    assert world.asked.count("tsa") == 2
    assert [one.level for one in validate(found.pdf, world.trust, NOW).signatures] == [Level.B_LTA, Level.B_LTA]


def test_without_room_for_the_token_there_is_a_document_time_stamp(world: World) -> None:
    for room in (0, 1100):
        pdf = world.document(room=room)
        found = augment(pdf, Level.B_T, world)
        assert found.pdf.startswith(pdf)
        assert levels(world, found.pdf) == [Level.B_T]


def test_digits_stay_in_the_case_that_they_have(world: World) -> None:
    pdf = world.document()
    start, end, _ = gap_of(pdf)
    capitals = pdf[:start] + pdf[start:end].upper() + pdf[end:]
    found = augment(capitals, Level.B_T, world)
    assert levels(world, found.pdf) == [Level.B_T]
    assert found.pdf[start:end].isupper()


# What cannot be raised


@pytest.mark.parametrize(
    ("pdf", "why"),
    [
        (b"", "cannot be read"),
        (b"%PDF-1.7\nnothing", "cannot be read"),
        (minimal_pdf(), "no signature"),
    ],
)
def test_a_file_that_is_no_signed_pdf_is_refused(world: World, pdf: bytes, why: str) -> None:
    with pytest.raises(LintError, match=why):
        augment(pdf, Level.B_T, world)
    assert world.asked == []


def test_an_encrypted_file_is_refused(world: World) -> None:
    for password in ("", "sandi"):
        out = BytesIO()
        with pikepdf.open(BytesIO(world.document())) as file:
            file.save(out, encryption=pikepdf.Encryption(user=password, owner="lain"))
        with pytest.raises(LintError, match="encrypted"):
            augment(out.getvalue(), Level.B_T, world)


def test_a_hybrid_file_is_refused(world: World) -> None:
    pdf = world.document(room=0)
    hybrid = pdf.replace(b"trailer\n<< /Size", b"trailer\n<< /XRefStm 15 /Size")
    with pytest.raises(LintError):
        augment(hybrid, Level.B_T, world)


def test_a_changed_document_is_refused(world: World) -> None:
    pdf = world.document()
    changed = pdf.replace(b"KUTIPAN", b"KUTIPEN")
    assert changed != pdf
    with pytest.raises(LintError, match="does not hold"):
        augment(changed, Level.B_T, world)


def test_a_broken_document_time_stamp_is_refused(world: World) -> None:
    pdf = augment(world.document(), Level.B_LTA, world).pdf
    start, _, _ = gap_of(pdf)
    with pytest.raises(LintError, match="does not hold"):
        augment(pdf[: start + 801] + b"00" + pdf[start + 803 :], Level.B_LTA, world)


def test_a_signature_without_a_baseline_has_no_level_to_raise(world: World) -> None:
    pdf = sign(by=world.signer, issuers=[world.authority], kind=SigSeedSubFilter.ADOBE_PKCS7_DETACHED)
    with pytest.raises(LintError, match="baseline"):
        augment(pdf, Level.B_T, world)


def test_a_certificate_that_is_not_valid_yet_is_refused(world: World) -> None:
    pdf = world.document()
    world.now -= YEAR
    with pytest.raises(CertificateNotYetValid):
        augment(pdf, Level.B_T, world)


# Outages


@pytest.mark.parametrize(("down", "reached"), [("tsa", Level.B_B), ("ocsp", Level.B_T), ("crl", Level.B_T)])
def test_an_outage_keeps_every_step_that_succeeded(world: World, down: str, reached: Level) -> None:
    world.down.add(down)
    found = augment(world.document(), Level.B_LTA, world)
    assert found.level is reached
    assert found.stopped is not None
    assert found.stopped.fault is Fault.UNREACHABLE
    assert levels(world, found.pdf) == [reached]
    world.down.clear()
    later = augment(found.pdf, Level.B_LTA, world)
    assert (later.level, later.stopped) == (Level.B_LTA, None)
    assert levels(world, later.pdf) == [Level.B_LTA]


def test_a_tsa_that_fails_for_the_last_step_leaves_b_lt(world: World) -> None:
    pdf = augment(world.document(), Level.B_T, world).pdf
    world.down.add("tsa")
    found = augment(pdf, Level.B_LTA, world)
    assert found.level is Level.B_LT
    assert found.stopped is not None


@pytest.mark.parametrize("down", ["tsa", "crl"])
def test_a_renewal_that_fails_changes_nothing(world: World, down: str) -> None:
    before = augment(world.document(), Level.B_LTA, world)
    world.now += YEAR / 2
    world.down.add(down)
    after = renew(before.pdf, world)
    assert (after.pdf, after.level, after.until) == (before.pdf, before.level, before.until)
    assert isinstance(after.stopped, ServiceUnavailable)


def test_a_chain_to_no_anchor_stops_at_b_t_and_says_so(world: World) -> None:
    stranger = World(stamper_root=world.root)
    pdf = stranger.document()
    found = augment(pdf, Level.B_LTA, stranger.believing(world.root))
    assert found.level is Level.B_T
    assert found.stopped is not None
    assert found.stopped.fault is Fault.UNTRUSTED


def test_a_time_stamp_that_nobody_here_trusts_does_not_count(world: World) -> None:
    stranger = World()
    pdf = augment(world.document(), Level.B_T, world).pdf
    found = augment(pdf, Level.B_B, World(root=stranger.root))
    assert found.level is Level.B_B
    assert found.until is None


# Revocation info


def test_revocation_info_is_asked_for_after_the_time_stamp(world: World) -> None:
    augment(world.document(), Level.B_LT, world)
    assert world.asked[0] == "tsa"
    assert world.fresh_after == [NOW, None]


def test_a_crl_older_than_the_signature_is_taken_where_there_is_none_newer() -> None:
    world = World(crl_only=True)
    found = augment(world.document(), Level.B_LT, world)
    assert found.level is Level.B_LT
    assert world.fresh_after == [NOW, None, None]
    assert levels(world, found.pdf) == [Level.B_LT]


@pytest.mark.parametrize("checked", [True, False])
def test_a_responder_that_is_to_be_checked_is(checked: bool) -> None:
    world = World(checked_responder=checked)
    found = augment(world.document(), Level.B_LTA, world)
    assert ("crl OCSP Uji" in world.asked) is checked
    assert levels(world, found.pdf) == [Level.B_LTA]


def test_a_dss_that_came_after_the_last_time_stamp_makes_no_b_lta(world: World) -> None:
    """An empty DSS inside a document time-stamp, and all that matters after it, protected by nothing."""
    pdf = augment(world.document(), Level.B_T, world).pdf
    pdf = with_store(pdf, Store((world.root.der,)))
    pdf = add_document_time_stamp(pdf, world)
    pdf = add_validation_data(pdf, world)
    assert augment(pdf, Level.B_LT, world).level is Level.B_LT
    assert levels(world, pdf) == [Level.B_LT]
