"""The ETSI report: its structure, its golden file, what strangers' names do to it, and who else can read it."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.judged import judge, trust
from tests.oracles import etsi
from tests.sample_report import AT, NASTY, REPORT, WITH_REVOKED, decided, hostile
from tests.signed_pdfs import NOW
from tests.vectors.families import VECTORS
from tte import __version__
from tte.model import Report
from tte.reports.elements import DS, VR
from tte.reports.xml import report_xml
from tte.validation import validate

GOLDEN = Path(__file__).parents[1] / "golden" / "laporan.xml"
needs_schema = pytest.mark.skipif(not etsi.has_schema(), reason="EU DSS's jar is not here (.ci/tools fetches it)")
ORDER = (
    "SignatureIdentifier",
    "ValidationTimeInfo",
    "SignersDocument",
    "SignatureAttributes",
    "SignerInformation",
    "SignatureQuality",
    "SignatureValidationProcess",
    "SignatureValidationStatus",
    "OtherInformation",
)


def parsed(xml: bytes) -> ElementTree.Element:
    return ElementTree.fromstring(xml)  # noqa: S314  our own


def names(element: ElementTree.Element) -> list[str]:
    return [child.tag.split("}")[1] for child in element]


def keeps_to_the_structure(xml: bytes) -> None:
    """What can be said without the schema: the parts in their order, and every reference to an object that is there."""
    root = parsed(xml)
    assert root.tag == f"{{{VR}}}ValidationReport"
    *signatures, objects, validator = names(root)
    assert signatures
    assert set(signatures) == {"SignatureValidationReport"}
    assert (objects, validator) == ("SignatureValidationObjects", "SignatureValidator")
    for one in root.iterfind(f"{{{VR}}}SignatureValidationReport"):
        assert names(one) == [name for name in ORDER if name in names(one)]
        assert one.find(f"{{{VR}}}SignatureValidationStatus/{{{VR}}}MainIndication") is not None
    known = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(known) == len(set(known))
    assert {element.get("VOReference") for element in root.iter() if element.get("VOReference")} <= set(known)


def test_the_report_is_the_golden_one() -> None:
    made = report_xml(WITH_REVOKED, decided(WITH_REVOKED)).decode().replace(f"tte {__version__}", "tte VERSION")
    assert made == GOLDEN.read_text(encoding="utf-8")


@pytest.mark.parametrize("report", [REPORT, WITH_REVOKED, judge(b"no pdf", AT), *map(hostile, NASTY)])
def test_every_report_keeps_to_the_structure(report: Report) -> None:
    keeps_to_the_structure(report_xml(report))


def test_a_name_that_looks_like_markup_stays_a_text() -> None:
    root = parsed(report_xml(hostile(NASTY[0], 1)))
    signers = [element.text for element in root.iter(f"{{{VR}}}Signer")]
    assert NASTY[0] in signers
    assert not list(root.iter("x"))


def test_the_digests_are_those_of_the_objects() -> None:
    root = parsed(report_xml(REPORT))
    values = {element.text for element in root.iter(f"{{{DS}}}DigestValue")}
    assert "ASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4mrze8=" in values


@settings(deadline=None, max_examples=40)
@given(st.text(max_size=200))
def test_any_text_gives_a_report(text: str) -> None:
    keeps_to_the_structure(report_xml(hostile(text, 2)))


@needs_schema
@pytest.mark.parametrize("report", [REPORT, WITH_REVOKED, judge(b"no pdf", AT), *map(hostile, NASTY)])
def test_every_report_is_valid_by_the_published_schema(report: Report) -> None:
    assert etsi.wrong(report_xml(report)) == []
    assert etsi.wrong(report_xml(report, decided(REPORT))) == []


@needs_schema
def test_what_is_said_of_the_vectors_is_valid_by_the_published_schema() -> None:
    for vector in VECTORS[::4]:
        report = validate(vector.make(), trust(), NOW, details=True)
        assert etsi.wrong(report_xml(report)) == [], vector.name


@needs_schema
def test_eu_dss_reads_the_report() -> None:
    read = etsi.read_by_eu_dss([report_xml(REPORT, decided(REPORT)), report_xml(judge(b"no pdf", AT))])
    assert read == ["TOTAL_PASSED []", "TOTAL_FAILED [FORMAT_FAILURE]"]
