"""Documents raised level by level, as other people's software sees them."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from pyhanko.sign.ades.report import AdESPassed
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation.status import PdfSignatureStatus

from tests.oracles import ades, poppler, qpdf
from tests.oracles.eu_dss import DssSignature, EuDss
from tests.signed_pdfs import page, sign
from tests.trust_world import YEAR, World
from tte.model import Indication, Level
from tte.pades import augment, renew
from tte.validation import validate

FORMATS = {
    Level.B_B: "PAdES-BASELINE-B",
    Level.B_T: "PAdES-BASELINE-T",
    Level.B_LT: "PAdES-BASELINE-LT",
    Level.B_LTA: "PAdES-BASELINE-LTA",
}
SOON = timedelta(minutes=5)


def made(world: World, kind: str) -> bytes:
    """A certified document of ours with and without room, or somebody else's."""
    match kind:
        case "ours":
            return world.document()
        case "ours without room":
            return world.document(room=0)
        case "streams":
            out = BytesIO()
            with pikepdf.open(BytesIO(page())) as file:
                file.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate)
            unsigned = out.getvalue()
        case _:
            unsigned = page()
    return sign(unsigned, by=world.signer, issuers=[world.authority], at=world.now)


@pytest.mark.parametrize("crl_only", [False, True], ids=["OCSP", "CRL"])
@pytest.mark.parametrize("kind", ["ours", "ours without room", "table", "streams"])
@pytest.mark.parametrize("level", [Level.B_T, Level.B_LT, Level.B_LTA])
def test_everybody_sees_the_level(level: Level, kind: str, crl_only: bool, tmp_path: Path, eu_dss: EuDss) -> None:
    world = World(crl_only=crl_only)
    found = augment(made(world, kind), level, world)
    path = tmp_path / "raised.pdf"
    path.write_bytes(found.pdf)

    report = validate(found.pdf, world.trust, world.now + SOON)
    assert report.indication is Indication.TOTAL_PASSED
    assert [one.level for one in report.signatures] == [found.level] == [level]
    [seen] = eu_dss.validate(path)
    assert seen == DssSignature(FORMATS[level], True, True, "NO_CHANGE_PERMITTED", 0)
    assert poppler.signatures(path)[0].valid
    assert not qpdf.problems(path)
    with pikepdf.open(BytesIO(found.pdf)) as file:
        assert file.open_metadata().pdfa_status == ("2B" if "ours" in kind else "")


@pytest.mark.parametrize("crl_only", [False, True], ids=["OCSP", "CRL"])
@pytest.mark.parametrize("kind", ["ours", "table", "streams"])
def test_pyhanko_accepts_what_was_raised_to_b_lta(kind: str, crl_only: bool) -> None:
    """Without room in a signature B-T is a document time-stamp; pyHanko 0.38 misses the other kind, likes all else."""
    world = World(crl_only=crl_only)
    found = augment(made(world, kind), Level.B_LTA, world)
    judged = ades.judgement(found.pdf, world.root.der, world.now + SOON)
    status = judged.api_status
    assert isinstance(status, PdfSignatureStatus)
    if kind == "ours":
        assert judged.ades_subindic == AdESPassed.OK
    assert judged.oldest_evidence_record_timestamp == world.now
    assert status.bottom_line
    assert status.docmdp_ok
    assert status.modification_level == ModificationLevel.LTA_UPDATES


def test_a_renewed_document_is_still_what_it_was_to_everybody(tmp_path: Path, eu_dss: EuDss) -> None:
    world = World()
    pdf = augment(world.document(), Level.B_LTA, world).pdf
    world.now += 2 * YEAR
    world.stamper = world.new_stamper("TSA Kedua", until=world.now + 5 * YEAR)
    found = renew(pdf, world)
    path = tmp_path / "renewed.pdf"
    path.write_bytes(found.pdf)
    [seen] = eu_dss.validate(path)
    assert seen == DssSignature(FORMATS[Level.B_LTA], True, True, "NO_CHANGE_PERMITTED", 0)
    assert poppler.signatures(path)[0].valid
    assert not qpdf.problems(path)
    assert ades.judgement(found.pdf, world.root.der, world.now + SOON).ades_subindic == AdESPassed.OK
