"""What the browser's own code says of PDFs is never better than what validation says: over all vectors and many mutants.

`node` runs the very files that browsers are given; node and browsers have the same WebCrypto.
"""

from __future__ import annotations

import json
import random
import re
import subprocess
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

from tests.fuzz import mutants
from tests.signed_pdfs import world
from tests.unit.test_likeness import AT, TRUST, documents, issued, key_of
from tests.vectors.families import VECTORS
from tte.model import Indication

STATIC = Path(__file__).parents[2] / "tte" / "web" / "static"
ALGORITHMS = ("ecdsa-p256", "ecdsa-p384", "rsa-2048", "rsa-3072")
ASK = """
import { readFileSync } from "node:fs";
import { checkPdf } from "./pdfcheck.js";
const { anchors, files } = JSON.parse(readFileSync(0, "utf8"));
const believed = anchors.map((one) => Uint8Array.from(Buffer.from(one, "hex")));
const all = readFileSync("./all.bin");
const answers = [];
for (const { start, end, at } of files) answers.push(await checkPdf(Uint8Array.from(all.subarray(start, end)), believed, at));
console.log(JSON.stringify(answers));
"""
Found = dict[str, object]


def asked(folder: Path, pdfs: Iterable[tuple[bytes, datetime]], anchors: Sequence[bytes]) -> list[Found]:
    """What the browser's code says of each file at its time."""
    for name in ("der.js", "onesignature.js", "cms.js", "pdfcheck.js"):
        (folder / name).write_bytes((STATIC / name).read_bytes())
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


def test_no_vector_is_judged_better_or_called_altered_against_validation(tmp_path: Path) -> None:
    made = [(vector.make(), vector.expects.at) for vector in VECTORS]
    answers = asked(tmp_path, made, [world().root.der])
    expected = [vector.expects.indication for vector in VECTORS]
    told = [
        (vector.name, answer)
        for vector, answer, want in zip(VECTORS, answers, expected, strict=True)
        if (answer["verdict"] == "VALID" and want is not Indication.TOTAL_PASSED)
        or (answer["verdict"] in ("ALTERED", "INVALID") and want is not Indication.TOTAL_FAILED)
    ]
    print(
        Counter(
            (str(want), str(answer["verdict"]), str(answer["why"]))
            for want, answer in zip(expected, answers, strict=True)
        )
    )
    assert told == []


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


@pytest.mark.parametrize("count", [150])
def test_our_own_documents_are_judged_and_none_of_their_mutants(tmp_path: Path, count: int) -> None:
    chance = random.Random(count)
    own = [ours(algorithm) for algorithm in ALGORITHMS]
    many = [made for one in own for made in mutants_of(one, count, chance)]
    answers = asked(tmp_path, ((one, HOUR_LATER) for one in [*own, *many]), TRUST.anchors)
    assert [one["verdict"] for one in answers[: len(own)]] == ["VALID"] * len(own)
    print(Counter((str(answer["verdict"]), str(answer["why"])) for answer in answers))
    accepted = [place for place, one in enumerate(answers[len(own) :]) if one["verdict"] == "VALID"]
    assert accepted == []
