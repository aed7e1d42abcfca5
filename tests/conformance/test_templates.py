"""Every template of the sample office under the suite."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from tests.pages import GOLDEN, ORDER, farthest, page
from tte.template import Template
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

    def test_its_page_is_the_golden_one(self, template: Template) -> None:
        with Image.open(GOLDEN / f"{self.NAME}.png") as golden:
            assert farthest(page(template), golden) < 12, "if that is meant: python -m tests.pages"

    def test_it_has_a_title_in_both_languages_and_a_name_on_the_sheet(self, template: Template) -> None:
        assert template.title
        assert template.english
        assert self.NAME in ORDER


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


class TestAktaPerkawinanSuami(TemplateOfTheSampleOffice):
    NAME = "akta_perkawinan_suami"


class TestAktaPerkawinanIstri(TemplateOfTheSampleOffice):
    NAME = "akta_perkawinan_istri"


class TestAktaPerceraian(TemplateOfTheSampleOffice):
    NAME = "akta_perceraian"


class TestAktaPengakuanAnak(TemplateOfTheSampleOffice):
    NAME = "akta_pengakuan_anak"


class TestAktaPengesahanAnak(TemplateOfTheSampleOffice):
    NAME = "akta_pengesahan_anak"


class TestSuketPindahDatang(TemplateOfTheSampleOffice):
    NAME = "suket_pindah_datang"


class TestSuketPindahLuarNegeri(TemplateOfTheSampleOffice):
    NAME = "suket_pindah_luar_negeri"


class TestSuketDatangLuarNegeri(TemplateOfTheSampleOffice):
    NAME = "suket_datang_luar_negeri"


class TestSuketTempatTinggal(TemplateOfTheSampleOffice):
    NAME = "suket_tempat_tinggal"


class TestSuketKelahiran(TemplateOfTheSampleOffice):
    NAME = "suket_kelahiran"


class TestSuketLahirMati(TemplateOfTheSampleOffice):
    NAME = "suket_lahir_mati"


class TestSuketPembatalanPerkawinan(TemplateOfTheSampleOffice):
    NAME = "suket_pembatalan_perkawinan"


class TestSuketPembatalanPerceraian(TemplateOfTheSampleOffice):
    NAME = "suket_pembatalan_perceraian"


class TestSuketKematian(TemplateOfTheSampleOffice):
    NAME = "suket_kematian"


class TestSuketPengangkatanAnak(TemplateOfTheSampleOffice):
    NAME = "suket_pengangkatan_anak"


class TestSuketPelepasanKewarganegaraan(TemplateOfTheSampleOffice):
    NAME = "suket_pelepasan_kewarganegaraan"


class TestSuketPencatatanSipil(TemplateOfTheSampleOffice):
    NAME = "suket_pencatatan_sipil"
