"""All vectors of all families, and those whose verdict is known to be wrong today."""

from __future__ import annotations

from tests.vectors import (
    attacks,
    byte_range,
    chains,
    changes,
    contents,
    dictionary,
    hostile,
    marks,
    revisions,
    structures,
    values,
)
from tests.vectors.vector import Vector

FAMILIES: dict[str, list[Vector]] = {
    "byte range": byte_range.VECTORS,
    "contents": contents.VECTORS,
    "dictionary": dictionary.VECTORS,
    "revisions": revisions.VECTORS,
    "changes": changes.VECTORS,
    "marks": marks.VECTORS,
    "attacks": attacks.VECTORS,
    "values": values.VECTORS,
    "chains": chains.VECTORS,
    "structures": structures.VECTORS,
    "hostile": hostile.VECTORS,
}
VECTORS = [vector for family in FAMILIES.values() for vector in family]

KNOWN_WRONG: dict[str, str] = {}
"""Names of vectors whose verdict is not yet what it must be, and why."""
