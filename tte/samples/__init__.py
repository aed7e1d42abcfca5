"""Fictional records for every kind of document: plausible to read, right in every check, about nobody.

Names are drawn word by word from lists of common names; NIKs and family cards carry real region codes, because checks
look at them. The same template, seed and place in the row give the same record on every machine.
"""

from __future__ import annotations

from tte.samples.documents import sample_rows
from tte.samples.writing import write

__all__ = ["sample_rows", "write"]
