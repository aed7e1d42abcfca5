"""Region codes: complete where they claim to be, and the fictional ones never among the real."""

from __future__ import annotations

from importlib.resources import files

from tte import regions


def test_all_provinces_and_regencies_are_known() -> None:
    assert len(regions.provinces()) == 38
    assert len(regions.regencies()) == 514
    assert all(regions.known(region.code) for region in regions.regencies())


def test_a_code_gives_its_name() -> None:
    assert regions.province("32") == regions.Region("32", "JAWA BARAT")
    assert regions.regency("3273") == regions.Region("3273", "KOTA BANDUNG")


def test_a_code_of_the_wrong_length_or_unknown_gives_nothing() -> None:
    assert regions.province("3273") is None
    assert regions.regency("32") is None
    assert regions.regency("0000") is None
    assert not regions.known("327301")


def test_every_region_lies_within_a_known_one() -> None:
    for region in (*regions.regencies(), *regions.districts()):
        assert regions.province(region.code[:2])
        assert regions.known(region.code[:4])


def test_every_district_of_the_extract_has_villages() -> None:
    assert all(regions.within(district.code) for district in regions.districts())
    assert all(len(village.code) == 10 for d in regions.districts() for village in regions.within(d.code))


def test_the_fictional_region_is_marked_and_not_among_the_real_ones() -> None:
    sample = regions.regency("9971")
    assert sample == regions.Region("9971", "KABUPATEN CONTOH", "rekaan")
    assert regions.known("9971")
    assert not any(region.remark for region in (*regions.provinces(), *regions.regencies(), *regions.districts()))
    assert all(region.remark == "rekaan" for region in (*regions.within("9971"), *regions.within("99")))


def test_the_licence_notice_lies_beside_the_data() -> None:
    notice = (files(regions) / "ODbL.txt").read_text(encoding="utf-8")
    assert "https://opendatacommons.org/licenses/odbl/1-0/" in notice
    assert "idn-area-data" in notice
