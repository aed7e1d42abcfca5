"""What must hold of a register whatever happened to it: nothing lost, nothing twice, no gap, history whole, all valid.

It asks the register as an auditor would and believes no memory of the program. `tte register check` proves more of the
inside; here it is held against what was acknowledged outside.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tte.log import LogKey, audit
from tte.model import Indication
from tte.register import Register
from tte.validation import Trust, validate


def problems(
    register: Register,
    trust: Trust,
    acknowledged: Mapping[str, Collection[str]],
    *,
    sha256: Mapping[str, Collection[str]] | None = None,
    unused: bool = False,
    valid: bool = True,
) -> list[str]:
    """What is wrong; nothing, if all is well. `acknowledged`: the ids that were told for each number, `sha256` the
    files for each id. `unused`: whether numbers may have been given and not used yet.
    """
    found = [f"{number}: {len({*ids})} documents" for number, ids in acknowledged.items() if len({*ids}) != 1]
    found += [f"{id_}: {len({*files})} files" for id_, files in (sha256 or {}).items() if len({*files}) != 1]
    entries = list(register.entries())
    for what, count in (
        ("number", Counter((entry.office, entry.template, entry.number) for entry in entries if entry.ended is None)),
        ("id", Counter(entry.id for entry in entries)),
    ):
        found += [f"{what} {one}: issued {times} times" for one, times in count.items() if times > 1]
    by_id = {entry.id: entry for entry in entries}
    for number, ids in acknowledged.items():
        for id_ in ids:
            if id_ not in by_id or by_id[id_].number != number:
                found.append(f"{number}: acknowledged and not there")
            elif sha256 and id_ in sha256 and {by_id[id_].pdf_sha256.hex()} != {*sha256[id_]}:
                found.append(f"{number}: another file was acknowledged")
    at = datetime.now(UTC).replace(microsecond=0)
    for entry in entries if valid else ():
        pdf = register.read_pdf(entry.id)
        if hashlib.sha256(pdf).digest() != entry.pdf_sha256:
            found.append(f"{entry.number}: another file")
        if validate(pdf, trust, at).indication is not Indication.TOTAL_PASSED:
            found.append(f"{entry.number}: not valid")
    waiting = [intent.number for intent in register.pending()]
    if waiting:
        found.append(f"{len(waiting)} pending")
    documents = {(held.office, held.template, held.number) for held in register.evidence.documents()}
    for office, template, day, given, least, most in register.evidence.serials():
        if (least, most) != (1, given):
            found.append(f"{office} {template} {day}: {given} numbers of {most}")
    if not unused:
        unexplained = [
            number
            for _, office, template, number, void in register.evidence.given()
            if not void and (office, template, number) not in documents
        ]
        found += [f"{number}: given and never used" for number in unexplained]
    return found + _history(register)


def _history(register: Register) -> list[str]:
    lines = list(register.log.lines())
    key = LogKey("any.example/log", Ed25519PrivateKey.generate())
    openings = {line.seq: line.opening for line in lines if line.opening}
    found = audit(
        (line.entry for line in lines),
        (line.leaf for line in lines),
        [],
        origin=key.public.name,
        keys=[key.public],
        openings=openings,
    )
    lost = [f"log line {line.seq} is about nothing" for line in lines if line.opening is None]
    return [*map(str, found), *lost]


def used_rightly(register: Register, ledger: Path) -> list[str]:
    """What is wrong with the uses of a key: it signs only what was reserved, one digest for each document."""
    uses = Counter(ledger.read_text(encoding="ascii").split())
    reserved = {held.digest.hex(): held.number for held in register.evidence.documents() if not held.void}
    found = [f"the key signed {digest[:8]}, which nobody reserved" for digest in uses if digest not in reserved]
    numbers = Counter(reserved[digest] for digest in uses if digest in reserved)
    return found + [f"{number}: {times} digests were signed" for number, times in numbers.items() if times > 1]
