"""Whatever an application sends, of whatever maker, comes back valid for pdfsig, EU DSS, pyHanko and ourselves.

In one run each maker's file goes one way; `make esc-proof` (TTE_ESC_ALL=1) sends each of them every way.
"""

# pyHanko is typed only in part.
# mypy: disable-error-code="no-untyped-call, no-any-return"

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from io import BytesIO
from itertools import cycle
from pathlib import Path
from typing import Any

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from tests import strangers_pdfs as of
from tests.esc_wire.test_signing import picture
from tests.esc_wire.world import Client, b64, signed_in
from tests.oracles import poppler, qpdf
from tests.oracles.eu_dss import EuDss
from tests.signed_pdfs import world
from tte.model import Indication
from tte.validation import validate
from tte.validation.reasons import Reason

ALL = os.environ.get("TTE_ESC_ALL") == "1"
_BOX = {"page": 1, "originX": 20.0, "originY": 20.0, "width": 120.0, "height": 60.0}
WAYS: Mapping[str, dict[str, Any]] = {
    "unseen": {"tampilan": "INVISIBLE"},
    "image": {"tampilan": "VISIBLE", "imageBase64": b64(picture()), **_BOX},
    "tag": {"tampilan": "VISIBLE", "imageBase64": b64(picture()), "tag_koordinat": "#", "width": 60, "height": 30},
    "reason": {"tampilan": "INVISIBLE", "reason": "Setuju – «ya» ☂", "location": "Bandung", "contactInfo": "021"},
}
_QR = {"tampilan": "visible", "image": "false", "linkQR": "https://contoh.go.id/s/1", "page": 1}
_QR |= {"xAxis": 200, "yAxis": 20, "width": 60, "height": 60}


def _files() -> dict[str, tuple[bytes, str]]:
    """Each with its password."""
    plain = {name: (pdf, "") for name, pdf in of.makers().items()}
    return plain | {
        "encrypted": (of.encrypted(6), ""),
        "encrypted, asks": (of.encrypted(6, readers="rahasia"), of.OWNER),
    }


def _ways() -> list[tuple[str, str]]:
    tagged = {name for name, (pdf, password) in _files().items() if _has_tag(pdf, password)}
    if ALL:
        return [(name, way) for name in _files() for way in WAYS if way != "tag" or name in tagged]
    turn = cycle(WAYS)
    return [(name, way if (way := next(turn)) != "tag" or name in tagged else "image") for name in _files()]


def _has_tag(pdf: bytes, password: str) -> bool:
    from tests.signed_uploads import signed
    from tte.errors import TagNotFound
    from tte.uploads import AtTag

    try:
        return bool(signed(pdf, placing=AtTag("#", 60, 30), password=password))
    except TagNotFound:
        return False


def judge(esc: Client, before: bytes, after: bytes, password: str, file: Path, dss: EuDss) -> None:
    """By all four. What was signed before stays valid to all; ours may not know what a mark hides."""
    assert after.startswith(before)
    file.write_bytes(after)
    if not password:
        trust = replace(esc.service.trust, anchors=(*esc.service.trust.anchors, world().root.der))
        report = validate(after, trust, esc.service.now())
        *earlier, last = report.signatures
        assert last.indication is Indication.TOTAL_PASSED
        for one in earlier:
            assert one.indication is Indication.TOTAL_PASSED or Reason.VISIBLE_LATER in one.reasons
        assert qpdf.problems(file) == ""
        seen = poppler.signatures(file)
        assert [one.valid for one in seen] == [True] * len(report.signatures)
        found = dss.validate(file)
        assert [(one.intact, one.valid, one.undefined_changes) for one in found] == [(True, True, 0)] * len(seen)
        assert found[-1].format == "PAdES-BASELINE-B"
    strict = b"/XRefStm" not in before  # pyHanko takes no hybrid file when it is strict
    reader = PdfFileReader(BytesIO(after), strict=strict)
    if reader.encrypted:
        reader.decrypt(password)
    context = ValidationContext(trust_roots=[world().root.asn1], moment=esc.service.now(), allow_fetching=False)
    for one in reader.embedded_regular_signatures:
        status = validate_pdf_signature(one, context)
        assert status.intact
        assert status.valid
        assert status.docmdp_ok is not False


def test_what_v2_gives_is_valid_for_everybody_and_so_is_what_v1_adds(
    esc: Client, tmp_path: Path, eu_dss: EuDss
) -> None:
    files, ways = _files(), _ways()
    sent = [files[name][0] for name, _ in ways]
    asked = [WAYS[way] | ({"pdfPassword": files[name][1]} if files[name][1] else {}) for name, way in ways]
    signed = signed_in(esc.sign_v2(*sent, properties=asked))
    for place, ((name, _), before, after) in enumerate(zip(ways, sent, signed, strict=True)):
        judge(esc, before, after, files[name][1], tmp_path / f"{place}.pdf", eu_dss)
    again = [place for place, (name, _) in enumerate(ways) if not files[name][1]]
    for place in again if ALL else again[:: len(again) // 3]:
        answer = esc.sign_v1(signed[place], _QR)
        assert answer.status_code == 200, answer.text
        judge(esc, signed[place], answer.content, "", tmp_path / f"{place}-v1.pdf", eu_dss)


def test_a_certified_file_that_forbids_changes_is_refused_in_so_many_words(esc: Client) -> None:
    closed = of.certified(of.plain(), permitted=MDPPerm.NO_CHANGES)
    for answer in (esc.sign_v1(closed), esc.sign_v2(closed)):
        assert answer.status_code == 400
        assert "Dokumen sudah dikunci oleh penandatangan sebelumnya" in answer.json()["error"]
