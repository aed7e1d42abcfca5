"""A few documents, issued as usual and judged by everybody. `make proof` does many, of each kind.

One kind for each way that pages differ: head and frame of a certificate, couples with shared fields, the landscape card
with its table, a letter in prose, one with a table that grows, one with foreign names, and one with nobody's NIK.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.oracles.eu_dss import EuDss
from tests.oracles.judgement import complaints
from tests.rows import rows
from tte.issuance import Issued, now
from tte.office import Home

KINDS = (
    "akta_kelahiran",
    "akta_perkawinan_suami",
    "kartu_keluarga",
    "suket_ktp",
    "suket_pindah_luar_negeri",
    "suket_tempat_tinggal",
    "suket_lahir_mati",
)


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_has_a_complaint(kind: str, home: Home, tmp_path: Path, eu_dss: EuDss) -> None:
    given = rows(kind, 4, seed=len(kind))
    with home.issuer("demo", (kind,)) as issuer:
        for row, outcome in zip(given, issuer.issue(kind, given), strict=True):
            assert isinstance(outcome, Issued), outcome
            pdf = tmp_path / f"{outcome.entry.id}.pdf"
            pdf.write_bytes(issuer.register.read_pdf(outcome.entry.id))
            found = complaints(
                pdf,
                record=issuer.templates[kind].check(row),
                entry=outcome.entry,
                trust=issuer.trust,
                at=now(),
                base_url=home.settings.base_url,
                dss=eu_dss,
            )
            assert list(found) == []
