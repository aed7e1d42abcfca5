"""`python -m tests.vectors OUT` writes all vectors with a manifest; `--table` asks other people's validators too."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from tests.signed_pdfs import world
from tests.vectors.families import FAMILIES
from tests.vectors.table import write_table

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "vectors.md"


def write_all(folder: Path) -> None:
    """NAME.pdf for every vector, root.pem to trust, and manifest.json with what each must get."""
    folder.mkdir(parents=True, exist_ok=True)
    manifest = []
    for family, vectors in FAMILIES.items():
        for vector in vectors:
            (folder / f"{vector.name}.pdf").write_bytes(vector.make())
            expects = vector.expects
            manifest.append(
                {
                    "file": f"{vector.name}.pdf",
                    "family": family,
                    "integrity": vector.integrity,
                    "indication": expects.indication,
                    "sub_indication": expects.sub_indication,
                    "one_of_the_reasons": [reason.name for reason in expects.reasons],
                    "at": expects.at.isoformat(),
                }
            )
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    (folder / "root.pem").write_bytes(world().root.pem)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.vectors", description=__doc__)
    parser.add_argument("out", nargs="?", type=Path, metavar="OUT", help="the folder to write to")
    parser.add_argument("--table", action="store_true", help="write docs/vectors.md: what others say of the same files")
    asked = parser.parse_args()
    if not asked.out and not asked.table:
        parser.error("say where to write, or --table")
    if asked.out:
        write_all(asked.out)
    if asked.table:
        with tempfile.TemporaryDirectory() as folder:
            target = asked.out or Path(folder)
            if not asked.out:
                write_all(target)
            write_table(target, DOCUMENT)
    return 0


if __name__ == "__main__":
    sys.exit(main())
