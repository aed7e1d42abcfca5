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
    "attacks": attacks.VECTORS,
    "values": values.VECTORS,
    "chains": chains.VECTORS,
    "structures": structures.VECTORS,
    "hostile": hostile.VECTORS,
}
VECTORS = [vector for family in FAMILIES.values() for vector in family]

KNOWN_WRONG: dict[str, str] = {
    "contents_null_broken": "said to be modified (BAD_GAP); no value at all is broken (validation.md 2)",
    "contents_empty_broken": "said to be modified (BAD_GAP); an empty value is broken (validation.md 2)",
    "changed_no_page_left_modified": "unreadable: qpdf will not open a file without pages, so nothing is compared",
    "value_empty_content_ok": "not agreed: pyHanko takes a content of no bytes for a content (validation.md C4)",
    "value_x509_rsa_sha1_untrusted": "not agreed: its value is no CMS, so the second reading fails; weak is not said",
    "hostile_bomb_in_object_stream_error": "changed: what qpdf will not unpack is null to us; a limit must say error",
}
"""Names of vectors whose verdict is not yet what it must be, and why."""
