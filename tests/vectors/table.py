"""Other people's validators over the same files: pdfsig, stock pyHanko, EU DSS, and where we differ from them."""

# pyHanko is typed only in part.
# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

import logging
import subprocess
from collections import Counter
from collections.abc import Callable
from functools import partial
from io import BytesIO
from pathlib import Path

from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature, validate_pdf_timestamp
from pyhanko_certvalidator import ValidationContext

from tests.oracles import poppler
from tests.oracles.eu_dss import EuDss
from tests.signed_pdfs import world
from tests.vectors.families import FAMILIES, KNOWN_WRONG
from tests.vectors.vector import Vector
from tte.validation import Trust, validate
from tte.validation.reasons import Reason

_MOST_BYTES = 1024 * 1024
"""Larger files are there to cost time; it is not others who are to be tested by them."""
_SECONDS = 20
NAMES = ("tte", "pdfsig", "pyHanko", "EU DSS")


def write_table(folder: Path, document: Path) -> None:
    """Ask everybody about every vector in `folder` (as `write_all` left it), and write what they say."""
    logging.disable(logging.CRITICAL)
    vectors = [vector for family in FAMILIES.values() for vector in family]
    answers: dict[str, dict[str, str]] = {vector.name: {} for vector in vectors}
    with EuDss() as dss:
        for vector in vectors:
            path, answer = folder / f"{vector.name}.pdf", answers[vector.name]
            answer["tte"], answer["why"] = _ours(path, vector)
            if path.stat().st_size > _MOST_BYTES:
                answer |= dict.fromkeys(NAMES[1:], "not asked")
                continue
            answer["pdfsig"] = _guarded(_pdfsig, path)
            answer["pyHanko"] = _guarded(partial(_pyhanko, vector), path)
            answer["EU DSS"] = _guarded(partial(_eu_dss, dss), path)
    document.write_text(_page(answers), encoding="utf-8")


def _guarded(ask: Callable[[Path], str], path: Path) -> str:
    try:
        return ask(path)
    except (subprocess.TimeoutExpired, TimeoutError):
        return "too slow"
    except Exception:  # whatever other people's software raises is its answer
        return "raises"


def _ours(path: Path, vector: Vector) -> tuple[str, str]:
    """What we say, and the names of our reasons."""
    report = validate(path.read_bytes(), Trust((world().root.der,)), vector.expects.at)
    given = dict.fromkeys((*report.reasons, *(why for one in report.signatures for why in one.reasons)))
    names = [Reason(sentence).name for sentence in given if sentence != Reason.CHANGED] or [Reason.CHANGED.name]
    verdict = {"ok": "accepts", "unsigned": "none", "error": "unsure"}.get(report.integrity, "rejects")
    return verdict, ", ".join(f"`{name}`" for name in names[:2])


def _pdfsig(path: Path) -> str:
    """Each signature valid for its bytes, and the last one covers the file."""
    found = poppler.signatures(path, seconds=_SECONDS)
    if not found:
        return "none"
    return "accepts" if all(one.valid for one in found) and found[-1].whole_document else "rejects"


def _pyhanko(vector: Vector, path: Path) -> str:
    """Each signature intact, valid, and no change beyond what pyHanko's own policy allows."""
    reader = PdfFileReader(BytesIO(path.read_bytes()))
    anchors = [x509.Certificate.load(world().root.der)]
    signatures = reader.embedded_signatures
    if not signatures:
        return "none"
    for one in signatures:
        context = ValidationContext(trust_roots=anchors, allow_fetching=False, moment=vector.expects.at)
        stamp = one.sig_object.get("/Type") == "/DocTimeStamp"
        status = (validate_pdf_timestamp if stamp else validate_pdf_signature)(one, context)
        if not (status.intact and status.valid and getattr(status, "docmdp_ok", True)):
            return "rejects"
        level = getattr(status, "modification_level", None)
        if status.coverage is None or status.coverage.value < 2 or (level is not None and level.name == "OTHER"):
            return "rejects"
    return "accepts"


def _eu_dss(dss: EuDss, path: Path) -> str:
    """Each signature intact and valid, and no change that EU DSS cannot name."""
    found = dss.validate(path, seconds=_SECONDS)
    if not found:
        return "none"
    return "accepts" if all(one.intact and one.valid and not one.undefined_changes for one in found) else "rejects"


def _page(answers: dict[str, dict[str, str]]) -> str:
    vectors = {vector.name: vector for family in FAMILIES.values() for vector in family}
    good = [name for name, vector in vectors.items() if vector.integrity == "ok"]
    bad = [name for name in vectors if name not in good]
    lines = [
        "# Test vectors",
        "",
        "Signed files of our own making, most of them attacks, each with the verdict it must get and why. None is kept:",
        "`python -m tests.vectors OUT` makes them, and `python -m tests.vectors --table` writes this page. How to read a",
        "name: family, what is special, and the integrity that is expected. `untrusted`: the bytes are in order, the",
        "certificate or algorithm is not; the validators are asked about bytes only, so they should accept it here.",
        "",
        "## How many",
        "",
        "| family | " + " | ".join(_ENDINGS) + " | all |",
        "|---|" + "---:|" * (len(_ENDINGS) + 1),
    ]
    for family, of_family in FAMILIES.items():
        counts = Counter(vector.ending for vector in of_family)
        lines.append(f"| {family} | " + " | ".join(str(counts[e] or "") for e in _ENDINGS) + f" | {len(of_family)} |")
    counts = Counter(vector.ending for vector in vectors.values())
    lines.append("| **all** | " + " | ".join(str(counts[e]) for e in _ENDINGS) + f" | **{len(vectors)}** |")
    lines += [
        "",
        "## Who says what",
        "",
        f"Of {len(good)} files whose bytes are in order and {len(bad)} that are not. An accepted bad file is the fault that matters.",
        "",
        "| validator | bad files accepted | bad files refused, unsure, or called unsigned | raises or hangs | good files accepted | good files not accepted |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for who in NAMES:
        of_bad = Counter(answers[name][who] for name in bad)
        of_good = Counter(answers[name][who] for name in good)
        refused = of_bad["rejects"] + of_bad["unsure"] + of_bad["none"]
        lines.append(
            f"| {who} | {of_bad['accepts']} | {refused} | {_failed(of_bad) + _failed(of_good)} |"
            f" {of_good['accepts']} | {len(good) - of_good['accepts'] - of_good['not asked']} |"
        )
    lines += ["", *_NOTES, "", "## Bad files that somebody accepts", "", *_rows(answers, bad, accepted=True, why=True)]
    lines += ["", "## Good files that somebody does not accept", "", *_rows(answers, good, accepted=False)]
    lines += ["", "## Where our own verdict is not yet right", ""]
    lines += [f"- `{name}`: {why}" for name, why in KNOWN_WRONG.items()] or ["Nowhere that we know of."]
    return "\n".join(lines) + "\n"


_ENDINGS = ("ok", "untrusted", "modified", "broken", "unsigned", "error")
_NOTES = (
    "Asked: pdfsig (each signature valid, the last one over the whole document), pyHanko with its default, strict reader and",
    "difference policy (intact, valid, DocMDP respected, nothing beyond form filling and annotations), EU DSS 6.3 (each",
    "signature intact and valid, no undefined change; document time-stamps are no signatures to it). So:",
    "",
    "- pdfsig calls every file with a later revision not wholly signed, long-term data and second signatures too, and",
    "  looks only at the last signature's coverage; it has no difference analysis and checks no time-stamp.",
    "- pyHanko and EU DSS follow DocMDP: filled forms (P=2) and notes (P=3) are allowed changes to them. For a civil",
    "  document nothing visible may change after signing, so we say `modified`.",
    "- EU DSS compares what one parser reads, so bytes that no cross-reference leads to, and a revision that comes and goes,",
    "  are not seen; changed fields, notes and catalog entries it names, and leaves what they are worth to a policy.",
    "- The byte check (one clear dictionary, no key twice, only zeros after the value, a gap that is exactly the value) is",
    "  ours: others accept what one reader can read.",
    "- Weak algorithms: integrity is asked here, trust is another answer of ours (`weak`), so all may accept.",
    "- Good files that others refuse are mostly odd and not wrong: hybrid cross-references, sizes off by one, blanks at the",
    "  end, time-stamp dictionaries of another /Type, the old kinds of signatures. We read leniently and judge strictly.",
)


def _failed(answers: Counter[str]) -> int:
    return answers["raises"] + answers["too slow"]


def _rows(answers: dict[str, dict[str, str]], names: list[str], *, accepted: bool, why: bool = False) -> list[str]:
    columns = (*NAMES, "our reason") if why else NAMES
    lines = ["| vector | " + " | ".join(columns) + " |", "|---|" + "---|" * len(columns)]
    for name in names:
        if any((answers[name][who] == "accepts") is accepted for who in NAMES):
            lines.append(
                f"| `{name}` | "
                + " | ".join(answers[name][{"our reason": "why"}.get(who, who)] for who in columns)
                + " |"
            )
    return lines
