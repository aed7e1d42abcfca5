"""poppler's programs: pdfsig (signatures), pdffonts, pdftotext, pdftoppm, each asked about one file."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path


def _run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8").stdout


@dataclass(frozen=True, slots=True)
class PdfsigSignature:
    """What pdfsig says of one signature, apart from trust."""

    valid: bool
    whole_document: bool


def signatures(path: Path, *, seconds: float = 60) -> list[PdfsigSignature]:
    """Every signature, first to last; empty where pdfsig sees none. It numbers empty signature fields too.

    subprocess.TimeoutExpired if it takes too long.
    """
    command = ["pdfsig", "-nocert", str(path)]
    run = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", errors="replace", timeout=seconds)
    parts = re.split(r"(?m)^Signature #\d+:", run.stdout)[1:]
    return [
        PdfsigSignature("Signature Validation: Signature is Valid." in part, "Total document signed" in part)
        for part in parts
        if "The signature form field is not signed" not in part
    ]


def fonts_not_embedded(path: Path) -> list[str]:
    """Names of fonts that are referenced and not in the file."""
    lines = _run("pdffonts", str(path)).splitlines()[2:]
    flags = [(line.split()[0], re.search(r"\b(yes|no)\s+(yes|no)\s+(yes|no)\s+\d+\s+\d+\s*$", line)) for line in lines]
    return [name for name, found in flags if found is None or found[1] != "yes"]


def text(path: Path) -> str:
    """The words of all pages in reading order, runs of white space folded to one blank."""
    return re.sub(r"\s+", " ", _run("pdftotext", "-enc", "UTF-8", str(path), "-")).strip()


def page_mm(path: Path) -> tuple[float, float]:
    """Width and height of the first page."""
    found = re.search(r"Page size: +([0-9.]+) x ([0-9.]+) pts", _run("pdfinfo", str(path)))
    if found is None:
        raise ValueError("pdfinfo gives no page size")
    return float(found[1]) / 72 * 25.4, float(found[2]) / 72 * 25.4


def corner(path: Path, target: Path, *, size_mm: float, dpi: int) -> Path:
    """The lower right corner of the first page as a PNG file at `target`, which must end in .png."""
    width, height = page_mm(path)
    left, top, side = (f"{round(mm / 25.4 * dpi)}" for mm in (width - size_mm, height - size_mm, size_mm))
    crop = ("-x", left, "-y", top, "-W", side, "-H", side)
    _run("pdftoppm", "-r", str(dpi), "-png", "-singlefile", *crop, str(path), str(target.with_suffix("")))
    return target
