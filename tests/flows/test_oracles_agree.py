"""A few documents of each kind, issued as usual and judged by everybody. `make proof` does many."""

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
    "akta_kematian",
    "biodata_penduduk",
    "kartu_keluarga",
    "surat_keterangan_pindah",
    "suket_ktp",
)


def test_every_template_is_judged_here(home: Home) -> None:
    assert sorted(KINDS) == sorted(home.template_names())


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
