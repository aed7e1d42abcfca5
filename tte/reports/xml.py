"""A report as XML by ETSI TS 119 102-2 v1.4.1 (namespace http://uri.etsi.org/19102/v1.4.1#).

What the standard has a place for stands there. Our own words (reasons, coverage, verdict) stand in ReportData, under
`urn:x-tte:`, each with a stable code.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree

from tte import __version__
from tte.model import Report
from tte.reports.elements import DS, OWN, TSL, VR, Element, add, moment
from tte.reports.objects import Objects
from tte.reports.signature import reasons, write_data, write_signature, write_status
from tte.verdict import Verdict, words


def report_xml(report: Report, verdict: Verdict | None = None) -> bytes:
    """The whole report, UTF-8 with a declaration. Any report gives XML that keeps to the schema of TS 119 102-2.

    A file without a signature has one SignatureValidationReport, which speaks of the file.
    """
    root, objects = ElementTree.Element(f"{{{VR}}}ValidationReport"), Objects()
    for place, one in enumerate(report.signatures, start=1):
        write_signature(root, report, one, f"S-{place}", objects)
    if not report.signatures:
        _write_file(root, report, objects)
    for stamp in report.time_stamps:
        objects.stamp(stamp)
    _write_whole(root[0], report, verdict)
    objects.write(root)
    _write_validator(root)
    for prefix, space in (("vr", VR), ("ds", DS), ("tsl", TSL)):
        ElementTree.register_namespace(prefix, space)
    ElementTree.indent(root)
    written: bytes = ElementTree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return written + b"\n"


def _write_file(root: Element, report: Report, objects: Objects) -> None:
    made = add(root, "SignatureValidationReport")
    time = add(made, "ValidationTimeInfo")
    add(time, "ValidationTime", moment(report.at))
    best = add(time, "BestSignatureTime")
    add(best, "POETime", moment(report.at))
    add(best, "TypeOfProof", "urn:etsi:019102:poetype:validation")
    add(add(made, "SignersDocument"), "SignersDocumentRepresentation", VOReference=objects.file(report))
    write_status(made, report.indication, report.sub_indication)


def _write_whole(first: Element, report: Report, verdict: Verdict | None) -> None:
    """What concerns the file as a whole, in the first signature's report."""
    data = ElementTree.Element("data")
    write_data(data, _said(report, verdict))
    add(first, "OtherInformation").extend(data)


def _said(report: Report, verdict: Verdict | None) -> Iterator[tuple[str, str]]:
    yield "file:sha256", report.pdf_sha256
    yield "file:size", str(report.size)
    yield "file:integrity", report.integrity
    yield "file:indication", " ".join(filter(None, (report.indication, report.sub_indication)))
    for place, one in enumerate(report.later, start=1):
        yield f"file:later:{place}", f"{one.start}-{one.end}: {', '.join(one.adds) or 'nothing'}"
    for name, text in reasons(report.reasons):
        yield f"file:{name}", text
    if verdict is not None:
        yield f"verdict:{verdict.code}", words(verdict, report).title
        yield from ((f"verdict:why:{why}", "") for why in verdict.reasons)


def _write_validator(root: Element) -> None:
    """Which program; it has no certificate, so it is named by no certificate."""
    identity = add(add(root, "SignatureValidator"), "DigitalId")
    software = ElementTree.SubElement(add(identity, "Other", space=TSL), f"{{{OWN}report}}Software")
    software.text = f"tte {__version__}"
