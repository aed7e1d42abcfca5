"""Every template of the sample office under the suite."""

from __future__ import annotations

from pathlib import Path

import pytest

from tte.testing.templates import TemplateSuite

TEMPLATES = Path(__file__).parents[2] / "templates"


def test_these_are_all_the_templates_there_are() -> None:
    tested = {suite.NAME for suite in TemplateOfTheSampleOffice.__subclasses__()}
    assert tested == {folder.parent.name for folder in TEMPLATES.glob("[!_]*/template.toml")}


class TemplateOfTheSampleOffice(TemplateSuite):
    """One of the folders in `templates/`."""

    NAME = ""

    @pytest.fixture(scope="class")
    @classmethod
    def folder(cls) -> Path:
        return TEMPLATES / cls.NAME


class TestAktaKelahiran(TemplateOfTheSampleOffice):
    NAME = "akta_kelahiran"


class TestAktaKematian(TemplateOfTheSampleOffice):
    NAME = "akta_kematian"


class TestKartuKeluarga(TemplateOfTheSampleOffice):
    NAME = "kartu_keluarga"


class TestBiodataPenduduk(TemplateOfTheSampleOffice):
    NAME = "biodata_penduduk"


class TestSuratKeteranganPindah(TemplateOfTheSampleOffice):
    NAME = "surat_keterangan_pindah"


class TestSuketKtp(TemplateOfTheSampleOffice):
    NAME = "suket_ktp"
