"""The reader in JavaScript gives the answers of the reader in Python: over the vectors, and over texts that are spoilt.

`node` runs the very file that browsers are given; node and browsers have the same WebCrypto.
"""

from __future__ import annotations

import json
import random
import subprocess
from pathlib import Path
from typing import Any

from tests import vectors_seal as v
from tests.vectors_seal.__main__ import plain
from tte.seal import read

READER = Path(__file__).parents[2] / "tte" / "web" / "static" / "seal.js"
ASK = """
import { readFileSync } from "node:fs";
import { Malformed, read, readKeyList, readStatusList } from "./seal.mjs";
const v = JSON.parse(readFileSync(0, "utf8"));
const bytes = (hex) => Uint8Array.from(Buffer.from(hex, "hex"));
const root = { office: v.root.office, xy: bytes(v.root.xy) };
const keys = await readKeyList(bytes(v.keys), root);
const status = new Map();
for (const [period, list] of Object.entries(v.status)) {
  status.set(`${v.root.office}/${period}`, await readStatusList(bytes(list), keys, Number(period)));
}
const shown = (fact) => (typeof fact === "object" ? { hex: Buffer.from(fact).toString("hex") } : fact);
const answers = [];
for (const { text, now } of v.cases) {
  const { verdict, facts } = await read(text, [keys], status, now);
  const said = facts && Object.fromEntries([...facts].map(([label, fact]) => [String(label), shown(fact)]));
  answers.push({ verdict, facts: said });
}
const refused = [];
for (const { list, seen, period, message } of v.refused_lists) {
  try {
    await (list === "keys" ? readKeyList(bytes(message), root, seen) : readStatusList(bytes(message), keys, period));
    refused.push(false);
  } catch (why) {
    refused.push(why instanceof Malformed);
  }
}
console.log(JSON.stringify({ answers, refused }));
"""


def asked(folder: Path, vectors: dict[str, Any]) -> dict[str, Any]:
    """What the reader in JavaScript answers."""
    (folder / "seal.mjs").write_bytes(READER.read_bytes())
    (folder / "ask.mjs").write_text(ASK, encoding="utf-8")
    ran = subprocess.run(
        ["node", str(folder / "ask.mjs")], input=json.dumps(vectors), capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    answer: dict[str, Any] = json.loads(ran.stdout)
    return answer


def vectors() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(v.FILE.read_text(encoding="utf-8"))
    return found


def test_every_vector_gets_its_answer_and_every_bad_list_is_refused(tmp_path: Path) -> None:
    given = vectors()
    got = asked(tmp_path, given)
    wrong = {
        case["name"]: answer
        for case, answer in zip(given["cases"], got["answers"], strict=True)
        if answer != {"verdict": case["verdict"], "facts": case["facts"]}
    }
    assert wrong == {}
    accepted = [one["name"] for one, no in zip(given["refused_lists"], got["refused"], strict=True) if not no]
    assert accepted == []


def test_both_readers_say_the_same_of_spoilt_texts(tmp_path: Path) -> None:
    given, chance = vectors(), random.Random(9)
    keys, status = v.lists()
    sources = [case["text"] for case in given["cases"] if case["text"]]
    texts = [_spoilt(chance.choice(sources), chance) for _ in range(1500)]
    texts += [_with_bytes(given["birth"]["cose"], chance) for _ in range(1500)]
    texts += ["https://dukcap\u0131l.kemendagri.go.id/x", "https://DUKCAPIL.KEMENDAGRI.GO.ID", *sources]
    got = asked(tmp_path, {**given, "refused_lists": [], "cases": [{"text": text, "now": v.NOW} for text in texts]})
    wrong = []
    for text, answer in zip(texts, got["answers"], strict=True):
        here = read(text, keys, status, v.NOW)
        if answer != {"verdict": str(here.verdict), "facts": plain(here.facts)}:
            wrong.append((text, here.verdict, answer["verdict"]))
    assert wrong == []


def _spoilt(text: str, chance: random.Random) -> str:
    """One to three letters put in, left out or exchanged."""
    letters = list(text)
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(letters))
        letters[at : at + chance.randint(0, 1)] = chance.choice(
            ["", *"019a/#:.?SıſK \n\u2028\u0665", "\U0001f600", "d"]
        )
        letters = letters or ["x"]
    return "".join(letters)


def _with_bytes(cose: str, chance: random.Random) -> str:
    """A text of the grammar around a message of which one byte or more is another."""
    message = bytearray.fromhex(cose)
    for _ in range(chance.randint(1, 2)):
        message[chance.randrange(min(len(message), 120))] = chance.randrange(256)
    return f"https://{v.HOST}/d/{v.ID}#1{int.from_bytes(message, 'big')}"
