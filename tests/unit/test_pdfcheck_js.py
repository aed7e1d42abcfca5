"""What the browser's own code says of PDFs is never better than what validation says: over vectors and mutants.

`node` runs the very files that browsers are given; node and browsers have the same WebCrypto.
"""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from tests.fuzz import mutants
from tests.signed_pdfs import NOW, world
from tests.unit.test_likeness import AT, TRUST, documents, issued, key_of, saying
from tests.vectors.families import VECTORS
from tests.vectors.sealing import sealed
from tests.vectors.writing import CATALOG, FIELD, FORM, PAGE, SIGNATURE, SPARE, catalog, field, page, signature
from tte.model import Indication
from tte.validation import Trust, validate

STATIC = Path(__file__).parents[2] / "tte" / "web" / "static"
ALGORITHMS = ("ecdsa-p256", "ecdsa-p384", "rsa-2048", "rsa-3072")
ASK = """
import { readFileSync } from "node:fs";
import { checkPdf } from "./pdfcheck.js";
const { anchors, files } = JSON.parse(readFileSync(0, "utf8"));
const believed = anchors.map((one) => Uint8Array.from(Buffer.from(one, "hex")));
const all = readFileSync("./all.bin");
const answers = [];
for (const { start, end, at } of files) {
  answers.push(await checkPdf(Uint8Array.from(all.subarray(start, end)), believed, at));
}
console.log(JSON.stringify(answers));
"""
Found = dict[str, object]


def asked(folder: Path, pdfs: Iterable[tuple[bytes, datetime]], anchors: Sequence[bytes]) -> list[Found]:
    """What the browser's code says of each file at its time."""
    for file in STATIC.glob("*.js"):
        (folder / file.name).write_bytes(file.read_bytes())
    (folder / "package.json").write_text('{"type": "module"}', encoding="utf-8")
    (folder / "ask.js").write_text(ASK, encoding="utf-8")
    files, start = [], 0
    with (folder / "all.bin").open("wb") as stream:
        for pdf, at in pdfs:
            stream.write(pdf)
            files.append({"start": start, "end": (start := start + len(pdf)), "at": int(at.timestamp())})
    question = json.dumps({"anchors": [one.hex() for one in anchors], "files": files})
    ran = subprocess.run(["node", "ask.js"], cwd=folder, input=question, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    answers: list[Found] = json.loads(ran.stdout)
    return answers


@cache
def ours(algorithm: str) -> bytes:
    return issued(documents()[0], key_of(algorithm)).pdf


def worse(answer: Found, indication: Indication) -> bool:
    """Whether an answer is one that validation does not allow: a yes or a no against it."""
    if answer["verdict"] == "VALID":
        return indication is not Indication.TOTAL_PASSED
    return answer["verdict"] != "UNSURE" and indication is not Indication.TOTAL_FAILED


def test_no_vector_is_judged_better_or_called_altered_against_validation(tmp_path: Path) -> None:
    answers = asked(tmp_path, ((one.make(), one.expects.at) for one in VECTORS), [world().root.der])
    pairs = list(zip(VECTORS, answers, strict=True))
    assert [(one.name, answer) for one, answer in pairs if worse(answer, one.expects.indication)] == []
    judged = Counter(str(answer["verdict"]) for _, answer in pairs)
    assert judged["VALID"] >= 10
    assert judged["ALTERED"] + judged["INVALID"] >= 5


HOUR_LATER = AT + timedelta(hours=1)


def mutants_of(pdf: bytes, count: int, chance: random.Random) -> list[bytes]:
    """Altered by one to three of the fuzzer's ways, or by one of these; none is the file itself."""
    found: list[bytes] = []
    while len(found) < count:
        made = pdf
        with suppress(ValueError, IndexError):  # too little is left to be altered once more
            for _ in range(chance.choice((1, 1, 2, 3))):
                made = chance.choice(WAYS)(made, chance)
        if made != pdf and made:
            found.append(made)
    return found


def _flipped(pdf: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(pdf))
    return pdf[:at] + bytes([pdf[at] ^ (1 << chance.randrange(8))]) + pdf[at + 1 :]


def _in_gap(pdf: bytes, chance: random.Random) -> bytes:
    """One digit of the value is another, or in upper case."""
    start = pdf.index(b"/Contents <") + len(b"/Contents <")
    at = start + chance.randrange(3000)
    new = chance.choice((pdf[at : at + 1].upper(), b"%x" % chance.randrange(16)))
    return pdf[:at] + new + pdf[at + 1 :]


def _appended(pdf: bytes, chance: random.Random) -> bytes:
    return pdf + chance.choice((b"\n", b" ", b"\0", b"%%EOF\n", b"1 0 obj\nnull\nendobj\n", pdf[-400:], pdf))


def _wrapped(pdf: bytes, chance: random.Random) -> bytes:
    """Signature wrapping: the gap made larger and its numbers with it; or the numbers moved alone."""
    found = re.search(rb"/ByteRange \[0 (\d+) (\d+) (\d+) *\]", pdf)
    if found is None:
        return _flipped(pdf, chance)
    a, b, c = (int(one) + chance.choice((0, 0, 1, -1, 2, -2, 100)) for one in found.groups())
    said = b"/ByteRange [0 %d %d %d" % (a, b, c)
    room = found.end() - found.start() - 1
    return pdf[: found.start()] + said.ljust(room)[:room] + pdf[found.end() - 1 :]


WAYS = (
    *(way for often, way in mutants.MUTATIONS.values() for _ in range(often)),
    *(8 * (_flipped, _in_gap, _appended, _wrapped)),
)


def test_our_own_documents_are_judged_and_none_of_their_mutants(tmp_path: Path) -> None:
    chance, count = random.Random(9), int(os.environ.get("TTE_PDFCHECK_MUTANTS", "150"))
    own = [ours(algorithm) for algorithm in ALGORITHMS]
    many = [made for one in own for made in mutants_of(one, count, chance)]
    answers = asked(tmp_path, ((one, HOUR_LATER) for one in [*own, *many]), TRUST.anchors)
    assert [one["verdict"] for one in answers[: len(own)]] == ["VALID"] * len(own)
    accepted = [place for place, one in enumerate(answers[len(own) :]) if one["verdict"] == "VALID"]
    assert accepted == []


def test_what_an_official_signs_is_judged_no_better_than_by_validation(tmp_path: Path) -> None:
    """The signature holds in each: only the words of the page, or what the frame says, are what they should not be."""
    key, document = key_of("ecdsa-p256"), documents()[0]
    words = bytes(document.words)
    said = [
        b"%%EOF", b"startxref\n0", b"endstream\nendobj\n1 0 obj\n<< >>\nendobj", b"/ByteRange [0 1 2 3]",
        b"/#42yteRange",
        b"<< /Type /Sig /ByteRange [0 10 20 30] /Contents <00> >>", b"trailer\n<< /Root 1 0 R >>", b"xref\n0 1", b"",
    ]  # fmt: skip
    pdfs = [issued(saying(document, words + b"\n% " + one), key).pdf for one in said]
    pdfs += [sealed(changed) for changed in _odd()]
    trust = Trust((*TRUST.anchors, world().root.der))
    times = [HOUR_LATER] * len(said) + [NOW] * len(_odd())
    answers = asked(tmp_path, zip(pdfs, times, strict=True), trust.anchors)
    reports = [validate(pdf, trust, at) for pdf, at in zip(pdfs, times, strict=True)]
    assert [
        (place, answer, report.reasons)
        for place, (answer, report) in enumerate(zip(answers, reports, strict=True))
        if worse(answer, report.indication)
    ] == []
    assert [answers[len(said) - 1]["verdict"], answers[-1]["verdict"]] == ["VALID", "VALID"]


def _odd() -> list[dict[int, bytes]]:
    """Files by hand in which an object is not as it should be; the last is in order."""
    return [
        {CATALOG: catalog(b"/OpenAction << /S /JavaScript /JS (1) >>")},
        {CATALOG: catalog(b"/Type /Pages")},
        {CATALOG: catalog(b"/Perms << /UR3 8 0 R >>")},
        {FORM: b"<< /Fields [7 0 R 7 0 R] /SigFlags 3 >>"},
        {FORM: b"<< /Fields [] /SigFlags 3 >>"},
        {FORM: b"<< /Fields [7 0 R] /SigFlags 3 /XFA (x) >>"},
        {FIELD: field(b"Signature1", None)},
        {FIELD: field(b"Signature1", SIGNATURE, b"/Rect [0 0 0 0] /V 9 0 R")},
        {SPARE: field(b"Text1", None, b"/Rect [0 0 99 99]")},
        {SPARE: signature(ranges=b"/ByteRange [0 1 2 3]")},
        {PAGE: page(b"7 0 R 9 0 R"), SPARE: b"<< /Type /Annot /Subtype /Text /Rect [0 0 9 9] >>"},
        {PAGE: page(contents=b"[4 0 R 99 0 R]")},
        {SPARE: b"<< /Filter /FlateDecode /Length 3 >>\nstream\nabcd\nendstream"},
        {SPARE: b"<< /A#41 1 >>"},
        {SPARE: b"% comment\n<< >>"},
        {SPARE: b"(words)"},
    ]
