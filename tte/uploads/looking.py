"""Looks through an upload for what a signer should know: see `Finding`."""

from __future__ import annotations

import pikepdf

from tte.uploads.findings import Finding
from tte.uploads.source import Source


def look(file: pikepdf.Pdf, source: Source) -> list[Finding]:
    """What there is in the file, each once, in the order of `Finding`."""
    found: set[Finding] = set()
    if file.is_encrypted:
        found.add(Finding.ENCRYPTED)
    return [one for one in Finding if one in found]
