"""Rows for tests, from `tte sample`'s fictional records."""

from __future__ import annotations

from tte.model import Row
from tte.samples import sample_rows


def births(count: int, *, seed: int = 1) -> list[Row]:
    """Rows of `akta_kelahiran`, numbered from 1."""
    return rows("akta_kelahiran", count, seed=seed)


def rows(template: str, count: int, *, seed: int = 1) -> list[Row]:
    return [Row(n, values) for n, values in enumerate(sample_rows(template, count=count, seed=seed), 1)]
