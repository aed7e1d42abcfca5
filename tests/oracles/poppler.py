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


def signatures(path: Path) -> list[PdfsigSignature]:
    """Every signature, first to last; empty where pdfsig sees none."""
    run = subprocess.run(["pdfsig", "-nocert", str(path)], capture_output=True, text=True, encoding="utf-8")
    parts = re.split(r"(?m)^Signature #\d+:", run.stdout)[1:]
    return [
        PdfsigSignature("Signature Validation: Signature is Valid." in part, "Total document signed" in part)
        for part in parts
    ]


def fonts_not_embedded(path: Path) -> list[str]:
    """Names of fonts that are referenced and not in the file."""
    lines = _run("pdffonts", str(path)).splitlines()[2:]
    flags = [(line.split()[0], re.search(r"\b(yes|no)\s+(yes|no)\s+(yes|no)\s+\d+\s+\d+\s*$", line)) for line in lines]
    return [name for name, found in flags if found is None or found[1] != "yes"]


def text(path: Path) -> str:
    """The words of all pages in reading order, runs of white space folded to one blank."""
    return re.sub(r"\s+", " ", _run("pdftotext", "-enc", "UTF-8", str(path), "-")).strip()


def picture(path: Path, target: Path, *, dpi: int = 150) -> Path:
    """The first page as a PNG file at `target`, which must end in .png."""
    _run("pdftoppm", "-r", str(dpi), "-png", "-singlefile", str(path), str(target.with_suffix("")))
    return target
