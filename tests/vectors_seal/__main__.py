"""`python -m tests.vectors_seal` writes vectors.json."""

from __future__ import annotations

import json
from typing import Any

from tests import vectors_seal as v
from tte.seal import id_bytes, read
from tte.seal.claims import Facts
from tte.seal.cose import kid_of


def plain(facts: Facts | None) -> dict[str, Any] | None:
    """Claims by label, bytes as {"hex": …}: what a reader in another language shows of them."""
    if facts is None:
        return None
    return {str(label): {"hex": fact.hex()} if isinstance(fact, bytes) else fact for label, fact in facts.items()}


def content() -> str:
    """What vectors.json holds."""
    keys, status = v.lists()
    cases = []
    for one in v.vectors():
        facts = plain(read(one.text, keys, status, one.now).facts)
        cases.append({"name": one.name, "text": one.text, "now": one.now, "verdict": one.verdict, "facts": facts})
    said = {
        "warning": "TEST ONLY. Anybody can make these keys: SHA-256('TTE TEST ONLY ' + label) mod (n-1) + 1 on P-256.",
        "labels": ["root", "seal", "old seal", "leaked seal", "specimen seal", "status", "stranger"],
        "now": v.NOW,
        "root": {"office": v.OFFICE, "kid": kid_of(v.ROOT.public_key()).hex(), "xy": v.PINNED.xy.hex()},
        "keys": v.KEYS_MESSAGE.hex(),
        "status": {str(v.PERIOD): v.STATUS_MESSAGE.hex(), str(v.OLD_PERIOD): v.OLD_STATUS_MESSAGE.hex()},
        "birth": {"external_aad": (b"tte1" + id_bytes(v.ID)).hex(), "cose": v.message().hex()},
        "cases": cases,
        "refused_lists": [
            {"name": one.name, "list": one.kind, "seen": one.seen, "period": v.PERIOD, "message": one.message.hex()}
            for one in v.refused_lists()
        ],
    }
    return json.dumps(said, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    v.FILE.write_text(content(), encoding="utf-8")
