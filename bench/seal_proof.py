"""Every code decodes, every seal verifies, and says what the record says: `python -m bench.seal_proof [COUNT]`.

Issues so many documents of all kinds in a throw-away office, and reads each back from the register's own file: the dots
by zxing-cpp, the seal as anybody reads it.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tte.checking.sealed_file import seal_in
from tte.cli.seal.scanning import modules_read
from tte.issuance import Issued, Issuer, now
from tte.model import Row
from tte.samples import sample_rows
from tte.seal import Claim, KeyList, Verdict, read
from tte.testing.homes import sample_home

OFFICE = "9971"


def main(count: int) -> None:
    """Print how many were read back by kind and QR version; stop at the first that was not."""
    with tempfile.TemporaryDirectory() as folder:
        home = sample_home(Path(folder))
        seals = home.seals(OFFICE)
        seals.make_key(now(), test=True)
        names = home.template_names()
        with home.issuer("demo", names) as issuer:
            for name in names:
                found = proved(issuer, seals.keys(), name, -(-count // len(names)))
                print(name, dict(sorted(found.items())), flush=True)


def proved(issuer: Issuer, keys: KeyList, name: str, count: int) -> Counter[str]:
    """Issue and read back so many of one kind."""
    template, found = issuer.templates[name], Counter[str]()
    rows = [Row(at, row) for at, row in enumerate(sample_rows(name, count=count, seed=11, office=OFFICE), 1)]
    for row, outcome in zip(rows, issuer.issue(name, rows), strict=True):
        if not isinstance(outcome, Issued) or template.seal is None:
            raise SystemExit(f"{name}: not issued")
        seal = seal_in(issuer.register.read_pdf(outcome.entry.id))
        if seal is None or not modules_read(seal):
            raise SystemExit(f"{name}: the code of {outcome.entry.id} cannot be read")
        said = read(seal.text, [keys], {}, int(time.time()))
        facts = dict(said.facts or {})
        expected = template.seal.facts(template.check(row))
        rest = {label: fact for label, fact in facts.items() if label not in (Claim.OFFICE, Claim.ISSUED)}
        weightiest = dict(list(expected.items())[: len(rest)])
        if (said.verdict, said.id) != (Verdict.SPECIMEN, outcome.entry.id) or rest != weightiest:
            raise SystemExit(f"{name}: the seal of {outcome.entry.id} does not say what its record says")
        found[f"version {(seal.side - 17) // 4}"] += 1
        found.update(f"without {Claim(label).name.lower()}" for label in expected.keys() - rest.keys())
    return found


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
