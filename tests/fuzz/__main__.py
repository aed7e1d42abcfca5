"""`make fuzz`: many thousand altered files on all processors, judged by us; then what came of it.

`python -m tests.fuzz [--count N] [--first N] [--mirror FOLDER]`: FOLDER holds bare git mirrors with genuine files.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from tests.fuzz import campaign
from tests.fuzz.seeds import genuine, own
from tests.fuzz.updates import kinds


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--count", type=int, default=20_000, metavar="N", help="how many mutants (20,000)")
    parser.add_argument(
        "--first", type=int, default=0, metavar="N", help="the number of the first: other numbers, others"
    )
    parser.add_argument("--mirror", type=Path, metavar="FOLDER", help="bare git mirrors with genuine files")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="write the mutants that are wrong there")
    asked = parser.parse_args()
    seeds = dict(own())
    ours = len(seeds)
    if asked.mirror:
        seeds |= dict(genuine(asked.mirror))
    print(f"{ours} files of our own, {len(seeds) - ours} genuine; {len(list(kinds()))} kinds of updates", flush=True)
    at_once = os.cpu_count() or 1
    numbers = range(asked.first, asked.first + asked.count)
    parts = [numbers[start : start + 500] for start in range(0, len(numbers), 500)]
    os.nice(10)
    with ProcessPoolExecutor(at_once) as pool:
        tallies = list(pool.map(partial(campaign.run, seeds), parts))
    return told(tallies, seeds, asked.keep)


def told(tallies: list[campaign.Tally], seeds: dict[str, bytes], keep: Path | None) -> int:
    """Print the counts; 1 if anything is wrong."""
    verdicts, harmless, kinds_seen = Counter[str](), Counter[str](), Counter[str]()
    for one in tallies:
        verdicts += one.verdicts
        harmless += one.harmless
        kinds_seen += one.kinds
    slowest = max(tallies, key=lambda one: one.slowest_s)
    print(f"mutants {sum(one.mutants for one in tallies)}, ways to alter {len(kinds_seen)}")
    print("verdicts " + ", ".join(f"{name} {times}" for name, times in verdicts.most_common()))
    print("in order, as it should be: " + "; ".join(f"{why} {times}" for why, times in harmless.most_common()))
    print(f"slowest {slowest.slowest_s:.2f} s ({slowest.slowest})")
    print(f"most memory {max(one.peak_bytes for one in tallies) >> 20} MiB")
    wrong = [each for one in tallies for each in one.wrong]
    print(f"wrong {len(wrong)}")
    for name, kind, number, what in wrong:
        print(f"  {what}: {name}, {kind}, number {number}")
        if keep:
            keep.mkdir(parents=True, exist_ok=True)
            (keep / f"{number}.pdf").write_bytes(campaign.mutant(seeds[name], number)[1])
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
