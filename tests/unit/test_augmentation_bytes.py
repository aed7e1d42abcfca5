"""The bytes that augmentation writes: a time-stamp cut into a CMS, and revisions after files of all shapes."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pikepdf
import pytest
from asn1crypto import cms

from tests.signed_pdfs import NOW, gap_of, page, sign
from tests.trust_world import World
from tte.errors import LintError
from tte.model import Indication, Level
from tte.pades import augment
from tte.pades.augmentation import der
from tte.pades.augmentation.reading import Store, opened, read
from tte.pades.augmentation.revisions import awaiting_time_stamp, with_store
from tte.pades.augmentation.signed_data import read_signed_data, with_time_stamp
from tte.pades.augmentation.update import filled
from tte.validation import validate


@pytest.fixture(scope="module")
def world() -> World:
    return World()


def levels(world: World, pdf: bytes) -> list[Level | None]:
    report = validate(pdf, world.trust, world.now)
    return [one.level for one in report.signatures] if report.indication is Indication.TOTAL_PASSED else []


# CMS


def test_a_time_stamp_is_one_more_attribute_and_nothing_else(world: World) -> None:
    signature = read(world.document()).signatures[0]
    value = signature.value[: signature.length]
    token = world.stamp(bytes(32), "sha256").token
    once = with_time_stamp(value, token)
    before, after = (cms.ContentInfo.load(one)["content"]["signer_infos"][0] for one in (value, once))
    assert read_signed_data(once).tokens == (token,)
    assert [before[name].dump() for name in ("sid", "signed_attrs", "signature")] == [
        after[name].dump() for name in ("sid", "signed_attrs", "signature")
    ]
    assert cms.ContentInfo.load(once, strict=True).dump(force=True) == once
    other = world.stamp(bytes([1]) * 32, "sha256").token
    twice = with_time_stamp(once, other)
    assert set(read_signed_data(twice).tokens) == {token, other}
    assert cms.ContentInfo.load(twice, strict=True).dump(force=True) == twice


@pytest.mark.parametrize("length", [0, 1, 127, 128, 255, 256, 65535, 65536])
def test_lengths_are_in_the_fewest_octets(length: int) -> None:
    encoded = der.encoded(der.SET, bytes(length))
    assert der.contents(encoded, der.SET) == bytes(length)
    assert der.value_at(encoded, 0).inside == {0: 2, 1: 2, 127: 2, 128: 3, 255: 3}.get(length, 4 + (length > 65535))


@pytest.mark.parametrize(
    "broken", [b"", b"\x30", b"\x30\x80\x00\x00", b"\x30\x05\x00", b"\x30\x85\x00\x00\x00\x00\x01\x00"]
)
def test_what_is_not_der_is_not_cut(broken: bytes) -> None:
    with pytest.raises(der.NotDer):
        with_time_stamp(broken, b"\x30\x00")


def test_a_cms_of_indefinite_length_is_left_alone(world: World) -> None:
    """BER: nothing is cut in it, a document time-stamp does as well."""
    pdf = world.document()
    signature = read(pdf).signatures[0]
    inside = der.contents(signature.value[: signature.length], der.SEQUENCE)
    ber = filled(pdf, signature.gap, b"\x30\x80" + inside + b"\x00\x00")
    found = augment(ber, Level.B_T, world)
    assert found.pdf.startswith(ber)
    assert levels(world, found.pdf) == [Level.B_T]


def test_a_value_longer_than_its_place_is_not_written(world: World) -> None:
    pdf = world.document(room=0)
    gap = gap_of(pdf)[:2]
    with pytest.raises(ValueError, match="longer"):
        filled(pdf, gap, bytes(gap[1] - gap[0]))


# Revisions


def annotations_apart(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].obj.Annots = pdf.make_indirect(pikepdf.Array())


def form_inside(pdf: pikepdf.Pdf) -> None:
    pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array())


def fields_apart(pdf: pikepdf.Pdf) -> None:
    pdf.Root.AcroForm = pdf.make_indirect(pikepdf.Dictionary(Fields=pdf.make_indirect(pikepdf.Array())))


def a_field_of_that_name(pdf: pikepdf.Pdf) -> None:
    field = pikepdf.Dictionary(FT=pikepdf.Name.Sig, T=pikepdf.String("TimeStamp1"))
    pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([pdf.make_indirect(field)]))


@pytest.mark.parametrize("streams", [False, True], ids=["table", "streams"])
@pytest.mark.parametrize(
    "shape", [annotations_apart, form_inside, fields_apart, a_field_of_that_name], ids=lambda shape: shape.__name__
)
def test_forms_of_all_shapes_are_raised(world: World, shape: Callable[[pikepdf.Pdf], None], streams: bool) -> None:
    out = BytesIO()
    with pikepdf.open(BytesIO(page())) as file:
        shape(file)
        mode = pikepdf.ObjectStreamMode.generate if streams else pikepdf.ObjectStreamMode.disable
        file.save(out, object_stream_mode=mode)
    pdf = sign(out.getvalue(), by=world.signer, issuers=[world.authority])
    found = augment(pdf, Level.B_LTA, world)
    assert levels(world, found.pdf) == [Level.B_LTA]
    with pikepdf.open(BytesIO(found.pdf), attempt_recovery=False) as file:
        names = [str(field.T) for field in file.Root.AcroForm.Fields]
        assert len(names) == len(set(names))
        assert not file.check_pdf_syntax()


@pytest.mark.parametrize("streams", [False, True], ids=["table", "streams"])
@pytest.mark.parametrize("ending", [b"", b"\n", b"\r\n"])
def test_a_revision_follows_any_end_of_file(streams: bool, ending: bytes) -> None:
    out = BytesIO()
    with pikepdf.open(BytesIO(page())) as file:
        mode = pikepdf.ObjectStreamMode.generate if streams else pikepdf.ObjectStreamMode.disable
        file.save(out, object_stream_mode=mode)
    pdf = out.getvalue().rstrip() + ending
    one = with_store(pdf, Store((b"satu",), (b"dua",), (b"tiga",)))
    two = with_store(one, Store((b"empat",)))
    assert two.startswith(one)
    assert one.startswith(pdf)
    with opened(two) as file:
        store = file.Root.DSS
        assert [item.read_bytes() for item in store.Certs] == [b"satu", b"empat"]
        assert [item.read_bytes() for item in store.OCSPs] == [b"dua"]
        assert file.trailer.ID[0] != file.trailer.ID[1]
        assert not file.check_pdf_syntax()


def test_a_number_that_the_table_keeps_free_is_not_used(world: World) -> None:
    """/Size may be larger than the number of the last object."""
    pdf = world.document()
    larger = pdf.replace(b"/Size 19", b"/Size 99")
    assert larger != pdf
    with opened(with_store(larger, Store((b"satu",)))) as file:
        assert file.Root.DSS.Certs[0].objgen[0] >= 99
        assert int(file.trailer.Size) == file.Root.DSS.objgen[0] + 1


def test_a_place_for_a_token_is_the_only_thing_left_out(world: World) -> None:
    pdf = world.document()
    waiting = awaiting_time_stamp(pdf, 3000)
    start, end = waiting.gap
    assert waiting.pdf[start:end] == b"<" + b"00" * 3000 + b">"
    assert waiting.room == 3000
    stamped = waiting.stamped(world.stamp(waiting.digest(), "sha256").token)
    assert (stamped[:start], stamped[end:]) == (waiting.pdf[:start], waiting.pdf[end:])
    assert read(stamped).stamps[0].end == len(stamped)
    assert read(stamped).stamps[0].stamp.at == NOW


def test_a_file_that_does_not_end_as_one_is_refused(world: World) -> None:
    with pytest.raises(LintError):
        with_store(world.document() + b"lain", Store((b"satu",)))


def test_a_second_document_time_stamp_takes_no_more_place_than_it_needs(world: World) -> None:
    found = augment(world.document(room=0), Level.B_LTA, world)
    first, second = (end - start for start, end, _ in (gap_of(found.pdf, which) for which in (-2, -1)))
    assert first == 2 * 8192 + 2
    assert second < 2 * 4096
