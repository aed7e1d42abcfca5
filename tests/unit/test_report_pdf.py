"""The one page for a file: what it says, that nothing breaks it, that it is an archive's PDF."""

from __future__ import annotations

import io
import itertools
import re
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pikepdf
import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.judged import judge, trust
from tests.sample_report import AT, NASTY, REPORT, WITH_REVOKED, decided, hostile, known
from tests.vectors.families import VECTORS
from tte import __version__
from tte.model import Ending, Indication, Integrity, Report, SubIndication
from tte.rendering.leaf import writable
from tte.reports.pdf import report_pdf
from tte.reports.phrases import seal_words
from tte.validation import validate
from tte.verdict import NO_REGISTER, UNAVAILABLE, UNKNOWN, Found, Known, Officials, Verdict, verdict
from tte.verdict.sealing import SealFound

_DIFFERENCES = (
    "nothing that the seal says can be believed",
    "the seal is that of another document",
    "the seal was made on another day than the signature",
    "the seal is not in what was signed",
)
GOLDEN = Path(__file__).parents[1] / "golden" / "laporan.txt"
_PLACE = re.compile(rb"([\d.]+) ([\d.]+) Td")
_MM = 25.4 / 72


def text_of(pdf: bytes) -> str:
    return pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text()


def places(pdf: bytes) -> Iterator[tuple[float, float]]:
    """Where each line of text begins, in mm from the top left corner."""
    with pikepdf.open(io.BytesIO(pdf)) as found:
        (page,) = found.pages
        for content in page.Contents:
            for x, y in _PLACE.findall(content.read_bytes()):
                yield float(x) * _MM, 297 - float(y) * _MM


def holds_together(pdf: bytes) -> None:
    """One A4 page, nothing outside its margins, nothing between the last block and the foot, no action, no link."""
    assert all(21.9 <= x <= 190 and 15 <= y <= 285 for x, y in places(pdf))
    assert not [y for _, y in places(pdf) if 271.9 < y < 276.9]
    with pikepdf.open(io.BytesIO(pdf)) as found:
        assert len(found.pages) == 1
        assert found.pages[0].MediaBox[3] > 841
        assert "/Annots" not in found.pages[0]
        assert not {"/OpenAction", "/AA", "/AcroForm", "/Names"} & set(found.Root.keys())


def test_the_page_says_what_the_golden_one_says() -> None:
    made = text_of(report_pdf(WITH_REVOKED, decided(WITH_REVOKED), "akta.pdf")).replace(f"tte {__version__}", "tte N")
    assert made.strip() == GOLDEN.read_text(encoding="utf-8").strip()


def test_the_same_report_gives_the_same_bytes() -> None:
    assert len({report_pdf(REPORT, decided(REPORT), "akta.pdf") for _ in range(2)}) == 1


def test_the_verdict_stands_in_both_languages_with_file_and_version() -> None:
    said = text_of(report_pdf(REPORT, decided(REPORT), "akta.pdf"))
    for word in ("ASLI DAN BERLAKU", "GENUINE AND IN FORCE", "akta.pdf", "Budi Contoh, S.H.", f"tte {__version__}"):
        assert word in said
    assert REPORT.pdf_sha256 in "".join(said.split())
    assert "tidak tersertifikasi" not in said


def test_a_seal_is_one_row_that_says_whether_it_agrees_and_leaves_the_page_whole() -> None:
    worst = (*_DIFFERENCES, "W" * 300)
    for seal, said in (
        (SealFound("GENUINE_STATUS_UNKNOWN", "id-1", ()), "sesuai dengan berkas ini (agrees with this file)"),
        (SealFound("FORGED", None, _DIFFERENCES[:1]), "tidak dapat dipercaya (cannot be believed)"),
        (SealFound("GENUINE_STATUS_UNKNOWN", None, worst), "milik dokumen lain (of another document)"),
        (SealFound("UNKNOWN_KEY", None, _DIFFERENCES[:1]), "kuncinya tidak dikenal di sini"),
    ):
        for report in (WITH_REVOKED, hostile("W" * 500, 9)):
            pdf = report_pdf(report, decided(report), "W" * 900, seal)
            holds_together(pdf)
            if seal.differences is not worst:
                assert said in text_of(pdf)
            assert seal.verdict in text_of(pdf)
    assert "Segel" not in text_of(report_pdf(REPORT, decided(REPORT), "akta.pdf"))


def test_every_difference_that_a_report_can_name_has_its_words() -> None:
    for name in ("tte/verdict/sealing.py", "tte/checking/sealed_file.py"):
        source = (Path(__file__).parents[2] / name).read_text(encoding="utf-8")
        for difference in re.findall(r'(?:yield|append\()\s*"(.+?)"', source):
            assert difference in _DIFFERENCES
    told = [seal_words(SealFound("FORGED", None, (one,))) for one in _DIFFERENCES]
    assert not set(told) & set(_DIFFERENCES)


def test_more_signatures_than_there_is_room_for_are_counted() -> None:
    said = text_of(report_pdf(hostile("Budi", 64), decided(REPORT), "akta.pdf"))
    assert "dan 60 lagi (and 60 more)" in said


@pytest.mark.parametrize("text", NASTY)
def test_no_name_breaks_the_page(text: str) -> None:
    pdf = report_pdf(hostile(text), decided(REPORT), text)
    holds_together(pdf)
    assert "Do" not in text or b"/Evil Do\n" not in pdf


def test_brackets_and_operators_in_a_name_are_only_letters() -> None:
    said = text_of(report_pdf(hostile("(a) Tj ET /Evil Do", 1), decided(REPORT), "x"))
    assert "(a) Tj ET /Evil Do" in said


def test_a_letter_that_no_face_has_is_a_question_mark() -> None:
    assert writable("漢字 Budi\u202e e\u0301…") == "?? Budi é..."


@settings(deadline=None, max_examples=25)
@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text_gives_a_page(text: str, name: str) -> None:
    holds_together(report_pdf(hostile(text, 5), decided(REPORT), name))


def every_verdict() -> list[tuple[Report, Verdict]]:
    entry = known(REPORT).entry
    assert entry is not None
    ended = replace(entry, ended=Ending(AT, "salah tulis"))
    registers = [
        known(REPORT),
        Known(Found.ISSUED, replace(entry, office="3171 SPECIMEN")),
        Known(Found.ISSUED, ended),
        Known(Found.OTHER_BYTES, ended),
        Known(Found.EXTENDED, entry),
        NO_REGISTER,
        UNAVAILABLE,
        UNKNOWN,
    ]
    seen, found = set(), []
    for register, integrity, indication, sub in itertools.product(
        registers, Integrity, Indication, (None, *SubIndication)
    ):
        one = replace(hostile("W" * 900), integrity=integrity, indication=indication, sub_indication=sub)
        said = verdict(one, register, Officials())
        if (said.code, said.reasons) not in seen:
            seen.add((said.code, said.reasons))
            found.append((one, said))
    return found


def test_every_verdict_fits_the_page_with_the_longest_names() -> None:
    cases = every_verdict()
    assert len(cases) > 20
    for report, said in cases:
        holds_together(report_pdf(report, said, "W" * 900))


def test_a_file_without_a_signature_has_a_page() -> None:
    report = judge(b"no pdf", AT)
    said = verdict(report, UNKNOWN, Officials())
    pdf = report_pdf(report, said, "")
    holds_together(pdf)
    assert "TIDAK DAPAT DIPASTIKAN" in text_of(pdf) or "TIDAK SAH" in text_of(pdf)


def test_every_sort_of_vector_has_a_page() -> None:
    for vector in VECTORS[::6]:
        report = validate(vector.make(), trust(), vector.expects.at, details=True)
        holds_together(report_pdf(report, verdict(report, UNKNOWN, Officials()), vector.name))


def test_it_is_written_as_pdf_a_2b(tmp_path: Path) -> None:
    pdf = report_pdf(REPORT, decided(REPORT), "akta.pdf")
    assert b"<pdfaid:part>2</pdfaid:part>" in pdf
    path = tmp_path / "laporan.pdf"
    path.write_bytes(pdf)
    checked = subprocess.run(["pdffonts", str(path)], capture_output=True, text=True, check=True).stdout
    assert all(line.split()[-5] == "yes" for line in checked.splitlines()[2:])  # embedded
